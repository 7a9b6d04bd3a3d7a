/* This node's own reports and their way upward: signed, numbered, kept until they are acknowledged
 * (FORMAT section 14, promise P9). */
#ifndef TONG_AGENT_OUTBOX_H
#define TONG_AGENT_OUTBOX_H

#include "agent/ledger.h"

struct tong__outbox {
	struct tong__ledger *ledger;
	struct tong__identity *me;
};

/* Key and ledger of the store in 'dir'; both are made when missing. */
int tong__outbox_open(struct tong__outbox *, const char *dir, tong_error *);
void tong__outbox_close(struct tong__outbox *);

/* Inside a transaction: signs 'body' ("kind" is set; "time" is set here) and takes it in as any
 * other report. TONG_E_FULL when too many wait. */
int tong__outbox_add(struct tong__outbox *, json_t *body, int64_t now, tong_error *);

/* Too many wait for the level above: what would go there is not taken any more. */
bool tong__outbox_full(struct tong__outbox *);

/* Where reports go: url "" for sticks only; key "" when not known yet. False: nowhere. */
struct tong__upper {
	char url[1024], key[TONG_NODE_ID];
	enum tong__node_state state; /* of this node there, as far as it said */
};
bool tong__outbox_upper(struct tong__outbox *, struct tong__upper *);

/* outbox_receipt.c: what the level above says it holds: one line. *done counts what was
 * acknowledged. TONG_E_SIGNATURE, TONG_E_KEY when it is not from that level (U9). */
int tong__outbox_receipt(struct tong__outbox *, struct tong__str line, uint64_t *done,
						 tong_error *);
/* It acknowledged something just now. */
int tong__outbox_delivered(struct tong__outbox *, int64_t now, tong_error *);
/* The next packet to send from row *after on, appended; *n reports are in it (0: nothing more).
 * Unless 'all', while this node waits to be approved: its request alone (U10). */
int tong__outbox_packet(struct tong__outbox *, bool all, int64_t *after, struct tong__buf *out,
						size_t *n, tong_error *);

#endif
