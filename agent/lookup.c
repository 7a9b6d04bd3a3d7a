/* Answers about one item: show, check, history. Reads only. */
#include <stdio.h>
#include <string.h>

#include "core/search_texts.h"
#include "agent/life.h"
#include "core/element.h"
#include "core/json.h"
#include "core/text.h"

/* ---- which item, which region ---- */

struct meant {
	char codes[3][TONG_MAX_CODE];
	size_t n;
};

static int note_code(void *arg, const char *item)
{
	struct meant *m = arg;

	if (m->n < 3 && strlen(item) < TONG_MAX_CODE)
		strcpy(m->codes[m->n], item);
	m->n++;
	return 0;
}

static bool has_item(tong_agent *a, const char *code)
{
	char key[TONG_MAX_CODE + 8];
	struct tong__buf line;
	tong_error own;
	bool held;

	snprintf(key, sizeof key, "item/%s", code);
	tong__buf_init(&line, TONG_MAX_RECORD);
	held = tong__store_get(a->store, "base", key, &line, &own) == 0;
	tong__buf_free(&line);
	return held;
}

int tong__lookup_code(tong_agent *a, const char *typed, char out[TONG_MAX_CODE], tong_error *err)
{
	char form[TONG_MAX_KEY + 1];
	struct meant m = { .n = 0 };
	int rc;

	if (strlen(typed) < TONG_MAX_CODE && has_item(a, typed)) {
		strcpy(out, typed);
		return 0;
	}
	if (strlen(typed) > TONG_MAX_KEY)
		return tong__fail(err, TONG_E_NOTFOUND, typed, "no item has such a long code");
	tong__alias_form(typed, form, sizeof form);
	rc = tong__store_alias(a->store, form, note_code, &m, err);
	if (rc)
		return rc;
	if (m.n == 1 && m.codes[0][0]) {
		strcpy(out, m.codes[0]);
		return 0;
	}
	if (m.n == 0)
		return tong__fail(err, TONG_E_NOTFOUND, typed, "no item has this code");
	return tong__fail(err, TONG_E_NOTFOUND, typed,
					  "%zu items are known under this code: %s, %s%s; name one of them", m.n,
					  m.codes[0], m.codes[1], m.n > 2 ? " …" : "");
}

/* A village or town without a layer of its own is answered by its county. */
int tong__lookup_region(tong_agent *a, const char *region, char layer[TONG_MAX_ROLE_NAME],
						tong_error *err)
{
	static const size_t lengths[] = { 12, 9, 6 };
	struct tong__store_layer held;
	tong_error own;

	if (!tong__region_code_valid(region))
		return tong__fail(err, TONG_E_USAGE, region,
						  "not a region code: 6, 9 or 12 digits are wanted");
	for (size_t i = 0; i < 3; i++) {
		if (strlen(region) < lengths[i])
			continue;
		snprintf(layer, TONG_MAX_ROLE_NAME, "r%.*s", (int)lengths[i], region);
		if (tong__store_layer(a->store, layer, &held, &own) == 0)
			return 0;
	}
	return tong__fail(err, TONG_E_NOTFOUND, region,
					  "this node holds no local elements of the region");
}

/* ---- show ---- */

/* A record without its key, as a copy the caller may add to; NULL when there is none. */
static json_t *record(tong_agent *a, const char *layer, const char *kind, const char *id,
					  tong_error *err)
{
	char key[TONG_MAX_KEY + 1];
	json_t *rec, *copy;

	if (!id || (size_t)snprintf(key, sizeof key, "%s/%s", kind, id) >= sizeof key)
		return NULL;
	rec = a->reader.get(a->reader.user, layer, key, err);
	copy = json_copy(rec);
	json_decref(rec);
	json_object_del(copy, "k");
	return copy;
}

static int fingerprint_of(tong_agent *a, const char *code, char out[TONG_FINGERPRINT],
						  tong_error *err)
{
	char key[TONG_MAX_CODE + 8];
	struct tong__buf line;
	int rc;

	snprintf(key, sizeof key, "item/%s", code);
	tong__buf_init(&line, TONG_MAX_RECORD);
	rc = tong__store_get(a->store, "base", key, &line, err);
	if (!rc)
		tong__fingerprint(line.data, line.len, out);
	tong__buf_free(&line);
	return rc;
}

/* What the cases of a listing name by id, each once: halls of the region's layer, agencies of base.
 */
static void add_named(tong_agent *a, json_t *doc, const char *layer, const char *kind,
					  const char *member, const char *list, const json_t *listing, tong_error *err)
{
	json_t *all = json_object(), *c;
	size_t i;

	json_array_foreach(tong__json_arr(listing, "cases"), i, c)
	{
		const char *id = tong__json_str(c, member);
		json_t *rec = id && !json_object_get(all, id) ? record(a, layer, kind, id, err) : NULL;

		if (rec)
			json_object_set_new(all, id, rec);
	}
	if (json_object_size(all))
		json_object_set(doc, list, all);
	json_decref(all);
}

/* The names of the item's themes. */
static void add_themes(tong_agent *a, json_t *doc, tong_error *err)
{
	json_t *names = json_array(), *id;
	size_t i;

	json_array_foreach(tong__json_arr(json_object_get(doc, "item"), "themes"), i, id)
	{
		json_t *theme = record(a, "base", "theme", json_string_value(id), err);

		if (theme)
			json_array_append(names, json_object_get(theme, "name"));
		json_decref(theme);
	}
	if (json_array_size(names))
		json_object_set(doc, "themes", names);
	json_decref(names);
}

