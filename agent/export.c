/* One file for a stick, out of the release kept for the levels below (FORMAT section 9). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/held.h"
#include "agent/relay.h"
#include "core/changeset_copy.h"
#include "core/json.h"
#include "core/repo_name.h"
#include "core/tar_write.h"
#include "core/text.h"

struct export {
	tong_agent *agent;
	const tong_export_options *opt;
	tong_export_result result;
	json_t *kept;  /* of the folder */
	json_t *since; /* LAYER -> identity in the release 'since'; NULL: for any node */
	struct tong__trust *trust;
	struct tong__tar *tar;
};

static int read_role(void *user, const char *role, unsigned long version, struct tong__buf *out,
					 tong_error *err)
{
	struct export *x = user;
	char name[TONG_REPO_NAME] = "timestamp.json";

	if (!strcmp(role, "root"))
		return tong__relay_root(x->agent->dir, x->kept, out, err);
	if (version)
		tong__repo_metadata_name(version, role, name);
	return tong__relay_file(x->agent->dir, name, out, err);
}

/* ---- which layers ---- */

/* Do nodes of the regions asked for hold it? */
static bool concerns(const struct export *x, const char *layer)
{
	const char *const *region = x->opt->regions;

	if (!region || !*region)
		return true;
	while (*region && !tong__layer_concerns(layer, *region))
		region++;
	return *region != NULL;
}

/* Layers of regions that this node does not hold are not in the folder. */
static bool wants(void *user, const char *layer)
{
	struct export *x = user;
	json_t *history = json_object_get(x->kept, "history");
	char number[24];

	snprintf(number, sizeof number, "%" JSON_INTEGER_FORMAT, tong__json_int(x->kept, "release", 0));
	return concerns(x, layer) && json_object_get(json_object_get(history, number), layer);
}

static int check_regions(const struct export *x, tong_error *err)
{
	json_t *own = tong__agent_list(x->agent, "regions"), *v;
	const char *const *region = x->opt->regions;
	bool held = true;
	size_t i;

	for (; held && region && *region && json_array_size(own); region += held) {
		held = false;
		json_array_foreach(own, i, v)
			held = held || tong__region_within(*region, json_string_value(v));
	}
	json_decref(own);
	return held ? 0 : tong__fail(err, TONG_E_REFERENCE, *region,
								 "this node does not hold that region; take one from above it");
}

/* ---- members, in the order of B4 ---- */

static int add_bytes(struct export *x, const char *name, struct tong__str bytes, tong_error *err)
{
	int rc = tong__tar_begin(x->tar, name, bytes.n, err);

	return rc ? rc : tong__tar_add(x->tar, bytes.p, bytes.n, err);
}

static void note_expiry(struct export *x, const char *role)
{
	int64_t expires = tong__trust_expires(x->trust, role);

	if (!x->result.expires || expires < x->result.expires)
		x->result.expires = expires;
}

static int add_role(struct export *x, const char *role, tong_error *err)
{
	char name[TONG_REPO_NAME];

	note_expiry(x, role);
	tong__repo_metadata_name(tong__trust_version(x->trust, role), role, name);
	return add_bytes(x, name, tong__trust_bytes(x->trust, role), err);
}

/* Those that are kept: from the first that an unbroken chain leads from. */
static int add_roots(struct export *x, tong_error *err)
{
	unsigned long newest = tong__trust_root_version(x->trust), v = newest;
	char name[TONG_REPO_NAME];
	struct tong__buf b;
	int rc = 0;

	do
		tong__repo_metadata_name(--v, "root", name);
	while (v && json_object_get(json_object_get(x->kept, "files"), name));
	note_expiry(x, "root");
	tong__buf_init(&b, TONG_MAX_ROOT);
	while (!rc && ++v <= newest) {
		tong__repo_metadata_name(v, "root", name);
		rc = tong__relay_file(x->agent->dir, name, &b, err);
		if (!rc)
			rc = add_bytes(x, name, (struct tong__str){ b.data ? b.data : "", b.len }, err);
	}
	tong__buf_free(&b);
	return rc;
}

static int add_metadata(struct export *x, tong_error *err)
{
	const char *layer;
	int rc;

	note_expiry(x, "timestamp");
	rc = add_bytes(x, "timestamp.json", tong__trust_bytes(x->trust, "timestamp"), err);
	if (!rc)
		rc = add_roots(x, err);
	if (!rc)
		rc = add_role(x, "snapshot", err);
	if (!rc)
		rc = add_role(x, "targets", err);
	for (size_t i = 0; !rc && (layer = tong__held_layer(x->trust, i)); i++, x->result.layers++)
		rc = add_role(x, layer, err);
	return rc;
}

