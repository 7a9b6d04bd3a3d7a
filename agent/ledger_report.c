/* The reports in the ledger: each held once, told upward until it is acknowledged, forgotten at its
 * end (FORMAT U5, U9, U12; promise P9). */
#include <string.h>

#include "agent/ledger_sql.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/text.h"

#define OLD_ATTESTATION ((int64_t)90 * 86400) /* its line is kept so long after it was told */
#define SHORT_DIGEST    16
#define DAY             86400
#define JUMP            ((int64_t)31 * DAY)

/* ---- taking in ---- */

static enum tong__held held(struct tong__ledger *l, const struct tong__report *r,
							const char *digest, int *fault, tong_error *err)
{
	sqlite3_stmt *st =
		tong__sql(&l->sql, err, "SELECT digest FROM report WHERE node = ? AND seq = ?", "ti",
				  r->node, r->seq);
	int row = st ? tong__sql_step(&l->sql, st, err) : -1;
	enum tong__held h = TONG__NEW;

	if (row == 1)
		h = strcmp((const char *)sqlite3_column_text(st, 0), digest) == 0 ? TONG__SAME
																		  : TONG__OTHER;
	*fault = row < 0 ? err->code : 0;
	tong__sql_done(&l->sql, st);
	return h;
}

/* U12: by the receiver's clock when the sender's cannot be right. */
static int64_t end_of(const json_t *body, int64_t now)
{
	int64_t made = tong__json_int(body, "time", 0), until = tong__json_int(body, "until", 0);

	if (strcmp(tong__json_str(body, "kind"), "feedback") != 0)
		return 0;
	return made > now || until <= now ? now + (until - made) : until;
}

/* Counted once by its id, too (U5): the same one under another number is no second one. */
static int put_feedback(struct tong__ledger *l, const struct tong__report *r, const json_t *body,
						tong_error *err)
{
	const char *region = tong__json_str(body, "region");

	if (region &&
		!tong__region_code_valid(region)) /* as somebody typed it: only in the line (U12) */
		region = NULL;
	return tong__sql_run(&l->sql, err,
						 "INSERT OR IGNORE INTO feedback VALUES(?, ?, ?, ?, ?, ?, ?, ?, 0, NULL)",
						 "itttttii", (int64_t)sqlite3_last_insert_rowid(l->sql.db), r->node,
						 tong__json_str(body, "id"), tong__json_str(body, "what"),
						 tong__json_str(body, "item"), region,
						 (int64_t)tong__json_int(body, "rating", 0),
						 (int64_t)tong__json_int(body, "time", 0));
}

/* U13: the one with the highest number. */
static int put_attestation(struct tong__ledger *l, const struct tong__report *r, int64_t now,
						   tong_error *err)
{
	return tong__sql_run(&l->sql, err,
						 "INSERT INTO attested VALUES(?, ?, ?, ?) ON CONFLICT(node) DO UPDATE SET"
						 " seq = excluded.seq, received = excluded.received, body = excluded.body"
						 " WHERE excluded.seq > seq",
						 "tiis", r->node, r->seq, now, r->body);
}

int tong__ledger_report_put(struct tong__ledger *l, const struct tong__report *r,
							const json_t *body, int64_t now, enum tong__held *out, tong_error *err)
{
	const char *kind = tong__json_str(body, "kind");
	char digest[TONG_HEX];
	int rc;

	tong__report_digest(r, digest);
	*out = held(l, r, digest, &rc, err);
	if (rc || *out != TONG__NEW)
		return rc;
	rc = tong__sql_run(&l->sql, err,
					   "INSERT INTO report(node, seq, kind, made, received, ends, digest, line, up)"
					   " VALUES(?, ?, ?, ?, ?, ?, ?, ?, 0)",
					   "titiiits", r->node, r->seq, kind, (int64_t)tong__json_int(body, "time", 0),
					   now, end_of(body, now), digest, r->line);
	if (!rc && strcmp(kind, "feedback") == 0)
		rc = put_feedback(l, r, body, err);
	if (!rc && strcmp(kind, "attestation") == 0)
		rc = put_attestation(l, r, now, err);
	return rc;
}

