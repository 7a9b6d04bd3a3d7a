/* Languages of the catalogue, and translations held against the Chinese they were made from. */
#include "publisher/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/message.h"
#include "core/site.h"
#include "core/text.h"
#include "core/suggest.h"
#include "publisher/translation.h"

/* ---- which languages there are ---- */

static bool tag_valid(const char *tag)
{
	char url[TONG_MAX_LANG + 3];

	if (!strcmp(tag, TONG_LANG))
		return true;
	return (size_t)snprintf(url, sizeof url, "/%s/", tag) < sizeof url && tong__lang_prefix(url);
}

static void check_languages(const struct tong__model *m, struct tong__findings *fs)
{
	const struct tong__doc *d = m->catalogue;
	const json_t *list = json_object_get(d->root, "languages");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *tag = json_string_value(json_array_get(list, i));
		struct tong__mark mark = tong__doc_mark(d, list, NULL, i);
		bool good = tag && tag_valid(tag) && (i == 0) == !strcmp(tag, TONG_LANG);

		for (size_t k = 0; good && k < i; k++)
			good = !json_equal(json_array_get(list, k), json_array_get(list, i));
		if (!good)
			tong__find(fs, "language-tag", d->path, mark.line, mark.column, "", "languages",
			           i ? N_("the tag of another language, like en or bo, each once") : TONG_LANG,
			           "%s", tag ? tag : "");
	}
}

static bool listed(const struct tong__model *m, const char *lang)
{
	const json_t *list = json_object_get(m->catalogue->root, "languages");

	for (size_t i = 1; i < json_array_size(list); i++)
		if (json_is_string(json_array_get(list, i)) &&
		    !strcmp(json_string_value(json_array_get(list, i)), lang))
			return true;
	return false;
}

static void check_listed(const struct tong__model *m, const char *lang, const char *path,
                         struct tong__findings *fs)
{
	if (!listed(m, lang))
		tong__find(fs, "language-unlisted", path, 1, 1, "", lang,
		           "a language that languages of catalogue.yaml lists", "%s", lang);
}

/* ---- one text against the other ---- */

struct pair {
	const struct tong__text *t;
	const struct tong__item *it;
	struct tong__findings *fs;
};

static void report_text(const struct pair *p, const char *rule, const json_t *container,
                        const char *key, const char *wanted, const char *found)
{
	const struct tong__doc *d = p->t->doc;
	struct tong__mark m = tong__doc_mark(d, container, key, 0);
	const struct tong__element *e = key ? tong__element_find(tong__text_elements, key) : NULL;

	tong__find(p->fs, rule, d->path, m.line, m.column, e ? e->label : "", p->t->code, wanted,
	           "%s", found ? tong__text(found) : "");
}

/* The next run of digits at or after s; NULL when there is none. */
static const char *digits(const char *s, size_t *n)
{
	s += strcspn(s, "0123456789");
	*n = strspn(s, "0123456789");
	return *n ? s : NULL;
}

static bool has_digits(const char *text, const char *run, size_t n)
{
	size_t len;

	for (const char *s = text; (s = digits(s, &len)); s += len)
		if (len == n && !memcmp(s, run, n))
			return true;
	return false;
}

/* Numbers of 'a' with at least 'least' digits that 'b' has not: the first of them, or false. */
static bool lacks(const char *a, const char *b, size_t least, char out[32])
{
	size_t n;

	for (const char *s = a; (s = digits(s, &n)); s += n)
		if (n >= least && n < 32 && !has_digits(b, s, n)) {
			memcpy(out, s, n);
			out[n] = '\0';
			return true;
		}
	return false;
}

/* Every number of two digits and more must come over; codes and phones may not be added. Numbers
 * of one digit are often words in one of the languages. */
static bool numbers_differ(const char *chinese, const char *text, char found[96])
{
	char number[32];

	if (lacks(chinese, text, 2, number))
		snprintf(found, 96, _("the translation has no %s"), number);
	else if (lacks(text, chinese, 5, number))
		snprintf(found, 96, _("the Chinese has no %s"), number);
	else
		return false;
	return true;
}

/* ---- front matter ---- */

static void check_words(const struct pair *p, const json_t *text, const json_t *item,
                        const struct tong__element *table)
{
	const char *chinese, *own;
	char found[96];

	for (const struct tong__element *e = table; e->name; e++) {
		const json_t *t = json_object_get(text, e->name), *c = json_object_get(item, e->name);

		own = json_string_value(t);
		chinese = json_string_value(c);
		if (e->type == TONG__T_MAP) {
			check_words(p, t, c, e->fields);
		} else if (e->type == TONG__T_TEXT && own && *own) {
			if (!chinese || !*chinese)
				report_text(p, "text-structure", text, e->name, "what the Chinese has", own);
			else if (numbers_differ(chinese, own, found))
				report_text(p, "text-numbers", text, e->name, "the numbers of the Chinese", found);
		}
	}
}

