/* What the node holds and how current it is. Reads only. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "agent/health.h"
#include "agent/life.h"
#include "agent/relay.h"
#include "agent/upward.h"
#include "core/json.h"

/* "2026-01-31T08:00:00Z" */
static json_t *utc(int64_t when)
{
	time_t t = (time_t)when;
	struct tm tm;
	char text[40];

	if (!gmtime_r(&t, &tm) || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return json_integer(when);
	return json_string(text);
}

struct facts {
	tong_agent *agent;
	json_t *layers, *expires, *expired;
	int64_t records, now;
	bool sound;
};

static void add_expiry(struct facts *f, const char *role)
{
	unsigned long version;
	int64_t expires;

	if (!tong__store_trusted_facts(f->agent->store, role, &version, &expires) || expires == 0)
		return;
	json_object_set_new(f->expires, role, utc(expires));
	if (expires <= f->now)
		json_array_append_new(f->expired, json_string(role));
}

static int add_layer(void *arg, const struct tong__store_layer *l)
{
	struct facts *f = arg;
	char hex[TONG_HEX];
	json_t *doc = json_object();

	tong__hash_hex(&l->sha256, hex);
	json_object_set_new(doc, "name", json_string(l->name));
	json_object_set_new(doc, "records", json_integer((json_int_t)l->records));
	json_object_set_new(doc, "length", json_integer((json_int_t)l->length));
	if (l->sound)
		json_object_set_new(doc, "sha256", json_string(hex));
	else
		json_object_set_new(doc, "damaged", json_true());
	f->sound = f->sound && l->sound;
	f->records += (int64_t)l->records;
	add_expiry(f, l->name);
	return json_array_append_new(f->layers, doc) ? TONG_E_NOMEM : 0;
}

static json_t *last_sync(tong_agent *a)
{
	struct tong__buf text;
	tong_error own;
	json_t *doc = NULL;

	tong__buf_init(&text, 65536);
	if (tong__store_meta(a->store, "last_sync", &text, &own) == 0)
		doc = tong__json_own(text.data, text.len);
	tong__buf_free(&text);
	return doc;
}

static json_t *dated(json_t *doc, const char *name)
{
	json_t *when = json_object_get(doc, name);

	if (json_is_integer(when))
		json_object_set_new(doc, name, utc(json_integer_value(when)));
	return doc;
}

/* Their passwords are nobody's business. */
static json_t *sources(tong_agent *a)
{
	json_t *held = tong__agent_list(a, "sources"), *list = json_array(), *where;
	char shown[TONG_SOURCE_SHOWN];
	size_t i;

	json_array_foreach(held, i, where)
	{
		const char *text = tong__source_shown(json_string_value(where), shown);

		json_array_append_new(list, json_string(text));
	}
	json_decref(held);
	return list;
}

/* What went over the network in the calendar month of the last sync: {"month":"2026-11","bytes":N}.
 */
static void add_month(tong_agent *a, json_t *doc)
{
	long month = (long)tong__store_number(a->store, "month", 0);
	char text[32];

	if (!month)
		return;
	snprintf(text, sizeof text, "%04ld-%02ld", month / 100, month % 100);
	json_object_set_new(doc, "network",
						json_pack("{s:s, s:I}", "month", text, "bytes",
								  (json_int_t)tong__store_number(a->store, "month_bytes", 0)));
}

/* The release that the levels below are given; 0: none yet. */
static json_t *relay(tong_agent *a)
{
	json_t *kept = tong__relay_kept(a->dir);
	json_t *doc = json_pack("{s:I}", "release", tong__json_int(kept, "release", 0));

	json_decref(kept);
	return doc;
}

static int status(tong_agent *a, char **json, tong_error *err)
{
	static const char *const roles[] = { "root", "timestamp", "snapshot", "targets" };
	struct facts f = { a, json_array(), json_object(), json_array(), 0, tong__agent_now(a), true };
	int64_t left = tong__store_number(a->store, "left", 0),
			release = tong__store_number(a->store, "release", 0);
	json_t *doc = json_object(), *up = tong__upward_state(a), *sync;
	bool current;
	int rc;

	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		add_expiry(&f, roles[i]);
	rc = tong__store_layers(a->store, add_layer, &f, err);
	sync = last_sync(a);
	f.sound = f.sound && !tong__store_number(a->store, "damaged", 0) &&
			  !tong__store_met_damage(a->store) && !tong__store_marked(a->dir);
	current = release > 0 && f.sound && left == 0 && json_array_size(f.expired) == 0;
	json_object_set_new(doc, "release", json_integer(release));
	json_object_set_new(doc, "current", json_boolean(current));
	json_object_set_new(doc, "sound", json_boolean(f.sound));
	if (left)
		json_object_set_new(doc, "left", json_integer(left));
	json_object_set_new(doc, "regions", tong__agent_list(a, "regions"));
	json_object_set_new(doc, "sources", sources(a));
	json_object_set_new(doc, "records", json_integer(f.records));
	json_object_set_new(doc, "layers", f.layers);
	json_object_set_new(doc, "expires", f.expires);
	json_object_set_new(doc, "expired", f.expired);
	if (up)
		json_object_set(doc, "upward", up);
	tong__health(a->dir, f.now, sync, doc);
	json_decref(dated(dated(up, "since"), "delivered"));
	if (sync)
		json_object_set_new(doc, "last_sync", dated(sync, "time"));
	add_month(a, doc);
	if (tong__relay_on(a->store))
		json_object_set_new(doc, "relay", relay(a));
	json_object_set_new(doc, "program", json_string(tong_version()));
	if (rc) {
		json_decref(doc);
		return rc == TONG_E_NOMEM ? tong__fail_nomem(err) : rc;
	}
	return tong__agent_say(a, doc, json, err);
}

int tong_agent_status(tong_agent *a, char **json, tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	int rc;

	err = err ? err : &own;
	*json = NULL;
	rc = tong__agent_begin_any(a, err);
	if (rc)
		return rc;
	rc = status(a, json, err);
	tong__agent_end(a);
	return rc;
}
