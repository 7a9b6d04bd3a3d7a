/* Records figures/REGION: what a region's own cases say, counted, so that one page of the province
 * can show all regions side by side. */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/tally.h"
#include "publisher/records.h"

/* The columns of a region's table that are counted. */
struct counted {
	int item, agency, visits, depth, days, unit, sample;
};

static const char *cell(const struct tong__table *t, size_t row, int column)
{
	return column < 0 ? "" : tong__table_at(t, row, (size_t)column);
}

/* A cell that is no number was reported by the check. */
static json_int_t number(const char *text)
{
	char *end;
	long n = strtol(text, &end, 10);

	return *text && !*end && n >= 0 && n <= 1000000 ? n : -1;
}

static void count_row(struct tong__tally *to, const struct tong__table *t,
                      const struct counted *c, size_t row, const struct tong__item *item)
{
	const char *codes = cell(t, row, c->depth);
	struct tong__days promise = {number(cell(t, row, c->days)), cell(t, row, c->unit)[0]};
	int depth = -1;

	for (; *codes; codes++)
		depth = tong__depth_further(depth, *codes);
	tong__tally_add(to, number(cell(t, row, c->visits)), depth,
	                tong__days_of(tong__json_obj(item->doc->root, "limit_statutory")), promise);
}

/* By agency: {id: counts}, added to as rows come. */
static void count_agency(struct tong__build *b, json_t *agencies, const char *id,
                         const struct tong__table *t, const struct counted *c, size_t row,
                         const struct tong__item *item)
{
	json_t *obj = json_object_get(agencies, id);
	struct tong__tally one = {0};

	if (!obj) {
		obj = json_object();
		if (!obj || json_object_set_new(agencies, id, obj)) {
			b->nomem = true;
			return;
		}
	}
	tong__tally_read(&one, obj);
	count_row(&one, t, c, row, item);
	b->nomem |= tong__tally_write(&one, obj) != 0;
}

static int put_figures(struct tong__build *b, const char *region, const struct tong__table *t,
                       bool agencies)
{
	struct counted c = {tong__table_column(t, "item"), tong__table_column(t, "agency"),
	                    tong__table_column(t, "visits"), tong__table_column(t, "online_depth"),
	                    tong__table_column(t, "limit_promised_days"),
	                    tong__table_column(t, "limit_promised_unit"),
	                    tong__table_column(t, "sample")};
	json_t *rec = tong__record_new(b, "figures/", region), *by = agencies ? json_object() : NULL;
	struct tong__tally all = {0};
	bool sample = false;

	for (size_t row = 0; row < t->n_rows; row++) {
		const struct tong__item *item = tong__model_item(b->m, cell(t, row, c.item));
		const char *agency = cell(t, row, c.agency);

		if (!item)
			continue;
		count_row(&all, t, &c, row, item);
		if (by && *agency)
			count_agency(b, by, agency, t, &c, row, item);
		sample |= !strcmp(cell(t, row, c.sample), "yes");
	}
	b->nomem |= tong__tally_write(&all, rec) != 0;
	tong__set(b, rec, "agencies", by);
	if (sample)
		tong__set(b, rec, "sample", json_true());
	if (all.n)
		return tong__record_put(b, rec);
	json_decref(rec);
	return 0;
}

int tong__records_figures(struct tong__build *b)
{
	const char *province = tong__json_str(b->m->catalogue->root, "province");
	int rc = 0;

	for (size_t i = 0; !rc && i < b->m->n_locals; i++) {
		const struct tong__local *l = &b->m->locals[i];

		if (l->items)
			rc = put_figures(b, l->region, l->items, province && !strcmp(l->region, province));
	}
	return rc;
}
