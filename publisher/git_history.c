/* Walking back through commits: which files each one changed, found by comparing trees that
 * differ only. */
#include "publisher/git.h"

#include <git2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/limits.h"

/*
 * git_diff_tree_to_tree visits every entry of both trees; going only into subtrees whose ids
 * differ makes a commit that touched five files of 300,000 cost one millisecond instead of 300.
 */

#define MAX_PATH_LEN 1024

/* Walking back, what a folder was before a commit is what it is after the next commit that
 * touches it: kept, it is read once. */
#define KEPT_TREES 4096

struct walk {
	struct tong__git *git;
	git_tree **kept;                 /* KEPT_TREES places by id; NULL: none are kept */
	char place[MAX_PATH_LEN];        /* folder/below */
	char path[MAX_PATH_LEN];
	struct tong__git_commit out;
	tong_error *err;
};

static int diff(struct walk *, const git_oid *a, const git_oid *b, size_t len);

static bool is_file(const git_tree_entry *e)
{
	unsigned mode = e ? (unsigned)git_tree_entry_filemode_raw(e) : 0;

	return mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE;
}

static bool is_folder(const git_tree_entry *e)
{
	return e && git_tree_entry_type(e) == GIT_OBJECT_TREE;
}

static int add_change(struct walk *w, const git_tree_entry *a, const git_tree_entry *b)
{
	struct tong__git_commit *c = &w->out;
	struct tong__git_change *ch;

	if (c->n == c->cap) {
		size_t cap = c->cap ? c->cap * 2 : 16;

		ch = realloc(c->changes, cap * sizeof *ch);
		if (!ch)
			return tong__fail_nomem(w->err);
		c->changes = ch;
		c->cap = cap;
	}
	ch = &c->changes[c->n];
	memset(ch, 0, sizeof *ch);
	ch->path = strdup(w->path);
	if (!ch->path)
		return tong__fail_nomem(w->err);
	ch->has_old = a;
	ch->has_new = b;
	if (a)
		memcpy(&ch->old_id, git_tree_entry_id(a), sizeof ch->old_id);
	if (b)
		memcpy(&ch->new_id, git_tree_entry_id(b), sizeof ch->new_id);
	c->n++;
	return 0;
}

/* Two entries of one name; either may be missing. */
static int diff_entry(struct walk *w, const git_tree_entry *a, const git_tree_entry *b, size_t len)
{
	const char *name = git_tree_entry_name(b ? b : a);
	size_t n = strlen(name);
	int rc = 0;

	if (a && b && git_oid_equal(git_tree_entry_id(a), git_tree_entry_id(b)) &&
	    is_file(a) == is_file(b))
		return 0;
	if (len + n + 2 > sizeof w->path)
		return 0;   /* no item has such a path */
	memcpy(w->path + len, name, n + 1);
	if (is_folder(a) || is_folder(b)) {
		w->path[len + n] = '/';
		w->path[len + n + 1] = '\0';
		rc = diff(w, is_folder(a) ? git_tree_entry_id(a) : NULL,
		          is_folder(b) ? git_tree_entry_id(b) : NULL, len + n + 1);
		w->path[len + n] = '\0';
	}
	if (!rc && (is_file(a) || is_file(b)))
		rc = add_change(w, is_file(a) ? a : NULL, is_file(b) ? b : NULL);
	return rc;
}

static int merge(struct walk *w, const git_tree *a, const git_tree *b, size_t len)
{
	size_t i = 0, j = 0, n = a ? git_tree_entrycount(a) : 0, m = b ? git_tree_entrycount(b) : 0;
	int rc = 0;

	while (!rc && (i < n || j < m)) {
		const git_tree_entry *x = i < n ? git_tree_entry_byindex(a, i) : NULL;
		const git_tree_entry *y = j < m ? git_tree_entry_byindex(b, j) : NULL;
		int c = !x ? 1 : !y ? -1 : git_tree_entry_cmp(x, y);

		if (c > 0)
			x = NULL;
		if (c < 0)
			y = NULL;
		i += x != NULL;
		j += y != NULL;
		rc = diff_entry(w, x, y, len);
	}
	return rc;
}

static git_tree **place_of(struct walk *w, const git_oid *id)
{
	return w->kept ? &w->kept[(id->id[0] << 8 | id->id[1]) % KEPT_TREES] : NULL;
}

/* The tree, which leaves the kept ones. */
static int take_tree(struct walk *w, const git_oid *id, git_tree **out)
{
	git_tree **place = id ? place_of(w, id) : NULL;

	*out = NULL;
	if (!id)
		return 0;
	if (!place || !*place || !git_oid_equal(git_tree_id(*place), id))
		return git_tree_lookup(out, w->git->repo, id);
	*out = *place;
	*place = NULL;
	return 0;
}

