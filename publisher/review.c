/* From two versions to the document of what changed: file by file, each as its kind is told. */
#include "publisher/review.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/file.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/text.h"
#include "publisher/impact.h"
#include "publisher/review_compare.h"
#include "publisher/review_entries.h"
#include "publisher/tree_kind.h"

#define MAX_ROWS 200   /* of one region that are told one by one */

struct review {
	const struct tong__version *from, *to;
	struct tong__review_names *names;
	struct tong__impact *impact;
	json_t *changes, *went, *came;
	struct tong__buf before, after;     /* texts of the file at hand */
	bool had, has;                      /* which of them there are */
	bool nomem;
	tong_error *err;

	const struct tong__review_kind *kind;   /* of the file at hand */
	const char *path, *region;
	json_t *rows;                       /* of one region */
	size_t added, removed, changed;
};

/* ---- reading ---- */

int tong__version_read(const struct tong__version *v, const char *path, struct tong__buf *out,
                       tong_error *err)
{
	struct tong__git_id id;
	char *full;
	int rc;

	if (!v->disk) {
		if (!tong__git_blob_at(v->git, &v->git->commit, v->folder, path, &id))
			return tong__fail(err, TONG_E_ABSENT, path, "version %s has no such file", v->label);
		return tong__git_blob(v->git, &id, out, err);
	}
	if (asprintf(&full, "%s%s%s%s", v->git->workdir ? v->git->workdir : "./", v->folder,
	             *v->folder ? "/" : "", path) < 0)
		return tong__fail_nomem(err);
	rc = tong__file_read(full, out, err);
	free(full);
	return rc;
}

/* A text that is over its ceiling counts as empty: the check refuses it. 'id' is its blob, when it
 * lies in a commit: asking by path would search every folder above it again. */
static int read_side(const struct tong__version *v, const char *path, const struct tong__git_id *id,
                     struct tong__buf *out, tong_error *err)
{
	int rc;

	tong__buf_clear(out);
	rc = v->disk ? tong__version_read(v, path, out, err) : tong__git_blob(v->git, id, out, err);
	if (rc == TONG_E_LIMIT || rc == TONG_E_ABSENT) {
		tong__buf_clear(out);
		rc = tong__buf_add(out, "", 0) ? tong__fail_nomem(err) : 0;
	}
	return rc;
}

/* Both texts of the file at hand; one that is not there is empty. */
static int read_both(struct review *r, const struct tong__git_change *was,
                     const struct tong__git_change *is)
{
	int rc = 0;

	tong__buf_clear(&r->before);
	tong__buf_clear(&r->after);
	r->had = was->has_old;
	r->has = is->has_new;
	if (r->had)
		rc = read_side(r->from, was->path, &was->old_id, &r->before, r->err);
	if (!rc && r->has)
		rc = read_side(r->to, is->path, &is->new_id, &r->after, r->err);
	return rc;
}

static const char *text(const struct tong__buf *b)
{
	return b->data ? b->data : "";
}

/* ---- changes ---- */

static const char *verb_of(bool had, bool has)
{
	return !had ? "added" : !has ? "removed" : "changed";
}

/* A new change, borrowed; NULL when memory is out. */
static json_t *add_change(struct review *r, const char *change, const char *id, const char *name,
                          json_t *what, json_t *fields)
{
	json_t *c = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "kind", r->kind->name,
	                      "label", r->kind->label, "change", change, "id", id, "name",
	                      name ? name : "", "path", r->path, "what", what, "fields", fields);

	if (!c || json_array_append_new(r->changes, c) ||
	    !tong__impact_ask(r->impact, r->kind->name, id)) {
		r->nomem = true;
		return NULL;
	}
	return c;
}

/* What is told of a thing that came or went as a whole. */
static void say_whole(json_t *what, bool had, bool has)
{
	if (had && has)
		return;
	json_array_clear(what);
	json_array_append_new(what, json_string(has ? "新增" : "删除"));
}

