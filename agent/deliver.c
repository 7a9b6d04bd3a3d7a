/* Reports over the network to the level above: one packet, one receipt, until nothing waits (FORMAT
 * U10). */
#include <stdlib.h>
#include <string.h>

#include "agent/link.h"
#include "agent/source.h"
#include "agent/upward.h"
#include "core/limits.h"

#define WHERE "api/v1/reports"
#define TYPE  "application/x-tong-reports"

/* One packet there and its receipt back. *n 0: nothing waits from row *after on. */
static int one(tong_agent *a, struct tong__outbox *o, struct tong__source *s, int64_t *after,
			   size_t *n, struct tong__delivery *sum, tong_error *err)
{
	struct tong__buf packet, receipt;
	uint64_t done = 0;
	int rc;

	tong__buf_init(&packet, TONG_MAX_PACKET + 4096);
	tong__buf_init(&receipt, TONG_MAX_RECEIPT);
	rc = tong__outbox_packet(o, false, after, &packet, n, err);
	if (!rc && *n)
		rc = tong__source_post(s, WHERE, TYPE, (struct tong__str){ packet.data, packet.len },
							   &receipt, err);
	if (!rc && *n) {
		sum->sent += *n;
		if (receipt.len == 0 || receipt.data[receipt.len - 1] != '\n')
			rc = tong__fail(err, TONG_E_FORMAT, WHERE, "U8: this is no receipt");
		else
			rc = tong__outbox_receipt(o, (struct tong__str){ receipt.data, receipt.len - 1 }, &done,
									  err);
		sum->done += done;
		if (!rc && done)
			rc = tong__outbox_delivered(o, tong__agent_now(a), err);
	}
	tong__buf_free(&packet);
	tong__buf_free(&receipt);
	return rc;
}

static int all(tong_agent *a, struct tong__outbox *o, struct tong__source *s,
			   struct tong__delivery *sum, tong_error *err)
{
	struct tong__upper before, up;
	int64_t after = 0;
	size_t n;
	int rc;

	do {
		tong__outbox_upper(o, &before);
		rc = one(a, o, s, &after, &n, sum, err);
		tong__outbox_upper(o, &up);
		if (up.state != before.state) /* approved just now: all the rest may go */
			after = 0;
	} while (!rc && n && up.state == TONG__APPROVED);
	return rc;
}

int tong__deliver(tong_agent *a, struct tong__outbox *o, const char *url,
				  struct tong__delivery *sum, tong_error *err)
{
	struct tong__store *store = NULL; /* for the month's count of bytes */
	struct tong__source_options opt = { .user = a->opt.user,
										.progress = a->opt.progress,
										.stall_seconds = a->opt.timeout_seconds };
	struct tong__source *s = NULL;
	struct tong__link link;
	int rc = tong__store_open(&store, a->dir, true, err), kept;

	if (rc)
		return rc;
	rc = tong__link_open(&link, a, store, err);
	if (rc) {
		tong__store_close(store);
		return rc;
	}
	opt.link = &link;
	rc = tong__source_open(&s, url, &opt, err);
	if (!rc)
		rc = all(a, o, s, sum, err);
	tong__source_close(s);
	kept = tong__link_settle(&link, rc ? NULL : err);
	tong__store_close(store);
	return rc ? rc : kept;
}
