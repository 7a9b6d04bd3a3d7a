/* What changed between two item files, in plain words: the element table says what each part is
 * called. */
#include "publisher/words.h"

#include <stdlib.h>
#include <string.h>

#include "core/element.h"
#include "core/json.h"
#include "core/limits.h"
#include "publisher/history.h"
#include "publisher/model.h"
#include "publisher/words_diff.h"

#define MAX_NAMES 5   /* more names in one sentence are not read */

struct compare {
	struct tong__doc *before, *after;
	const struct tong__names *names;
	json_t *what, *diff;
	bool nomem;
};

/* A sentence is made in a buffer and taken when it is whole. */
static void say(struct compare *c, struct tong__buf *b)
{
	if (b->failed || json_array_append_new(c->what, json_stringn(b->data, b->len)))
		c->nomem = true;
	tong__buf_free(b);
}

static void say_label(struct compare *c, const char *verb, const char *label)
{
	struct tong__buf b;

	tong__buf_init(&b, TONG_MAX_RECORD);
	tong__buf_addf(&b, "%s%s", verb, label);
	say(c, &b);
}

static void say_arrow(struct compare *c, const char *label, const char *from, const char *to,
                      const char *unit)
{
	struct tong__buf b;

	tong__buf_init(&b, TONG_MAX_RECORD);
	tong__buf_addf(&b, "%s %s → %s%s%s", label, from, to, *unit ? " " : "", unit);
	say(c, &b);
}

/* Blank means unknown: as if it were not there. */
static const json_t *value_of(const struct tong__doc *d, const char *name)
{
	const json_t *v = json_object_get(d->root, name);

	if (json_is_string(v) && !json_string_length(v))
		return NULL;
	if ((json_is_array(v) && !json_array_size(v)) || (json_is_object(v) && !json_object_size(v)))
		return NULL;
	return v;
}

/* ---- limits ---- */

/* "10 个工作日"; "" when there is none. */
static void limit_words(const json_t *limit, char out[48], const char **unit)
{
	const char *code = tong__json_str(limit, "unit");
	const char *label = tong__enum_label(tong__time_units, code ? code : "");

	*unit = label && !strcmp(label, "工作日") ? "个工作日" : label ? label : "";
	if (json_is_integer(json_object_get(limit, "days")))
		snprintf(out, 48, "%lld", (long long)tong__json_int(limit, "days", 0));
	else
		*out = '\0';
}

static void say_limit(struct compare *c, const struct tong__element *e, const json_t *a,
                      const json_t *b)
{
	char from[48], to[48], both[112];
	const char *unit_a, *unit_b;

	limit_words(a, from, &unit_a);
	limit_words(b, to, &unit_b);
	if (!*from || !*to || (!strcmp(from, to) && !strcmp(unit_a, unit_b))) {
		say_label(c, "修改了", e->label);
	} else if (!strcmp(unit_a, unit_b)) {
		say_arrow(c, e->label, from, to, unit_b);
	} else {
		snprintf(both, sizeof both, "%s%s%s", from, *unit_a ? " " : "", unit_a);
		say_arrow(c, e->label, both, to, unit_b);
	}
}

/* ---- materials ---- */

static const char *id_of(const json_t *m)
{
	const char *id = tong__json_str(m, "material");

	return id ? id : tong__json_str(m, "name");
}

static const json_t *same_material(const json_t *list, const json_t *m)
{
	const char *id = id_of(m), *other;
	const json_t *v;
	size_t i;

	json_array_foreach(list, i, v) {
		other = id_of(v);
		if (id && other && !strcmp(id, other))
			return v;
	}
	return NULL;
}

static void add_name(const struct compare *c, struct tong__buf *b, const json_t *m, size_t n,
                     bool before)
{
	const char *id = id_of(m), *name = tong__json_str(m, "name");

	if (n == MAX_NAMES)
		tong__buf_adds(b, " 等");
	if (n >= MAX_NAMES)
		return;
	if (!name && id && c->names)
		name = c->names->name(c->names->user, id, before);
	tong__buf_addf(b, "%s%s", n ? "、" : "", name ? name : id ? id : "（无名称）");
}

/* Those of 'list' that 'other' does not have. */
static size_t say_missing(struct compare *c, const char *label, const char *verb,
                          const json_t *list, const json_t *other, bool before)
{
	struct tong__buf names, b;
	const json_t *m;
	size_t i, n = 0;

	tong__buf_init(&names, TONG_MAX_RECORD);
	tong__buf_init(&b, TONG_MAX_RECORD);
	json_array_foreach(list, i, m)
		if (!same_material(other, m))
			add_name(c, &names, m, n++, before);
	if (n) {
		tong__buf_addf(&b, "%s%s %zu 份：%s", label, verb, n, names.data ? names.data : "");
		say(c, &b);
	}
	tong__buf_free(&names);
	return n;
}

/* Those that both have with other requirements. */
static size_t say_altered(struct compare *c, const char *label, const json_t *a, const json_t *b)
{
	struct tong__buf text;
	const json_t *m, *was;
	size_t i, n = 0;

	tong__buf_init(&text, TONG_MAX_RECORD);
	tong__buf_addf(&text, "修改了%s的要求：", label);
	json_array_foreach(b, i, m) {
		was = same_material(a, m);
		if (was && !json_equal((json_t *)was, (json_t *)m))
			add_name(c, &text, m, n++, false);
	}
	if (n)
		say(c, &text);
	tong__buf_free(&text);
	return n;
}

