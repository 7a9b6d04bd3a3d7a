/* Small blocks for jansson: a list of free ones for each size and thread, cut from slabs. */
#include "publisher/json_pool.h"

#include <jansson.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

/*
 * A page is made of some hundred small values that go all at once. malloc keeps seven of a size at
 * hand and merges the others with their neighbours, only to cut them up again for the next page:
 * with it, publishing takes a quarter more.
 */
#define STEP 16u
#define CLASSES 17u             /* of 0, 16, ... 256 bytes; larger ones are malloc's */
#define SLAB (64u << 10)

/* Before each block: its class, while it is used. */
union head {
	size_t class;
	union head *next;
};

struct pool {
	union head *free[CLASSES];
	char *at;                   /* of the slab that is being cut */
	size_t left;
};

/* What threads that ended left behind, and all slabs there are. */
static struct {
	pthread_mutex_t lock;
	union head *free[CLASSES];
	union head *slabs;
	pthread_key_t key;
} all = {.lock = PTHREAD_MUTEX_INITIALIZER};

static _Thread_local struct pool mine;

/* ---- threads ---- */

static void leave(void *pool)
{
	struct pool *p = pool;

	pthread_mutex_lock(&all.lock);
	for (size_t i = 0; i < CLASSES; i++) {
		union head **end = &p->free[i];

		while (*end)
			end = &(*end)->next;
		*end = all.free[i];
		all.free[i] = p->free[i];
		p->free[i] = NULL;
	}
	pthread_mutex_unlock(&all.lock);
}

/* Another slab for this thread; false when memory is out. */
static bool new_slab(void)
{
	union head *slab = malloc(SLAB);

	if (!slab)
		return false;
	pthread_mutex_lock(&all.lock);
	slab->next = all.slabs;
	all.slabs = slab;
	pthread_mutex_unlock(&all.lock);
	mine.at = (char *)(slab + 1);
	mine.left = SLAB - sizeof *slab;
	return true;
}

/* What threads that ended left of this class, but for its first: that one, or NULL. */
static union head *adopt(size_t class)
{
	union head *h;

	pthread_mutex_lock(&all.lock);
	h = all.free[class];
	all.free[class] = NULL;
	pthread_mutex_unlock(&all.lock);
	if (h)
		mine.free[class] = h->next;
	return h;
}

/* A block of a class of which this thread has none: of its slab, as long as that lasts. */
static union head *more(size_t class)
{
	size_t n = sizeof(union head) + class * STEP;
	union head *h;

	if (mine.left < n) {
		pthread_setspecific(all.key, &mine);
		h = adopt(class);
		if (h || !new_slab())
			return h;
	}
	h = (union head *)(void *)mine.at;
	mine.at += n;
	mine.left -= n;
	return h;
}

/* ---- ---- */

static void *take(size_t n)
{
	size_t class = (n + STEP - 1) / STEP;
	union head *h;

	if (class >= CLASSES) {
		h = n < SIZE_MAX - sizeof *h ? malloc(sizeof *h + n) : NULL;
		class = CLASSES;
	} else if ((h = mine.free[class])) {
		mine.free[class] = h->next;
	} else {
		h = more(class);
	}
	if (!h)
		return NULL;
	h->class = class;
	return h + 1;
}

static void give(void *block)
{
	union head *h = block;
	size_t class;

	if (!h)
		return;
	class = (--h)->class;
	if (class == CLASSES) {
		free(h);
		return;
	}
	h->next = mine.free[class];
	mine.free[class] = h;
}

#ifdef __SANITIZE_ADDRESS__   /* which is to see each value by itself */
#define POOLED false
#else
#define POOLED true
#endif

void tong__json_pool(void)
{
	if (POOLED && !pthread_key_create(&all.key, leave))
		json_set_alloc_funcs(take, give);
}
