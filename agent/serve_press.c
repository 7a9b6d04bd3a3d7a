/* gzip, Brotli and zstd for what is served: the door to zlib and to Brotli's encoder. */
#include <brotli/encode.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "agent/serve_press.h"
#include "core/text.h"

/*
 * Measured over 1,300 guides of a county (6.5 KB each) and its 33 files of open data (90 KB each):
 *
 *           gzip -6           br -4             br -5             br -7             zstd -6
 *   guide   2852 B, 79 us     2822 B, 120 us    2410 B, 110 us    2339 B, 131 us    2927 B, 56 us
 *   data    15.9 KB, 1.8 ms   15.6 KB, 0.8 ms   13.9 KB, 1.4 ms   13.7 KB, 3.1 ms   15.0 KB, 0.8 ms
 *
 * br -11 (1.5 times shorter than gzip) takes 4.4 ms a guide, 40 times the rendering. Higher levels
 * of gzip gain under 3 %. The work is done once for each page and release.
 */
#define GZIP_LEVEL 6
#define BR_LEVEL   5
#define ZSTD_LEVEL 6
#define WINDOW     (15 + 16) /* 32 KB, as gzip */
#define BR_WINDOW  18        /* 256 KB: more gains 2 % of files over a MB, for twice the memory */
#define SHORT      300       /* bytes: one packet either way */

/* Of what Brotli's encoder asks for on a page to 64 KB, two pieces are nearly all. They are kept:
 * the system gives and clears such memory anew each time, which costs more than the page. */
#define N_PIECES 2
static const size_t piece_sizes[N_PIECES] = { 96u << 10, 512u << 10 };

struct tong__press {
	z_stream gzip; /* reset for each page: making one anew costs as much as a page */
	struct {
		void *at;
		bool lent;
	} pieces[N_PIECES];
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
	for (size_t i = 0; i < N_PIECES; i++)
		free(p->pieces[i].at);
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

static void *lend(void *press, size_t n)
{
	struct tong__press *p = press;
	size_t i = 0;

	while (i < N_PIECES && (p->pieces[i].lent || n > piece_sizes[i] || n <= piece_sizes[i] / 2))
		i++;
	if (i == N_PIECES)
		return malloc(n);
	if (!p->pieces[i].at)
		p->pieces[i].at = malloc(piece_sizes[i]);
	p->pieces[i].lent = p->pieces[i].at != NULL;
	return p->pieces[i].at;
}

static void take_back(void *press, void *piece)
{
	struct tong__press *p = press;

	for (size_t i = 0; piece && i < N_PIECES; i++)
		if (piece == p->pieces[i].at) {
			p->pieces[i].lent = false;
			return;
		}
	free(piece);
}

/* A window that just holds the page takes less time to set up. */
static uint32_t window_for(size_t n)
{
	uint32_t window = BROTLI_MIN_WINDOW_BITS;

	while (window < BR_WINDOW && ((size_t)1 << window) < n + 16)
		window++;
	return window;
}

static size_t brotli(struct tong__press *p, const struct tong__body *k, char *out, size_t room)
{
	BrotliEncoderState *s = BrotliEncoderCreateInstance(lend, take_back, p);
	const uint8_t *in = (const uint8_t *)k->bytes;
	uint8_t *to = (uint8_t *)out;
	size_t left = k->n, free_room = room;
	bool whole;

	if (!s)
		return 0;
	BrotliEncoderSetParameter(s, BROTLI_PARAM_QUALITY, BR_LEVEL);
	BrotliEncoderSetParameter(s, BROTLI_PARAM_LGWIN, window_for(k->n));
	BrotliEncoderSetParameter(s, BROTLI_PARAM_MODE, BROTLI_MODE_TEXT);
	BrotliEncoderSetParameter(s, BROTLI_PARAM_SIZE_HINT, (uint32_t)k->n);
	whole = BrotliEncoderCompressStream(s, BROTLI_OPERATION_FINISH, &left, &in, &free_room, &to,
										NULL) &&
			BrotliEncoderIsFinished(s);
	BrotliEncoderDestroyInstance(s);
	return whole ? room - free_room : 0;
}

static size_t zstd(const struct tong__body *k, char *out, size_t room)
{
	size_t n = ZSTD_compress(out, room, k->bytes, k->n, ZSTD_LEVEL);

	return ZSTD_isError(n) ? 0 : n;
}

static size_t press(struct tong__press *p, const struct tong__body *k, enum tong__coding c,
					char *out, size_t room)
{
	if (c == TONG_GZIP)
		return gzip(&p->gzip, k, out, room);
	return c == TONG_BR ? brotli(p, k, out, room) : zstd(k, out, room);
}

struct tong__body *tong__press(struct tong__press *p, struct tong__body *k, enum tong__coding c)
{
	size_t n = 0, room = k->n - k->n / 16; /* one that gains less is sent as it is */
	char *out = c != TONG_PLAIN && !k->to && gains(k) ? malloc(room) : NULL;
	struct tong__body *made = NULL;

	if (out)
		n = press(p, k, c, out, room);
	if (n)
		made = tong__body_new(out, n, k->type, NULL);
	free(out);
	if (!made)
		return tong__body_hold(k);
	made->coding = c;
	memcpy(made->version, k->version, sizeof made->version);
	return made;
}
