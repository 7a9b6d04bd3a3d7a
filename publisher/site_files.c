/* Files of a site folder: each folder on the way is opened by itself, so that a link planted there
 * leads nowhere. */
#include "publisher/site_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/text.h"

#define FOLDER (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define KEPT 512          /* guides of one item lie in a folder of each region */
#define PROBES 8
#define AGAIN 8

/* Folders that all threads together keep open: half of what the process may have, so that there is
 * room for other files. */
static atomic_size_t n_kept;

static size_t most_kept(void)
{
	struct rlimit r;

	return getrlimit(RLIMIT_NOFILE, &r) || r.rlim_cur == RLIM_INFINITY ? SIZE_MAX
	                                                                  : (size_t)r.rlim_cur / 2;
}

struct tong__folder {
	char *path;               /* NULL: free */
	int fd;
};

int tong__files_open(struct tong__files *f, const char *folder, tong_error *err)
{
	*f = (struct tong__files){.folder = folder, .most = most_kept()};
	f->root = open(folder, FOLDER);
	return f->root < 0 ? tong__fail_errno(err, errno, folder, "cannot open folder") : 0;
}

static void drop_folder(struct tong__folder *one)
{
	if (one->path) {
		close(one->fd);
		n_kept--;
	}
	free(one->path);
	one->path = NULL;
}

static void forget(struct tong__files *f)
{
	for (size_t i = 0; f->kept && i < KEPT; i++)
		drop_folder(&f->kept[i]);
	free(f->kept);
	f->kept = NULL;
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

/* Where path[0..n) is kept, or may be. */
static struct tong__folder *place_of(struct tong__files *f, const char *path, size_t n)
{
	struct tong__folder *first, *one;
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)path[i]) * 16777619u;
	h ^= h >> 15;
	first = &f->kept[h % KEPT];
	for (size_t i = 0; i < PROBES; i++) {
		one = &f->kept[(h + i) % KEPT];
		if (!one->path || (!strncmp(one->path, path, n) && !one->path[n]))
			return one;
	}
	drop_folder(first);
	return first;
}

/* The same, remembered; the descriptor stays ours. Too many open files: none is remembered. */
static int descend_kept(struct tong__files *f, const char *path, size_t n, bool make)
{
	struct tong__folder *one;

	if (!n)
		return f->root;
	if (!f->kept && !(f->kept = calloc(KEPT, sizeof *f->kept))) {
		errno = ENOMEM;
		return -1;
	}
	one = place_of(f, path, n);
	if (one->path)
		return one->fd;
	if (n_kept >= f->most)   /* each has one at least, the last */
		for (size_t i = 0; i < KEPT; i++)
			drop_folder(&f->kept[i]);
	one->fd = descend(f, path, n, make);
	if (one->fd < 0)
		return -1;
	one->path = strndup(path, n);
	if (!one->path) {
		close(one->fd);
		errno = ENOMEM;
		return -1;
	}
	n_kept++;
	return one->fd;
}

/* Length of the folder's part of path[0..n): of "a/b/c" 3, of "a" 0. */
static size_t above(const char *path, size_t n)
{
	while (n && path[n - 1] != '/')
		n--;
	return n ? n - 1 : 0;
}

/* Where a file lies: the kept folder around its own one, for most pages have one of their own; that
 * one's name, "" for none; and the way from the outer one to the file. */
struct where {
	int outer, dir;           /* dir: the file's own folder, once entered */
	char own[256];
	const char *file;
};

/* False with errno. */
static bool find(struct tong__files *f, const char *path, size_t n, bool make, struct where *w)
{
	size_t folder = above(path, n), outer = above(path, folder), at = outer + (outer != 0);

	if (n >= TONG__MAX_FILE || !tong__path_safe(path)) {
		errno = EINVAL;   /* "../": a list of files that somebody else wrote */
		return false;
	}
	if (folder - at >= sizeof w->own) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(w->own, path + at, folder - at);
	w->own[folder - at] = '\0';
	w->file = path + at;
	w->dir = -1;
	w->outer = descend_kept(f, path, outer, make);
	return w->outer >= 0;
}

/* Opens the folder that holds path[0..n), to be closed with leave(); false with errno. */
static bool enter(struct tong__files *f, const char *path, size_t n, bool make, struct where *w)
{
	if (!find(f, path, n, make, w))
		return false;
	w->dir = w->own[0] ? step(w->outer, w->own, make) : w->outer;
	return w->dir >= 0;
}

