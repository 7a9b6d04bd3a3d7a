/* Rows of the catalogue as cells: one function for each kind of row, one for a cell. */
#include "publisher/sheet_view.h"

#include <stdio.h>
#include <string.h>

#include "core/json.h"

struct view {
	struct tong__book *book;
	struct tong__sheet *sheet;
	const struct tong__lookup *lookup;
	struct tong__columns columns;
	struct tong__buf text;
	size_t row;
	tong_error *err;
};

void tong__view_name(const struct tong__kind *k, const char *region, char out[TONG_SHEET_NAME])
{
	if (k == &tong__kinds[TONG__KIND_LOCAL] && region)
		snprintf(out, TONG_SHEET_NAME, "%s_%s", k->sheet, region);
	else
		snprintf(out, TONG_SHEET_NAME, "%s", k->sheet);
}

const struct tong__table *tong__view_listings(const struct tong__model *m, const char *region)
{
	for (size_t i = 0; region && i < m->n_locals; i++)
		if (!strcmp(m->locals[i].region, region))
			return m->locals[i].items;
	return NULL;
}

static int put(struct view *v, size_t column, const char *s)
{
	size_t n = strlen(s);

	return n ? tong__sheet_put(v->book, v->sheet, v->row, column, TONG__CELL_TEXT, s, n, v->err)
		: 0;
}

/* The text that was built for a cell. */
static int put_text(struct view *v, size_t column)
{
	int rc;

	if (v->text.failed)
		return tong__fail(v->err, v->text.failed, v->sheet->name, "row %zu: “%s” is too long",
		                  v->row + 1,
		                  v->columns.at[column].header);
	rc = put(v, column, v->text.data ? v->text.data : "");
	tong__buf_clear(&v->text);
	return rc;
}

static int put_name(struct view *v, size_t column, const char *what, const char *id)
{
	const char *name = id ? tong__lookup_name(v->lookup, what, id) : NULL;

	return put(v, column, name ? name : "");
}

static const json_t *value_of(const struct tong__column *c, const json_t *obj)
{
	const json_t *v = json_object_get(obj, c->element->name);

	return v && c->field ? json_object_get(v, c->field->name) : v;
}

/* Columns from 'first' on, out of a mapping and (items) its sections. */
static int row_of_json(struct view *v, size_t first, const json_t *obj, const struct tong__doc *doc)
{
	int rc = 0;

	for (size_t i = first; !rc && i < v->columns.n; i++) {
		const struct tong__column *c = &v->columns.at[i];

		if (c->role == TONG__COLUMN_NAME) {
			rc = put_name(v, i, c->name + 5, tong__json_str(obj, c->name + 5));
		} else if (tong__is_section(c->element)) {
			const struct tong__section *s = doc ? tong__doc_section(doc, c->element->label) : NULL;

			rc = put(v, i, s ? s->markdown : "");
		} else {
			tong__show_json(v->lookup, tong__column_leaf(c), value_of(c, obj), &v->text);
			rc = put_text(v, i);
		}
	}
	v->row++;
	return rc;
}

static int row_of_table(struct view *v, const struct tong__table *t, size_t row)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < v->columns.n; i++) {
		const struct tong__column *c = &v->columns.at[i];

		if (c->role == TONG__COLUMN_NAME) {
			rc = put_name(v, i, c->name + 5, tong__table_cell(t, row, c->name + 5));
		} else {
			tong__show_csv(v->lookup, c->element, tong__table_cell(t, row, c->element->name),
			               &v->text);
			rc = put_text(v, i);
		}
	}
	v->row++;
	return rc;
}

static int table(struct view *v, const struct tong__table *t)
{
	int rc = 0;

	for (size_t i = 0; !rc && t && i < t->n_rows; i++)
		rc = row_of_table(v, t, i);
	return rc;
}

static int materials(struct view *v)
{
	const struct tong__doc *d = v->lookup->model->materials;
	const json_t *list = d ? tong__json_arr(d->root, "materials") : NULL, *one;
	size_t i;
	int rc = 0;

	json_array_foreach(list, i, one) {
		rc = row_of_json(v, 0, one, NULL);
		if (rc)
			break;
	}
	return rc;
}

static int items(struct view *v)
{
	const struct tong__model *m = v->lookup->model;
	int rc = 0;

	for (size_t i = 0; !rc && i < m->n_items; i++) {
		rc = put(v, 0, m->items[i].code);
		if (!rc)
			rc = row_of_json(v, 1, m->items[i].doc->root, m->items[i].doc);
	}
	return rc;
}

static int item_materials(struct view *v)
{
	const struct tong__model *m = v->lookup->model;
	int rc = 0;

	for (size_t i = 0; !rc && i < m->n_items; i++) {
		const json_t *list = tong__json_arr(m->items[i].doc->root, "materials");
		size_t n = json_array_size(list);

		for (size_t k = 0; !rc && k < n; k++) {
			rc = put(v, 0, m->items[i].code);
			if (!rc)
				rc = put_name(v, 1, "code", m->items[i].code);
			if (!rc)
				rc = row_of_json(v, 2, json_array_get(list, k), NULL);
		}
	}
	return rc;
}

static int rows(struct view *v, enum tong__kind_id kind)
{
	const struct tong__model *m = v->lookup->model;

	switch (kind) {
	case TONG__KIND_MATERIALS: return materials(v);
	case TONG__KIND_AGENCIES: return table(v, m->agencies);
	case TONG__KIND_ITEMS: return items(v);
	case TONG__KIND_ITEM_MATERIALS: return item_materials(v);
	case TONG__KIND_LOCAL: return table(v, tong__view_listings(m, v->lookup->region));
	default: return 0;
	}
}

int tong__view_add(struct tong__book *b, const struct tong__lookup *l, const struct tong__kind *k,
                   struct tong__sheet **out, tong_error *err)
{
	struct view v = {.book = b, .lookup = l, .err = err};
	char name[TONG_SHEET_NAME];
	int rc;

	tong__view_name(k, l->region, name);
	rc = tong__book_add(b, name, &v.sheet, err);
	if (rc)
		return rc;
	tong__columns_of(k, &v.columns);
	tong__buf_init(&v.text, TONG_SHEET_CELL);
	for (size_t i = 0; !rc && i < v.columns.n; i++)
		rc = put(&v, i, v.columns.at[i].header);
	v.row = 1;
	if (!rc)
		rc = rows(&v, (enum tong__kind_id)(k - tong__kinds));
	tong__buf_free(&v.text);
	*out = v.sheet;
	return rc;
}
