/* Trees of files: the same four questions asked of a commit and of a folder on disk. */
#include "publisher/tree_kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/limits.h"
#include "core/message.h"
#include "core/text.h"

#define MAX_FILES 2000000u   /* fifty provinces of items; bounds the list itself */

struct tong__tree *tong__tree_new(void)
{
	return calloc(1, sizeof(struct tong__tree));
}

void tong__tree_free(struct tong__tree *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->n; i++)
		free(t->files[i].path);
	for (size_t i = 0; i < t->n_odd; i++)
		free(t->odd[i].path);
	free(t->files);
	free(t->odd);
	free(t->dir);
	free(t->folder);
	tong__git_close(t->git);
	free(t);
}

int tong__tree_add(struct tong__tree *t, const char *path, uint64_t size,
                   const struct tong__git_id *id, tong_error *err)
{
	struct tong__tree_file *f;

	if (!tong__path_safe(path) || !tong__utf8_valid(path, strlen(path), NULL))
		return tong__tree_odd(t, path, "file-name",
		                      "a name with a character that is not allowed", err);
	if (t->n == MAX_FILES)
		return tong__fail(err, TONG_E_LIMIT, t->label, "rule S1: more than %u files", MAX_FILES);
	if (t->n == t->cap) {
		size_t cap = t->cap ? t->cap * 2 : 256;

		f = realloc(t->files, cap * sizeof *f);
		if (!f)
			return tong__fail_nomem(err);
		t->files = f;
		t->cap = cap;
	}
	f = &t->files[t->n];
	memset(f, 0, sizeof *f);
	f->path = strdup(path);
	if (!f->path)
		return tong__fail_nomem(err);
	f->size = size;
	if (id)
		f->id = *id;
	t->n++;
	return 0;
}

/* A path as text: bytes that are none are written as \\xNN. */
static char *shown(const char *path)
{
	bool text = tong__utf8_valid(path, strlen(path), NULL);
	struct tong__buf b;

	tong__buf_init(&b, SIZE_MAX);
	for (const unsigned char *c = (const unsigned char *)path; *c; c++)
		if (*c < 0x20 || *c == 0x7f || (*c >= 0x80 && !text))
			tong__buf_addf(&b, "\\x%02X", *c);
		else
			tong__buf_addc(&b, (char)*c);
	return tong__buf_take(&b, NULL);
}

int tong__tree_odd(struct tong__tree *t, const char *path, const char *rule, const char *what,
                   tong_error *err)
{
	struct tong__tree_odd *o;

	if (t->n_odd == TONG_MAX_FINDINGS)
		return 0;   /* the others add nothing to the first ten thousand */
	if (t->n_odd == t->odd_cap) {
		size_t cap = t->odd_cap ? t->odd_cap * 2 : 16;

		o = realloc(t->odd, cap * sizeof *o);
		if (!o)
			return tong__fail_nomem(err);
		t->odd = o;
		t->odd_cap = cap;
	}
	o = &t->odd[t->n_odd];
	o->path = shown(path);
	o->rule = rule;
	o->what = what;
	if (!o->path)
		return tong__fail_nomem(err);
	t->n_odd++;
	return 0;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct tong__tree_file *)a)->path,
	              ((const struct tong__tree_file *)b)->path);
}

int tong__tree_sort(struct tong__tree *t, tong_error *err)
{
	if (t->n)
		qsort(t->files, t->n, sizeof *t->files, by_path);
	for (size_t i = 1; i < t->n; i++)
		if (!by_path(&t->files[i - 1], &t->files[i]))
			return tong__fail(err, TONG_E_FORMAT, t->files[i].path,
			                  "rule S1: one path stands twice in the tree; the repository is "
			                  "damaged");
	return 0;
}

/* "", "a", "a/b/" -> copy without a slash at the end; NULL when it is no path inside a
 * repository. */
static char *folder_of(const char *folder)
{
	size_t n = strlen(folder);
	char *s;

	while (n && folder[n - 1] == '/')
		n--;
	if (!strncmp(folder, "./", 2) || (n == 1 && *folder == '.')) {
		size_t skip = n == 1 ? 1 : 2;

		folder += skip;
		n -= skip;
	}
	s = strndup(folder, n);
	if (s && *s && !tong__path_safe(s)) {
		free(s);
		return NULL;
	}
	return s;
}

static int start(struct tong__tree **out, const char *where, const char *folder, tong_error *err)
{
	struct tong__tree *t = tong__tree_new();

	*out = NULL;
	if (!t)
		return tong__fail_nomem(err);
	t->folder = folder_of(folder);
	if (!t->folder) {
		tong__tree_free(t);
		return tong__fail(err, TONG_E_USAGE, folder,
		                  "the folder is written as a path inside the repository, for example "
		                  "catalog-data");
	}
	snprintf(t->label, sizeof t->label, "%s%s", where, t->folder);
	*out = t;
	return 0;
}

int tong__tree_git(struct tong__tree **out, const char *repo, const char *rev,
                   const char *folder, tong_error *err)
{
	struct tong__tree *t;
	char where[256];
	int rc;

	snprintf(where, sizeof where, "%s:", rev);
	rc = start(out, where, folder, err);
	if (rc)
		return rc;
	t = *out;
	rc = tong__git_open(&t->git, repo, rev, err);
	if (!rc)
		rc = tong__git_list(t->git, t->folder, t, err);
	if (!rc)
		rc = tong__tree_sort(t, err);
	if (rc) {
		tong__tree_free(t);
		*out = NULL;
	}
	return rc;
}

