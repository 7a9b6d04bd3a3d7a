/* `diff` and `impact`: what a change means, and what hangs on a thing. */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/message.h"
#include "publisher/cmd_catalogue.h"
#include "publisher/history_cache.h"
#include "publisher/impact.h"
#include "publisher/review.h"
#include "publisher/things.h"

#define MAX_OUTPUT (256u << 20)

/* ---- diff ---- */

static int as_json(const json_t *review, struct tong__buf *out)
{
	tong__json_dump(review, JSON_INDENT(1) | JSON_PRESERVE_ORDER, out);
	return tong__buf_adds(out, "\n");
}

static const struct format {
	const char *name;
	int (*write)(const json_t *, struct tong__buf *);
} formats[] = {
	{"text", tong__review_text},
	{"md", tong__review_markdown},
	{"html", tong__review_html},
	{"json", as_json},
};

static const struct format *format_of(const struct tong__args *a, tong_error *err)
{
	const char *name = a->json ? "json" : a->format ? a->format : "text";

	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (!strcmp(formats[i].name, name))
			return &formats[i];
	tong__fail(err, TONG_E_USAGE, "--format", "wants text, md, html or json, not '%s'", name);
	return NULL;
}

/* The catalogue's folder without a slash at its end; malloc'd. */
static char *folder_of(const struct tong__args *a)
{
	char *folder = tong__catalogue_prefix(a);

	if (folder && *folder)
		folder[strlen(folder) - 1] = '\0';
	return folder;
}

/* A folder that neither version has would look like one without changes. */
static int check_folder(const struct tong__version *from, const struct tong__version *to,
                        tong_error *err)
{
	struct tong__git_id id;
	int rc = tong__git_folder(from->git, &from->git->commit, from->folder, &id, err);

	if (rc || to->disk || !tong__git_id_zero(&id))
		return rc;
	rc = tong__git_folder(to->git, &to->git->commit, to->folder, &id, err);
	if (!rc && tong__git_id_zero(&id))
		rc = tong__fail(err, TONG_E_REFERENCE, from->folder,
		                "neither version has this folder; say with --path where the catalogue "
		                "is in the repository");
	return rc;
}

static int write_review(const json_t *review, const struct format *f, tong_error *err)
{
	struct tong__buf out;
	int rc;

	tong__buf_init(&out, MAX_OUTPUT);
	rc = f->write(review, &out);
	if (rc)
		rc = tong__fail(err, rc, f->name, "the review does not fit into %u bytes", MAX_OUTPUT);
	else
		fwrite(out.data, 1, out.len, stdout);
	tong__buf_free(&out);
	return rc;
}

int tong__cmd_diff(const struct tong__args *a, tong_error *err)
{
	const struct format *f = format_of(a, err);
	const char *repo = a->repo ? a->repo : ".", *b = a->n_words > 1 ? a->words[1] : NULL;
	char *folder = folder_of(a);
	struct tong__version from = {.folder = folder, .label = a->words[0]};
	struct tong__version to = {.folder = folder, .disk = !b, .label = b ? b : "工作区"};
	json_t *review = NULL;
	int rc = !f ? TONG_E_USAGE : folder ? 0 : tong__fail_nomem(err);

	if (!rc && !a->n_words)
		rc = tong__fail(err, TONG_E_USAGE, "diff", "wants one or two revisions: diff HEAD~1 HEAD");
	if (!rc)
		rc = tong__git_open(&from.git, repo, from.label, err);
	if (!rc)
		rc = tong__git_open(&to.git, repo, b ? b : "HEAD", err);
	if (!rc && to.disk && !to.git->workdir)
		rc = tong__fail(err, TONG_E_USAGE, repo,
		                "a bare repository has no files: name two revisions");
	if (!rc)
		rc = check_folder(&from, &to, err);
	if (!rc)
		rc = tong__review(&review, &from, &to, err);
	if (!rc)
		rc = write_review(review, f, err);
	json_decref(review);
	tong__git_close(from.git);
	tong__git_close(to.git);
	free(folder);
	return rc;
}

/* ---- impact ---- */

/* Adds when the thing, and each guide that hangs on it, was last changed, as far as history is
 * here. */
