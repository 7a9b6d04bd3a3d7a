/* Finding the things that an id may stand for: laws, materials, themes, agencies, items. */
#ifndef TONG_PUBLISHER_THINGS_H
#define TONG_PUBLISHER_THINGS_H

#include <jansson.h>

#include "publisher/history_cache.h"
#include "publisher/tree.h"

/* New reference: [{kind, label, id, name, path}…] in the order of kinds; empty when there is
 * none. */
int tong__things_named(json_t **out, struct tong__tree *, const char *id, tong_error *);

/* The last changes below the tree's folder; *out is NULL outside of Git. */
int tong__things_last(struct tong__last_changes **out, struct tong__tree *, tong_error *);

#endif
