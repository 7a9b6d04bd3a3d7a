/* The catalogues beside the items: catalogue.yaml, materials, themes, licences: ids stand once,
 * names are there. */
#include "publisher/check.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/site.h"
#include "core/text.h"

struct entry {
	const char *text;
	const json_t *at;
};

static int by_text(const void *x, const void *y)
{
	return strcmp(((const struct entry *)x)->text, ((const struct entry *)y)->text);
}

/* Every member 'key' of the list's entries stands once. */
static void check_once(const struct tong__doc *doc, const json_t *list, const char *key,
                       const char *rule, struct tong__findings *fs)
{
	struct entry *all = calloc(json_array_size(list) + 1, sizeof *all);
	size_t i, n = 0;
	json_t *v;

	json_array_foreach(list, i, v) {
		const char *s = tong__json_str(v, key);

		if (all && s && *s)
			all[n++] = (struct entry){s, v};
	}
	if (n)
		qsort(all, n, sizeof *all, by_text);
	for (i = 1; i < n; i++)
		if (!strcmp(all[i].text, all[i - 1].text))
			tong__report_entry(fs, rule, doc, all[i].at, all[i].text, "one entry", all[i].text);
	free(all);
}

static void check_named(const struct tong__doc *doc, const json_t *list, struct tong__findings *fs)
{
	size_t i;
	json_t *v;

	json_array_foreach(list, i, v) {
		const char *id = tong__json_str(v, "id"), *name = tong__json_str(v, "name");

		if (!id || !tong__id_valid(id))
			tong__report_entry(fs, "id-form", doc, v, id ? id : "",
			                   "1 to 64 letters, digits, - or _",
			                   id ? id : "no id");
		if (!name || !*name)
			tong__report_entry(fs, "entry-name", doc, v, id ? id : "", "name", "not written");
	}
}

static void check_list(const struct tong__doc *doc, const char *member, const char *twice,
                       struct tong__findings *fs)
{
	const json_t *list = doc ? tong__json_arr(doc->root, member) : NULL;

	if (!list)
		return;
	check_named(doc, list, fs);
	check_once(doc, list, "id", twice, fs);
}

/* What pages link to with the site's own name: a wrong address would be passed over in silence. */
static void check_addresses(const struct tong__doc *catalogue, struct tong__findings *fs)
{
	const json_t *site = tong__json_obj(catalogue->root, "site");
	const char *url = tong__json_str(site, "url"), *report = tong__json_str(site, "report_url");

	if (url && *url && !tong__site_url_valid(url))
		tong__report_entry(fs, "site-url", catalogue, site, "site.url",
		                   "https://HOST, or https://HOST/FOLDER", url);
	if (report && *report && !tong__report_url_valid(report))
		tong__report_entry(fs, "site-url", catalogue, site, "site.report_url",
		                   "https://…, or a path on the site itself that begins with /", report);
}

static void check_catalogue(const struct tong__model *m, struct tong__findings *fs)
{
	const json_t *root = m->catalogue->root;
	const char *title = tong__json_str(root, "title");
	const char *province = tong__json_str(root, "province");

	if (tong__json_int(root, "format", 0) != 1)
		tong__report_entry(fs, "catalogue-format", m->catalogue, root, "catalogue", "format: 1",
		                   "another version, or not written");
	if (!title || !*title || !province || !tong__model_region(m, province))
		tong__report_entry(fs, "catalogue-field", m->catalogue, root, "catalogue",
		                   "a title, and a province that is in regions.csv", province ? province :
		                   "not written");
	check_addresses(m->catalogue, fs);
}

/* Who asks for a material that stands in the catalogue? */
static void check_used(const struct tong__model *m, struct tong__findings *fs)
{
	json_t *used = json_object(), *v;
	const json_t *all = m->materials ? tong__json_arr(m->materials->root, "materials") : NULL;
	size_t i;

	for (size_t n = 0; n < m->n_items; n++)
		json_array_foreach(tong__json_arr(m->items[n].doc->root, "materials"), i, v) {
			const char *id = tong__json_str(v, "material");

			if (id)
				json_object_set_new(used, id, json_true());
		}
	json_array_foreach(all, i, v) {
		const char *id = tong__json_str(v, "id");

		if (id && !json_object_get(used, id))
			tong__report_entry(fs, "material-unused", m->materials, v, id,
			                   "asked for by one item at least", id);
	}
	json_decref(used);
}

/* A material with the name of an electronic licence ought to say that the licence replaces it. */
static void check_unlinked(const struct tong__model *m, struct tong__findings *fs)
{
	const json_t *licences = m->licences ? tong__json_arr(m->licences->root, "licences") : NULL;
	const json_t *all = m->materials ? tong__json_arr(m->materials->root, "materials") : NULL;
	json_t *ids = json_object(), *v;
	size_t i;

	json_array_foreach(licences, i, v) {
		const char *name = tong__json_str(v, "name");

		if (name && *name)
			json_object_set(ids, name, json_object_get(v, "id"));
	}
	json_array_foreach(all, i, v) {
		const char *name = tong__json_str(v, "name"), *licence = tong__json_str(v, "licence");
		const char *wanted = name ? tong__json_str(ids, name) : NULL;

		if (wanted && (!licence || !*licence))
			tong__report_entry(fs, "licence-unlinked", m->materials, v, tong__json_str(v, "id"),
			                   wanted, name);
	}
	json_decref(ids);
}

void tong__check_catalogues(const struct tong__model *m, struct tong__findings *fs)
{
	if (m->catalogue)
		check_catalogue(m, fs);
	check_list(m->materials, "materials", "material-id-twice", fs);
	check_list(m->themes, "themes", "theme-id-twice", fs);
	check_list(m->licences, "licences", "entry-id-twice", fs);
	if (m->materials)
		check_once(m->materials, tong__json_arr(m->materials->root, "materials"), "name",
		           "material-name-twice", fs);
	check_used(m, fs);
	check_unlinked(m, fs);
}
