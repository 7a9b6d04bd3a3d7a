/* Keys and signatures: every scheme, published vectors, and every way a key can be wrong. */
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/ui.h>
#include <openssl/x509.h>

#include "core/err.h"
#include "tests/unit/tuf_repo.h"

static const char message[] = "同一事项，同一标准，同一编码";

static const struct kind {
	const char *kind, *keytype, *scheme;
} kinds[] = {
	{ "ed25519", "ed25519", "ed25519" },
	{ "P-256", "ecdsa", "ecdsa-sha2-nistp256" },
	{ "P-256", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256" },
	{ "P-384", "ecdsa", "ecdsa-sha2-nistp384" },
	{ "P-384", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384" },
	{ "rsa2048", "rsa", "rsassa-pss-sha256" },
	{ "rsa3072", "rsa", "rsassa-pss-sha256" },
	{ "sm2", "sm2", "sm2-sm3" },
};
#define N_KINDS (sizeof kinds / sizeof *kinds)

static bool verifies(const struct tong__key *key, const void *msg, size_t n,
					 const unsigned char *sig, size_t sig_n)
{
	return tong__key_verify(key, msg, n, sig, sig_n);
}

/* One scheme: its own signature is good, and nothing near it is. */
static void try_kind(const struct kind *k, const struct signer *other)
{
	struct signer *s = signer_new(k->kind, k->keytype, k->scheme);
	size_t n, other_n, m = sizeof message - 1;
	unsigned char *sig = signer_sign(s, message, m, &n), *wrong;
	struct tong__key *key = NULL;

	CHECK_INT(tong__key_read(s->json, s->id, &key, NULL), 0);
	CHECK_STR(tong__key_id(key), s->id);
	CHECK(verifies(key, message, m, sig, n));
	CHECK(verifies(key, message, m, sig, n)); /* used often */
	CHECK(!verifies(key, message, m - 1, sig, n));
	CHECK(!verifies(key, "", 0, sig, n));
	CHECK(!verifies(key, message, m, sig, 0));
	for (size_t i = 0; i < n; i += 7) {
		CHECK(!verifies(key, message, m, sig, i)); /* cut off */
		sig[i] ^= 1;
		CHECK(!verifies(key, message, m, sig, n));
		sig[i] ^= 1;
	}
	sig[n] = 0;
	CHECK(!verifies(key, message, m, sig, n + 1));
	wrong = signer_sign(other, message, m, &other_n);
	CHECK(!verifies(key, message, m, wrong, other_n));
	CHECK(ERR_peek_error() == 0); /* the host's error queue is its own */
	free(wrong);
	free(sig);
	tong__key_free(key);
	signer_free(s);
}

static void verifies_every_scheme(void)
{
	for (size_t i = 0; i < N_KINDS; i++) {
		struct signer *other = signer_new(kinds[i].kind, kinds[i].keytype, kinds[i].scheme);

		try_kind(&kinds[i], other);
		signer_free(other);
		CHECK_ALIVE();
	}
}

static void sm2_needs_the_common_id(void)
{
	static const char *const ids[] = { "", "1234567812345679", "123456781234567", "tong" };
	struct signer *s = signer_new("sm2", "sm2", "sm2-sm3");
	struct tong__key *key = NULL;
	unsigned char *sig;
	size_t n;

	CHECK_INT(tong__key_read(s->json, s->id, &key, NULL), 0);
	for (size_t i = 0; i < 4; i++) {
		s->sm2_id = ids[i];
		sig = signer_sign(s, message, sizeof message, &n);
		CHECK(!tong__key_verify(key, message, sizeof message, sig, n));
		free(sig);
	}
	tong__key_free(key);
	signer_free(s);
}

/* ---- rsa ---- */

static unsigned char *rsa_sign(const struct signer *s, int padding, int salt, const EVP_MD *digest,
							   size_t *n)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	unsigned char *sig = malloc(1024);
	EVP_PKEY_CTX *ctx;

	*n = 1024;
	EVP_DigestSignInit(md, &ctx, digest, NULL, s->pkey);
	EVP_PKEY_CTX_set_rsa_padding(ctx, padding);
	if (padding == RSA_PKCS1_PSS_PADDING)
		EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt);
	if (EVP_DigestSign(md, sig, n, (const unsigned char *)message, sizeof message) != 1)
		abort();
	EVP_MD_CTX_free(md);
	return sig;
}

