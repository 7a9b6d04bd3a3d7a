/* The way up: what this node says of itself, and how its reports reach the level above (FORMAT
 * section 14). */
#ifndef TONG_AGENT_UPWARD_H
#define TONG_AGENT_UPWARD_H

#include "agent/intake.h"
#include "agent/life.h"

/* attest.c: takes an attestation into the outbox when what is held changed since the last one, when
 * that is a day old, or 'always'. *made tells. */
int tong__attest(tong_agent *, struct tong__outbox *, bool always, bool *made, tong_error *);
#define TONG_PAGES_HEX 32 /* digits of a digest of pages (U14) */
/* attest_pages.c: makes every page of one release; what came of it is attested from now on. 'pace'
 * is called after each one and may take its time; other than 0 ends it, and is returned. NULL: at
 * once. */
int tong__attest_pages(tong_agent *, struct tong__outbox *, int (*pace)(void *), void *user,
					   tong_error *);
/* What came of it last, {"time","release","pages","bad","digests":{LAYER: hex}}, yours; NULL:
 * never. */
json_t *tong__attest_pages_last(struct tong__ledger *);
/* Was that of the release that is held, and less than a day ago? */
bool tong__attest_pages_fresh(tong_agent *, struct tong__outbox *);

/* enroll.c: from now on reports go to 'url' (NULL: on sticks only), to the node whose key is 'key'
 * (NULL: whoever answers first). Asks to be approved as 'name'. */
int tong__enroll(tong_agent *, struct tong__outbox *, const char *name, const char *url,
				 const char *key, tong_error *);

/* upward.c: how reporting stands, as status tells it: {"node","spoken","state"} and, of a node that
 * enrolled, {"url","waiting","aside","since","delivered"}: since when the oldest waits and when the
 * level above last acknowledged something, seconds, absent when there is none. NULL: this node has
 * never said anything, or its ledger cannot be read. Yours. */
json_t *tong__upward_state(tong_agent *);

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
