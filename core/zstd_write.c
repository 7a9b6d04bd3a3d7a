/* One zstd frame from bytes in memory: the only file that sees libzstd's encoder. */
#include "core/zstd_write.h"

#include <zstd.h>

#include "core/limits.h"

#define LEVEL 12 /* C8 */
#define BEST  19 /* measured: a yearly revision is 15 % shorter, for twelve times the CPU … */
#define SMALL (16u << 10) /* … and a head of 8 KB 8 %, for two milliseconds */

static size_t set_up(ZSTD_CCtx *ctx, size_t n, const void *prefix, size_t prefix_n, bool best)
{
	const struct {
		ZSTD_cParameter name;
		int value;
	} set[] = {
		{ZSTD_c_compressionLevel, best || n + prefix_n <= SMALL ? BEST : LEVEL},
		{ZSTD_c_windowLog, TONG_MAX_WINDOW_LOG},
		{ZSTD_c_contentSizeFlag, 1},
		{ZSTD_c_checksumFlag, 0}, /* the group's SHA-256 is signed */
		{ZSTD_c_dictIDFlag, 0},
	};
	size_t i, r = 0;

	for (i = 0; i < sizeof set / sizeof *set && !ZSTD_isError(r); i++)
		r = ZSTD_CCtx_setParameter(ctx, set[i].name, set[i].value);
	if (!ZSTD_isError(r) && prefix_n)
		r = ZSTD_CCtx_refPrefix(ctx, prefix, prefix_n);
	return r;
}

static int write(const void *src, size_t n, const void *prefix, size_t prefix_n, bool best,
                 struct tong__buf *out, tong_error *err)
{
	size_t bound = ZSTD_compressBound(n), r;
	ZSTD_CCtx *ctx;

	if (tong__buf_reserve(out, bound))
		return out->failed == TONG_E_NOMEM
		           ? tong__fail_nomem(err)
		           : tong__fail(err, TONG_E_LIMIT, "zstd", "frames over the ceiling of %zu bytes",
		                        out->max);
	/* A fresh context for each frame: a used one may carry traces of the frame before into its
	 * choices. */
	ctx = ZSTD_createCCtx();
	if (!ctx)
		return tong__fail_nomem(err);
	r = set_up(ctx, n, prefix, prefix_n, best);
	if (!ZSTD_isError(r))
		r = ZSTD_compress2(ctx, out->data + out->len, bound, src, n);
	ZSTD_freeCCtx(ctx);
	if (ZSTD_isError(r))
		return tong__fail(err, TONG_E_NOMEM, "zstd", "cannot compress: %s", ZSTD_getErrorName(r));
	out->len += r;
	out->data[out->len] = '\0';
	return TONG_OK;
}

int tong__zstd_write(const void *src, size_t n, const void *prefix, size_t prefix_n,
                     struct tong__buf *out, tong_error *err)
{
	return write(src, n, prefix, prefix_n, false, out, err);
}

int tong__zstd_write_best(const void *src, size_t n, const void *prefix, size_t prefix_n,
                          struct tong__buf *out, tong_error *err)
{
	return write(src, n, prefix, prefix_n, true, out, err);
}

int tong__zstd_store(const void *src, size_t n, struct tong__buf *out, tong_error *err)
{
	/* Content size in four bytes, no window, checksum or dictionary; then the last block, raw. */
	unsigned char start[12] = "\x28\xb5\x2f\xfd\xa0";
	size_t block = n << 3 | 1;
	int i;

	if (n > TONG_ZSTD_STORED)
		return tong__fail(err, TONG_E_LIMIT, "zstd", "%zu bytes do not fit one block", n);
	for (i = 0; i < 4; i++)
		start[5 + i] = (unsigned char)(n >> 8 * i);
	for (i = 0; i < 3; i++)
		start[9 + i] = (unsigned char)(block >> 8 * i);
	tong__buf_add(out, start, sizeof start);
	tong__buf_add(out, src, n);
	if (out->failed)
		return out->failed == TONG_E_NOMEM
		           ? tong__fail_nomem(err)
		           : tong__fail(err, TONG_E_LIMIT, "zstd", "frames over the ceiling of %zu bytes",
		                        out->max);
	return TONG_OK;
}
