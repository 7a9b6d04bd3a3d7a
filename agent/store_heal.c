/* Makes a new database of all that a damaged one still gives. What is missing then is fetched by
 * the next sync, piece by piece (mend.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/store_sql.h"
#include "core/file.h"
#include "core/json.h"
#include "core/record.h"
#include "core/text.h"

#define NEW    "rebuild"
#define MISSES 100000 /* rows that cannot be read, one after another, before the rest is given up */

static int path_of(const char *dir, const char *name, char out[4096], tong_error *err)
{
	if ((size_t)snprintf(out, 4096, "%s/%s", dir, name) >= 4096)
		return tong__fail(err, TONG_E_LIMIT, dir, "the path is too long");
	return 0;
}

/* ---- salvage ---- */

struct salvage {
	struct tong__store *old; /* NULL: not even its first page can be read */
	struct tong__store *new;
	json_t *kept; /* NULL: none */
	const char *table;
	struct tong__salvaged *count;
	tong_error *err;
};

/* Row after row by number, so that a page that cannot be read costs its own rows alone. Calls
 * 'take' with each; rows missed are counted. */
static int each_row(struct salvage *s, const char *table,
					int (*take)(struct salvage *, sqlite3_stmt *))
{
	char text[128];
	sqlite3_stmt *st = NULL;
	sqlite3_int64 id = 0;
	int misses = 0, rc = 0, row = SQLITE_ROW;

	s->table = table;
	snprintf(text, sizeof text, "SELECT rowid, * FROM %s WHERE rowid > ? ORDER BY rowid LIMIT 1",
			 table);
	if (!s->old || sqlite3_prepare_v2(s->old->db, text, -1, &st, NULL) != SQLITE_OK)
		return 0;
	while (!rc && misses < MISSES && row != SQLITE_DONE) {
		sqlite3_bind_int64(st, 1, id);
		row = sqlite3_step(st);
		if (row == SQLITE_ROW) {
			id = sqlite3_column_int64(st, 0);
			misses = 0;
			rc = take(s, st);
		} else if (row != SQLITE_DONE) {
			id++;
			misses++;
			s->count->missed++;
		}
		sqlite3_reset(st);
	}
	sqlite3_finalize(st);
	return rc;
}

/* Into the table of the same name, column by column. */
static int take_row(struct salvage *s, sqlite3_stmt *from)
{
	char text[160];
	sqlite3_stmt *to = NULL;
	int n = sqlite3_column_count(from) - 1, rc;

	snprintf(text, sizeof text, "INSERT OR REPLACE INTO %s VALUES(?", s->table);
	for (int i = 1; i < n; i++)
		strcat(text, ",?");
	strcat(text, ")");
	rc = sqlite3_prepare_v2(s->new->db, text, -1, &to, NULL);
	for (int i = 1; rc == SQLITE_OK && i <= n; i++)
		rc = sqlite3_bind_value(to, i, sqlite3_column_value(from, i));
	if (rc == SQLITE_OK)
		rc = sqlite3_step(to);
	sqlite3_finalize(to);
	return rc == SQLITE_DONE ? 0
							 : tong__sql_fail(s->new->db, s->new->dir, "cannot write", s->err);
}

static int take_record(struct salvage *s, sqlite3_stmt *from)
{
	const char *layer = (const char *)sqlite3_column_text(from, 2);
	struct tong__str key = tong__sql_str(from, 3), line = tong__sql_str(from, 4);
	tong_error odd = TONG_ERROR_INIT;

	/* What is derived is derived again; what is no record is fetched again. */
	if (!layer || strcmp(layer, "derived") == 0 || !tong__key_valid(key.p, key.n) ||
		tong__record_check(line.p, line.n, NULL, &odd))
		return 0;
	s->count->records++;
	return tong__store_put(s->new, layer, key, line, s->err);
}

