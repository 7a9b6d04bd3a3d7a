/* Facts about blobs, remembered: what was worked out of a file's bytes once is true for as long as
 * Git names them so. */
#ifndef TONG_PUBLISHER_BLOB_CACHE_H
#define TONG_PUBLISHER_BLOB_CACHE_H

#include <jansson.h>

#include "publisher/tree_kind.h"

struct tong__blob_cache;

/* The facts kept for the files of a tree, in the file tong/'name' inside the repository's own
 * folder, guarded by a hash: it may be deleted at any time, and a damaged one is as good as none.
 * Outside of Git nothing is kept. NULL when memory is out. */
struct tong__blob_cache *tong__blob_cache_open(struct tong__tree *, const char *name);
/* What is known of this file: borrowed, NULL when nothing is. */
json_t *tong__blob_cache_get(struct tong__blob_cache *, const struct tong__tree_file *);
/* Takes a reference of its own. False when memory is out. */
bool tong__blob_cache_put(struct tong__blob_cache *, const struct tong__tree_file *, json_t *);
/* Keeps what was asked for when something of it is new; a folder that cannot be written is no
 * fault. */
void tong__blob_cache_close(struct tong__blob_cache *);

#endif
