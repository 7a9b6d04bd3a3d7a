/* What items ask for and rest on: materials, the licences that replace them, and laws. */
#include <stdlib.h>
#include <string.h>

#include "core/page.h"

struct rows {
	struct tong__page *p;
	json_t *list;
	const char *prefix;
};

/* One row for each record: its id, its name and how many items it has. */
static int add_row(void *arg, const char *key, const json_t *rec)
{
	struct rows *to = arg;
	json_t *row = tong__page_row(to->p, to->list);

	tong__page_str(to->p, row, "id", key + strlen(to->prefix));
	tong__page_copy(to->p, row, rec, "name", "kind", "issuer", NULL);
	tong__page_str(to->p, row, "name", tong__json_str(rec, "title"));
	tong__page_int(to->p, row, "n", json_array_size(json_object_get(rec, "items")));
	return 0;
}

static int index_page(struct tong__page *p, const char *prefix, const char *title,
                      const char *about)
{
	struct rows to = {p, tong__page_array(p, p->view, "rows"), prefix};

	tong__page_title(p, tong__page_word(p, title), tong__page_word(p, about));
	return tong__page_each(p, "base", prefix, add_row, &to);
}

int tong__build_materials(struct tong__page *p)
{
	return index_page(p, "material/", "materials_title", "materials_description");
}

int tong__build_laws(struct tong__page *p)
{
	return index_page(p, "law/", "laws_title", "laws_description");
}

/* The items a record names, as rows by type. */
static void items_of(struct tong__page *p, const json_t *rec)
{
	json_t *rows = json_array(), *code, *brief;
	size_t i;

	json_array_foreach(json_object_get(rec, "items"), i, code) {
		brief = tong__page_brief(p, json_string_value(code));
		if (brief)
			tong__page_add(p, rows, tong__page_item_row(p, brief));
		json_decref(brief);
	}
	tong__page_by_type(p, p->view, "types", rows);
	tong__page_int(p, p->view, "n", json_array_size(rows));
	tong__page_set(p, p->view, "items_root", tong__page_text(p, p->root, "items/", NULL));
	json_decref(rows);
}

/* ---- electronic licences ---- */

int tong__build_licences(struct tong__page *p)
{
	int rc = index_page(p, "licence/", "licences", "licences_description");

	if (rc == 0 && !p->nomem && json_array_size(json_object_get(p->view, "rows")) == 0)
		return tong__page_notfound(p);
	return rc;
}

/* A material's items become members of 'codes'. */
static void note_items(struct tong__page *p, const json_t *material, json_t *codes)
{
	json_t *code;
	size_t i;

	json_array_foreach(json_object_get(material, "items"), i, code)
		if (json_is_string(code))
			tong__page_true(p, codes, json_string_value(code));
}

static int by_code(const void *x, const void *y)
{
	return strcmp(*(const char *const *)x, *(const char *const *)y);
}

/* {items: [codes]} of the members of 'codes', in order. */
static json_t *sorted_items(struct tong__page *p, json_t *codes)
{
	size_t n = 0, size = json_object_size(codes);
	const char **names = calloc(size + 1, sizeof *names), *name;
	json_t *rec = json_object(), *list, *v;

	if (!names || !rec)
		p->nomem = true;
	list = tong__page_array(p, rec, "items");
	json_object_foreach(codes, name, v)
		if (names && n < size)
			names[n++] = name;
	if (n)
		qsort(names, n, sizeof *names, by_code);
	for (size_t i = 0; i < n; i++)
		tong__page_add(p, list, json_string(names[i]));
	free(names);
	return rec;
}

/* Which materials it replaces, and which items ask for those. */
static void licence_uses(struct tong__page *p, const json_t *licence)
{
	json_t *rows = tong__page_array(p, p->view, "materials"), *codes = json_object(), *id, *rec,
		   *row;
	size_t i;

	if (!codes)
		p->nomem = true;
	json_array_foreach(json_object_get(licence, "materials"), i, id) {
		rec = tong__page_get(p, "material/", json_string_value(id));
		if (rec) {
			row = tong__page_row(p, rows);
			tong__page_str(p, row, "id", json_string_value(id));
			tong__page_copy(p, row, rec, "name", NULL);
			note_items(p, rec, codes);
		}
		json_decref(rec);
	}
	tong__page_wrap(p, p->view, "materials");
	rec = sorted_items(p, codes);
	items_of(p, rec);
	json_decref(rec);
	json_decref(codes);
}

int tong__build_licence(struct tong__page *p)
{
	json_t *rec = tong__page_get(p, "licence/", p->arg[0]), *about;
	const char *name = tong__json_str(rec, "name") ? tong__json_str(rec, "name") : p->arg[0];

	if (!rec)
		return tong__page_notfound(p);
	tong__page_set(p, p->view, "licence", json_incref(rec));
	tong__page_str(p, p->view, "heading", name);
	licence_uses(p, rec);
	about = tong__page_say(p, "licence_description", name);
	tong__page_title(p, name, json_string_value(about));
	tong__page_crumb(p, tong__page_word(p, "licences"), "licences/");
	json_decref(about);
	json_decref(rec);
	return p->err.code;
}

/* The licence that replaces a material. */
static void licence_of(struct tong__page *p, const json_t *material)
{
	const char *id = tong__json_str(material, "licence");
	json_t *rec = id ? tong__page_get(p, "licence/", id) : NULL, *row;

	if (rec) {
		row = tong__page_object(p, p->view, "licence");
		tong__page_str(p, row, "id", id);
		tong__page_copy(p, row, rec, "name", NULL);
	}
	json_decref(rec);
}

int tong__build_material(struct tong__page *p)
{
	json_t *rec = tong__page_get(p, "material/", p->arg[0]), *about;
	const char *name = tong__json_str(rec, "name") ? tong__json_str(rec, "name") : p->arg[0];

	if (!rec)
		return tong__page_notfound(p);
	tong__page_set(p, p->view, "material", json_incref(rec));
	tong__page_str(p, p->view, "heading", name);
	if (tong__json_str(rec, "kind"))
		tong__page_str(p, p->view, "kind",
		               tong__page_word_of(p, "material_kind", tong__json_str(rec, "kind")));
	if (tong__json_str(rec, "source"))
		tong__page_str(p, p->view, "from",
		               tong__page_word_of(p, "material_source", tong__json_str(rec, "source")));
	licence_of(p, rec);
	items_of(p, rec);
	about = tong__page_say(p, "material_description", name);
	tong__page_title(p, name, json_string_value(about));
	tong__page_crumb(p, tong__page_word(p, "materials"), "materials/");
	json_decref(about);
	json_decref(rec);
	return p->err.code;
}

int tong__build_law(struct tong__page *p)
{
	json_t *rec = tong__page_get(p, "law/", p->arg[0]), *about;
	const char *title = tong__json_str(rec, "title") ? tong__json_str(rec, "title") : p->arg[0];

	if (!rec)
		return tong__page_notfound(p);
	tong__page_set(p, p->view, "law", json_incref(rec));
	items_of(p, rec);
	about = tong__page_say(p, "law_description", title);
	tong__page_title(p, title, json_string_value(about));
	tong__page_crumb(p, tong__page_word(p, "laws"), "laws/");
	json_decref(about);
	json_decref(rec);
	return p->err.code;
}
