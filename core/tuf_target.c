/* Targets: what a trusted role says of a file, and what it says of one of our layers (FORMAT T2,
 * T3). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/message.h"
#include "core/tuf_trust.h"

#define LAYER_FILE (TONG_MAX_ROLE_NAME + sizeof ".ndjson")
#define CS_START   12 /* C2: the shortest file a changeset can be */

int tong__trust_target(const struct tong__trust *t, const char *role, const char *path,
					   struct tong__target *out, tong_error *err)
{
	const struct tong__trust_held *held = tong__trust_held(t, role);
	const json_t *target, *hashes;
	const char *sha256, *sha512;

	target = held ? json_object_get(tong__json_obj(held->meta->body, "targets"), path) : NULL;
	if (!target)
		return tong__fail(err, TONG_E_NOTFOUND, path,
						  "%.128s does not list it (specification 5.7.2)", role);
	hashes = tong__json_obj(target, "hashes");
	sha256 = tong__json_str(hashes, "sha256");
	sha512 = tong__json_str(hashes, "sha512");
	if (!sha256 && !sha512)
		return tong__fail(err, TONG_E_HASH, path,
						  "%.128s lists no hash that is known, wanted sha256 or "
						  "sha512 (specification 5.7.3)",
						  role);
	memset(out, 0, sizeof *out);
	out->length = (uint64_t)tong__json_int(target, "length", 0);
	out->has_sha256 = sha256 && tong__hash_parse(sha256, &out->sha256);
	if (sha512)
		memcpy(out->sha512, sha512, sizeof out->sha512);
	out->custom = tong__json_obj(target, "custom");
	return 0;
}

/* ---- layers ---- */

static int bad(tong_error *err, const char *layer, const char *wanted)
{
	return tong__fail(err, TONG_E_FORMAT, layer, "custom.tong: wanted %s (FORMAT T3)",
					  tong__text(wanted));
}

/* T2: every reader that searches for 'file' must come to this role and to no other. Targets itself
 * lists nothing, and the first delegation that covers the file is the layer's own and ends the
 * search. */
static int check_way(const struct tong__trust *t, const char *layer, const char *file,
					 tong_error *err)
{
	const struct tong__trust_held *targets = tong__trust_held(t, "targets");
	const struct tong__trust_held *role = tong__trust_held(t, layer);
	const char *name;
	bool terminating;

	if (!targets || !role)
		return tong__fail(err, TONG_E_NOTFOUND, layer, "%s is not held",
						  targets ? layer : "targets");
	if (!role->by_targets)
		return tong__fail(err, TONG_E_ROLE, layer,
						  "not verified as targets' own delegation (FORMAT T2)");
	if (json_object_get(tong__json_obj(targets->meta->body, "targets"), file))
		return tong__fail(err, TONG_E_ROLE, layer, "targets lists %s itself (FORMAT T2)", file);
	for (size_t i = 0; (name = tong__trust_delegation(t, "targets", i, &terminating)); i++) {
		if (!tong__trust_delegates(t, "targets", name, file))
			continue;
		if (!strcmp(name, layer) && terminating)
			return 0;
		return tong__fail(err, TONG_E_ROLE, layer,
						  "%s is delegated to %.128s%s, wanted a terminating "
						  "delegation to %s first (FORMAT T2)",
						  file, name, terminating ? "" : _(", not terminating,"), layer);
	}
	return tong__fail(err, TONG_E_ROLE, layer, "%s is not delegated to it (FORMAT T2)", file);
}

/* Exactly its own file: a role that names more, or another's, is not a layer's role (promise P7).
 */
static int check_names(const struct tong__trust *t, const char *layer, const char *file,
					   tong_error *err)
{
	json_t *targets = tong__json_obj(tong__trust_held(t, layer)->meta->body, "targets"), *value;
	const char *path;

	json_object_foreach(targets, path, value) if (strcmp(path, file)) return tong__fail(
		err, TONG_E_ROLE, layer,
		"names the target %.160s, wanted only %s "
		"(FORMAT T3)",
		path, file);
	return 0;
}

static int read_change(struct tong__layer_change *out, const json_t *change, const char *layer,
					   tong_error *err)
{
	const char *from = tong__json_str(change, "from"), *id = tong__json_str(change, "id");
	const json_t *length = json_object_get(change, "length");

	if (!from || !id || !tong__hash_parse(id, &out->id) ||
		(*from && !tong__hash_parse(from, &out->from)))
		return bad(err, layer, "from and id of a changeset, identities in hex");
	if (!tong__meta_int_in(length, CS_START, TONG_META_INT_MAX))
		return bad(err, layer, "length of a changeset, at least 12");
	if (json_integer_value(length) > (json_int_t)TONG_MAX_CS)
		return tong__fail(err, TONG_E_LIMIT, layer,
						  "a changeset of %lld bytes, at most %u are read",
						  (long long)json_integer_value(length), TONG_MAX_CS);
	out->whole = !*from;
	out->length = (uint64_t)json_integer_value(length);
	return 0;
}

