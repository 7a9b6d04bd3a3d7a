/* Elements that a page shows as label and value, straight from the element table. */
#include <string.h>

#include "core/page.h"

static json_t *text_of(struct tong__page *p, const struct tong__element *e, const json_t *v)
{
	const char *label;

	if (json_is_array(v))
		return tong__page_labels(p, e->name, v);
	if (!json_is_string(v))
		return NULL;
	label = e->values ? tong__enum_label_in(e->values, json_string_value(v), p->lang) : NULL;
	return label ? tong__page_text(p, label, NULL) : json_incref((json_t *)v);
}

void tong__page_more(struct tong__page *p, json_t *obj, const json_t *rec,
                     const struct tong__element *table, const char *const *names)
{
	json_t *list = NULL, *row, *text;
	const struct tong__element *e;
	const json_t *value;

	for (; *names; names++) {
		value = json_object_get(rec, *names);
		e = value ? tong__element_find(table, *names) : NULL;
		text = e ? text_of(p, e, value) : NULL;
		if (!text)
			continue;
		if (!list)
			list = tong__page_array(p, obj, "more");
		row = tong__page_row(p, list);
		tong__page_str(p, row, "label", tong__page_element(p, e));
		tong__page_set(p, row, "value", text);
	}
	if (list)
		tong__page_wrap(p, obj, "more");
}
