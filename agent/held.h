/* A release that is here already, verified again from its signed files: the store's own, or that in
 * the folder kept for the levels below. */
#ifndef TONG_AGENT_HELD_H
#define TONG_AGENT_HELD_H

#include "core/tuf.h"

struct tong__held {
	void *user;
	int64_t now; /* seconds since 1970 UTC */
	/* The bytes of a role's metadata; 'version' is 0 for root and timestamp. */
	int (*read)(void *user, const char *role, unsigned long version, struct tong__buf *out,
				tong_error *);
	/* Is this layer wanted? */
	bool (*wants)(void *user, const char *layer);
};

/* Root, timestamp, snapshot, targets and the role of every layer that is wanted. */
int tong__held_trust(struct tong__trust **out, const struct tong__held *, tong_error *);

/* The i-th layer whose role is loaded; NULL past the end. */
const char *tong__held_layer(const struct tong__trust *, size_t i);

#endif
