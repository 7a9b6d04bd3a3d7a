/* JSON read strictly, from bytes to jansson's trees. */
#include <string.h>

#include "core/json.h"
#include "core/message.h"
#include "core/text.h"

/* jansson has a reader too. Where memory fails it loses characters and goes on, and when that was
 * the quote that ends a string, past the end of its buffer; no caller can tell in time. Here every
 * allocation is one that is asked whether it was made. */

/* Of what this program wrote itself. jansson's own dumps go no deeper than 2048. */
#define OWN_DEPTH 256

struct in {
	const char *at, *end;
	int depth;       /* levels that may still be opened */
	bool twice;      /* may a name stand twice? The last one counts */
	const char *why; /* what is wrong with the byte at 'at', in English; NULL: memory was out */
};

static json_t *value(struct in *);

static void *wrong(struct in *in, const char *why)
{
	in->why = in->at < in->end ? why : N_("the text ends in the middle");
	return NULL;
}

static void blanks(struct in *in)
{
	while (in->at < in->end && *in->at && memchr(" \t\n\r", *in->at, 4))
		in->at++;
}

static bool take(struct in *in, char c)
{
	blanks(in);
	if (in->at == in->end || *in->at != c)
		return false;
	in->at++;
	return true;
}

/* ---- strings ---- */

/* To the next quote or backslash. */
static bool plain(struct in *in)
{
	while (in->at < in->end) {
		unsigned char c = (unsigned char)*in->at;
		size_t n = 1;

		if (c == '"' || c == '\\')
			return true;
		if (c >= 0x80)
			n = tong__utf8_len(in->at, (size_t)(in->end - in->at));
		if (!n)
			return wrong(in, N_("this is not UTF-8"));
		if (c < 0x20)
			return wrong(in, N_("a control character must be escaped"));
		in->at += n;
	}
	return wrong(in, NULL);
}

static int digit(char c)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	const char *at = c ? strchr(digits, c) : NULL;

	return !at ? -1 : at - digits < 16 ? (int)(at - digits) : (int)(at - digits) - 6;
}

