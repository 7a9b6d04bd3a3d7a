/* Tables of statistics: departments and regions side by side, a bar in every cell. */
#include <stdio.h>
#include <string.h>

#include "core/page_stats.h"

/* {title, column, rows: {n, list: [{label, url, n, cells: […]}…]}} */
static json_t *begin_table(struct tong__page *p, const char *title, const char *column)
{
	json_t *table = tong__page_row(p, json_object_get(p->view, "tables"));

	tong__page_str(p, table, "id", title);
	tong__page_str(p, table, "title", tong__page_word(p, title));
	tong__page_str(p, table, "column", tong__page_word(p, column));
	tong__page_array(p, table, "rows");
	return table;
}

/* What stands above the rows goes along with them, where a template finds it. */
static void end_table(struct tong__page *p, json_t *table)
{
	json_t *rows;

	tong__page_wrap(p, table, "rows");
	rows = json_object_get(table, "rows");
	if (rows)
		tong__page_copy(p, rows, table, "id", "title", "column", NULL);
}

/* A part of a whole; of nothing known there is no bar, and it is said. */
static void cell(struct tong__page *p, json_t *cells, const char *text, json_int_t part,
                 json_int_t whole)
{
	json_t *one = tong__page_row(p, cells);

	if (whole <= 0)
		return;
	tong__page_str(p, one, "text", text);
	tong__page_int(p, one, "w", (size_t)(1000 * (part < 0 ? 0 : part) / whole));
}

static void share(struct tong__page *p, json_t *cells, json_int_t part, json_int_t whole)
{
	char text[48];

	snprintf(text, sizeof text, "%lld / %lld", (long long)part, (long long)whole);
	cell(p, cells, text, part, whole);
}

static void put_row(struct tong__page *p, json_t *table, const char *label, json_t *url,
                    const json_t *counts)
{
	json_t *row = tong__page_row(p, json_object_get(table, "rows")), *cells;
	struct tong__tally t;
	char text[32];

	tong__tally_read(&t, counts);
	tong__page_str(p, row, "label", label);
	if (url)
		tong__page_set(p, row, "url", url);
	tong__page_int(p, row, "n", (size_t)t.n);
	if (tong__json_bool(counts, "sample"))
		tong__page_true(p, row, "invented");
	cells = tong__page_array(p, row, "cells");
	share(p, cells, t.online, t.depth);
	share(p, cells, t.once, t.visits);
	snprintf(text, sizeof text, "%lld %%",
	         t.law > 0 ? (long long)(100 * (t.law - t.promise) / t.law) : 0LL);
	cell(p, cells, text, t.law - t.promise, t.law);
}

void tong__stats_agencies(struct tong__page *p, const char *title, const json_t *groups)
{
	json_t *table = begin_table(p, title, "agency"), *counts, *rec, *url;
	const char *id, *name;

	json_object_foreach((json_t *)groups, id, counts) {
		rec = *id ? tong__page_get(p, "agency/", id) : NULL;
		name = tong__json_str(rec, "name");
		url = rec ? tong__page_text(p, p->root, "agencies/", id, "/", NULL) : NULL;
		put_row(p, table, name ? name : tong__page_word(p, "unknown"), url, counts);
		json_decref(rec);
	}
	end_table(p, table);
}

struct regions {
	struct tong__page *p;
	json_t *table;
};

static int take_region(void *arg, const char *key, const json_t *counts)
{
	const char *region = key + strlen("figures/"), *name;
	struct regions *r = arg;
	json_t *rec = tong__page_get(r->p, "region/", region);
	json_t *url = tong__page_text(r->p, r->p->root, "regions/", region, "/stats/", NULL);
	const json_t *agencies = json_object_get(counts, "agencies");

	name = tong__json_str(rec, "name");
	if (json_object_size(agencies))
		tong__stats_agencies(r->p, "stats_province_agencies", agencies);
	put_row(r->p, r->table, name ? name : region, url, counts);
	json_decref(rec);
	return r->p->nomem ? tong__fail_nomem(&r->p->err) : r->p->err.code;
}

int tong__stats_regions(struct tong__page *p)
{
	struct regions r = {.p = p, .table = begin_table(p, "stats_regions", "region")};
	int rc = tong__page_each(p, "base", "figures/", take_region, &r);

	end_table(p, r.table);
	return rc;
}
