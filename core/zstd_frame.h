/* One zstd frame in memory, with a ceiling and a prefix: the door to libzstd's decoder. */
#ifndef TONG_CORE_ZSTD_FRAME_H
#define TONG_CORE_ZSTD_FRAME_H

#include "core/buf.h"
#include "core/err.h"

/* Decodes exactly one frame that fills src[0..n) and appends its content to 'out' (FORMAT C6:
 * content size known and equal to
 * 'size' unless size is SIZE_MAX, window at most 1 MiB, nothing after it). 'prefix' may be NULL
 * with n 0. */
int tong__zstd_read(const void *src, size_t n, const void *prefix, size_t prefix_n, size_t size,
                    struct tong__buf *out, const char *subject, tong_error *);

/* Length of the frame that starts at src, or 0 when there is none. */
size_t tong__zstd_frame_len(const void *src, size_t n);

#endif
