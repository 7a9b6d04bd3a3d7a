/* Life of the ledger: making it, opening it, its transactions and small values. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/ledger_sql.h"

#define APPLICATION_ID 0x546f6e67 /* "Tong" */
#define LEDGER_VERSION 1
#define BUSY_MS        10000

/* report.up: 0 to be told upward, 1 acknowledged, 2 set aside, 3 came to its end before. A report
 * that came to its end keeps its row: its number is taken for ever (U5, U12). */
static const char schema[] =
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value);"
	"CREATE TABLE node(id TEXT PRIMARY KEY, name TEXT NOT NULL, regions TEXT NOT NULL,"
	" agent TEXT NOT NULL, state INTEGER NOT NULL, via TEXT NOT NULL, asked INTEGER NOT NULL,"
	" decided INTEGER NOT NULL, heard INTEGER NOT NULL, seq INTEGER NOT NULL);"
	"CREATE TABLE report(id INTEGER PRIMARY KEY, node TEXT NOT NULL, seq INTEGER NOT NULL,"
	" kind TEXT NOT NULL, made INTEGER NOT NULL, received INTEGER NOT NULL, ends INTEGER NOT NULL,"
	" digest TEXT NOT NULL, line TEXT, up INTEGER NOT NULL, why TEXT);"
	"CREATE UNIQUE INDEX report_number ON report(node, seq);"
	"CREATE INDEX report_up ON report(up, id) WHERE up = 0;"
	"CREATE INDEX report_ends ON report(ends) WHERE line IS NOT NULL;"
	"CREATE TABLE feedback(report INTEGER PRIMARY KEY, node TEXT NOT NULL, fid TEXT NOT NULL,"
	" what TEXT NOT NULL, item TEXT, region TEXT, rating INTEGER NOT NULL, made INTEGER NOT NULL,"
	" closed INTEGER NOT NULL, note TEXT);"
	"CREATE UNIQUE INDEX feedback_fid ON feedback(node, fid);"
	"CREATE TABLE attested(node TEXT PRIMARY KEY, seq INTEGER NOT NULL, received INTEGER NOT NULL,"
	" body TEXT NOT NULL);";

static int connect_to(struct tong__ledger *l, const char *path, int flags, tong_error *err)
{
	struct tong__store *s = &l->sql;

	if (sqlite3_open_v2(path, &s->db, flags | SQLITE_OPEN_NOMUTEX, NULL))
		return tong__sql_fail(s->db, path, "cannot open the ledger", err);
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return tong__sql_exec(s,
						  "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;"
						  "PRAGMA secure_delete=ON",
						  err);
}

static int version(struct tong__ledger *l, int *out, tong_error *err)
{
	sqlite3_stmt *st = tong__sql(&l->sql, err, "PRAGMA user_version", "");
	int row = st ? tong__sql_step(&l->sql, st, err) : -1;

	*out = row == 1 ? sqlite3_column_int(st, 0) : 0;
	tong__sql_done(&l->sql, st);
	return row < 0 ? err->code : 0;
}

static int check_version(struct tong__ledger *l, int v, tong_error *err)
{
	if (v > LEDGER_VERSION)
		return tong__fail(
			err, TONG_E_STORE_NEWER, l->sql.dir,
			"ledger.db has version %d, this program knows %d: use the newer tong-agent", v,
			LEDGER_VERSION);
	return 0;
}

/* Tables and version in one transaction: another process sees all of it or nothing. */
static int make(struct tong__ledger *l, tong_error *err)
{
	char text[96];
	int v, rc = tong__ledger_begin(l, err);

	if (!rc)
		rc = version(l, &v, err);
	if (!rc && v == 0)
		rc = tong__sql_exec(&l->sql, schema, err);
	snprintf(text, sizeof text, "PRAGMA application_id=%d; PRAGMA user_version=%d", APPLICATION_ID,
			 LEDGER_VERSION);
	if (!rc && v == 0)
		rc = tong__sql_exec(&l->sql, text, err);
	return rc ? rc : tong__ledger_commit(l, err);
}

/* It holds what people said, some with a way to reach them: it is made for its owner and his group,
 * and SQLite gives its own files beside it the same rights. When it cannot be made, SQLite tells.
 */
static void make_private(const char *path)
{
	int fd = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0640);

	if (fd >= 0)
		close(fd);
}

