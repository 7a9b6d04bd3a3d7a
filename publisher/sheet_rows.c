/* Rows that stand alone: each differing cell is understood and put into a copy of its row. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/message.h"
#include "core/text.h"
#include "publisher/sheet_rows.h"

/* The row at hand. */
struct at {
	struct tong__sheet_job *j;
	size_t row, now, base;       /* in the sheet, in the views; 0: not there */
	const char *key;
	json_t *draft;               /* NULL until something changes */
	json_t *old;                 /* the row before, to go back to */
	json_t *changes;             /* told when the row is taken: [list, column, old, new] */
	bool fault;
};

static const char *in_view(const struct tong__sheet *view, size_t row, size_t column)
{
	return row ? tong__sheet_at(view, row, column).text : "";
}

static const char *name_of(const struct at *a)
{
	const struct tong__sheet_job *j = a->j;

	for (size_t i = 1; i < j->columns.n; i++)
		if (j->columns.at[i].role == TONG__COLUMN_NAME || !strcmp(j->columns.at[i].name, "name")) {
			const char *s = in_view(j->now, a->now, i);

			return *s || j->from[i] < 0 ? s
			                            : tong__sheet_at(j->in, a->row, (size_t)j->from[i]).text;
		}
	return "";
}

static bool make_draft(struct at *a)
{
	struct tong__sheet_job *j = a->j;

	if (!a->draft) {
		a->draft = tong__store_draft(&j->im->store, j->kind, j->region, a->key, a->now);
		a->old = a->draft ? json_deep_copy(a->draft) : NULL;
		j->im->nomem |= !a->draft || !a->old;
	}
	return a->draft && a->old;
}

static void remember(struct at *a, const char *list, size_t i, const char *old, const char *fresh)
{
	if (json_array_append_new(a->changes, json_pack("[s, i, s, s]", list, (int)i, old, fresh)))
		a->j->im->nomem = true;
}

static void problem(struct at *a, size_t i, const char *reason, const char *wanted)
{
	struct tong__sheet_job *j = a->j;
	size_t column = j->from[i] < 0 ? 0 : (size_t)j->from[i];

	tong__report_problem(j, a->row, column, j->columns.at[i].header,
	                     j->from[i] < 0 ? "" : tong__sheet_at(j->in, a->row, column).text, reason,
		wanted);
	a->fault = true;
}

/* What the cell means; NULL with *fault, or for an empty one. */
static json_t *value_of(struct at *a, size_t i, const char *in, bool *fault)
{
	char *id = NULL;
	json_t *v = NULL;

	*fault = false;
	if (*in)
		v = tong__cell_value(a->j, a->row, i);
	else
		id = tong__cell_by_name(a->j, a->row, i, fault);
	if (id) {
		v = json_string(id);
		a->j->im->nomem |= !v;
		free(id);
	}
	*fault |= !v && *in;
	a->fault |= *fault;
	return v;
}

static void change(struct at *a, size_t i, const char *in)
{
	const struct tong__column *c = &a->j->columns.at[i];
	const char *now = in_view(a->j->now, a->now, i);
	bool fault;
	json_t *v = value_of(a, i, in, &fault), *was;

	if (fault || !make_draft(a)) {
		json_decref(v);
		return;
	}
	was = tong__row_get(a->j, a->draft, c);
	/* Another way to write what is there: a code for a label, TRUE for 是. */
	if (v && was && json_equal(v, was)) {
		json_decref(v);
		json_decref(was);
		return;
	}
	json_decref(was);
	if (tong__row_set(a->j, a->draft, c, v))
		remember(a, "changed", i, now, *in ? in : v ? json_string_value(v) : "");
	else
		problem(a, i, "this column may not be empty",
		        "fill it in, or remove the row from the sheet");
	json_decref(v);
}

static void compare(struct at *a, size_t i, const char *in)
{
	const char *now = in_view(a->j->now, a->now, i);
	const char *base = a->base ? in_view(a->j->base, a->base, i) : NULL;
	char reason[256];
	size_t n = strlen(now);

	switch (tong__cell_verdict(in, now, base)) {
	case TONG__SAME:
		break;
	case TONG__KEPT:
		remember(a, "kept", i, in, now);
		break;
	case TONG__CONFLICT:
		while (n > 150 || (n && ((unsigned char)now[n] & 0xc0) == 0x80))
			n--;
		snprintf(reason, sizeof reason,
		         _("it was changed in the catalogue too, after the export, and now is “%.*s”"),
		         (int)n, now);
		problem(a, i, reason,
		        "decide for one of both: write what the catalogue has, or export again and "
		        "edit that");
		break;
	case TONG__CHANGED:
		change(a, i, in);
		break;
	}
}

