/* The brief of an item: what lists of items need of it (FORMAT L9). */
#include <string.h>

#include "core/json.h"
#include "core/record.h"

/* A sub-item names its main item, or ends in other digits than 000 in the code of the nation (2 +
 * 2 + 5 + 3). */
static bool is_sub(const json_t *item, const char *code)
{
	const char *system = tong__json_str(item, "code_system");

	if (tong__json_str(item, "main_item"))
		return true;
	return system && strcmp(system, "national-12") == 0 && strlen(code) == 12 &&
	       strcmp(code + 9, "000") != 0;
}

json_t *tong__brief_from_item(const json_t *item)
{
	static const char *const copied[] = {"code", "name", "type", "themes", "guide", "state"};
	const char *code = tong__json_str(item, "code");
	json_t *brief = json_object(), *value;
	int bad = brief == NULL;

	for (size_t i = 0; !bad && i < sizeof copied / sizeof *copied; i++) {
		value = json_object_get(item, copied[i]);
		if (value)
			bad = json_object_set(brief, copied[i], value);
	}
	if (!bad && is_sub(item, code ? code : ""))
		bad = json_object_set_new(brief, "sub", json_true());
	if (bad) {
		json_decref(brief);
		return NULL;
	}
	return brief;
}

enum { CODE, SYSTEM, GUIDE, MAIN, NAME, STATE, THEMES, TYPE, N_MEMBERS };

static bool is_sub_line(const struct tong__str *v)
{
	struct tong__buf code;
	bool sub;

	if (tong__walk_is_text(v[MAIN]))
		return true;
	if (!v[SYSTEM].p || !tong__walk_named(v[SYSTEM], "\"national-12\""))
		return false;
	tong__buf_init(&code, 13);
	tong__walk_text(v[CODE], &code);
	sub = code.len == 12 && strcmp(code.data + 9, "000") != 0;
	tong__buf_free(&code);
	return sub;
}

/* In record form members stand in the order of their names, here as there. */
void tong__brief_from_line(struct tong__str line, struct tong__buf *out)
{
	static const char *const names[] = {"code",  "code_system", "guide",  "main_item",
	                                    "name",  "state",       "themes", "type"};
	struct tong__str v[N_MEMBERS];
	const char *open = "{";

	tong__walk_members(line, names, N_MEMBERS, v);
	for (size_t i = 0; i < N_MEMBERS; i++) {
		if (i == THEMES && is_sub_line(v)) {
			tong__buf_addf(out, "%s\"sub\":true", open);
			open = ",";
		}
		if (!v[i].n || i == SYSTEM || i == MAIN)
			continue;
		tong__buf_addf(out, "%s\"%s\":", open, names[i]);
		tong__buf_add(out, v[i].p, v[i].n);
		open = ",";
	}
	tong__buf_adds(out, *open == '{' ? "{}" : "}");
}
