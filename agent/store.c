/* Life of the store: making it, opening it for reading or writing, and its transactions. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "agent/store_sql.h"
#include "core/file.h"

#define APPLICATION_ID 0x546f6e67 /* "Tong" */
#define BUSY_MS        10000

/* The full text: no copy of what it indexes, nor of lengths, which only ranking by them needs.
 * Terms are kept in memory before they are written (a quarter of FTS5's own); what was written is
 * merged once there are 16 of a kind, not all the while. */
#define TONG_STORE_WORDS                                                                           \
	"CREATE VIRTUAL TABLE words"                                                                   \
	" USING fts5(name, also, text, tokenize='tong', content='', columnsize=0);"                    \
	"INSERT INTO words(words, rank) VALUES('hashsize', 262144);"                                   \
	"INSERT INTO words(words, rank) VALUES('automerge', 0);"

/* Ordinary rowid tables: WITHOUT ROWID made reading bodies two to four times slower
 * (research/sync-peers.md, 10). A record's row number is also its row in 'words'. */
static const char schema[] =
	"CREATE TABLE meta(name TEXT PRIMARY KEY, value);"
	"CREATE TABLE trusted(role TEXT PRIMARY KEY, version INTEGER NOT NULL,"
	" expires INTEGER NOT NULL, bytes BLOB NOT NULL);"
	"CREATE TABLE layer(name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, length INTEGER NOT NULL,"
	" records INTEGER NOT NULL);"
	"CREATE TABLE record(id INTEGER PRIMARY KEY, layer TEXT NOT NULL, key TEXT NOT NULL,"
	" body TEXT NOT NULL);"
	"CREATE UNIQUE INDEX record_key ON record(layer, key);"
	"CREATE TABLE alias(id INTEGER PRIMARY KEY, alias TEXT NOT NULL, item TEXT NOT NULL,"
	" record INTEGER NOT NULL);"
	"CREATE INDEX alias_alias ON alias(alias, item);"
	TONG_STORE_WORDS
	"CREATE TABLE undo(id INTEGER PRIMARY KEY, layer TEXT NOT NULL, key TEXT NOT NULL, body TEXT,"
	" UNIQUE(layer, key));"
	"CREATE TABLE undo_layer(name TEXT PRIMARY KEY, sha256 TEXT NOT NULL, length INTEGER NOT NULL,"
	" records INTEGER NOT NULL);"
	"CREATE TABLE undo_trusted(role TEXT PRIMARY KEY, version INTEGER NOT NULL,"
	" expires INTEGER NOT NULL, bytes BLOB NOT NULL);"
	"CREATE TABLE source(place TEXT PRIMARY KEY, state TEXT NOT NULL);";

/* Version 1 had a copy of every text in 'words', and an index of aliases by record. */
static const char to_version_2[] = "DROP TABLE words; DROP INDEX alias_record;" TONG_STORE_WORDS
	"PRAGMA user_version = 2";

static int path_of(const char *dir, const char *name, char *out, size_t max, tong_error *err)
{
	if ((size_t)snprintf(out, max, "%s/%s", dir, name) >= max)
		return tong__fail(err, TONG_E_LIMIT, dir, "the path is too long");
	return 0;
}

/* file:PATH?query with the bytes that mean something in a URI escaped. */
static int uri_of(const char *dir, const char *query, struct tong__buf *out, tong_error *err)
{
	tong__buf_adds(out, "file:");
	for (const char *p = dir; *p; p++) {
		if (*p == '%' || *p == '?' || *p == '#')
			tong__buf_addf(out, "%%%02X", (unsigned char)*p);
		else
			tong__buf_addc(out, *p);
	}
	tong__buf_adds(out, "/tong.db?");
	tong__buf_adds(out, query);
	return out->failed ? tong__fail(err, out->failed, dir, "the path is too long") : 0;
}

static int connect_to(struct tong__store *s, const char *query, int flags, tong_error *err)
{
	struct tong__buf uri;
	int rc, persist = 1;

	tong__buf_init(&uri, 8192);
	rc = uri_of(s->dir, query, &uri, err);
	tong__sums_free(s->sums);
	s->sums = rc ? NULL : tong__sums_new();
	if (!rc && !s->sums)
		rc = tong__fail_nomem(err);
	if (!rc && sqlite3_open_v2(uri.data, &s->db, flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX,
							   tong__sums_name(s->sums)))
		rc = tong__sql_fail(s->db, s->dir, "cannot open the store", err);
	if (s->sums)
		tong__sums_hide(s->sums);
	tong__buf_free(&uri);
	if (rc)
		return rc;
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	/* The -wal and -shm files stay, so that a reader without the right to make files can still
	 * read. */
	sqlite3_file_control(s->db, NULL, SQLITE_FCNTL_PERSIST_WAL, &persist);
	rc = tong__tokenizer_register(s->db);
	if (rc == SQLITE_NOMEM)
		return tong__fail_nomem(err);
	if (rc != SQLITE_OK)
		return tong__fail(err, TONG_E_STORE, s->dir, "this SQLite has no full text search (FTS5)");
	return tong__sql_exec(
		s, "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA temp_store=MEMORY", err);
}

