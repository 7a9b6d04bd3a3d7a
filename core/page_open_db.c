/* The open data as one database (SQLite): the tables that are there as CSV and JSON, and three that
 * describe them: about, about_tables, about_columns. */
#include <stdio.h>
#include <string.h>

#include "core/dataset.h"
#include "core/page.h"
#include "core/sqlite_write.h"

struct base {
	struct tong__page *p;
	struct tong__sqlite *db;
	const struct tong__dataset *set;
};

const char *tong__database_name(bool local)
{
	return local ? "region.sqlite" : "catalogue.sqlite";
}

static const char *type_of(enum tong__cell cell)
{
	return cell == TONG__CELL_TEXT || cell == TONG__CELL_LIST ? "TEXT" : "INTEGER";
}

/* ---- what is in it ---- */

/* A row of texts; NULL for what is not known. */
static void say(struct base *b, size_t n, const char *const *texts)
{
	json_t *row[8] = {NULL};
	size_t i;

	for (i = 0; i < n && i < 8; i++) {
		row[i] = texts[i] ? json_string(texts[i]) : NULL;
		b->p->nomem = b->p->nomem || (texts[i] && !row[i]);
	}
	tong__sqlite_row(b->db, (const json_t *const *)row, n);
	while (i--)
		json_decref(row[i]);
}

/* Title, place, address, terms and what the columns hold. */
static void about(struct base *b, bool local)
{
	struct tong__page *p = b->p;
	const json_t *site = tong__json_obj(p->catalogue, "site");
	json_t *region = local ? tong__page_get(p, "region/", p->arg[0]) : NULL;
	const char *licence = tong__json_str(site, "licence");
	const char *const rows[][2] = {
		{"title", tong__json_str(p->catalogue, "title")},
		{"region", local ? p->arg[0] : NULL},
		{"region_name", tong__json_str(region, "name")},
		{"url", tong__json_str(site, "url")},
		{"licence", licence ? licence : tong__page_word(p, "licence_not_stated")},
		{"notice", tong__json_str(p->catalogue, "notice")},
		{"rules", tong__page_word(p, "open_data_how_sqlite")},
	};

	tong__sqlite_table(b->db, "about", "CREATE TABLE about(name TEXT, value TEXT)");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (rows[i][1])
			say(b, 2, rows[i]);
	json_decref(region);
}

static void about_tables(struct base *b, bool local)
{
	tong__sqlite_table(b->db, "about_tables",
	                   "CREATE TABLE about_tables(name TEXT, description TEXT)");
	for (const struct tong__dataset *d = tong__datasets; d->id; d++)
		if (d->local == local)
			say(b, 2, (const char *[]){d->id, tong__page_word_of(b->p, "data", d->id)});
}

static void about_columns(struct base *b, bool local)
{
	char word[64];

	tong__sqlite_table(b->db, "about_columns",
	                   "CREATE TABLE about_columns(\"table\" TEXT, name TEXT, type TEXT, "
	                   "description TEXT)");
	for (const struct tong__dataset *d = tong__datasets; d->id; d++)
		for (const struct tong__column *c = d->columns; d->local == local && c->name; c++) {
			snprintf(word, sizeof word, "col_%s", c->name);
			say(b, 4, (const char *[]){d->id, c->name, type_of(c->cell),
			                           tong__page_word(b->p, word)});
		}
}

/* ---- the tables ---- */

static int put_row(void *arg, const json_t *const *cells)
{
	struct base *b = arg;
	size_t n = 0;

	while (b->set->columns[n].name)
		n++;
	tong__sqlite_row(b->db, cells, n);
	return 0;
}

static int put_record(void *arg, const char *key, const json_t *rec)
{
	struct base *b = arg;

	(void)key;
	return tong__dataset_rows(b->set, rec, put_row, b);
}

static int table(struct base *b)
{
	struct tong__buf sql;
	int rc;

	tong__buf_init(&sql, TONG_MAX_PAGE);
	tong__buf_addf(&sql, "CREATE TABLE %s(", b->set->id);
	for (const struct tong__column *c = b->set->columns; c->name; c++)
		tong__buf_addf(&sql, "%s%s %s", c == b->set->columns ? "" : ", ", c->name,
		               type_of(c->cell));
	rc = tong__buf_addc(&sql, ')');
	if (rc == 0)
		tong__sqlite_table(b->db, b->set->id, sql.data);
	tong__buf_free(&sql);
	if (rc)
		return tong__fail_nomem(&b->p->err);
	return tong__page_each(b->p, b->set->local ? b->p->layer : "base", b->set->prefix,
	                       put_record, b);
}

int tong__write_database(struct tong__page *p, struct tong__buf *out, bool local)
{
	struct base b = {.p = p, .db = tong__sqlite_new(out)};
	int rc = b.db ? 0 : tong__fail_nomem(&p->err), end;

	p->type = "application/vnd.sqlite3";
	if (rc == 0) {
		about(&b, local);
		about_tables(&b, local);
		about_columns(&b, local);
	}
	for (b.set = tong__datasets; rc == 0 && b.set->id; b.set++)
		rc = b.set->local == local ? table(&b) : 0;
	end = tong__sqlite_end(b.db);
	if (rc == 0 && (end || p->nomem))
		rc = tong__fail(&p->err, end ? end : TONG_E_NOMEM, p->url, "cannot write the database");
	return rc;
}
