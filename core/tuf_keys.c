/* Who may sign what: "keys" and "roles" of root, and the delegations of a targets role. */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/tuf_meta.h"

static const char *const top_level[] = { "root", "timestamp", "snapshot", "targets" };

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct tong__meta_key *)a)->id, ((const struct tong__meta_key *)b)->id);
}

/* A key of an unknown type is kept without its key, under an id that is nevertheless its own. */
static int read_key(struct tong__meta_key *one, const json_t *object, tong_error *err)
{
	char id[TONG_HEX];

	if (tong__json_str(object, "keytype") && tong__json_str(object, "scheme") &&
		!tong__key_known(object))
		return tong__key_identify(object, one->id, id, err);
	return tong__key_read(object, one->id, &one->key, err);
}

static int read_keys(struct tong__meta *meta, const json_t *keys, tong_error *err)
{
	size_t n = json_object_size(keys);
	json_t *object;
	const char *id;
	int rc;

	if (!json_is_object(keys))
		return tong__meta_bad(meta, err, "keys", "an object");
	if (n > TONG_MAX_KEYS)
		return tong__fail(err, TONG_E_LIMIT, meta->role, "%zu keys, at most %d are read", n,
						  TONG_MAX_KEYS);
	meta->keys = calloc(n + 1, sizeof *meta->keys);
	if (!meta->keys)
		return tong__fail_nomem(err);
	json_object_foreach((json_t *)keys, id, object)
	{
		meta->keys[meta->n_keys].id = id;
		rc = read_key(&meta->keys[meta->n_keys++], object, err);
		if (rc)
			return rc;
	}
	qsort(meta->keys, meta->n_keys, sizeof *meta->keys, by_id);
	return 0;
}

/* A keyid without its key is a signature that can never count: harmless, as in other readers. */
static int read_keyids(struct tong__meta *meta, struct tong__meta_role *role, const json_t *keyids,
					   tong_error *err)
{
	struct tong__meta_key wanted = { 0 }, *found;
	json_t *seen, *id;
	int rc = 0;
	size_t i;

	seen = json_object();
	role->keys = calloc(json_array_size(keyids) + 1, sizeof *role->keys);
	if (!seen || !role->keys)
		rc = tong__fail_nomem(err);
	for (i = 0; !rc && i < json_array_size(keyids); i++) {
		id = json_array_get(keyids, i);
		wanted.id = json_string_value(id);
		if (!wanted.id)
			rc = tong__meta_bad(meta, err, "keyids", "strings");
		else if (json_object_get(seen, wanted.id))
			rc = tong__fail(err, TONG_E_FORMAT, role->name, "key %.64s is named twice in %s",
							wanted.id, meta->role);
		else if (json_object_set_new_nocheck(seen, wanted.id, json_true()))
			rc = tong__fail_nomem(err);
		if (rc)
			break;
		found = bsearch(&wanted, meta->keys, meta->n_keys, sizeof *meta->keys, by_id);
		if (found)
			role->keys[role->n_keys++] = (size_t)(found - meta->keys);
	}
	json_decref(seen);
	return rc;
}

static int read_role(struct tong__meta *meta, struct tong__meta_role *role, const char *name,
					 const json_t *object, tong_error *err)
{
	const json_t *keyids = tong__json_arr(object, "keyids");
	const json_t *threshold = json_object_get(object, "threshold");

	role->name = name;
	if (!keyids)
		return tong__meta_bad(meta, err, "keyids", "a list");
	if (!tong__meta_int_in(threshold, 1, TONG_META_INT_MAX))
		return tong__fail(err, TONG_E_FORMAT, name,
						  "threshold in %s: wanted an integer, at least 1 "
						  "(specification 4.3)",
						  meta->role);
	role->threshold = json_integer_value(threshold);
	if (json_array_size(keyids) > TONG_MAX_KEYS || role->threshold > TONG_MAX_KEYS)
		return tong__fail(err, TONG_E_LIMIT, name, "more than %d keys in %s", TONG_MAX_KEYS,
						  meta->role);
	return read_keyids(meta, role, keyids, err);
}

