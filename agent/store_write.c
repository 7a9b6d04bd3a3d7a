/* Writing the store: records under a signed layer, signed metadata, and the way back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/store_sql.h"

/* ---- small values and signed metadata ---- */

/* Is it one that is kept beside the database (store_keep.c)? */
static bool is_kept(const char *name)
{
	static const char *const names[] = { "sources", "regions", "relay", "left", "release",
										 "forget" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

int tong__store_meta_set(struct tong__store *s, const char *name, const char *value,
						 tong_error *err)
{
	s->keep = s->keep || is_kept(name);
	return tong__sql_run(
		s, err,
		"INSERT INTO meta VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
		"tt", name, value);
}

int tong__store_number_set(struct tong__store *s, const char *name, int64_t value, tong_error *err)
{
	s->keep = s->keep || is_kept(name);
	return tong__sql_run(
		s, err,
		"INSERT INTO meta VALUES(?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
		"ti", name, value);
}

int tong__store_seen_set(struct tong__store *s, const char *place, const char *state,
						 tong_error *err)
{
	return tong__sql_run(
		s, err,
		"INSERT INTO source VALUES(?, ?) ON CONFLICT(place) DO UPDATE SET state = excluded.state",
		"tt", place, state);
}

int tong__store_trusted_clear(struct tong__store *s, tong_error *err)
{
	s->keep = true;
	return tong__sql_run(s, err, "DELETE FROM trusted WHERE role <> 'root'", "");
}

int tong__store_trusted_set(struct tong__store *s, const struct tong__trust *trust,
							const char *role, tong_error *err)
{
	struct tong__str bytes = tong__trust_bytes(trust, role);
	unsigned long version = strcmp(role, "root") == 0 ? tong__trust_root_version(trust)
													  : tong__trust_version(trust, role);

	if (!bytes.p)
		return tong__fail(err, TONG_E_ROLE, role, "is not trusted, so it is not kept");
	s->keep = true;
	return tong__sql_run(s, err, "INSERT OR REPLACE INTO trusted VALUES(?, ?, ?, ?)", "tiib", role,
						 (int64_t)version, tong__trust_expires(trust, role), (const void *)bytes.p,
						 bytes.n);
}

/* ---- records ---- */

/* The line that is held under a key, copied to s->old; *id is 0 when there is none. */
static int find_old(struct tong__store *s, const char *layer, struct tong__str key, int64_t *id,
					tong_error *err)
{
	sqlite3_stmt *st = tong__sql(s, err, "SELECT id, body FROM record WHERE layer = ? AND key = ?",
								 "ts", layer, key);
	int row = st ? tong__sql_step(s, st, err) : -1, rc = row < 0 ? err->code : 0;

	*id = 0;
	tong__buf_clear(&s->old);
	if (row == 1) {
		struct tong__str body = tong__sql_str(st, 1);

		*id = sqlite3_column_int64(st, 0);
		if (tong__buf_add(&s->old, body.p, body.n))
			rc = tong__fail(err, s->old.failed, s->dir, "longer than the %zu bytes allowed",
							s->old.max);
	}
	tong__sql_done(s, st);
	return rc;
}

static struct tong__str old_line(const struct tong__store *s)
{
	return (struct tong__str){ s->old.data ? s->old.data : "", s->old.len };
}

/* Remembers the line as it was before the first change in this transaction; null when there was
 * none. */
static int log_undo(struct tong__store *s, const char *layer, struct tong__str key, bool held,
					tong_error *err)
{
	if (!s->undo)
		return 0;
	if (!held)
		return tong__sql_run(s, err, "INSERT OR IGNORE INTO undo(layer, key) VALUES(?, ?)", "ts",
							 layer, key);
	return tong__sql_run(s, err, "INSERT OR IGNORE INTO undo(layer, key, body) VALUES(?, ?, ?)",
						 "tss", layer, key, old_line(s));
}

static int insert(struct tong__store *s, const char *layer, struct tong__str key,
				  struct tong__str line, int64_t *id, tong_error *err)
{
	int rc = tong__sql_run(s, err, "INSERT INTO record(layer, key, body) VALUES(?, ?, ?)", "tss",
						   layer, key, line);

	*id = sqlite3_last_insert_rowid(s->db);
	return rc;
}

static int update(struct tong__store *s, const char *layer, struct tong__str key,
				  struct tong__str line, int64_t id, tong_error *err)
{
	int rc = s->again ? 0 : tong__index_del(s, id, layer, key, old_line(s), err);

	return rc ? rc
			  : tong__sql_run(s, err, "UPDATE record SET body = ? WHERE id = ?", "si", line, id);
}

/* 'first': the layer has no record of that key yet. */
static int put(struct tong__store *s, const char *layer, struct tong__str key,
			   struct tong__str line, bool first, uint64_t *changed, tong_error *err)
{
	int64_t id = 0;
	int rc = first ? 0 : find_old(s, layer, key, &id, err);

	if (rc || (id && s->old.len == line.n && memcmp(old_line(s).p, line.p, line.n) == 0))
		return rc;
	rc = log_undo(s, layer, key, id != 0, err);
	if (!rc)
		rc = id ? update(s, layer, key, line, id, err) : insert(s, layer, key, line, &id, err);
	if (!rc && !s->again)
		rc = tong__index_put(s, id, layer, key, line, err);
	*changed += rc == 0;
	return rc;
}

int tong__store_put(struct tong__store *s, const char *layer, struct tong__str key,
					struct tong__str line, tong_error *err)
{
	uint64_t changed = 0;

	return put(s, layer, key, line, false, &changed, err);
}

static int del(struct tong__store *s, const char *layer, struct tong__str key, uint64_t *changed,
			   tong_error *err)
{
	int64_t id;
	int rc = find_old(s, layer, key, &id, err);

	if (rc || !id)
		return rc;
	rc = log_undo(s, layer, key, true, err);
	if (!rc && !s->again)
		rc = tong__index_del(s, id, layer, key, old_line(s), err);
	if (!rc)
		rc = tong__sql_run(s, err, "DELETE FROM record WHERE id = ?", "i", id);
	*changed += rc == 0;
	return rc;
}

/* Removes the keys after 'after' and before 'before' ("" means no bound). */
static int del_between(struct tong__store *s, const char *layer, const char *after,
					   struct tong__str before, uint64_t *changed, tong_error *err)
{
	struct tong__str top = before.n ? before : (struct tong__str){ "\x7f", 1 };
	char key[TONG_MAX_KEY + 1];

	for (;;) {
		sqlite3_stmt *st =
			tong__sql(s, err,
					  "SELECT key FROM record WHERE layer = ? AND key > ? AND key < ?"
					  " ORDER BY key LIMIT 1",
					  "tts", layer, after, top);
		int row = st ? tong__sql_step(s, st, err) : -1, rc;
		struct tong__str k = { key, 0 };

		if (row == 1) {
			struct tong__str found = tong__sql_str(st, 0);

			k.n = found.n < sizeof key ? found.n : sizeof key - 1;
			memcpy(key, found.p, k.n);
		}
		tong__sql_done(s, st);
		if (row <= 0)
			return row < 0 ? err->code : 0;
		rc = del(s, layer, k, changed, err);
		if (rc)
			return rc;
	}
}

/* ---- one layer ---- */

struct tong__layer_write {
	struct tong__store *store;
	const struct tong__layer_target *target;
	const struct tong__cs_head *head;
	struct tong__cs_state state;
	uint64_t changed;
	bool sweep; /* a whole layer over one already held: what it does not name goes */
	/* A whole layer where no record of it is: its identity is that of the lines as they go in. */
	struct tong__hasher *fresh;
	struct tong__store_layer written; /* so far */
	char last[TONG_MAX_KEY + 1];
};

static int write_old_line(void *user, const char *key, struct tong__buf *out, tong_error *err)
{
	struct tong__layer_write *w = user;
	int rc = tong__store_get(w->store, w->target->name, key, out, err);

	if (rc == TONG_E_NOTFOUND)
		return 0;
	if (!rc && tong__buf_addc(out, '\n'))
		rc = tong__fail(err, out->failed, key, "the old lines are too long");
	return rc;
}

static void count_in(struct tong__layer_write *w, struct tong__str line)
{
	tong__hasher_add(w->fresh, line.p, line.n);
	tong__hasher_add(w->fresh, "\n", 1);
	w->written.length += line.n + 1;
	w->written.records++;
}

static int write_put(void *user, struct tong__str key, struct tong__str line, tong_error *err)
{
	struct tong__layer_write *w = user;
	int rc = tong__record_allowed(w->target->name, key, err); /* P7, where bytes come to rest */

	if (!rc && line.n && line.p[line.n - 1] == '\n')
		line.n--;
	if (!rc && key.n > TONG_MAX_KEY)
		rc = tong__fail(err, TONG_E_LIMIT, w->target->name, "R2: a key of %zu bytes", key.n);
	if (!rc && w->sweep)
		rc = del_between(w->store, w->target->name, w->last, key, &w->changed, err);
	if (!rc)
		rc = put(w->store, w->target->name, key, line, w->fresh != NULL, &w->changed, err);
	if (!rc && w->fresh)
		count_in(w, line);
	if (!rc) {
		memcpy(w->last, key.p, key.n);
		w->last[key.n] = '\0';
	}
	return rc;
}

static int write_del(void *user, const char *key, tong_error *err)
{
	struct tong__layer_write *w = user;

	return del(w->store, w->target->name, (struct tong__str){ key, strlen(key) }, &w->changed, err);
}

/* The changeset must be one that the signed role lists, must lead to what is signed, and must start
 * from what is held. */
static int check_fit(struct tong__store *s, const struct tong__layer_target *t,
					 const struct tong__cs_head *h, const struct tong__store_layer *held,
					 tong_error *err)
{
	bool listed = false;

	if (!s->writing)
		return tong__fail(err, TONG_E_USAGE, t->name, "no transaction is open");
	for (size_t i = 0; i < t->n_changes; i++)
		listed = listed || tong__hash_equal(&t->changes[i].id, &h->id);
	if (!listed || strcmp(h->layer, t->name) != 0 || !tong__hash_equal(&h->to, &t->sha256))
		return tong__fail(err, TONG_E_HASH, t->name,
						  "the changeset is not one that the signed role lists");
	if (!h->whole && (!held->sound || !tong__hash_equal(&held->sha256, &h->from)))
		return tong__fail(err, TONG_E_HASH, t->name,
						  "the changeset starts from another version than the one held");
	return 0;
}

/* No record of the layer: asked of the records, not of the list of layers. */
static int begin_fresh(struct tong__layer_write *w, tong_error *err)
{
	sqlite3_stmt *st = tong__sql(w->store, err, "SELECT 1 FROM record WHERE layer = ? LIMIT 1", "t",
								 w->target->name);
	int row = st ? tong__sql_step(w->store, st, err) : -1;

	tong__sql_done(w->store, st);
	if (row)
		return row < 0 ? err->code : 0;
	w->fresh = tong__hasher_new();
	return w->fresh ? 0 : tong__fail_nomem(err);
}

int tong__layer_write_open(struct tong__layer_write **out, struct tong__store *s,
						   const struct tong__layer_target *target,
						   const struct tong__cs_head *head, tong_error *err)
{
	struct tong__store_layer held = { .sound = false };
	struct tong__layer_write *w;
	tong_error none;
	int rc = tong__store_layer(s, target->name, &held, &none);

	if (rc && rc != TONG_E_NOTFOUND) {
		*err = none;
		return rc;
	}
	if (check_fit(s, target, head, &held, err))
		return err->code;
	w = calloc(1, sizeof *w);
	if (!w)
		return tong__fail_nomem(err);
	w->store = s;
	w->target = target;
	w->head = head;
	w->sweep = head->whole && rc == 0;
	s->again = w->sweep && !held.sound;
	*out = w;
	return head->whole && !w->sweep ? begin_fresh(w, err) : 0;
}

int tong__layer_write_group(struct tong__layer_write *w, size_t index, const void *frame, size_t n,
							tong_error *err)
{
	struct tong__cs_target to = { w, write_old_line, write_put, write_del };

	return tong__cs_apply_group(w->head, index, frame, n, &w->state, &to, err);
}

int tong__layer_write_patch(struct tong__layer_write *w, const char *after, const char *last,
							const char *lines, size_t n, tong_error *err)
{
	const char *end = lines + n;
	int rc = 0;

	snprintf(w->last, sizeof w->last, "%s", after);
	w->sweep = true;
	while (!rc && lines < end) {
		const char *lf = memchr(lines, '\n', (size_t)(end - lines));
		struct tong__str line = { lines, (size_t)((lf ? lf + 1 : end) - lines) }, key;

		rc = tong__record_key(line.p, line.n, &key, err);
		if (!rc)
			rc = write_put(w, key, line, err);
		lines += line.n;
	}
	if (!rc && !*last)
		rc = del_between(w->store, w->target->name, w->last, (struct tong__str){ "", 0 },
						 &w->changed, err);
	w->sweep = false;
	return rc;
}

int tong__layer_write_close(struct tong__layer_write *w, uint64_t *changed, tong_error *err)
{
	const struct tong__layer_target *t = w->target;
	struct tong__store_layer now;
	char hex[TONG_HEX], found[TONG_HEX];
	int rc = 0;

	if (w->sweep)
		rc = del_between(w->store, t->name, w->last, (struct tong__str){ "", 0 }, &w->changed, err);
	if (!rc && w->store->again)
		rc = tong__index_anew(w->store, err);
	if (!rc && w->fresh) {
		now = w->written;
		tong__hasher_final(w->fresh, &now.sha256);
	} else if (!rc) {
		rc = tong__store_identity(w->store, t->name, &now, err);
	}
	if (rc)
		return rc;
	tong__hash_hex(&t->sha256, hex);
	tong__hash_hex(&now.sha256, found);
	if (strcmp(hex, found) != 0 || now.length != t->length || now.records != t->records)
		return tong__fail(err, TONG_E_HASH, t->name,
						  "C7: after the changeset the layer is %.12s… (%llu bytes), "
						  "signed is %.12s… (%llu bytes)",
						  found, (unsigned long long)now.length, hex,
						  (unsigned long long)t->length);
	*changed += w->changed;
	return tong__sql_run(w->store, err, "INSERT OR REPLACE INTO layer VALUES(?, ?, ?, ?)", "ttii",
						 t->name, hex, (int64_t)t->length, (int64_t)t->records);
}

void tong__layer_write_free(struct tong__layer_write *w)
{
	if (!w)
		return;
	w->store->again = false;
	tong__hasher_free(w->fresh);
	tong__cs_state_free(&w->state);
	free(w);
}

int tong__store_layer_drop(struct tong__store *s, const char *name, uint64_t *changed,
						   tong_error *err)
{
	int rc = del_between(s, name, "", (struct tong__str){ "", 0 }, changed, err);

	return rc ? rc : tong__sql_run(s, err, "DELETE FROM layer WHERE name = ?", "t", name);
}

int tong__store_layer_distrust(struct tong__store *s, const char *name, tong_error *err)
{
	return tong__sql_run(s, err, "UPDATE layer SET sha256 = '' WHERE name = ?", "t", name);
}

/* ---- the way back ---- */

int tong__store_undo_begin(struct tong__store *s, tong_error *err)
{
	int rc = tong__sql_exec(s,
							"DELETE FROM undo; DELETE FROM undo_layer; DELETE FROM undo_trusted;"
							"INSERT INTO undo_layer SELECT * FROM layer;"
							"INSERT INTO undo_trusted SELECT * FROM trusted",
							err);

	s->undo = rc == 0;
	return rc;
}

/* Puts the logged lines back. The log is small: a walk over it while records change is safe, as it
 * is another table. */
static int undo_records(struct tong__store *s, uint64_t *changed, tong_error *err)
{
	sqlite3_stmt *st =
		tong__sql(s, err, "SELECT layer, key, body FROM undo ORDER BY layer, key", "");
	int row = st ? 1 : -1, rc = 0;

	while (!rc && row == 1 && (row = tong__sql_step(s, st, err)) == 1) {
		const char *layer = (const char *)sqlite3_column_text(st, 0);
		struct tong__str key = tong__sql_str(st, 1);

		if (sqlite3_column_type(st, 2) == SQLITE_NULL)
			rc = del(s, layer, key, changed, err);
		else
			rc = put(s, layer, key, tong__sql_str(st, 2), false, changed, err);
	}
	tong__sql_done(s, st);
	return rc ? rc : row < 0 ? err->code : 0;
}

struct compare {
	struct tong__store *store;
	tong_error *err;
};

static int same_as_noted(void *arg, const struct tong__store_layer *noted)
{
	struct compare *c = arg;
	struct tong__store_layer now;
	int rc = tong__store_identity(c->store, noted->name, &now, c->err);

	if (!rc && (!noted->sound || !tong__hash_equal(&now.sha256, &noted->sha256)))
		rc = tong__fail(c->err, TONG_E_HASH, noted->name,
						"does not come back as the release before had it");
	return rc;
}

int tong__store_rollback(struct tong__store *s, uint64_t *changed, tong_error *err)
{
	struct compare c = { s, err };
	sqlite3_stmt *st = tong__sql(s, err, "SELECT 1 FROM undo_layer LIMIT 1", "");
	int row = st ? tong__sql_step(s, st, err) : -1, rc;

	tong__sql_done(s, st);
	if (row < 0)
		return err->code;
	if (row == 0)
		return tong__fail(err, TONG_E_NOTFOUND, s->dir,
						  "there is no release to go back to; one is kept, once");
	s->undo = false;
	rc = undo_records(s, changed, err);
	if (!rc)
		rc = tong__sql_exec(s,
							"DELETE FROM layer; INSERT INTO layer SELECT * FROM undo_layer;"
							"DELETE FROM trusted WHERE role <> 'root';"
							"INSERT INTO trusted SELECT * FROM undo_trusted WHERE role <> 'root';"
							"DELETE FROM undo; DELETE FROM undo_layer; DELETE FROM undo_trusted",
							err);
	return rc ? rc : tong__store_layers(s, same_as_noted, &c, err);
}
