/* Brings the folder for the levels below to the release that the store holds. */
#include "agent/relay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/held.h"
#include "core/changeset_write.h"
#include "core/file.h"
#include "core/json.h"
#include "core/repo_name.h"

#define HISTORY 32 /* releases whose layers are remembered, for export --since */

struct relay {
	struct tong__sync *s;
	struct tong__trust *trust;
	json_t *files;   /* of this release: NAME -> true */
	json_t *history; /* LAYER -> identity */
	bool left;       /* the operator rolled this node back; the levels below stay */
};

bool tong__relay_on(struct tong__store *store)
{
	return tong__store_number(store, "relay", 0) != 0;
}

/* ---- files ---- */

static int path_of(const struct relay *r, const char *name, char path[4096], tong_error *err)
{
	if (!tong__relay_path(r->s->agent->dir, name, path, 4096))
		return tong__fail(err, TONG_E_LIMIT, r->s->agent->dir, "the path is too long");
	return json_object_set_new(r->files, name, json_true()) ? tong__fail_nomem(err) : 0;
}

static bool has_length(const char *path, uint64_t length)
{
	struct stat st;

	return stat(path, &st) == 0 && (uint64_t)st.st_size == length;
}

static int put(struct relay *r, const char *name, const void *bytes, size_t n, tong_error *err)
{
	char path[4096];
	int rc = path_of(r, name, path, err);

	if (!rc && tong__repo_name_immutable(name) && has_length(path, n))
		return 0;
	if (!rc)
		rc = tong__mkdirs_for(path, err);
	return rc ? rc : tong__file_write(path, bytes, n, err);
}

/* ---- signed metadata ---- */

static int read_role(void *user, const char *role, unsigned long version, struct tong__buf *out,
					 tong_error *err)
{
	struct tong__sync *s = user;

	(void)version;
	return tong__store_trusted(s->store, role, out, err);
}

/* The release that the operator left, as the folder has it, under the timestamp that came now. */
static int read_left(void *user, const char *role, unsigned long version, struct tong__buf *out,
					 tong_error *err)
{
	struct tong__sync *s = user;
	char name[TONG_REPO_NAME], path[4096];
	struct tong__str bytes;

	if (!strcmp(role, "timestamp")) {
		bytes = tong__trust_bytes(s->trust, role);
		return tong__buf_add(out, bytes.p, bytes.n) ? tong__fail_nomem(err) : 0;
	}
	if (!version) /* root */
		return tong__store_trusted(s->store, role, out, err);
	tong__repo_metadata_name(version, role, name);
	if (!tong__relay_path(s->agent->dir, name, path, sizeof path))
		return tong__fail(err, TONG_E_LIMIT, s->agent->dir, "the path is too long");
	return tong__file_read(path, out, err);
}

static bool wants(void *user, const char *layer)
{
	return tong__sync_wants(user, layer);
}

static int put_role(struct relay *r, const char *role, tong_error *err)
{
	struct tong__str bytes = tong__trust_bytes(r->trust, role);
	char name[TONG_REPO_NAME];

	tong__repo_metadata_name(tong__trust_version(r->trust, role), role, name);
	return put(r, name, bytes.p, bytes.n, err);
}

/* A root that came before 'next': its own keys signed it, and it leads to the next (5.3). */
static bool leads(const struct tong__buf *root, const struct tong__buf *next)
{
	struct tong__trust *t = NULL;
	tong_error none;
	bool good = !tong__trust_new(&t, root->data ? root->data : "", root->len, 0, &none) &&
				!tong__trust_root(t, next->data, next->len, &none);

	tong__trust_free(t);
	return good;
}

static bool older_root(struct relay *r, unsigned long version, struct tong__buf *out)
{
	char name[TONG_REPO_NAME], path[4096];
	tong_error none;

	tong__buf_clear(out);
	tong__repo_metadata_name(version, "root", name);
	if (!path_of(r, name, path, &none) && !tong__file_read(path, out, &none))
		return true;
	return !tong__source_read(r->s->source, name, NULL, out, &none);
}

