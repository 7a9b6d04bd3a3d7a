/* Layers of the last publish brought up to a commit: of the base only what hangs on items is made
 * anew, and the regions stay. */
#include "publisher/layers_patch.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/text.h"
#include "publisher/check.h"
#include "publisher/gate_reach.h"
#include "publisher/heads.h"
#include "publisher/history.h"
#include "publisher/model_load.h"
#include "publisher/records.h"
#include "publisher/tree_kind.h"

#define MOST 200       /* items; with more of them everything is read as quickly */

struct patch {
	struct tong__tree *tree;
	struct tong__reach reach;    /* where there may be errors now */
	json_t *codes;               /* of the items that changed, as the names of an object */
	struct tong__model *m;       /* what the records of these items are made from */
	struct tong__build b;
	tong_error *err;
};

/* ---- can it be done? ---- */

json_t *tong__layers_source(struct tong__tree *t)
{
	if (!t->git || t->dir || !t->git->hex[0])
		return NULL;
	return json_pack("{s:s, s:s, s:I}", "commit", t->git->hex, "folder", t->folder, "time",
	                 (json_int_t)t->git->time);
}

static bool comparable(const struct tong__tree *t, const json_t *source, struct tong__git_id *from)
{
	const char *commit = tong__json_str(source, "commit"), *folder;

	folder = tong__json_str(source, "folder");
	return t->git && !t->dir && commit && folder && !strcmp(folder, t->folder) &&
	       tong__git_id_read(commit, from);
}

static json_t *head_of(struct patch *p, const char *path, const struct tong__git_id *id)
{
	struct tong__buf text;
	json_t *head = NULL;

	tong__buf_init(&text, TONG_MAX_ITEM_FILE);
	if (!tong__git_blob(p->tree->git, id, &text, p->err) && !tong__buf_add(&text, "", 0))
		tong__head_of_text(path, &text, &head, p->err);
	tong__buf_free(&text);
	return head;
}

/* Each region's figures count the legal time of its items. */
static bool same_figures(struct patch *p, const struct tong__git_change *c)
{
	json_t *was = head_of(p, c->path, &c->old_id), *is = head_of(p, c->path, &c->new_id);
	const json_t *before = json_object_get(was, "limit_statutory");
	const json_t *after = json_object_get(is, "limit_statutory");
	bool same = was && is && (before == after || json_equal(before, after));

	json_decref(was);
	json_decref(is);
	return same;
}

static bool take(struct patch *p, const struct tong__git_change *c)
{
	char type[65], code[65];

	if (!strcmp(c->path, "README.md") || !strcmp(c->path, "SOURCES.md"))
		return true;   /* for people who read the files */
	return c->has_old && c->has_new && tong__starts(c->path, "items/") &&
	       tong__file_kind_of(c->path, type, code) && same_figures(p, c) &&
	       !json_object_set_new(p->codes, code, json_true());
}

/* Codes that an item gave up or took, and what reaches further, are not among it. */
static bool only_items(struct patch *p, const struct tong__git_id *from)
{
	struct tong__git_commit c;
	bool ok = !tong__git_diff(p->tree->git, p->tree->folder, from, &p->tree->git->commit, &c,
	                          p->err) && !c.odd && c.n <= MOST;

	for (size_t i = 0; ok && i < c.n; i++)
		ok = take(p, &c.changes[i]);
	ok = ok && !tong__reach(&p->reach, p->tree->git, p->tree, &c, p->err) && !p->reach.all;
	tong__git_changes_free(&c);
	return ok;
}

/* The past had none; so it is enough to look where this change can make one, if no waiver ended
 * in between. */
static bool without_errors(struct patch *p, const json_t *source)
{
	struct tong__findings *fs;
	bool ok = !tong__findings_new(&fs) &&
	          !tong__check_errors(&p->m, p->tree, &p->reach.files, fs, 0, p->err) &&
	          !tong__findings_of(fs, TONG__ERROR) && !tong__reach_others(&p->reach, p->m) &&
	          !tong__check_ages(p->m, tong__json_int(source, "time", 0));

	tong__findings_free(fs);
	return ok;
}