/* The name beside a code, in the sheet; NULL when there is no such column. */
static const char *name_beside(const struct at *a, size_t i)
{
	const struct tong__sheet_job *j = a->j;

	if (i + 1 >= j->columns.n || j->columns.at[i + 1].role != TONG__COLUMN_NAME ||
	    j->from[i + 1] < 0)
		return NULL;
	return tong__sheet_at(j->in, a->row, (size_t)j->from[i + 1]).text;
}

static void one_cell(struct at *a, size_t i, struct tong__buf *buf)
{
	struct tong__sheet_job *j = a->j;
	const char *in = tong__cell_text(j, a->row, i, buf), *name = name_beside(a, i);
	bool named = name && !tong__text_same(name, ""), fault = false;

	if (named && !*in) {
		/* Found by its name, unless that is the one it has. */
		if (!a->now || !tong__text_same(name, in_view(j->now, a->now, i + 1)))
			change(a, i, in);
		return;
	}
	if (named)
		free(tong__cell_by_name(j, a->row, i, &fault));
	a->fault |= fault;
	if (j->columns.at[i].role == TONG__COLUMN_VALUE && j->from[i] >= 0 && !fault)
		compare(a, i, in);
}

/* A mapping is whole or it is not there: days without a unit say nothing. */
static void check_mapping(struct at *a, size_t i)
{
	const struct tong__column *c = &a->j->columns.at[i];
	json_t *root = a->j->kind == TONG__KIND_ITEMS ? json_object_get(a->draft, "root") : a->draft;
	json_t *map = c->field && c->field->required ? json_object_get(root, c->element->name) : NULL;
	json_t *old;

	if (!map || json_object_get(map, c->field->name))
		return;
	problem(a, i, "other columns of its group have a value, so this one needs one too",
	        c->field->label);
	root = a->j->kind == TONG__KIND_ITEMS ? json_object_get(a->old, "root") : a->old;
	old = json_object_get(root, c->element->name);
	root = a->j->kind == TONG__KIND_ITEMS ? json_object_get(a->draft, "root") : a->draft;
	if (old)
		json_object_set(root, c->element->name, old);
	else
		json_object_del(root, c->element->name);
}

/* A new row has what every row must have, and a code of the right form. */
static void check_new(struct at *a)
{
	struct tong__sheet_job *j = a->j;
	bool item = j->kind == TONG__KIND_ITEMS;
	json_t *root = item ? json_object_get(a->draft, "root") : a->draft;

	if (j->kind == TONG__KIND_LOCAL) {
		if (!tong__lookup_name(&j->im->lookup, "item", a->key))
			problem(a, 0, N_("the catalogue has no such item"),
			        N_("a code of the catalogue; add a new one to the sheet “事项” first"));
	} else if (item ? !tong__item_code_valid(a->key) : !tong__id_valid(a->key)) {
		problem(a, 0, "cannot be a code", item ? N_("1 to 40 digits, letters or -")
		        : N_("1 to 64 digits, letters, _ or -"));
	}
	for (size_t i = 1; i < j->columns.n; i++) {
		const struct tong__column *c = &j->columns.at[i];
		const char *v = c->element ? tong__json_str(root, c->element->name) : NULL;

		if (c->role == TONG__COLUMN_VALUE && c->element->required && !c->field && !v)
			problem(a, i, "a new row without this column", c->header);
	}
}

static void tell(struct at *a)
{
	struct tong__import *im = a->j->im;
	size_t i, changed = 0;
	json_t *c;

	json_array_foreach(a->changes, i, c) {
		const char *list = json_string_value(json_array_get(c, 0));
		bool is_change = !strcmp(list, "changed");

		changed += is_change;
		if (is_change && !a->now)
			continue;
		tong__report_change(im, list, a->j->kind, a->key, name_of(a),
		                    a->j->columns.at[json_integer_value(json_array_get(c, 1))].header,
		                    json_string_value(json_array_get(c, 2)),
		                    json_string_value(json_array_get(c, 3)));
	}
	if (!a->now)
		tong__report_added(im, a->j->kind, a->key, name_of(a));
	else if (!changed)
		im->unchanged++;
}

