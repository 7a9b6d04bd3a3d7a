/* The door to libgit2: opening a repository, finding a commit, listing its files, reading them. */
#include "publisher/git.h"

#include <git2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/message.h"
#include "publisher/tree_kind.h"

_Static_assert(sizeof(git_oid) == sizeof(struct tong__git_id), "an id is a SHA-1");

#define MAX_DEPTH 16        /* the format needs 3 */
#define MAX_PATH_LEN 1024

static const git_oid *oid(const struct tong__git_id *id)
{
	return (const git_oid *)(const void *)id;
}

int tong__git_fail(tong_error *err, int git_code, int code, const char *subject, const char *what)
{
	const git_error *e = git_error_last();
	int rc = tong__fail(err, git_code == GIT_EMISMATCH ? TONG_E_HASH : code, subject,
	                    "%s (Git: %s)", tong__text(what),
	                    e && e->message ? e->message : _("no more is known"));

	if (err)
		err->cause = git_code;
	return rc;
}

bool tong__git_id_equal(const struct tong__git_id *a, const struct tong__git_id *b)
{
	return !memcmp(a, b, sizeof *a);
}

bool tong__git_blob_id(const void *p, size_t n, struct tong__git_id *out)
{
	git_oid id;

	if (git_odb_hash(&id, n ? p : "", n, GIT_OBJECT_BLOB))
		return false;
	memcpy(out, &id, sizeof *out);
	return true;
}

void tong__git_close(struct tong__git *g)
{
	if (!g)
		return;
	git_odb_free(g->odb);
	git_repository_free(g->repo);
	free(g->workdir);
	free(g);
	git_libgit2_shutdown();   /* counted by libgit2: the last one ends it */
}

int tong__git_open_repo(struct tong__git **out, const char *path, tong_error *err, int *git_code)
{
	struct tong__git *g = calloc(1, sizeof *g);
	const char *workdir;
	int rc;

	*out = NULL;
	*git_code = 0;
	if (!g)
		return tong__fail_nomem(err);
	git_libgit2_init();
	rc = git_repository_open_ext(&g->repo, path, 0, NULL);
	if (!rc)
		rc = git_repository_odb(&g->odb, g->repo);
	if (rc) {
		*git_code = rc;
		rc = tong__git_fail(err, rc, rc == GIT_ENOTFOUND ? TONG_E_REFERENCE : TONG_E_IO, path,
		                    rc == GIT_ENOTFOUND
		                    ? N_("there is no Git repository here; say with --repo where it is")
		                    : N_("cannot open the Git repository"));
		tong__git_close(g);
		return rc;
	}
	workdir = git_repository_workdir(g->repo);
	g->workdir = workdir ? strdup(workdir) : NULL;
	*out = g;
	return 0;
}

/* What to do about a revision that does not name a commit. */
static int no_commit(const char *repo, const char *rev, int git_code, tong_error *err)
{
	const char *why = git_code == GIT_EAMBIGUOUS ? _("names several objects: write more of it")
	                : git_code == GIT_EINVALIDSPEC ? _("is not how a revision is written")
	                : _("does not exist");
	int rc = tong__fail(err, TONG_E_REFERENCE, rev,
	                    "commit %s in the repository %s: %s; git log lists what there is; in a "
	                    "shallow clone run git fetch --unshallow first",
	                    rev, repo, why);

	if (err)
		err->cause = git_code;
	return rc;
}

static int find_commit(struct tong__git *g, const char *repo, const char *rev, tong_error *err)
{
	git_object *any = NULL, *commit = NULL;
	int rc = git_revparse_single(&any, g->repo, rev);

	if (!rc)
		rc = git_object_peel(&commit, any, GIT_OBJECT_COMMIT);
	if (rc == GIT_EMISMATCH || (rc && rc != GIT_ENOTFOUND && git_error_last() &&
	                            git_error_last()->klass == GIT_ERROR_ZLIB)) {
		rc = tong__git_fail(err, rc, TONG_E_IO, rev, "the repository is damaged; clone it again");
	} else if (rc) {
		rc = no_commit(repo, rev, rc, err);
	} else {
		memcpy(&g->commit, git_object_id(commit), sizeof g->commit);
		git_oid_tostr(g->hex, sizeof g->hex, git_object_id(commit));
		g->time = git_commit_time((git_commit *)commit);
	}
	git_object_free(any);
	git_object_free(commit);
	return rc;
}

int tong__git_open(struct tong__git **out, const char *repo, const char *rev, tong_error *err)
{
	int git_code, rc = tong__git_open_repo(out, repo, err, &git_code);

	if (*out)
		rc = find_commit(*out, repo, rev, err);
	if (rc) {
		tong__git_close(*out);
		*out = NULL;
	}
	return rc;
}

int tong__git_around(struct tong__git **out, const char *dir, tong_error *err)
{
	tong_error why = TONG_ERROR_INIT;
	int git_code, rc = tong__git_open_repo(out, dir, &why, &git_code);

	if (git_code == GIT_ENOTFOUND)
		return 0;
	if (*out && git_repository_head_unborn((*out)->repo) != 1)
		rc = find_commit(*out, dir, "HEAD", &why);
	if (rc) {
		if (err)
			*err = why;
		tong__git_close(*out);
		*out = NULL;
	}
	return rc;
}

