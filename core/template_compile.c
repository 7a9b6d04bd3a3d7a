/* Compiles the text of a template to ops: tags, names, sections, the lines that leave no trace
 * (X1-X3). */
#include <stdlib.h>
#include <string.h>

#include "core/template_op.h"

struct compiler {
	struct tong__template *t;
	char *p, *end;             /* what is not read yet */
	char *text;                /* fixed text not emitted yet begins here */
	unsigned line;             /* of p */
	struct tong__html html;
	struct {
		size_t op;
		struct tong__html html;
		unsigned line;
	} open[TONG_TEMPLATE_NESTING];
	size_t n_open;
	tong_error *err;
};

static int refuse(const struct compiler *c, const char *text)
{
	return tong__template_fail(c->t, c->line, TONG_E_FORMAT, text, c->err);
}

static int judge(const struct compiler *c, const char *verdict)
{
	return verdict ? refuse(c, verdict) : 0;
}

/* Room for one more element of 'size' bytes; the array again, or NULL. */
static void *grow(void *array, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap ? *cap * 2 : 16;
	void *bigger;

	if (n < *cap)
		return array;
	bigger = realloc(array, more * size);
	if (bigger)
		*cap = more;
	return bigger;
}

static struct tong__op *new_op(struct compiler *c, enum tong__op_kind kind)
{
	struct tong__template *t = c->t;
	struct tong__op *ops = grow(t->ops, t->n_ops, &t->cap_ops, sizeof *ops);

	if (!ops) {
		tong__fail_nomem(c->err);
		return NULL;
	}
	t->ops = ops;
	ops[t->n_ops] = (struct tong__op){.kind = kind, .line = c->line};
	return &ops[t->n_ops++];
}

static int emit_text(struct compiler *c, const char *upto)
{
	struct tong__op *op;
	size_t n = (size_t)(upto - c->text);
	int rc;

	if (upto <= c->text)
		return 0;
	rc = judge(c, tong__html_text(&c->html, c->text, n));
	if (rc)
		return rc;
	op = new_op(c, TONG__OP_TEXT);
	if (!op)
		return TONG_E_NOMEM;
	op->text = c->text;
	op->len = n;
	return 0;
}

static bool name_char(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
	       ch == '_' || ch == '-';
}

static int new_part(struct compiler *c, const char *name, bool optional)
{
	struct tong__template *t = c->t;
	struct tong__part *parts = grow(t->parts, t->n_parts, &t->cap_parts, sizeof *parts);

	if (!parts)
		return tong__fail_nomem(c->err);
	t->parts = parts;
	parts[t->n_parts++] = (struct tong__part){name, strlen(name), optional};
	return 0;
}

