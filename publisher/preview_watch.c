/* Watching a folder and all below it for files that were saved, moved or removed. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "core/text.h"
#include "publisher/preview.h"

#define SAVED     (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE)
#define EVENTS    (SAVED | IN_CREATE | IN_ONLYDIR)
#define MAX_DEPTH 8 /* local/510000/items.csv is 3 */

struct folder {
	int wd;
	char *path; /* relative, "" or ending in '/' */
};

struct tong__watch {
	int fd;
	char *dir;
	struct folder *folders;
	size_t n, cap;
};

static bool add_folder(struct tong__watch *w, const char *path)
{
	struct folder *f;
	char *full;

	if (w->n == w->cap) {
		size_t cap = w->cap ? w->cap * 2 : 64;

		f = realloc(w->folders, cap * sizeof *f);
		if (!f)
			return false;
		w->folders = f;
		w->cap = cap;
	}
	if (asprintf(&full, "%s/%s", w->dir, path) < 0)
		return false;
	f = &w->folders[w->n];
	f->wd = inotify_add_watch(w->fd, full, EVENTS);
	f->path = strdup(path);
	free(full);
	w->n += f->path != NULL;
	return f->wd >= 0 && f->path;
}

/* The folder and all below it; files already in it go to 'paths' (may be NULL). */
static bool add_tree(struct tong__watch *w, const char *path, json_t *paths, int depth)
{
	char *full, *child;
	struct dirent *e;
	bool ok = depth < MAX_DEPTH && add_folder(w, path);
	DIR *d = ok && asprintf(&full, "%s/%s", w->dir, path) >= 0 ? opendir(full) : NULL;

	if (!ok)
		return false;
	free(full);
	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.' ||
			asprintf(&child, "%s%s%s", path, e->d_name, e->d_type == DT_DIR ? "/" : "") < 0)
			continue;
		if (e->d_type == DT_DIR)
			ok = add_tree(w, child, paths, depth + 1) && ok;
		else if (paths)
			json_object_set_new(paths, child, json_true());
		free(child);
	}
	if (d)
		closedir(d);
	return ok;
}

int tong__watch_open(struct tong__watch **out, const char *dir, tong_error *err)
{
	struct tong__watch *w = calloc(1, sizeof *w);

	*out = w;
	if (!w)
		return tong__fail_nomem(err);
	w->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	w->dir = strdup(dir);
	if (w->fd >= 0 && w->dir && add_tree(w, "", NULL, 0))
		return 0;
	return tong__fail_errno(err, errno, dir, "cannot watch the folder");
}

void tong__watch_close(struct tong__watch *w)
{
	if (!w)
		return;
	for (size_t i = 0; i < w->n; i++)
		free(w->folders[i].path);
	free(w->folders);
	free(w->dir);
	if (w->fd >= 0)
		close(w->fd);
	free(w);
}

int tong__watch_fd(const struct tong__watch *w)
{
	return w->fd;
}

/* Files that editors write for themselves are no part of the catalogue. */
static bool is_ours(const char *name)
{
	return name[0] != '.' && name[0] != '#' && !tong__ends(name, "~") && !tong__ends(name, ".swp");
}

static bool take(struct tong__watch *w, const struct inotify_event *e, json_t *paths)
{
	const char *folder = NULL;
	char *path;
	bool ok = true;

	for (size_t i = 0; i < w->n && !folder; i++)
		if (w->folders[i].wd == e->wd)
			folder = w->folders[i].path;
	if (!folder || !e->len || !is_ours(e->name))
		return true;
	if (e->mask & IN_ISDIR) {
		if (!(e->mask & (IN_CREATE | IN_MOVED_TO)))
			return (e->mask & (IN_MOVED_FROM | IN_DELETE)) == 0; /* what was below is gone */
		if (asprintf(&path, "%s%s/", folder, e->name) < 0)
			return false;
		ok = add_tree(w, path, paths, 0);
		free(path);
		return ok;
	}
	if ((e->mask & IN_CREATE) || asprintf(&path, "%s%s", folder, e->name) < 0)
		return true; /* its closing follows */
	json_object_set_new(paths, path, json_true());
	free(path);
	return true;
}

bool tong__watch_read(struct tong__watch *w, json_t *paths)
{
	_Alignas(struct inotify_event) char bytes[16384];
	bool ok = true;
	ssize_t n;

	while ((n = read(w->fd, bytes, sizeof bytes)) > 0)
		for (char *p = bytes; p < bytes + n;) {
			const struct inotify_event *e = (const void *)p;

			if (e->mask & IN_Q_OVERFLOW)
				ok = false;
			else
				ok = take(w, e, paths) && ok;
			p += sizeof *e + e->len;
		}
	return ok;
}
