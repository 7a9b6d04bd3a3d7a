/* A release, step by step: content first, then metadata from the leaves up, timestamp last (FORMAT
 * section 5). */
#include "publisher/release_steps.h"

#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/json.h"
#include "core/message.h"
#include "publisher/head_write.h"
#include "publisher/metadata.h"
#include "publisher/release_old.h"
#include "publisher/request.h"

/* Signs a body (taken over) as N.ROLE.json and puts it into the folder. What is still missing is
 * asked for when something is staged, and is an error when not (T5). */
static int put_signed(struct tong__making *x, json_t *body, const struct tong__judge *judges,
					  size_t n, const char *role, unsigned long version, struct tong__buf *bytes,
					  tong_error *err)
{
	char name[TONG_REPO_NAME];
	json_t *signatures = json_array();
	int code = body && signatures ? tong__sign(body, judges, n, x->keys, signatures, err)
								  : tong__fail_nomem(err);

	tong__repo_metadata_name(version, role, name);
	if (!code && !tong__signed(body, judges, n, signatures)) {
		tong__lack(name, body, judges, n, signatures, x->keys, &x->lack);
		code = x->repo.stage
				   ? tong__request_write(x->repo.stage, role, body, judges, n, signatures, err)
				   : tong__fail(err, TONG_E_SIGNATURE, x->repo.dir, "T5: %s", x->lack.data);
	}
	if (!code)
		code = tong__metadata_file(body, signatures, bytes, err);
	if (!code)
		code = tong__repo_put(&x->repo, name, (struct tong__str){ bytes->data, bytes->len }, err);
	json_decref(signatures);
	json_decref(body);
	return code;
}

/* The same for a role that the policy to come judges. */
static int put_role(struct tong__making *x, json_t *body, const char *role, unsigned long version,
					struct tong__buf *bytes, tong_error *err)
{
	struct tong__judge judge = tong__policy_judge(&x->plan.policy, role);

	return put_signed(x, body, &judge, 1, role, version, bytes, err);
}

/* ---- the steps; each finds in x what the ones before left ---- */

/* 1. The root that nodes pinned lies in the repository too, so that it can be had from there. */
int tong__put_first_root(struct tong__making *x, tong_error *err)
{
	if (tong__repo_has(&x->repo, "1.root.json", x->repo.root.n))
		return 0;
	return tong__repo_put(&x->repo, "1.root.json", x->repo.root, err);
}

/* 2. Layers and changesets. */
static int put_content(struct tong__making *x, tong_error *err)
{
	int code = 0;
	size_t i;

	for (i = 0; i < x->plan.n && !code; i++)
		if (x->plan.roles[i].changed) {
			code = tong__content_write(&x->repo, &x->plan.roles[i], x->keep, &x->report->changesets,
									   err);
			x->report->layers_changed++;
		}
	return code;
}

/* 3. The roles of the layers. */
static int put_roles(struct tong__making *x, tong_error *err)
{
	int64_t expires = tong__expiry(x->options->now, x->days.targets);
	struct tong__buf bytes;
	int code = 0;
	size_t i;

	tong__buf_init(&bytes, TONG_MAX_TARGETS);
	for (i = 0; i < x->plan.n && !code; i++) {
		const struct tong__plan_role *p = &x->plan.roles[i];
		const struct tong__layer *l = p->layer;

		tong__buf_clear(&bytes);
		if (p->write)
			code = put_role(x,
							tong__metadata_layer(p->version, expires, l->name, &l->sha256, l->len,
												 l->records, p->changesets, p->older),
							l->name, p->version, &bytes, err);
	}
	tong__buf_free(&bytes);
	return code;
}

/* 4. Targets, when the set of layers or of their keys changed. */
static int put_targets(struct tong__making *x, tong_error *err)
{
	unsigned long version = tong__repo_version(&x->repo, "targets") + 1;
	struct tong__buf bytes;
	int code;

	if (!x->plan.targets)
		return 0;
	tong__buf_init(&bytes, TONG_MAX_TARGETS);
	code = put_role(x,
					tong__metadata_targets(version, tong__expiry(x->options->now, x->days.targets),
										   x->plan.policy.delegations),
					"targets", version, &bytes, err);
	tong__buf_free(&bytes);
	return code;
}

/* 5. */
int tong__put_snapshot(struct tong__making *x, tong_error *err)
{
	struct tong__str held = tong__trust_bytes(x->repo.trust, "snapshot");
	unsigned long version = x->repo.snapshot + 1;

	if (!x->plan.snapshot)
		return tong__buf_add(&x->snapshot, held.p, held.n) ? tong__fail_nomem(err) : 0;
	return put_role(x,
					tong__metadata_snapshot(version,
											tong__expiry(x->options->now, x->days.snapshot),
											x->plan.versions),
					"snapshot", version, &x->snapshot, err);
}

