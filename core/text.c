/* UTF-8, names that are safe in paths, and small string helpers. */
#include <string.h>

#include "core/limits.h"
#include "core/text.h"

/* Of a character beyond ASCII: Unicode standard, table 3-7. */
static size_t sequence(const unsigned char *p, size_t n)
{
	static const struct {
		unsigned char from, to, lo, hi, len;
	} rows[] = {
		{0xc2, 0xdf, 0x80, 0xbf, 2},
		{0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
		{0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
		{0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4},
		{0xf4, 0xf4, 0x80, 0x8f, 4},
	};
	size_t r, i;

	for (r = 0; r < sizeof rows / sizeof *rows; r++)
		if (p[0] >= rows[r].from && p[0] <= rows[r].to)
			break;
	if (r == sizeof rows / sizeof *rows || rows[r].len > n)
		return 0;
	if (p[1] < rows[r].lo || p[1] > rows[r].hi)
		return 0;
	for (i = 2; i < rows[r].len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return rows[r].len;
}

/* ASCII and most Chinese characters, which nearly all text is, are seen at once. */
size_t tong__utf8_len(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;

	if (p[0] < 0x80)
		return 1;
	if (n >= 3 && p[0] >= 0xe1 && p[0] <= 0xec && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80)
		return 3;
	return sequence(p, n);
}

bool tong__utf8_valid(const char *s, size_t n, size_t *bad)
{
	size_t i = 0, len;

	while (i < n) {
		len = s[i] ? tong__utf8_len(s + i, n - i) : 0;
		if (!len) {
			if (bad)
				*bad = i;
			return false;
		}
		i += len;
	}
	return true;
}

uint32_t tong__utf8_next(const char **p, const char *end)
{
	const unsigned char *s = (const unsigned char *)*p;
	size_t len, i;
	uint32_t cp;

	if (*p >= end)
		return 0xfffd;
	len = tong__utf8_len(*p, (size_t)(end - *p));
	if (!len) {
		*p += 1;
		return 0xfffd;
	}
	*p += len;
	if (len == 1)
		return s[0];
	cp = s[0] & (0x7fu >> len);
	for (i = 1; i < len; i++)
		cp = cp << 6 | (s[i] & 0x3fu);
	return cp;
}

size_t tong__utf8_put(uint32_t cp, char out[4])
{
	static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	size_t len, i;

	if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		cp = 0xfffd;
	len = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
	for (i = len - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (cp & 0x3f));
		cp >>= 6;
	}
	out[0] = (char)(len == 1 ? cp : lead[len] | cp);
	return len;
}

size_t tong__utf8_count(const char *s, size_t n)
{
	const char *end = n ? s + n : s;
	size_t count = 0;

	while (s < end) {
		tong__utf8_next(&s, end);
		count++;
	}
	return count;
}

bool tong__is_han(uint32_t cp)
{
	static const struct {
		uint32_t from, to;
	} ranges[] = {
		{0x4e00, 0x9fff},   {0x3400, 0x4dbf},   {0x3005, 0x3005},
		{0x3007, 0x3007},   {0xf900, 0xfaff},   {0x20000, 0x2a6df},
		{0x2a700, 0x2ee5d}, {0x2f800, 0x2fa1f}, {0x30000, 0x323af},
	};
	size_t i;

	for (i = 0; i < sizeof ranges / sizeof *ranges; i++)
		if (cp >= ranges[i].from && cp <= ranges[i].to)
			return true;
	return false;
}

/* ASCII only: isalnum() would ask the locale. */
static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alnum(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A path part that is neither empty nor "." nor "..". */
static bool part_valid(const char *s, size_t n)
{
	return n > 0 && !(s[0] == '.' && (n == 1 || (n == 2 && s[1] == '.')));
}

bool tong__key_valid(const char *s, size_t n)
{
	size_t i, part = 0;

	if (n == 0 || n > TONG_MAX_KEY)
		return false;
	for (i = 0; i < n; i++) {
		if (s[i] == '/') {
			if (!part_valid(s + part, i - part))
				return false;
			part = i + 1;
		} else if (!is_alnum(s[i]) && s[i] != '.' && s[i] != '_' && s[i] != '-') {
			return false;
		}
	}
	return part_valid(s + part, n - part);
}

static bool all_of(const char *s, size_t max, const char *also)
{
	size_t i;

	for (i = 0; s[i]; i++)
		if (i == max || (!is_alnum(s[i]) && !strchr(also, s[i])))
			return false;
	return i > 0;
}

bool tong__id_valid(const char *s)
{
	return all_of(s, 64, "_-");
}

bool tong__item_code_valid(const char *s)
{
	return all_of(s, 40, "-");
}

bool tong__region_code_valid(const char *s)
{
	size_t n = 0;

	while (n <= 12 && is_digit(s[n]))
		n++;
	return s[n] == '\0' && (n == 6 || n == 9 || n == 12);
}

/* Digits that tell the place: 2 province, 4 city, 6 county, 9 township, 12 village. */
static size_t significant(const char *code)
{
	size_t n = strlen(code);

	while (n > 6 && !memcmp(code + n - 3, "000", 3))
		n -= 3;
	while (n <= 6 && n > 2 && !memcmp(code + n - 2, "00", 2))
		n -= 2;
	return n;
}

bool tong__region_within(const char *inner, const char *outer)
{
	size_t n;

	if (!tong__region_code_valid(inner) || !tong__region_code_valid(outer))
		return false;
	n = significant(outer);
	return significant(inner) >= n && !memcmp(inner, outer, n);
}

bool tong__path_safe(const char *s)
{
	const char *part = s;

	for (;; s++) {
		if (*s == '/' || *s == '\0') {
			if (!part_valid(part, (size_t)(s - part)))
				return false;
			if (*s == '\0')
				return true;
			part = s + 1;
		} else if (*s == '\\' || (unsigned char)*s < 0x20 || *s == 0x7f) {
			return false;
		}
	}
}

bool tong__starts(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

bool tong__ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && !memcmp(s + n - m, suffix, m);
}
