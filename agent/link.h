/* How this node may use the network: through what, when, how fast and how much. Only sources on the
 * network ask here; a folder or a stick costs nobody anything. */
#ifndef TONG_AGENT_LINK_H
#define TONG_AGENT_LINK_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/life.h"

#define TONG_MIN_RATE 1024 /* bytes a second; below it a slow link and a stalled one are alike */

/* Minutes of the day, local time: from 'from' up to, not with, 'to'; over midnight when from > to.
 * Both 0: always. */
struct tong__hours {
	int from, to;
};

struct tong__link {
	/* The host's words, checked; NULL or 0 where it said nothing. They live with the agent. */
	const char *proxy; /* "env" or a URL */
	const char *ca_file, *cert_file, *key_file;
	uint64_t rate; /* bytes a second down */
	struct tong__hours hours;

	/* ---- for link.c ---- */
	tong_agent *agent;
	struct tong__store *store; /* opened for writing: the month's count outlives a crash */
	uint64_t spent;            /* bytes of this sync, both ways */
	int64_t month;             /* 202611 */
	uint64_t month_before;     /* spent in it before this sync */
	uint64_t booked;           /* of this sync, in the store already */
	int64_t asked_at;          /* the clock when the hours were looked at last */
	bool open;                 /* what that look found */
	int64_t due;               /* milliseconds: when what came is within the rate */
	int64_t clock_skew;        /* seconds, the sources' clock ahead of ours; 0: not known */
};

/* "22:00-06:00". TONG_E_USAGE. */
int tong__hours_read(const char *text, struct tong__hours *out, tong_error *);
bool tong__hours_contain(const struct tong__hours *, int minute);
/* tong_options.proxy; NULL is fine. TONG_E_USAGE without the words that were given: they may hold a
 * password. */
int tong__link_check_proxy(const char *proxy, tong_error *);

/* Reads the agent's options and the month's count. TONG_E_USAGE when an option makes no sense. */
int tong__link_open(struct tong__link *, tong_agent *, struct tong__store *, tong_error *);
/* May 'more' bytes follow those spent? Asked before a request and while its bytes come. NULL allows
 * all. TONG_E_CLOSED, TONG_E_BUDGET. With a budget for the month the answer is booked ahead, so
 * that a crash never makes the month longer. Needs no transaction to be open in the store. */
int tong__link_may(struct tong__link *, uint64_t more, tong_error *);
/* So much was spent by a request that ended. */
void tong__link_spend(struct tong__link *, uint64_t bytes);
/* Milliseconds to wait after these bytes, so that all requests together keep to the rate. */
uint64_t tong__link_wait(struct tong__link *, uint64_t bytes);
/* A server's word for the time, seconds since 1970: told to the operator, trusted for nothing. */
void tong__link_heard(struct tong__link *, int64_t server_time);
/* What the month still allows; UINT64_MAX: no budget. */
uint64_t tong__link_left(const struct tong__link *);
uint64_t tong__link_month(const struct tong__link *);
/* Puts the exact count into the store. */
int tong__link_settle(struct tong__link *, tong_error *);

#endif
