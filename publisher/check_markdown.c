/* Markdown that will not come out as meant: literal stars, dropped HTML, dead links. */
#include "publisher/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "publisher/links.h"
#include "publisher/md.h"

struct spot {
	const struct tong__model *m;
	const struct tong__doc *doc;
	const char *subject;
	const struct tong__section *s;
	struct tong__findings *fs;
};

static void report(const struct spot *o, const char *rule, const char *at, const char *wanted,
                   const char *found)
{
	tong__report_section(o->fs, rule, o->doc, o->subject, o->s, at, wanted, found);
}

/*
 * CommonMark's emphasis needs white space or punctuation in places where Chinese has none:
 * "**注意：**请" stays literal stars. The
 * renderer itself is asked, so that this never disagrees with the page.
 */
static void check_emphasis(const struct spot *o)
{
	const char *at = strstr(o->s->markdown, "**");
	char *html = at ? tong__md_html(o->s->markdown) : NULL;

	if (html && strstr(html, "**"))
		report(o, "markdown-emphasis", at, "“**注意** ：请…”: the punctuation outside of the stars",
		       "the stars will be seen as stars");
	free(html);
}

/* "<" followed by a letter or "/" outside code: cmark drops it as raw HTML. */
static void check_html(const struct spot *o)
{
	for (const char *p = strchr(o->s->markdown, '<'); p; p = strchr(p + 1, '<')) {
		bool tag = (p[1] >= 'a' && p[1] <= 'z') || (p[1] >= 'A' && p[1] <= 'Z') || p[1] == '/' ||
		           p[1] == '!';

		if (!tag || !strncmp(p, "<http", 5))
			continue;
		report(o, "markdown-html", p, "CommonMark", "an HTML tag");
		return;
	}
}

static void check_headings(const struct spot *o)
{
	const char *p = o->s->markdown;

	for (; p; p = strchr(p, '\n'), p = p ? p + 1 : NULL)
		if (!strncmp(p, "# ", 2)) {
			report(o, "markdown-heading", p, "headings from level three on",
			       "a heading of level one");
			return;
		}
}

static bool outside_link(const char *url)
{
	return tong__starts(url, "https://") || tong__starts(url, "http://") ||
	       tong__starts(url, "tel:") || tong__starts(url, "mailto:") || url[0] == '#';
}

static void check_link(const struct spot *o, const char *at, size_t n)
{
	char url[256];

	snprintf(url, sizeof url, "%.*s", (int)n, at);
	if (outside_link(url))
		return;
	if (url[0] == '/' && !tong__link_alive(o->m, url))
		report(o, "link-dead", at, "a page that exists", url);
	else if (url[0] != '/')
		report(o, "link-scheme", at,
		       "https://, tel: or an address of this site that begins with /", url);
}

/* "[1]: /items/x/" at the start of a line. */
static void check_definition(const struct spot *o, const char *line)
{
	const char *end = *line == '[' ? strstr(line, "]:") : NULL;

	if (!end || (size_t)(end - line) > strcspn(line, "\n"))
		return;
	end += 2;
	end += strspn(end, " \t");
	if (*end && *end != '\n')
		check_link(o, end, strcspn(end, " \t\n"));
}

static void check_links(const struct spot *o)
{
	for (const char *p = o->s->markdown; p; p = strchr(p, '\n'), p = p ? p + 1 : NULL)
		check_definition(o, p);
	for (const char *p = strstr(o->s->markdown, "]("); p; p = strstr(p + 2, "](")) {
		size_t n = strcspn(p + 2, ") \n");

		if (p[2 + n] == ')' || p[2 + n] == ' ')
			check_link(o, p + 2, n);
	}
}

static void check_doc(const struct tong__model *m, const struct tong__doc *doc, const char *subject,
                      struct tong__findings *fs)
{
	for (size_t i = 0; i < doc->n_sections; i++) {
		struct spot o = {m, doc, subject, &doc->sections[i], fs};

		check_emphasis(&o);
		check_html(&o);
		check_headings(&o);
		check_links(&o);
	}
}

void tong__check_markdown(const struct tong__model *m, struct tong__findings *fs)
{
	char id[65];

	for (size_t i = 0; i < m->n_items; i++)
		check_doc(m, m->items[i].doc, m->items[i].code, fs);
	for (size_t i = 0; i < m->n_notices; i++) {
		tong__notice_id(m->notices[i], id);
		check_doc(m, m->notices[i], id, fs);
	}
}
