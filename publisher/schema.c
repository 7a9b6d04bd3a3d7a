/* JSON Schema of an item's front matter, from the element table. */
#include "publisher/schema.h"

#include <string.h>

static json_t *mapping_of(const struct tong__element *table);

/* "01" or 01 … with the label of each as its title. */
static json_t *values_of(const struct tong__enum_value *v)
{
	json_t *list = json_array();

	for (; v && v->code; v++)
		json_array_append_new(list, json_pack("{s:s, s:s}", "const", v->code, "title", v->label));
	return json_pack("{s:s, s:o}", "type", "string", "oneOf", list);
}

/* What is unknown may stand as an empty text. */
static json_t *or_empty(json_t *schema)
{
	return json_pack("{s:[o, {s:s}]}", "anyOf", schema, "const", "");
}

static json_t *list_of(json_t *items, unsigned max)
{
	json_t *list = json_pack("{s:s, s:o}", "type", "array", "items", items);

	if (max)
		json_object_set_new(list, "maxItems", json_integer(max));
	return list;
}

static json_t *text_of(const struct tong__element *e)
{
	json_t *text = json_pack("{s:s}", "type", "string");

	if (e->max)
		json_object_set_new(text, "maxLength", json_integer(e->max));
	if (!strcmp(e->name, "code"))
		json_object_set_new(text, "pattern", json_string("^[0-9A-Za-z-]{1,40}$"));
	return text;
}

static json_t *type_of(const struct tong__element *e)
{
	switch (e->type) {
	case TONG__T_ENUM:
		return e->required ? values_of(e->values) : or_empty(values_of(e->values));
	case TONG__T_ENUMS:
		return list_of(values_of(e->values), e->max);
	case TONG__T_INT:
		return json_pack("{s:s, s:i, s:i}", "type", "integer", "minimum", 0, "maximum",
						 (int)e->max);
	case TONG__T_BOOL:
		return json_pack("{s:s}", "type", "boolean");
	case TONG__T_LIST:
		return list_of(mapping_of(e->fields), e->max);
	case TONG__T_MAP:
		return mapping_of(e->fields);
	case TONG__T_TEXTS:
		return list_of(json_pack("{s:s}", "type", "string"), e->max);
	default:
		return text_of(e);
	}
}

static bool in_front_matter(const struct tong__element *e)
{
	return e->type != TONG__T_MARKDOWN && e->type != TONG__T_QA;
}

static json_t *mapping_of(const struct tong__element *table)
{
	static const char *const classes[] = { "U", "M", "L" };
	json_t *properties = json_object(), *required = json_array(), *out;

	for (const struct tong__element *e = table; e && e->name; e++) {
		json_t *one = in_front_matter(e) ? type_of(e) : NULL;

		if (!one)
			continue;
		json_object_set_new(one, "title", json_string(e->label));
		json_object_set_new(one, "x-class", json_string(classes[e->cls]));
		json_object_set_new(properties, e->name, one);
		if (e->required)
			json_array_append_new(required, json_string(e->name));
	}
	out = json_pack("{s:s, s:o, s:b}", "type", "object", "properties", properties,
					"additionalProperties", 0);
	if (out && json_array_size(required))
		json_object_set(out, "required", required);
	json_decref(required);
	return out;
}

/* The name is required by a rule that can be waived, for sources that tell a code only; a schema
 * cannot waive. */
json_t *tong__schema(void)
{
	json_t *schema =
			   json_pack("{s:s, s:s}", "$schema", "https://json-schema.org/draft/2020-12/schema",
						 "title", "事项文件的字段"),
		   *item = mapping_of(tong__item_elements);
	json_t *required = json_object_get(item, "required");
	size_t i;
	json_t *name;

	json_array_foreach(required, i, name) if (!strcmp(json_string_value(name), "name"))
	{
		json_array_remove(required, i);
		break;
	}
	if (!schema || !item || json_object_update(schema, item)) {
		json_decref(schema);
		schema = NULL;
	}
	json_decref(item);
	return schema;
}
