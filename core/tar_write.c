/* The door to libarchive's writer: ustar through zstd, without clock, owner or padding. */
#include "core/tar_write.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"

struct tong__tar {
	const char *path;
	char *temp; /* NULL once it is in place */
	int fd;
	struct archive *a;
	struct archive_entry *e;
};

static int broken(const struct tong__tar *t, tong_error *err)
{
	int e = archive_errno(t->a);

	if (e > 0)
		return tong__fail_errno(err, e, t->path, "cannot write");
	return tong__fail(err, TONG_E_IO, t->path, "cannot write: %s",
	                  archive_error_string(t->a) ? archive_error_string(t->a) : "libarchive");
}

/* Changesets are packed already and metadata is small: a low level loses nothing. */
static int set_up(struct tong__tar *t, tong_error *err)
{
	t->a = archive_write_new();
	t->e = archive_entry_new();
	if (!t->a || !t->e)
		return tong__fail_nomem(err);
	if (archive_write_set_format_ustar(t->a) != ARCHIVE_OK
	    || archive_write_add_filter_zstd(t->a) != ARCHIVE_OK
	    || archive_write_set_filter_option(t->a, "zstd", "compression-level", "3") != ARCHIVE_OK
	    || archive_write_set_bytes_per_block(t->a, 65536) != ARCHIVE_OK
	    || archive_write_set_bytes_in_last_block(t->a, 1) != ARCHIVE_OK
	    || archive_write_open_fd(t->a, t->fd) != ARCHIVE_OK)
		return broken(t, err);
	return 0;
}

int tong__tar_open(struct tong__tar **out, const char *path, tong_error *err)
{
	struct tong__tar *t = calloc(1, sizeof *t);
	int code;

	*out = t;
	if (!t)
		return tong__fail_nomem(err);
	t->fd = -1;
	t->path = path;
	if (asprintf(&t->temp, "%s.%ld.tmp", path, (long)getpid()) < 0) {
		t->temp = NULL;
		return tong__fail_nomem(err);
	}
	code = tong__mkdirs_for(path, err);
	if (code)
		return code;
	t->fd = open(t->temp, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666);
	return t->fd < 0 ? tong__fail_errno(err, errno, path, "cannot write") : set_up(t, err);
}

int tong__tar_begin(struct tong__tar *t, const char *name, uint64_t size, tong_error *err)
{
	archive_entry_clear(t->e);
	archive_entry_set_pathname(t->e, name);
	archive_entry_set_filetype(t->e, AE_IFREG);
	archive_entry_set_perm(t->e, 0644);
	archive_entry_set_size(t->e, (int64_t)size);
	archive_entry_set_mtime(t->e, 0, 0);
	archive_entry_set_uid(t->e, 0);
	archive_entry_set_gid(t->e, 0);
	return archive_write_header(t->a, t->e) == ARCHIVE_OK ? 0 : broken(t, err);
}

int tong__tar_add(struct tong__tar *t, const void *bytes, size_t n, tong_error *err)
{
	la_ssize_t put = n ? archive_write_data(t->a, bytes, n) : 0;

	return put >= 0 && (size_t)put == n ? 0 : broken(t, err);
}

int tong__tar_done(struct tong__tar *t, uint64_t *bytes, tong_error *err)
{
	struct stat st;
	int code;

	if (archive_write_close(t->a) != ARCHIVE_OK)
		return broken(t, err);
	if (fsync(t->fd) != 0 || fstat(t->fd, &st) != 0)
		return tong__fail_errno(err, errno, t->path, "cannot write");
	*bytes = (uint64_t)st.st_size;
	code = tong__file_rename(t->temp, t->path, err);
	if (!code) {
		free(t->temp);
		t->temp = NULL;
	}
	return code;
}

void tong__tar_close(struct tong__tar *t)
{
	if (!t)
		return;
	archive_write_free(t->a);
	archive_entry_free(t->e);
	if (t->fd >= 0) {
		close(t->fd);
		if (t->temp)
			unlink(t->temp);
	}
	free(t->temp);
	free(t);
}
