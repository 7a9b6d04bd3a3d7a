/* Private keys and signatures (FORMAT T5, K3): the only file that touches a private key. */
#include "publisher/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/key.h"
#include "publisher/public_key.h"

#define MAX_PEM       65536 /* an RSA key of 16,384 bit is 13 KB */
#define MAX_SIGNATURE 2048  /* the same key's signature */
/* GM/T 0009: the id of a signer who has none; libcrypto's own default is the empty string. */
#define SM2_ID "1234567812345678"
/* K3: scrypt, 16 MiB and about 50 ms for each guess. */
#define SCRYPT_N 16384
#define SCRYPT_R 8
#define SCRYPT_P 1

struct tong__signer {
	EVP_PKEY *key;
	const struct tong__key_kind *kind;
	json_t *public;
	char id[TONG_HEX];
	struct tong__key *verify;
};

void tong__wipe(void *p, size_t n)
{
	if (p)
		OPENSSL_cleanse(p, n);
}

/* Takes 'key' over, also on failure. */
static int signer_of(struct tong__signer **out, EVP_PKEY *key, const char *subject, tong_error *err)
{
	struct tong__signer *s = calloc(1, sizeof *s);
	int code;

	*out = NULL;
	if (!s) {
		EVP_PKEY_free(key);
		return tong__fail_nomem(err);
	}
	s->key = key;
	s->kind = tong__key_kind_of(key);
	code = tong__public_key(key, subject, &s->public, s->id, err);
	if (!code)
		code = tong__key_read(s->public, s->id, &s->verify, err);
	if (code) {
		tong__signer_free(s);
		return code;
	}
	*out = s;
	return 0;
}

static EVP_PKEY *generate(const struct tong__key_kind *kind)
{
	if (kind->bits)
		return EVP_PKEY_Q_keygen(NULL, NULL, kind->type, kind->bits);
	if (kind->group)
		return EVP_PKEY_Q_keygen(NULL, NULL, kind->type, kind->group);
	return EVP_PKEY_Q_keygen(NULL, NULL, kind->type);
}

int tong__signer_generate(struct tong__signer **out, const char *name, tong_error *err)
{
	const struct tong__key_kind *kind = tong__key_kind(name);
	EVP_PKEY *key;

	*out = NULL;
	if (!kind)
		return tong__fail(err, TONG_E_USAGE, name, "is no kind of key; there are %s",
						  TONG_KEY_KINDS);
	key = generate(kind);
	if (!key)
		return tong__fail(err, TONG_E_KEY, name, "libcrypto cannot make such a key");
	return signer_of(out, key, "new key", err);
}

void tong__signer_free(struct tong__signer *s)
{
	if (!s)
		return;
	EVP_PKEY_free(s->key);
	tong__key_free(s->verify);
	json_decref(s->public);
	free(s);
}

/* ---- loading ---- */

/* A private key's text, wiped when it goes. */
struct pem {
	char text[MAX_PEM + 1];
	size_t n;
};

static void free_pem(struct pem *pem)
{
	if (pem)
		tong__wipe(pem, sizeof *pem);
	free(pem);
}

/* K3. Looked at through the open file, so that it is this file that is read. */
static int check_mode(int fd, const char *path, tong_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return tong__fail_errno(err, errno, path, "cannot look at");
	if (!S_ISREG(st.st_mode))
		return tong__fail(err, TONG_E_KEY, path, "K3: is no plain file");
	if (st.st_mode & 077)
		return tong__fail(err, TONG_E_KEY, path,
						  "K3: mode %04o lets others at a private key: `chmod 600` it, and ask "
						  "who has read it",
						  (unsigned)(st.st_mode & 07777));
	if (st.st_size > MAX_PEM)
		return tong__fail(err, TONG_E_LIMIT, path, "over %d bytes: not a key", MAX_PEM);
	return 0;
}

static int fill(int fd, struct pem *pem, const char *path, tong_error *err)
{
	ssize_t got = 0;

	while (pem->n < MAX_PEM && (got = read(fd, pem->text + pem->n, MAX_PEM - pem->n)) != 0) {
		if (got < 0 && errno != EINTR)
			return tong__fail_errno(err, errno, path, "cannot read");
		pem->n += got > 0 ? (size_t)got : 0;
	}
	return 0;
}