/* Would a node that holds 'held' take 'next' for its root? */
static int try_root(struct tong__str held, const struct tong__buf *next, int64_t now,
					tong_error *err)
{
	struct tong__trust *trust;
	int code = tong__trust_new(&trust, held.p, held.n, now, err);

	if (code)
		return code;
	code = tong__trust_root(trust, next->data, next->len, err);
	tong__trust_free(trust);
	return code;
}

/* The newest root with the entries to come. */
static int next_root(const struct tong__making *x, unsigned long version, json_t **body,
					 tong_error *err)
{
	const struct tong__buf *held = &x->repo.newest;
	int code = tong__metadata_renew(body, held->data, held->len, version,
									tong__expiry(x->options->now, x->days.root), err);

	if (!code && (json_object_set(*body, "keys", tong__json_obj(x->plan.policy.root, "keys")) ||
				  json_object_set(*body, "roles", tong__json_obj(x->plan.policy.root, "roles"))))
		code = tong__fail_nomem(err);
	return code;
}

/* 6. Root, when it is to be renewed or to name others: in force from the moment it is there, so it
 * is tried first and written late. */
static int put_root(struct tong__making *x, tong_error *err)
{
	struct tong__str held = { x->repo.newest.data, x->repo.newest.len };
	unsigned long version = x->repo.newest_version + 1;
	struct tong__judge judges[2];
	json_t *body = NULL, *keep = NULL;
	struct tong__buf bytes;
	size_t lack = x->lack.len;
	int code;

	if (!x->plan.root)
		return 0;
	tong__buf_init(&bytes, TONG_MAX_ROOT);
	code = tong__plan_root_judges(&x->repo, &x->plan.policy, &keep, judges, err);
	if (!code)
		code = next_root(x, version, &body, err);
	if (!code) {
		code = put_signed(x, body, judges, 2, "root", version, &bytes, err);
		if (!code && lack == x->lack.len)
			code = try_root(held, &bytes, x->options->now, err);
	}
	json_decref(keep);
	tong__buf_free(&bytes);
	return code;
}

/* 7. What is to come into force is first walked through as nodes will. */
int tong__sign_timestamp(struct tong__making *x, tong_error *err)
{
	unsigned long version = x->repo.timestamp + 1, of = x->repo.snapshot + x->plan.snapshot;
	struct tong__judge judge = tong__policy_judge(&x->plan.policy, "timestamp");
	json_t *signatures = json_array(), *body;
	int code;

	body = tong__metadata_timestamp(version, tong__expiry(x->options->now, x->days.timestamp), of,
									x->snapshot.data, x->snapshot.len);
	code = body && signatures ? tong__sign(body, &judge, 1, x->keys, signatures, err)
							  : tong__fail_nomem(err);
	if (!code && !tong__signed(body, &judge, 1, signatures)) {
		tong__lack("timestamp.json", body, &judge, 1, signatures, x->keys, &x->lack);
		code = tong__fail(err, TONG_E_SIGNATURE, x->repo.dir, "T5: %s", x->lack.data);
	}
	if (!code)
		code = tong__metadata_file(body, signatures, &x->timestamp, err);
	json_decref(body);
	json_decref(signatures);
	return code ? code
				: tong__repo_load(&x->repo,
								  (struct tong__str){ x->timestamp.data, x->timestamp.len },
								  x->options->now, err);
}

/* 8. The one file that is replaced: before it the release before is in force, after it this one
 * (P1). */
int tong__put_timestamp(struct tong__making *x, tong_error *err)
{
	return tong__repo_put(&x->repo, "timestamp.json",
						  (struct tong__str){ x->timestamp.data, x->timestamp.len }, err);
}

/* 9. */
int tong__put_heads(struct tong__making *x, tong_error *err)
{
	return tong__heads_write(&x->repo, err);
}

/* 10. */
int tong__clean(struct tong__making *x, tong_error *err)
{
	return tong__content_clean(&x->repo, x->keep, err);
}

typedef int step(struct tong__making *, tong_error *);

static int run(struct tong__making *x, step *const steps[], tong_error *err)
{
	int code = 0;
	size_t i;

	for (i = 0; steps[i] && !code; i++)
		code = steps[i](x, err);
	return code;
}

/* ---- ---- */

int tong__making_open(struct tong__making *x, const char *to, struct tong__keys *keys,
					  const struct tong__release_options *options, tong_error *err)
{
	struct tong__str root = tong__keys_root(keys);

	*x = (struct tong__making){ .options = options,
								.keys = keys,
								.days = tong__release_days(options),
								.keep = options->keep ? options->keep : 32,
								.repo.lock = -1 };
	tong__buf_init(&x->snapshot, TONG_MAX_SNAPSHOT);
	tong__buf_init(&x->timestamp, TONG_MAX_TIMESTAMP);
	tong__buf_init(&x->lack, 8192);
	if (!root.p)
		return tong__fail(err, TONG_E_KEY, to,
						  "the keys folder has no 1.root.json: make keys with "
						  "`tong-publish keys init`");
	return tong__repo_open(&x->repo, to, root, err);
}

