/* A packet from below: each line judged by its signature and its node, kept once, and named in the
 * receipt (FORMAT U2 to U8; promise P9). */
#include "agent/intake.h"

#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/text.h"

#define SHORT_DIGEST 16

struct intake {
	struct tong__outbox *o;
	int64_t now;
	json_t *held, *refused, *next, *states;
	struct tong__intake *count;
	bool full; /* no room for more that would go further up */
};

/* ---- the receipt ---- */

static int note_held(struct intake *in, const struct tong__report *r)
{
	json_t *list = json_object_get(in->held, r->node);
	char digest[TONG_HEX];

	tong__report_digest(r, digest);
	if (!list) {
		list = json_array();
		if (json_object_set_new(in->held, r->node, list))
			return TONG_E_NOMEM;
	}
	return json_array_append_new(list, json_pack("[I, s%]", (json_int_t)r->seq, digest,
												 (size_t)SHORT_DIGEST))
			   ? TONG_E_NOMEM
			   : 0;
}

/* 'why' is a word of U8; what concerns the node is told once. */
static int note_refused(struct intake *in, const struct tong__report *r, const char *why)
{
	enum tong__node_state state = tong__ledger_node_state(in->o->ledger, r->node);
	int rc = 0;

	in->count->refused++;
	if (strcmp(why, "number") == 0)
		rc = json_object_set_new(in->next, r->node,
								 json_integer(tong__ledger_next(in->o->ledger, r->node)));
	if (!rc && state != TONG__APPROVED)
		rc = json_object_set_new(in->states, r->node, json_string(tong__node_state_name(state)));
	if (!rc)
		rc = json_array_append_new(in->refused, json_pack("{s:s, s:I, s:s}", "node", r->node, "seq",
														  (json_int_t)r->seq, "why", why));
	return rc ? TONG_E_NOMEM : 0;
}

/* Nothing empty is written (R4). */
static int put_if_any(json_t *body, const char *name, json_t *v)
{
	return json_object_size(v) || json_array_size(v) ? json_object_set(body, name, v) : 0;
}

static int write_receipt(struct intake *in, struct tong__buf *out, tong_error *err)
{
	json_t *body = json_pack("{s:s, s:I}", "kind", "receipt", "time", (json_int_t)in->now);
	int rc = 0;

	if (!body || put_if_any(body, "held", in->held) || put_if_any(body, "refused", in->refused) ||
		put_if_any(body, "next", in->next) || put_if_any(body, "states", in->states))
		rc = tong__fail_nomem(err);
	if (!rc)
		rc = tong__report_write(in->o->me, 0, body, TONG_MAX_RECEIPT, out, err);
	json_decref(body);
	return rc;
}

/* ---- kinds that change who is known ---- */

static int take_request(struct intake *in, const struct tong__report *r, const json_t *body,
						tong_error *err)
{
	enum tong__node_state state;
	bool fresh;
	int rc = tong__ledger_node_put(in->o->ledger, r->node, r->seq, body, in->now, &fresh, err);

	if (rc == TONG_E_LIMIT)
		return note_refused(in, r, "full") ? tong__fail_nomem(err) : 0;
	if (rc)
		return rc;
	state = tong__ledger_node_state(in->o->ledger, r->node);
	in->count->fresh += fresh;
	in->count->again += !fresh;
	if (note_held(in, r) ||
		(state != TONG__APPROVED &&
		 json_object_set_new(in->states, r->node, json_string(tong__node_state_name(state)))))
		return tong__fail_nomem(err);
	return 0;
}

/* Each region of the node is one of the voucher's or lies below it; no regions: all (U3). */
static bool within(const json_t *inner, const json_t *outer)
{
	const json_t *a, *b;
	size_t i, k;

	if (json_array_size(outer) == 0)
		return true;
	json_array_foreach(inner, i, a)
	{
		bool found = false;

		json_array_foreach(outer, k, b) found |=
			tong__region_within(json_string_value(a), json_string_value(b));
		if (!found)
			return false;
	}
	return json_array_size(inner) > 0;
}

static bool may_vouch(struct intake *in, const struct tong__report *r, const json_t *body,
					  tong_error *err)
{
	struct tong__node voucher;
	json_t *outer;
	bool ok;

	if (tong__ledger_node(in->o->ledger, r->node, &voucher, err))
		return false;
	outer = tong__json_text(voucher.regions);
	ok = within(tong__json_arr(body, "regions"), outer) &&
		 strcmp(tong__json_str(body, "node"), r->node) != 0;
	json_decref(outer);
	tong__node_free(&voucher);
	return ok;
}

/* A decision made here, or another voucher's that counts, stays. */
static int apply_vouch(struct intake *in, const struct tong__report *r, const json_t *body,
					   tong_error *err)
{
	const char *id = tong__json_str(body, "node");
	enum tong__node_state wanted = tong__node_state_read(tong__json_str(body, "state"));
	struct tong__node known;
	bool fresh;
	int rc = tong__ledger_node(in->o->ledger, id, &known, err);
	bool ours = !rc && known.decided && strcmp(known.via, r->node) != 0 &&
				(!known.via[0] || known.state == TONG__APPROVED);

	if (!rc)
		tong__node_free(&known);
	if (rc && rc != TONG_E_NOTFOUND)
		return rc;
	if (ours)
		return 0;
	rc = tong__ledger_node_put(in->o->ledger, id, 0, body, in->now, &fresh, err);
	return rc ? rc : tong__ledger_node_decide(in->o->ledger, id, wanted, r->node, in->now, err);
}

