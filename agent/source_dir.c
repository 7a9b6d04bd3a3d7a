/* A release in a folder: a disk, a stick, a mounted share. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/source.h"
#include "core/hash.h"
#include "core/text.h"

struct dir {
	struct tong__source_options opt;
	char path[];
};

static int dir_open(void **state, const char *where, const struct tong__source_options *opt,
					tong_error *err)
{
	size_t n = strlen(where);
	struct stat st;
	struct dir *d;

	if (stat(where, &st) != 0)
		return tong__fail_errno(err, errno, where, "cannot open the source folder");
	if (!S_ISDIR(st.st_mode))
		return tong__fail(err, TONG_E_USAGE, where,
						  "not a folder: a source is a URL, the folder of a release or a bundle");
	d = malloc(sizeof *d + n + 1);
	if (!d)
		return tong__fail_nomem(err);
	d->opt = *opt;
	memcpy(d->path, where, n + 1);
	while (n > 1 && d->path[n - 1] == '/')
		d->path[--n] = '\0';
	*state = d;
	return 0;
}

/* file:///folder with %XX for what a URL cannot hold. */
static int file_url_open(void **state, const char *where, const struct tong__source_options *opt,
						 tong_error *err)
{
	const char *p = where + strlen("file://");
	char path[4096];
	size_t n = 0;

	if (*p != '/')
		return tong__fail(err, TONG_E_USAGE, where, "a file:// URL has three slashes and no host");
	while (*p && n < sizeof path - 1) {
		unsigned char c = (unsigned char)*p;

		if (c == '%' && p[1] && p[2]) {
			char hex[3] = { p[1], p[2], '\0' };

			if (tong__unhex(hex, &c, 1) != 1 || !c)
				return tong__fail(err, TONG_E_USAGE, where, "%%%s is no character", hex);
			p += 2;
		}
		path[n++] = (char)c;
		p++;
	}
	if (*p)
		return tong__fail(err, TONG_E_LIMIT, where, "the path is too long");
	path[n] = '\0';
	return dir_open(state, path, opt, err);
}

static void dir_close(void *state)
{
	free(state);
}

static int open_file(const struct dir *d, const struct tong__get *get, char *path, size_t max,
					 uint64_t *size, int *fd, tong_error *err)
{
	struct stat st;

	if (!tong__path_safe(get->name))
		return tong__fail(err, TONG_E_USAGE, get->name, "not a path inside a repository");
	if ((size_t)snprintf(path, max, "%s/%s", d->path, get->name) >= max)
		return tong__fail(err, TONG_E_LIMIT, d->path, "the path is too long");
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not hold us up */
	if (*fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return tong__fail(err, TONG_E_ABSENT, path, "no such file in this release");
	if (*fd < 0 || fstat(*fd, &st) != 0)
		return tong__fail_errno(err, errno, path, "cannot open");
	if (!S_ISREG(st.st_mode))
		return tong__fail(err, TONG_E_FORMAT, path, "not a file");
	*size = (uint64_t)st.st_size;
	if (*size > get->ceiling)
		return tong__fail(err, TONG_E_LIMIT, path, "%llu bytes, at most %llu are allowed here",
						  (unsigned long long)*size, (unsigned long long)get->ceiling);
	return 0;
}

/* The validator of a folder is the content's hash: a stick's clock has steps of two seconds. */
static int unchanged(int fd, struct tong__validator *v, const char *path, tong_error *err)
{
	struct tong__hasher *h = tong__hasher_new();
	struct tong__hash sum;
	char buf[16384], hex[TONG_HEX];
	ssize_t n;

	if (!h)
		return tong__fail_nomem(err);
	while ((n = read(fd, buf, sizeof buf)) > 0)
		tong__hasher_add(h, buf, (size_t)n);
	tong__hasher_final(h, &sum);
	tong__hasher_free(h);
	if (n < 0 || lseek(fd, 0, SEEK_SET) != 0)
		return tong__fail_errno(err, errno, path, "cannot read");
	tong__hash_hex(&sum, hex);
	v->same = strcmp(hex, v->etag) == 0;
	memcpy(v->etag, hex, sizeof hex);
	v->modified[0] = '\0';
	return 0;
}

static size_t wanted(const struct tong__get *get, uint64_t at, size_t most)
{
	if (get->until && get->until <= at)
		return 0;
	return get->until && get->until - at < most ? (size_t)(get->until - at) : most;
}

static int copy(const struct dir *d, int fd, const struct tong__get *get, uint64_t size,
				const char *path, struct tong__source_count *count, tong_error *err)
{
	uint64_t at = get->offset <= size ? get->offset : 0;
	char buf[65536];
	ssize_t n;
	int rc = get->sink->begin(get->sink->user, at, err);

	if (!rc && lseek(fd, (off_t)at, SEEK_SET) < 0)
		return tong__fail_errno(err, errno, path, "cannot read");
	while (!rc && (n = read(fd, buf, wanted(get, at, sizeof buf))) != 0) {
		if (n < 0)
			return tong__fail_errno(err, errno, path, "cannot read");
		at += (uint64_t)n;
		count->down += (uint64_t)n;
		if (at > get->ceiling)
			return tong__fail(err, TONG_E_LIMIT, path, "grew while it was read");
		if (d->opt.budget && count->down > d->opt.budget)
			return tong__fail(err, TONG_E_BUDGET, path,
							  "more than the %llu bytes this sync may read",
							  (unsigned long long)d->opt.budget);
		rc = get->sink->write(get->sink->user, buf, (size_t)n, err);
		if (!rc && d->opt.progress && d->opt.progress(d->opt.user, get->name, at, size))
			rc = tong__fail(err, TONG_E_INTERRUPTED, path, "stopped");
	}
	return rc;
}

static int dir_get(void *state, const struct tong__get *get, struct tong__source_count *count,
				   struct tong__retry *again, tong_error *err)
{
	struct dir *d = state;
	char path[4096 + 256];
	uint64_t size = 0;
	int fd = -1, rc;

	(void)again;
	count->requests++;
	rc = open_file(d, get, path, sizeof path, &size, &fd, err);
	if (!rc && get->validator)
		rc = unchanged(fd, get->validator, path, err);
	if (!rc && !(get->validator && get->validator->same))
		rc = copy(d, fd, get, size, path, count, err);
	if (fd >= 0)
		close(fd);
	return rc;
}

const struct tong__source_kind tong__source_file_url = { "file://", file_url_open, dir_get,
														 dir_close, false };
const struct tong__source_kind tong__source_dir = { "", dir_open, dir_get, dir_close,
													false };