static struct tong__doc *parse(const struct review *r, const struct tong__buf *b, bool there)
{
	bool markdown = tong__ends(r->path, ".md");
	struct tong__findings *fs = NULL;
	struct tong__doc *d = NULL;

	if (there && !tong__findings_new(&fs))
		(markdown ? tong__doc_markdown : tong__doc_yaml)(&d, r->path, text(b), b->len, fs, NULL);
	tong__findings_free(fs);
	return d;
}

static const char *name_in(const struct tong__doc *d)
{
	const char *name = d ? tong__json_str(d->root, "name") : NULL;

	return name ? name : d ? tong__json_str(d->root, "title") : NULL;
}

/* An item, a law, a notice: one thing in one file. */
static int tell_doc(struct review *r, const char *id)
{
	struct tong__doc *a = parse(r, &r->before, r->had), *b = parse(r, &r->after, r->has);
	bool item = r->kind->shape == TONG__SHAPE_ITEM;
	struct tong__names names = tong__review_material_names(r->names);
	json_t *fields = json_array(), *what = json_array();
	bool ok = tong__review_compare(r->kind->elements, a ? a->root : NULL, b ? b->root : NULL,
	                               r->names, fields, item ? NULL : what) &&
	          tong__review_sections(a, b, fields, item ? NULL : what);

	if (item) {
		json_decref(what);
		what = tong__words(r->had ? text(&r->before) : NULL, r->before.len,
		                   r->has ? text(&r->after) : NULL, r->after.len, &names, NULL);
		if (what && !json_array_size(what))
			json_array_append_new(what, json_string("移动了文件"));
	} else {
		say_whole(what, r->had, r->has);
	}
	if (!item && !json_array_size(what))
		json_array_append_new(what, json_string("调整了写法，内容不变"));
	add_change(r, verb_of(r->had, r->has), id, name_in(b) ? name_in(b) : name_in(a), what, fields);
	tong__doc_free(a);
	tong__doc_free(b);
	return ok && !r->nomem ? 0 : tong__fail_nomem(r->err);
}

static const char *name_of(const json_t *a, const json_t *b)
{
	const char *name = tong__json_str(b, "name");

	return name ? name : tong__json_str(a, "name");
}

/* One thing of a list or table that is the whole province's. */
static bool tell_entry(void *user, const char *key, const json_t *a, const json_t *b)
{
	struct review *r = user;
	json_t *fields = json_array(), *what = json_array();
	bool ok = tong__review_compare(r->kind->elements, a, b, r->names, fields, what);

	say_whole(what, a, b);
	return add_change(r, verb_of(a, b), key, name_of(a, b), what, fields) && ok;
}

/* One row of a region. */
static bool tell_row(void *user, const char *key, const json_t *a, const json_t *b)
{
	struct review *r = user;
	bool local = !strcmp(r->kind->name, "local");
	const char *name = local ? tong__review_name(r->names, "item", key, !b) : name_of(a, b);
	json_t *fields, *what, *row;

	r->added += !a;
	r->removed += !b;
	r->changed += a && b;
	if (json_array_size(r->rows) >= MAX_ROWS)
		return true;
	fields = json_array();
	what = json_array();
	if (!tong__review_compare(r->kind->elements, a, b, r->names, fields, what))
		return false;
	say_whole(what, a, b);
	row = json_pack("{s:s, s:s, s:s, s:o, s:o}", "change", verb_of(a, b), "id", key, "name",
	                name ? name : "", "what", what, "fields", fields);
	return !json_array_append_new(r->rows, row);
}

static void count_words(struct tong__buf *b, const char *verb, size_t n, const char *unit)
{
	if (n)
		tong__buf_addf(b, "%s%s %zu %s", b->len ? "、" : "", verb, n, unit);
}

