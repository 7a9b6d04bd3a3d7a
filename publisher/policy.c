/* Changes to who signs what, on copies of root's and targets' entries; nothing is signed here. */
#include "publisher/policy.h"

#include <string.h>

#include "core/json.h"
#include "publisher/metadata.h"

static const char *const top_level[] = { "root", "targets", "snapshot", "timestamp" };

int tong__policy_read(struct tong__policy *p, const json_t *root_body, const json_t *delegations,
					  tong_error *err)
{
	json_t *keys = json_deep_copy(tong__json_obj(root_body, "keys"));
	json_t *roles = json_deep_copy(tong__json_obj(root_body, "roles"));

	p->root = json_pack("{s:o, s:o}", "keys", keys, "roles", roles);
	p->delegations =
		delegations ? json_deep_copy(delegations) : json_pack("{s:{}, s:[]}", "keys", "roles");
	return p->root && p->delegations ? 0 : tong__fail_nomem(err);
}

void tong__policy_free(struct tong__policy *p)
{
	json_decref(p->root);
	json_decref(p->delegations);
	memset(p, 0, sizeof *p);
}

static bool is_top(const char *role)
{
	size_t i;

	for (i = 0; i < 4; i++)
		if (strcmp(top_level[i], role) == 0)
			return true;
	return false;
}

static json_t *delegation(const struct tong__policy *p, const char *layer)
{
	json_t *entry;
	size_t i;

	json_array_foreach(tong__json_arr(p->delegations, "roles"), i, entry)
	{
		const char *name = tong__json_str(entry, "name");

		if (name && strcmp(name, layer) == 0)
			return entry;
	}
	return NULL;
}

struct tong__judge tong__policy_judge(const struct tong__policy *p, const char *role)
{
	if (is_top(role))
		return (struct tong__judge){ tong__json_obj(tong__json_obj(p->root, "roles"), role),
									 tong__json_obj(p->root, "keys") };
	return (struct tong__judge){ delegation(p, role), tong__json_obj(p->delegations, "keys") };
}

/* ---- keys that nobody names any more go ---- */

static bool role_lists(json_t *entry, const char *id)
{
	struct tong__judge j = { entry, NULL };

	return tong__judge_lists(&j, id);
}

/* 'roles' is root's object or the delegations' list. */
static bool is_named(json_t *roles, const char *id)
{
	const char *name;
	json_t *entry;
	size_t i;

	json_object_foreach(roles, name, entry) if (role_lists(entry, id)) return true;
	json_array_foreach(roles, i, entry) if (role_lists(entry, id)) return true;
	return false;
}

static void prune(json_t *side)
{
	json_t *keys = tong__json_obj(side, "keys"), *key;
	const char *id;
	void *next;

	json_object_foreach_safe(keys, next, id, key) if (!is_named(json_object_get(side, "roles"), id))
		json_object_del(keys, id);
}

/* ---- one role ---- */

/* A role that cannot reach its threshold would lock everybody out. */
static int check_role(const char *name, json_t *entry, tong_error *err)
{
	size_t n = json_array_size(tong__json_arr(entry, "keyids"));
	json_int_t wanted = tong__json_int(entry, "threshold", 1);

	if (wanted >= 1 && n >= (size_t)wanted)
		return 0;
	return tong__fail(err, TONG_E_USAGE, name,
					  "would have %zu keys where %d must sign: name more with `keys threshold %s M "
					  "KEY…` first, or `keys rotate OLD NEW`",
					  n, (int)wanted, name);
}

static int set_role(json_t *side, json_t *entry, const struct tong__policy_change *c,
					tong_error *err)
{
	json_t *ids = json_array();
	bool failed = !ids;
	size_t i;

	for (i = 0; i < c->n_keys && !failed; i++) {
		const struct tong__keys_key *k = c->keys[i];

		failed = json_array_append_new(ids, json_string(k->id)) ||
				 json_object_set(tong__json_obj(side, "keys"), k->id, k->public);
	}
	if (!failed && c->n_keys)
		failed = json_object_set(entry, "keyids", ids);
	if (!failed && c->threshold)
		failed = json_object_set_new(entry, "threshold", json_integer((json_int_t)c->threshold));
	json_decref(ids);
	return failed ? tong__fail_nomem(err) : check_role(c->role, entry, err);
}

/* Two names of one key would count once, and a client refuses a keyid named twice. */
static int check_distinct(const struct tong__policy_change *c, tong_error *err)
{
	size_t i, k;

	for (i = 0; i < c->n_keys; i++)
		for (k = 0; k < i; k++)
			if (strcmp(c->keys[i]->id, c->keys[k]->id) == 0)
				return tong__fail(err, TONG_E_USAGE, c->role, "%s and %s are the same key",
								  c->keys[k]->name, c->keys[i]->name);
	return 0;
}

