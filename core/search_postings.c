/* Postings: collected as pairs, sorted, then packed into arrays that are searched by halving. */
#include "core/search_postings.h"

#include <stdlib.h>

int tong__postings_add(struct tong__postings *p, uint64_t key, uint32_t entry)
{
	if (p->n_open == p->cap) {
		size_t cap = p->cap ? 2 * p->cap : 4096;
		struct tong__posting *more = realloc(p->open, cap * sizeof *more);

		if (!more)
			return -1;
		p->open = more;
		p->cap = cap;
	}
	p->open[p->n_open++] = (struct tong__posting){key, entry};
	return 0;
}

static int by_key(const void *x, const void *y)
{
	const struct tong__posting *a = x, *b = y;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return (a->entry > b->entry) - (a->entry < b->entry);
}

static size_t count_keys(const struct tong__postings *p)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_open; i++)
		n += i == 0 || p->open[i].key != p->open[i - 1].key;
	return n;
}

int tong__postings_close(struct tong__postings *p)
{
	size_t keys, last = 0;

	if (p->n_open)
		qsort(p->open, p->n_open, sizeof *p->open, by_key);
	keys = count_keys(p);
	p->keys = malloc((keys + 1) * sizeof *p->keys);
	p->starts = malloc((keys + 1) * sizeof *p->starts);
	p->entries = malloc((p->n_open + 1) * sizeof *p->entries);
	if (!p->keys || !p->starts || !p->entries)
		return -1;
	for (size_t i = 0; i < p->n_open; i++) {
		const struct tong__posting *at = &p->open[i];

		if (i == 0 || at->key != at[-1].key) {
			p->keys[p->n] = at->key;
			p->starts[p->n++] = (uint32_t)last;
		} else if (at->entry == at[-1].entry) {
			continue;
		}
		p->entries[last++] = at->entry;
	}
	p->starts[p->n] = (uint32_t)last;
	free(p->open);
	p->open = NULL;
	return 0;
}

const uint32_t *tong__postings_get(const struct tong__postings *p, uint64_t key, size_t *n)
{
	size_t lo = 0, hi = p->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (p->keys[mid] < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	*n = lo < p->n && p->keys[lo] == key ? p->starts[lo + 1] - p->starts[lo] : 0;
	return *n ? p->entries + p->starts[lo] : NULL;
}

void tong__postings_free(struct tong__postings *p)
{
	free(p->open);
	free(p->keys);
	free(p->starts);
	free(p->entries);
	*p = (struct tong__postings){.open = NULL};
}