static int pragma(struct tong__store *s, const char *text, int64_t *value, tong_error *err)
{
	sqlite3_stmt *st = NULL;
	int rc = 0;

	if (sqlite3_prepare_v2(s->db, text, -1, &st, NULL) != SQLITE_OK ||
		sqlite3_step(st) != SQLITE_ROW)
		rc = tong__sql_fail(s->db, s->dir, "cannot read the store", err);
	else
		*value = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return rc;
}

static int check_version(struct tong__store *s, tong_error *err)
{
	int64_t id = 0, version = 0;
	int rc = pragma(s, "PRAGMA application_id", &id, err);

	if (!rc)
		rc = pragma(s, "PRAGMA user_version", &version, err);
	if (rc)
		return rc;
	if (version == 0 && id == 0)
		return tong__fail(err, TONG_E_STORE, s->dir,
						  "init did not come to its end here; run tong-agent init again");
	if (id != APPLICATION_ID)
		return tong__fail(err, TONG_E_STORE, s->dir, "tong.db is not a Tong store");
	if (version > TONG_STORE_VERSION)
		return tong__fail(err, TONG_E_STORE_NEWER, s->dir,
						  "the store has version %lld, this program knows %d: "
						  "use the newer tong-agent, or make a new store with init",
						  (long long)version, TONG_STORE_VERSION);
	return 0;
}

/* True when a log waits beside the database: read without it, the file alone may be half of two
 * releases. */
static bool has_log(const char *dir)
{
	char path[4096];
	struct stat st;
	tong_error e;

	return path_of(dir, "tong.db-wal", path, sizeof path, &e) == 0 && stat(path, &st) == 0 &&
		   st.st_size > 0;
}

static int open_reader(struct tong__store *s, tong_error *err)
{
	int rc = connect_to(s, "mode=ro", SQLITE_OPEN_READONLY, err), cause;

	if (!rc)
		rc = check_version(s, err);
	if (!rc || rc == TONG_E_STORE_NEWER)
		return rc;
	/* A medium nobody can write to: then nobody changes it either (P5). */
	cause = err->cause & 0xff;
	if (cause != SQLITE_CANTOPEN && cause != SQLITE_READONLY && cause != SQLITE_PERM)
		return rc;
	if (has_log(s->dir))
		return tong__fail(err, TONG_E_STORE, s->dir,
						  "tong.db-wal holds changes that cannot be read here: "
						  "open the store once where it can be written to, then copy it");
	sqlite3_close(s->db);
	s->db = NULL;
	rc = connect_to(s, "mode=ro&immutable=1", SQLITE_OPEN_READONLY, err);
	return rc ? rc : check_version(s, err);
}

