/* The words and labels of a page, in its language. */
#include <stdio.h>
#include <string.h>

#include "core/page.h"
#include "core/text.h"

const char *tong__page_word(const struct tong__page *p, const char *name)
{
	const char *word = tong__json_str(p->t, name);

	return word ? word : name;
}

const char *tong__page_word_of(const struct tong__page *p, const char *prefix, const char *code)
{
	const char *word;
	char name[96];

	snprintf(name, sizeof name, "%s_%s", prefix, code);
	word = tong__json_str(p->t, name);
	return word ? word : code;
}

const char *tong__page_label(const struct tong__page *p, const char *element, const char *field,
                             const char *code)
{
	const struct tong__element *e = tong__element_find(tong__item_elements, element);
	const char *label;

	if (!e)
		e = tong__element_find(tong__listing_elements, element);
	if (e && field)
		e = tong__element_find(e->fields, field);
	label = e && e->values ? tong__enum_label_in(e->values, code, p->lang) : NULL;
	return label ? label : code;
}

const char *tong__page_element(const struct tong__page *p, const struct tong__element *e)
{
	return e->english && strcmp(p->lang, "en") == 0 ? e->english : e->label;
}

json_t *tong__page_say(struct tong__page *p, const char *word, const char *name)
{
	const char *text = tong__page_word(p, word), *at = strstr(text, "{}");
	struct tong__str parts[3] = {{text, strlen(text)}};

	if (!at)
		return tong__page_join(p, parts, 1);
	name = name ? name : "";
	parts[0].n = (size_t)(at - text);
	parts[1] = (struct tong__str){name, strlen(name)};
	parts[2] = (struct tong__str){at + 2, strlen(at + 2)};
	return tong__page_join(p, parts, 3);
}

json_t *tong__page_count(struct tong__page *p, json_int_t n, const char *word)
{
	char one[96];
	json_t *text;

	snprintf(one, sizeof one, "%s_one", word);
	text = json_sprintf("%" JSON_INTEGER_FORMAT " %s", n,
	                    tong__page_word(p, n == 1 ? one : word));
	if (!text)
		p->nomem = true;
	return text;
}

json_t *tong__page_labels(struct tong__page *p, const char *element, const json_t *codes)
{
	const char *comma = "";
	struct tong__buf text;
	json_t *code, *value = NULL;
	size_t i;

	tong__buf_init(&text, TONG_MAX_RECORD);
	json_array_foreach((json_t *)codes, i, code) {
		if (!json_is_string(code))
			continue;
		tong__buf_adds(&text, comma);
		tong__buf_adds(&text, tong__page_label(p, element, NULL, json_string_value(code)));
		comma = tong__page_word(p, "comma");
	}
	if (text.failed)
		p->nomem = true;
	else if (text.len)
		value = tong__page_text(p, text.data, NULL);
	tong__buf_free(&text);
	return value;
}