static void check_materials(const struct pair *p)
{
	const json_t *root = p->t->doc->root, *own = json_object_get(root, "materials");
	const json_t *chinese = json_object_get(p->it->doc->root, "materials");
	const struct tong__element *e = tong__element_find(tong__text_elements, "materials");
	const char *a, *b;
	char found[64];

	if (!own)
		return;
	if (json_array_size(own) != json_array_size(chinese)) {
		snprintf(found, sizeof found, _("%zu translated, %zu in Chinese"),
		         json_array_size(own), json_array_size(chinese));
		report_text(p, "text-structure", root, "materials",
		            "as many materials as in Chinese, in the same order", found);
		return;
	}
	for (size_t i = 0; i < json_array_size(own); i++) {
		a = tong__json_str(json_array_get(own, i), "material");
		b = tong__json_str(json_array_get(chinese, i), "material");
		if (!a || !b || strcmp(a, b))
			report_text(p, "text-structure", json_array_get(own, i), "material", b, a);
		else
			check_words(p, json_array_get(own, i), json_array_get(chinese, i), e->fields);
	}
}

static bool type_fits(const struct tong__element *e, const json_t *v)
{
	if (e->type == TONG__T_MAP)
		return json_is_object(v);
	return e->type == TONG__T_LIST ? json_is_array(v) : json_is_string(v);
}

/* Only what can be translated, and each in its shape. */
static void check_shape(const struct pair *p, const json_t *obj, const struct tong__element *table)
{
	const char *key;
	json_t *v, *one;
	size_t i;

	json_object_foreach((json_t *)obj, key, v) {
		const struct tong__element *e = tong__element_find(table, key);
		struct tong__suggest near = tong__suggest(key);
		char wanted[TONG__SUGGESTED];

		tong__suggest_elements(&near, table);
		if (!e)
			report_text(p, "text-element", obj, key,
			            tong__suggest_say(&near, N_("an element that can be translated"), wanted),
			            key);
		else if (!type_fits(e, v) && strcmp(key, "reviewed"))
			report_text(p, "element-type", obj, key, "the form it has in the Chinese file", key);
		else if (e->type == TONG__T_MAP)
			check_shape(p, v, e->fields);
		if (e && e->fields)
			json_array_foreach(v, i, one)
				check_shape(p, one, e->fields);
	}
}

static void check_front(const struct pair *p)
{
	const json_t *root = p->t->doc->root;

	check_shape(p, root, tong__text_elements);
	check_words(p, root, p->it->doc->root, tong__text_body);
	check_materials(p);
}

/* ---- sections ---- */

static size_t questions(const char *markdown)
{
	size_t n = !strncmp(markdown, "### ", 4);

	while ((markdown = strstr(markdown, "\n### "))) {
		n++;
		markdown++;
	}
	return n;
}

static void check_section(const struct pair *p, const struct tong__section *s)
{
	const struct tong__section *chinese = tong__doc_section(p->it->doc, s->heading);
	const struct tong__doc *d = p->t->doc;
	char found[96];

	if (!chinese || !*chinese->markdown)
		tong__report_section(p->fs, "text-structure", d, p->t->code, s, s->markdown,
		                     "a section that the Chinese has", s->heading);
	else if (questions(s->markdown) != questions(chinese->markdown))
		tong__report_section(p->fs, "text-structure", d, p->t->code, s, s->markdown,
		                     "as many questions as in Chinese",
		                     "another number of questions");
	else if (numbers_differ(chinese->markdown, s->markdown, found))
		tong__report_section(p->fs, "text-numbers", d, p->t->code, s, s->markdown,
		                     "the numbers of the Chinese", found);
}

/* ---- who made it, who looked at it ---- */

