/* `fmt`: files of the working tree in the canonical form. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/limits.h"
#include "core/message.h"
#include "core/text.h"
#include "publisher/cmd_catalogue.h"
#include "publisher/format.h"
#include "publisher/tree_kind.h"

struct fmt {
	const struct tong__args *a;
	struct tong__tree *tree;
	struct tong__findings *findings;
	char *prefix;
	struct tong__buf text, out;
	size_t files, changed, refused;
	tong_error *err;
};

/* A file that cannot be put in order says why, and the others go on. */
static void refuse(struct fmt *f, const tong_error *why)
{
	fprintf(stderr, "%s%s: %s\n", f->prefix, why->subject, why->message);
	f->refused++;
}

static int write_file(struct fmt *f, const char *path)
{
	char *full;
	int rc;

	printf("%s%s\n", f->prefix, path);
	f->changed++;
	if (f->a->check)
		return 0;
	if (asprintf(&full, "%s/%s", f->tree->dir, path) < 0)
		return tong__fail_nomem(f->err);
	rc = tong__file_write(full, f->out.data ? f->out.data : "", f->out.len, f->err);
	free(full);
	return rc;
}

static int one_file(void *user, const char *path, uint64_t size)
{
	struct fmt *f = user;
	size_t before = tong__findings_count(f->findings);
	tong_error why = TONG_ERROR_INIT;
	int rc;

	(void)size;
	f->files++;
	tong__buf_clear(&f->text);
	tong__buf_clear(&f->out);
	rc = tong__tree_read(f->tree, path, &f->text, &why);
	if (!rc)
		rc = tong__format(path, f->text.data ? f->text.data : "", f->text.len, &f->out, f->findings,
						  &why);
	if (rc == TONG_E_NOMEM)
		return tong__fail_nomem(f->err);
	if (rc) {
		refuse(f, &why);
		return 0;
	}
	if (tong__findings_count(f->findings) > before) {
		f->refused++;
		return 0;
	}
	if (f->text.len == f->out.len && !memcmp(f->text.data, f->out.data, f->out.len))
		return 0;
	return write_file(f, path);
}

/* A file as somebody typed it, as the tree has it: below this folder, or as findings name it. */
static int find_file(struct fmt *f, const char *typed, const char **out)
{
	static char real[PATH_MAX], dir[PATH_MAX];
	size_t n = strlen(f->prefix);

	*out = typed;
	if (realpath(typed, real) && realpath(f->tree->dir, dir) && tong__starts(real, dir) &&
		real[strlen(dir)] == '/')
		*out = real + strlen(dir) + 1;
	else if (n && tong__starts(typed, f->prefix))
		*out = typed + n;
	for (size_t i = 0; i < f->tree->n; i++)
		if (!strcmp(f->tree->files[i].path, *out))
			return 0;
	return tong__fail(f->err, TONG_E_ABSENT, typed, "the catalogue has no such file");
}

static int all_files(struct fmt *f)
{
	const char *path;
	int rc = 0;

	if (!f->a->n_words)
		return tong__tree_each(f->tree, one_file, f, f->err);
	for (size_t i = 0; !rc && i < f->a->n_words; i++) {
		rc = find_file(f, f->a->words[i], &path);
		if (!rc)
			rc = one_file(f, path, 0);
	}
	return rc;
}

static void sum_up(const struct fmt *f)
{
	const char *files = tong__count(f->files), *changed = tong__count(f->changed);
	const char *refused = tong__count(f->refused);

	tong__summary(f->a,
				  f->a->check ? N_("fmt: %s files, %s differ, %s refused")
							  : N_("fmt: %s files, %s written, %s refused"),
				  files, changed, refused);
}

int tong__cmd_fmt(const struct tong__args *a, tong_error *err)
{
	struct tong__args here = *a;
	struct fmt f = { .a = a, .err = err, .prefix = tong__catalogue_prefix(a) };
	int rc = f.prefix ? 0 : tong__fail_nomem(err);

	here.worktree = true;
	tong__buf_init(&f.text, TONG_MAX_SOURCE_FILE);
	tong__buf_init(&f.out, TONG_MAX_SOURCE_FILE);
	if (!rc && tong__findings_new(&f.findings))
		rc = tong__fail_nomem(err);
	if (!rc)
		rc = tong__catalogue_tree(&f.tree, &here, NULL, err);
	if (!rc)
		rc = all_files(&f);
	if (f.findings)
		tong__findings_sort(f.findings);
	if (!rc)
		rc = tong__findings_print(f.findings, TONG__FINDINGS_TEXT, f.prefix, stderr, err);
	if (!rc) {
		sum_up(&f);
		rc = f.refused ? TONG_E_FINDINGS : a->check && f.changed ? TONG_E_DIFFERS : 0;
	}
	tong__buf_free(&f.text);
	tong__buf_free(&f.out);
	tong__findings_free(f.findings);
	tong__tree_free(f.tree);
	free(f.prefix);
	return rc;
}
