/* How often who may send something: buckets of tokens, one for each address and one for all. */
#ifndef TONG_AGENT_SERVE_LIMIT_H
#define TONG_AGENT_SERVE_LIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A hall has one address for all its visitors, so an address may send TONG_LIMIT_ONE at once and
 * then one in 20 seconds; all together TONG_LIMIT_ALL, then one a second. Memory is bounded: 1,024
 * addresses are remembered, as hashes with a salt of this process, those with most tokens
 * forgotten first, which costs nobody anything.
 */
#define TONG_LIMIT_ONE    10
#define TONG_LIMIT_ONE_MS 20000
#define TONG_LIMIT_ALL    100
#define TONG_LIMIT_ALL_MS 1000
#define TONG_LIMIT_FORM   3000 /* ms: nobody reads and fills in a form in less */

struct tong__limit;

struct tong__limit *tong__limit_new(void); /* NULL when memory is out */
void tong__limit_free(struct tong__limit *);

/* 'who' is an address in any form, 'now' milliseconds of a clock that does not jump. */
void tong__limit_form(struct tong__limit *, const char *who, int64_t now); /* it gets the form */
/* 0 and a token is taken; else the seconds to wait until there is one. */
unsigned tong__limit_take(struct tong__limit *, const char *who, int64_t now);

#endif
