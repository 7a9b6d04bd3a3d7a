/* This node's own reports: numbered, signed, kept; and packed for the way up. */
#include "agent/outbox.h"

#include <string.h>

#include "core/json.h"
#include "core/limits.h"

int tong__outbox_open(struct tong__outbox *o, const char *dir, tong_error *err)
{
	int rc;

	memset(o, 0, sizeof *o);
	rc = tong__identity_open(&o->me, dir, true, err);
	if (!rc)
		rc = tong__ledger_open(&o->ledger, dir, true, err);
	if (rc)
		tong__outbox_close(o);
	return rc;
}

void tong__outbox_close(struct tong__outbox *o)
{
	tong__ledger_close(o->ledger);
	tong__identity_close(o->me);
	memset(o, 0, sizeof *o);
}

static void small_text(struct tong__ledger *l, const char *name, char *out, size_t max)
{
	struct tong__buf b;
	tong_error own;

	tong__buf_init(&b, max - 1);
	out[0] = '\0';
	if (tong__ledger_text(l, name, &b, &own) == 0 && b.data)
		memcpy(out, b.data, b.len + 1);
	tong__buf_free(&b);
}

bool tong__outbox_upper(struct tong__outbox *o, struct tong__upper *u)
{
	char state[16];

	small_text(o->ledger, "upper_url", u->url, sizeof u->url);
	small_text(o->ledger, "upper", u->key, sizeof u->key);
	small_text(o->ledger, "upper_state", state, sizeof state);
	u->state = state[0] ? tong__node_state_read(state) : TONG__WAITING;
	return tong__ledger_number(o->ledger, "enrolled", 0) != 0;
}

bool tong__outbox_full(struct tong__outbox *o)
{
	return tong__ledger_number(o->ledger, "enrolled", 0) &&
		   tong__ledger_count(o->ledger, "pending") >= TONG_MAX_OUTBOX;
}

int tong__outbox_delivered(struct tong__outbox *o, int64_t now, tong_error *err)
{
	return tong__ledger_number_set(o->ledger, "delivered", now, err);
}

static int check_room(struct tong__outbox *o, tong_error *err)
{
	if (!tong__outbox_full(o))
		return 0;
	return tong__fail(err, TONG_E_FULL, "ledger.db",
					  "%d reports wait for the level above to take them: no more are kept",
					  TONG_MAX_OUTBOX);
}

/* Past every number ever used, also those that the level above knows and this ledger lost (U5). */
static int64_t next_number(struct tong__outbox *o)
{
	int64_t next = tong__ledger_next(o->ledger, tong__identity_id(o->me)),
			floor = tong__ledger_number(o->ledger, "floor", 1);

	return next > floor ? next : floor;
}

int tong__outbox_add(struct tong__outbox *o, json_t *body, int64_t now, tong_error *err)
{
	struct tong__report r;
	struct tong__buf line;
	enum tong__held held;
	int rc = check_room(o, err);

	if (rc)
		return rc;
	if (json_object_set_new(body, "time", json_integer(now)))
		return tong__fail_nomem(err);
	tong__buf_init(&line, TONG_MAX_REPORT + 1);
	rc = tong__report_check(body, err);
	if (!rc)
		rc = tong__report_write(o->me, next_number(o), body, TONG_MAX_REPORT, &line, err);
	if (!rc)
		rc = tong__report_read((struct tong__str){ line.data, line.len - 1 }, TONG_MAX_REPORT, &r,
							   err);
	if (!rc)
		rc = tong__ledger_report_put(o->ledger, &r, body, now, &held, err);
	tong__buf_free(&line);
	return rc;
}

/* ---- on the way ---- */

/* What this node asked last, whether acknowledged or not: the answer tells how it was decided. */
static int request_line(struct tong__outbox *o, struct tong__buf *lines, tong_error *err)
{
	int64_t seq = tong__ledger_number(o->ledger, "request", 0);
	int rc = tong__ledger_line(o->ledger, tong__identity_id(o->me), seq, lines, err);

	return !rc && tong__buf_addc(lines, '\n') ? tong__fail_nomem(err) : rc;
}

int tong__outbox_packet(struct tong__outbox *o, bool all, int64_t *after, struct tong__buf *out,
						size_t *n, tong_error *err)
{
	struct tong__upper up;
	struct tong__buf lines;
	int rc = 0;

	*n = 0;
	if (!tong__outbox_upper(o, &up))
		return 0;
	tong__buf_init(&lines, TONG_MAX_PACKET);
	if (all || up.state == TONG__APPROVED) {
		rc = tong__ledger_pending(o->ledger, after, &lines, n, err);
	} else if (*after == 0) {
		rc = request_line(o, &lines, err);
		*n = 1;
		*after = INT64_MAX;
	}
	if (!rc && *n)
		rc = tong__packet_write(lines.data, lines.len, out, err);
	tong__buf_free(&lines);
	return rc;
}
