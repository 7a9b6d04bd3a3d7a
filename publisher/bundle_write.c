/* What belongs into a bundle, and copying it there, every byte verified on the way. */
#include "publisher/bundle_write.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/changeset_copy.h"
#include "core/json.h"
#include "core/tar_write.h"
#include "core/text.h"
#include "publisher/release_repo.h"

struct bundle {
	const struct tong__bundle_options *opt;
	struct tong__bundle_report *report;
	struct tong__repo repo;
	json_t *since; /* role -> version in the release 'since'; NULL: for every node */
	struct tong__tar *tar;
};

/* Do nodes of the regions asked for hold it? */
static bool wants(const struct bundle *b, const char *layer)
{
	size_t i;

	for (i = 0; i < b->opt->n_regions; i++)
		if (tong__layer_concerns(layer, b->opt->regions[i]))
			return true;
	return b->opt->n_regions == 0;
}

/* ---- metadata ---- */

static int add_file(struct bundle *b, const char *name, struct tong__str bytes, tong_error *err)
{
	int code = tong__tar_begin(b->tar, name, bytes.n, err);

	b->report->members++;
	return code ? code : tong__tar_add(b->tar, bytes.p, bytes.n, err);
}

static int add_role(struct bundle *b, const char *role, tong_error *err)
{
	char name[TONG_REPO_NAME];

	tong__repo_metadata_name(tong__trust_version(b->repo.trust, role), role, name);
	return add_file(b, name, tong__trust_bytes(b->repo.trust, role), err);
}

static int add_roots(struct bundle *b, tong_error *err)
{
	unsigned long v, newest = tong__trust_root_version(b->repo.trust);
	struct tong__buf buf;
	int code = 0;

	tong__buf_init(&buf, TONG_MAX_ROOT);
	for (v = 1; !code && v <= newest; v++) {
		char name[TONG_REPO_NAME];

		tong__buf_clear(&buf);
		tong__repo_metadata_name(v, "root", name);
		code = tong__repo_get(&b->repo, name, &buf, err);
		if (!code)
			code = add_file(b, name, (struct tong__str){buf.data ? buf.data : "", buf.len}, err);
	}
	tong__buf_free(&buf);
	return code;
}

static int add_metadata(struct bundle *b, tong_error *err)
{
	const char *role;
	size_t i;
	int code =
		add_file(b, "timestamp.json", tong__trust_bytes(b->repo.trust, "timestamp"), err);

	if (!code)
		code = add_roots(b, err);
	if (!code)
		code = add_role(b, "snapshot", err);
	if (!code)
		code = add_role(b, "targets", err);
	for (i = 0; !code && (role = tong__repo_role(&b->repo, i)); i++)
		if (wants(b, role)) {
			b->report->layers++;
			code = add_role(b, role, err);
		}
	return code;
}

/* ---- changesets ---- */

static int begin(void *user, const char *name, uint64_t size, tong_error *err)
{
	return tong__tar_begin(user, name, size, err);
}

static int add(void *user, const void *bytes, size_t n, tong_error *err)
{
	return tong__tar_add(user, bytes, n, err);
}

static int copy_changeset(struct bundle *b, const struct tong__layer_change *c, tong_error *err)
{
	const struct tong__cs_sink to = {b->tar, begin, add};

	b->report->members++;
	b->report->changesets++;
	return tong__changeset_copy(b->repo.dir, c, &to, err);
}

/* The way that a node takes which holds 'held' (NULL: nothing), the cheapest; n_changes: none is
 * needed, or none leads here. */
static size_t way_from(const struct tong__layer_target *t, const struct tong__hash *held)
{
	size_t i, best = t->n_changes;

	if (held && tong__hash_equal(held, &t->sha256))
		return best;
	for (i = 0; i < t->n_changes; i++) {
		const struct tong__layer_change *c = &t->changes[i];

		if (!c->whole && (!held || !tong__hash_equal(held, &c->from)))
			continue;
		if (best == t->n_changes || c->length < t->changes[best].length)
			best = i;
	}
	return best;
}

/* Marks what nodes may need that hold any release from 'since' on. */
static void choose(const struct bundle *b, const struct tong__layer_target *t, bool *take)
{
	unsigned long v = (unsigned long)tong__json_int(b->since, t->name, 0);
	unsigned long newest = tong__repo_version(&b->repo, t->name);

	if (!v)
		take[way_from(t, NULL)] = true;
	for (; v && v < newest; v++) {
		struct tong__repo_past past;
		bool known = tong__repo_past(&b->repo, t->name, v, &past);

		take[way_from(t, known ? &past.sha256 : NULL)] = true;
	}
}

/* The list of older ways, when one of them is taken: those from the near-th on (T8). */
static int add_older(struct bundle *b, const struct tong__layer_target *t, const bool *take,
                     size_t near, tong_error *err)
{
	char name[TONG_REPO_NAME];
	struct tong__buf text;
	int code;

	while (near < t->n_changes && !take[near])
		near++;
	if (near == t->n_changes)
		return 0;
	tong__repo_older_name(&t->older.id, name);
	tong__buf_init(&text, TONG_MAX_OLDER);
	code = tong__repo_get(&b->repo, name, &text, err);
	if (!code)
		code = add_file(b, name, (struct tong__str){text.data, text.len}, err);
	tong__buf_free(&text);
	return code;
}