/* From the newest back to the first, as far as they are to be had: nodes below may hold any. */
static int put_roots(struct relay *r, tong_error *err)
{
	unsigned long v = tong__trust_root_version(r->trust);
	struct tong__str newest = tong__trust_bytes(r->trust, "root");
	struct tong__buf root, next;
	char name[TONG_REPO_NAME];
	int rc;

	tong__repo_metadata_name(v, "root", name);
	rc = put(r, name, newest.p, newest.n, err);
	tong__buf_init(&root, TONG_MAX_ROOT);
	tong__buf_init(&next, TONG_MAX_ROOT);
	tong__buf_add(&next, newest.p, newest.n);
	while (!rc && --v > 0 && older_root(r, v, &root) && leads(&root, &next)) {
		tong__repo_metadata_name(v, "root", name);
		rc = put(r, name, root.data, root.len, err);
		tong__buf_clear(&next);
		tong__buf_add(&next, root.data, root.len);
	}
	tong__buf_free(&root);
	tong__buf_free(&next);
	return rc;
}

static int put_metadata(struct relay *r, tong_error *err)
{
	const char *layer;
	int rc = put_roots(r, err);

	if (!rc)
		rc = put_role(r, "snapshot", err);
	if (!rc)
		rc = put_role(r, "targets", err);
	for (size_t i = 0; !rc && (layer = tong__held_layer(r->trust, i)); i++)
		rc = put_role(r, layer, err);
	return rc;
}

/* ---- changesets ---- */

/* The file of a verified part becomes the repository's. */
static int take(const char *dir, const struct tong__hash *id, tong_error *err)
{
	char name[TONG_REPO_NAME], hex[TONG_HEX], from[4096], to[4096];
	int fd, rc;

	tong__hash_hex(id, hex);
	tong__repo_changeset_name(id, name);
	if ((size_t)snprintf(from, sizeof from, "%s/incoming/%s.part", dir, hex) >= sizeof from ||
		!tong__relay_path(dir, name, to, sizeof to))
		return tong__fail(err, TONG_E_LIMIT, dir, "the path is too long");
	fd = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	rc = fd >= 0 && fsync(fd) == 0 ? 0 : tong__fail_errno(err, errno, from, "cannot keep");
	if (fd >= 0)
		close(fd);
	if (!rc)
		rc = tong__mkdirs_for(to, err);
	return rc ? rc : tong__file_rename(from, to, err);
}

void tong__relay_take(const struct tong__sync *s, const struct tong__sync_layer *l)
{
	tong_error why = TONG_ERROR_INIT;

	if (l->change && take(s->agent->dir, &l->change->id, &why))
		tong__agent_log(s->agent, TONG__WARNING, "%s: %s", why.subject, why.message);
}

static int fetch(struct relay *r, const struct tong__layer_target *t,
				 const struct tong__layer_change *c, tong_error *err)
{
	struct tong__get get = { .ceiling = c->length };
	struct tong__part *part = NULL;
	char name[TONG_REPO_NAME], dir[4096];
	struct tong__sink sink;
	int rc;

	tong__sync_incoming(r->s, dir, sizeof dir);
	tong__repo_changeset_name(&c->id, name);
	rc = tong__part_open(&part, dir, t, c, err);
	if (rc)
		return rc;
	sink = tong__part_sink(part);
	get.name = name;
	get.sink = &sink;
	get.offset = tong__part_have(part);
	if (!tong__part_complete(part))
		rc = tong__source_get(r->s->source, &get, err);
	if (!rc)
		rc = tong__part_done(part, err);
	tong__part_close(part);
	return rc ? rc : take(r->s->agent->dir, &c->id, err);
}

static int add_line(void *arg, const char *key, struct tong__str line, tong_error *err)
{
	struct tong__buf *text = arg;

	(void)key;
	tong__buf_add(text, line.p, line.n);
	return tong__buf_addc(text, '\n') ? tong__fail(err, text->failed, key, "the layer is too long")
									  : 0;
}

/* The changeset from nothing, made of the records held. True when it is the one signed: another
 * libzstd than the publisher's may write other bytes, which are of no use. */
