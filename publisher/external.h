/* Signing by another program: a key that lives in an HSM or a smart card (FORMAT E1-E6). */
#ifndef TONG_PUBLISHER_EXTERNAL_H
#define TONG_PUBLISHER_EXTERNAL_H

#include <jansson.h>

#include "core/buf.h"
#include "core/err.h"

/* Reads NAME.signer (E1): a list of words, new reference. TONG_E_ABSENT when there is no such file,
 * TONG_E_KEY when others can change it. */
int tong__external_read(const char *path, json_t **command, tong_error *);

/* The public key that the command tells (E3), appended as PEM. */
int tong__external_public(const json_t *command, const char *subject, struct tong__buf *pem,
						  tong_error *);

/* Appends the signature over these bytes in hex (E4), once it was verified with 'key', the TUF key
 * object (E6). */
int tong__external_sign(const json_t *command, const json_t *key, const void *msg, size_t n,
						struct tong__buf *hex, tong_error *);

#endif
