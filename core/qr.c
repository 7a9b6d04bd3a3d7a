/* The door to libqrencode: from a text to an SVG path, the same bytes on every machine. */
#include "core/qr.h"

#include <errno.h>
#include <qrencode.h>

#include "tong/error.h"

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
		tong__buf_addf(out, "M%d %d.5h%d", from + TONG_QR_QUIET, y + TONG_QR_QUIET, x - from);
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
