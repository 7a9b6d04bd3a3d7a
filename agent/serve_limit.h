/* How often who may send something: buckets of tokens, one for each address and one for all. */
#ifndef TONG_AGENT_SERVE_LIMIT_H
#define TONG_AGENT_SERVE_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Memory is bounded: 1,024 addresses are remembered, as hashes with a salt of this process, those
 * with most tokens forgotten first, which costs nobody anything. */

/* How many at once, then one in so many milliseconds: from one address; from all together. */
struct tong__limit_rule {
	int64_t one, one_ms, all, all_ms;
};

/* What people say: a hall has one address for all its visitors. */
#define TONG_LIMIT_ONE    10
#define TONG_LIMIT_ONE_MS 20000
#define TONG_LIMIT_ALL    100
#define TONG_LIMIT_ALL_MS 1000
#define TONG_LIMIT_FORM   3000 /* ms: nobody reads and fills in a form in less */
#define TONG_LIMIT_PEOPLE                                                                          \
	{                                                                                              \
		TONG_LIMIT_ONE, TONG_LIMIT_ONE_MS, TONG_LIMIT_ALL, TONG_LIMIT_ALL_MS                       \
	}
/* Packets of nodes: the 183 counties of a province may come through one gate, all at once; 10,000
 * nodes an hour are 3 a second. A packet costs a token, and so does every line of it that is not
 * taken: to verify 2,000 of them takes 0.2 s of this machine. */
#define TONG_LIMIT_NODES                                                                           \
	{                                                                                              \
		1000, 100, 5000, 20                                                                        \
	}

struct tong__limit;

/* NULL when memory is out. */
struct tong__limit *tong__limit_new(struct tong__limit_rule);
void tong__limit_free(struct tong__limit *);

/* 'who' is an address in any form, 'now' milliseconds of a clock that does not jump. */
void tong__limit_form(struct tong__limit *, const char *who, int64_t now); /* it gets the form */
/* 0 and a token is taken; else the seconds to wait until there is one. */
unsigned tong__limit_take(struct tong__limit *, const char *who, int64_t now);
/* So many more tokens, for what the work turned out to be; what is missing is waited for. */
void tong__limit_charge(struct tong__limit *, const char *who, int64_t now, uint64_t n);

#endif
