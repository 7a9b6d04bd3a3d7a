/* Layers kept in files named by their content; a layer that did not change is one file for ever. */
#include "publisher/site_past.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/json.h"

static void name_of(const char *layer, const char *hex, char out[TONG_MAX_ROLE_NAME + 32])
{
	snprintf(out, TONG_MAX_ROLE_NAME + 32, "layer-%s-%.16s", layer, hex);
}

/* ---- reading ---- */

/* The file's bytes in place, NULL of an empty one; MAP_FAILED when it is not the one that was kept,
 * as far as its size tells. */
static void *bytes_of(const struct tong__gen *g, const char *file, size_t len)
{
	char *path = tong__gen_path(g, file);
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) : -1;
	void *p = MAP_FAILED;
	struct stat st;

	free(path);
	if (fd < 0)
		return p;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size <= TONG_MAX_LAYER &&
	    (size_t)st.st_size == len)
		p = len ? mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
	close(fd);
	return p;
}

/* False when it is not there; its hash is asked when it is looked into. */
static bool map(const struct tong__gen *g, struct tong__layer *l, const char *name,
                const json_t *kept)
{
	const char *hex = tong__json_str(kept, "sha256");
	char file[TONG_MAX_ROLE_NAME + 32];
	void *p;

	if (!hex || !tong__hash_parse(hex, &l->sha256) || strlen(name) >= sizeof l->name)
		return false;
	name_of(name, hex, file);
	l->len = (size_t)tong__json_int(kept, "length", -1);
	p = bytes_of(g, file, l->len);
	if (p == MAP_FAILED)
		return false;
	strcpy(l->name, name);
	l->bytes = p;
	l->records = (size_t)tong__json_int(kept, "records", 0);
	l->mapped = true;
	return true;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct tong__layer *)a)->name, ((const struct tong__layer *)b)->name);
}

int tong__past_layers(struct tong__layers **out, const struct tong__gen *g, tong_error *err)
{
	json_t *all = tong__json_obj(tong__gen_past(g), "layers"), *kept;
	struct tong__layers *l = calloc(1, sizeof *l);
	const char *name;
	bool whole = json_object_size(all) > 0;

	*out = NULL;
	if (l)
		l->at = calloc(json_object_size(all) + 1, sizeof *l->at);
	if (!l || !l->at) {
		free(l);
		return tong__fail_nomem(err);
	}
	json_object_foreach(all, name, kept) {
		whole = whole && map(g, &l->at[l->n], name, kept);
		l->n += whole;
	}
	if (!whole) {
		tong__layers_free(l);
		return 0;
	}
	qsort(l->at, l->n, sizeof *l->at, by_name);
	*out = l;
	return 0;
}

/* ---- keeping ---- */

static int keep(const struct tong__gen *g, const struct tong__layer *l, const char *file,
                tong_error *err)
{
	char *path = tong__gen_path(g, file);
	int rc = path ? tong__file_write_fast(path, l->bytes, l->len, NULL, err)
	              : tong__fail_nomem(err);

	free(path);
	return rc;
}

int tong__past_settle_one(const struct tong__gen *g, struct tong__layer *l, tong_error *err)
{
	char hex[TONG_HEX], file[TONG_MAX_ROLE_NAME + 32];
	void *p;
	int rc;

	if (l->mapped)
		return 0;
	tong__hash_hex(&l->sha256, hex);
	name_of(l->name, hex, file);
	rc = keep(g, l, file, err);
	if (rc)
		return rc;
	p = bytes_of(g, file, l->len);
	if (p == MAP_FAILED)   /* it stays where it is */
		return 0;
	free(l->bytes);
	l->bytes = p;
	l->mapped = true;
	l->seen = true;
	return 0;
}

int tong__past_settle(const struct tong__gen *g, struct tong__layers *l, tong_error *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < l->n; i++)
		rc = tong__past_settle_one(g, &l->at[i], err);
	malloc_trim(0);
	return rc;
}

int tong__past_keep(const struct tong__gen *g, const struct tong__layers *l, json_t *noted,
                    json_t *names, tong_error *err)
{
	char hex[TONG_HEX], file[TONG_MAX_ROLE_NAME + 32];
	int rc = 0;

	for (size_t i = 0; !rc && i < l->n; i++) {
		const struct tong__layer *one = &l->at[i];

		tong__hash_hex(&one->sha256, hex);
		name_of(one->name, hex, file);
		if (!one->mapped)
			rc = keep(g, one, file, err);
		if (!rc && (json_object_set_new(names, file, json_true()) ||
		            json_object_set_new(noted, one->name,
		                                json_pack("{s:s, s:I, s:I}", "sha256", hex, "length",
		                                          (json_int_t)one->len, "records",
		                                          (json_int_t)one->records))))
			rc = tong__fail_nomem(err);
	}
	return rc;
}

