/* Reading one metadata file: envelope, signatures, the members every role has, and lists of files.
 */
#include "core/tuf_meta.h"

#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/json.h"
#include "core/message.h"

#define MAX_SIGNATURE 4096 /* an RSA key of 32,768 bit */

static const struct {
	const char *name;
	size_t ceiling;
} types[] = {
	[TONG_META_ROOT] = { "root", TONG_MAX_ROOT },
	[TONG_META_TIMESTAMP] = { "timestamp", TONG_MAX_TIMESTAMP },
	[TONG_META_SNAPSHOT] = { "snapshot", TONG_MAX_SNAPSHOT },
	[TONG_META_TARGETS] = { "targets", TONG_MAX_TARGETS },
};

const char *tong__meta_type_name(enum tong__meta_type type)
{
	return types[type].name;
}

size_t tong__meta_ceiling(enum tong__meta_type type)
{
	return types[type].ceiling;
}

int tong__meta_bad(const struct tong__meta *meta, tong_error *err, const char *member,
				   const char *wanted)
{
	return tong__fail(err, TONG_E_FORMAT, meta->role, "%s: wanted %s (specification 4)", member,
					  tong__text(wanted));
}

bool tong__meta_int_in(const json_t *value, json_int_t least, json_int_t most)
{
	return json_is_integer(value) && json_integer_value(value) >= least &&
		   json_integer_value(value) <= most;
}

bool tong__meta_hex(const char *s, size_t least, size_t most)
{
	size_t n = strspn(s, "0123456789abcdef");

	return !s[n] && n >= least && n <= most;
}

/* ---- signatures ---- */

/* Each needs a keyid and a sig; a sig that is no signature is harmless here, the same keyid twice
 * is not. */
static int check_signatures(const struct tong__meta *meta, const json_t *list, tong_error *err)
{
	json_t *seen, *one;
	int rc = 0;
	size_t i;

	if (!json_is_array(list))
		return tong__meta_bad(meta, err, "signatures", "a list");
	if (json_array_size(list) > TONG_MAX_KEYS)
		return tong__fail(err, TONG_E_LIMIT, meta->role, "%zu signatures, at most %d are read",
						  json_array_size(list), TONG_MAX_KEYS);
	seen = json_object();
	if (!seen)
		return tong__fail_nomem(err);
	json_array_foreach(list, i, one)
	{
		const char *keyid = tong__json_str(one, "keyid");

		if (!keyid || !tong__json_str(one, "sig"))
			rc = tong__meta_bad(meta, err, "signatures", "keyid and sig, strings");
		else if (json_object_get(seen, keyid))
			rc = tong__fail(err, TONG_E_FORMAT, meta->role,
							"two signatures of key %.64s (specification 4.2.1)", keyid);
		else if (json_object_set_new_nocheck(seen, keyid, json_true()))
			rc = tong__fail_nomem(err);
		if (rc)
			break;
	}
	json_decref(seen);
	return rc;
}

int tong__meta_open(struct tong__meta **out, enum tong__meta_type type, const char *role,
					const void *bytes, size_t n, tong_error *err)
{
	struct tong__meta *meta;
	int rc;

	*out = NULL;
	if (strlen(role) >= TONG_MAX_ROLE_NAME)
		return tong__fail(err, TONG_E_LIMIT, role,
						  "the role's name has %zu bytes, at most %d are read", strlen(role),
						  TONG_MAX_ROLE_NAME - 1);
	if (n > types[type].ceiling)
		return tong__fail(err, TONG_E_LIMIT, role, "%zu bytes, at most %zu are read", n,
						  types[type].ceiling);
	meta = calloc(1, sizeof *meta);
	if (!meta)
		return tong__fail_nomem(err);
	meta->type = type;
	strcpy(meta->role, role);
	meta->bytes = malloc(n + 1);
	if (!meta->bytes) {
		tong__meta_free(meta);
		return tong__fail_nomem(err);
	}
	if (n)
		memcpy(meta->bytes, bytes, n);
	meta->bytes[n] = '\0';
	meta->n = n;
	rc = tong__json_read(meta->bytes, n, TONG_MAX_JSON_DEPTH, role, &meta->json, err);
	meta->body = rc ? NULL : tong__json_obj(meta->json, "signed");
	if (!rc && !meta->body)
		rc = tong__meta_bad(meta, err, "signed", "an object");
	if (!rc)
		rc = check_signatures(meta, json_object_get(meta->json, "signatures"), err);
	if (rc) {
		tong__meta_free(meta);
		return rc;
	}
	*out = meta;
	return 0;
}

