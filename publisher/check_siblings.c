/* Sibling regions: counties of one city that have different standards for the same item. */
#include "publisher/check.h"

#include <stdlib.h>
#include <string.h>

struct sibling {
	const char *parent, *item;
	const struct tong__local *l;
	size_t row;
};

/* The elements that a region may improve (M), and what is said when two differ. The unit belongs
 * to its days. */
static const struct {
	const char *column, *unit, *rule;
} standards[] = {
	{"limit_promised_days", "limit_promised_unit", "sibling-limit"},
	{"visits", NULL, "sibling-standard"},
	{"case_type", NULL, "sibling-standard"},
	{"online_depth", NULL, "sibling-standard"},
	{"handle_area", NULL, "sibling-standard"},
};

static int by_item(const void *x, const void *y)
{
	const struct sibling *a = x, *b = y;
	int c = strcmp(a->parent, b->parent);

	if (!c)
		c = strcmp(a->item, b->item);
	return c ? c : strcmp(a->l->region, b->l->region);
}

static bool says_anything(const struct tong__table *t, size_t row)
{
	for (size_t i = 0; i < sizeof standards / sizeof *standards; i++)
		if (*tong__table_cell(t, row, standards[i].column))
			return true;
	return false;
}

/* The rows that set a standard of their own; with 'out' NULL only counted. */
static size_t collect(const struct tong__model *m, struct sibling *out)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_locals; i++) {
		const struct tong__local *l = &m->locals[i];
		const struct tong__region *r = tong__model_region(m, l->region);

		for (size_t row = 0; r && l->items && row < l->items->n_rows; row++) {
			if (!says_anything(l->items, row))
				continue;
			if (out)
				out[n] = (struct sibling){
					r->parent, tong__table_cell(l->items, row, "item"), l, row,
				};
			n++;
		}
	}
	return n;
}

/* Where one of the two says nothing, the province's standard holds and the overlay's own rules
 * have judged it. */
static void compare(const struct sibling *a, const struct sibling *b, size_t which,
                    struct tong__findings *fs)
{
	const char *column = standards[which].column, *unit = standards[which].unit;
	const char *x = tong__table_cell(a->l->items, a->row, column);
	const char *y = tong__table_cell(b->l->items, b->row, column);

	if (!*x || !*y)
		return;
	if (strcmp(x, y) || (unit && strcmp(tong__table_cell(a->l->items, a->row, unit),
	                                    tong__table_cell(b->l->items, b->row, unit))))
		tong__report_cell(fs, standards[which].rule, b->l, b->row, column, x, y);
}

void tong__check_siblings(const struct tong__model *m, struct tong__findings *fs)
{
	size_t n = collect(m, NULL);
	struct sibling *all = calloc(n + 1, sizeof *all);

	if (all && n) {
		collect(m, all);
		qsort(all, n, sizeof *all, by_item);
	}
	for (size_t i = 1; all && i < n; i++) {
		const struct sibling *a = &all[i - 1], *b = &all[i];

		if (strcmp(a->parent, b->parent) || strcmp(a->item, b->item) || a->l == b->l)
			continue;
		for (size_t k = 0; k < sizeof standards / sizeof *standards; k++)
			compare(a, b, k, fs);
	}
	free(all);
}
