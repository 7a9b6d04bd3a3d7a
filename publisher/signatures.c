/* Collects signatures of a file from the keys at hand, and counts them as a client would. */
#include "publisher/signatures.h"

#include <string.h>

#include "core/json.h"
#include "core/key.h"
#include "core/message.h"

#define MAX_SIGNATURE 2048

size_t tong__judge_threshold(const struct tong__judge *j)
{
	return (size_t)tong__json_int(j->role, "threshold", 1);
}

bool tong__judge_lists(const struct tong__judge *j, const char *id)
{
	const json_t *one;
	size_t i;

	json_array_foreach(tong__json_arr(j->role, "keyids"), i,
					   one) if (json_is_string(one) &&
								strcmp(json_string_value(one), id) == 0) return true;
	return false;
}

size_t tong__judge_at_hand(const struct tong__judge *j, const struct tong__keys *keys, bool now)
{
	const struct tong__keys_key *k;
	const json_t *one;
	size_t i, n = 0;

	json_array_foreach(tong__json_arr(j->role, "keyids"), i, one)
	{
		k = tong__keys_by_id(keys, json_string_value(one));
		n += k && tong__keys_can_sign(keys, k, now);
	}
	return n;
}

/* ---- counting ---- */

static const char *sig_of(const json_t *signatures, const char *id)
{
	json_t *entry;
	size_t i;

	json_array_foreach((json_t *)(intptr_t)signatures, i, entry)
	{
		const char *by = tong__json_str(entry, "keyid");

		if (by && strcmp(by, id) == 0)
			return tong__json_str(entry, "sig");
	}
	return NULL;
}

static bool is_good(const json_t *key, const char *id, const char *hex, const struct tong__buf *msg)
{
	unsigned char sig[MAX_SIGNATURE];
	long n = hex ? tong__unhex(hex, sig, sizeof sig) : -1;
	struct tong__key *verify;
	bool good;

	if (!key || n <= 0 || tong__key_read(key, id, &verify, NULL))
		return false;
	good = tong__key_verify(verify, msg->data, msg->len, sig, (size_t)n);
	tong__key_free(verify);
	return good;
}

static size_t count(const struct tong__judge *j, const struct tong__buf *msg,
					const json_t *signatures)
{
	const json_t *one;
	size_t i, n = 0;

	json_array_foreach(tong__json_arr(j->role, "keyids"), i, one)
	{
		const char *id = json_string_value(one);

		n += is_good(json_object_get(j->keys, id), id, sig_of(signatures, id), msg);
	}
	return n;
}

/* What is signed: the canonical form (T1). */
static int message(const json_t *body, struct tong__buf *out, tong_error *err)
{
	int code;

	tong__buf_init(out, TONG_MAX_TARGETS);
	code = tong__json_canonical(body, out);
	return code ? tong__fail(err, code, tong__json_str(body, "_type"),
							 "T1: metadata over its ceiling")
				: 0;
}

size_t tong__judge_count(const struct tong__judge *j, const json_t *body, const json_t *signatures)
{
	struct tong__buf msg;
	size_t n = message(body, &msg, NULL) ? 0 : count(j, &msg, signatures);

	tong__buf_free(&msg);
	return n;
}

bool tong__judge_accepts(const struct tong__judge *j, struct tong__str file)
{
	json_t *json;
	bool ok;

	if (!file.p || tong__json_read(file.p, file.n, TONG_MAX_JSON_DEPTH, "metadata", &json, NULL))
		return false;
	ok = tong__judge_count(j, tong__json_obj(json, "signed"), tong__json_arr(json, "signatures")) >=
		 tong__judge_threshold(j);
	json_decref(json);
	return ok;
}

bool tong__signed(const json_t *body, const struct tong__judge *j, size_t n,
				  const json_t *signatures)
{
	struct tong__buf msg;
	bool ok = !message(body, &msg, NULL);
	size_t i;

	for (i = 0; i < n && ok; i++)
		ok = count(&j[i], &msg, signatures) >= tong__judge_threshold(&j[i]);
	tong__buf_free(&msg);
	return ok;
}

/* ---- signing ---- */

