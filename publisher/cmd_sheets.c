/* `export` and `import`: the catalogue as spreadsheets, and back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/limits.h"
#include "core/message.h"
#include "core/text.h"
#include "publisher/cmd_catalogue.h"
#include "publisher/sheet_import.h"
#include "publisher/tree_kind.h"

/* ---- the catalogue ---- */

/* A file with faults of form is not what its editors meant: neither shown nor written over. */
static int refuse_faults(const struct tong__catalogue *c, const struct tong__args *a,
                         tong_error *err)
{
	size_t errors = tong__findings_of(c->findings, TONG__ERROR);
	char *prefix;
	int code;

	if (!errors)
		return 0;
	prefix = tong__catalogue_prefix(a);
	if (!prefix)
		return tong__fail_nomem(err);
	code = tong__findings_print(c->findings, TONG__FINDINGS_TEXT, prefix, stderr, err);
	free(prefix);
	return code ? code : tong__fail(err, TONG_E_FINDINGS, tong__tree_label(c->tree),
	                                "the files of the catalogue themselves have %zu errors: "
	                                "mend them first; nothing was written", errors);
}

/* As tong__catalogue_open, without the checks of content: a spreadsheet may be how they are
 * mended. */
static int open_catalogue(struct tong__catalogue *c, const struct tong__args *a, const char *rev,
                          tong_error *err)
{
	int code;

	memset(c, 0, sizeof *c);
	code = tong__catalogue_tree(&c->tree, a, rev, err);
	if (!code && tong__findings_new(&c->findings))
		code = tong__fail_nomem(err);
	if (!code)
		code = tong__model_load(&c->model, c->tree, c->findings, err);
	return code ? code : refuse_faults(c, a, err);
}

static int kind_of(const struct tong__args *a, const struct tong__kind **out, tong_error *err)
{
	*out = a->kind ? tong__kind_named(a->kind) : NULL;
	if (a->kind && !*out)
		return tong__fail(err, TONG_E_USAGE, a->kind,
		                  "there is no such kind; there are items, item-materials, "
		                  "materials, agencies and local");
	return 0;
}

/* ---- export ---- */

static int encoding_of(const struct tong__args *a, const char *file, bool *gb18030, tong_error *err)
{
	*gb18030 = a->encoding && !strcmp(a->encoding, "gb18030");
	if (a->encoding && !*gb18030 && strcmp(a->encoding, "utf-8"))
		return tong__fail(err, TONG_E_USAGE, a->encoding, "--encoding is utf-8 or gb18030");
	if (a->encoding && !tong__ends(file, ".csv"))
		return tong__fail(err, TONG_E_USAGE, file, "--encoding is for .csv files");
	return 0;
}

static int tell_export(const struct tong__args *a, const char *file,
                       const struct tong__export_report *r, tong_error *err)
{
	if (a->json)
		return tong__answer(json_pack("{s:s, s:i, s:i}", "file", file, "sheets", (int)r->sheets,
		                              "rows", (int)r->rows), err);
	tong__summary(a, "%zu sheets, %s rows", r->sheets, tong__count(r->rows));
	return 0;
}

int tong__cmd_export(const struct tong__args *a, tong_error *err)
{
	struct tong__export_options o = {.regions = a->regions, .commit = ""};
	struct tong__export_report report;
	struct tong__catalogue c = {.tree = NULL};
	int code;

	if (!a->n_words)
		return tong__fail(err, TONG_E_USAGE, "export", "wants the file to write, .xlsx or .csv");
	code = kind_of(a, &o.kind, err);
	if (!code)
		code = encoding_of(a, a->words[0], &o.gb18030, err);
	if (!code)
		code = open_catalogue(&c, a, NULL, err);
	if (!code) {
		/* What is not committed has no commit to come back to. */
		if (!tong__tree_uncommitted(c.tree))
			o.commit = tong__tree_commit(c.tree);
		code = tong__sheet_export(c.model, &o, a->words[0], &report, err);
	}
	if (!code)
		code = tell_export(a, a->words[0], &report, err);
	tong__catalogue_close(&c);
	return code;
}

/* ---- import ---- */

struct base {
	const struct tong__args *args;
	struct tong__tree *now;
};

/* The catalogue at the commit of the export. Not having it is no fault: the sheet is then
 * compared with what is there. */
static int load_base(void *user, const char *rev, struct tong__model **out, bool *same,
                     tong_error *err)
{
	struct base *b = user;
	struct tong__catalogue c;
	tong_error ignored = TONG_ERROR_INIT;
	int code;

	*out = NULL;
	*same = !strcmp(rev, tong__tree_commit(b->now)) && !tong__tree_uncommitted(b->now);
	if (*same)
		return 0;
	memset(&c, 0, sizeof c);
	code = tong__catalogue_tree(&c.tree, b->args, rev, &ignored);
	if (!code && tong__findings_new(&c.findings))
		code = tong__fail_nomem(err);
	if (!code)
		code = tong__model_load(&c.model, c.tree, c.findings, &ignored);
	if (!code && !tong__findings_of(c.findings, TONG__ERROR)) {
		*out = c.model;
		c.model = NULL;
	}
	tong__catalogue_close(&c);
	if (code && b->args->base)
		*err = ignored;
	return code == TONG_E_NOMEM || b->args->base ? code : 0;
}

