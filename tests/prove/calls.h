/* The system calls that touch files: what core_trace counts, fails, cuts short and writes down. */
#ifndef TESTS_PROVE_CALLS_H
#define TESTS_PROVE_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>

enum {
	WRITES = 1,  /* changes a file or a folder, or makes a change last */
	SIZED = 2,   /* its third argument is a length, which may be served in part */
	BREAKS = 4,  /* may be interrupted by a signal (EINTR) */
	OPENS = 8,   /* WRITES only when it makes or empties a file */
};

/* Where a call names its file: an argument with a file descriptor, or one with a path, relative to
 * the folder whose descriptor is in another; -1: none, so the working folder. */
struct call {
	long nr;
	const char *name;
	int kind;
	int fd;
	int path, at;   /* the file, or what it is renamed from */
	int path2, at2; /* what it is renamed to */
	int flags;      /* of an open */
};

#define BY_FD(n, kind)                { SYS_##n, #n, kind, 0, -1, -1, -1, -1, -1 }
#define BY_PATH(n, kind, path)        { SYS_##n, #n, kind, -1, path, -1, -1, -1, -1 }
#define BY_AT(n, kind, at, path)      { SYS_##n, #n, kind, -1, path, at, -1, -1, -1 }
#define BY_TWO(n, kind, a, p, a2, p2) { SYS_##n, #n, kind, -1, p, a, p2, a2, -1 }

static const struct call calls[] = {
	BY_FD(read, SIZED | BREAKS),
	BY_FD(pread64, SIZED | BREAKS),
	BY_FD(write, WRITES | SIZED | BREAKS),
	BY_FD(pwrite64, WRITES | SIZED | BREAKS),
	BY_FD(writev, WRITES | BREAKS),
	BY_FD(ftruncate, WRITES | BREAKS),
	BY_FD(fallocate, WRITES | BREAKS),
	BY_FD(fsync, WRITES | BREAKS),
	BY_FD(fdatasync, WRITES | BREAKS),
	BY_FD(syncfs, WRITES | BREAKS),
	BY_FD(fchmod, WRITES),
	BY_FD(fstat, 0),
	BY_FD(flock, BREAKS),
	BY_FD(getdents64, 0),
	{ SYS_openat, "openat", WRITES | OPENS | BREAKS, -1, 1, 0, -1, -1, 2 },
	BY_AT(newfstatat, 0, 0, 1),
	BY_AT(statx, 0, 0, 1),
	BY_AT(faccessat, 0, 0, 1),
	BY_AT(faccessat2, 0, 0, 1),
	BY_AT(readlinkat, 0, 0, 1),
	BY_AT(mkdirat, WRITES, 0, 1),
	BY_AT(unlinkat, WRITES, 0, 1),
	BY_AT(fchmodat, WRITES, 0, 1),
	BY_AT(utimensat, WRITES, 0, 1),
	BY_AT(symlinkat, WRITES, 1, 2),
	BY_TWO(linkat, WRITES, 0, 1, 2, 3),
	BY_TWO(renameat, WRITES, 0, 1, 2, 3),
	BY_TWO(renameat2, WRITES, 0, 1, 2, 3),
#ifdef SYS_open /* what the newer architectures have no more */
	{ SYS_open, "open", WRITES | OPENS | BREAKS, -1, 0, -1, -1, -1, 1 },
	BY_PATH(stat, 0, 0),
	BY_PATH(lstat, 0, 0),
	BY_PATH(access, 0, 0),
	BY_PATH(readlink, 0, 0),
	BY_PATH(mkdir, WRITES, 0),
	BY_PATH(rmdir, WRITES, 0),
	BY_PATH(unlink, WRITES, 0),
	BY_PATH(chmod, WRITES, 0),
	BY_PATH(truncate, WRITES, 0),
	BY_PATH(symlink, WRITES, 1),
	BY_TWO(link, WRITES, -1, 0, -1, 1),
	BY_TWO(rename, WRITES, -1, 0, -1, 1),
#endif
};

static inline const struct call *call_of(long nr)
{
	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		if (calls[i].nr == nr)
			return &calls[i];
	return NULL;
}

#endif
