/* Keys that sign, for tests: of every kind, listed rightly or wrongly. */
#ifndef TESTS_UNIT_TUF_SIGNER_H
#define TESTS_UNIT_TUF_SIGNER_H

#include <jansson.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#include "core/key.h"

struct signer {
	EVP_PKEY *pkey;
	const char *scheme, *sm2_id;
	json_t *json; /* the public key as metadata lists it */
	char id[TONG_HEX];
};

/* A key that is bound to PSS by its own type, which metadata does not use. */
static inline EVP_PKEY *signer_generate_pss(int bits)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);
	EVP_PKEY *pkey = NULL;

	EVP_PKEY_keygen_init(ctx);
	EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, bits);
	EVP_PKEY_generate(ctx, &pkey);
	EVP_PKEY_CTX_free(ctx);
	return pkey;
}

static inline EVP_PKEY *signer_generate(const char *kind)
{
	if (!strncmp(kind, "pss", 3))
		return signer_generate_pss(atoi(kind + 3));
	if (!strncmp(kind, "rsa", 3))
		return EVP_RSA_gen((unsigned)atoi(kind + 3));
	if (!strcmp(kind, "ed25519"))
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	if (!strcmp(kind, "sm2"))
		return EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	return EVP_PKEY_Q_keygen(NULL, NULL, "EC", kind);
}

static inline char *signer_pem(EVP_PKEY *pkey)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data, *pem;
	long n;

	PEM_write_bio_PUBKEY(bio, pkey);
	n = BIO_get_mem_data(bio, &data);
	pem = strndup(data, (size_t)n);
	BIO_free(bio);
	return pem;
}

static inline void signer_identify(struct signer *s)
{
	if (tong__key_identify(s->json, NULL, s->id, NULL))
		abort();
}

/* 'kind' is ed25519, sm2, rsaBITS or a curve; keytype and scheme are listed as given, right or not.
 */
static inline struct signer *signer_new(const char *kind, const char *keytype, const char *scheme)
{
	struct signer *s = calloc(1, sizeof *s);
	unsigned char raw[32];
	size_t n = sizeof raw;
	char *public;

	s->pkey = signer_generate(kind);
	s->scheme = scheme;
	s->sm2_id = "1234567812345678";
	if (!strcmp(kind, "ed25519")) {
		public = malloc(65);
		EVP_PKEY_get_raw_public_key(s->pkey, raw, &n);
		tong__hex(raw, n, public);
	} else {
		public = signer_pem(s->pkey);
	}
	s->json = json_pack("{s:s, s:s, s:{s:s}}", "keytype", keytype, "scheme", scheme, "keyval",
						"public", public);
	free(public);
	signer_identify(s);
	return s;
}

static inline void signer_free(struct signer *s)
{
	if (!s)
		return;
	EVP_PKEY_free(s->pkey);
	json_decref(s->json);
	free(s);
}

/* The signature, malloc'd. Digest and padding go by the kind of key, not by what its scheme claims.
 */
static inline unsigned char *signer_sign(const struct signer *s, const void *msg, size_t n,
										 size_t *sig_n)
{
	const EVP_MD *digest = strstr(s->scheme, "384") ? EVP_sha384() : EVP_sha256();
	EVP_PKEY_CTX *sm2 = NULL, *ctx;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	unsigned char *sig = malloc(1024);

	if (EVP_PKEY_is_a(s->pkey, "ED25519"))
		digest = NULL;
	if (EVP_PKEY_is_a(s->pkey, "SM2")) {
		digest = EVP_sm3();
		sm2 = EVP_PKEY_CTX_new(s->pkey, NULL);
		EVP_PKEY_CTX_set1_id(sm2, s->sm2_id, (int)strlen(s->sm2_id));
		EVP_MD_CTX_set_pkey_ctx(md, sm2);
	}
	*sig_n = 1024;
	if (EVP_DigestSignInit(md, &ctx, digest, NULL, s->pkey) != 1)
		abort();
	if (EVP_PKEY_is_a(s->pkey, "RSA")) {
		EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING);
		EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, 32);
	}
	if (EVP_DigestSign(md, sig, sig_n, msg, n) != 1)
		abort();
	EVP_MD_CTX_free(md);
	EVP_PKEY_CTX_free(sm2);
	return sig;
}

#endif
