/* A small reader over hand-written records, with the real templates of site/, for the tests of
 * pages. */
#ifndef TESTS_UNIT_SITE_READER_H
#define TESTS_UNIT_SITE_READER_H

#include <dirent.h>

#include "core/file.h"
#include "core/json.h"
#include "core/site.h"
#include "core/text.h"
#include "tests/lib/check.h"

struct world_record {
	char layer[24], key[TONG_MAX_KEY + 1];
	json_t *rec;
	char *line;
	size_t n;
};

struct world {
	struct world_record at[400];
	size_t n;
	bool asked_region;         /* a region layer was read */
	char only[24];             /* the one region layer that may be read, or "" for none */
	bool broke_rule;           /* another one was */
};

static inline int world_order(const char *layer, const char *key, const struct world_record *r)
{
	int c = strcmp(layer, r->layer);

	return c ? c : strcmp(key, r->key);
}

/* Kept sorted. The line is the record form of the object. */
static inline void world_put(struct world *w, const char *layer, const char *key, json_t *rec)
{
	struct tong__buf line;
	size_t i = w->n++;
	struct world_record *r;

	for (; i > 0 && world_order(layer, key, &w->at[i - 1]) < 0; i--)
		w->at[i] = w->at[i - 1];
	r = &w->at[i];
	memset(r, 0, sizeof *r);
	snprintf(r->layer, sizeof r->layer, "%s", layer);
	snprintf(r->key, sizeof r->key, "%.128s", key);
	r->rec = rec;
	tong__buf_init(&line, TONG_MAX_RECORD);
	tong__json_record(rec, &line);
	r->line = tong__buf_take(&line, &r->n);
	if (strcmp(layer, "base") == 0 && tong__starts(key, "item/")) {
		char brief[TONG_MAX_KEY + 8];

		snprintf(brief, sizeof brief, "brief/%s", key + 5);
		world_put(w, "derived", brief, tong__brief_from_item(rec));
	}
}

/* Lines of "KEY {json}", with ' for " so that they can be read; the key goes into the object too.
 * */
static inline void world_lines(struct world *w, const char *layer, const char *const *lines)
{
	for (; *lines; lines++) {
		char *text = strdup(*lines), *json = strchr(text, ' ');
		json_t *rec;

		*json++ = '\0';
		for (char *p = json; (p = strchr(p, '\'')); p++)
			*p = '"';
		rec = json_loads(json, 0, NULL);
		if (!rec) {
			printf("bad test record: %s\n", *lines);
			exit(1);
		}
		json_object_set_new(rec, "k", json_string(text));
		world_put(w, layer, text, rec);
		free(text);
	}
}

static inline void world_folder(struct world *w, const char *dir, const char *prefix,
                                bool keep_suffix, const char *type)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		char path[512], key[TONG_MAX_KEY + 1], name[256];
		struct tong__buf text;
		json_t *rec;

		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", dir, e->d_name);
		snprintf(name, sizeof name, "%s", e->d_name);
		if (!keep_suffix)
			*strrchr(name, '.') = '\0';
		snprintf(key, sizeof key, "%s/%.100s", prefix, name);
		tong__buf_init(&text, 1 << 20);
		if (tong__file_read(path, &text, NULL) == 0) {
			rec = json_pack("{s:s%,s:s}", "text", text.data, text.len, "type", type);
			world_put(w, "site", key, rec);
		}
		tong__buf_free(&text);
	}
	if (d)
		closedir(d);
}

/* The look: templates, strings and assets as they lie in site/. */
static inline void world_site(struct world *w)
{
	world_folder(w, "site/templates", "template", false, "text/html");
	world_folder(w, "site/static", "asset", true, "text/css");
	world_put(w, "site", "strings/zh-CN",
	          json_pack("{s:o}", "t", json_load_file("site/strings/zh-CN.json", 0, NULL)));
	world_put(w, "site", "strings/en",
	          json_pack("{s:o}", "t", json_load_file("site/strings/en.json", 0, NULL)));
}

static inline void world_free(struct world *w)
{
	for (size_t i = 0; i < w->n; i++) {
		json_decref(w->at[i].rec);
		free(w->at[i].line);
	}
	w->n = 0;
}

static inline struct world_record *world_find(struct world *w, const char *layer, const char *key)
{
	if (layer[0] == 'r') {
		w->asked_region = true;
		w->broke_rule = w->broke_rule || strcmp(layer, w->only) != 0;
	}
	for (size_t i = 0; i < w->n; i++)
		if (world_order(layer, key, &w->at[i]) == 0)
			return &w->at[i];
	return NULL;
}

static inline json_t *world_get(void *user, const char *layer, const char *key, tong_error *err)
{
	struct world_record *r = world_find(user, layer, key);

	(void)err;
	return r ? json_incref(r->rec) : NULL;
}

static inline int world_line(void *user, const char *layer, const char *key, struct tong__buf *out,
                             tong_error *err)
{
	struct world_record *r = world_find(user, layer, key);

	return r ? tong__buf_add(out, r->line, r->n)
	         : tong__fail(err, TONG_E_NOTFOUND, key, "no such line");
}

static inline int world_each(void *user, const char *layer, const char *prefix,
                             int (*fn)(void *, const char *, const json_t *), void *arg,
                             tong_error *err)
{
	struct world *w = user;
	int rc = 0;

	(void)err;
	world_find(w, layer, "");
	for (size_t i = 0; rc == 0 && i < w->n; i++)
		if (strcmp(w->at[i].layer, layer) == 0 && tong__starts(w->at[i].key, prefix))
			rc = fn(arg, w->at[i].key, w->at[i].rec);
	return rc;
}

static inline int world_scan(void *user, const char *layer, const char *prefix, const char *text,
                             int (*fn)(void *, const char *, struct tong__str), void *arg,
                             tong_error *err)
{
	struct world *w = user;
	int rc = 0;

	(void)err;
	world_find(w, layer, "");
	for (size_t i = 0; rc == 0 && i < w->n; i++)
		if (strcmp(w->at[i].layer, layer) == 0 && tong__starts(w->at[i].key, prefix)
		    && (!text || memmem(w->at[i].line, w->at[i].n, text, strlen(text))))
			rc = fn(arg, w->at[i].key, (struct tong__str){w->at[i].line, w->at[i].n});
	return rc;
}

static inline bool world_has(void *user, const char *layer)
{
	const struct world *w = user;

	for (size_t i = 0; i < w->n; i++)
		if (strcmp(w->at[i].layer, layer) == 0)
			return true;
	return false;
}

static inline struct tong__reader world_reader(struct world *w)
{
	return (struct tong__reader){w,         world_get,  world_line, world_each,
	                             world_has, world_scan, NULL,       NULL, NULL};
}

#endif