static int take_lock(struct tong__store *s, tong_error *err)
{
	char path[4096];
	int rc = path_of(s->dir, "tong.lock", path, sizeof path, err);

	if (rc)
		return rc;
	s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (s->lock < 0)
		return tong__fail_errno(err, errno, path, "cannot open");
	if (flock(s->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return tong__fail_errno(err, errno, path, "cannot lock");
	return tong__fail(err, TONG_E_BUSY, s->dir,
					  "another process is changing this store; try again when it is done");
}

/* One transaction: cut off, it is done by the next who writes. Until then readers read on. */
static int upgrade(struct tong__store *s, tong_error *err)
{
	int64_t version = TONG_STORE_VERSION;
	int rc = pragma(s, "PRAGMA user_version", &version, err);

	if (rc || version >= TONG_STORE_VERSION)
		return rc;
	rc = tong__store_write_begin(s, err);
	if (!rc)
		rc = tong__sql_exec(s, to_version_2, err);
	if (!rc)
		rc = tong__index_anew(s, err);
	if (!rc)
		return tong__store_commit(s, err);
	tong__store_abort(s);
	return rc;
}

static int open_writer(struct tong__store *s, tong_error *err)
{
	int rc = take_lock(s, err);

	if (!rc)
		rc = connect_to(s, "mode=rw", SQLITE_OPEN_READWRITE, err);
	if (!rc)
		rc = check_version(s, err);
	/* A sync writes each page about once: a larger cache (SQLite's own is 2 MB) was no faster, and
	 * 512 KB saved a hundredth of the writes. */
	if (!rc)
		rc = tong__sql_exec(
			s, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-256", err);
	return rc ? rc : upgrade(s, err);
}

static struct tong__store *new_store(const char *dir)
{
	struct tong__store *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->lock = -1;
	tong__buf_init(&s->old, TONG_MAX_RECORD);
	s->dir = strdup(dir);
	if (s->dir)
		return s;
	free(s);
	return NULL;
}

int tong__store_open(struct tong__store **out, const char *dir, bool write, tong_error *err)
{
	char path[4096];
	struct tong__store *s;
	struct stat st;
	int rc = path_of(dir, "tong.db", path, sizeof path, err);

	if (rc)
		return rc;
	if (access(path, F_OK) != 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return tong__fail(err, TONG_E_STORE, dir,
							  "there is no store here; tong-agent init makes one");
		return tong__fail_errno(err, errno, path, "cannot open");
	}
	s = new_store(dir);
	if (!s)
		return tong__fail_nomem(err);
	rc = write ? open_writer(s, err) : open_reader(s, err);
	if (!rc && stat(path, &st) == 0) {
		s->dev = st.st_dev;
		s->ino = st.st_ino;
	}
	if (rc) {
		tong__store_close(s);
		return rc;
	}
	*out = s;
	return 0;
}

void tong__store_close(struct tong__store *s)
{
	if (!s)
		return;
	tong__store_abort(s);
	for (size_t i = 0; i < TONG_STORE_STATEMENTS; i++)
		sqlite3_finalize(s->cache[i].st);
	sqlite3_close(s->db);
	tong__sums_free(s->sums);
	if (s->lock >= 0)
		close(s->lock);
	tong__buf_free(&s->old);
	free(s->dir);
	free(s);
}

bool tong__store_replaced(const struct tong__store *s)
{
	char path[4096];
	struct stat st;
	tong_error e;

	return s->reading == 0 && path_of(s->dir, "tong.db", path, sizeof path, &e) == 0 &&
		   stat(path, &st) == 0 && (st.st_dev != s->dev || st.st_ino != s->ino);
}

int tong__store_lock_only(struct tong__store **out, const char *dir, tong_error *err)
{
	struct tong__store *s = new_store(dir);
	int rc = s ? take_lock(s, err) : tong__fail_nomem(err);

	*out = rc ? NULL : s;
	if (rc)
		tong__store_close(s);
	return rc;
}

/* ---- making one ---- */

static const char *const init_leaves[] = { "tong.lock", "tong.db-wal", "tong.db-shm",
										   "tong.db-journal", "tong.db", "node.json" };
enum { WITHOUT_DATABASE = 4 }; /* so many of these may be there before tong.db, or survive it */

static bool is_leftover(const char *name)
{
	for (size_t i = 0; i < WITHOUT_DATABASE; i++)
		if (!strcmp(name, init_leaves[i]))
			return true;
	return !strcmp(name, ".") || !strcmp(name, "..");
}

/* Nothing is there but, perhaps, what an init had made when it was killed or the power went. */
static bool is_empty(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	bool empty = true;

	while (d && empty && (e = readdir(d)) != NULL)
		empty = is_leftover(e->d_name);
	if (d)
		closedir(d);
	return d && empty;
}

static int remove_leftovers(const char *dir, size_t from, size_t n, tong_error *err)
{
	char path[4096];
	int rc = 0;

	for (size_t i = from; i < n && !rc; i++) {
		rc = path_of(dir, init_leaves[i], path, sizeof path, err);
		if (!rc)
			rc = tong__file_remove(path, err);
	}
	return rc;
}

/* Empty, or with nothing but an init that did not come to its end. */
static int check_empty(struct tong__store *s, tong_error *err)
{
	char path[4096];
	int64_t version = 0;
	int rc = tong__mkdirs(s->dir, err);

	if (rc)
		return rc;
	if (is_empty(s->dir)) /* its lock may be held by who runs beside us, and stays */
		return remove_leftovers(s->dir, 1, WITHOUT_DATABASE, err);
	if (path_of(s->dir, "tong.db", path, sizeof path, err))
		return err->code;
	if (access(path, F_OK) != 0)
		return tong__fail(err, TONG_E_USAGE, s->dir,
						  "not empty; a store wants a folder of its own");
	/* For writing: one that was killed may have left a journal, which a reader cannot roll back. */
	if (connect_to(s, "mode=rw", SQLITE_OPEN_READWRITE, err) == 0)
		rc = pragma(s, "PRAGMA user_version", &version, err);
	sqlite3_close(s->db);
	s->db = NULL;
	if (rc || version != 0)
		return tong__fail(err, TONG_E_USAGE, s->dir, "there is a store already");
	return remove_leftovers(s->dir, 0, sizeof init_leaves / sizeof *init_leaves, err);
}

static int fill(struct tong__store *s, const void *root, size_t root_n, unsigned long root_version,
				const char *const *meta, tong_error *err)
{
	char text[96];
	int rc = tong__sql_exec(s, schema, err);

	if (!rc)
		rc = tong__sql_run(s, err, "INSERT INTO trusted VALUES('root', ?, 0, ?)", "ib",
						   (int64_t)root_version, root, root_n);
	for (; !rc && meta && meta[0]; meta += 2)
		rc = tong__store_meta_set(s, meta[0], meta[1], err);
	snprintf(text, sizeof text, "PRAGMA application_id=%d; PRAGMA user_version=%d", APPLICATION_ID,
			 TONG_STORE_VERSION);
	return rc ? rc : tong__sql_exec(s, text, err);
}

int tong__store_create(const char *dir, const void *root, size_t root_n, unsigned long root_version,
					   const char *const *meta, tong_error *err)
{
	struct tong__store *s = new_store(dir);
	int rc, reserve = TONG_PAGE_SUM;

	if (!s)
		return tong__fail_nomem(err);
	rc = check_empty(s, err);
	if (!rc)
		rc = take_lock(s, err);
	if (!rc)
		rc = connect_to(s, "mode=rwc", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
	if (!rc)
		rc = tong__sql_exec(s, "PRAGMA page_size=4096", err);
	if (!rc)
		sqlite3_file_control(s->db, NULL, SQLITE_FCNTL_RESERVE_BYTES, &reserve);
	if (!rc)
		rc = tong__sql_exec(s, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL", err);
	if (!rc)
		rc = tong__store_write_begin(s, err);
	if (!rc)
		rc = fill(s, root, root_n, root_version, meta, err);
	if (!rc)
		rc = tong__store_commit(s, err);
	tong__store_close(s);
	return rc ? rc : tong__file_sync_dir(dir, err);
}

/* ---- transactions ---- */

/* A transaction whose end lacked memory is still open: it is ended now, for it was over. */
static int begin(struct tong__store *s, const char *how, tong_error *err)
{
	bool over = s->reading == 0 && !s->writing && !sqlite3_get_autocommit(s->db);
	int rc = over ? tong__sql_run(s, err, "ROLLBACK", "") : 0;

	return rc ? rc : tong__sql_run(s, err, how, "");
}

int tong__store_read_begin(struct tong__store *s, tong_error *err)
{
	int rc = 0;

	if (s->reading == 0)
		rc = begin(s, "BEGIN", err);
	if (!rc)
		s->reading++;
	return rc;
}

bool tong__store_is_reading(const struct tong__store *s)
{
	return s->reading > 0;
}

void tong__store_read_end(struct tong__store *s)
{
	tong_error e;

	if (s->reading && --s->reading == 0)
		tong__sql_run(s, &e, "COMMIT", "");
}

int tong__store_write_begin(struct tong__store *s, tong_error *err)
{
	int rc = begin(s, "BEGIN IMMEDIATE", err);

	s->writing = rc == 0;
	s->undo = false;
	return rc;
}

int tong__store_commit(struct tong__store *s, tong_error *err)
{
	tong_error none;
	int rc = tong__sql_run(s, err, "COMMIT", "");

	if (rc) {
		tong__store_abort(s);
		return rc;
	}
	s->writing = false;
	if (s->keep && tong__store_keep(s, &none) == 0) /* else with the next change */
		s->keep = false;
	/* A short log opens quickly and can be carried; a reader in the middle of a call keeps it long,
	 * and is not waited for. */
	sqlite3_busy_timeout(s->db, 0);
	sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	sqlite3_busy_timeout(s->db, BUSY_MS);
	return 0;
}

void tong__store_abort(struct tong__store *s)
{
	if (s->writing && s->db && !sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	s->writing = s->keep = false;
}
