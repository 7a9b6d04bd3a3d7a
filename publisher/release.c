/* A release, step by step: content first, then metadata from the leaves up, timestamp last (FORMAT
 * section 5). */
#include "publisher/release.h"

#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "core/message.h"
#include "publisher/head_write.h"
#include "publisher/metadata.h"
#include "publisher/release_content.h"

struct release {
	struct tong__repo repo;
	struct tong__keys *keys;
	struct tong__plan plan;
	const struct tong__release_options *options;
	struct tong__days days;
	unsigned keep;
	struct tong__release_report *report;
	struct tong__buf snapshot, timestamp; /* bytes to come into force */
};

/* Signs a body (taken over) and puts it into the folder as N.ROLE.json. */
static int put_signed(struct release *x, json_t *body, const struct tong__signer *signer,
                      const char *role, unsigned long version, struct tong__buf *bytes,
                      tong_error *err)
{
	char name[TONG_REPO_NAME];
	int code = tong__metadata_sign(body, signer, bytes, err);

	tong__repo_metadata_name(version, role, name);
	return code ? code
	            : tong__repo_put(&x->repo, name, (struct tong__str){bytes->data, bytes->len}, err);
}

/* ---- the steps; each finds in x what the ones before left ---- */

/* 1. The root that nodes pinned lies in the repository too, so that it can be had from there. */
static int put_first_root(struct release *x, tong_error *err)
{
	if (tong__repo_has(&x->repo, "1.root.json", x->repo.root.n))
		return 0;
	return tong__repo_put(&x->repo, "1.root.json", x->repo.root, err);
}

/* 2. Layers and changesets. */
static int put_content(struct release *x, tong_error *err)
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
static int put_roles(struct release *x, tong_error *err)
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
			code = put_signed(x,
			                  tong__metadata_layer(p->version, expires, l->name, &l->sha256, l->len,
			                                       l->records, p->changesets, p->older),
			                  p->signer, l->name, p->version, &bytes, err);
	}
	tong__buf_free(&bytes);
	return code;
}

/* 4. Targets, when the set of layers or of their keys changed. */
static int put_targets(struct release *x, tong_error *err)
{
	unsigned long version = tong__repo_version(&x->repo, "targets") + 1;
	const struct tong__signer *signer;
	struct tong__buf bytes;
	int code;

	if (!x->plan.targets)
		return 0;
	tong__buf_init(&bytes, TONG_MAX_TARGETS);
	code = tong__top_signer(&x->repo, x->keys, "targets", &signer, err);
	if (!code)
		code = put_signed(x,
		                  tong__metadata_targets(version,
		                                         tong__expiry(x->options->now, x->days.targets),
		                                         x->plan.delegations),
		                  signer, "targets", version, &bytes, err);
	tong__buf_free(&bytes);
	return code;
}

