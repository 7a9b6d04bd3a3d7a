/* Records region/CODE: the five levels of places; the fifth stands in the records of the fourth. */
#include "core/json.h"
#include "publisher/records.h"

#include <stdlib.h>
#include <string.h>

typedef const struct tong__region *region_ptr;

static int by_parent(const void *x, const void *y)
{
	const struct tong__region *a = *(const region_ptr *)x, *b = *(const region_ptr *)y;
	int c = strcmp(a->parent, b->parent);

	return c ? c : strcmp(a->code, b->code);
}

/* First of 'all', sorted by parent, that has this one. */
static size_t first_child(const region_ptr *all, size_t n, const char *parent)
{
	size_t lo = 0, hi = n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (strcmp(all[mid]->parent, parent) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static json_t *children_of(struct tong__build *b, const struct tong__region *r,
                           const region_ptr *all, size_t n)
{
	json_t *list = json_array();

	for (size_t i = first_child(all, n, r->code); i < n && !strcmp(all[i]->parent, r->code); i++) {
		json_t *pair = json_array();

		tong__add(b, pair, json_string(all[i]->code));
		tong__add(b, pair, json_string(all[i]->name));
		tong__add(b, list, pair);
	}
	return list;
}

/* A region whose halls are invented is named as a sample wherever it is listed. */
static bool is_sample(const struct tong__model *m, const char *code)
{
	for (size_t i = 0; i < m->n_locals; i++)
		if (!strcmp(m->locals[i].region, code))
			return m->locals[i].halls && tong__json_bool(m->locals[i].halls->root, "sample");
	return false;
}

static int put_region(struct tong__build *b, const struct tong__region *r, const region_ptr *all,
                      size_t n)
{
	json_t *rec = tong__record_new(b, "region/", r->code);

	tong__set_str(b, rec, "name", r->name);
	tong__set_str(b, rec, "type", r->type);
	tong__set_str(b, rec, "parent", r->parent);
	tong__set(b, rec, "level", json_integer(r->level));
	if (is_sample(b->m, r->code))
		tong__set(b, rec, "sample", json_true());
	tong__set(b, rec, r->level == 4 ? "villages" : "children", children_of(b, r, all, n));
	return tong__record_put(b, rec);
}

int tong__records_regions(struct tong__build *b)
{
	size_t n = b->m->n_regions;
	region_ptr *all = calloc(n + 1, sizeof *all);
	int rc = 0;

	if (!all)
		return tong__fail_nomem(b->err);
	for (size_t i = 0; i < n; i++)
		all[i] = &b->m->regions[i];
	qsort(all, n, sizeof *all, by_parent);
	for (size_t i = 0; !rc && i < n; i++)
		if (b->m->regions[i].level < 5)
			rc = put_region(b, &b->m->regions[i], all, n);
	free(all);
	return rc;
}
