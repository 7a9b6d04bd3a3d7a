/* Writing heads: the signed files of an update, put together for each region (FORMAT H1-H3). */
#include "publisher/head_write.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/head.h"
#include "core/json.h"
#include "core/text.h"
#include "core/zstd_write.h"

struct writer {
	struct tong__repo *repo;
	json_t *before; /* role -> version in the snapshot before; empty for a first release */
	struct tong__buf content; /* of the head being made */
	struct tong__buf inlined; /* the changesets in it, for their common ceiling */
	struct tong__buf whole;   /* one of those in the file for new nodes */
	size_t changesets;        /* their bytes */
};

static const char magic[8] = "TONGHD2\n";

/* An entry, while there is room for it; what finds none is fetched like any other file. */
static int add(struct writer *w, const char *name, struct tong__str bytes, tong_error *err)
{
	char line[TONG_REPO_NAME + 32];
	int n = snprintf(line, sizeof line, "%s %zu\n", name, bytes.n);

	if (w->content.len + (size_t)n + bytes.n + 1 > TONG_MAX_HEAD)
		return 0;
	tong__buf_add(&w->content, line, (size_t)n);
	tong__buf_add(&w->content, bytes.p, bytes.n);
	return tong__buf_addc(&w->content, '\n') ? tong__fail_nomem(err) : 0;
}

static int add_metadata(struct writer *w, const char *role, tong_error *err)
{
	char name[TONG_REPO_NAME];

	tong__repo_metadata_name(tong__trust_version(w->repo->trust, role), role, name);
	return add(w, name, tong__trust_bytes(w->repo->trust, role), err);
}

static unsigned long version_before(const struct writer *w, const char *role)
{
	return (unsigned long)tong__json_int(w->before, role, 0);
}

/* The region of a layer's role; NULL for base and site. */
static const char *region_of(const char *role)
{
	return strcmp(role, "base") == 0 || strcmp(role, "site") == 0 ? NULL : role + 1;
}

/* NULL: the head for all. */
static bool concerns(const char *region, const char *role)
{
	return !region || tong__layer_concerns(role, region);
}

/* The identity of the layer in the version that was in force before; false when there was none. */
static bool layer_before(const struct writer *w, const char *role, struct tong__hash *out)
{
	unsigned long version = version_before(w, role);
	struct tong__repo_past past;

	if (!version || !tong__repo_past(w->repo, role, version, &past))
		return false;
	*out = past.sha256;
	return true;
}

/* H2: the changeset from the release before; for a layer that is new, the one from nothing. */
static int add_changeset(struct writer *w, const char *role, tong_error *err)
{
	struct tong__layer_target now;
	struct tong__hash from;
	bool had = layer_before(w, role, &from);
	char name[TONG_REPO_NAME];
	int code = tong__trust_layer(w->repo->trust, role, &now, err);
	size_t i;

	if (code)
		return code;
	for (i = 0; i < now.n_changes && !code; i++) {
		const struct tong__layer_change *c = &now.changes[i];

		if (had ? c->whole || !tong__hash_equal(&c->from, &from) : !c->whole)
			continue;
		if (c->length > TONG_HEAD_CHANGESET || w->changesets + c->length > TONG_HEAD_CHANGESETS)
			continue;
		tong__buf_clear(&w->inlined);
		tong__repo_changeset_name(&c->id, name);
		code = tong__repo_get(w->repo, name, &w->inlined, err);
		if (!code)
			code = add(w, name, (struct tong__str){w->inlined.data, w->inlined.len}, err);
		w->changesets += w->inlined.len;
	}
	tong__layer_target_free(&now);
	return code;
}

