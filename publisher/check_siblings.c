/* Sibling regions: counties of one city that promise different times for the same item. */
#include "publisher/check.h"

#include <stdlib.h>
#include <string.h>

struct promise {
	const char *parent, *item, *days, *unit;
	const struct tong__local *l;
	size_t row;
};

static int by_item(const void *x, const void *y)
{
	const struct promise *a = x, *b = y;
	int c = strcmp(a->parent, b->parent);

	if (!c)
		c = strcmp(a->item, b->item);
	return c ? c : strcmp(a->l->region, b->l->region);
}

static size_t collect(const struct tong__model *m, struct promise *out)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_locals; i++) {
		const struct tong__local *l = &m->locals[i];
		const struct tong__region *r = tong__model_region(m, l->region);

		for (size_t row = 0; r && l->items && row < l->items->n_rows; row++) {
			const char *days = tong__table_cell(l->items, row, "limit_promised_days");

			if (!*days)
				continue;
			if (out)
				out[n] = (struct promise){r->parent, tong__table_cell(l->items, row, "item"), days,
				                          tong__table_cell(l->items, row, "limit_promised_unit"), l,
				                          row};
			n++;
		}
	}
	return n;
}

void tong__check_siblings(const struct tong__model *m, struct tong__findings *fs)
{
	size_t n = collect(m, NULL);
	struct promise *all = calloc(n + 1, sizeof *all);

	if (all && n) {
		collect(m, all);
		qsort(all, n, sizeof *all, by_item);
	}
	for (size_t i = 1; all && i < n; i++) {
		const struct promise *a = &all[i - 1], *b = &all[i];

		if (strcmp(a->parent, b->parent) || strcmp(a->item, b->item) || a->l == b->l)
			continue;
		if (strcmp(a->days, b->days) || strcmp(a->unit, b->unit))
			tong__report_cell(fs, "sibling-limit", b->l, b->row, "limit_promised_days", a->days,
			                  b->days);
	}
	free(all);
}