static bool make_whole(struct relay *r, const struct tong__layer_target *t,
					   const struct tong__layer_change *c, const char *name)
{
	struct tong__buf text, out;
	struct tong__hash id;
	tong_error none;
	bool good;

	tong__buf_init(&text, t->length + 1);
	tong__buf_init(&out, TONG_MAX_CS);
	good = !tong__store_each(r->s->store, t->name, "", add_line, &text, &none) &&
		   !tong__changeset_write(t->name, NULL, (struct tong__str){ text.data, text.len }, &out,
								  &id, &none) &&
		   tong__hash_equal(&id, &c->id) && out.len == c->length &&
		   !put(r, name, out.data, out.len, &none);
	tong__buf_free(&text);
	tong__buf_free(&out);
	return good;
}

static int put_change(struct relay *r, const struct tong__layer_target *t,
					  const struct tong__layer_change *c, tong_error *err)
{
	char name[TONG_REPO_NAME], path[4096];
	int rc;

	tong__repo_changeset_name(&c->id, name);
	rc = path_of(r, name, path, err);
	if (rc || has_length(path, c->length) || (c->whole && make_whole(r, t, c, name)))
		return rc;
	return fetch(r, t, c, err);
}

/* The ways that the metadata itself lists. Those of T8 stay above: who comes from so far takes the
 * whole layer here. */
static int put_layer(struct relay *r, const char *layer, tong_error *err)
{
	struct tong__layer_target t;
	char hex[TONG_HEX];
	int rc = tong__trust_layer(r->trust, layer, &t, err);

	for (size_t i = 0; !rc && i < t.n_changes; i++)
		rc = put_change(r, &t, &t.changes[i], err);
	tong__hash_hex(&t.sha256, hex);
	if (!rc && json_object_set_new(r->history, layer, json_string(hex)))
		rc = tong__fail_nomem(err);
	tong__layer_target_free(&t);
	return rc;
}

/* ---- heads ---- */

/* Does this head belong to the release in force? It carries this role's metadata as it is now. */
static bool brings(const struct relay *r, const char *role, const struct tong__buf *bytes)
{
	struct tong__str now = tong__trust_bytes(r->trust, role), in;
	char name[TONG_REPO_NAME] = "timestamp.json";
	struct tong__head *head = NULL;
	tong_error none;
	bool same = false;

	if (strcmp(role, "timestamp") != 0)
		tong__repo_metadata_name(tong__trust_version(r->trust, role), role, name);
	if (!tong__head_read(bytes->data ? bytes->data : "", bytes->len, &head, &none)) {
		in = tong__head_get(head, name);
		same = in.p && in.n == now.n && !memcmp(in.p, now.p, now.n);
	}
	tong__head_free(head);
	return same;
}

/* A head is a convenience: one that is not to be had is left out, and the files are there. */
static void put_one_head(struct relay *r, const char *kind, const char *region, const char *role,
						 struct tong__buf *bytes)
{
	char name[TONG_REPO_NAME], path[4096];
	tong_error why = TONG_ERROR_INIT;

	snprintf(name, sizeof name, "heads/%s%s", kind, region);
	tong__buf_clear(bytes);
	if (tong__source_read(r->s->source, name, NULL, bytes, &why) || !brings(r, role, bytes))
		return;
	if (path_of(r, name, path, &why) || tong__mkdirs_for(path, &why) ||
		tong__file_put(path, bytes->data, bytes->len, &why))
		json_object_del(r->files, name); /* the one of before may still be there */
}

/* For nodes that follow, and for those that begin (H4). */
static void put_head(struct relay *r, const char *region, struct tong__buf *bytes)
{
	put_one_head(r, "", region, "timestamp", bytes);
	put_one_head(r, "new-", region, "targets", bytes);
}

static void put_heads(struct relay *r)
{
	struct tong__buf bytes;
	const char *layer;
	char path[4096];

	tong__buf_init(&bytes, TONG_MAX_HEAD);
	if (json_array_size(r->s->regions) == 0)
		put_head(r, "all", &bytes);
	for (size_t i = 0; (layer = tong__held_layer(r->trust, i)); i++)
		if (layer[0] == 'r')
			put_head(r, layer + 1, &bytes);
	tong__buf_free(&bytes);
	if (tong__relay_path(r->s->agent->dir, "heads", path, sizeof path))
		tong__file_sync_dir(path, NULL); /* what cannot be synced, the next file will tell */
}

/* ---- the whole ---- */

static void timestamp_hash(struct tong__str bytes, char hex[TONG_HEX])
{
	struct tong__hash hash;

	tong__sha256(bytes.p, bytes.n, &hash);
	tong__hash_hex(&hash, hex);
}

