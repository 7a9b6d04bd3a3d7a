/* Writing a value so that it cannot leave the place it stands in: one function a context. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/template_op.h"

static const char *const entities[256] = {
	['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;",
};

/* Has one of the eight bytes this value? */
static bool any(uint64_t eight, uint64_t value)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t v = eight ^ (ones * value);

	return (v - ones) & ~v & (ones << 7);
}

/* Over what needs no entity, eight bytes at a time: of '"' and '&', and of '<' and '>', one bit is
 * another. */
static const char *over_plain(const char *s, const char *end)
{
	uint64_t w;

	for (; end - s >= (ptrdiff_t)sizeof w; s += sizeof w) {
		memcpy(&w, s, sizeof w);
		if (any(w & ~(UINT64_C(0x0101010101010101) << 2), '"') ||
		    any(w & ~(UINT64_C(0x0101010101010101) << 1), '<') || any(w, '\''))
			break;
	}
	return s;
}

int tong__escape_text(struct tong__buf *out, const char *s, size_t n)
{
	const char *from = s, *end = s + n, *entity;

	for (s = over_plain(s, end); s < end; s++) {
		entity = entities[(unsigned char)*s];
		if (!entity)
			continue;
		tong__buf_add(out, from, (size_t)(s - from));
		tong__buf_adds(out, entity);
		from = s + 1;
		s = over_plain(from, end) - 1;
	}
	return tong__buf_add(out, from, (size_t)(end - from));
}

static bool unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.' || c == '~';
}

int tong__escape_url(struct tong__buf *out, const char *s, size_t n)
{
	static const char hex[] = "0123456789ABCDEF";
	const char *from = s, *end = s + n;
	char code[3] = "%";

	for (; s < end; s++) {
		unsigned char c = (unsigned char)*s;

		if (unreserved(c))
			continue;
		tong__buf_add(out, from, (size_t)(s - from));
		code[1] = hex[c >> 4];
		code[2] = hex[c & 15];
		tong__buf_add(out, code, 3);
		from = s + 1;
	}
	return tong__buf_add(out, from, (size_t)(end - from));
}

static bool scheme_is(const char *s, size_t n, const char *name)
{
	return strlen(name) == n && strncasecmp(s, name, n) == 0;
}

/* Relative, or one of four schemes. Browsers drop control characters and read '\' as '/', hence
 * the first two lines. */
static bool link_allowed(const char *s, size_t n)
{
	size_t i = 0;

	for (i = 0; i < n; i++)
		if ((unsigned char)s[i] <= 0x20 || s[i] == 0x7f || s[i] == '\\')
			return false;
	if (n > 1 && s[0] == '/' && s[1] == '/')
		return false;
	for (i = 0; i < n && !strchr(":/?#", s[i]); i++)
		;
	if (i == n || s[i] != ':')
		return true;
	return scheme_is(s, i, "http") || scheme_is(s, i, "https") || scheme_is(s, i, "tel") ||
	       scheme_is(s, i, "mailto");
}

int tong__escape_link(struct tong__buf *out, const char *s, size_t n)
{
	return link_allowed(s, n) ? tong__escape_text(out, s, n) : tong__buf_addc(out, '#');
}

/* Bytes at which a JSON string needs a look: nearly all of a text has none of them. */
static bool json_looked_at(unsigned char c)
{
	switch (c) {
	case '<': case '>': case '&': case '"': case '\\': case 0xe2:
		return true;
	default:
		return c < 0x20;
	}
}

/* How many bytes at s must be written as one \u escape (0: none), and which code point. */
static size_t json_special(const char *s, size_t n, unsigned *cp)
{
	unsigned char c = (unsigned char)*s;

	*cp = c;
	if (c < 0x20 || c == '<' || c == '>' || c == '&' || c == '"' || c == '\\')
		return 1;
	if (c != 0xe2 || n < 3 || (unsigned char)s[1] != 0x80 || ((unsigned char)s[2] & 0xfe) != 0xa8)
		return 0;
	*cp = 0x2028 + ((unsigned char)s[2] & 1);
	return 3;
}

static void write_string(struct tong__buf *out, const char *s, size_t n)
{
	const char *from = s, *end = s + n;
	unsigned cp;
	size_t len;

	tong__buf_addc(out, '"');
	while (s < end) {
		while (s < end && !json_looked_at((unsigned char)*s))
			s++;
		len = s < end ? json_special(s, (size_t)(end - s), &cp) : 0;
		if (len) {
			tong__buf_add(out, from, (size_t)(s - from));
			if (cp == '"' || cp == '\\')
				tong__buf_addf(out, "\\%c", (int)cp);
			else
				tong__buf_addf(out, "\\u%04x", cp);
			from = s + len;
		}
		s += len ? len : s < end;
	}
	tong__buf_add(out, from, (size_t)(end - from));
	tong__buf_addc(out, '"');
}

static void write_members(struct tong__buf *out, const json_t *v, int depth)
{
	const char *name, *comma = "";
	json_t *member;

	tong__buf_addc(out, '{');
	json_object_foreach((json_t *)v, name, member) {
		tong__buf_adds(out, comma);
		write_string(out, name, strlen(name));
		tong__buf_addc(out, ':');
		tong__escape_json(out, member, depth - 1);
		comma = ",";
	}
	tong__buf_addc(out, '}');
}

int tong__escape_json(struct tong__buf *out, const json_t *v, int depth)
{
	switch (v && depth > 0 ? json_typeof(v) : JSON_NULL) {
	case JSON_OBJECT:
		write_members(out, v, depth);
		break;
	case JSON_ARRAY:
		tong__buf_addc(out, '[');
		for (size_t i = 0; i < json_array_size(v); i++) {
			tong__buf_adds(out, i ? "," : "");
			tong__escape_json(out, json_array_get(v, i), depth - 1);
		}
		tong__buf_addc(out, ']');
		break;
	case JSON_STRING:
		write_string(out, json_string_value(v), json_string_length(v));
		break;
	case JSON_INTEGER:
		tong__buf_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
		break;
	case JSON_TRUE:
		tong__buf_adds(out, "true");
		break;
	case JSON_FALSE:
		tong__buf_adds(out, "false");
		break;
	default:
		tong__buf_adds(out, "null");
	}
	return out->failed;
}
