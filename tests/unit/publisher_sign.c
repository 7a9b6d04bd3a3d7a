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

	CHECK_INT(tong__signer_generate(&one, "ed25519", NULL), 0);
	CHECK_INT(tong__signer_generate(&two, "ed25519", NULL), 0);
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

	CHECK_INT(tong__signer_generate(&made, "ed25519", NULL), 0);
	umask(0);
	CHECK_INT(tong__signer_save(made, path, NULL, NULL), 0);
	umask(022);
	CHECK_INT(stat(path, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	CHECK_INT(tong__signer_load(&loaded, path, NULL, NULL), 0);
	CHECK_STR(tong__signer_id(made), tong__signer_id(loaded));
	signs_and_verifies(loaded);
	CHECK_INT(tong__signer_save(made, path, NULL, NULL), TONG_E_USAGE);
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
	CHECK_INT(chmod(path, 0600), 0);
	EVP_PKEY_free(key);
}

static void loads_keys_of_administrations(void)
{
	static const struct {
		const char *type, *curve;
		size_t bits;
		const char *keytype, *scheme;
	} kinds[] = {
		{ "EC", "P-256", 0, "ecdsa", "ecdsa-sha2-nistp256" },
		{ "EC", "P-384", 0, "ecdsa", "ecdsa-sha2-nistp384" },
		{ "RSA", NULL, 2048, "rsa", "rsassa-pss-sha256" },
		{ "ED25519", NULL, 0, "ed25519", "ed25519" },
		{ "SM2", NULL, 0, "sm2", "sm2-sm3" },
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
		CHECK_INT(tong__signer_load(&s, path, NULL, NULL), 0);
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

	CHECK_INT(tong__signer_load(&s, path_in("absent.pem"), NULL, NULL), TONG_E_ABSENT);
	path = path_in("other.pem");
	write_key(path, EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-521"), NULL);
	CHECK_INT(tong__signer_load(&s, path, NULL, NULL), TONG_E_KEY);
	write_key(path, EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024), NULL);
	CHECK_INT(tong__signer_load(&s, path, NULL, NULL), TONG_E_KEY);
	write_key(path, EVP_PKEY_Q_keygen(NULL, NULL, "X25519"), NULL);
	CHECK_INT(tong__signer_load(&s, path, NULL, NULL), TONG_E_KEY);
	write_key(path, EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"), "secret");
	CHECK_INT(tong__signer_load(&s, path, NULL, NULL), TONG_E_KEY);
	CHECK_INT(tong__file_write(path, "no key", 6, NULL), 0);
	CHECK_INT(tong__signer_load(&s, path, NULL, NULL), TONG_E_KEY);
	CHECK_INT(tong__file_write(path, "", 0, NULL), 0);
	CHECK_INT(tong__signer_load(&s, path, NULL, NULL), TONG_E_KEY);
	CHECK(s == NULL);
}

/* ---- K3: under a passphrase, and closed to others ---- */

static int say(void *arg, const char *name, bool fresh, char out[TONG_PASSPHRASE], tong_error *err)
{
	(void)name, (void)fresh, (void)err;
	strcpy(out, arg);
	return 0;
}

static void a_passphrase_opens_and_nothing_else(void)
{
	char pass[] = "政务 secret", other[] = "secret", nothing[] = "";
	struct tong__ask right = { say, pass }, wrong = { say, other }, empty = { say, nothing };
	static const char *const kinds[] = { "ed25519", "p256", "p384", "rsa", "sm2" };
	struct tong__signer *made, *loaded;
	struct tong__buf text;
	char name[64];
	bool locked;
	size_t i;

	tong__buf_init(&text, 65536);
	for (i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		snprintf(name, sizeof name, "locked-%s.pem", kinds[i]);
		CHECK_INT(tong__signer_generate(&made, kinds[i], NULL), 0);
		CHECK_INT(tong__signer_save(made, path_in(name), pass, NULL), 0);
		tong__buf_clear(&text);
		CHECK_INT(tong__file_read(path_in(name), &text, NULL), 0);
		CHECK(strncmp(text.data, "-----BEGIN ENCRYPTED PRIVATE KEY-----", 37) == 0);
		CHECK_INT(tong__signer_encrypted(path_in(name), &locked, NULL), 0);
		CHECK(locked);
		CHECK_INT(tong__signer_load(&loaded, path_in(name), NULL, NULL), TONG_E_KEY);
		CHECK_INT(tong__signer_load(&loaded, path_in(name), &wrong, NULL), TONG_E_KEY);
		CHECK_INT(tong__signer_load(&loaded, path_in(name), &empty, NULL), TONG_E_KEY);
		CHECK_INT(tong__signer_load(&loaded, path_in(name), &right, NULL), 0);
		CHECK_STR(tong__signer_id(made), tong__signer_id(loaded));
		signs_and_verifies(loaded);
		CHECK_ALIVE();
		tong__signer_free(made);
		tong__signer_free(loaded);
	}
	CHECK_INT(tong__signer_generate(&made, "p521", NULL), TONG_E_USAGE);
	tong__buf_free(&text);
}

static void a_key_that_others_can_read_is_refused(void)
{
	static const mode_t open_to_others[] = { 0640, 0604, 0660, 0602, 0610, 0601 };
	struct tong__signer *s;
	const char *path = path_in("modes.pem");
	size_t i;

	CHECK_INT(tong__signer_generate(&s, "ed25519", NULL), 0);
	CHECK_INT(tong__signer_save(s, path, NULL, NULL), 0);
	tong__signer_free(s);
	for (i = 0; i < sizeof open_to_others / sizeof *open_to_others; i++) {
		tong_error err = TONG_ERROR_INIT;

		CHECK_INT(chmod(path, open_to_others[i]), 0);
		CHECK_INT(tong__signer_load(&s, path, NULL, &err), TONG_E_KEY);
		CHECK(strstr(err.message, "chmod 600"));
	}
	CHECK_INT(chmod(path, 0400), 0);
	CHECK_INT(tong__signer_load(&s, path, NULL, NULL), 0);
	tong__signer_free(s);
	CHECK_INT(tong__signer_load(&s, tong_test_dir(), NULL, NULL), TONG_E_KEY);
}

/* ---- the keyring ---- */

/* The last thing keys_init writes is the root: before it, nothing is pinned; after it, nothing is
 * replaced. */
static void a_folder_of_keys_is_made_once(void)
{
	static const char *const names[] = { "root", "targets", "snapshot", "timestamp",
										 "base", "site",    "local" };
	char dir[400], root[420], pub[420];
	struct tong__keys *keys;
	size_t i;

	snprintf(dir, sizeof dir, "%s/keys", tong_test_dir());
	snprintf(root, sizeof root, "%s/1.root.json", dir);
	CHECK_INT(tong__keys_open(&keys, dir, NULL, NULL), TONG_E_KEY);
	CHECK_INT(tong__keys_init(dir, 1700000000, NULL, NULL, NULL), 0);
	CHECK_INT(tong__keys_init(dir, 1700000000, NULL, NULL, NULL), TONG_E_USAGE);
	CHECK_INT(tong__keys_open(&keys, dir, NULL, NULL), 0);
	for (i = 0; i < 7; i++)
		CHECK(tong__keys_can_sign(keys, tong__keys_named(keys, names[i]), true));
	CHECK(!tong__keys_at(keys, 7));
	CHECK_STR(tong__keys_holder("r511602"), "local");
	CHECK_STR(tong__keys_holder("base"), "base");
	CHECK(!tong__keys_named(keys, "nobody"));
	tong__keys_free(keys);
	CHECK_INT(unlink(root), 0);
	CHECK_INT(tong__keys_init(dir, 1700000000, NULL, NULL, NULL), 0);
	/* K2: a folder of before, without public halves. */
	for (i = 0; i < 7; i++) {
		snprintf(pub, sizeof pub, "%s/%s.pub", dir, names[i]);
		CHECK_INT(unlink(pub), 0);
	}
	CHECK_INT(tong__keys_open(&keys, dir, NULL, NULL), 0);
	CHECK(tong__keys_can_sign(keys, tong__keys_named(keys, "timestamp"), true));
	tong__keys_free(keys);
}

/* K1, K4: names are free, the last in line is the one in use. */
static void names_and_successors(void)
{
	static const char *const bad[] = {
		"",     ".x",   "-x",
		"A",    "a b",  "a/b",
		"../a", "密钥", "0123456789012345678901234567890123456789012345678901234567890123"
	};
	char dir[400], path[420];
	struct tong__keys *keys;
	size_t i;

	snprintf(dir, sizeof dir, "%s/names", tong_test_dir());
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_INT(tong__keys_create(dir, bad[i], "ed25519", NULL, NULL), TONG_E_USAGE);
	CHECK_INT(tong__keys_create(dir, "local", "p256", NULL, NULL), 0);
	CHECK_INT(tong__keys_create(dir, "local", "p256", NULL, NULL), TONG_E_USAGE);
	CHECK_INT(tong__keys_create(dir, "local-2", "sm2", "pass", NULL), 0);
	CHECK_INT(tong__keys_create(dir, "local-4", "sm2", NULL, NULL), 0);
	snprintf(path, sizeof path, "%s/local.pub", dir);
	CHECK_INT(tong__keys_import(dir, "chengdu", path, NULL, NULL, NULL), 0);
	CHECK_INT(tong__keys_open(&keys, dir, NULL, NULL), 0);
	CHECK_STR(tong__keys_newest(keys, "local")->name, "local-2");
	CHECK(!tong__keys_newest(keys, "base"));
	CHECK(tong__keys_can_sign(keys, tong__keys_named(keys, "local-2"), false));
	CHECK(!tong__keys_can_sign(keys, tong__keys_named(keys, "local-2"), true));
	CHECK(!tong__keys_can_sign(keys, tong__keys_named(keys, "chengdu"), false));
	/* The same key under two names: the one that signs is found. */
	CHECK_STR(tong__keys_by_id(keys, tong__keys_named(keys, "chengdu")->id)->name, "local");
	CHECK(!tong__keys_root(keys).p);
	tong__keys_free(keys);
}

/* K2: halves that do not belong together sign nothing. */
static void a_wrong_public_half_is_found(void)
{
	char dir[400], one[420], two[420];
	struct tong__buf hex;
	struct tong__keys *keys;

	snprintf(dir, sizeof dir, "%s/halves", tong_test_dir());
	snprintf(one, sizeof one, "%s/one.pub", dir);
	snprintf(two, sizeof two, "%s/two.pub", dir);
	CHECK_INT(tong__keys_create(dir, "one", "ed25519", NULL, NULL), 0);
	CHECK_INT(tong__keys_create(dir, "two", "ed25519", NULL, NULL), 0);
	CHECK_INT(tong__file_rename(two, one, NULL), 0);
	CHECK_INT(tong__keys_open(&keys, dir, NULL, NULL), 0);
	tong__buf_init(&hex, 4096);
	CHECK_INT(tong__keys_sign(keys, tong__keys_named(keys, "one"), "x", 1, &hex, NULL), TONG_E_KEY);
	CHECK_INT(hex.len, 0);
	tong__buf_free(&hex);
	tong__keys_free(keys);
}

static void a_missing_key_is_no_fault_until_it_is_needed(void)
{
	char dir[400], path[420];
	struct tong__keys *keys;

	snprintf(dir, sizeof dir, "%s/few", tong_test_dir());
	snprintf(path, sizeof path, "%s/root.pem", dir);
	CHECK_INT(tong__keys_init(dir, 1700000000, NULL, NULL, NULL), 0);
	CHECK_INT(unlink(path), 0);
	CHECK_INT(tong__keys_open(&keys, dir, NULL, NULL), 0);
	CHECK(!tong__keys_can_sign(keys, tong__keys_named(keys, "root"), false));
	CHECK(tong__keys_can_sign(keys, tong__keys_named(keys, "timestamp"), true));
	tong__keys_free(keys);
	snprintf(path, sizeof path, "%s/timestamp.pub", dir);
	CHECK_INT(tong__file_write(path, "damaged", 7, NULL), 0);
	CHECK_INT(tong__keys_open(&keys, dir, NULL, NULL), TONG_E_KEY);
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
	RUN(a_passphrase_opens_and_nothing_else);
	RUN(a_key_that_others_can_read_is_refused);
	RUN(a_folder_of_keys_is_made_once);
	RUN(names_and_successors);
	RUN(a_wrong_public_half_is_found);
	RUN(a_missing_key_is_no_fault_until_it_is_needed);
	RUN(dates_read_back);
	return tong_test_done();
}
