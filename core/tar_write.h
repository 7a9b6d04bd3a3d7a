/* Writing the one file of a bundle (FORMAT B1-B4): members in, the same bytes out every time. */
#ifndef TONG_CORE_TAR_WRITE_H
#define TONG_CORE_TAR_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct tong__tar;

/* Nothing stands at 'path' before tong__tar_done; 'path' must outlive the writer. */
int tong__tar_open(struct tong__tar **out, const char *path, tong_error *);
/* The next member, then exactly 'size' bytes in any pieces. */
int tong__tar_begin(struct tong__tar *, const char *name, uint64_t size, tong_error *);
int tong__tar_add(struct tong__tar *, const void *, size_t, tong_error *);
/* Puts the file in place; *bytes is its length. */
int tong__tar_done(struct tong__tar *, uint64_t *bytes, tong_error *);
/* Without tong__tar_done nothing is left behind. NULL is fine. */
void tong__tar_close(struct tong__tar *);

#endif
