/* Public keys and signatures through libcrypto's EVP: reading TUF key objects, verifying with them.
 */
#include "core/key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/message.h"

#define RSA_MIN_BITS 2048
/* GM/T 0009: the signer's id when the parties agreed on none. OpenSSL's own default is the empty
 * string, under which no signature of another maker verifies. */
#define SM2_ID "1234567812345678"

enum family { ED25519, ECDSA, RSA_PSS, SM2 };

/* One row per pair of keytype and scheme. 'ecdsa' came to be the name of the type; older files use
 * the scheme's. */
static const struct kind {
	const char *keytype, *scheme;
	enum family family;
	const char *group; /* as libcrypto names the curve */
	const EVP_MD *(*digest)(void);
} kinds[] = {
	{ "ed25519", "ed25519", ED25519, NULL, NULL },
	{ "ecdsa", "ecdsa-sha2-nistp256", ECDSA, "prime256v1", EVP_sha256 },
	{ "ecdsa", "ecdsa-sha2-nistp384", ECDSA, "secp384r1", EVP_sha384 },
	{ "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256", ECDSA, "prime256v1", EVP_sha256 },
	{ "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384", ECDSA, "secp384r1", EVP_sha384 },
	{ "rsa", "rsassa-pss-sha256", RSA_PSS, NULL, EVP_sha256 },
	{ "sm2", "sm2-sm3", SM2, "SM2", EVP_sm3 },
};
#define N_KINDS (sizeof kinds / sizeof *kinds)

struct tong__key {
	char id[TONG_HEX];
	const struct kind *kind;
	EVP_PKEY *pkey;
};

int tong__key_identify(const json_t *key, const char *keyid, char id[TONG_HEX], tong_error *err)
{
	struct tong__buf buf;
	struct tong__hash hash;
	int rc;

	tong__buf_init(&buf, TONG_MAX_TARGETS);
	rc = tong__json_canonical(key, &buf);
	if (rc) {
		tong__buf_free(&buf);
		return tong__fail(err, rc, keyid, "the key has no canonical form (specification 4.2.2)");
	}
	tong__sha256(buf.data, buf.len, &hash);
	tong__buf_free(&buf);
	tong__hash_hex(&hash, id);
	if (keyid && strcmp(keyid, id))
		return tong__fail(err, TONG_E_KEY, keyid,
						  "the key's id is %s, not the one it stands under (specification 4.3)",
						  id);
	return 0;
}

bool tong__key_known(const json_t *key)
{
	const char *keytype = tong__json_str(key, "keytype"), *scheme = tong__json_str(key, "scheme");
	bool type_known = false, scheme_known = false;

	for (size_t i = 0; keytype && scheme && i < N_KINDS; i++) {
		type_known |= strcmp(kinds[i].keytype, keytype) == 0;
		scheme_known |= strcmp(kinds[i].scheme, scheme) == 0;
	}
	return type_known && scheme_known;
}

static const struct kind *find_kind(const char *keytype, const char *scheme)
{
	for (size_t i = 0; keytype && scheme && i < N_KINDS; i++)
		if (!strcmp(kinds[i].keytype, keytype) && !strcmp(kinds[i].scheme, scheme))
			return &kinds[i];
	return NULL;
}

static EVP_PKEY *read_ed25519(const char *hex)
{
	unsigned char raw[32];

	if (tong__unhex(hex, raw, sizeof raw) != (long)sizeof raw)
		return NULL;
	return EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, raw, sizeof raw);
}

/* Without this libcrypto would ask a person at the terminal for the password of an encrypted PEM.
 */
static int no_password(char *buf, int size, int writing, void *user)
{
	(void)buf, (void)size, (void)writing, (void)user;
	return -1;
}

/* SubjectPublicKeyInfo only: a certificate or a private key is not a public key of the
 * specification. */
static EVP_PKEY *read_pem(const char *pem)
{
	static const char label[] = "-----BEGIN PUBLIC KEY-----";
	size_t n = strlen(pem);
	EVP_PKEY *pkey;
	BIO *bio;

	if (strncmp(pem, label, sizeof label - 1) || n > TONG_MAX_ROOT)
		return NULL;
	bio = BIO_new_mem_buf(pem, (int)n);
	if (!bio)
		return NULL;
	pkey = PEM_read_bio_PUBKEY(bio, NULL, no_password, NULL);
	BIO_free(bio);
	return pkey;
}

/* The name of the key's own curve; explicit parameters, even of a known curve, have none. */
static bool group_is(const EVP_PKEY *pkey, const char *want)
{
	char name[64] = "", encoding[64] = "";
	size_t n;

	return EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name,
										  &n) &&
		   EVP_PKEY_get_utf8_string_param(pkey, OSSL_PKEY_PARAM_EC_ENCODING, encoding,
										  sizeof encoding, &n) &&
		   !strcmp(encoding, OSSL_PKEY_EC_ENCODING_GROUP) && !strcmp(name, want);
}

