/* Private keys and signatures (FORMAT T5): the only file that touches a private key. */
#include "publisher/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/key.h"

#define MAX_PEM 65536      /* an RSA key of 16,384 bit is 13 KB */
#define MAX_SIGNATURE 2048 /* the same key's signature */

struct kind {
	const char *group; /* of an EC key, NULL otherwise */
	int type;          /* EVP_PKEY_* */
	const char *keytype, *scheme;
	const EVP_MD *(*digest)(void); /* NULL: the scheme hashes for itself */
};

/* T5, one row per scheme. */
static const struct kind kinds[] = {
	{NULL, EVP_PKEY_ED25519, "ed25519", "ed25519", NULL},
	{"prime256v1", EVP_PKEY_EC, "ecdsa", "ecdsa-sha2-nistp256", EVP_sha256},
	{"secp384r1", EVP_PKEY_EC, "ecdsa", "ecdsa-sha2-nistp384", EVP_sha384},
	{NULL, EVP_PKEY_RSA, "rsa", "rsassa-pss-sha256", EVP_sha256},
};

struct tong__signer {
	EVP_PKEY *key;
	const struct kind *kind;
	json_t *public;
	char id[TONG_HEX];
};

static const struct kind *kind_of(EVP_PKEY *key)
{
	char group[64] = "";
	size_t i;

	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC)
		EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, NULL);
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (EVP_PKEY_get_base_id(key) == kinds[i].type
		    && (!kinds[i].group || strcmp(group, kinds[i].group) == 0))
			return &kinds[i];
	return NULL;
}

static json_t *public_raw(EVP_PKEY *key)
{
	unsigned char raw[32];
	char hex[65];
	size_t n = sizeof raw;

	if (EVP_PKEY_get_raw_public_key(key, raw, &n) != 1 || n != sizeof raw)
		return NULL;
	tong__hex(raw, n, hex);
	return json_string(hex);
}

static json_t *public_pem(EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	json_t *out = NULL;
	char *pem;
	long n;

	if (bio && PEM_write_bio_PUBKEY(bio, key) == 1 && (n = BIO_get_mem_data(bio, &pem)) > 0)
		out = json_stringn(pem, (size_t)n);
	BIO_free(bio);
	return out;
}

/* Takes 'key' over, also on failure. core/key.h reads what was made: what it refuses no client
 * would accept. */
static int signer_of(struct tong__signer **out, EVP_PKEY *key, const char *subject, tong_error *err)
{
	struct tong__signer *s = calloc(1, sizeof *s);
	struct tong__key *verify = NULL;
	int code;

	*out = NULL;
	if (!s) {
		EVP_PKEY_free(key);
		return tong__fail_nomem(err);
	}
	s->key = key;
	s->kind = kind_of(key);
	if (!s->kind) {
		tong__signer_free(s);
		return tong__fail(err, TONG_E_KEY, subject,
		                  "T5: neither Ed25519, ECDSA P-256 or P-384, nor RSA");
	}
	s->public = json_pack("{s:s, s:s, s:{s:o}}", "keytype", s->kind->keytype, "scheme",
	                      s->kind->scheme, "keyval", "public",
	                      s->kind->type == EVP_PKEY_ED25519 ? public_raw(key) : public_pem(key));
	code = s->public ? tong__key_read(s->public, NULL, &verify, err) : tong__fail_nomem(err);
	if (code) {
		tong__signer_free(s);
		return code;
	}
	memcpy(s->id, tong__key_id(verify), sizeof s->id);
	tong__key_free(verify);
	*out = s;
	return 0;
}

int tong__signer_generate(struct tong__signer **out, tong_error *err)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	*out = NULL;
	if (!key)
		return tong__fail(err, TONG_E_KEY, "key", "libcrypto cannot make an Ed25519 key");
	return signer_of(out, key, "new key", err);
}

void tong__signer_free(struct tong__signer *s)
{
	if (!s)
		return;
	EVP_PKEY_free(s->key);
	json_decref(s->public);
	free(s);
}