/* ---- what hangs on items ---- */

/* Groups of records that are made anew as a whole. */
static const char *const anew[] = {"change/", "doc/", "law/", "material/", NULL};

static bool is_item(struct tong__str key)
{
	return key.n > 5 && !memcmp(key.p, "item/", 5);
}

/* text/LANG/item/CODE */
static bool is_text(struct tong__str key)
{
	const char *lang = memchr(key.p, '/', key.n), *end = key.p + key.n;
	const char *kind = lang ? memchr(lang + 1, '/', (size_t)(end - lang - 1)) : NULL;

	return key.n > 5 && !memcmp(key.p, "text/", 5) && kind && end - kind > 6 &&
	       !memcmp(kind, "/item/", 6);
}

static bool goes(const struct patch *p, struct tong__str key)
{
	const char *last = key.p + key.n;
	char code[TONG_MAX_KEY + 1];

	while (last > key.p && last[-1] != '/')
		last--;

	for (size_t i = 0; anew[i]; i++)
		if (key.n > strlen(anew[i]) && !memcmp(key.p, anew[i], strlen(anew[i])))
			return true;
	if (!is_item(key) && !is_text(key))
		return false;
	snprintf(code, sizeof code, "%.*s", (int)(key.p + key.n - last), last);
	return json_object_get(p->codes, code) != NULL;
}

/* Who used a law or a material, but for the items that changed: they say so again. */
static int remember(struct patch *p, json_t *uses, const char *id, struct tong__str line)
{
	json_t *rec, *list = json_array(), *code;
	size_t i;

	if (tong__json_read(line.p, line.n, TONG_MAX_RECORD_DEPTH, "record", &rec, p->err)) {
		json_decref(list);
		return TONG_E_FORMAT;
	}
	json_array_foreach(tong__json_arr(rec, "items"), i, code)
		if (!json_object_get(p->codes, json_string_value(code)))
			tong__add(&p->b, list, json_incref(code));
	p->b.nomem |= json_object_set_new(uses, id, list) != 0;
	json_decref(rec);
	return p->b.nomem ? tong__fail_nomem(p->err) : 0;
}

static int take_uses(void *user, struct tong__str key, struct tong__str line)
{
	struct patch *p = user;
	char id[TONG_MAX_KEY + 1];

	snprintf(id, sizeof id, "%.*s", (int)key.n, key.p);
	if (tong__starts(id, "law/"))
		return remember(p, p->b.law_items, id + strlen("law/"), line);
	if (tong__starts(id, "material/"))
		return remember(p, p->b.material_items, id + strlen("material/"), line);
	return 0;
}

/* Items that changed stand last in the lists of whom they use. */
static void in_order(json_t *list)
{
	for (size_t end = json_array_size(list), i = end; i-- > 0;) {
		json_t *one = json_incref(json_array_get(list, i));
		size_t to = i;

		while (to + 1 < end && strcmp(json_string_value(json_array_get(list, to + 1)),
		                              json_string_value(one)) < 0)
			to++;
		if (to != i) {
			json_array_remove(list, i);
			json_array_insert(list, to, one);
		}
		json_decref(one);
	}
}

static void all_in_order(json_t *uses)
{
	const char *id;
	json_t *list;

	json_object_foreach(uses, id, list)
		in_order(list);
}

static int put_items(struct patch *p)
{
	const char *code;
	json_t *any;
	int rc = 0;

	json_object_foreach(p->codes, code, any)
		if (!rc)
			rc = tong__record_item(&p->b, tong__model_item(p->m, code));
	for (size_t i = 0; !rc && i < p->m->n_texts; i++)
		if (json_object_get(p->codes, p->m->texts[i].code))
			rc = tong__record_text(&p->b, &p->m->texts[i]);
	all_in_order(p->b.law_items);
	all_in_order(p->b.material_items);
	return rc;
}

