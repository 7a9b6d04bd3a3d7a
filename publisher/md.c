/* The door to cmark. cmark stops the program when memory is out, which is why it never enters the
 * agent. */
#include "publisher/md.h"

#include <cmark.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/buf.h"
#include "core/limits.h"

/* CMARK_OPT_UNSAFE is not here: raw HTML becomes a comment, javascript: and data: links lose
 * their target. */
#define OPTIONS CMARK_OPT_DEFAULT

static char *without_newline(char *html)
{
	size_t n = html ? strlen(html) : 0;

	while (n && html[n - 1] == '\n')
		html[--n] = '\0';
	return html;
}

char *tong__md_html(const char *markdown)
{
	return without_newline(cmark_markdown_to_html(markdown, strlen(markdown), OPTIONS));
}

static bool is_question(cmark_node *n)
{
	return cmark_node_get_type(n) == CMARK_NODE_HEADING && cmark_node_get_heading_level(n) == 3;
}

/* What a heading says, without its marks. */
static json_t *plain_text(cmark_node *heading)
{
	cmark_iter *it = cmark_iter_new(heading);
	cmark_event_type ev;
	struct tong__buf b;
	json_t *text;

	tong__buf_init(&b, TONG_MAX_ITEM_FILE);
	while ((ev = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
		cmark_node_type type = cmark_node_get_type(cmark_iter_get_node(it));

		if (ev != CMARK_EVENT_ENTER)
			continue;
		if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
			tong__buf_adds(&b, cmark_node_get_literal(cmark_iter_get_node(it)));
		else if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
			tong__buf_addc(&b, ' ');
	}
	cmark_iter_free(it);
	text = json_stringn(b.data ? b.data : "", b.len);
	tong__buf_free(&b);
	return text;
}

/* Takes the blocks up to the next question out of the document and renders them. */
static json_t *answer_from(cmark_node **next)
{
	cmark_node *doc = cmark_node_new(CMARK_NODE_DOCUMENT), *n = *next;
	json_t *out = NULL;
	char *html;

	while (n && !is_question(n)) {
		cmark_node *after = cmark_node_next(n);

		cmark_node_unlink(n);
		cmark_node_append_child(doc, n);
		n = after;
	}
	*next = n;
	html = without_newline(cmark_render_html(doc, OPTIONS));
	if (html && *html)
		out = json_string(html);
	free(html);
	cmark_node_free(doc);
	return out;
}

json_t *tong__md_faq(const char *markdown)
{
	cmark_node *doc = cmark_parse_document(markdown, strlen(markdown), OPTIONS);
	cmark_node *n = cmark_node_first_child(doc);
	json_t *faq = json_array();

	while (n && !is_question(n))
		n = cmark_node_next(n);
	while (n) {
		json_t *qa = json_object(), *a;

		json_object_set_new(qa, "q", plain_text(n));
		n = cmark_node_next(n);
		a = answer_from(&n);
		if (a)
			json_object_set_new(qa, "a_html", a);
		json_array_append_new(faq, qa);
	}
	cmark_node_free(doc);
	return faq;
}

const char *tong__md_version(void)
{
	return cmark_version_string();
}
