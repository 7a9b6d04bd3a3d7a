/* Listing a folder on disk: regular files; everything else is odd (S1). */
#include "publisher/tree_kind.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/message.h"

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
		return tong__tree_odd(w->tree, w->path, "file-name", "folders deeper than 16", w->err);
	fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return tong__fail_errno(w->err, errno, w->path, "cannot open the folder");
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
		return tong__tree_odd(w->tree, w->path, "file-name",
		                      "a path of more than 1024 bytes", w->err);
	memcpy(w->path + before, name, n + 1);
	w->len += n;
	if (fstatat(at, name, &st, AT_SYMLINK_NOFOLLOW))
		rc = tong__fail_errno(w->err, errno, w->path, "cannot look at the file");
	else if (S_ISDIR(st.st_mode))
		rc = enter(w, at, name);
	else if (S_ISREG(st.st_mode))
		rc = tong__tree_add(w->tree, w->path, (uint64_t)st.st_size, NULL, w->err);
	else
		rc = tong__tree_odd(w->tree, w->path, "file-kind",
		                    S_ISLNK(st.st_mode) ? N_("a symbolic link") : N_("a special file"),
		                    w->err);
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
		rc = tong__fail_errno(w->err, errno, w->path, "cannot open the folder");
		close(fd);
		return rc;
	}
	while (!rc && (errno = 0, e = readdir(d)))
		rc = visit(w, fd, e->d_name);
	if (!rc && errno)
		rc = tong__fail_errno(w->err, errno, w->path, "cannot read the folder to its end");
	closedir(d);
	return rc;
}

int tong__dir_list(struct tong__tree *t, tong_error *err)
{
	struct walk w = {.tree = t, .err = err};
	int fd = open(t->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), rc;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return tong__fail(err, TONG_E_REFERENCE, t->dir,
		                  "there is no such folder; look at --repo and --path");
	if (fd < 0)
		return tong__fail_errno(err, errno, t->dir, "cannot open the folder");
	rc = list_open(&w, fd);
	return rc ? rc : tong__tree_sort(t, err);
}