static int add_region(tong_agent *a, json_t *doc, const char *code, const char *region,
					  tong_error *err)
{
	char layer[TONG_MAX_ROLE_NAME];
	json_t *listing;
	int rc = tong__lookup_region(a, region, layer, err);

	if (rc)
		return rc;
	listing = record(a, layer, "listing", code, err);
	json_object_set_new(doc, "region", json_string(layer + 1));
	tong__place_add(a, doc, "place", layer + 1);
	json_object_set_new(doc, "listed", json_boolean(listing != NULL));
	if (listing) {
		add_named(a, doc, layer, "hall", "hall", "halls", listing, err);
		add_named(a, doc, "base", "agency", "agency", "agencies", listing, err);
		json_object_set_new(doc, "listing", listing);
	}
	return 0;
}

static int show(tong_agent *a, const char *typed, const char *region, char **json, tong_error *err)
{
	char code[TONG_MAX_CODE], print[TONG_FINGERPRINT];
	json_t *doc, *where;
	int rc = tong__lookup_code(a, typed, code, err);

	if (!rc)
		rc = fingerprint_of(a, code, print, err);
	if (rc)
		return rc;
	doc = json_object();
	json_object_set_new(doc, "code", json_string(code));
	json_object_set_new(doc, "fingerprint", json_string(print));
	json_object_set_new(doc, "item", record(a, "base", "item", code, err));
	add_themes(a, doc, err);
	where = record(a, "base", "where", code, err);
	if (where)
		json_object_set(doc, "where", json_object_get(where, "regions"));
	json_decref(where);
	if (region)
		rc = add_region(a, doc, code, region, err);
	if (!rc)
		rc = err->code; /* a damaged record was met on the way */
	if (rc) {
		json_decref(doc);
		return rc;
	}
	return tong__agent_answer(a, doc, json, err);
}

int tong_agent_show(tong_agent *a, const char *code, const char *region, char **json,
					tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	int rc;

	err = err ? err : &own;
	*json = NULL;
	rc = tong__agent_begin(a, err);
	if (rc)
		return rc;
	err->code = 0;
	rc = show(a, code, region, json, err);
	rc = tong__agent_done(a, rc, err);
	return rc;
}

/* ---- check ---- */

static int check(tong_agent *a, const char *typed, const char *given, char **json, tong_error *err)
{
	char code[TONG_MAX_CODE], form[TONG_FINGERPRINT], print[TONG_FINGERPRINT];
	json_t *doc, *item;
	bool match;
	int rc;

	if (!tong__fingerprint_read(given, form))
		return tong__fail(err, TONG_E_USAGE, given,
						  "F1: a fingerprint has eight symbols, like 7KQ3-M8XD");
	rc = tong__lookup_code(a, typed, code, err);
	if (!rc)
		rc = fingerprint_of(a, code, print, err);
	if (rc)
		return rc;
	match = strcmp(form, print) == 0;
	item = record(a, "base", "item", code, err);
	doc = json_object();
	json_object_set_new(doc, "code", json_string(code));
	json_object_set(doc, "name", json_object_get(item, "name"));
	json_object_set_new(doc, "given", json_string(form));
	json_object_set_new(doc, "fingerprint", json_string(print));
	json_object_set_new(doc, "match", json_boolean(match));
	json_decref(item);
	rc = json ? tong__agent_answer(a, doc, json, err) : 0;
	if (!json)
		json_decref(doc);
	if (rc || match)
		return rc;
	return tong__fail(err, TONG_E_DIFFERS, code,
					  "%s is not the standard in force; its fingerprint is %s", form, print);
}

int tong_agent_check(tong_agent *a, const char *code, const char *fingerprint, char **json,
					 tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	int rc;

	err = err ? err : &own;
	if (json)
		*json = NULL;
	rc = tong__agent_begin(a, err);
	if (!rc) {
		rc = check(a, code, fingerprint, json, err);
		rc = tong__agent_done(a, rc, err);
	}
	return rc;
}

/* ---- history ---- */

static int history(tong_agent *a, const char *typed, char **json, tong_error *err)
{
	char code[TONG_MAX_CODE];
	json_t *doc, *item, *change, *log;
	int rc = tong__lookup_code(a, typed, code, err);

	if (rc)
		return rc;
	item = record(a, "base", "item", code, err);
	change = record(a, "base", "change", code, err);
	log = tong__json_arr(change, "log");
	doc = json_object();
	json_object_set_new(doc, "code", json_string(code));
	json_object_set(doc, "name", json_object_get(item, "name"));
	json_object_set_new(doc, "log", log ? json_incref(log) : json_array());
	json_decref(item);
	json_decref(change);
	return tong__agent_answer(a, doc, json, err);
}

int tong_agent_history(tong_agent *a, const char *code, char **json, tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	int rc;

	err = err ? err : &own;
	*json = NULL;
	rc = tong__agent_begin(a, err);
	if (rc)
		return rc;
	rc = history(a, code, json, err);
	rc = tong__agent_done(a, rc, err);
	return rc;
}
