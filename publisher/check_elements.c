/* Shape of elements: names, types, enumerations and ceilings, straight from the element table. */
#include "publisher/check.h"

#include <string.h>

#include "core/message.h"
#include "core/text.h"
#include "core/suggest.h"

struct place {
	const struct tong__doc *doc;
	const json_t *container;
	const char *key;
	size_t index;
	const struct tong__element *e;
	const struct tong__element *table;   /* where e was looked for */
	const char *subject;
	struct tong__findings *fs;
};

static void report(const struct place *p, const char *rule, const char *wanted, const char *found)
{
	struct tong__mark m = tong__doc_mark(p->doc, p->container, p->key, p->index);

	if (p->doc->unread)
		return;
	tong__find(p->fs, rule, p->doc->path, m.line, m.column, p->e ? p->e->label : "", p->subject,
	           wanted, "%s", tong__text(found));
}

static const char *type_wanted(enum tong__element_type t)
{
	switch (t) {
	case TONG__T_INT: return N_("a whole number without quotes");
	case TONG__T_BOOL: return N_("true or false");
	case TONG__T_ENUMS:
	case TONG__T_TEXTS: return N_("a list of texts [..]");
	case TONG__T_LIST: return N_("a list, each entry after a -");
	case TONG__T_MAP: return N_("a group of {name: value}");
	case TONG__T_MARKDOWN:
	case TONG__T_QA: return N_("a section of the text, under a heading of level two");
	default: return N_("a text in quotes");
	}
}

static const char *type_found(const json_t *v)
{
	switch (json_typeof(v)) {
	case JSON_OBJECT: return N_("a group of names and values");
	case JSON_ARRAY: return N_("a list");
	case JSON_INTEGER: return N_("a whole number (codes are quoted)");
	case JSON_TRUE:
	case JSON_FALSE: return N_("true or false");
	default: return N_("a text");
	}
}

static bool type_fits(const json_t *v, enum tong__element_type t)
{
	switch (t) {
	case TONG__T_INT: return json_is_integer(v);
	case TONG__T_BOOL: return json_is_boolean(v);
	case TONG__T_ENUMS:
	case TONG__T_TEXTS:
	case TONG__T_LIST: return json_is_array(v);
	case TONG__T_MAP: return json_is_object(v);
	case TONG__T_MARKDOWN:
	case TONG__T_QA: return false;
	default: return json_is_string(v);
	}
}

static void check_text(const struct place *p, const json_t *v)
{
	const char *s = json_string_value(v);
	size_t n = json_string_length(v);

	if (p->e->max && tong__utf8_count(s, n) > p->e->max)
		report(p, "element-too-long", "no longer than its ceiling", s);
}

static void check_enum(const struct place *p, const json_t *v)
{
	const char *s = json_string_value(v);
	struct tong__suggest near = tong__suggest(s);
	char wanted[TONG__SUGGESTED];

	if (!*s || tong__enum_label(p->e->values, s))
		return;
	tong__suggest_values(&near, p->e->values);
	report(p, "element-enum", tong__suggest_say(&near, "a code of the enumeration", wanted), s);
}

static void check_member_of_list(const struct place *p, const json_t *v)
{
	if (!json_is_string(v))
		report(p, "element-type", "a text", type_found(v));
	else if (p->e->type == TONG__T_ENUMS)
		check_enum(p, v);
}

static void check_list(const struct place *p, const json_t *list)
{
	size_t i;
	json_t *v;

	if (p->e->max && json_array_size(list) > p->e->max)
		report(p, "element-too-long", "fewer entries", "the list is too long");
	json_array_foreach(list, i, v) {
		struct place at = *p;

		at.container = list;
		at.key = NULL;
		at.index = i;
		if (p->e->type != TONG__T_LIST)
			check_member_of_list(&at, v);
		else if (!json_is_object(v))
			report(&at, "element-type", type_wanted(TONG__T_MAP), type_found(v));
		else
			tong__check_elements(p->doc, v, p->e->fields, p->subject, p->fs);
	}
}

static void check_value(const struct place *p, const json_t *v)
{
	if (json_is_string(v) && !json_string_length(v))
		return;   /* left blank: unknown */
	if (!type_fits(v, p->e->type)) {
		report(p, "element-type", type_wanted(p->e->type), type_found(v));
		return;
	}
	switch (p->e->type) {
	case TONG__T_TEXT:
	case TONG__T_CODE:
		check_text(p, v);
		break;
	case TONG__T_ENUM:
		check_enum(p, v);
		break;
	case TONG__T_INT:
		if (json_integer_value(v) < 0 || (p->e->max && json_integer_value(v) > p->e->max))
			report(p, "element-too-long", "a whole number from 0 to its ceiling",
			       "a whole number outside of the range");
		break;
	case TONG__T_MAP:
		tong__check_elements(p->doc, v, p->e->fields, p->subject, p->fs);
		break;
	case TONG__T_ENUMS:
	case TONG__T_TEXTS:
	case TONG__T_LIST:
		check_list(p, v);
		break;
	default:
		break;
	}
}

/* An L element in a unified file is its own fault: the editor should hear where it belongs (S5). */
static void unknown(const struct place *p)
{
	const struct tong__element *local = tong__element_find(tong__listing_elements, p->key);
	struct tong__suggest near = tong__suggest(p->key);
	char wanted[TONG__SUGGESTED];
	struct place at = *p;

	at.e = local;
	tong__suggest_elements(&near, p->table);
	if (local && local->cls == TONG__L && tong__starts(p->doc->path, "items/"))
		report(&at, "element-local-in-base", "written in local/REGION/items.csv", p->key);
	else
		report(&at, "element-unknown", tong__suggest_say(&near, "a name of the element table",
		                                                 wanted), p->key);
}

static bool is_section(const struct tong__element *e)
{
	return e->type == TONG__T_MARKDOWN || e->type == TONG__T_QA;
}

void tong__check_elements(const struct tong__doc *doc, const json_t *obj,
                          const struct tong__element *table, const char *subject,
                          struct tong__findings *fs)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)obj, key, v) {
		struct place p = {doc, obj, key, 0, tong__element_find(table, key), table,
		                  subject, fs};

		if (!p.e || is_section(p.e))
			unknown(&p);
		else
			check_value(&p, v);
	}
	for (const struct tong__element *e = table; e->name; e++) {
		struct place p = {doc, obj, e->name, 0, e, table, subject, fs};

		/* a missing name has a rule of its own, which can be waived item by item */
		if (e->required && !is_section(e) && strcmp(e->name, "name") &&
		    !json_object_get(obj, e->name))
			report(&p, "element-missing", e->label, "not written");
	}
}
