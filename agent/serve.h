/* The node's web server: the site's URLs and a small API from the store, reads only. */
#ifndef TONG_AGENT_SERVE_H
#define TONG_AGENT_SERVE_H

#include <stdbool.h>
#include <stddef.h>

#include <tong/agent.h>

#define TONG_LISTEN "127.0.0.1:8511"
/* Bytes of pages kept: all that a county is asked for, compressed, and the whole server within
 * 25 MB. */
#define TONG_SERVE_CACHE (7u << 20)

struct tong__serve;

struct tong__serve_options {
	/* ADDR:PORT, [ADDR6]:PORT, :PORT for loopback; port 0: any; NULL: TONG_LISTEN */
	const char *listen;
	const char *tls_cert, *tls_key; /* PEM files; no certificate: plain HTTP; no key: in its file */
	const char *alarm;              /* rules, as typed (board.h); NULL: the usual ones */
	bool kiosk;                     /* the start page is the one for a machine in a hall */
};

/* 'address' gets what was bound. The agent belongs to the server's thread until stop. */
int tong__serve_start(struct tong__serve **out, tong_agent *, const struct tong__serve_options *,
					  char *address, size_t max, tong_error *);
void tong__serve_stop(struct tong__serve *);
/* Is this an address to listen at? TONG_E_USAGE. */
int tong__serve_check(const char *where, tong_error *);

#endif
