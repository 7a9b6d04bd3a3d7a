/* Text as offices send it: encodings to UTF-8 and back, stray blanks, full-width letters. */
#include "publisher/sheet.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "core/text.h"

static unsigned line_of(const char *bytes, size_t offset)
{
	unsigned line = 1;

	for (size_t i = 0; i < offset; i++)
		line += bytes[i] == '\n';
	return line;
}

static int nomem_or_limit(struct tong__buf *out, const char *subject, tong_error *err)
{
	if (out->failed == TONG_E_LIMIT)
		return tong__fail(err, TONG_E_LIMIT, subject, "more than %zu MB of text", out->max >> 20);
	return tong__fail_nomem(err);
}

/* *bad: offset of what cannot be converted. */
static int convert(const char *from, const char *to, const char *bytes, size_t n,
                   struct tong__buf *out, size_t *bad)
{
	iconv_t cd = iconv_open(to, from);
	char *in = (char *)bytes, chunk[4096];
	int rc = 0;

	*bad = 0;
	if (cd == (iconv_t)-1)
		return -1;
	while (n && !rc) {
		char *o = chunk;
		size_t left = sizeof chunk;

		if (iconv(cd, &in, &n, &o, &left) == (size_t)-1 && errno != E2BIG)
			rc = -1;
		if (tong__buf_add(out, chunk, sizeof chunk - left))
			break;
	}
	*bad = (size_t)(in - bytes);
	iconv_close(cd);
	return rc;
}

static int from_other(const char *encoding, const char *bytes, size_t n, const char *subject,
                      struct tong__buf *out, tong_error *err)
{
	size_t bad;

	if (convert(encoding, "UTF-8", bytes, n, out, &bad))
		return tong__fail(err, TONG_E_ENCODING, subject,
		                  "line %u: neither UTF-8 nor %s; save it as “CSV UTF-8” or .xlsx",
		                  line_of(bytes, bad), encoding);
	if (tong__buf_adds(out, ""))
		return nomem_or_limit(out, subject, err);
	if (memchr(out->data, '\0', out->len))
		return tong__fail(err, TONG_E_ENCODING, subject, "it holds NUL characters and is no "
		                  "text");
	return 0;
}

int tong__text_decode(const char *bytes, size_t n, const char *subject, struct tong__buf *out,
                      tong_error *err)
{
	size_t bad = 0;

	if (n >= 2 && !memcmp(bytes, "\xff\xfe", 2))
		return from_other("UTF-16LE", bytes + 2, n - 2, subject, out, err);
	if (n >= 2 && !memcmp(bytes, "\xfe\xff", 2))
		return from_other("UTF-16BE", bytes + 2, n - 2, subject, out, err);
	if (n >= 3 && !memcmp(bytes, "\xef\xbb\xbf", 3)) {
		bytes += 3;
		n -= 3;
	}
	if (memchr(bytes, '\0', n))
		return tong__fail(err, TONG_E_ENCODING, subject, "it holds NUL characters and is no "
		                  "text");
	if (!tong__utf8_valid(bytes, n, &bad))
		return from_other("GB18030", bytes, n, subject, out, err);
	return tong__buf_add(out, bytes, n) ? nomem_or_limit(out, subject, err) : 0;
}

int tong__text_encode(const char *utf8, size_t n, enum tong__sheet_encoding e,
                      struct tong__buf *out, tong_error *err)
{
	size_t bad;

	if (e == TONG__SHEET_GB18030) {
		if (convert("UTF-8", "GB18030", utf8, n, out, &bad))
			return tong__fail(err, TONG_E_ENCODING, NULL, "line %u cannot be written in GB18030",
			                  line_of(utf8, bad));
	} else {
		tong__buf_adds(out, "\xef\xbb\xbf");
		tong__buf_add(out, utf8, n);
	}
	return out->failed ? nomem_or_limit(out, NULL, err) : 0;
}

static bool is_blank(uint32_t cp)
{
	return cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0x85 || cp == 0xa0 || cp == 0x3000 ||
	       (cp >= 0x2000 && cp <= 0x200d) || cp == 0x2028 || cp == 0x2029 || cp == 0x202f ||
	       cp == 0x205f || cp == 0x2060 || cp == 0xfeff;
}

const char *tong__text_trim(const char *s, size_t *n)
{
	const char *end = s + strlen(s), *p = s, *last = NULL;

	while (p < end) {
		const char *at = p;

		if (is_blank(tong__utf8_next(&p, end)))
			continue;
		if (!last)
			s = at;
		last = p;
	}
	*n = last ? (size_t)(last - s) : 0;
	return s;
}

/* Full-width forms of ASCII are their half-width ones plus a constant; punctuation of headers
 * that varies. */
static uint32_t half_width(uint32_t cp)
{
	if (cp >= 0xff01 && cp <= 0xff5e)
		cp -= 0xfee0;
	switch (cp) {
	case 0x3014: case 0x3010: return '(';   /* 〔 【 */
	case 0x3015: case 0x3011: return ')';
	case 0x30fb: case 0x2022: case 0xff65: return 0xb7;   /* middle dots */
	default: return cp;
	}
}

/* What forms put beside the name of a column that must be filled in. */
static void drop_marks(struct tong__buf *b)
{
	static const char *const marks[] = {"*", "(必填)", "(选填)", "(参考)"};

	for (size_t i = 0; b->data && i < sizeof marks / sizeof *marks; i++) {
		size_t n = strlen(marks[i]);

		if (b->len > n && tong__starts(b->data, marks[i])) {
			memmove(b->data, b->data + n, b->len - n + 1);
			b->len -= n;
		}
		if (b->len > n && tong__ends(b->data, marks[i])) {
			b->len -= n;
			b->data[b->len] = '\0';
		}
	}
}

int tong__text_fold(const char *s, struct tong__buf *out)
{
	const char *end = s + strlen(s);
	char utf8[4];

	tong__buf_clear(out);
	while (s < end) {
		uint32_t cp = half_width(tong__utf8_next(&s, end));

		if (!is_blank(cp))
			tong__buf_add(out, utf8, tong__utf8_put(cp, utf8));
	}
	drop_marks(out);
	return tong__buf_adds(out, "");
}
