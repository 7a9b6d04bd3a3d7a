/* What core writes without SQLite, SQLite reads: every size of a number and of a text, many rows,
 * many tables. */
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/sqlite_write.h"
#include "tests/lib/check.h"

static struct tong__buf out;
static tong_error err;
static char found[200];

static void add(struct tong__sqlite *db, json_t *values)
{
	const json_t *row[TONG_SQLITE_COLUMNS];
	size_t i, n = json_array_size(values);

	for (i = 0; i < n; i++) {
		row[i] = json_array_get(values, i);
		if (json_is_null(row[i]))
			row[i] = NULL;
	}
	tong__sqlite_row(db, row, n);
	json_decref(values);
}

/* What SQLite answers, columns joined by '|', rows by ';'. */
static int take(void *arg, int n, char **values, char **names)
{
	(void)arg, (void)names;
	for (int i = 0; i < n; i++)
		snprintf(found + strlen(found), sizeof found - strlen(found), "%s%s",
		         i ? "|" : *found ? ";" : "", values[i] ? values[i] : "-");
	return 0;
}

static const char *ask(const char *sql)
{
	char path[4200], *why = NULL;
	sqlite3 *db = NULL;

	*found = '\0';
	snprintf(path, sizeof path, "%s/db", tong_test_dir());
	if (tong__file_write(path, out.data, out.len, &err))
		return err.message;
	sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL);
	if (sqlite3_exec(db, sql, take, NULL, &why))
		snprintf(found, sizeof found, "%s", why);
	sqlite3_free(why);
	sqlite3_close(db);
	return found;
}

static struct tong__sqlite *begin(size_t ceiling)
{
	tong__buf_free(&out);
	tong__buf_init(&out, ceiling);
	return tong__sqlite_new(&out);
}

static void every_number_comes_back(void)
{
	static const json_int_t edges[] = {0, 127, 32767, 8388607, 2147483647, 140737488355327,
	                                   INT64_MAX - 1};
	struct tong__sqlite *db = begin(1 << 20);
	char sql[200];

	tong__sqlite_table(db, "t", "CREATE TABLE t(a INTEGER, b TEXT)");
	for (size_t i = 0; i < sizeof edges / sizeof *edges; i++)
		for (int d = 0; d < 2; d++) {
			json_int_t v = edges[i] + d;

			snprintf(sql, sizeof sql, "%lld", (long long)v);
			add(db, json_pack("[I,s]", v, sql));
			snprintf(sql, sizeof sql, "%lld", (long long)-v);
			add(db, json_pack("[I,s]", -v, sql));
		}
	CHECK_INT(tong__sqlite_end(db), 0);
	CHECK_STR(ask("PRAGMA integrity_check"), "ok");
	CHECK_STR(ask("SELECT count(*), sum(CAST(a AS TEXT) = b) FROM t"), "28|28");
}

static void values_are_of_their_kind(void)
{
	struct tong__sqlite *db = begin(1 << 20);

	tong__sqlite_table(db, "t", "CREATE TABLE t(a, b, c, d, e)");
	add(db, json_pack("[s,b,b,n,[s,s]]", "it's 办", 1, 0, "甲", "乙\""));
	tong__sqlite_table(db, "empty", "CREATE TABLE empty(a)");
	CHECK_INT(tong__sqlite_end(db), 0);
	CHECK_STR(ask("PRAGMA integrity_check"), "ok");
	CHECK_STR(ask("SELECT a, b, c, d, typeof(d) FROM t"), "it's 办|1|0|-|null");
	CHECK_STR(ask("SELECT value FROM t, json_each(e)"), "甲;乙\"");
	CHECK_STR(ask("SELECT count(*) FROM empty"), "0");
}

/* Around every length at which the format turns: in the page, and continued on others. */
static void long_texts_go_on(void)
{
	struct tong__sqlite *db = begin(16 << 20);
	char *text = malloc(20001);
	size_t n = 0;

	CHECK(text);
	tong__sqlite_table(db, "t", "CREATE TABLE t(n INTEGER, s TEXT)");
	for (size_t len = 0; len < 20000; len += len < 110 || len > 17000 ? 97 : len < 4000 ? 389 : 1) {
		if (len > 4200 && len < 8000)
			len = 8000;
		if (len > 8300 && len < 17000)
			len = 17000;
		memset(text, 'a' + (int)(len % 26), len);
		text[len] = '\0';
		add(db, json_pack("[I,s]", (json_int_t)len, text));
		n++;
	}
	free(text);
	CHECK_INT(tong__sqlite_end(db), 0);
	CHECK(n > 400);
	CHECK_STR(ask("PRAGMA integrity_check"), "ok");
	CHECK_STR(ask("SELECT count(*) FROM t WHERE length(s) <> n OR n AND "
	              "replace(s, char(97 + n % 26), '') <> ''"), "0");
}

static void many_rows_stand_in_a_tree(void)
{
	struct tong__sqlite *db = begin(16 << 20);

	tong__sqlite_table(db, "t", "CREATE TABLE t(n INTEGER, s TEXT)");
	/* more leaves than one page points to */
	for (json_int_t i = 1; i <= 100000; i++)
		add(db, json_pack("[I,s]", i, "一二三四五六七八九十"));
	CHECK_INT(tong__sqlite_end(db), 0);
	CHECK(out.len / 4096 > 600);
	CHECK_STR(ask("PRAGMA integrity_check"), "ok");
	CHECK_STR(ask("SELECT count(*), sum(n), max(rowid) FROM t WHERE n = rowid"),
	          "100000|5000050000|100000");
	CHECK_STR(ask("SELECT n FROM t WHERE rowid IN (1, 77777)"), "1;77777");
}

/* Their list does not fit on the first page. */
static void many_tables(void)
{
	struct tong__sqlite *db = begin(16 << 20);
	char name[20], sql[400];

	for (int i = 0; i < 60; i++) {
		snprintf(name, sizeof name, "t%d", i);
		snprintf(sql, sizeof sql, "CREATE TABLE t%d(a INTEGER /* %0300d */)", i, i);
		tong__sqlite_table(db, name, sql);
		add(db, json_pack("[i]", i));
	}
	CHECK_INT(tong__sqlite_end(db), 0);
	CHECK_STR(ask("PRAGMA integrity_check"), "ok");
	CHECK_STR(ask("SELECT count(*) FROM sqlite_schema"), "60");
	CHECK_STR(ask("SELECT t0.a, t59.a FROM t0, t59"), "0|59");
}

static void a_file_past_the_ceiling_is_refused(void)
{
	struct tong__sqlite *db = begin(5 * 4096);

	tong__sqlite_table(db, "t", "CREATE TABLE t(n INTEGER, s TEXT)");
	for (int i = 0; i < 2000; i++)
		add(db, json_pack("[i,s]", i, "一二三四五六七八九十"));
	CHECK_INT(tong__sqlite_end(db), TONG_E_LIMIT);
	CHECK_INT(tong__sqlite_end(NULL), TONG_E_NOMEM);
}

int main(void)
{
	RUN(every_number_comes_back);
	RUN(values_are_of_their_kind);
	RUN(long_texts_go_on);
	RUN(many_rows_stand_in_a_tree);
	RUN(many_tables);
	RUN(a_file_past_the_ceiling_is_refused);
	tong__buf_free(&out);
	return tong_test_done();
}
