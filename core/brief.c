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