int tong__meta_root_roles(struct tong__meta *meta, tong_error *err)
{
	const json_t *roles = tong__json_obj(meta->body, "roles"), *object;
	const json_t *consistent = json_object_get(meta->body, "consistent_snapshot");
	int rc = read_keys(meta, json_object_get(meta->body, "keys"), err);

	if (rc)
		return rc;
	if (consistent && !json_is_boolean(consistent))
		return tong__meta_bad(meta, err, "consistent_snapshot", "true or false");
	meta->consistent = json_is_true(consistent);
	meta->roles = calloc(4, sizeof *meta->roles);
	if (!meta->roles)
		return tong__fail_nomem(err);
	for (size_t i = 0; i < 4; i++) {
		object = json_object_get(roles, top_level[i]);
		if (!object)
			return tong__meta_bad(meta, err, "roles", "root, timestamp, snapshot and targets");
		rc = read_role(meta, &meta->roles[meta->n_roles++], top_level[i], object, err);
		if (rc)
			return rc;
	}
	return 0;
}

static int check_patterns(const struct tong__meta *meta, const struct tong__meta_role *role,
						  tong_error *err)
{
	const json_t *list = role->paths ? role->paths : role->path_hash_prefixes;
	json_t *one;
	size_t i;

	if (!role->paths == !role->path_hash_prefixes)
		return tong__meta_bad(meta, err, role->name, "either paths or path_hash_prefixes");
	if (!json_is_array(list))
		return tong__meta_bad(meta, err, role->name, "a list of paths");
	json_array_foreach(list, i, one)
	{
		if (!json_is_string(one))
			return tong__meta_bad(meta, err, role->name, "paths that are strings");
		if (!role->paths && !tong__meta_hex(json_string_value(one), 1, 64))
			return tong__meta_bad(meta, err, role->name, "path_hash_prefixes in lower-case hex");
	}
	return 0;
}

/* A name a delegation may have: not one of the four, which other keys sign. */
static int check_name(const struct tong__meta *meta, const char *name, json_t *seen,
					  tong_error *err)
{
	if (!name || !*name)
		return tong__meta_bad(meta, err, "delegations", "a name for each role");
	if (strlen(name) >= TONG_MAX_ROLE_NAME)
		return tong__fail(err, TONG_E_LIMIT, meta->role,
						  "a role's name of %zu bytes, at most %d are read", strlen(name),
						  TONG_MAX_ROLE_NAME - 1);
	for (size_t i = 0; i < 4; i++)
		if (!strcmp(name, top_level[i]))
			return tong__fail(err, TONG_E_ROLE, meta->role,
							  "delegates to %s, which only root can (specification 4.5)", name);
	if (json_object_get(seen, name))
		return tong__fail(err, TONG_E_FORMAT, meta->role,
						  "delegates twice to %s (specification 4.5)", name);
	if (json_object_set_new_nocheck(seen, name, json_true()))
		return tong__fail_nomem(err);
	return 0;
}

static int read_delegation(struct tong__meta *meta, const json_t *object, json_t *seen,
						   tong_error *err)
{
	struct tong__meta_role *role = &meta->roles[meta->n_roles];
	const char *name = tong__json_str(object, "name");
	const json_t *terminating = json_object_get(object, "terminating");
	int rc = check_name(meta, name, seen, err);

	if (rc)
		return rc;
	if (!json_is_boolean(terminating))
		return tong__meta_bad(meta, err, "terminating", "true or false");
	role->terminating = json_is_true(terminating);
	role->paths = json_object_get(object, "paths");
	role->path_hash_prefixes = json_object_get(object, "path_hash_prefixes");
	meta->n_roles++;
	rc = read_role(meta, role, name, object, err);
	return rc ? rc : check_patterns(meta, role, err);
}

int tong__meta_delegations(struct tong__meta *meta, const json_t *object, tong_error *err)
{
	const json_t *list = tong__json_arr(object, "roles");
	json_t *seen;
	int rc;

	if (!list)
		return tong__meta_bad(meta, err, "delegations", "roles, a list");
	rc = read_keys(meta, json_object_get(object, "keys"), err);
	seen = json_object();
	meta->roles = calloc(json_array_size(list) + 1, sizeof *meta->roles);
	if (!seen || !meta->roles)
		rc = tong__fail_nomem(err);
	for (size_t i = 0; !rc && i < json_array_size(list); i++)
		rc = read_delegation(meta, json_array_get(list, i), seen, err);
	json_decref(seen);
	return rc;
}
