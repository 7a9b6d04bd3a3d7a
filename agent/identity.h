/* Who this node is: an Ed25519 key in the store's folder, and the ids of other nodes (FORMAT U1).
 */
#ifndef TONG_AGENT_IDENTITY_H
#define TONG_AGENT_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

#include "core/err.h"

#define TONG_NODE_ID     65  /* 64 hex digits and NUL: the public key */
#define TONG_NODE_SIG    129 /* a signature in hex */
#define TONG_NODE_SPOKEN 20  /* "XXXX-XXXX-XXXX-XXXX" */

struct tong__identity;

/* DIR/node.key. 'make': one that is missing is made, in a way that two who make it at once get the
 * same. TONG_E_ABSENT, TONG_E_KEY when others can read it or it is no such key. */
int tong__identity_open(struct tong__identity **out, const char *dir, bool make, tong_error *);
void tong__identity_close(struct tong__identity *); /* NULL is fine */
const char *tong__identity_id(const struct tong__identity *);
int tong__identity_sign(const struct tong__identity *, const void *msg, size_t n,
						char sig[TONG_NODE_SIG], tong_error *);

/* 64 hex digits, lower case. */
bool tong__node_id_valid(const char *);
/* 'sig' (128 hex digits) is that of the node over these bytes. */
bool tong__node_verify(const char *id, const void *msg, size_t n, const char *sig);
/* What is read out by telephone to compare an id. */
void tong__node_spoken(const char *id, char out[TONG_NODE_SPOKEN]);

#endif
