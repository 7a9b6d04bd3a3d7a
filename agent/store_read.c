/* Reading the store: small values, signed metadata, layers and records. */
#include "agent/store_sql.h"

#include <string.h>

#include "core/text.h"

/* One value into a buffer. */
static int one(struct tong__store *s, sqlite3_stmt *st, const char *subject, struct tong__buf *out,
			   tong_error *err)
{
	struct tong__str v;
	int row, rc = 0;

	if (!st)
		return err->code;
	row = tong__sql_step(s, st, err);
	if (row == 0)
		rc = tong__fail(err, TONG_E_NOTFOUND, subject, "the store does not hold it");
	else if (row < 0)
		rc = err->code;
	else {
		v = tong__sql_str(st, 0);
		if (tong__buf_add(out, v.p, v.n))
			rc = tong__fail(err, out->failed, subject, "longer than the %zu bytes allowed",
							out->max);
	}
	tong__sql_done(s, st);
	return rc;
}

int tong__store_meta(struct tong__store *s, const char *name, struct tong__buf *out,
					 tong_error *err)
{
	return one(s, tong__sql(s, err, "SELECT value FROM meta WHERE name = ?", "t", name), name, out,
			   err);
}

int tong__store_number_get(struct tong__store *s, const char *name, int64_t *value, tong_error *err)
{
	sqlite3_stmt *st = tong__sql(s, err, "SELECT value FROM meta WHERE name = ?", "t", name);
	int row = st ? tong__sql_step(s, st, err) : -1;

	if (row == 1)
		*value = sqlite3_column_int64(st, 0);
	tong__sql_done(s, st);
	return row < 0 ? err->code : 0;
}

int64_t tong__store_number(struct tong__store *s, const char *name, int64_t otherwise)
{
	tong_error none;

	tong__store_number_get(s, name, &otherwise, &none);
	return otherwise;
}

int tong__store_trusted(struct tong__store *s, const char *role, struct tong__buf *out,
						tong_error *err)
{
	return one(s, tong__sql(s, err, "SELECT bytes FROM trusted WHERE role = ?", "t", role), role,
			   out, err);
}

bool tong__store_trusted_facts(struct tong__store *s, const char *role, unsigned long *version,
							   int64_t *expires)
{
	tong_error e;
	sqlite3_stmt *st =
		tong__sql(s, &e, "SELECT version, expires FROM trusted WHERE role = ?", "t", role);
	bool held = st && tong__sql_step(s, st, &e) == 1;

	if (held) {
		*version = (unsigned long)sqlite3_column_int64(st, 0);
		*expires = sqlite3_column_int64(st, 1);
	}
	tong__sql_done(s, st);
	return held;
}

static void read_layer(sqlite3_stmt *st, struct tong__store_layer *out)
{
	struct tong__str name = tong__sql_str(st, 0);
	const char *hex = (const char *)sqlite3_column_text(st, 1);
	size_t n = name.n < sizeof out->name ? name.n : sizeof out->name - 1;

	memset(out, 0, sizeof *out);
	memcpy(out->name, name.p, n);
	out->sound = hex && tong__hash_parse(hex, &out->sha256);
	out->length = (uint64_t)sqlite3_column_int64(st, 2);
	out->records = (uint64_t)sqlite3_column_int64(st, 3);
}

int tong__store_layer(struct tong__store *s, const char *name, struct tong__store_layer *out,
					  tong_error *err)
{
	sqlite3_stmt *st =
		tong__sql(s, err, "SELECT name, sha256, length, records FROM layer WHERE name = ?", "t",
				  name);
	int row = st ? tong__sql_step(s, st, err) : -1;

	if (row == 1)
		read_layer(st, out);
	tong__sql_done(s, st);
	if (row == 0)
		return tong__fail(err, TONG_E_NOTFOUND, name, "this node does not hold the layer");
	return row == 1 ? 0 : err->code;
}

int tong__store_layers(struct tong__store *s,
					   int (*fn)(void *arg, const struct tong__store_layer *), void *arg,
					   tong_error *err)
{
	sqlite3_stmt *st =
		tong__sql(s, err, "SELECT name, sha256, length, records FROM layer ORDER BY name", "");
	int row = st ? 1 : -1, rc = 0;

	while (!rc && row == 1 && (row = tong__sql_step(s, st, err)) == 1) {
		struct tong__store_layer l;

		read_layer(st, &l);
		rc = fn(arg, &l);
	}
	tong__sql_done(s, st);
	return rc ? rc : row < 0 ? err->code : 0;
}

int tong__store_get(struct tong__store *s, const char *layer, const char *key,
					struct tong__buf *out, tong_error *err)
{
	return one(s,
			   tong__sql(s, err, "SELECT body FROM record WHERE layer = ? AND key = ?", "tt", layer,
						 key),
			   key, out, err);
}

/* The first key after all that start with 'prefix'; keys are ASCII (R2), so 0x7f is above every one
 * of their bytes. */