/* The tables that hold what only this node knows, as this program makes them; later ones too. */
static int take_tables(struct salvage *s)
{
	static const char list[] =
		"SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
		" AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'words%' AND name NOT IN"
		" ('record', 'layer', 'alias')";
	sqlite3_stmt *st = NULL;
	int rc = 0;

	if (sqlite3_prepare_v2(s->new->db, list, -1, &st, NULL) != SQLITE_OK)
		return tong__sql_fail(s->new->db, s->new->dir, "cannot read the store", s->err);
	while (!rc && sqlite3_step(st) == SQLITE_ROW)
		rc = each_row(s, (const char *)sqlite3_column_text(st, 0), take_row);
	sqlite3_finalize(st);
	return rc;
}

/* What the database did not give, from the file beside it. */
static int take_kept(struct salvage *s)
{
	json_t *meta = json_object_get(s->kept, "meta"), *value, *role;
	const char *name;
	size_t i;
	int rc = 0;

	json_object_foreach(meta, name, value)
		if (!rc)
			rc = tong__sql_run(s->new, s->err, "INSERT OR IGNORE INTO meta VALUES(?, ?)", "tt",
							   name, json_string_value(value));
	json_array_foreach(json_object_get(s->kept, "trusted"), i, role)
	{
		json_t *bytes = json_array_get(role, 3);

		if (!rc)
			rc = tong__sql_run(s->new, s->err, "INSERT OR IGNORE INTO trusted VALUES(?, ?, ?, ?)",
							   "tiib", json_string_value(json_array_get(role, 0)),
							   (int64_t)json_integer_value(json_array_get(role, 1)),
							   (int64_t)json_integer_value(json_array_get(role, 2)),
							   (const void *)json_string_value(bytes), json_string_length(bytes));
	}
	return rc;
}

/* Every layer with records, sound when it is to the byte what was noted: the noted row was readable
 * and so is itself as it was written. */
static int judge(struct salvage *s)
{
	struct tong__store *w = s->new;
	int rc = each_row(s, "layer", take_row), row;
	sqlite3_stmt *st =
		tong__sql(w, s->err, "SELECT name FROM layer UNION SELECT layer FROM record", "");
	int64_t bad = 0;

	row = st ? 1 : -1;

	while (!rc && row == 1 && (row = tong__sql_step(w, st, s->err)) == 1) {
		struct tong__store_layer noted = { .sound = false }, now;
		const char *name = (const char *)sqlite3_column_text(st, 0);
		tong_error none;

		if (strcmp(name, "derived") == 0)
			continue;
		rc = tong__store_identity(w, name, &now, s->err);
		if (rc || (tong__store_layer(w, name, &noted, &none) == 0 && noted.sound &&
				   tong__hash_equal(&now.sha256, &noted.sha256)))
			continue;
		bad = 1;
		s->count->layers++;
		rc = tong__sql_run(w, s->err, "INSERT OR REPLACE INTO layer VALUES(?, '', ?, ?)", "tii",
						   name, (int64_t)now.length, (int64_t)now.records);
	}
	tong__sql_done(w, st);
	return rc ? rc : row < 0 ? s->err->code : tong__store_number_set(w, "damaged", bad, s->err);
}

/* A layer of which nothing came over, or whose note is gone, must not look as if it were not
 * wanted: what the noted ones and the signed roles say is there has to be there. */
static int judge_missing(struct salvage *s)
{
	return tong__sql_run(
		s->new, s->err,
		"UPDATE meta SET value = 1 WHERE name = 'damaged' AND (SELECT count(*) FROM layer) <"
		" (SELECT count(*) FROM trusted WHERE role NOT IN ('root', 'timestamp', 'snapshot',"
		" 'targets'))",
		"");
}

static int fill(struct salvage *s)
{
	int rc = tong__store_write_begin(s->new, s->err);

	if (!rc)
		rc = take_tables(s);
	if (!rc && s->kept)
		rc = take_kept(s);
	if (!rc)
		rc = each_row(s, "record", take_record);
	if (!rc)
		rc = judge(s);
	if (!rc)
		rc = judge_missing(s);
	if (!rc)
		rc = tong__store_number_set(s->new, "serial", tong__store_number(s->new, "serial", 0) + 1,
									s->err);
	return rc ? rc : tong__store_commit(s->new, s->err);
}

