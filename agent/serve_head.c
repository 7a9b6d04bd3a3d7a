/* Reads Accept-Encoding, If-None-Match, Range and If-Range. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/serve_head.h"
#include "core/text.h"

const char *const tong__coding_names[TONG_N_CODINGS] = { "identity", "gzip", "br", "zstd" };

static const char *skip_blanks(const char *p)
{
	return p + strspn(p, " \t");
}

/* ---- Accept-Encoding ---- */

enum { UNNAMED = -1, FULL = 1000 }; /* weights are thousandths */

struct wish {
	int of[TONG_N_CODINGS], others;
};

/* "1", "0.75" in thousandths; UNNAMED when it is no weight. Moves on. */
static int number(const char **p)
{
	int q = 0, digit = 1000;

	if (**p != '0' && **p != '1')
		return UNNAMED;
	q = (**p - '0') * 1000;
	if (*++*p == '.')
		for (++*p; **p >= '0' && **p <= '9' && digit > 1; ++*p)
			q += (**p - '0') * (digit /= 10);
	return q > FULL ? UNNAMED : q;
}

/* Behind a name: nothing, or ";q=…". UNNAMED when it is neither: such a member says nothing. */
static int weight(const char *p, const char *end)
{
	int q;

	p = skip_blanks(p);
	if (p == end)
		return FULL;
	if (*p != ';')
		return UNNAMED;
	p = skip_blanks(p + 1);
	if ((*p != 'q' && *p != 'Q') || p[1] != '=')
		return UNNAMED;
	p += 2;
	q = number(&p);
	return skip_blanks(p) == end ? q : UNNAMED;
}

static void read_member(struct wish *w, const char *p, const char *end)
{
	size_t n = strcspn(p, " \t;,");
	int q = weight(p + n, end);

	if (q == UNNAMED)
		return;
	if (n == 1 && *p == '*')
		w->others = q;
	if (n == strlen("x-gzip") && strncasecmp(p, "x-gzip", n) == 0)
		w->of[TONG_GZIP] = q;
	for (int i = 0; i < TONG_N_CODINGS; i++)
		if (n == strlen(tong__coding_names[i]) && strncasecmp(p, tong__coding_names[i], n) == 0)
			w->of[i] = q;
}

/* Of a coding that is not named: what '*' says, else none; as it is, else, liked least. */
static int liked(const struct wish *w, enum tong__coding c)
{
	if (w->of[c] != UNNAMED)
		return w->of[c];
	if (w->others != UNNAMED)
		return w->others;
	return c == TONG_PLAIN ? 1 : 0;
}

bool tong__coding_choose(const char *accept, bool large, enum tong__coding *out)
{
	static const enum tong__coding order[2][TONG_N_CODINGS] = {
		{ TONG_BR, TONG_GZIP, TONG_ZSTD, TONG_PLAIN }, { TONG_ZSTD, TONG_BR, TONG_GZIP, TONG_PLAIN }
	};
	struct wish w = { { UNNAMED, UNNAMED, UNNAMED, UNNAMED }, UNNAMED };
	int best = 0;

	*out = TONG_PLAIN;
	if (!accept)
		return true;
	for (const char *p = skip_blanks(accept); *p; p = skip_blanks(p)) {
		const char *end = p + strcspn(p, ",");

		read_member(&w, p, end);
		p = *end ? end + 1 : end;
	}
	for (int i = 0; i < TONG_N_CODINGS; i++) {
		int q = liked(&w, order[large][i]);

		if (q > best) {
			best = q;
			*out = order[large][i];
		}
	}
	return best > 0;
}

/* ---- If-None-Match ---- */

bool tong__etag_listed(const char *list, const char *etag)
{
	size_t n = strlen(etag);

	list = list ? list : "";
	for (const char *p = list + strspn(list, ", \t"); *p;) {
		size_t len;

		if (*p == '*')
			return *skip_blanks(p + 1) == '\0';
		if (strncmp(p, "W/", 2) == 0)
			p += 2;
		if (*p != '"')
			return false;
		len = strcspn(p + 1, "\"") + 2;
		if (p[len - 1] != '"')
			return false;
		if (len == n && memcmp(p, etag, n) == 0)
			return true;
		p = skip_blanks(p + len);
		p += strspn(p, ", \t");
	}
	return false;
}

/* ---- Range ---- */

/* A number without sign; moves on. False when there is none, or one too large. */
static bool place(const char **p, uint64_t *out)
{
	char *end;

	if (**p < '0' || **p > '9')
		return false;
	errno = 0;
	*out = strtoull(*p, &end, 10);
	*p = end;
	return errno == 0;
}

/* "A-", "A-B", "-N": the places of the first byte and the one behind the last. */
static enum tong__range one_range(const char *p, uint64_t size, uint64_t *from, uint64_t *end)
{
	uint64_t last = UINT64_MAX;

	if (*p == '-') {
		p++;
		if (!place(&p, &last) || *skip_blanks(p))
			return TONG_WHOLE;
		*from = last < size ? size - last : 0;
		*end = size;
		return last && size ? TONG_PART : TONG_BEYOND;
	}
	if (!place(&p, from) || *p++ != '-' || (*p && !place(&p, &last)) || *skip_blanks(p) ||
		*from > last)
		return TONG_WHOLE;
	*end = last < size ? last + 1 : size;
	return *from < size ? TONG_PART : TONG_BEYOND;
}

enum tong__range tong__range_of(const char *range, const char *if_range, const char *etag,
								uint64_t size, uint64_t *from, uint64_t *n)
{
	enum tong__range kind;
	uint64_t end = size;

	*from = 0;
	*n = size;
	if (!range || !tong__starts(range, "bytes=") || (if_range && strcmp(if_range, etag) != 0))
		return TONG_WHOLE;
	kind = one_range(skip_blanks(range + strlen("bytes=")), size, from, &end);
	if (kind == TONG_PART)
		*n = end - *from;
	else
		*from = 0;
	return kind;
}
