/* Names of codes and codes of names, in the catalogue and in what an import adds to it. */
#include <string.h>

#include "core/json.h"
#include "publisher/sheet_value.h"

/* One kind of code: how to find its name, and how to walk all of them. 'next' returns NULL at
 * the end. */
struct source {
	const char *what, *same;     /* 'same': another name for it */
	const char *(*name)(const struct tong__lookup *, const char *id);
	const char *(*next)(const struct tong__lookup *, size_t i, const char **name);
};

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

static const char *item_name(const struct tong__lookup *l, const char *id)
{
	const struct tong__item *it = tong__model_item(l->model, id);

	return it ? or_empty(tong__json_str(it->doc->root, "name")) : NULL;
}

static const char *next_item(const struct tong__lookup *l, size_t i, const char **name)
{
	if (i >= l->model->n_items)
		return NULL;
	*name = or_empty(tong__json_str(l->model->items[i].doc->root, "name"));
	return l->model->items[i].code;
}

static const char *agency_name(const struct tong__lookup *l, const char *id)
{
	long row = l->model->agencies ? tong__model_agency(l->model, id) : -1;

	return row < 0 ? NULL : tong__table_cell(l->model->agencies, (size_t)row, "name");
}

/* A department's name says nothing outside of its region: 区公安分局 is in every county. */
static const char *next_agency(const struct tong__lookup *l, size_t i, const char **name)
{
	const struct tong__table *t = l->model->agencies;

	if (!t || i >= t->n_rows)
		return NULL;
	*name = tong__table_cell(t, i, "name");
	if (l->region && strcmp(tong__table_cell(t, i, "region"), l->region))
		*name = "";
	return tong__table_cell(t, i, "id");
}

static const char *member(const json_t *entry, const char **name)
{
	const char *id = tong__json_str(entry, "id");

	*name = or_empty(tong__json_str(entry, "name"));
	return or_empty(id);
}

static const char *of_list(const struct tong__doc *d, const char *list, size_t i, const char **name)
{
	const json_t *all = d ? tong__json_arr(d->root, list) : NULL;

	return i < json_array_size(all) ? member(json_array_get(all, i), name) : NULL;
}

static const char *next_material(const struct tong__lookup *l, size_t i, const char **name)
{
	return of_list(l->model->materials, "materials", i, name);
}

static const char *material_name(const struct tong__lookup *l, const char *id)
{
	const json_t *m = tong__model_material(l->model, id);

	return m ? or_empty(tong__json_str(m, "name")) : NULL;
}

static const char *next_theme(const struct tong__lookup *l, size_t i, const char **name)
{
	return of_list(l->model->themes, "themes", i, name);
}

static const char *theme_name(const struct tong__lookup *l, const char *id)
{
	const json_t *m = tong__model_theme(l->model, id);

	return m ? or_empty(tong__json_str(m, "name")) : NULL;
}

static const char *next_licence(const struct tong__lookup *l, size_t i, const char **name)
{
	return of_list(l->model->licences, "licences", i, name);
}

static const json_t *halls_of(const struct tong__lookup *l)
{
	for (size_t i = 0; l->region && i < l->model->n_locals; i++)
		if (!strcmp(l->model->locals[i].region, l->region) && l->model->locals[i].halls)
			return tong__json_arr(l->model->locals[i].halls->root, "halls");
	return NULL;
}

static const char *next_hall(const struct tong__lookup *l, size_t i, const char **name)
{
	const json_t *halls = halls_of(l);

	return i < json_array_size(halls) ? member(json_array_get(halls, i), name) : NULL;
}

static const char *next_window(const struct tong__lookup *l, size_t i, const char **name)
{
	const json_t *halls = halls_of(l);

	for (size_t h = 0; h < json_array_size(halls); h++) {
		const json_t *windows = tong__json_arr(json_array_get(halls, h), "windows");

		if (i < json_array_size(windows))
			return member(json_array_get(windows, i), name);
		i -= json_array_size(windows);
	}
	return NULL;
}

static const char *region_name(const struct tong__lookup *l, const char *id)
{
	const struct tong__region *r = tong__model_region(l->model, id);

	return r ? r->name : NULL;
}

static const char *next_region(const struct tong__lookup *l, size_t i, const char **name)
{
	if (i >= l->model->n_regions)
		return NULL;
	*name = l->model->regions[i].name;
	return l->model->regions[i].code;
}

static const struct source sources[] = {
	{"item", "code", item_name, next_item},
	{"material", "", material_name, next_material},
	{"agency", "", agency_name, next_agency},
	{"theme", "themes", theme_name, next_theme},
	{"licence", "", NULL, next_licence},
	{"hall", "", NULL, next_hall},
	{"window", "", NULL, next_window},
	{"region", "impl_region", region_name, next_region},
};

static const struct source *source_of(const char *what)
{
	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
		if (!strcmp(sources[i].what, what) || !strcmp(sources[i].same, what))
			return &sources[i];
	return NULL;
}

bool tong__lookup_knows(const char *what)
{
	return source_of(what) != NULL;
}

static json_t *added(const struct tong__lookup *l, const struct source *s)
{
	return l->added ? json_object_get(l->added, s->what) : NULL;
}

static const char *walk_for_name(const struct tong__lookup *l, const struct source *s,
                                 const char *id)
{
	const char *name, *at;

	for (size_t i = 0; (at = s->next(l, i, &name)) != NULL; i++)
		if (!strcmp(at, id))
			return name;
	return NULL;
}

const char *tong__lookup_name(const struct tong__lookup *l, const char *what, const char *id)
{
	const struct source *s = source_of(what);
	const char *name = s ? json_string_value(json_object_get(added(l, s), id)) : NULL;

	if (!s || name)
		return name;
	return s->name ? s->name(l, id) : walk_for_name(l, s, id);
}

const char *tong__lookup_id(const struct tong__lookup *l, const char *what, const char *name,
                            size_t *n)
{
	const struct source *s = source_of(what);
	const char *found = NULL, *at, *its, *key;
	json_t *v;

	*n = 0;
	for (size_t i = 0; s && *name && (at = s->next(l, i, &its)) != NULL; i++)
		if (!strcmp(its, name)) {
			found = at;
			++*n;
		}
	if (s)
		json_object_foreach(added(l, s), key, v)
			if (!strcmp(json_string_value(v), name) && (*n != 1 || strcmp(key, found))) {
				found = key;
				++*n;
			}
	return *n == 1 ? found : NULL;
}

const struct tong__law *tong__lookup_law(const struct tong__lookup *l, const char *words)
{
	static const char *const names[] = {"short", "title"};
	const struct tong__law *found = tong__model_law(l->model, words);

	for (size_t k = 0; !found && k < 2; k++) {
		size_t n = 0;

		for (size_t i = 0; i < l->model->n_laws; i++) {
			const char *s = tong__json_str(l->model->laws[i].doc->root, names[k]);

			if (s && !strcmp(s, words)) {
				found = &l->model->laws[i];
				n++;
			}
		}
		if (n > 1)
			return NULL;
	}
	return found;
}
