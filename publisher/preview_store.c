/* The catalogue that a preview shows: which of its files were read, and its records as pages see
 * them. */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/text.h"
#include "publisher/model_load.h"
#include "publisher/model_reload.h"
#include "publisher/preview_store.h"
#include "publisher/tree_kind.h"

/* ---- the reader ---- */

static json_t *brief_of(const struct tong__item *it)
{
	static const char *const names[] = { "name",  "type",      "themes",     "guide",
										 "state", "main_item", "code_system" };
	json_t *item = json_pack("{s:s}", "code", it->code), *brief;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		json_t *v = json_object_get(it->doc->root, names[i]);

		if (json_string_length(v) || json_array_size(v))
			json_object_set(item, names[i], v);
	}
	brief = tong__brief_from_item(item);
	json_decref(item);
	return brief;
}

static json_t *get(void *user, const char *layer, const char *key, tong_error *err)
{
	struct tong__preview_store *s = user;
	const struct tong__item *it;
	struct tong__preview_group *g;

	if (err)
		err->code = 0;
	if (strcmp(layer, "derived")) {
		g = tong__preview_group(s, layer, key, err);
		return g ? g->reader.get(g->reader.user, layer, key, err) : NULL;
	}
	if (!tong__starts(key, "brief/"))
		return NULL;
	if (tong__preview_store_item(s, key + 6))
		tong__preview_store_need(s, tong__preview_store_item(s, key + 6));
	it = tong__model_item(s->model, key + 6);
	return it ? brief_of(it) : NULL;
}

static int line(void *user, const char *layer, const char *key, struct tong__buf *out,
				tong_error *err)
{
	struct tong__preview_group *g = tong__preview_group(user, layer, key, err);

	if (!g)
		return tong__fail(err, TONG_E_NOTFOUND, key, "layer %s has no such record", layer);
	return g->reader.line(g->reader.user, layer, key, out, err);
}

typedef int (*each_fn)(void *arg, const char *key, const json_t *rec);
typedef int (*scan_fn)(void *arg, const char *key, struct tong__str line);

static int each_brief(struct tong__preview_store *s, each_fn fn, void *arg)
{
	char key[TONG_MAX_KEY];
	int rc = 0;

	for (size_t i = 0; !rc && i < s->model->n_items; i++) {
		json_t *brief = brief_of(&s->model->items[i]);

		snprintf(key, sizeof key, "brief/%s", s->model->items[i].code);
		rc = fn(arg, key, brief);
		json_decref(brief);
	}
	return rc;
}

static int each_item(struct tong__preview_store *s, each_fn fn, void *arg, tong_error *err)
{
	char key[TONG_MAX_KEY];
	int rc = 0;

	for (size_t i = 0; !rc && i < s->model->n_items; i++) {
		json_t *rec;

		snprintf(key, sizeof key, "item/%s", s->model->items[i].code);
		rec = get(s, "base", key, err);
		rc = rec ? fn(arg, key, rec) : TONG_E_NOMEM;
		json_decref(rec);
	}
	return rc;
}

static int each(void *user, const char *layer, const char *prefix, each_fn fn, void *arg,
				tong_error *err)
{
	struct tong__preview_store *s = user;
	struct tong__preview_group *g;

	if (!strcmp(layer, "derived"))
		return each_brief(s, fn, arg);
	if (!strcmp(layer, "base") && !strcmp(prefix, "item/"))
		return each_item(s, fn, arg, err);
	if (err)
		err->code = 0;
	g = tong__preview_group(s, layer, prefix, err);
	if (!g)
		return err ? err->code : 0;
	return g->reader.each(g->reader.user, layer, prefix, fn, arg, err);
}

/* Items have a layer each, all others of a kind one together. */
static int scan_items(struct tong__preview_store *s, const char *having, scan_fn fn, void *arg,
					  tong_error *err)
{
	struct tong__buf text;
	char key[TONG_MAX_KEY];
	int rc = 0;

	tong__buf_init(&text, TONG_MAX_RECORD);
	for (size_t i = 0; !rc && i < s->model->n_items; i++) {
		snprintf(key, sizeof key, "item/%s", s->model->items[i].code);
		tong__buf_clear(&text);
		rc = line(s, "base", key, &text, err);
		if (!rc && (!having || memmem(text.data, text.len, having, strlen(having))))
			rc = fn(arg, key, (struct tong__str){ text.data, text.len });
	}
	tong__buf_free(&text);
	return rc;
}

static int scan(void *user, const char *layer, const char *prefix, const char *text, scan_fn fn,
				void *arg, tong_error *err)
{
	struct tong__preview_group *g;

	if (!strcmp(layer, "base") && !strcmp(prefix, "item/"))
		return scan_items(user, text, fn, arg, err);
	if (err)
		err->code = 0;
	g = tong__preview_group(user, layer, prefix, err);
	if (!g)
		return err ? err->code : 0;
	return g->reader.scan(g->reader.user, layer, prefix, text, fn, arg, err);
}

static bool has_layer(void *user, const char *layer)
{
	const struct tong__preview_store *s = user;
	char folder[64];

	if (layer[0] != 'r')
		return true;
	snprintf(folder, sizeof folder, "local/%.16s/", layer + 1);
	for (size_t i = 0; i < s->tree->n; i++)
		if (tong__starts(s->tree->files[i].path, folder))
			return true;
	return false;
}