static bool day_valid(const char *s)
{
	static const char form[] = "dddd-dd-dd";

	for (size_t i = 0; i < sizeof form; i++)
		if (form[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return false;
	return true;
}

/* All or nothing: a review has a name and a day. */
static bool review_sound(const char *by, const char *date)
{
	if (!by || !*by)
		return !date || !*date;
	return date && day_valid(date);
}

static void check_review(const struct pair *p)
{
	const json_t *root = p->t->doc->root, *reviewed = json_object_get(root, "reviewed");
	const char *source = tong__json_str(root, "source");

	if (!source || !*source)
		report_text(p, "text-review", root, "source", "source: who translated it, and from what",
		            "not written");
	if (reviewed && (!json_is_object(reviewed) || !tong__json_str(reviewed, "by") ||
	                 !review_sound(tong__json_str(reviewed, "by"),
	                               tong__json_str(reviewed, "date"))))
		report_text(p, "text-review", root, "reviewed",
		            "{by: who reviewed it, date: \"2026-01-31\"}", "not complete");
}

static void check_item(const struct tong__model *m, const struct tong__text *t,
                       struct tong__findings *fs)
{
	struct pair p = {t, tong__model_item(m, t->code), fs};
	char mark[TONG_FINGERPRINT], wanted[128];
	const char *of = tong__json_str(t->doc->root, "of");

	check_listed(m, t->lang, t->doc->path, fs);
	if (!p.it) {
		tong__find(fs, "text-subject", t->doc->path, 1, 1, "", t->code,
		           "an item below items/", "%s", t->code);
		return;
	}
	check_review(&p);
	if (p.it->doc->unread)
		return;
	check_front(&p);
	for (size_t i = 0; i < t->doc->n_sections; i++)
		check_section(&p, &t->doc->sections[i]);
	if (tong__text_fresh(t, p.it) || !tong__text_mark(p.it->doc, mark))
		return;
	snprintf(wanted, sizeof wanted,
	         _("of: \"%s\", once it follows the Chinese again"), mark);
	report_text(&p, "text-stale", t->doc->root, "of", wanted, of ? of : N_("not written"));
}

/* ---- names.csv ---- */

static void find_row(const struct tong__table *t, size_t row, const char *rule, const char *wanted,
                     const char *found, struct tong__findings *fs)
{
	char subject[160];

	snprintf(subject, sizeof subject, "%.32s/%.100s", tong__table_cell(t, row, "kind"),
	         tong__table_cell(t, row, "id"));
	tong__report_row(fs, rule, t, row, subject, wanted, found);
}

static bool says_something(const struct tong__buf *chinese)
{
	return !chinese->failed && chinese->data && *chinese->data;
}

static void check_name(const struct tong__model *m, const struct tong__table *t, size_t row,
                       struct tong__buf *now, struct tong__findings *fs)
{
	const char *member = tong__table_cell(t, row, "member");
	const char *text = tong__table_cell(t, row, "text");
	char found[96];

	switch (tong__name_of(m, tong__table_cell(t, row, "kind"), tong__table_cell(t, row, "id"),
	                      member, now)) {
	case TONG__NAME_NO_KIND:
		find_row(t, row, "text-element",
		         "a kind and a member that can be translated, like name of theme", member, fs);
		return;
	case TONG__NAME_NO_ID:
		find_row(t, row, "text-subject", "an id of the catalogue", tong__table_cell(t, row, "id"),
		         fs);
		return;
	default:
		break;
	}
	if (!*tong__table_cell(t, row, "source") ||
	    !review_sound(tong__table_cell(t, row, "reviewed_by"),
	                  tong__table_cell(t, row, "reviewed_at")))
		find_row(t, row, "text-review",
		         "source, and who reviewed it on a day like 2026-01-31 (or neither)",
		         "not complete", fs);
	if (!*text || !says_something(now))
		find_row(t, row, "text-structure", "both the Chinese and the translation",
		         *text ? N_("no Chinese") : N_("no translation"), fs);
	else if (!tong__name_fresh(m, t, row))
		find_row(t, row, "text-stale", now->data, tong__table_cell(t, row, "of"), fs);
	else if (numbers_differ(now->data, text, found))
		find_row(t, row, "text-numbers", "the numbers of the Chinese", found, fs);
}

struct named {
	const struct tong__table *t;
	size_t row;
};

static int by_name(const void *x, const void *y)
{
	static const char *const columns[] = {"kind", "id", "member"};
	const struct named *a = x, *b = y;
	int c = 0;

	for (int i = 0; !c && i < 3; i++)
		c = strcmp(tong__table_cell(a->t, a->row, columns[i]),
		           tong__table_cell(b->t, b->row, columns[i]));
	return c;
}

static void check_once(const struct tong__table *t, struct tong__findings *fs)
{
	struct named *all = calloc(t->n_rows + 1, sizeof *all);

	for (size_t i = 0; all && i < t->n_rows; i++)
		all[i] = (struct named){t, i};
	if (all && t->n_rows)
		qsort(all, t->n_rows, sizeof *all, by_name);
	for (size_t i = 1; all && i < t->n_rows; i++)
		if (!by_name(&all[i - 1], &all[i]))
			find_row(t, all[i].row, "entry-id-twice", "one row",
			         tong__table_cell(t, all[i].row, "id"), fs);
	free(all);
}

void tong__check_texts(const struct tong__model *m, struct tong__findings *fs)
{
	struct tong__buf now;

	tong__buf_init(&now, TONG_MAX_RECORD);
	check_languages(m, fs);
	for (size_t i = 0; i < m->n_texts; i++)
		check_item(m, &m->texts[i], fs);
	for (size_t i = 0; i < m->n_names; i++) {
		const struct tong__table *t = m->names[i].table;

		if (!t)
			continue;
		check_listed(m, m->names[i].lang, t->path, fs);
		check_once(t, fs);
		for (size_t row = 0; row < t->n_rows; row++)
			check_name(m, t, row, &now, fs);
	}
	tong__buf_free(&now);
}
