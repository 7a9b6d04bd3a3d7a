/* One zstd frame of any length between a file and its reader or writer, piece by piece. */
#ifndef TONG_CORE_ZSTD_STREAM_H
#define TONG_CORE_ZSTD_STREAM_H

#include <stddef.h>

#include "core/err.h"

struct tong__unzstd;

/* Reads from 'fd', where it stands, and needs it open; a window over 2^window_log bytes is refused
 * before memory is taken for it. 'subject' must outlive it. */
int tong__unzstd_new(struct tong__unzstd **out, int fd, int window_log, const char *subject,
					 tong_error *);
/* Up to 'max' bytes of content; *n is 0 at the end of the frame. TONG_E_FORMAT for a broken one. */
int tong__unzstd_read(struct tong__unzstd *, void *out, size_t max, size_t *n, tong_error *);
void tong__unzstd_free(struct tong__unzstd *);

struct tong__zstd_out;

/* Writes to 'fd' at 'level', without checksum. */
int tong__zstd_out_new(struct tong__zstd_out **out, int fd, int level, const char *subject,
					   tong_error *);
int tong__zstd_out_add(struct tong__zstd_out *, const void *, size_t, tong_error *);
/* Ends the frame. Nothing may be added after it. */
int tong__zstd_out_end(struct tong__zstd_out *, tong_error *);
void tong__zstd_out_free(struct tong__zstd_out *);

#endif
