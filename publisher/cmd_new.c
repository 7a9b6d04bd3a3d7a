/* `new`: starts a file from a few answers, typed as NAME=VALUE or asked for on a terminal. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/json.h"
#include "core/message.h"
#include "publisher/cmd_catalogue.h"
#include "publisher/draft.h"
#include "publisher/tree_kind.h"

#define TRIES 3

/* NAME=VALUE; NAME with a leading -- is understood too, after a -- that ends the options. */
static int read_words(const struct tong__args *a, json_t *answers, tong_error *err)
{
	for (size_t i = 1; i < a->n_words; i++) {
		const char *word = a->words[i], *eq;
		char name[64];

		word += strncmp(word, "--", 2) ? 0 : 2;
		eq = strchr(word, '=');
		if (!eq || (size_t)(eq - word) >= sizeof name)
			return tong__fail(err, TONG_E_USAGE, word,
							  "wants NAME=VALUE, for example name=“居住证申领”");
		snprintf(name, sizeof name, "%.*s", (int)(eq - word), word);
		if (json_object_set_new(answers, name, json_string(eq + 1)))
			return tong__fail(err, TONG_E_ENCODING, name, "is not UTF-8");
	}
	return 0;
}

/* One answer, without the line end. False at the end of input. */
static bool read_answer(const struct tong__question *q, char *line, size_t max)
{
	fprintf(stderr, "%s%s", _(q->text), q->required ? _(" (required)") : "");
	for (const struct tong__enum_value *v = q->values; v && v->code; v++)
		fprintf(stderr, "%s%s %s", v == q->values ? "\n    " : "  ", v->code, v->label);
	fputs(_(": "), stderr);
	if (!fgets(line, (int)max, stdin))
		return false;
	line[strcspn(line, "\r\n")] = '\0';
	return true;
}

static int ask(const struct tong__question *q, json_t *answers, tong_error *err)
{
	char line[1024];

	for (int i = 0; i < TRIES && read_answer(q, line, sizeof line); i++) {
		const struct tong__enum_value *v = q->values;

		while (*line && v && v->code && strcmp(v->code, line) && strcmp(v->label, line))
			v++;
		if ((q->required && !*line) || (*line && v && !v->code)) {
			fputs(*line ? _("Choose one of the codes listed.\n") : _("This may not be empty.\n"),
			      stderr);
			continue;
		}
		if (*line &&
			json_object_set_new(answers, q->name, json_string(v && v->code ? v->code : line)))
			return tong__fail(err, TONG_E_ENCODING, q->name, "is not UTF-8");
		return 0;
	}
	return tong__fail(err, TONG_E_USAGE, q->name, "this is missing: %s", _(q->text));
}

/* On a terminal what is missing is asked for; elsewhere tong__draft_make names it. */
static int ask_all(const struct tong__draft_kind *kind, json_t *answers, tong_error *err)
{
	int rc = 0;

	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return 0;
	for (const struct tong__question *q = kind->questions; !rc && q->name; q++)
		if (!json_object_get(answers, q->name))
			rc = ask(q, answers, err);
	return rc;
}

static int write_draft(const struct tong__draft *d, const struct tong__catalogue *c,
					   const char *prefix, tong_error *err)
{
	char *full;
	int rc = 0;

	for (size_t i = 0; !rc && i < d->n; i++) {
		if (asprintf(&full, "%s/%s", c->tree->dir, d->path[i]) < 0)
			return tong__fail_nomem(err);
		rc = tong__mkdirs_for(full, err);
		if (!rc)
			rc = tong__file_write(full, d->text[i].data, d->text[i].len, err);
		free(full);
		if (!rc)
			printf("%s%s\n", prefix, d->path[i]);
	}
	return rc;
}

static void tell_next(const struct tong__args *a, const char *prefix, const char *path)
{
	if (a->quiet)
		return;
	fprintf(stderr,
			_("Next:\n"
			  "  1. open %s%s and add what is known; leave out what is not\n"
			  "  2. tong-publish check --worktree      what is wrong, and what to do\n"
			  "  3. tong-publish preview               how it looks in a browser\n"
			  "  4. git add -A && git commit           for a colleague to review\n"),
			prefix, path);
}

static int make(const struct tong__args *a, const struct tong__draft_kind *kind, json_t *answers,
				tong_error *err)
{
	struct tong__args here = *a;
	struct tong__catalogue c = { 0 };
	struct tong__draft d = { .n = 0 };
	char *prefix = tong__catalogue_prefix(a);
	int rc = prefix ? 0 : tong__fail_nomem(err);

	here.worktree = true;
	if (!rc)
		rc = tong__catalogue_tree(&c.tree, &here, NULL, err);
	if (!rc && tong__findings_new(&c.findings))
		rc = tong__fail_nomem(err);
	if (!rc)
		rc = tong__model_load(&c.model, c.tree, c.findings, err);
	if (!rc)
		rc = tong__draft_make(&d, kind, answers, c.model, err);
	if (!rc)
		rc = write_draft(&d, &c, prefix, err);
	if (!rc)
		tell_next(a, prefix, d.path[0]);
	tong__draft_free(&d);
	tong__catalogue_close(&c);
	free(prefix);
	return rc;
}

int tong__cmd_new(const struct tong__args *a, tong_error *err)
{
	const struct tong__draft_kind *kind = a->n_words ? tong__draft_kind_named(a->words[0]) : NULL;
	json_t *answers = json_object();
	int rc = answers ? 0 : tong__fail_nomem(err);

	if (!rc && !kind)
		rc = tong__fail(err, TONG_E_USAGE, a->n_words ? a->words[0] : "new",
						"wants one of item, region, notice, law, material");
	if (!rc)
		rc = read_words(a, answers, err);
	if (!rc)
		rc = ask_all(kind, answers, err);
	if (!rc)
		rc = make(a, kind, answers, err);
	json_decref(answers);
	return rc;
}
