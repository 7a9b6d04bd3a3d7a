/* The word that was probably meant: the nearest one by the number of slips between the two. */
#include "core/suggest.h"

#include <stdio.h>
#include <string.h>

#include "core/message.h"
#include "core/text.h"

#define LONGEST 64   /* characters: no name is longer, and a text is no slip of one */

/* Case and the kind of dash are not what tells words apart. */
static uint32_t plain(uint32_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c + ('a' - 'A');
	return c == '-' ? '_' : c;
}

/* The characters of a word; LONGEST + 1 when there are more. */
static size_t characters(const char *s, uint32_t out[LONGEST])
{
	const char *end = s + strlen(s);
	size_t n = 0;

	while (s < end) {
		if (n == LONGEST)
			return LONGEST + 1;
		out[n++] = plain(tong__utf8_next(&s, end));
	}
	return n;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: three rows of the table of distances are enough. */
static unsigned distance(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	unsigned rows[3][LONGEST + 1], *above2 = rows[0], *above = rows[1], *row = rows[2], *free_row;

	for (size_t j = 0; j <= m; j++)
		above[j] = (unsigned)j;
	for (size_t i = 1; i <= n; i++) {
		row[0] = (unsigned)i;
		for (size_t j = 1; j <= m; j++) {
			row[j] = least(above[j] + 1, row[j - 1] + 1);
			row[j] = least(row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], above2[j - 2] + 1);
		}
		free_row = above2;
		above2 = above;
		above = row;
		row = free_row;
	}
	return above[m];
}

static bool is_digit(uint32_t c)
{
	return c >= '0' && c <= '9';
}

/* A wrong digit cannot be guessed: m0003 is no slip of m0001. */
static bool same_digits(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	size_t i = 0, j = 0;

	for (;; i++, j++) {
		while (i < n && !is_digit(a[i]))
			i++;
		while (j < m && !is_digit(b[j]))
			j++;
		if (i == n || j == m)
			return i == n && j == m;
		if (a[i] != b[j])
			return false;
	}
}

/* How far 'known' is from the word; too far to be meant: UINT_MAX. One slip in three characters is
 * allowed, and something must be right. */
static unsigned far(const char *word, const char *known)
{
	uint32_t a[LONGEST], b[LONGEST];
	size_t n = characters(word, a), m = characters(known, b);
	unsigned d, most;

	if (!n || !m || n > LONGEST || m > LONGEST || !same_digits(a, n, b, m))
		return ~0u;
	most = (unsigned)(n > m ? n : m);
	d = distance(a, n, b, m);
	return d < most && d <= (most < 6 ? 1 : most / 3) ? d : ~0u;
}

struct tong__suggest tong__suggest(const char *word)
{
	return (struct tong__suggest){.word = word, .distance = ~0u};
}

void tong__suggest_try(struct tong__suggest *s, const char *known, const char *label)
{
	unsigned d = far(s->word, known), by_label = label ? far(s->word, label) : ~0u;

	d = least(d, by_label);
	if (d >= s->distance)
		return;
	s->distance = d;
	s->best = known;
	s->label = label;
}

void tong__suggest_elements(struct tong__suggest *s, const struct tong__element *e)
{
	for (; e->name; e++)
		if (e->type != TONG__T_MARKDOWN && e->type != TONG__T_QA)
			tong__suggest_try(s, e->name, e->label);
}

void tong__suggest_values(struct tong__suggest *s, const struct tong__enum_value *v)
{
	for (; v && v->code; v++)
		tong__suggest_try(s, v->code, v->label);
}

const char *tong__suggest_say(const struct tong__suggest *s, const char *wanted,
                              char out[TONG__SUGGESTED])
{
	if (!s->best)
		snprintf(out, TONG__SUGGESTED, "%s", tong__text(wanted));
	else if (s->label && strcmp(s->label, s->best))
		snprintf(out, TONG__SUGGESTED, _("%s (did you mean %s, %s?)"), tong__text(wanted), s->best,
		         s->label);
	else
		snprintf(out, TONG__SUGGESTED, _("%s (did you mean %s?)"), tong__text(wanted), s->best);
	return out;
}
