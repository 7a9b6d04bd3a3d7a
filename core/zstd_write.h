/* One zstd frame from bytes in memory: the door to libzstd's encoder. */
#ifndef TONG_CORE_ZSTD_WRITE_H
#define TONG_CORE_ZSTD_WRITE_H

#include "core/buf.h"
#include "core/err.h"

/* Appends one frame as FORMAT C6 wants it: content size on, checksum and dictionary id off, window
 * at most 1 MiB. 'prefix' may be NULL with n 0. The same arguments give the same bytes, as long as
 * the prefix either always ends where src starts or never does. */
int tong__zstd_write(const void *src, size_t n, const void *prefix, size_t prefix_n,
                     struct tong__buf *out, tong_error *);
/* The same, shorter, for twelve times the CPU (C8); what is below 16 KiB always is. */
int tong__zstd_write_best(const void *src, size_t n, const void *prefix, size_t prefix_n,
                          struct tong__buf *out, tong_error *);
/* Appends a frame that holds src as it is (RFC 8878, 3.1.1: one raw block of n bytes, at most
 * TONG_ZSTD_STORED): for what is packed again together with more of its kind. */
int tong__zstd_store(const void *src, size_t n, struct tong__buf *out, tong_error *);
#define TONG_ZSTD_STORED (128u << 10)

#endif
