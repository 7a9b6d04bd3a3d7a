/* Pairing the things of two lists or tables: sorted by key, then walked side by side. */
#include "publisher/review_entries.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "publisher/doc.h"
#include "publisher/table.h"

/* One thing: an entry of a YAML list, or a row. */
struct entry {
	const char *keys[4];
	size_t at;             /* position in its file: the same keys twice are paired in order */
	json_t *value;         /* NULL for rows until they are needed */
};

struct entries {
	struct entry *at;
	size_t n;
	struct tong__doc *doc;
	struct tong__table *table;
};

static void entries_free(struct entries *es)
{
	for (size_t i = 0; i < es->n; i++)
		json_decref(es->at[i].value);
	free(es->at);
	tong__doc_free(es->doc);
	tong__table_free(es->table);
}

static int keys_cmp(const struct entry *a, const struct entry *b)
{
	int c = 0;

	for (size_t i = 0; !c && i < 4 && a->keys[i]; i++)
		c = strcmp(a->keys[i], b->keys[i]);
	return c;
}

static int by_keys(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	int c = keys_cmp(a, b);

	return c ? c : a->at < b->at ? -1 : a->at > b->at;
}

/* ---- reading ---- */

static int read_list(struct entries *es, const struct tong__review_kind *k,
                     const struct tong__buf *text, struct tong__findings *fs, tong_error *err)
{
	json_t *list, *v;
	size_t i;
	int rc = tong__doc_yaml(&es->doc, "", text->data, text->len, fs, err);

	list = rc ? NULL : tong__json_arr(es->doc->root, k->member);
	es->at = calloc(json_array_size(list) + 1, sizeof *es->at);
	if (!rc && !es->at)
		rc = tong__fail_nomem(err);
	json_array_foreach(list, i, v) {
		const char *id = tong__json_str(v, k->keys[0]);

		if (!rc && id)
			es->at[es->n++] = (struct entry){{id}, i, json_incref(v)};
	}
	return rc;
}

static int read_table(struct entries *es, const struct tong__review_kind *k,
                      const struct tong__buf *text, struct tong__findings *fs, tong_error *err)
{
	static const char *const any[] = {NULL};   /* the check says what is wrong with columns */
	const struct tong__table *t;
	int rc = tong__table_read(&es->table, "", text->data, text->len, any, fs, err);

	if (rc)
		return rc;
	t = es->table;
	es->at = calloc(t->n_rows + 1, sizeof *es->at);
	if (!es->at)
		return tong__fail_nomem(err);
	for (size_t i = 0; i < t->n_rows; i++) {
		es->at[i].at = i;
		for (size_t c = 0; c < 4 && k->keys[c]; c++)
			es->at[i].keys[c] = tong__table_cell(t, i, k->keys[c]);
	}
	es->n = t->n_rows;
	return 0;
}

static int read_entries(struct entries *es, const struct tong__review_kind *k,
                        const struct tong__buf *text, tong_error *err)
{
	struct tong__findings *fs = NULL;
	int rc = 0;

	if (!text->len)
		return 0;
	if (tong__findings_new(&fs))
		return tong__fail_nomem(err);
	if (k->shape == TONG__SHAPE_LIST)
		rc = read_list(es, k, text, fs, err);
	else
		rc = read_table(es, k, text, fs, err);
	tong__findings_free(fs);
	if (!rc && es->n)
		qsort(es->at, es->n, sizeof *es->at, by_keys);
	return rc;
}

/* ---- comparing ---- */

/* A row as a thing; blank cells are unknown. NULL when memory is out. */
static const json_t *value_of(const struct entries *es, struct entry *e)
{
	const struct tong__table *t = es->table;

	if (e->value || !t)
		return e->value;
	e->value = json_object();
	for (size_t c = 0; e->value && c < t->n_columns; c++) {
		const char *cell = tong__table_at(t, e->at, c);

		if (*cell)
			json_object_set_new(e->value, t->columns[c], json_string(cell));
	}
	return e->value;
}

/* Do two rows say the same? Columns may stand in another order. */
static bool same_rows(const struct tong__table *a, size_t i, const struct tong__table *b, size_t j)
{
	for (size_t c = 0; c < a->n_columns; c++)
		if (strcmp(tong__table_at(a, i, c), tong__table_cell(b, j, a->columns[c])))
			return false;
	for (size_t c = 0; c < b->n_columns; c++)
		if (tong__table_column(a, b->columns[c]) < 0 && *tong__table_at(b, j, c))
			return false;
	return true;
}

static bool same(const struct entries *a, const struct entry *x, const struct entries *b,
                 const struct entry *y)
{
	if (a->table && b->table)
		return same_rows(a->table, x->at, b->table, y->at);
	return json_equal(x->value, y->value);
}

static bool each(struct entries *a, struct entries *b,
                 bool (*fn)(void *, const char *, const json_t *, const json_t *), void *user)
{
	size_t i = 0, j = 0;
	bool ok = true;

	while (ok && (i < a->n || j < b->n)) {
		struct entry *x = i < a->n ? &a->at[i] : NULL, *y = j < b->n ? &b->at[j] : NULL;
		int c = !x ? 1 : !y ? -1 : keys_cmp(x, y);
		const json_t *was = NULL, *is = NULL;

		if (c > 0)
			x = NULL;
		if (c < 0)
			y = NULL;
		i += x != NULL;
		j += y != NULL;
		if (x && y && same(a, x, b, y))
			continue;
		if (x)
			was = value_of(a, x);
		if (y)
			is = value_of(b, y);
		ok = (!x || was) && (!y || is) && fn(user, (y ? y : x)->keys[0], was, is);
	}
	return ok;
}

int tong__review_entries(const struct tong__review_kind *k, const struct tong__buf *before,
                         const struct tong__buf *after,
                         bool (*fn)(void *, const char *, const json_t *, const json_t *),
                         void *user, tong_error *err)
{
	struct entries a = {.n = 0}, b = {.n = 0};
	int rc = read_entries(&a, k, before, err);

	if (!rc)
		rc = read_entries(&b, k, after, err);
	if (!rc && !each(&a, &b, fn, user))
		rc = tong__fail_nomem(err);
	entries_free(&a);
	entries_free(&b);
	return rc;
}
