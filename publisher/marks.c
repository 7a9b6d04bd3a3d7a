/* Places of values: two arrays, so that a document of a hundred values costs two allocations. */
#include "publisher/marks.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct container {
	const json_t *value;       /* compared, never followed */
	struct tong__mark at;
	size_t first, n;           /* its members in 'members' */
};

struct tong__marks {
	struct container *containers;
	size_t n_containers, cap_containers;
	struct tong__mark *members;
	size_t n_members, cap_members;
};

struct tong__marks *tong__marks_new(void)
{
	return calloc(1, sizeof(struct tong__marks));
}

void tong__marks_free(struct tong__marks *m)
{
	if (!m)
		return;
	free(m->containers);
	free(m->members);
	free(m);
}

/* Room for 'more' elements of 'size' bytes. */
static bool room(void *array, size_t n, size_t *cap, size_t more, size_t size)
{
	size_t want = *cap ? *cap : 16;
	void *p;

	while (want < n + more)
		want *= 2;
	if (want == *cap)
		return true;
	memcpy(&p, array, sizeof p);
	p = realloc(p, want * size);
	if (!p)
		return false;
	memcpy(array, &p, sizeof p);
	*cap = want;
	return true;
}

bool tong__marks_add(struct tong__marks *m, const json_t *container, struct tong__mark at,
                     const struct tong__mark *members, size_t n)
{
	if (!room(&m->containers, m->n_containers, &m->cap_containers, 1, sizeof *m->containers) ||
	    !room(&m->members, m->n_members, &m->cap_members, n, sizeof *m->members))
		return false;
	m->containers[m->n_containers++] = (struct container){container, at, m->n_members, n};
	if (n)
		memcpy(m->members + m->n_members, members, n * sizeof *members);
	m->n_members += n;
	return true;
}

static int by_address(const void *a, const void *b)
{
	uintptr_t x = (uintptr_t)((const struct container *)a)->value;
	uintptr_t y = (uintptr_t)((const struct container *)b)->value;

	return x < y ? -1 : x > y;
}

void tong__marks_sort(struct tong__marks *m)
{
	if (m->n_containers)
		qsort(m->containers, m->n_containers, sizeof *m->containers, by_address);
}

/* Members of a JSON object keep the order in which they were read. */
static size_t index_of(const json_t *object, const char *key)
{
	const char *name;
	json_t *value;
	size_t i = 0;

	json_object_foreach((json_t *)object, name, value) {
		if (!strcmp(name, key))
			return i;
		i++;
	}
	return SIZE_MAX;
}

struct tong__mark tong__marks_find(const struct tong__marks *m, const json_t *container,
                                   const char *key, size_t index)
{
	struct container want = {.value = container}, *c = NULL;

	if (m && m->n_containers)
		c = bsearch(&want, m->containers, m->n_containers, sizeof want, by_address);
	if (!c)
		return (struct tong__mark){0, 0};
	if (key)
		index = index_of(container, key);
	return index < c->n ? m->members[c->first + index] : c->at;
}
