/* `keys`: making a folder of keys, and showing its public side. */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/message.h"
#include "publisher/cmd.h"
#include "publisher/keys.h"

static int init(const struct tong__args *a, tong_error *err)
{
	int code = tong__keys_init(a->keys, a->now, err);

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

/* One key: its name, kind and id. */
static int show_one(const struct tong__keys *keys, const char *name, bool json, json_t *list)
{
	const struct tong__signer *s = tong__keys_find(keys, name);
	const char *scheme = s ? tong__json_str(tong__signer_public(s), "scheme") : NULL;

	if (json && s)
		return json_array_append_new(list,
		                             json_pack("{s:s, s:s, s:O}", "name", name, "keyid",
		                                       tong__signer_id(s), "key", tong__signer_public(s)));
	if (!json)
		printf("%-10s %-19s %s\n", name, s ? scheme : "-", s ? tong__signer_id(s) : "not here");
	return 0;
}

static int show(const struct tong__args *a, tong_error *err)
{
	json_t *list = json_array();
	struct tong__keys *keys;
	const char *name;
	struct tong__hash hash;
	char hex[TONG_HEX];
	size_t i;
	int code = list ? tong__keys_open(&keys, a->keys, err) : tong__fail_nomem(err);

	if (code) {
		json_decref(list);
		return code;
	}
	for (i = 0; (name = tong__keys_name(i)); i++)
		show_one(keys, name, a->json, list);
	tong__sha256(tong__keys_root(keys).p, tong__keys_root(keys).n, &hash);
	tong__hash_hex(&hash, hex);
	tong__keys_free(keys);
	if (a->json)
		return tong__answer(json_pack("{s:o, s:s}", "keys", list, "root_sha256", hex), err);
	printf("1.root.json sha256 %s\n", hex);
	json_decref(list);
	return 0;
}

int tong__cmd_keys(const struct tong__args *a, tong_error *err)
{
	const char *what = a->n_words ? a->words[0] : "";

	if (strcmp(what, "init") != 0 && strcmp(what, "show") != 0)
		return tong__fail(err, TONG_E_USAGE, "keys",
		                  "wants init or show, as in `tong-publish keys init --keys DIR`");
	if (!a->keys)
		return tong__fail(err, TONG_E_USAGE, "keys", "wants --keys DIR, the folder of keys");
	return *what == 'i' ? init(a, err) : show(a, err);
}
