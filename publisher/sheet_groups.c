/* Materials of items: all rows of one item together are its list, in the order of the sheet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/message.h"
#include "publisher/sheet_rows.h"

#define FIRST 2      /* columns 0 and 1 are the item: its code and name */

/* Rows of one item, in a sheet or a view. */
struct rows {
	size_t *at, n;
};

struct group {
	struct tong__sheet_job *j;
	const char *key;
	struct rows in, now, base;
	json_t *list;                /* the entries as they are now */
	bool *used;
	struct tong__buf buf;
};

static void free_rows(struct rows *r)
{
	free(r->at);
}

/* Rows of a view with this key, in their order. */
static bool of_view(struct rows *r, const struct tong__row_index *x, const char *key)
{
	const struct tong__row_key *k = tong__row_index_find(x, key), *end = x->at + x->n;

	*r = (struct rows){NULL, 0};
	for (const struct tong__row_key *p = k; p && p < end && !strcmp(p->key, key); p++)
		r->n++;
	r->at = calloc(r->n + 1, sizeof *r->at);
	for (size_t i = 0; r->at && i < r->n; i++)
		r->at[i] = k[i].row;
	return r->at != NULL;
}

/* One row without a material says: this item needs none. */
static bool asks_none(struct group *g)
{
	for (size_t i = FIRST; g->in.n == 1 && i < g->j->columns.n; i++)
		if (*tong__cell_text(g->j, g->in.at[0], i, &g->buf))
			return false;
	return g->in.n == 1;
}

/* Do the rows of the sheet say what the rows of a view say, in the columns that the sheet has? */
static bool says(struct group *g, const struct rows *r, const struct tong__sheet *view)
{
	if (asks_none(g))
		return r->n == 0;
	if (r->n != g->in.n)
		return false;
	for (size_t k = 0; k < r->n; k++)
		for (size_t i = FIRST; i < g->j->columns.n; i++)
			if (g->j->from[i] >= 0 &&
			    !tong__text_same(tong__cell_text(g->j, g->in.at[k], i, &g->buf),
			                     tong__sheet_at(view, r->at[k], i).text))
				return false;
	return true;
}

static bool views_same(const struct group *g)
{
	if (g->now.n != g->base.n)
		return false;
	for (size_t k = 0; k < g->now.n; k++)
		for (size_t i = FIRST; i < g->j->columns.n; i++)
			if (strcmp(tong__sheet_at(g->j->now, g->now.at[k], i).text,
			           tong__sheet_at(g->j->base, g->base.at[k], i).text))
				return false;
	return true;
}

/* The material of a row: its code, or the code of its name. malloc'd, NULL: not understood. */
static char *material_of(struct group *g, size_t row)
{
	struct tong__sheet_job *j = g->j;
	bool fault;
	char *id = tong__cell_by_name(j, row, FIRST, &fault);
	json_t *v;

	if (id || fault)
		return id;
	if (!*tong__cell_text(j, row, FIRST, &g->buf)) {
		tong__report_problem(j, row, j->from[FIRST] < 0 ? 0 : (size_t)j->from[FIRST],
		                     j->columns.at[FIRST].header, "", "no material",
		                     "write the id of the material, or remove the row");
		return NULL;
	}
	v = tong__cell_value(j, row, FIRST);
	if (v) {
		id = strdup(json_string_value(v));
		j->im->nomem |= !id;
		json_decref(v);
	}
	return id;
}

/* The entry there is for this material, not used by a row above: its place in the list, or -1. */
static long entry_of(const struct group *g, const char *material)
{
	for (size_t i = 0; i < json_array_size(g->list); i++) {
		const char *s = tong__json_str(json_array_get(g->list, i), "material");

		if (!g->used[i] && s && !strcmp(s, material))
			return (long)i;
	}
	return -1;
}

/* Cells of a row into its entry. 'now' is the row of the view, 0 for a new material. */
static bool fill(struct group *g, json_t *entry, size_t row, size_t now)
{
	struct tong__sheet_job *j = g->j;
	bool good = true;

	for (size_t i = FIRST + 1; i < j->columns.n; i++) {
		const struct tong__column *c = &j->columns.at[i];
		const char *in = tong__cell_text(j, row, i, &g->buf);
		json_t *v;

		if (c->role != TONG__COLUMN_VALUE || j->from[i] < 0 ||
		    tong__text_same(in, now ? tong__sheet_at(j->now, now, i).text : ""))
			continue;
		v = *in ? tong__cell_value(j, row, i) : NULL;
		if (*in && !v)
			good = false;
		else if (v ? json_object_set_new(entry, c->element->name, v) : 0)
			j->im->nomem = true;
		else if (!*in)
			json_object_del(entry, c->element->name);
	}
	return good;
}

