/* Differences between two texts: first by lines, then inside of the changed lines by characters
 * (Myers' O(ND) algorithm). */
#include "publisher/text_diff.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"

/* rounds; beyond, the texts have too little in common to be worth marking. 600 rounds are 1.5 MB */
#define MAX_EDITS 600

struct tokens {
	struct tong__str *at;
	size_t n;
};

/* What to do, in order: '=' both go on, '-' the old text, '+' the new one. */
struct script {
	char *ops;
	size_t n;
};

struct frontier {
	int *at;                /* of all rounds, one after the other */
};

/* ---- cutting ---- */

static size_t line_len(const char *p, const char *end)
{
	const char *lf = memchr(p, '\n', (size_t)(end - p));

	return lf ? (size_t)(lf + 1 - p) : (size_t)(end - p);
}

static bool in_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* A Latin word or number, or one character. */
static size_t character_len(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && in_word(*q))
		q++;
	if (q == p)
		tong__utf8_next(&q, end);
	return (size_t)(q - p);
}

static bool cut(struct tokens *t, struct tong__str s,
                size_t (*len)(const char *, const char *end))
{
	t->at = calloc(s.n + 1, sizeof *t->at);   /* what is not needed is never touched */
	if (!t->at)
		return false;
	for (const char *p = s.p; p < s.p + s.n; p += t->at[t->n++].n)
		t->at[t->n] = (struct tong__str){p, len(p, s.p + s.n)};
	return true;
}

static bool same(struct tong__str a, struct tong__str b)
{
	return a.n == b.n && !memcmp(a.p, b.p, a.n);
}

/* ---- the shortest script ---- */

/* The furthest x on diagonal k after d rounds: row d of the frontier holds the diagonals -d … d. */
static int *cell(const struct frontier *f, int d, int k)
{
	return &f->at[(size_t)d * (size_t)d + (size_t)(k + d)];
}

/* Did the step to diagonal k in round d go down, that is insert? */
static bool went_down(const struct frontier *f, int d, int k)
{
	return k == -d || (k != d && *cell(f, d - 1, k - 1) < *cell(f, d - 1, k + 1));
}

/* One round; true when the end of both is reached. */
static bool advance(const struct frontier *f, int d, struct tokens a, struct tokens b)
{
	for (int k = -d; k <= d; k += 2) {
		int x = !d ? 0 : went_down(f, d, k) ? *cell(f, d - 1, k + 1) : *cell(f, d - 1, k - 1) + 1;
		int y = x - k;

		while (x >= 0 && y >= 0 && (size_t)x < a.n && (size_t)y < b.n && same(a.at[x], b.at[y]))
			x++, y++;
		*cell(f, d, k) = x;
		if (x >= 0 && y >= 0 && (size_t)x == a.n && (size_t)y == b.n)
			return true;
	}
	return false;
}

/* Back from the end; the script is filled from behind and has exactly that length. */
static void trace_back(const struct frontier *f, int d, struct tokens a, struct tokens b,
                       struct script *s)
{
	int x = (int)a.n, y = (int)b.n;
	size_t at = s->n;

	for (; d > 0; d--) {
		int k = x - y;
		bool down = went_down(f, d, k);
		int from = down ? *cell(f, d - 1, k + 1) : *cell(f, d - 1, k - 1);
		int before = from - (down ? k + 1 : k - 1);

		while (x > from + !down && y > before + down)
			s->ops[--at] = '=', x--, y--;
		s->ops[--at] = down ? '+' : '-';
		x = from;
		y = before;
	}
	while (at)
		s->ops[--at] = '=';
}

/* Everything goes, everything comes. */
static void replace_all(struct tokens a, struct tokens b, struct script *s)
{
	memset(s->ops, '-', a.n);
	memset(s->ops + a.n, '+', b.n);
	s->n = a.n + b.n;
}

static bool shortest(struct tokens a, struct tokens b, struct script *s)
{
	size_t rounds = a.n + b.n + 1 < MAX_EDITS ? a.n + b.n + 1 : MAX_EDITS;
	struct frontier f = {malloc(rounds * rounds * sizeof *f.at)};
	bool found = false, ok;
	int d = 0;

	s->ops = malloc(a.n + b.n + 1);
	ok = s->ops && f.at;
	for (; ok && (size_t)d < rounds && !found; d++)
		found = advance(&f, d, a, b);
	if (ok && found) {
		s->n = (a.n + b.n + (size_t)(d - 1)) / 2;   /* an edit is one token, a '=' two */
		trace_back(&f, d - 1, a, b, s);
	} else if (ok) {
		replace_all(a, b, s);
	}
	free(f.at);
	return ok;
}

static struct tokens middle(struct tokens t, size_t head, size_t tail)
{
	return t.n ? (struct tokens){t.at + head, t.n - head - tail} : t;
}

