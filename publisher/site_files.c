/* Files of a site folder: each folder on the way is opened by itself, so that a link planted there
 * leads nowhere. */
#include "publisher/site_files.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"

#define FOLDER (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

int tong__files_open(struct tong__files *f, const char *folder, tong_error *err)
{
	*f = (struct tong__files){.folder = folder, .kept = -1};
	f->root = open(folder, FOLDER);
	return f->root < 0 ? tong__fail_errno(err, errno, folder, "cannot open folder") : 0;
}

static void forget(struct tong__files *f)
{
	if (f->kept >= 0)
		close(f->kept);
	f->kept = -1;
}

void tong__files_close(struct tong__files *f)
{
	forget(f);
	if (f->root >= 0)
		close(f->root);
	f->root = -1;
}

/* ---- folders ---- */

/* The folder 'name' of 'dir', made when it is wanted; -1 with errno. */
static int step(int dir, const char *name, bool make)
{
	int fd = openat(dir, name, FOLDER);

	if (fd >= 0 || !make || errno != ENOENT)
		return fd;
	if (mkdirat(dir, name, 0777) < 0 && errno != EEXIST)
		return -1;
	return openat(dir, name, FOLDER);
}

/* The folder at path[0..n) below the root, a new descriptor; -1 with errno. */
static int descend(const struct tong__files *f, const char *path, size_t n, bool make)
{
	char part[256];
	int fd = dup(f->root), next;

	while (fd >= 0 && n) {
		size_t len = strcspn(path, "/");

		if (len >= sizeof part) {
			close(fd);
			errno = ENAMETOOLONG;
			return -1;
		}
		memcpy(part, path, len);
		part[len] = '\0';
		next = step(fd, part, make);
		if (next < 0) {
			int e = errno;

			close(fd);
			errno = e;
		} else {
			close(fd);
		}
		fd = next;
		len += len < n;
		path += len;
		n -= len;
	}
	return fd;
}

/* The same, remembered: neighbours share it. The descriptor stays ours. */
static int descend_kept(struct tong__files *f, const char *path, size_t n, bool make)
{
	if (!n)
		return f->root;
	if (f->kept >= 0 && !strncmp(f->kept_path, path, n) && !f->kept_path[n])
		return f->kept;
	forget(f);
	f->kept = descend(f, path, n, make);
	memcpy(f->kept_path, path, n);
	f->kept_path[n] = '\0';
	return f->kept;
}

/* Length of the folder's part of path[0..n): of "a/b/c" 3, of "a" 0. */
static size_t above(const char *path, size_t n)
{
	while (n && path[n - 1] != '/')
		n--;
	return n ? n - 1 : 0;
}

/* The folder that holds path[0..n), to be closed with leave(); -1 with errno. Its own folder is the
 * remembered one: most pages have a folder of their own. */
static int enter(struct tong__files *f, const char *path, size_t n, bool make)
{
	size_t folder = above(path, n), outer = above(path, folder);
	char part[256];
	size_t at = outer + (outer != 0);
	int fd;

	if (n >= TONG__MAX_FILE || !tong__path_safe(path)) {
		errno = EINVAL;   /* "../": a list of files that somebody else wrote */
		return -1;
	}
	fd = descend_kept(f, path, outer, make);
	if (fd < 0 || !folder)
		return fd;
	if (folder - at >= sizeof part) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(part, path + at, folder - at);
	part[folder - at] = '\0';
	return step(fd, part, make);
}

static void leave(const struct tong__files *f, int fd)
{
	int e = errno;

	if (fd >= 0 && fd != f->root && fd != f->kept)
		close(fd);
	errno = e;
}

static const char *base(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash ? slash + 1 : file;
}

/* ---- bytes ---- */

static int read_exactly(int fd, char *p, size_t n)
{
	while (n) {
		ssize_t got = read(fd, p, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		p += got;
		n -= (size_t)got;
	}
	return 0;
}

static int write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t put = write(fd, p, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		p += put;
		n -= (size_t)put;
	}
	return 0;
}

/* The size tells most differences without reading. */
static bool holds(int fd, const struct tong__buf *bytes, struct tong__buf *room)
{
	struct stat st;

	tong__buf_clear(room);
	return !fstat(fd, &st) && S_ISREG(st.st_mode) && (size_t)st.st_size == bytes->len &&
	       !tong__buf_reserve(room, bytes->len + 1) && !read_exactly(fd, room->data, bytes->len) &&
	       (!bytes->len || !memcmp(room->data, bytes->data, bytes->len));
}