static void keep_tree(struct walk *w, git_tree *t)
{
	git_tree **place = t ? place_of(w, git_tree_id(t)) : NULL;

	if (place) {
		git_tree_free(*place);
		*place = t;
	} else {
		git_tree_free(t);
	}
}

static void forget_trees(struct walk *w)
{
	for (size_t i = 0; w->kept && i < KEPT_TREES; i++)
		git_tree_free(w->kept[i]);
	free(w->kept);
}

static int diff(struct walk *w, const git_oid *a, const git_oid *b, size_t len)
{
	git_tree *ta = NULL, *tb = NULL;
	int rc = take_tree(w, a, &ta);

	if (!rc)
		rc = take_tree(w, b, &tb);
	if (rc)
		rc = tong__git_fail(w->err, rc, TONG_E_IO, w->out.hex,
		                    "cannot read the history; the repository may be damaged");
	else
		rc = merge(w, ta, tb, len);
	keep_tree(w, ta);
	git_tree_free(tb);
	return rc;
}

/* Id of the folder at 'place' in a commit: zero when it has none. */
static int folder_id(struct walk *w, git_commit *c, git_oid *out)
{
	git_tree *root = NULL;
	git_tree_entry *e = NULL;
	int rc = git_commit_tree(&root, c);

	memset(out, 0, sizeof *out);
	if (rc)
		return tong__git_fail(w->err, rc, TONG_E_IO, w->out.hex,
		                      "cannot read the history; the repository may be damaged");
	if (!*w->place)
		git_oid_cpy(out, git_tree_id(root));
	else if (!git_tree_entry_bypath(&e, root, w->place) && is_folder(e))
		git_oid_cpy(out, git_tree_entry_id(e));
	git_tree_entry_free(e);
	git_tree_free(root);
	return 0;
}

static void describe(struct tong__git_commit *out, const git_commit *c)
{
	time_t t = (time_t)(git_commit_time(c) + (git_time_t)git_commit_time_offset(c) * 60);
	struct tm tm;

	git_oid_tostr(out->hex, sizeof out->hex, git_commit_id(c));
	memcpy(&out->id, git_commit_id(c), sizeof out->id);
	if (t < 0 || !gmtime_r(&t, &tm) || tm.tm_year > 8099)
		memcpy(out->date, "1970-01-01", sizeof out->date);   /* a clock that was never set */
	else
		strftime(out->date, sizeof out->date, "%Y-%m-%d", &tm);
}

static void forget(struct tong__git_commit *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->changes[i].path);
	c->n = 0;
}

/* The first parent. A commit that names one which is not here stands at the edge of a shallow
 * clone: what it changed cannot be known. Newer libgit2 hides such parents, so the raw header
 * is asked. */
static int parent_of(struct walk *w, git_commit *c, git_commit **out, bool *edge)
{
	int rc;

	*out = NULL;
	*edge = false;
	if (!git_commit_parentcount(c)) {
		*edge = strstr(git_commit_raw_header(c), "\nparent ") != NULL;
		return 0;
	}
	rc = git_commit_parent(out, c, 0);
	if (rc == GIT_ENOTFOUND) {
		*edge = true;
		return 0;
	}
	if (rc)
		return tong__git_fail(w->err, rc, TONG_E_IO, w->out.hex,
		                      "cannot read the history; the repository may be damaged");
	return 0;
}

/* One commit against its parent; *here is the id of the folder, known from the step before. */
static int step(struct walk *w, git_commit *c, git_commit *parent, git_oid *here,
                int (*fn)(void *, const struct tong__git_commit *, tong_error *), void *user)
{
	git_oid before = {{0}};
	int rc = 0;

	describe(&w->out, c);
	w->out.has_parent = parent != NULL;
	if (parent) {
		memcpy(&w->out.parent, git_commit_id(parent), sizeof w->out.parent);
		rc = folder_id(w, parent, &before);
	}
	if (!rc && !git_oid_equal(&before, here)) {
		rc = diff(w, git_oid_is_zero(&before) ? NULL : &before,
		          git_oid_is_zero(here) ? NULL : here, 0);
		if (!rc && w->out.n)
			rc = fn(user, &w->out, w->err);
	}
	forget(&w->out);
	*here = before;
	return rc;
}

static bool is_known(struct tong__git_stop *stop, const git_commit *c)
{
	for (size_t i = 0; i < stop->n; i++)
		if (!memcmp(&stop->known[i], git_commit_id(c), sizeof *stop->known)) {
			stop->met = (long)i;
			return true;
		}
	return false;
}

static int walk(struct walk *w, git_commit *c, struct tong__git_stop *stop,
                int (*fn)(void *, const struct tong__git_commit *, tong_error *), void *user)
{
	git_commit *parent = NULL;
	git_oid here;
	int rc = folder_id(w, c, &here);

	while (!rc && c && !is_known(stop, c)) {
		rc = parent_of(w, c, &parent, &stop->shallow);
		if (!rc && !stop->shallow)
			rc = step(w, c, parent, &here, fn, user);
		stop->steps++;
		git_commit_free(c);
		c = parent;
		parent = NULL;
	}
	git_commit_free(c);
	return rc;
}