static bool is_done(const struct tong__buf *timestamp, const json_t *kept)
{
	const char *seen = tong__json_str(kept, "timestamp");
	char hex[TONG_HEX];

	timestamp_hash((struct tong__str){ timestamp->data ? timestamp->data : "", timestamp->len },
				   hex);
	return seen && !strcmp(hex, seen);
}

static void forget_oldest(json_t *history)
{
	const char *key, *oldest;
	json_t *v;

	while (json_object_size(history) > HISTORY) {
		oldest = NULL;
		json_object_foreach(history, key, v)
			if (!oldest || strtoul(key, NULL, 10) < strtoul(oldest, NULL, 10))
				oldest = key;
		json_object_del(history, oldest);
	}
}

/* The new kept.json; NULL when memory is out. */
static json_t *describe(const struct relay *r, const json_t *before)
{
	unsigned long release = tong__trust_version(r->trust, "snapshot");
	json_t *history = json_deep_copy(json_object_get(before, "history"));
	char hex[TONG_HEX], number[24];

	if (!history)
		history = json_object();
	snprintf(number, sizeof number, "%lu", release);
	json_object_set(history, number, r->history);
	forget_oldest(history);
	timestamp_hash(tong__trust_bytes(r->trust, "timestamp"), hex);
	return json_pack("{s:I, s:s, s:O, s:o}", "release", (json_int_t)release, "timestamp", hex,
					 "files", r->files, "history", history);
}

static int finish(struct relay *r, const json_t *before, tong_error *err)
{
	struct tong__str bytes = tong__trust_bytes(r->trust, "timestamp");
	const char *dir = r->s->agent->dir;
	json_t *kept;
	int rc = put(r, "timestamp.json", bytes.p, bytes.n, err);

	if (rc)
		return rc;
	put_heads(r);
	tong__relay_sweep(dir, r->files, json_object_get(before, "files"));
	kept = describe(r, before);
	rc = kept ? tong__relay_kept_write(dir, kept, err) : tong__fail_nomem(err);
	json_decref(kept);
	return rc;
}

static int update(struct relay *r, const json_t *before, tong_error *err)
{
	const struct tong__held held = { r->s, tong__agent_now(r->s->agent),
									 r->left ? read_left : read_role, wants };
	const char *layer;
	int rc = tong__held_trust(&r->trust, &held, err);

	if (!rc)
		rc = put_metadata(r, err);
	for (size_t i = 0; !rc && (layer = tong__held_layer(r->trust, i)); i++)
		rc = put_layer(r, layer, err);
	if (!rc)
		rc = finish(r, before, err);
	tong__trust_free(r->trust);
	return rc;
}

/* Is there a newer timestamp than that in the folder, of a release that may be handed on? */
static int is_newer(const struct relay *r, const json_t *before, bool *newer, tong_error *err)
{
	struct tong__sync *s = r->s;
	struct tong__buf b;
	int rc;

	*newer = false;
	/* After a rollback the levels below keep the newer release: they decide for themselves (P3). */
	if (r->left && (!s->trust || tong__trust_snapshot_version(s->trust) !=
									 (unsigned long)tong__json_int(before, "release", 0)))
		return 0;
	tong__buf_init(&b, TONG_MAX_TIMESTAMP);
	rc = (r->left ? read_left : read_role)(s, "timestamp", 0, &b, err);
	*newer = !rc && !is_done(&b, before);
	tong__buf_free(&b);
	return rc;
}

int tong__relay_update(struct tong__sync *s, tong_error *err)
{
	struct relay r = { .s = s, .left = tong__store_number(s->store, "left", 0) != 0 };
	json_t *before;
	bool newer;
	int rc;

	if (!tong__relay_on(s->store) || !tong__store_number(s->store, "release", 0))
		return 0;
	before = tong__relay_kept(s->agent->dir);
	rc = is_newer(&r, before, &newer, err);
	if (!rc && newer) {
		r.files = json_object();
		r.history = json_object();
		rc = r.files && r.history ? update(&r, before, err) : tong__fail_nomem(err);
		json_decref(r.files);
		json_decref(r.history);
	}
	json_decref(before);
	return rc;
}
