/* Listings of a region: they name what exists, and their published codes and names agree with the
 * standard (S7, S8). */
#include "publisher/check.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"

struct row {
	const struct tong__model *m;
	const struct tong__local *l;
	const struct tong__table *t;
	size_t n;
	const struct tong__item *item;   /* NULL when there is none */
	const json_t *places;            /* see places_of */
	struct tong__findings *fs;
};

static const char *cell(const struct row *r, const char *column)
{
	return tong__table_cell(r->t, r->n, column);
}

static void find_cell(const struct row *r, const char *rule, const char *column,
                      const char *wanted, const char *found)
{
	tong__report_cell(r->fs, rule, r->l, r->n, column, wanted, found);
}

static void check_agency(const struct row *r)
{
	const char *id = cell(r, "agency");
	long a = *id ? tong__model_agency(r->m, id) : 0;

	if (a < 0)
		find_cell(r, "reference-agency", "agency", "an id of agencies.csv", id);
}

/* Every hall as "HALL/" and every window as "HALL/WINDOW": asked for each of a region's rows. */
static json_t *places_of(const struct tong__local *l)
{
	json_t *places = json_object(), *hall, *window;
	char key[160];
	size_t i, k;

	json_array_foreach(l->halls ? tong__json_arr(l->halls->root, "halls") : NULL, i, hall) {
		const char *id = tong__json_str(hall, "id"), *w;

		snprintf(key, sizeof key, "%s/", id ? id : "");
		json_object_set(places, key, json_true());
		json_array_foreach(tong__json_arr(hall, "windows"), k, window) {
			w = tong__json_str(window, "id");
			snprintf(key, sizeof key, "%s/%s", id ? id : "", w ? w : "");
			json_object_set(places, key, json_true());
		}
	}
	return places;
}

static void check_place(const struct row *r)
{
	const char *hall = cell(r, "hall"), *window = cell(r, "window");
	char key[160];

	if (!*hall && !*window)
		return;
	snprintf(key, sizeof key, "%s/%s", hall, window);
	if (json_object_get(r->places, key))
		return;
	snprintf(key, sizeof key, "%s/", hall);
	if (*hall && !json_object_get(r->places, key))
		find_cell(r, "reference-hall", "hall", "an id of halls.yaml", hall);
	else
		find_cell(r, "reference-hall", "window", "the id of a window of that hall", window);
}

static bool item_has_code(const struct tong__item *it, const char *basic)
{
	size_t i;
	json_t *alias;

	if (!strcmp(it->code, basic))
		return true;
	json_array_foreach(tong__json_arr(it->doc->root, "aliases"), i, alias) {
		const char *code = tong__json_str(alias, "code");

		if (code && !strcmp(code, basic))
			return true;
	}
	return false;
}

static void check_published_code(const struct row *r)
{
	const char *code = cell(r, "published_code");
	struct tong__portal_code parts;

	if (!*code)
		return;
	if (!tong__portal_code_read(code, &parts))
		find_cell(r, "listing-code-form", "published_code",
		          "BASIC CODE-REGION (12 digits)-000-BODY-NUMBER-00", code);
	else if (r->item && !item_has_code(r->item, parts.basic))
		find_cell(r, "listing-code-item", "published_code", r->item->code, parts.basic);
}

static void check_published_name(const struct row *r)
{
	const char *name = cell(r, "published_name");
	const char *unified = tong__json_str(r->item->doc->root, "name");

	if (*name && unified && *unified && strcmp(name, unified))
		find_cell(r, "listing-name", "published_name", unified, name);
}

static void check_org_code(const struct row *r)
{
	const char *code = cell(r, "org_code");

	if (*code && !tong__org_code_sound(code))
		find_cell(r, "listing-org-code", "org_code",
		          "a unified social credit code with a right check digit", code);
}

static void check_sample(const struct row *r)
{
	const char *sample = cell(r, "sample");
	bool hall = r->l->halls && tong__json_bool(r->l->halls->root, "sample");

	if (*sample && strcmp(sample, "yes"))
		find_cell(r, "listing-sample", "sample", "yes or nothing", sample);
	else if (!*sample && hall && *cell(r, "hall"))
		find_cell(r, "listing-sample", "sample", "yes", "nothing, but the hall is a sample");
}

/* <0 when row a should stand before row b */
static int order(const struct tong__table *t, size_t a, size_t b)
{
	static const char *const by[] = {"item", "published_code", "published_name", NULL};
	int c = 0;

	for (size_t i = 0; by[i] && !c; i++)
		c = strcmp(tong__table_cell(t, a, by[i]), tong__table_cell(t, b, by[i]));
	return c;
}

static void check_order(const struct row *r)
{
	int c = r->n ? order(r->t, r->n - 1, r->n) : -1;

	if (!c)
		find_cell(r, "listing-twice", "item", "one row", cell(r, "item"));
	else if (c > 0)
		find_cell(r, "listing-order", "item", "its place before the row above", cell(r, "item"));
}

/* One code, two items: two names published in one region under one code. */
static void check_cases(const struct row *r)
{
	const char *name = cell(r, "published_name"), *before;

	if (!r->n || strcmp(cell(r, "item"), tong__table_cell(r->t, r->n - 1, "item")))
		return;
	before = tong__table_cell(r->t, r->n - 1, "published_name");
	if (*name && *before && strcmp(name, before))
		find_cell(r, "listing-cases", "published_name", before, name);
}

static void check_row(struct row *r)
{
	r->item = tong__model_item(r->m, cell(r, "item"));
	if (!r->item)
		find_cell(r, "reference-item", "item", "a code of items/", cell(r, "item"));
	else
		check_published_name(r);
	check_agency(r);
	check_place(r);
	check_published_code(r);
	check_org_code(r);
	check_sample(r);
	check_order(r);
	check_cases(r);
}

/* A column that names a unified element is a region's try to set the standard (P7). */
static void check_columns(const struct tong__local *l, struct tong__findings *fs)
{
	for (size_t i = 0; i < l->items->n_columns; i++) {
		const char *name = l->items->columns[i];
		const struct tong__element *e = tong__element_find(tong__item_elements, name);

		if (e && e->cls == TONG__U && !tong__element_find(tong__listing_elements, name))
			tong__find(fs, "element-unified-in-local", l->items->path, 1, (unsigned)i + 1, e->label,
			           l->region, "written in a file below items/", "%s", name);
	}
}

void tong__check_listings(const struct tong__model *m, struct tong__findings *fs)
{
	for (size_t i = 0; i < m->n_locals; i++) {
		const struct tong__local *l = &m->locals[i];
		json_t *places = l->items ? places_of(l) : NULL;

		if (l->items)
			check_columns(l, fs);
		for (size_t n = 0; l->items && n < l->items->n_rows; n++) {
			struct row r = {.m = m, .l = l, .t = l->items, .n = n, .places = places, .fs = fs};

			check_row(&r);
		}
		json_decref(places);
	}
}
