/* A folder of keys: NAME.pem for each role, and 1.root.json, the root that nodes pin. */
#ifndef TONG_PUBLISHER_KEYS_H
#define TONG_PUBLISHER_KEYS_H

#include <stdint.h>

#include "core/record.h"
#include "publisher/sign.h"

#define TONG_DAYS_ROOT 730

struct tong__keys;

/* Makes the folder, an Ed25519 key for each role that has none yet (root targets snapshot timestamp
 * base site local), and last 1.root.json. Where 1.root.json is, all is done already: TONG_E_USAGE,
 * nothing is touched. Can be called again after a crash. */
int tong__keys_init(const char *dir, int64_t now, tong_error *);

/* Reads 1.root.json and every key there is: a machine that only renews the timestamp needs only
 * that key. */
int tong__keys_open(struct tong__keys **out, const char *dir, tong_error *);
void tong__keys_free(struct tong__keys *);

struct tong__str tong__keys_root(const struct tong__keys *); /* the bytes of 1.root.json */

/* The key of a role, NULL when the folder has none. Every region's role ("r511602") has the key
 * "local". */
const struct tong__signer *tong__keys_find(const struct tong__keys *, const char *role);

/* Names of the files without ".pem", NULL past the last. */
const char *tong__keys_name(size_t i);

#endif
