/* One file of a folder on disk: is it new, changed in size, or gone? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "publisher/model_reload.h"
#include "publisher/tree_kind.h"

/* Where the path stands or would stand in the sorted list. */
static size_t place_of(const struct tong__tree *t, const char *path)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(t->files[mid].path, path) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Adds at the end, where the ceilings are checked, and moves it to its place. */
static int insert(struct tong__tree *t, size_t at, const char *path, uint64_t size, tong_error *err)
{
	struct tong__tree_file f;
	int rc = tong__tree_add(t, path, size, NULL, err);

	if (rc)
		return rc;
	f = t->files[t->n - 1];
	memmove(&t->files[at + 1], &t->files[at], (t->n - 1 - at) * sizeof f);
	t->files[at] = f;
	return 0;
}

static void take_out(struct tong__tree *t, size_t at)
{
	free(t->files[at].path);
	t->n--;
	memmove(&t->files[at], &t->files[at + 1], (t->n - at) * sizeof *t->files);
}

int tong__tree_refresh(struct tong__tree *t, const char *path, bool *there, tong_error *err)
{
	size_t at = place_of(t, path);
	bool listed = at < t->n && !strcmp(t->files[at].path, path);
	struct stat st;
	char *full;
	int rc = 0;

	*there = false;
	if (!t->dir || asprintf(&full, "%s/%s", t->dir, path) < 0)
		return tong__fail_nomem(err);
	if (!lstat(full, &st))
		*there = S_ISREG(st.st_mode); /* S1: links are no files */
	else if (errno != ENOENT && errno != ENOTDIR)
		rc = tong__fail_errno(err, errno, path, "cannot read the file");
	if (!rc && *there && listed)
		t->files[at].size = (uint64_t)st.st_size;
	else if (!rc && *there)
		rc = insert(t, at, path, (uint64_t)st.st_size, err);
	else if (!rc && listed)
		take_out(t, at);
	free(full);
	return rc;
}
