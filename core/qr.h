/* QR codes: text to the squares of a code, as the path of an SVG picture. */
#ifndef TONG_CORE_QR_H
#define TONG_CORE_QR_H

#include "core/buf.h"

/* The quiet zone around a code, in squares: without it paper copies are not read. */
#define TONG_QR_QUIET 4

/* Appends the d of an SVG path whose strokes, one square wide, are the dark squares of 'text';
 * *side is the width of the picture in squares, quiet zone included. Error correction is the
 * least one (paper and screens are clean, squares shall be large). TONG_E_LIMIT when the text is
 * too long for a code, TONG_E_NOMEM. */
int tong__qr_path(const char *text, struct tong__buf *out, int *side);
/* The same as a whole SVG document. */
int tong__qr_svg(const char *text, struct tong__buf *out);

#endif