/* No question is asked on a terminal: releases are made by machines. */
static int no_passphrase(char *out, int size, int writing, void *user)
{
	(void)out, (void)size, (void)writing, (void)user;
	return -1;
}

int tong__signer_load(struct tong__signer **out, const char *path, tong_error *err)
{
	struct tong__buf pem;
	EVP_PKEY *key = NULL;
	BIO *bio;
	int code;

	*out = NULL;
	tong__buf_init(&pem, MAX_PEM);
	code = tong__file_read(path, &pem, err);
	if (!code && pem.len) {
		bio = BIO_new_mem_buf(pem.data, (int)pem.len);
		if (bio)
			key = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
		BIO_free(bio);
	}
	if (pem.data)
		OPENSSL_cleanse(pem.data, pem.cap);
	tong__buf_free(&pem);
	if (code)
		return code;
	if (!key)
		return tong__fail(err, TONG_E_KEY, path, "no private key in PEM form without passphrase");
	return signer_of(out, key, path, err);
}

/* Writes and syncs the open file. */
static int write_pem(int fd, const struct tong__signer *s, const char *path, tong_error *err)
{
	FILE *f = fdopen(fd, "w");
	int e = 0;

	if (!f) {
		e = errno;
		close(fd);
		return tong__fail_errno(err, e, path, "cannot write");
	}
	errno = 0;
	if (PEM_write_PKCS8PrivateKey(f, s->key, NULL, NULL, 0, NULL, NULL) != 1 || fflush(f) != 0
	    || fsync(fd) < 0)
		e = errno ? errno : EIO;
	if (fclose(f) != 0 && !e)
		e = errno;
	return e ? tong__fail_errno(err, e, path, "cannot write") : 0;
}

int tong__signer_save(const struct tong__signer *s, const char *path, tong_error *err)
{
	char *temp = NULL;
	int fd, code;

	if (access(path, F_OK) == 0)
		return tong__fail(err, TONG_E_USAGE, path, "is there already and is not replaced");
	if (asprintf(&temp, "%s.new", path) < 0)
		return tong__fail_nomem(err);
	/* Not tong__file_write: between making a file and closing it to others it would be open to
	 * them. */
	unlink(temp);
	fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		code = tong__fail_errno(err, errno, path, "cannot make");
	else
		code = write_pem(fd, s, path, err);
	if (!code)
		code = tong__file_rename(temp, path, err);
	if (code)
		unlink(temp);
	free(temp);
	return code;
}

json_t *tong__signer_public(const struct tong__signer *s)
{
	return s->public;
}

const char *tong__signer_id(const struct tong__signer *s)
{
	return s->id;
}

/* The padding of RSA signatures; nothing to set for the others. */
static int set_padding(const struct kind *kind, EVP_PKEY_CTX *ctx)
{
	if (kind->type != EVP_PKEY_RSA)
		return 1;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0
	       && EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) > 0;
}

int tong__signer_sign(const struct tong__signer *s, const void *msg, size_t n,
                      struct tong__buf *hex, tong_error *err)
{
	const EVP_MD *digest = s->kind->digest ? s->kind->digest() : NULL;
	unsigned char sig[MAX_SIGNATURE];
	char text[2 * MAX_SIGNATURE + 1];
	size_t len = sizeof sig;
	EVP_PKEY_CTX *pctx; /* belongs to ctx */
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	int ok;

	if (!ctx)
		return tong__fail_nomem(err);
	ok = EVP_DigestSignInit(ctx, &pctx, digest, NULL, s->key) == 1 && set_padding(s->kind, pctx)
	     && EVP_DigestSign(ctx, sig, &len, msg, n) == 1;
	EVP_MD_CTX_free(ctx);
	if (!ok)
		return tong__fail(err, TONG_E_KEY, s->id, "libcrypto cannot sign with this key");
	tong__hex(sig, len, text);
	return tong__buf_adds(hex, text) ? tong__fail_nomem(err) : 0;
}
