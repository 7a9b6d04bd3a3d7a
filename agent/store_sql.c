/* Statements: prepared once, bound in one line, their faults told as ours. */
#include "agent/store_sql.h"

#include <stdarg.h>
#include <string.h>

#include "core/message.h"

int tong__sql_fail(sqlite3 *db, const char *dir, const char *what, tong_error *err)
{
	static const struct {
		int sqlite, code;
	} codes[] = { { SQLITE_BUSY, TONG_E_BUSY },
				  { SQLITE_LOCKED, TONG_E_BUSY },
				  { SQLITE_FULL, TONG_E_FULL },
				  { SQLITE_NOMEM, TONG_E_NOMEM },
				  { SQLITE_IOERR, TONG_E_IO },
				  { SQLITE_CANTOPEN, TONG_E_IO },
				  { SQLITE_READONLY, TONG_E_IO },
				  { SQLITE_PERM, TONG_E_IO },
				  { SQLITE_INTERRUPT, TONG_E_INTERRUPTED } };
	int rc = db ? sqlite3_extended_errcode(db) : SQLITE_NOMEM, code = TONG_E_STORE;
	const char *hint = "";

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if ((rc & 0xff) == codes[i].sqlite)
			code = codes[i].code;
	if (rc == SQLITE_IOERR_NOMEM || code == TONG_E_NOMEM)
		return tong__fail_nomem(err);
	if (code == TONG_E_STORE)
		hint = _("; the database is damaged: tong-agent sync repairs it");
	tong__fail(err, code, dir, "%s: %s%s", tong__text(what), sqlite3_errmsg(db), hint);
	if (err)
		err->cause = rc;
	return code;
}

bool tong__store_is_damage(int code, const tong_error *err)
{
	int cause = err ? err->cause & 0xff : 0;

	return code == TONG_E_STORE && (cause == SQLITE_CORRUPT || cause == SQLITE_NOTADB);
}

int tong__store_damage(const char *dir, tong_error *err)
{
	int rc = tong__fail(err, TONG_E_STORE, dir,
						"P2: the database is damaged; tong-agent sync repairs it");

	if (err)
		err->cause = SQLITE_CORRUPT;
	return rc;
}

bool tong__store_met_damage(const struct tong__store *s)
{
	return s->damaged;
}

/* The connection's last fault. */
static int failed(struct tong__store *s, const char *what, tong_error *err)
{
	tong_error own;
	int rc;

	err = err ? err : &own;
	rc = tong__sql_fail(s->db, s->dir, what, err);
	if (tong__store_is_damage(rc, err))
		s->damaged = true;
	return rc;
}

static sqlite3_stmt *prepare(struct tong__store *s, const char *text, unsigned flags,
							 tong_error *err)
{
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v3(s->db, text, -1, flags, &st, NULL) != SQLITE_OK)
		failed(s, "cannot read the store", err);
	return st;
}

/* The cached statement of this text, made when there is room; a busy one (a walk inside a walk)
 * gets a twin. */
static sqlite3_stmt *find(struct tong__store *s, const char *text, tong_error *err)
{
	for (size_t i = 0; i < TONG_STORE_STATEMENTS; i++) {
		if (!s->cache[i].text) {
			s->cache[i].st = prepare(s, text, SQLITE_PREPARE_PERSISTENT, err);
			if (s->cache[i].st)
				s->cache[i].text = text;
			return s->cache[i].st;
		}
		if (s->cache[i].text == text && !sqlite3_stmt_busy(s->cache[i].st))
			return s->cache[i].st;
	}
	return prepare(s, text, 0, err);
}

static int bind_all(sqlite3_stmt *st, const char *types, va_list ap)
{
	int rc = SQLITE_OK;

	for (int i = 1; *types && rc == SQLITE_OK; types++, i++) {
		const void *p;
		struct tong__str s;

		switch (*types) {
		case 't':
			rc = sqlite3_bind_text(st, i, va_arg(ap, const char *), -1, SQLITE_STATIC);
			break;
		case 'i':
			rc = sqlite3_bind_int64(st, i, va_arg(ap, int64_t));
			break;
		case 's':
			s = va_arg(ap, struct tong__str);
			rc = sqlite3_bind_text64(st, i, s.p, s.n, SQLITE_STATIC, SQLITE_UTF8);
			break;
		default:
			p = va_arg(ap, const void *);
			rc = sqlite3_bind_blob64(st, i, p, va_arg(ap, size_t), SQLITE_STATIC);
		}
	}
	return rc;
}

static sqlite3_stmt *take(struct tong__store *s, tong_error *err, const char *text,
						  const char *types, va_list ap)
{
	sqlite3_stmt *st = find(s, text, err);

	if (st && bind_all(st, types, ap) != SQLITE_OK) {
		tong__sql_fail(s->db, s->dir, "cannot bind", err);
		tong__sql_done(s, st);
		return NULL;
	}
	return st;
}

sqlite3_stmt *tong__sql(struct tong__store *s, tong_error *err, const char *text, const char *types,
						...)
{
	sqlite3_stmt *st;
	va_list ap;

	va_start(ap, types);
	st = take(s, err, text, types, ap);
	va_end(ap);
	return st;
}

void tong__sql_done(struct tong__store *s, sqlite3_stmt *st)
{
	if (!st)
		return;
	for (size_t i = 0; i < TONG_STORE_STATEMENTS; i++) {
		if (s->cache[i].st == st) {
			sqlite3_reset(st);
			sqlite3_clear_bindings(st);
			return;
		}
	}
	sqlite3_finalize(st);
}

int tong__sql_step(struct tong__store *s, sqlite3_stmt *st, tong_error *err)
{
	int rc = sqlite3_step(st);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	failed(s, "the store", err);
	return -1;
}

int tong__sql_run(struct tong__store *s, tong_error *err, const char *text, const char *types, ...)
{
	tong_error own = TONG_ERROR_INIT;
	sqlite3_stmt *st;
	va_list ap;
	int rc = 0;

	if (!err)
		err = &own;
	va_start(ap, types);
	st = take(s, err, text, types, ap);
	va_end(ap);
	if (!st)
		return err->code;
	while (!rc && sqlite3_step(st) != SQLITE_DONE)
		rc = sqlite3_errcode(s->db) == SQLITE_ROW
				 ? 0
				 : failed(s, "cannot write", err);
	tong__sql_done(s, st);
	return rc;
}

int tong__sql_exec(struct tong__store *s, const char *text, tong_error *err)
{
	if (sqlite3_exec(s->db, text, NULL, NULL, NULL) != SQLITE_OK)
		return failed(s, "the store", err);
	return 0;
}

struct tong__str tong__sql_str(sqlite3_stmt *st, int column)
{
	struct tong__str s;

	s.p = sqlite3_column_blob(st, column);
	s.n = (size_t)sqlite3_column_bytes(st, column);
	if (!s.p)
		s.p = "";
	return s;
}
