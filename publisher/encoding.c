/* What a source file may be made of, before anybody asks what it says. */
#include "publisher/encoding.h"

#include <string.h>

#include "core/message.h"
#include "core/text.h"

void tong__place_of(const char *text, size_t offset, unsigned *line, unsigned *column)
{
	const char *start = text;

	*line = 1;
	for (const char *p = text; p < text + offset; p++)
		if (*p == '\n') {
			start = p + 1;
			++*line;
		}
	*column = (unsigned)tong__utf8_count(start, (size_t)(text + offset - start)) + 1;
}

static void report(const char *rule, const char *path, const char *text, size_t offset,
                   const char *wanted, const char *found, struct tong__findings *fs)
{
	unsigned line, column;

	tong__place_of(text, offset, &line, &column);
	tong__find(fs, rule, path, line, column, "", path, wanted, "%s", tong__text(found));
}

/* Control characters other than tab and line feed; n when there is none. */
static size_t first_control(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
			return i;
	}
	return n;
}

/* The line with which Git begins what the other side wrote; NULL when there is none. */
static const char *conflict(const char *text, size_t n)
{
	static const char mark[] = "<<<<<<< ";
	const char *end = text + n, *p = text;

	while (p && (size_t)(end - p) >= sizeof mark - 1) {
		if (!memcmp(p, mark, sizeof mark - 1))
			return p;
		p = memchr(p, '\n', (size_t)(end - p));
		p = p ? p + 1 : NULL;
	}
	return NULL;
}

bool tong__encoding_check(const char *path, const char *text, size_t n, struct tong__findings *fs)
{
	const char *both = conflict(text, n);
	size_t bad;

	if (both)
		report("file-conflict", path, text, (size_t)(both - text),
		       "the text as it was merged", "the marks of a conflict that Git left", fs);
	if (!tong__utf8_valid(text, n, &bad)) {
		report("file-encoding", path, text, bad, "text in UTF-8", "bytes that are not UTF-8", fs);
		return false;
	}
	if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		report("file-encoding", path, text, 0, "UTF-8 without BOM",
		       "a BOM at the beginning of the file", fs);
		return true;
	}
	bad = first_control(text, n);
	if (bad < n && text[bad] == '\r')
		report("file-encoding", path, text, bad, "lines that end with LF only",
		       "a carriage return (line ends of Windows)", fs);
	else if (bad < n)
		report("file-encoding", path, text, bad, "text without control characters",
		       "a control character", fs);
	return true;
}
