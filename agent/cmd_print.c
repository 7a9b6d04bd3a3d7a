/* Printing for people: labels, columns by display width, items and listings in plain text. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/command.h"
#include "agent/life.h"
#include "core/search_texts.h"
#include "core/element.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/message.h"
#include "core/site.h"
#include "core/text.h"

#define LABEL 20 /* columns of the label */
#define LINE  96 /* columns of a line */

static int cp_width(uint32_t c)
{
	bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
				(c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
				(c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
				(c >= 0xFFE0 && c <= 0xFFE6) || c >= 0x1F000 || c == 0x201C || c == 0x201D ||
				c == 0x2026;

	return c < 0x20 || (c >= 0x300 && c <= 0x36F) ? 0 : wide ? 2 : 1;
}

int tong__width(const char *text)
{
	const char *end = text + strlen(text);
	int w = 0;

	while (text < end)
		w += cp_width(tong__utf8_next(&text, end));
	return w;
}

void tong__pad(const char *text, int columns)
{
	int w = tong__width(text);

	fputs(text, stdout);
	printf("%*s", w < columns ? columns - w : 1, "");
}

/* Control characters of a record must not reach a terminal. */
static void put_plain(const char *p, size_t n)
{
	for (; n; p++, n--)
		putchar((unsigned char)*p < 0x20 || *p == 0x7f ? ' ' : *p);
}

/* Breaks at any Chinese character, and at blanks between words. */
static void put_wrapped(const char *text, int indent)
{
	const char *end = text + strlen(text), *line = text, *brk = NULL, *p = text;
	int w = 0;

	while (p < end) {
		const char *at = p;
		uint32_t c = tong__utf8_next(&p, end);

		if (c == '\n' || (w + cp_width(c) > LINE - indent && brk && brk > line)) {
			const char *stop = c == '\n' ? at : brk;

			put_plain(line, (size_t)(stop - line));
			printf("\n%*s", indent, "");
			line = stop + (*stop == '\n' || *stop == ' ');
			p = line;
			w = 0;
			brk = NULL;
			continue;
		}
		if (c == ' ' || c >= 0x2E80)
			brk = at;
		w += cp_width(c);
	}
	put_plain(line, (size_t)(end - line));
	putchar('\n');
}

void tong__field(const char *label, const char *value)
{
	if (!value || !*value)
		return;
	tong__pad(label, LABEL);
	put_wrapped(value, LABEL);
}

void tong__print_json(const char *json)
{
	puts(json);
}

void tong__print_doc(json_t *doc)
{
	char *text = doc ? json_dumps(doc, JSON_COMPACT) : NULL;

	if (text)
		tong__print_json(text);
	free(text);
	json_decref(doc);
}

const char *tong__size(uint64_t bytes, char out[24])
{
	if (bytes < 10000)
		snprintf(out, 24, "%" PRIu64 " B", bytes);
	else if (bytes < 1000000)
		snprintf(out, 24, "%.1f KB", (double)bytes / 1e3);
	else
		snprintf(out, 24, "%.1f MB", (double)bytes / 1e6);
	return out;
}

/* ---- elements ---- */

static void value_text(const struct tong__element *, const json_t *, struct tong__buf *);

/* Elements and values have an English name too; without one the Chinese stands. */
static const char *label_of(const struct tong__element *e)
{
	return e->english && !tong__chinese() ? e->english : e->label;
}

static const char *after_name(void)
{
	return tong__chinese() ? "：" : ": ";
}

static const char *between(void)
{
	return tong__chinese() ? "，" : ", ";
}

static const char *yes_or_no(bool yes)
{
	return tong__chinese() ? (yes ? "是" : "否") : yes ? "yes" : "no";
}

static const char *value_of(const struct tong__element *e, const char *code)
{
	return tong__enum_label_in(e->values, code, tong__chinese() ? TONG_LANG : "en");
}

static void one_text(const struct tong__element *e, const json_t *v, struct tong__buf *out)
{
	const char *label =
		json_is_string(v) && e->values ? value_of(e, json_string_value(v)) : NULL;

	if (label)
		tong__buf_adds(out, label);
	else if (json_is_string(v))
		tong__buf_adds(out, json_string_value(v));
	else if (json_is_integer(v))
		tong__buf_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
	else if (json_is_boolean(v))
		tong__buf_adds(out, yes_or_no(json_is_true(v)));
}

/* The members of a mapping behind one another: 15 工作日 … */
static void map_text(const struct tong__element *fields, const json_t *v, struct tong__buf *out)
{
	const char *name = tong__json_str(v, "name");
	size_t start = out->len;

	if (name && !tong__element_find(fields, "name")) /* publishers add the name behind an id */
		tong__buf_adds(out, name);
	for (; fields && fields->name; fields++) {
		const json_t *m = json_object_get(v, fields->name);

		if (!m ||
			(name && (strcmp(fields->name, "material") == 0 || strcmp(fields->name, "law") == 0)))
			continue;
		if (out->len > start && strcmp(fields->name, "unit") != 0)
			tong__buf_adds(out, between());
		else if (out->len > start) /* 20 and 工作日 belong together */
			tong__buf_adds(out, tong__chinese() ? "" : " ");
		if (json_is_boolean(m))
			tong__buf_addf(out, "%s%s", label_of(fields), after_name());
		value_text(fields, m, out);
	}
}

static void value_text(const struct tong__element *e, const json_t *v, struct tong__buf *out)
{
	const json_t *m;
	const char *title = tong__json_str(v, "title"), *article = tong__json_str(v, "article");
	size_t i;

	if (title) {
		tong__buf_addf(out, "《%s》%s", title, article ? article : "");
		return;
	}
	if (json_is_object(v))
		map_text(e->fields, v, out);
	else if (!json_is_array(v))
		one_text(e, v, out);
	json_array_foreach(v, i, m)
	{
		if (i)
			tong__buf_adds(out, e->type == TONG__T_LIST ? "\n" : _(", "));
		if (e->type == TONG__T_LIST && json_array_size(v) > 1)
			tong__buf_addf(out, "%zu. ", i + 1);
		value_text(e, m, out);
	}
}

static void faq_text(const json_t *faq, struct tong__buf *out)
{
	const json_t *qa;
	size_t i;

	json_array_foreach(faq, i, qa)
	{
		tong__buf_addf(out, "%s%s\n", i ? "\n" : "",
					   tong__json_str(qa, "q") ? tong__json_str(qa, "q") : "");
		tong__searched_html(out, tong__json_str(qa, "a_html") ? tong__json_str(qa, "a_html") : "");
	}
}

static void element_text(const struct tong__element *e, const json_t *rec, struct tong__buf *out)
{
	const json_t *sections = json_object_get(rec, "sections");
	char member[64];

	snprintf(member, sizeof member, "%s_html", e->name);
	if (e->type == TONG__T_QA)
		faq_text(json_object_get(sections, e->name), out);
	else if (e->type == TONG__T_MARKDOWN && tong__json_str(sections, member))
		tong__searched_html(out, tong__json_str(sections, member));
	else if (json_object_get(rec, e->name))
		value_text(e, json_object_get(rec, e->name), out);
}

/* Blanks and line ends that tags left behind. */
static void squeeze(struct tong__buf *b)
{
	size_t to = 0;

	for (size_t i = 0; i < b->len; i++) {
		char c = b->data[i], last = to ? b->data[to - 1] : '\n';

		if ((c == ' ' && (last == ' ' || last == '\n')) || (c == '\n' && last == '\n'))
			continue;
		if (c == '\n' && last == ' ')
			to--;
		b->data[to++] = c;
	}
	while (to && (b->data[to - 1] == '\n' || b->data[to - 1] == ' '))
		to--;
	if (b->data)
		b->data[to] = '\0';
	b->len = to;
}

/* Ids whose names are printed instead, and where the record itself was seen. */
static bool is_inner(const char *name)
{
	static const char *const inner[] = { "item",   "agency", "hall", "window",
										 "themes", "source", "guide" };

	for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
		if (strcmp(inner[i], name) == 0)
			return true;
	return false;
}

static void print_elements(const struct tong__element *e, const json_t *rec)
{
	for (; e->name; e++) {
		struct tong__buf text;

		if (is_inner(e->name))
			continue;
		tong__buf_init(&text, 4 * TONG_MAX_RECORD);
		element_text(e, rec, &text);
		squeeze(&text);
		tong__field(label_of(e), text.data);
		tong__buf_free(&text);
	}
}

void tong__print_item(const json_t *item)
{
	print_elements(tong__item_elements, item);
}

static const char *named(const json_t *doc, const char *list, const char *id)
{
	return id ? tong__json_str(json_object_get(json_object_get(doc, list), id), "name") : NULL;
}

/* A window is known by its id in its hall. */
static const char *window_of(const json_t *doc, const json_t *c)
{
	const char *hall = tong__json_str(c, "hall"), *id = tong__json_str(c, "window"), *its;
	const json_t *w;
	size_t i;

	if (!hall || !id)
		return NULL;
	json_array_foreach(json_object_get(json_object_get(json_object_get(doc, "halls"), hall),
									   "windows"),
					   i, w)
	{
		its = tong__json_str(w, "id");
		if (its && strcmp(its, id) == 0)
			return tong__json_str(w, "name");
	}
	return NULL;
}

void tong__print_listing(const json_t *doc)
{
	const json_t *c, *cases = json_object_get(json_object_get(doc, "listing"), "cases");
	char where[200];
	size_t i;

	tong__place_text(doc, "place", "region", where);
	json_array_foreach(cases, i, c)
	{
		printf("\n");
		printf(_("where it is done (%s)%s\n"), where,
			   json_is_true(json_object_get(c, "sample")) ? _("  sample data") : "");
		tong__field(_("agency"), named(doc, "agencies", tong__json_str(c, "agency")));
		tong__field(_("hall"), named(doc, "halls", tong__json_str(c, "hall")));
		tong__field(_("window"), window_of(doc, c));
		print_elements(tong__listing_elements, c);
	}
}

static void print_one(const struct tong__element *e, const char *region, const json_t *v)
{
	struct tong__buf text;

	tong__buf_init(&text, TONG_MAX_RECORD);
	value_text(e, v, &text);
	printf("    %s%s%s\n", region, after_name(),
		   text.len ? text.data : _("the province's standard"));
	tong__buf_free(&text);
}

void tong__print_two(const char *element, const char *a, const json_t *x, const char *b,
					 const json_t *y)
{
	const struct tong__element *e = tong__element_find(tong__listing_elements, element);

	if (!e)
		return;
	printf("  %s\n", label_of(e));
	print_one(e, a, x);
	print_one(e, b, y);
}
