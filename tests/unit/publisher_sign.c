/* Private keys: what is signed here verifies through core's public half, whatever the kind of key.
 */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/key.h"
#include "publisher/keys.h"
#include "publisher/metadata.h"
#include "publisher/sign.h"
#include "tests/lib/check.h"

static const char *path_in(const char *name)
{
	static char path[512];

	snprintf(path, sizeof path, "%s/%s", tong_test_dir(), name);
	return path;
}

/* Signs, and lets core verify: the right bytes, and others. */
static void signs_and_verifies(const struct tong__signer *s)
{
	struct tong__key *key = NULL;
	struct tong__buf hex;
	unsigned char sig[2048];
	long n;

	tong__buf_init(&hex, 4096);
	CHECK_INT(tong__key_read(tong__signer_public(s), tong__signer_id(s), &key, NULL), 0);
	CHECK_INT(tong__signer_sign(s, "message", 7, &hex, NULL), 0);
	n = tong__unhex(hex.data, sig, sizeof sig);
	CHECK(n > 0);
	CHECK(tong__key_verify(key, "message", 7, sig, (size_t)n));
	CHECK(!tong__key_verify(key, "massage", 7, sig, (size_t)n));
	sig[n / 2] ^= 1;
	CHECK(!tong__key_verify(key, "message", 7, sig, (size_t)n));
	tong__key_free(key);
	tong__buf_free(&hex);
}

static void makes_a_key(void)
{
	struct tong__signer *one, *two;

	CHECK_INT(tong__signer_generate(&one, NULL), 0);
	CHECK_INT(tong__signer_generate(&two, NULL), 0);
	CHECK(strcmp(tong__signer_id(one), tong__signer_id(two)) != 0);
	signs_and_verifies(one);
	tong__signer_free(one);
	tong__signer_free(two);
	tong__signer_free(NULL);
}

static void saves_for_the_owner_only(void)
{
	struct tong__signer *made, *loaded;
	const char *path = path_in("owner.pem");
	struct stat st;

	CHECK_INT(tong__signer_generate(&made, NULL), 0);
	umask(0);
	CHECK_INT(tong__signer_save(made, path, NULL), 0);
	umask(022);
	CHECK_INT(stat(path, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	CHECK_INT(tong__signer_load(&loaded, path, NULL), 0);
	CHECK_STR(tong__signer_id(made), tong__signer_id(loaded));
	signs_and_verifies(loaded);
	CHECK_INT(tong__signer_save(made, path, NULL), TONG_E_USAGE);
	tong__signer_free(made);
	tong__signer_free(loaded);
}

/* Writes a key that libcrypto made as a traditional or PKCS#8 PEM. */
static void write_key(const char *path, EVP_PKEY *key, const char *passphrase)
{
	FILE *f = fopen(path, "w");

	CHECK(f && key);
	CHECK(PEM_write_PKCS8PrivateKey(f, key, passphrase ? EVP_aes_128_cbc() : NULL, passphrase,
	                                passphrase ? (int)strlen(passphrase) : 0, NULL, NULL));
	fclose(f);
	EVP_PKEY_free(key);
}

static void loads_keys_of_administrations(void)
{
	static const struct {
		const char *type, *curve;
		size_t bits;
		const char *keytype, *scheme;
	} kinds[] = {
		{"EC", "P-256", 0, "ecdsa", "ecdsa-sha2-nistp256"},
		{"EC", "P-384", 0, "ecdsa", "ecdsa-sha2-nistp384"},
		{"RSA", NULL, 2048, "rsa", "rsassa-pss-sha256"},
		{"ED25519", NULL, 0, "ed25519", "ed25519"},
	};
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		const char *path = path_in("administration.pem");
		struct tong__signer *s;
		EVP_PKEY *key = kinds[i].curve  ? EVP_PKEY_Q_keygen(NULL, NULL, "EC", kinds[i].curve)
		                : kinds[i].bits ? EVP_PKEY_Q_keygen(NULL, NULL, "RSA", kinds[i].bits)
		                                : EVP_PKEY_Q_keygen(NULL, NULL, kinds[i].type);

		write_key(path, key, NULL);
		CHECK_ALIVE();
		CHECK_INT(tong__signer_load(&s, path, NULL), 0);
		CHECK_STR(json_string_value(json_object_get(tong__signer_public(s), "keytype")),
		          kinds[i].keytype);
		CHECK_STR(json_string_value(json_object_get(tong__signer_public(s), "scheme")),
		          kinds[i].scheme);
		signs_and_verifies(s);
		CHECK_ALIVE();
		tong__signer_free(s);
	}
}

static void refuses_other_keys(void)
{
	const char *path = path_in("other.pem");
	struct tong__signer *s;

	CHECK_INT(tong__signer_load(&s, path_in("absent.pem"), NULL), TONG_E_ABSENT);
	path = path_in("other.pem");
	write_key(path, EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-521"), NULL);
	CHECK_INT(tong__signer_load(&s, path, NULL), TONG_E_KEY);
	write_key(path, EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024), NULL);
	CHECK_INT(tong__signer_load(&s, path, NULL), TONG_E_KEY);
	write_key(path, EVP_PKEY_Q_keygen(NULL, NULL, "X25519"), NULL);
	CHECK_INT(tong__signer_load(&s, path, NULL), TONG_E_KEY);
	write_key(path, EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), "secret");
	CHECK_INT(tong__signer_load(&s, path, NULL), TONG_E_KEY);
	CHECK_INT(tong__file_write(path, "no key", 6, NULL), 0);
	CHECK_INT(tong__signer_load(&s, path, NULL), TONG_E_KEY);
	CHECK_INT(tong__file_write(path, "", 0, NULL), 0);
	CHECK_INT(tong__signer_load(&s, path, NULL), TONG_E_KEY);
	CHECK(s == NULL);
}