static bool add_entry(struct group *g, size_t row, json_t *out)
{
	char *id = material_of(g, row);
	long old = id ? entry_of(g, id) : -1;
	json_t *entry;
	bool good;

	if (!id)
		return false;
	entry = old < 0 ? json_pack("{s:s}", "material", id)
	                : json_deep_copy(json_array_get(g->list, (size_t)old));
	free(id);
	if (old >= 0)
		g->used[old] = true;
	if (!entry) {
		g->j->im->nomem = true;
		return false;
	}
	good = fill(g, entry, row, old < 0 ? 0 : g->now.at[old]);
	if (json_array_append_new(out, entry))
		g->j->im->nomem = true;
	return good;
}

static json_t *new_list(struct group *g)
{
	json_t *out = json_array();
	bool good = out != NULL;

	for (size_t k = 0; out && !asks_none(g) && k < g->in.n; k++)
		good &= add_entry(g, g->in.at[k], out);
	if (good)
		return out;
	json_decref(out);
	return NULL;
}

/* "3 份：居民户口簿；申请表；…" */
static void words_for(struct group *g, const json_t *list, struct tong__buf *out)
{
	size_t i;
	json_t *one;

	tong__buf_clear(out);
	tong__buf_addf(out, "%zu 份", json_array_size(list));
	json_array_foreach(list, i, one) {
		const char *id = tong__json_str(one, "material"), *name;

		name = id ? tong__lookup_name(&g->j->im->lookup, "material", id) : NULL;
		tong__buf_addf(out, "%s%s", i ? "；" : "：", name && *name ? name : id ? id : "");
	}
	g->j->im->nomem |= out->failed == TONG_E_NOMEM;
}

static void tell(struct group *g, const char *list, const json_t *old, const json_t *fresh)
{
	struct tong__buf a, b;
	const char *name = tong__lookup_name(&g->j->im->lookup, "item", g->key);

	tong__buf_init(&a, TONG_SHEET_CELL);
	tong__buf_init(&b, TONG_SHEET_CELL);
	words_for(g, old, &a);
	words_for(g, fresh, &b);
	tong__report_change(g->j->im, list, g->j->kind, g->key, name ? name : "", "申请材料",
	                    a.data ? a.data : "", b.data ? b.data : "");
	tong__buf_free(&a);
	tong__buf_free(&b);
}

static void take(struct group *g, json_t *draft)
{
	struct tong__import *im = g->j->im;
	json_t *root = json_object_get(draft, "root"), *list;
	const struct tong__element *e = tong__element_find(tong__item_elements, "materials");
	char reason[64];

	g->list = tong__json_arr(root, "materials");
	g->used = calloc(json_array_size(g->list) + 1, sizeof *g->used);
	list = g->used ? new_list(g) : NULL;
	im->nomem |= !g->used;
	if (list && json_array_size(list) > e->max) {
		snprintf(reason, sizeof reason, _("%zu materials, the ceiling is %u"),
		         json_array_size(list),
		         e->max);
		tong__report_problem(g->j, g->in.at[e->max], 0, "申请材料", g->key, reason,
		                     "fewer materials");
	} else if (list && json_equal(list, g->list)) {
		im->unchanged++;
	} else if (list) {
		tell(g, "changed", g->list, list);
		if (json_array_size(list))
			im->nomem |= json_object_set(root, "materials", list) != 0;
		else
			json_object_del(root, "materials");
		im->nomem |= !tong__store_commit(&im->store, TONG__KIND_ITEMS, NULL, g->key, 1,
		                                 json_incref(draft));
	}
	json_decref(list);
	free(g->used);
}

