/* TUF metadata of a release, built and signed (FORMAT T1-T5, specification section 4). */
#include "publisher/metadata.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "core/json.h"
#include "core/limits.h"

#define SPEC "1.0.31"

void tong__date(int64_t seconds, char out[TONG_DATE])
{
	time_t t = (time_t)seconds;
	struct tm tm;

	if (!gmtime_r(&t, &tm) || strftime(out, TONG_DATE, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		strcpy(out, "1970-01-01T00:00:00Z");
}

int64_t tong__date_read(const char *s)
{
	struct tm tm;
	const char *end;

	memset(&tm, 0, sizeof tm);
	end = s ? strptime(s, "%Y-%m-%dT%H:%M:%SZ", &tm) : NULL;
	return end && !*end ? (int64_t)timegm(&tm) : 0;
}

/* The members every role has. */
static json_t *body(const char *type, unsigned long version, int64_t expires)
{
	char date[TONG_DATE];

	tong__date(expires, date);
	return json_pack("{s:s, s:s, s:I, s:s}", "_type", type, "spec_version", SPEC, "version",
	                 (json_int_t)version, "expires", date);
}

/* Adds a member; false, with 'value' freed, when memory is out. */
static bool put(json_t *obj, const char *name, json_t *value)
{
	if (!obj || !value) {
		json_decref(value);
		return false;
	}
	return json_object_set_new(obj, name, value) == 0;
}

static json_t *done(json_t *obj, bool ok)
{
	if (ok)
		return obj;
	json_decref(obj);
	return NULL;
}

json_t *tong__metadata_root(unsigned long version, int64_t expires,
                            const struct tong__keys_key *const roles[4])
{
	static const char *const names[4] = {"root", "targets", "snapshot", "timestamp"};
	json_t *root = body("root", version, expires);
	json_t *keys = json_object(), *list = json_object();
	bool ok = keys && list;
	int i;

	for (i = 0; i < 4 && ok; i++) {
		const char *id = roles[i]->id;

		ok = json_object_set(keys, id, roles[i]->public) == 0
		     && put(list, names[i], json_pack("{s:[s], s:i}", "keyids", id, "threshold", 1));
	}
	ok = put(root, "consistent_snapshot", json_true()) && ok;
	ok = put(root, "keys", keys) && ok;
	ok = put(root, "roles", list) && ok;
	return done(root, ok);
}

json_t *tong__metadata_targets(unsigned long version, int64_t expires, json_t *delegations)
{
	json_t *t = body("targets", version, expires);
	bool ok = put(t, "delegations", json_incref(delegations));

	return done(t, put(t, "targets", json_object()) && ok);
}

json_t *tong__metadata_delegation(const char *name, const char *keyid)
{
	char path[TONG_MAX_ROLE_NAME + sizeof ".ndjson"];

	snprintf(path, sizeof path, "%s.ndjson", name);
	return json_pack("{s:s, s:[s], s:i, s:b, s:[s]}", "name", name, "keyids", keyid, "threshold", 1,
	                 "terminating", 1, "paths", path);
}

json_t *tong__metadata_layer(unsigned long version, int64_t expires, const char *name,
                             const struct tong__hash *sha256, uint64_t length, uint64_t records,
                             json_t *changesets, json_t *older)
{
	char path[TONG_MAX_ROLE_NAME + sizeof ".ndjson"], hex[TONG_HEX];
	json_t *t = body("targets", version, expires);

	snprintf(path, sizeof path, "%s.ndjson", name);
	tong__hash_hex(sha256, hex);
	return done(t, put(t, "targets",
	                   json_pack("{s:{s:I, s:{s:s}, s:{s:{s:O, s:O*, s:I}}}}", path, "length",
	                             (json_int_t)length, "hashes", "sha256", hex, "custom", "tong",
	                             "changesets", changesets, "older", older, "records",
	                             (json_int_t)records)));
}

json_t *tong__metadata_snapshot(unsigned long version, int64_t expires, json_t *versions)
{
	json_t *s = body("snapshot", version, expires), *meta = json_object(), *v;
	char file[TONG_MAX_ROLE_NAME + sizeof ".json"];
	bool ok = meta != NULL;
	const char *role;

	json_object_foreach(versions, role, v) {
		snprintf(file, sizeof file, "%s.json", role);
		ok = ok && put(meta, file, json_pack("{s:I}", "version", json_integer_value(v)));
	}
	return done(s, put(s, "meta", meta) && ok);
}

json_t *tong__metadata_timestamp(unsigned long version, int64_t expires, unsigned long of,
                                 const void *bytes, size_t n)
{
	json_t *t = body("timestamp", version, expires);
	struct tong__hash hash;
	char hex[TONG_HEX];

	tong__sha256(bytes, n, &hash);
	tong__hash_hex(&hash, hex);
	return done(t,
	            put(t, "meta",
	                json_pack("{s:{s:I, s:I, s:{s:s}}}", "snapshot.json", "version", (json_int_t)of,
	                          "length", (json_int_t)n, "hashes", "sha256", hex)));
}

int tong__metadata_file(json_t *signed_part, json_t *signatures, struct tong__buf *out,
                        tong_error *err)
{
	/* Not the canonical form, in which a key in PEM has bare line ends: what is signed need not be
	 * JSON, but the file must. */
	json_t *file = json_pack("{s:O, s:O}", "signatures", signatures, "signed", signed_part);
	int code = file && !tong__json_record(file, out) && !tong__buf_addc(out, '\n')
	               ? 0
	               : tong__fail_nomem(err);

	json_decref(file);
	return code;
}

int tong__metadata_renew(json_t **out, const void *old, size_t n, unsigned long version,
                         int64_t expires, tong_error *err)
{
	char date[TONG_DATE];
	json_t *file;
	int code;

	*out = NULL;
	code = tong__json_read(old, n, TONG_MAX_JSON_DEPTH, "metadata", &file, err);
	if (code)
		return code;
	*out = json_incref(tong__json_obj(file, "signed"));
	json_decref(file);
	tong__date(expires, date);
	if (put(*out, "version", json_integer((json_int_t)version))
	    && put(*out, "expires", json_string(date)))
		return 0;
	json_decref(*out);
	*out = NULL;
	return tong__fail_nomem(err);
}