void tong__meta_lean(struct tong__meta *meta)
{
	for (size_t i = 0; i < meta->n_keys; i++)
		tong__key_free(meta->keys[i].key);
	for (size_t i = 0; i < meta->n_roles; i++)
		free(meta->roles[i].keys);
	free(meta->keys);
	free(meta->roles);
	json_decref(meta->json);
	meta->keys = NULL;
	meta->roles = NULL;
	meta->json = NULL;
	meta->body = NULL;
	meta->n_keys = meta->n_roles = 0;
}

void tong__meta_free(struct tong__meta *meta)
{
	if (!meta)
		return;
	tong__meta_lean(meta);
	free(meta->bytes);
	free(meta);
}

/* The key of 'keyid' if the role may be signed with it and this version can use it. */
static const struct tong__key *role_key(const struct tong__meta *delegator,
										const struct tong__meta_role *role, const char *keyid)
{
	for (size_t i = 0; i < role->n_keys; i++)
		if (!strcmp(delegator->keys[role->keys[i]].id, keyid))
			return delegator->keys[role->keys[i]].key;
	return NULL;
}

static bool signature_good(const struct tong__key *key, const json_t *signature,
						   const struct tong__buf *msg)
{
	unsigned char sig[MAX_SIGNATURE];
	long n = tong__unhex(tong__json_str(signature, "sig"), sig, sizeof sig);

	return n > 0 && tong__key_verify(key, msg->data, msg->len, sig, (size_t)n);
}

/* How many distinct keys of the role signed, counted until the threshold is reached. */
static int count_good(const struct tong__meta *meta, const struct tong__meta *delegator,
					  const struct tong__meta_role *role, size_t *good, tong_error *err)
{
	const json_t *list = tong__json_arr(meta->json, "signatures"), *one;
	const struct tong__key **counted, *key;
	struct tong__buf msg;
	size_t i, k;
	int rc;

	*good = 0;
	counted = calloc(role->n_keys + 1, sizeof *counted);
	if (!counted)
		return tong__fail_nomem(err);
	tong__buf_init(&msg, meta->n + 1);
	rc = tong__json_canonical(meta->body, &msg);
	if (rc)
		rc = tong__fail(err, rc, meta->role,
						"\"signed\" has no canonical form (specification 4.2.1)");
	for (i = 0; !rc && i < json_array_size(list) && (json_int_t)*good < role->threshold; i++) {
		one = json_array_get(list, i);
		key = role_key(delegator, role, tong__json_str(one, "keyid"));
		if (!key || !signature_good(key, one, &msg))
			continue;
		for (k = 0; k < *good && !tong__key_same(counted[k], key); k++)
			;
		if (k == *good)
			counted[(*good)++] = key;
	}
	tong__buf_free(&msg);
	free(counted);
	return rc;
}

int tong__meta_verify(const struct tong__meta *meta, const struct tong__meta *delegator,
					  const char *section, tong_error *err)
{
	const struct tong__meta_role *role = tong__meta_role(delegator, meta->role);
	size_t good;
	int rc;

	if (!role)
		return tong__fail(err, TONG_E_ROLE, meta->role,
						  "%s does not delegate to this role "
						  "(specification %s)",
						  delegator->role, section);
	rc = count_good(meta, delegator, role, &good, err);
	if (!rc && (json_int_t)good < role->threshold)
		rc = tong__fail(err, TONG_E_SIGNATURE, meta->role,
						"%zu good signatures of the keys that "
						"%s version %lu lists, wanted %lld (specification %s)", good,
						delegator->role, delegator->version, (long long)role->threshold, section);
	return rc;
}

const struct tong__meta_role *tong__meta_role(const struct tong__meta *meta, const char *role)
{
	for (size_t i = 0; i < meta->n_roles; i++)
		if (!strcmp(meta->roles[i].name, role))
			return &meta->roles[i];
	return NULL;
}

/* ---- the members every role has ---- */

static int number(const char *s, int digits)
{
	int v = 0;

	while (digits--)
		v = v * 10 + (*s++ - '0');
	return v;
}

