/* A repository of our own for tests of the rules: makes keys, signs metadata, and plays a client
 * that keeps what it accepted between updates. */
#ifndef TESTS_UNIT_TUF_REPO_H
#define TESTS_UNIT_TUF_REPO_H

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/tuf.h"
#include "tests/lib/check.h"
#include "tests/unit/tuf_signer.h"

/* ---- the repository ---- */

enum { ROOT, TIMESTAMP, SNAPSHOT, TARGETS, BASE, DEEP, ROLES };
static const char *const role_names[ROLES] = { "root",    "timestamp", "snapshot",
											   "targets", "base",      "deep" };
static const char *const role_types[ROLES] = { "root",    "timestamp", "snapshot",
											   "targets", "targets",   "targets" };

#define NOW         ((int64_t)1793491200) /* 2026-11-01 */
#define LATER       "2030-01-01T00:00:00Z"
#define MAX_SIGNERS 8

/* targets delegates base.ndjson to base; base delegates deep/ * to deep. */
struct repo {
	struct signer *key[ROLES];                /* listed for the role */
	struct signer *signs[ROLES][MAX_SIGNERS]; /* who signs; the same at first */
	size_t n_signs[ROLES];
	long long version[ROLES];
	bool hashes;   /* list hash and length of files */
	json_t *edits; /* [role, path, value or null]: done to "signed" before signing */
	char *file[ROLES];
	size_t n[ROLES];
};

static inline struct repo *repo_new(void)
{
	struct repo *r = calloc(1, sizeof *r);

	for (int i = 0; i < ROLES; i++) {
		r->key[i] = signer_new("ed25519", "ed25519", "ed25519");
		r->signs[i][r->n_signs[i]++] = r->key[i];
		r->version[i] = 1;
	}
	r->edits = json_array();
	return r;
}

static inline void repo_free(struct repo *r)
{
	for (int i = 0; i < ROLES; i++) {
		signer_free(r->key[i]);
		free(r->file[i]);
	}
	json_decref(r->edits);
	free(r);
}

/* 'path' has its parts between spaces; 'value' is JSON, NULL removes, "+" before it appends to a
 * list. */
static inline void repo_edit(struct repo *r, int role, const char *path, const char *value)
{
	json_array_append_new(r->edits, json_pack("[i, s, s?]", role, path, value));
}

static inline json_t *repo_value(const char *text)
{
	json_t *v = json_loads(text, JSON_DECODE_ANY, NULL);

	if (!v) {
		fprintf(stderr, "tests: not JSON: %s\n", text);
		abort();
	}
	return v;
}

static inline void repo_set(json_t *in, const char *name, const char *value)
{
	if (json_is_array(in) && !value)
		json_array_remove(in, (size_t)atoi(name));
	else if (json_is_array(in) && (size_t)atoi(name) == json_array_size(in))
		json_array_append_new(in, repo_value(value));
	else if (json_is_array(in))
		json_array_set_new(in, (size_t)atoi(name), repo_value(value));
	else if (value)
		json_object_set_new(in, name, repo_value(value));
	else
		json_object_del(in, name);
}

static inline void repo_apply(json_t *body, const char *path, const char *value)
{
	char *copy = strdup(path), *part = copy, *next;

	while ((next = strchr(part, ' '))) {
		*next++ = '\0';
		body = json_is_array(body) ? json_array_get(body, (size_t)atoi(part))
								   : json_object_get(body, part);
		if (!body) {
			fprintf(stderr, "tests: nothing at '%s' of '%s'\n", part, path);
			abort();
		}
		part = next;
	}
	repo_set(body, part, value);
	free(copy);
}

static inline json_t *repo_role(const struct repo *r, int role)
{
	return json_pack("{s:[s], s:i}", "keyids", r->key[role]->id, "threshold", 1);
}

