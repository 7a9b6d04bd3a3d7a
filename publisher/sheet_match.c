/* Which row of the catalogue a row of the sheet speaks of. */
#include <stdlib.h>
#include <string.h>

#include "publisher/sheet_rows.h"

static int by_key(const void *x, const void *y)
{
	const struct tong__row_key *a = x, *b = y;
	int c = strcmp(a->key, b->key);

	return c ? c : a->row < b->row ? -1 : a->row > b->row;
}

int tong__row_index_make(struct tong__row_index *x, const struct tong__sheet *view, tong_error *err)
{
	x->n = 0;
	x->at = calloc(view->n_rows + 1, sizeof *x->at);
	if (!x->at)
		return tong__fail_nomem(err);
	for (size_t r = 1; r < view->n_rows; r++)
		x->at[x->n++] = (struct tong__row_key){tong__sheet_at(view, r, 0).text, r};
	qsort(x->at, x->n, sizeof *x->at, by_key);
	return 0;
}

const struct tong__row_key *tong__row_index_find(const struct tong__row_index *x, const char *key)
{
	size_t lo = 0, hi = x->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(x->at[mid].key, key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < x->n && !strcmp(x->at[lo].key, key) ? &x->at[lo] : NULL;
}

bool tong__text_same(const char *a, const char *b)
{
	size_t n, m;

	a = tong__text_trim(a, &n);
	b = tong__text_trim(b, &m);
	return n == m && !memcmp(a, b, n);
}

const char *tong__cell_text(const struct tong__sheet_job *j, size_t row, size_t column,
                            struct tong__buf *buf)
{
	struct tong__cell c = {"", TONG__CELL_TEXT};
	const char *s;
	size_t n;

	if (j->from[column] >= 0)
		c = tong__sheet_at(j->in, row, (size_t)j->from[column]);
	s = tong__text_trim(c.text, &n);
	tong__buf_clear(buf);
	tong__buf_add(buf, s, n);
	return buf->data ? buf->data : "";
}

/* Columns of a region's table that tell the cases of one item apart. */
struct cases {
	size_t code, name;
};

static struct cases cases_of(const struct tong__sheet_job *j)
{
	struct cases c = {0, 0};

	for (size_t i = 0; i < j->columns.n; i++) {
		if (!strcmp(j->columns.at[i].name, "published_code"))
			c.code = i;
		if (!strcmp(j->columns.at[i].name, "published_name"))
			c.name = i;
	}
	return c;
}

/* Does a row of a view say the same as the sheet in this column? A column the sheet does not
 * have says nothing. */
static bool agrees(const struct tong__sheet_job *j, size_t row, const struct tong__sheet *view,
                   size_t view_row, size_t column)
{
	if (j->from[column] < 0)
		return true;
	return tong__text_same(tong__sheet_at(j->in, row, (size_t)j->from[column]).text,
	                       tong__sheet_at(view, view_row, column).text);
}

static bool is_empty(const struct tong__sheet *s, size_t row, int column)
{
	return column < 0 || tong__text_same(tong__sheet_at(s, row, (size_t)column).text, "");
}

/* How sure a match has to be: all of it; the same published code; a code that only one of them
 * has. */
enum { EXACT, BY_CODE, BY_ITEM, N_PASSES };

static bool fits(const struct tong__sheet_job *j, const struct cases *c, int pass, size_t row,
                 size_t now)
{
	bool code = agrees(j, row, j->now, now, c->code);

	switch (pass) {
	case EXACT:
		return code && agrees(j, row, j->now, now, c->name);
	case BY_CODE:
		return code && !is_empty(j->in, row, j->from[c->code]);
	default:
		return is_empty(j->in, row, j->from[c->code]) || is_empty(j->now, now, (int)c->code);
	}
}

/* Rows not yet taken that fit; the first goes to *found. */
static size_t count(const struct tong__sheet_job *j, const struct cases *c, int pass,
                    const char *key, size_t row, size_t *found)
{
	const struct tong__row_key *k = tong__row_index_find(&j->now_index, key);
	size_t n = 0;

	for (; k && k < j->now_index.at + j->now_index.n && !strcmp(k->key, key); k++)
		if (!j->seen[k->row] && fits(j, c, pass, row, k->row) && !n++)
			*found = k->row;
	return n;
}

static void match_cases(struct tong__sheet_job *j, char *const *keys, size_t *rows)
{
	struct cases c = cases_of(j);

	for (int pass = EXACT; pass < N_PASSES; pass++)
		for (size_t r = j->header + 1; r < j->in->n_rows; r++) {
			size_t found = 0, n;

			if (rows[r] || !*keys[r])
				continue;
			n = count(j, &c, pass, keys[r], r, &found);
			/* Two rows that agree in all of it are the same row twice: the first will do. */
			if (n == 1 || (n && pass == EXACT && j->from[c.code] >= 0 && j->from[c.name] >= 0)) {
				rows[r] = found;
				j->seen[found] = true;
			} else if (n > 1) {
				tong__report_problem(j, r, 0, j->columns.at[0].header, keys[r],
				                     "this item has several rows: it is not known which one is "
				                     "meant", "fill in “公布的编码” or “公布的名称”");
				rows[r] = SIZE_MAX;
			}
		}
}

static void match_codes(struct tong__sheet_job *j, char *const *keys, size_t *rows)
{
	for (size_t r = j->header + 1; r < j->in->n_rows; r++) {
		const struct tong__row_key *k = *keys[r] ? tong__row_index_find(&j->now_index, keys[r])
			: NULL;

		if (!k)
			continue;
		rows[r] = k->row;
		j->seen[k->row] = true;
	}
}

struct keyed { const char *key; size_t row; };

static int by_keyed(const void *x, const void *y)
{
	const struct keyed *a = x, *b = y;
	int c = strcmp(a->key, b->key);

	return c ? c : a->row < b->row ? -1 : a->row > b->row;
}

/* The same code in two rows: which of them shall hold? */
static int report_twice(struct tong__sheet_job *j, char *const *keys, size_t *rows)
{
	struct keyed *all = calloc(j->in->n_rows + 1, sizeof *all);
	size_t n = 0;

	if (!all)
		return tong__fail_nomem(j->im->err);
	for (size_t r = j->header + 1; r < j->in->n_rows; r++)
		if (*keys[r])
			all[n++] = (struct keyed){keys[r], r};
	qsort(all, n, sizeof *all, by_keyed);
	for (size_t i = 1; i < n; i++)
		if (!strcmp(all[i].key, all[i - 1].key)) {
			tong__report_problem(j, all[i].row, 0, j->columns.at[0].header, all[i].key,
			                     "this code has a row above already", "one row for each code");
			rows[all[i].row] = SIZE_MAX;
		}
	free(all);
	return 0;
}

int tong__rows_match(struct tong__sheet_job *j, char *const *keys, size_t *rows)
{
	for (size_t r = 0; r < j->in->n_rows; r++)
		rows[r] = r <= j->header || !*keys[r] ? SIZE_MAX : 0;
	if (j->kind == TONG__KIND_LOCAL) {
		match_cases(j, keys, rows);
		return 0;
	}
	match_codes(j, keys, rows);
	return report_twice(j, keys, rows);
}

size_t tong__row_before(const struct tong__sheet_job *j, const char *key, size_t row,
                        size_t now_row)
{
	const struct tong__row_key *k = j->base ? tong__row_index_find(&j->base_index, key) : NULL;
	struct cases c = cases_of(j);
	size_t same_as_now = 0;

	if (!k || j->kind != TONG__KIND_LOCAL)
		return k ? k->row : 0;
	for (; k < j->base_index.at + j->base_index.n && !strcmp(k->key, key); k++) {
		if (agrees(j, row, j->base, k->row, c.code) && agrees(j, row, j->base, k->row, c.name))
			return k->row;
		if (now_row && tong__text_same(tong__sheet_at(j->base, k->row, c.code).text,
		                               tong__sheet_at(j->now, now_row, c.code).text) &&
		    tong__text_same(tong__sheet_at(j->base, k->row, c.name).text,
		                    tong__sheet_at(j->now, now_row, c.name).text))
			same_as_now = k->row;
	}
	return same_as_now;
}
