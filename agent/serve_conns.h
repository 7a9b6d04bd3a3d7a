/* Connections: until when each must have said what it wants, or taken what it got. */
#ifndef TONG_AGENT_SERVE_CONNS_H
#define TONG_AGENT_SERVE_CONNS_H

#include <microhttpd.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * MHD ends a connection that is silent for IDLE seconds. One that says or takes a byte now and then
 * would stay for days; so each step has an end of its own, and a thread that sleeps while nobody is
 * there shuts what is late.
 */
#define TONG_CONNS      256u /* at once */
#define TONG_CONNS_ONE  64u  /* of them from one address, unless this machine alone is served */
#define TONG_CONN_IDLE  30u  /* seconds without a byte */
#define TONG_CONN_HEAD  20u  /* from the beginning, or the last answer + IDLE, to a head */
#define TONG_CONN_BODY  30u  /* from the head to the end of a body */
#define TONG_CONN_SPEED 1024u /* bytes a second that a client takes at the least */
#define TONG_CONN_BYTES ((size_t)16384) /* of memory: the heads of request and answer */

struct tong__conns;

struct tong__conns *tong__conns_new(void); /* NULL when there is no memory or no thread */
void tong__conns_free(struct tong__conns *);
size_t tong__conns_count(struct tong__conns *);
uint64_t tong__conns_shut(struct tong__conns *); /* those that were late, so far */

/* MHD_OPTION_NOTIFY_CONNECTION */
void tong__conns_notify(void *conns, struct MHD_Connection *, void **socket_context,
						enum MHD_ConnectionNotificationCode);

/* The head has come and 'n' bytes will be sent; the answer has been sent, to a request that was
 * read to its end ('whole') or not. */
void tong__conn_body(struct MHD_Connection *);
void tong__conn_sends(struct MHD_Connection *, uint64_t n);
void tong__conn_done(struct MHD_Connection *, bool whole);

#endif
