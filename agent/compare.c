/* What differs between two regions: items that one of them lists, and the elements in which a
 * region may be better than the province's standard. Reads only. */
#include <stdio.h>
#include <string.h>

#include "agent/life.h"
#include "core/element.h"
#include "core/json.h"

struct side {
	char layer[TONG_MAX_ROLE_NAME];
	json_t *cases; /* the first of each item, by code */
};

static int add_listing(void *arg, const char *key, const json_t *rec)
{
	json_t *cases = arg;
	const json_t *list = tong__json_arr(rec, "cases");

	json_object_set_new(cases, key + strlen("listing/"), json_copy(json_array_get(list, 0)));
	return 0;
}

static int read_side(tong_agent *a, const char *region, struct side *s, tong_error *err)
{
	int rc = tong__lookup_region(a, region, s->layer, err);

	s->cases = json_object();
	if (!rc)
		rc = a->reader.each(a->reader.user, s->layer, "listing/", add_listing, s->cases, err);
	return rc;
}

static void add_name(tong_agent *a, const char *code, json_t *entry)
{
	char key[TONG_MAX_CODE + 8];
	tong_error own = TONG_ERROR_INIT;
	json_t *item;

	snprintf(key, sizeof key, "item/%s", code);
	item = a->reader.get(a->reader.user, "base", key, &own);
	json_object_set_new(entry, "code", json_string(code));
	json_object_set(entry, "name", json_object_get(item, "name"));
	json_decref(item);
}

/* Where one says nothing the province's standard holds; both are told as they stand. */
static json_t *differences(const json_t *a, const json_t *b)
{
	json_t *list = json_array();

	for (const struct tong__element *e = tong__listing_elements; e->name; e++) {
		json_t *x = json_object_get(a, e->name), *y = json_object_get(b, e->name);

		if (e->cls != TONG__M || (!x && !y) || (x && y && json_equal(x, y)))
			continue;
		json_array_append_new(list, json_pack("{s:s, s:O?, s:O?}", "element", e->name, "a", x, "b",
											  y));
	}
	return list;
}

static void compare_lists(tong_agent *a, const struct side *x, const struct side *y, json_t *doc)
{
	json_t *only_a = json_array(), *only_b = json_array(), *differ = json_array(), *v, *entry;
	const char *code;

	json_object_foreach(x->cases, code, v)
	{
		json_t *other = json_object_get(y->cases, code);
		json_t *list = other ? differences(v, other) : NULL;

		if (!other || json_array_size(list)) {
			entry = json_object();
			add_name(a, code, entry);
			if (other)
				json_object_set(entry, "elements", list);
			json_array_append_new(other ? differ : only_a, entry);
		}
		json_decref(list);
	}
	json_object_foreach(y->cases, code, v)
	{
		if (json_object_get(x->cases, code))
			continue;
		entry = json_object();
		add_name(a, code, entry);
		json_array_append_new(only_b, entry);
	}
	json_object_set_new(doc, "only_a", only_a);
	json_object_set_new(doc, "only_b", only_b);
	json_object_set_new(doc, "differ", differ);
}

int tong_agent_compare(tong_agent *a, const char *region_a, const char *region_b, char **json,
					   tong_error *err)
{
	struct side x = { "", NULL }, y = { "", NULL };
	tong_error own = TONG_ERROR_INIT;
	json_t *doc;
	int rc;

	err = err ? err : &own;
	*json = NULL;
	rc = tong__agent_begin(a, err);
	if (rc)
		return rc;
	rc = read_side(a, region_a, &x, err);
	if (!rc)
		rc = read_side(a, region_b, &y, err);
	if (!rc) {
		doc = json_pack("{s:s, s:s}", "a", x.layer + 1, "b", y.layer + 1);
		tong__place_add(a, doc, "place_a", x.layer + 1);
		tong__place_add(a, doc, "place_b", y.layer + 1);
		compare_lists(a, &x, &y, doc);
		rc = tong__agent_answer(a, doc, json, err);
	}
	json_decref(x.cases);
	json_decref(y.cases);
	rc = tong__agent_done(a, rc, err);
	return rc;
}
