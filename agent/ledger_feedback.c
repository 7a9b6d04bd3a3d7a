/* What people said, in the ledger: listed, closed; and the last word of each node about itself. */
#include <string.h>

#include "agent/ledger_sql.h"
#include "core/json.h"
#include "core/limits.h"

#define AFTER_CLOSING ((int64_t)30 * 86400)

static const char *text(sqlite3_stmt *st, int column)
{
	return (const char *)sqlite3_column_text(st, column);
}

static json_t *body_of(struct tong__str line)
{
	struct tong__report r;
	tong_error own;
	json_t *body = NULL;

	if (line.n && tong__report_read(line, TONG_MAX_REPORT, &r, &own) == 0)
		tong__json_read(r.body.p, r.body.n, TONG_MAX_REPORT_DEPTH, r.node, &body, &own);
	return body;
}

int tong__ledger_said(struct tong__ledger *l, bool all,
					  int (*fn)(void *arg, const struct tong__said *), void *arg, tong_error *err)
{
	sqlite3_stmt *st =
		tong__sql(&l->sql, err,
				  "SELECT f.fid, f.node, f.what, f.item, f.region, f.note, f.rating, f.made,"
				  " f.closed, r.line FROM feedback f JOIN report r ON r.id = f.report"
				  " WHERE ? OR f.closed = 0 ORDER BY f.report",
				  "i", (int64_t)all);
	int row = st ? 1 : -1, rc = 0;

	while (!rc && row == 1 && (row = tong__sql_step(&l->sql, st, err)) == 1) {
		struct tong__said s = { text(st, 0),
								text(st, 1),
								text(st, 2),
								text(st, 3),
								text(st, 4),
								text(st, 5),
								sqlite3_column_int64(st, 6),
								sqlite3_column_int64(st, 7),
								sqlite3_column_int64(st, 8),
								body_of(tong__sql_str(st, 9)) };

		rc = fn(arg, &s);
		json_decref(s.body);
	}
	tong__sql_done(&l->sql, st);
	return row < 0 ? err->code : rc;
}

/* Only what was told upward, or has nowhere to go, may come to its end earlier (P9). */
int tong__ledger_said_close(struct tong__ledger *l, const char *id, const char *note, int64_t now,
							tong_error *err)
{
	int rc = tong__sql_run(&l->sql, err,
						   "UPDATE feedback SET closed = ?, note = ? WHERE fid = ? AND closed = 0",
						   "itt", now, note, id);

	if (!rc && sqlite3_changes(l->sql.db) == 0)
		return tong__fail(err, TONG_E_NOTFOUND, id, "no open feedback has this id");
	if (!rc)
		rc = tong__sql_run(&l->sql, err,
						   "UPDATE report SET ends = min(ends, ?) WHERE id IN"
						   " (SELECT report FROM feedback WHERE fid = ?) AND (up <> 0 OR NOT EXISTS"
						   "(SELECT 1 FROM meta WHERE name = 'enrolled'))",
						   "it", now + AFTER_CLOSING, id);
	return rc;
}

json_t *tong__ledger_attested(struct tong__ledger *l, const char *node, int64_t *received)
{
	tong_error own;
	sqlite3_stmt *st =
		tong__sql(&l->sql, &own, "SELECT body, received FROM attested WHERE node = ?", "t", node);
	json_t *body = NULL;

	if (st && tong__sql_step(&l->sql, st, &own) == 1) {
		struct tong__str s = tong__sql_str(st, 0);

		tong__json_read(s.p, s.n, TONG_MAX_REPORT_DEPTH, node, &body, &own);
		if (received)
			*received = sqlite3_column_int64(st, 1);
	}
	tong__sql_done(&l->sql, st);
	return body;
}