/* X1: the words and the way to the root are asked for in every element, and no element has them. */
static bool is_of_page(const char *name)
{
	static const char *const names[] = {"t", "v", "root", "asset_root"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Cuts "a.b?" (NUL-terminated) into parts in place. "." alone is the current element. */
static int read_name(struct compiler *c, char *s, struct tong__op *op)
{
	size_t first = c->t->n_parts, n = 0;
	bool optional, more = true;
	char *start;

	if (strcmp(s, ".") == 0)
		return 0;
	while (more) {
		for (start = s; name_char(*s); s++)
			;
		optional = *s == '?';
		more = s[optional] == '.';
		if (s == start || (!more && s[optional] != '\0'))
			return refuse(c, "X1: a name is words of [0-9A-Za-z_-] joined by dots");
		*s = '\0';
		s += optional + 1;
		if (new_part(c, start, optional))
			return TONG_E_NOMEM;
		n++;
	}
	op->part = first;
	op->n_parts = n;
	op->of_page = is_of_page(c->t->parts[first].name);
	return 0;
}

static const char *last_part(const struct compiler *c, const struct tong__op *op)
{
	return op->n_parts ? c->t->parts[op->part + op->n_parts - 1].name : NULL;
}

static bool ends_in(const char *s, const char *end)
{
	size_t n = s ? strlen(s) : 0, m = strlen(end);

	return n >= m && strcmp(s + n - m, end) == 0;
}

static int tag_value(struct compiler *c, char *s)
{
	static const char letters[] = "uljhz";
	struct tong__op *op = new_op(c, TONG__OP_VALUE);
	const char *letter;
	int rc;

	if (!op)
		return TONG_E_NOMEM;
	if (s[0] && s[1] == ':') {
		letter = strchr(letters, s[0]);
		if (!letter)
			return refuse(c, "unknown way to write a value: wanted u:, l:, j:, h: or z:");
		op->escape = (enum tong__escape)(TONG__AS_URL + (letter - letters));
		s += 2;
	}
	rc = read_name(c, s, op);
	if (rc)
		return rc;
	if (op->escape == TONG__AS_HTML && !ends_in(last_part(c, op), "_html") &&
	    !ends_in(last_part(c, op), "_svg"))
		return refuse(c, "X2: the name of an h: value must end in _html or _svg");
	rc = judge(c, tong__html_value(&c->html, op->escape, last_part(c, op)));
	if (op->escape == TONG__AS_TEXT && c->html.state == TONG__H_TEXT)
		op->escape = TONG__AS_PROSE;
	if (op->escape == TONG__AS_HTML && ends_in(last_part(c, op), "_svg"))
		op->escape = TONG__AS_SVG;
	return rc;
}

static int tag_open(struct compiler *c, char *s, enum tong__op_kind kind)
{
	struct tong__op *op = new_op(c, kind);
	int rc;

	if (!op)
		return TONG_E_NOMEM;
	if (c->n_open == TONG_TEMPLATE_NESTING)
		return tong__template_fail(c->t, c->line, TONG_E_LIMIT, "sections nested too deep", c->err);
	rc = read_name(c, s, op);
	if (rc == 0)
		rc = judge(c, tong__html_break(&c->html));
	if (rc)
		return rc;
	c->open[c->n_open].op = c->t->n_ops - 1;
	c->open[c->n_open].html = c->html;
	c->open[c->n_open++].line = c->line;
	return 0;
}

/* Does "a.b" (with or without '?') close the section opened with these parts? */
static bool closes(const struct compiler *c, const struct tong__op *op, const char *s)
{
	const struct tong__part *part;
	size_t n;

	if (op->n_parts == 0)
		return strcmp(s, ".") == 0;
	part = &c->t->parts[op->part];
	for (size_t i = 0; i < op->n_parts; i++) {
		n = strlen(part[i].name);
		if (strncmp(s, part[i].name, n) != 0)
			return false;
		s += n;
		s += *s == '?';
		if (*s != (i + 1 < op->n_parts ? '.' : '\0'))
			return false;
		s++;
	}
	return true;
}

static int tag_close(struct compiler *c, const char *s)
{
	struct tong__op *op;

	if (c->n_open == 0)
		return refuse(c, "this closes a section that was not opened");
	op = &c->t->ops[c->open[--c->n_open].op];
	if (!closes(c, op, s))
		return refuse(c, "this closes another section than the one that is open");
	op->len = c->t->n_ops;
	if (judge(c, tong__html_break(&c->html)))
		return TONG_E_FORMAT;
	return judge(c, tong__html_join(&c->html, &c->open[c->n_open].html));
}

static int tag_partial(struct compiler *c, const char *s)
{
	struct tong__op *op = new_op(c, TONG__OP_PARTIAL);

	if (!op)
		return TONG_E_NOMEM;
	if (c->html.state != TONG__H_TEXT)
		return refuse(c, "X2: a partial may stand in text only");
	op->text = s;
	return 0;
}

/* The tag between the braces, NUL-terminated and without white space around it. */
static int read_tag(struct compiler *c, char *s)
{
	char kind = *s && strchr("#^/>!", *s) ? *s++ : '\0';

	s += strspn(s, " \t");
	if (kind == '!')
		return 0;
	if (*s == '\0')
		return refuse(c, "an empty tag");
	switch (kind) {
	case '#':
		return tag_open(c, s, TONG__OP_SECTION);
	case '^':
		return tag_open(c, s, TONG__OP_INVERTED);
	case '/':
		return tag_close(c, s);
	case '>':
		return tag_partial(c, s);
	default:
		return tag_value(c, s);
	}
}

/* X3: when only white space is around the tag on its line, its start and what follows its line;
 * else as given. */
static void widen(const struct compiler *c, char **open, char **close)
{
	char *a = *open, *b = *close;

	while (a > c->text && (a[-1] == ' ' || a[-1] == '\t'))
		a--;
	if (a != c->t->text && a[-1] != '\n')
		return;
	b += strspn(b, " \t\r");
	if (b < c->end && *b != '\n')
		return;
	*open = a;
	*close = b < c->end ? b + 1 : b;
}

static unsigned newlines(const char *a, const char *b)
{
	unsigned n = 0;

	while (a < b)
		n += *a++ == '\n';
	return n;
}

/* From "{{" at c->p to what follows the tag. */
static int next_tag(struct compiler *c)
{
	char *open = c->p, *s = open + 2 + strspn(open + 2, " \t"), *close = strstr(open + 2, "}}"),
		 *tail;
	unsigned lines;
	int rc;

	if (!close)
		return refuse(c, "a tag that does not end with }}");
	lines = newlines(open, close);
	if (*s != '!' && lines)
		return refuse(c, "a tag that does not end on its line");
	tail = close;
	close += 2;
	if (strchr("#^/>!", *s))
		widen(c, &open, &close);
	lines += newlines(tail, close);
	rc = emit_text(c, open);
	if (rc)
		return rc;
	while (tail > s && (tail[-1] == ' ' || tail[-1] == '\t'))
		tail--;
	*tail = '\0';
	rc = read_tag(c, s);
	c->line += lines;
	c->p = c->text = close;
	return rc;
}

int tong__template_compile(struct tong__template *t, size_t n, tong_error *err)
{
	struct compiler c = {.t = t, .p = t->text, .text = t->text, .end = t->text + n, .line = 1,
	                     .err = err};
	char *tag;
	int rc;

	while ((tag = strstr(c.p, "{{"))) {
		c.line += newlines(c.p, tag);
		c.p = tag;
		rc = next_tag(&c);
		if (rc)
			return rc;
	}
	rc = emit_text(&c, c.end);
	if (rc)
		return rc;
	if (c.n_open) {
		c.line = c.open[c.n_open - 1].line;
		return refuse(&c, "a section that is not closed");
	}
	c.line += newlines(c.p, c.end);
	if (c.html.state != TONG__H_TEXT)
		return refuse(&c, "X2: the template ends inside a tag, comment or raw element");
	return 0;
}
