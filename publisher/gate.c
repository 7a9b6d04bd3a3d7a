/* Judging a change by the rules: errors that were there before are not held against whoever
 * comes next. */
#include "publisher/gate.h"

#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/text.h"
#include "publisher/gate_reach.h"
#include "publisher/model_load.h"
#include "publisher/scope.h"
#include "publisher/tree_kind.h"

/* ---- checking one version ---- */

struct version {
	struct tong__tree *tree;
	struct tong__model *model;
	struct tong__findings *findings;
};

static void version_close(struct version *v)
{
	if (v->tree)
		v->tree->git = NULL;   /* the gate's */
	tong__model_free(v->model);
	tong__findings_free(v->findings);
	tong__tree_free(v->tree);
}

/* The tree of a commit, or of what is staged when 'commit' is NULL. */
static int list(const struct tong__gate *g, const struct tong__git_id *commit, struct version *v,
                tong_error *err)
{
	char hex[41] = "staged";
	int rc = 0;

	v->tree = tong__tree_new();
	if (!v->tree || !(v->tree->folder = strdup(g->folder)))
		return tong__fail_nomem(err);
	v->tree->git = g->git;
	if (commit) {
		tong__git_id_hex(commit, hex);
		rc = tong__git_pick(g->git, hex, err);
	}
	snprintf(v->tree->label, sizeof v->tree->label, "%.12s:%.400s", hex, g->folder);
	if (!rc && commit)
		rc = tong__git_list(g->git, g->folder, v->tree, err);
	else if (!rc)
		rc = tong__git_list_staged(g->git, g->folder, v->tree, err);
	return rc || !commit ? rc : tong__tree_sort(v->tree, err);
}

static bool everything(void *user, const char *path)
{
	(void)user, (void)path;
	return true;
}

/* Without the history that pages show: of the past only retired codes are asked about. */
static int check_all(struct version *v, int64_t now, tong_error *err)
{
	const struct tong__part part = {.wanted = everything, .retired = true};
	int rc = tong__model_load_part(&v->model, v->tree, &part, v->findings, err);

	if (rc)
		return rc;
	if (now)
		v->model->time = now;
	tong__check(v->model, v->findings);
	return 0;
}

/* The errors of a listed version, as far as the change reaches. 'now' is the time that waivers are
 * measured with; 0: the version's own. */
static int check(struct version *v, const struct tong__reach *reach, int64_t now, tong_error *err)
{
	int rc = 0;

	tong__model_free(v->model);
	tong__findings_free(v->findings);
	v->model = NULL;
	v->findings = NULL;
	if (tong__findings_new(&v->findings))
		rc = tong__fail_nomem(err);
	if (!rc && reach->all)
		return check_all(v, now, err);
	if (!rc)
		rc = tong__check_errors(&v->model, v->tree, &reach->files, v->findings, now, err);
	return rc;
}

/* ---- what is new ---- */

/* Tells the editor about errors that 'from' (NULL: nothing was there) did not have. */
static int refuse_new(const struct tong__gate *g, const struct version *now,
                      const struct tong__reach *reach, const struct tong__git_id *from, bool commit,
                      tong_error *err)
{
	struct tong__findings *fresh = NULL, *none = NULL;
	struct version was = {NULL, NULL, NULL};
	int rc = 0;

	if (tong__findings_new(&fresh) || tong__findings_new(&none))
		rc = tong__fail_nomem(err);
	/* A version that could not be read had no errors that excuse these. */
	if (!rc && from && !list(g, from, &was, NULL))
		check(&was, reach, now->model->time, NULL);
	if (!rc)
		rc = tong__findings_fresh(fresh, now->findings, was.model ? was.findings : none,
		                          TONG__ERROR, err);
	if (!rc && tong__findings_count(fresh)) {
		tong__findings_sort(fresh);
		tong__gate_say_findings(g, fresh, commit);
		rc = TONG_E_FINDINGS;
	}
	version_close(&was);
	tong__findings_free(fresh);
	tong__findings_free(none);
	return rc;
}

/* ---- the gates ---- */