static int set_place(struct walk *w, const char *folder, const char *below)
{
	int n = snprintf(w->place, sizeof w->place, "%s%s%s", folder, *folder && *below ? "/" : "",
	                 below);

	if (n < MAX_PATH_LEN)
		return 0;
	return tong__fail(w->err, TONG_E_LIMIT, folder, "rule S1: the path has more than %d bytes",
	                  MAX_PATH_LEN);
}

static int find_commit(struct walk *w, const struct tong__git_id *id, git_commit **out)
{
	int rc = git_commit_lookup(out, w->git->repo, (const git_oid *)(const void *)id);

	if (!rc)
		return 0;
	git_oid_tostr(w->out.hex, sizeof w->out.hex, (const git_oid *)(const void *)id);
	return tong__git_fail(w->err, rc, TONG_E_IO, w->out.hex,
	                      "cannot read the commit; the repository may be damaged");
}

int tong__git_walk_until(struct tong__git *g, const char *folder, const char *below,
                         struct tong__git_stop *stop,
                         int (*fn)(void *, const struct tong__git_commit *, tong_error *),
                         void *user, tong_error *err)
{
	struct walk w = {.git = g, .err = err};
	git_commit *c = NULL;
	int rc = set_place(&w, folder, below);

	stop->met = -1;
	stop->shallow = false;
	stop->steps = 0;
	if (!rc)
		rc = find_commit(&w, &g->commit, &c);
	w.kept = calloc(KEPT_TREES, sizeof *w.kept);   /* without memory for it the walk is slower */
	if (!rc)
		rc = walk(&w, c, stop, fn, user);
	else
		git_commit_free(c);
	forget_trees(&w);
	free(w.out.changes);
	return rc;
}

static int folder_in(struct walk *w, const struct tong__git_id *commit, git_oid *out)
{
	git_commit *c = NULL;
	int rc;

	memset(out, 0, sizeof *out);
	if (!commit)
		return 0;
	rc = find_commit(w, commit, &c);
	if (!rc)
		rc = folder_id(w, c, out);
	git_commit_free(c);
	return rc;
}

int tong__git_folder(struct tong__git *g, const struct tong__git_id *commit, const char *folder,
                     struct tong__git_id *out, tong_error *err)
{
	struct walk w = {.git = g, .err = err};
	git_oid id = {{0}};
	int rc = set_place(&w, folder, "");

	if (!rc)
		rc = folder_in(&w, commit, &id);
	memcpy(out, &id, sizeof *out);
	return rc;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct tong__git_change *)a)->path,
	              ((const struct tong__git_change *)b)->path);
}

int tong__git_diff(struct tong__git *g, const char *folder, const struct tong__git_id *from,
                   const struct tong__git_id *to, struct tong__git_commit *out, tong_error *err)
{
	struct walk w = {.git = g, .err = err};
	git_oid a, b;
	int rc = set_place(&w, folder, "");

	memset(out, 0, sizeof *out);
	if (!rc)
		rc = folder_in(&w, from, &a);
	if (!rc)
		rc = folder_in(&w, to, &b);
	if (!rc && !git_oid_equal(&a, &b))
		rc = diff(&w, git_oid_is_zero(&a) ? NULL : &a, git_oid_is_zero(&b) ? NULL : &b, 0);
	*out = w.out;
	if (out->n)   /* Git sorts a folder as if its name ended in '/' */
		qsort(out->changes, out->n, sizeof *out->changes, by_path);
	return rc;
}

void tong__git_changes_free(struct tong__git_commit *c)
{
	if (!c)
		return;
	forget(c);
	free(c->changes);
	c->changes = NULL;
	c->cap = 0;
}

bool tong__git_blob_at(struct tong__git *g, const struct tong__git_id *commit, const char *folder,
                       const char *path, struct tong__git_id *out)
{
	char full[MAX_PATH_LEN];
	git_commit *c = NULL;
	git_tree *root = NULL;
	git_tree_entry *e = NULL;
	bool found;

	if (snprintf(full, sizeof full, "%s%s%s", folder, *folder ? "/" : "", path) >= MAX_PATH_LEN)
		return false;
	found = !git_commit_lookup(&c, g->repo, (const git_oid *)(const void *)commit) &&
	        !git_commit_tree(&root, c) && !git_tree_entry_bypath(&e, root, full) && is_file(e);
	if (found)
		memcpy(out, git_tree_entry_id(e), sizeof *out);
	git_tree_entry_free(e);
	git_tree_free(root);
	git_commit_free(c);
	return found;
}
