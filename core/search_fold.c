/* Folding: full-width forms, capitals and numerals become plain ones; marks and blanks go. */
#include "core/search_fold.h"

#include <stdbool.h>
#include <string.h>

#include "core/text.h"

/* Everything ASCII but letters and digits, and the blocks of punctuation, symbols and pictures. */
static bool is_mark(uint32_t c)
{
	if (c < 0x80)
		return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'));
	if (c == 0xAA || c == 0xB5 || c == 0xBA)
		return false;
	return c < 0xC0 || c == 0xD7 || c == 0xF7 || (c >= 0x2000 && c < 0x2C00) ||
	       (c >= 0x3000 && c <= 0x3004) || (c >= 0x3008 && c <= 0x3020) || c == 0x3030 ||
	       c == 0x30FB || (c >= 0x3200 && c < 0x3400) || (c >= 0xFE30 && c <= 0xFE6F) ||
	       c == 0xFEFF || (c >= 0xFF5F && c <= 0xFF65) || (c >= 0x1F000 && c < 0x1FB00);
}

/* Roman numerals as letters. */
static size_t roman(uint32_t c, uint32_t out[4])
{
	static const char *const small[] = {"i", "ii", "iii", "iv", "v", "vi",
	                                    "vii", "viii", "ix", "x", "xi", "xii"};
	size_t i = c < 0x2170 ? c - 0x2160 : c - 0x2170, n = strlen(small[i]);

	for (size_t k = 0; k < n; k++)
		out[k] = (uint32_t)small[i][k];
	return n;
}

size_t tong__search_fold_one(uint32_t c, uint32_t out[4])
{
	if ((c >= 0x2160 && c <= 0x216B) || (c >= 0x2170 && c <= 0x217B))
		return roman(c, out);
	if (c >= 0x2460 && c <= 0x2468)
		c = c - 0x2460 + '1';
	if (c >= 0xFF01 && c <= 0xFF5E)
		c -= 0xFEE0;
	if (c >= 'A' && c <= 'Z')
		c += 32;
	if (is_mark(c))
		return 0;
	out[0] = c;
	return 1;
}

size_t tong__search_fold(const char *text, size_t n, uint32_t *out, size_t max)
{
	const char *p = text, *end = text + n;
	uint32_t one[4];
	size_t len = 0;

	while (p < end) {
		size_t k = tong__search_fold_one(tong__utf8_next(&p, end), one);

		for (size_t i = 0; i < k && len < max; i++)
			out[len++] = one[i];
	}
	return len;
}
