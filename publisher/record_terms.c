/* Records catalogue, law/ID, material/ID, theme/ID and synonyms: what items refer to, and how
 * people call it. */
#include "publisher/records.h"

#include "core/json.h"

/* Members of a source mapping under the same names. */
static void copy(struct tong__build *b, json_t *rec, const json_t *from, const char *const *names)
{
	for (; *names; names++)
		tong__set(b, rec, *names, tong__known(b, json_object_get(from, *names)));
}

int tong__records_catalogue(struct tong__build *b)
{
	static const char *const names[] = {"title", "subtitle", "province", "languages", "notice",
	                                    "hotline", "site", NULL};
	json_t *rec = tong__record_new(b, "catalogue", "");

	copy(b, rec, b->m->catalogue->root, names);
	tong__set(b, rec, "layers", tong__known(b, b->regions));
	tong__set(b, rec, "kinds", tong__record_kinds(b));
	return tong__record_put(b, rec);
}

int tong__records_laws(struct tong__build *b)
{
	static const char *const names[] = {"title", "short", "kind", "version", "effective",
	                                    "state", "articles", "source", NULL};
	int rc = 0;

	for (size_t i = 0; !rc && i < b->m->n_laws; i++) {
		const struct tong__law *law = &b->m->laws[i];
		json_t *rec = tong__record_new(b, "law/", law->id);

		copy(b, rec, law->doc->root, names);
		tong__set(b, rec, "items", tong__known(b, json_object_get(b->law_items, law->id)));
		rc = tong__record_put(b, rec);
	}
	return rc;
}

/* Entries of a list in a file, each with an id. */
static int put_entries(struct tong__build *b, const struct tong__doc *d, const char *list,
                       const char *prefix, const char *const *names, const json_t *items)
{
	const json_t *v;
	size_t i;
	int rc = 0;

	if (!d)
		return 0;
	json_array_foreach(tong__json_arr(d->root, list), i, v) {
		const char *id = tong__json_str(v, "id");
		json_t *rec;

		if (!id || rc)
			continue;
		rec = tong__record_new(b, prefix, id);
		copy(b, rec, v, names);
		tong__set(b, rec, "items", tong__known(b, json_object_get(items, id)));
		rc = tong__record_put(b, rec);
	}
	return rc;
}

int tong__records_materials(struct tong__build *b)
{
	static const char *const names[] = {"name", "kind", "source", "licence", NULL};

	return put_entries(b, b->m->materials, "materials", "material/", names, b->material_items);
}

int tong__records_themes(struct tong__build *b)
{
	static const char *const names[] = {"name", "audience", "mark", "words", "code", NULL};

	return put_entries(b, b->m->themes, "themes", "theme/", names, NULL);
}

/* One record for all: a search needs every pair, and one word is a small change of one record. */
int tong__records_synonyms(struct tong__build *b)
{
	const struct tong__table *t = b->m->synonyms;
	json_t *rec, *pairs, *pair;

	if (!t || !t->n_rows)
		return 0;
	rec = tong__record_new(b, "synonyms", "");
	pairs = json_array();
	for (size_t row = 0; row < t->n_rows; row++) {
		pair = json_pack("[s]", tong__table_cell(t, row, "said"));
		if (*tong__table_cell(t, row, "meant"))
			tong__add(b, pair, json_string(tong__table_cell(t, row, "meant")));
		tong__add(b, pairs, pair);
	}
	tong__set(b, rec, "pairs", pairs);
	return tong__record_put(b, rec);
}