/* The last thing keys_init writes is the root: before it, nothing is pinned; after it, nothing is
 * replaced. */
static void a_folder_of_keys_is_made_once(void)
{
	char dir[400], root[420];
	struct tong__keys *keys;
	const char *name;
	size_t i;

	snprintf(dir, sizeof dir, "%s/keys", tong_test_dir());
	snprintf(root, sizeof root, "%s/1.root.json", dir);
	CHECK_INT(tong__keys_open(&keys, dir, NULL), TONG_E_KEY);
	CHECK_INT(tong__keys_init(dir, 1700000000, NULL), 0);
	CHECK_INT(tong__keys_init(dir, 1700000000, NULL), TONG_E_USAGE);
	CHECK_INT(tong__keys_open(&keys, dir, NULL), 0);
	for (i = 0; (name = tong__keys_name(i)); i++)
		CHECK(tong__keys_find(keys, name));
	CHECK_INT(i, 7);
	CHECK(tong__keys_find(keys, "r511602") == tong__keys_find(keys, "local"));
	CHECK(!tong__keys_find(keys, "nobody"));
	tong__keys_free(keys);
	CHECK_INT(unlink(root), 0);
	CHECK_INT(tong__keys_init(dir, 1700000000, NULL), 0);
}

static void a_missing_key_is_no_fault_until_it_is_needed(void)
{
	char dir[400], path[420];
	struct tong__keys *keys;

	snprintf(dir, sizeof dir, "%s/few", tong_test_dir());
	snprintf(path, sizeof path, "%s/root.pem", dir);
	CHECK_INT(tong__keys_init(dir, 1700000000, NULL), 0);
	CHECK_INT(unlink(path), 0);
	CHECK_INT(tong__keys_open(&keys, dir, NULL), 0);
	CHECK(!tong__keys_find(keys, "root"));
	CHECK(tong__keys_find(keys, "timestamp"));
	tong__keys_free(keys);
	CHECK_INT(tong__file_write(path, "damaged", 7, NULL), 0);
	CHECK_INT(tong__keys_open(&keys, dir, NULL), TONG_E_KEY);
}

static void dates_read_back(void)
{
	char date[TONG_DATE];

	tong__date(1795586400, date);
	CHECK_STR(date, "2026-11-25T06:00:00Z");
	CHECK_INT(tong__date_read(date), 1795586400);
	CHECK_INT(tong__date_read("2026-11-25"), 0);
	CHECK_INT(tong__date_read("2026-11-25T06:00:00Zjunk"), 0);
}

int main(void)
{
	RUN(makes_a_key);
	RUN(saves_for_the_owner_only);
	RUN(loads_keys_of_administrations);
	RUN(refuses_other_keys);
	RUN(a_folder_of_keys_is_made_once);
	RUN(a_missing_key_is_no_fault_until_it_is_needed);
	RUN(dates_read_back);
	return tong_test_done();
}
