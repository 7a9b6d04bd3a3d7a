/* Listing a folder on disk: regular files; everything else is odd (S1). */
#include "publisher/tree_kind.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DEPTH 16      /* the format needs 3 */
#define MAX_PATH_LEN 1024

struct walk {
	struct tong__tree *tree;
	char path[MAX_PATH_LEN];   /* of the folder at hand, with a slash at the end */
	size_t len;
	int depth;
	tong_error *err;
};

static int list_open(struct walk *, int fd);

static int enter(struct walk *w, int at, const char *name)
{
	int fd, rc;

	if (w->depth == MAX_DEPTH)
		return tong__tree_odd(w->tree, w->path, "file-name", "文件夹超过 16 层", w->err);
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return tong__fail_errno(w->err, errno, w->path, "打不开文件夹");
	w->path[w->len++] = '/';
	w->path[w->len] = '\0';
	w->depth++;
	rc = list_open(w, fd);
	w->depth--;
	return rc;
}

static int visit(struct walk *w, int at, const char *name)
{
	size_t before = w->len, n = strlen(name);
	struct stat st;
	int rc;

	if (!strcmp(name, ".") || !strcmp(name, "..") || !strcmp(name, ".git"))
		return 0;
	if (before + n + 2 > sizeof w->path)
		return tong__tree_odd(w->tree, w->path, "file-name", "路径超过 1024 字节", w->err);
	memcpy(w->path + before, name, n + 1);
	w->len += n;
	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW))
		rc = tong__fail_errno(w->err, errno, w->path, "读不到文件信息");
	else if (S_ISDIR(st.st_mode))
		rc = enter(w, at, name);
	else if (S_ISREG(st.st_mode))
		rc = tong__tree_add(w->tree, w->path, (uint64_t)st.st_size, NULL, w->err);
	else
		rc = tong__tree_odd(w->tree, w->path, "file-kind",
		                    S_ISLNK(st.st_mode) ? "符号链接" : "特殊文件", w->err);
	w->len = before;
	w->path[before] = '\0';
	return rc;
}

/* Takes over the descriptor. */
static int list_open(struct walk *w, int fd)
{
	DIR *d = fdopendir(fd);
	struct dirent *e;
	int rc = 0;

	if (!d) {
		rc = tong__fail_errno(w->err, errno, w->path, "打不开文件夹");
		close(fd);
		return rc;
	}
	while (!rc && (errno = 0, e = readdir(d)))
		rc = visit(w, fd, e->d_name);
	if (!rc && errno)
		rc = tong__fail_errno(w->err, errno, w->path, "读不完文件夹");
	closedir(d);
	return rc;
}

int tong__dir_list(struct tong__tree *t, tong_error *err)
{
	struct walk w = {.tree = t, .err = err};
	int fd = open(t->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return tong__fail(err, TONG_E_REFERENCE, t->dir,
		                  "没有这个文件夹；请核对 --repo 和 --path 所写的位置");
	if (fd < 0)
		return tong__fail_errno(err, errno, t->dir, "打不开文件夹");
	rc = list_open(&w, fd);
	return rc ? rc : tong__tree_sort(t, err);
}