static void decide(struct group *g)
{
	struct tong__sheet_job *j = g->j;
	json_t *draft;

	for (size_t k = 0; k < g->now.n; k++)
		j->seen[g->now.at[k]] = true;
	if (!tong__lookup_name(&j->im->lookup, "item", g->key)) {
		tong__report_problem(j, g->in.at[0], 0, j->columns.at[0].header, g->key,
		                     N_("the catalogue has no such item"),
		                     N_("a code of the catalogue; add a new one to the sheet “事项” first"));
	} else if (says(g, &g->now, j->now)) {
		j->im->unchanged++;
	} else if (j->base && says(g, &g->base, j->base)) {
		tong__report_change(j->im, "kept", j->kind, g->key, "", "申请材料", "", "");
	} else if (j->base && !views_same(g)) {
		tong__report_problem(j, g->in.at[0], 0, "申请材料", g->key,
		                     "the materials of this item were changed in the catalogue too, "
		                     "after the export",
		                     "export again and edit that");
	} else {
		draft = tong__store_draft(&j->im->store, TONG__KIND_ITEMS, NULL, g->key, 1);
		j->im->nomem |= !draft;
		if (draft)
			take(g, draft);
		json_decref(draft);
	}
}

static void one_group(struct tong__sheet_job *j, const char *key, const json_t *in_rows)
{
	static const struct tong__row_index none = {NULL, 0};
	struct group g = {.j = j, .key = key};
	bool good;

	tong__buf_init(&g.buf, TONG_SHEET_CELL);
	g.in.n = json_array_size(in_rows);
	g.in.at = calloc(g.in.n + 1, sizeof *g.in.at);
	for (size_t i = 0; g.in.at && i < g.in.n; i++)
		g.in.at[i] = (size_t)json_integer_value(json_array_get(in_rows, i));
	if (g.in.n && g.in.at)
		tong__report_place(j, key, g.in.at[0]);
	good = of_view(&g.now, &j->now_index, key) && of_view(&g.base, j->base ? &j->base_index : &none,
	                                                      key);
	if (good && g.in.at)
		decide(&g);
	else
		j->im->nomem = true;
	free_rows(&g.in);
	free_rows(&g.now);
	free_rows(&g.base);
	tong__buf_free(&g.buf);
}

/* Row numbers by item, items in the order of the sheet. *lost: rows that belong to nobody knows
 * which. */
static json_t *group_rows(struct tong__sheet_job *j, size_t *lost)
{
	json_t *groups = json_object(), *list;

	for (size_t r = j->header + 1; groups && r < j->in->n_rows; r++) {
		char *key;
		bool fault = false;

		if (tong__row_is_blank(j, r))
			continue;
		key = tong__row_key_of(j, r);
		*lost += key && !*key;
		if (key && *key)
			free(tong__cell_by_name(j, r, 0, &fault));
		list = key ? json_object_get(groups, key) : NULL;
		if (key && *key && !list && !json_object_set_new(groups, key, json_array()))
			list = json_object_get(groups, key);
		/* A name that is not its code's spoils the whole list: -1 has no row. */
		if (list)
			json_array_append_new(list, json_integer(fault ? -1 : (json_int_t)r));
		j->im->nomem |= !key;
		free(key);
	}
	return groups;
}

static bool is_spoilt(const json_t *rows)
{
	size_t i;
	json_t *r;

	json_array_foreach(rows, i, r)
		if (json_integer_value(r) < 0)
			return true;
	return false;
}

int tong__sheet_groups(struct tong__sheet_job *j)
{
	size_t lost = 0;
	json_t *groups = group_rows(j, &lost), *rows, *untouched = json_array();
	const char *key, *last = "";

	/* A row without an item may be missing in any of the lists. */
	if (lost)
		tong__report_note(j->im,
		                  "“%s” has %zu rows of no known item, so the whole sheet was left out",
		                  j->in->name, lost);
	json_object_foreach(groups, key, rows)
		if (!lost && !is_spoilt(rows))
			one_group(j, key, rows);
	for (size_t r = 1; r < j->now->n_rows; r++) {
		key = tong__sheet_at(j->now, r, 0).text;
		if (!j->seen[r] && strcmp(key, last))
			json_array_append_new(untouched, json_string(key));
		last = key;
	}
	if (json_array_size(untouched))
		json_array_append_new(json_object_get(j->im->report, "untouched"),
		                      json_pack("{s:s, s:O}", "kind", tong__kinds[j->kind].name, "keys",
		                                untouched));
	j->im->nomem |= !groups || !untouched;
	json_decref(groups);
	json_decref(untouched);
	return 0;
}
