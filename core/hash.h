/* SHA-256 and hex; the door to libcrypto's digests. */
#ifndef TONG_CORE_HASH_H
#define TONG_CORE_HASH_H

#include <stdbool.h>
#include <stddef.h>

#define TONG_HASH 32      /* bytes of SHA-256 */
#define TONG_HEX 65       /* its hex form with NUL */

struct tong__hash { unsigned char b[TONG_HASH]; };

/* Whole buffers. */
void tong__sha256(const void *, size_t, struct tong__hash *out);

/* Piece by piece; free is needed even without final. NULL when memory is out. */
struct tong__hasher;
struct tong__hasher *tong__hasher_new(void);
void tong__hasher_add(struct tong__hasher *, const void *, size_t);
/* ready for the next use */
void tong__hasher_final(struct tong__hasher *, struct tong__hash *out);
void tong__hasher_free(struct tong__hasher *);

/* SHA-512 in hex (129 bytes with NUL), for metadata that lists it. */
void tong__sha512_hex(const void *, size_t, char out[129]);

bool tong__hash_equal(const struct tong__hash *, const struct tong__hash *);
void tong__hash_hex(const struct tong__hash *, char out[TONG_HEX]);
/* exactly 64 lower-case digits, then NUL */
bool tong__hash_parse(const char *hex64, struct tong__hash *out);

void tong__hex(const void *, size_t, char *out);                    /* out: 2n + 1 */
/* Even number of hex digits; returns the bytes written, or -1. */
long tong__unhex(const char *hex, unsigned char *out, size_t max);

#endif
