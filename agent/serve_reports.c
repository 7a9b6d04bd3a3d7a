/* Takes packets of reports from the nodes below, and answers with receipts (FORMAT U10). */
#include <stdio.h>

#include "agent/serve_in.h"
#include "agent/upward.h"
#include "core/limits.h"

/* What the node below should do: send something else, or the same later. */
static unsigned status_of(int code)
{
	switch (tong__exit_code(code)) {
	case 3:
		return code == TONG_E_LIMIT ? MHD_HTTP_CONTENT_TOO_LARGE : MHD_HTTP_BAD_REQUEST;
	default:
		return MHD_HTTP_SERVICE_UNAVAILABLE;
	}
}

/* *vain: lines that were work for nothing. */
static int take(tong_agent *a, const struct tong__buf *lines, struct tong__buf *receipt,
				uint64_t *vain, tong_error *err)
{
	struct tong__intake count = { 0, 0, 0, 0 };
	struct tong__outbox o;
	int rc = tong__outbox_open(&o, a->dir, err);

	if (rc)
		return rc;
	rc = tong__intake(&o, lines, tong__agent_now(a), receipt, &count, err);
	tong__outbox_close(&o);
	*vain = count.refused + count.broken + count.again / 4; /* a receipt may be lost */
	return rc;
}

/* Nothing is lost by coming later (P9). */
static enum MHD_Result too_many(struct tong__serve *s, struct MHD_Connection *c, unsigned wait)
{
	static const char text[] = "too many packets at once; come again later\n";
	struct MHD_Response *r = MHD_create_response_from_buffer(
		sizeof text - 1, (void *)(uintptr_t)text, MHD_RESPMEM_PERSISTENT);
	char seconds[16];

	s->counts.packets[TONG_PACKETS_LIMITED]++;
	snprintf(seconds, sizeof seconds, "%u", wait);
	if (r) {
		tong__answer_headers(r, TONG_TEXT_TYPE, NULL);
		MHD_add_response_header(r, MHD_HTTP_HEADER_RETRY_AFTER, seconds);
	}
	return tong__answer(s, c, MHD_HTTP_TOO_MANY_REQUESTS, r);
}

enum MHD_Result tong__serve_reports(struct tong__serve *s, struct MHD_Connection *c,
									const char *bytes, size_t n)
{
	const char *p = bytes, *end = bytes ? bytes + n : NULL;
	tong_error err = TONG_ERROR_INIT;
	struct tong__buf lines, receipt;
	enum MHD_Result ok;
	char who[64];
	uint64_t vain = 0;
	unsigned wait;
	int rc;

	tong__serve_peer(c, who, sizeof who);
	wait = tong__limit_take(s->packets, who, tong__serve_now());
	if (wait)
		return too_many(s, c, wait);
	if (!bytes) {
		s->counts.packets[TONG_PACKETS_REFUSED]++;
		return tong__answer_text(s, c, MHD_HTTP_CONTENT_TOO_LARGE, "the packet is too long\n");
	}
	tong__buf_init(&lines, TONG_MAX_PACKET);
	tong__buf_init(&receipt, TONG_MAX_RECEIPT);
	rc = tong__packet_read(&p, end, &lines, &err);
	if (!rc && p != end)
		rc = tong__fail(&err, TONG_E_FORMAT, NULL, "U10: more than one packet");
	if (!rc)
		rc = take(s->agent, &lines, &receipt, &vain, &err);
	tong__limit_charge(s->packets, who, tong__serve_now(), vain);
	s->counts.packets[rc ? TONG_PACKETS_REFUSED : TONG_PACKETS_TAKEN]++;
	if (rc)
		ok = tong__answer_text(s, c, status_of(rc), err.message);
	else
		ok = tong__answer_bytes(s, c, MHD_HTTP_OK, receipt.data, receipt.len, TONG_TEXT_TYPE);
	tong__buf_free(&lines);
	tong__buf_free(&receipt);
	return ok;
}
