/* Finding names by sound and by letters, and by words of other languages (FORMAT Q5, Q6). */
#include <stdlib.h>
#include <string.h>

#include "core/search_ask.h"
#include "core/text.h"

enum { MAX_LETTERS = 64, MAX_PARTS = 16 };

/* ---- by sound ---- */

static void hear(struct tong__asked *a, uint32_t first, uint32_t second, int nth)
{
	struct tong__sound f[TONG_MAX_SOUNDS], s[TONG_MAX_SOUNDS];
	size_t n = tong__sounds_of(&a->x->sounds, first, f), m, k;

	m = tong__sounds_of(&a->x->sounds, second, s);
	for (size_t i = 0; i < n * m; i++) {
		const uint32_t *list = tong__postings_get(&a->x->slurs,
		                                          tong__pair(f[i / m].slur, s[i % m].slur), &k);

		for (size_t j = 0; j < k; j++)
			if (a->hits[list[j]] >> 16 != nth)   /* once for each pair of the query */
				tong__touch(a, list[j], 1 + ((nth << 16) - (a->hits[list[j]] & ~0xFFFF)));
	}
}

void tong__by_sound(struct tong__asked *a, const struct tong__text *q)
{
	int pairs = (int)q->n - 1;

	for (int i = 0; i < pairs; i++)
		hear(a, q->c[i], q->c[i + 1], i + 1);
	for (size_t i = 0; i < a->n_touched; i++) {
		uint32_t n = a->touched[i];
		int w = a->hits[n] & 0xFFFF;

		a->hits[n] = 0;
		if (w * 5 >= pairs * 3)
			tong__best(a, n, 50 + 350 * w / pairs - tong__less(&a->x->entries[n]) / 2);
	}
	a->n_touched = 0;
}

/* ---- by letters ---- */

struct letters {
	char text[4 * MAX_LETTERS + 1];
	bool soft;
};

static const char *form_of(const struct tong__sound *s, const struct letters *q)
{
	return q->soft ? s->soft : s->plain;
}

/* Where in t the letters from k on end, when they are beginnings of syllables; 0: they are not. */
static size_t spells(const struct tong__names *x, const uint32_t *t, size_t n, size_t i,
                     const struct letters *q, size_t k)
{
	struct tong__sound all[TONG_MAX_SOUNDS];
	size_t many, end = 0;

	if (!q->text[k])
		return i;
	many = i < n ? tong__sounds_of(&x->sounds, t[i], all) : 0;
	for (size_t r = 0; r < many && !end; r++) {
		const char *s = form_of(&all[r], q);
		size_t same = 0, least = all[r].letters ? 1 : strlen(s);

		while (s[same] && s[same] == q->text[k + same])
			same++;
		for (; same >= least && same && !end; same--)
			end = spells(x, t, n, i + 1, q, k + same);
	}
	return end;
}

static void spell_entry(struct tong__asked *a, uint32_t entry, const struct letters *q)
{
	const struct tong__entry *e = &a->x->entries[entry];

	for (size_t i = 0; i < e->text.n; i++) {
		size_t end = spells(a->x, a->x->chars + e->text.at, e->text.n, i, q, 0);

		if (!end)
			continue;
		tong__best(a, entry, (i ? 350 : end == e->text.n ? 650 : 500) - tong__less(e));
		return;
	}
}

static void take(struct tong__asked *a, const struct tong__postings *p, uint64_t key)
{
	size_t n;
	const uint32_t *list = tong__postings_get(p, key, &n);

	for (size_t i = 0; i < n; i++)
		if (a->hits[list[i]] == 0)
			tong__touch(a, list[i], 1);
}

/* Entries that a syllable beginning with all the letters leads to; whether one begins with 'k'. */
static bool near_syllable(struct tong__asked *a, const struct letters *q, size_t k, bool all)
{
	const struct tong__sounds *s = &a->x->sounds;
	bool some = false;

	for (size_t i = 0; i < s->n; i++)
		some = some || strncmp(form_of(&s->all[i], q), q->text, k) == 0;
	for (size_t i = 0; all && some && i < s->n_by; i++)
		if (strncmp(form_of(&s->all[s->by[i].sound], q), q->text, k) == 0)
			take(a, &a->x->grams, tong__pair(s->by[i].c, 0));
	return some;
}

/* A first syllable takes one to six letters; the next one begins with the letter behind it. */
void tong__by_letters(struct tong__asked *a, const struct tong__text *typed, bool soft)
{
	struct letters q = {.soft = soft};
	char plain[sizeof q.text];
	size_t n = 0, at = 0;

	for (; n < typed->n && n < MAX_LETTERS; n++)
		at += tong__utf8_put(typed->c[n], plain + at);
	plain[at] = '\0';
	if (soft)
		tong__soften(plain, q.text, sizeof q.text);
	else
		memcpy(q.text, plain, at + 1);
	n = strlen(q.text);
	for (size_t k = 1; k <= 6 && k <= n && (unsigned char)q.text[k - 1] < 0x80; k++) {
		const char *next = q.text + k;

		if (near_syllable(a, &q, k, k == n) && k < n)
			take(a, &a->x->firsts,
			     tong__pair((unsigned char)q.text[0], tong__utf8_next(&next, q.text + n)));
	}
	for (size_t i = 0; i < a->n_touched; i++) {
		a->hits[a->touched[i]] = 0;
		spell_entry(a, a->touched[i], &q);
	}
	a->n_touched = 0;
}

/* Letters that spell a saying (sbk) find what it means. */
void tong__by_sayings(struct tong__asked *a, const struct tong__text *typed)
{
	const struct tong__names *x = a->x;
	struct letters q = {.soft = false};
	struct tong__text m;
	size_t at = 0;

	for (size_t i = 0; i < typed->n && i < MAX_LETTERS; i++)
		at += tong__utf8_put(typed->c[i], q.text + at);
	q.text[at] = '\0';
	for (const struct tong__said *s = x->said; s < x->said + x->n_said; s++) {
		if (!s->text.n || !x->meant[s->first].n ||
		    spells(x, x->chars + s->text.at, s->text.n, 0, &q, 0) != s->text.n)
			continue;
		for (uint32_t i = 0; i < s->n; i++) {
			const struct tong__folded *f = &x->meant[s->first + i];

			m.n = f->n < TONG_MAX_FOLDED ? f->n : TONG_MAX_FOLDED;
			memcpy(m.c, x->chars + f->at, m.n * sizeof *m.c);
			if (m.n)
				tong__by_words(a, &m);
		}
	}
}

/* ---- names in other languages ---- */

static size_t split(const char *typed, struct tong__text *parts)
{
	size_t n = 0;

	while (*typed && n < MAX_PARTS) {
		size_t len = strcspn(typed, " \t\n");

		if (len) {
			parts[n].n = tong__search_fold(typed, len, parts[n].c, TONG_MAX_FOLDED);
			n++;
		}
		typed += len + strspn(typed + len, " \t\n");
	}
	return n;
}

void tong__by_translations(struct tong__asked *a, const char *typed)
{
	struct tong__text *parts = calloc(MAX_PARTS, sizeof *parts);
	size_t n = parts ? split(typed, parts) : 0;

	for (size_t i = 0; i < a->x->n_told; i++) {
		const struct tong__told *t = &a->x->told[i];
		const uint32_t *c = a->x->chars + t->text.at;
		size_t k = 0;

		while (k < n && tong__place(c, t->text.n, parts[k].c, parts[k].n) >= 0)
			k++;
		if (n && k == n)
			tong__best(a, t->entry, 700 - (int)t->text.n);
	}
	free(parts);
}

