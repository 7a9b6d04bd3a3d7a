/* Checking what changed: which files the findings in changed files depend on, and nothing else. */
#include "publisher/check_since.h"

#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/text.h"
#include "publisher/heads.h"
#include "publisher/model_load.h"
#include "publisher/tree_kind.h"

/* ---- which files changed ---- */

void tong__paths_free(struct tong__paths *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->at[i]);
	free(p->at);
	memset(p, 0, sizeof *p);
}

int tong__paths_add(struct tong__paths *p, const char *path, tong_error *err)
{
	if (!tong__load_room(&p->at, p->n, &p->cap, sizeof *p->at) || !(p->at[p->n] = strdup(path)))
		return tong__fail_nomem(err);
	p->n++;
	return 0;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

bool tong__paths_have(const struct tong__paths *p, const char *path)
{
	return p->n && bsearch(&path, p->at, p->n, sizeof *p->at, by_path);
}

void tong__paths_sort(struct tong__paths *p)
{
	if (p->n)
		qsort(p->at, p->n, sizeof *p->at, by_path);
}

int tong__changed_in_git(struct tong__paths *out, struct tong__tree *now,
                         const struct tong__git_id *from, tong_error *err)
{
	struct tong__git_commit c;
	int rc = tong__git_diff(now->git, now->folder, from, &now->git->commit, &c, err);

	for (size_t i = 0; !rc && i < c.n; i++)
		if (c.changes[i].has_new)
			rc = tong__paths_add(out, c.changes[i].path, err);
	tong__git_changes_free(&c);
	tong__paths_sort(out);
	return rc;
}

/* What cannot be read counts as changed. */
static bool same(struct tong__tree *now, const struct tong__tree_file *f,
                 const struct tong__tree_file *was, struct tong__buf *b)
{
	struct tong__git_id id;

	tong__buf_clear(b);
	return was && was->size == f->size && !tong__tree_read(now, f->path, b, NULL) &&
	       tong__git_blob_id(b->data, b->len, &id) && tong__git_id_equal(&id, &was->id);
}

int tong__changed_on_disk(struct tong__paths *out, struct tong__tree *now, struct tong__tree *old,
                          tong_error *err)
{
	struct tong__buf b;
	int rc = 0;

	tong__buf_init(&b, TONG_MAX_SOURCE_FILE);
	for (size_t i = 0; !rc && i < now->n; i++) {
		const struct tong__tree_file *was = tong__tree_file(old, now->files[i].path);

		if (same(now, &now->files[i], was, &b))
			now->files[i].id = was->id;
		else
			rc = tong__paths_add(out, now->files[i].path, err);
	}
	tong__buf_free(&b);
	tong__paths_sort(out);
	return rc;
}

/* ---- what they depend on ---- */

struct since {
	struct tong__tree *tree;
	const struct tong__paths *changed;
	struct tong__heads *heads;
	json_t *regions;   /* whose files are read */
};

static bool is_changed(void *user, const char *path)
{
	return tong__paths_have(((const struct since *)user)->changed, path);
}

/* An item and its translations: the same file name in other folders. */
static const char *item_file(const char *path)
{
	const char *name = strrchr(path, '/');

	return tong__ends(path, ".md") && (tong__starts(path, "items/") || tong__starts(path, "lang/"))
	               ? name
	               : NULL;
}

static bool beside_changed(const struct tong__paths *changed, const char *path)
{
	const char *name = item_file(path), *other;

	for (size_t i = 0; name && i < changed->n; i++) {
		other = item_file(changed->at[i]);
		if (other && !strcmp(name, other))
			return true;
	}
	return false;
}

/* A translation is told to be out of date with the change of its item that made it so. */
static bool is_told(void *user, const char *path)
{
	return is_changed(user, path) ||
	       (tong__starts(path, "lang/") &&
	        beside_changed(((const struct since *)user)->changed, path));
}

/* Does the path lie in local/<a region of the list>/? */
static bool in_region(const json_t *regions, const char *path)
{
	char region[65], rest[65];

	return tong__file_kind_of(path, region, rest) && json_object_get(regions, region);
}

/* Names in other languages stand beside the titles of notices. */
static bool any_names(const struct tong__paths *changed)
{
	for (size_t i = 0; i < changed->n; i++)
		if (tong__starts(changed->at[i], "lang/") && tong__ends(changed->at[i], "/names.csv"))
			return true;
	return false;
}

static bool needed(void *user, const char *path)
{
	const struct since *s = user;

	if (is_changed(user, path))
		return true;
	if (tong__starts(path, "local/"))
		return in_region(s->regions, path);
	if (item_file(path))
		return beside_changed(s->changed, path);
	return !tong__starts(path, "notices/") || any_names(s->changed);
}

static int head(void *user, const char *path, json_t **out, tong_error *err)
{
	return tong__heads_get(((const struct since *)user)->heads, path, out, err);
}

/* The tables that say what else is needed: changed ones, and the regions with their parents. */
static bool first_needed(void *user, const char *path)
{
	return !strcmp(path, "catalogue.yaml") || !strcmp(path, "regions.csv") ||
	       (tong__starts(path, "local/") && is_changed(user, path));
}

/* Siblings are compared with one another: all below the same parent. */
static void take_siblings(struct since *s, const struct tong__model *m, const char *region)
{
	const struct tong__region *r = tong__model_region(m, region);

	for (size_t i = 0; r && i < m->n_regions; i++)
		if (!strcmp(m->regions[i].parent, r->parent))
			json_object_set_new(s->regions, m->regions[i].code, json_true());
}

static int look_ahead(struct since *s, tong_error *err)
{
	const struct tong__part part = {.wanted = first_needed, .user = s};
	struct tong__findings *form = NULL;
	struct tong__model *m = NULL;
	int rc = tong__findings_new(&form) ? tong__fail_nomem(err) : 0;

	if (!rc)
		rc = tong__model_load_part(&m, s->tree, &part, form, err);
	for (size_t i = 0; !rc && i < m->n_locals; i++) {
		const struct tong__local *l = &m->locals[i];

		json_object_set_new(s->regions, l->region, json_true());
		if (l->items)
			take_siblings(s, m, l->region);
	}
	tong__model_free(m);
	tong__findings_free(form);
	return rc;
}

static bool any_local(const struct tong__paths *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (tong__starts(p->at[i], "local/"))
			return true;
	return false;
}

/* Materials are unused, waivers and synonyms are idle only if nothing anywhere needs them. */
static bool hangs_on_all(const struct tong__paths *p)
{
	return tong__paths_have(p, "materials.yaml") || tong__paths_have(p, "waivers.csv") ||
	       tong__paths_have(p, "synonyms.csv");
}

/* Of errors none speaks of what sibling regions have. */
static void take_regions(struct since *s)
{
	char region[65], rest[65];

	for (size_t i = 0; i < s->changed->n; i++)
		if (tong__starts(s->changed->at[i], "local/") &&
		    tong__file_kind_of(s->changed->at[i], region, rest))
			json_object_set_new(s->regions, region, json_true());
}

static int load(struct since *s, bool errors, struct tong__model **out, struct tong__findings *fs,
                tong_error *err)
{
	const struct tong__part part = {
		.wanted = needed, .head = head, .retired = true, .user = s,
	};
	int rc = tong__heads_open(&s->heads, s->tree, err);

	s->regions = json_object();
	if (!rc && !s->regions)
		rc = tong__fail_nomem(err);
	if (!rc && errors)
		take_regions(s);
	else if (!rc && any_local(s->changed))
		rc = look_ahead(s, err);
	if (!rc)
		rc = tong__model_load_part(out, s->tree, &part, fs, err);
	tong__heads_close(s->heads);
	json_decref(s->regions);
	return rc;
}

/* Everything, and then what is not asked for goes. Waivers must see all findings first. */
static int check_all(struct since *s, struct tong__model **out, struct tong__findings *fs,
                     tong_error *err)
{
	int rc = tong__model_load(out, s->tree, fs, err);

	if (rc)
		return rc;
	tong__check(*out, fs);
	tong__findings_drop(fs, is_told, s);
	return 0;
}

static int check_part(struct since *s, bool errors, struct tong__model **out,
                      struct tong__findings *fs, int64_t now, tong_error *err)
{
	int rc;

	tong__findings_only(fs, is_told, s);
	rc = load(s, errors, out, fs, err);
	if (!rc && now)
		(*out)->time = now;
	if (!rc)
		tong__check(*out, fs);
	tong__findings_only(fs, NULL, NULL);
	return rc;
}

int tong__check_since(struct tong__model **out, struct tong__tree *tree,
                      const struct tong__paths *changed, struct tong__findings *fs,
                      tong_error *err)
{
	struct since s = {.tree = tree, .changed = changed};

	*out = NULL;
	if (hangs_on_all(changed))
		return check_all(&s, out, fs, err);
	return check_part(&s, false, out, fs, 0, err);
}

int tong__check_errors(struct tong__model **out, struct tong__tree *tree,
                       const struct tong__paths *files, struct tong__findings *fs, int64_t now,
                       tong_error *err)
{
	struct since s = {.tree = tree, .changed = files};

	*out = NULL;
	return check_part(&s, true, out, fs, now, err);
}
