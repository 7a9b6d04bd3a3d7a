/* Looking up names: whole small files once, laws and items one by one, all remembered. */
#include "publisher/review_names.h"

#include <stdlib.h>
#include <string.h>

#include "core/enums.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/text.h"
#include "publisher/table.h"

struct side {
	const struct tong__version *version;
	json_t *known;         /* kind -> {id: name}; a name of null: looked for in vain */
};

struct tong__review_names {
	struct side before, after;
};

int tong__review_names_new(struct tong__review_names **out, const struct tong__version *before,
                           const struct tong__version *after, tong_error *err)
{
	struct tong__review_names *n = calloc(1, sizeof *n);

	*out = n;
	if (!n)
		return tong__fail_nomem(err);
	n->before = (struct side){before, json_object()};
	n->after = (struct side){after, json_object()};
	if (n->before.known && n->after.known)
		return 0;
	tong__review_names_free(n);
	*out = NULL;
	return tong__fail_nomem(err);
}

void tong__review_names_free(struct tong__review_names *n)
{
	if (!n)
		return;
	json_decref(n->before.known);
	json_decref(n->after.known);
	free(n);
}

/* ---- whole files ---- */

static void names_of_list(const char *text, size_t n, const char *member, json_t *out)
{
	struct tong__findings *fs = NULL;
	struct tong__doc *d = NULL;
	const json_t *v;
	size_t i;

	if (!tong__findings_new(&fs))
		tong__doc_yaml(&d, "", text, n, fs, NULL);
	if (d)
		json_array_foreach(tong__json_arr(d->root, member), i, v) {
			const char *id = tong__json_str(v, "id"), *name = tong__json_str(v, "name");

			if (id && name)
				json_object_set_new(out, id, json_string(name));
		}
	tong__doc_free(d);
	tong__findings_free(fs);
}

static void names_of_table(const char *text, size_t n, const char *key, json_t *out)
{
	static const char *const any[] = {NULL};
	struct tong__findings *fs = NULL;
	struct tong__table *t = NULL;

	if (!tong__findings_new(&fs))
		tong__table_read(&t, "", text, n, any, fs, NULL);
	for (size_t i = 0; t && i < t->n_rows; i++)
		json_object_set_new(out, tong__table_cell(t, i, key),
		                    json_string(tong__table_cell(t, i, "name")));
	tong__table_free(t);
	tong__findings_free(fs);
}

static const struct whole {
	const char *kind, *path, *key;
	void (*read)(const char *, size_t, const char *, json_t *);
} wholes[] = {
	{"material", "materials.yaml", "materials", names_of_list},
	{"licence", "licences.yaml", "licences", names_of_list},
	{"theme", "themes.yaml", "themes", names_of_list},
	{"agency", "agencies.csv", "id", names_of_table},
	{"region", "regions.csv", "code", names_of_table},
};

static const struct whole *whole_of(const char *kind)
{
	for (size_t i = 0; i < sizeof wholes / sizeof *wholes; i++)
		if (!strcmp(wholes[i].kind, kind))
			return &wholes[i];
	return NULL;
}

/* ---- one by one ---- */

static char *name_of_law(const struct tong__version *v, const char *id, struct tong__buf *text)
{
	struct tong__findings *fs = NULL;
	struct tong__doc *d = NULL;
	char path[128], *name = NULL;
	const char *s;

	snprintf(path, sizeof path, "laws/%s.yaml", id);
	if (!tong__id_valid(id) || tong__version_read(v, path, text, NULL))
		return NULL;
	if (!tong__findings_new(&fs))
		tong__doc_yaml(&d, path, text->data ? text->data : "", text->len, fs, NULL);
	s = d ? tong__json_str(d->root, "short") : NULL;
	if (d && (!s || !*s))
		s = tong__json_str(d->root, "title");
	if (s && *s)
		name = strdup(s);
	tong__doc_free(d);
	tong__findings_free(fs);
	return name;
}

/* The type is not known: its folder is looked for. */
static char *name_of_item(const struct tong__version *v, const char *code, struct tong__buf *text)
{
	char path[128];

	if (!tong__item_code_valid(code))
		return NULL;
	for (const struct tong__enum_value *t = tong__item_types; t->code; t++) {
		snprintf(path, sizeof path, "items/%s/%s.md", t->code, code);
		if (!tong__version_read(v, path, text, NULL))
			return tong__words_item_name(text->data ? text->data : "", text->len);
	}
	return NULL;
}

static json_t *look_up(const struct tong__version *v, const char *kind, const char *id)
{
	struct tong__buf text;
	char *name = NULL;
	json_t *out;

	tong__buf_init(&text, TONG_MAX_SOURCE_FILE);
	if (!strcmp(kind, "law"))
		name = name_of_law(v, id, &text);
	else if (!strcmp(kind, "item"))
		name = name_of_item(v, id, &text);
	out = name && *name ? json_string(name) : json_null();
	tong__buf_free(&text);
	free(name);
	return out;
}

/* ---- ---- */

static json_t *names_of_kind(struct side *s, const char *kind)
{
	json_t *names = json_object_get(s->known, kind);
	const struct whole *w = whole_of(kind);
	struct tong__buf text;

	if (names)
		return names;
	names = json_object();
	json_object_set_new(s->known, kind, names);
	if (!w)
		return names;
	tong__buf_init(&text, TONG_MAX_SOURCE_FILE);
	if (names && !tong__version_read(s->version, w->path, &text, NULL))
		w->read(text.data ? text.data : "", text.len, w->key, names);
	tong__buf_free(&text);
	return names;
}

const char *tong__review_name(struct tong__review_names *n, const char *kind, const char *id,
                              bool before)
{
	struct side *s = before ? &n->before : &n->after;
	json_t *names = names_of_kind(s, kind);

	if (!json_object_get(names, id) && !whole_of(kind))
		json_object_set_new(names, id, look_up(s->version, kind, id));
	return json_string_value(json_object_get(names, id));
}

static const char *material_name(void *user, const char *id, bool before)
{
	return tong__review_name(user, "material", id, before);
}

struct tong__names tong__review_material_names(struct tong__review_names *n)
{
	return (struct tong__names){n, material_name};
}
