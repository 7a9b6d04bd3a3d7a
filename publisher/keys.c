/* A keyring read and used: which keys there are, and which of them can sign here. */
#include "publisher/keys.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"
#include "publisher/external.h"
#include "publisher/public_key.h"

#define MAX_PUB 65536

struct tong__keys {
	char *dir;
	const struct tong__ask *ask;
	struct tong__buf root;
	struct tong__keys_key *at;
	size_t n;
};

bool tong__key_name_valid(const char *name)
{
	static const char first[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	size_t n = strlen(name);

	return n && n < TONG_KEY_NAME && strchr(first, *name) &&
		   strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

/* DIR/NAME SUFFIX, malloc'd. */
static char *path_of(const char *dir, const char *name, const char *suffix)
{
	char *path;

	return asprintf(&path, "%s/%s%s", dir, name, suffix) < 0 ? NULL : path;
}

/* ---- reading ---- */

static void free_key(struct tong__keys_key *k)
{
	tong__signer_free(k->signer);
	json_decref(k->public);
	json_decref(k->command);
}

static int read_public(struct tong__keys_key *k, const char *path, tong_error *err)
{
	struct tong__buf pem;
	int code;

	tong__buf_init(&pem, MAX_PUB);
	code = tong__file_read(path, &pem, err);
	if (!code)
		code =
			tong__public_key_read(pem.data ? pem.data : "", pem.len, path, &k->public, k->id, err);
	tong__buf_free(&pem);
	return code;
}

/* K2: without NAME.pub the private key tells, when it can be read without asking. */
static int public_from_private(struct tong__keys_key *k, const char *path, tong_error *err)
{
	int code;

	if (k->place == TONG_KEY_LOCKED)
		return tong__fail(err, TONG_E_KEY, path,
						  "K2: is encrypted and has no .pub beside it: import it with "
						  "`tong-publish keys import`");
	code = tong__signer_load(&k->signer, path, NULL, err);
	if (code)
		return code;
	k->public = json_incref(tong__signer_public(k->signer));
	memcpy(k->id, tong__signer_id(k->signer), sizeof k->id);
	return 0;
}

/* NAME.pem and NAME.signer say how it signs. */
static int read_place(struct tong__keys_key *k, const char *pem, const char *signer,
					  tong_error *err)
{
	tong_error absent;
	bool locked;
	int code = tong__signer_encrypted(pem, &locked, &absent);

	k->place = locked ? TONG_KEY_LOCKED : TONG_KEY_PEM;
	if (code == TONG_E_ABSENT) {
		code = tong__external_read(signer, &k->command, &absent);
		k->place = TONG_KEY_EXTERNAL;
	}
	if (code == TONG_E_ABSENT) {
		k->place = TONG_KEY_PUBLIC;
		return 0;
	}
	if (code && err)
		*err = absent;
	return code;
}

static int read_key(struct tong__keys_key *k, const char *dir, tong_error *err)
{
	char *pem = path_of(dir, k->name, ".pem"), *pub = path_of(dir, k->name, ".pub");
	char *signer = path_of(dir, k->name, ".signer");
	int code = pem && pub && signer ? read_place(k, pem, signer, err) : tong__fail_nomem(err);

	if (!code && (access(pub, F_OK) == 0 || k->place == TONG_KEY_EXTERNAL))
		code = read_public(k, pub, err);
	else if (!code)
		code = public_from_private(k, pem, err);
	free(pem);
	free(pub);
	free(signer);
	return code;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct tong__keys_key *)a)->name,
				  ((const struct tong__keys_key *)b)->name);
}

/* The name of a key that this file belongs to; false for any other file. */
static bool name_of(const char *file, char out[TONG_KEY_NAME])
{
	static const char *const suffixes[] = { ".pem", ".pub", ".signer" };
	size_t i, n = strlen(file), s;

	for (i = 0; i < 3; i++) {
		s = strlen(suffixes[i]);
		if (n > s && n - s < TONG_KEY_NAME && strcmp(file + n - s, suffixes[i]) == 0) {
			memcpy(out, file, n - s);
			out[n - s] = '\0';
			return tong__key_name_valid(out);
		}
	}
	return false;
}

static int add(struct tong__keys *keys, const char *name, tong_error *err)
{
	struct tong__keys_key *more;

	if (tong__keys_named(keys, name))
		return 0;
	more = realloc(keys->at, (keys->n + 1) * sizeof *more);
	if (!more)
		return tong__fail_nomem(err);
	keys->at = more;
	memset(&more[keys->n], 0, sizeof *more);
	strcpy(more[keys->n].name, name);
	return read_key(&more[keys->n++], keys->dir, err);
}

static int read_folder(struct tong__keys *keys, tong_error *err)
{
	DIR *d = opendir(keys->dir);
	char name[TONG_KEY_NAME];
	struct dirent *e;
	int code = 0;

	if (!d)
		return tong__fail_errno(err, errno, keys->dir, "cannot open the folder of keys");
	while (!code && (e = readdir(d)))
		if (name_of(e->d_name, name))
			code = add(keys, name, err);
	closedir(d);
	if (keys->n)
		qsort(keys->at, keys->n, sizeof *keys->at, by_name);
	return code;
}