static int open_writer(struct tong__ledger *l, const char *path, tong_error *err)
{
	int v = 0, rc;

	make_private(path);
	rc = connect_to(l, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
	if (!rc)
		rc = tong__sql_exec(&l->sql, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", err);
	if (!rc)
		rc = version(l, &v, err);
	if (!rc && v == 0)
		rc = make(l, err);
	return rc ? rc : check_version(l, v, err);
}

static int open_reader(struct tong__ledger *l, const char *path, tong_error *err)
{
	int v = 0, rc;

	if (access(path, F_OK) != 0)
		return tong__fail(err, TONG_E_NOTFOUND, l->sql.dir,
						  "no report was made or collected here yet");
	rc = connect_to(l, path, SQLITE_OPEN_READONLY, err);
	if (!rc)
		rc = version(l, &v, err);
	if (!rc && v == 0)
		rc = tong__fail(err, TONG_E_NOTFOUND, l->sql.dir,
						"no report was made or collected here yet");
	return rc ? rc : check_version(l, v, err);
}

int tong__ledger_open(struct tong__ledger **out, const char *dir, bool write, tong_error *err)
{
	struct tong__ledger *l = calloc(1, sizeof *l);
	char path[4096];
	int rc;

	*out = NULL;
	if (!l || !(l->sql.dir = strdup(dir))) {
		free(l);
		return tong__fail_nomem(err);
	}
	l->sql.lock = -1;
	if ((size_t)snprintf(path, sizeof path, "%s/ledger.db", dir) >= sizeof path)
		rc = tong__fail(err, TONG_E_LIMIT, dir, "the path is too long");
	else
		rc = write ? open_writer(l, path, err) : open_reader(l, path, err);
	if (rc) {
		tong__ledger_close(l);
		return rc;
	}
	*out = l;
	return 0;
}

void tong__ledger_close(struct tong__ledger *l)
{
	if (!l)
		return;
	tong__ledger_abort(l);
	for (size_t i = 0; i < TONG_STORE_STATEMENTS; i++)
		sqlite3_finalize(l->sql.cache[i].st);
	sqlite3_close(l->sql.db);
	free(l->sql.dir);
	free(l);
}

/* ---- transactions ---- */

int tong__ledger_begin(struct tong__ledger *l, tong_error *err)
{
	return tong__sql_run(&l->sql, err, "BEGIN IMMEDIATE", "");
}

int tong__ledger_commit(struct tong__ledger *l, tong_error *err)
{
	int rc = tong__sql_run(&l->sql, err, "COMMIT", "");

	if (rc)
		tong__ledger_abort(l);
	return rc;
}

void tong__ledger_abort(struct tong__ledger *l)
{
	if (l->sql.db && !sqlite3_get_autocommit(l->sql.db))
		sqlite3_exec(l->sql.db, "ROLLBACK", NULL, NULL, NULL);
}

/* ---- small values ---- */

int tong__ledger_text(struct tong__ledger *l, const char *name, struct tong__buf *out,
					  tong_error *err)
{
	sqlite3_stmt *st = tong__sql(&l->sql, err, "SELECT value FROM meta WHERE name = ?", "t", name);
	int row = st ? tong__sql_step(&l->sql, st, err) : -1, rc = row < 0 ? err->code : 0;

	if (row == 1) {
		struct tong__str s = tong__sql_str(st, 0);

		if (tong__buf_add(out, s.p, s.n))
			rc = tong__fail(err, out->failed, name, "the ledger's value is too long");
	} else if (row == 0) {
		rc = tong__fail(err, TONG_E_NOTFOUND, name, "the ledger has no such value");
	}
	tong__sql_done(&l->sql, st);
	return rc;
}

int tong__ledger_text_set(struct tong__ledger *l, const char *name, const char *value,
						  tong_error *err)
{
	if (!value)
		return tong__sql_run(&l->sql, err, "DELETE FROM meta WHERE name = ?", "t", name);
	return tong__sql_run(&l->sql, err, "INSERT OR REPLACE INTO meta VALUES(?, ?)", "tt", name,
						 value);
}

int64_t tong__ledger_number(struct tong__ledger *l, const char *name, int64_t otherwise)
{
	tong_error own;
	sqlite3_stmt *st = tong__sql(&l->sql, &own, "SELECT value FROM meta WHERE name = ?", "t", name);

	if (st && tong__sql_step(&l->sql, st, &own) == 1)
		otherwise = sqlite3_column_int64(st, 0);
	tong__sql_done(&l->sql, st);
	return otherwise;
}

int tong__ledger_number_set(struct tong__ledger *l, const char *name, int64_t value,
							tong_error *err)
{
	return tong__sql_run(&l->sql, err, "INSERT OR REPLACE INTO meta VALUES(?, ?)", "ti", name,
						 value);
}
