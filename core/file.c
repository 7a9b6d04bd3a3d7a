/* Files: read with a ceiling, write so that a crash leaves the old or the new; the one renamer. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "core/file.h"

#define CHUNK (64u << 10)
#define TEMP_TRIES 1000 /* temporary names left by crashed writers are stepped over */

/* read(2) that goes on after a signal. */
static ssize_t read_some(int fd, void *p, size_t n)
{
	ssize_t got;

	do
		got = read(fd, p, n);
	while (got < 0 && errno == EINTR);
	return got;
}

static int over_ceiling(const char *path, const struct tong__buf *out, tong_error *err)
{
	if (out->failed == TONG_E_NOMEM)
		return tong__fail_nomem(err);
	return tong__fail(err, TONG_E_LIMIT, path, "longer than the ceiling of %zu bytes",
			  out->max);
}

/* To the end of the file, which may be a pipe or grow while we read: the ceiling holds anyway. */
static int read_all(int fd, const char *path, struct tong__buf *out, tong_error *err)
{
	char more[1];
	ssize_t got;

	for (;;) {
		size_t room = out->cap > out->len + 1 ? out->cap - out->len - 1 : 0;

		if (room == 0 && out->len < out->max) {
			room = out->max - out->len < CHUNK ? out->max - out->len : CHUNK;
			if (tong__buf_reserve(out, room))
				return over_ceiling(path, out, err);
			room = out->cap - out->len - 1;
		}
		if (room > out->max - out->len)
			room = out->max - out->len;
		got = read_some(fd, room ? out->data + out->len : more, room ? room : 1);
		if (got < 0)
			return tong__fail_errno(err, errno, path, "cannot read");
		if (got == 0)
			return 0;
		if (room == 0)
			return over_ceiling(path, out, err);
		out->len += (size_t)got;
		out->data[out->len] = '\0';
	}
}

/* One byte more than the file has, where the ceiling allows: room to see its end. */
static int reserve_for(struct tong__buf *out, size_t n)
{
	return tong__buf_reserve(out, n < out->max - out->len ? n + 1 : n);
}

int tong__file_read(const char *path, struct tong__buf *out, tong_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), code = 0;
	struct stat st;

	if (fd < 0)
		return tong__fail_errno(err, errno, path, "cannot open");
	if (fstat(fd, &st) < 0)
		code = tong__fail_errno(err, errno, path, "cannot look at");
	else if (S_ISREG(st.st_mode) && reserve_for(out, (size_t)st.st_size))
		code = over_ceiling(path, out, err);
	if (!code)
		code = read_all(fd, path, out, err);
	close(fd);
	return code;
}

/* The folder that holds 'path', malloc'd: "." when the path names none. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

static int write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t put = write(fd, p, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return put < 0 ? errno : EIO;
		p += put;
		n -= (size_t)put;
	}
	return 0;
}

/* Opens a fresh file in 'folder'; its malloc'd name goes to *name. What mkstemp makes no web server
 * of another user could read. */
static int open_temp(const char *folder, char **name, int *fd)
{
	for (int i = 0; i < TEMP_TRIES; i++) {
		if (asprintf(name, "%s/.tong-%ld-%d.tmp", folder, (long)gettid(), i) < 0) {
			*name = NULL;
			return ENOMEM;
		}
		*fd = open(*name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (*fd >= 0)
			return 0;
		free(*name);
		*name = NULL;
		if (errno != EEXIST && errno != EINTR)
			return errno;
	}
	return EEXIST;
}

/* Returns an errno. Whatever fails, the temporary file is gone and 'path' is untouched. */
static int replace(const char *path, const char *folder, const void *p, size_t n, bool sync)
{
	char *temp;
	int fd = -1, e = open_temp(folder, &temp, &fd);

	if (!temp)
		return e;
	e = write_all(fd, p, n);
	if (!e && sync && fsync(fd) < 0)
		e = errno;
	if (close(fd) < 0 && !e && errno != EINTR)
		e = errno;
	if (!e && rename(temp, path) < 0)
		e = errno;
	if (e)
		unlink(temp);
	free(temp);
	return e;
}

/* Returns an errno. */
static int sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), e = 0;

	if (fd < 0)
		return errno;
	/* Some file systems of sticks and shares cannot sync a folder: nothing to be done. */
	if (fsync(fd) < 0 && errno != EINVAL)
		e = errno;
	close(fd);
	return e;
}

int tong__file_sync_dir(const char *dir, tong_error *err)
{
	int e = sync_dir(dir);

	return e ? tong__fail_errno(err, e, dir, "cannot sync folder") : 0;
}

