/* Looking for an id where each kind of thing has its place. */
#include "publisher/things.h"

#include <stdio.h>
#include <string.h>

#include "core/element.h"
#include "core/json.h"
#include "core/limits.h"
#include "publisher/csv_scan.h"
#include "publisher/doc.h"
#include "publisher/review_kinds.h"
#include "publisher/tree_kind.h"

struct search {
	struct tong__tree *tree;
	const char *id;
	struct tong__buf text;
	json_t *found;
	bool nomem;
};

static void add(struct search *s, const char *path, const char *name, size_t n)
{
	char a[65], b[65];
	const struct tong__review_kind *k = tong__review_kind_of(path, a, b);

	if (json_array_append_new(s->found, json_pack("{s:s, s:s, s:s, s:s%, s:s}", "kind", k->name,
	                                              "label", k->label, "id", s->id, "name", name, n,
	                                              "path", path)))
		s->nomem = true;
}

static bool load(struct search *s, const char *path)
{
	tong__buf_clear(&s->text);
	return !tong__tree_read(s->tree, path, &s->text, NULL) && s->text.len;
}

static const char *name_of(const json_t *v)
{
	const char *name = tong__json_str(v, "name");

	name = name ? name : tong__json_str(v, "title");
	return name ? name : "";
}

/* A file of its own. */
static void look_for_file(struct search *s, const char *path)
{
	struct tong__findings *fs = NULL;
	struct tong__doc *d = NULL;
	bool item = !strncmp(path, "items/", 6);

	if (!load(s, path) || tong__findings_new(&fs))
		return;
	(item ? tong__doc_markdown : tong__doc_yaml)(&d, path, s->text.data, s->text.len, fs, NULL);
	if (d)
		add(s, path, name_of(d->root), strlen(name_of(d->root)));
	tong__doc_free(d);
	tong__findings_free(fs);
}

/* An entry of a list. */
static void look_in_list(struct search *s, const char *path, const char *member)
{
	struct tong__findings *fs = NULL;
	struct tong__doc *d = NULL;
	const json_t *v;
	size_t i;

	if (!load(s, path) || tong__findings_new(&fs))
		return;
	tong__doc_yaml(&d, path, s->text.data, s->text.len, fs, NULL);
	if (d)
		json_array_foreach(tong__json_arr(d->root, member), i, v)
			if (tong__json_str(v, "id") && !strcmp(tong__json_str(v, "id"), s->id))
				add(s, path, name_of(v), strlen(name_of(v)));
	tong__doc_free(d);
	tong__findings_free(fs);
}

static bool on_agency(void *user, const struct tong__str *cells)
{
	struct search *s = user;

	if (cells[0].n != strlen(s->id) || memcmp(cells[0].p, s->id, cells[0].n))
		return true;
	add(s, "agencies.csv", cells[1].p, cells[1].n);
	return false;
}

int tong__things_named(json_t **out, struct tong__tree *tree, const char *id, tong_error *err)
{
	static const char *const columns[] = {"id", "name", NULL};
	struct search s = {.tree = tree, .id = id, .found = json_array()};
	char path[256];

	*out = s.found;
	if (!s.found)
		return tong__fail_nomem(err);
	tong__buf_init(&s.text, TONG_MAX_SOURCE_FILE);
	for (const struct tong__enum_value *t = tong__item_types; t->code; t++) {
		snprintf(path, sizeof path, "items/%s/%.100s.md", t->code, id);
		look_for_file(&s, path);
	}
	snprintf(path, sizeof path, "laws/%.100s.yaml", id);
	look_for_file(&s, path);
	look_in_list(&s, "materials.yaml", "materials");
	look_in_list(&s, "themes.yaml", "themes");
	if (load(&s, "agencies.csv"))
		tong__csv_scan(s.text.data, s.text.len, columns, on_agency, &s);
	tong__buf_free(&s.text);
	return s.nomem ? tong__fail_nomem(err) : 0;
}

int tong__things_last(struct tong__last_changes **out, struct tong__tree *t, tong_error *err)
{
	*out = NULL;
	return t->git ? tong__last_changes_read(out, t->git, t->folder, NULL, err) : 0;
}
