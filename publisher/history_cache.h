/* The walk through history, remembered: what commits changed does not change any more. */
#ifndef TONG_PUBLISHER_HISTORY_CACHE_H
#define TONG_PUBLISHER_HISTORY_CACHE_H

#include "publisher/git.h"

/* As tong__git_walk_until, but commits that an earlier walk has seen are read from a file in 'dir'
 * (NULL: tong/history inside the repository's own folder). The file is named after its commit and
 * guarded by a hash; it may be deleted at any time, and a damaged one is as good as none. Short
 * histories and shallow clones leave no file: what lies past their edge may still come. A folder
 * that cannot be written is no fault. *shallow (may be NULL) tells whether the walk ended at such
 * an edge. */
int tong__history_walk(struct tong__git *, const char *folder, const char *below, const char *dir,
                       int (*fn)(void *user, const struct tong__git_commit *, tong_error *),
                       void *user, bool *shallow, tong_error *);

/* The last change of every file below 'folder', from one such walk. */
struct tong__last_changes;
struct tong__last_change { char date[11], hex[41]; };
int tong__last_changes_read(struct tong__last_changes **out, struct tong__git *,
                            const char *folder, const char *dir, tong_error *);
void tong__last_changes_free(struct tong__last_changes *);
/* False when no commit that is here changed the file: a shallow clone does not know, and no date is
 * invented. */
bool tong__last_change(const struct tong__last_changes *, const char *path,
                       struct tong__last_change *out);

#endif