static void leave(const struct where *w)
{
	int e = errno;

	if (w->dir >= 0 && w->own[0])
		close(w->dir);
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
	struct where w;
	bool same = false;
	int fd;

	if (!enter(f, file, strlen(file), false, &w))
		return false;
	fd = openat(w.dir, base(file), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (fd >= 0) {
		same = holds(fd, bytes, room);
		close(fd);
	}
	leave(&w);
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

/* ---- putting ---- */

/* The second name of a file whose own folder was made just now. By the whole way from the root, so
 * that no folder need stay open; false: it is not there yet. */
static bool link_new(const struct where *w, const struct tong__files *twin, const char *file)
{
	size_t folder = above(file, strlen(file)), outer = above(file, folder);
	char own[TONG__MAX_FILE];
	int fd;

	memcpy(own, file, folder);
	own[folder] = '\0';
	if (mkdirat(twin->root, own, 0777) < 0) {
		fd = errno == ENOENT ? descend(twin, file, outer, true) : -1;
		if (fd >= 0)
			close(fd);
		if (fd < 0 || mkdirat(twin->root, own, 0777) < 0)
			return false;
	}
	return linkat(w->outer, w->file, twin->root, file, 0) == 0;
}

/* In a folder that this call made nothing can be in the way, and no link planted. */
static int put(struct tong__files *f, const struct tong__files *twin, const char *file,
               const struct tong__buf *bytes, bool *linked)
{
	struct where w;
	int e;

	if (!find(f, file, strlen(file), true, &w))
		return errno;
	if (w.own[0] && mkdirat(w.outer, w.own, 0777) == 0) {
		e = create(w.outer, w.file, bytes);
		*linked = !e && twin && link_new(&w, twin, file);
		return e;
	}
	w.dir = w.own[0] ? step(w.outer, w.own, true) : w.outer;
	if (w.dir < 0)
		return errno;
	e = create(w.dir, base(file), bytes);
	if (e == EEXIST)
		e = unlinkat(w.dir, base(file), 0) < 0 ? errno : create(w.dir, base(file), bytes);
	leave(&w);
	return e;
}

int tong__files_put(struct tong__files *f, struct tong__files *twin, const char *file,
                    const struct tong__buf *bytes, tong_error *err)
{
	bool linked = false;
	int e = put(f, twin, file, bytes, &linked);

	if (e == EMFILE) {   /* fewer may be open at a time than we would keep */
		forget(f);
		e = put(f, twin, file, bytes, &linked);
	}
	if (e)
		return tong__fail_errno(err, e, file, "cannot write");
	return twin && !linked ? tong__files_share(twin, f, file, err) : 0;
}

/* ---- going ---- */

int tong__files_drop(struct tong__files *f, const char *file, tong_error *err)
{
	size_t n = strlen(file);
	char part[256];
	struct where w;
	int e = 0;

	if (!enter(f, file, n, false, &w))
		return errno == ENOENT ? 0 : tong__fail_errno(err, errno, file, "cannot remove");
	if (unlinkat(w.dir, base(file), 0) < 0 && errno != ENOENT)
		e = errno;
	leave(&w);
	while (!e && (n = above(file, n))) {
		size_t at = above(file, n), len;

		at += at != 0;
		len = n - at;
		if (len >= sizeof part || !enter(f, file, n, false, &w))
			break;
		memcpy(part, file + at, len);
		part[len] = '\0';
		if (unlinkat(w.dir, part, AT_REMOVEDIR) < 0)
			n = 0;   /* it holds something else */
		leave(&w);
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
static int link_or_copy(int from, int to, const char *name)
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

/* As link_or_copy, for a folder that may have to be made first. */
static int share_into(struct tong__files *f, int from, const char *file)
{
	struct where w;
	int e;

	if (!find(f, file, strlen(file), true, &w))
		return errno;
	if (w.own[0] && mkdirat(w.outer, w.own, 0777) == 0 &&
	    linkat(from, base(file), w.outer, w.file, 0) == 0)
		return 0;
	w.dir = w.own[0] ? step(w.outer, w.own, true) : w.outer;
	e = w.dir < 0 ? errno : link_or_copy(from, w.dir, base(file));
	leave(&w);
	return e;
}

static int share(struct tong__files *f, struct tong__files *from, const char *file)
{
	struct where w;
	int e;

	if (!enter(from, file, strlen(file), false, &w))
		return errno;
	e = share_into(f, w.dir, file);
	if (e == ENOENT && faccessat(w.dir, base(file), F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		e = ESTALE;
	leave(&w);
	return e;
}

int tong__files_share(struct tong__files *f, struct tong__files *from, const char *file,
                      tong_error *err)
{
	int e = share(f, from, file);

	/* stale: another thread found nothing to share beside it, and took the empty folder away */
	for (int again = 0; again < AGAIN && (e == EMFILE || e == ESTALE); again++) {
		forget(f);
		forget(from);
		e = share(f, from, file);
	}
	if (e == ENOENT)
		return tong__files_drop(f, file, err);
	return e ? tong__fail_errno(err, e, file, "cannot share") : 0;
}
