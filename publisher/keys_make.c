/* Putting keys into a keyring: new ones, imported ones, and the first root (FORMAT K1-K3). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/json.h"
#include "publisher/external.h"
#include "publisher/keys.h"
#include "publisher/keys_root.h"
#include "publisher/public_key.h"

#define MAX_PUB 65536

/* The first four are the top-level roles, in the order tong__metadata_root wants. */
static const char *const names[] = { "root", "targets", "snapshot", "timestamp",
									 "base", "site",    "local" };
#define N_NAMES (sizeof names / sizeof *names)

/* DIR/NAME SUFFIX, malloc'd. */
static char *path_of(const char *dir, const char *name, const char *suffix)
{
	char *path;

	return asprintf(&path, "%s/%s%s", dir, name, suffix) < 0 ? NULL : path;
}

/* A folder that is made here is for its owner only; one that was there is left as it is. */
static int make_folder(const char *dir, tong_error *err)
{
	int code;

	if (access(dir, F_OK) == 0)
		return 0;
	code = tong__mkdirs(dir, err);
	if (!code && chmod(dir, 0700) < 0)
		code = tong__fail_errno(err, errno, dir, "cannot close to others");
	return code;
}

/* K1: is there any file of this name? */
static int check_free(const char *dir, const char *name, tong_error *err)
{
	static const char *const suffixes[] = { ".pem", ".pub", ".signer" };
	size_t i;

	if (!tong__key_name_valid(name))
		return tong__fail(err, TONG_E_USAGE, name,
						  "K1: a key's name has 1 to %d of a-z 0-9 . _ -, a letter or digit first",
						  TONG_KEY_NAME - 1);
	for (i = 0; i < 3; i++) {
		char *path = path_of(dir, name, suffixes[i]);
		bool taken = !path || access(path, F_OK) == 0;

		free(path);
		if (taken)
			return tong__fail(err, TONG_E_USAGE, name,
							  "K1: %s has a key of this name, and no key is replaced: choose "
							  "another name, or `keys rotate`",
							  dir);
	}
	return make_folder(dir, err);
}

static int write_public(const char *dir, const char *name, const json_t *key, tong_error *err)
{
	char *path = path_of(dir, name, ".pub"), *pem = tong__public_key_pem(key);
	int code = path && pem ? tong__file_write(path, pem, strlen(pem), err) : tong__fail_nomem(err);

	free(path);
	free(pem);
	return code;
}

/* The public half first when only a passphrase opens the other: a keyring in which a run was cut
 * can be opened either way (K2). */
static int save(const char *dir, const char *name, const struct tong__signer *s,
				const char *passphrase, tong_error *err)
{
	char *path = path_of(dir, name, ".pem");
	int code = path ? 0 : tong__fail_nomem(err);

	if (!code && passphrase)
		code = write_public(dir, name, tong__signer_public(s), err);
	if (!code)
		code = tong__signer_save(s, path, passphrase, err);
	if (!code && !passphrase)
		code = write_public(dir, name, tong__signer_public(s), err);
	free(path);
	return code;
}

int tong__keys_create(const char *dir, const char *name, const char *kind, const char *passphrase,
					  tong_error *err)
{
	struct tong__signer *s = NULL;
	int code = check_free(dir, name, err);

	if (!code)
		code = tong__signer_generate(&s, kind, err);
	if (!code)
		code = save(dir, name, s, passphrase, err);
	tong__signer_free(s);
	return code;
}

/* ---- import ---- */

static int import_public(const char *dir, const char *name, const struct tong__buf *pem,
						 const char *from, tong_error *err)
{
	char id[TONG_HEX];
	json_t *key;
	int code = tong__public_key_read(pem->data, pem->len, from, &key, id, err);

	if (!code)
		code = write_public(dir, name, key, err);
	json_decref(key);
	return code;
}

/* Only the first line is looked at here; a private key's text stays in sign.c. */
static bool is_public(const char *from, struct tong__buf *pem)
{
	static const char label[] = "-----BEGIN PUBLIC KEY-----";

	return !tong__file_read(from, pem, NULL) && pem->len > sizeof label &&
		   strncmp(pem->data, label, sizeof label - 1) == 0;
}

