/* Hostile releases from a Git branch: the same table of trials as tests/unit/agent_hostile.c, and
 * what only a Git host can do to a file. */
#include <errno.h>
#include <git2.h>

#include "tests/unit/hostile_run.h"

static git_repository *repo;

static void must(int rc, const char *what)
{
	if (rc >= 0)
		return;
	printf("Git: %s: %s\n", what, git_error_last() ? git_error_last()->message : "?");
	exit(1);
}

static git_filemode_t mode_of(enum how how)
{
	return how == MODULE ? GIT_FILEMODE_COMMIT : GIT_FILEMODE_BLOB;
}

static void stage(git_index *index, const struct h_file *f)
{
	git_index_entry e = { .mode = mode_of(f->how) };
	char path[160];

	if (f->how == GONE)
		return;
	snprintf(path, sizeof path, "%s%s", f->name, f->how == FOLDER ? "/x" : "");
	e.path = path;
	must(git_blob_create_from_buffer(&e.id, repo, f->bytes, f->n), "blob");
	must(git_index_add(index, &e), path);
}

/* The branch has one commit, forced over by the next. */
static const char *put_git(struct hostile *h)
{
	static char where[700];
	git_signature *who;
	git_reference *ref;
	git_oid tree_id, id;
	git_index *index;
	git_tree *tree;

	must(git_index_new(&index), "index");
	for (size_t i = 0; i < h->n; i++)
		stage(index, &h->file[i]);
	must(git_index_write_tree_to(&tree_id, index, repo), "tree");
	must(git_tree_lookup(&tree, repo, &tree_id), "tree");
	must(git_signature_new(&who, "host", "host@example.cn", NOW + (git_time_t)h->top, 0), "who");
	must(git_commit_create(&id, repo, NULL, who, who, NULL, "release", tree, 0, NULL), "commit");
	must(git_reference_create(&ref, repo, "refs/heads/release", &id, 1, NULL), "branch");
	git_reference_free(ref);
	git_signature_free(who);
	git_tree_free(tree);
	git_index_free(index);
	snprintf(where, sizeof where, "git+file://%s", git_repository_path(repo));
	where[strlen(where) - 1] = '\0';
	return where;
}

/* The agent looks for its Git transport beside the program that runs. */
static void bring_transport(void)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 32);

	if (n <= 0)
		abort();
	self[n] = '\0';
	strcpy(strrchr(self, '/'), "/tong-agent-git");
	if (symlink("../../tong-agent-git", self) && errno != EEXIST)
		abort();
}

static const struct carrier from_git = { "Git", GIT, put_git, 30 };

int main(void)
{
	char dir[700];

	bring_transport();
	must(git_libgit2_init(), "init");
	/* The commit of a submodule is not here. */
	must(git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, 0), "option");
	snprintf(dir, sizeof dir, "%s/host.git", tong_test_dir());
	must(git_repository_init(&repo, dir, 1), dir);
	x_run_all(&from_git);
	git_repository_free(repo);
	git_libgit2_shutdown();
	return tong_test_done();
}