static inline json_t *repo_delegations(const struct repo *r, int role, const char *pattern)
{
	json_t *d = repo_role(r, role);

	json_object_set_new(d, "name", json_string(role_names[role]));
	json_object_set_new(d, "terminating", json_true());
	json_object_set_new(d, "paths", json_pack("[s]", pattern));
	return json_pack("{s:{s:O}, s:[o]}", "keys", r->key[role]->id, r->key[role]->json, "roles", d);
}

static inline json_t *repo_file_entry(const struct repo *r, int role)
{
	json_t *e = json_pack("{s:I}", "version", (json_int_t)r->version[role]);
	struct tong__hash hash;
	char hex[129];

	if (!r->hashes)
		return e;
	tong__sha256(r->file[role], r->n[role], &hash);
	tong__hash_hex(&hash, hex);
	json_object_set_new(e, "length", json_integer((json_int_t)r->n[role]));
	json_object_set_new(e, "hashes", json_pack("{s:s}", "sha256", hex));
	tong__sha512_hex(r->file[role], r->n[role], hex);
	json_object_set_new(json_object_get(e, "hashes"), "sha512", json_string(hex));
	return e;
}

static inline void repo_fill_root(const struct repo *r, json_t *body)
{
	json_t *keys = json_object(), *roles = json_object();

	for (int i = ROOT; i <= TARGETS; i++) {
		json_object_set(keys, r->key[i]->id, r->key[i]->json);
		json_object_set_new(roles, role_names[i], repo_role(r, i));
	}
	json_object_set_new(body, "keys", keys);
	json_object_set_new(body, "roles", roles);
	json_object_set_new(body, "consistent_snapshot", json_true());
}

#define EMPTY_SHA256 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static inline void repo_fill(const struct repo *r, int role, json_t *body)
{
	json_t *meta = json_object(), *targets = json_object();

	if (role == ROOT)
		repo_fill_root(r, body);
	if (role == TIMESTAMP)
		json_object_set_new(meta, "snapshot.json", repo_file_entry(r, SNAPSHOT));
	if (role == SNAPSHOT) {
		json_object_set_new(meta, "targets.json", repo_file_entry(r, TARGETS));
		json_object_set_new(meta, "base.json", repo_file_entry(r, BASE));
		json_object_set_new(meta, "deep.json", repo_file_entry(r, DEEP));
	}
	if (role == TARGETS)
		json_object_set_new(body, "delegations", repo_delegations(r, BASE, "base.ndjson"));
	if (role == BASE) {
		json_object_set_new(body, "delegations", repo_delegations(r, DEEP, "deep/*"));
		json_object_set_new(targets, "base.ndjson",
							json_pack("{s:i, s:{s:s}, s:{s:{s:[], s:i}}}", "length", 0, "hashes",
									  "sha256", EMPTY_SHA256, "custom", "tong", "changesets",
									  "records", 0));
	}
	if (role == TIMESTAMP || role == SNAPSHOT)
		json_object_set(body, "meta", meta);
	if (role >= TARGETS)
		json_object_set(body, "targets", targets);
	json_decref(meta);
	json_decref(targets);
}

/* {"signatures": […], "signed": body}; takes body. */
static inline char *repo_sign(const struct repo *r, int role, json_t *body, size_t *n)
{
	json_t *whole = json_pack("{s:[], s:o}", "signatures", "signed", body);
	struct tong__buf msg;
	char *text;

	tong__buf_init(&msg, 64u << 20);
	if (tong__json_canonical(body, &msg))
		abort();
	for (size_t i = 0; i < r->n_signs[role]; i++) {
		const struct signer *s = r->signs[role][i];
		char hex[2049];
		size_t sig_n;
		unsigned char *sig = signer_sign(s, msg.data, msg.len, &sig_n);

		tong__hex(sig, sig_n, hex);
		free(sig);
		json_array_append_new(json_object_get(whole, "signatures"),
							  json_pack("{s:s, s:s}", "keyid", s->id, "sig", hex));
	}
	tong__buf_free(&msg);
	text = json_dumps(whole, JSON_COMPACT);
	json_decref(whole);
	*n = strlen(text);
	return text;
}