static int tell_region(struct review *r, const char *region)
{
	const char *unit = !strcmp(r->kind->name, "local") ? "行" : "个大厅";
	const char *name;
	struct tong__buf b;
	json_t *c;
	int rc;

	r->added = r->removed = r->changed = 0;
	r->rows = json_array();
	rc = tong__review_entries(r->kind, &r->before, &r->after, tell_row, r, r->err);
	tong__buf_init(&b, 256);
	count_words(&b, "新增", r->added, unit);
	count_words(&b, "修改", r->changed, unit);
	count_words(&b, "删除", r->removed, unit);
	name = tong__review_name(r->names, "region", region, false);
	if (!rc && !name)
		name = tong__review_name(r->names, "region", region, true);
	c = rc ? NULL : add_change(r, verb_of(r->had, r->has), region, name,
	                           json_pack("[s]", b.len ? b.data : "调整了写法，内容不变"), json_array());
	tong__buf_free(&b);
	if (!rc && (!c || json_object_set(c, "rows", r->rows)))
		rc = tong__fail_nomem(r->err);
	json_decref(r->rows);
	return rc;
}

static int tell_entries(struct review *r)
{
	size_t n = json_array_size(r->changes);
	int rc = tong__review_entries(r->kind, &r->before, &r->after, tell_entry, r, r->err);

	if (!rc && n == json_array_size(r->changes))   /* another order, other quotes */
		add_change(r, "changed", r->path, "", json_pack("[s]", "调整了写法，内容不变"), json_array());
	return rc;
}

static int tell_file(struct review *r)
{
	json_t *what = json_array();

	json_array_append_new(what, json_string("修改了文件"));
	say_whole(what, r->had, r->has);
	add_change(r, verb_of(r->had, r->has), r->path, "", what, json_array());
	return r->nomem ? tong__fail_nomem(r->err) : 0;
}

/* ---- files ---- */

/* Item files that only went or only came, by name: one of each is an item that moved. */
static bool note_halves(struct review *r, const struct tong__git_commit *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct tong__git_change *ch = &c->changes[i];
		const char *name = strrchr(ch->path, '/');

		if (name && ch->has_old != ch->has_new && tong__starts(ch->path, "items/") &&
		    json_object_set_new(ch->has_new ? r->came : r->went, name, json_integer((json_int_t)i)))
			return false;
	}
	return true;
}

/* The other half of a move; NULL when the item did not move. */
static const struct tong__git_change *other_half(const struct review *r,
                                                 const struct tong__git_commit *c, size_t i)
{
	const char *name = strrchr(c->changes[i].path, '/');
	const json_t *at = json_object_get(c->changes[i].has_new ? r->went : r->came, name);

	return at ? &c->changes[json_integer_value(at)] : NULL;
}

static int tell(struct review *r, const struct tong__git_commit *c, size_t i)
{
	const struct tong__git_change *ch = &c->changes[i], *half = NULL;
	char a[65], b[65];
	int rc;

	r->kind = tong__review_kind_of(ch->path, a, b);
	r->path = ch->path;
	if (r->kind->shape == TONG__SHAPE_ITEM && ch->has_old != ch->has_new)
		half = other_half(r, c, i);
	if (half && ch->has_old)
		return 0;   /* told where it went to */
	rc = read_both(r, half ? half : ch, ch);
	if (rc)
		return rc;
	if (r->kind->shape == TONG__SHAPE_FILE)
		return tell_file(r);
	if (r->kind->by_region)
		return tell_region(r, a);
	if (r->kind->shape == TONG__SHAPE_LIST || r->kind->shape == TONG__SHAPE_TABLE)
		return tell_entries(r);
	return tell_doc(r, *b ? b : *a ? a : ch->path);
}

static int tell_all(struct review *r)
{
	struct tong__git_commit c;
	int rc;

	if (r->to->disk)
		rc = tong__git_diff_disk(r->from->git, r->from->folder, &r->from->git->commit, false, &c,
		                         r->err);
	else
		rc = tong__git_diff(r->to->git, r->to->folder, &r->from->git->commit, &r->to->git->commit,
		                    &c, r->err);
	if (!rc && !note_halves(r, &c))
		rc = tong__fail_nomem(r->err);
	for (size_t i = 0; !rc && i < c.n; i++)
		rc = tell(r, &c, i);
	tong__git_changes_free(&c);
	return rc;
}

