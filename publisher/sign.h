/* Private keys: made, loaded, saved, and signing. No other file sees one. */
#ifndef TONG_PUBLISHER_SIGN_H
#define TONG_PUBLISHER_SIGN_H

#include <jansson.h>
#include <stdbool.h>

#include "core/buf.h"
#include "core/err.h"

struct tong__signer;

#define TONG_PASSPHRASE 1024

/* Where a passphrase comes from; 'fresh' for a new key, which a person is asked twice. The caller
 * wipes 'out'. */
struct tong__ask {
	int (*get)(void *arg, const char *name, bool fresh, char out[TONG_PASSPHRASE], tong_error *);
	void *arg;
};

/* A new key; 'kind' is a name of publisher/public_key.h. */
int tong__signer_generate(struct tong__signer **out, const char *kind, tong_error *);

/* A PEM file that only its owner can read (K3): Ed25519, ECDSA P-256 or P-384, RSA from 2048 bit,
 * SM2. 'ask' NULL: no passphrase is to be had. TONG_E_ABSENT when there is no such file, TONG_E_KEY
 * when it holds no key of these, or others can read it. */
int tong__signer_load(struct tong__signer **out, const char *path, const struct tong__ask *ask,
					  tong_error *);

/* Is the key in the file encrypted? The same checks of the file. */
int tong__signer_encrypted(const char *path, bool *out, tong_error *);

/* As PKCS#8 PEM that only its owner may read, encrypted under 'passphrase' unless that is NULL.
 * Never replaces a file. */
int tong__signer_save(const struct tong__signer *, const char *path, const char *passphrase,
					  tong_error *);

void tong__signer_free(struct tong__signer *);

/* The TUF key object {keytype, scheme, keyval{public}} (T5), borrowed; and its id, 64 hex digits.
 */
json_t *tong__signer_public(const struct tong__signer *);
const char *tong__signer_id(const struct tong__signer *);

/* Appends the signature over these bytes in hex, once it was verified with the public half.
 * Ed25519 and RSA-PSS with a fixed salt length; all but Ed25519 differ each time. */
int tong__signer_sign(const struct tong__signer *, const void *msg, size_t n, struct tong__buf *hex,
					  tong_error *);

/* Forgets what stands there, so that the compiler cannot leave it out. */
void tong__wipe(void *, size_t);

#endif
