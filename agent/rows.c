/* Rows of the full text: the record of each, kept in memory while a release is, as a query may find
 * thousands. */
#include "agent/rows.h"

#include <stdlib.h>
#include <string.h>

#include "agent/store_sql.h"

#define MAX_LAYERS 64 /* of regions: L4 gives a node a few */

struct row {
	int64_t id;
	uint32_t item;
	uint32_t layer; /* 0: base, or a place in layers */
};

struct tong__rows {
	struct row *all; /* in the order of ids */
	size_t n, cap;
	char *layers[MAX_LAYERS];
};

static int layer_of(struct tong__rows *r, const char *name, uint32_t *out)
{
	*out = 0;
	if (strcmp(name, "base") == 0)
		return 0;
	for (*out = 1; *out < MAX_LAYERS; ++*out) {
		if (!r->layers[*out])
			r->layers[*out] = strdup(name);
		if (!r->layers[*out])
			return -1;
		if (strcmp(r->layers[*out], name) == 0)
			return 0;
	}
	return 0; /* further layers share the last number, which no name has */
}

static int add(struct tong__rows *r, const struct tong__names *names, sqlite3_stmt *st)
{
	const char *layer = (const char *)sqlite3_column_text(st, 1);
	const char *key = (const char *)sqlite3_column_text(st, 2);
	const char *code = key ? strchr(key, '/') : NULL;
	struct row row = { .id = sqlite3_column_int64(st, 0) }, *more;
	size_t item = code ? tong__names_item(names, code + 1) : SIZE_MAX;

	if (!layer || item == SIZE_MAX)
		return 0;
	if (r->n == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 1024;
		more = realloc(r->all, r->cap * sizeof *more);
		if (!more)
			return -1;
		r->all = more;
	}
	row.item = (uint32_t)item;
	if (layer_of(r, layer, &row.layer))
		return -1;
	r->all[r->n++] = row;
	return 0;
}

static int by_id(const void *x, const void *y)
{
	const struct row *a = x, *b = y;

	return (a->id > b->id) - (a->id < b->id);
}

int tong__rows_new(struct tong__rows **out, struct tong__store *s, const struct tong__names *names,
				   tong_error *err)
{
	struct tong__rows *r = calloc(1, sizeof *r);
	sqlite3_stmt *st = r ? tong__sql(s, err,
									 "SELECT id, layer, key FROM record WHERE layer = 'base'"
									 " AND key >= 'item/' AND key < 'item0' UNION ALL"
									 " SELECT id, layer, key FROM record WHERE layer >= 'r'"
									 " AND layer < 's' AND key >= 'listing/' AND key < 'listing0'",
									 "")
						 : NULL;
	int row = st ? 1 : -1, bad = 0;

	*out = NULL;
	while (!bad && row == 1 && (row = tong__sql_step(s, st, err)) == 1)
		bad = add(r, names, st);
	tong__sql_done(s, st);
	if (!r || bad || row < 0) {
		tong__rows_free(r);
		return !r || bad ? tong__fail_nomem(err) : err->code;
	}
	if (r->n)
		qsort(r->all, r->n, sizeof *r->all, by_id);
	*out = r;
	return 0;
}

void tong__rows_free(struct tong__rows *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < MAX_LAYERS; i++)
		free(r->layers[i]);
	free(r->all);
	free(r);
}

size_t tong__rows_item(const struct tong__rows *r, int64_t id, const char *layer)
{
	struct row key = { .id = id };
	const struct row *at = r->n ? bsearch(&key, r->all, r->n, sizeof key, by_id) : NULL;
	const char *own = at && at->layer && at->layer < MAX_LAYERS ? r->layers[at->layer] : NULL;

	if (!at || (layer && at->layer && (!own || strcmp(own, layer) != 0)))
		return SIZE_MAX;
	return at->item;
}
