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

/* ---- who signs ---- */

/* The entries by which what is in force was judged. */
static int policy_before(struct tong__policy *out, const struct tong__repo *r, tong_error *err)
{
	json_t *root;
	int code = tong__signed_part(tong__trust_bytes(r->trust, "root"), "root.json", &root, err);

	if (!code)
		code = tong__policy_read(out, root, r->delegations, err);
	json_decref(root);
	return code;
}

/* A layer that is new goes to the province's own key. */
static int delegate_new(struct tong__policy *p, const char *layer, const struct tong__keys *keys,
						tong_error *err)
{
	const char *holder = tong__keys_holder(layer);
	const struct tong__keys_key *k;

	if (tong__policy_judge(p, layer).role)
		return 0;
	k = tong__keys_newest(keys, holder);
	if (!k)
		return tong__fail(err, TONG_E_KEY, layer,
						  "K5: is a new layer, and the keys folder has no key %s: `keys create %s`",
						  holder, holder);
	return tong__policy_delegate(p, layer, k, err);
}

/* The newest root's entries and the delegations of these layers, with the change that was asked
 * for. */
static int policy_after(struct tong__policy *out, const struct tong__repo *r,
						const struct tong__keys *keys, const struct tong__layers *layers,
						const struct tong__policy_change *change, tong_error *err)
{
	const char **names = calloc(layers->n + 1, sizeof *names);
	json_t *root = NULL;
	int code = names ? tong__signed_part((struct tong__str){ r->newest.data, r->newest.len },
										 "root.json", &root, err)
					 : tong__fail_nomem(err);
	size_t i;

	if (!code)
		code = tong__policy_read(out, root, r->delegations, err);
	for (i = 0; i < layers->n && !code; i++) {
		names[i] = layers->at[i].name;
		code = delegate_new(out, names[i], keys, err);
	}
	if (!code)
		code = tong__policy_keep(out, names, err);
	if (!code && change)
		code = tong__policy_apply(out, change, err);
	json_decref(root);
	free(names);
	return code;
}

/* Does what is in force of a role stand under the entries to come? */
static bool stands(const struct tong__plan *p, const struct tong__policy *before,
				   const struct tong__repo *r, const char *role)
{
	struct tong__judge was = tong__policy_judge(before, role);
	struct tong__judge is = tong__policy_judge(&p->policy, role);

	return (was.role && json_equal(was.role, is.role)) ||
		   tong__judge_accepts(&is, tong__trust_bytes(r->trust, role));
}

