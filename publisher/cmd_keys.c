/* `keys`: making keys, showing them, and signing what was carried here. */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/message.h"
#include "publisher/cmd_keys.h"
#include "publisher/public_key.h"
#include "publisher/request.h"

int tong__cmd_open_keys(struct tong__keys **keys, struct tong__ask *ask, const struct tong__args *a,
						tong_error *err)
{
	*ask = tong__cmd_ask(a);
	return tong__keys_open(keys, a->keys, ask, err);
}

static int init(const struct tong__args *a, tong_error *err)
{
	struct tong__ask ask = tong__cmd_ask(a);
	int code = tong__keys_init(a->keys, a->now, &ask, a->words + 1, err);

	if (code)
		return code;
	if (a->json)
		return tong__answer(json_pack("{s:s++}", "root", a->keys, "/", "1.root.json"), err);
	printf("%s/1.root.json\n", a->keys);
	if (!a->quiet)
		fputs(_("keys: made. Give the root above to every node; keep root.pem offline, and the "
		        "other *.pem on the publishing machine\n"), stderr);
	return 0;
}

/* ---- one key more ---- */

/* The new key's passphrase; NULL for none. 'text' is wiped by the caller. */
static int fresh_passphrase(const struct tong__args *a, const char *name,
							char text[TONG_PASSPHRASE], const char **out, tong_error *err)
{
	struct tong__ask ask = tong__cmd_ask(a);

	*out = a->encrypt ? text : NULL;
	return a->encrypt ? ask.get(ask.arg, name, true, text, err) : 0;
}

static int told(const struct tong__args *a, const char *name, tong_error *err)
{
	struct tong__keys *keys;
	struct tong__keys_key *k;
	struct tong__ask ask;
	int code = tong__cmd_open_keys(&keys, &ask, a, err);

	if (code)
		return code;
	k = tong__keys_named(keys, name);
	if (a->json)
		code = tong__answer(json_pack("{s:s, s:s, s:O}", "name", name, "keyid", k->id, "key",
									  k->public),
							err);
	else
		printf("%s %s\n", k->id, k->name);
	tong__keys_free(keys);
	return code;
}

int tong__cmd_create_key(const struct tong__args *a, const char *name, const char *kind,
						 tong_error *err)
{
	char text[TONG_PASSPHRASE] = "";
	const char *passphrase;
	int code = fresh_passphrase(a, name, text, &passphrase, err);

	if (!code)
		code = tong__keys_create(a->keys, name, kind, passphrase, err);
	tong__wipe(text, sizeof text);
	return code;
}

static int create(const struct tong__args *a, tong_error *err)
{
	int code = tong__cmd_create_key(a, a->words[1], a->n_words > 2 ? a->words[2] : "ed25519", err);

	return code ? code : told(a, a->words[1], err);
}

static int import(const struct tong__args *a, tong_error *err)
{
	struct tong__ask ask = tong__cmd_ask(a);
	char text[TONG_PASSPHRASE] = "";
	const char *passphrase;
	int code = fresh_passphrase(a, a->words[1], text, &passphrase, err);

	if (!code)
		code = tong__keys_import(a->keys, a->words[1], a->words[2], &ask, passphrase, err);
	tong__wipe(text, sizeof text);
	return code ? code : told(a, a->words[1], err);
}

static int external(const struct tong__args *a, tong_error *err)
{
	int code = tong__keys_external(a->keys, a->words[1], a->words + 2, err);

	return code ? code : told(a, a->words[1], err);
}

/* ---- signing elsewhere ---- */

/* REQUEST with .signature in place of .request. */
static char *answer_path(const struct tong__args *a)
{
	const char *request = a->words[1];
	size_t n = strlen(request);
	char *out;

	if (a->out)
		return strdup(a->out);
	if (n > 8 && strcmp(request + n - 8, ".request") == 0)
		n -= 8;
	return asprintf(&out, "%.*s.signature", (int)n, request) < 0 ? NULL : out;
}

static int sign_request(const struct tong__args *a, struct tong__request *r,
						struct tong__keys *keys, tong_error *err)
{
	char *out = answer_path(a);
	struct tong__buf text;
	int code = out ? 0 : tong__fail_nomem(err);

	tong__buf_init(&text, 1 << 20);
	tong__request_describe(r, keys, &text);
	fputs(text.data ? text.data : "", a->json ? stderr : stdout);
	fflush(stdout);
	if (!code)
		code = tong__cmd_confirm(a, _("Sign this?"), err);
	if (!code)
		code = tong__request_sign(r, keys, out, err);
	if (!code && a->json)
		code = tong__answer(json_pack("{s:s, s:s, s:I, s:s}", "signature", out, "role", r->role,
									  "version", (json_int_t)r->version, "sha256", r->sha256),
							err);
	else if (!code)
		printf("%s\n", out);
	tong__buf_free(&text);
	free(out);
	return code;
}

static int sign(const struct tong__args *a, tong_error *err)
{
	struct tong__request r = { .json = NULL };
	struct tong__keys *keys = NULL;
	struct tong__ask ask;
	int code = tong__cmd_open_keys(&keys, &ask, a, err);

	if (!code)
		code = tong__request_read(&r, a->words[1], err);
	if (!code)
		code = sign_request(a, &r, keys, err);
	tong__request_free(&r);
	tong__keys_free(keys);
	return code;
}

/* ---- ---- */

static const struct verb {
	const char *name;
	size_t least, most; /* words with it */
	bool release;       /* wants --to */
	const char *usage;
	int (*run)(const struct tong__args *, tong_error *);
} verbs[] = {
	{ "init", 1, 64, false, "init [SIGNATURE…]", init },
	{ "show", 1, 1, false, "show [--to DIR]", tong__cmd_keys_show },
	{ "create", 2, 3, false, "create NAME [" TONG_KEY_KINDS "]", create },
	{ "import", 3, 3, false, "import NAME FILE", import },
	{ "external", 3, 64, false, "external NAME PROGRAM [WORD…]", external },
	{ "rotate", 2, 3, true, "rotate OLD [NEW]", tong__cmd_keys_rotate },
	{ "revoke", 2, 2, true, "revoke KEY", tong__cmd_keys_revoke },
	{ "threshold", 3, 64, true, "threshold ROLE M [KEY…]", tong__cmd_keys_threshold },
	{ "delegate", 3, 64, true, "delegate LAYER KEY…", tong__cmd_keys_delegate },
	{ "sign", 2, 2, false, "sign REQUEST [--out FILE]", sign },
};
#define N_VERBS (sizeof verbs / sizeof *verbs)

int tong__cmd_keys(const struct tong__args *a, tong_error *err)
{
	const char *what = a->n_words ? a->words[0] : "";
	const struct verb *v = verbs;

	while (v < verbs + N_VERBS && strcmp(v->name, what) != 0)
		v++;
	if (v == verbs + N_VERBS)
		return tong__fail(err, TONG_E_USAGE, "keys",
						  "wants init, show, create, import, external, rotate, revoke, threshold, "
						  "delegate or sign, as in `tong-publish keys init --keys DIR`");
	if (a->n_words < v->least || a->n_words > v->most)
		return tong__fail(err, TONG_E_USAGE, "keys", "wants `keys %s`", v->usage);
	if (!a->keys)
		return tong__fail(err, TONG_E_USAGE, "keys", "wants --keys DIR, the folder of keys");
	if (v->release && !a->to)
		return tong__fail(err, TONG_E_USAGE, "keys",
						  "%s wants --to DIR, the release repository whose signers change",
						  v->name);
	return v->run(a, err);
}
