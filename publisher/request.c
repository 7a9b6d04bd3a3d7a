/* Signing elsewhere: the request that is carried there, and the answer that is carried back (FORMAT
 * S3-S6). Both are JSON in record form, trusted for nothing: a signature is good or it is not. */
#include "publisher/request.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/json.h"
#include "core/message.h"
#include "publisher/metadata.h"

#define REQUEST "tong-signing-request-1"
#define ANSWER  "tong-signature-1"

/* SHA-256 of what is signed. */
static int hash_body(const json_t *body, char hex[TONG_HEX])
{
	struct tong__hash hash;
	struct tong__buf bytes;
	int code;

	tong__buf_init(&bytes, TONG_MAX_TARGETS);
	code = tong__json_canonical(body, &bytes);
	tong__sha256(bytes.data ? bytes.data : "", bytes.len, &hash);
	tong__hash_hex(&hash, hex);
	tong__buf_free(&bytes);
	return code;
}

static int write_json(const char *path, json_t *json, tong_error *err)
{
	struct tong__buf text;
	int code;

	tong__buf_init(&text, 2 * TONG_MAX_TARGETS);
	code = json && !tong__json_record(json, &text) && !tong__buf_addc(&text, '\n')
			   ? tong__mkdirs_for(path, err)
			   : tong__fail_nomem(err);
	if (!code)
		code = tong__file_write(path, text.data, text.len, err);
	tong__buf_free(&text);
	return code;
}

static int read_json(const char *path, const char *format, json_t **out, tong_error *err)
{
	struct tong__buf text;
	const char *is;
	int code;

	*out = NULL;
	tong__buf_init(&text, 2 * TONG_MAX_TARGETS);
	code = tong__file_read(path, &text, err);
	if (code == TONG_E_ABSENT)
		code = tong__fail(err, TONG_E_NOTFOUND, path, "there is no such file");
	if (!code)
		code = tong__json_read(text.data ? text.data : "", text.len, TONG_MAX_JSON_DEPTH, path, out,
							   err);
	tong__buf_free(&text);
	is = code ? NULL : tong__json_str(*out, "format");
	if (code || (is && strcmp(is, format) == 0))
		return code;
	json_decref(*out);
	*out = NULL;
	return tong__fail(err, TONG_E_FORMAT, path, "S3: is no %s", format);
}

/* ---- the request ---- */

/* {keyids, keys, threshold}: only the keys it lists. */
static json_t *judge_json(const struct tong__judge *j)
{
	json_t *keys = json_object(), *id;
	size_t i;

	json_array_foreach(tong__json_arr(j->role, "keyids"), i, id)
	{
		json_t *key = json_object_get(j->keys, json_string_value(id));

		if (key)
			json_object_set(keys, json_string_value(id), key);
	}
	return json_pack("{s:O, s:o, s:I}", "keyids", tong__json_arr(j->role, "keyids"), "keys", keys,
					 "threshold", (json_int_t)tong__judge_threshold(j));
}

int tong__request_write(const char *stage, const char *role, const json_t *body,
						const struct tong__judge *judges, size_t n, const json_t *signatures,
						tong_error *err)
{
	json_t *list = json_array(), *file;
	char *path = NULL;
	size_t i;
	int code;

	for (i = 0; i < n; i++)
		json_array_append_new(list, judge_json(&judges[i]));
	file = json_pack("{s:{s:O, s:O}, s:s, s:o, s:s}", "file", "signatures", signatures, "signed",
					 body, "format", REQUEST, "judges", list, "role", role);
	if (!file || asprintf(&path, "%s/requests/%lu.%s.request", stage,
						  (unsigned long)tong__json_int(body, "version", 0), role) < 0)
		code = tong__fail_nomem(err);
	else
		code = write_json(path, file, err);
	json_decref(file);
	free(path);
	return code;
}

/* A root that calls itself a layer would be shown as one. */
static int check_type(struct tong__request *r, const char *path, tong_error *err)
{
	static const char *const top[] = { "root", "timestamp", "snapshot", "targets" };
	const char *type = tong__json_str(r->body, "_type"), *wanted = "targets";
	size_t i;

	for (i = 0; i < 4; i++)
		if (strcmp(r->role, top[i]) == 0)
			wanted = top[i];
	if (type && strcmp(type, wanted) == 0)
		return 0;
	tong__request_free(r);
	return tong__fail(err, TONG_E_ROLE, path, "S4: what is to be signed is no %s", wanted);
}

/* At most two, each of which names its keys by texts: who counts signatures looks no more. */
static bool take_judges(struct tong__request *r)
{
	json_t *one, *id;
	size_t i, k;

	json_array_foreach(tong__json_arr(r->json, "judges"), i, one)
	{
		json_array_foreach(tong__json_arr(one, "keyids"), k, id) if (!json_is_string(id))
			return false;
		if (r->n_judges < 2)
			r->judges[r->n_judges++] = (struct tong__judge){ one, tong__json_obj(one, "keys") };
	}
	return r->n_judges > 0;
}

