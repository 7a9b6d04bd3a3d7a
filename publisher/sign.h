/* Private keys: made, loaded, saved, and signing. No other file sees one. */
#ifndef TONG_PUBLISHER_SIGN_H
#define TONG_PUBLISHER_SIGN_H

#include <jansson.h>

#include "core/buf.h"
#include "core/err.h"

struct tong__signer;

/* A new Ed25519 key. */
int tong__signer_generate(struct tong__signer **out, tong_error *);

/* A PEM file: Ed25519, ECDSA P-256 or P-384, RSA from 2048 bit; not encrypted. TONG_E_ABSENT when
 * there is no such file, TONG_E_KEY when it holds no key of these. */
int tong__signer_load(struct tong__signer **out, const char *path, tong_error *);

/* As PKCS#8 PEM that only its owner may read. Never replaces a file. */
int tong__signer_save(const struct tong__signer *, const char *path, tong_error *);

void tong__signer_free(struct tong__signer *);

/* The TUF key object {keytype, scheme, keyval{public}} (T5), borrowed; and its id, 64 hex digits.
 */
json_t *tong__signer_public(const struct tong__signer *);
const char *tong__signer_id(const struct tong__signer *);

/* Appends the signature over these bytes in hex. Ed25519 and RSA-PSS with a fixed salt length;
 * ECDSA and RSA signatures differ each time. */
int tong__signer_sign(const struct tong__signer *, const void *msg, size_t n, struct tong__buf *hex,
                      tong_error *);

#endif
