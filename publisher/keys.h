/* A keyring: a folder of keys by name, and 1.root.json, the root that nodes pin (FORMAT K1-K6). */
#ifndef TONG_PUBLISHER_KEYS_H
#define TONG_PUBLISHER_KEYS_H

#include <stdint.h>

#include "core/record.h"
#include "publisher/sign.h"

#define TONG_DAYS_ROOT 730
#define TONG_KEY_NAME  64

struct tong__keys;

enum tong__key_place {
	TONG_KEY_PUBLIC,   /* only the public half is here */
	TONG_KEY_PEM,      /* NAME.pem */
	TONG_KEY_LOCKED,   /* NAME.pem, encrypted */
	TONG_KEY_EXTERNAL, /* NAME.signer */
};

/* A key, borrowed from its keyring. */
struct tong__keys_key {
	char name[TONG_KEY_NAME]; /* of its files (K1) */
	char id[TONG_HEX];
	json_t *public; /* T5 */
	enum tong__key_place place;
	struct tong__signer *signer; /* once it was needed */
	json_t *command;             /* of an external one */
};

/* Makes the folder, an Ed25519 key for each role that has none yet (root targets snapshot timestamp
 * base site local), and last 1.root.json. Where 1.root.json is, all is done already: TONG_E_USAGE,
 * nothing is touched. Can be called again after a crash. 'answers': tong__keys_first_root. */
int tong__keys_init(const char *dir, int64_t now, const struct tong__ask *,
					const char *const answers[], tong_error *);

/* Reads 1.root.json, when there is one, and the public half of every key. 'ask' is borrowed; NULL:
 * no passphrase is to be had. A private key is opened when it first signs, so that a machine that
 * renews the timestamp asks for no other's passphrase. */
int tong__keys_open(struct tong__keys **out, const char *dir, const struct tong__ask *,
					tong_error *);
void tong__keys_free(struct tong__keys *);

/* The bytes of 1.root.json; {NULL, 0} when there is none. */
struct tong__str tong__keys_root(const struct tong__keys *);

/* In the order of names; NULL past the last. */
struct tong__keys_key *tong__keys_at(const struct tong__keys *, size_t i);
struct tong__keys_key *tong__keys_named(const struct tong__keys *, const char *name);
/* One that signs here before one that does not. */
struct tong__keys_key *tong__keys_by_id(const struct tong__keys *, const char *id);
/* The last of NAME, NAME-2, NAME-3 … (K4), NULL when there is none. */
struct tong__keys_key *tong__keys_newest(const struct tong__keys *, const char *name);
/* Whose key a layer gets that nobody was named for (K5): "base", "site" or "local". */
const char *tong__keys_holder(const char *layer);

/* Can it sign here? 'now': without a question that nobody may be there to answer. */
bool tong__keys_can_sign(const struct tong__keys *, const struct tong__keys_key *, bool now);
/* Appends the signature in hex; opens the key when needed. */
int tong__keys_sign(struct tong__keys *, struct tong__keys_key *, const void *msg, size_t n,
					struct tong__buf *hex, tong_error *);

/* ---- adding keys (K1-K3); each refuses a name that is taken, with TONG_E_USAGE ---- */

bool tong__key_name_valid(const char *);
/* Writes NAME.pem and then NAME.pub. */
int tong__keys_create(const char *dir, const char *name, const char *kind, const char *passphrase,
					  tong_error *);
/* From a PEM file: a private key becomes NAME.pem (under 'passphrase', NULL: not encrypted) and
 * NAME.pub, a public one NAME.pub. */
int tong__keys_import(const char *dir, const char *name, const char *from, const struct tong__ask *,
					  const char *passphrase, tong_error *);
/* A key that a program keeps (E1): NAME.signer and NAME.pub. */
int tong__keys_external(const char *dir, const char *name, const char *const words[], tong_error *);

#endif