static int read_pem(const char *path, struct pem **out, tong_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), code;

	*out = NULL;
	if (fd < 0)
		return tong__fail_errno(err, errno, path, "cannot open");
	code = check_mode(fd, path, err);
	if (!code && !(*out = calloc(1, sizeof **out)))
		code = tong__fail_nomem(err);
	if (!code)
		code = fill(fd, *out, path, err);
	close(fd);
	if (code) {
		free_pem(*out);
		*out = NULL;
	}
	return code;
}

/* PKCS#8 says so in its first line, the forms before it in a header. */
static bool is_encrypted(const struct pem *pem)
{
	return strstr(pem->text, "ENCRYPTED") != NULL;
}

int tong__signer_encrypted(const char *path, bool *out, tong_error *err)
{
	struct pem *pem;
	int code = read_pem(path, &pem, err);

	*out = !code && is_encrypted(pem);
	free_pem(pem);
	return code;
}

/* libcrypto asks here, never at the terminal. */
static int give(char *out, int size, int writing, void *passphrase)
{
	size_t n = passphrase ? strlen(passphrase) : 0;

	(void)writing;
	if (!passphrase || n > (size_t)size)
		return -1;
	memcpy(out, passphrase, n);
	return (int)n;
}

static EVP_PKEY *parse(const struct pem *pem, char *passphrase)
{
	BIO *bio = BIO_new_mem_buf(pem->text, (int)pem->n);
	EVP_PKEY *key = bio && pem->n ? PEM_read_bio_PrivateKey(bio, NULL, give, passphrase) : NULL;

	BIO_free(bio);
	return key;
}

static int unlock(const struct pem *pem, const char *path, const struct tong__ask *ask,
				  EVP_PKEY **out, tong_error *err)
{
	char passphrase[TONG_PASSPHRASE] = "";
	int code;

	if (!is_encrypted(pem)) {
		*out = parse(pem, NULL);
		return *out ? 0 : tong__fail(err, TONG_E_KEY, path, "K3: no private key in PEM form");
	}
	if (!ask)
		return tong__fail(err, TONG_E_KEY, path, "is encrypted, and no passphrase is to be had");
	code = ask->get(ask->arg, path, false, passphrase, err);
	if (!code) {
		*out = parse(pem, passphrase);
		if (!*out)
			code = tong__fail(err, TONG_E_KEY, path, "the passphrase does not open it");
	}
	tong__wipe(passphrase, sizeof passphrase);
	return code;
}

int tong__signer_load(struct tong__signer **out, const char *path, const struct tong__ask *ask,
					  tong_error *err)
{
	EVP_PKEY *key = NULL;
	struct pem *pem;
	int code;

	*out = NULL;
	code = read_pem(path, &pem, err);
	if (!code)
		code = unlock(pem, path, ask, &key, err);
	free_pem(pem);
	return code ? code : signer_of(out, key, path, err);
}

/* ---- saving ---- */

/* PKCS#8 under PBES2: scrypt and AES-256. */
static int write_encrypted(BIO *bio, EVP_PKEY *key, const char *passphrase)
{
	PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(key);
	X509_ALGOR *pbe =
		PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 0, NULL, SCRYPT_N, SCRYPT_R, SCRYPT_P);
	X509_SIG *sealed = NULL;
	int ok;

	if (plain && pbe)
		sealed = PKCS8_set0_pbe(passphrase, (int)strlen(passphrase), plain, pbe);
	ok = sealed && PEM_write_bio_PKCS8(bio, sealed) == 1;
	if (sealed)
		X509_SIG_free(sealed); /* and pbe in it */
	else
		X509_ALGOR_free(pbe);
	PKCS8_PRIV_KEY_INFO_free(plain);
	return ok;
}

/* The file's bytes in libcrypto's secure-wiped memory: freeing a memory BIO cleanses it. */
static BIO *pem_text(const struct tong__signer *s, const char *passphrase)
{
	BIO *bio = BIO_new(BIO_s_mem());
	int ok =
		bio && (passphrase ? write_encrypted(bio, s->key, passphrase)
						   : PEM_write_bio_PKCS8PrivateKey(bio, s->key, NULL, NULL, 0, NULL, NULL));

	if (ok)
		return bio;
	BIO_free(bio);
	return NULL;
}

