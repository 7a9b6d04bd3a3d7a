/* Records listing/CODE and hall/ID: what one region adds to the unified items. */
#include "publisher/records.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"

/* A cell that is a number in the record; what is no number was reported by the check. */
static json_t *integer_of(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	return *text && !*end && n >= 0 && n <= 1000000 ? json_integer(n) : NULL;
}

/* Columns of one table by the elements they hold: found once, not for each of a county's rows. */
struct columns {
	const struct tong__table *table;
	struct {
		const struct tong__element *element;
		int column;
	} of_case[64];               /* what goes into a case under the element's name */
	size_t n;
	int item, sample, days, unit;
};

static void find_columns(struct columns *c, const struct tong__table *t)
{
	memset(c, 0, sizeof *c);
	c->table = t;
	c->item = tong__table_column(t, "item");
	c->sample = tong__table_column(t, "sample");
	c->days = tong__table_column(t, "limit_promised_days");
	c->unit = tong__table_column(t, "limit_promised_unit");
	for (const struct tong__element *e = tong__listing_elements; e->name; e++) {
		int column = tong__table_column(t, e->name);

		if (column < 0 || column == c->item || column == c->sample || column == c->days ||
		    column == c->unit || c->n == sizeof c->of_case / sizeof *c->of_case)
			continue;
		c->of_case[c->n].element = e;
		c->of_case[c->n++].column = column;
	}
}

static const char *cell(const struct columns *c, size_t row, int column)
{
	return column < 0 ? "" : tong__table_at(c->table, row, (size_t)column);
}

static void set_limit(struct tong__build *b, json_t *one, const struct columns *c, size_t row)
{
	json_t *days = integer_of(cell(c, row, c->days)), *limit;
	const char *unit = cell(c, row, c->unit);

	if (!days || !*unit) {   /* days without a unit say nothing */
		json_decref(days);
		return;
	}
	limit = json_object();
	tong__set(b, limit, "days", days);
	tong__set_str(b, limit, "unit", unit);
	tong__set(b, one, "limit_promised", limit);
}

/* The implementing code follows from the three parts, as far as all of them are known and sound. */
static void set_implementing_code(struct tong__build *b, json_t *one, const char *item)
{
	const char *uscc = tong__json_str(one, "org_code"), *level = tong__json_str(one, "level");
	char code[32];

	if (uscc && level && level[0] >= '0' && level[0] <= '9' && !level[1] &&
	    tong__uscc_valid(uscc) && tong__code_system_of(item) == TONG__CODE_NATIONAL_12 &&
	    tong__implementing_code(uscc, level[0] - '0', item, code))
		tong__set_str(b, one, "implementing_code", code);
}

static json_t *case_of(struct tong__build *b, const struct columns *c, size_t row, const char *item)
{
	json_t *one = json_object();

	for (size_t i = 0; i < c->n; i++) {
		const struct tong__element *e = c->of_case[i].element;
		const char *text = cell(c, row, c->of_case[i].column);

		if (!*text)
			continue;
		if (e->type == TONG__T_INT)
			tong__set(b, one, e->name, integer_of(text));
		else if (e->type == TONG__T_ENUMS)
			tong__set(b, one, e->name, tong__split(b, text, '^'));
		else
			tong__set_str(b, one, e->name, text);
	}
	set_limit(b, one, c, row);
	set_implementing_code(b, one, item);
	return one;
}

struct row { const char *item; size_t row; };

static int by_item(const void *x, const void *y)
{
	const struct row *a = x, *b = y;
	int c = strcmp(a->item, b->item);

	return c ? c : a->row < b->row ? -1 : a->row > b->row;
}

/* The rows of one item, from 'from' up to 'to'. */
static int put_listing(struct tong__build *b, const struct columns *c, const struct row *rows,
                       size_t from, size_t to)
{
	json_t *rec, *cases = json_array();
	bool sample = false;

	for (size_t i = from; i < to; i++) {
		tong__add(b, cases, case_of(b, c, rows[i].row, rows[i].item));
		sample |= !strcmp(cell(c, rows[i].row, c->sample), "yes");
	}
	rec = tong__record_new(b, "listing/", rows[from].item);
	tong__set_str(b, rec, "item", rows[from].item);
	tong__set(b, rec, "cases", cases);
	if (sample)
		tong__set(b, rec, "sample", json_true());
	return tong__record_put(b, rec);
}

/* A row of an item that does not exist is an error of the check; waived, it waits for its item. */
static int put_listings(struct tong__build *b, const struct tong__table *t)
{
	struct row *rows = calloc(t->n_rows + 1, sizeof *rows);
	struct columns c;
	size_t n = 0, to;
	int rc = 0;

	if (!rows)
		return tong__fail_nomem(b->err);
	find_columns(&c, t);
	for (size_t i = 0; i < t->n_rows; i++) {
		const char *item = cell(&c, i, c.item);

		if (tong__model_item(b->m, item))
			rows[n++] = (struct row){item, i};
	}
	qsort(rows, n, sizeof *rows, by_item);
	for (size_t from = 0; !rc && from < n; from = to) {
		for (to = from + 1; to < n && !strcmp(rows[to].item, rows[from].item); to++)
			continue;
		rc = put_listing(b, &c, rows, from, to);
	}
	free(rows);
	return rc;
}

static int put_halls(struct tong__build *b, const struct tong__doc *d)
{
	static const char *const names[] = {"name", "address", "hours", "phone", "transport",
	                                    "windows"};
	const json_t *hall;
	size_t i;
	int rc = 0;

	json_array_foreach(tong__json_arr(d->root, "halls"), i, hall) {
		const char *id = tong__json_str(hall, "id");
		json_t *rec;

		if (!id || rc)
			continue;
		rec = tong__record_new(b, "hall/", id);
		for (size_t k = 0; k < sizeof names / sizeof *names; k++)
			tong__set(b, rec, names[k], tong__known(b, json_object_get(hall, names[k])));
		if (tong__json_bool(d->root, "sample"))
			tong__set(b, rec, "sample", json_true());
		rc = tong__record_put(b, rec);
	}
	return rc;
}

int tong__records_local(struct tong__build *b, const struct tong__local *l)
{
	int rc = 0;

	if (l->halls)
		rc = put_halls(b, l->halls);
	if (!rc && l->items)
		rc = put_listings(b, l->items);
	return rc;
}
