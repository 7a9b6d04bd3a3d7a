/* A zstd frame of one raw block, made by hand: the way past the decoder for a fuzzer of contents.
 */
#ifndef TESTS_FUZZ_RAW_FRAME_H
#define TESTS_FUZZ_RAW_FRAME_H

#include <stdlib.h>
#include <string.h>

#define RAW_MAX (100u << 10) /* a block has 128 KiB at most */

/* 'before' and then the frame, malloc'd; NULL when the content is too long. RFC 8878, 3.1.1. */
static inline char *raw_frame(const char *before, const void *content, size_t n, size_t *size)
{
	size_t b = strlen(before), block = n << 3 | 1;
	char *out = n <= RAW_MAX ? malloc(b + 12 + n + 1) : NULL;

	if (!out)
		return NULL;
	memcpy(out, before, b);
	memcpy(out + b, "\x28\xb5\x2f\xfd\xa0", 5);
	out[b + 5] = (char)n;
	out[b + 6] = (char)(n >> 8);
	out[b + 7] = (char)(n >> 16);
	out[b + 8] = 0;
	out[b + 9] = (char)block;
	out[b + 10] = (char)(block >> 8);
	out[b + 11] = (char)(block >> 16);
	if (n)
		memcpy(out + b + 12, content, n);
	*size = b + 12 + n;
	return out;
}

#endif