/* The roles that changed, metadata before changesets: the room goes to what every node needs. */
static int add_roles(struct writer *w, const char *region, tong_error *err)
{
	const char *role;
	int code = 0, pass;
	size_t i;

	if (tong__repo_version(w->repo, "targets") != version_before(w, "targets"))
		code = add_metadata(w, "targets", err);
	for (pass = 0; pass < 2; pass++)
		for (i = 0; !code && (role = tong__repo_role(w->repo, i)); i++)
			if (concerns(region, role)
			    && tong__repo_version(w->repo, role) != version_before(w, role))
				code = pass ? add_changeset(w, role, err) : add_metadata(w, role, err);
	return code;
}

/* H4: of a layer, all of it in one changeset, while there is room. */
static int add_whole(struct writer *w, const char *role, tong_error *err)
{
	struct tong__layer_target now;
	char name[TONG_REPO_NAME];
	int code = tong__trust_layer(w->repo->trust, role, &now, err);
	size_t i;

	if (code)
		return code;
	for (i = 0; i < now.n_changes && !code; i++) {
		const struct tong__layer_change *c = &now.changes[i];

		if (!c->whole || w->changesets + c->length > TONG_HEAD_NEW)
			continue;
		tong__buf_clear(&w->whole);
		tong__repo_changeset_name(&c->id, name);
		code = tong__repo_get(w->repo, name, &w->whole, err);
		if (!code)
			code = add(w, name, (struct tong__str){w->whole.data, w->whole.len}, err);
		w->changesets += w->whole.len;
	}
	tong__layer_target_free(&now);
	return code;
}

/* Magic and frame into the folder. */
static int store(struct writer *w, const char *name, tong_error *err)
{
	struct tong__buf out;
	char *path = NULL;
	int code;

	tong__buf_init(&out, 2 * TONG_MAX_HEAD);
	tong__buf_add(&out, magic, sizeof magic);
	code = tong__zstd_write(w->content.data, w->content.len, tong__head_prefix.p,
	                        tong__head_prefix.n, &out, err);
	if (!code && asprintf(&path, "%s/heads/%s", w->repo->dir, name) < 0) {
		path = NULL;
		code = tong__fail_nomem(err);
	}
	if (!code)
		code = tong__mkdirs_for(path, err);
	if (!code)
		code = tong__file_put(path, out.data, out.len, err);
	if (!code)
		w->repo->written += out.len;
	free(path);
	tong__buf_free(&out);
	return code;
}

static int begin(struct writer *w, tong_error *err)
{
	char root[32];
	int n = snprintf(root, sizeof root, "%lu", tong__trust_root_version(w->repo->trust));

	tong__buf_clear(&w->content);
	w->changesets = 0;
	return add(w, "root", (struct tong__str){root, (size_t)n}, err);
}

/* 'region' NULL: heads/all. */
static int write_one(struct writer *w, const char *region, tong_error *err)
{
	struct tong__trust *trust = w->repo->trust;
	int code = begin(w, err);

	if (!code)
		code = add(w, "timestamp.json", tong__trust_bytes(trust, "timestamp"), err);
	if (!code)
		code = add_metadata(w, "snapshot", err);
	if (!code)
		code = add_roles(w, region, err);
	return code ? code : store(w, region ? region : "all", err);
}

/* Does the file for new nodes stand as it is? Only the roles in it count. */
static bool new_stands(const struct writer *w, const char *region, const char *name)
{
	const char *role;
	char *path = NULL;
	bool there;
	size_t i;

	if (tong__repo_version(w->repo, "targets") != version_before(w, "targets") ||
	    asprintf(&path, "%s/heads/%s", w->repo->dir, name) < 0)
		return false;
	there = access(path, F_OK) == 0;
	free(path);
	for (i = 0; there && (role = tong__repo_role(w->repo, i)); i++)
		if (concerns(region, role) && strcmp(role, "base") != 0 &&
		    tong__repo_version(w->repo, role) != version_before(w, role))
			there = false;
	return there;
}

/* H4: what every new node of the region needs beside its head, but for 'base', which changes with
 * every release and is long: so these files are written anew only where something local changes. */
