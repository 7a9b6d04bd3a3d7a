/* A folder of keys: one PEM file per role, and the first root. */
#include "publisher/keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "publisher/metadata.h"

/* The first four are the top-level roles, in the order tong__metadata_root wants. */
static const char *const names[] = {"root", "targets", "snapshot", "timestamp",
                                    "base", "site",    "local"};
#define N_NAMES (sizeof names / sizeof *names)

struct tong__keys {
	struct tong__signer *at[N_NAMES];
	struct tong__buf root;
};

/* DIR/NAME SUFFIX, malloc'd. */
static char *path_of(const char *dir, const char *name, const char *suffix)
{
	char *path;

	return asprintf(&path, "%s/%s%s", dir, name, suffix) < 0 ? NULL : path;
}

/* The key in the folder; none is no fault, unless 'make': then a new one is put there. */
static int load(const char *dir, const char *name, bool make, struct tong__signer **out,
                tong_error *err)
{
	char *path = path_of(dir, name, ".pem");
	tong_error absent;
	int code;

	*out = NULL;
	if (!path)
		return tong__fail_nomem(err);
	if (access(path, F_OK) == 0) {
		code = tong__signer_load(out, path, err);
	} else if (make) {
		code = tong__signer_generate(out, err);
		if (!code)
			code = tong__signer_save(*out, path, err);
	} else {
		/* A path that cannot be looked at is not the same as no key. */
		code = tong__fail_errno(&absent, errno, path, "cannot open");
		if (code == TONG_E_ABSENT)
			code = 0;
		else if (err)
			*err = absent;
	}
	free(path);
	return code;
}

static int write_root(const char *path, int64_t now, struct tong__signer *const signers[],
                      tong_error *err)
{
	const struct tong__signer *top[4] = {signers[0], signers[1], signers[2], signers[3]};
	struct tong__buf root;
	int code;

	tong__buf_init(&root, TONG_MAX_ROOT);
	code = tong__metadata_sign(tong__metadata_root(1, now + (int64_t)TONG_DAYS_ROOT * 86400, top),
	                           top[0], &root, err);
	if (!code)
		code = tong__file_write(path, root.data, root.len, err);
	tong__buf_free(&root);
	return code;
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

int tong__keys_init(const char *dir, int64_t now, tong_error *err)
{
	struct tong__signer *signers[N_NAMES] = {NULL};
	char *root = path_of(dir, "1.root.json", "");
	int code = 0;
	size_t i;

	if (!root)
		return tong__fail_nomem(err);
	if (access(root, F_OK) == 0)
		code = tong__fail(err, TONG_E_USAGE, root, "keys are there already and are not replaced");
	if (!code)
		code = make_folder(dir, err);
	for (i = 0; i < N_NAMES && !code; i++)
		code = load(dir, names[i], true, &signers[i], err);
	if (!code)
		code = write_root(root, now, signers, err);
	for (i = 0; i < N_NAMES; i++)
		tong__signer_free(signers[i]);
	free(root);
	return code;
}

int tong__keys_open(struct tong__keys **out, const char *dir, tong_error *err)
{
	struct tong__keys *keys = calloc(1, sizeof *keys);
	char *root = path_of(dir, "1.root.json", "");
	size_t i;
	int code;

	*out = NULL;
	if (keys)
		tong__buf_init(&keys->root, TONG_MAX_ROOT);
	code = keys && root ? tong__file_read(root, &keys->root, err) : tong__fail_nomem(err);
	if (code == TONG_E_ABSENT)
		code = tong__fail(err, TONG_E_KEY, dir,
		                  "has no 1.root.json: make keys with `tong-publish keys init`");
	for (i = 0; i < N_NAMES && !code; i++)
		code = load(dir, names[i], false, &keys->at[i], err);
	free(root);
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
	for (i = 0; i < N_NAMES; i++)
		tong__signer_free(keys->at[i]);
	tong__buf_free(&keys->root);
	free(keys);
}

struct tong__str tong__keys_root(const struct tong__keys *keys)
{
	return (struct tong__str){keys->root.data, keys->root.len};
}

const struct tong__signer *tong__keys_find(const struct tong__keys *keys, const char *role)
{
	size_t i;

	for (i = 0; i < N_NAMES; i++)
		if (strcmp(names[i], role) == 0)
			return keys->at[i];
	return tong__layer_name_valid(role) ? tong__keys_find(keys, "local") : NULL;
}

const char *tong__keys_name(size_t i)
{
	return i < N_NAMES ? names[i] : NULL;
}
