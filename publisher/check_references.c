/* References of items: laws, articles, materials, themes; and the basis of each material (S7). */
#include "publisher/check.h"

#include <string.h>

#include "core/json.h"
#include "core/suggest.h"

struct spot {
	const struct tong__model *m;
	const struct tong__item *it;
	struct tong__findings *fs;
};

static void find_in(const struct spot *s, const json_t *container, const char *key, size_t index,
                    const char *rule, const char *element, const char *wanted, const char *found)
{
	struct tong__mark k = tong__doc_mark(s->it->doc, container, key, index);

	tong__find(s->fs, rule, s->it->doc->path, k.line, k.column, element, s->it->code, wanted,
	           "%s", found);
}

/* What 'id' was probably to be, among the ids of a list, or (list NULL) of the laws. */
static const char *meant(const struct spot *s, const char *id, const struct tong__doc *doc,
                         const char *list, const char *wanted, char out[TONG__SUGGESTED])
{
	struct tong__suggest near = tong__suggest(id);
	const char *known;
	size_t i;
	json_t *v;

	json_array_foreach(doc && list ? tong__json_arr(doc->root, list) : NULL, i, v)
		if ((known = tong__json_str(v, "id")))
			tong__suggest_try(&near, known, tong__json_str(v, "name"));
	for (i = 0; !list && i < s->m->n_laws; i++)
		tong__suggest_try(&near, s->m->laws[i].id,
		                  tong__json_str(s->m->laws[i].doc->root, "title"));
	return tong__suggest_say(&near, wanted, out);
}

static bool has_article(const struct tong__law *law, const char *article)
{
	size_t i;
	json_t *a;

	json_array_foreach(tong__json_arr(law->doc->root, "articles"), i, a) {
		const char *name = tong__json_str(a, "article");

		if (name && !strcmp(name, article))
			return true;
	}
	return false;
}

static void check_basis(const struct spot *s, const json_t *basis, const char *element)
{
	const char *id = tong__json_str(basis, "law");
	const char *article = tong__json_str(basis, "article");
	const struct tong__law *law = id ? tong__model_law(s->m, id) : NULL;
	char wanted[TONG__SUGGESTED];

	if (!id)
		return;
	if (!law)
		find_in(s, basis, "law", 0, "reference-law", element,
		        meant(s, id, NULL, NULL, "the name of a file in laws/", wanted), id);
	else if (article && *article && !has_article(law, article))
		find_in(s, basis, "article", 0, "reference-article", element, law->doc->path, article);
}

static void check_material(const struct spot *s, const json_t *list, size_t i, const json_t *use)
{
	const char *id = tong__json_str(use, "material");
	const json_t *basis = tong__json_obj(use, "basis");
	char wanted[TONG__SUGGESTED];

	if (!id)
		return;   /* element-missing says so */
	if (!tong__model_material(s->m, id))
		find_in(s, use, "material", 0, "reference-material", "申请材料",
		        meant(s, id, s->m->materials, "materials", "an id of materials.yaml", wanted), id);
	if (!basis)
		find_in(s, use, "material", 0, "material-basis", "申请材料", "basis: {law, article}", id);
	else
		check_basis(s, basis, "申请材料");
	for (size_t k = 0; k < i; k++) {
		const char *before = tong__json_str(json_array_get(list, k), "material");

		if (before && !strcmp(before, id))
			find_in(s, use, "material", 0, "material-twice", "申请材料", "one entry", id);
	}
}

static void check_themes(const struct spot *s)
{
	const json_t *list = tong__json_arr(s->it->doc->root, "themes");
	char wanted[TONG__SUGGESTED];
	size_t i;
	json_t *v;

	json_array_foreach(list, i, v) {
		const char *id = json_string_value(v);

		if (id && !tong__model_theme(s->m, id))
			find_in(s, list, NULL, i, "reference-theme", "主题分类",
			        meant(s, id, s->m->themes, "themes", "an id of themes.yaml", wanted), id);
	}
}

void tong__check_item_references(const struct tong__model *m, struct tong__findings *fs)
{
	for (size_t n = 0; n < m->n_items; n++) {
		struct spot s = {m, &m->items[n], fs};
		const json_t *root = s.it->doc->root;
		const json_t *materials = tong__json_arr(root, "materials");
		size_t i;
		json_t *v;

		json_array_foreach(tong__json_arr(root, "basis"), i, v)
			check_basis(&s, v, "设定依据");
		json_array_foreach(materials, i, v)
			check_material(&s, materials, i, v);
		check_themes(&s);
	}
}