/* What is wrong with this key for its kind; NULL when nothing is. */
static const char *complaint(const struct kind *kind, const EVP_PKEY *pkey)
{
	switch (kind->family) {
	case ED25519:
		return NULL;
	case ECDSA:
	case SM2: /* a point on SM2's curve is read as an SM2 key, never as an EC one */
		return group_is(pkey, kind->group) ? NULL : N_("is not on the curve its scheme names");
	case RSA_PSS:
		if (!EVP_PKEY_is_a(pkey, "RSA"))
			return N_("is not an RSA key");
		if (EVP_PKEY_get_bits(pkey) < RSA_MIN_BITS)
			return N_("is an RSA key below 2048 bit");
		return NULL;
	}
	return "is of no known kind";
}

static int load(struct tong__key *key, const char *keytype, const char *scheme, const char *public,
				tong_error *err)
{
	const char *wrong;

	key->kind = find_kind(keytype, scheme);
	if (!key->kind)
		return tong__fail(err, TONG_E_KEY, key->id,
						  "keytype %.40s with scheme %.40s is not supported (FORMAT T5)",
						  keytype ? keytype : "(none)", scheme ? scheme : "(none)");
	if (public && key->kind->family == ED25519)
		key->pkey = read_ed25519(public);
	else if (public)
		key->pkey = read_pem(public);
	if (!key->pkey)
		return tong__fail(err, TONG_E_KEY, key->id,
						  "keyval.public is not a public key of type %s (specification 4.2.2)",
						  keytype);
	wrong = complaint(key->kind, key->pkey);
	if (wrong)
		return tong__fail(err, TONG_E_KEY, key->id, "the key %s (%s, FORMAT T5)",
						  tong__text(wrong), scheme);
	return 0;
}

int tong__key_read(const json_t *json, const char *keyid, struct tong__key **out, tong_error *err)
{
	struct tong__key *key = calloc(1, sizeof *key);
	int rc;

	*out = NULL;
	if (!key)
		return tong__fail_nomem(err);
	rc = tong__key_identify(json, keyid, key->id, err);
	if (!rc) {
		/* What libcrypto says of a bad key would stay in the host's error queue. */
		ERR_set_mark();
		rc = load(key, tong__json_str(json, "keytype"), tong__json_str(json, "scheme"),
				  tong__json_str(tong__json_obj(json, "keyval"), "public"), err);
		ERR_pop_to_mark();
	}
	if (rc) {
		tong__key_free(key);
		return rc;
	}
	*out = key;
	return 0;
}

void tong__key_free(struct tong__key *key)
{
	if (!key)
		return;
	EVP_PKEY_free(key->pkey);
	free(key);
}

const char *tong__key_id(const struct tong__key *key)
{
	return key->id;
}

bool tong__key_same(const struct tong__key *a, const struct tong__key *b)
{
	bool same;

	ERR_set_mark();
	same = EVP_PKEY_eq(a->pkey, b->pkey) == 1;
	ERR_pop_to_mark();
	return same;
}

/* RSA: PSS with any salt length. SM2: the id goes into the hash, so it must be there before the
 * start. */
static bool verify_init(const struct tong__key *key, EVP_MD_CTX *md, EVP_PKEY_CTX *sm2)
{
	const EVP_MD *digest = key->kind->digest ? key->kind->digest() : NULL;
	EVP_PKEY_CTX *ctx = NULL;

	if (key->kind->family == SM2) {
		if (!sm2 || EVP_PKEY_CTX_set1_id(sm2, SM2_ID, (int)strlen(SM2_ID)) != 1)
			return false;
		EVP_MD_CTX_set_pkey_ctx(md, sm2);
	}
	if (EVP_DigestVerifyInit(md, &ctx, digest, NULL, key->pkey) != 1)
		return false;
	if (key->kind->family != RSA_PSS)
		return true;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		   EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_AUTO) == 1;
}

bool tong__key_verify(const struct tong__key *key, const void *msg, size_t n,
					  const unsigned char *sig, size_t sig_n)
{
	EVP_PKEY_CTX *sm2 = NULL;
	EVP_MD_CTX *md;
	bool good = false;

	ERR_set_mark();
	md = EVP_MD_CTX_new();
	if (key->kind->family == SM2)
		sm2 = EVP_PKEY_CTX_new(key->pkey, NULL);
	if (md && verify_init(key, md, sm2))
		good = EVP_DigestVerify(md, sig, sig_n, msg, n) == 1; /* -1 is a failure too */
	EVP_MD_CTX_free(md);
	EVP_PKEY_CTX_free(sm2);
	ERR_pop_to_mark();
	return good;
}
