/* The full-text tokenizer: pairs of neighbouring characters where no spaces are written, words
 * elsewhere. */
#include <string.h>

#include "agent/store_sql.h"
#include "core/text.h"

/*
 * In a run of Chinese (or Yi, kana, hangul) characters every neighbouring pair is a token, and the
 * last character alone is one too: so a single character is found by the prefix query "字"*, and a
 * word of n characters by a phrase of n - 1 pairs. In a query the last character is left out, as
 * the text may go on behind it. Measured against unicode61 (finds nothing for 身份) and trigram
 * (nothing below three characters) in research/toolchain.md, section 4. Letters and digits: one
 * token a word, ASCII in lower case, full-width forms as ASCII.
 */
#define MAX_WORD 64

typedef int token_fn(void *ctx, int flags, const char *token, int n, int start, int end);

struct text {
	const char *start, *end;
	void *ctx;
	token_fn *emit;
	bool query;
};

static bool is_paired(uint32_t c)
{
	return tong__is_han(c) || (c >= 0xA000 && c <= 0xA4CF) ||
		   (c >= 0x3041 && c <= 0x30FF && c != 0x30FB) || (c >= 0xAC00 && c <= 0xD7A3);
}

static uint32_t fold(uint32_t c)
{
	if (c >= 0xFF01 && c <= 0xFF5E)
		c -= 0xFEE0;
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

/* Tibetan and other alphabets belong here; the tsheg (U+0F0B) parts Tibetan syllables, as a space
 * would. */
static bool is_letter(uint32_t c)
{
	c = fold(c);
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		   (c >= 0xC0 && c < 0x2000 && c != 0xD7 && c != 0xF7 && (c < 0x0F0B || c > 0x0F14));
}

static int give(const struct text *t, const char *from, const char *to)
{
	return t->emit(t->ctx, 0, from, (int)(to - from), (int)(from - t->start), (int)(to - t->start));
}

/* A run that starts at *p (first character ends at 'next'). */
static int run_of_pairs(const struct text *t, const char **p, const char *next)
{
	bool lone = true;
	const char *here = *p;
	int rc = 0;

	while (!rc && next < t->end) {
		const char *after = next;

		if (!is_paired(tong__utf8_next(&after, t->end)))
			break;
		rc = give(t, here, after);
		lone = false;
		here = next;
		next = after;
	}
	*p = next;
	if (!rc && (lone || !t->query))
		rc = give(t, here, next);
	return rc;
}

static int word(const struct text *t, const char **p)
{
	const char *from = *p, *next = from;
	char folded[MAX_WORD];
	size_t n = 0;

	while (next < t->end) {
		const char *after = next;
		uint32_t c = tong__utf8_next(&after, t->end);

		if (!is_letter(c))
			break;
		if (n + 4 <= sizeof folded) /* the rest of a monster word is not looked at */
			n += tong__utf8_put(fold(c), folded + n);
		next = after;
	}
	*p = next;
	return t->emit(t->ctx, 0, folded, (int)n, (int)(from - t->start), (int)(next - t->start));
}

static int tokenize(Fts5Tokenizer *self, void *ctx, int flags, const char *text, int n,
					token_fn *emit)
{
	struct text t = { text, text + n, ctx, emit, (flags & FTS5_TOKENIZE_QUERY) != 0 };
	const char *p = text;
	int rc = SQLITE_OK;

	(void)self;
	while (rc == SQLITE_OK && p < t.end) {
		const char *next = p;
		uint32_t c = tong__utf8_next(&next, t.end);

		if (is_paired(c))
			rc = run_of_pairs(&t, &p, next);
		else if (is_letter(c))
			rc = word(&t, &p);
		else
			p = next;
	}
	return rc;
}

static int create(void *user, const char **args, int n, Fts5Tokenizer **out)
{
	static const char none =
		0; /* the tokenizer has no state; FTS5 wants a pointer that is not NULL */

	(void)user;
	(void)args;
	(void)n;
	*out = (Fts5Tokenizer *)(void *)&none;
	return SQLITE_OK;
}

static void destroy(Fts5Tokenizer *t)
{
	(void)t;
}

int tong__tokenizer_register(sqlite3 *db)
{
	fts5_tokenizer functions = { create, destroy, tokenize };
	sqlite3_stmt *st = NULL;
	fts5_api *api = NULL;
	int rc = sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &st, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_pointer(st, 1, &api, "fts5_api_ptr", NULL);
	if (rc == SQLITE_OK && sqlite3_step(st) != SQLITE_ROW)
		rc = sqlite3_errcode(db);
	sqlite3_finalize(st);
	if (rc != SQLITE_OK || !api)
		return rc == SQLITE_NOMEM ? rc : SQLITE_ERROR;
	return api->xCreateTokenizer(api, "tong", NULL, &functions, NULL);
}