static int add_layer(struct bundle *b, const char *role, tong_error *err)
{
	struct tong__layer_target t;
	int code = tong__trust_layer(b->repo.trust, role, &t, err);
	size_t i, near = t.n_changes;
	bool *take;

	if (!code)
		code = tong__repo_older(&b->repo, &t, err);
	take = code ? NULL : calloc(t.n_changes + 1, sizeof *take);
	if (!take) {
		tong__layer_target_free(&t);
		return code ? code : tong__fail_nomem(err);
	}
	choose(b, &t, take);
	code = add_older(b, &t, take, near, err);
	for (i = 0; !code && i < t.n_changes; i++)
		if (take[i])
			code = copy_changeset(b, &t.changes[i], err);
	free(take);
	tong__layer_target_free(&t);
	return code;
}

/* ---- the whole ---- */

/* Its snapshot is read as a hint only: what it leads to is in metadata that is verified. */
static int read_since(struct bundle *b, tong_error *err)
{
	char name[TONG_REPO_NAME];
	struct tong__buf buf;
	json_t *file = NULL;
	int code;

	if (!b->opt->since)
		return 0;
	if (b->opt->since > b->repo.snapshot)
		return tong__fail(err, TONG_E_USAGE, "--since", "the newest release here is %lu, not %lu",
		                  b->repo.snapshot, b->opt->since);
	tong__repo_metadata_name(b->opt->since, "snapshot", name);
	tong__buf_init(&buf, TONG_MAX_SNAPSHOT);
	code = tong__repo_get(&b->repo, name, &buf, err);
	if (!code)
		code = tong__json_read(buf.data, buf.len, TONG_MAX_JSON_DEPTH, name, &file, err);
	b->since = json_object();
	if (!code && !b->since)
		code = tong__fail_nomem(err);
	if (!code)
		tong__repo_read_versions(tong__json_obj(file, "signed"), b->since);
	json_decref(file);
	tong__buf_free(&buf);
	return code;
}

static int write_all(struct bundle *b, const char *out, tong_error *err)
{
	const char *role;
	size_t i;
	int code = read_since(b, err);

	if (!code)
		code = tong__tar_open(&b->tar, out, err);
	if (!code)
		code = add_metadata(b, err);
	for (i = 0; !code && (role = tong__repo_role(&b->repo, i)); i++)
		if (wants(b, role))
			code = add_layer(b, role, err);
	if (!code)
		code = tong__tar_done(b->tar, &b->report->bytes, err);
	tong__tar_close(b->tar);
	json_decref(b->since);
	return code;
}

static void look_at(struct bundle *b, const char *role)
{
	int64_t expires = tong__trust_expires(b->repo.trust, role);

	if (!b->report->expires || expires < b->report->expires)
		b->report->expires = expires;
}

static int check_expiry(struct bundle *b, tong_error *err)
{
	static const char *const roles[] = {"root", "timestamp", "snapshot", "targets"};
	const char *role;
	size_t i;

	if (b->repo.empty)
		return tong__fail(err, TONG_E_REFERENCE, b->repo.dir, "nothing is released there yet");
	for (i = 0; i < sizeof roles / sizeof *roles; i++)
		look_at(b, roles[i]);
	for (i = 0; (role = tong__repo_role(&b->repo, i)); i++)
		if (wants(b, role))
			look_at(b, role);
	if (b->report->expires > b->opt->now)
		return 0;
	return tong__fail(err, TONG_E_EXPIRED, b->repo.dir,
	                  "T6: something signed has expired, and no node would take it; run "
	                  "`tong-publish timestamp` or `tong-publish release` first");
}

static int read_root(const char *dir, struct tong__buf *root, tong_error *err)
{
	struct tong__repo unopened = {.dir = dir};
	int code = tong__repo_get(&unopened, "1.root.json", root, err);

	if (code != TONG_E_ABSENT)
		return code;
	return tong__fail(err, TONG_E_REFERENCE, dir,
	                  "not a release repository: 1.root.json is not there");
}

int tong__bundle_write(const char *dir, const char *out, const struct tong__bundle_options *opt,
                       struct tong__bundle_report *report, tong_error *err)
{
	struct bundle b = {.opt = opt, .report = report, .repo.lock = -1};
	struct tong__buf root;
	int code;

	*report = (struct tong__bundle_report){0};
	tong__buf_init(&root, TONG_MAX_ROOT);
	code = read_root(dir, &root, err);
	if (!code) {
		code = tong__repo_open(&b.repo, dir, (struct tong__str){root.data, root.len}, err);
		if (!code)
			code = check_expiry(&b, err);
		report->version = b.repo.snapshot;
		if (!code)
			code = write_all(&b, out, err);
		tong__repo_close(&b.repo);
	}
	tong__buf_free(&root);
	return code;
}
