/* The door to libqrencode: from a text to an SVG path, the same bytes on every machine. */
#include "core/qr.h"

#include <errno.h>
#include <qrencode.h>
#include <string.h>

#include "tong/error.h"

/* A number of up to three digits, more than a QR code has squares at a side; returns its end. */
static char *number(char *to, int n)
{
	if (n >= 100)
		*to++ = (char)('0' + n / 100);
	if (n >= 10)
		*to++ = (char)('0' + n / 10 % 10);
	*to++ = (char)('0' + n % 10);
	return to;
}

/* "M4 5.5h7": from there seven to the right. A code has some hundred of them. */
static void stroke(struct tong__buf *out, int x, int y, int n)
{
	char text[32], *to = text;

	*to++ = 'M';
	to = number(to, x);
	*to++ = ' ';
	to = number(to, y);
	memcpy(to, ".5h", 3);
	to = number(to + 3, n);
	tong__buf_add(out, text, (size_t)(to - text));
}

/* One row: a stroke for each run of dark squares. */
static void row(struct tong__buf *out, const unsigned char *squares, int width, int y)
{
	int from, x = 0;

	while (x < width) {
		if (!(squares[x] & 1)) {
			x++;
			continue;
		}
		for (from = x; x < width && (squares[x] & 1); x++)
			;
		stroke(out, from + TONG_QR_QUIET, y + TONG_QR_QUIET, x - from);
	}
}

int tong__qr_path(const char *text, struct tong__buf *out, int *side)
{
	/* Digits, capitals and a few signs take less room than other bytes: the library splits. */
	QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);

	if (!code)
		return errno == ENOMEM ? TONG_E_NOMEM : TONG_E_LIMIT;
	for (int y = 0; y < code->width; y++)
		row(out, code->data + y * code->width, code->width, y);
	*side = code->width + 2 * TONG_QR_QUIET;
	QRcode_free(code);
	return out->failed;
}

int tong__qr_svg(const char *text, struct tong__buf *out)
{
	struct tong__buf path;
	int side = 0, rc;

	tong__buf_init(&path, 1 << 16);
	rc = tong__qr_path(text, &path, &side);
	if (rc == 0)
		rc = tong__buf_addf(out,
		                    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
		                    "shape-rendering=\"crispEdges\">"
		                    "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/>"
		                    "<path stroke=\"#000\" d=\"%s\"/></svg>\n",
		                    side, side, side, side, path.data);
	tong__buf_free(&path);
	return rc;
}
