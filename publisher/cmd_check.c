/* `check` and `explain`: what is wrong with a catalogue, and what the rules say. */
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "publisher/check_since.h"
#include "publisher/cmd_catalogue.h"

static int format_of(const struct tong__args *a, enum tong__findings_format *out, tong_error *err)
{
	static const char *const names[] = {"text", "json", "sarif"};
	const char *name = a->format ? a->format : a->json ? "json" : "text";
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(name, names[i]) == 0) {
			*out = (enum tong__findings_format)i;
			return 0;
		}
	return tong__fail(err, TONG_E_USAGE, "--format", "wants text, json or sarif, not '%s'", name);
}

/* ---- --since ---- */

static int changed_since(struct tong__paths *out, struct tong__tree *now,
                         const struct tong__args *a, tong_error *err)
{
	char *repo = tong__catalogue_repo(a);
	struct tong__tree *old = NULL;
	struct tong__git *git = NULL;
	int code;

	if (a->worktree) {
		code = tong__catalogue_tree(&old, a, a->since, err);
		if (!code)
			code = tong__changed_on_disk(out, now, old, err);
	} else {
		code = tong__git_open(&git, repo ? repo : ".", a->since, err);
		if (!code)
			code = tong__changed_in_git(out, now, &git->commit, err);
	}
	tong__git_close(git);
	tong__tree_free(old);
	free(repo);
	return code;
}

/* As tong__catalogue_open, but only the findings in files that changed since a revision. */
static int open_since(struct tong__catalogue *c, const struct tong__args *a, tong_error *err)
{
	struct tong__paths changed = {NULL, 0, 0};
	int code = tong__catalogue_tree(&c->tree, a, NULL, err);

	if (!code && tong__findings_new(&c->findings))
		code = tong__fail_nomem(err);
	if (!code)
		code = changed_since(&changed, c->tree, a, err);
	if (!code)
		code = tong__check_since(&c->model, c->tree, &changed, c->findings, err);
	if (!code) {
		tong__verbose(a, "catalogue %s: %zu files changed since %s", tong__tree_label(c->tree),
		              changed.n, a->since);
		c->items = c->model->n_items;
	}
	tong__paths_free(&changed);
	return code;
}

/* ---- ---- */

static size_t waived(const struct tong__findings *fs)
{
	size_t i, n = 0;

	for (i = 0; i < tong__findings_count(fs); i++)
		n += tong__findings_at(fs, i)->waived;
	return n;
}

static void sum_up(const struct tong__catalogue *c, const struct tong__args *a)
{
	const char *items = tong__count(c->items), *w = tong__count(waived(c->findings));
	const char *errors = tong__count(tong__findings_of(c->findings, TONG__ERROR));
	const char *warnings = tong__count(tong__findings_of(c->findings, TONG__WARNING));
	const char *notes = tong__count(tong__findings_of(c->findings, TONG__NOTE));

	tong__summary(a, "check: %s items, %s errors, %s warnings, %s notes (%s waived)", items, errors,
	              warnings, notes, w);
}

int tong__cmd_check(const struct tong__args *a, tong_error *err)
{
	enum tong__findings_format format = TONG__FINDINGS_TEXT;
	struct tong__catalogue c = {0};
	char *prefix = tong__catalogue_prefix(a);
	int code = prefix ? 0 : tong__fail_nomem(err);

	if (!code)
		code = format_of(a, &format, err);
	if (!code)
		code = a->since ? open_since(&c, a, err) : tong__catalogue_open(&c, a, err);
	if (!code)
		code = tong__findings_print(c.findings, format, prefix, stdout, err);
	if (!code) {
		sum_up(&c, a);
		code = tong__findings_of(c.findings, TONG__ERROR) ? TONG_E_FINDINGS : 0;
	}
	tong__catalogue_close(&c);
	free(prefix);
	return code;
}

/* ---- explain ---- */

static json_t *rule_json(const struct tong__rule *r)
{
	static const char *const severities[] = {"note", "warning", "error"};

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "rule", r->id, "severity",
	                 severities[r->severity], "clause", r->clause, "zh", r->zh, "en", r->en,
	                 "hint_zh", r->hint_zh, "hint_en", r->hint_en);
}

static int list_rules(const struct tong__args *a, tong_error *err)
{
	const struct tong__rule *r;
	json_t *list = json_array();

	for (r = tong__rules; list && r->id; r++) {
		if (a->json)
			json_array_append_new(list, rule_json(r));
		else
			printf("%-36s %s  %s\n", r->id, tong__severity_text(r->severity),
			       tong__rule_text(r));
	}
	if (a->json)
		return tong__answer(list, err);
	json_decref(list);
	return 0;
}

int tong__cmd_explain(const struct tong__args *a, tong_error *err)
{
	const struct tong__rule *r;

	if (!a->n_words)
		return list_rules(a, err);
	r = tong__rule_find(a->words[0]);
	if (!r)
		return tong__fail(err, TONG_E_NOTFOUND, a->words[0],
		                  "there is no such rule; `tong-publish explain` lists them");
	if (a->json)
		return tong__answer(rule_json(r), err);
	/* Both languages: a rule is the same for everybody who reads it. */
	printf("%s%s%s\n  %s\n  %s\n", r->id, _(": "), tong__severity_text(r->severity), r->zh,
	       r->en);
	printf(_("from: %s\nwhat to do: %s\n"), r->clause, tong__rule_hint(r));
	return 0;
}