static int read_root(struct tong__keys *keys, tong_error *err)
{
	char *path = path_of(keys->dir, "1.root.json", "");
	int code = path ? tong__file_read(path, &keys->root, err) : tong__fail_nomem(err);

	free(path);
	return code == TONG_E_ABSENT ? 0 : code;
}

int tong__keys_open(struct tong__keys **out, const char *dir, const struct tong__ask *ask,
					tong_error *err)
{
	struct tong__keys *keys = calloc(1, sizeof *keys);
	int code;

	*out = NULL;
	if (!keys || !(keys->dir = strdup(dir))) {
		free(keys);
		return tong__fail_nomem(err);
	}
	keys->ask = ask;
	tong__buf_init(&keys->root, TONG_MAX_ROOT);
	code = read_root(keys, err);
	if (!code)
		code = read_folder(keys, err);
	if (code == TONG_E_ABSENT)
		code = tong__fail(err, TONG_E_KEY, dir,
						  "is no folder of keys: make one with `tong-publish keys init`");
	if (code)
		tong__keys_free(keys);
	else
		*out = keys;
	return code;
}

void tong__keys_free(struct tong__keys *keys)
{
	size_t i;

	if (!keys)
		return;
	for (i = 0; i < keys->n; i++)
		free_key(&keys->at[i]);
	free(keys->at);
	tong__buf_free(&keys->root);
	free(keys->dir);
	free(keys);
}

struct tong__str tong__keys_root(const struct tong__keys *keys)
{
	return (struct tong__str){ keys->root.data, keys->root.len };
}

/* ---- finding ---- */

struct tong__keys_key *tong__keys_at(const struct tong__keys *keys, size_t i)
{
	return i < keys->n ? &keys->at[i] : NULL;
}

struct tong__keys_key *tong__keys_named(const struct tong__keys *keys, const char *name)
{
	size_t i;

	for (i = 0; i < keys->n; i++)
		if (strcmp(keys->at[i].name, name) == 0)
			return &keys->at[i];
	return NULL;
}

/* The lower, the less it asks of anybody. */
static int trouble(enum tong__key_place place)
{
	switch (place) {
	case TONG_KEY_PEM:
		return 0;
	case TONG_KEY_EXTERNAL:
		return 1;
	case TONG_KEY_LOCKED:
		return 2;
	case TONG_KEY_PUBLIC:
		break;
	}
	return 3;
}

struct tong__keys_key *tong__keys_by_id(const struct tong__keys *keys, const char *id)
{
	struct tong__keys_key *best = NULL;
	size_t i;

	for (i = 0; i < keys->n; i++)
		if (strcmp(keys->at[i].id, id) == 0 &&
			(!best || trouble(keys->at[i].place) < trouble(best->place)))
			best = &keys->at[i];
	return best;
}

struct tong__keys_key *tong__keys_newest(const struct tong__keys *keys, const char *name)
{
	struct tong__keys_key *newest = tong__keys_named(keys, name), *next;
	char later[TONG_KEY_NAME + 16];
	unsigned i;

	for (i = 2; i < 10000; i++) {
		snprintf(later, sizeof later, "%s-%u", name, i);
		next = tong__keys_named(keys, later);
		if (!next)
			break;
		newest = next;
	}
	return newest;
}

const char *tong__keys_holder(const char *layer)
{
	return strcmp(layer, "base") == 0 || strcmp(layer, "site") == 0 ? layer : "local";
}

/* ---- signing ---- */

bool tong__keys_can_sign(const struct tong__keys *keys, const struct tong__keys_key *k, bool now)
{
	switch (k->place) {
	case TONG_KEY_PUBLIC:
		return false;
	case TONG_KEY_LOCKED:
		return !now || k->signer || keys->ask;
	case TONG_KEY_PEM:
	case TONG_KEY_EXTERNAL:
		break;
	}
	return true;
}

static int unlock(struct tong__keys *keys, struct tong__keys_key *k, tong_error *err)
{
	char *path;
	int code;

	if (k->signer)
		return 0;
	path = path_of(keys->dir, k->name, ".pem");
	code = path ? tong__signer_load(&k->signer, path, keys->ask, err) : tong__fail_nomem(err);
	if (!code && strcmp(tong__signer_id(k->signer), k->id) != 0)
		code = tong__fail(err, TONG_E_KEY, path, "K2: is not the private half of %s.pub", k->name);
	free(path);
	return code;
}

int tong__keys_sign(struct tong__keys *keys, struct tong__keys_key *k, const void *msg, size_t n,
					struct tong__buf *hex, tong_error *err)
{
	int code;

	if (k->place == TONG_KEY_PUBLIC)
		return tong__fail(err, TONG_E_KEY, k->name, "only its public half is in %s", keys->dir);
	if (k->place == TONG_KEY_EXTERNAL)
		return tong__external_sign(k->command, k->public, msg, n, hex, err);
	code = unlock(keys, k, err);
	return code ? code : tong__signer_sign(k->signer, msg, n, hex, err);
}
