/* Items: code and place agree, names and codes stand one to one, retired codes stay retired (S6,
 * P8). */
#include "publisher/check.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/text.h"

static void check_code(const struct tong__item *it, struct tong__findings *fs)
{
	const char *code = tong__json_str(it->doc->root, "code");
	const char *system = tong__json_str(it->doc->root, "code_system");
	const char *type = tong__json_str(it->doc->root, "type");

	if (code && strcmp(code, it->code))
		tong__report_item(fs, "item-code-path", it, it->doc->root, "code", it->code, code);
	if (type && strcmp(type, it->folder))
		tong__report_item(fs, "item-type-path", it, it->doc->root, "type", it->folder, type);
	if (system && tong__code_system_of(it->code) != tong__code_system_named(system))
		tong__report_item(fs, "item-code-form", it, it->doc->root, "code_system",
		                  tong__code_system_name(tong__code_system_of(it->code)), system);
}

/* "（县级）", "(市级/县级)", "（县级行使）" at the end of a name; a level inside a name may belong to it. */
static bool level_mark(const char *name)
{
	static const char *const marks[] = {"（县级", "(县级", "（市级", "(市级", "（省级", "(省级",
	                                    "（乡镇级", "(乡镇级", "（区级", "(区级", NULL};
	const char *p = NULL;

	for (size_t i = 0; marks[i] && !p; i++)
		p = strstr(name, marks[i]);
	return p && (tong__ends(name, "）") || tong__ends(name, ")"));
}

static void check_name(const struct tong__item *it, struct tong__findings *fs)
{
	const char *name = tong__json_str(it->doc->root, "name");

	if (!name || !*name)
		tong__report_item(fs, "item-name-missing", it, it->doc->root, "name", "its name", "blank");
	else if (level_mark(name))
		tong__report_item(fs, "item-name-level", it, it->doc->root, "name",
		                  "a name without a mark of level", name);
}

/* P8: the code of a removed item may come back only as the same item. */
static void check_reuse(const struct tong__model *m, const struct tong__item *it,
                        struct tong__findings *fs)
{
	const char *was = m->retired ? tong__json_str(m->retired, it->code) : NULL;
	const char *name = tong__json_str(it->doc->root, "name");

	if (was && name && strcmp(was, name))
		tong__report_item(fs, "item-code-reused", it, it->doc->root, "code", was, name);
}

void tong__check_items(const struct tong__model *m, struct tong__findings *fs)
{
	for (size_t i = 0; i < m->n_items; i++) {
		const struct tong__item *it = &m->items[i];

		tong__check_elements(it->doc, it->doc->root, tong__item_elements, it->code, fs);
		check_code(it, fs);
		check_name(it, fs);
		check_reuse(m, it, fs);
		if (i && !strcmp(it->code, m->items[i - 1].code))
			tong__report_item(fs, "item-code-twice", it, it->doc->root, "code",
			                  m->items[i - 1].doc->path, it->doc->path);
	}
}

struct named {
	const char *name;
	const struct tong__item *item;
};

static int by_name(const void *x, const void *y)
{
	const struct named *a = x, *b = y;
	int c = strcmp(a->name, b->name);

	return c ? c : strcmp(a->item->code, b->item->code);
}

void tong__check_names(const struct tong__model *m, struct tong__findings *fs)
{
	struct named *all = calloc(m->n_items + 1, sizeof *all);
	size_t n = 0;

	for (size_t i = 0; all && i < m->n_items; i++) {
		const char *name = tong__json_str(m->items[i].doc->root, "name");

		if (name && *name)
			all[n++] = (struct named){name, &m->items[i]};
	}
	if (n)
		qsort(all, n, sizeof *all, by_name);
	for (size_t i = 1; i < n; i++)
		if (!strcmp(all[i].name, all[i - 1].name))
			tong__report_item(fs, "item-name-twice", all[i].item, all[i].item->doc->root,
			                  "name", all[i - 1].item->code, all[i].item->code);
	free(all);
}

/* code or alias -> the item that has it */
static void take(json_t *seen, const char *code, const struct tong__item *it,
                 struct tong__findings *fs)
{
	const char *other = tong__json_str(seen, code);

	if (other && strcmp(other, it->code))
		tong__report_item(fs, "alias-conflict", it, it->doc->root, "aliases", other, code);
	else if (!other)
		json_object_set_new(seen, code, json_string(it->code));
}

void tong__check_aliases(const struct tong__model *m, struct tong__findings *fs)
{
	json_t *seen = json_object(), *alias;
	size_t k;

	for (size_t i = 0; i < m->n_items; i++)
		json_object_set_new(seen, m->items[i].code, json_string(m->items[i].code));
	for (size_t i = 0; i < m->n_items; i++)
		json_array_foreach(tong__json_arr(m->items[i].doc->root, "aliases"), k, alias) {
			const char *code = tong__json_str(alias, "code");

			if (code)
				take(seen, code, &m->items[i], fs);
		}
	json_decref(seen);
}
