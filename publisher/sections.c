/* Cutting the body of a Markdown file at its level-2 headings, as CommonMark sees them. */
#include "publisher/sections.h"

#include <stdlib.h>
#include <string.h>

#include "publisher/model.h"

bool tong__next_line(struct tong__lines_of *l, struct tong__str *line)
{
	const char *nl;

	if (l->at >= l->end)
		return false;
	nl = memchr(l->at, '\n', (size_t)(l->end - l->at));
	line->p = l->at;
	line->n = (size_t)((nl ? nl : l->end) - l->at);
	l->at = nl ? nl + 1 : l->end;
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	l->number++;
	return true;
}

/* Inside a fenced block a line that looks like a heading is none (CommonMark 4.5). */
struct fence { char mark; size_t n; };

static void follow_fence(struct fence *f, struct tong__str line)
{
	size_t indent = 0, n = 0;
	char c;

	while (indent < line.n && line.p[indent] == ' ')
		indent++;
	if (indent > 3 || indent == line.n)
		return;
	c = line.p[indent];
	while (indent + n < line.n && line.p[indent + n] == c)
		n++;
	if (n < 3 || (c != '`' && c != '~'))
		return;
	if (!f->n && !(c == '`' && memchr(line.p + indent + n, '`', line.n - indent - n)))
		*f = (struct fence){c, n};
	else if (f->mark == c && n >= f->n)
		f->n = 0;
}

/* "## 受理条件 ##" -> "受理条件"; false when the line is no level-2 heading. */
static bool heading_of(struct tong__str line, struct tong__str *out)
{
	const char *p = line.p, *end = line.p + line.n;

	while (p < end && p - line.p < 3 && *p == ' ')
		p++;
	if (end - p < 2 || p[0] != '#' || p[1] != '#' || (end - p > 2 && p[2] != ' ' && p[2] != '\t'))
		return false;
	p += 2;
	while (p < end && (*p == ' ' || *p == '\t'))
		p++;
	while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	while (end > p && end[-1] == '#')
		end--;
	while (end > p && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	out->p = p;
	out->n = (size_t)(end - p);
	return true;
}

static struct tong__section *add_section(struct tong__doc *d, struct tong__str heading,
                                         unsigned line)
{
	struct tong__section *s = realloc(d->sections, (d->n_sections + 1) * sizeof *s);

	if (!s)
		return NULL;
	d->sections = s;
	s = &s[d->n_sections];
	s->heading = strndup(heading.p, heading.n);
	s->markdown = NULL;
	s->line = line;
	if (!s->heading)
		return NULL;
	d->n_sections++;
	return s;
}

/* Without the blank lines around it. */
static char *trimmed(const char *from, const char *to)
{
	const char *p = from;

	while (to > from && strchr(" \t\r\n", to[-1]))
		to--;
	for (; p < to && strchr(" \t\r\n", *p); p++)
		if (*p == '\n')
			from = p + 1;
	return strndup(from < to ? from : to, from < to ? (size_t)(to - from) : 0);
}

static void check_twice(const struct tong__doc *d, const struct tong__section *s,
                        struct tong__findings *fs)
{
	if (tong__doc_section(d, s->heading) != s)
		tong__find(fs, "section-duplicate", d->path, s->line, 1, s->heading, d->path,
		           "each section once", "a second “%s”", s->heading);
}

/* The section at hand ends before 'to'. Blank text before the first heading leaves no section
 * behind. */
static int end_section(struct tong__doc *d, const char *from, const char *to, tong_error *err)
{
	struct tong__section *s = &d->sections[d->n_sections - 1];

	s->markdown = trimmed(from, to);
	if (!s->markdown)
		return tong__fail_nomem(err);
	if (!*s->heading && !*s->markdown && d->n_sections == 1) {
		free(s->heading);
		free(s->markdown);
		d->n_sections = 0;
	}
	return 0;
}

int tong__sections_cut(struct tong__doc *d, struct tong__lines_of l, struct tong__findings *fs,
                       tong_error *err)
{
	struct tong__str line, heading = {"", 0};
	struct tong__section *s = add_section(d, heading, l.number + 1);
	struct fence fence = {0, 0};
	const char *from = l.at;
	int rc = s ? 0 : tong__fail_nomem(err);

	while (!rc && tong__next_line(&l, &line)) {
		if (fence.n || !heading_of(line, &heading)) {
			follow_fence(&fence, line);
			continue;
		}
		rc = end_section(d, from, line.p, err);
		if (rc)
			return rc;
		s = add_section(d, heading, l.number);
		if (!s)
			return tong__fail_nomem(err);
		check_twice(d, s, fs);
		from = l.at;
	}
	return rc ? rc : end_section(d, from, l.end, err);
}
