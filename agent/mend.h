/* Mending a damaged layer: of the changeset that brings it whole, only those groups are fetched
 * whose lines the store has lost. */
#ifndef TONG_AGENT_MEND_H
#define TONG_AGENT_MEND_H

#include "agent/sync.h"

/* The lines that belong after one key of the layer and up to the next patch's reach. */
struct tong__patch {
	char after[TONG_MAX_KEY + 1]; /* "" from the beginning */
	char last[TONG_MAX_KEY + 1];  /* "" to the end of the layer */
	struct tong__buf lines;
};

struct tong__mend {
	struct tong__cs_head head;
	struct tong__patch *patches;
	size_t n;
};

/* Compares the lines held with the lengths of the groups of the whole layer, in order, and fetches
 * the head of its changeset and each group that does not come out. A group of the right length may
 * still be wrong: the layer's identity decides, when all is written (C7). TONG_E_NOTFOUND: every
 * group comes out, or so few do that the whole is cheaper. */
int tong__mend_fetch(struct tong__sync *, const struct tong__sync_layer *, struct tong__mend **out,
					 tong_error *);
/* Inside the transaction of an update. */
int tong__mend_apply(const struct tong__mend *, struct tong__layer_write *, tong_error *);
void tong__mend_free(struct tong__mend *); /* NULL is fine */

#endif
