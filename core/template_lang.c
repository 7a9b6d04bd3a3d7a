/* Marks Chinese inside a page of another language, so that it is read aloud and drawn as Chinese
 * (X4). */
#include <string.h>

#include "core/template_op.h"

#define BEGIN "<span lang=\"zh-CN\">"
#define END "</span>"

/* Length of the character at s when it is Chinese (ideographs, their punctuation, full width). */
static size_t chinese(const char *s, const char *end)
{
	const unsigned char *u = (const unsigned char *)s;
	unsigned c;

	if (end - s >= 4 && u[0] == 0xf0)
		return u[1] >= 0xa0 ? 4 : 0;
	if (end - s < 3 || (u[0] & 0xf0) != 0xe0)
		return 0;
	c = (u[0] & 15u) << 12 | (u[1] & 63u) << 6 | (u[2] & 63u);
	return (c >= 0x2e80 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
	       (c >= 0xff00 && c <= 0xffef) ? 3 : 0;
}

static size_t find(const char *s, const char *end)
{
	const char *from = s;

	while (s < end && !chinese(s, end))
		s++;
	return (size_t)(s - from);
}

/* A run may hold numbers and spaces, when Chinese follows. */
static size_t run(const char *s, const char *end)
{
	const char *from = s, *last = s;
	size_t n;

	for (; s < end; s += n) {
		n = chinese(s, end);
		if (n)
			last = s + n;
		else if (!memchr("0123456789 .,:/-", *s, 16))
			break;
		else
			n = 1;
	}
	return (size_t)(last - from);
}

static void put(struct tong__buf *out, const char *s, const char *end, bool escape)
{
	size_t len;

	while (s < end) {
		len = find(s, end);
		if (escape)
			tong__escape_text(out, s, len);
		else
			tong__buf_add(out, s, len);
		s += len;
		len = run(s, end);
		if (len) {
			tong__buf_adds(out, BEGIN);
			tong__buf_add(out, s, len);
			tong__buf_adds(out, END);
		}
		s += len;
	}
}

int tong__escape_prose(struct tong__buf *out, const char *s, size_t n)
{
	put(out, s, s + n, true);
	return out->failed;
}

int tong__escape_among(struct tong__buf *out, const char *s, size_t n, const char *lang)
{
	bool foreign = n && find(s, s + n) == n;

	if (foreign) {
		tong__buf_adds(out, "<span lang=\"");
		tong__escape_text(out, lang, strlen(lang));
		tong__buf_adds(out, "\">");
	}
	tong__escape_text(out, s, n);
	if (foreign)
		tong__buf_adds(out, END);
	return out->failed;
}

int tong__mark_text(struct tong__buf *out, const char *s, size_t n)
{
	put(out, s, s + n, false);
	return out->failed;
}