/* 5. */
static int put_snapshot(struct release *x, tong_error *err)
{
	struct tong__str held = tong__trust_bytes(x->repo.trust, "snapshot");
	unsigned long version = x->repo.snapshot + 1;
	const struct tong__signer *signer;
	int code;

	if (!x->plan.snapshot)
		return tong__buf_add(&x->snapshot, held.p, held.n) ? tong__fail_nomem(err) : 0;
	code = tong__top_signer(&x->repo, x->keys, "snapshot", &signer, err);
	if (!code)
		code = put_signed(x,
		                  tong__metadata_snapshot(version,
		                                          tong__expiry(x->options->now, x->days.snapshot),
		                                          x->plan.versions),
		                  signer, "snapshot", version, &x->snapshot, err);
	return code;
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

/* 6. Root, when it is to be renewed: in force from the moment it is there, so it is tried first and
 * written late. */
static int put_root(struct release *x, tong_error *err)
{
	struct tong__str held = tong__trust_bytes(x->repo.trust, "root");
	unsigned long version = tong__trust_root_version(x->repo.trust) + 1;
	const struct tong__signer *signer;
	char name[TONG_REPO_NAME];
	struct tong__buf bytes;
	json_t *body;
	int code;

	if (!x->plan.root)
		return 0;
	tong__buf_init(&bytes, TONG_MAX_ROOT);
	tong__repo_metadata_name(version, "root", name);
	code = tong__top_signer(&x->repo, x->keys, "root", &signer, err);
	if (!code)
		code = tong__metadata_renew(&body, held.p, held.n, version,
		                            tong__expiry(x->options->now, x->days.root), err);
	if (!code)
		code = tong__metadata_sign(body, signer, &bytes, err);
	if (!code)
		code = try_root(held, &bytes, x->options->now, err);
	if (!code)
		code = tong__repo_put(&x->repo, name, (struct tong__str){bytes.data, bytes.len}, err);
	tong__buf_free(&bytes);
	return code;
}

/* 7. What is to come into force is first walked through as nodes will. */
static int sign_timestamp(struct release *x, tong_error *err)
{
	unsigned long version = x->repo.timestamp + 1, of = x->repo.snapshot + x->plan.snapshot;
	int64_t expires = tong__expiry(x->options->now, x->days.timestamp);
	const struct tong__signer *signer;
	int code = tong__top_signer(&x->repo, x->keys, "timestamp", &signer, err);

	if (!code)
		code = tong__metadata_sign(tong__metadata_timestamp(version, expires, of, x->snapshot.data,
		                                                    x->snapshot.len),
		                           signer, &x->timestamp, err);
	return code ? code
	            : tong__repo_load(&x->repo, (struct tong__str){x->timestamp.data, x->timestamp.len},
	                              x->options->now, err);
}

/* 8. The one file that is replaced: before it the release before is in force, after it this one
 * (P1). */
static int put_timestamp(struct release *x, tong_error *err)
{
	return tong__repo_put(&x->repo, "timestamp.json",
	                      (struct tong__str){x->timestamp.data, x->timestamp.len}, err);
}

/* 9. */
static int put_heads(struct release *x, tong_error *err)
{
	return tong__heads_write(&x->repo, err);
}

/* 10. */
static int clean(struct release *x, tong_error *err)
{
	return tong__content_clean(&x->repo, x->keep, err);
}

static int run(struct release *x, int (*const steps[])(struct release *, tong_error *),
               tong_error *err)
{
	int code = 0;
	size_t i;

	for (i = 0; steps[i] && !code; i++)
		code = steps[i](x, err);
	return code;
}

/* ---- ---- */

static int open_release(struct release *x, const char *to, const char *keys,
                        const struct tong__release_options *options, tong_error *err)
{
	int code;

	*x = (struct release){.options = options,
	                      .days = tong__release_days(options),
	                      .keep = options->keep ? options->keep : 32,
	                      .repo.lock = -1};
	tong__buf_init(&x->snapshot, TONG_MAX_SNAPSHOT);
	tong__buf_init(&x->timestamp, TONG_MAX_TIMESTAMP);
	code = tong__keys_open(&x->keys, keys, err);
	return code ? code : tong__repo_open(&x->repo, to, tong__keys_root(x->keys), err);
}

static void close_release(struct release *x)
{
	tong__plan_free(&x->plan);
	tong__repo_close(&x->repo);
	tong__keys_free(x->keys);
	tong__buf_free(&x->snapshot);
	tong__buf_free(&x->timestamp);
}

int tong__release_write(const char *to, const char *keys, const struct tong__layers *layers,
                        const struct tong__release_options *options,
                        struct tong__release_report *report, tong_error *err)
{
	static int (*const steps[])(struct release *,
	                            tong_error *) = {put_first_root, put_content,   put_roles,
	                                             put_targets,    put_snapshot,  put_root,
	                                             sign_timestamp, put_timestamp, put_heads,
	                                             clean,          NULL};
	/* A run that was cut after the timestamp is finished by the next one. */
	static int (*const leftovers[])(struct release *, tong_error *) = {put_heads, clean, NULL};
	struct release x;
	int code = tong__mkdirs(to, err);

	memset(report, 0, sizeof *report);
	if (code)
		return code;
	code = open_release(&x, to, keys, options, err);
	x.report = report;
	if (!code)
		code = tong__plan_make(&x.plan, &x.repo, x.keys, layers, options, err);
	if (!code) {
		report->changed = x.plan.timestamp;
		if (x.plan.timestamp)
			code = run(&x, steps, err);
		else if (!tong__heads_stand(&x.repo))
			code = run(&x, leftovers, err);
	}
	report->version = x.repo.snapshot;
	report->bytes_written = x.repo.written;
	close_release(&x);
	return code;
}

int tong__release_timestamp(const char *to, const char *keys,
                            const struct tong__release_options *options, tong_error *err)
{
	static int (*const steps[])(struct release *, tong_error *) = {put_snapshot, sign_timestamp,
	                                                               put_timestamp, put_heads, NULL};
	const char *none = N_("holds no release yet: make one with `tong-publish release`");
	struct release x;
	int code;

	if (access(to, F_OK) != 0)
		return tong__fail(err, TONG_E_NOTFOUND, to, "%s", _(none));
	code = open_release(&x, to, keys, options, err);
	if (!code && x.repo.empty)
		code = tong__fail(err, TONG_E_NOTFOUND, to, "%s", _(none));
	if (!code)
		code = run(&x, steps, err);
	close_release(&x);
	return code;
}
