/* Records alias/CODE, where/CODE and change/CODE: ways to an item, places that handle it, what
 * happened to it. */
#include "publisher/records.h"

#include <string.h>

#include "core/json.h"
#include "core/text.h"

#define MAX_TEXTS 8  /* of some 4,000 bytes each */
#define MAX_LOG 500   /* entries: one a week for ten years, and far below R3 */

/* ---- aliases ---- */

static bool can_be_alias(const struct tong__build *b, const char *code)
{
	return code && *code && strlen(code) < TONG_MAX_KEY - 8 &&
	       tong__key_valid(code, strlen(code)) && !tong__model_item(b->m, code);
}

/* What the item files say: the first item in the order of codes has it, the check reports the
 * second. */
static void aliases_of_items(struct tong__build *b, json_t *map)
{
	const json_t *alias;
	size_t k;

	for (size_t i = 0; i < b->m->n_items; i++)
		json_array_foreach(tong__json_arr(b->m->items[i].doc->root, "aliases"), k, alias) {
			const char *code = tong__json_str(alias, "code");

			if (can_be_alias(b, code) && !json_object_get(map, code))
				tong__set_str(b, map, code, b->m->items[i].code);
		}
}

/* A code that regions published for two items leads to neither: null. */
static void claim(struct tong__build *b, json_t *map, const char *code, const char *item)
{
	const json_t *now = json_object_get(map, code);

	if (!now)
		tong__set_str(b, map, code, item);
	else if (!json_is_string(now) || strcmp(json_string_value(now), item))
		b->nomem |= json_object_set_new(map, code, json_null()) != 0;
}

static void published_codes(struct tong__build *b, const json_t *known, json_t *map)
{
	for (size_t i = 0; i < b->m->n_locals; i++) {
		const struct tong__table *t = b->m->locals[i].items;

		for (size_t row = 0; t && row < t->n_rows; row++) {
			const char *item = tong__table_cell(t, row, "item");
			struct tong__portal_code code;

			memset(&code, 0, sizeof code);
			tong__portal_code_read(tong__table_cell(t, row, "published_code"), &code);
			if (can_be_alias(b, code.basic) && tong__model_item(b->m, item) &&
			    !json_object_get(known, code.basic))
				claim(b, map, code.basic, item);
		}
	}
}

static int put_aliases(struct tong__build *b, const json_t *map)
{
	const char *code;
	json_t *item;
	int rc = 0;

	json_object_foreach((json_t *)map, code, item) {
		json_t *rec;

		if (rc || !json_is_string(item))
			continue;
		rec = tong__record_new(b, "alias/", code);
		tong__set_str(b, rec, "item", json_string_value(item));
		rc = tong__record_put(b, rec);
	}
	return rc;
}

int tong__records_aliases(struct tong__build *b)
{
	json_t *known = json_object(), *published = json_object();
	int rc = known && published ? 0 : tong__fail_nomem(b->err);

	if (!rc) {
		aliases_of_items(b, known);
		published_codes(b, known, published);
		rc = put_aliases(b, known);
	}
	if (!rc)
		rc = put_aliases(b, published);
	json_decref(known);
	json_decref(published);
	return rc;
}

/* ---- places ---- */

/* Locals come in the order of region codes, so that each list is sorted as it grows. All lists
 * share the one string of a region. */
static void note_place(struct tong__build *b, json_t *map, const char *item, json_t *region)
{
	json_t *list = json_object_get(map, item);
	size_t n = json_array_size(list);

	if (!list) {
		list = json_array();
		if (json_object_set_new(map, item, list))
			b->nomem = true;
	}
	if (!n || json_array_get(list, n - 1) != region)
		tong__add(b, list, json_incref(region));
}

int tong__records_places(struct tong__build *b)
{
	json_t *map = json_object(), *list;
	const char *item;
	int rc = map ? 0 : tong__fail_nomem(b->err);

	for (size_t i = 0; !rc && i < b->m->n_locals; i++) {
		const struct tong__table *t = b->m->locals[i].items;
		json_t *region = json_string(b->m->locals[i].region);

		for (size_t row = 0; t && row < t->n_rows; row++)
			if (tong__model_item(b->m, tong__table_cell(t, row, "item")))
				note_place(b, map, tong__table_cell(t, row, "item"), region);
		json_decref(region);
	}
	json_object_foreach(map, item, list) {
		json_t *rec;

		if (rc)
			continue;
		rec = tong__record_new(b, "where/", item);
		tong__set(b, rec, "regions", json_incref(list));
		rc = tong__record_put(b, rec);
	}
	json_decref(map);
	return rc;
}

/* ---- changes ---- */

/* code -> [codes of the items that say they replace it], in the order of codes. */
static json_t *replacements(struct tong__build *b)
{
	json_t *map = json_object(), *code, *list;
	size_t k;

	for (size_t i = 0; map && i < b->m->n_items; i++)
		json_array_foreach(tong__json_arr(b->m->items[i].doc->root, "replaces"), k, code) {
			const char *old = json_string_value(code);

			if (!old)
				continue;
			list = json_object_get(map, old);
			if (!list) {
				list = json_array();
				if (json_object_set_new(map, old, list))
					b->nomem = true;
			}
			tong__add(b, list, json_string(b->m->items[i].code));
		}
	return map;
}

/* The newest texts are told in full; of older ones, and of many at once, the sentence says
 * enough. */
static json_t *log_entry(json_t *entry, size_t *texts)
{
	json_t *less;

	*texts += json_array_size(json_object_get(entry, "diff"));
	if (*texts <= MAX_TEXTS)
		return json_incref(entry);
	less = json_copy(entry);
	json_object_del(less, "diff");
	return less;
}

static int put_change(struct tong__build *b, const char *code, const json_t *log,
                      const json_t *replaced)
{
	json_t *rec = tong__record_new(b, "change/", code), *newest = json_array();

	size_t texts = 0;

	for (size_t i = 0; i < json_array_size(log) && i < MAX_LOG; i++)
		tong__add(b, newest, log_entry(json_array_get(log, i), &texts));
	tong__set(b, rec, "log", newest);
	if (!tong__model_item(b->m, code)) {   /* only this record still knows it */
		tong__set_str(b, rec, "name", tong__json_str(b->m->retired, code));
		tong__set(b, rec, "replaced_by", tong__known(b, json_object_get(replaced, code)));
	}
	return tong__record_put(b, rec);
}

int tong__records_changes(struct tong__build *b)
{
	json_t *replaced = replacements(b), *log;
	int rc = replaced ? 0 : tong__fail_nomem(b->err);
	const char *code;

	json_object_foreach(b->m->changes, code, log)
		rc = rc ? rc : put_change(b, code, log, replaced);
	json_decref(replaced);
	return rc;
}
