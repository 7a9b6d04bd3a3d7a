/* An open Git repository and one of its commits: what git_tree.c and git_history.c share. */
#ifndef TONG_PUBLISHER_GIT_H
#define TONG_PUBLISHER_GIT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"

struct git_repository;   /* libgit2's; its header stays behind git_*.c */
struct git_odb;
struct tong__tree;

struct tong__git_id { unsigned char b[20]; };

struct tong__git {
	struct git_repository *repo;
	struct git_odb *odb;
	struct tong__git_id commit;
	char hex[41];            /* of the commit; "" when HEAD has none yet */
	int64_t time;            /* committer's */
	char *workdir;           /* NULL in a bare repository */
};

/* 'rev' must name a commit; the repository may also be one that 'repo' lies in. */
int tong__git_open(struct tong__git **out, const char *repo, const char *rev, tong_error *);
/* The repository at or around 'path', at no commit; *git_code is libgit2's, 0 or why it failed. */
int tong__git_open_repo(struct tong__git **out, const char *path, tong_error *, int *git_code);
/* The repository that the folder 'dir' lies in, at HEAD; *out is NULL when there is none. */
int tong__git_around(struct tong__git **out, const char *dir, tong_error *);
void tong__git_close(struct tong__git *);

/* Adds every file of 'folder' in the commit to the tree; symbolic links, submodules and the like
 * join its odd ones (S1). */
int tong__git_list(struct tong__git *, const char *folder, struct tong__tree *, tong_error *);
/* What an entry of a Git tree is that is neither file nor folder: static, in Chinese. */
const char *tong__git_mode(unsigned mode);
/* Appends a blob; TONG_E_LIMIT over out->max. */
int tong__git_blob(struct tong__git *, const struct tong__git_id *, struct tong__buf *out,
                   tong_error *);
/* Id that these bytes would have as a blob. */
bool tong__git_blob_id(const void *, size_t, struct tong__git_id *out);
bool tong__git_id_equal(const struct tong__git_id *, const struct tong__git_id *);
/* A libgit2 fault as ours: damaged objects are TONG_E_HASH, everything else 'code'. */
int tong__git_fail(tong_error *, int git_code, int code, const char *subject, const char *what);

/* One file that a commit changed against its first parent. */
struct tong__git_change {
	char *path;                      /* below the place asked for */
	bool has_old, has_new;
	struct tong__git_id old_id, new_id;
};

struct tong__git_commit {
	char hex[41];
	char date[11];                   /* YYYY-MM-DD where and when it was committed */
	struct tong__git_id id, parent;
	bool has_parent;
	struct tong__git_change *changes;
	size_t n, cap;
	bool odd;                        /* links, submodules or unmerged files differ too */
};

/* Where a walk may end early: its caller knows the past of these commits already. */
struct tong__git_stop {
	const struct tong__git_id *known;   /* the walk ends before any of these */
	size_t n;
	long met;                           /* which one it was; -1: none, everything was walked */
	bool shallow;                       /* the walk ended at the edge of a shallow clone */
	size_t steps;                       /* commits looked at */
};

/* Goes from the commit back along first parents and calls fn for each commit that changed files
 * below folder/below, newest first. Ends without a word at the edge of a shallow clone. fn
 * returns 0 to go on. */
int tong__git_walk_until(struct tong__git *, const char *folder, const char *below,
                         struct tong__git_stop *,
                         int (*fn)(void *user, const struct tong__git_commit *, tong_error *),
                         void *user, tong_error *);

/* The files below 'folder' that differ between two commits, sorted by path: fills changes and
 * n. 'from' NULL: all are new. Only folders whose ids differ are looked into. Free with
 * tong__git_changes_free, also after a failure. */
int tong__git_diff(struct tong__git *, const char *folder, const struct tong__git_id *from,
                   const struct tong__git_id *to, struct tong__git_commit *out, tong_error *);
void tong__git_changes_free(struct tong__git_commit *);
/* The same from a commit to the files on disk (new_id is zero), or to what is staged. */
int tong__git_diff_disk(struct tong__git *, const char *folder, const struct tong__git_id *from,
                        bool staged, struct tong__git_commit *out, tong_error *);
/* Takes another file as the index: that of a commit in the making. */
int tong__git_use_index(struct tong__git *, const char *path, tong_error *);
/* Adds what is staged below 'folder' to the tree; as tong__git_list. */
int tong__git_list_staged(struct tong__git *, const char *folder, struct tong__tree *,
                          tong_error *);

/* The blob at folder/path in a commit; false when there is none. */
bool tong__git_blob_at(struct tong__git *, const struct tong__git_id *commit, const char *folder,
                       const char *path, struct tong__git_id *out);

/* ---- pushes: git_push.c ---- */

/* Opens a repository without asking for a commit. 'objects' are more folders of objects,
 * NULL-ended or NULL: those of a push that is not accepted yet lie in one of their own. */
int tong__git_open_store(struct tong__git **out, const char *repo, const char *const *objects,
                         tong_error *);
/* Takes 'rev' as the commit. TONG_E_REFERENCE when it names none. */
int tong__git_pick(struct tong__git *, const char *rev, tong_error *);
/* Reads 40 hex digits; false for anything else. Zero for 40 zeroes. */
bool tong__git_id_read(const char *hex, struct tong__git_id *out);
bool tong__git_id_zero(const struct tong__git_id *);
void tong__git_id_hex(const struct tong__git_id *, char out[41]);
/* The commit of the branch that HEAD names; false when there is none yet. 'name' (may be NULL)
 * is its full name, "" when detached. */
bool tong__git_head(struct tong__git *, struct tong__git_id *out, char name[256]);
/* The last commit that both have; false when they have nothing in common. */
bool tong__git_base(struct tong__git *, const struct tong__git_id *, const struct tong__git_id *,
                    struct tong__git_id *out);
/* Id of the folder in a commit; zero when it has none. */
int tong__git_folder(struct tong__git *, const struct tong__git_id *commit, const char *folder,
                     struct tong__git_id *out, tong_error *);

/* Calls fn for each commit that 'to' has and 'from' (NULL: nothing) has not, with its author's
 * address and the files below 'folder' in which it differs from every one of its parents. */
int tong__git_each_new(struct tong__git *, const char *folder, const struct tong__git_id *from,
                       const struct tong__git_id *to,
                       int (*fn)(void *user, const struct tong__git_commit *, const char *author,
                                 tong_error *),
                       void *user, tong_error *);
/* Where the repository keeps hooks, and its own folder; both end with '/'. New strings, NULL
 * when memory is out. */
char *tong__git_hooks(struct tong__git *);
char *tong__git_dir(struct tong__git *);

#endif
