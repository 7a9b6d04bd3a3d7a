/* The first root of a province: made here, or made here and signed elsewhere. */
#ifndef TONG_PUBLISHER_KEYS_ROOT_H
#define TONG_PUBLISHER_KEYS_ROOT_H

#include "publisher/keys.h"

/* Writes DIR/1.root.json, signed by the key "root" of this keyring. Where only its public half is
 * here, DIR/requests/1.root.request is written instead, for whoever has the other (S3), and
 * TONG_E_SIGNATURE returned; the next call takes the answer (S5), one of the NULL-ended 'answers'
 * (NULL: none) or one that lies beside the request. */
int tong__keys_first_root(const char *dir, int64_t now, struct tong__keys *,
						  const char *const answers[], tong_error *);

#endif
