/* The folder beside a site: found, locked, and brought in order after a run that was cut short. */
#include "publisher/site_home.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/json.h"

#define OPEN_FOLDERS 16        /* at a time, while a tree is removed */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

int tong__gen_remove(const char *path, tong_error *err)
{
	if (nftw(path, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) == 0 ||
	    errno == ENOENT)
		return 0;
	return tong__fail_errno(err, errno, path, "cannot remove");
}

static bool is_folder(const char *path, struct stat *st)
{
	return lstat(path, st) == 0 && S_ISDIR(st->st_mode);
}

/* ---- names ---- */

const char *tong__gen_folder(const struct tong__gen *g)
{
	return g->out;
}

char *tong__gen_path(const struct tong__gen *g, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", g->home, name) < 0 ? NULL : path;
}

const json_t *tong__gen_past(const struct tong__gen *g)
{
	return tong__json_obj(g->doc, "note");
}

json_int_t tong__gen_number(const struct tong__gen *g)
{
	return tong__json_int(g->doc, "n", 0) + 1;
}

/* realpath of a folder that may not be there yet: of the folder around it, then. NULL with
 * errno. */
static char *real_path(char *folder)
{
	char *real = realpath(folder, NULL), *slash, *around, *joined = NULL;

	if (real || errno != ENOENT)
		return real;
	slash = strrchr(folder, '/');
	if (slash)
		*slash = '\0';
	around = realpath(!slash ? "." : *folder ? folder : "/", NULL);
	if (around) {
		const char *name = slash ? slash + 1 : folder;
		size_t n = strlen(around) + strlen(name) + 2;

		joined = malloc(n);
		if (joined)
			snprintf(joined, n, "%s/%s", around, name);
	}
	free(around);
	return joined;
}

/* The folder's own path, without links: ours must stand beside where it really is. */
static int find_folder(struct tong__gen *g, const char *folder, tong_error *err)
{
	size_t n = strlen(folder);
	char *copy;
	int rc;

	while (n > 1 && folder[n - 1] == '/')
		n--;
	copy = strndup(folder, n);
	rc = copy ? tong__mkdirs_for(copy, err) : tong__fail_nomem(err);
	if (!rc && !(g->out = real_path(copy)))
		rc = tong__fail_errno(err, errno, folder, "cannot look at");
	free(copy);
	return rc;
}

static int set_names(struct tong__gen *g, const char *folder, tong_error *err)
{
	int rc = find_folder(g, folder, err);
	const char *slash = rc ? NULL : strrchr(g->out, '/');

	if (rc)
		return rc;
	if (!slash || !slash[1])
		return tong__fail(err, TONG_E_USAGE, folder, "a site wants a folder of its own");
	if (asprintf(&g->home, "%.*s/.%s.tong", (int)(slash - g->out), g->out, slash + 1) < 0)
		g->home = NULL;
	if (!g->home)
		return tong__fail_nomem(err);
	g->work = tong__gen_path(g, "work");
	g->next = tong__gen_path(g, "next");
	g->old = tong__gen_path(g, "old");
	g->spare = tong__gen_path(g, "spare");
	g->twin = tong__gen_path(g, "twin");
	g->file = tong__gen_path(g, "generation");
	g->coming = tong__gen_path(g, "generation.next");
	return g->work && g->next && g->old && g->spare && g->twin && g->file && g->coming
	           ? 0 : tong__fail_nomem(err);
}

/* ---- in order ---- */

/* A note that is no note is as good as none. */
static json_t *read_note(const char *path)
{
	struct tong__buf text;
	json_t *doc = NULL;

	tong__buf_init(&text, TONG__MAX_NOTE);
	if (!tong__file_read(path, &text, NULL))
		doc = json_loadb(text.data ? text.data : "", text.len, 0, NULL);
	tong__buf_free(&text);
	if (tong__json_int(doc, "format", 0) == TONG__GEN_FORMAT)
		return doc;
	json_decref(doc);
	return NULL;
}

/* Is this the folder that the note calls so? A copy or a restored backup is another one. */
static bool is(const json_t *doc, const char *what, const char *path)
{
	struct stat st;

	return doc && is_folder(path, &st) && st.st_ino &&
	       (json_int_t)st.st_ino == tong__json_int(doc, what, 0) &&
	       (json_int_t)st.st_dev == tong__json_int(doc, "dev", 0);
}

/* A run that ended between showing and noting it is brought to its end. */
static int finish(struct tong__gen *g, tong_error *err)
{
	json_t *coming = read_note(g->coming);
	struct stat st;
	int rc = 0;

	if (is_folder(g->old, &st)) {   /* it was on its way out, without an exchange */
		bool shown = is_folder(g->out, &st);

		rc = shown ? tong__gen_remove(g->next, err) : 0;
		if (!rc)
			rc = tong__file_rename(g->old, shown ? g->next : g->out, err);
	}
	if (!rc && is(coming, "live", g->out))
		rc = tong__file_rename(g->coming, g->file, err);
	else if (!rc)
		rc = tong__file_remove(g->coming, err);
	json_decref(coming);
	return rc;
}

