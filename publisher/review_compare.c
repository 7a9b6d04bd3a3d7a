/* Comparing two versions of one thing, part by part in the order of the element table. */
#include "publisher/review_compare.h"

#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/text.h"
#include "publisher/model.h"

#define MAX_SHORT 24   /* characters that fit on both sides of an arrow in one sentence */

struct compare {
	struct tong__review_names *names;
	json_t *fields, *what;
	bool nomem;
};

static bool is_short(const char *s)
{
	return *s && !strchr(s, '\n') && tong__utf8_count(s, strlen(s)) <= MAX_SHORT;
}

static void say(struct compare *c, const char *label, const char *before, const char *after)
{
	struct tong__buf b;

	tong__buf_init(&b, TONG_MAX_RECORD);
	if (is_short(before) && is_short(after))
		tong__buf_addf(&b, "%s %s → %s", label, before, after);
	else if (!*before && is_short(after))
		tong__buf_addf(&b, "补充了%s：%s", label, after);
	else if (!*after && is_short(before))
		tong__buf_addf(&b, "删去了%s：%s", label, before);
	else
		tong__buf_addf(&b, "%s%s", !*before ? "补充了" : !*after ? "删去了" : "修改了", label);
	if (b.failed || json_array_append_new(c->what, json_stringn(b.data, b.len)))
		c->nomem = true;
	tong__buf_free(&b);
}

static void add_field(struct compare *c, const char *label, const char *before, const char *after)
{
	json_t *f = json_pack("{s:s, s:s, s:s}", "label", label, "before", before, "after", after);

	if (!f || json_array_append_new(c->fields, f))
		c->nomem = true;
	if (c->what)
		say(c, label, before, after);
}

static void add_values(struct compare *c, const struct tong__element *e, const char *label,
                       const json_t *a, const json_t *b)
{
	struct tong__buf before, after;

	tong__buf_init(&before, TONG_MAX_SOURCE_FILE);
	tong__buf_init(&after, TONG_MAX_SOURCE_FILE);
	tong__review_value(&before, e, a, c->names, true);
	tong__review_value(&after, e, b, c->names, false);
	if (before.failed || after.failed)
		c->nomem = true;
	else
		add_field(c, label, before.data ? before.data : "", after.data ? after.data : "");
	tong__buf_free(&before);
	tong__buf_free(&after);
}

/* Blank means unknown: as if it were not there. */
static const json_t *value_of(const json_t *obj, const char *name)
{
	const json_t *v = json_object_get(obj, name);

	if ((json_is_string(v) && !json_string_length(v)) || json_is_null(v) ||
	    (json_is_array(v) && !json_array_size(v)))
		return NULL;
	return v;
}

static bool equal(const json_t *a, const json_t *b)
{
	return a == b || (a && b && json_equal((json_t *)a, (json_t *)b));
}

/* ---- lists whose entries are fields of their own: articles of a law, windows of a hall ---- */

static bool has_own_fields(const struct tong__element *e)
{
	return e->type == TONG__T_LIST && (!strcmp(e->name, "articles") || !strcmp(e->name, "windows"));
}

static const json_t *entry_with(const json_t *list, const char *key, const char *value)
{
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v)
		if (tong__json_str(v, key) && !strcmp(tong__json_str(v, key), value))
			return v;
	return NULL;
}

/* An entry by the value of its first part; the rest of it is what may differ. */
static void compare_entry(struct compare *c, const struct tong__element *e, const char *id,
                          const json_t *a, const json_t *b)
{
	static const struct tong__element text = {.name = "text", .type = TONG__T_TEXT};
	struct tong__element rest = *e;   /* without the part that the label shows */
	char label[256];

	if (equal(a, b))
		return;
	rest.fields++;
	snprintf(label, sizeof label, "%s %.200s", e->label, id);
	if (!strcmp(e->name, "articles"))
		add_values(c, &text, label, value_of(a, "text"), value_of(b, "text"));
	else
		add_values(c, &rest, label, a, b);
}

static void compare_entries(struct compare *c, const struct tong__element *e, const json_t *a,
                            const json_t *b)
{
	const char *key = e->fields->name, *id;
	const json_t *v;
	size_t i;

	json_array_foreach(a, i, v)
		if ((id = tong__json_str(v, key)))
			compare_entry(c, e, id, v, entry_with(b, key, id));
	json_array_foreach(b, i, v)
		if ((id = tong__json_str(v, key)) && !entry_with(a, key, id))
			compare_entry(c, e, id, NULL, v);
}

/* ---- ---- */

static void compare_part(struct compare *c, const struct tong__element *e, const json_t *a,
                         const json_t *b)
{
	if (equal(a, b))
		return;
	if (has_own_fields(e))
		compare_entries(c, e, a, b);
	else
		add_values(c, e, e->label, a, b);
}

/* Names that the table does not have, of 'from'; those that 'seen' has too are left to the
 * other call. */
static void compare_unknown(struct compare *c, const struct tong__element *table,
                            const json_t *from, const json_t *a, const json_t *b,
                            const json_t *seen)
{
	const char *name;
	json_t *v;

	json_object_foreach((json_t *)from, name, v) {
		struct tong__element e = {.name = name, .label = name, .type = TONG__T_TEXT};

		if (!tong__element_find(table, name) && !json_object_get(seen, name))
			compare_part(c, &e, value_of(a, name), value_of(b, name));
	}
}

bool tong__review_compare(const struct tong__element *table, const json_t *a, const json_t *b,
                          struct tong__review_names *names, json_t *fields, json_t *what)
{
	struct compare c = {names, fields, what, false};

	for (const struct tong__element *e = table; e->name; e++)
		if (e->type != TONG__T_MARKDOWN && e->type != TONG__T_QA)
			compare_part(&c, e, value_of(a, e->name), value_of(b, e->name));
	compare_unknown(&c, table, a, a, b, NULL);
	compare_unknown(&c, table, b, a, b, a);
	return !c.nomem;
}

/* ---- sections ---- */

static const char *text_of(const struct tong__section *s)
{
	return s ? s->markdown : "";
}

bool tong__review_sections(const struct tong__doc *a, const struct tong__doc *b, json_t *fields,
                           json_t *what)
{
	struct compare c = {NULL, fields, what, false};

	for (size_t i = 0; a && i < a->n_sections; i++) {
		const struct tong__section *s = &a->sections[i];
		const char *now = b ? text_of(tong__doc_section(b, s->heading)) : "";

		if (strcmp(s->markdown, now))
			add_field(&c, *s->heading ? s->heading : "正文", s->markdown, now);
	}
	for (size_t i = 0; b && i < b->n_sections; i++) {
		const struct tong__section *s = &b->sections[i];

		if (*s->markdown && !(a && tong__doc_section(a, s->heading)))
			add_field(&c, *s->heading ? s->heading : "正文", "", s->markdown);
	}
	return !c.nomem;
}