/* The number of a \uXXXX that begins there; -1: none does. */
static long unit(const char *p, const char *end)
{
	long n = 0;

	if (end - p < 6 || p[0] != '\\' || p[1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		if (digit(p[i]) < 0)
			return -1;
		n = 16 * n + digit(p[i]);
	}
	return n;
}

/* One \uXXXX, or two that are the halves of one character; NUL is none. */
static bool numbered(struct in *in, struct tong__buf *out)
{
	long cp = unit(in->at, in->end), low = -1;
	char utf8[4];

	if (cp >= 0xd800 && cp < 0xdc00) {
		low = unit(in->at + 6, in->end);
		cp = low >= 0xdc00 && low < 0xe000 ? 0x10000 + (cp - 0xd800) * 0x400 + low - 0xdc00 : -1;
	} else if (cp >= 0xdc00 && cp < 0xe000) {
		cp = -1;
	}
	if (cp <= 0)
		return wrong(in, N_("no character is escaped like this"));
	in->at += low < 0 ? 6 : 12;
	return !tong__buf_add(out, utf8, tong__utf8_put((uint32_t)cp, utf8));
}

/* From a backslash. */
static bool escape(struct in *in, struct tong__buf *out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *one = in->end - in->at > 1 && in->at[1] ? strchr(from, in->at[1]) : NULL;

	if (!one)
		return numbered(in, out);
	in->at += 2;
	return !tong__buf_addc(out, to[one - from]);
}

/* What a string says: a slice of it, or with escapes of 'own'. False: 'why' tells. */
static bool string(struct in *in, struct tong__buf *own, const char **s, size_t *n)
{
	const char *begin = ++in->at, *from = begin;

	while (plain(in) && *in->at == '\\') {
		tong__buf_add(own, from, (size_t)(in->at - from));
		if (!escape(in, own))
			return false;
		from = in->at;
	}
	if (in->why)
		return false;
	*s = begin;
	*n = (size_t)(in->at - begin);
	if (from != begin) {
		tong__buf_add(own, from, (size_t)(in->at - from));
		*s = own->data;
		*n = own->len;
	}
	in->at++;
	return !own->failed;
}

static json_t *text(struct in *in)
{
	struct tong__buf own;
	json_t *v = NULL;
	const char *s;
	size_t n;

	tong__buf_init(&own, (size_t)(in->end - in->at));
	if (string(in, &own, &s, &n))
		v = json_stringn_nocheck(s, n);
	tong__buf_free(&own);
	return v;
}

/* ---- numbers and words ---- */

/* Whole numbers of 64 bits. No floating point: its form depends on who writes it, and on the locale
 * who reads it. */
static json_t *integer(struct in *in)
{
	bool minus = *in->at == '-';
	const char *from = in->at += minus;
	uint64_t v = 0, most = (uint64_t)INT64_MAX + minus;

	for (; in->at < in->end && *in->at >= '0' && *in->at <= '9'; in->at++) {
		unsigned d = (unsigned)(*in->at - '0');

		if (v == 0 && in->at > from)
			return wrong(in, N_("a number does not begin with a zero"));
		if (v > (most - d) / 10)
			return wrong(in, N_("this number is too large"));
		v = 10 * v + d;
	}
	if (in->at < in->end && memchr(".eE", *in->at, 3))
		return wrong(in, N_("floating point is not used here"));
	if (in->at == from)
		return wrong(in, N_("a value is wanted here"));
	return json_integer((json_int_t)(minus ? 0 - v : v));
}

static json_t *word(struct in *in, const char *name, json_t *v)
{
	size_t n = strlen(name);

	if ((size_t)(in->end - in->at) < n || memcmp(in->at, name, n) != 0)
		return wrong(in, N_("a value is wanted here"));
	in->at += n;
	return v;
}

/* ---- lists and objects ---- */

static bool named(struct in *in, json_t *object, const char *name, size_t n)
{
	if (!take(in, ':'))
		return wrong(in, N_("“:” is wanted here"));
	/* takes over the value, also when there is none */
	return !json_object_setn_new_nocheck(object, name, n, value(in));
}

static bool member(struct in *in, json_t *object)
{
	struct tong__buf own;
	const char *begin, *name;
	bool ok;
	size_t n;

	blanks(in);
	begin = in->at;
	if (begin == in->end || *begin != '"')
		return wrong(in, N_("a name in quotes is wanted here"));
	tong__buf_init(&own, (size_t)(in->end - begin));
	ok = string(in, &own, &name, &n);
	if (ok && !in->twice && json_object_getn(object, name, n)) {
		in->at = begin;
		ok = wrong(in, N_("this name stands there twice"));
	}
	ok = ok && named(in, object, name, n);
	tong__buf_free(&own);
	return ok;
}

static bool element(struct in *in, json_t *array)
{
	return !json_array_append_new(array, value(in));
}

static bool parts(struct in *in, json_t *all, char last, bool (*one)(struct in *, json_t *))
{
	if (in->depth-- == 0)
		return wrong(in, "deeper"); /* tong__json_read says how much deeper */
	in->at++;
	if (!take(in, last)) {
		do {
			if (!one(in, all))
				return false;
		} while (take(in, ','));
		if (!take(in, last))
			return wrong(in, N_("a comma or the end of the list is wanted here"));
	}
	in->depth++;
	return true;
}

static json_t *list(struct in *in, json_t *all, char last, bool (*one)(struct in *, json_t *))
{
	if (all && parts(in, all, last, one))
		return all;
	json_decref(all);
	return NULL;
}

static json_t *value(struct in *in)
{
	blanks(in);
	switch (in->at < in->end ? *in->at : '\0') {
	case '{':
		return list(in, json_object(), '}', member);
	case '[':
		return list(in, json_array(), ']', element);
	case '"':
		return text(in);
	case 't':
		return word(in, "true", json_true());
	case 'f':
		return word(in, "false", json_false());
	case 'n':
		return word(in, "null", json_null());
	default:
		return in->at < in->end ? integer(in) : wrong(in, NULL);
	}
}

static json_t *document(struct in *in)
{
	json_t *v = NULL;

	blanks(in);
	if (in->at == in->end || (*in->at != '{' && *in->at != '['))
		return wrong(in, N_("an object or a list is wanted here"));
	v = value(in);
	if (!v)
		return NULL;
	blanks(in);
	if (in->at == in->end)
		return v;
	json_decref(v);
	return wrong(in, N_("nothing may follow here"));
}

/* ---- ---- */

/* Both from 1; a column is a character, not a byte. */
static void position(const char *s, const char *at, size_t *line, size_t *column)
{
	for (*line = *column = 1; s < at; s++) {
		if (*s == '\n') {
			++*line;
			*column = 1;
		} else if (((unsigned char)*s & 0xc0) != 0x80) {
			++*column;
		}
	}
}

int tong__json_read(const char *s, size_t n, int depth, const char *subject, json_t **out,
                    tong_error *err)
{
	struct in in = { s, n ? s + n : s, depth, false, NULL };
	size_t line, column;

	*out = document(&in);
	if (*out)
		return 0;
	if (!in.why)
		return tong__fail_nomem(err);
	position(s, in.at, &line, &column);
	if (in.depth < 0)
		return tong__fail(err, TONG_E_FORMAT, subject, "%zu:%zu: deeper than %d levels", line,
						  column, depth);
	return tong__fail(err, TONG_E_FORMAT, subject, "%zu:%zu: %s", line, column, tong__text(in.why));
}

json_t *tong__json_own(const char *s, size_t n)
{
	if (!s)
		return NULL;
	return document(&(struct in){ s, s + n, OWN_DEPTH, true, NULL });
}

json_t *tong__json_text(const char *s)
{
	return s ? tong__json_own(s, strlen(s)) : NULL;
}
