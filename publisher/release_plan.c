/* What a release has to write: changed layers, delegations, and what is to be signed anew. */
#include "publisher/release_plan.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "publisher/metadata.h"

struct tong__days tong__release_days(const struct tong__release_options *o)
{
	return (struct tong__days){
		.timestamp = o->days_timestamp ? o->days_timestamp : 30,
		.snapshot = o->days_snapshot ? o->days_snapshot : 90,
		.targets = o->days_targets ? o->days_targets : 365,
		.root = TONG_DAYS_ROOT,
	};
}

int64_t tong__expiry(int64_t now, int days)
{
	return now + (int64_t)days * 86400;
}

/* Less than half of its time left: a release that is written anyway renews it. */
static bool due(const struct tong__repo *r, const char *role, int days, int64_t now)
{
	return tong__trust_expires(r->trust, role) < now + (int64_t)days * 86400 / 2;
}

static bool lists(const json_t *keyids, const char *id)
{
	const json_t *one;
	size_t i;

	json_array_foreach(keyids, i, one)
		if (json_is_string(one) && strcmp(json_string_value(one), id) == 0)
			return true;
	return false;
}

/* ---- top-level roles ---- */

int tong__top_signer(const struct tong__repo *r, const struct tong__keys *keys, const char *role,
                     const struct tong__signer **out, tong_error *err)
{
	struct tong__str bytes = tong__trust_bytes(r->trust, "root");
	json_t *root;
	bool named;
	int code;

	*out = tong__keys_find(keys, role);
	if (!*out)
		return tong__fail(err, TONG_E_KEY, role, "%s.pem is needed and not in the keys folder",
		                  role);
	code = tong__json_read(bytes.p, bytes.n, TONG_MAX_JSON_DEPTH, "root.json", &root, err);
	if (code)
		return code;
	named =
		lists(tong__json_arr(tong__json_obj(tong__json_obj(tong__json_obj(root, "signed"), "roles"),
	                                        role),
	                         "keyids"),
	          tong__signer_id(*out));
	json_decref(root);
	if (!named)
		return tong__fail(err, TONG_E_KEY, role,
		                  "%s.pem is not a key that %lu.root.json names for it", role,
		                  tong__trust_root_version(r->trust));
	return 0;
}

/* ---- layers ---- */

/* Are the layer and its changesets in the folder? A lost file is mended by writing the layer again.
 */
static bool files_there(const struct tong__repo *r, const struct tong__layer_target *t)
{
	char name[TONG_REPO_NAME];
	bool whole = false;
	size_t i;

	tong__repo_target_name(&t->sha256, t->name, name);
	if (!tong__repo_has(r, name, t->length))
		return false;
	for (i = 0; i < t->n_changes; i++) {
		tong__repo_changeset_name(&t->changes[i].id, name);
		if (!tong__repo_has(r, name, t->changes[i].length))
			return false;
		whole = whole || t->changes[i].whole;
	}
	return whole;
}

/* A role that is signed anew without a change keeps its ways. */
static int keep_ways(struct tong__plan_role *p, const struct tong__repo *r, tong_error *err)
{
	char file[TONG_MAX_ROLE_NAME + sizeof ".ndjson"];
	struct tong__target target;
	const json_t *custom;
	int code;

	snprintf(file, sizeof file, "%s.ndjson", p->layer->name);
	code = tong__trust_target(r->trust, p->layer->name, file, &target, err);
	if (code)
		return code;
	custom = tong__json_obj(target.custom, "tong");
	p->changesets = json_incref(tong__json_arr(custom, "changesets"));
	p->older = json_incref(tong__json_obj(custom, "older"));
	return 0;
}

static int look_at_held(struct tong__plan_role *p, const struct tong__repo *r, tong_error *err)
{
	struct tong__layer_target held;
	int code = tong__trust_layer(r->trust, p->layer->name, &held, err);

	if (code)
		return code;
	code = tong__repo_older(r, &held, err);
	p->changed =
		code || !tong__hash_equal(&held.sha256, &p->layer->sha256) || !files_there(r, &held);
	tong__layer_target_free(&held);
	if (code == TONG_E_NOMEM)
		return code;
	return p->changed ? 0 : keep_ways(p, r, err);
}

static int plan_role(struct tong__plan_role *p, const struct tong__repo *r,
                     const struct tong__keys *keys, const struct tong__layer *layer, int days,
                     int64_t now, tong_error *err)
{
	json_t *entry = tong__repo_delegation(r, layer->name);
	bool old = false, other_key = false;
	int code = 0;

	p->layer = layer;
	p->changed = true;
	p->signer = tong__keys_find(keys, layer->name);
	if (entry) {
		code = look_at_held(p, r, err);
		other_key =
			p->signer && !lists(tong__json_arr(entry, "keyids"), tong__signer_id(p->signer));
		old = due(r, layer->name, days, now) && (p->signer || due(r, layer->name, 0, now));
	}
	p->write = p->changed || other_key || old;
	p->version = tong__repo_version(r, layer->name) + p->write;
	if (!code && p->write && !p->signer)
		code = tong__fail(err, TONG_E_KEY, layer->name,
		                  "is to be signed, but the keys folder has no %s.pem",
		                  layer->name[0] == 'r' ? "local" : layer->name);
	return code;
}