struct tong__reader tong__preview_store_reader(struct tong__preview_store *s)
{
	return (struct tong__reader){ s, get, line, each, has_layer, scan, NULL, NULL, NULL };
}

/* ---- files ---- */

static bool is_small(const char *path)
{
	return !tong__starts(path, "items/") && !tong__starts(path, "local/");
}

static bool wants_small(void *user, const char *path)
{
	(void)user;
	return is_small(path);
}

const char *tong__preview_store_item(const struct tong__preview_store *s, const char *code)
{
	const struct tong__item *it = tong__model_item(s->model, code);
	size_t n = strlen(code);

	if (it)
		return it->doc->path;
	for (size_t i = 0; i < s->tree->n; i++) {
		const char *path = s->tree->files[i].path;

		if (tong__starts(path, "items/") && strlen(path) == 12 + n && !strncmp(path + 9, code, n))
			return path;
	}
	return NULL;
}

static bool is_read(const struct tong__preview_store *s, const char *path)
{
	char a[65], b[65];
	const struct tong__local *l;

	if (!tong__file_kind_of(path, a, b))
		return true;
	if (tong__starts(path, "items/"))
		return tong__model_item(s->model, b) != NULL;
	l = tong__preview_local(s->model, a);
	return l && (tong__ends(path, ".csv") ? l->items != NULL : l->halls != NULL);
}

void tong__preview_store_need(struct tong__preview_store *s, const char *path)
{
	if (!s->complete && !is_small(path) && !is_read(s, path))
		tong__model_reload(s->model, s->tree, path, s->form, NULL);
}

/* What a change of an item's file means for others: "+set +uses +alias". */
static void effects_of(const json_t *old, const json_t *now, char out[32])
{
	bool set = !old != !now;

	*out = '\0';
	if (set)
		strcat(out, "+set ");
	if (set || !json_equal(json_object_get(old, "basis"), json_object_get(now, "basis")) ||
		!json_equal(json_object_get(old, "materials"), json_object_get(now, "materials")))
		strcat(out, "+uses ");
	if (set || !json_equal(json_object_get(old, "aliases"), json_object_get(now, "aliases")))
		strcat(out, "+alias ");
}

/* The findings of form without those of one file, which is read again. */
static int keep_others(struct tong__preview_store *s, const char *path, tong_error *err)
{
	struct tong__findings *kept;

	if (tong__findings_new(&kept))
		return tong__fail_nomem(err);
	for (size_t i = 0; i < tong__findings_count(s->form); i++) {
		const struct tong__finding *f = tong__findings_at(s->form, i);

		if (strcmp(f->path, path))
			tong__find(kept, f->rule->id, f->path, f->line, f->column, f->element, f->subject,
					   f->wanted, "%s", f->found);
	}
	tong__findings_free(s->form);
	s->form = kept;
	return 0;
}

int tong__preview_store_reload(struct tong__preview_store *s, const char *path, tong_error *err)
{
	char a[65] = "", b[65] = "", effects[32];
	bool known = tong__file_kind_of(path, a, b) != NULL,
		 item = known && tong__starts(path, "items/");
	const struct tong__item *it = item ? tong__model_item(s->model, b) : NULL;
	json_t *old = it ? json_incref(it->doc->root) : NULL;
	int rc = keep_others(s, path, err);

	if (!rc)
		rc = tong__model_reload(s->model, s->tree, path, s->form, err);
	it = item ? tong__model_item(s->model, b) : NULL;
	effects_of(old, it ? it->doc->root : NULL, effects);
	tong__preview_groups_forget(s, path, b, item ? effects : "");
	json_decref(old);
	return rc;
}

/* ---- opening ---- */

int tong__preview_store_open(struct tong__preview_store **out, const char *repo, const char *path,
							 const char *site_dir, bool complete, tong_error *err)
{
	static const struct tong__part small = { .wanted = wants_small };
	struct tong__preview_store *s = calloc(1, sizeof *s);
	int rc = s ? tong__tree_dir(&s->tree, repo, path, err) : tong__fail_nomem(err);

	if (!rc && tong__findings_new(&s->form))
		rc = tong__fail_nomem(err);
	if (!rc)
		rc = tong__model_load_part(&s->model, s->tree, complete ? NULL : &small, s->form, err);
	if (!rc) {
		s->site_dir = site_dir;
		s->complete = complete;
		rc = tong__preview_groups_site(s, err);
	}
	if (!rc && complete)
		rc = tong__preview_groups_all(s, err);
	if (rc) {
		tong__preview_store_free(s);
		s = NULL;
	}
	*out = s;
	return rc;
}

void tong__preview_store_free(struct tong__preview_store *s)
{
	if (!s)
		return;
	tong__preview_groups_free(s);
	tong__model_free(s->model);
	tong__findings_free(s->form);
	tong__tree_free(s->tree);
	free(s);
}

bool tong__preview_store_complete(const struct tong__preview_store *s)
{
	return s->complete;
}

const struct tong__model *tong__preview_store_model(const struct tong__preview_store *s)
{
	return s->model;
}

const char *tong__preview_store_dir(const struct tong__preview_store *s)
{
	return s->tree->dir;
}

const struct tong__findings *tong__preview_store_form(const struct tong__preview_store *s)
{
	return s->form;
}
