/* A small province for tests of the agent: its layers published as a signed release folder. */
#ifndef TESTS_UNIT_AGENT_REPO_H
#define TESTS_UNIT_AGENT_REPO_H

#include "core/head.h"
#include "tests/unit/agent_layers.h"

/* ---- signing ---- */

static inline void p_new_key(struct province *p)
{
	unsigned char raw[32];
	size_t n = sizeof raw;
	char hex[65];
	struct tong__buf b;
	struct tong__hash h;

	EVP_PKEY_free(p->key);
	json_decref(p->key_json);
	p->key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	EVP_PKEY_get_raw_public_key(p->key, raw, &n);
	tong__hex(raw, n, hex);
	p->key_json = json_pack("{s:s, s:s, s:{s:s}}", "keytype", "ed25519", "scheme", "ed25519",
							"keyval", "public", hex);
	tong__buf_init(&b, 4096);
	tong__json_canonical(p->key_json, &b);
	tong__sha256(b.data, b.len, &h);
	tong__hash_hex(&h, p->key_id);
	tong__buf_free(&b);
}

static inline void p_sign_with(EVP_PKEY *key, const char *id, const struct tong__buf *msg,
							   json_t *into)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char sig[64];
	size_t n = sizeof sig;
	char hex[129];

	EVP_DigestSignInit(ctx, NULL, NULL, NULL, key);
	if (EVP_DigestSign(ctx, sig, &n, (const unsigned char *)msg->data, msg->len) != 1)
		abort();
	EVP_MD_CTX_free(ctx);
	tong__hex(sig, n, hex);
	json_array_append_new(into, json_pack("{s:s, s:s}", "keyid", id, "sig", hex));
}

/* The signed file as text; takes 'body'. 'old' is a second signer (NULL: none). */
static inline char *p_signed(struct province *p, json_t *body, EVP_PKEY *old, const char *old_id)
{
	json_t *sigs = json_array(), *whole;
	struct tong__buf msg;
	char *text;

	tong__buf_init(&msg, 1u << 22);
	tong__json_canonical(body, &msg);
	p_sign_with(p->key, p->key_id, &msg, sigs);
	if (old)
		p_sign_with(old, old_id, &msg, sigs);
	whole = json_pack("{s:o, s:o}", "signatures", sigs, "signed", body);
	text = json_dumps(whole, JSON_COMPACT);
	json_decref(whole);
	tong__buf_free(&msg);
	return text;
}

static inline json_t *p_body(const char *type, unsigned version, const char *expires)
{
	return json_pack("{s:s, s:s, s:s, s:i}", "_type", type, "spec_version", "1.0.31", "expires",
					 expires, "version", (int)version);
}

/* Writes a text file and puts it into the head. */
static inline void p_publish(struct province *p, const char *name, const char *text, size_t n)
{
	char *hex = malloc(2 * n + 1);

	p_write(p, name, text, n);
	tong__hex(text, n, hex);
	json_object_set_new(p->head, name, json_string(hex));
	free(hex);
}

static inline void p_publish_text(struct province *p, const char *name, char *text)
{
	p_publish(p, name, text, strlen(text));
	free(text);
}

/* ---- metadata ---- */

static inline void p_root(struct province *p, EVP_PKEY *old, const char *old_id)
{
	static const char *const names[] = { "root", "timestamp", "snapshot", "targets" };
	json_t *body = p_body("root", ++p->root, LATER), *roles = json_object();
	char name[64];
	char *text;

	for (int i = 0; i < 4; i++)
		json_object_set_new(roles, names[i],
							json_pack("{s:[s], s:i}", "keyids", p->key_id, "threshold", 1));
	json_object_set_new(body, "keys", json_pack("{s:O}", p->key_id, p->key_json));
	json_object_set_new(body, "roles", roles);
	json_object_set_new(body, "consistent_snapshot", json_true());
	text = p_signed(p, body, old, old_id);
	snprintf(name, sizeof name, "%u.root.json", p->root);
	p_write(p, name, text, strlen(text));
	free(text);
}

static inline void p_changeset_entry(struct province *p, const char *layer, json_t *from,
									 json_t *to, json_t *list, bool in_head)
{
	char id[TONG_HEX], name[128];
	struct tong__buf cs = p_changeset(p, layer, from, to, id), old = p_layer_text(from);

	snprintf(name, sizeof name, "changesets/%s.tcs", id);
	if (in_head)
		p_publish(p, name, cs.data, cs.len);
	else
		p_write(p, name, cs.data, cs.len);
	json_array_append_new(list, json_pack("{s:o, s:s, s:I}", "from",
										  from ? p_hex_of(old.data ? old.data : "", old.len)
											   : json_string(""),
										  "id", id, "length", (json_int_t)cs.len));
	tong__buf_free(&cs);
	tong__buf_free(&old);
}

/* The role of a layer, when the layer changed. */
static inline void p_role(struct province *p, const char *layer, json_t *lines)
{
	json_t *old = json_object_get(p->published, layer), *list, *body,
		   *role = json_object_get(p->roles, layer);
	struct tong__buf text;
	char name[128];
	unsigned version = role ? (unsigned)json_integer_value(role) + 1 : 1;

	if (role && json_equal(old, lines))
		return;
	list = json_array();
	p_changeset_entry(p, layer, NULL, lines, list, false);
	if (old && !p->no_delta)
		p_changeset_entry(p, layer, old, lines, list, true);
	text = p_layer_text(lines);
	body = p_body("targets", version, p->expires);
	snprintf(name, sizeof name, "%s.ndjson", layer);
	json_object_set_new(body, "targets",
						json_pack("{s:{s:I, s:{s:o}, s:{s:{s:o, s:I}}}}", name, "length",
								  (json_int_t)text.len, "hashes", "sha256",
								  p_hex_of(text.data ? text.data : "", text.len), "custom", "tong",
								  "changesets", list, "records",
								  (json_int_t)json_object_size(lines)));
	tong__buf_free(&text);
	snprintf(name, sizeof name, "%u.%s.json", version, layer);
	p_publish_text(p, name, p_signed(p, body, NULL, NULL));
	json_object_set_new(p->roles, layer, json_integer((json_int_t)version));
}

