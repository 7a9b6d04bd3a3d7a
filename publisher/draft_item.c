/* A new item: is its code free, and which value does each answer stand for? */
#include "publisher/draft_item.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/text.h"

/* ---- the code ---- */

static int refuse_alias(const struct tong__item *it, const char *code, tong_error *err)
{
	const json_t *alias;
	size_t i;

	json_array_foreach(tong__json_arr(it->doc->root, "aliases"), i, alias)
	{
		const char *other = tong__json_str(alias, "code");

		if (other && !strcmp(other, code))
			return tong__fail(err, TONG_E_DIFFERS, code, "这个编码已是事项 %s 的其他编码（%s）",
							  it->code, it->doc->path);
	}
	return 0;
}

static int check_code(const struct tong__model *m, const char *code, tong_error *err)
{
	const struct tong__item *it = tong__model_item(m, code);
	const char *retired = tong__json_str(m->retired, code);
	int rc = 0;

	if (!tong__item_code_valid(code))
		return tong__fail(err, TONG_E_USAGE, code, "编码是 1 到 40 个字母、数字或 -（S2）");
	if (it)
		return tong__fail(err, TONG_E_DIFFERS, code, "已经有了：%s；请直接修改那个文件",
						  it->doc->path);
	if (retired)
		return tong__fail(err, TONG_E_DIFFERS, code,
						  "这个编码用过（%s），事项已取消；编码不能再用（P8），请用新的编码",
						  retired);
	for (size_t i = 0; !rc && i < m->n_items; i++)
		rc = refuse_alias(&m->items[i], code, err);
	return rc;
}

/* ---- values ---- */

static int wrong(const struct tong__element *e, const char *text, const char *wanted,
				 tong_error *err)
{
	return tong__fail(err, TONG_E_USAGE, e->name, "%s应是%s，不是“%s”", e->label, wanted, text);
}

/* A code of the enumeration, typed as code or as label. */
static const char *code_of(const struct tong__enum_value *v, const char *text)
{
	for (; v->code; v++)
		if (!strcmp(v->code, text) || !strcmp(v->label, text))
			return v->code;
	return NULL;
}

/* "a,b、c" as a list; of codes when there is an enumeration. NULL: one of them is not in it. */
static json_t *list_of(const struct tong__element *e, const char *text)
{
	json_t *out = json_array();
	char *copy = strdup(text), *next = copy, *word;

	while (copy && (word = strsep(&next, ",^")))
		if (*word && e->values && !code_of(e->values, word)) {
			json_decref(out);
			free(copy);
			return NULL;
		} else if (*word) {
			json_array_append_new(out, json_string(e->values ? code_of(e->values, word) : word));
		}
	free(copy);
	return out;
}

static int value_of(const struct tong__element *e, const char *text, json_t **out, tong_error *err)
{
	char *end;
	long n;

	*out = NULL;
	switch (e->type) {
	case TONG__T_TEXT:
	case TONG__T_CODE:
		*out = json_string(text);
		return *out ? 0 : wrong(e, text, " UTF-8 文字", err);
	case TONG__T_ENUM:
		*out = code_of(e->values, text) ? json_string(code_of(e->values, text)) : NULL;
		return *out ? 0 : wrong(e, text, "规定的代码之一（tong-publish reference 列出）", err);
	case TONG__T_ENUMS:
	case TONG__T_TEXTS:
		*out = list_of(e, text);
		return *out ? 0 : wrong(e, text, "规定的代码，用逗号隔开", err);
	case TONG__T_INT:
		n = strtol(text, &end, 10);
		*out = !*end && *text && n >= 0 ? json_integer(n) : NULL;
		return *out ? 0 : wrong(e, text, "整数", err);
	case TONG__T_BOOL:
		*out = json_boolean(!strcmp(text, "true") || !strcmp(text, "yes") || !strcmp(text, "是"));
		return 0;
	default:
		return tong__fail(err, TONG_E_USAGE, e->name, "%s请写在文件里", e->label);
	}
}

int tong__draft_item(json_t **out, const json_t *answers, const struct tong__model *m,
					 tong_error *err)
{
	const char *code = tong__json_str(answers, "code"), *name;
	enum tong__code_system system = tong__code_system_of(code);
	json_t *root = json_object(), *value, *text;
	int rc = root ? check_code(m, code, err) : tong__fail_nomem(err);

	json_object_foreach((json_t *)answers, name, text)
	{
		const struct tong__element *e = tong__element_find(tong__item_elements, name);

		if (!rc && !e)
			rc = tong__fail(err, TONG_E_USAGE, name,
							"没有这个要素；tong-publish reference 列出全部");
		if (rc || !*json_string_value(text))
			continue;
		rc = value_of(e, json_string_value(text), &value, err);
		if (!rc)
			json_object_set_new(root, name, value);
	}
	if (!rc && system != TONG__CODE_UNKNOWN && !json_object_get(root, "code_system"))
		json_object_set_new(root, "code_system", json_string(tong__code_system_name(system)));
	if (rc) {
		json_decref(root);
		root = NULL;
	}
	*out = root;
	return rc;
}
