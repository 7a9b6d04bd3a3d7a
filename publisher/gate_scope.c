/* Judging a push by who made it: rights are those that stood before it. */
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "publisher/gate.h"
#include "publisher/scope.h"

/* The scope file of a commit; *out is NULL when it has none. */
static int read_scope(const struct tong__gate *g, const struct tong__git_id *commit,
                      struct tong__scope **out, tong_error *err)
{
	struct tong__git_id id;
	struct tong__buf b;
	int rc;

	*out = NULL;
	if (!tong__git_blob_at(g->git, commit, g->folder, "scope.csv", &id))
		return 0;
	tong__buf_init(&b, TONG_MAX_SOURCE_FILE);
	rc = tong__git_blob(g->git, &id, &b, err);
	if (!rc)
		rc = tong__scope_read(out, b.data ? b.data : "", b.len, err);
	tong__buf_free(&b);
	return rc;
}

/* Tells of the first path outside of the author's scope and of how many more there are. */
static int judge(const struct tong__gate *g, const struct tong__scope *s, const char *author,
                 const struct tong__git_commit *c, const char *commit)
{
	const char *first = NULL;
	size_t more = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (tong__scope_allows(s, author, c->changes[i].path))
			continue;
		more += first != NULL;
		first = first ? first : c->changes[i].path;
	}
	if (!first)
		return 0;
	tong__gate_say_scope(g, s, author, first, commit, more);
	return TONG_E_ROLE;
}

/* ---- by the commits' authors, when the host does not say who pushes ---- */

struct authors {
	const struct tong__gate *gate;
	const struct tong__scope *scope;
	/* what the push changes as a whole, and no commit was asked about yet */
	struct tong__git_commit *rest;
	char last[256];                  /* the newest commit's author */
};

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct tong__git_change *)a)->path,
	              ((const struct tong__git_change *)b)->path);
}

/* Takes out of the rest what this commit has answered for. */
static void answer_for(struct tong__git_commit *rest, const struct tong__git_commit *c)
{
	size_t n = 0;

	for (size_t i = 0; i < rest->n; i++) {
		if (c->n && bsearch(&rest->changes[i], c->changes, c->n, sizeof *c->changes, by_path))
			free(rest->changes[i].path);
		else
			rest->changes[n++] = rest->changes[i];
	}
	rest->n = n;
}

static int on_commit(void *user, const struct tong__git_commit *c, const char *author,
                     tong_error *err)
{
	struct authors *a = user;

	(void)err;
	snprintf(a->last, sizeof a->last, "%s", author ? author : "");
	answer_for(a->rest, c);
	return judge(a->gate, a->scope, a->last, c, c->hex);
}

/* A commit answers for what differs from all its parents. What then still differs was brought
 * back by a merge: the last author answers for it. Without this, merging an old version would
 * undo the work of others. */
static int judge_authors(const struct tong__gate *g, const struct tong__scope *s,
                         const struct tong__git_id *from, const struct tong__git_id *to,
                         struct tong__git_commit *whole, tong_error *err)
{
	struct authors a = {.gate = g, .scope = s, .rest = whole};
	struct tong__git_id base;
	int rc;

	if (from && (!tong__git_base(g->git, from, to, &base) || !tong__git_id_equal(&base, from))) {
		tong__gate_say(g, "push refused: it rewrites history, and the server does not know who "
		               "pushes. Run git pull --rebase and push again.");
		return TONG_E_ROLE;
	}
	rc = tong__git_each_new(g->git, g->folder, from, to, on_commit, &a, err);
	return rc ? rc : judge(g, s, a.last, whole, NULL);
}

/* ---- ---- */

int tong__gate_scope(const struct tong__gate *g, const struct tong__git_id *rights,
                     const struct tong__git_id *from, const struct tong__git_id *to,
                     tong_error *err)
{
	struct tong__git_commit whole = {.n = 0};
	struct tong__scope *s;
	int rc = read_scope(g, rights, &s, err);

	if (rc || !s)
		return rc;
	rc = tong__git_diff(g->git, g->folder, from, to, &whole, err);
	if (!rc && g->pusher)
		rc = judge(g, s, g->pusher, &whole, NULL);
	else if (!rc)
		rc = judge_authors(g, s, from, to, &whole, err);
	tong__git_changes_free(&whole);
	tong__scope_free(s);
	return rc;
}

int tong__gate_removal(const struct tong__gate *g, const char *ref, const struct tong__git_id *from,
                       tong_error *err)
{
	struct tong__scope *s;
	struct tong__git_id head;
	char main[256];
	int rc;

	tong__git_head(g->git, &head, main);
	if (strcmp(ref, main))
		return 0;
	rc = read_scope(g, from, &s, err);
	if (!rc && s && !(g->pusher && tong__scope_allows(s, g->pusher, "*"))) {
		tong__gate_say(g, "push refused: the main branch may not be deleted.");
		rc = TONG_E_ROLE;
	}
	tong__scope_free(s);
	return rc;
}