static inline void repo_publish_role(struct repo *r, int role)
{
	json_t *body = json_pack("{s:s, s:s, s:s, s:I}", "_type", role_types[role], "spec_version",
							 "1.0.31", "expires", LATER, "version", (json_int_t)r->version[role]);
	json_t *edit;
	size_t i;

	repo_fill(r, role, body);
	json_array_foreach(r->edits, i, edit) if (json_integer_value(json_array_get(edit, 0)) == role)
		repo_apply(body, json_string_value(json_array_get(edit, 1)),
				   json_string_value(json_array_get(edit, 2)));
	free(r->file[role]);
	r->file[role] = repo_sign(r, role, body, &r->n[role]);
}

static inline void repo_publish(struct repo *r)
{
	for (int i = ROLES - 1; i > SNAPSHOT; i--)
		repo_publish_role(r, i);
	repo_publish_role(r, SNAPSHOT);
	repo_publish_role(r, TIMESTAMP);
	repo_publish_role(r, ROOT);
}

/* Puts other bytes in the place of a file, unsigned as they are; takes 'bytes'. */
static inline void repo_replace(struct repo *r, int role, char *bytes, size_t n)
{
	free(r->file[role]);
	r->file[role] = bytes;
	r->n[role] = n;
}

/* ---- a client that remembers ---- */

struct client {
	char *root, *timestamp, *snapshot; /* as a node would persist them; NULL: none */
	int64_t now;
	int failed; /* the role an update stopped at; ROLES when it did not */
	bool keys_changed, same;
};

static inline void client_keep(char **slot, const struct tong__trust *t, const char *role)
{
	struct tong__str s = tong__trust_bytes(t, role);

	free(*slot);
	*slot = strndup(s.p, s.n);
}

static inline void client_forget(struct client *c)
{
	free(c->root);
	free(c->timestamp);
	free(c->snapshot);
	memset(c, 0, sizeof *c);
}

static inline int client_root(struct client *c, struct tong__trust *t, const struct repo *r,
							  tong_error *err)
{
	int rc = 0;

	if (tong__trust_root_version(t) < (unsigned long)r->version[ROOT]) {
		rc = tong__trust_root(t, r->file[ROOT], r->n[ROOT], err);
		if (!rc)
			client_keep(&c->root, t, "root");
	}
	if (!rc) {
		rc = tong__trust_root_done(t, &c->keys_changed, err);
		if (c->keys_changed) {
			free(c->timestamp);
			free(c->snapshot);
			c->timestamp = c->snapshot = NULL;
		}
	}
	return rc;
}

static inline void client_local(struct client *c, struct tong__trust *t)
{
	if (c->timestamp && tong__trust_local_timestamp(t, c->timestamp, strlen(c->timestamp), NULL)) {
		free(c->timestamp);
		c->timestamp = NULL;
	}
	if (c->snapshot && tong__trust_local_snapshot(t, c->snapshot, strlen(c->snapshot), NULL)) {
		free(c->snapshot);
		c->snapshot = NULL;
	}
}

static inline int client_step(struct client *c, struct tong__trust *t, const struct repo *r,
							  int role, tong_error *err)
{
	const char *p = r->file[role];
	size_t n = r->n[role];
	int rc;

	switch (role) {
	case ROOT:
		return client_root(c, t, r, err);
	case TIMESTAMP:
		client_local(c, t);
		rc = tong__trust_timestamp(t, p, n, &c->same, err);
		if (!rc)
			client_keep(&c->timestamp, t, "timestamp");
		return rc;
	case SNAPSHOT:
		rc = tong__trust_snapshot(t, p, n, err);
		if (!rc)
			client_keep(&c->snapshot, t, "snapshot");
		return rc;
	case TARGETS:
		return tong__trust_role(t, "targets", NULL, p, n, err);
	case BASE:
		return tong__trust_role(t, "base", "targets", p, n, err);
	default:
		return tong__trust_role(t, "deep", "base", p, n, err);
	}
}

