/* Sounds: syllables with their softer forms, and which characters are read so. */
#include "core/search_sounds.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"

void tong__soften(const char *from, char *to, size_t max)
{
	size_t n = 0;

	for (; *from && n + 1 < max; from++) {
		to[n++] = *from;
		if ((strchr("zcs", *from) && from[1] == 'h') || (*from == 'n' && from[1] == 'g'))
			from++;
	}
	to[n] = '\0';
}

static uint32_t hash(const char *text)
{
	uint32_t h = 2166136261u;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 16777619u;
	return h;
}

/* Sichuan speech: zh z, ch c, sh s, ng n, n l r, hu f. */
static uint32_t slur(const char *plain)
{
	char s[16] = "", *at = s + 1;
	size_t n;

	strncpy(at, plain, 8);
	if (strchr("zcs", *at) && at[1] == 'h')
		memmove(at + 1, at + 2, strlen(at + 1));
	n = strlen(at);
	if (n >= 2 && strcmp(at + n - 2, "ng") == 0)
		at[n - 1] = '\0';
	if (*at == 'n' || *at == 'r')
		*at = 'l';
	if (tong__starts(at, "hu")) {
		bool short_form = (at[2] == 'i' || at[2] == 'n') && !at[3];

		if (short_form || !at[2]) {   /* hui fei, hun fen, hu fu */
			at[0] = 'f';
			at[1] = short_form ? 'e' : 'u';
		} else {                      /* huang fan */
			*++at = 'f';
		}
	}
	return hash(at);
}

static struct tong__sound sound_of(const char *text, size_t n, bool letters)
{
	struct tong__sound s = {.letters = letters};
	const char *p = s.plain;

	memcpy(s.plain, text, n < sizeof s.plain ? n : sizeof s.plain - 1);
	tong__soften(s.plain, s.soft, sizeof s.soft);
	s.slur = slur(s.plain);
	s.first = tong__utf8_next(&p, p + strlen(p));
	return s;
}

static int by_character(const void *x, const void *y)
{
	const struct tong__reading *a = x, *b = y;

	if (a->c != b->c)
		return a->c < b->c ? -1 : 1;
	return (int)a->sound - (int)b->sound;
}

static size_t count(const char *text, char c)
{
	size_t n = 1;

	for (; *text; text++)
		n += *text == c;
	return n;
}

int tong__sounds_read(struct tong__sounds *s, const char *readings)
{
	size_t rows = count(readings, ' '), chars = tong__utf8_count(readings, strlen(readings));

	s->all = calloc(rows, sizeof *s->all);
	s->by = calloc(chars + 1, sizeof *s->by);
	if (!s->all || !s->by)
		return -1;
	while (*readings) {
		size_t n = strspn(readings, "abcdefghijklmnopqrstuvwxyz");
		const char *p = readings + n, *end = p + strcspn(p, " ");

		s->all[s->n] = sound_of(readings, n, true);
		while (p < end)
			s->by[s->n_by++] = (struct tong__reading){tong__utf8_next(&p, end), (uint16_t)s->n};
		s->n++;
		readings = end + (*end == ' ');
	}
	qsort(s->by, s->n_by, sizeof *s->by, by_character);
	return 0;
}

void tong__sounds_free(struct tong__sounds *s)
{
	free(s->all);
	free(s->by);
	*s = (struct tong__sounds){.all = NULL};
}

size_t tong__sounds_of(const struct tong__sounds *s, uint32_t c,
                       struct tong__sound out[TONG_MAX_SOUNDS])
{
	size_t lo = 0, hi = s->n_by, n = 0;
	char own[4];

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->by[mid].c < c)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < s->n_by && s->by[lo].c == c && n < TONG_MAX_SOUNDS; lo++)
		out[n++] = s->all[s->by[lo].sound];
	if (n == 0)
		out[n++] = sound_of(own, tong__utf8_put(c, own), false);
	return n;
}
