/* SHA-256, SHA-512 and hex: the door to libcrypto's digests. */

/* libcrypto would rather see EVP, but these functions allocate nothing and cannot fail: a digest
 * that can fail needs an error path in every caller, each a place where bytes go on unverified. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

#include "core/hash.h"

struct tong__hasher {
	SHA256_CTX ctx;
};

void tong__sha256(const void *p, size_t n, struct tong__hash *out)
{
	SHA256_CTX ctx;

	SHA256_Init(&ctx);
	SHA256_Update(&ctx, p, n);
	SHA256_Final(out->b, &ctx);
}

struct tong__hasher *tong__hasher_new(void)
{
	struct tong__hasher *h = malloc(sizeof *h);

	if (h)
		SHA256_Init(&h->ctx);
	return h;
}

void tong__hasher_add(struct tong__hasher *h, const void *p, size_t n)
{
	SHA256_Update(&h->ctx, p, n);
}

void tong__hasher_final(struct tong__hasher *h, struct tong__hash *out)
{
	SHA256_Final(out->b, &h->ctx);
	SHA256_Init(&h->ctx);
}

void tong__hasher_free(struct tong__hasher *h)
{
	free(h);
}

void tong__sha512_hex(const void *p, size_t n, char out[129])
{
	unsigned char b[SHA512_DIGEST_LENGTH];
	SHA512_CTX ctx;

	SHA512_Init(&ctx);
	SHA512_Update(&ctx, p, n);
	SHA512_Final(b, &ctx);
	tong__hex(b, sizeof b, out);
}

bool tong__hash_equal(const struct tong__hash *a, const struct tong__hash *b)
{
	return memcmp(a->b, b->b, TONG_HASH) == 0;
}

void tong__hash_hex(const struct tong__hash *h, char out[TONG_HEX])
{
	tong__hex(h->b, TONG_HASH, out);
}

bool tong__hash_parse(const char *hex64, struct tong__hash *out)
{
	struct tong__hash h;

	if (strspn(hex64, "0123456789abcdef") != 2 * TONG_HASH || hex64[2 * TONG_HASH])
		return false;
	if (tong__unhex(hex64, h.b, TONG_HASH) != TONG_HASH)
		return false;
	*out = h;
	return true;
}

void tong__hex(const void *p, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *b = p;
	size_t i;

	for (i = 0; i < n; i++) {
		*out++ = digits[b[i] >> 4];
		*out++ = digits[b[i] & 15];
	}
	*out = '\0';
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

long tong__unhex(const char *hex, unsigned char *out, size_t max)
{
	size_t n;

	for (n = 0; hex[2 * n]; n++) {
		int hi = digit(hex[2 * n]), lo = hi < 0 ? -1 : digit(hex[2 * n + 1]);

		if (lo < 0 || n == max)
			return -1;
		out[n] = (unsigned char)(hi << 4 | lo);
	}
	return (long)n;
}
