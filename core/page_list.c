/* Lists of items: rows from briefs, grouped by theme, by type and by directory. */
#include <stdlib.h>
#include <string.h>

#include "core/page.h"

json_t *tong__page_item_row(struct tong__page *p, const json_t *brief)
{
	json_t *row = json_object();
	const char *state = tong__json_str(brief, "state");

	if (!row) {
		p->nomem = true;
		return NULL;
	}
	tong__page_copy(p, row, brief, "code", "name", "type", "themes", "guide", "sub", NULL);
	if (state && strcmp(state, "1") != 0)
		tong__page_str(p, row, "state", tong__page_label(p, "state", NULL, state));
	return row;
}

struct rows {
	struct tong__page *p;
	json_t *rows;
};

static int add_row(void *arg, const char *key, const json_t *brief)
{
	struct rows *to = arg;

	(void)key;
	tong__page_add(to->p, to->rows, tong__page_item_row(to->p, brief));
	return to->p->nomem ? tong__fail_nomem(&to->p->err) : 0;
}

int tong__page_all_rows(struct tong__page *p, json_t *rows)
{
	struct rows to = {p, rows};

	return tong__page_each(p, "derived", "brief/", add_row, &to);
}

static const char *type_of(const json_t *row)
{
	const char *type = tong__json_str(row, "type");

	return type ? type : "";
}

static void type_group(struct tong__page *p, json_t *groups, const char *type, const json_t *rows)
{
	json_t *group = NULL, *items = NULL, *row;
	size_t i;

	json_array_foreach((json_t *)rows, i, row) {
		if (strcmp(type_of(row), type) != 0)
			continue;
		if (!group) {
			group = tong__page_row(p, groups);
			tong__page_str(p, group, "id", type);
			tong__page_str(p, group, "label", tong__page_label(p, "type", NULL, type));
			items = tong__page_array(p, group, "items");
		}
		tong__page_add(p, items, json_incref(row));
	}
	if (group)
		tong__page_int(p, group, "n", json_array_size(items));
}

void tong__page_by_type(struct tong__page *p, json_t *obj, const char *name, const json_t *rows)
{
	json_t *groups = tong__page_array(p, obj, name);

	for (const struct tong__enum_value *v = tong__item_types; v->code; v++)
		type_group(p, groups, v->code, rows);
	type_group(p, groups, "", rows);
}

/* Rows of each theme: {id: [rows]}; those without a theme under "". A row may be in several. */
static json_t *rows_by_theme(struct tong__page *p, const json_t *rows)
{
	json_t *by = json_object(), *row, *theme, *list;
	size_t i, j, n;
	const char *id;

	json_array_foreach((json_t *)rows, i, row) {
		n = json_array_size(json_object_get(row, "themes"));
		for (j = 0; j < (n ? n : 1); j++) {
			theme = json_array_get(json_object_get(row, "themes"), j);
			id = json_is_string(theme) ? json_string_value(theme) : "";
			list = json_object_get(by, id);
			if (!list)
				list = tong__page_array(p, by, id);
			tong__page_add(p, list, json_incref(row));
		}
	}
	if (!by)
		p->nomem = true;
	return by;
}

/* Themes by audience; records come in the order of theirs. */
struct audiences {
	json_t *groups, *last;
};

/* A new theme, under the heading of its audience. */
static json_t *theme_row(struct tong__page *p, struct audiences *a, const char *audience)
{
	const char *last = tong__json_str(a->last, "id");

	if (!last || strcmp(last, audience) != 0) {
		a->last = tong__page_row(p, a->groups);
		tong__page_str(p, a->last, "id", audience);
		tong__page_str(p, a->last, "label", tong__page_word_of(p, "audience", audience));
		tong__page_array(p, a->last, "themes");
	}
	return tong__page_row(p, json_object_get(a->last, "themes"));
}

struct themes {
	struct tong__page *p;
	json_t *by;
	struct audiences to;
};