/* ---- targets, snapshot, root ---- */

/* The delegation of one role, and its keys: as it is while our key is in it, else to our key. */
static int delegate(const struct tong__plan_role *p, const struct tong__repo *r, json_t *roles,
                    json_t *keys)
{
	json_t *entry = tong__repo_delegation(r, p->layer->name), *all, *id;
	json_t *ids = entry ? tong__json_arr(entry, "keyids") : NULL;
	size_t i;

	if (!entry || (p->signer && !lists(ids, tong__signer_id(p->signer)))) {
		const char *own = tong__signer_id(p->signer);

		return json_object_set(keys, own, tong__signer_public(p->signer))
		       || json_array_append_new(roles, tong__metadata_delegation(p->layer->name, own));
	}
	all = tong__json_obj(r->delegations, "keys");
	json_array_foreach(ids, i, id) {
		const char *name = json_string_value(id);

		/* An id may be listed whose key is not: it counts for nothing, here as there. */
		if (json_object_get(all, name) && json_object_set(keys, name, json_object_get(all, name)))
			return -1;
	}
	return json_array_append(roles, entry);
}

static int plan_delegations(struct tong__plan *p, const struct tong__repo *r, tong_error *err)
{
	json_t *roles = json_array(), *keys = json_object();
	int failed = !roles || !keys;
	size_t i;

	for (i = 0; i < p->n && !failed; i++)
		failed = delegate(&p->roles[i], r, roles, keys);
	p->delegations = failed ? NULL : json_pack("{s:O, s:O}", "keys", keys, "roles", roles);
	json_decref(roles);
	json_decref(keys);
	return p->delegations ? 0 : tong__fail_nomem(err);
}

/* A role whose layer is gone is delegated no more, but stays in snapshot with its last version:
 * specification 5.5.5 makes clients refuse a snapshot from which a role has vanished, and when the
 * region returns its versions go on from there. */
static int plan_versions(struct tong__plan *p, const struct tong__repo *r, tong_error *err)
{
	bool failed;
	size_t i;

	p->versions = json_copy(r->versions);
	failed = !p->versions;
	for (i = 0; i < p->n && !failed; i++)
		failed = json_object_set_new(p->versions, p->roles[i].layer->name,
		                             json_integer((json_int_t)p->roles[i].version));
	if (!failed)
		failed = json_object_set_new(p->versions, "targets",
		                             json_integer((json_int_t)tong__repo_version(r, "targets")
		                                          + p->targets));
	return failed ? tong__fail_nomem(err) : 0;
}

/* Renewal of a top-level role: when half of its time is over and the key is at hand, or when it has
 * run out. */
static bool renew(const struct tong__repo *r, const struct tong__keys *keys, const char *role,
                  int days, int64_t now)
{
	return due(r, role, days, now) && (tong__keys_find(keys, role) || due(r, role, 0, now));
}

static int plan_top(struct tong__plan *p, const struct tong__repo *r, const struct tong__keys *keys,
                    const struct tong__days *days, int64_t now, tong_error *err)
{
	int code = plan_delegations(p, r, err);
	size_t i;

	if (code)
		return code;
	p->targets = r->empty || !r->delegations || !json_equal(p->delegations, r->delegations)
	             || renew(r, keys, "targets", days->targets, now);
	p->root = renew(r, keys, "root", days->root, now);
	p->snapshot = p->targets || renew(r, keys, "snapshot", days->snapshot, now);
	for (i = 0; i < p->n; i++)
		p->snapshot = p->snapshot || p->roles[i].write;
	p->timestamp = p->snapshot || p->root || due(r, "timestamp", days->timestamp, now);
	return plan_versions(p, r, err);
}

int tong__plan_make(struct tong__plan *p, const struct tong__repo *r, const struct tong__keys *keys,
                    const struct tong__layers *layers, const struct tong__release_options *o,
                    tong_error *err)
{
	struct tong__days days = tong__release_days(o);
	int code = 0;
	size_t i;

	memset(p, 0, sizeof *p);
	p->roles = calloc(layers->n ? layers->n : 1, sizeof *p->roles);
	if (!p->roles)
		return tong__fail_nomem(err);
	p->n = layers->n;
	for (i = 0; i < p->n && !code; i++) {
		if (!tong__layer_name_valid(layers->at[i].name))
			code = tong__fail(err, TONG_E_FORMAT, layers->at[i].name, "L2: not a layer's name");
		else
			code = plan_role(&p->roles[i], r, keys, &layers->at[i], days.targets, o->now, err);
	}
	return code ? code : plan_top(p, r, keys, &days, o->now, err);
}

void tong__plan_free(struct tong__plan *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		json_decref(p->roles[i].changesets);
		json_decref(p->roles[i].older);
	}
	free(p->roles);
	json_decref(p->delegations);
	json_decref(p->versions);
	memset(p, 0, sizeof *p);
}
