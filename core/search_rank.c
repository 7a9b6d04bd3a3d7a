/* Finding names: scores of entries by words and codes, and all ways together, as search.js gives
 * them (FORMAT Q5, Q6). */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/search_ask.h"
#include "core/text.h"

enum { EXACT = 1000, BEGINS = 800, HOLDS = 600, MAX_LESS = 150, SURE = 500, CODE = 1900 };
enum { MEANINGS = 5 };

void tong__best(struct tong__asked *a, uint32_t entry, int score)
{
	int left = score - a->cost;

	if (left <= 0 || left <= a->score[entry])
		return;
	a->score[entry] = left;
	a->top = left > a->top ? left : a->top;
}

void tong__touch(struct tong__asked *a, uint32_t entry, int more)
{
	if (a->hits[entry] == 0)
		a->touched[a->n_touched++] = entry;
	a->hits[entry] += more;
}

static int log2_of(size_t n)
{
	int bits = 0;

	for (; n; n >>= 1)
		bits++;
	return bits;
}

int tong__less(const struct tong__entry *e)
{
	return e->text.n < MAX_LESS ? (int)e->text.n : MAX_LESS;
}

/* ---- by words ---- */

/* Where q stands in a text; -1: nowhere. */
long tong__place(const uint32_t *t, size_t n, const uint32_t *q, size_t m)
{
	for (size_t i = 0; i + m <= n; i++)
		if (memcmp(t + i, q, m * sizeof *q) == 0)
			return (long)i;
	return -1;
}

static int whole(const struct tong__asked *a, const struct tong__entry *e,
                 const struct tong__text *q)
{
	long at = tong__place(a->x->chars + e->text.at, e->text.n, q->c, q->n);

	if (at < 0)
		return 0;
	if (q->n == e->text.n)
		return EXACT;
	return (at ? HOLDS : BEGINS) - tong__less(e);
}

static bool said_before(const struct tong__text *q, size_t i)
{
	for (size_t k = 1; k < i; k++)
		if (q->c[k - 1] == q->c[i - 1] && q->c[k] == q->c[i])
			return true;
	return false;
}

/* Counts entries under one key; what that key weighs: rarer is more. */
static int weigh(struct tong__asked *a, uint64_t key)
{
	size_t n;
	const uint32_t *list = tong__postings_get(&a->x->grams, key, &n);
	int w = n ? log2_of(a->x->n / n) : 2;

	for (size_t i = 0; i < n; i++)
		tong__touch(a, list[i], w);
	return w;
}

void tong__by_words(struct tong__asked *a, const struct tong__text *q)
{
	int total = q->n == 1 ? weigh(a, tong__pair(q->c[0], 0)) : 0;

	for (size_t i = 1; i < q->n; i++)
		if (!said_before(q, i))
			total += weigh(a, tong__pair(q->c[i - 1], q->c[i]));
	for (size_t i = 0; total && i < a->n_touched; i++) {
		uint32_t n = a->touched[i];
		const struct tong__entry *e = &a->x->entries[n];
		int w = a->hits[n], s = w == total ? whole(a, e, q) : 0;

		a->hits[n] = 0;
		if (!s && w * 5 >= total * 2)
			s = 100 + 400 * w / total - tong__less(e) / 2;
		tong__best(a, n, s);
	}
	a->n_touched = 0;
}

/* ---- what a query may mean ---- */

static bool begins(const struct tong__names *x, const struct tong__said *s,
                   const struct tong__text *q, size_t i)
{
	return i + s->text.n <= q->n &&
	       memcmp(x->chars + s->text.at, q->c + i, s->text.n * sizeof *q->c) == 0;
}

/* The longest saying at i that is replaced this time; which < 0: only those without meaning. */
static const struct tong__said *longest(const struct tong__names *x, const struct tong__text *q,
                                        size_t i, int which)
{
	const struct tong__said *found = NULL;

	for (const struct tong__said *s = x->said; s < x->said + x->n_said; s++)
		if (s->text.n && (!found || s->text.n > found->text.n) && begins(x, s, q, i) &&
		    (which >= 0 || x->meant[s->first].n == 0))
			found = s;
	return found;
}

static void add_chars(struct tong__text *out, const uint32_t *c, size_t n)
{
	for (size_t i = 0; i < n && out->n < TONG_MAX_FOLDED; i++)
		out->c[out->n++] = c[i];
}

static void reword(const struct tong__names *x, const struct tong__text *q, int which,
                   struct tong__text *out)
{
	out->n = 0;
	for (size_t i = 0; i < q->n;) {
		const struct tong__said *s = longest(x, q, i, which);
		uint32_t nth = which < 0 ? 0 : (uint32_t)which;

		if (s) {
			const struct tong__folded *m = &x->meant[s->first + (nth < s->n ? nth : s->n - 1)];

			add_chars(out, x->chars + m->at, m->n);
		} else {
			add_chars(out, q->c + i, 1);
		}
		i += s ? s->text.n : 1;
	}
	if (out->n == 0)
		*out = *q;
}

struct meaning {
	struct tong__text text;
	int cost;
};

static size_t meanings(const struct tong__names *x, const struct tong__text *q, struct meaning *all)
{
	size_t n = 1, k;

	all[0] = (struct meaning){*q, 0};
	for (int which = -1; which < 3; which++) {
		reword(x, q, which, &all[n].text);
		all[n].cost = 6 + 4 * which;
		for (k = 0; k < n; k++)
			if (all[k].text.n == all[n].text.n &&
			    memcmp(all[k].text.c, all[n].text.c, all[n].text.n * sizeof *q->c) == 0)
				break;
		n += k == n;
	}
	return n;
}

/* ---- by code ---- */

