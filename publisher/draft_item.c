/* A new item: is its code free, and which value does each answer stand for? */
#include "publisher/draft_item.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/message.h"
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
			return tong__fail(err, TONG_E_DIFFERS, code,
			                  "this code is another code of the item %s already (%s)",
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
		return tong__fail(err, TONG_E_USAGE, code, "a code is 1 to 40 letters, digits or - (S2)");
	if (it)
		return tong__fail(err, TONG_E_DIFFERS, code, "it is there already: %s; edit that file",
						  it->doc->path);
	if (retired)
		return tong__fail(err, TONG_E_DIFFERS, code,
						  "this code was used (%s) and the item is cancelled; a code is never "
						  "used again (P8): take a new one",
						  retired);
	for (size_t i = 0; !rc && i < m->n_items; i++)
		rc = refuse_alias(&m->items[i], code, err);
	return rc;
}

/* ---- values ---- */

static int wrong(const struct tong__element *e, const char *text, const char *wanted,
				 tong_error *err)
{
	return tong__fail(err, TONG_E_USAGE, e->name, "%s: wanted %s, not “%s”", e->label,
					  tong__text(wanted), text);
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
		return *out ? 0 : wrong(e, text, "text in UTF-8", err);
	case TONG__T_ENUM:
		*out = code_of(e->values, text) ? json_string(code_of(e->values, text)) : NULL;
		return *out ? 0 : wrong(e, text, "one of the codes (tong-publish reference lists them)",
		                        err);
	case TONG__T_ENUMS:
	case TONG__T_TEXTS:
		*out = list_of(e, text);
		return *out ? 0 : wrong(e, text, "codes of the enumeration, with commas between", err);
	case TONG__T_INT:
		n = strtol(text, &end, 10);
		*out = !*end && *text && n >= 0 ? json_integer(n) : NULL;
		return *out ? 0 : wrong(e, text, "a whole number", err);
	case TONG__T_BOOL:
		*out = json_boolean(!strcmp(text, "true") || !strcmp(text, "yes") || !strcmp(text, "是"));
		return 0;
	default:
		return tong__fail(err, TONG_E_USAGE, e->name, "%s: write it in the file", e->label);
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
							"there is no such element; tong-publish reference lists all");
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
