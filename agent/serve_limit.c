/* Buckets of tokens in a table that never grows. */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "agent/serve_limit.h"
#include "core/hash.h"

#define SETS 128
#define WAYS 8 /* an address has 8 places; who has most tokens makes room */

struct bucket {
	uint64_t who; /* 0: free */
	int64_t full; /* when it will be full again: what is missing is how far away that is */
	int64_t form; /* when it got the form last */
};

struct tong__limit {
	struct tong__limit_rule rule;
	unsigned char salt[16];
	struct bucket one[SETS][WAYS];
	int64_t all;
};

struct tong__limit *tong__limit_new(struct tong__limit_rule rule)
{
	struct tong__limit *l = calloc(1, sizeof *l);

	if (!l || getrandom(l->salt, sizeof l->salt, 0) != (ssize_t)sizeof l->salt) {
		free(l);
		return NULL;
	}
	l->rule = rule;
	return l;
}

void tong__limit_free(struct tong__limit *l)
{
	free(l);
}

static uint64_t name_of(const struct tong__limit *l, const char *who)
{
	unsigned char text[sizeof l->salt + 64] = { 0 };
	size_t n = strnlen(who, 64);
	struct tong__hash sum;
	uint64_t name;

	memcpy(text, l->salt, sizeof l->salt);
	memcpy(text + sizeof l->salt, who, n);
	tong__sha256(text, sizeof text, &sum);
	memcpy(&name, sum.b, sizeof name);
	return name ? name : 1;
}

static struct bucket *bucket_of(struct tong__limit *l, const char *who)
{
	uint64_t name = name_of(l, who);
	struct bucket *set = l->one[name % SETS], *fullest = set;

	for (int i = 0; i < WAYS; i++) {
		if (set[i].who == name)
			return &set[i];
		if (set[i].full < fullest->full)
			fullest = &set[i];
	}
	*fullest = (struct bucket){ .who = name, .form = INT64_MIN / 2 };
	return fullest;
}

/* Milliseconds until a bucket of 'size' tokens, one more each 'each' ms, has one. */
static int64_t wait_for(int64_t full, int64_t now, int64_t size, int64_t each)
{
	int64_t missing = full > now ? full - now : 0;

	return missing > (size - 1) * each ? missing - (size - 1) * each : 0;
}

static int64_t taken(int64_t full, int64_t now, int64_t each)
{
	return (full > now ? full : now) + each;
}

void tong__limit_charge(struct tong__limit *l, const char *who, int64_t now, uint64_t n)
{
	struct bucket *b = bucket_of(l, who);

	b->full = taken(b->full, now, l->rule.one_ms * (int64_t)n);
	l->all = taken(l->all, now, l->rule.all_ms * (int64_t)n);
}

void tong__limit_form(struct tong__limit *l, const char *who, int64_t now)
{
	bucket_of(l, who)->form = now;
}

unsigned tong__limit_take(struct tong__limit *l, const char *who, int64_t now)
{
	struct bucket *b = bucket_of(l, who);
	int64_t wait = b->form + TONG_LIMIT_FORM - now, w;

	w = wait_for(b->full, now, l->rule.one, l->rule.one_ms);
	wait = w > wait ? w : wait;
	w = wait_for(l->all, now, l->rule.all, l->rule.all_ms);
	wait = w > wait ? w : wait;
	if (wait > 0)
		return (unsigned)((wait + 999) / 1000);
	tong__limit_charge(l, who, now, 1);
	return 0;
}
