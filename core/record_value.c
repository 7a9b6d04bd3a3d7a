/* The values of a line that is known to be a record: no second look for faults. */
#include <string.h>

#include "core/record.h"

/* Everything here returns NULL, or false, for what it does not expect. */
struct in {
	const char *at, *end;
	int depth;
};

static json_t *value(struct in *);

static bool take(struct in *in, char c)
{
	if (in->at == in->end || *in->at != c)
		return false;
	in->at++;
	return true;
}

/* The bytes between quotes, as they stand; 'plain': without escapes. */
static bool quoted(struct in *in, struct tong__str *s, bool *plain)
{
	const char *quote, *from;

	if (!take(in, '"'))
		return false;
	from = s->p = in->at;
	*plain = true;
	while ((quote = memchr(from, '"', (size_t)(in->end - from)))) {
		const char *back = memchr(from, '\\', (size_t)(quote - from));

		if (!back) {
			s->n = (size_t)(quote - s->p);
			in->at = quote + 1;
			return true;
		}
		*plain = false;
		if (in->end - back < 2)
			break;
		from = back + 2;
	}
	return false;
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One escape of the record form at *s, behind its backslash; false for any other. */
static bool escape(const char **s, const char *end, struct tong__buf *out)
{
	static const char from[] = "\"\\bfnrt", to[] = "\"\\\b\f\n\r\t";
	const char *one = **s ? strchr(from, **s) : NULL;

	if (one) {
		++*s;
		return !tong__buf_addc(out, to[one - from]);
	}
	if (end - *s < 5 || memcmp(*s, "u00", 3) || digit((*s)[3]) < 0 || digit((*s)[4]) < 0)
		return false;
	*s += 5;
	return !tong__buf_addc(out, (char)(digit((*s)[-2]) << 4 | digit((*s)[-1])));
}

static bool unescape(struct tong__str s, struct tong__buf *out)
{
	const char *at = s.p, *end = s.p + s.n, *back;

	while ((back = memchr(at, '\\', (size_t)(end - at)))) {
		if (tong__buf_add(out, at, (size_t)(back - at)))
			return false;
		at = back + 1;
		if (!escape(&at, end, out))
			return false;
	}
	return !tong__buf_add(out, at, (size_t)(end - at));
}

static json_t *string(struct in *in)
{
	struct tong__str s;
	struct tong__buf text;
	json_t *v = NULL;
	bool plain;

	if (!quoted(in, &s, &plain))
		return NULL;
	if (plain)
		return json_stringn_nocheck(s.p, s.n);
	tong__buf_init(&text, s.n);
	if (unescape(s, &text))
		v = json_stringn_nocheck(text.data, text.len);
	tong__buf_free(&text);
	return v;
}

static bool member(struct in *in, json_t *object)
{
	struct tong__str name;
	bool plain;

	/* takes over the value, also when there is none */
	return quoted(in, &name, &plain) && plain && take(in, ':') &&
	       !json_object_setn_new_nocheck(object, name.p, name.n, value(in));
}

static bool element(struct in *in, json_t *array)
{
	return !json_array_append_new(array, value(in));
}

static json_t *list(struct in *in, json_t *all, char last, bool (*one)(struct in *, json_t *))
{
	bool ok = all && ++in->depth <= TONG_MAX_RECORD_DEPTH;

	in->at++;
	if (ok && !take(in, last)) {
		do
			ok = one(in, all);
		while (ok && take(in, ','));
		ok = ok && take(in, last);
	}
	in->depth--;
	if (ok)
		return all;
	json_decref(all);
	return NULL;
}

static json_t *integer(struct in *in)
{
	bool minus = take(in, '-');
	json_int_t v = 0;
	int digits = 0;

	for (; in->at < in->end && *in->at >= '0' && *in->at <= '9' && digits < 18; digits++)
		v = 10 * v + (*in->at++ - '0');
	return digits ? json_integer(minus ? -v : v) : NULL;
}

static json_t *truth(struct in *in)
{
	size_t n = (size_t)(in->end - in->at);

	if (n >= 4 && !memcmp(in->at, "true", 4)) {
		in->at += 4;
		return json_true();
	}
	if (n < 5 || memcmp(in->at, "false", 5))
		return NULL;
	in->at += 5;
	return json_false();
}

static json_t *value(struct in *in)
{
	switch (in->at < in->end ? *in->at : '\0') {
	case '{':
		return list(in, json_object(), '}', member);
	case '[':
		return list(in, json_array(), ']', element);
	case '"':
		return string(in);
	case 't':
	case 'f':
		return truth(in);
	default:
		return integer(in);
	}
}

json_t *tong__record_value(const char *line, size_t n)
{
	struct in in = {line, line + n, 0};
	json_t *v = value(&in);

	if (v && in.at == in.end && json_is_object(v))
		return v;
	json_decref(v);
	return NULL;
}
