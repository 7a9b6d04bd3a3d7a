/* Receipts of the level above: what they acknowledge leaves the outbox (FORMAT U8, U9). */
#include <string.h>

#include "agent/outbox.h"
#include "core/json.h"
#include "core/limits.h"

/* ---- whose word it is ---- */

/* The key that was named when the node enrolled, else that of the first receipt. */
static int check_signer(struct tong__outbox *o, const struct tong__report *r, tong_error *err)
{
	struct tong__upper up;

	if (!tong__outbox_upper(o, &up))
		return tong__fail(err, TONG_E_KEY, r->node,
						  "U9: this node reports to nobody; see `enroll`");
	if (!up.key[0])
		return tong__ledger_text_set(o->ledger, "upper", r->node, err);
	if (strcmp(up.key, r->node) != 0)
		return tong__fail(
			err, TONG_E_KEY, r->node,
			"U9: the receipt is of another node than %.16s…, to which this one reports", up.key);
	return 0;
}

/* ---- what it says ---- */

static int take_held(struct tong__outbox *o, const json_t *held, uint64_t *done, tong_error *err)
{
	const char *node;
	json_t *list;
	int rc = 0;

	json_object_foreach((json_t *)held, node, list)
	{
		const json_t *pair;
		size_t i;

		json_array_foreach(list, i, pair)
		{
			const char *digest = json_string_value(json_array_get(pair, 1));
			int64_t seq = json_integer_value(json_array_get(pair, 0));

			if (rc || !digest)
				continue;
			rc = tong__ledger_done(o->ledger, node, seq, digest, err);
			*done += !rc;
		}
	}
	return rc;
}

/* U5: signed anew under the next free number. */
static int number_anew(struct tong__outbox *o, int64_t seq, tong_error *err)
{
	const char *me = tong__identity_id(o->me);
	int64_t next = tong__ledger_next(o->ledger, me),
			floor = tong__ledger_number(o->ledger, "floor", 1);
	struct tong__buf line, fresh;
	struct tong__report r;
	json_t *body = NULL;
	int rc;

	tong__buf_init(&line, TONG_MAX_REPORT);
	tong__buf_init(&fresh, TONG_MAX_REPORT + 1);
	rc = tong__ledger_line(o->ledger, me, seq, &line, err);
	if (!rc)
		rc = tong__report_read((struct tong__str){ line.data, line.len }, TONG_MAX_REPORT, &r, err);
	if (!rc)
		rc = tong__report_body(&r, &body, err);
	if (!rc)
		rc = tong__report_write(o->me, next > floor ? next : floor, body, TONG_MAX_REPORT, &fresh,
								err);
	if (!rc)
		rc = tong__report_read((struct tong__str){ fresh.data, fresh.len - 1 }, TONG_MAX_REPORT, &r,
							   err);
	if (!rc)
		rc = tong__ledger_renumber(o->ledger, seq, &r, err);
	if (!rc && tong__ledger_number(o->ledger, "request", 0) == seq)
		rc = tong__ledger_number_set(o->ledger, "request", r.seq, err);
	json_decref(body);
	tong__buf_free(&line);
	tong__buf_free(&fresh);
	return rc == TONG_E_NOTFOUND ? 0 : rc;
}

/* What may be taken another time: the node's own reports wait until it is approved again (U9). */
static bool comes_again(const char *why, bool own)
{
	return !strcmp(why, "unknown") || !strcmp(why, "waiting") || !strcmp(why, "full") ||
		   (own && (!strcmp(why, "rejected") || !strcmp(why, "revoked")));
}

static int take_refused(struct tong__outbox *o, const json_t *list, tong_error *err)
{
	const json_t *v;
	size_t i;
	int rc = 0;

	json_array_foreach(list, i, v)
	{
		const char *node = tong__json_str(v, "node"), *why = tong__json_str(v, "why");
		bool own = node && strcmp(node, tong__identity_id(o->me)) == 0;
		int64_t seq = tong__json_int(v, "seq", 0);

		if (rc || !node || !why || comes_again(why, own))
			continue;
		if (own && strcmp(why, "number") == 0)
			rc = number_anew(o, seq, err);
		else
			rc = tong__ledger_aside(o->ledger, node, seq, why, err);
	}
	return rc;
}

static int take_own(struct tong__outbox *o, const json_t *body, tong_error *err)
{
	const char *me = tong__identity_id(o->me),
			   *state = tong__json_str(tong__json_obj(body, "states"), me);
	int64_t next = tong__json_int(tong__json_obj(body, "next"), me, 0);
	int rc = tong__ledger_text_set(o->ledger, "upper_state", state ? state : "approved", err);

	if (!rc && next > tong__ledger_number(o->ledger, "floor", 1))
		rc = tong__ledger_number_set(o->ledger, "floor", next, err);
	return rc;
}

static int take(struct tong__outbox *o, const struct tong__report *r, const json_t *body,
				uint64_t *done, tong_error *err)
{
	int rc = tong__ledger_begin(o->ledger, err);

	if (!rc)
		rc = check_signer(o, r, err);
	if (!rc)
		rc = take_own(o, body, err);
	if (!rc)
		rc = take_held(o, tong__json_obj(body, "held"), done, err);
	if (!rc)
		rc = take_refused(o, tong__json_arr(body, "refused"), err);
	if (!rc)
		rc = tong__ledger_commit(o->ledger, err);
	if (rc)
		tong__ledger_abort(o->ledger);
	return rc;
}

int tong__outbox_receipt(struct tong__outbox *o, struct tong__str line, uint64_t *done,
						 tong_error *err)
{
	struct tong__report r;
	json_t *body = NULL;
	const char *kind;
	int rc;

	*done = 0;
	rc = tong__report_read(line, TONG_MAX_RECEIPT, &r, err);
	if (!rc && (r.seq != 0 || !tong__report_signed(&r)))
		rc = tong__fail(err, TONG_E_SIGNATURE, r.node,
						"U8: this is no receipt, or its signature is bad");
	if (!rc)
		rc = tong__json_read(r.body.p, r.body.n, TONG_MAX_REPORT_DEPTH, r.node, &body, err);
	if (rc)
		return rc;
	kind = tong__json_str(body, "kind");
	if (!kind || strcmp(kind, "receipt") != 0)
		rc = tong__fail(err, TONG_E_FORMAT, r.node, "U8: this is no receipt");
	else
		rc = take(o, &r, body, done, err);
	json_decref(body);
	return rc;
}
