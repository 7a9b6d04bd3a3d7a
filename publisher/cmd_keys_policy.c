/* `keys rotate`, `revoke`, `threshold`, `delegate`: who signs what, as a release of its own. */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "publisher/cmd_keys.h"
#include "publisher/public_key.h"
#include "publisher/stage.h"

/* The change as a release with the content in force: staged, and brought into force at once when
 * nothing is missing and no --stage was given. */
static int release(const struct tong__args *a, struct tong__keys *keys,
				   const struct tong__policy_change *change, tong_error *err)
{
	struct tong__release_options options = { .now = a->now, .change = change };
	struct tong__release_report report;
	char *stage = NULL;
	int code;

	if (asprintf(&stage, a->stage ? "%s" : "%s.stage", a->stage ? a->stage : a->to) < 0)
		return tong__fail_nomem(err);
	options.stage = stage;
	code = tong__release_write(a->to, keys, NULL, &options, &report, err);
	options.change = NULL;
	if (!code && !report.changed)
		tong__summary(a, "keys: it is so already, nothing was written");
	else if (!code && a->stage)
		tong__summary(a, "keys: staged, not in force; `release publish` does that");
	else if (!code) {
		code = tong__stage_publish(a->to, keys, stage, NULL, &options, &report, err);
		if (!code)
			tong__summary(a, "keys: the change is in force");
	}
	if (!code && a->json)
		code = tong__answer(json_pack("{s:I, s:b, s:b}", "version", (json_int_t)report.version,
									  "changed", (int)report.changed, "staged", a->stage != NULL),
							err);
	free(stage);
	return code;
}

/* A key by its name, or by its whole id when it is not in the folder. */
static int old_key(const struct tong__keys *keys, const char *word, char id[TONG_HEX],
				   tong_error *err)
{
	const struct tong__keys_key *k = tong__keys_named(keys, word);

	if (!k && strlen(word) != TONG_HEX - 1)
		return tong__fail(err, TONG_E_NOTFOUND, word,
						  "no key of this name is in the folder; `keys show` lists them");
	memcpy(id, k ? k->id : word, TONG_HEX);
	return 0;
}

static int add_key(struct tong__policy_change *c, const struct tong__keys *keys, const char *name,
				   tong_error *err)
{
	const struct tong__keys_key *k = tong__keys_named(keys, name);

	if (!k)
		return tong__fail(err, TONG_E_NOTFOUND, name,
						  "no key of this name is in the folder: `keys create` or `keys import` it "
						  "first");
	if (c->n_keys == TONG_POLICY_KEYS)
		return tong__fail(err, TONG_E_LIMIT, name, "at most %d keys at a time", TONG_POLICY_KEYS);
	c->keys[c->n_keys++] = k;
	return 0;
}

static int run(const struct tong__args *a, struct tong__policy_change *c,
			   int (*fill)(const struct tong__args *, struct tong__policy_change *,
						   const struct tong__keys *, tong_error *),
			   tong_error *err)
{
	struct tong__keys *keys;
	struct tong__ask ask;
	int code = tong__cmd_open_keys(&keys, &ask, a, err);

	if (code)
		return code;
	code = fill(a, c, keys, err);
	if (!code)
		code = release(a, keys, c, err);
	tong__keys_free(keys);
	return code;
}

/* ---- rotate ---- */

static const char *kind_name(const struct tong__keys_key *k)
{
	static const char *const names[] = { "ed25519", "p256", "p384", "rsa", "sm2" };
	const char *scheme = tong__json_str(k->public, "scheme");
	size_t i;

	for (i = 0; i < sizeof names / sizeof *names; i++)
		if (scheme && strcmp(tong__key_kind(names[i])->scheme, scheme) == 0)
			return names[i];
	return "ed25519";
}

/* K4: the name after OLD: timestamp, timestamp-2, timestamp-3. */
static void next_name(const char *old, char out[TONG_KEY_NAME + 16])
{
	const char *dash = strrchr(old, '-');
	char *end = NULL;
	unsigned long n = dash ? strtoul(dash + 1, &end, 10) : 0;

	if (n > 1 && end && !*end)
		snprintf(out, TONG_KEY_NAME + 16, "%.*s-%lu", (int)(dash - old), old, n + 1);
	else
		snprintf(out, TONG_KEY_NAME + 16, "%s-2", old);
}

