/* Looking into a line in record form without building a tree: members, elements, texts. */
#include <string.h>

#include "core/record.h"
#include "core/text.h"

/* Lines come from a check, or from a database that something may have damaged since: nothing here
 * reads past the end, and what makes no sense ends the walk. */

/* Behind the string whose opening quote is at p; 'end' when it does not close. */
static const char *past_string(const char *p, const char *end)
{
	for (p++; p < end; p++) {
		size_t slashes = 0;

		p = memchr(p, '"', (size_t)(end - p));
		if (!p)
			return end;
		while (p[-1 - (ptrdiff_t)slashes] == '\\')
			slashes++;
		if (slashes % 2 == 0)
			return p + 1;
	}
	return end;
}

static const char *past_value(const char *p, const char *end)
{
	int level = 0;

	while (p < end) {
		if (*p == '"') {
			p = past_string(p, end);
		} else if (level == 0 && (*p == ',' || *p == '}' || *p == ']')) {
			return p;
		} else {
			level += *p == '{' || *p == '[';
			level -= *p == '}' || *p == ']';
			p++;
		}
	}
	return end;
}

struct tong__walk tong__walk(struct tong__str v)
{
	struct tong__walk w = {NULL, NULL, false};

	if (v.n > 1 && (v.p[0] == '{' || v.p[0] == '[')) {
		w.object = v.p[0] == '{';
		w.p = v.p + 1;
		w.end = v.p + v.n - 1;
	}
	return w;
}

bool tong__walk_next(struct tong__walk *w, struct tong__str *name, struct tong__str *value)
{
	const char *from = w->p;

	*name = (struct tong__str){NULL, 0};
	if (from == w->end)
		return false;
	if (w->object) {
		const char *to = *from == '"' ? past_string(from, w->end) : w->end;

		if (to == w->end || *to != ':')
			return false;
		*name = (struct tong__str){from + 1, (size_t)(to - from) - 2};
		from = to + 1;
	}
	w->p = past_value(from, w->end);
	*value = (struct tong__str){from, (size_t)(w->p - from)};
	w->p += w->p < w->end;
	return true;
}

bool tong__walk_named(struct tong__str name, const char *wanted)
{
	return name.p && name.n == strlen(wanted) && memcmp(name.p, wanted, name.n) == 0;
}

struct tong__str tong__walk_member(struct tong__str object, const char *wanted)
{
	struct tong__walk w = tong__walk(object);
	struct tong__str name, value;

	while (tong__walk_next(&w, &name, &value))
		if (tong__walk_named(name, wanted))
			return value;
	return (struct tong__str){NULL, 0};
}

void tong__walk_members(struct tong__str object, const char *const names[], size_t n,
			struct tong__str out[])
{
	struct tong__walk w = tong__walk(object);
	struct tong__str name, value;

	memset(out, 0, n * sizeof *out);
	while (tong__walk_next(&w, &name, &value))
		for (size_t i = 0; i < n; i++)
			if (name.n && name.p[0] == names[i][0] && !out[i].p && tong__walk_named(name, names[i]))
				out[i] = value;
}

bool tong__walk_is_text(struct tong__str v)
{
	return v.n > 1 && v.p[0] == '"';
}

/* What stands behind a backslash in record form (R1). */
static size_t unescape(const char *p, size_t left, char *c)
{
	static const char from[] = "btnfr", to[] = "\b\t\n\f\r";
	const char *hex = "0123456789abcdef", *low, *at = memchr(from, *p, 5);

	*c = at ? to[at - from] : *p;
	if (*p != 'u' || left < 5)
		return 1;
	low = memchr(hex, p[4], 16);
	*c = (char)((p[3] == '1') * 16 + (low ? (int)(low - hex) : 0));
	return 5;
}

int tong__walk_text(struct tong__str v, struct tong__buf *out)
{
	const char *p, *end, *slash;

	if (!tong__walk_is_text(v))
		return 0;
	p = v.p + 1;
	end = v.p + v.n - 1;
	while ((slash = memchr(p, '\\', (size_t)(end - p))) != NULL && slash + 1 < end) {
		char c;

		tong__buf_add(out, p, (size_t)(slash - p));
		p = slash + 1;
		p += unescape(p, (size_t)(end - p), &c);
		tong__buf_addc(out, c);
	}
	return tong__buf_add(out, p, (size_t)(end - p));
}
