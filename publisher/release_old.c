/* Older and staged releases, each file verified by what names it (FORMAT T7, S8). */
#include "publisher/release_old.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/message.h"
#include "publisher/policy.h"

/* N.ROLE.json: its bytes, and its "signed" part when 'body' is not NULL (new reference). */
static int read_file(const struct tong__repo *r, unsigned long version, const char *role,
					 struct tong__buf *bytes, json_t **body, tong_error *err)
{
	char name[TONG_REPO_NAME];
	int code;

	*body = NULL;
	tong__repo_metadata_name(version, role, name);
	tong__buf_clear(bytes);
	code = tong__repo_get(r, name, bytes, err);
	if (code == TONG_E_ABSENT)
		return tong__fail(err, TONG_E_NOTFOUND, r->dir, "holds no %s", name);
	return code
			   ? code
			   : tong__signed_part((struct tong__str){ bytes->data ? bytes->data : "", bytes->len },
								   name, body, err);
}

/* The same when the judge accepts it. */
static int read_judged(const struct tong__repo *r, unsigned long version, const char *role,
					   const struct tong__judge *judge, json_t **body, tong_error *err)
{
	struct tong__buf bytes;
	int code;

	tong__buf_init(&bytes, TONG_MAX_TARGETS);
	code = read_file(r, version, role, &bytes, body, err);
	if (!code && !tong__judge_accepts(judge, (struct tong__str){ bytes.data, bytes.len }))
		code = tong__fail(err, TONG_E_SIGNATURE, r->dir,
						  "S8: %lu.%s.json is not signed by those who signed then", version, role);
	if (code) {
		json_decref(*body);
		*body = NULL;
	}
	tong__buf_free(&bytes);
	return code;
}

/* ---- who signed then ---- */

/* The policy of the newest root that accepts the snapshot; its delegations are not filled yet. */
static int find_root(const struct tong__repo *r, unsigned long number, struct tong__policy *policy,
					 json_t **snapshot, tong_error *err)
{
	unsigned long v;
	int code = TONG_E_SIGNATURE;

	for (v = r->newest_version; v && code == TONG_E_SIGNATURE; v--) {
		struct tong__judge judge;
		struct tong__buf bytes;
		json_t *root;

		/* The chain was verified when the repository was opened. */
		tong__buf_init(&bytes, TONG_MAX_ROOT);
		code = read_file(r, v, "root", &bytes, &root, err);
		tong__buf_free(&bytes);
		if (code)
			return code;
		tong__policy_free(policy);
		code = tong__policy_read(policy, root, NULL, err);
		json_decref(root);
		judge = tong__policy_judge(policy, "snapshot");
		if (!code)
			code = read_judged(r, number, "snapshot", &judge, snapshot, err);
	}
	return code;
}

static int find_delegations(const struct tong__repo *r, struct tong__policy *policy,
							const json_t *versions, tong_error *err)
{
	struct tong__judge judge = tong__policy_judge(policy, "targets");
	json_t *targets;
	int code = read_judged(r, (unsigned long)tong__json_int(versions, "targets", 0), "targets",
						   &judge, &targets, err);

	if (!code) {
		json_decref(policy->delegations);
		policy->delegations = json_incref(tong__json_obj(targets, "delegations"));
		if (!policy->delegations)
			code = tong__fail(err, TONG_E_FORMAT, r->dir, "T2: targets without delegations");
	}
	json_decref(targets);
	return code;
}

/* ---- layers ---- */

static int read_layer(const struct tong__repo *r, const char *role, unsigned long version,
					  struct tong__layer *out, tong_error *err)
{
	struct tong__repo_past past;
	struct tong__buf bytes;
	size_t i;
	int code;

	snprintf(out->name, sizeof out->name, "%s", role);
	tong__buf_init(&bytes, TONG_MAX_LAYER);
	if (!tong__repo_past(r, role, version, &past))
		code =
			tong__fail(err, TONG_E_FORMAT, r->dir, "T3: %lu.%s.json names no layer", version, role);
	else if (tong__repo_past_bytes(r, role, &past, &bytes, err))
		code = tong__fail(err, TONG_E_NOTFOUND, role,
						  "T7: version %lu of this layer is no longer in the repository: "
						  "publish its commit again with --rev",
						  version);
	else
		code = 0;
	if (!code) {
		out->sha256 = past.sha256;
		out->bytes = tong__buf_take(&bytes, &out->len);
		if (!out->bytes && !(out->bytes = strdup("")))
			code = tong__fail_nomem(err);
	}
	for (i = 0; !code && i < out->len; i++)
		out->records += out->bytes[i] == '\n';
	tong__buf_free(&bytes);
	return code;
}

