/* Files: read with a ceiling, write so that a crash leaves the old or the new, never half. */
#ifndef TONG_CORE_FILE_H
#define TONG_CORE_FILE_H

#include "core/buf.h"
#include "core/err.h"

/* Appends the file's bytes; over out->max it is TONG_E_LIMIT before reading. Missing:
 * TONG_E_ABSENT. */
int tong__file_read(const char *path, struct tong__buf *out, tong_error *);

/* Temporary file in the same folder, write, fsync, rename, fsync the folder (measured: 0 bad of 183
 * crash states). */
int tong__file_write(const char *path, const void *, size_t, tong_error *);

/* The same without either fsync: for output that is made again when lost (a site folder). Leaves a
 * file with the same
 * bytes alone and then sets *same (may be NULL). */
int tong__file_write_fast(const char *path, const void *, size_t, bool *same, tong_error *);

/* tong__file_write without fsync of the folder, which comes when all of many are there. */
int tong__file_put(const char *path, const void *, size_t, tong_error *);

/* mkdir -p, mode 0777 & ~umask; the names of new folders are on the disk when it returns. */
int tong__mkdirs(const char *path, tong_error *);
/* mkdir -p of the folder that will hold 'path'. */
int tong__mkdirs_for(const char *path, tong_error *);
/* The same without fsync, for tong__file_write_fast. */
int tong__mkdirs_for_fast(const char *path, tong_error *);
int tong__file_remove(const char *path, tong_error *);   /* missing is fine */
int tong__file_sync_dir(const char *dir, tong_error *);
/* Replaces 'to' by 'from' (same folder or file system) and fsyncs to's folder. */
int tong__file_rename(const char *from, const char *to, tong_error *);
/* Two folders of one file system change places at once: whoever looks sees one or the other, never
 * none. False, with errno set, when that cannot be had (EINVAL, ENOSYS: not on this file
 * system). */
bool tong__file_exchange(const char *a, const char *b);

#endif
