/* Where a catalogue is read from: a folder of a Git commit, or the working tree. Files only, by
 * path. */
#ifndef TONG_PUBLISHER_TREE_H
#define TONG_PUBLISHER_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"

struct tong__tree;

/* 'folder' is a path inside the repository ("catalog-data"; "" for its root). 'rev' is any
 * revision Git understands. Symbolic links and submodules under the folder are no files of it; the
 * check reports them (S1). Hash checking stays on. */
int tong__tree_git(struct tong__tree **out, const char *repo, const char *rev,
                   const char *folder, tong_error *);
/* The files as they lie on disk. Inside a Git repository the commit is HEAD's. */
int tong__tree_dir(struct tong__tree **out, const char *repo, const char *folder, tong_error *);
void tong__tree_free(struct tong__tree *);

/* Every file in byte order of its path (relative to the folder). fn returns 0 to go on. */
int tong__tree_each(struct tong__tree *, int (*fn)(void *user, const char *path, uint64_t size),
                    void *user, tong_error *);
/* Appends the file's bytes, at most out->max. TONG_E_ABSENT when there is none. */
int tong__tree_read(struct tong__tree *, const char *path, struct tong__buf *out, tong_error *);

const char *tong__tree_commit(const struct tong__tree *);   /* 40 hex digits, or "" */
/* commit time (committer), 0 when there is none */
int64_t tong__tree_time(const struct tong__tree *);
/* Do the files on disk differ from HEAD's? Reads them; always false for a commit. */
bool tong__tree_uncommitted(struct tong__tree *);
/* "HEAD:catalog-data" or "./catalog-data": for messages */
const char *tong__tree_label(const struct tong__tree *);

#endif
