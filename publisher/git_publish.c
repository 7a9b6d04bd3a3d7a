/* Puts the files of a release into two branches: one commit a release, whole layers apart (T10). */
#include "publisher/git_publish.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <git2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/changeset.h"
#include "core/message.h"
#include "core/repo_name.h"
#include "core/text.h"
#include "publisher/git.h"

#define BRANCH "release"

struct branch {
	const char *from;          /* the folder */
	bool whole;                /* the branch of whole layers */
	char repo_path[4096], ref[300];
	git_repository *repo;
	git_commit *tip;           /* NULL: the branch is new */
	git_tree *before;          /* its tree, or NULL */
	tong_error *err;
};

static int fail(const struct branch *b, int git_code, const char *what)
{
	return tong__git_fail(b->err, git_code, TONG_E_IO, b->repo_path, what);
}

/* ---- the branch ---- */

static int read_place(struct branch *b, const char *place)
{
	const char *hash = strrchr(place, '#');
	size_t n = hash ? (size_t)(hash - place) : strlen(place);
	int valid = 0;

	if (!n || n >= sizeof b->repo_path)
		return tong__fail(b->err, TONG_E_USAGE, place, "wants REPO#BRANCH");
	memcpy(b->repo_path, place, n);
	b->repo_path[n] = '\0';
	n = (size_t)snprintf(b->ref, sizeof b->ref, "refs/heads/%s%s",
	                     hash && hash[1] ? hash + 1 : BRANCH, b->whole ? TONG_GIT_WHOLE : "");
	if (n >= sizeof b->ref || git_reference_name_is_valid(&valid, b->ref) || !valid)
		return tong__fail(b->err, TONG_E_USAGE, place, "%s is no name for a branch",
		                  b->ref + strlen("refs/heads/"));
	return 0;
}

static int open_repo(struct branch *b)
{
	int rc;

	if (access(b->repo_path, F_OK) != 0 && errno == ENOENT)
		rc = git_repository_init(&b->repo, b->repo_path, true);
	else
		rc = git_repository_open(&b->repo, b->repo_path);
	return rc ? fail(b, rc, N_("cannot open the Git repository")) : 0;
}

static int find_tip(struct branch *b)
{
	git_reference *ref = NULL;
	int rc = git_reference_lookup(&ref, b->repo, b->ref);

	if (rc == GIT_ENOTFOUND)
		return 0;
	if (!rc && !git_repository_is_bare(b->repo) && git_branch_is_head(ref) == 1) {
		git_reference_free(ref);
		return tong__fail(b->err, TONG_E_USAGE, b->ref,
		                  "the branch is checked out in %s; take another one", b->repo_path);
	}
	if (!rc)
		rc = git_reference_peel((git_object **)&b->tip, ref, GIT_OBJECT_COMMIT);
	if (!rc)
		rc = git_commit_tree(&b->before, b->tip);
	git_reference_free(ref);
	return rc ? fail(b, rc, N_("cannot read the branch")) : 0;
}

/* ---- the files ---- */

/* A file whose name tells its content, and which the branch has already, is not read again. */
static int blob_of(struct branch *b, const char *name, git_oid *out)
{
	git_tree_entry *e = NULL;
	char path[4096];
	int rc = 1;

	if (b->before && tong__repo_name_immutable(name) &&
	    !git_tree_entry_bypath(&e, b->before, name)) {
		git_oid_cpy(out, git_tree_entry_id(e));
		rc = 0;
	}
	git_tree_entry_free(e);
	if (!rc)
		return 0;
	if ((size_t)snprintf(path, sizeof path, "%s/%s", b->from, name) >= sizeof path)
		return tong__fail(b->err, TONG_E_LIMIT, b->from, "the path is too long");
	rc = git_blob_create_from_disk(out, b->repo, path);
	return rc ? fail(b, rc, N_("cannot put a file into the Git repository")) : 0;
}

/* Bytes of a file from its beginning; false when there are fewer. */
static bool first_bytes(int fd, void *out, size_t n)
{
	return pread(fd, out, n, 0) == (ssize_t)n;
}

/* Is this the changeset from nothing? One that cannot be read is left where the others are. */
static bool is_whole(const struct branch *b, const char *name)
{
	struct tong__cs_head head = {.whole = false};
	unsigned char first[12];
	char path[4096], *bytes = NULL;
	size_t n = 0;
	int fd = -1;

	if ((size_t)snprintf(path, sizeof path, "%s/%s", b->from, name) < sizeof path)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && first_bytes(fd, first, sizeof first))
		n = tong__cs_head_len(first, NULL);
	bytes = n ? malloc(n) : NULL;
	if (bytes && first_bytes(fd, bytes, n) && tong__cs_head_read(bytes, n, NULL, &head, NULL))
		head.whole = false;
	free(bytes);
	if (fd >= 0)
		close(fd);
	tong__cs_head_free(&head);
	return head.whole;
}

/* Does the file belong into this branch? What it has already does. */
static bool belongs(const struct branch *b, const char *name)
{
	git_tree_entry *e = NULL;
	bool had;

	if (strncmp(name, "changesets/", 11) != 0 || !tong__ends(name, ".tcs"))
		return !b->whole;
	had = b->before && !git_tree_entry_bypath(&e, b->before, name);
	git_tree_entry_free(e);
	return had || is_whole(b, name) == b->whole;
}

