/* Writing changesets: what turns one version of a layer into another (FORMAT section 4). */
#ifndef TONG_CORE_CHANGESET_WRITE_H
#define TONG_CORE_CHANGESET_WRITE_H

#include "core/record.h"

/* Appends the changeset that turns the layer 'old' into 'fresh' to 'out', and tells its id (C2).
 * 'old' NULL: the whole layer (C4). Both are whole layers in memory and are checked against L1, and
 * every new line for its layer (P7). TONG_E_LIMIT: too much changed for one changeset; the whole
 * layer then serves. The same two layers give the same bytes. */
int tong__changeset_write(const char *layer, const struct tong__str *old, struct tong__str fresh,
                          struct tong__buf *out, struct tong__hash *id, tong_error *);
/* The same between two layers, shorter and for more CPU: for the way that nearly all nodes take
 * (C8). */
int tong__changeset_write_best(const char *layer, struct tong__str old, struct tong__str fresh,
                               struct tong__buf *out, struct tong__hash *id, tong_error *);

#endif
