/* Healing a store while its agent goes on. */
#ifndef TONG_AGENT_HEAL_H
#define TONG_AGENT_HEAL_H

#include "agent/life.h"

/* Makes the database anew (tong__store_rebuild) and opens it. */
int tong__heal(tong_agent *, tong_error *);
/* Opens the store again; when that cannot be, all stays as it is. */
void tong__heal_reopen(tong_agent *);
/* The copy of the release in the node itself, when there is one and it is wanted: what was handed
 * to the levels below. It is a source like any other, trusted for nothing. */
bool tong__heal_source(tong_agent *, char out[4096]);

#endif
