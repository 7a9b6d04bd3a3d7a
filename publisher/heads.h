/* Heads of items, remembered: what the check of one item asks about all the others, without reading
 * their files. */
#ifndef TONG_PUBLISHER_HEADS_H
#define TONG_PUBLISHER_HEADS_H

#include <jansson.h>

#include "publisher/tree.h"

struct tong__heads;

extern const char *const tong__heads_kept[];   /* what a head has; ends with NULL */

/* The heads of a tree's items. They are kept by blob id in a file, tong/heads2 inside the
 * repository's own folder, guarded by a hash: it may be deleted at any time, and a damaged one is
 * as good as none. Outside of Git nothing is kept. */
int tong__heads_open(struct tong__heads **out, struct tong__tree *, tong_error *);
/* What others ask about the item in this file (its name, state, codes and limits), as the full
 * reader finds it: a new reference. A file whose blob id is not known (tree_kind.h) is read. */
int tong__heads_get(struct tong__heads *, const char *path, json_t **out, tong_error *);
/* The same of an item's text that is at hand. */
int tong__head_of_text(const char *path, const struct tong__buf *text, json_t **out, tong_error *);
/* Keeps what was asked for when something of it is new; a folder that cannot be written is no
 * fault. */
void tong__heads_close(struct tong__heads *);

#endif
