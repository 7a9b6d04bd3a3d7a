/* A region's name as people know it: with the names of the regions above it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/life.h"
#include "core/json.h"
#include "core/text.h"

#define MOST 4 /* city, county, town, village: the province goes without saying */

static json_t *record_of(tong_agent *a, const char *code)
{
	char key[TONG_MAX_CODE + 8];
	tong_error own = TONG_ERROR_INIT;

	snprintf(key, sizeof key, "region/%.*s", TONG_MAX_CODE, code);
	return a->reader.get(a->reader.user, "base", key, &own);
}

/* Those above it first; the name of the province only when it is what was asked for. */
static void add_names(tong_agent *a, const char *code, int depth, struct tong__buf *out)
{
	json_t *rec = record_of(a, code);
	const char *name = tong__json_str(rec, "name"), *parent = tong__json_str(rec, "parent");

	if (parent && depth < MOST)
		add_names(a, parent, depth + 1, out);
	if (name && (parent || depth == 0))
		tong__buf_adds(out, name);
	json_decref(rec);
}

/* A village has no record of its own: its town names it. */
static void add_village(tong_agent *a, const char *code, struct tong__buf *out)
{
	char town[10];
	json_t *rec, *v;
	size_t i;

	snprintf(town, sizeof town, "%.9s", code);
	rec = record_of(a, town);
	json_array_foreach(tong__json_arr(rec, "villages"), i, v)
	{
		const char *one = json_string_value(json_array_get(v, 0)),
				   *name = json_string_value(json_array_get(v, 1));

		if (!one || !name || strcmp(one, code) != 0)
			continue;
		add_names(a, town, 1, out);
		tong__buf_adds(out, name);
	}
	json_decref(rec);
}

char *tong__place_name(tong_agent *a, const char *code)
{
	struct tong__buf name;
	tong_error none;

	if (!code || !tong__region_code_valid(code) || tong__agent_begin(a, &none))
		return NULL;
	tong__buf_init(&name, 4096);
	if (strlen(code) == 12)
		add_village(a, code, &name);
	else
		add_names(a, code, 0, &name);
	tong__agent_end(a);
	return tong__buf_take(&name, NULL);
}

void tong__place_add(tong_agent *a, json_t *doc, const char *member, const char *code)
{
	char *name = tong__place_name(a, code);

	if (name && doc)
		json_object_set_new(doc, member, json_string(name));
	free(name);
}

void tong__place_text(const json_t *doc, const char *place, const char *region, char out[200])
{
	const char *name = tong__json_str(doc, place), *code = tong__json_str(doc, region);

	snprintf(out, 200, name && code ? "%s %s" : "%s%s", name ? name : "", code ? code : "");
}