static bool prefix_end(const char *prefix, char *out, size_t max)
{
	size_t n = strlen(prefix);

	if (n + 2 > max)
		return false;
	memcpy(out, prefix, n);
	memcpy(out + n, "\x7f", 2);
	return true;
}

int tong__store_each(struct tong__store *s, const char *layer, const char *prefix,
					 int (*fn)(void *arg, const char *key, struct tong__str line, tong_error *),
					 void *arg, tong_error *err)
{
	char end[TONG_MAX_KEY + 2];
	sqlite3_stmt *st;
	int row, rc = 0;

	if (!prefix_end(prefix, end, sizeof end))
		return tong__fail(err, TONG_E_LIMIT, prefix, "longer than a key");
	st = tong__sql(
		s, err,
		"SELECT key, body FROM record WHERE layer = ? AND key >= ? AND key < ? ORDER BY key", "ttt",
		layer, prefix, end);
	row = st ? 1 : -1;
	while (!rc && row == 1 && (row = tong__sql_step(s, st, err)) == 1)
		rc = fn(arg, (const char *)sqlite3_column_text(st, 0), tong__sql_str(st, 1), err);
	tong__sql_done(s, st);
	return rc ? rc : row < 0 ? err->code : 0;
}

int tong__store_each_after(struct tong__store *s, const char *layer, const char *after,
						   int (*fn)(void *arg, const char *key, struct tong__str line,
									 tong_error *),
						   void *arg, tong_error *err)
{
	sqlite3_stmt *st = tong__sql(
		s, err, "SELECT key, body FROM record WHERE layer = ? AND key > ? ORDER BY key", "tt",
		layer, after);
	int row = st ? 1 : -1, rc = 0;

	while (!rc && row == 1 && (row = tong__sql_step(s, st, err)) == 1)
		rc = fn(arg, (const char *)sqlite3_column_text(st, 0), tong__sql_str(st, 1), err);
	tong__sql_done(s, st);
	return rc == 1 ? 0 : rc ? rc : row < 0 ? err->code : 0;
}

struct identity {
	struct tong__hasher *h;
	struct tong__store_layer *out;
};

static int add_line(void *arg, const char *key, struct tong__str line, tong_error *err)
{
	struct identity *id = arg;

	(void)key;
	(void)err;
	tong__hasher_add(id->h, line.p, line.n);
	tong__hasher_add(id->h, "\n", 1);
	id->out->length += line.n + 1;
	id->out->records++;
	return 0;
}

int tong__store_identity(struct tong__store *s, const char *layer, struct tong__store_layer *out,
						 tong_error *err)
{
	struct identity id = { tong__hasher_new(), out };
	int rc;

	if (!id.h)
		return tong__fail_nomem(err);
	memset(out, 0, sizeof *out);
	rc = strlen(layer) < sizeof out->name ? 0
										  : tong__fail(err, TONG_E_LIMIT, layer, "no layer's name");
	if (!rc) {
		strcpy(out->name, layer);
		rc = tong__store_each(s, layer, "", add_line, &id, err);
	}
	tong__hasher_final(id.h, &out->sha256);
	tong__hasher_free(id.h);
	out->sound = rc == 0;
	return rc;
}

int tong__store_alias(struct tong__store *s, const char *alias,
					  int (*fn)(void *arg, const char *item), void *arg, tong_error *err)
{
	sqlite3_stmt *st =
		tong__sql(s, err, "SELECT DISTINCT item FROM alias WHERE alias = ? ORDER BY item", "t",
				  alias);
	int row = st ? 1 : -1, rc = 0;

	while (!rc && row == 1 && (row = tong__sql_step(s, st, err)) == 1)
		rc = fn(arg, (const char *)sqlite3_column_text(st, 0));
	tong__sql_done(s, st);
	return rc ? rc : row < 0 ? err->code : 0;
}

static int quick_check(struct tong__store *s, tong_error *err)
{
	sqlite3_stmt *st = tong__sql(s, err, "PRAGMA quick_check(1)", "");
	int row = st ? tong__sql_step(s, st, err) : -1, rc = row < 0 ? err->code : 0;

	if (row == 1) {
		const char *text = (const char *)sqlite3_column_text(st, 0);

		if (!text || strcmp(text, "ok") != 0)
			rc = tong__fail(err, TONG_E_STORE, s->dir,
							"the database file is damaged: %s; tong-agent sync repairs it",
							text ? text : "?");
		if (rc && err)
			err->cause = SQLITE_CORRUPT;
	}
	tong__sql_done(s, st);
	return rc;
}

/* A page that could not be read for lack of memory looks damaged: damage is seen twice. */
int tong__store_quick_check(struct tong__store *s, tong_error *err)
{
	int rc = quick_check(s, err);

	return tong__store_is_damage(rc, err) ? quick_check(s, err) : rc;
}

int tong__store_seen(struct tong__store *s, const char *place, struct tong__buf *out,
					 tong_error *err)
{
	int rc = one(s, tong__sql(s, err, "SELECT state FROM source WHERE place = ?", "t", place),
				 place, out, err);

	return rc == TONG_E_NOTFOUND ? 0 : rc;
}
