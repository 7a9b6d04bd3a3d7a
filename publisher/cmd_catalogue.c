/* The catalogue a command works on: where it lies, what is wrong with it, and its layers. */
#include "publisher/cmd_catalogue.h"
#include "publisher/git.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef TONG_SITE_DIR
#define TONG_SITE_DIR "/usr/local/share/tong/site"
#endif

#define SHOWN 20 /* errors that a refused catalogue lists */

/* ---- where things lie ---- */

/* The nearest folder above this one that holds .git, malloc'd; NULL for none. */
static char *repository_around(void)
{
	char *dir = getcwd(NULL, 0), *slash, *git;

	while (dir) {
		bool found;

		if (asprintf(&git, "%s/.git", dir) < 0)
			break;
		found = access(git, F_OK) == 0;
		free(git);
		if (found)
			return dir;
		slash = strrchr(dir, '/');
		if (!slash || !dir[1])
			break;
		slash[slash == dir] = '\0';
	}
	free(dir);
	return NULL;
}

int tong__catalogue_tree(struct tong__tree **out, const struct tong__args *a, const char *rev,
                         tong_error *err)
{
	char *around = a->repo ? NULL : repository_around();
	const char *repo = a->repo ? a->repo : around;
	int code;

	*out = NULL;
	if (!rev && a->worktree)
		code = tong__tree_dir(out, repo ? repo : ".", a->path, err);
	else if (!repo)
		code = tong__fail(err, TONG_E_USAGE, ".",
		                  "not inside a Git repository; name one with --repo, "
		                  "or read plain files with --worktree");
	else
		code = tong__tree_git(out, repo, rev ? rev : a->rev, a->path, err);
	free(around);
	return code;
}

int tong__catalogue_commit(char hex[41], const struct tong__args *a, tong_error *err)
{
	char *around = a->repo ? NULL : repository_around();
	const char *repo = a->repo ? a->repo : around;
	struct tong__git *g = NULL;
	int code = repo ? tong__git_open(&g, repo, a->rev, err) : TONG_E_REFERENCE;

	if (!code)
		memcpy(hex, g->hex, 41);
	tong__git_close(g);
	free(around);
	return code;
}

char *tong__catalogue_prefix(const struct tong__args *a)
{
	const char *path = strncmp(a->path, "./", 2) ? a->path : a->path + 2;
	size_t n = strlen(path);
	char *out;

	while (n && path[n - 1] == '/')
		n--;
	if (!n || (n == 1 && *path == '.'))
		return strdup("");
	return asprintf(&out, "%.*s/", (int)n, path) < 0 ? NULL : out;
}

char *tong__catalogue_repo(const struct tong__args *a)
{
	return a->repo ? strdup(a->repo) : repository_around();
}

static bool holds_templates(const char *dir)
{
	char *path;
	bool there;

	if (asprintf(&path, "%s/templates", dir) < 0)
		return false;
	there = access(path, F_OK) == 0;
	free(path);
	return there;
}

/* ../site beside the folder of the program, malloc'd: build/ in the source tree. NULL when there is
 * none. */
static char *site_beside(void)
{
	char exe[4096], *slash, *dir;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);

	if (n < 0)
		return NULL;
	exe[n] = '\0';
	slash = strrchr(exe, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	if (asprintf(&dir, "%s/../site", exe) < 0)
		return NULL;
	if (holds_templates(dir))
		return dir;
	free(dir);
	return NULL;
}

char *tong__catalogue_site(const struct tong__args *a)
{
	const char *given = a->site ? a->site : getenv("TONG_SITE");
	char *beside;

	if (given && *given)
		return strdup(given);
	beside = site_beside();
	return beside ? beside : strdup(TONG_SITE_DIR);
}

/* ---- findings ---- */

int tong__findings_pick(struct tong__findings **out, const struct tong__findings *from, size_t max,
                        bool (*wanted)(void *user, const struct tong__finding *), void *user,
                        tong_error *err)
{
	size_t i, n = 0;

	if (tong__findings_new(out))
		return tong__fail_nomem(err);
	for (i = 0; i < tong__findings_count(from) && n < max; i++) {
		const struct tong__finding *f = tong__findings_at(from, i);

		if (!wanted(user, f))
			continue;
		tong__find(*out, f->rule->id, f->path, f->line, f->column, f->element, f->subject,
		           f->wanted, "%s", f->found);
		if (tong__findings_count(*out) == n)
			break; /* no memory for more */
		tong__findings_edit(*out, n++)->waived = f->waived;
	}
	return 0;
}

static bool is_error(void *user, const struct tong__finding *f)
{
	(void)user;
	return f->rule->severity == TONG__ERROR && !f->waived;
}

/* Unwaived errors: the first of them on stderr, and a refusal. */
static int refuse_errors(const struct tong__catalogue *c, const struct tong__args *a,
                         tong_error *err)
{
	size_t errors = tong__findings_of(c->findings, TONG__ERROR);
	struct tong__findings *first = NULL;
	char *prefix = NULL;
	int code;

	if (!errors)
		return 0;
	code = tong__findings_pick(&first, c->findings, SHOWN, is_error, NULL, err);
	if (!code && !(prefix = tong__catalogue_prefix(a)))
		code = tong__fail_nomem(err);
	if (!code)
		code = tong__findings_print(first, TONG__FINDINGS_TEXT, prefix, stderr, err);
	if (!code)
		code = tong__fail(err, TONG_E_FINDINGS, tong__tree_label(c->tree),
		                  "errors: %s; nothing was written. `tong-publish check` lists all",
		                  tong__count(errors));
	tong__findings_free(first);
	free(prefix);
	return code;
}

/* ---- open, layers, close ---- */

int tong__catalogue_open(struct tong__catalogue *c, const struct tong__args *a, tong_error *err)
{
	int code;

	memset(c, 0, sizeof *c);
	code = tong__catalogue_tree(&c->tree, a, NULL, err);
	if (!code && tong__findings_new(&c->findings))
		code = tong__fail_nomem(err);
	if (!code)
		code = tong__model_load(&c->model, c->tree, c->findings, err);
	if (code)
		return code;
	tong__verbose(a, "catalogue %s, commit %s: %zu items, %zu regions with local elements",
	              tong__tree_label(c->tree), *c->model->commit ? c->model->commit : "none",
	              c->model->n_items, c->model->n_locals);
	tong__check(c->model, c->findings);
	c->items = c->model->n_items;
	return 0;
}

void tong__catalogue_close(struct tong__catalogue *c)
{
	tong__model_free(c->model);
	tong__findings_free(c->findings);
	tong__tree_free(c->tree);
	c->model = NULL;
	c->findings = NULL;
	c->tree = NULL;
}

int tong__catalogue_layers(struct tong__catalogue *c, struct tong__layers **out,
                           const struct tong__args *a, tong_error *err)
{
	char *site = tong__catalogue_site(a);
	struct tong__layer_made made = c->made;
	int code;
	size_t i;

	*out = NULL;
	code = tong__catalogue_open(c, a, err);
	if (!code)
		code = refuse_errors(c, a, err);
	if (!code && !site)
		code = tong__fail_nomem(err);
	if (!code)
		code = tong__layers_take(out, c->model, site, made, err);
	if (!code)
		tong__verbose(a, "site from %s", site);
	for (i = 0; !code && i < (*out)->n; i++) {
		c->regions += (*out)->at[i].name[0] == 'r';
		tong__verbose(a, "layer %s: %zu records, %s", (*out)->at[i].name, (*out)->at[i].records,
		              tong__bytes((*out)->at[i].len));
	}
	tong__catalogue_close(c);
	free(site);
	return code;
}
