/* An agent whose database is damaged gets a new one, and goes on with it. */
#include <stdio.h>
#include <string.h>

#include "agent/heal.h"
#include "agent/relay.h"

/* Also where another process made it: the file that this one has open is no longer the store's. */
void tong__heal_reopen(tong_agent *a)
{
	struct tong__store *now = NULL;
	tong_error none;

	if (tong__store_open(&now, a->dir, false, &none))
		return; /* what is open still answers */
	tong__store_close(a->store);
	a->store = now;
	a->serial = -1;
}

int tong__heal(tong_agent *a, tong_error *err)
{
	struct tong__salvaged count;
	int rc = tong__store_rebuild(a->dir, &count, err);

	if (rc)
		return rc;
	tong__agent_log(a, TONG__WARNING,
					"the database was damaged and is made anew: %llu records were readable, "
					"%llu layers miss some",
					(unsigned long long)count.records, (unsigned long long)count.layers);
	a->rebuilt = true;
	if (a->store)
		tong__heal_reopen(a);
	return 0;
}

bool tong__heal_source(tong_agent *a, char out[4096])
{
	return tong__relay_on(a->store) && tong__store_number(a->store, "damaged", 0) &&
		   tong__relay_path(a->dir, "", out, 4096);
}