/* Days since 1970-01-01 of the Gregorian calendar, counting years from March. */
static int64_t days(int year, int month, int day)
{
	int64_t y = year - (month <= 2), era = y / 400 - (y < 0), of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* YYYY-MM-DDTHH:MM:SSZ and nothing else. */
static bool read_time(const char *s, int64_t *out)
{
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
	/* A month that is none has no days. */
	static const int length[100] = { 0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int y, mo, d, h, mi, sec, leap;
	size_t i;

	for (i = 0; form[i]; i++)
		if (form[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return false;
	if (s[i])
		return false;
	y = number(s, 4), mo = number(s + 5, 2), d = number(s + 8, 2);
	h = number(s + 11, 2), mi = number(s + 14, 2), sec = number(s + 17, 2);
	leap = mo == 2 && y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
	if (d < 1 || d > length[mo] + leap || h > 23 || mi > 59 || sec > 59)
		return false;
	*out = days(y, mo, d) * 86400 + h * 3600 + mi * 60 + sec;
	return true;
}

/* "1.0.34" and also the older "1.0": numbers and dots, the first of them 1. */
static bool spec_version_known(const char *s)
{
	size_t n = strlen(s);

	return !strncmp(s, "1.", 2) && strspn(s, "0123456789.") == n && !strstr(s, "..") &&
		   s[n - 1] != '.' && n < 32;
}

static int check_common(struct tong__meta *meta, tong_error *err)
{
	const char *type = tong__json_str(meta->body, "_type"), *wanted = types[meta->type].name;
	const char *spec = tong__json_str(meta->body, "spec_version");
	const char *expires = tong__json_str(meta->body, "expires");
	const json_t *version = json_object_get(meta->body, "version");

	if (!type)
		return tong__meta_bad(meta, err, "_type", wanted);
	if (strcmp(type, wanted))
		return tong__fail(err, TONG_E_ROLE, meta->role,
						  "_type is %.40s, wanted %s (specification 4)", type, wanted);
	if (!spec || !spec_version_known(spec))
		return tong__fail(err, TONG_E_FORMAT, meta->role,
						  "spec_version is %.40s, wanted 1.x "
						  "(specification 4.3)",
						  spec ? spec : "missing");
	if (!tong__meta_int_in(version, 1, TONG_META_INT_MAX))
		return tong__meta_bad(meta, err, "version", "an integer from 1 to 2^53");
	meta->version = (unsigned long)json_integer_value(version);
	if (!expires || !read_time(expires, &meta->expires))
		return tong__fail(err, TONG_E_FORMAT, meta->role,
						  "expires is %.40s, wanted a time like "
						  "2027-01-31T00:00:00Z (specification 4.2.3)",
						  expires ? expires : "missing");
	return 0;
}

/* ---- lists of files: "meta" of timestamp and snapshot, "targets" ---- */

static int check_hashes(const struct tong__meta *meta, const json_t *hashes, tong_error *err)
{
	const char *name;
	json_t *value;

	if (!json_object_size(hashes))
		return tong__meta_bad(meta, err, "hashes", "an object that is not empty");
	json_object_foreach((json_t *)hashes, name, value)
	{
		const char *hex = json_string_value(value);
		size_t n = !strcmp(name, "sha256") ? 64 : !strcmp(name, "sha512") ? 128 : 0;

		if (!hex || (n && !tong__meta_hex(hex, n, n)))
			return tong__meta_bad(meta, err, "hashes", "lower-case hex of the hash's length");
	}
	return 0;
}

static int check_entry(const struct tong__meta *meta, const char *name, const json_t *entry,
					   tong_error *err)
{
	const json_t *length = json_object_get(entry, "length"),
				 *hashes = json_object_get(entry, "hashes");
	size_t n = strlen(name);

	if (n <= 5 || strcmp(name + n - 5, ".json"))
		return tong__meta_bad(meta, err, "meta", "names that end in .json");
	if (n - 5 >= TONG_MAX_ROLE_NAME)
		return tong__fail(err, TONG_E_LIMIT, meta->role,
						  "a role's name of %zu bytes, at most %d are read", n - 5,
						  TONG_MAX_ROLE_NAME - 1);
	if (!tong__meta_int_in(json_object_get(entry, "version"), 1, TONG_META_INT_MAX))
		return tong__meta_bad(meta, err, "meta", "a version from 1 to 2^53 for each file");
	if (length && !tong__meta_int_in(length, 0, TONG_META_INT_MAX))
		return tong__meta_bad(meta, err, "meta", "length, an integer from 0 to 2^53");
	return hashes ? check_hashes(meta, hashes, err) : 0;
}

static int check_meta(const struct tong__meta *meta, tong_error *err)
{
	json_t *list = tong__json_obj(meta->body, "meta"), *entry;
	const char *name;
	int rc;

	if (!list)
		return tong__meta_bad(meta, err, "meta", "an object");
	if (meta->type == TONG_META_TIMESTAMP && !json_object_get(list, "snapshot.json"))
		return tong__meta_bad(meta, err, "meta", "snapshot.json");
	json_object_foreach(list, name, entry)
	{
		rc = check_entry(meta, name, entry, err);
		if (rc)
			return rc;
	}
	return 0;
}

static int check_targets(struct tong__meta *meta, tong_error *err)
{
	json_t *list = tong__json_obj(meta->body, "targets"), *one;
	const json_t *delegations = json_object_get(meta->body, "delegations"), *custom;
	const char *path;
	int rc;

	if (!list)
		return tong__meta_bad(meta, err, "targets", "an object");
	json_object_foreach(list, path, one)
	{
		custom = json_object_get(one, "custom");
		if (!tong__meta_int_in(json_object_get(one, "length"), 0, TONG_META_INT_MAX))
			return tong__meta_bad(meta, err, "targets", "length, an integer from 0 to 2^53");
		if (custom && !json_is_object(custom))
			return tong__meta_bad(meta, err, "custom", "an object");
		rc = check_hashes(meta, json_object_get(one, "hashes"), err);
		if (rc)
			return rc;
	}
	return delegations ? tong__meta_delegations(meta, delegations, err) : 0;
}

int tong__meta_body(struct tong__meta *meta, tong_error *err)
{
	int rc = check_common(meta, err);

	if (rc)
		return rc;
	switch (meta->type) {
	case TONG_META_ROOT:
		return tong__meta_root_roles(meta, err);
	case TONG_META_TIMESTAMP:
	case TONG_META_SNAPSHOT:
		return check_meta(meta, err);
	case TONG_META_TARGETS:
		return check_targets(meta, err);
	}
	return 0;
}

bool tong__meta_file(const struct tong__meta *meta, const char *role, struct tong__meta_file *out)
{
	char name[TONG_MAX_ROLE_NAME + 5];
	const json_t *entry, *length;

	if (strlen(role) >= TONG_MAX_ROLE_NAME)
		return false;
	strcpy(name, role);
	strcat(name, ".json");
	entry = json_object_get(tong__json_obj(meta->body, "meta"), name);
	if (!entry)
		return false;
	length = json_object_get(entry, "length");
	out->version = (unsigned long)tong__json_int(entry, "version", 0);
	out->has_length = length != NULL;
	out->length = (uint64_t)json_integer_value(length);
	out->hashes = json_object_get(entry, "hashes");
	return true;
}

/* Are the bytes those of 'hashes'? Of the ones this version does not know it says nothing. */
static bool hashes_match(const json_t *hashes, const void *p, size_t n, size_t *known)
{
	const char *sha256 = tong__json_str(hashes, "sha256"),
			   *sha512 = tong__json_str(hashes, "sha512");
	struct tong__hash hash;
	char hex[129];
	bool match = true;

	*known = 0;
	if (sha256) {
		tong__sha256(p, n, &hash);
		tong__hash_hex(&hash, hex);
		match = !strcmp(hex, sha256);
		++*known;
	}
	if (sha512 && match) {
		tong__sha512_hex(p, n, hex);
		match = !strcmp(hex, sha512);
		++*known;
	}
	return match;
}

int tong__meta_matches(const struct tong__meta_file *file, const char *role, const void *p,
					   size_t n, const char *section, tong_error *err)
{
	size_t known;

	if (file->has_length && file->length != n)
		return tong__fail(err, TONG_E_HASH, role,
						  "%zu bytes, wanted the %llu that are signed "
						  "(specification %s)",
						  n, (unsigned long long)file->length, section);
	if (!file->hashes)
		return 0;
	if (!hashes_match(file->hashes, p, n, &known))
		return tong__fail(err, TONG_E_HASH, role,
						  "the bytes do not have the hash that is signed (specification %s)",
						  section);
	if (!known)
		return tong__fail(err, TONG_E_HASH, role,
						  "no listed hash is known, wanted sha256 or sha512 "
						  "(specification %s)",
						  section);
	return 0;
}