int tong__file_put(const char *path, const void *p, size_t n, tong_error *err)
{
	char *folder = folder_of(path);
	int e;

	if (!folder)
		return tong__fail_nomem(err);
	e = replace(path, folder, p, n, true);
	free(folder);
	return e ? tong__fail_errno(err, e, path, "cannot write") : 0;
}

int tong__file_write(const char *path, const void *p, size_t n, tong_error *err)
{
	char *folder = folder_of(path);
	int e, code;

	if (!folder)
		return tong__fail_nomem(err);
	e = replace(path, folder, p, n, true);
	code = e ? tong__fail_errno(err, e, path, "cannot write")
		 : tong__file_sync_dir(folder, err);
	free(folder);
	return code;
}

/* Does the file hold exactly these bytes? Any doubt is a no: then it is written. */
static bool holds(const char *path, const char *p, size_t n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char chunk[16384];
	struct stat st;
	ssize_t got = -1;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (size_t)st.st_size == n) {
		while ((got = read_some(fd, chunk, sizeof chunk)) > 0) {
			if ((size_t)got > n || memcmp(chunk, p, (size_t)got) != 0)
				break;
			p += got;
			n -= (size_t)got;
		}
	}
	close(fd);
	return got == 0 && n == 0;
}

int tong__file_write_fast(const char *path, const void *p, size_t n, bool *same, tong_error *err)
{
	bool held = holds(path, p, n);
	char *folder;
	int e;

	if (same)
		*same = held;
	if (held)
		return 0;
	folder = folder_of(path);
	if (!folder)
		return tong__fail_nomem(err);
	e = replace(path, folder, p, n, false);
	free(folder);
	return e ? tong__fail_errno(err, e, path, "cannot write") : 0;
}

/* The name of a new folder lasts when the folder above is synced; one that may be entered but not
 * read cannot be. */
static int sync_above(const char *path, tong_error *err)
{
	char *above = folder_of(path);
	int e;

	if (!above)
		return tong__fail_nomem(err);
	e = sync_dir(above);
	free(above);
	return e && e != EACCES ? tong__fail_errno(err, e, path, "cannot sync the folder above") : 0;
}

static int make_dir(const char *path, bool sync, tong_error *err)
{
	struct stat st;
	int e;

	if (mkdir(path, 0777) == 0)
		return sync ? sync_above(path, err) : 0;
	e = errno;
	/* On read-only media mkdir of a folder that is there says EROFS, not EEXIST. */
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	return tong__fail_errno(err, e == EEXIST ? ENOTDIR : e, path, "cannot make folder");
}

static int make_dirs(const char *path, bool sync, tong_error *err)
{
	char *copy = strdup(path), *p;
	size_t n = strlen(path);
	int code = 0;

	if (!copy)
		return tong__fail_nomem(err);
	while (n > 1 && copy[n - 1] == '/')
		copy[--n] = '\0';
	for (p = copy + 1; *copy && *p && !code; p++) {
		if (*p != '/' || p[-1] == '/')
			continue;
		*p = '\0';
		code = make_dir(copy, sync, err);
		*p = '/';
	}
	if (!code)
		code = make_dir(copy, sync, err);
	free(copy);
	return code;
}

static int make_dirs_for(const char *path, bool sync, tong_error *err)
{
	char *folder = folder_of(path);
	int code;

	if (!folder)
		return tong__fail_nomem(err);
	code = make_dirs(folder, sync, err);
	free(folder);
	return code;
}

int tong__mkdirs(const char *path, tong_error *err)
{
	return make_dirs(path, true, err);
}

int tong__mkdirs_for(const char *path, tong_error *err)
{
	return make_dirs_for(path, true, err);
}

int tong__mkdirs_for_fast(const char *path, tong_error *err)
{
	return make_dirs_for(path, false, err);
}

int tong__file_remove(const char *path, tong_error *err)
{
	if (unlink(path) == 0 || errno == ENOENT)
		return 0;
	return tong__fail_errno(err, errno, path, "cannot remove");
}

int tong__file_rename(const char *from, const char *to, tong_error *err)
{
	char *folder = folder_of(to);
	int code;

	if (!folder)
		return tong__fail_nomem(err);
	if (rename(from, to) < 0)
		code = tong__fail_errno(err, errno, from, "cannot rename");
	else
		code = tong__file_sync_dir(folder, err);
	free(folder);
	return code;
}

#ifndef RENAME_EXCHANGE
#define RENAME_EXCHANGE 2u
#endif

/* Not every C library has a function for it; the kernel has had it since 3.15. */
bool tong__file_exchange(const char *a, const char *b)
{
	return syscall(SYS_renameat2, AT_FDCWD, a, AT_FDCWD, b, RENAME_EXCHANGE) == 0;
}