static int sign_one(struct tong__keys *keys, struct tong__keys_key *k, const struct tong__buf *msg,
					json_t *signatures, tong_error *err)
{
	struct tong__buf hex;
	int code;

	tong__buf_init(&hex, 2 * MAX_SIGNATURE);
	code = tong__keys_sign(keys, k, msg->data, msg->len, &hex, err);
	if (!code &&
		json_array_append_new(signatures, json_pack("{s:s, s:s}", "keyid", k->id, "sig", hex.data)))
		code = tong__fail_nomem(err);
	tong__buf_free(&hex);
	return code;
}

/* Keys that sign without a question first: a passphrase is asked for only when it is needed. */
static int sign_for(const struct tong__judge *j, struct tong__keys *keys,
					const struct tong__buf *msg, json_t *signatures, tong_error *err)
{
	size_t wanted = tong__judge_threshold(j), have = count(j, msg, signatures), i;
	int code = 0, pass;
	json_t *one;

	for (pass = 0; pass < 2; pass++)
		json_array_foreach(tong__json_arr(j->role, "keyids"), i, one)
		{
			const char *id = json_string_value(one);
			struct tong__keys_key *k = tong__keys_by_id(keys, id);

			if (code || have >= wanted)
				return code;
			if (!k || k->place == TONG_KEY_PUBLIC || (k->place == TONG_KEY_LOCKED) != pass ||
				sig_of(signatures, id))
				continue;
			code = sign_one(keys, k, msg, signatures, err);
			have++;
		}
	return code;
}

int tong__sign(const json_t *body, const struct tong__judge *j, size_t n, struct tong__keys *keys,
			   json_t *signatures, tong_error *err)
{
	struct tong__buf msg;
	int code = message(body, &msg, err);
	size_t i;

	for (i = 0; i < n && !code; i++)
		code = sign_for(&j[i], keys, &msg, signatures, err);
	tong__buf_free(&msg);
	return code;
}

int tong__signature_add(const json_t *body, const struct tong__judge *j, size_t n, json_t *entry,
						json_t *signatures, bool *added, tong_error *err)
{
	const char *id = tong__json_str(entry, "keyid"), *hex = tong__json_str(entry, "sig");
	struct tong__buf msg;
	int code = message(body, &msg, err);
	size_t i;

	*added = false;
	for (i = 0; i < n && !code && id && !*added && !sig_of(signatures, id); i++)
		*added =
			tong__judge_lists(&j[i], id) && is_good(json_object_get(j[i].keys, id), id, hex, &msg);
	if (*added &&
		json_array_append_new(signatures, json_pack("{s:s, s:s}", "keyid", id, "sig", hex)))
		code = tong__fail_nomem(err);
	tong__buf_free(&msg);
	return code;
}

/* ---- who is missing ---- */

static bool has_signed(const char *id, const json_t *signatures, const struct tong__keys *keys)
{
	const struct tong__keys_key *k = tong__keys_by_id(keys, id);

	return signatures ? sig_of(signatures, id) != NULL : k && k->place != TONG_KEY_PUBLIC;
}

void tong__lack(const char *file, const json_t *body, const struct tong__judge *j, size_t n,
				const json_t *signatures, const struct tong__keys *keys, struct tong__buf *out)
{
	const char *comma = "";
	size_t i, have = 0;
	json_t *one;

	for (i = 0; i < n; i++) {
		have = signatures ? tong__judge_count(&j[i], body, signatures)
						  : tong__judge_at_hand(&j[i], keys, false);
		if (have < tong__judge_threshold(&j[i]))
			break;
	}
	if (i == n)
		return;
	j += i;
	tong__buf_adds(out, out->len ? "; " : "");
	tong__buf_addf(out, _("%s: %zu of %zu, still to sign: "), file, have, tong__judge_threshold(j));
	json_array_foreach(tong__json_arr(j->role, "keyids"), i, one)
	{
		const char *id = json_string_value(one);
		const struct tong__keys_key *k = tong__keys_by_id(keys, id);

		if (has_signed(id, signatures, keys))
			continue;
		tong__buf_addf(out, k ? "%s%s" : "%s%.8s…", comma, k ? k->name : id);
		comma = ", ";
	}
}
