/* `release` and `timestamp`: signing a catalogue into a repository, and keeping it fresh. */
#include <stdlib.h>
#include <string.h>

#include "publisher/cmd_catalogue.h"
#include "publisher/cmd_keys.h"
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
		tong__summary(a, "release %lu: %s items, %s region layers, %s of %s layers changed, "
		              "%s written", r->version, items, regions, changed, all, bytes);
	else
		tong__summary(a, "no layer changed, release %lu stays in force; found", r->version);
}

/* One release of a catalogue; with --stage not into force yet. */
static int add(const struct tong__args *a, struct tong__keys *keys, tong_error *err)
{
	struct tong__release_options options = { .now = a->now, .stage = a->stage };
	struct tong__release_report r = { 0 };
	struct tong__layers *layers = NULL;
	struct tong__catalogue c = { 0 };
	int code = tong__catalogue_layers(&c, &layers, a, err);

	if (!code)
		code = tong__release_write(a->to, keys, layers, &options, &r, err);
	if (!code)
		sum_up(&c, layers->n, &r, a);
	if (!code && a->json)
		code = tong__answer(json_pack("{s:I, s:b, s:I, s:I, s:I}", "version", (json_int_t)r.version,
									  "changed", (int)r.changed, "layers_changed",
									  (json_int_t)r.layers_changed, "changesets",
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

int tong__cmd_release(const struct tong__args *a, tong_error *err)
{
	int (*act)(const struct tong__args *, struct tong__keys *, tong_error *) = add;
	struct tong__keys *keys = NULL;
	struct tong__ask ask;
	int code = need_folders(a, "release", err);

	if (a->n_words && strcmp(a->words[0], "publish") == 0)
		act = publish;
	else if (a->n_words)
		return tong__fail(err, TONG_E_USAGE, a->words[0],
						  "release wants nothing more, or publish [SIGNATURE…]");
	if (!code)
		code = tong__cmd_open_keys(&keys, &ask, a, err);
	if (!code)
		code = act(a, keys, err);
	tong__keys_free(keys);
	return code;
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
		tong__summary(a, "timestamp: signed anew");
	tong__keys_free(keys);
	return code;
}
