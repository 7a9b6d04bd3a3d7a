/* Looks the pages of a store over for damage, and remembers that some was found. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "agent/store.h"
#include "agent/store_sum.h"
#include "core/file.h"

#define MARK  "tong.damaged"
#define AGAIN 3 /* looks at a page that another process may be writing */

static int path_of(const char *dir, const char *name, char out[4096], tong_error *err)
{
	if ((size_t)snprintf(out, 4096, "%s/%s", dir, name) >= 4096)
		return tong__fail(err, TONG_E_LIMIT, dir, "the path is too long");
	return 0;
}

static int read_page(int fd, uint32_t number, unsigned char page[TONG_PAGE])
{
	off_t at = (off_t)(number - 1) * TONG_PAGE;
	ssize_t n;

	posix_fadvise(fd, at, TONG_PAGE, POSIX_FADV_DONTNEED); /* from the disk, not from memory */
	do
		n = pread(fd, page, TONG_PAGE, at);
	while (n < 0 && errno == EINTR);
	return n == TONG_PAGE ? 1 : n < 0 && errno != EIO ? -1 : 0;
}

/* 1 sound, 0 damaged, -1 errno. */
static int look_at(int fd, uint32_t number)
{
	unsigned char page[TONG_PAGE];

	for (int i = 0; i < AGAIN; i++) {
		struct timespec moment = { 0, 20000000 };
		int got = read_page(fd, number, page);

		if (got < 0)
			return -1;
		if (got && tong__page_sound(page, number))
			return 1;
		nanosleep(&moment, NULL);
	}
	return 0;
}

static int scan(int fd, struct tong__scan *s, uint64_t bytes, const char *path, tong_error *err)
{
	unsigned char first[TONG_PAGE];
	off_t size = lseek(fd, 0, SEEK_END);
	int sound = 1;

	if (size < 0 || read_page(fd, 1, first) < 0)
		return tong__fail_errno(err, errno, path, "cannot read");
	s->pages = (uint32_t)(size / TONG_PAGE);
	s->done = !tong__page_has_sums(first); /* an older program's: SQLite's own checks are left */
	s->bad = 0;
	if (s->next == 0 || s->next > s->pages)
		s->next = 1;
	for (; !s->done && sound > 0 && bytes >= TONG_PAGE; bytes -= TONG_PAGE) {
		sound = look_at(fd, s->next);
		if (sound == 0)
			s->bad = s->next;
		s->done = ++s->next > s->pages;
	}
	return sound < 0 ? tong__fail_errno(err, errno, path, "cannot read") : 0;
}

int tong__store_scan(const char *dir, struct tong__scan *s, uint64_t bytes, tong_error *err)
{
	char path[4096];
	int fd, rc = path_of(dir, "tong.db", path, err);

	if (rc)
		return rc;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return tong__fail_errno(err, errno, path, "cannot open");
	rc = scan(fd, s, bytes, path, err);
	close(fd);
	return rc;
}

/* ---- the mark ---- */

int tong__store_mark(const char *dir, tong_error *err)
{
	char path[4096];
	int rc = path_of(dir, MARK, path, err);

	return rc ? rc : tong__file_write(path, "", 0, err);
}

bool tong__store_marked(const char *dir)
{
	char path[4096];
	tong_error none;

	return path_of(dir, MARK, path, &none) == 0 && access(path, F_OK) == 0;
}

int tong__store_unmark(const char *dir, tong_error *err)
{
	char path[4096];
	int rc = path_of(dir, MARK, path, err);

	return rc ? rc : tong__file_remove(path, err);
}
