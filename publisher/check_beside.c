/* What stands beside the items: notices, electronic licences and intermediaries. */
#include "publisher/check.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/text.h"

static const struct tong__element notice_elements[] = {
	{"title", "标题", TONG__U, TONG__T_TEXT, 200, false, NULL, NULL, 0, NULL},
	{"date", "日期", TONG__U, TONG__T_TEXT, 10, false, NULL, NULL, 0, NULL},
	{"number", "文号", TONG__U, TONG__T_TEXT, 200, false, NULL, NULL, 0, NULL},
	{"issuer", "发布机关", TONG__U, TONG__T_TEXT, 200, false, NULL, NULL, 0, NULL},
	{"source", "来源", TONG__U, TONG__T_TEXT, TONG_MAX_URL, false, NULL, NULL, 0, NULL},
	{.name = NULL}
};

static bool written(const json_t *root, const char *name)
{
	const char *s = tong__json_str(root, name);

	return s && *s;
}

static void check_notice(const struct tong__doc *d, struct tong__findings *fs)
{
	char id[65];

	tong__notice_id(d, id);
	tong__check_elements(d, d->root, notice_elements, id, fs);
	if (!written(d->root, "title"))
		tong__report_entry(fs, "notice-title", d, d->root, id, "title", "not written");
	if (!written(d->root, "date"))
		tong__report_entry(fs, "notice-title", d, d->root, id, "date: \"2026-01-31\"",
		                   "not written");
}

struct keyed {
	const char *id;
	size_t row;
};

static int by_id(const void *x, const void *y)
{
	const struct keyed *a = x, *b = y;
	int c = strcmp(a->id, b->id);

	return c ? c : (a->row > b->row) - (a->row < b->row);
}

static void check_once(const struct tong__table *t, struct tong__findings *fs)
{
	struct keyed *all = calloc(t->n_rows + 1, sizeof *all);

	if (!all)
		return;
	for (size_t i = 0; i < t->n_rows; i++)
		all[i] = (struct keyed){tong__table_cell(t, i, "id"), i};
	qsort(all, t->n_rows, sizeof *all, by_id);
	for (size_t i = 1; i < t->n_rows; i++)
		if (!strcmp(all[i].id, all[i - 1].id))
			tong__report_row(fs, "entry-id-twice", t, all[i].row, all[i].id, "one row", all[i].id);
	free(all);
}

static void check_intermediary(const struct tong__model *m, size_t row, struct tong__findings *fs)
{
	const struct tong__table *t = m->intermediaries;
	const char *id = tong__table_cell(t, row, "id"), *name = tong__table_cell(t, row, "name");
	const char *region = tong__table_cell(t, row, "region");

	if (!tong__id_valid(id))
		tong__report_row(fs, "id-form", t, row, id, "1 to 64 letters, digits, - or _", id);
	if (!*name)
		tong__report_row(fs, "entry-name", t, row, id, "name", "not written");
	if (*region && !tong__model_region(m, region))
		tong__report_row(fs, "reference-region", t, row, id, "a code of regions.csv", region);
}

static void check_licences_named(const struct tong__model *m, struct tong__findings *fs)
{
	const json_t *list = m->materials ? tong__json_arr(m->materials->root, "materials") : NULL, *v;
	size_t i;

	json_array_foreach(list, i, v) {
		const char *id = tong__json_str(v, "id"), *licence = tong__json_str(v, "licence");

		if (licence && *licence && !tong__model_licence(m, licence))
			tong__report_entry(fs, "reference-licence", m->materials, v, id ? id : "",
			                   "an id of licences.yaml", licence);
	}
}

void tong__check_beside(const struct tong__model *m, struct tong__findings *fs)
{
	for (size_t i = 0; i < m->n_notices; i++)
		check_notice(m->notices[i], fs);
	check_licences_named(m, fs);
	if (!m->intermediaries)
		return;
	check_once(m->intermediaries, fs);
	for (size_t row = 0; row < m->intermediaries->n_rows; row++)
		check_intermediary(m, row, fs);
}