static int make_records(struct patch *p, const struct tong__layer *base, const char *site_dir)
{
	json_t *retired = NULL;
	int rc = tong__layer_each(base->name, base->bytes, base->len, take_uses, p, p->err);

	json_decref(p->m->changes);
	p->m->changes = NULL;
	if (!rc)
		rc = tong__history_read(p->tree, &p->m->changes, &retired, p->err);
	json_decref(retired);
	if (!rc)
		rc = put_items(p);
	if (!rc)
		rc = tong__records_laws(&p->b);
	if (!rc)
		rc = tong__records_materials(&p->b);
	if (!rc)
		rc = tong__records_changes(&p->b);
	return rc ? rc : tong__records_docs(&p->b, site_dir);
}

/* ---- the base with them ---- */

static int keep_line(void *user, struct tong__str key, struct tong__str line)
{
	struct patch *p = user;

	return goes(p, key) ? 0 : tong__record_put_line(&p->b, key, line);
}

static int make_base(struct patch *p, struct tong__layer *past, const char *site_dir,
                     struct tong__layer *out)
{
	int rc = tong__layer_whole(past) ? make_records(p, past, site_dir)
	                                 : tong__fail(p->err, TONG_E_STORE, past->name, "is damaged");

	if (!rc)
		rc = tong__layer_each(past->name, past->bytes, past->len, keep_line, p, p->err);
	return rc ? rc : tong__build_finish(&p->b, "base", out);
}

static int make_site(struct patch *p, const char *site_dir, struct tong__layer *out)
{
	int rc = tong__records_site(&p->b, site_dir);

	return rc ? rc : tong__build_finish(&p->b, "site", out);
}

/* All others are taken over. */
static int assemble(struct patch *p, struct tong__layers *past, const char *site_dir,
                    struct tong__layers *out)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < past->n; i++) {
		struct tong__layer *l = &past->at[i];

		if (!strcmp(l->name, "base"))
			rc = make_base(p, l, site_dir, &out->at[out->n]);
		else if (!strcmp(l->name, "site"))
			rc = make_site(p, site_dir, &out->at[out->n]);
		else
			out->at[out->n] = *l;
		out->n += !rc;
	}
	for (size_t i = 0; i < out->n; i++)   /* whose bytes they are is settled at the end */
		if (rc && out->at[i].bytes == past->at[i].bytes)
			out->at[i].bytes = NULL, out->at[i].len = 0;
		else if (!rc && out->at[i].bytes == past->at[i].bytes)
			past->at[i].bytes = NULL, past->at[i].len = 0;
	return rc;
}

static int build(struct patch *p, struct tong__layers *past, const char *site_dir,
                 struct tong__layers **out)
{
	struct tong__layers *l = calloc(1, sizeof *l);
	int rc;

	if (l)
		l->at = calloc(past->n + 1, sizeof *l->at);
	rc = l && l->at ? tong__build_init(&p->b, p->m, p->err) : tong__fail_nomem(p->err);
	if (!rc)
		rc = assemble(p, past, site_dir, l);
	tong__build_free(&p->b);
	if (rc)
		tong__layers_free(l);
	else
		*out = l;
	return rc;
}

int tong__layers_patch(struct tong__layers **out, struct tong__layers *past, const json_t *source,
                       struct tong__tree *tree, const char *site_dir, tong_error *err)
{
	struct patch p = {.tree = tree, .codes = json_object(), .err = err};
	struct tong__git_id from;
	int rc = 0;

	*out = NULL;
	if (!p.codes)
		return tong__fail_nomem(err);
	if (comparable(tree, source, &from) && only_items(&p, &from) && without_errors(&p, source))
		rc = build(&p, past, site_dir, out);
	tong__reach_free(&p.reach);
	tong__model_free(p.m);
	json_decref(p.codes);
	return rc;
}
