/* Readings of a character: the table of syllables, sorted by character. */
#include "core/pinyin.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"

struct entry {
	uint32_t cp;
	uint16_t row;
};

struct tong__pinyin {
	struct entry *at;
	size_t n;
};

static int by_character(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;

	if (a->cp != b->cp)
		return a->cp < b->cp ? -1 : 1;
	return (int)a->row - (int)b->row;
}

static size_t count_all(void)
{
	size_t n = 0;

	for (const char *const *row = tong__pinyin_table; *row; row++)
		n += tong__utf8_count(*row, strlen(*row));
	return n;
}

static size_t letters(const char *row)
{
	return strspn(row, "abcdefghijklmnopqrstuvwxyz");
}

struct tong__pinyin *tong__pinyin_new(void)
{
	struct tong__pinyin *p = calloc(1, sizeof *p);

	if (p)
		p->at = calloc(count_all(), sizeof *p->at);
	if (!p || !p->at) {
		free(p);
		return NULL;
	}
	for (uint16_t i = 0; tong__pinyin_table[i]; i++) {
		const char *s = tong__pinyin_table[i], *end = s + strlen(s);

		for (s += letters(s); s < end;)
			p->at[p->n++] = (struct entry){tong__utf8_next(&s, end), i};
	}
	qsort(p->at, p->n, sizeof *p->at, by_character);
	return p;
}

void tong__pinyin_free(struct tong__pinyin *p)
{
	if (p)
		free(p->at);
	free(p);
}

size_t tong__pinyin_of(const struct tong__pinyin *p, uint32_t cp,
                       struct tong__syllable out[TONG_READINGS])
{
	size_t lo = 0, hi = p->n, n = 0;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (p->at[mid].cp < cp)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < p->n && p->at[lo].cp == cp && n < TONG_READINGS; lo++) {
		const char *row = tong__pinyin_table[p->at[lo].row];

		out[n++] = (struct tong__syllable){row, letters(row)};
	}
	return n;
}
