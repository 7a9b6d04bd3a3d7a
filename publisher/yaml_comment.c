/* Finding comments in YAML: libyaml passes over them, and what is written again has none. */
#include <string.h>

#include "publisher/format.h"

/* Where a reader of characters stands. */
struct scan {
	const char *p, *end, *line_start;
	unsigned line;
	int block; /* indent of the line that opened a block text; -1: none open */
};

static int indent_of(const char *p, const char *end)
{
	int n = 0;

	while (p < end && *p == ' ') {
		p++;
		n++;
	}
	return n;
}

/* "text: |", "- >-": what follows, further in, is text. */
static bool opens_block(const char *from, const char *to)
{
	while (to > from && to[-1] == ' ')
		to--;
	while (to > from && strchr("+-0123456789", to[-1]))
		to--;
	return to > from + 1 && (to[-1] == '|' || to[-1] == '>') && to[-2] == ' ';
}

/* Past a quoted text, over lines if need be. */
static void skip_quoted(struct scan *s)
{
	char quote = *s->p++;

	for (; s->p < s->end; s->p++) {
		if (*s->p == '\n') {
			s->line++;
			s->line_start = s->p + 1;
		} else if (quote == '"' && *s->p == '\\' && s->p + 1 < s->end) {
			s->p++;
		} else if (*s->p == quote) {
			if (quote == '"' || s->p + 1 >= s->end || s->p[1] != '\'')
				break;
			s->p++;
		}
	}
	s->p += s->p < s->end;
}

/* A quote opens a text only where a value may begin. */
static bool may_quote(const char *line, const char *p)
{
	while (p > line && p[-1] == ' ')
		p--;
	return p == line || strchr(",[{:-?", p[-1]);
}

/* Through one line (or more, in quotes). True at a comment. */
static bool scan_line(struct scan *s)
{
	const char *from = s->p;
	int indent = indent_of(s->p, s->end);

	while (s->p < s->end && *s->p != '\n') {
		if (*s->p == '#' && (s->p == s->line_start || s->p[-1] == ' ' || s->p[-1] == '\t'))
			return true;
		if ((*s->p == '"' || *s->p == '\'') && may_quote(s->line_start, s->p))
			skip_quoted(s);
		else
			s->p++;
	}
	if (opens_block(from, s->p))
		s->block = indent;
	return false;
}

bool tong__yaml_comment(const char *text, size_t n, unsigned *line, unsigned *column)
{
	struct scan s = { text, text + n, text, *line, -1 };

	for (; s.p < s.end; s.p++, s.line++) {
		const char *nl = memchr(s.p, '\n', (size_t)(s.end - s.p));
		int indent = indent_of(s.p, s.end);

		s.line_start = s.p;
		nl = nl ? nl : s.end;
		if (s.p + indent == nl || (s.block >= 0 && indent > s.block)) {
			s.p = nl;
			continue;
		}
		s.block = -1;
		if (scan_line(&s)) {
			*line = s.line;
			*column = (unsigned)(s.p - s.line_start) + 1;
			return true;
		}
	}
	return false;
}
