/* Counting what is known of many cases: how often one must go, how far it can be done online, and
 * what is promised beside what the law allows. What is not known is counted nowhere. */
#ifndef TONG_CORE_TALLY_H
#define TONG_CORE_TALLY_H

#include "core/json.h"

struct tong__tally {
	json_int_t n;              /* cases */
	json_int_t visits, once;   /* of how many visits are known; at most one */
	json_int_t depth, online;  /* how far online is known; an application can be handed in */
	json_int_t law, promise;   /* days together of the cases where both are known in one unit */
};

/* Days: -1 for not known. Working days ("1") and days ("2") are never taken together. */
struct tong__days {
	json_int_t days;
	char unit;
};

/* visits, depth: -1 for not known. */
void tong__tally_add(struct tong__tally *, json_int_t visits, int depth, struct tong__days law,
                     struct tong__days promise);

/* The further of two online depths, codes '1' to '9', -1 for none yet. What is called other ('9')
 * says nothing of how far, and counts only alone. */
int tong__depth_further(int most, char code);

/* A limit of a record, {days, unit}; NULL is not known. */
struct tong__days tong__days_of(const json_t *limit);

/* As members of 'obj', those that are 0 left out, and back. Non-zero: memory is out. */
int tong__tally_write(const struct tong__tally *, json_t *obj);
void tong__tally_read(struct tong__tally *, const json_t *obj);

#endif
