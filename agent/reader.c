/* How pages see the store: tong__reader over records, with the last few kept parsed. */
#include <stdlib.h>
#include <string.h>

#include "agent/life.h"
#include "core/json.h"

static struct tong__parsed *slot_of(tong_agent *a, const char *layer, const char *key)
{
	uint32_t h = 2166136261u; /* FNV-1a */

	for (const char *p = layer; *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	for (const char *p = key; *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	return &a->parsed[h % TONG_PARSED];
}

void tong__reader_forget(tong_agent *a)
{
	for (size_t i = 0; i < TONG_PARSED; i++) {
		json_decref(a->parsed[i].rec);
		a->parsed[i].rec = NULL;
	}
}

static void keep(struct tong__parsed *slot, const char *layer, const char *key, json_t *rec)
{
	if (strlen(layer) >= sizeof slot->layer || strlen(key) >= sizeof slot->key)
		return;
	json_decref(slot->rec);
	slot->rec = json_incref(rec);
	strcpy(slot->layer, layer);
	strcpy(slot->key, key);
}

/* A record that came through the store's door and does not parse now is damage, not format. */
static json_t *parse(const char *key, const char *line, size_t n, tong_error *err)
{
	json_t *rec = NULL;
	int rc = tong__json_read(line, n, TONG_MAX_RECORD_DEPTH, key, &rec, err);

	if (rc && rc != TONG_E_NOMEM)
		err->code = TONG_E_STORE;
	return rc ? NULL : rec;
}

static json_t *get(void *user, const char *layer, const char *key, tong_error *err)
{
	tong_agent *a = user;
	struct tong__parsed *slot = slot_of(a, layer, key);
	tong_error own = TONG_ERROR_INIT;
	struct tong__buf line;
	json_t *rec = NULL;
	int rc;

	if (slot->rec && strcmp(slot->key, key) == 0 && strcmp(slot->layer, layer) == 0)
		return json_incref(slot->rec);
	tong__buf_init(&line, TONG_MAX_RECORD);
	rc = tong__store_get(a->store, layer, key, &line, &own);
	if (!rc)
		rec = parse(key, line.data ? line.data : "", line.len, &own);
	if (rec && line.len <= TONG_PARSED_MAX)
		keep(slot, layer, key, rec);
	tong__buf_free(&line);
	if (!rec && own.code != TONG_E_NOTFOUND && err)
		*err = own;
	return rec;
}

static int line(void *user, const char *layer, const char *key, struct tong__buf *out,
				tong_error *err)
{
	tong_agent *a = user;

	return tong__store_get(a->store, layer, key, out, err);
}

struct each {
	int (*fn)(void *arg, const char *key, const json_t *rec);
	void *arg;
};

static int each_line(void *arg, const char *key, struct tong__str text, tong_error *err)
{
	struct each *e = arg;
	json_t *rec = parse(key, text.p, text.n, err);
	int rc;

	if (!rec)
		return err->code;
	rc = e->fn(e->arg, key, rec);
	json_decref(rec);
	return rc;
}

static int each(void *user, const char *layer, const char *prefix,
				int (*fn)(void *arg, const char *key, const json_t *rec), void *arg,
				tong_error *err)
{
	tong_agent *a = user;
	tong_error own = TONG_ERROR_INIT;
	struct each e = { fn, arg };

	return tong__store_each(a->store, layer, prefix, each_line, &e, err ? err : &own);
}

struct scan {
	const char *text;
	int (*fn)(void *arg, const char *key, struct tong__str line);
	void *arg;
};

static int scan_line(void *arg, const char *key, struct tong__str text, tong_error *err)
{
	struct scan *s = arg;

	(void)err;
	if (s->text && !memmem(text.p, text.n, s->text, strlen(s->text)))
		return 0;
	return s->fn(s->arg, key, text);
}

static int scan(void *user, const char *layer, const char *prefix, const char *text,
				int (*fn)(void *arg, const char *key, struct tong__str line), void *arg,
				tong_error *err)
{
	tong_agent *a = user;
	tong_error own = TONG_ERROR_INIT;
	struct scan s = { text, fn, arg };

	return tong__store_each(a->store, layer, prefix, scan_line, &s, err ? err : &own);
}

static bool has_layer(void *user, const char *layer)
{
	tong_agent *a = user;
	struct tong__store_layer held;
	tong_error own;

	return strcmp(layer, "derived") == 0 || tong__store_layer(a->store, layer, &held, &own) == 0;
}

void tong__reader_init(tong_agent *a)
{
	a->reader = (struct tong__reader){ a, get, line, each, has_layer, scan, NULL };
}

int tong__agent_site(tong_agent *a, tong_error *err)
{
	return a->site ? 0 : tong__site_open(&a->site, &a->reader, err);
}

int tong__agent_names(tong_agent *a, tong_error *err)
{
	json_t *data = NULL;
	int rc = a->names ? 0 : tong__search_data(&a->reader, &data, err);

	if (!rc && !a->names)
		rc = tong__names_new(&a->names, data, err);
	json_decref(data);
	if (!rc && !a->rows)
		rc = tong__rows_new(&a->rows, a->store, a->names, err);
	return rc;
}