static int add_file(struct branch *b, git_treebuilder *t, const char *below, const char *entry)
{
	char name[TONG_REPO_NAME];
	git_oid id;
	int rc;

	if ((size_t)snprintf(name, sizeof name, "%s%s", below, entry) >= sizeof name ||
	    !tong__repo_name_valid(name) || !belongs(b, name))
		return 0;
	rc = blob_of(b, name, &id);
	if (!rc && git_treebuilder_insert(NULL, t, entry, &id, GIT_FILEMODE_BLOB))
		rc = fail(b, -1, N_("cannot put a file into the Git repository"));
	return rc;
}

/* The files of one folder of the release: "", "changesets/" or "heads/". */
static int add_folder(struct branch *b, git_treebuilder *t, const char *below)
{
	char path[4096];
	struct dirent *e;
	int rc = 0;
	DIR *d;

	snprintf(path, sizeof path, "%.3900s/%s", b->from, below);
	d = opendir(path);
	if (!d)
		return errno == ENOENT && *below ? 0 : tong__fail_errno(b->err, errno, path,
		                                                        N_("cannot read the folder"));
	while (!rc && (e = readdir(d)) != NULL)
		rc = add_file(b, t, below, e->d_name);
	closedir(d);
	return rc;
}

static int add_subtree(struct branch *b, git_treebuilder *root, const char *folder)
{
	char below[32], name[32];
	git_treebuilder *t = NULL;
	git_oid id;
	int rc = git_treebuilder_new(&t, b->repo, NULL) ? TONG_E_IO : 0;

	snprintf(name, sizeof name, "%s", folder);
	snprintf(below, sizeof below, "%s/", folder);
	if (!rc)
		rc = add_folder(b, t, below);
	if (!rc && git_treebuilder_entrycount(t) &&
	    (git_treebuilder_write(&id, t) ||
	     git_treebuilder_insert(NULL, root, name, &id, GIT_FILEMODE_TREE)))
		rc = fail(b, -1, N_("cannot write to the Git repository"));
	git_treebuilder_free(t);
	return rc;
}

static int make_tree(struct branch *b, git_oid *out)
{
	git_treebuilder *root = NULL;
	int rc = git_treebuilder_new(&root, b->repo, NULL) ? TONG_E_IO : 0;

	if (!rc && !b->whole)
		rc = add_folder(b, root, "");
	if (!rc)
		rc = add_subtree(b, root, "changesets");
	if (!rc && !b->whole)
		rc = add_subtree(b, root, "heads");
	if (!rc && git_treebuilder_write(out, root))
		rc = fail(b, -1, N_("cannot write to the Git repository"));
	git_treebuilder_free(root);
	return rc;
}

/* ---- the commit ---- */

/* Whole layers have no history: who begins fetches those of now only. */
static int commit_tree(struct branch *b, const git_oid *tree_id, int64_t now, git_oid *id)
{
	const git_commit *parents[] = {b->tip};
	git_signature *who = NULL;
	git_tree *tree = NULL;
	int rc = git_signature_new(&who, "tong-publish", "tong-publish@localhost", now, 0);

	if (!rc)
		rc = git_tree_lookup(&tree, b->repo, tree_id);
	if (!rc)
		rc = git_commit_create(id, b->repo, NULL, who, who, "UTF-8", "release\n", tree,
		                       b->tip && !b->whole ? 1 : 0, parents);
	git_tree_free(tree);
	git_signature_free(who);
	return rc ? fail(b, rc, N_("cannot write to the Git repository")) : 0;
}

/* Only over the commit that was looked at: another publisher may have come between. */
static int move_branch(struct branch *b, const git_oid *id)
{
	git_reference *ref = NULL;
	static const git_oid none;
	int rc = git_reference_create_matching(&ref, b->repo, b->ref, id, true,
	                                       b->tip ? git_commit_id(b->tip) : &none, "release");

	git_reference_free(ref);
	if (rc == GIT_EMODIFIED)
		return tong__fail(b->err, TONG_E_BUSY, b->ref,
		                  "somebody else changed the branch; run the command again");
	return rc ? fail(b, rc, N_("cannot write to the Git repository")) : 0;
}

static int publish(struct branch *b, int64_t now, char commit[41])
{
	git_oid tree, id;
	int rc = open_repo(b);

	if (!rc)
		rc = find_tip(b);
	if (!rc)
		rc = make_tree(b, &tree);
	if (rc)
		return rc;
	if (b->before && git_oid_equal(&tree, git_tree_id(b->before))) {
		git_oid_tostr(commit, 41, git_commit_id(b->tip));
		return 0;
	}
	rc = commit_tree(b, &tree, now, &id);
	if (!rc)
		rc = move_branch(b, &id);
	if (!rc)
		git_oid_tostr(commit, 41, &id);
	return rc;
}

static int publish_one(const char *from, const char *place, bool whole, int64_t now,
                       char commit[41], tong_error *err)
{
	struct branch b = {.from = from, .whole = whole, .err = err};
	int rc = read_place(&b, place);

	if (!rc)
		rc = publish(&b, now, commit);
	git_tree_free(b.before);
	git_commit_free(b.tip);
	git_repository_free(b.repo);
	return rc;
}

int tong__git_publish(const char *from, const char *place, int64_t now, char commit[41],
                      tong_error *err)
{
	int rc;

	git_libgit2_init();
	/* A crash must not leave a branch that points to what never reached the disk. */
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
	/* What the metadata names is there before it is named. */
	rc = publish_one(from, place, true, now, commit, err);
	if (!rc)
		rc = publish_one(from, place, false, now, commit, err);
	git_libgit2_shutdown();
	return rc;
}