/* Capital letters, digits and hyphens with a digit among them, at least three. */
static bool code_of(const char *typed, char *out, size_t max)
{
	const char *p = typed + strspn(typed, " \t"), *end = p + strlen(p);
	bool digit = false;
	size_t n = 0;

	while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	while (p < end) {
		uint32_t c = tong__utf8_next(&p, end);

		c = c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c;
		c = c >= 'a' && c <= 'z' ? c - 32 : c;
		if (n + 1 >= max || !(c == '-' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z')))
			return false;
		digit = digit || (c >= '0' && c <= '9');
		out[n++] = (char)c;
	}
	out[n] = '\0';
	return digit && n >= 3;
}

/* Does a code begin with what was typed? 3000: it is that; 'begun' or 0 else. */
static int match_code(const char *typed, const char *code, int begun)
{
	while (*typed && *code && *typed == (*code >= 'a' && *code <= 'z' ? *code - 32 : *code)) {
		typed++;
		code++;
	}
	return *typed ? 0 : *code ? begun : 3000;
}

static void match_alias(struct tong__asked *a, const char *item, int score)
{
	size_t i = tong__names_item(a->x, item);

	if (i != SIZE_MAX)
		tong__best(a, (uint32_t)i, score);
}

static void by_code(struct tong__asked *a, const char *typed)
{
	const struct tong__names *x = a->x;
	const char *alias;
	json_t *item;
	char code[64];
	int score;

	if (!code_of(typed, code, sizeof code))
		return;
	for (uint32_t i = 0; i < x->n; i++)
		tong__best(a, i, match_code(code, x->entries[i].id, 2000));
	json_object_foreach(tong__json_obj(x->data, "aliases"), alias, item) {
		score = match_code(code, alias, CODE);
		if (score && json_is_string(item))
			match_alias(a, json_string_value(item), score);
	}
}

/* ---- all of it ---- */

static bool has_letters(const struct tong__text *q)
{
	for (size_t i = 0; i < q->n; i++)
		if (q->c[i] >= 'a' && q->c[i] <= 'z')
			return true;
	return false;
}

static void ask_letters(struct tong__asked *a, const struct tong__text *q, const char *typed)
{
	tong__by_translations(a, typed);
	tong__by_letters(a, q, false);
	a->cost = 260;
	tong__by_sayings(a, q);
	a->cost = 100;
	if (a->top < 300)
		tong__by_letters(a, q, true);
	a->cost = 0;
}

static int ask(struct tong__asked *a, const struct tong__text *q, const char *typed)
{
	struct meaning *all = malloc(MEANINGS * sizeof *all);
	size_t n = all ? meanings(a->x, q, all) : 0;
	bool unheard;

	by_code(a, typed);
	for (size_t i = 0; i < n; i++) {
		a->cost = all[i].cost;
		tong__by_words(a, &all[i].text);
	}
	a->cost = 0;
	if (has_letters(q))
		ask_letters(a, q, typed);
	unheard = a->top < 550;
	for (size_t i = 0; unheard && i < n; i++) {
		a->cost = all[i].cost;
		tong__by_sound(a, &all[i].text);
	}
	free(all);
	return all ? 0 : -1;
}

static int in_order(const void *p, const void *q)
{
	const struct tong__name_hit *a = p, *b = q;

	if (a->score != b->score)
		return a->score > b->score ? -1 : 1;
	return (a->item > b->item) - (a->item < b->item);
}

/* While they are sorted, 'item' is the number of the entry. */
static size_t gather(const struct tong__asked *a, struct tong__name_hit *out)
{
	size_t n = 0;

	for (size_t i = 0; i < a->x->n; i++) {
		const struct tong__entry *e = &a->x->entries[i];
		int s = a->score[i] + (e->mark & TONG__GUIDE ? 15 : 0) - (e->mark & TONG__LATER ? 12 : 0) -
		        (e->mark & TONG__ENDED ? 200 : 0) - (e->example ? 450 : 0);

		if (a->score[i] > 0)
			out[n++] = (struct tong__name_hit){e->kind, e->id, e->name, s, i};
	}
	qsort(out, n, sizeof *out, in_order);
	return n;
}

/* Each page once; its best entry stays. */
static size_t each_once(struct tong__asked *a, struct tong__name_hit *hits, size_t n)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t page = a->x->entries[hits[i].item].page;

		if (a->hits[page]++)
			continue;
		hits[left] = hits[i];
		hits[left++].item = page < a->x->items ? page : SIZE_MAX;
	}
	return left;
}

int tong__names_find(const struct tong__names *x, const char *typed, struct tong__name_hit **out,
                     size_t *n, tong_error *err)
{
	struct tong__asked a = {.x = x};
	struct tong__text q;
	int bad;

	*n = 0;
	q.n = tong__search_fold(typed, strlen(typed), q.c, TONG_MAX_FOLDED);
	a.score = calloc(x->n + 1, sizeof *a.score);
	a.hits = calloc(x->n + 1, sizeof *a.hits);
	a.touched = calloc(x->n + 1, sizeof *a.touched);
	*out = calloc(x->n + 1, sizeof **out);
	bad = !a.score || !a.hits || !a.touched || !*out;
	if (!bad && q.n)
		bad = ask(&a, &q, typed);
	if (!bad)
		*n = each_once(&a, *out, gather(&a, *out));
	free(a.score);
	free(a.hits);
	free(a.touched);
	if (!bad)
		return 0;
	free(*out);
	*out = NULL;
	return tong__fail_nomem(err);
}

bool tong__names_sure(const struct tong__name_hit *hits, size_t n)
{
	return n && hits[0].score >= SURE;
}

bool tong__names_coded(const struct tong__name_hit *hits, size_t n)
{
	return n && hits[0].score >= CODE - 200;
}