/* Rights that cannot be read would close the gate for everyone. */
static int check_scope_file(struct tong__tree *t, tong_error *err)
{
	struct tong__scope *scope = NULL;
	struct tong__buf b;
	int rc;

	tong__buf_init(&b, TONG_MAX_SOURCE_FILE);
	rc = tong__tree_read(t, "scope.csv", &b, err);
	if (!rc)
		rc = tong__scope_read(&scope, b.data ? b.data : "", b.len, err);
	else if (rc == TONG_E_ABSENT)
		rc = 0;
	tong__scope_free(scope);
	tong__buf_free(&b);
	return rc;
}

/* 'changes' led from 'from' (NULL: nothing was there) to 'to' (NULL: what is staged). */
static int check_rules(const struct tong__gate *g, const struct tong__git_id *from,
                       const struct tong__git_id *to, const struct tong__git_commit *changes,
                       tong_error *err)
{
	struct version now = {NULL, NULL, NULL};
	struct tong__reach reach = {.all = true};
	int rc = list(g, to, &now, err);

	if (!rc && from && !now.tree->n_odd)
		rc = tong__reach(&reach, g->git, now.tree, changes, err);
	if (!rc)
		rc = check(&now, &reach, 0, err);
	if (!rc && !reach.all && tong__reach_others(&reach, now.model)) {
		reach.all = true;
		rc = check(&now, &reach, 0, err);
	}
	if (!rc)
		rc = check_scope_file(now.tree, err);
	if (!rc && tong__findings_of(now.findings, TONG__ERROR))
		rc = refuse_new(g, &now, &reach, from, !to, err);
	version_close(&now);
	tong__reach_free(&reach);
	return rc;
}

static int check_push(const struct tong__gate *g, const struct tong__git_id *from,
                      const struct tong__git_id *to, tong_error *err)
{
	struct tong__git_commit changes;
	int rc = tong__git_diff(g->git, g->folder, from, to, &changes, err);

	if (!rc)
		rc = check_rules(g, from, to, &changes, err);
	tong__git_changes_free(&changes);
	return rc;
}

/* A new branch is measured against the branch that HEAD names, as far back as both go together. */
static int new_branch(const struct tong__gate *g, const struct tong__git_id *to,
                      struct tong__git_id *rights, struct tong__git_id *from)
{
	memset(from, 0, sizeof *from);
	memset(rights, 0, sizeof *rights);
	if (!tong__git_head(g->git, rights, NULL))
		return 0;
	tong__git_base(g->git, rights, to, from);
	return 0;
}

int tong__gate_push(const struct tong__gate *g, const char *ref, const struct tong__git_id *from,
                    const struct tong__git_id *to, tong_error *err)
{
	struct tong__git_id base = *from, rights = *from, a = {{0}}, b;
	bool known;
	int rc;

	if (!tong__starts(ref, "refs/heads/"))
		return 0;
	if (tong__git_id_zero(to))
		return tong__gate_removal(g, ref, from, err);
	if (tong__git_id_zero(from))
		new_branch(g, to, &rights, &base);
	known = !tong__git_id_zero(&base);
	rc = tong__git_folder(g->git, to, g->folder, &b, err);
	if (!rc && known)
		rc = tong__git_folder(g->git, &base, g->folder, &a, err);
	if (rc || tong__git_id_equal(&a, &b))
		return rc;   /* nothing of the catalogue changes */
	if (!tong__git_id_zero(&rights))
		rc = tong__gate_scope(g, &rights, known ? &base : NULL, to, err);
	return rc ? rc : check_push(g, known ? &base : NULL, to, err);
}

int tong__gate_staged(const struct tong__gate *g, tong_error *err)
{
	struct tong__git_commit changed;
	struct tong__git_id head;
	char hex[41];
	bool born = tong__git_head(g->git, &head, NULL);
	int rc = 0;

	if (born) {
		tong__git_id_hex(&head, hex);
		rc = tong__git_pick(g->git, hex, err);
	}
	if (rc)
		return rc;
	rc = tong__git_diff_disk(g->git, g->folder, born ? &head : NULL, true, &changed, err);
	if (!rc && (changed.n || changed.odd))
		rc = check_rules(g, born ? &head : NULL, NULL, &changed, err);
	tong__git_changes_free(&changed);
	return rc;
}
