/* Public keys between their two forms: PEM in files, key objects in metadata (FORMAT T5, K2). */
#include "publisher/public_key.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <string.h>

#include "core/json.h"
#include "core/key.h"

static const struct tong__key_kind kinds[] = {
	{ "ed25519", "ED25519", NULL, "ed25519", "ed25519", 0 },
	{ "p256", "EC", "prime256v1", "ecdsa", "ecdsa-sha2-nistp256", 0 },
	{ "p384", "EC", "secp384r1", "ecdsa", "ecdsa-sha2-nistp384", 0 },
	{ "rsa", "RSA", NULL, "rsa", "rsassa-pss-sha256", 3072 },
	{ "sm2", "SM2", NULL, "sm2", "sm2-sm3", 0 },
};
#define N_KINDS (sizeof kinds / sizeof *kinds)

const struct tong__key_kind *tong__key_kind(const char *name)
{
	size_t i;

	for (i = 0; i < N_KINDS; i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

const struct tong__key_kind *tong__key_kind_of(const struct evp_pkey_st *key)
{
	char group[64] = "";
	size_t i;

	EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group, NULL);
	for (i = 0; i < N_KINDS; i++)
		if (EVP_PKEY_is_a(key, kinds[i].type) &&
			(!kinds[i].group || strcmp(group, kinds[i].group) == 0))
			return &kinds[i];
	return NULL;
}

static json_t *raw_hex(const EVP_PKEY *key)
{
	unsigned char raw[32];
	char hex[65];
	size_t n = sizeof raw;

	if (EVP_PKEY_get_raw_public_key(key, raw, &n) != 1 || n != sizeof raw)
		return NULL;
	tong__hex(raw, n, hex);
	return json_string(hex);
}

static json_t *pem_of(const EVP_PKEY *key)
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

int tong__public_key(const struct evp_pkey_st *key, const char *subject, json_t **out,
					 char id[TONG_HEX], tong_error *err)
{
	const struct tong__key_kind *kind = tong__key_kind_of(key);
	struct tong__key *verify = NULL;
	int code;

	*out = NULL;
	if (!kind)
		return tong__fail(err, TONG_E_KEY, subject,
						  "T5: neither Ed25519, ECDSA P-256 or P-384, RSA, nor SM2");
	*out =
		json_pack("{s:s, s:s, s:{s:o}}", "keytype", kind->keytype, "scheme", kind->scheme, "keyval",
				  "public", strcmp(kind->name, "ed25519") == 0 ? raw_hex(key) : pem_of(key));
	code = *out ? tong__key_read(*out, NULL, &verify, err) : tong__fail_nomem(err);
	if (!code)
		memcpy(id, tong__key_id(verify), TONG_HEX);
	tong__key_free(verify);
	if (code) {
		json_decref(*out);
		*out = NULL;
	}
	return code;
}

/* A public key has no password; libcrypto would ask a person for one. */
static int no_password(char *out, int size, int writing, void *user)
{
	(void)out, (void)size, (void)writing, (void)user;
	return -1;
}

int tong__public_key_read(const void *pem, size_t n, const char *subject, json_t **out,
						  char id[TONG_HEX], tong_error *err)
{
	BIO *bio = BIO_new_mem_buf(pem, (int)n);
	EVP_PKEY *key = bio ? PEM_read_bio_PUBKEY(bio, NULL, no_password, NULL) : NULL;
	int code;

	*out = NULL;
	BIO_free(bio);
	if (!key)
		return tong__fail(err, TONG_E_KEY, subject, "K2: no public key in PEM form");
	code = tong__public_key(key, subject, out, id, err);
	EVP_PKEY_free(key);
	return code;
}

static char *pem_of_raw(const char *hex)
{
	unsigned char raw[32];
	EVP_PKEY *key = NULL;
	json_t *pem = NULL;
	char *out = NULL;

	if (tong__unhex(hex, raw, sizeof raw) == (long)sizeof raw)
		key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw, sizeof raw);
	if (key)
		pem = pem_of(key);
	if (pem)
		out = strdup(json_string_value(pem));
	json_decref(pem);
	EVP_PKEY_free(key);
	return out;
}

char *tong__public_key_pem(const json_t *key)
{
	const char *type = tong__json_str(key, "keytype");
	const char *public = tong__json_str(tong__json_obj(key, "keyval"), "public");

	if (!type || !public)
		return NULL;
	return strcmp(type, "ed25519") == 0 ? pem_of_raw(public) : strdup(public);
}