struct listing {
	struct tong__git *git;
	struct tong__tree *tree;
	char path[MAX_PATH_LEN];
	tong_error *err;
};

static int list_tree(struct listing *, const git_oid *, size_t len, int depth);

static int add_blob(struct listing *l, const git_oid *id)
{
	size_t size;
	git_object_t type;
	int rc = git_odb_read_header(&size, &type, l->git->odb, id);

	if (rc)
		return tong__git_fail(l->err, rc, TONG_E_IO, l->path,
		                      "cannot read the file; the repository may be damaged");
	return tong__tree_add(l->tree, l->path, size, (const struct tong__git_id *)(const void *)id,
	                      l->err);
}

const char *tong__git_mode(unsigned mode)
{
	return mode == GIT_FILEMODE_LINK     ? N_("a symbolic link")
	       : mode == GIT_FILEMODE_COMMIT ? N_("a submodule") : N_("a special file");
}

static int list_entry(struct listing *l, const git_tree_entry *e, size_t len, int depth)
{
	const char *name = git_tree_entry_name(e);
	unsigned mode = (unsigned)git_tree_entry_filemode_raw(e);
	size_t n = strlen(name);

	if (len + n + 2 > sizeof l->path)
		return tong__tree_odd(l->tree, l->path, "file-name",
		                      "a path of more than 1024 bytes", l->err);
	memcpy(l->path + len, name, n + 1);
	switch (mode) {
	case GIT_FILEMODE_BLOB:
	case GIT_FILEMODE_BLOB_EXECUTABLE:
		return add_blob(l, git_tree_entry_id(e));
	case GIT_FILEMODE_TREE:
		l->path[len + n] = '/';
		l->path[len + n + 1] = '\0';
		return list_tree(l, git_tree_entry_id(e), len + n + 1, depth + 1);
	default:
		return tong__tree_odd(l->tree, l->path, "file-kind", tong__git_mode(mode), l->err);
	}
}

static int list_tree(struct listing *l, const git_oid *id, size_t len, int depth)
{
	git_tree *t = NULL;
	int rc;

	if (depth > MAX_DEPTH)
		return tong__tree_odd(l->tree, l->path, "file-name", "folders deeper than 16", l->err);
	rc = git_tree_lookup(&t, l->git->repo, id);
	if (rc)
		return tong__git_fail(l->err, rc, TONG_E_IO, l->path,
		                      "cannot read the folder; the repository may be damaged");
	for (size_t i = 0; !rc && i < git_tree_entrycount(t); i++)
		rc = list_entry(l, git_tree_entry_byindex(t, i), len, depth);
	git_tree_free(t);
	return rc;
}

static int no_folder(const struct tong__git *g, const char *folder, tong_error *err)
{
	return tong__fail(err, TONG_E_REFERENCE, folder,
	                  "commit %.12s has no folder %s; say with --path where the catalogue is "
	                  "in the repository",
	                  g->hex, folder);
}

int tong__git_list(struct tong__git *g, const char *folder, struct tong__tree *out, tong_error *err)
{
	struct listing l = {.git = g, .tree = out, .err = err};
	git_commit *c = NULL;
	git_tree *root = NULL;
	git_tree_entry *e = NULL;
	int rc = git_commit_lookup(&c, g->repo, oid(&g->commit));

	if (!rc)
		rc = git_commit_tree(&root, c);
	if (rc)
		rc = tong__git_fail(err, rc, TONG_E_IO, g->hex,
		                    "cannot read the commit; the repository may be damaged");
	else if (!*folder)
		rc = list_tree(&l, git_tree_id(root), 0, 0);
	else if (git_tree_entry_bypath(&e, root, folder) ||
	         git_tree_entry_type(e) != GIT_OBJECT_TREE)
		rc = no_folder(g, folder, err);
	else
		rc = list_tree(&l, git_tree_entry_id(e), 0, 0);
	git_tree_entry_free(e);
	git_tree_free(root);
	git_commit_free(c);
	return rc;
}

int tong__git_blob(struct tong__git *g, const struct tong__git_id *id, struct tong__buf *out,
                   tong_error *err)
{
	git_odb_object *o = NULL;
	char hex[41];
	int rc = git_odb_read(&o, g->odb, oid(id));

	git_oid_tostr(hex, sizeof hex, oid(id));
	if (rc)
		return tong__git_fail(err, rc, TONG_E_IO, hex,
		                      "cannot read the file; the repository may be damaged");
	if (git_odb_object_type(o) != GIT_OBJECT_BLOB)
		rc = tong__fail(err, TONG_E_FORMAT, hex,
		                "a file of the tree is no blob; the repository is damaged");
	else if (git_odb_object_size(o) > out->max - out->len)
		rc = tong__fail(err, TONG_E_LIMIT, hex, "the file has %zu bytes, the ceiling is %zu",
		                git_odb_object_size(o), out->max - out->len);
	else if (tong__buf_add(out, git_odb_object_data(o), git_odb_object_size(o)))
		rc = tong__fail_nomem(err);
	git_odb_object_free(o);
	return rc;
}