int64_t tong__ledger_next(struct tong__ledger *l, const char *node)
{
	tong_error own;
	sqlite3_stmt *st =
		tong__sql(&l->sql, &own,
				  "SELECT max(coalesce((SELECT max(seq) FROM report WHERE"
				  " node = ?1), 0), coalesce((SELECT seq FROM node WHERE id = ?1), 0))",
				  "t", node);
	int64_t n = st && tong__sql_step(&l->sql, st, &own) == 1 ? sqlite3_column_int64(st, 0) : 0;

	tong__sql_done(&l->sql, st);
	return n + 1;
}

/* ---- telling upward ---- */

int tong__ledger_pending(struct tong__ledger *l, int64_t *after, struct tong__buf *lines, size_t *n,
						 tong_error *err)
{
	sqlite3_stmt *st = tong__sql(&l->sql, err,
								 "SELECT id, line FROM report WHERE up = 0 AND id > ?"
								 " AND line IS NOT NULL ORDER BY id",
								 "i", *after);
	int row = st ? 1 : -1, rc = 0;

	*n = 0;
	tong__buf_clear(lines);
	while (!rc && *n < TONG_MAX_PACKET_REPORTS &&
		   (row = row < 0 ? row : tong__sql_step(&l->sql, st, err)) == 1) {
		struct tong__str line = tong__sql_str(st, 1);

		if (lines->len + line.n + 1 > TONG_MAX_PACKET)
			break;
		*after = sqlite3_column_int64(st, 0);
		tong__buf_add(lines, line.p, line.n);
		if (tong__buf_addc(lines, '\n'))
			rc = tong__fail_nomem(err);
		(*n)++;
	}
	tong__sql_done(&l->sql, st);
	return row < 0 ? err->code : rc;
}

int tong__ledger_line(struct tong__ledger *l, const char *node, int64_t seq, struct tong__buf *out,
					  tong_error *err)
{
	sqlite3_stmt *st = tong__sql(&l->sql, err, "SELECT line FROM report WHERE node = ? AND seq = ?",
								 "ti", node, seq);
	int row = st ? tong__sql_step(&l->sql, st, err) : -1, rc = row < 0 ? err->code : 0;
	struct tong__str line = { NULL, 0 };

	if (row == 1)
		line = tong__sql_str(st, 0);
	if (row >= 0 && line.n == 0)
		rc = tong__fail(err, TONG_E_NOTFOUND, node, "the ledger has no such report any more");
	if (!rc && tong__buf_add(out, line.p, line.n))
		rc = tong__fail_nomem(err);
	tong__sql_done(&l->sql, st);
	return rc;
}

int tong__ledger_renumber(struct tong__ledger *l, int64_t from, const struct tong__report *r,
						  tong_error *err)
{
	char digest[TONG_HEX];

	tong__report_digest(r, digest);
	return tong__sql_run(&l->sql, err,
						 "UPDATE report SET seq = ?, digest = ?, line = ?, up = 0, why = NULL"
						 " WHERE node = ? AND seq = ?",
						 "itsti", r->seq, digest, r->line, r->node, from);
}

int64_t tong__ledger_count(struct tong__ledger *l, const char *up)
{
	int64_t which = strcmp(up, "pending") == 0 ? 0 : strcmp(up, "aside") == 0 ? 2 : 3, n = 0;
	tong_error own;
	sqlite3_stmt *st =
		tong__sql(&l->sql, &own, "SELECT count(*) FROM report WHERE up = ?", "i", which);

	if (st && tong__sql_step(&l->sql, st, &own) == 1)
		n = sqlite3_column_int64(st, 0);
	tong__sql_done(&l->sql, st);
	return n;
}