/* The same, without what both texts begin and end with. */
static bool script_of(struct tokens a, struct tokens b, struct script *s)
{
	size_t head = 0, tail = 0;
	struct script mid = {NULL, 0};
	bool ok;

	while (head < a.n && head < b.n && same(a.at[head], b.at[head]))
		head++;
	while (tail < a.n - head && tail < b.n - head &&
	       same(a.at[a.n - 1 - tail], b.at[b.n - 1 - tail]))
		tail++;
	ok = shortest(middle(a, head, tail), middle(b, head, tail), &mid);
	s->ops = malloc(head + mid.n + tail + 1);
	if (ok && s->ops) {
		memset(s->ops, '=', head);
		if (mid.n)
			memcpy(s->ops + head, mid.ops, mid.n);
		memset(s->ops + head + mid.n, '=', tail);
		s->n = head + mid.n + tail;
	}
	free(mid.ops);
	return ok && s->ops;
}

/* A single character that stayed between two changes is not read as the same: it goes and comes
 * again ('x'). */
static void calm(struct script *s)
{
	for (size_t i = 1; i + 1 < s->n; i++)
		if (s->ops[i] == '=' && s->ops[i - 1] != '=' && s->ops[i + 1] != '=')
			s->ops[i] = 'x';
}

/* ---- edits ---- */

static bool add(struct tong__edits *e, enum tong__edit_kind kind, const char *p, size_t n)
{
	struct tong__edit *last = e->n ? &e->at[e->n - 1] : NULL;

	if (!n)
		return true;
	if (last && last->kind == kind && last->text.p + last->text.n == p) {
		last->text.n += n;
		return true;
	}
	if (e->n == e->cap) {
		size_t cap = e->cap ? e->cap * 2 : 16;
		struct tong__edit *more = realloc(e->at, cap * sizeof *more);

		if (!more)
			return false;
		e->at = more;
		e->cap = cap;
	}
	e->at[e->n++] = (struct tong__edit){kind, {p, n}};
	return true;
}

/* Walks a script: same(), or one changed place at a time. Positions are bytes, since tokens
 * follow each other. */
struct place {
	const char *a, *b;      /* where both stand */
	size_t a_n, b_n;        /* what goes and comes here */
};

static bool each_place(struct tong__edits *e, struct tokens a, struct tokens b,
                       const struct script *s, struct place *p,
                       bool (*changed)(struct tong__edits *, const struct place *))
{
	size_t i = 0, j = 0;
	bool ok = true;

	for (size_t k = 0; ok && k <= s->n; k++) {
		char op = k < s->n ? s->ops[k] : '=';

		if (op == '=' && (p->a_n || p->b_n)) {
			ok = changed(e, p);
			p->a += p->a_n;
			p->b += p->b_n;
			p->a_n = p->b_n = 0;
		}
		if (k == s->n)
			break;
		if (op == '=') {
			ok = ok && add(e, TONG__SAME, p->a, a.at[i].n);
			p->a += a.at[i++].n;
			p->b += b.at[j++].n;
			continue;
		}
		p->a_n += op != '+' ? a.at[i++].n : 0;
		p->b_n += op != '-' ? b.at[j++].n : 0;
	}
	return ok;
}

static bool replaced(struct tong__edits *e, const struct place *p)
{
	return add(e, TONG__DELETED, p->a, p->a_n) && add(e, TONG__INSERTED, p->b, p->b_n);
}

static bool compare(struct tong__edits *e, struct tong__str before, struct tong__str after,
                    size_t (*len)(const char *, const char *),
                    bool (*changed)(struct tong__edits *, const struct place *), bool calmly)
{
	struct tokens a = {NULL, 0}, b = {NULL, 0};
	struct script s = {NULL, 0};
	struct place p = {before.p, after.p, 0, 0};
	bool ok = cut(&a, before, len) && cut(&b, after, len) && script_of(a, b, &s);

	if (ok && calmly)
		calm(&s);
	ok = ok && each_place(e, a, b, &s, &p, changed);
	free(a.at);
	free(b.at);
	free(s.ops);
	return ok;
}

/* Lines that changed: what changed in them. */
static bool lines_changed(struct tong__edits *e, const struct place *p)
{
	struct tong__str a = {p->a, p->a_n}, b = {p->b, p->b_n};

	if (!a.n || !b.n)
		return replaced(e, p);
	return compare(e, a, b, character_len, replaced, true);
}

bool tong__text_diff(struct tong__edits *e, struct tong__str before, struct tong__str after)
{
	*e = (struct tong__edits){NULL, 0, 0};
	return compare(e, before, after, line_len, lines_changed, false);
}

void tong__edits_free(struct tong__edits *e)
{
	free(e->at);
	*e = (struct tong__edits){NULL, 0, 0};
}
