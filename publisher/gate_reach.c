/* How far a change reaches, told from what the rules for errors ask: an item's head is all that
 * other files may ask of it (heads.h). When in doubt, everywhere. */
#include "publisher/gate_reach.h"

#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/text.h"
#include "publisher/heads.h"
#include "publisher/model_load.h"
#include "publisher/overrides.h"
#include "publisher/tree_kind.h"

/* The names of two items may be alike, and only one of two may speak of the other: those are
 * warnings, which no gate asks about. */
static bool harmless(const char *key)
{
	return !strcmp(key, "name") || !strcmp(key, "replaces") || !strcmp(key, "replaced_by");
}

struct item {
	const char *path;
	char code[65];
	json_t *before, *after;     /* heads; NULL before: the item is new */
};

/* A code in two folders is an error of whichever comes second. */
static bool stands_twice(const struct tong__tree *now, const struct item *it)
{
	char type[65], code[65];

	for (size_t i = 0; i < now->n; i++)
		if (tong__starts(now->files[i].path, "items/") && strcmp(now->files[i].path, it->path) &&
		    tong__file_kind_of(now->files[i].path, type, code) && !strcmp(code, it->code))
			return true;
	return false;
}

static bool offered(const json_t *head)
{
	const char *state = tong__json_str(head, "state");

	return !state || (strcmp(state, "2") && strcmp(state, "3"));
}

static int add_new(struct tong__reach *r, const struct item *it, struct tong__tree *now,
                   tong_error *err)
{
	r->all |= !offered(it->after) || stands_twice(now, it);
	r->aliases |= json_object_get(it->after, "aliases") != NULL;
	return r->all ? 0 : tong__overrides(now, it->code, TONG__LISTED, &r->files, err);
}

static int add_changed(struct tong__reach *r, const struct item *it, struct tong__tree *now,
                       tong_error *err)
{
	bool limits = false;

	for (size_t i = 0; tong__heads_kept[i]; i++) {
		const char *key = tong__heads_kept[i];
		const json_t *was = json_object_get(it->before, key), *is = json_object_get(it->after, key);

		if (harmless(key) || was == is || json_equal(was, is))
			continue;
		if (!strcmp(key, "aliases") || !strcmp(key, "state"))
			r->all = true;
		limits = true;
	}
	if (r->all || !limits)
		return 0;
	return tong__overrides(now, it->code, TONG__IMPROVED, &r->files, err);
}

static int head(struct tong__git *g, const char *path, const struct tong__git_id *id, json_t **out,
                tong_error *err)
{
	struct tong__buf text;
	int rc;

	tong__buf_init(&text, TONG_MAX_ITEM_FILE);
	rc = tong__git_blob(g, id, &text, err);
	if (rc == TONG_E_LIMIT)   /* refused when it is read; nobody can ask anything of it */
		rc = (*out = json_object()) ? 0 : tong__fail_nomem(err);
	else if (!rc)
		rc = tong__head_of_text(path, &text, out, err);
	tong__buf_free(&text);
	return rc;
}

static int add_item(struct tong__reach *r, struct tong__git *g, struct tong__tree *now,
                    const struct tong__git_change *ch, const char *code, tong_error *err)
{
	struct item it = {.path = ch->path};
	int rc = head(g, ch->path, &ch->new_id, &it.after, err);

	snprintf(it.code, sizeof it.code, "%s", code);
	if (!rc && ch->has_old)
		rc = head(g, ch->path, &ch->old_id, &it.before, err);
	if (!rc)
		rc = it.before ? add_changed(r, &it, now, err) : add_new(r, &it, now, err);
	json_decref(it.before);
	json_decref(it.after);
	return rc;
}

/* Rows of a region name the windows of its halls. */
static int add_table(struct tong__reach *r, struct tong__tree *now, const char *region,
                     tong_error *err)
{
	char path[128];

	snprintf(path, sizeof path, "local/%.64s/items.csv", region);
	return tong__tree_file(now, path) ? tong__paths_add(&r->files, path, err) : 0;
}

/* The title of a notice has names in other languages. */
static int add_names(struct tong__reach *r, struct tong__tree *now, tong_error *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < now->n; i++)
		if (tong__starts(now->files[i].path, "lang/") &&
		    tong__ends(now->files[i].path, "/names.csv"))
			rc = tong__paths_add(&r->files, now->files[i].path, err);
	return rc;
}

/* Nothing hangs on these, whether they are there or not. */
static bool stands_alone(const char *path, bool known)
{
	return !known || !strcmp(path, "README.md") || !strcmp(path, "SOURCES.md") ||
	       !strcmp(path, "scope.csv");
}

static int add_file(struct tong__reach *r, struct tong__git *g, struct tong__tree *now,
                    const struct tong__git_change *ch, tong_error *err)
{
	char a[65], b[65];
	bool known = tong__file_kind_of(ch->path, a, b) != NULL;
	int rc = ch->has_new ? tong__paths_add(&r->files, ch->path, err) : 0;

	if (rc || stands_alone(ch->path, known))
		return rc;
	if (ch->has_new && tong__starts(ch->path, "items/"))
		return add_item(r, g, now, ch, b, err);
	if (ch->has_new && tong__starts(ch->path, "local/"))
		return tong__ends(ch->path, "/halls.yaml") ? add_table(r, now, a, err) : 0;
	if (ch->has_new && tong__starts(ch->path, "notices/"))
		return add_names(r, now, err);
	r->all = true;
	return 0;
}

int tong__reach(struct tong__reach *out, struct tong__git *g, struct tong__tree *now,
                const struct tong__git_commit *changes, tong_error *err)
{
	int rc = 0;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; !rc && !out->all && i < changes->n; i++)
		rc = add_file(out, g, now, &changes->changes[i], err);
	tong__paths_sort(&out->files);
	return rc;
}

static bool has_code(const struct tong__item *it, const char *code)
{
	size_t i;
	json_t *alias;

	if (!strcmp(it->code, code))
		return true;
	json_array_foreach(tong__json_arr(it->doc->root, "aliases"), i, alias) {
		const char *known = tong__json_str(alias, "code");

		if (known && !strcmp(known, code))
			return true;
	}
	return false;
}

static bool shares(const struct tong__model *m, const struct tong__item *it)
{
	size_t i;
	json_t *alias;

	json_array_foreach(tong__json_arr(it->doc->root, "aliases"), i, alias) {
		const char *code = tong__json_str(alias, "code");

		for (size_t n = 0; code && n < m->n_items; n++)
			if (&m->items[n] != it && has_code(&m->items[n], code))
				return true;
	}
	return false;
}

bool tong__reach_others(const struct tong__reach *r, const struct tong__model *m)
{
	for (size_t i = 0; r->aliases && i < m->n_items; i++)
		if (tong__paths_have(&r->files, m->items[i].doc->path) && shares(m, &m->items[i]))
			return true;
	return false;
}

void tong__reach_free(struct tong__reach *r)
{
	tong__paths_free(&r->files);
}
