/* When each file was last changed: the first time that a walk from the newest commit meets it. */
#include <stdlib.h>
#include <string.h>

#include "publisher/history_cache.h"

struct seen {
	char *path;
	unsigned commit;       /* place in commits */
};

struct tong__last_changes {
	struct tong__last_change *commits;
	size_t n_commits, cap_commits;
	struct seen *files;    /* while reading an open hash table, then sorted and without gaps */
	size_t n, cap;
};

static size_t slot_of(const struct tong__last_changes *l, const char *path)
{
	uint64_t h = 1469598103934665603u;
	size_t i;

	for (const char *p = path; *p; p++)
		h = (h ^ (unsigned char)*p) * 1099511628211u;
	for (i = (size_t)h & (l->cap - 1); l->files[i].path && strcmp(l->files[i].path, path);)
		i = (i + 1) & (l->cap - 1);
	return i;
}

static bool grow(struct tong__last_changes *l)
{
	struct tong__last_changes more = *l;

	if (l->n * 2 < l->cap)
		return true;
	more.cap = l->cap ? l->cap * 2 : 1024;
	more.files = calloc(more.cap, sizeof *more.files);
	if (!more.files)
		return false;
	for (size_t i = 0; i < l->cap; i++)
		if (l->files[i].path)
			more.files[slot_of(&more, l->files[i].path)] = l->files[i];
	free(l->files);
	*l = more;
	return true;
}

static bool add_file(struct tong__last_changes *l, const char *path)
{
	size_t i;

	if (!grow(l))
		return false;
	i = slot_of(l, path);
	if (l->files[i].path)
		return true;
	l->files[i] = (struct seen){strdup(path), (unsigned)l->n_commits - 1};
	l->n += l->files[i].path != NULL;
	return l->files[i].path;
}

static int on_commit(void *user, const struct tong__git_commit *c, tong_error *err)
{
	struct tong__last_changes *l = user;

	if (l->n_commits == l->cap_commits) {
		size_t cap = l->cap_commits ? l->cap_commits * 2 : 256;
		struct tong__last_change *more = realloc(l->commits, cap * sizeof *more);

		if (!more)
			return tong__fail_nomem(err);
		l->commits = more;
		l->cap_commits = cap;
	}
	memcpy(l->commits[l->n_commits].date, c->date, sizeof c->date);
	memcpy(l->commits[l->n_commits++].hex, c->hex, sizeof c->hex);
	for (size_t i = 0; i < c->n; i++)
		if (!add_file(l, c->changes[i].path))
			return tong__fail_nomem(err);
	return 0;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct seen *)a)->path, ((const struct seen *)b)->path);
}

static void settle(struct tong__last_changes *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->cap; i++)
		if (l->files[i].path)
			l->files[n++] = l->files[i];
	if (n)
		qsort(l->files, n, sizeof *l->files, by_path);
}

int tong__last_changes_read(struct tong__last_changes **out, struct tong__git *g,
                            const char *folder, const char *dir, tong_error *err)
{
	struct tong__last_changes *l = calloc(1, sizeof *l);
	int rc;

	*out = NULL;
	if (!l)
		return tong__fail_nomem(err);
	rc = *g->hex ? tong__history_walk(g, folder, "", dir, on_commit, l, NULL, err) : 0;
	settle(l);
	if (rc)
		tong__last_changes_free(l);
	else
		*out = l;
	return rc;
}

void tong__last_changes_free(struct tong__last_changes *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n; i++)
		free(l->files[i].path);
	free(l->files);
	free(l->commits);
	free(l);
}

bool tong__last_change(const struct tong__last_changes *l, const char *path,
                       struct tong__last_change *out)
{
	struct seen key = {(char *)path, 0};
	const struct seen *f = l->n ? bsearch(&key, l->files, l->n, sizeof key, by_path) : NULL;

	if (f)
		*out = l->commits[f->commit];
	return f;
}