int tong__request_read(struct tong__request *r, const char *path, tong_error *err)
{
	json_t *file;
	int code;

	memset(r, 0, sizeof *r);
	code = read_json(path, REQUEST, &r->json, err);
	if (code)
		return code;
	file = tong__json_obj(r->json, "file");
	r->role = tong__json_str(r->json, "role");
	r->body = tong__json_obj(file, "signed");
	r->signatures = tong__json_arr(file, "signatures");
	r->version = (unsigned long)tong__json_int(r->body, "version", 0);
	if (r->role && r->body && r->signatures && r->version && take_judges(r) &&
		!hash_body(r->body, r->sha256))
		return check_type(r, path, err);
	tong__request_free(r);
	return tong__fail(err, TONG_E_FORMAT, path,
					   "S3: a member of the request is missing or not of its kind");
}

void tong__request_free(struct tong__request *r)
{
	json_decref(r->json);
	memset(r, 0, sizeof *r);
}

/* ---- what a person reads ---- */

/* Words of the request go to a terminal: nothing in them may move its cursor, turn its writing or
 * begin a line (S4). */
static void say(struct tong__buf *out, const char *word)
{
	for (word = word ? word : "?"; *word; word++)
		tong__buf_addc(out, *word >= ' ' && *word <= '~' ? *word : '?');
}

static void describe_ids(const char *name, const json_t *entry, const struct tong__keys *keys,
						 struct tong__buf *out)
{
	const json_t *one;
	size_t i;

	tong__buf_adds(out, "  ");
	say(out, name);
	tong__buf_addf(out, _(": %lld of"), (long long)tong__json_int(entry, "threshold", 0));
	json_array_foreach(tong__json_arr(entry, "keyids"), i, one)
	{
		const char *id = json_string_value(one);
		const struct tong__keys_key *k = tong__keys_by_id(keys, id ? id : "");
		char head[9];

		snprintf(head, sizeof head, "%s", id ? id : "?");
		tong__buf_addc(out, ' ');
		say(out, head);
		if (k)
			tong__buf_addf(out, " (%s)", k->name);
	}
	tong__buf_addc(out, '\n');
}

static void describe_target(const json_t *body, struct tong__buf *out)
{
	const char *path;
	json_t *target;

	json_object_foreach(tong__json_obj(body, "targets"), path, target)
	{
		tong__buf_adds(out, "  ");
		say(out, path);
		tong__buf_addf(out, _(": %lld bytes, sha256 "),
					   (long long)tong__json_int(target, "length", 0));
		say(out, tong__json_str(tong__json_obj(target, "hashes"), "sha256"));
		tong__buf_addc(out, '\n');
	}
}

void tong__request_describe(const struct tong__request *r, const struct tong__keys *keys,
							struct tong__buf *out)
{
	json_t *entry;
	const char *name;
	size_t i;

	tong__buf_addf(out, "%lu.", r->version);
	say(out, r->role);
	tong__buf_adds(out, _(".json, good until "));
	say(out, tong__json_str(r->body, "expires"));
	tong__buf_addc(out, '\n');
	if (strcmp(r->role, "root") == 0)
		json_object_foreach(tong__json_obj(r->body, "roles"), name, entry)
			describe_ids(name, entry, keys, out);
	json_array_foreach(tong__json_arr(tong__json_obj(r->body, "delegations"), "roles"), i, entry)
		describe_ids(tong__json_str(entry, "name"), entry, keys, out);
	describe_target(r->body, out);
	tong__buf_addf(out, "sha256 %s\n", r->sha256);
}

/* ---- the answer ---- */

/* What the request held already is not repeated. */
static json_t *new_ones(const json_t *signatures, size_t from)
{
	json_t *out = json_array();
	size_t i;

	for (i = from; i < json_array_size(signatures); i++)
		json_array_append(out, json_array_get(signatures, i));
	return out;
}

int tong__request_sign(struct tong__request *r, struct tong__keys *keys, const char *out,
					   tong_error *err)
{
	size_t before = json_array_size(r->signatures);
	json_t *answer;
	int code = tong__sign(r->body, r->judges, r->n_judges, keys, r->signatures, err);

	if (code)
		return code;
	if (json_array_size(r->signatures) == before)
		return tong__fail(err, TONG_E_KEY, r->role,
						  "S5: no key of this folder may sign it, or all that may have signed");
	answer = json_pack("{s:s, s:s, s:s, s:o, s:I}", "format", ANSWER, "role", r->role, "sha256",
					   r->sha256, "signatures", new_ones(r->signatures, before), "version",
					   (json_int_t)r->version);
	code = write_json(out, answer, err);
	json_decref(answer);
	return code;
}

int tong__answer_read(const char *path, json_t **out, tong_error *err)
{
	return read_json(path, ANSWER, out, err);
}

bool tong__answer_fits(const json_t *answer, const char *role, const json_t *body)
{
	const char *its = tong__json_str(answer, "role"), *hash = tong__json_str(answer, "sha256");
	char hex[TONG_HEX];

	return its && hash && strcmp(its, role) == 0 && !hash_body(body, hex) && strcmp(hash, hex) == 0;
}
