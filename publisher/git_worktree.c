/* What lies on disk or is staged, against a commit: Git's index knows which files need not be
 * read. */
#include "publisher/git.h"

#include <git2.h>
#include <git2/sys/repository.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "publisher/tree_kind.h"

/* Path below the folder, or NULL when it lies elsewhere. */
static const char *inside(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	if (!n)
		return path;
	return !strncmp(path, folder, n) && path[n] == '/' ? path + n + 1 : NULL;
}

static bool is_file(unsigned mode)
{
	return mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE;
}

static int add(struct tong__git_commit *out, const char *path, const git_diff_delta *d, bool staged,
               tong_error *err)
{
	struct tong__git_change *ch;

	if (out->n == out->cap) {
		size_t cap = out->cap ? out->cap * 2 : 16;

		ch = realloc(out->changes, cap * sizeof *ch);
		if (!ch)
			return tong__fail_nomem(err);
		out->changes = ch;
		out->cap = cap;
	}
	ch = &out->changes[out->n];
	memset(ch, 0, sizeof *ch);
	ch->has_old = d->status != GIT_DELTA_ADDED && d->status != GIT_DELTA_UNTRACKED;
	ch->has_new = d->status != GIT_DELTA_DELETED;
	if (ch->has_old)
		memcpy(&ch->old_id, &d->old_file.id, sizeof ch->old_id);
	if (ch->has_new && staged)
		memcpy(&ch->new_id, &d->new_file.id, sizeof ch->new_id);
	ch->path = strdup(path);
	if (!ch->path)
		return tong__fail_nomem(err);
	out->n++;
	return 0;
}

static int collect(git_diff *diff, const char *folder, bool staged, struct tong__git_commit *out,
                   tong_error *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < git_diff_num_deltas(diff); i++) {
		const git_diff_delta *d = git_diff_get_delta(diff, i);
		bool gone = d->status == GIT_DELTA_DELETED;
		const char *path = inside(gone ? d->old_file.path : d->new_file.path, folder);

		if (path && is_file(gone ? d->old_file.mode : d->new_file.mode) &&
		    d->status != GIT_DELTA_CONFLICTED)
			rc = add(out, path, d, staged, err);
		else if (path)
			out->odd = true;
	}
	return rc;
}

static int tree_of(struct tong__git *g, const struct tong__git_id *commit, git_tree **out)
{
	git_commit *c = NULL;
	int rc;

	*out = NULL;
	if (!commit)
		return 0;
	rc = git_commit_lookup(&c, g->repo, (const git_oid *)(const void *)commit);
	if (!rc)
		rc = git_commit_tree(out, c);
	git_commit_free(c);
	return rc;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct tong__git_change *)a)->path,
	              ((const struct tong__git_change *)b)->path);
}

int tong__git_diff_disk(struct tong__git *g, const char *folder, const struct tong__git_id *from,
                        bool staged, struct tong__git_commit *out, tong_error *err)
{
	git_diff_options o;
	char *spec = (char *)folder;
	git_tree *tree = NULL;
	git_diff *diff = NULL;
	int rc;

	memset(out, 0, sizeof *out);
	git_diff_options_init(&o, GIT_DIFF_OPTIONS_VERSION);
	o.flags = GIT_DIFF_INCLUDE_UNTRACKED | GIT_DIFF_RECURSE_UNTRACKED_DIRS |
	          GIT_DIFF_DISABLE_PATHSPEC_MATCH | GIT_DIFF_SKIP_BINARY_CHECK |
	          GIT_DIFF_IGNORE_FILEMODE | (staged ? 0 : GIT_DIFF_IGNORE_SUBMODULES);
	if (*folder)
		o.pathspec = (git_strarray){&spec, 1};
	rc = tree_of(g, from, &tree);
	if (!rc)
		rc = staged ? git_diff_tree_to_index(&diff, g->repo, tree, NULL, &o)
		            : git_diff_tree_to_workdir_with_index(&diff, g->repo, tree, &o);
	if (rc)
		rc = tong__git_fail(err, rc, TONG_E_IO, g->hex, "cannot compare with the working tree");
	else
		rc = collect(diff, folder, staged, out, err);
	if (out->n)
		qsort(out->changes, out->n, sizeof *out->changes, by_path);
	git_diff_free(diff);
	git_tree_free(tree);
	return rc;
}

static bool noted(const struct tong__tree *t, const char *path)
{
	return t->n_odd && !strcmp(t->odd[t->n_odd - 1].path, path);
}

static int add_staged(struct tong__git *g, const git_index_entry *e, const char *path,
                      struct tong__tree *out, tong_error *err)
{
	size_t size;
	git_object_t type;
	int rc = 0;

	/* The base and both sides stand in the index. Ours is read on, so that nothing else seems to be
	 * missing; a file that only the other side kept is noted all the same. */
	if (git_index_entry_stage(e) && !noted(out, path))
		rc = tong__tree_odd(out, path, "file-conflict",
		                    "changed on both sides and not merged yet", err);
	if (rc || git_index_entry_stage(e) & 1)
		return rc;
	if (!is_file(e->mode))
		return tong__tree_odd(out, path, "file-kind", tong__git_mode(e->mode), err);
	if (git_odb_read_header(&size, &type, g->odb, &e->id))
		return tong__git_fail(err, 0, TONG_E_IO, path,
		                      "cannot read the staged file; the repository may be damaged");
	return tong__tree_add(out, path, size, (const struct tong__git_id *)(const void *)&e->id, err);
}

int tong__git_list_staged(struct tong__git *g, const char *folder, struct tong__tree *out,
                          tong_error *err)
{
	git_index *index = NULL;
	int rc = git_repository_index(&index, g->repo);

	if (rc)
		return tong__git_fail(err, rc, TONG_E_IO, folder, "cannot read the index");
	for (size_t i = 0; !rc && i < git_index_entrycount(index); i++) {
		const git_index_entry *e = git_index_get_byindex(index, i);
		const char *path = inside(e->path, folder);

		if (path)
			rc = add_staged(g, e, path, out, err);
	}
	git_index_free(index);
	return rc ? rc : tong__tree_sort(out, err);
}

int tong__git_use_index(struct tong__git *g, const char *path, tong_error *err)
{
	git_index *index = NULL;
	int rc = git_index_open(&index, path);

	if (!rc)
		rc = git_repository_set_index(g->repo, index);
	git_index_free(index);
	return rc ? tong__git_fail(err, rc, TONG_E_IO, path, "cannot read the index") : 0;
}
