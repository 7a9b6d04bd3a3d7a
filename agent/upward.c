/* Reporting as a host asks for it: what is due is said, what waits is handed up. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/source.h"
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

/* What ends, ends by the right time as far as it is known: a clock that is ahead makes nothing end
 * that was never delivered (P9, U12). */
static int64_t right_now(const tong_agent *a)
{
	return tong__agent_now(a) + (a->skew < 0 ? a->skew : 0);
}

static int is_one(void *arg, const struct tong__node *n)
{
	(void)n;
	*(bool *)arg = true;
	return TONG_E_INTERRUPTED; /* one is enough */
}

/* The highest level reports to nobody, and yet notes since when it holds what it holds: its board
 * measures by that how long others have been behind. */
static bool has_nodes(const struct tong__outbox *o)
{
	bool any = false;

	tong__ledger_nodes(o->ledger, is_one, &any, NULL);
	return any;
}

static int report(tong_agent *a, struct tong__outbox *o, const char *stick, tong_report_result *r,
				  tong_error *err)
{
	struct tong__delivery sum = { 0, 0 };
	struct tong__upper up;
	bool made = false, enrolled = tong__outbox_upper(o, &up);
	int rc = tong__ledger_purge(o->ledger, right_now(a), err);

	if (!rc && (enrolled || has_nodes(o)))
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

/* ---- how it stands ---- */

static void add_time(json_t *doc, const char *name, int64_t when)
{
	if (when)
		json_object_set_new(doc, name, json_integer(when));
}

static void add_enrolled(json_t *doc, struct tong__ledger *l, const struct tong__upper *up)
{
	char shown[TONG_SOURCE_SHOWN];

	json_object_set_new(doc, "url", json_string(tong__source_shown(up->url, shown)));
	json_object_set_new(doc, "waiting", json_integer(tong__ledger_count(l, "pending")));
	json_object_set_new(doc, "aside", json_integer(tong__ledger_count(l, "aside")));
	add_time(doc, "since", tong__ledger_oldest(l));
	add_time(doc, "delivered", tong__ledger_number(l, "delivered", 0));
}

json_t *tong__upward_state(tong_agent *a)
{
	struct tong__outbox o = { NULL, NULL };
	struct tong__upper up;
	char spoken[TONG_NODE_SPOKEN];
	tong_error own;
	json_t *doc = NULL;
	bool enrolled;

	if (tong__ledger_open(&o.ledger, a->dir, false, &own) == 0 &&
		tong__identity_open(&o.me, a->dir, false, &own) == 0) {
		enrolled = tong__outbox_upper(&o, &up);
		tong__node_spoken(tong__identity_id(o.me), spoken);
		doc = json_pack("{s:s, s:s, s:s}", "node", tong__identity_id(o.me), "spoken", spoken,
						"state", enrolled ? tong__node_state_name(up.state) : "none");
		if (doc && enrolled)
			add_enrolled(doc, o.ledger, &up);
	}
	tong__outbox_close(&o);
	return doc;
}

/* ---- the call ---- */

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