static json_t *theme_group(struct themes *t, const char *id, const char *name, const char *audience)
{
	json_t *rows = json_object_get(t->by, id), *theme;

	if (json_array_size(rows) == 0)
		return NULL;
	theme = theme_row(t->p, &t->to, audience);
	tong__page_str(t->p, theme, "id", *id ? id : "none");
	tong__page_str(t->p, theme, "name", name);
	tong__page_int(t->p, theme, "n", json_array_size(rows));
	tong__page_by_type(t->p, theme, "types", rows);
	return theme;
}

static int add_theme(void *arg, const char *key, const json_t *rec)
{
	struct themes *t = arg;
	const char *audience = tong__json_str(rec, "audience");
	json_t *theme = theme_group(t, key + strlen("theme/"), tong__json_str(rec, "name"),
	                            audience ? audience : "other");

	if (theme)
		tong__page_copy(t->p, theme, rec, "mark", NULL);
	return 0;
}

/* Themes of people come before those of enterprises; the keys of records say c before p. */
static int by_audience(const char *a)
{
	static const char *const order[] = {"person", "corp", "event"};

	for (int i = 0; i < 3; i++)
		if (a && strcmp(a, order[i]) == 0)
			return i;
	return 3;
}

static void sort_groups(struct tong__page *p, json_t *groups)
{
	json_t *sorted = json_array(), *group;
	size_t i;

	for (int rank = 0; rank <= 3; rank++)
		json_array_foreach(groups, i, group)
			if (by_audience(tong__json_str(group, "id")) == rank)
				tong__page_add(p, sorted, json_incref(group));
	json_array_clear(groups);
	if (!sorted || json_array_extend(groups, sorted))
		p->nomem = true;
	json_decref(sorted);
}

void tong__page_by_theme(struct tong__page *p, json_t *obj, const char *name, const json_t *rows)
{
	struct themes t = {.p = p,
	                   .by = rows_by_theme(p, rows),
	                   .to = {tong__page_array(p, obj, name), NULL}};

	tong__page_each(p, "base", "theme/", add_theme, &t);
	theme_group(&t, "", tong__page_word(p, "no_theme"), "other");
	sort_groups(p, t.to.groups);
	json_decref(t.by);
}

json_t *tong__page_theme_counts(struct tong__page *p, const json_t *rows)
{
	json_t *counts = json_object(), *row, *theme;
	size_t i, j;

	json_array_foreach((json_t *)rows, i, row) {
		json_array_foreach(json_object_get(row, "themes"), j, theme) {
			const char *id = json_is_string(theme) ? json_string_value(theme) : "";

			tong__page_int(p, counts, id, (size_t)tong__json_int(counts, id, 0) + 1);
		}
	}
	if (!counts)
		p->nomem = true;
	return counts;
}

struct counted {
	struct tong__page *p;
	const json_t *counts;
	struct audiences full, empty;
};

static int add_counted(void *arg, const char *key, const json_t *rec)
{
	struct counted *c = arg;
	const char *id = key + strlen("theme/"), *audience = tong__json_str(rec, "audience");
	size_t n = (size_t)tong__json_int(c->counts, id, 0);
	json_t *theme =
		theme_row(c->p, n ? &c->full : &c->empty, audience ? audience : "other");

	tong__page_str(c->p, theme, "id", id);
	tong__page_int(c->p, theme, "n", n);
	tong__page_copy(c->p, theme, rec, "name", "mark", "words", NULL);
	return 0;
}

void tong__page_theme_groups(struct tong__page *p, const json_t *counts)
{
	struct counted c = {.p = p,
	                    .counts = counts,
	                    .full = {tong__page_array(p, p->view, "audiences"), NULL},
	                    .empty = {tong__page_array(p, p->view, "empty_themes"), NULL}};

	tong__page_each(p, "base", "theme/", add_counted, &c);
	sort_groups(p, c.full.groups);
	sort_groups(p, c.empty.groups);
	tong__page_wrap(p, p->view, "empty_themes");
}