static int set(struct tong__policy *p, const struct tong__policy_change *c, tong_error *err)
{
	struct tong__judge j = tong__policy_judge(p, c->role);

	if (!j.role)
		return tong__fail(err, TONG_E_USAGE, c->role,
						  "is no role of this release: root, targets, snapshot, timestamp, base, "
						  "site, or r and the code of a region that has a layer");
	if (check_distinct(c, err))
		return TONG_E_USAGE;
	return set_role(is_top(c->role) ? p->root : p->delegations, (json_t *)(intptr_t)j.role, c, err);
}

/* ---- one key, wherever it is named ---- */

/* 'new' NULL: taken out. A role that names the new one already just loses the old. */
static int swap(json_t *side, json_t *entry, const char *old, const struct tong__keys_key *new)
{
	json_t *ids = tong__json_arr(entry, "keyids");
	bool has_new = new &&role_lists(entry, new->id);
	size_t i;

	for (i = json_array_size(ids); i-- > 0;) {
		const char *id = json_string_value(json_array_get(ids, i));

		if (!id || strcmp(id, old) != 0)
			continue;
		if (!new || has_new) {
			json_array_remove(ids, i);
			continue;
		}
		if (json_array_set_new(ids, i, json_string(new->id)) ||
			json_object_set(tong__json_obj(side, "keys"), new->id, new->public))
			return -1;
	}
	return 0;
}

static int swap_side(json_t *side, const struct tong__policy_change *c, size_t *n, tong_error *err)
{
	const struct tong__keys_key *new = c->act == TONG_POLICY_REPLACE ? c->keys[0] : NULL;
	json_t *roles = json_object_get(side, "roles"), *entry;
	const char *name;
	int code = 0;
	size_t i;

	json_object_foreach(roles, name, entry) if (!code && role_lists(entry, c->old_id))
	{
		++*n;
		code = swap(side, entry, c->old_id, new) ? tong__fail_nomem(err)
												 : check_role(name, entry, err);
	}
	json_array_foreach(roles, i, entry) if (!code && role_lists(entry, c->old_id))
	{
		++*n;
		code = swap(side, entry, c->old_id, new)
				   ? tong__fail_nomem(err)
				   : check_role(tong__json_str(entry, "name"), entry, err);
	}
	return code;
}

int tong__policy_apply(struct tong__policy *p, const struct tong__policy_change *c, tong_error *err)
{
	size_t n = 0;
	int code = 0;

	if (c->act == TONG_POLICY_SET)
		code = set(p, c, err);
	if (c->act == TONG_POLICY_REPLACE || c->act == TONG_POLICY_REMOVE) {
		code = swap_side(p->root, c, &n, err);
		if (!code)
			code = swap_side(p->delegations, c, &n, err);
		if (!code && !n)
			code = tong__fail(err, TONG_E_USAGE, c->old_id,
							  "no role names this key: there is nothing to change");
	}
	prune(p->root);
	prune(p->delegations);
	return code;
}

/* ---- layers ---- */

int tong__policy_delegate(struct tong__policy *p, const char *layer, const struct tong__keys_key *k,
						  tong_error *err)
{
	if (json_object_set(tong__json_obj(p->delegations, "keys"), k->id, k->public) ||
		json_array_append_new(tong__json_arr(p->delegations, "roles"),
							  tong__metadata_delegation(layer, k->id)))
		return tong__fail_nomem(err);
	return 0;
}

int tong__policy_keep(struct tong__policy *p, const char *const layers[], tong_error *err)
{
	json_t *roles = json_array();
	bool failed = !roles;
	size_t i;

	for (i = 0; layers[i] && !failed; i++) {
		json_t *entry = delegation(p, layers[i]);

		failed = entry && json_array_append(roles, entry);
	}
	if (failed || json_object_set(p->delegations, "roles", roles)) {
		json_decref(roles);
		return tong__fail_nomem(err);
	}
	json_decref(roles);
	prune(p->delegations);
	return 0;
}

static void add_name(struct tong__buf *out, const char *name)
{
	tong__buf_addf(out, "%s%s", out->len ? ", " : "", name);
}

void tong__policy_roles_of(const struct tong__policy *p, const char *id, struct tong__buf *out)
{
	const char *name;
	json_t *entry;
	size_t i;

	json_object_foreach(tong__json_obj(p->root, "roles"), name, entry) if (role_lists(entry, id))
		add_name(out, name);
	json_array_foreach(tong__json_arr(p->delegations, "roles"), i, entry) if (role_lists(entry, id))
		add_name(out, tong__json_str(entry, "name"));
}
