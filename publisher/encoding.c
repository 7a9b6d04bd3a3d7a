/* What a source file may be made of, before anybody asks what it says. */
#include "publisher/encoding.h"

#include <string.h>

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
	tong__find(fs, rule, path, line, column, "", path, wanted, "%s", found);
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
		report("file-conflict", path, text, (size_t)(both - text), "合并好的内容",
		       "Git 留下的冲突记号", fs);
	if (!tong__utf8_valid(text, n, &bad)) {
		report("file-encoding", path, text, bad, "UTF-8 文字", "不是 UTF-8 的字节", fs);
		return false;
	}
	if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) {
		report("file-encoding", path, text, 0, "UTF-8 无 BOM", "文件开头的 BOM", fs);
		return true;
	}
	bad = first_control(text, n);
	if (bad < n && text[bad] == '\r')
		report("file-encoding", path, text, bad, "换行只用 LF", "回车符（Windows 换行）", fs);
	else if (bad < n)
		report("file-encoding", path, text, bad, "没有控制字符的文字", "控制字符", fs);
	return true;
}
