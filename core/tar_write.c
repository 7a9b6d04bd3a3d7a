/* Writing a bundle: ustar through zstd, without clock or owner. */
#include "core/tar_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/ustar.h"
#include "core/zstd_stream.h"

struct tong__tar {
	const char *path;
	char *temp; /* NULL once it is in place */
	int fd;
	struct tong__zstd_out *out;
	size_t pad; /* bytes that the member before wants behind it */
};

/* Changesets are packed already and metadata is small: a low level loses nothing. */
#define LEVEL 3

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
	return t->fd < 0 ? tong__fail_errno(err, errno, path, "cannot write")
	                 : tong__zstd_out_new(&t->out, t->fd, LEVEL, path, err);
}

static int zeroes(struct tong__tar *t, size_t n, tong_error *err)
{
	static const char none[2 * TONG_USTAR_BLOCK];

	return tong__zstd_out_add(t->out, none, n, err);
}

int tong__tar_begin(struct tong__tar *t, const char *name, uint64_t size, tong_error *err)
{
	unsigned char head[TONG_USTAR_BLOCK];
	int code = zeroes(t, t->pad, err);

	if (!code && !tong__ustar_write(head, name, size))
		code = tong__fail(err, TONG_E_LIMIT, name, "B3: too long for a bundle");
	t->pad = tong__ustar_pad(size);
	return code ? code : tong__zstd_out_add(t->out, head, sizeof head, err);
}

int tong__tar_add(struct tong__tar *t, const void *bytes, size_t n, tong_error *err)
{
	return tong__zstd_out_add(t->out, bytes, n, err);
}

int tong__tar_done(struct tong__tar *t, uint64_t *bytes, tong_error *err)
{
	struct stat st;
	int code = zeroes(t, t->pad, err);

	if (!code)
		code = zeroes(t, 2 * TONG_USTAR_BLOCK, err);
	if (!code)
		code = tong__zstd_out_end(t->out, err);
	if (code)
		return code;
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
	tong__zstd_out_free(t->out);
	if (t->fd >= 0) {
		close(t->fd);
		if (t->temp)
			unlink(t->temp);
	}
	free(t->temp);
	free(t);
}
