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

struct beside {
	const struct tong__table *table;
	struct tong__findings *fs;
};

static void say_twice(void *arg, size_t row)
{
	const struct beside *b = arg;
	const char *id = tong__table_cell(b->table, row, "id");

	tong__report_row(b->fs, "entry-id-twice", b->table, row, id, "one row", id);
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
	tong__table_repeats(m->intermediaries, "id", say_twice,
	                    &(struct beside){m->intermediaries, fs});
	for (size_t row = 0; row < m->intermediaries->n_rows; row++)
		check_intermediary(m, row, fs);
}