/* ---- comparing ---- */

struct cursor {
	const char *at, *end;
	struct tong__str key, line;
};

/* The next record; false at the end. Lines were checked when they were made or hashed. */
static bool next(struct cursor *c)
{
	const char *lf;

	c->at += c->line.n + (c->line.p != NULL);
	c->line = (struct tong__str){NULL, 0};
	if (c->at >= c->end)
		return false;
	lf = memchr(c->at, '\n', (size_t)(c->end - c->at));
	c->line = (struct tong__str){c->at, (size_t)((lf ? lf : c->end) - c->at)};
	return !tong__record_key(c->line.p, c->line.n, &c->key, NULL);
}

static json_t *brief_of(const struct tong__str line)
{
	json_t *item = NULL, *brief;

	if (!line.p || tong__json_read(line.p, line.n, TONG_MAX_RECORD_DEPTH, "record", &item, NULL))
		return NULL;
	brief = tong__brief_from_item(item);
	json_decref(item);
	return brief;
}

/* An item's brief, when it is another one or cannot be compared. */
static int derived(struct tong__changed *c, struct tong__str key, struct tong__str was,
                   struct tong__str is)
{
	json_t *a = brief_of(was), *b = brief_of(is);
	bool same = a && b && json_equal(a, b);
	char name[TONG_MAX_KEY + 2];

	json_decref(a);
	json_decref(b);
	if (same)
		return 0;
	snprintf(name, sizeof name, "brief/%.*s", (int)key.n - 5, key.p + 5);
	return tong__changed_record(c, "derived", (struct tong__str){name, strlen(name)}, was, is);
}

static int note(struct tong__changed *c, const char *layer, struct tong__str key,
                struct tong__str was, struct tong__str is)
{
	int rc = tong__changed_record(c, layer, key, was, is);

	if (!rc && !strcmp(layer, "base") && key.n > 5 && !memcmp(key.p, "item/", 5))
		rc = derived(c, key, was, is);
	return rc;
}

static int compare(struct tong__changed *c, const char *layer, struct cursor a, struct cursor b)
{
	static const struct tong__str none = {NULL, 0};
	bool more_a = next(&a), more_b = next(&b);
	int rc = 0;

	while (!rc && (more_a || more_b)) {
		int order = !more_a ? 1 : !more_b ? -1 : tong__key_cmp(a.key, b.key);

		if (order < 0)
			rc = note(c, layer, a.key, a.line, none);
		else if (order > 0)
			rc = note(c, layer, b.key, none, b.line);
		else if (a.line.n != b.line.n || memcmp(a.line.p, b.line.p, a.line.n))
			rc = note(c, layer, a.key, a.line, b.line);
		if (order <= 0)
			more_a = next(&a);
		if (order >= 0)
			more_b = next(&b);
	}
	return rc;
}

static struct cursor cursor_of(const struct tong__layer *l)
{
	return (struct cursor){.at = l ? l->bytes : NULL, .end = l ? l->bytes + l->len : NULL};
}

/* One layer, of which either side may be missing. */
static int compare_layer(struct tong__changed *c, struct tong__layer *a, struct tong__layer *b)
{
	const char *name = a ? a->name : b->name;
	int rc = 0;

	if (a && b && tong__hash_equal(&a->sha256, &b->sha256))
		return 0;
	c->all |= a && !tong__layer_whole(a);
	if (!a || !b)
		rc = tong__changed_layer(c, name);
	return rc ? rc : compare(c, name, cursor_of(a), cursor_of(b));
}

int tong__past_changes(struct tong__changed *c, const struct tong__layers *past,
                       const struct tong__layers *now, tong_error *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < now->n; i++)
		rc = compare_layer(c, tong__layers_find(past, now->at[i].name), &now->at[i]);
	for (size_t i = 0; !rc && i < past->n; i++)
		if (!tong__layers_find(now, past->at[i].name))
			rc = compare_layer(c, &past->at[i], NULL);
	tong__changed_sort(c);
	return rc ? tong__fail_nomem(err) : 0;
}