/* What the row is called from now on, for the sheets that come after. */
static void learn_name(struct at *a)
{
	static const char *const what[] = {"material", "agency", "item"};
	json_t *names = json_object_get(a->j->im->lookup.added, what[a->j->kind]);
	const char *name = tong__json_str(a->j->kind == TONG__KIND_ITEMS ? json_object_get(a->draft,
	                                                                                   "root")
	                                                                 : a->draft, "name");

	if (json_object_set_new(names, a->key, json_string(name ? name : "")))
		a->j->im->nomem = true;
}

/* Takes the row, unless something in it was not understood: then all of it, or (--partial) a new
 * one, is left. */
static void finish(struct at *a)
{
	struct tong__sheet_job *j = a->j;
	struct tong__import *im = j->im;

	if (a->draft)
		for (size_t i = 0; i < j->columns.n; i++)
			check_mapping(a, i);
	if (a->draft && !a->now)
		check_new(a);
	if (a->fault && (!im->o->partial || !a->now))
		return;
	tell(a);
	tong__report_place(j, a->key, a->row);
	if (!a->draft || (a->now && json_equal(a->draft, a->old)))
		return;
	if (!tong__store_commit(&im->store, j->kind, j->region, a->key, a->now, json_incref(a->draft)))
		im->nomem = true;
	if (j->kind != TONG__KIND_LOCAL)
		learn_name(a);
}

static void one_row(struct tong__sheet_job *j, size_t row, size_t now, const char *key,
                    struct tong__buf *buf)
{
	struct at a = {.j = j, .row = row, .now = now, .key = key, .changes = json_array()};

	a.base = tong__row_before(j, key, row, now);
	if (!now && a.base) {
		tong__report_problem(j, row, 0, j->columns.at[0].header, key,
		                     "the catalogue lost this row after the export",
		                     "remove the row from the sheet; to add it anew, first empty the "
		                     "hidden sheet “格式”");
		a.fault = true;
	}
	if (!now && !a.fault)
		make_draft(&a);
	for (size_t i = 0; i < j->columns.n && !(a.base && !now); i++)
		if (j->columns.at[i].role != TONG__COLUMN_NAME && (i || *tong__cell_text(j, row, 0, buf)))
			one_cell(&a, i, buf);
	finish(&a);
	json_decref(a.draft);
	json_decref(a.old);
	json_decref(a.changes);
}

/* Rows of the catalogue that the sheet leaves out stay as they are; the editor should know. */
static void tell_untouched(struct tong__sheet_job *j)
{
	json_t *keys = json_array();

	for (size_t r = 1; r < j->now->n_rows; r++)
		if (!j->seen[r])
			json_array_append_new(keys, json_string(tong__sheet_at(j->now, r, 0).text));
	if (!json_array_size(keys) ||
	    json_array_append_new(json_object_get(j->im->report, "untouched"),
	                          json_pack("{s:s, s:s*, s:O}", "kind", tong__kinds[j->kind].name,
	                                    "region", j->region, "keys", keys)))
		j->im->nomem |= json_array_size(keys) > 0;
	json_decref(keys);
}

int tong__sheet_rows(struct tong__sheet_job *j)
{
	char **keys = calloc(j->in->n_rows + 1, sizeof *keys);
	size_t *rows = calloc(j->in->n_rows + 1, sizeof *rows);
	struct tong__buf buf;
	int rc = keys && rows ? 0 : tong__fail_nomem(j->im->err);

	tong__buf_init(&buf, TONG_SHEET_CELL);
	for (size_t r = 0; !rc && r < j->in->n_rows; r++) {
		keys[r] = r <= j->header || tong__row_is_blank(j, r) ? strdup("") : tong__row_key_of(j, r);
		if (!keys[r])
			rc = tong__fail_nomem(j->im->err);
	}
	if (!rc)
		rc = tong__rows_match(j, keys, rows);
	for (size_t r = j->header + 1; !rc && r < j->in->n_rows; r++)
		if (rows[r] != SIZE_MAX)
			one_row(j, r, rows[r], keys[r], &buf);
	if (!rc)
		tell_untouched(j);
	for (size_t r = 0; keys && r < j->in->n_rows; r++)
		free(keys[r]);
	free(keys);
	free(rows);
	tong__buf_free(&buf);
	return rc;
}
