/* gzip and zstd for what is served: the door to zlib, and the agent's use of zstd's encoder. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "agent/serve_press.h"
#include "core/text.h"

/*
 * Measured over the 1,335 guides of a county (7.4 KB each) and its open data (210 KB):
 *
 *               gzip -6            zstd -3          zstd -6          zstd -12
 *   guide       2970 B, 114 us     3124 B, 37 us    3053 B, 87 us    2970 B, 523 us
 *   data        30.9 KB, 4.0 ms    31.1 KB, 0.8 ms  27.6 KB, 3.1 ms  26.7 KB, 14 ms
 *
 * Higher levels of gzip gain under 3 %. The work is done once for each page and release.
 */
#define GZIP_LEVEL 6
#define ZSTD_LEVEL 6
#define WINDOW     (15 + 16) /* 32 KB, as gzip */
#define SHORT      300 /* bytes: one packet either way */

struct tong__press {
	z_stream gzip; /* reset for each page: making one anew costs as much as a page */
};

struct tong__press *tong__press_new(void)
{
	struct tong__press *p = calloc(1, sizeof *p);

	if (p && deflateInit2(&p->gzip, GZIP_LEVEL, Z_DEFLATED, WINDOW, 8, Z_DEFAULT_STRATEGY)) {
		free(p);
		return NULL;
	}
	return p;
}

void tong__press_free(struct tong__press *p)
{
	if (!p)
		return;
	deflateEnd(&p->gzip);
	free(p);
}

static bool gains(const struct tong__body *k)
{
	static const char *const kinds[] = { "text/", "application/", "image/svg", NULL };

	for (size_t i = 0; kinds[i]; i++)
		if (tong__starts(k->type, kinds[i]))
			return k->n >= SHORT;
	return false;
}

/* The length, or 0. */
static size_t gzip(z_stream *z, const struct tong__body *k, char *out, size_t room)
{
	if (deflateReset(z) != Z_OK)
		return 0;
	z->next_in = (Bytef *)(uintptr_t)k->bytes;
	z->avail_in = (uInt)k->n;
	z->next_out = (Bytef *)out;
	z->avail_out = (uInt)room;
	return deflate(z, Z_FINISH) == Z_STREAM_END ? room - z->avail_out : 0;
}

static size_t zstd(const struct tong__body *k, char *out, size_t room)
{
	size_t n = ZSTD_compress(out, room, k->bytes, k->n, ZSTD_LEVEL);

	return ZSTD_isError(n) ? 0 : n;
}

struct tong__body *tong__press(struct tong__press *p, struct tong__body *k, enum tong__coding c)
{
	size_t n = 0, room = k->n - k->n / 16; /* one that gains less is sent as it is */
	char *out = c != TONG_PLAIN && !k->to && gains(k) ? malloc(room) : NULL;
	struct tong__body *made = NULL;

	if (out)
		n = c == TONG_GZIP ? gzip(&p->gzip, k, out, room) : zstd(k, out, room);
	if (n)
		made = tong__body_new(out, n, k->type, NULL);
	free(out);
	if (!made)
		return tong__body_hold(k);
	made->coding = c;
	memcpy(made->version, k->version, sizeof made->version);
	return made;
}