/* Where 'dir' lies below 'work' (both real paths): "" for the same folder, NULL when it does
 * not. */
static const char *below(const char *dir, const char *work)
{
	size_t n = strlen(work);

	if (strncmp(dir, work, n) || (dir[n] && dir[n] != '/'))
		return NULL;
	return dir[n] ? dir + n + 1 : "";
}

/* The folder's path inside the repository around it, for history. A repository that has no
 * working tree around the folder says nothing about it. */
static int place_in_git(struct tong__tree *t, tong_error *err)
{
	char *real = realpath(t->dir, NULL);
	char *work = t->git->workdir ? realpath(t->git->workdir, NULL) : NULL;
	const char *inside = real && work ? below(real, work) : NULL;
	int rc = 0;

	if (inside) {
		free(t->folder);
		t->folder = strdup(inside);
		rc = t->folder ? 0 : tong__fail_nomem(err);
	} else {
		tong__git_close(t->git);
		t->git = NULL;
	}
	free(real);
	free(work);
	return rc;
}

int tong__tree_dir(struct tong__tree **out, const char *repo, const char *folder, tong_error *err)
{
	struct tong__tree *t;
	char where[256];
	int rc;

	snprintf(where, sizeof where, "%s/", repo);
	rc = start(out, where, folder, err);
	if (rc)
		return rc;
	t = *out;
	if (asprintf(&t->dir, *t->folder ? "%s/%s" : "%s", repo, t->folder) < 0) {
		t->dir = NULL;
		rc = tong__fail_nomem(err);
	}
	if (!rc)
		rc = tong__dir_list(t, err);
	if (!rc)
		rc = tong__git_around(&t->git, t->dir, err);
	if (!rc && t->git)
		rc = place_in_git(t, err);
	if (rc) {
		tong__tree_free(t);
		*out = NULL;
	}
	return rc;
}

int tong__tree_folder(struct tong__tree **out, const char *dir, tong_error *err)
{
	struct tong__tree *t;
	int rc = start(out, dir, "", err);

	if (rc)
		return rc;
	t = *out;
	t->dir = strdup(dir);
	rc = t->dir ? tong__dir_list(t, err) : tong__fail_nomem(err);
	if (!rc && t->n_odd)
		rc = tong__fail(err, TONG_E_FORMAT, t->odd[0].path, "%s; put a plain file there",
		                tong__text(t->odd[0].what));
	if (rc) {
		tong__tree_free(t);
		*out = NULL;
	}
	return rc;
}

int tong__tree_each(struct tong__tree *t, int (*fn)(void *user, const char *path, uint64_t size),
                    void *user, tong_error *err)
{
	(void)err;
	for (size_t i = 0; i < t->n; i++) {
		int rc = fn(user, t->files[i].path, t->files[i].size);

		if (rc)
			return rc;
	}
	return 0;
}

const struct tong__tree_file *tong__tree_file(const struct tong__tree *t, const char *path)
{
	struct tong__tree_file key = {.path = (char *)path};

	return t->n ? bsearch(&key, t->files, t->n, sizeof key, by_path) : NULL;
}

static int read_from_disk(const struct tong__tree *t, const char *path, struct tong__buf *out,
                          tong_error *err)
{
	char *full;
	int rc;

	if (asprintf(&full, "%s/%s", t->dir, path) < 0)
		return tong__fail_nomem(err);
	rc = tong__file_read(full, out, err);
	free(full);
	return rc;
}

int tong__tree_read(struct tong__tree *t, const char *path, struct tong__buf *out, tong_error *err)
{
	const struct tong__tree_file *f = tong__tree_file(t, path);

	if (!f)
		return tong__fail(err, TONG_E_ABSENT, path, "%s has no such file", t->label);
	if (f->size > out->max - out->len)
		return tong__fail(err, TONG_E_LIMIT, path, "the file has %llu bytes, the ceiling is %zu",
		                  (unsigned long long)f->size, out->max - out->len);
	if (t->dir)
		return read_from_disk(t, path, out, err);
	return tong__git_blob(t->git, &f->id, out, err);
}

const char *tong__tree_commit(const struct tong__tree *t)
{
	return t->git ? t->git->hex : "";
}

int64_t tong__tree_time(const struct tong__tree *t)
{
	return t->git ? t->git->time : 0;
}

const char *tong__tree_label(const struct tong__tree *t)
{
	return t->label;
}

/* Does this file on disk hold the bytes of that blob? */
static bool same_file(struct tong__tree *t, const struct tong__tree_file *disk,
                      const struct tong__tree_file *blob)
{
	struct tong__git_id id;
	struct tong__buf b;
	bool same;

	if (strcmp(disk->path, blob->path) || disk->size != blob->size)
		return false;
	tong__buf_init(&b, TONG_MAX_SOURCE_FILE);
	same = !read_from_disk(t, disk->path, &b, NULL) && tong__git_blob_id(b.data, b.len, &id) &&
	       tong__git_id_equal(&id, &blob->id);
	tong__buf_free(&b);
	return same;
}

bool tong__tree_uncommitted(struct tong__tree *t)
{
	struct tong__tree *c;
	bool same;

	if (!t->dir || !t->git)
		return false;
	c = tong__tree_new();
	same = c && *t->git->hex && !tong__git_list(t->git, t->folder, c, NULL) &&
	       !tong__tree_sort(c, NULL) && c->n == t->n && c->n_odd == t->n_odd;
	for (size_t i = 0; same && i < t->n; i++)
		same = same_file(t, &t->files[i], &c->files[i]);
	tong__tree_free(c);
	return !same;
}