static int put_in_order(struct tong__gen *g, tong_error *err)
{
	int rc = finish(g, err);

	g->doc = rc ? NULL : read_note(g->file);
	if (!rc && !is(g->doc, "live", g->out)) {
		json_decref(g->doc);
		g->doc = NULL;
	}
	if (!rc && is(g->doc, "spare", g->next)) {
		rc = tong__gen_remove(g->spare, err);
		if (!rc)
			rc = tong__file_rename(g->next, g->spare, err);
	}
	if (!rc)
		rc = tong__gen_remove(g->next, err);
	if (!rc)
		rc = tong__gen_remove(g->work, err);
	g->has_spare = !rc && is(g->doc, "spare", g->spare);
	return rc || g->has_spare ? rc : tong__gen_remove(g->spare, err);
}

/* ---- whose folder it is ---- */

static bool ours(const struct tong__gen *g, const char *name)
{
	const json_t *top;
	size_t i;

	json_array_foreach(tong__json_arr(g->doc, "tops"), i, top)
		if (!strcmp(json_string_value(top) ? json_string_value(top) : "", name))
			return true;
	return false;
}

/* The whole folder changes places, so that a stranger's file would come and go with it. */
static int check_owner(const struct tong__gen *g, tong_error *err)
{
	struct dirent *e;
	struct stat st;
	int rc = 0;
	DIR *d;

	if (lstat(g->out, &st) < 0 && errno == ENOENT)
		return 0;
	d = opendir(g->out);
	if (!d)
		return tong__fail_errno(err, errno, g->out, "cannot open folder");
	while (!rc && (e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") || ours(g, e->d_name))
			continue;
		rc = tong__fail(err, TONG_E_USAGE, g->out,
		                "holds '%.100s', which this program did not write; a site has its folder "
		                "alone: move that away, or publish into a new folder",
		                e->d_name);
	}
	closedir(d);
	return rc;
}

/* ---- open and close ---- */

static int lock(struct tong__gen *g, tong_error *err)
{
	char *path = tong__gen_path(g, "lock");
	int rc = 0;

	if (!path)
		return tong__fail_nomem(err);
	g->lock = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (g->lock < 0)
		rc = tong__fail_errno(err, errno, path, "cannot open");
	else if (flock(g->lock, LOCK_EX | LOCK_NB) == 0)
		rc = 0;
	else if (errno == EWOULDBLOCK)
		rc = tong__fail(err, TONG_E_BUSY, g->out,
		                "another tong-publish is writing this site; run it again when it is done");
	else
		rc = tong__fail_errno(err, errno, path, "cannot lock");
	if (rc && g->lock >= 0) {   /* what lies there is somebody else's work */
		close(g->lock);
		g->lock = -1;
	}
	free(path);
	return rc;
}

int tong__gen_open(struct tong__gen **out, const char *folder, tong_error *err)
{
	struct tong__gen *g = calloc(1, sizeof *g);
	bool known;
	struct stat st;
	int rc;

	*out = g;
	if (!g)
		return tong__fail_nomem(err);
	g->lock = -1;
	rc = set_names(g, folder, err);
	known = !rc && lstat(g->home, &st) == 0;
	if (!rc && known && !S_ISDIR(st.st_mode))
		rc = tong__fail_errno(err, ENOTDIR, g->home, "cannot use");
	if (!rc && !known)
		rc = check_owner(g, err);   /* before anything is made beside it */
	if (!rc)
		rc = tong__mkdirs(g->home, err);
	if (!rc)
		rc = lock(g, err);
	if (!rc)
		rc = put_in_order(g, err);
	if (!rc && known)
		rc = check_owner(g, err);
	return rc;
}

/* Nothing of a generation that did not come to be shown stays: the next run must find room. */
void tong__gen_close(struct tong__gen *g)
{
	if (!g)
		return;
	if (g->lock >= 0 && g->coming) {
		tong__gen_remove(g->work, NULL);
		tong__gen_remove(g->twin, NULL);
		close(g->lock);
	}
	json_decref(g->doc);
	free(g->out);
	free(g->home);
	free(g->work);
	free(g->next);
	free(g->old);
	free(g->spare);
	free(g->twin);
	free(g->file);
	free(g->coming);
	free(g);
}

void tong__gen_tidy(struct tong__gen *g, const json_t *names)
{
	static const char *const own[] = {".", "..", "lock", "generation", "generation.next", "work",
	                                  "next", "old", "spare"};
	DIR *d = opendir(g->home);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		bool stays = json_object_get(names, e->d_name) != NULL;
		char *path = NULL;

		for (size_t i = 0; i < sizeof own / sizeof *own; i++)
			stays |= !strcmp(own[i], e->d_name);
		if (!stays && (path = tong__gen_path(g, e->d_name)))
			tong__gen_remove(path, NULL);
		free(path);
	}
	if (d)
		closedir(d);
}
