/* One zstd frame in memory, ceiling and prefix given: the door to libzstd's decoder (FORMAT C6). */
#include <stdint.h>
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "core/limits.h"
#include "core/zstd_frame.h"

static const unsigned char magic[4] = {0x28, 0xb5, 0x2f, 0xfd};

size_t tong__zstd_frame_len(const void *src, size_t n)
{
	size_t len;

	/* The magic is looked at first: to libzstd a skippable frame is a frame too. */
	if (n < 6 || memcmp(src, magic, 4) != 0)
		return 0;
	len = ZSTD_findFrameCompressedSize(src, n);
	return ZSTD_isError(len) ? 0 : len;
}

/* The window of the frame header (RFC 8878, 3.1.1.1); the whole content for a single segment. */
static uint64_t window_of(const unsigned char *src, uint64_t content)
{
	uint64_t base;

	if (src[4] & 0x20)
		return content;
	base = (uint64_t)1 << (10 + (src[5] >> 3));
	return base + (base >> 3) * (src[5] & 7);
}

/* Everything that can be refused by looking at the header: nothing is allocated yet. */
static int check_header(const unsigned char *src, size_t n, size_t size, uint64_t *content,
			const char *subject, tong_error *err)
{
	size_t len = tong__zstd_frame_len(src, n);

	if (len == 0)
		return tong__fail(err, TONG_E_FORMAT, subject, "C6: not one whole zstd frame");
	if (len != n)
		return tong__fail(err, TONG_E_FORMAT, subject,
				  "C6: frame of %zu bytes, %zu were told", len, n);
	if (src[4] & 0x04)
		return tong__fail(err, TONG_E_FORMAT, subject, "C6: frame with a checksum");
	if (src[4] & 0x03)
		return tong__fail(err, TONG_E_FORMAT, subject, "C6: frame with a dictionary id");
	*content = ZSTD_getFrameContentSize(src, n);
	if (*content == ZSTD_CONTENTSIZE_UNKNOWN || *content == ZSTD_CONTENTSIZE_ERROR)
		return tong__fail(err, TONG_E_FORMAT, subject, "C6: frame without content size");
	if (window_of(src, *content) > (uint64_t)1 << TONG_MAX_WINDOW_LOG)
		return tong__fail(err, TONG_E_LIMIT, subject, "C6: window larger than %u bytes",
				  1u << TONG_MAX_WINDOW_LOG);
	if (size != SIZE_MAX && *content != size)
		return tong__fail(err, TONG_E_FORMAT, subject,
				  "C6: content of %llu bytes, %zu were told",
				  (unsigned long long)*content, size);
	return 0;
}

static int decode(const void *src, size_t n, const void *prefix, size_t prefix_n, size_t size,
		  struct tong__buf *out, const char *subject, tong_error *err)
{
	ZSTD_DCtx *ctx = ZSTD_createDCtx();
	size_t got;

	if (!ctx)
		return tong__fail_nomem(err);
	got = prefix_n ? ZSTD_DCtx_refPrefix(ctx, prefix, prefix_n) : 0;
	if (!ZSTD_isError(got))
		got = ZSTD_decompressDCtx(ctx, out->data + out->len, size, src, n);
	ZSTD_freeDCtx(ctx);
	if (ZSTD_isError(got) || got != size) {
		out->data[out->len] = '\0';
		if (ZSTD_getErrorCode(got) == ZSTD_error_memory_allocation)
			return tong__fail_nomem(err);
		return tong__fail(err, TONG_E_FORMAT, subject, "C6: broken zstd frame: %s",
				  ZSTD_isError(got) ? ZSTD_getErrorName(got) : "content cut");
	}
	out->len += size;
	out->data[out->len] = '\0';
	return 0;
}

int tong__zstd_read(const void *src, size_t n, const void *prefix, size_t prefix_n, size_t size,
		    struct tong__buf *out, const char *subject, tong_error *err)
{
	uint64_t content = 0;
	int code = check_header(src, n, size, &content, subject, err);

	if (code)
		return code;
	if (content > SIZE_MAX - 1 || tong__buf_reserve(out, (size_t)content)) {
		if (out->failed == TONG_E_NOMEM)
			return tong__fail_nomem(err);
		return tong__fail(err, TONG_E_LIMIT, subject,
				  "C6: content of %llu bytes, the ceiling is %zu",
				  (unsigned long long)content, out->max);
	}
	return decode(src, n, prefix, prefix_n, (size_t)content, out, subject, err);
}