int64_t tong__ledger_oldest(struct tong__ledger *l)
{
	tong_error own;
	sqlite3_stmt *st =
		tong__sql(&l->sql, &own, "SELECT min(received) FROM report WHERE up = 0", "");
	int64_t when = st && tong__sql_step(&l->sql, st, &own) == 1 ? sqlite3_column_int64(st, 0) : 0;

	tong__sql_done(&l->sql, st);
	return when;
}

int tong__ledger_done(struct tong__ledger *l, const char *node, int64_t seq, const char *digest,
					  tong_error *err)
{
	char start[SHORT_DIGEST + 2];

	if (strlen(digest) != SHORT_DIGEST || strspn(digest, "0123456789abcdef") != SHORT_DIGEST)
		return tong__fail(err, TONG_E_FORMAT, "held", "U8: not the first 16 digits of a digest");
	memcpy(start, digest, SHORT_DIGEST);
	strcpy(start + SHORT_DIGEST, "*");
	return tong__sql_run(&l->sql, err,
						 "UPDATE report SET up = 1, why = NULL WHERE node = ? AND seq = ?"
						 " AND digest GLOB ? AND up IN (0, 2)",
						 "tit", node, seq, start);
}

int tong__ledger_aside(struct tong__ledger *l, const char *node, int64_t seq, const char *why,
					   tong_error *err)
{
	return tong__sql_run(&l->sql, err,
						 "UPDATE report SET up = 2, why = ? WHERE node = ? AND seq = ? AND up = 0",
						 "tti", why, node, seq);
}

/* ---- what comes to its end ---- */

/* Is this clock to be believed? Asked often, it grows by little; one that jumps is left a day to be
 * set right. */
static bool settled(struct tong__ledger *l, int64_t now)
{
	int64_t seen = tong__ledger_number(l, "seen", now),
			jumped = tong__ledger_number(l, "jumped", 0);
	tong_error none;

	if (now - seen > JUMP)
		jumped = now;
	else if (now < jumped || now - jumped >= DAY)
		jumped = 0;
	tong__ledger_number_set(l, "seen", now, &none);
	tong__ledger_number_set(l, "jumped", jumped, &none);
	return jumped == 0;
}

/* Its clock was wrong when it came here: its time begins now. */
static int count_anew(struct tong__ledger *l, int64_t now, tong_error *err)
{
	return tong__sql_run(&l->sql, err,
						 "UPDATE report SET ends = ends - received + ?1, received = ?1"
						 " WHERE line IS NOT NULL AND ends > 0 AND received < ?2",
						 "ii", now, (int64_t)TONG_EPOCH);
}

static int forget(struct tong__ledger *l, int64_t now, tong_error *err)
{
	int rc = tong__sql_run(&l->sql, err,
						   "UPDATE report SET line = NULL, up = CASE up WHEN 0 THEN 3 ELSE up END"
						   " WHERE line IS NOT NULL AND ends > 0 AND ends <= ?",
						   "i", now);

	if (!rc) /* the newest one of a node is in 'attested' */
		rc = tong__sql_run(&l->sql, err,
						   "UPDATE report SET line = NULL WHERE line IS NOT NULL AND received < ?"
						   " AND kind = 'attestation' AND (up = 1 OR NOT EXISTS(SELECT 1 FROM meta"
						   " WHERE name = 'enrolled'))",
						   "i", now - OLD_ATTESTATION);
	return rc;
}

int tong__ledger_purge(struct tong__ledger *l, int64_t now, tong_error *err)
{
	int rc;

	if (now < TONG_EPOCH || !settled(l, now))
		return 0;
	rc = count_anew(l, now, err);
	if (!rc)
		rc = forget(l, now, err);
	if (!rc) /* what the log still holds of it; who reads just now leaves that for the next time */
		sqlite3_wal_checkpoint_v2(l->sql.db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	return rc;
}
