/* Turns item and listing records into the text in which they are searched. */
#include "core/search_texts.h"

#include <string.h>

#include "core/limits.h"
#include "core/text.h"

void tong__searched_init(struct tong__searched *w)
{
	tong__buf_init(&w->name, TONG_MAX_RECORD);
	tong__buf_init(&w->also, TONG_MAX_RECORD);
	tong__buf_init(&w->text, 2 * TONG_MAX_RECORD);
	tong__buf_init(&w->html, TONG_MAX_RECORD);
}

void tong__searched_clear(struct tong__searched *w)
{
	tong__buf_clear(&w->name);
	tong__buf_clear(&w->also);
	tong__buf_clear(&w->text);
}

void tong__searched_free(struct tong__searched *w)
{
	tong__buf_free(&w->name);
	tong__buf_free(&w->also);
	tong__buf_free(&w->text);
	tong__buf_free(&w->html);
}

void tong__alias_form(const char *code, char *out, size_t max)
{
	size_t n = 0;

	for (; *code && n + 1 < max; code++)
		out[n++] = (char)(*code >= 'a' && *code <= 'z' ? *code - 32 : *code);
	out[n] = '\0';
}

/* Entities that the publisher's Markdown writer makes; the rest stay as they are. */
static size_t entity(const char *p, char *out)
{
	static const struct {
		const char *name;
		char c;
	} known[] = {
		{ "&amp;", '&' }, { "&lt;", '<' }, { "&gt;", '>' }, { "&quot;", '"' }, { "&#39;", '\'' }
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (tong__starts(p, known[i].name)) {
			*out = known[i].c;
			return strlen(known[i].name);
		}
	}
	return 0;
}

void tong__searched_html(struct tong__buf *out, const char *html)
{
	while (*html) {
		size_t n = strcspn(html, "<&");
		char c = '&';

		tong__buf_add(out, html, n);
		html += n;
		if (*html == '<') {
			html += strcspn(html, ">");
			html += *html == '>';
			tong__buf_addc(out, ' ');
		} else if (*html == '&') {
			n = entity(html, &c);
			tong__buf_addc(out, c);
			html += n ? n : 1;
		}
	}
}

static void add(struct tong__buf *out, struct tong__str text)
{
	if (text.n <= 2 || !tong__walk_is_text(text))
		return;
	if (out->len)
		tong__buf_addc(out, '\n');
	tong__walk_text(text, out);
}

/* Codes, ids, addresses of pages and dates have no character beyond ASCII: what has one was written
 * for people. */
static bool for_people(struct tong__str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] >= 0x80)
			return true;
	return false;
}

static void add_html(struct tong__searched *w, struct tong__str text)
{
	tong__buf_clear(&w->html);
	if (tong__walk_text(text, &w->html))
		w->text.failed = w->html.failed;
	if (w->text.len)
		tong__buf_addc(&w->text, '\n');
	tong__searched_html(&w->text, w->html.data ? w->html.data : "");
}

/* Every text for people below a value, in the order of the record. Records are at most 16 levels
 * deep (R3); 'left' keeps a damaged one from going deeper. */
static void gather(struct tong__searched *w, struct tong__str v, bool html, int left)
{
	struct tong__walk in = tong__walk(v);
	struct tong__str name, one;

	if (tong__walk_is_text(v) && for_people(v)) {
		if (html)
			add_html(w, v);
		else
			add(&w->text, v);
	}
	while (left && tong__walk_next(&in, &name, &one))
		gather(w, one, name.n > 5 && memcmp(name.p + name.n - 5, "_html", 5) == 0, left - 1);
}

void tong__searched_item(struct tong__searched *w, struct tong__str line)
{
	/* Codes are not here: the alias table finds them, whole or by their beginning. */
	static const char *const names[] = { "name",      "main_item", "summary", "authority",
										 "result",    "materials", "sections", "fee",
										 "basis",     "quota",     "visits_reason" };
	struct tong__str v[sizeof names / sizeof *names];
	size_t i;

	tong__walk_members(line, names, sizeof names / sizeof *names, v);
	add(&w->name, v[0]);
	for (i = 1; i < 4; i++)
		add(&w->also, v[i]);
	for (; i < sizeof names / sizeof *names; i++)
		gather(w, v[i], false, TONG_MAX_RECORD_DEPTH);
}

void tong__searched_listing(struct tong__searched *w, struct tong__str line)
{
	struct tong__walk in = tong__walk(tong__walk_member(line, "cases"));
	struct tong__str name, c;

	while (tong__walk_next(&in, &name, &c)) {
		add(&w->name, tong__walk_member(c, "published_name"));
		add(&w->text, tong__walk_member(c, "address"));
		add(&w->text, tong__walk_member(c, "note"));
	}
}
