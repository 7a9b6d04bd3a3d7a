/* Cuts a query into terms, and finds the place in a text that shows why it was found. */
#include "agent/query.h"

#include <string.h>

#include "core/text.h"

#define BEFORE 16 /* characters shown before the place */
#define AFTER  44 /* and from it on */

static uint32_t fold(uint32_t c)
{
	if (c >= 0xFF01 && c <= 0xFF5E)
		c -= 0xFEE0;
	if (c == 0x3000)
		c = ' ';
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* What parts terms: everything ASCII but letters and digits, and the punctuation blocks. */
static bool parts(uint32_t c)
{
	if (c < 0x80)
		return !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'));
	return c < 0xC0 || (c >= 0x2000 && c <= 0x2BFF) || (c >= 0x3001 && c <= 0x3004) ||
		   (c >= 0x3008 && c <= 0x3020) || (c >= 0xFE30 && c <= 0xFE4F) ||
		   (c >= 0xFF00 && c <= 0xFF65) || c >= 0x1F000;
}

static void add_term(struct tong__query *q, size_t from, size_t to)
{
	if (to > from && q->n_terms < TONG_MAX_TERMS) {
		q->terms[q->n_terms].at = (unsigned)from;
		q->terms[q->n_terms++].n = (unsigned)(to - from);
	}
}

/* Folds the text into q->text; false when it does not fit. */
static bool fold_text(struct tong__query *q, const char *p, const char *end)
{
	size_t n = 0;

	while (p < end) {
		if (n + 5 > sizeof q->text)
			return false;
		n += tong__utf8_put(fold(tong__utf8_next(&p, end)), q->text + n);
	}
	while (n && q->text[n - 1] == ' ')
		n--;
	q->text[n] = '\0';
	return true;
}

static bool looks_like_code(const char *text)
{
	bool digit = false;

	for (const char *p = text; *p; p++) {
		if (*p >= '0' && *p <= '9')
			digit = true;
		else if (!(*p >= 'a' && *p <= 'z') && *p != '-')
			return false;
	}
	return digit && strlen(text) >= 3;
}

bool tong__query_read(struct tong__query *q, const char *typed)
{
	const char *end, *p;
	size_t from = 0;

	memset(q, 0, sizeof *q);
	while (*typed == ' ' || *typed == '\t')
		typed++;
	if (!fold_text(q, typed, typed + strlen(typed)))
		return false;
	q->is_code = looks_like_code(q->text);
	p = q->text;
	end = p + strlen(p);
	while (p < end) {
		const char *next = p;

		if (parts(tong__utf8_next(&next, end))) {
			add_term(q, from, (size_t)(p - q->text));
			from = (size_t)(next - q->text);
		}
		p = next;
	}
	add_term(q, from, (size_t)(end - q->text));
	return q->n_terms > 0;
}

/* The star makes the last token a beginning: a lone character finds every pair that starts with it.
 */
static void add_phrase(struct tong__buf *expr, const char *joint, const char *p, size_t n)
{
	if (expr->len)
		tong__buf_adds(expr, joint);
	tong__buf_addc(expr, '"');
	tong__buf_add(expr, p, n);
	tong__buf_adds(expr, "\"*");
}

void tong__query_all(const struct tong__query *q, struct tong__buf *expr)
{
	for (size_t i = 0; i < q->n_terms; i++)
		add_phrase(expr, " AND ", q->text + q->terms[i].at, q->terms[i].n);
}

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static const char *find(const char *text, size_t n, const char *term, size_t m)
{
	for (size_t i = 0; i + m <= n; i++) {
		size_t k = 0;

		while (k < m && lower(text[i + k]) == term[k])
			k++;
		if (k == m)
			return text + i;
	}
	return NULL;
}

/* Where the first term is that occurs; a long term that nobody wrote like that by its first two
 * characters. */
static const char *find_any(const struct tong__query *q, const char *text, size_t n)
{
	for (size_t i = 0; i < q->n_terms; i++) {
		const char *hit = find(text, n, q->text + q->terms[i].at, q->terms[i].n);

		if (hit)
			return hit;
	}
	for (size_t i = 0; i < q->n_terms; i++) {
		const char *p = q->text + q->terms[i].at, *end = p + q->terms[i].n;

		for (const char *next = p; p < end; p = next) {
			const char *two;

			tong__utf8_next(&next, end);
			two = next;
			if (two < end)
				tong__utf8_next(&two, end);
			if (two > next && find(text, n, p, (size_t)(two - p)))
				return find(text, n, p, (size_t)(two - p));
		}
	}
	return NULL;
}

void tong__query_snippet(const struct tong__query *q, const char *text, size_t n,
						 struct tong__buf *out)
{
	const char *hit = text ? find_any(q, text, n) : NULL, *from = hit, *to = hit, *end = text + n;

	if (!hit)
		return;
	for (unsigned i = 0; i < BEFORE && from > text; i++)
		do
			from--;
		while (from > text && ((unsigned char)*from & 0xC0) == 0x80);
	for (unsigned i = 0; i < AFTER && to < end; i++)
		tong__utf8_next(&to, end);
	if (from > text)
		tong__buf_adds(out, "…");
	for (const char *p = from; p < to; p++) {
		bool blank = *p == '\n' || *p == '\t' || *p == ' ' || *p == '\r';

		if (!blank || (p > from && p[-1] != '\n' && p[-1] != ' '))
			tong__buf_addc(out, blank ? ' ' : *p);
	}
	if (to < end)
		tong__buf_adds(out, "…");
}