static int begin(void *user, const char *name, uint64_t size, tong_error *err)
{
	return tong__tar_begin(user, name, size, err);
}

static int add(void *user, const void *bytes, size_t n, tong_error *err)
{
	return tong__tar_add(user, bytes, n, err);
}

/* Everybody's ways are few and short; with --since the whole layer stays behind when a way leads
 * from what was held then. */
static bool takes(const struct export *x, const struct tong__layer_target *t,
				  const struct tong__layer_change *c)
{
	const char *then = tong__json_str(x->since, t->name);
	char now[TONG_HEX], from[TONG_HEX];

	if (!x->since || !then)
		return true;
	tong__hash_hex(&t->sha256, now);
	if (!c->whole || !strcmp(then, now))
		return !c->whole;
	for (size_t i = 0; i < t->n_changes; i++) {
		tong__hash_hex(&t->changes[i].from, from);
		if (!t->changes[i].whole && !strcmp(from, then))
			return false;
	}
	return true;
}

static int add_layer(struct export *x, const char *layer, tong_error *err)
{
	const struct tong__cs_sink to = { x->tar, begin, add };
	struct tong__layer_target t;
	char dir[4096];
	int rc = tong__trust_layer(x->trust, layer, &t, err);

	if (!rc && !tong__relay_path(x->agent->dir, "", dir, sizeof dir))
		rc = tong__fail(err, TONG_E_LIMIT, x->agent->dir, "the path is too long");
	for (size_t i = 0; !rc && i < t.n_changes; i++) {
		if (!takes(x, &t, &t.changes[i]))
			continue;
		x->result.changesets++;
		rc = tong__changeset_copy(dir, &t.changes[i], &to, err);
	}
	tong__layer_target_free(&t);
	return rc;
}

/* ---- the whole ---- */

static int check_kept(struct export *x, tong_error *err)
{
	json_int_t release = tong__json_int(x->kept, "release", 0);
	char number[24];

	if (!release)
		return tong__fail(err, TONG_E_USAGE, x->agent->dir,
						  "this node keeps no release to hand on; `tong-agent relay on`, "
						  "then sync");
	x->result.release = (uint64_t)release;
	if (!x->opt->since)
		return 0;
	snprintf(number, sizeof number, "%llu", (unsigned long long)x->opt->since);
	x->since = json_object_get(json_object_get(x->kept, "history"), number);
	if (x->since)
		return 0;
	return tong__fail(err, TONG_E_USAGE, number,
					  "this node has handed on no release of that number; leave --since out for a "
					  "file that suits any node");
}

static int write_all(struct export *x, const char *file, tong_error *err)
{
	const char *layer;
	int rc = tong__tar_open(&x->tar, file, err);

	if (!rc)
		rc = add_metadata(x, err);
	for (size_t i = 0; !rc && (layer = tong__held_layer(x->trust, i)); i++)
		rc = add_layer(x, layer, err);
	if (!rc)
		rc = tong__tar_done(x->tar, &x->result.bytes, err);
	tong__tar_close(x->tar);
	return rc;
}

static int run(struct export *x, const char *file, tong_error *err)
{
	const struct tong__held held = { x, tong__agent_now(x->agent), read_role, wants };
	int rc = check_kept(x, err);

	if (!rc)
		rc = check_regions(x, err);
	if (!rc)
		rc = tong__held_trust(&x->trust, &held, err);
	return rc ? rc : write_all(x, file, err);
}

int tong_agent_export(tong_agent *a, const char *file, const tong_export_options *options,
					  tong_export_result *result, tong_error *err)
{
	tong_export_options opt = TONG_EXPORT_OPTIONS_INIT;
	struct export x = { .agent = a, .opt = &opt };
	tong_error own = TONG_ERROR_INIT;
	int rc;

	err = err ? err : &own;
	err->code = 0;
	rc = tong__options_take(&opt, sizeof opt, options, "tong_export_options", err);
	if (rc)
		return rc;
	tong__memory_forget();
	x.kept = tong__relay_kept(a->dir);
	rc = x.kept && !tong__memory_failed() ? tong__agent_begin_any(a, err) : tong__fail_nomem(err);
	if (!rc) {
		rc = tong__agent_done(a, run(&x, file, err), err);
	}
	tong__result_give(result, &x.result, sizeof x.result);
	tong__trust_free(x.trust);
	json_decref(x.kept);
	return rc;
}
