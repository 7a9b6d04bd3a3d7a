/* What changed in the catalogue since a day, the newest first. Reads only. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/life.h"
#include "core/json.h"

struct news {
	tong_agent *a;
	const char *since;
	json_t *list;
};

static bool is_day(const char *s)
{
	static const char form[] = "dddd-dd-dd";

	for (size_t i = 0; i < sizeof form; i++)
		if (form[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return false;
	return true;
}

/* An item that is no longer in the catalogue has changes and no name. */
static json_t *name_of(struct news *n, const char *code)
{
	char key[TONG_MAX_CODE + 8];
	tong_error own = TONG_ERROR_INIT;
	json_t *item, *name;

	snprintf(key, sizeof key, "item/%s", code);
	item = n->a->reader.get(n->a->reader.user, "base", key, &own);
	name = json_copy(json_object_get(item, "name"));
	json_decref(item);
	return name;
}

static int add_item(void *arg, const char *key, const json_t *rec)
{
	struct news *n = arg;
	const char *code = key + strlen("change/"), *date;
	json_t *entry, *name = NULL, *copy;
	size_t i;

	json_array_foreach(tong__json_arr(rec, "log"), i, entry)
	{
		date = tong__json_str(entry, "date");
		if (!date || strcmp(date, n->since) < 0)
			continue;
		if (!name)
			name = name_of(n, code);
		copy = json_copy(entry);
		json_object_set_new(copy, "code", json_string(code));
		json_object_set(copy, "name", name);
		if (tong__memory_failed()) { /* what has no code or date cannot be sorted */
			json_decref(copy);
			break;
		}
		json_array_append_new(n->list, copy);
	}
	json_decref(name);
	return 0;
}

static int newest_first(const void *x, const void *y)
{
	const json_t *a = *(json_t *const *)x, *b = *(json_t *const *)y;
	int c = strcmp(tong__json_str(b, "date"), tong__json_str(a, "date"));

	return c ? c : strcmp(tong__json_str(a, "code"), tong__json_str(b, "code"));
}

static json_t *sorted(json_t *list)
{
	size_t n = json_array_size(list), i;
	json_t **at = calloc(n + 1, sizeof *at), *out = json_array(), *v;

	if (!at)
		tong__memory_note();
	json_array_foreach(list, i, v) if (at) at[i] = v;
	if (at && n)
		qsort(at, n, sizeof *at, newest_first);
	for (i = 0; at && i < n; i++)
		json_array_append(out, at[i]);
	free(at);
	return out;
}

int tong_agent_whatsnew(tong_agent *a, const char *since, char **json, tong_error *err)
{
	struct news n = { a, since, NULL };
	tong_error own = TONG_ERROR_INIT;
	json_t *doc;
	int rc;

	err = err ? err : &own;
	*json = NULL;
	if (!since || !is_day(since))
		return tong__fail(err, TONG_E_USAGE, "since", "wanted: a day like 2026-01-31");
	rc = tong__agent_begin(a, err);
	if (rc)
		return rc;
	n.list = json_array();
	rc = a->reader.each(a->reader.user, "base", "change/", add_item, &n, err);
	rc = tong__agent_done(a, rc, err);
	if (!rc) {
		doc = json_object();
		json_object_set_new(doc, "since", json_string(since));
		json_object_set_new(doc, "changes", sorted(n.list));
		rc = tong__agent_answer(a, doc, json, err);
	}
	json_decref(n.list);
	return rc;
}
