/* Working copies of the rows that change; everything else stays in the model. */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "publisher/sheet_rows.h"

static json_t *item_copy(const struct tong__item *it)
{
	json_t *sections = json_object(), *row;
	bool bad = !sections;

	for (size_t i = 0; !bad && i < it->doc->n_sections; i++)
		bad = json_object_set_new(sections, it->doc->sections[i].heading,
		                          json_string(it->doc->sections[i].markdown));
	row = bad ? NULL : json_pack("{s:o, s:O}", "root", json_deep_copy(it->doc->root), "sections",
	                             sections);
	json_decref(sections);
	return row;
}

static json_t *item_draft(struct tong__store *s, const char *code)
{
	json_t *edited = s->items ? json_object_get(s->items, code) : NULL;
	const struct tong__item *it = tong__model_item(s->model, code);

	if (edited)
		return json_deep_copy(edited);
	if (it)
		return item_copy(it);
	return json_pack("{s:{s:s}, s:{}, s:b}", "root", "code", code, "sections", "fresh", 1);
}

/* A table of the catalogue as a list of rows, each column -> text. */
static json_t *rows_of(const struct tong__table *t)
{
	json_t *list = json_array(), *row;

	for (size_t r = 0; list && t && r < t->n_rows; r++) {
		row = json_object();
		for (size_t c = 0; row && c < t->n_columns; c++)
			json_object_set_new(row, t->columns[c], json_string(tong__table_at(t, r, c)));
		if (json_array_append_new(list, row)) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *material_list(const struct tong__model *m)
{
	json_t *list = m->materials ? tong__json_arr(m->materials->root, "materials") : NULL;

	return list ? json_deep_copy(list) : json_array();
}

/* The list that a row of this kind is in, made on first use; borrowed. */
static json_t *list_of(struct tong__store *s, enum tong__kind_id kind, const char *region)
{
	json_t *list;

	if (kind == TONG__KIND_MATERIALS)
		return s->materials ? s->materials : (s->materials = material_list(s->model));
	if (kind == TONG__KIND_AGENCIES)
		return s->agencies ? s->agencies : (s->agencies = rows_of(s->model->agencies));
	if (!s->locals && !(s->locals = json_object()))
		return NULL;
	list = json_object_get(s->locals, region);
	if (!list && !json_object_set_new(s->locals, region, rows_of(tong__view_listings(s->model,
	                                                                                 region))))
		list = json_object_get(s->locals, region);
	return list;
}

/* As it is in the model, without a copy of the whole list yet. */
static json_t *row_copy(struct tong__store *s, enum tong__kind_id kind, const char *region,
                        size_t r)
{
	const struct tong__table *t = kind == TONG__KIND_AGENCIES ? s->model->agencies
	                                                          : tong__view_listings(s->model,
	                                                                                region);
	json_t *row = json_object();

	if (kind == TONG__KIND_MATERIALS) {
		json_decref(row);
		return json_deep_copy(json_array_get(tong__json_arr(s->model->materials->root, "materials"),
		                                     r));
	}
	for (size_t c = 0; row && c < t->n_columns; c++)
		json_object_set_new(row, t->columns[c], json_string(tong__table_at(t, r, c)));
	return row;
}

json_t *tong__store_draft(struct tong__store *s, enum tong__kind_id kind, const char *region,
                          const char *key, size_t view_row)
{
	if (kind == TONG__KIND_ITEMS)
		return item_draft(s, key);
	if (view_row)
		return row_copy(s, kind, region, view_row - 1);
	return json_pack("{s:s}", kind == TONG__KIND_LOCAL ? "item" : "id", key);
}

bool tong__store_commit(struct tong__store *s, enum tong__kind_id kind, const char *region,
                        const char *key, size_t view_row, json_t *draft)
{
	json_t *list;

	if (kind == TONG__KIND_ITEMS) {
		if (!s->items && !(s->items = json_object())) {
			json_decref(draft);
			return false;
		}
		return !json_object_set_new(s->items, key, draft);
	}
	list = list_of(s, kind, region);
	if (!list) {
		json_decref(draft);
		return false;
	}
	if (view_row)
		return !json_array_set_new(list, view_row - 1, draft);
	return !json_array_append_new(list, draft);
}

void tong__store_free(struct tong__store *s)
{
	json_decref(s->items);
	json_decref(s->materials);
	json_decref(s->agencies);
	json_decref(s->locals);
}