/* One for each delegation; 'policy' NULL: nobody judges. */
static int read_layers(const struct tong__repo *r, json_t *delegations, const json_t *versions,
					   const struct tong__policy *policy, struct tong__layers **out,
					   tong_error *err)
{
	json_t *roles = tong__json_arr(delegations, "roles"), *entry, *body;
	struct tong__layers *all = calloc(1, sizeof *all);
	int code = 0;
	size_t i;

	*out = NULL;
	if (!all || !(all->at = calloc(json_array_size(roles) + 1, sizeof *all->at))) {
		free(all);
		return tong__fail_nomem(err);
	}
	json_array_foreach(roles, i, entry)
	{
		const char *role = tong__json_str(entry, "name");
		unsigned long version = (unsigned long)tong__json_int(versions, role, 0);

		if (code)
			break;
		if (policy) {
			struct tong__judge judge = tong__policy_judge(policy, role);

			code = read_judged(r, version, role, &judge, &body, err);
			json_decref(body);
		}
		if (!code)
			code = read_layer(r, role, version, &all->at[all->n++], err);
	}
	if (code)
		tong__layers_free(all);
	else
		*out = all;
	return code;
}

int tong__release_old(const struct tong__repo *r, unsigned long number, struct tong__layers **out,
					  tong_error *err)
{
	json_t *snapshot = NULL, *versions = json_object();
	struct tong__policy policy = { NULL, NULL };
	int code = versions ? 0 : tong__fail_nomem(err);

	*out = NULL;
	if (!code && (!number || number > r->snapshot))
		code = tong__fail(err, TONG_E_NOTFOUND, r->dir,
						  "there is no release %lu; the newest is %lu", number, r->snapshot);
	if (!code)
		code = find_root(r, number, &policy, &snapshot, err);
	if (!code) {
		tong__repo_read_versions(snapshot, versions);
		code = find_delegations(r, &policy, versions, err);
	}
	if (!code)
		code = read_layers(r, policy.delegations, versions, &policy, out, err);
	json_decref(snapshot);
	json_decref(versions);
	tong__policy_free(&policy);
	return code;
}

/* ---- staged ---- */

/* The version of a role with what is staged: the next one when its file is there. */
static unsigned long staged_version(const struct tong__repo *r, const char *role)
{
	unsigned long now = tong__repo_version(r, role);
	char name[TONG_REPO_NAME];
	struct tong__buf bytes;
	bool there;

	tong__repo_metadata_name(now + 1, role, name);
	tong__buf_init(&bytes, TONG_MAX_TARGETS);
	there = !tong__repo_get(r, name, &bytes, NULL);
	tong__buf_free(&bytes);
	return now + there;
}

static int staged_delegations(const struct tong__repo *r, json_t **out, tong_error *err)
{
	unsigned long version = staged_version(r, "targets");
	struct tong__buf bytes;
	json_t *targets;
	int code;

	*out = json_incref(r->delegations);
	if (version == tong__repo_version(r, "targets"))
		return 0;
	tong__buf_init(&bytes, TONG_MAX_TARGETS);
	code = read_file(r, version, "targets", &bytes, &targets, err);
	json_decref(*out);
	*out = json_incref(tong__json_obj(targets, "delegations"));
	json_decref(targets);
	tong__buf_free(&bytes);
	return code;
}

int tong__release_staged(const struct tong__repo *r, struct tong__layers **out, tong_error *err)
{
	json_t *delegations, *versions = json_object(), *entry;
	int code = staged_delegations(r, &delegations, err);
	size_t i;

	*out = NULL;
	json_array_foreach(tong__json_arr(delegations, "roles"), i, entry)
	{
		const char *role = tong__json_str(entry, "name");

		if (role)
			json_object_set_new(versions, role, json_integer((json_int_t)staged_version(r, role)));
	}
	if (!code)
		code = read_layers(r, delegations, versions, NULL, out, err);
	json_decref(delegations);
	json_decref(versions);
	return code;
}