static int add_last(json_t *thing, const struct tong__last_changes *last)
{
	const char *path = tong__json_str(thing, "path");
	struct tong__last_change c;

	if (last && path && tong__last_change(last, path, &c))
		return json_object_set_new(thing, "last", json_pack("{s:s, s:s%}", "date", c.date,
		                                                    "commit", c.hex, (size_t)12));
	return 0;
}

static void print_items(const json_t *items)
{
	const json_t *v, *how, *one;
	size_t i, k;

	if (items)
		puts(_("items:"));
	json_array_foreach(items, i, v) {
		printf("  %s %s", tong__json_str(v, "code"),
		       tong__json_str(v, "name") ? tong__json_str(v, "name") : "");
		how = tong__json_arr(v, "how");
		json_array_foreach(how, k, one)
			printf("%s%s", k ? _("; ") : _(": "), json_string_value(one));
		putchar('\n');
	}
}

static int print_thing(const json_t *t, tong_error *err)
{
	const json_t *impact = tong__json_obj(t, "impact"), *v, *last = tong__json_obj(t, "last");
	struct tong__buf b;
	size_t i;

	tong__buf_init(&b, MAX_OUTPUT);
	tong__impact_words(impact, &b);
	if (b.failed)
		return tong__fail_nomem(err);
	printf("%s %s %s\n", tong__json_str(t, "label"), tong__json_str(t, "id"),
	       tong__json_str(t, "name"));
	if (last)
		printf(_("last changed: %s (%s)\n"), tong__json_str(last, "date"),
		       tong__json_str(last, "commit"));
	puts(b.len ? b.data : _("no item and no region uses it"));
	print_items(tong__json_arr(impact, "items"));
	if (tong__json_arr(impact, "regions"))
		puts(_("regions:"));
	json_array_foreach(tong__json_arr(impact, "regions"), i, v)
		printf(_("  %s %s: %lld rows\n"), tong__json_str(v, "code"), tong__json_str(v, "name"),
		       (long long)tong__json_int(v, "rows", 0));
	tong__buf_free(&b);
	return 0;
}

/* Every thing with this id: the same id may be a law's and a material's. */
static int answer(json_t *things, struct tong__tree *tree, const struct tong__args *a,
                  tong_error *err)
{
	struct tong__impact *im = tong__impact_new();
	struct tong__last_changes *last = NULL;
	json_t *t, *impact;
	size_t i;
	int rc = im ? 0 : tong__fail_nomem(err);

	json_array_foreach(things, i, t)
		if (!rc && !tong__impact_ask(im, tong__json_str(t, "kind"), tong__json_str(t, "id")))
			rc = tong__fail_nomem(err);
	if (!rc)
		rc = tong__impact_run(im, tree, err);
	if (!rc)
		rc = tong__things_last(&last, tree, err);
	json_array_foreach(things, i, t) {
		impact = rc ? NULL : tong__impact_of(im, tong__json_str(t, "kind"),
		                                     tong__json_str(t, "id"));
		if (impact)
			json_object_set_new(t, "impact", impact);
		if (!rc && add_last(t, last))
			rc = tong__fail_nomem(err);
		if (!rc && !a->json)
			rc = print_thing(t, err);
	}
	tong__last_changes_free(last);
	tong__impact_free(im);
	return rc ? rc : a->json ? tong__answer(json_pack("{s:O}", "things", things), err) : 0;
}

int tong__cmd_impact(const struct tong__args *a, tong_error *err)
{
	struct tong__tree *tree = NULL;
	json_t *things = NULL;
	int rc;

	if (!a->n_words)
		return tong__fail(err, TONG_E_USAGE, "impact",
		                  "wants the id of a law, material, agency, theme or item");
	rc = tong__catalogue_tree(&tree, a, NULL, err);
	if (!rc)
		rc = tong__things_named(&things, tree, a->words[0], err);
	if (!rc && !json_array_size(things))
		rc = tong__fail(err, TONG_E_NOTFOUND, a->words[0],
		                "%s has no such law, material, agency, theme or item",
		                tong__tree_label(tree));
	if (!rc)
		rc = answer(things, tree, a, err);
	json_decref(things);
	tong__tree_free(tree);
	return rc;
}