/* Does the YAML of a file hold a line that is a comment? Writing it anew loses that. */
static bool has_comment(const char *text, bool markdown)
{
	size_t rules = 0;

	for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		rules += !strncmp(p, "---\n", 4);
		if (markdown && rules == 2)
			return false;
		if (p[strspn(p, " \t")] == '#')
			return true;
	}
	return false;
}

static int warn_of_comments(const struct tong__import_result *r, const char *dir, tong_error *err)
{
	struct tong__buf text;
	const char *path;
	char full[4096], note[512];
	json_t *v;
	int code = 0;

	tong__buf_init(&text, TONG_MAX_SOURCE_FILE);
	json_object_foreach(r->files, path, v) {
		if (!json_is_string(v) || tong__ends(path, ".csv"))
			continue;
		snprintf(full, sizeof full, "%s/%s", dir, path);
		tong__buf_clear(&text);
		code = tong__file_read(full, &text, err);
		if (code == TONG_E_ABSENT)
			code = 0;
		if (code)
			break;
		if (!text.len || !has_comment(text.data, tong__ends(path, ".md")))
			continue;
		snprintf(note, sizeof note, _("the comments (# …) in %s will not be kept"), path);
		json_array_append_new(json_object_get(r->report, "notes"), json_string(note));
	}
	tong__buf_free(&text);
	return code;
}

/* The report as JSON: what was written is a part of it. */
static int answer(const struct tong__import_result *r, bool written, tong_error *err)
{
	json_t *files = json_array();
	const char *path;
	json_t *v;

	json_object_foreach(r->files, path, v)
		json_array_append_new(files, json_string(path));
	json_object_set_new(r->report, "files", files);
	json_object_set_new(r->report, "written", json_boolean(written));
	return tong__answer(json_incref(r->report), err);
}

static int finish(const struct tong__args *a, const struct tong__import_result *r, const char *dir,
                  const char *file, tong_error *err)
{
	bool refused = (r->problems || r->errors) && !a->partial, written = !refused && !a->dry_run;
	int code = written ? warn_of_comments(r, dir, err) : 0;

	if (!code && written)
		code = tong__import_write(r->files, dir, err);
	if (code)
		return code;
	if (a->json)
		code = answer(r, written, err);
	else
		tong__import_print(r->report, stdout);
	if (!code && refused && !r->problems)
		return tong__fail(err, TONG_E_FINDINGS, file,
		                  "there would be %zu errors in the catalogue and nothing was written; "
		                  "mend them and import again, or write all the same with --partial",
		                  r->errors);
	if (!code && refused)
		return tong__fail(err, TONG_E_FINDINGS, file,
		                  "%zu places were not understood and nothing was written; mend them "
		                  "and import again, or take with --partial what was understood",
		                  r->problems);
	tong__summary(a, written ? N_("wrote %zu files") : N_("dry run: would write %zu files"),
	              json_object_size(r->files));
	return code;
}

static int import_book(const struct tong__args *a, const struct tong__catalogue *c,
                       const struct tong__book *b, const struct tong__kind *kind, tong_error *err)
{
	struct base base = {a, c->tree};
	struct tong__import_options o = {.kind = kind, .region = a->regions[0], .base = a->base,
	                                 .partial = a->partial, .load_base = load_base, .user = &base};
	struct tong__import_result r;
	int code = tong__sheet_import(c->model, b, &o, &r, err);

	if (code)
		return code;
	code = tong__import_check(c->model, &r, err);
	if (!code)
		code = finish(a, &r, c->tree->dir, a->words[0], err);
	tong__import_result_free(&r);
	return code;
}

int tong__cmd_import(const struct tong__args *a, tong_error *err)
{
	struct tong__args files = *a;
	struct tong__catalogue c = {.tree = NULL};
	const struct tong__kind *kind;
	struct tong__book *book = NULL;
	int code;

	if (!a->n_words)
		return tong__fail(err, TONG_E_USAGE, "import", "wants the file to read, .xlsx or .csv");
	if (a->n_regions > 1)
		return tong__fail(err, TONG_E_USAGE, "import", "takes one --region");
	code = kind_of(a, &kind, err);
	/* The file first: a bomb is refused before anything else is read. */
	if (!code)
		code = tong__book_read(&book, a->words[0], err);
	files.worktree = true;
	if (!code)
		code = open_catalogue(&c, &files, NULL, err);
	if (!code)
		code = import_book(a, &c, book, kind, err);
	tong__book_free(book);
	tong__catalogue_close(&c);
	return code;
}