void tong__making_close(struct tong__making *x)
{
	tong__plan_free(&x->plan);
	tong__repo_close(&x->repo);
	tong__buf_free(&x->snapshot);
	tong__buf_free(&x->timestamp);
	tong__buf_free(&x->lack);
}

/* A name that no longer fits is not half told. */
static void tell_held(struct tong__making *x)
{
	char *out = x->report->held;
	size_t i, n, at = 0;

	for (i = 0; i < x->plan.n; i++) {
		const char *name = x->plan.roles[i].layer->name;

		n = strlen(name) + 2;
		if (!x->plan.roles[i].held || at + n >= sizeof x->report->held)
			continue;
		at += (size_t)snprintf(out + at, sizeof x->report->held - at, "%s%s", at ? ", " : "", name);
	}
}

/* Everything but what brings it into force. */
static int stage(struct tong__making *x, tong_error *err)
{
	static step *const steps[] = { put_content, put_roles, put_targets, put_root, NULL };
	int code = tong__stage_begin(x->options->stage, err);

	x->repo.stage = x->options->stage;
	if (!code)
		code = run(x, steps, err);
	if (!code)
		code = tong__stage_finish(x->options->stage, err);
	if (!code && x->lack.len)
		code =
			tong__fail(err, TONG_E_SIGNATURE, x->options->stage,
					   "T5: staged, not in force: carry %s/requests to them, `keys sign` there, "
						  "then `release publish`. %s",
						  x->options->stage, x->lack.data);
	return code;
}

static int make(struct tong__making *x, const struct tong__layers *layers, tong_error *err)
{
	static step *const steps[] = { tong__put_first_root,
								   put_content,
								   put_roles,
								   put_targets,
								   tong__put_snapshot,
								   put_root,
								   tong__sign_timestamp,
								   tong__put_timestamp,
								   tong__put_heads,
								   tong__clean,
								   NULL };
	/* A run that was cut after the timestamp is finished by the next one. */
	static step *const leftovers[] = { tong__put_heads, tong__clean, NULL };
	int code = tong__plan_make(&x->plan, &x->repo, x->keys, layers, x->options, err);

	if (code)
		return code;
	x->report->changed = x->plan.timestamp;
	tell_held(x);
	if (x->options->stage)
		return x->plan.timestamp ? stage(x, err) : 0;
	if (x->plan.timestamp)
		return run(x, steps, err);
	return tong__heads_stand(&x->repo) ? 0 : run(x, leftovers, err);
}

int tong__release_write(const char *to, struct tong__keys *keys, const struct tong__layers *layers,
						const struct tong__release_options *options,
						struct tong__release_report *report, tong_error *err)
{
	struct tong__layers *held = NULL;
	struct tong__making x;
	int code = tong__mkdirs(to, err);

	memset(report, 0, sizeof *report);
	if (code)
		return code;
	code = tong__making_open(&x, to, keys, options, err);
	x.report = report;
	if (!code && !layers) {
		code = options->restore ? tong__release_old(&x.repo, options->restore, &held, err)
								: tong__repo_layers(&x.repo, &held, err);
		layers = held;
	}
	if (!code)
		code = make(&x, layers, err);
	report->version = x.repo.snapshot;
	report->bytes_written = x.repo.written;
	tong__making_close(&x);
	tong__layers_free(held);
	return code;
}

/* What is in force stays as it is. */
static int keep_policy(struct tong__making *x, tong_error *err)
{
	json_t *root;
	int code = tong__signed_part((struct tong__str){ x->repo.newest.data, x->repo.newest.len },
								 "root.json", &root, err);

	if (!code)
		code = tong__policy_read(&x->plan.policy, root, x->repo.delegations, err);
	json_decref(root);
	return code;
}

int tong__release_timestamp(const char *to, struct tong__keys *keys,
							const struct tong__release_options *options, tong_error *err)
{
	static step *const steps[] = { keep_policy,         tong__put_snapshot, tong__sign_timestamp,
								   tong__put_timestamp, tong__put_heads,    NULL };
	const char *none = N_("holds no release yet: make one with `tong-publish release`");
	struct tong__making x;
	int code;

	if (access(to, F_OK) != 0)
		return tong__fail(err, TONG_E_NOTFOUND, to, "%s", _(none));
	code = tong__making_open(&x, to, keys, options, err);
	if (!code && x.repo.empty)
		code = tong__fail(err, TONG_E_NOTFOUND, to, "%s", _(none));
	if (!code)
		code = run(&x, steps, err);
	tong__making_close(&x);
	return code;
}
