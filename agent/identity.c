/* The node's own key: made once, read, and signing (FORMAT U1). No key of a release comes here. */
#include "agent/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/key.h"
#include "core/record.h"

#define RAW 32

struct tong__identity {
	EVP_PKEY *key;
	char id[TONG_NODE_ID];
};

static int path_of(const char *dir, const char *name, char out[4096], tong_error *err)
{
	if ((size_t)snprintf(out, 4096, "%s/%s", dir, name) >= 4096)
		return tong__fail(err, TONG_E_LIMIT, dir, "the path is too long");
	return 0;
}

/* ---- reading ---- */

/* Looked at through the open file, so that it is this file that is read. */
static int check_mode(FILE *f, const char *path, tong_error *err)
{
	struct stat st;

	if (fstat(fileno(f), &st) < 0)
		return tong__fail_errno(err, errno, path, "cannot look at");
	if (!S_ISREG(st.st_mode) || (st.st_mode & 077))
		return tong__fail(
			err, TONG_E_KEY, path,
			"U1: mode %04o lets others at this node's key: `chmod 600` it, and ask who "
			"has read it",
			(unsigned)(st.st_mode & 07777));
	return 0;
}

/* libcrypto would ask a person at the terminal. */
static int no_password(char *buf, int size, int writing, void *user)
{
	(void)buf, (void)size, (void)writing, (void)user;
	return -1;
}

static int load(struct tong__identity *me, const char *path, tong_error *err)
{
	unsigned char raw[RAW];
	size_t n = sizeof raw;
	FILE *f = fopen(path, "re");
	int rc;

	if (!f)
		return tong__fail_errno(err, errno, path, "cannot open");
	rc = check_mode(f, path, err);
	if (!rc)
		me->key = PEM_read_PrivateKey(f, NULL, no_password, NULL);
	fclose(f);
	if (!rc && (!me->key || !EVP_PKEY_is_a(me->key, "ED25519") ||
				EVP_PKEY_get_raw_public_key(me->key, raw, &n) != 1 || n != sizeof raw))
		rc = tong__fail(err, TONG_E_KEY, path, "U1: this is not an Ed25519 key in PEM form");
	if (!rc)
		tong__hex(raw, sizeof raw, me->id);
	return rc;
}

/* ---- making ---- */

static int write_key(int fd, const char *path, tong_error *err)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	FILE *f = fdopen(fd, "w");
	int ok, e;

	if (!f)
		close(fd);
	ok = f && key && PEM_write_PKCS8PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) == 1 &&
		 fflush(f) == 0 && fsync(fd) == 0;
	e = errno;
	EVP_PKEY_free(key);
	if (f && fclose(f) != 0 && ok) {
		ok = 0;
		e = errno;
	}
	return ok ? 0 : tong__fail_errno(err, e ? e : EIO, path, "cannot write");
}

/* link(2), not rename: a key that is there is never replaced, whoever came first. */
static int make_key(const char *dir, const char *path, tong_error *err)
{
	char temp[4096];
	int rc = path_of(dir, ".node.key.XXXXXX", temp, err), fd;

	if (rc)
		return rc;
	fd = mkostemp(temp, O_CLOEXEC); /* mode 0600 */
	if (fd < 0)
		return tong__fail_errno(err, errno, path, "cannot make");
	rc = write_key(fd, path, err);
	if (!rc && link(temp, path) < 0 && errno != EEXIST)
		rc = tong__fail_errno(err, errno, path, "cannot make");
	unlink(temp);
	return rc ? rc : tong__file_sync_dir(dir, err);
}

int tong__identity_open(struct tong__identity **out, const char *dir, bool make, tong_error *err)
{
	struct tong__identity *me;
	char path[4096];
	int rc = path_of(dir, "node.key", path, err);

	*out = NULL;
	if (!rc && make && access(path, F_OK) != 0)
		rc = make_key(dir, path, err);
	if (rc)
		return rc;
	me = calloc(1, sizeof *me);
	if (!me)
		return tong__fail_nomem(err);
	rc = load(me, path, err);
	if (rc) {
		tong__identity_close(me);
		return rc;
	}
	*out = me;
	return 0;
}

void tong__identity_close(struct tong__identity *me)
{
	if (!me)
		return;
	EVP_PKEY_free(me->key);
	free(me);
}

const char *tong__identity_id(const struct tong__identity *me)
{
	return me->id;
}

int tong__identity_sign(const struct tong__identity *me, const void *msg, size_t n,
						char sig[TONG_NODE_SIG], tong_error *err)
{
	unsigned char raw[TONG_NODE_SIG / 2];
	size_t len = sizeof raw;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	bool ok = md && EVP_DigestSignInit(md, NULL, NULL, NULL, me->key) == 1 &&
			  EVP_DigestSign(md, raw, &len, msg, n) == 1 && len == sizeof raw;

	EVP_MD_CTX_free(md);
	if (!ok)
		return tong__fail(err, TONG_E_KEY, me->id, "libcrypto cannot sign with this node's key");
	tong__hex(raw, len, sig);
	return 0;
}

/* ---- other nodes ---- */

bool tong__node_id_valid(const char *id)
{
	struct tong__hash any;

	return id && tong__hash_parse(id, &any);
}

bool tong__node_verify(const char *id, const void *msg, size_t n, const char *sig)
{
	unsigned char raw[TONG_NODE_SIG / 2];
	json_t *doc = json_pack("{s:s, s:s, s:{s:s}}", "keytype", "ed25519", "scheme", "ed25519",
							"keyval", "public", id);
	struct tong__key *key = NULL;
	tong_error own;
	bool good = false;

	if (doc && tong__unhex(sig, raw, sizeof raw) == (long)sizeof raw &&
		tong__key_read(doc, NULL, &key, &own) == 0)
		good = tong__key_verify(key, msg, n, raw, sizeof raw);
	tong__key_free(key);
	json_decref(doc);
	return good;
}

void tong__node_spoken(const char *id, char out[TONG_NODE_SPOKEN])
{
	unsigned char raw[RAW] = { 0 };
	struct tong__hash h;

	tong__unhex(id, raw, sizeof raw);
	tong__sha256(raw, sizeof raw, &h);
	tong__symbols(h.b, out);
	out[TONG_FINGERPRINT - 1] = '-';
	tong__symbols(h.b + 5, out + TONG_FINGERPRINT);
}