/* Adds the list to the changes there are; all of it or nothing. */
static int read_changes(struct tong__layer_target *out, const json_t *list, tong_error *err)
{
	size_t n = json_array_size(list);
	struct tong__layer_change *all =
		realloc(out->changes, (out->n_changes + n + 1) * sizeof *out->changes);
	int rc = 0;

	if (!all)
		return tong__fail_nomem(err);
	out->changes = all;
	for (size_t i = 0; !rc && i < n; i++)
		rc = read_change(&all[out->n_changes + i], json_array_get(list, i), out->name, err);
	if (!rc)
		out->n_changes += n;
	return rc;
}

static int read_older(struct tong__layer_target *out, const json_t *older, tong_error *err)
{
	const char *id = tong__json_str(older, "id");
	const json_t *length = json_object_get(older, "length");

	if (!older)
		return 0;
	if (!id || !tong__hash_parse(id, &out->older.id) ||
		!tong__meta_int_in(length, 1, TONG_MAX_OLDER))
		return bad(err, out->name, "older: an id in hex and a length of at most 64 KiB");
	out->older.length = (uint64_t)json_integer_value(length);
	return 0;
}

static int read_layer(struct tong__layer_target *out, const struct tong__target *target,
					  tong_error *err)
{
	const json_t *custom = tong__json_obj(target->custom, "tong");
	const json_t *records = json_object_get(custom, "records");
	const json_t *changes = tong__json_arr(custom, "changesets");
	int rc;

	if (!target->has_sha256)
		return tong__fail(err, TONG_E_FORMAT, out->name, "hashes: wanted sha256 (FORMAT T3)");
	if (target->length > TONG_MAX_LAYER)
		return tong__fail(err, TONG_E_LIMIT, out->name,
						  "a layer of %llu bytes, at most %u are read",
						  (unsigned long long)target->length, TONG_MAX_LAYER);
	if (!tong__meta_int_in(records, 0, TONG_META_INT_MAX) || !changes)
		return bad(err, out->name, "records, an integer, and changesets, a list");
	if (json_integer_value(records) > (json_int_t)TONG_MAX_LAYER_RECORDS)
		return tong__fail(err, TONG_E_LIMIT, out->name,
						  "%lld records, at most %u are read",
						  (long long)json_integer_value(records), TONG_MAX_LAYER_RECORDS);
	out->sha256 = target->sha256;
	out->length = target->length;
	out->records = (uint64_t)json_integer_value(records);
	if (json_object_get(custom, "older") && !tong__json_obj(custom, "older"))
		return bad(err, out->name, "older, an object");
	rc = read_changes(out, changes, err);
	return rc ? rc : read_older(out, tong__json_obj(custom, "older"), err);
}

int tong__trust_layer(const struct tong__trust *t, const char *layer,
					  struct tong__layer_target *out, tong_error *err)
{
	struct tong__target target;
	char file[LAYER_FILE];
	int rc;

	memset(out, 0, sizeof *out);
	if (!tong__layer_name_valid(layer))
		return tong__fail(err, TONG_E_ROLE, layer, "no layer has this name (FORMAT L2)");
	snprintf(file, sizeof file, "%s.ndjson", layer);
	snprintf(out->name, sizeof out->name, "%s", layer);
	rc = check_way(t, layer, file, err);
	if (!rc)
		rc = check_names(t, layer, file, err);
	if (!rc)
		rc = tong__trust_target(t, layer, file, &target, err);
	if (!rc)
		rc = read_layer(out, &target, err);
	if (rc)
		tong__layer_target_free(out);
	return rc;
}

static int check_older(const struct tong__layer_target *t, const json_t *file, tong_error *err)
{
	const char *layer = tong__json_str(file, "layer"), *to = tong__json_str(file, "to");
	struct tong__hash hash;

	if (!layer || strcmp(layer, t->name) != 0 || !to || !tong__hash_parse(to, &hash) ||
		!tong__hash_equal(&hash, &t->sha256) || !tong__json_arr(file, "changesets"))
		return tong__fail(err, TONG_E_FORMAT, t->name,
						  "the list of older ways is not one for this version of the layer "
						  "(FORMAT T8)");
	return 0;
}

int tong__layer_target_older(struct tong__layer_target *t, const void *bytes, size_t n,
							 tong_error *err)
{
	struct tong__hash hash;
	json_t *file;
	int rc;

	tong__sha256(bytes, n, &hash);
	if (n != t->older.length || !tong__hash_equal(&hash, &t->older.id))
		return tong__fail(err, TONG_E_HASH, t->name,
						  "the list of older ways is not the one signed (FORMAT T8)");
	rc = tong__json_read(bytes, n, TONG_MAX_JSON_DEPTH, t->name, &file, err);
	if (rc)
		return rc;
	rc = check_older(t, file, err);
	if (!rc)
		rc = read_changes(t, tong__json_arr(file, "changesets"), err);
	json_decref(file);
	return rc;
}

void tong__layer_target_free(struct tong__layer_target *target)
{
	if (!target)
		return;
	free(target->changes);
	memset(target, 0, sizeof *target);
}
