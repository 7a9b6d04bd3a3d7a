/* The life of an item on its page: suspended or cancelled is said first, with the way to what
 * replaces it. */
#include <string.h>

#include "core/page.h"

/* Codes, with the names of those items that are there. */
static void codes(struct tong__page *p, json_t *obj, const char *name, const json_t *list)
{
	json_t *rows, *code, *brief, *row;
	const char *text;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	rows = tong__page_array(p, obj, name);
	json_array_foreach((json_t *)list, i, code) {
		text = json_string_value(code);
		brief = text ? tong__page_brief(p, text) : NULL;
		row = tong__page_row(p, rows);
		tong__page_str(p, row, "code", text);
		tong__page_str(p, row, "name", tong__json_str(brief, "name"));
		if (brief)
			tong__page_true(p, row, "page");
		json_decref(brief);
	}
	tong__page_wrap(p, obj, name);
}

static void ended(struct tong__page *p, const json_t *item)
{
	json_t *life = tong__page_object(p, p->view, "ended");
	const char *date = tong__json_str(item, "cancelled");

	if (date)
		tong__page_set(p, life, "title", tong__page_say(p, "life_cancelled_on", date));
	else
		tong__page_str(p, life, "title", tong__page_word(p, "life_cancelled"));
	tong__page_str(p, life, "text", tong__page_word(p, "life_cancelled_text"));
	codes(p, life, "successors", json_object_get(item, "replaced_by"));
}

static void suspended(struct tong__page *p)
{
	json_t *life = tong__page_object(p, p->view, "ended");

	tong__page_str(p, life, "title", tong__page_word(p, "life_suspended"));
	tong__page_str(p, life, "text", tong__page_word(p, "life_suspended_text"));
}

void tong__page_life(struct tong__page *p, const json_t *item)
{
	const char *state = tong__json_str(item, "state");

	if (state && strcmp(state, "3") == 0)
		ended(p, item);
	else if (state && strcmp(state, "2") == 0)
		suspended(p);
	codes(p, p->view, "replaces", json_object_get(item, "replaces"));
}
