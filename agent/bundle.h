/* Reading the one file of a bundle from its beginning to its end (FORMAT section 9): nothing is
 * unpacked to disk, and every ceiling comes before the bytes. */
#ifndef TONG_AGENT_BUNDLE_H
#define TONG_AGENT_BUNDLE_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct tong__bundle;

/* Opens the file and looks over its frame: one that is cut short is refused here (B2). 'path' must
 * outlive it. */
int tong__bundle_open(struct tong__bundle **out, const char *path, tong_error *);
/* The next member; *name is NULL at the end and on failure, else valid until the next call. */
int tong__bundle_next(struct tong__bundle *, const char **name, uint64_t *size, tong_error *);
/* More bytes of this member; *n is 0 at its end. */
int tong__bundle_read(struct tong__bundle *, void *, size_t max, size_t *n, tong_error *);
/* Back to before the first member. */
int tong__bundle_rewind(struct tong__bundle *, tong_error *);
void tong__bundle_close(struct tong__bundle *);

#endif
