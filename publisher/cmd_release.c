/* `release` and `timestamp`: signing a catalogue into a repository, and keeping it fresh. */
#include <string.h>

#include "publisher/cmd_catalogue.h"
#include "publisher/release.h"

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

int tong__cmd_release(const struct tong__args *a, tong_error *err)
{
	struct tong__release_options options = {.now = a->now};
	struct tong__release_report r = {0};
	struct tong__layers *layers = NULL;
	struct tong__catalogue c = {0};
	int code = need_folders(a, "release", err);

	if (!code)
		code = tong__catalogue_layers(&c, &layers, a, err);
	if (!code)
		code = tong__release_write(a->to, a->keys, layers, &options, &r, err);
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

int tong__cmd_timestamp(const struct tong__args *a, tong_error *err)
{
	struct tong__release_options options = {.now = a->now};
	int code = need_folders(a, "timestamp", err);

	if (!code)
		code = tong__release_timestamp(a->to, a->keys, &options, err);
	if (!code)
		tong__summary(a, "timestamp: signed anew");
	return code;
}