/* Writes and syncs the open file. */
static int write_pem(int fd, BIO *bio, const char *path, tong_error *err)
{
	char *p;
	long n = BIO_get_mem_data(bio, &p);
	int e = 0;

	while (n > 0 && !e) {
		ssize_t put = write(fd, p, (size_t)n);

		if (put < 0 && errno != EINTR)
			e = errno;
		p += put > 0 ? put : 0;
		n -= put > 0 ? put : 0;
	}
	if (!e && fsync(fd) < 0)
		e = errno;
	if (close(fd) < 0 && !e)
		e = errno;
	return e ? tong__fail_errno(err, e, path, "cannot write") : 0;
}

int tong__signer_save(const struct tong__signer *s, const char *path, const char *passphrase,
					  tong_error *err)
{
	char *temp = NULL;
	int fd, code;
	BIO *bio;

	if (access(path, F_OK) == 0)
		return tong__fail(err, TONG_E_USAGE, path, "is there already and is not replaced");
	bio = pem_text(s, passphrase);
	if (!bio || asprintf(&temp, "%s.new", path) < 0) {
		BIO_free(bio);
		return tong__fail_nomem(err);
	}
	/* Not tong__file_write: between making a file and closing it to others it would be open to
	 * them. */
	unlink(temp);
	fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		code = tong__fail_errno(err, errno, path, "cannot make");
	else
		code = write_pem(fd, bio, path, err);
	BIO_free(bio);
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

/* ---- signing ---- */

static const EVP_MD *digest_of(const struct tong__key_kind *kind)
{
	static const struct {
		const char *name;
		const EVP_MD *(*digest)(void);
	} of[] = {
		{ "p256", EVP_sha256 }, { "p384", EVP_sha384 }, { "rsa", EVP_sha256 }, { "sm2", EVP_sm3 }
	};
	size_t i;

	for (i = 0; i < sizeof of / sizeof *of; i++)
		if (strcmp(of[i].name, kind->name) == 0)
			return of[i].digest();
	return NULL; /* Ed25519 hashes for itself */
}

/* RSA: PSS with the salt as long as the digest. SM2: the id goes into the hash, so it must be there
 * before the start. */
static bool begin(const struct tong__signer *s, EVP_MD_CTX *md, EVP_PKEY_CTX *sm2)
{
	EVP_PKEY_CTX *ctx = NULL; /* belongs to md */

	if (sm2) {
		if (EVP_PKEY_CTX_set1_id(sm2, SM2_ID, (int)strlen(SM2_ID)) != 1)
			return false;
		EVP_MD_CTX_set_pkey_ctx(md, sm2);
	}
	if (EVP_DigestSignInit(md, &ctx, digest_of(s->kind), NULL, s->key) != 1)
		return false;
	if (strcmp(s->kind->name, "rsa") != 0)
		return true;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
		   EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) > 0;
}

int tong__signer_sign(const struct tong__signer *s, const void *msg, size_t n,
					  struct tong__buf *hex, tong_error *err)
{
	bool is_sm2 = strcmp(s->kind->name, "sm2") == 0, ok;
	EVP_PKEY_CTX *sm2 = is_sm2 ? EVP_PKEY_CTX_new(s->key, NULL) : NULL;
	unsigned char sig[MAX_SIGNATURE];
	char text[2 * MAX_SIGNATURE + 1];
	size_t len = sizeof sig;
	EVP_MD_CTX *md = EVP_MD_CTX_new();

	ok = md && (sm2 || !is_sm2) && begin(s, md, sm2) && EVP_DigestSign(md, sig, &len, msg, n) == 1;
	EVP_MD_CTX_free(md);
	EVP_PKEY_CTX_free(sm2);
	/* A wrong signature can tell of the key: none leaves this file. */
	if (!ok || !tong__key_verify(s->verify, msg, n, sig, len))
		return tong__fail(err, TONG_E_KEY, s->id, "libcrypto cannot sign with this key");
	tong__hex(sig, len, text);
	return tong__buf_adds(hex, text) ? tong__fail_nomem(err) : 0;
}
