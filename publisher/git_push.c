/* Looking at a push: objects that are not accepted yet, commits that are new, and who wrote
 * them. */
#include "publisher/git.h"

#include <git2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"
#include "core/message.h"

static const git_oid *oid(const struct tong__git_id *id)
{
	return (const git_oid *)(const void *)id;
}

bool tong__git_id_read(const char *hex, struct tong__git_id *out)
{
	return strlen(hex) == 40 && tong__unhex(hex, out->b, sizeof out->b) == sizeof out->b;
}

bool tong__git_id_zero(const struct tong__git_id *id)
{
	static const struct tong__git_id zero;

	return tong__git_id_equal(id, &zero);
}

void tong__git_id_hex(const struct tong__git_id *id, char out[41])
{
	tong__hex(id->b, sizeof id->b, out);
}

static int add_objects(struct tong__git *g, const char *const *objects, tong_error *err)
{
	int rc = 0;

	for (; objects && *objects && !rc; objects++)
		rc = git_odb_add_disk_alternate(g->odb, *objects);
	return rc ? tong__git_fail(err, rc, TONG_E_IO, objects[-1],
	                           "cannot open the objects that were pushed") : 0;
}

int tong__git_open_store(struct tong__git **out, const char *repo, const char *const *objects,
                         tong_error *err)
{
	struct tong__git *g;
	int rc = tong__git_open_repo(&g, repo, err, &(int){0});

	*out = NULL;
	if (!rc)
		rc = add_objects(g, objects, err);
	if (rc)
		tong__git_close(g);
	else
		*out = g;
	return rc;
}

int tong__git_pick(struct tong__git *g, const char *rev, tong_error *err)
{
	git_object *any = NULL, *commit = NULL;
	int rc = git_revparse_single(&any, g->repo, rev);

	if (!rc)
		rc = git_object_peel(&commit, any, GIT_OBJECT_COMMIT);
	if (rc) {
		rc = tong__git_fail(err, rc, TONG_E_REFERENCE, rev, "there is no such commit");
	} else {
		memcpy(&g->commit, git_object_id(commit), sizeof g->commit);
		git_oid_tostr(g->hex, sizeof g->hex, git_object_id(commit));
		g->time = git_commit_time((git_commit *)commit);
	}
	git_object_free(any);
	git_object_free(commit);
	return rc;
}

bool tong__git_head(struct tong__git *g, struct tong__git_id *out, char name[256])
{
	git_reference *link = NULL;
	git_oid id;
	const char *target = NULL;

	if (!git_reference_lookup(&link, g->repo, "HEAD"))
		target = git_reference_symbolic_target(link);
	if (name)
		snprintf(name, 256, "%s", target ? target : "");
	git_reference_free(link);
	if (git_reference_name_to_id(&id, g->repo, "HEAD"))
		return false;
	memcpy(out, &id, sizeof *out);
	return true;
}

bool tong__git_base(struct tong__git *g, const struct tong__git_id *a, const struct tong__git_id *b,
                    struct tong__git_id *out)
{
	git_oid base;

	if (git_merge_base(&base, g->repo, oid(a), oid(b)))
		return false;
	memcpy(out, &base, sizeof *out);
	return true;
}

/* Keeps what 'c' has in common with 'other', both sorted by path: a merge changed a file only
 * if it differs from every parent. */
static void keep_common(struct tong__git_commit *c, struct tong__git_commit *other)
{
	size_t n = 0, j = 0;

	for (size_t i = 0; i < c->n; i++) {
		while (j < other->n && strcmp(other->changes[j].path, c->changes[i].path) < 0)
			j++;
		if (j < other->n && !strcmp(other->changes[j].path, c->changes[i].path))
			c->changes[n++] = c->changes[i];
		else
			free(c->changes[i].path);
	}
	c->n = n;
}

static int changed_by(struct tong__git *g, const char *folder, git_commit *c,
                      struct tong__git_commit *out, tong_error *err)
{
	struct tong__git_commit other = {.n = 0};
	struct tong__git_id id, parent;
	unsigned n = git_commit_parentcount(c);
	int rc;

	memcpy(&id, git_commit_id(c), sizeof id);
	if (n)
		memcpy(&parent, git_commit_parent_id(c, 0), sizeof parent);
	rc = tong__git_diff(g, folder, n ? &parent : NULL, &id, out, err);
	for (unsigned i = 1; !rc && i < n; i++) {
		memcpy(&parent, git_commit_parent_id(c, i), sizeof parent);
		rc = tong__git_diff(g, folder, &parent, &id, &other, err);
		if (!rc)
			keep_common(out, &other);
		tong__git_changes_free(&other);
	}
	out->id = id;
	tong__git_id_hex(&id, out->hex);
	return rc;
}

static int start_walk(struct tong__git *g, const struct tong__git_id *from,
                      const struct tong__git_id *to, git_revwalk **out, tong_error *err)
{
	int rc = git_revwalk_new(out, g->repo);

	if (!rc)
		rc = git_revwalk_sorting(*out, GIT_SORT_TOPOLOGICAL | GIT_SORT_REVERSE);
	if (!rc)
		rc = git_revwalk_push(*out, oid(to));
	if (!rc && from)
		rc = git_revwalk_hide(*out, oid(from));
	return rc ? tong__git_fail(err, rc, TONG_E_IO, "",
	                           "cannot read the commits that were pushed") : 0;
}

int tong__git_each_new(struct tong__git *g, const char *folder, const struct tong__git_id *from,
                       const struct tong__git_id *to,
                       int (*fn)(void *, const struct tong__git_commit *, const char *,
                                 tong_error *),
                       void *user, tong_error *err)
{
	git_revwalk *walk = NULL;
	git_oid id;
	int rc = start_walk(g, from, to, &walk, err);

	while (!rc && !git_revwalk_next(&id, walk)) {
		struct tong__git_commit changed = {.n = 0};
		git_commit *c = NULL;

		rc = git_commit_lookup(&c, g->repo, &id);
		if (rc)
			rc = tong__git_fail(err, rc, TONG_E_IO, "",
			                    "cannot read the commits that were pushed");
		else
			rc = changed_by(g, folder, c, &changed, err);
		if (!rc)
			rc = fn(user, &changed, git_commit_author(c)->email, err);
		tong__git_changes_free(&changed);
		git_commit_free(c);
	}
	git_revwalk_free(walk);
	return rc;
}

static char *item_path(struct tong__git *g, git_repository_item_t item)
{
	git_buf b = GIT_BUF_INIT;
	char *s = NULL;

	if (!git_repository_item_path(&b, g->repo, item))
		s = strdup(b.ptr);
	git_buf_dispose(&b);
	return s;
}

char *tong__git_hooks(struct tong__git *g)
{
	return item_path(g, GIT_REPOSITORY_ITEM_HOOKS);
}

char *tong__git_dir(struct tong__git *g)
{
	return item_path(g, GIT_REPOSITORY_ITEM_GITDIR);
}
