/* Verifying what is kept for the levels below. */
#ifndef TONG_AGENT_VERIFY_RELAY_H
#define TONG_AGENT_VERIFY_RELAY_H

#include "agent/life.h"

struct tong__verify_told {
	void *user;
	void (*differ)(void *user, const char *subject, const char *what); /* once for each */
	uint64_t *checked;                                                 /* counts files */
};

/* Every file in DIR/relay against what was signed. One that differs is taken away, unless the agent
 * only reads, and put there again by the next sync. An error is one of the machine. */
int tong__relay_verify(tong_agent *, const struct tong__verify_told *, tong_error *);

#endif
