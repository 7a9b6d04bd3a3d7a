/* Turns item and listing records into the text in which they are searched. */
#include "core/search_texts.h"

#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/text.h"

void tong__searched_init(struct tong__searched *w)
{
	tong__buf_init(&w->name, TONG_MAX_RECORD);
	tong__buf_init(&w->also, TONG_MAX_RECORD);
	tong__buf_init(&w->text, 2 * TONG_MAX_RECORD);
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

static void add(struct tong__buf *out, const char *text)
{
	if (!text || !*text)
		return;
	if (out->len)
		tong__buf_addc(out, '\n');
	tong__buf_adds(out, text);
}

/* Codes, ids, addresses of pages and dates have no character beyond ASCII: what has one was written
 * for people. */
static bool for_people(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return true;
	return false;
}

/* Every text for people below a value, in the order of the record. Records are at most 16 levels
 * deep (R3). */
static void gather(struct tong__buf *out, const json_t *v, bool html)
{
	const char *name;
	json_t *member;
	size_t i;

	if (json_is_string(v) && for_people(json_string_value(v))) {
		if (out->len)
			tong__buf_addc(out, '\n');
		if (html)
			tong__searched_html(out, json_string_value(v));
		else
			tong__buf_adds(out, json_string_value(v));
	}
	json_array_foreach(v, i, member) gather(out, member, html);
	json_object_foreach((json_t *)v, name, member) gather(out, member, tong__ends(name, "_html"));
}

void tong__searched_item(struct tong__searched *w, const json_t *item)
{
	/* Codes are not here: the alias table finds them, whole or by their beginning. */
	static const char *const also[] = { "main_item", "summary", "authority" };
	static const char *const rest[] = { "result", "materials", "sections",     "fee",
										"basis",  "quota",     "visits_reason" };
	size_t i;

	add(&w->name, tong__json_str(item, "name"));
	for (i = 0; i < sizeof also / sizeof *also; i++)
		add(&w->also, tong__json_str(item, also[i]));
	for (i = 0; i < sizeof rest / sizeof *rest; i++)
		gather(&w->text, json_object_get(item, rest[i]), false);
}

void tong__searched_listing(struct tong__searched *w, const json_t *listing)
{
	const json_t *c;
	size_t i;

	json_array_foreach(tong__json_arr(listing, "cases"), i, c)
	{
		add(&w->name, tong__json_str(c, "published_name"));
		add(&w->text, tong__json_str(c, "address"));
		add(&w->text, tong__json_str(c, "note"));
	}
}