/* To be renewed: when half of its time is over and its keys are at hand, or when it has run out. */
static bool renew(const struct tong__plan *p, const struct tong__repo *r,
				  const struct tong__keys *keys, const char *role, int days, int64_t now)
{
	struct tong__judge j = tong__policy_judge(&p->policy, role);

	return due(r, role, days, now) &&
		   (tong__judge_at_hand(&j, keys, true) >= tong__judge_threshold(&j) ||
			due(r, role, 0, now));
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

/* T11: its signers are not here, and what they signed before is good for now. */
static bool can_wait(const struct tong__plan *plan, const struct tong__policy *before,
					 const struct tong__repo *r, const struct tong__keys *keys, const char *name,
					 int64_t now)
{
	struct tong__judge j = tong__policy_judge(&plan->policy, name);

	return tong__judge_at_hand(&j, keys, false) < tong__judge_threshold(&j) &&
		   stands(plan, before, r, name) && tong__trust_expires(r->trust, name) > now;
}

static int plan_role(struct tong__plan *plan, struct tong__plan_role *p,
					 const struct tong__policy *before, const struct tong__repo *r,
					 const struct tong__keys *keys, const struct tong__release_options *o,
					 tong_error *err)
{
	const char *name = p->layer->name;
	int code = 0;

	p->changed = p->write = true;
	if (tong__repo_delegation(r, name)) {
		code = look_at_held(p, r, err);
		p->write = p->changed || !stands(plan, before, r, name) ||
				   renew(plan, r, keys, name, tong__release_days(o).targets, o->now);
		p->held = o->hold && p->changed && can_wait(plan, before, r, keys, name, o->now);
		if (p->held)
			p->changed = p->write = false;
	}
	p->version = tong__repo_version(r, name) + p->write;
	return code;
}

/* ---- targets, snapshot, root ---- */

/* A role whose layer is gone is delegated no more, but stays in snapshot with its last version:
 * specification 5.5.5 makes clients refuse a snapshot from which a role has vanished, and when the
 * region returns its versions go on from there. */
json_t *tong__plan_versions(const struct tong__repo *r, const struct tong__plan *p)
{
	json_t *versions = json_copy(r->versions);
	bool failed = !versions;
	size_t i;

	for (i = 0; i < p->n && !failed; i++)
		failed = json_object_set_new(versions, p->roles[i].layer->name,
									 json_integer((json_int_t)p->roles[i].version));
	if (!failed)
		failed = json_object_set_new(versions, "targets",
									 json_integer((json_int_t)tong__repo_version(r, "targets") +
												  p->targets));
	if (!failed)
		return versions;
	json_decref(versions);
	return NULL;
}

/* The root itself changes when its entries do; a new root that is there already needs none. */
static int plan_root(struct tong__plan *p, const struct tong__repo *r,
					 const struct tong__keys *keys, int days, int64_t now, tong_error *err)
{
	json_t *newest;
	int code = tong__signed_part((struct tong__str){ r->newest.data, r->newest.len }, "root.json",
								 &newest, err);

	if (code)
		return code;
	p->root =
		!json_equal(tong__json_obj(newest, "keys"), tong__json_obj(p->policy.root, "keys")) ||
		!json_equal(tong__json_obj(newest, "roles"), tong__json_obj(p->policy.root, "roles")) ||
		(r->newest_version == tong__trust_root_version(r->trust) &&
		 renew(p, r, keys, "root", days, now));
	json_decref(newest);
	return 0;
}

static int plan_top(struct tong__plan *p, const struct tong__policy *before,
					const struct tong__repo *r, const struct tong__keys *keys,
					const struct tong__days *days, int64_t now, tong_error *err)
{
	int code = plan_root(p, r, keys, days->root, now, err);
	size_t i;

	if (code)
		return code;
	p->targets =
		r->empty || !r->delegations || !json_equal(p->policy.delegations, r->delegations) ||
		!stands(p, before, r, "targets") || renew(p, r, keys, "targets", days->targets, now);
	p->snapshot = p->targets || !stands(p, before, r, "snapshot") ||
				  renew(p, r, keys, "snapshot", days->snapshot, now);
	for (i = 0; i < p->n; i++)
		p->snapshot = p->snapshot || p->roles[i].write;
	p->timestamp = p->snapshot || p->root || !stands(p, before, r, "timestamp") ||
				   r->newest_version > tong__trust_root_version(r->trust) ||
				   due(r, "timestamp", days->timestamp, now);
	p->versions = tong__plan_versions(r, p);
	return p->versions ? 0 : tong__fail_nomem(err);
}

/* ---- are there keys for all of it? ---- */

int tong__plan_root_judges(const struct tong__repo *r, const struct tong__policy *next,
						   json_t **held, struct tong__judge out[2], tong_error *err)
{
	int code = tong__signed_part((struct tong__str){ r->newest.data, r->newest.len }, "root.json",
								 held, err);

	if (code)
		return code;
	out[0] = (struct tong__judge){ tong__json_obj(tong__json_obj(*held, "roles"), "root"),
								   tong__json_obj(*held, "keys") };
	out[1] = tong__policy_judge(next, "root");
	return 0;
}

static void lacks(const struct tong__plan *p, const struct tong__keys *keys, const char *role,
				  unsigned long version, struct tong__buf *text)
{
	struct tong__judge j = tong__policy_judge(&p->policy, role);
	char file[TONG_REPO_NAME];

	tong__repo_metadata_name(version, role, file);
	tong__lack(file, NULL, &j, 1, NULL, keys, text);
}

static int check_keys(const struct tong__plan *p, const struct tong__repo *r,
					  const struct tong__keys *keys, tong_error *err)
{
	struct tong__judge roots[2];
	struct tong__buf text;
	char file[TONG_REPO_NAME];
	json_t *held = NULL;
	int code = tong__plan_root_judges(r, &p->policy, &held, roots, err);
	size_t i;

	if (code)
		return code;
	tong__buf_init(&text, 4096);
	tong__repo_metadata_name(r->newest_version + 1, "root", file);
	if (p->root)
		tong__lack(file, NULL, roots, 2, NULL, keys, &text);
	if (p->targets)
		lacks(p, keys, "targets", tong__repo_version(r, "targets") + 1, &text);
	for (i = 0; i < p->n; i++)
		if (p->roles[i].write)
			lacks(p, keys, p->roles[i].layer->name, p->roles[i].version, &text);
	if (p->snapshot)
		lacks(p, keys, "snapshot", r->snapshot + 1, &text);
	if (p->timestamp)
		lacks(p, keys, "timestamp", r->timestamp + 1, &text);
	if (text.len)
		code =
			tong__fail(err, TONG_E_SIGNATURE, r->dir,
					   "T5: nothing was written; --stage DIR asks for signatures. %s", text.data);
	tong__buf_free(&text);
	json_decref(held);
	return code;
}

/* ---- ---- */

static int plan_roles(struct tong__plan *p, const struct tong__policy *before,
					  const struct tong__repo *r, const struct tong__keys *keys,
					  const struct tong__layers *layers, const struct tong__release_options *o,
					  tong_error *err)
{
	int code = 0;
	size_t i;

	p->roles = calloc(layers->n ? layers->n : 1, sizeof *p->roles);
	if (!p->roles)
		return tong__fail_nomem(err);
	p->n = layers->n;
	for (i = 0; i < p->n && !code; i++) {
		p->roles[i].layer = &layers->at[i];
		code = plan_role(p, &p->roles[i], before, r, keys, o, err);
	}
	return code;
}

int tong__plan_make(struct tong__plan *p, const struct tong__repo *r, const struct tong__keys *keys,
					const struct tong__layers *layers, const struct tong__release_options *o,
					tong_error *err)
{
	struct tong__days days = tong__release_days(o);
	struct tong__policy before = { NULL, NULL };
	int code = 0;
	size_t i;

	memset(p, 0, sizeof *p);
	for (i = 0; i < layers->n && !code; i++)
		if (!tong__layer_name_valid(layers->at[i].name))
			code = tong__fail(err, TONG_E_FORMAT, layers->at[i].name, "L2: not a layer's name");
	if (!code)
		code = policy_before(&before, r, err);
	if (!code)
		code = policy_after(&p->policy, r, keys, layers, o->change, err);
	if (!code)
		code = plan_roles(p, &before, r, keys, layers, o, err);
	if (!code)
		code = plan_top(p, &before, r, keys, &days, o->now, err);
	if (!code && !o->stage)
		code = check_keys(p, r, keys, err);
	tong__policy_free(&before);
	return code;
}

void tong__plan_free(struct tong__plan *p)
{
	size_t i;

	for (i = 0; i < p->n; i++) {
		json_decref(p->roles[i].changesets);
		json_decref(p->roles[i].older);
	}
	free(p->roles);
	tong__policy_free(&p->policy);
	json_decref(p->versions);
	memset(p, 0, sizeof *p);
}