/* The key that takes OLD's place; one that a cut run left behind is as good as a new one. */
static int make_next(const struct tong__args *a, const char *name, tong_error *err)
{
	char next[TONG_KEY_NAME + 16];
	struct tong__args with = *a;
	struct tong__keys *keys;
	struct tong__keys_key *old;
	struct tong__ask ask;
	int code = tong__cmd_open_keys(&keys, &ask, a, err);

	if (code)
		return code;
	old = tong__keys_named(keys, name);
	next_name(name, next);
	if (!old)
		code = tong__fail(err, TONG_E_NOTFOUND, name, "no key of this name is in the folder");
	else if (old->place == TONG_KEY_PUBLIC || old->place == TONG_KEY_EXTERNAL)
		code =
			tong__fail(err, TONG_E_USAGE, name,
					   "is not a key of this folder to be made anew: `keys import` its successor, "
					   "then `keys rotate %s NEW`",
					   name);
	else if (!tong__keys_named(keys, next)) {
		with.encrypt = a->encrypt || old->place == TONG_KEY_LOCKED;
		code = tong__cmd_create_key(&with, next, kind_name(old), err);
	}
	tong__keys_free(keys);
	return code;
}

static int fill_rotate(const struct tong__args *a, struct tong__policy_change *c,
					   const struct tong__keys *keys, tong_error *err)
{
	char next[TONG_KEY_NAME + 16];
	int code = old_key(keys, a->words[1], c->old_id, err);

	next_name(a->words[1], next);
	return code ? code : add_key(c, keys, a->n_words > 2 ? a->words[2] : next, err);
}

int tong__cmd_keys_rotate(const struct tong__args *a, tong_error *err)
{
	struct tong__policy_change c = { .act = TONG_POLICY_REPLACE };
	int code = a->n_words > 2 ? 0 : make_next(a, a->words[1], err);

	return code ? code : run(a, &c, fill_rotate, err);
}

/* ---- revoke ---- */

static int fill_revoke(const struct tong__args *a, struct tong__policy_change *c,
					   const struct tong__keys *keys, tong_error *err)
{
	return old_key(keys, a->words[1], c->old_id, err);
}

int tong__cmd_keys_revoke(const struct tong__args *a, tong_error *err)
{
	struct tong__policy_change c = { .act = TONG_POLICY_REMOVE };

	return run(a, &c, fill_revoke, err);
}

/* ---- threshold, delegate ---- */

static int fill_threshold(const struct tong__args *a, struct tong__policy_change *c,
						  const struct tong__keys *keys, tong_error *err)
{
	char *end;
	unsigned long m = strtoul(a->words[2], &end, 10);
	int code = 0;
	size_t i;

	if (*end || end == a->words[2] || m < 1 || m > 64)
		return tong__fail(err, TONG_E_USAGE, "keys threshold",
						  "wants how many must sign, from 1 to 64, not '%s'", a->words[2]);
	c->role = a->words[1];
	c->threshold = m;
	for (i = 3; i < a->n_words && !code; i++)
		code = add_key(c, keys, a->words[i], err);
	return code;
}

int tong__cmd_keys_threshold(const struct tong__args *a, tong_error *err)
{
	struct tong__policy_change c = { .act = TONG_POLICY_SET };

	return run(a, &c, fill_threshold, err);
}

static int fill_delegate(const struct tong__args *a, struct tong__policy_change *c,
						 const struct tong__keys *keys, tong_error *err)
{
	int code = 0;
	size_t i;

	if (!tong__layer_name_valid(a->words[1]))
		return tong__fail(
			err, TONG_E_USAGE, a->words[1],
			"is no layer: base, site, or r and the code of a region; `keys threshold` "
			"is for the other roles");
	c->role = a->words[1];
	c->threshold = 1;
	for (i = 2; i < a->n_words && !code; i++)
		code = add_key(c, keys, a->words[i], err);
	return code;
}

int tong__cmd_keys_delegate(const struct tong__args *a, tong_error *err)
{
	struct tong__policy_change c = { .act = TONG_POLICY_SET };

	return run(a, &c, fill_delegate, err);
}
