/* Reporting as a host asks for it: what is due is said, what waits is handed up. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/upward.h"

static int send(tong_agent *a, struct tong__outbox *o, const char *stick,
				struct tong__delivery *sum, tong_error *err)
{
	struct tong__upper up;

	tong__outbox_upper(o, &up);
	if (stick)
		return tong__stick_visit(a, o, stick, sum, err);
	return up.url[0] ? tong__deliver(a, o, up.url, sum, err) : 0;
}

static int report(tong_agent *a, struct tong__outbox *o, const char *stick, tong_report_result *r,
				  tong_error *err)
{
	struct tong__delivery sum = { 0, 0 };
	struct tong__upper up;
	bool made = false, enrolled = tong__outbox_upper(o, &up);
	int rc = tong__ledger_purge(o->ledger, tong__agent_now(a), err);

	if (!rc && enrolled)
		rc = tong__attest(a, o, false, &made, err);
	if (!rc && enrolled)
		rc = send(a, o, stick, &sum, err);
	tong__outbox_upper(o, &up);
	r->made = made;
	r->sent = sum.sent;
	r->done = sum.done;
	r->waiting = enrolled ? (uint64_t)tong__ledger_count(o->ledger, "pending") : 0;
	r->aside = (uint64_t)tong__ledger_count(o->ledger, "aside");
	snprintf(r->state, sizeof r->state, "%s", enrolled ? tong__node_state_name(up.state) : "none");
	return rc;
}

static bool has_ledger(const tong_agent *a)
{
	char path[4096];

	return (size_t)snprintf(path, sizeof path, "%s/ledger.db", a->dir) < sizeof path &&
		   access(path, F_OK) == 0;
}

int tong_agent_report(tong_agent *a, const char *stick, tong_report_result *out, tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	tong_report_result result = TONG_REPORT_RESULT_INIT;
	struct tong__outbox o;
	int rc;

	err = err ? err : &own;
	if (a->opt.read_only)
		return tong__fail(err, TONG_E_USAGE, a->dir, "the store was opened for reading only");
	snprintf(result.state, sizeof result.state, "none");
	rc = has_ledger(a) ? tong__outbox_open(&o, a->dir, err) : TONG_E_NOTFOUND;
	if (!rc) {
		rc = report(a, &o, stick, &result, err);
		tong__outbox_close(&o);
	} else if (rc == TONG_E_NOTFOUND) {
		rc = 0; /* nothing was ever said here, and nobody is told anything */
	}
	tong__result_give(out, &result, sizeof result);
	return rc;
}