static inline void p_targets(struct province *p)
{
	json_t *body = p_body("targets", ++p->targets, p->expires), *list = json_array(), *lines;
	const char *layer;
	char name[128];

	json_object_foreach(p->layers, layer, lines)
	{
		snprintf(name, sizeof name, "%s.ndjson", layer);
		json_array_append_new(list, json_pack("{s:s, s:[s], s:i, s:b, s:[s]}", "name", layer,
											  "keyids", p->key_id, "threshold", 1, "terminating", 1,
											  "paths", name));
	}
	json_object_set_new(body, "targets", json_object());
	json_object_set_new(body, "delegations",
						json_pack("{s:{s:O}, s:o}", "keys", p->key_id, p->key_json, "roles", list));
	snprintf(name, sizeof name, "%u.targets.json", p->targets);
	p_publish_text(p, name, p_signed(p, body, NULL, NULL));
}

static inline void p_snapshot(struct province *p)
{
	json_t *body = p_body("snapshot", ++p->snapshot, p->expires), *meta = json_object(), *version;
	const char *layer;
	char name[160];

	json_object_set_new(meta, "targets.json", json_pack("{s:i}", "version", (int)p->targets));
	json_object_foreach(p->roles, layer, version)
	{
		snprintf(name, sizeof name, "%s.json", layer);
		json_object_set_new(meta, name, json_pack("{s:O}", "version", version));
	}
	json_object_set_new(body, "meta", meta);
	snprintf(name, sizeof name, "%u.snapshot.json", p->snapshot);
	p_publish_text(p, name, p_signed(p, body, NULL, NULL));
}

static inline void p_write_heads(struct province *p)
{
	struct tong__buf text, out;
	const char *name, *layer;
	json_t *hex, *lines;
	char path[64];

	tong__buf_init(&text, TONG_MAX_HEAD);
	tong__buf_init(&out, TONG_MAX_HEAD);
	snprintf(path, sizeof path, "%u", p->root);
	tong__buf_addf(&text, "root %zu\n%s\n", strlen(path), path);
	json_object_foreach(p->head, name, hex)
	{
		size_t n = json_string_length(hex) / 2;
		unsigned char *bytes = malloc(n + 1);

		tong__unhex(json_string_value(hex), bytes, n);
		tong__buf_addf(&text, "%s %zu\n", name, n);
		tong__buf_add(&text, bytes, n);
		tong__buf_addc(&text, '\n');
		free(bytes);
	}
	tong__buf_adds(&out, "TONGHD2\n");
	p_zstd(text.data, text.len, tong__head_prefix.p, tong__head_prefix.n, &out);
	json_object_foreach(p->layers, layer, lines)
	{
		snprintf(path, sizeof path, "heads/%s", layer[0] == 'r' ? layer + 1 : "all");
		p_write(p, path, out.data, out.len);
	}
	tong__buf_free(&text);
	tong__buf_free(&out);
}

/* timestamp.json, and the heads with it. */
static inline void p_timestamp(struct province *p)
{
	json_t *body = p_body("timestamp", ++p->timestamp, p->expires);
	struct tong__buf snapshot;
	char name[64];

	snprintf(name, sizeof name, "%u.snapshot.json", p->snapshot);
	snapshot = p_read(p, name);
	json_object_set_new(body, "meta",
						json_pack("{s:{s:i, s:I, s:{s:o}}}", "snapshot.json", "version",
								  (int)p->snapshot, "length", (json_int_t)snapshot.len, "hashes",
								  "sha256", p_hex_of(snapshot.data, snapshot.len)));
	tong__buf_free(&snapshot);
	p_publish_text(p, "timestamp.json", p_signed(p, body, NULL, NULL));
	if (!p->no_head)
		p_write_heads(p);
}

/* Publishes the layers as they are now. */
static inline void p_release(struct province *p)
{
	bool targets = json_object_size(p->layers) != json_object_size(p->published);
	const char *layer;
	json_t *lines;

	json_object_clear(p->head);
	json_object_foreach(p->layers, layer, lines) p_role(p, layer, lines);
	if (targets || !p->targets)
		p_targets(p);
	p_snapshot(p);
	p_timestamp(p);
	json_decref(p->published);
	p->published = json_deep_copy(p->layers);
}

/* A new key for every role; nothing but the root is signed with it yet. */
static inline void p_new_root(struct province *p)
{
	EVP_PKEY *old = p->key;
	char old_id[TONG_HEX];

	memcpy(old_id, p->key_id, sizeof old_id);
	p->key = NULL;
	p_new_key(p);
	p_root(p, old, old_id);
	EVP_PKEY_free(old);
}

/* A new key for every role; all metadata is signed anew. */
static inline void p_rotate(struct province *p)
{
	const char *layer;
	json_t *v;

	p_new_root(p);
	json_object_clear(p->published);
	json_object_foreach(p->layers, layer, v)
		json_object_set_new(p->published, layer, json_object());
	p->no_delta = true;
	p_targets(p);
	p_release(p);
	p->no_delta = false;
}

#endif