static void rsa_takes_any_salt_but_no_other_padding(void)
{
	static const struct {
		int padding, salt;
		const EVP_MD *(*digest)(void);
		bool good;
	} rows[] = {
		{ RSA_PKCS1_PSS_PADDING, 32, EVP_sha256, true },
		{ RSA_PKCS1_PSS_PADDING, 0, EVP_sha256, true },
		{ RSA_PKCS1_PSS_PADDING, RSA_PSS_SALTLEN_MAX, EVP_sha256, true },
		{ RSA_PKCS1_PSS_PADDING, 32, EVP_sha512, false },
		{ RSA_PKCS1_PADDING, 0, EVP_sha256, false },
	};
	struct signer *s = signer_new("rsa2048", "rsa", "rsassa-pss-sha256");
	struct tong__key *key = NULL;

	CHECK_INT(tong__key_read(s->json, NULL, &key, NULL), 0);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		size_t n;
		unsigned char *sig = rsa_sign(s, rows[i].padding, rows[i].salt, rows[i].digest(), &n);

		CHECK_INT(tong__key_verify(key, message, sizeof message, sig, n), rows[i].good);
		free(sig);
	}
	tong__key_free(key);
	signer_free(s);
}

/* ---- what is refused ---- */

static void refused(json_t *json, const char *keyid)
{
	tong_error err = TONG_ERROR_INIT;
	struct tong__key *key;
	int rc = tong__key_read(json, keyid, &key, &err);

	CHECK_STR(tong__code_name(rc), "TONG_E_KEY");
	CHECK_INT(err.code, rc);
	CHECK(err.message[0]);
	CHECK(key == NULL);
	CHECK(ERR_peek_error() == 0);
}

