/* The check of what changed since a revision: the findings of the full check in changed files, from
 * little more than those files. */
#ifndef TONG_PUBLISHER_CHECK_SINCE_H
#define TONG_PUBLISHER_CHECK_SINCE_H

#include "publisher/git.h"
#include "publisher/model.h"

/* Paths of a catalogue, sorted. */
struct tong__paths {
	char **at;
	size_t n, cap;
};
void tong__paths_free(struct tong__paths *);
int tong__paths_add(struct tong__paths *, const char *path, tong_error *);   /* then sort */
void tong__paths_sort(struct tong__paths *);
bool tong__paths_have(const struct tong__paths *, const char *path);

/* The files of a commit that are new or other than in the commit 'from'. */
int tong__changed_in_git(struct tong__paths *out, struct tong__tree *now,
                         const struct tong__git_id *from, tong_error *);
/* The same of files on disk. Those that are as in the commit 'old' get its blob's id. */
int tong__changed_on_disk(struct tong__paths *out, struct tong__tree *now, struct tong__tree *old,
                          tong_error *);

/* Loads and checks what the findings in the changed files depend on: those files, the small
 * tables, of other items what tong__heads knows, and for a changed table of a region its sibling
 * regions. The findings are those of the full check in these files. A few files
 * (materials, waivers) hang on everything; with them everything is read. */
int tong__check_since(struct tong__model **out, struct tong__tree *, const struct tong__paths *,
                      struct tong__findings *, tong_error *);

/* The errors in these files alone: less is read for them, and warnings and notes may be missing.
 * 'now' is the time that waivers are measured with; 0: the commit's. */
int tong__check_errors(struct tong__model **out, struct tong__tree *, const struct tong__paths *,
                       struct tong__findings *, int64_t now, tong_error *);

#endif