/* ---- impact, order, the document ---- */

static int tree_of(const struct tong__version *v, struct tong__tree **out, tong_error *err)
{
	const char *dir = v->git->workdir ? v->git->workdir : ".";
	struct tong__tree *t;
	int rc;

	if (v->disk)
		return tong__tree_dir(out, dir, v->folder, err);
	t = *out = tong__tree_new();
	if (!t)
		return tong__fail_nomem(err);
	t->git = v->git;   /* borrowed: taken back before the tree goes */
	snprintf(t->label, sizeof t->label, "%s", v->label);
	rc = tong__git_list(v->git, v->folder, t, err);
	return rc ? rc : tong__tree_sort(t, err);
}

static int add_impact(struct review *r)
{
	struct tong__tree *t = NULL;
	json_t *c, *impact;
	size_t i;
	int rc;

	if (!json_array_size(r->changes))
		return 0;
	rc = tree_of(r->to, &t, r->err);
	if (!rc)
		rc = tong__impact_run(r->impact, t, r->err);
	if (t && !r->to->disk)
		t->git = NULL;
	tong__tree_free(t);
	json_array_foreach(r->changes, i, c) {
		impact = rc ? NULL : tong__impact_of(r->impact, tong__json_str(c, "kind"),
		                                     tong__json_str(c, "id"));
		if (impact)
			json_object_set_new(c, "impact", impact);
	}
	return rc;
}

static int by_kind(const void *x, const void *y)
{
	const json_t *a = *(json_t *const *)x, *b = *(json_t *const *)y;
	size_t i = tong__review_rank(tong__json_str(a, "kind"));
	size_t j = tong__review_rank(tong__json_str(b, "kind"));

	return i != j ? (i > j) - (i < j) : strcmp(tong__json_str(a, "id"), tong__json_str(b, "id"));
}

/* New reference; NULL when memory is out. */
static json_t *sorted(const json_t *list)
{
	size_t n = json_array_size(list);
	json_t **all = calloc(n + 1, sizeof *all), *out = json_array();

	for (size_t i = 0; all && i < n; i++)
		all[i] = json_array_get(list, i);
	if (all && n)
		qsort(all, n, sizeof *all, by_kind);
	for (size_t i = 0; all && i < n; i++)
		json_array_append(out, all[i]);
	free(all);
	return out;
}

static json_t *side(const struct tong__version *v)
{
	char date[32] = "";
	time_t t = (time_t)v->git->time;
	struct tm tm;

	if (!v->disk && gmtime_r(&t, &tm))
		strftime(date, sizeof date, "%Y-%m-%d", &tm);
	return json_pack("{s:s, s:s, s:s}", "label", v->label, "commit", v->disk ? "" : v->git->hex,
	                 "date", date);
}

int tong__review(json_t **out, const struct tong__version *from, const struct tong__version *to,
                 tong_error *err)
{
	struct review r = {.from = from, .to = to, .changes = json_array(), .went = json_object(),
	                   .came = json_object(), .err = err};
	int rc = tong__review_names_new(&r.names, from, to, err);

	*out = NULL;
	r.impact = tong__impact_new();
	tong__buf_init(&r.before, TONG_MAX_SOURCE_FILE);
	tong__buf_init(&r.after, TONG_MAX_SOURCE_FILE);
	if (!rc && (!r.impact || !r.changes || !r.went || !r.came))
		rc = tong__fail_nomem(err);
	if (!rc)
		rc = tell_all(&r);
	if (!rc)
		rc = add_impact(&r);
	if (!rc)
		*out = json_pack("{s:o, s:o, s:o}", "from", side(from), "to", side(to), "changes",
		                 sorted(r.changes));
	if (!rc && !*out)
		rc = tong__fail_nomem(err);
	tong__buf_free(&r.before);
	tong__buf_free(&r.after);
	tong__impact_free(r.impact);
	tong__review_names_free(r.names);
	json_decref(r.changes);
	json_decref(r.went);
	json_decref(r.came);
	return rc;
}
