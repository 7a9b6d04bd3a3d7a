/* Values as the words that people read in a cell. */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "publisher/sheet_value.h"

static void show_enum(const struct tong__element *e, const char *code, struct tong__buf *out)
{
	const char *label = tong__enum_label(e->values, code);

	tong__buf_adds(out, label ? label : code);
}

/* 《居民身份证法》第十条; by its id where the title does not lead back to this law. */
static void show_basis(const struct tong__lookup *l, const json_t *basis, struct tong__buf *out)
{
	const char *id = tong__json_str(basis, "law"), *article = tong__json_str(basis, "article");
	const struct tong__law *law = tong__model_law(l->model, id ? id : "");
	const char *name = law ? tong__json_str(law->doc->root, "short") : NULL;

	if (law && (!name || !*name))
		name = tong__json_str(law->doc->root, "title");
	if (!name || tong__lookup_law(l, name) != law)
		name = id ? id : "";
	tong__buf_addf(out, "《%s》%s", name, article ? article : "");
}

static void show_alias(const struct tong__element *e, const json_t *alias, struct tong__buf *out)
{
	const char *system = tong__json_str(alias, "system"), *code = tong__json_str(alias, "code");

	if (system && *system) {
		show_enum(tong__element_find(e->fields, "system"), system, out);
		tong__buf_adds(out, "：");
	}
	tong__buf_adds(out, code ? code : "");
}

/* "p02 户籍办理": the name may not be the only one of its kind. */
static void show_word(const struct tong__lookup *l, const struct tong__element *e, const char *s,
                      struct tong__buf *out)
{
	const char *name = tong__lookup_knows(e->name) ? tong__lookup_name(l, e->name, s) : NULL;

	tong__buf_addf(out, "%s%s%s", s, name && *name ? " " : "", name ? name : "");
}

static void show_one(const struct tong__lookup *l, const struct tong__element *e, const json_t *v,
                     struct tong__buf *out)
{
	const char *s = json_string_value(v);

	if (json_is_object(v) && e->fields && tong__element_find(e->fields, "law"))
		show_basis(l, v, out);
	else if (json_is_object(v) && e->fields && tong__element_find(e->fields, "system"))
		show_alias(e, v, out);
	else if (s && e->type == TONG__T_ENUMS)
		show_enum(e, s, out);
	else if (s && e->type == TONG__T_TEXTS)
		show_word(l, e, s, out);
	else
		tong__json_canonical(v, out);
}

int tong__show_json(const struct tong__lookup *l, const struct tong__element *e, const json_t *v,
                    struct tong__buf *out)
{
	const char *s = json_string_value(v);
	size_t i;
	json_t *one;

	if (!v)
		return out->failed;
	if (json_is_array(v)) {
		json_array_foreach(v, i, one) {
			tong__buf_adds(out, i ? "；" : "");
			show_one(l, e, one, out);
		}
	} else if (s && e->type == TONG__T_ENUM) {
		show_enum(e, s, out);
	} else if (s) {
		tong__buf_adds(out, s);
	} else if (json_is_boolean(v)) {
		tong__buf_adds(out, json_is_true(v) ? "是" : "否");
	} else if (json_is_integer(v)) {
		tong__buf_addf(out, "%lld", (long long)json_integer_value(v));
	} else {
		show_one(l, e, v, out);
	}
	return out->failed;
}

int tong__show_csv(const struct tong__lookup *l, const struct tong__element *e, const char *text,
                   struct tong__buf *out)
{
	(void)l;
	if (e->type == TONG__T_ENUMS) {
		while (*text) {
			size_t n = strcspn(text, "^");
			char *code = strndup(text, n);

			if (!code)
				return out->failed = TONG_E_NOMEM;
			show_enum(e, code, out);
			free(code);
			text += n;
			if (*text == '^') {
				tong__buf_adds(out, "；");
				text++;
			}
		}
	} else if (e->type == TONG__T_ENUM) {
		show_enum(e, text, out);
	} else {
		tong__buf_adds(out, text);
	}
	return out->failed;
}

char *tong__csv_text(const json_t *v)
{
	struct tong__buf out;
	size_t i;
	json_t *one;

	if (json_is_string(v))
		return strdup(json_string_value(v));
	tong__buf_init(&out, TONG_SHEET_CELL);
	if (json_is_integer(v))
		tong__buf_addf(&out, "%lld", (long long)json_integer_value(v));
	json_array_foreach(v, i, one)
		tong__buf_addf(&out, "%s%s", i ? "^" : "", json_string_value(one));
	return out.len ? tong__buf_take(&out, NULL) : strdup("");
}