int tong__keys_import(const char *dir, const char *name, const char *from,
					  const struct tong__ask *ask, const char *passphrase, tong_error *err)
{
	struct tong__signer *s = NULL;
	struct tong__buf pem;
	int code = check_free(dir, name, err);

	if (code)
		return code;
	tong__buf_init(&pem, MAX_PUB);
	if (is_public(from, &pem)) {
		code = import_public(dir, name, &pem, from, err);
	} else {
		code = tong__signer_load(&s, from, ask, err);
		if (!code)
			code = save(dir, name, s, passphrase, err);
		tong__signer_free(s);
	}
	tong__wipe(pem.data, pem.cap);
	tong__buf_free(&pem);
	return code == TONG_E_ABSENT
			   ? tong__fail(err, TONG_E_NOTFOUND, from, "there is no such file to import")
			   : code;
}

/* E1 as it is written. */
static int write_command(const char *dir, const char *name, json_t *command, tong_error *err)
{
	json_t *file = json_pack("{s:O}", "command", command);
	char *path = path_of(dir, name, ".signer");
	struct tong__buf text;
	int code;

	tong__buf_init(&text, MAX_PUB);
	if (!path || !file || tong__json_record(file, &text) || tong__buf_addc(&text, '\n'))
		code = tong__fail_nomem(err);
	else
		code = tong__file_write(path, text.data, text.len, err);
	if (!code && chmod(path, 0600) < 0)
		code = tong__fail_errno(err, errno, path, "cannot close to others");
	tong__buf_free(&text);
	json_decref(file);
	free(path);
	return code;
}

int tong__keys_external(const char *dir, const char *name, const char *const words[],
						tong_error *err)
{
	json_t *command = json_array(), *key = NULL;
	char id[TONG_HEX];
	struct tong__buf pem;
	int code = check_free(dir, name, err);
	size_t i;

	tong__buf_init(&pem, MAX_PUB);
	for (i = 0; !code && words[i]; i++)
		if (json_array_append_new(command, json_string(words[i])))
			code = tong__fail(err, TONG_E_ENCODING, words[i], "E1: a word that is not UTF-8");
	if (!code && (!words[0] || *words[0] != '/'))
		code = tong__fail(err, TONG_E_USAGE, name, "E1: the program is named by its whole path");
	if (!code)
		code = tong__external_public(command, name, &pem, err);
	if (!code)
		code = tong__public_key_read(pem.data, pem.len, words[0], &key, id, err);
	if (!code)
		code = write_public(dir, name, key, err);
	if (!code)
		code = write_command(dir, name, command, err);
	json_decref(command);
	json_decref(key);
	tong__buf_free(&pem);
	return code;
}

/* ---- the first root ---- */

/* A key of this name, whatever it is: made before, imported, or left by a run that was cut. */
static int ensure(const char *dir, const char *name, tong_error *err)
{
	char *pem = path_of(dir, name, ".pem"), *pub = path_of(dir, name, ".pub");
	int code = pem && pub ? 0 : tong__fail_nomem(err);

	if (!code && access(pem, F_OK) != 0 && access(pub, F_OK) != 0)
		code = tong__keys_create(dir, name, "ed25519", NULL, err);
	free(pem);
	free(pub);
	return code;
}

int tong__keys_init(const char *dir, int64_t now, const struct tong__ask *ask,
					const char *const answers[], tong_error *err)
{
	char *root = path_of(dir, "1.root.json", "");
	struct tong__keys *keys = NULL;
	int code = 0;
	size_t i;

	if (!root)
		return tong__fail_nomem(err);
	if (access(root, F_OK) == 0)
		code = tong__fail(err, TONG_E_USAGE, root, "keys are there already and are not replaced");
	if (!code)
		code = make_folder(dir, err);
	for (i = 0; i < N_NAMES && !code; i++)
		code = ensure(dir, names[i], err);
	if (!code)
		code = tong__keys_open(&keys, dir, ask, err);
	if (!code)
		code = tong__keys_first_root(dir, now, keys, answers, err);
	tong__keys_free(keys);
	free(root);
	return code;
}
