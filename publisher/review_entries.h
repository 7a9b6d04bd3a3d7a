/* The things of a list or table in two versions, brought together by what tells them apart. */
#ifndef TONG_PUBLISHER_REVIEW_ENTRIES_H
#define TONG_PUBLISHER_REVIEW_ENTRIES_H

#include <jansson.h>

#include "core/buf.h"
#include "core/err.h"
#include "publisher/review_kinds.h"

/* Calls fn for each thing that differs, in the order of keys: 'a' or 'b' is NULL where the
 * version has no such thing. 'key' is what stands in its first key column. Texts that cannot be
 * read count as having no things. fn returns false when memory is out. */
int tong__review_entries(const struct tong__review_kind *, const struct tong__buf *before,
                         const struct tong__buf *after,
                         bool (*fn)(void *user, const char *key, const json_t *a, const json_t *b),
                         void *user, tong_error *);

#endif
