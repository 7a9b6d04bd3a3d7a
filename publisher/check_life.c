/* The life of an item: what is suspended or cancelled is not offered, an old code never used again;
 * names of regions follow their changes. */
#include "publisher/check.h"

#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "core/message.h"

static void check_row(const struct tong__model *m, const struct tong__local *l, size_t row,
                      struct tong__findings *fs)
{
	const char *code = tong__table_cell(l->items, row, "item");
	const struct tong__item *it = tong__model_item(m, code);
	const char *state = it ? tong__json_str(it->doc->root, "state") : NULL;

	if (state && !strcmp(state, "3"))
		tong__report_cell(fs, "item-cancelled", l, row, "item", "an item in use", code);
	else if (state && !strcmp(state, "2"))
		tong__report_cell(fs, "item-suspended", l, row, "item", "an item in use", code);
}

/* ---- what an item replaces and is replaced by ---- */

struct life {
	const struct tong__model *m;
	const json_t *aliases;       /* every code that some item has as an alias */
	struct tong__findings *fs;
};

static bool is_state(const struct tong__item *it, const char *state)
{
	const char *s = tong__json_str(it->doc->root, "state");

	return s && !strcmp(s, state);
}

static void find_code(const struct life *l, const struct tong__item *it, const char *rule,
                      const char *key, const char *wanted, const char *found)
{
	tong__report_item(l->fs, rule, it, it->doc->root, key, wanted, found);
}

static bool has_alias(const struct tong__item *it, const char *code)
{
	size_t i;
	json_t *alias;

	json_array_foreach(tong__json_arr(it->doc->root, "aliases"), i, alias) {
		const char *known = tong__json_str(alias, "code");

		if (known && !strcmp(known, code))
			return true;
	}
	return false;
}

static void check_cancelled(const struct life *l, const struct tong__item *it)
{
	const char *date = tong__json_str(it->doc->root, "cancelled");
	const json_t *list = tong__json_arr(it->doc->root, "replaced_by"), *v;
	bool cancelled = is_state(it, "3");
	size_t i;

	if (cancelled && (!date || !*date))
		find_code(l, it, "life-cancelled-date", "cancelled", "a date like 2026-01-01",
		          "not written");
	json_array_foreach(list, i, v) {
		const char *code = json_string_value(v);

		if (!code)
			continue;   /* element-type says so */
		if (!strcmp(code, it->code))
			find_code(l, it, "life-split", "replaced_by", "a new code", code);
		else if (!cancelled)
			find_code(l, it, "life-replaced-by", "replaced_by", "written in cancelled items "
			          "only", code);
		else if (l->m->retired && !tong__model_item(l->m, code))
			find_code(l, it, "life-replaced-by", "replaced_by", "a code of items/", code);
	}
}

/* Without history (a preview of one file) nobody knows which codes were once in use. */
static bool may_be_replaced(const struct life *l, const char *code)
{
	const struct tong__item *old = tong__model_item(l->m, code);

	if (old)
		return is_state(old, "3");
	return !l->m->retired || json_object_get(l->m->retired, code) ||
	       json_object_get(l->aliases, code);
}

/* One code that the item says it replaces; false for its own. */
static bool check_old(const struct life *l, const struct tong__item *it, const char *code,
                      bool split)
{
	bool own = !strcmp(code, it->code);

	if (split && (own || has_alias(it, code)))
		find_code(l, it, "life-split", "replaces", "old codes that are no longer in use", code);
	else if (own || !may_be_replaced(l, code))
		find_code(l, it, "life-replaces", "replaces",
		          "a cancelled item, a former code or an alias", code);
	return !own;
}

static void check_replaces(const struct life *l, const struct tong__item *it)
{
	const json_t *list = tong__json_arr(it->doc->root, "replaces"), *v;
	const char *change = tong__json_str(it->doc->root, "change");
	bool split = change && !strcmp(change, "split");
	json_t *others;
	size_t i;

	if (!change && !list)
		return;
	others = json_object();
	json_array_foreach(list, i, v) {
		const char *code = json_string_value(v);

		if (code && check_old(l, it, code, split))
			json_object_set_new(others, code, json_true());
	}
	if (change && !strcmp(change, "merged") && json_object_size(others) < 2)
		find_code(l, it, "life-merge", list ? "replaces" : "change", "two old codes or more",
		          "fewer than two");
	if (split && !json_array_size(list))
		find_code(l, it, "life-split", "change", "replaces: [the old code]", "not written");
	json_decref(others);
}

static bool names(const struct tong__item *it, const char *key, const char *code)
{
	size_t i;
	json_t *v;

	json_array_foreach(tong__json_arr(it->doc->root, key), i, v)
		if (json_is_string(v) && !strcmp(json_string_value(v), code))
			return true;
	return false;
}

/* Whoever follows a link from the old item to the new one must find the way back. */
static void check_pairs(const struct life *l, const struct tong__item *it, const char *key,
                        const char *back)
{
	size_t i;
	json_t *v;

	json_array_foreach(tong__json_arr(it->doc->root, key), i, v) {
		const char *code = json_string_value(v);
		const struct tong__item *other = code ? tong__model_item(l->m, code) : NULL;
		char wanted[128];

		if (!other || other == it || names(other, back, it->code))
			continue;
		snprintf(wanted, sizeof wanted, _("in item %s, under %s: %s"), code, back, it->code);
		find_code(l, it, "life-pair", key, wanted, code);
	}
}

static json_t *all_aliases(const struct tong__model *m)
{
	json_t *all = json_object(), *alias;
	size_t k;

	for (size_t i = 0; i < m->n_items; i++)
		json_array_foreach(tong__json_arr(m->items[i].doc->root, "aliases"), k, alias) {
			const char *code = tong__json_str(alias, "code");

			if (code)
				json_object_set_new(all, code, json_true());
		}
	return all;
}

static void check_succession(const struct tong__model *m, struct tong__findings *fs)
{
	json_t *aliases = all_aliases(m);
	struct life l = {m, aliases, fs};

	for (size_t i = 0; i < m->n_items; i++) {
		check_cancelled(&l, &m->items[i]);
		check_replaces(&l, &m->items[i]);
		check_pairs(&l, &m->items[i], "replaces", "replaced_by");
		check_pairs(&l, &m->items[i], "replaced_by", "replaces");
	}
	json_decref(aliases);
}

void tong__check_life(const struct tong__model *m, struct tong__findings *fs)
{
	check_succession(m, fs);
	for (size_t i = 0; i < m->n_locals; i++)
		for (size_t n = 0; m->locals[i].items && n < m->locals[i].items->n_rows; n++)
			check_row(m, &m->locals[i], n, fs);
	for (size_t i = 0; i < m->n_regions; i++) {
		const struct tong__region *r = &m->regions[i];

		if (*r->name_new)
			tong__find(fs, "region-renamed", m->region_table->path, r->line, 1, "", r->code,
			           r->name_new, "%s", r->name);
	}
}