static void rejects_wrong_pairs(void)
{
	static const struct kind rows[] = {
		{ "P-384", "ecdsa", "ecdsa-sha2-nistp256" },
		{ "P-256", "ecdsa", "ecdsa-sha2-nistp384" },
		{ "P-521", "ecdsa", "ecdsa-sha2-nistp256" },
		{ "secp256k1", "ecdsa", "ecdsa-sha2-nistp256" },
		{ "brainpoolP256r1", "ecdsa", "ecdsa-sha2-nistp256" },
		{ "sm2", "ecdsa", "ecdsa-sha2-nistp256" },
		{ "P-256", "sm2", "sm2-sm3" },
		{ "P-256", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384" },
		{ "P-384", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384" },
		{ "P-256", "rsa", "rsassa-pss-sha256" },
		{ "P-256", "ed25519", "ed25519" },
		{ "rsa2048", "ecdsa", "ecdsa-sha2-nistp256" },
		{ "rsa2048", "sm2", "sm2-sm3" },
		{ "rsa2048", "rsa", "ed25519" },
		{ "ed25519", "ed25519", "ecdsa-sha2-nistp256" },
		{ "ed25519", "ecdsa", "ed25519" },
		{ "ed25519", "rsa", "rsassa-pss-sha256" },
		{ "pss2048", "rsa", "rsassa-pss-sha256" },
		{ "rsa1024", "rsa", "rsassa-pss-sha256" },
		{ "rsa2040", "rsa", "rsassa-pss-sha256" },
		{ "rsa2048", "rsa", "rsa-pkcs1v15-sha256" },
		{ "ed25519", "ed448", "ed448" },
		{ "ed25519", "", "" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct signer *s = signer_new(rows[i].kind, rows[i].keytype, rows[i].scheme);

		refused(s->json, s->id);
		if (tong_test.failed)
			printf("row %zu: %s as %s with %s\n", i, rows[i].kind, rows[i].keytype, rows[i].scheme);
		signer_free(s);
		CHECK_ALIVE();
	}
}

static void rejects_broken_key_objects(void)
{
	static const char *const rows[] = {
		"{}",
		"[]",
		"\"key\"",
		"{\"keytype\":\"ed25519\",\"scheme\":\"ed25519\"}",
		"{\"keytype\":\"ed25519\",\"scheme\":\"ed25519\",\"keyval\":{}}",
		"{\"keytype\":\"ed25519\",\"scheme\":\"ed25519\",\"keyval\":\"00\"}",
		"{\"keytype\":\"ed25519\",\"scheme\":\"ed25519\",\"keyval\":{\"public\":7}}",
		"{\"keytype\":\"ed25519\",\"scheme\":\"ed25519\",\"keyval\":{\"public\":\"\"}}",
		"{\"keytype\":\"ed25519\",\"scheme\":\"ed25519\",\"keyval\":{\"public\":\"d75a98\"}}",
		"{\"keytype\":\"ed25519\",\"scheme\":\"ed25519\",\"keyval\":{\"public\":"
		"\"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a00\"}}",
		"{\"keytype\":\"ed25519\",\"scheme\":\"ed25519\",\"keyval\":{\"public\":"
		"\"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511\"}}",
		"{\"keytype\":\"ed25519\",\"scheme\":\"ed25519\",\"keyval\":{\"public\":"
		"\"x75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\"}}",
		"{\"keytype\":7,\"scheme\":\"ed25519\",\"keyval\":{\"public\":"
		"\"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\"}}",
		"{\"keytype\":\"rsa\",\"scheme\":\"rsassa-pss-sha256\",\"keyval\":{\"public\":\"\"}}",
		"{\"keytype\":\"rsa\",\"scheme\":\"rsassa-pss-sha256\",\"keyval\":{\"public\":"
		"\"-----BEGIN PUBLIC KEY-----\\n-----END PUBLIC KEY-----\\n\"}}",
		"{\"keytype\":\"rsa\",\"scheme\":\"rsassa-pss-sha256\",\"keyval\":{\"public\":"
		"\"-----BEGIN PUBLIC KEY-----\\nMIIB\\n-----END PUBLIC KEY-----\\n\"}}",
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *json = repo_value(rows[i]);

		refused(json, NULL);
		json_decref(json);
		CHECK_ALIVE();
	}
}

static char *pem_of(const struct signer *s, int what)
{
	BIO *bio = BIO_new(BIO_s_mem());
	X509 *x509 = NULL;
	char *data, *pem;
	long n;

	if (what == 0)
		PEM_write_bio_PrivateKey(bio, s->pkey, NULL, NULL, 0, NULL, NULL);
	if (what == 1)
		PEM_write_bio_PrivateKey(bio, s->pkey, EVP_aes_128_cbc(), (const unsigned char *)"secret",
								 6, NULL, NULL);
	if (what == 2) {
		x509 = X509_new();
		X509_set_pubkey(x509, s->pkey);
		X509_gmtime_adj(X509_getm_notBefore(x509), 0);
		X509_gmtime_adj(X509_getm_notAfter(x509), 1000);
		X509_sign(x509, s->pkey, EVP_sha256());
		PEM_write_bio_X509(bio, x509);
	}
	n = BIO_get_mem_data(bio, &data);
	pem = strndup(data, (size_t)n);
	X509_free(x509);
	BIO_free(bio);
	ERR_clear_error();
	return pem;
}

/* A private key, an encrypted one (nobody is asked for its password), a certificate. */
static void rejects_pem_that_is_no_public_key(void)
{
	struct signer *s = signer_new("P-256", "ecdsa", "ecdsa-sha2-nistp256");

	for (int what = 0; what < 3; what++) {
		char *pem = pem_of(s, what);

		CHECK(strlen(pem) > 100);
		json_object_set_new(json_object_get(s->json, "keyval"), "public", json_string(pem));
		free(pem);
		refused(s->json, NULL);
		CHECK_ALIVE();
	}
	signer_free(s);
}

/* Would libcrypto ask a person? */
static int asked;

static int on_ask(UI *ui)
{
	(void)ui;
	asked++;
	return 0;
}

static void rejects_pem_with_more_to_it(void)
{
	static const char encrypted[] = "-----BEGIN PUBLIC KEY-----\nProc-Type: 4,ENCRYPTED\n"
									"DEK-Info: AES-128-CBC,"
									"00000000000000000000000000000000\n\n";
	struct signer *s = signer_new("P-256", "ecdsa", "ecdsa-sha2-nistp256");
	char *pem = signer_pem(s->pkey), text[600];
	UI_METHOD *ui = UI_create_method("test");

	UI_method_set_opener(ui, on_ask);
	UI_set_default_method(ui);
	snprintf(text, sizeof text, "%s%s", encrypted, strchr(pem, '\n') + 1);
	json_object_set_new(json_object_get(s->json, "keyval"), "public", json_string(text));
	refused(s->json, NULL);
	CHECK_ALIVE();
	CHECK_INT(asked, 0);
	snprintf(text, sizeof text, "a note\n%s", pem);
	json_object_set_new(json_object_get(s->json, "keyval"), "public", json_string(text));
	refused(s->json, NULL);
	UI_set_default_method(UI_OpenSSL());
	UI_destroy_method(ui);
	free(pem);
	signer_free(s);
}

/* A key of 512,000 bytes is no key, whatever it begins with. */
static void limits_the_length_of_a_pem(void)
{
	struct signer *s = signer_new("P-256", "ecdsa", "ecdsa-sha2-nistp256");
	char *pem = signer_pem(s->pkey), *text = malloc(520001);
	size_t n = strlen(pem);

	memcpy(text, pem, n);
	memset(text + n, '\n', 520000 - n);
	text[520000] = '\0';
	json_object_set_new(json_object_get(s->json, "keyval"), "public", json_string(text));
	refused(s->json, NULL);
	free(text);
	free(pem);
	signer_free(s);
}

/* The curve is P-256's, but spelled out: parameters of a sender's choice are not read. */
static void rejects_explicit_curve_parameters(void)
{
	struct signer *s = signer_new("P-256", "ecdsa", "ecdsa-sha2-nistp256");
	char *pem;

	EVP_PKEY_set_utf8_string_param(s->pkey, "encoding", "explicit");
	pem = signer_pem(s->pkey);
	CHECK(strlen(pem) > 300);
	json_object_set_new(json_object_get(s->json, "keyval"), "public", json_string(pem));
	free(pem);
	refused(s->json, NULL);
	signer_free(s);
}

/* ---- ids ---- */

static void computes_the_id(void)
{
	/* sha256 of the canonical form, made with another tool:
	 * printf '{"keytype":"ed25519","keyval":{"public":"d75a…511a"},"scheme":"ed25519"}' | sha256sum
	 */
	json_t *json =
		repo_value("{\"scheme\":\"ed25519\",\"keytype\":\"ed25519\",\"keyval\":{\"public\":"
				   "\"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a\"}}");
	char id[TONG_HEX];

	CHECK_INT(tong__key_identify(json, NULL, id, NULL), 0);
	CHECK_STR(id, "74c181c7ad8a0855d4b55e44d2ba87aabdddb196832571f15f92fece332e4916");
	json_decref(json);
}

/* Every member is part of the key: also those that mean nothing any more. */
static void id_covers_every_member(void)
{
	struct signer *s = signer_new("ed25519", "ed25519", "ed25519");
	struct tong__key *key = NULL;
	char plain[TONG_HEX];

	strcpy(plain, s->id);
	json_object_set_new(s->json, "keyid_hash_algorithms", json_pack("[s,s]", "sha256", "sha512"));
	refused(s->json, plain);
	CHECK_ALIVE();
	signer_identify(s);
	CHECK(strcmp(plain, s->id));
	CHECK_INT(tong__key_read(s->json, s->id, &key, NULL), 0);
	tong__key_free(key);
	s->id[5] = s->id[5] == '0' ? '1' : '0';
	refused(s->json, s->id);
	refused(s->json, "");
	for (char *p = s->id; *p; p++)
		*p = (char)(*p >= 'a' && *p <= 'f' ? *p - 32 : *p);
	refused(s->json, s->id);
	signer_free(s);
}

static void knows_what_it_knows(void)
{
	static const struct {
		const char *keytype, *scheme;
		bool known;
	} rows[] = {
		{ "ed25519", "ed25519", true },       { "sm2", "sm2-sm3", true },
		{ "rsa", "rsassa-pss-sha256", true }, { "rsa", "rsa-pkcs1v15-sha256", false },
		{ "ml-dsa", "ml-dsa-65", false },     { "ed25519", "ecdsa-sha2-nistp256", true },
		{ "ml-dsa", "ed25519", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		json_t *json =
			json_pack("{s:s, s:s}", "keytype", rows[i].keytype, "scheme", rows[i].scheme);

		CHECK_INT(tong__key_known(json), rows[i].known);
		json_decref(json);
	}
}

static void tells_the_same_key_under_two_ids(void)
{
	struct signer *s = signer_new("P-256", "ecdsa", "ecdsa-sha2-nistp256");
	struct signer *other = signer_new("ed25519", "ed25519", "ed25519");
	struct tong__key *a = NULL, *b = NULL, *c = NULL;

	CHECK_INT(tong__key_read(s->json, NULL, &a, NULL), 0);
	json_object_set_new(s->json, "keytype", json_string("ecdsa-sha2-nistp256"));
	CHECK_INT(tong__key_read(s->json, NULL, &b, NULL), 0);
	CHECK_INT(tong__key_read(other->json, NULL, &c, NULL), 0);
	CHECK(strcmp(tong__key_id(a), tong__key_id(b)));
	CHECK(tong__key_same(a, b) && tong__key_same(a, a));
	CHECK(!tong__key_same(a, c) && !tong__key_same(c, b));
	tong__key_free(a);
	tong__key_free(b);
	tong__key_free(c);
	tong__key_free(NULL);
	signer_free(s);
	signer_free(other);
}

int main(void)
{
	RUN(verifies_every_scheme);
	RUN(sm2_needs_the_common_id);
	RUN(rsa_takes_any_salt_but_no_other_padding);
	RUN(rejects_wrong_pairs);
	RUN(rejects_broken_key_objects);
	RUN(rejects_pem_that_is_no_public_key);
	RUN(rejects_pem_with_more_to_it);
	RUN(limits_the_length_of_a_pem);
	RUN(rejects_explicit_curve_parameters);
	RUN(computes_the_id);
	RUN(id_covers_every_member);
	RUN(knows_what_it_knows);
	RUN(tells_the_same_key_under_two_ids);
	return tong_test_done();
}
