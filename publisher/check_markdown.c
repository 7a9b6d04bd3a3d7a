/* Markdown that will not come out as meant: literal stars, dropped HTML, dead links. */
#include "publisher/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "publisher/md.h"

struct spot {
	const struct tong__model *m;
	const struct tong__item *it;
	const struct tong__section *s;
	struct tong__findings *fs;
};

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
		tong__report_text(o->fs, "markdown-emphasis", o->it, o->s, at, "**注意** ：请…（把标点移到星号外）",
		                  "星号会原样显示");
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
		tong__report_text(o->fs, "markdown-html", o->it, o->s, p, "CommonMark 写法", "HTML 标签");
		return;
	}
}

static void check_headings(const struct spot *o)
{
	const char *p = o->s->markdown;

	for (; p; p = strchr(p, '\n'), p = p ? p + 1 : NULL)
		if (!strncmp(p, "# ", 2)) {
			tong__report_text(o->fs, "markdown-heading", o->it, o->s, p, "三级以下标题", "一级标题");
			return;
		}
}

static bool has_notice(const struct tong__model *m, const char *id)
{
	char own[65];

	for (size_t i = 0; i < m->n_notices; i++) {
		tong__notice_id(m->notices[i], own);
		if (!strcmp(own, id))
			return true;
	}
	return false;
}

static bool page_exists(const struct tong__model *m, const char *path)
{
	char id[128];
	int n = 0;

	if (sscanf(path, "/items/%63[0-9A-Za-z-]/%n", id, &n) == 1 && n)
		return tong__model_item(m, id) != NULL;
	if (sscanf(path, "/regions/%63[0-9]/%n", id, &n) == 1 && n)
		return tong__model_region(m, id) != NULL;
	if (sscanf(path, "/laws/%63[0-9A-Za-z_-]/%n", id, &n) == 1 && n)
		return tong__model_law(m, id) != NULL;
	if (sscanf(path, "/materials/%63[0-9A-Za-z_-]/%n", id, &n) == 1 && n)
		return tong__model_material(m, id) != NULL;
	if (sscanf(path, "/licences/%63[0-9A-Za-z_-]/%n", id, &n) == 1 && n)
		return tong__model_licence(m, id) != NULL;
	if (sscanf(path, "/notices/%63[0-9A-Za-z_-]/%n", id, &n) == 1 && n)
		return has_notice(m, id);
	if (sscanf(path, "/themes/%63[0-9A-Za-z_-]/%n", id, &n) == 1 && n)
		return tong__model_theme(m, id) != NULL;
	return !strcmp(path, "/") || !strcmp(path, "/search/") || !strcmp(path, "/about/") ||
	       !strcmp(path, "/verify/");
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
	if (url[0] == '/' && !page_exists(o->m, url))
		tong__report_text(o->fs, "link-dead", o->it, o->s, at, "存在的页面", url);
	else if (url[0] != '/')
		tong__report_text(o->fs, "link-scheme", o->it, o->s, at,
		                  "https://、tel: 或以 / 开头的站内地址", url);
}

static void check_links(const struct spot *o)
{
	for (const char *p = strstr(o->s->markdown, "]("); p; p = strstr(p + 2, "](")) {
		size_t n = strcspn(p + 2, ") \n");

		if (p[2 + n] == ')' || p[2 + n] == ' ')
			check_link(o, p + 2, n);
	}
}

void tong__check_markdown(const struct tong__model *m, struct tong__findings *fs)
{
	for (size_t i = 0; i < m->n_items; i++)
		for (size_t k = 0; k < m->items[i].doc->n_sections; k++) {
			struct spot o = {m, &m->items[i], &m->items[i].doc->sections[k], fs};

			check_emphasis(&o);
			check_html(&o);
			check_headings(&o);
			check_links(&o);
		}
}