/* ---- one report ---- */

static const char *why_not(enum tong__node_state state)
{
	return tong__node_state_name(state); /* "waiting", "rejected", "revoked", "unknown" */
}

static int keep(struct intake *in, const struct tong__report *r, const json_t *body, bool vouch,
				tong_error *err)
{
	enum tong__held held;
	int rc;

	if (in->full)
		return note_refused(in, r, "full") ? tong__fail_nomem(err) : 0;
	rc = tong__ledger_report_put(in->o->ledger, r, body, in->now, &held, err);
	if (rc)
		return rc;
	if (held == TONG__OTHER)
		return note_refused(in, r, "number") ? tong__fail_nomem(err) : 0;
	if (held == TONG__NEW && vouch)
		rc = apply_vouch(in, r, body, err);
	in->count->fresh += held == TONG__NEW;
	in->count->again += held == TONG__SAME;
	return rc ? rc : note_held(in, r) ? tong__fail_nomem(err) : 0;
}

static int take(struct intake *in, const struct tong__report *r, const json_t *body,
				enum tong__node_state state, tong_error *err)
{
	const char *kind = tong__json_str(body, "kind");
	bool vouch = strcmp(kind, "vouch") == 0;
	tong_error why = TONG_ERROR_INIT;

	if (strcmp(kind, "request") == 0)
		return take_request(in, r, body, err);
	if (state != TONG__APPROVED)
		return note_refused(in, r, why_not(state)) ? tong__fail_nomem(err) : 0;
	if (strcmp(kind, "receipt") == 0)
		return note_refused(in, r, "format") ? tong__fail_nomem(err) : 0;
	if (vouch && !may_vouch(in, r, body, &why))
		return note_refused(in, r, "region") ? tong__fail_nomem(err) : 0;
	return keep(in, r, body, vouch, err);
}

/* Of a node that is not approved only a request is worth the work of verifying. */
static bool may_be_request(const struct tong__report *r)
{
	static const char mark[] = "\"kind\":\"request\"";

	return memmem(r->body.p, r->body.n, mark, sizeof mark - 1) != NULL;
}

static int take_line(void *arg, struct tong__str line, tong_error *err)
{
	struct intake *in = arg;
	enum tong__node_state state;
	struct tong__report r;
	tong_error why = TONG_ERROR_INIT;
	json_t *body = NULL;
	const char *refused = NULL;
	int rc;

	if (tong__report_read(line, TONG_MAX_REPORT, &r, &why) || r.seq == 0) {
		in->count->broken++;
		return 0;
	}
	state = tong__ledger_node_state(in->o->ledger, r.node);
	if (state != TONG__APPROVED && !may_be_request(&r))
		refused = why_not(state);
	else if (!tong__report_signed(&r))
		refused = "signature";
	else if (tong__report_body(&r, &body, &why))
		refused = "format";
	if (refused)
		rc = note_refused(in, &r, refused) ? tong__fail_nomem(err) : 0;
	else
		rc = take(in, &r, body, state, err);
	if (!rc && !refused)
		rc = tong__ledger_node_heard(in->o->ledger, r.node, in->now, err);
	json_decref(body);
	return rc;
}

int tong__intake(struct tong__outbox *o, const struct tong__buf *lines, int64_t now,
				 struct tong__buf *receipt, struct tong__intake *count, tong_error *err)
{
	struct intake in = { o,     now,  json_object(), json_array(), json_object(), json_object(),
						 count, false };
	int rc = in.held && in.refused && in.next && in.states ? tong__ledger_begin(o->ledger, err)
														   : tong__fail_nomem(err);

	in.full = tong__outbox_full(o);
	if (!rc)
		rc = tong__packet_each(lines, take_line, &in, err);
	if (!rc)
		rc = tong__ledger_commit(o->ledger, err);
	if (rc)
		tong__ledger_abort(o->ledger);
	else
		rc = write_receipt(&in, receipt, err);
	json_decref(in.held);
	json_decref(in.refused);
	json_decref(in.next);
	json_decref(in.states);
	return rc;
}

int tong__vouch(struct tong__outbox *o, const struct tong__node *n, int64_t now, tong_error *err)
{
	json_t *regions = tong__json_text(n->regions),
		   *body = json_pack("{s:s, s:s, s:s, s:s}", "kind", "vouch", "node", n->id, "name",
							 n->name, "state", n->state == TONG__APPROVED ? "approved" : "revoked");
	int rc = body ? 0 : tong__fail_nomem(err);

	if (!rc && json_array_size(regions) && json_object_set(body, "regions", regions))
		rc = tong__fail_nomem(err);
	if (!rc)
		rc = tong__outbox_add(o, body, now, err);
	json_decref(regions);
	json_decref(body);
	return rc;
}
