/* Reading heads: an envelope of repository files, trusted for nothing (FORMAT section 6). */
#ifndef TONG_CORE_HEAD_H
#define TONG_CORE_HEAD_H

#include "core/record.h"

struct tong__head;

/* H5: the prefix of a head's frame. */
extern const struct tong__str tong__head_prefix;

/* Copies what it needs. TONG_E_FORMAT or TONG_E_LIMIT when broken. */
int tong__head_read(const void *, size_t, struct tong__head **out, tong_error *);
/* The bytes of an entry, or {NULL, 0}. */
struct tong__str tong__head_get(const struct tong__head *, const char *name);
/* Newest root version told by the head; 0 when it does not tell. */
unsigned long tong__head_root(const struct tong__head *);
void tong__head_free(struct tong__head *);

#endif