/* ---- the new database ---- */

/* The root that the node was given, or one that it came to from there. */
static int root_of(struct salvage *s, struct tong__buf *out)
{
	tong_error none;
	json_t *role;
	size_t i;

	if (s->old && tong__store_trusted(s->old, "root", out, &none) == 0)
		return 0;
	tong__buf_clear(out);
	json_array_foreach(json_object_get(s->kept, "trusted"), i, role)
		if (strcmp(json_string_value(json_array_get(role, 0)), "root") == 0)
			return tong__buf_add(out, json_string_value(json_array_get(role, 3)),
								 json_string_length(json_array_get(role, 3)));
	return tong__fail(s->err, TONG_E_STORE, s->new ? s->new->dir : "",
					  "neither the database nor node.json beside it can be read: "
					  "make a new store with init");
}

static void clear_new(const char *dir)
{
	static const char *const files[] = { "tong.db", "tong.db-wal", "tong.db-shm", "tong.lock",
										"node.json" };
	char path[4096 + 16], folder[4096];
	tong_error none;

	if (path_of(dir, NEW, folder, &none))
		return;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(path, sizeof path, "%s/%s", folder, files[i]);
		tong__file_remove(path, &none);
	}
	rmdir(folder);
}

static int make_new(struct salvage *s, const char *dir)
{
	struct tong__buf root;
	struct tong__trust *trust = NULL;
	char folder[4096];
	int rc = path_of(dir, NEW, folder, s->err);

	tong__buf_init(&root, TONG_MAX_ROOT);
	if (!rc)
		rc = root_of(s, &root);
	if (!rc)
		rc = tong__trust_new(&trust, root.data, root.len, 0, s->err);
	if (!rc)
		rc = tong__store_create(folder, root.data, root.len, tong__trust_root_version(trust), NULL,
								s->err);
	if (!rc)
		rc = tong__store_open(&s->new, folder, true, s->err);
	tong__trust_free(trust);
	tong__buf_free(&root);
	return rc;
}

/* The old log goes first: with the new database it would be another one's. A crash in between
 * leaves what was damaged before, and its mark. */
static int exchange(const char *dir, tong_error *err)
{
	char from[4096], to[4096], wal[4096], shm[4096];
	int rc = path_of(dir, NEW "/tong.db", from, err);

	if (!rc)
		rc = path_of(dir, "tong.db", to, err);
	if (!rc)
		rc = path_of(dir, "tong.db-wal", wal, err);
	if (!rc)
		rc = path_of(dir, "tong.db-shm", shm, err);
	if (!rc)
		rc = tong__file_remove(wal, err);
	if (!rc)
		rc = tong__file_remove(shm, err);
	if (!rc)
		rc = tong__file_rename(from, to, err);
	return rc ? rc : tong__store_unmark(dir, err);
}

int tong__store_rebuild(const char *dir, struct tong__salvaged *count, tong_error *err)
{
	struct tong__store *lock = NULL;
	struct salvage s = { .count = count, .err = err };
	tong_error none;
	int rc = tong__store_mark(dir, err);

	memset(count, 0, sizeof *count);
	if (!rc)
		rc = tong__store_lock_only(&lock, dir, err);
	if (rc)
		return rc;
	s.kept = tong__store_kept(dir);
	if (tong__store_open(&s.old, dir, false, &none))
		s.old = NULL;
	clear_new(dir);
	rc = make_new(&s, dir);
	if (!rc)
		rc = fill(&s);
	tong__store_close(s.new);
	tong__store_close(s.old);
	if (!rc)
		rc = exchange(dir, err);
	clear_new(dir);
	json_decref(s.kept);
	tong__store_close(lock);
	return rc;
}
