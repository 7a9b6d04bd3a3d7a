/* `release` and `timestamp`: signing a catalogue into a repository, and keeping it fresh. */
#include <stdlib.h>
#include <string.h>

#include "publisher/cmd_catalogue.h"
#include "publisher/cmd_keys.h"
#include "publisher/git_publish.h"
#include "publisher/stage.h"

static int need_folders(const struct tong__args *a, const char *command, tong_error *err)
{
	if (!a->to)
		return tong__fail(err, TONG_E_USAGE, command, "wants --to DIR, the release repository");
	if (!a->keys)
		return tong__fail(err, TONG_E_USAGE, command, "wants --keys DIR, the folder of keys");
	return 0;
}

static void sum_up(const struct tong__catalogue *c, size_t layers,
				   const struct tong__release_report *r, const struct tong__args *a)
{
	const char *items = tong__count(c->items), *regions = tong__count(c->regions);
	const char *changed = tong__count(r->layers_changed), *all = tong__count(layers);
	const char *bytes = tong__bytes(r->bytes_written);

	if (r->changed)
		tong__summary(a,
					  "release %lu: %s items, %s region layers, %s of %s layers changed, "
					  "%s written",
					  r->version, items, regions, changed, all, bytes);
	else
		tong__summary(a, "no layer changed, release %lu stays in force; found", r->version);
}

/* One release of a catalogue; with --stage not into force yet. */
static int add(const struct tong__args *a, struct tong__keys *keys, tong_error *err)
{
	struct tong__release_options options = { .now = a->now, .stage = a->stage, .hold = a->hold };
	struct tong__release_report r = { 0 };
	struct tong__layers *layers = NULL;
	struct tong__catalogue c = { 0 };
	int code = tong__catalogue_layers(&c, &layers, a, err);

	if (!code)
		code = tong__release_write(a->to, keys, layers, &options, &r, err);
	if (!code && *r.held)
		tong__summary(a, "held back, their signatures are missing: %s; done", r.held);
	if (!code)
		sum_up(&c, layers->n, &r, a);
	if (!code && a->json)
		code = tong__answer(json_pack("{s:s, s:I, s:b, s:I, s:I, s:I}", "held", r.held, "version",
									  (json_int_t)r.version, "changed", (int)r.changed,
									  "layers_changed", (json_int_t)r.layers_changed, "changesets",
									  (json_int_t)r.changesets, "bytes_written",
									  (json_int_t)r.bytes_written),
							err);
	tong__layers_free(layers);
	return code;
}

static int publish(const struct tong__args *a, struct tong__keys *keys, tong_error *err)
{
	struct tong__release_options options = { .now = a->now };
	struct tong__release_report r = { 0 };
	char *stage = NULL;
	int code;

	if (asprintf(&stage, a->stage ? "%s" : "%s.stage", a->stage ? a->stage : a->to) < 0)
		return tong__fail_nomem(err);
	code = tong__stage_publish(a->to, keys, stage, a->words + 1, &options, &r, err);
	if (!code)
		tong__summary(a, "release: it is in force");
	if (!code && a->json)
		code = tong__answer(json_pack("{s:I}", "version", (json_int_t)r.version), err);
	free(stage);
	return code;
}

/* The content of an older release under new version numbers: nodes never go back (P3). */
static int restore(const struct tong__args *a, struct tong__keys *keys, tong_error *err)
{
	struct tong__release_options options = { .now = a->now, .stage = a->stage };
	struct tong__release_report r = { 0 };
	char *end;
	int code;

	options.restore = strtoul(a->words[1], &end, 10);
	if (*end || !options.restore)
		return tong__fail(err, TONG_E_USAGE, a->words[1], "wants the number of a release");
	code = tong__release_write(a->to, keys, NULL, &options, &r, err);
	if (!code && a->stage)
		tong__summary(a, "content of release %lu: staged, not in force", options.restore);
	else if (!code)
		tong__summary(a, "release %lu: %s layers changed, with the content of release %lu",
					  r.version, tong__count(r.layers_changed), options.restore);
	if (!code && a->json)
		code =
			tong__answer(json_pack("{s:I, s:b, s:I}", "version", (json_int_t)r.version, "changed",
								   (int)r.changed, "layers_changed", (json_int_t)r.layers_changed),
						 err);
	return code;
}

/* What is in force now becomes a commit of the branch. */
static int to_branch(const struct tong__args *a, tong_error *err)
{
	char commit[41];
	int code;

	if (!a->to_git)
		return 0;
	code = tong__git_publish(a->to, a->to_git, a->now, commit, err);
	if (!code)
		tong__summary(a, "%s: commit %.12s", a->to_git, commit);
	return code;
}

static int signing(const struct tong__args *a,
				   int (*act)(const struct tong__args *, struct tong__keys *, tong_error *),
				   tong_error *err)
{
	struct tong__keys *keys = NULL;
	struct tong__ask ask;
	int code = need_folders(a, "release", err);

	if (!code)
		code = tong__cmd_open_keys(&keys, &ask, a, err);
	if (!code)
		code = act(a, keys, err);
	if (!code && (act == publish || !a->stage)) /* what is staged is not in force */
		code = to_branch(a, err);
	tong__keys_free(keys);
	return code;
}

static const struct verb {
	const char *name;
	size_t least, most; /* words with it */
	const char *usage;
	int (*sign)(const struct tong__args *, struct tong__keys *, tong_error *);
	int (*look)(const struct tong__args *, tong_error *);
} verbs[] = {
	{ "publish", 1, 64, "publish [SIGNATURE…]", publish, NULL },
	{ "show", 1, 1, "show", NULL, tong__cmd_release_show },
	{ "diff", 2, 3, "diff A [B]", NULL, tong__cmd_release_diff },
	{ "restore", 2, 2, "restore N", restore, NULL },
};
#define N_VERBS (sizeof verbs / sizeof *verbs)

int tong__cmd_release(const struct tong__args *a, tong_error *err)
{
	const struct verb *v = verbs;

	if (!a->n_words)
		return signing(a, add, err);
	while (v < verbs + N_VERBS && strcmp(v->name, a->words[0]) != 0)
		v++;
	if (v == verbs + N_VERBS)
		return tong__fail(err, TONG_E_USAGE, a->words[0],
						  "release wants nothing more, or publish, show, diff or restore");
	if (a->n_words < v->least || a->n_words > v->most)
		return tong__fail(err, TONG_E_USAGE, "release", "wants `release %s`", v->usage);
	if (v->sign)
		return signing(a, v->sign, err);
	if (!a->to)
		return tong__fail(err, TONG_E_USAGE, "release", "wants --to DIR, the release repository");
	return v->look(a, err);
}

int tong__cmd_timestamp(const struct tong__args *a, tong_error *err)
{
	struct tong__release_options options = { .now = a->now };
	struct tong__keys *keys = NULL;
	struct tong__ask ask;
	int code = need_folders(a, "timestamp", err);

	if (!code)
		code = tong__cmd_open_keys(&keys, &ask, a, err);
	if (!code)
		code = tong__release_timestamp(a->to, keys, &options, err);
	if (!code)
		code = to_branch(a, err);
	if (!code)
		tong__summary(a, "timestamp: signed anew");
	tong__keys_free(keys);
	return code;
}
