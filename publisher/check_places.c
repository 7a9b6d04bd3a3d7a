/* Regions, agencies, halls: codes have their form, parents exist, ids stand once (S2, S3). */
#include "publisher/check.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/text.h"
#include "publisher/scope.h"

static void find_region(const struct tong__model *m, const struct tong__region *r, const char *rule,
                        const char *wanted, const char *found, struct tong__findings *fs)
{
	tong__find(fs, rule, m->region_table->path, r->line, 1, "", r->code, wanted, "%s", found);
}

static bool form_fits(const struct tong__region *r)
{
	static const size_t digits[] = {0, 6, 6, 6, 9, 12};
	size_t n = strlen(r->code);

	return r->level >= 1 && r->level <= 5 && n == digits[r->level] &&
	       strspn(r->code, "0123456789") == n;
}

static bool parent_fits(const struct tong__model *m, const struct tong__region *r)
{
	const struct tong__region *up;

	if (r->level == 1)
		return !*r->parent;
	up = tong__model_region(m, r->parent);
	return up && up->level == r->level - 1 && tong__region_within(r->code, r->parent);
}

void tong__check_regions(const struct tong__model *m, struct tong__findings *fs)
{
	for (size_t i = 0; i < m->n_regions; i++) {
		const struct tong__region *r = &m->regions[i];

		if (i && !strcmp(r->code, m->regions[i - 1].code))
			find_region(m, r, "region-twice", "one row", r->name, fs);
		else if (!form_fits(r))
			find_region(m, r, "region-form", "", r->code, fs);
		else if (!parent_fits(m, r))
			find_region(m, r, "region-parent", "the code of the region above", r->parent, fs);
	}
}

bool tong__org_code_sound(const char *code)
{
	return strlen(code) == 18 ? tong__uscc_valid(code) : tong__orgcode_valid(code);
}

static void check_agency(const struct tong__model *m, size_t row, struct tong__findings *fs)
{
	const struct tong__table *t = m->agencies;
	const char *id = tong__table_cell(t, row, "id");
	const char *uscc = tong__table_cell(t, row, "uscc");
	const char *region = tong__table_cell(t, row, "region");
	const char *seen = tong__table_cell(t, row, "codes_seen");

	if (*uscc && !tong__uscc_valid(uscc))
		tong__find(fs, "agency-uscc", t->path, t->lines[row], 1, "实施主体编码", id,
		           "18 characters with a right check digit", "%s", uscc);
	if (!tong__model_region(m, region))
		tong__find(fs, "reference-region", t->path, t->lines[row], 1, "", id,
		           "a code of regions.csv", "%s", region);
	if (strchr(seen, ' '))
		tong__find(fs, "agency-codes", t->path, t->lines[row], 1, "实施主体编码", id, "one code",
		           "%s: %s", tong__table_cell(t, row, "name"), seen);
}

struct agencies {
	const struct tong__table *table;
	struct tong__findings *fs;
};

static void say_twice(void *arg, size_t row)
{
	const struct agencies *a = arg;
	const char *id = tong__table_cell(a->table, row, "id");

	tong__find(a->fs, "agency-twice", a->table->path, a->table->lines[row], 1, "", id, "one row",
	           "%s", id);
}

void tong__check_agencies(const struct tong__model *m, struct tong__findings *fs)
{
	if (!m->agencies)
		return;
	tong__table_repeats(m->agencies, "id", say_twice, &(struct agencies){m->agencies, fs});
	for (size_t row = 0; row < m->agencies->n_rows; row++)
		check_agency(m, row, fs);
}

void tong__check_scope(const struct tong__model *m, struct tong__findings *fs)
{
	const struct tong__table *t = m->scope;
	const char *wanted, *column;

	for (size_t row = 0; t && row < t->n_rows; row++) {
		column = tong__scope_fault(t, row, &wanted);
		if (column)
			tong__report_row(fs, "scope-form", t, row, tong__table_cell(t, row, "author"), wanted,
			                 tong__table_cell(t, row, column));
	}
}

static void check_hall(const struct tong__local *l, const json_t *list, size_t i,
                       const json_t *hall, struct tong__findings *fs)
{
	const char *id = tong__json_str(hall, "id");
	const char *name = tong__json_str(hall, "name");
	struct tong__mark k = tong__doc_mark(l->halls, list, NULL, i);

	if (!id || !tong__id_valid(id) || !name || !*name)
		tong__find(fs, "element-missing", l->halls->path, k.line, k.column, "大厅", l->region,
		           "id and name", "%s", id ? id : "no id");
	if (tong__json_bool(l->halls->root, "sample") && name && !strstr(name, "样例"))
		tong__find(fs, "listing-sample", l->halls->path, k.line, k.column, "大厅", l->region,
		           "“样例” in the name", "%s", name);
}

void tong__check_halls(const struct tong__model *m, struct tong__findings *fs)
{
	for (size_t n = 0; n < m->n_locals; n++) {
		const struct tong__local *l = &m->locals[n];
		const json_t *list;
		size_t i;
		json_t *hall;

		if (!tong__model_region(m, l->region))
			tong__find(fs, "reference-region", l->items ? l->items->path : l->halls->path, 0, 0, "",
			           l->region, "a code of regions.csv", "%s", l->region);
		if (!l->halls)
			continue;
		list = tong__json_arr(l->halls->root, "halls");
		json_array_foreach(list, i, hall)
			check_hall(l, list, i, hall, fs);
	}
}
