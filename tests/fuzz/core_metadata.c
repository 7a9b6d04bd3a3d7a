/* Feeds bytes to the readers of metadata as each of its types: envelope, body, signatures, files,
 * delegations, layers. The first byte chooses the type ('0' root … '3' targets), the rest is the
 * file. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/key.h"
#include "core/tuf_trust.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static const char *const names[] = { "root", "timestamp", "snapshot", "targets" };

/* A refusal says why, and leaves nothing behind. */
static void expect(int rc, const tong_error *err, bool left)
{
	if (rc && (err->code != rc || !err->subject[0] || !err->message[0] || left))
		abort();
}

static struct tong__meta *read_as(enum tong__meta_type type, const char *role, const uint8_t *p,
								  size_t n)
{
	tong_error err = TONG_ERROR_INIT;
	struct tong__meta *meta;
	int rc = tong__meta_open(&meta, type, role, p, n, &err);

	expect(rc, &err, rc && meta);
	if (rc)
		return NULL;
	rc = tong__meta_body(meta, &err);
	expect(rc, &err, false);
	if (!rc)
		return meta;
	tong__meta_free(meta);
	return NULL;
}

static void try_files(const struct tong__meta *meta)
{
	struct tong__meta_file file;
	tong_error err = TONG_ERROR_INIT;
	int rc;

	for (size_t i = 0; i < 4; i++)
		if (tong__meta_file(meta, names[i], &file)) {
			rc = tong__meta_matches(&file, names[i], meta->bytes, meta->n, "5", &err);
			expect(rc, &err, false);
			rc = tong__meta_matches(&file, names[i], "x", 1, "5", &err);
			expect(rc, &err, false);
		}
}

/* Every key of the file: what is read is itself, and has not signed this. */
static void try_keys(const struct tong__meta *meta)
{
	static const unsigned char sig[64];
	tong_error err = TONG_ERROR_INIT;
	struct tong__key *key;
	const char *id;
	json_t *value;
	int rc;

	json_object_foreach(tong__json_obj(meta->body, "keys"), id, value)
	{
		rc = tong__key_read(value, id, &key, &err);
		expect(rc, &err, false);
		if (rc)
			continue;
		if (strcmp(tong__key_id(key), id) != 0 || !tong__key_same(key, key) ||
			tong__key_verify(key, "message", 7, sig, sizeof sig))
			abort();
		tong__key_free(key);
	}
}

/* A list of older ways, which a file may name with its length and hash (FORMAT T8). */
static const char older[] =
	"{\"changesets\":[{\"from\":\"\",\"id\":"
	"\"2c624232cdd221771294dfbb310aca000a0df6ac8b66b696d90ef06fdefb64a3\",\"length\":9}],"
	"\"layer\":\"base\",\"to\":"
	"\"4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce\"}";

/* Every delegation against every target; the layers, as if targets and its roles were this file. */
static void try_targets(struct tong__meta *meta)
{
	struct tong__trust_held held[] = { { meta, true }, { NULL, true } };
	struct tong__trust t = { .roles = held, .n_roles = 1 };
	struct tong__layer_target layer;
	struct tong__target target;
	tong_error err = TONG_ERROR_INIT;
	const char *role, *path;
	json_t *value;
	int rc;

	json_object_foreach(tong__json_obj(meta->body, "targets"), path, value)
	{
		tong__trust_target(&t, "targets", path, &target, &err);
		for (size_t i = 0; i < 8; i++) {
			role = tong__trust_delegation(&t, "targets", i, NULL);
			if (!role)
				break;
			tong__trust_delegates(&t, "targets", role, path);
		}
	}
	held[1].meta = read_as(TONG_META_TARGETS, "base", (uint8_t *)meta->bytes, meta->n);
	if (!held[1].meta)
		abort();
	json_object_clear(tong__json_obj(meta->body, "targets"));
	t.n_roles = 2;
	rc = tong__trust_layer(&t, "base", &layer, &err);
	expect(rc, &err, rc && layer.changes);
	if (!rc) {
		rc = tong__layer_target_older(&layer, older, sizeof older - 1, &err);
		expect(rc, &err, false);
	}
	tong__layer_target_free(&layer);
	rc = tong__meta_verify(held[1].meta, meta, "5.6.3", &err);
	expect(rc, &err, false);
	tong__meta_free(held[1].meta);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	enum tong__meta_type type = len ? data[0] & 3 : 0;
	tong_error err = TONG_ERROR_INIT;
	struct tong__meta *meta;
	struct tong__trust *t;
	int rc;

	if (!len)
		return 0;
	data++, len--;
	if (!tong__meta_type_name(type) || !tong__meta_ceiling(type))
		abort();
	meta = read_as(type, names[type], data, len);
	if (meta)
		try_keys(meta);
	if (meta && type == TONG_META_TARGETS)
		try_targets(meta);
	else if (meta)
		try_files(meta);
	tong__meta_free(meta);
	if (type == TONG_META_ROOT) {
		rc = tong__trust_new(&t, data, len, 0, &err);
		expect(rc, &err, rc && t);
		if (!rc) {
			rc = tong__trust_root(t, data, len, &err);
			expect(rc, &err, !rc);
		}
		tong__trust_free(t);
	}
	return 0;
}
