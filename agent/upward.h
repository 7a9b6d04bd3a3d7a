/* The way up: what this node says of itself, and how its reports reach the level above (FORMAT
 * section 14). */
#ifndef TONG_AGENT_UPWARD_H
#define TONG_AGENT_UPWARD_H

#include "agent/intake.h"
#include "agent/life.h"

/* attest.c: takes an attestation into the outbox when what is held changed since the last one, when
 * that is a day old, or 'always'. *made tells. */
int tong__attest(tong_agent *, struct tong__outbox *, bool always, bool *made, tong_error *);
/* Makes every page; what came of it is attested from now on. */
int tong__attest_pages(tong_agent *, struct tong__outbox *, tong_error *);

/* enroll.c: from now on reports go to 'url' (NULL: on sticks only), to the node whose key is 'key'
 * (NULL: whoever answers first). Asks to be approved as 'name'. */
int tong__enroll(tong_agent *, struct tong__outbox *, const char *name, const char *url,
				 const char *key, tong_error *);

struct tong__delivery {
	uint64_t sent, done; /* reports sent; acknowledged */
};

/* deliver.c: over the network. Adds to the counts also when it fails half way. */
int tong__deliver(tong_agent *, struct tong__outbox *, const char *url, struct tong__delivery *,
				  tong_error *);

/* stick.c (U11). 'folder' is the stick's, or where it is mounted. */
#define TONG_STICK "tong-reports"

/* All that waits, as one file; *n counts. Nothing waits: no file. */
int tong__reports_write(struct tong__outbox *, const char *file, uint64_t *n, tong_error *);
/* Receipts for this node are taken from the stick, then what waits is left there. */
int tong__stick_visit(tong_agent *, struct tong__outbox *, const char *folder,
					  struct tong__delivery *, tong_error *);
/* Reports of other nodes in a file or folder are taken in, and receipts left beside them; receipts
 * for this node are taken too. *files counts. */
int tong__collect(tong_agent *, struct tong__outbox *, const char *from, struct tong__intake *,
				  uint64_t *files, tong_error *);

#endif
