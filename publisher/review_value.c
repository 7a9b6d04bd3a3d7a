/* Values in words, for people who never see the file. */
#include <string.h>

#include "core/json.h"
#include "publisher/review_compare.h"

struct writer {
	struct tong__buf *out;
	struct tong__review_names *names;
	bool before;
};

static void write_value(const struct writer *, const struct tong__element *, const json_t *);

/* Which things an id under this name stands for; NULL: it stands for itself. */
static const char *kind_of(const char *element)
{
	static const char *const kinds[][2] = {
		{"law", "law"}, {"material", "material"}, {"themes", "theme"}, {"agency", "agency"},
		{"licence", "licence"}, {"item", "item"}, {"impl_region", "region"}, {"region", "region"},
		{"replaces", "item"}, {"replaced_by", "item"},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!strcmp(kinds[i][0], element))
			return kinds[i][1];
	return NULL;
}

static void write_id(const struct writer *w, const char *kind, const char *id)
{
	const char *name = *id ? tong__review_name(w->names, kind, id, w->before) : NULL;

	if (name && !strcmp(kind, "law"))
		tong__buf_addf(w->out, "《%s》", name);
	else
		tong__buf_adds(w->out, name ? name : id);
}

static void write_code(const struct writer *w, const struct tong__element *e, const char *s,
                       size_t n)
{
	char code[64];
	const char *label = NULL;

	if (n < sizeof code) {
		memcpy(code, s, n);
		code[n] = '\0';
		label = tong__enum_label(e->values, code);
	}
	if (label)
		tong__buf_adds(w->out, label);
	else
		tong__buf_add(w->out, s, n);
}

static void write_string(const struct writer *w, const struct tong__element *e, const char *s)
{
	const char *kind = kind_of(e->name);

	if (kind) {
		write_id(w, kind, s);
		return;
	}
	for (size_t n; e->values && *s; s += n + (s[n] == '^')) {   /* codes in a cell: 1^3 */
		n = strcspn(s, "^");
		write_code(w, e, s, n);
		if (s[n])
			tong__buf_adds(w->out, "、");
	}
	tong__buf_adds(w->out, s);
}

/* "20 个工作日": what words.c says too. */
static bool write_limit(const struct writer *w, const struct tong__element *e, const json_t *v)
{
	const struct tong__element *unit = tong__element_find(e->fields, "unit");
	const char *label = unit ? tong__enum_label(unit->values, tong__json_str(v, "unit")) : NULL;

	if (!unit || !json_is_integer(json_object_get(v, "days")))
		return false;
	tong__buf_addf(w->out, "%lld %s%s", (long long)tong__json_int(v, "days", 0),
	               label && strcmp(label, "工作日") == 0 ? "个" : "", label ? label : "");
	return true;
}

static void write_member(const struct writer *w, const struct tong__element *f, const json_t *v)
{
	if (strcmp(f->name, "article"))
		tong__buf_addf(w->out, "%s：", f->label);
	write_value(w, f, v);
}

/* The first part names the thing, the others follow in brackets. An article belongs to its law. */
static void write_map(const struct writer *w, const struct tong__element *e, const json_t *v)
{
	bool limit = write_limit(w, e, v), first = !limit, open = false;

	for (const struct tong__element *f = e->fields; f && f->name; f++) {
		const json_t *m = json_object_get(v, f->name);

		if (!m || (json_is_string(m) && !json_string_length(m)))
			continue;
		if (limit && (!strcmp(f->name, "days") || !strcmp(f->name, "unit")))
			continue;
		if (first || !strcmp(f->name, "article")) {
			write_value(w, f, m);
			first = false;
			continue;
		}
		tong__buf_adds(w->out, open ? "；" : "（");
		open = true;
		write_member(w, f, m);
	}
	if (open)
		tong__buf_adds(w->out, "）");
}

static void write_array(const struct writer *w, const struct tong__element *e, const json_t *v)
{
	const char *between = e->type == TONG__T_LIST ? "\n" : "、";
	const json_t *one;
	size_t i;

	json_array_foreach(v, i, one) {
		if (i)
			tong__buf_adds(w->out, between);
		write_value(w, e, one);
	}
}

static void write_value(const struct writer *w, const struct tong__element *e, const json_t *v)
{
	if (json_is_string(v))
		write_string(w, e, json_string_value(v));
	else if (json_is_integer(v))
		tong__buf_addf(w->out, "%lld", (long long)json_integer_value(v));
	else if (json_is_boolean(v))
		tong__buf_adds(w->out, json_is_true(v) ? "是" : "否");
	else if (json_is_array(v))
		write_array(w, e, v);
	else if (json_is_object(v))
		write_map(w, e, v);
}

void tong__review_value(struct tong__buf *out, const struct tong__element *e, const json_t *v,
                        struct tong__review_names *names, bool before)
{
	struct writer w = {out, names, before};

	write_value(&w, e, v);
}
