/* Taking reports in from the levels below, and answering what is held now (FORMAT U2 to U8). */
#ifndef TONG_AGENT_INTAKE_H
#define TONG_AGENT_INTAKE_H

#include "agent/outbox.h"

struct tong__intake {
	uint64_t fresh, again, refused; /* taken in; held before; not taken */
	uint64_t broken;                /* lines that name no report */
};

/* The lines of one packet. What the receipt says is held is on disk to stay when this returns 0
 * (P9); its line is appended with LF. Counts are added to. */
int tong__intake(struct tong__outbox *, const struct tong__buf *lines, int64_t now,
				 struct tong__buf *receipt, struct tong__intake *, tong_error *);

/* Who was approved or revoked here is vouched for further up (U3). Inside a transaction. */
int tong__vouch(struct tong__outbox *, const struct tong__node *, int64_t now, tong_error *);

#endif
