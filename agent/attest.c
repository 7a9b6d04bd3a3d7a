/* What a node says of itself: what it holds, hashed anew, and how it is (FORMAT U6). */
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "agent/upward.h"
#include "core/json.h"

#define EVERY ((int64_t)20 * 3600) /* with an hourly sync: once a day when nothing changes */

struct look {
	tong_agent *agent;
	const json_t *before; /* the last attestation's layers, or NULL */
	json_t *layers;
	uint64_t differences;
	int64_t now;
	tong_error *err;
};

/* Since when this version is held: as the last attestation said, when it is the same. */
static int64_t since(const struct look *k, const char *name, const char *sha)
{
	const json_t *l;
	size_t i;

	json_array_foreach(k->before, i, l)
	{
		const char *n = tong__json_str(l, "name"), *s = tong__json_str(l, "sha256");

		if (n && s && strcmp(n, name) == 0 && strcmp(s, sha) == 0)
			return tong__json_int(l, "since", k->now);
	}
	return k->now;
}

static int add_layer(void *arg, const struct tong__store_layer *noted)
{
	struct look *k = arg;
	struct tong__store_layer held;
	char hex[TONG_HEX];
	int rc = tong__store_identity(k->agent->store, noted->name, &held, k->err);

	if (rc)
		return rc;
	k->differences += !noted->sound || !tong__hash_equal(&held.sha256, &noted->sha256);
	tong__hash_hex(&held.sha256, hex);
	return json_array_append_new(k->layers,
								 json_pack("{s:s, s:s, s:I}", "name", noted->name, "sha256", hex,
										   "since", (json_int_t)since(k, noted->name, hex)))
			   ? tong__fail_nomem(k->err)
			   : 0;
}

/* ---- the rest ---- */

static void add_disk(const char *dir, json_t *body)
{
	struct statvfs v;

	if (statvfs(dir, &v) == 0)
		json_object_set_new(body, "disk",
							json_pack("{s:I, s:I}", "free",
									  (json_int_t)v.f_bavail * (json_int_t)v.f_frsize,
									  "total", (json_int_t)v.f_blocks * (json_int_t)v.f_frsize));
}

static json_t *meta_json(struct tong__store *s, const char *name)
{
	struct tong__buf text;
	tong_error own;
	json_t *doc = NULL;

	tong__buf_init(&text, 65536);
	if (tong__store_meta(s, name, &text, &own) == 0)
		doc = tong__json_own(text.data, text.len);
	tong__buf_free(&text);
	return doc;
}

static void add_sync(tong_agent *a, json_t *body)
{
	json_t *sync = meta_json(a->store, "last_sync"), *skew = json_object_get(sync, "clock_skew");
	int64_t left = tong__store_number(a->store, "left", 0);

	if (json_is_integer(json_object_get(sync, "time")))
		json_object_set(body, "synced", json_object_get(sync, "time"));
	if (json_is_integer(skew))
		json_object_set(body, "skew", skew);
	if (left)
		json_object_set_new(body, "left", json_integer(left));
	json_decref(sync);
}

static void add_pages(struct tong__outbox *o, json_t *body)
{
	json_t *last = tong__attest_pages_last(o->ledger);

	if (last)
		json_object_set_new(body, "pages", last);
}

static void add_regions(tong_agent *a, json_t *body)
{
	json_t *regions = tong__agent_list(a, "regions");

	if (json_array_size(regions))
		json_object_set(body, "regions", regions);
	json_decref(regions);
}

static int look(tong_agent *a, struct tong__outbox *o, const json_t *before, json_t **out,
				tong_error *err)
{
	struct look k = {
		a, tong__json_arr(before, "layers"), json_array(), 0, tong__agent_now(a), err
	};
	int rc = k.layers ? tong__store_layers(a->store, add_layer, &k, err) : tong__fail_nomem(err);
	json_t *body =
		json_pack("{s:s, s:s, s:I, s:b}", "kind", "attestation", "agent", tong_version(), "release",
				  (json_int_t)tong__store_number(a->store, "release", 0), "sound",
				  k.differences == 0 && !tong__store_number(a->store, "damaged", 0));

	if (body && k.differences)
		json_object_set_new(body, "differences", json_integer((json_int_t)k.differences));
	if (body && json_array_size(k.layers))
		json_object_set(body, "layers", k.layers);
	json_decref(k.layers);
	if (rc || !body) {
		json_decref(body);
		return rc ? rc : tong__fail_nomem(err);
	}
	add_regions(a, body);
	add_sync(a, body);
	add_pages(o, body);
	add_disk(a->dir, body);
	*out = body;
	return 0;
}

/* ---- when ---- */

/* Without what changes by itself all the time. */
static json_t *lasting(const json_t *body)
{
	static const char *const fleeting[] = { "time", "disk", "skew", "synced", "pending" };
	json_t *copy = json_copy((json_t *)body);

	for (size_t i = 0; i < sizeof fleeting / sizeof *fleeting; i++)
		json_object_del(copy, fleeting[i]);
	return copy;
}

static bool is_due(const json_t *before, const json_t *body, int64_t now)
{
	json_t *a = lasting(before), *b = lasting(body);
	int64_t age = now - tong__json_int(before, "time", 0);
	bool due = !before || !json_equal(a, b) || age >= EVERY || age < 0;

	json_decref(a);
	json_decref(b);
	return due;
}

static int keep(struct tong__outbox *o, json_t *body, int64_t now, tong_error *err)
{
	int64_t pending = tong__ledger_count(o->ledger, "pending");
	int rc;

	if (pending)
		json_object_set_new(body, "pending", json_integer(pending));
	rc = tong__ledger_begin(o->ledger, err);
	if (!rc)
		rc = tong__outbox_add(o, body, now, err);
	if (!rc)
		rc = tong__ledger_commit(o->ledger, err);
	if (rc)
		tong__ledger_abort(o->ledger);
	return rc;
}

/* Hashing all that is held is for when something may have changed. */
static bool may_skip(tong_agent *a, struct tong__outbox *o, const json_t *before, int64_t now)
{
	int64_t age = now - tong__json_int(before, "time", 0);

	return before && age >= 0 && age < EVERY && !tong__store_number(a->store, "damaged", 0) &&
		   tong__ledger_number(o->ledger, "attested_serial", -1) ==
			   tong__store_number(a->store, "serial", 0);
}

int tong__attest(tong_agent *a, struct tong__outbox *o, bool always, bool *made, tong_error *err)
{
	json_t *before = tong__ledger_attested(o->ledger, tong__identity_id(o->me), NULL), *body = NULL;
	int64_t now = tong__agent_now(a);
	int rc = tong__agent_begin_any(a, err);

	*made = false;
	if (!rc) {
		if (always || !may_skip(a, o, before, now))
			rc = look(a, o, before, &body, err);
		tong__agent_end(a);
	}
	if (!rc && body && (always || is_due(before, body, now))) {
		rc = keep(o, body, now, err);
		*made = !rc;
	}
	if (!rc && body)
		rc = tong__ledger_number_set(o->ledger, "attested_serial",
									 tong__store_number(a->store, "serial", 0), err);
	json_decref(before);
	json_decref(body);
	return rc;
}
