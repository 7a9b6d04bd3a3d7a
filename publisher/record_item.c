/* Records item/CODE: the unified standard of one item, with the titles and names that its
 * fingerprint must cover. */
#include "publisher/records.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "publisher/md.h"

/* id -> [codes]: items come in the order of codes, so that each list is sorted as it grows. */
static void note_use(struct tong__build *b, json_t *map, const char *id, const char *code)
{
	json_t *list = json_object_get(map, id);
	size_t n;

	if (!list) {
		list = json_array();
		if (json_object_set_new(map, id, list))
			b->nomem = true;
	}
	n = json_array_size(list);
	if (!n || strcmp(json_string_value(json_array_get(list, n - 1)), code))
		tong__add(b, list, json_string(code));
}

/* {law, article} with the law's title. */
static json_t *basis_of(struct tong__build *b, const struct tong__item *it, const json_t *basis)
{
	json_t *out = tong__known(b, basis);
	const char *id = tong__json_str(out, "law");
	const struct tong__law *law = id ? tong__model_law(b->m, id) : NULL;

	if (law) {
		tong__set_str(b, out, "title", tong__json_str(law->doc->root, "title"));
		note_use(b, b->law_items, id, it->code);
	}
	return out;
}

static json_t *bases_of(struct tong__build *b, const struct tong__item *it, const json_t *list)
{
	json_t *out = json_array();
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v) {
		json_t *basis = basis_of(b, it, v);

		if (basis)
			tong__add(b, out, basis);
	}
	return out;
}

/* What is asked for, with the material's name. */
static json_t *material_of(struct tong__build *b, const struct tong__item *it, const json_t *m)
{
	json_t *out = tong__known(b, m), *basis = json_object_get(out, "basis");
	const char *id = tong__json_str(out, "material");
	const json_t *entry = id ? tong__model_material(b->m, id) : NULL;

	if (basis)
		tong__set(b, out, "basis", basis_of(b, it, basis));
	if (entry) {
		tong__set_str(b, out, "name", tong__json_str(entry, "name"));
		note_use(b, b->material_items, id, it->code);
	}
	return out;
}

static json_t *materials_of(struct tong__build *b, const struct tong__item *it, const json_t *list)
{
	json_t *out = json_array();
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v) {
		json_t *m = material_of(b, it, v);

		if (m)
			tong__add(b, out, m);
	}
	return out;
}

static void set_element(struct tong__build *b, json_t *rec, const struct tong__item *it,
                        const struct tong__element *e)
{
	const json_t *v = json_object_get(it->doc->root, e->name);

	if (!strcmp(e->name, "code"))
		tong__set_str(b, rec, "code", it->code);
	else if (!strcmp(e->name, "basis"))
		tong__set(b, rec, "basis", bases_of(b, it, v));
	else if (!strcmp(e->name, "materials"))
		tong__set(b, rec, "materials", materials_of(b, it, v));
	else
		tong__set(b, rec, e->name, tong__known(b, v));
}

static void set_section(struct tong__build *b, json_t *sections, const struct tong__doc *d,
                        const struct tong__element *e)
{
	const struct tong__section *s = tong__doc_section(d, e->label);
	char name[64], *html;

	if (!s || !*s->markdown)
		return;
	if (e->type == TONG__T_QA) {
		tong__set(b, sections, e->name, tong__md_faq(s->markdown));
		return;
	}
	snprintf(name, sizeof name, "%s_html", e->name);
	html = tong__md_html(s->markdown);
	tong__set_str(b, sections, name, html);
	free(html);
}

static bool is_section(const struct tong__element *e)
{
	return e->type == TONG__T_MARKDOWN || e->type == TONG__T_QA;
}

json_t *tong__record_sections(struct tong__build *b, const struct tong__doc *d)
{
	json_t *sections = json_object();

	for (const struct tong__element *e = tong__item_elements; e->name; e++)
		if (is_section(e))
			set_section(b, sections, d, e);
	return sections;
}

int tong__record_item(struct tong__build *b, const struct tong__item *it)
{
	json_t *rec = tong__record_new(b, "item/", it->code);

	for (const struct tong__element *e = tong__item_elements; e->name; e++)
		if (!is_section(e))
			set_element(b, rec, it, e);
	tong__set(b, rec, "sections", tong__record_sections(b, it->doc));
	return tong__record_put(b, rec);
}

int tong__records_items(struct tong__build *b)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < b->m->n_items; i++)
		rc = tong__record_item(b, &b->m->items[i]);
	return rc;
}

/* ---- uses alone, for who builds laws and materials without the items ---- */

static void note_law(struct tong__build *b, const struct tong__item *it, const json_t *basis)
{
	const char *id = tong__json_str(basis, "law");

	if (id && tong__model_law(b->m, id))
		note_use(b, b->law_items, id, it->code);
}

int tong__records_uses(struct tong__build *b)
{
	const json_t *v;
	size_t k;

	for (size_t i = 0; i < b->m->n_items; i++) {
		const struct tong__item *it = &b->m->items[i];

		json_array_foreach(tong__json_arr(it->doc->root, "basis"), k, v)
			note_law(b, it, v);
		json_array_foreach(tong__json_arr(it->doc->root, "materials"), k, v) {
			const char *id = tong__json_str(v, "material");

			note_law(b, it, tong__json_obj(v, "basis"));
			if (id && tong__model_material(b->m, id))
				note_use(b, b->material_items, id, it->code);
		}
	}
	return b->nomem ? tong__fail_nomem(b->err) : 0;
}
