/* A Git repository to try things on: files are staged, committed with a given time and zone, all
 * through libgit2. */
#ifndef TESTS_LIB_SCRATCH_REPO_H
#define TESTS_LIB_SCRATCH_REPO_H

#include <git2.h>

#include "tests/lib/check.h"

struct scratch {
	char dir[512];
	git_repository *repo;
	git_index *index;
	char head[41];	/* the newest commit */
};

/* Faults of the scaffold end the program: they are no result of a test. */
static inline void scratch_must(int rc, const char *what)
{
	if (rc < 0) {
		printf("scratch repository: %s: %s\n", what,
		       git_error_last() ? git_error_last()->message : "?");
		exit(1);
	}
}

static inline void scratch_open(struct scratch *s, const char *name)
{
	memset(s, 0, sizeof *s);
	git_libgit2_init();
	snprintf(s->dir, sizeof s->dir, "%s/%s-XXXXXX", tong_test_dir(), name);
	scratch_must(mkdtemp(s->dir) ? 0 : -1, "mkdtemp");
	scratch_must(git_repository_init(&s->repo, s->dir, 0), "init");
	scratch_must(git_repository_index(&s->index, s->repo), "index");
}

static inline void scratch_close(struct scratch *s)
{
	git_index_free(s->index);
	git_repository_free(s->repo);
	git_libgit2_shutdown();
}

static inline void scratch_put_mode(struct scratch *s, const char *path, const char *text,
				    unsigned mode)
{
	git_index_entry e;

	memset(&e, 0, sizeof e);
	e.mode = mode;
	e.path = path;
	scratch_must(git_blob_create_from_buffer(&e.id, s->repo, text, strlen(text)), "blob");
	scratch_must(git_index_add(s->index, &e), path);
}

static inline void scratch_put(struct scratch *s, const char *path, const char *text)
{
	scratch_put_mode(s, path, text, GIT_FILEMODE_BLOB);
}

static inline void scratch_remove(struct scratch *s, const char *path)
{
	scratch_must(git_index_remove(s->index, path, 0), path);
}

/* Commits what is staged; 'offset' in minutes. */
static inline void scratch_commit(struct scratch *s, long long when, int offset)
{
	git_oid tree_id, id, parent_id;
	git_signature *who;
	git_commit *parent = NULL;
	git_tree *tree;

	scratch_must(git_signature_new(&who, "tong", "tong@example.org", when, offset), "signature");
	scratch_must(git_index_write_tree(&tree_id, s->index), "write tree");
	scratch_must(git_tree_lookup(&tree, s->repo, &tree_id), "tree");
	if (*s->head) {
		git_oid_fromstr(&parent_id, s->head);
		scratch_must(git_commit_lookup(&parent, s->repo, &parent_id), "parent");
	}
	scratch_must(git_commit_create_v(&id, s->repo, "HEAD", who, who, NULL, "try", tree,
					 parent ? 1 : 0, parent), "commit");
	git_oid_tostr(s->head, sizeof s->head, &id);
	git_commit_free(parent);
	git_tree_free(tree);
	git_signature_free(who);
}

/* Makes HEAD's branch forget its past as a shallow clone does: a commit with the same tree whose
 * parent is not here. */
static inline void scratch_cut_past(struct scratch *s, long long when)
{
	char text[512], tree_hex[41];
	git_oid head, id;
	git_commit *c;
	git_odb *odb;
	git_reference *ref, *moved;
	int n;

	git_oid_fromstr(&head, s->head);
	scratch_must(git_commit_lookup(&c, s->repo, &head), "head");
	git_oid_tostr(tree_hex, sizeof tree_hex, git_commit_tree_id(c));
	n = snprintf(text, sizeof text,
		     "tree %s\nparent 1234567890123456789012345678901234567890\n"
		     "author tong <t@example.org> %lld +0000\n"
		     "committer tong <t@example.org> %lld +0000\n\ncut\n",
		     tree_hex, when, when);
	scratch_must(git_repository_odb(&odb, s->repo), "odb");
	scratch_must(git_odb_write(&id, odb, text, (size_t)n, GIT_OBJECT_COMMIT), "raw commit");
	scratch_must(git_repository_head(&ref, s->repo), "HEAD");
	scratch_must(git_reference_set_target(&moved, ref, &id, "cut"), "set target");
	git_oid_tostr(s->head, sizeof s->head, &id);
	git_reference_free(ref);
	git_reference_free(moved);
	git_odb_free(odb);
	git_commit_free(c);
}

#endif