bool tong__files_same(struct tong__files *f, const char *file, const struct tong__buf *bytes,
                      struct tong__buf *room)
{
	int dir = enter(f, file, strlen(file), false), fd;
	bool same = false;

	if (dir < 0)
		return false;
	fd = openat(dir, base(file), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0) {
		same = holds(fd, bytes, room);
		close(fd);
	}
	leave(f, dir);
	return same;
}

/* A file that was not there; 0 or errno. */
static int create(int dir, const char *name, const struct tong__buf *bytes)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666), e = 0;

	if (fd < 0)
		return errno;
	if (bytes->len && write_all(fd, bytes->data, bytes->len))
		e = errno;
	if (close(fd) < 0 && !e && errno != EINTR)
		e = errno;
	return e;
}

int tong__files_put(struct tong__files *f, const char *file, const struct tong__buf *bytes,
                    tong_error *err)
{
	int dir = enter(f, file, strlen(file), true), e;

	if (dir < 0)
		return tong__fail_errno(err, errno, file, "cannot make folder");
	e = create(dir, base(file), bytes);
	if (e == EEXIST)
		e = unlinkat(dir, base(file), 0) < 0 ? errno : create(dir, base(file), bytes);
	leave(f, dir);
	return e ? tong__fail_errno(err, e, file, "cannot write") : 0;
}

/* ---- going ---- */

int tong__files_drop(struct tong__files *f, const char *file, tong_error *err)
{
	size_t n = strlen(file);
	char part[256];
	int dir = enter(f, file, n, false), e = 0;

	if (dir < 0)
		return errno == ENOENT ? 0 : tong__fail_errno(err, errno, file, "cannot remove");
	if (unlinkat(dir, base(file), 0) < 0 && errno != ENOENT)
		e = errno;
	leave(f, dir);
	while (!e && (n = above(file, n))) {
		size_t at = above(file, n), len;

		at += at != 0;
		len = n - at;
		dir = len < sizeof part ? enter(f, file, n, false) : -1;
		if (dir < 0)
			break;
		memcpy(part, file + at, len);
		part[len] = '\0';
		if (unlinkat(dir, part, AT_REMOVEDIR) < 0)
			n = 0;   /* it holds something else */
		leave(f, dir);
		forget(f);   /* what is remembered may just have gone */
	}
	return e ? tong__fail_errno(err, e, file, "cannot remove") : 0;
}

/* ---- sharing ---- */

static int copy(int from, const char *name, int to)
{
	struct tong__buf bytes;
	int fd = openat(from, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), e = 0;
	struct stat st;

	if (fd < 0)
		return errno;
	tong__buf_init(&bytes, TONG_MAX_PAGE);
	if (fstat(fd, &st))
		e = errno;
	else if (tong__buf_reserve(&bytes, (size_t)st.st_size + 1))
		e = ENOMEM;
	else if (read_exactly(fd, bytes.data, (size_t)st.st_size))
		e = EIO;
	close(fd);
	if (!e) {
		bytes.len = (size_t)st.st_size;
		e = create(to, name, &bytes);
	}
	tong__buf_free(&bytes);
	return e;
}

/* File systems of sticks and shares know no second name for a file. */
static bool no_links(int e)
{
	return e == EPERM || e == EOPNOTSUPP || e == ENOSYS || e == EMLINK || e == EXDEV;
}

/* 0 or errno; ENOENT: there is nothing to share. */
static int share(int from, int to, const char *name)
{
	if (linkat(from, name, to, name, 0) == 0)
		return 0;
	if (errno == EEXIST) {
		if (unlinkat(to, name, 0) < 0)
			return errno;
		if (linkat(from, name, to, name, 0) == 0)
			return 0;
	}
	return no_links(errno) ? copy(from, name, to) : errno;
}

int tong__files_share(struct tong__files *f, struct tong__files *from, const char *file,
                      tong_error *err)
{
	size_t n = strlen(file);
	int source = enter(from, file, n, false), to, e;

	if (source < 0 && errno == ENOENT)
		return tong__files_drop(f, file, err);
	to = source < 0 ? -1 : enter(f, file, n, true);
	e = to < 0 ? errno : share(source, to, base(file));
	leave(from, source);
	leave(f, to);
	if (e == ENOENT)
		return tong__files_drop(f, file, err);
	return e ? tong__fail_errno(err, e, file, "cannot share") : 0;
}