static int write_new(struct writer *w, const char *region, tong_error *err)
{
	char name[TONG_MAX_ROLE_NAME + 8];
	const char *role;
	int code, pass;
	size_t i;

	snprintf(name, sizeof name, "new-%s", region ? region : "all");
	if (new_stands(w, region, name))
		return 0;
	code = begin(w, err);
	if (!code)
		code = add_metadata(w, "targets", err);
	for (pass = 0; pass < 2; pass++)
		for (i = 0; !code && (role = tong__repo_role(w->repo, i)); i++)
			if (concerns(region, role) && strcmp(role, "base") != 0)
				code = pass ? add_whole(w, role, err) : add_metadata(w, role, err);
	return code ? code : store(w, name, err);
}

/* The snapshot before, unverified: a wrong one makes a head that is longer or shorter, and no more.
 */
static int read_before(struct writer *w, tong_error *err)
{
	char name[TONG_REPO_NAME];
	struct tong__buf buf;
	json_t *file = NULL;

	w->before = json_object();
	if (!w->before)
		return tong__fail_nomem(err);
	tong__buf_init(&buf, TONG_MAX_SNAPSHOT);
	tong__repo_metadata_name(w->repo->snapshot - 1, "snapshot", name);
	if (!tong__repo_get(w->repo, name, &buf, NULL)
	    && !tong__json_read(buf.data, buf.len, TONG_MAX_JSON_DEPTH, name, &file, NULL))
		tong__repo_read_versions(tong__json_obj(file, "signed"), w->before);
	json_decref(file);
	tong__buf_free(&buf);
	return 0;
}

/* One kind of all regions, and on the disk. */
static int write_all(struct writer *w, int write(struct writer *, const char *, tong_error *),
                     tong_error *err)
{
	int code = write(w, NULL, err);
	char *folder = NULL;
	const char *role;

	for (size_t i = 0; !code && (role = tong__repo_role(w->repo, i)); i++)
		if (region_of(role))
			code = write(w, region_of(role), err);
	if (!code && asprintf(&folder, "%s/heads", w->repo->dir) < 0) {
		folder = NULL;
		code = tong__fail_nomem(err);
	}
	if (!code)
		code = tong__file_sync_dir(folder, err);
	free(folder);
	return code;
}

/* The heads last: where one stands, after a power cut too, the files for new nodes do. */
int tong__heads_write(struct tong__repo *r, tong_error *err)
{
	struct writer w = {.repo = r};
	int code = read_before(&w, err);

	tong__buf_init(&w.content, TONG_MAX_HEAD);
	tong__buf_init(&w.inlined, TONG_HEAD_CHANGESET);
	tong__buf_init(&w.whole, TONG_HEAD_NEW);
	if (!code)
		code = write_all(&w, write_new, err);
	if (!code)
		code = write_all(&w, write_one, err);
	tong__buf_free(&w.whole);
	json_decref(w.before);
	tong__buf_free(&w.content);
	tong__buf_free(&w.inlined);
	return code;
}

static bool stands(const struct tong__repo *r, const char *name)
{
	struct tong__str now = tong__trust_bytes(r->trust, "timestamp"), in = {NULL, 0};
	struct tong__head *head = NULL;
	char path[TONG_REPO_NAME];
	struct tong__buf buf;
	bool same;

	snprintf(path, sizeof path, "heads/%s", name);
	tong__buf_init(&buf, 2 * TONG_MAX_HEAD);
	if (!tong__repo_get(r, path, &buf, NULL) && !tong__head_read(buf.data, buf.len, &head, NULL))
		in = tong__head_get(head, "timestamp.json");
	same = in.p && in.n == now.n && memcmp(in.p, now.p, now.n) == 0;
	tong__head_free(head);
	tong__buf_free(&buf);
	return same;
}

bool tong__heads_stand(const struct tong__repo *r)
{
	const char *role;
	size_t i;

	if (!stands(r, "all"))
		return false;
	for (i = 0; (role = tong__repo_role(r, i)); i++)
		if (region_of(role) && !stands(r, region_of(role)))
			return false;
	return true;
}
