/* What people say for what the catalogue calls otherwise: each pair stands once and leads
 * somewhere. */
#include "publisher/check.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/limits.h"

/* The names of all items, one after the other: what a synonym may lead to. */
static void names_of(const struct tong__model *m, struct tong__buf *out)
{
	for (size_t i = 0; i < m->n_items; i++) {
		const char *name = m->items[i].doc ? tong__json_str(m->items[i].doc->root, "name") : NULL;

		if (!name)
			continue;
		tong__buf_adds(out, name);
		tong__buf_addc(out, '\n');
	}
}

static void check_form(const struct tong__table *t, size_t row, struct tong__findings *fs)
{
	const char *said = tong__table_cell(t, row, "said"), *meant = tong__table_cell(t, row, "meant");

	if (!*said)
		tong__report_row(fs, "synonym-form", t, row, meant, "said", "not written");
	else if (!strcmp(said, meant))
		tong__report_row(fs, "synonym-form", t, row, said, "a word other than said", meant);
}

struct pair {
	const char *said, *meant;
	size_t row;
};

static int by_pair(const void *x, const void *y)
{
	const struct pair *a = x, *b = y;
	int c = strcmp(a->said, b->said);

	c = c ? c : strcmp(a->meant, b->meant);
	return c ? c : (a->row > b->row) - (a->row < b->row);
}

static void check_once(const struct tong__table *t, struct tong__findings *fs)
{
	struct pair *all = calloc(t->n_rows + 1, sizeof *all);

	if (!all)
		return;
	for (size_t i = 0; i < t->n_rows; i++)
		all[i] = (struct pair){tong__table_cell(t, i, "said"), tong__table_cell(t, i, "meant"), i};
	qsort(all, t->n_rows, sizeof *all, by_pair);
	for (size_t i = 1; i < t->n_rows; i++)
		if (!strcmp(all[i].said, all[i - 1].said) && !strcmp(all[i].meant, all[i - 1].meant))
			tong__report_row(fs, "synonym-twice", t, all[i].row, all[i].said, "one row",
			                 all[i].meant);
	free(all);
}

void tong__check_synonyms(const struct tong__model *m, struct tong__findings *fs)
{
	const struct tong__table *t = m->synonyms;
	struct tong__buf names;

	if (!t)
		return;
	tong__buf_init(&names, TONG_MAX_LAYER);
	names_of(m, &names);
	check_once(t, fs);
	for (size_t row = 0; row < t->n_rows; row++) {
		const char *meant = tong__table_cell(t, row, "meant");

		check_form(t, row, fs);
		if (*meant && !names.failed && (!names.data || !strstr(names.data, meant)))
			tong__report_row(fs, "synonym-idle", t, row, tong__table_cell(t, row, "said"),
			                 "a word of the name of an item", meant);
	}
	tong__buf_free(&names);
}
