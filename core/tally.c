/* Counts of cases, as the statistics show them and figures/REGION keeps them. */
#include "core/tally.h"

#include <stddef.h>
#include <string.h>

static const struct {
	const char *name;
	size_t at;
} members[] = {
	{"depth", offsetof(struct tong__tally, depth)}, {"law", offsetof(struct tong__tally, law)},
	{"n", offsetof(struct tong__tally, n)}, {"once", offsetof(struct tong__tally, once)},
	{"online", offsetof(struct tong__tally, online)},
	{"promise", offsetof(struct tong__tally, promise)},
	{"visits", offsetof(struct tong__tally, visits)},
};

#define N_MEMBERS (sizeof members / sizeof *members)

void tong__tally_add(struct tong__tally *t, json_int_t visits, int depth, struct tong__days law,
                     struct tong__days promise)
{
	t->n++;
	t->visits += visits >= 0;
	t->once += visits == 0 || visits == 1;
	t->depth += depth > 0;
	t->online += depth >= 2 && depth != 9;
	if (law.days >= 0 && promise.days >= 0 && law.unit && law.unit == promise.unit) {
		t->law += law.days;
		t->promise += promise.days;
	}
}

int tong__depth_further(int most, char code)
{
	int one = code - '0';

	if (one < 1 || one > 9)
		return most;
	return most < 0 || most == 9 || (one > most && one != 9) ? one : most;
}

struct tong__days tong__days_of(const json_t *limit)
{
	const char *unit = tong__json_str(limit, "unit");

	return (struct tong__days){tong__json_int(limit, "days", -1), unit ? unit[0] : '\0'};
}

int tong__tally_write(const struct tong__tally *t, json_t *obj)
{
	json_int_t v;
	int rc = 0;

	for (size_t i = 0; i < N_MEMBERS; i++) {
		memcpy(&v, (const char *)t + members[i].at, sizeof v);
		if (v)
			rc |= json_object_set_new(obj, members[i].name, json_integer(v));
	}
	return rc;
}

void tong__tally_read(struct tong__tally *t, const json_t *obj)
{
	json_int_t v;

	for (size_t i = 0; i < N_MEMBERS; i++) {
		v = tong__json_int(obj, members[i].name, 0);
		memcpy((char *)t + members[i].at, &v, sizeof v);
	}
}
