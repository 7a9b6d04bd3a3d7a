/* Record form checked in one pass over the bytes, without a tree (R1, R3, R4). */
#include <string.h>

#include "core/record.h"
#include "core/text.h"

/* What is refused here is looked at again through a tree, which says what is wrong with it; what is
 * accepted is not. So everything rare may be refused: a name with an escape is. */

struct scan {
	const char *p, *end;
};

static bool value(struct scan *s, int level, bool *empty);

static bool take(struct scan *s, char c)
{
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}

static bool word(struct scan *s, const char *text, size_t n)
{
	if ((size_t)(s->end - s->p) < n || memcmp(s->p, text, n) != 0)
		return false;
	s->p += n;
	return true;
}

/* Behind a backslash: the one spelling of R1 for what must be escaped. */
static bool escape(struct scan *s)
{
	static const char short_ones[] = "\b\t\n\f\r";
	const char *p = s->p, *hex = "0123456789abcdef", *low;
	int c;

	if (p == s->end)
		return false;
	s->p++;
	if (*p != 'u')
		return memchr("\"\\btnfr", *p, 7) != NULL;
	if (s->end - p < 5 || memcmp(p, "u00", 3) != 0 || (p[3] != '0' && p[3] != '1'))
		return false;
	low = memchr(hex, p[4], 16);
	if (!low)
		return false;
	c = (p[3] - '0') * 16 + (int)(low - hex);
	s->p += 4;
	return c && !strchr(short_ones, c);
}

/* Behind its opening quote, up to and with the closing one. */
static bool string(struct scan *s, bool *escaped)
{
	*escaped = false;
	while (s->p < s->end) {
		unsigned char c = (unsigned char)*s->p;
		size_t n = 1;

		if (c == '"') {
			s->p++;
			return true;
		}
		if (c >= 0x80)
			n = tong__utf8_len(s->p, (size_t)(s->end - s->p));
		else if (c < 0x20)
			n = 0;
		if (!n)
			return false;
		s->p += n;
		if (c == '\\' && !escape(s))
			return false;
		*escaped = *escaped || c == '\\';
	}
	return false;
}

/* No sign before a zero, no leading zero, at most 53 bits: 9007199254740991. */
static bool integer(struct scan *s)
{
	const char *from = s->p + (*s->p == '-');
	uint64_t v = 0;

	for (s->p = from; s->p < s->end && *s->p >= '0' && *s->p <= '9'; s->p++) {
		if (s->p - from == 16)
			return false;
		v = v * 10 + (uint64_t)(*s->p - '0');
	}
	return s->p > from && (*from != '0' || (s->p == from + 1 && from[-1] != '-')) &&
	       v < (uint64_t)1 << 53;
}

static bool array(struct scan *s, int level, bool *empty)
{
	bool ignored;

	*empty = take(s, ']');
	if (*empty)
		return true;
	do {
		if (!value(s, level, &ignored))
			return false;
	} while (take(s, ','));
	return take(s, ']');
}

/* A member with its name, which must come after the one before. */
static bool member(struct scan *s, int level, struct tong__str *last)
{
	struct tong__str name = {s->p + 1, 0};
	bool odd, empty = false;

	if (!take(s, '"') || !string(s, &odd) || odd)
		return false;
	name.n = (size_t)(s->p - name.p) - 1;
	if (last->p && tong__key_cmp(*last, name) >= 0)
		return false;
	*last = name;
	return take(s, ':') && value(s, level, &empty) && !empty;
}

static bool object(struct scan *s, int level, bool *empty)
{
	struct tong__str last = {NULL, 0};

	*empty = take(s, '}');
	if (*empty)
		return true;
	do {
		if (!member(s, level, &last))
			return false;
	} while (take(s, ','));
	return take(s, '}');
}

static bool value(struct scan *s, int level, bool *empty)
{
	bool escaped;
	const char *at = s->p;

	*empty = false;
	if (at == s->end)
		return false;
	switch (*at) {
	case '"':
		s->p++;
		*empty = s->end - at > 1 && at[1] == '"';
		return string(s, &escaped);
	case '{':
		s->p++;
		return level < TONG_MAX_RECORD_DEPTH && object(s, level + 1, empty);
	case '[':
		s->p++;
		return level < TONG_MAX_RECORD_DEPTH && array(s, level + 1, empty);
	case 't':
		return word(s, "true", 4);
	case 'f':
		return word(s, "false", 5);
	default:
		return integer(s);
	}
}

/* The key is the first member and was looked at; another one "k" would sort among the rest. */
bool tong__record_form(const char *line, size_t n, struct tong__str key)
{
	struct scan s = {key.p + key.n + 1, line + n};
	struct tong__str last = {NULL, 0};

	while (take(&s, ',')) {
		if (!member(&s, 1, &last) || (last.n == 1 && last.p[0] == 'k'))
			return false;
	}
	return take(&s, '}') && s.p == s.end;
}