/* One whole update up to and including 'last'; *out is the trust it ended with (NULL: not wanted).
 */
static inline int client_update_to(struct client *c, const struct repo *r, int last,
								   struct tong__trust **out, tong_error *err)
{
	struct tong__trust *t;
	int rc;

	c->failed = ROOT;
	if (out)
		*out = NULL;
	rc = tong__trust_new(&t, c->root, strlen(c->root), c->now ? c->now : NOW, err);
	if (rc)
		return rc;
	for (int role = ROOT; !rc && role <= last; role++) {
		c->failed = role;
		rc = client_step(c, t, r, role, err);
	}
	if (!rc)
		c->failed = ROLES;
	if (out)
		*out = t;
	else
		tong__trust_free(t);
	return rc;
}

static inline int client_update(struct client *c, const struct repo *r, tong_error *err)
{
	return client_update_to(c, r, DEEP, NULL, err);
}

/* The repository's next state: newer versions of everything, after what the client holds of root.
 */
static inline void repo_next(struct repo *r, const struct client *c)
{
	json_t *root = c->root ? json_loads(c->root, 0, NULL) : NULL;

	json_array_clear(r->edits);
	for (int i = 0; i < ROLES; i++)
		r->version[i]++;
	if (root)
		r->version[ROOT] = 1 + tong__json_int(tong__json_obj(root, "signed"), "version", 0);
	json_decref(root);
}

/* A published repository and a client that has updated from it once. */
static inline void repo_begin(struct repo **r, struct client *c)
{
	tong_error err = TONG_ERROR_INIT;

	*r = repo_new();
	memset(c, 0, sizeof *c);
	repo_publish(*r);
	c->root = strdup((*r)->file[ROOT]);
	CHECK_STR(tong__code_name(client_update(c, *r, &err)), "TONG_OK");
	repo_next(*r, c);
}

static inline void repo_end(struct repo *r, struct client *c)
{
	repo_free(r);
	client_forget(c);
}

/* What every refusal is followed by: the repository is healthy again, newer, and the client gets
 * it. */
static inline void repo_recovers(struct repo *r, struct client *c)
{
	tong_error err = TONG_ERROR_INIT;
	int rc;

	repo_next(r, c);
	repo_publish(r);
	rc = client_update(c, r, &err);
	if (rc)
		printf("healthy update: %s: %s\n", err.subject, err.message);
	CHECK_STR(tong__code_name(rc), "TONG_OK");
}

/* Is what 't' holds of the role what the client held before? */
static inline bool client_holds(const struct client *c, const struct tong__trust *t, int role)
{
	struct tong__str s = tong__trust_bytes(t, role_names[role]);
	const char *held = role == ROOT        ? c->root
					   : role == TIMESTAMP ? c->timestamp
					   : role == SNAPSHOT  ? c->snapshot
										   : NULL;

	return held ? s.n == strlen(held) && !memcmp(s.p, held, s.n) : s.p == NULL;
}

/* The update must stop at 'role' with the error 'want'; nothing of that role may have been kept. */
static inline void repo_refused(struct repo *r, struct client *c, int role, const char *want)
{
	tong_error err = TONG_ERROR_INIT;
	struct tong__trust *t;
	int rc = client_update_to(c, r, DEEP, &t, &err);
	bool kept;

	if (strcmp(tong__code_name(rc), want) || c->failed != role)
		printf("at %s: %s: %s\n", c->failed < ROLES ? role_names[c->failed] : "no role",
			   err.subject, err.message);
	kept = t && !client_holds(c, t, role);
	tong__trust_free(t);
	CHECK_STR(tong__code_name(rc), want);
	CHECK(!kept);
	CHECK_INT(err.code, rc);
	CHECK_INT(c->failed, role);
	CHECK(err.subject[0] && err.message[0]);
}

#endif
