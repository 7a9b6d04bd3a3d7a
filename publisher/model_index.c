/* Looking up agencies, materials, licences and themes: their ids stand inside files, so each list
 * is sorted once. */
#include "publisher/model_load.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"

struct entry {
	const char *id;
	size_t row;
	const json_t *value;
};

struct list {
	struct entry *at;
	size_t n;
};

struct tong__model_index {
	struct list agencies, materials, licences, themes;
};

/* Of two with the same id the first one counts; the check reports the second. */
static int by_id(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	int c = strcmp(a->id, b->id);

	return c ? c : a->row < b->row ? -1 : a->row > b->row;
}

static const struct entry *find(const struct list *l, const char *id)
{
	size_t lo = 0, hi = l->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(l->at[mid].id, id) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < l->n && !strcmp(l->at[lo].id, id) ? &l->at[lo] : NULL;
}

static bool index_table(struct list *l, const struct tong__table *t)
{
	if (!t)
		return true;
	l->at = calloc(t->n_rows + 1, sizeof *l->at);
	if (!l->at)
		return false;
	for (size_t i = 0; i < t->n_rows; i++)
		l->at[l->n++] = (struct entry){tong__table_cell(t, i, "id"), i, NULL};
	qsort(l->at, l->n, sizeof *l->at, by_id);
	return true;
}

static bool index_list(struct list *l, const struct tong__doc *d, const char *name)
{
	const json_t *list = d ? tong__json_arr(d->root, name) : NULL, *v;
	size_t i;

	if (!list)
		return true;
	l->at = calloc(json_array_size(list) + 1, sizeof *l->at);
	if (!l->at)
		return false;
	json_array_foreach(list, i, v) {
		const char *id = tong__json_str(v, "id");

		if (id)
			l->at[l->n++] = (struct entry){id, i, v};
	}
	qsort(l->at, l->n, sizeof *l->at, by_id);
	return true;
}

int tong__model_index_new(struct tong__model_index **out, const struct tong__model *m,
                          tong_error *err)
{
	struct tong__model_index *x = calloc(1, sizeof *x);

	*out = x;
	if (x && index_table(&x->agencies, m->agencies) &&
	    index_list(&x->materials, m->materials, "materials") &&
	    index_list(&x->licences, m->licences, "licences") &&
	    index_list(&x->themes, m->themes, "themes"))
		return 0;
	return tong__fail_nomem(err);
}

void tong__model_index_free(struct tong__model_index *x)
{
	if (!x)
		return;
	free(x->agencies.at);
	free(x->materials.at);
	free(x->licences.at);
	free(x->themes.at);
	free(x);
}

long tong__model_agency(const struct tong__model *m, const char *id)
{
	const struct entry *e = find(&m->index->agencies, id);

	return e ? (long)e->row : -1;
}

const json_t *tong__model_material(const struct tong__model *m, const char *id)
{
	const struct entry *e = find(&m->index->materials, id);

	return e ? e->value : NULL;
}

const json_t *tong__model_licence(const struct tong__model *m, const char *id)
{
	const struct entry *e = find(&m->index->licences, id);

	return e ? e->value : NULL;
}

const json_t *tong__model_theme(const struct tong__model *m, const char *id)
{
	const struct entry *e = find(&m->index->themes, id);

	return e ? e->value : NULL;
}
