/* Public keys and signatures, verify only: the door to libcrypto's keys (FORMAT T5). */
#ifndef TONG_CORE_KEY_H
#define TONG_CORE_KEY_H

#include "core/noted.h"

#include "core/err.h"
#include "core/hash.h"

struct tong__key;

/* From a TUF key object {keytype, scheme, keyval{public}}; the id is computed, and must equal
 * 'keyid' when that is not NULL. TONG_E_KEY: unknown type or scheme, pairing, curve, RSA below 2048
 * bit, id. Parsed once, used often. */
int tong__key_read(const json_t *key, const char *keyid, struct tong__key **out, tong_error *);
void tong__key_free(struct tong__key *);
const char *tong__key_id(const struct tong__key *); /* 64 hex digits */

/* The id of a key object; TONG_E_KEY when it is not 'keyid' (NULL: any). Knows nothing of types. */
int tong__key_identify(const json_t *key, const char *keyid, char id[TONG_HEX], tong_error *);
/* False for a keytype or scheme this version has never heard of: a file may list such keys for
 * newer readers, and they count for nothing here. A known type with another type's scheme is not
 * unknown, it is wrong. */
bool tong__key_known(const json_t *key);
/* The same public key, perhaps under two ids: a threshold counts it once (FORMAT T5). */
bool tong__key_same(const struct tong__key *, const struct tong__key *);

/* True only when 'sig' (raw for ed25519, DER for ecdsa, raw for rsa) signs these bytes. */
bool tong__key_verify(const struct tong__key *, const void *msg, size_t n, const unsigned char *sig,
					  size_t sig_n);

#endif