static void say_materials(struct compare *c, const struct tong__element *e, const json_t *a,
                          const json_t *b)
{
	size_t n = say_missing(c, e->label, "少", a, b, true);

	n += say_missing(c, e->label, "多", b, a, false);
	n += say_altered(c, e->label, a, b);
	if (!n)
		say_label(c, "调整了顺序：", e->label);
}

/* ---- one element after the other ---- */

/* Labels that can stand on both sides of an arrow; false for what is too long for a sentence. */
static bool short_words(const struct tong__element *e, const json_t *v, char out[64])
{
	const char *label = NULL;

	if (e->type == TONG__T_ENUM && json_is_string(v))
		label = tong__enum_label(e->values, json_string_value(v));
	if (label)
		return snprintf(out, 64, "%s", label) < 64;
	if (e->type == TONG__T_INT && json_is_integer(v))
		return snprintf(out, 64, "%lld", (long long)json_integer_value(v)) < 64;
	return false;
}

static void say_name(struct compare *c, const struct tong__element *e, const json_t *a,
                     const json_t *b)
{
	struct tong__buf text;

	tong__buf_init(&text, TONG_MAX_RECORD);
	tong__buf_addf(&text, "%s由“%s”改为“%s”", e->label, json_string_value(a),
	               json_string_value(b));
	say(c, &text);
}

static bool is_limit(const struct tong__element *e)
{
	return e->type == TONG__T_MAP && tong__element_find(e->fields, "days") &&
	       tong__element_find(e->fields, "unit");
}

/* What changed in a text is shown beside the sentence; either may be NULL: no text. */
static void say_text(struct compare *c, const struct tong__element *e, const char *a,
                     const char *b)
{
	say_label(c, "修改了", e->label);
	if (a && b && tong__words_diff(c->diff, e->name, a, b))
		c->nomem = true;
}

static void say_change(struct compare *c, const struct tong__element *e, const json_t *a,
                       const json_t *b)
{
	char from[64], to[64];

	if (!a || !b)
		say_label(c, a ? "删去了" : "补充了", e->label);
	else if (!strcmp(e->name, "materials") && json_is_array(a) && json_is_array(b))
		say_materials(c, e, a, b);
	else if (!strcmp(e->name, "name") && json_is_string(a) && json_is_string(b))
		say_name(c, e, a, b);
	else if (is_limit(e) && json_is_object(a) && json_is_object(b))
		say_limit(c, e, a, b);
	else if (short_words(e, a, from) && short_words(e, b, to))
		say_arrow(c, e->label, from, to, "");
	else
		say_text(c, e, json_string_value(a), json_string_value(b));
}

static void compare_section(struct compare *c, const struct tong__element *e)
{
	const struct tong__section *a = tong__doc_section(c->before, e->label);
	const struct tong__section *b = tong__doc_section(c->after, e->label);
	bool had = a && *a->markdown, has = b && *b->markdown;

	if (had != has)
		say_label(c, had ? "删去了" : "补充了", e->label);
	else if (had && strcmp(a->markdown, b->markdown))
		say_text(c, e, a->markdown, b->markdown);
}

static void compare_element(struct compare *c, const struct tong__element *e)
{
	const json_t *a, *b;

	if (e->type == TONG__T_MARKDOWN || e->type == TONG__T_QA) {
		compare_section(c, e);
		return;
	}
	a = value_of(c->before, e->name);
	b = value_of(c->after, e->name);
	if ((a || b) && !(a && b && json_equal((json_t *)a, (json_t *)b)))
		say_change(c, e, a, b);
}

/* Faults of an old version were said when it was published: here they only mean that less can be
 * compared. */
static struct tong__doc *parse(const char *text, size_t n)
{
	struct tong__findings *fs = NULL;
	struct tong__doc *d = NULL;

	if (!tong__findings_new(&fs))
		tong__doc_markdown(&d, "", text, n, fs, NULL);
	tong__findings_free(fs);
	return d;
}

static void compare(struct compare *c, const char *a, size_t a_n, const char *b, size_t b_n)
{
	c->before = parse(a, a_n);
	c->after = parse(b, b_n);
	if (!c->before || !c->after) {
		c->nomem = true;
		return;
	}
	if (!json_object_size(c->before->root) || !json_object_size(c->after->root)) {
		say_label(c, "修改了文件", "");
		return;
	}
	for (const struct tong__element *e = tong__item_elements; e->name; e++)
		compare_element(c, e);
	if (!json_array_size(c->what))
		say_label(c, "调整了写法，内容不变", "");
}

json_t *tong__words(const char *old_text, size_t old_n, const char *new_text, size_t new_n,
                    const struct tong__names *names, json_t *diff)
{
	struct compare c = {.names = names, .what = json_array(), .diff = diff};

	if (!c.what)
		return NULL;
	if (!old_text && new_text)
		say_label(&c, "首次收录", "");
	else if (old_text && !new_text)
		say_label(&c, "取消", "");
	else if (old_text && (old_n != new_n || memcmp(old_text, new_text, old_n)))
		compare(&c, old_text, old_n, new_text, new_n);
	tong__doc_free(c.before);
	tong__doc_free(c.after);
	if (c.nomem) {
		json_decref(c.what);
		return NULL;
	}
	return c.what;
}

json_t *tong__history_words(const char *old_text, size_t old_n, const char *new_text, size_t new_n)
{
	return tong__words(old_text, old_n, new_text, new_n, NULL, NULL);
}

char *tong__words_item_name(const char *text, size_t n)
{
	struct tong__doc *d = parse(text, n);
	const char *name = d ? tong__json_str(d->root, "name") : NULL;
	char *out = d ? strdup(name ? name : "") : NULL;

	tong__doc_free(d);
	return out;
}
