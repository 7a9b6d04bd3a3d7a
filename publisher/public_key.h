/* The public half of a key: which kinds there are, and how metadata writes one (FORMAT T5). */
#ifndef TONG_PUBLISHER_PUBLIC_KEY_H
#define TONG_PUBLISHER_PUBLIC_KEY_H

#include <jansson.h>

#include "core/err.h"
#include "core/hash.h"

struct evp_pkey_st; /* libcrypto's EVP_PKEY */

/* One row per kind of key. */
struct tong__key_kind {
	const char *name;  /* as a person types it: ed25519, p256, p384, rsa, sm2 */
	const char *type;  /* as libcrypto names it */
	const char *group; /* the curve, for those that have one to name */
	const char *keytype, *scheme;
	size_t bits; /* of a new one, RSA only */
};
const struct tong__key_kind *tong__key_kind(const char *name); /* NULL: there is none */
const struct tong__key_kind *tong__key_kind_of(const struct evp_pkey_st *);
#define TONG_KEY_KINDS "ed25519, p256, p384, rsa, sm2"

/* The TUF key object {keytype, scheme, keyval{public}} (T5), new reference, and its id. core/key.h
 * reads what was made: what it refuses no client would accept. */
int tong__public_key(const struct evp_pkey_st *, const char *subject, json_t **out,
					 char id[TONG_HEX], tong_error *);
/* The same from a public key in PEM (SubjectPublicKeyInfo). */
int tong__public_key_read(const void *pem, size_t n, const char *subject, json_t **out,
						  char id[TONG_HEX], tong_error *);
/* A key object as PEM, malloc'd; NULL when memory is out. */
char *tong__public_key_pem(const json_t *key);

#endif
