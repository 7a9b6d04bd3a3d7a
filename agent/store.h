/* What a node keeps: verified records and signed metadata in one SQLite database (promises P1, P2,
 * P5).
 *
 * Reading never writes. Writing is one transaction from tong__store_write_begin to
 * tong__store_commit; there is one writer at a time (a lock file), and readers keep seeing the
 * release that was whole when they began. Content comes in only through a struct
 * tong__layer_target, which only verified metadata gives, and the checked groups of a changeset. */
#ifndef TONG_AGENT_STORE_H
#define TONG_AGENT_STORE_H

#include "core/changeset.h"
#include "core/tuf.h"

#define TONG_STORE_VERSION 2 /* user_version; a newer one is refused (TONG_E_STORE_NEWER) */

struct tong__store;

/* ---- life ---- */

/* Makes DIR/tong.db with these meta values (pairs name, value; NULL-ended) and the pinned root. DIR
 * is made if missing and must be empty; what an interrupted init left is cleared away. */
int tong__store_create(const char *dir, const void *root, size_t root_n, unsigned long root_version,
					   const char *const *meta, tong_error *);
/* 'write' takes the writer's lock: TONG_E_BUSY when another process has it. */
int tong__store_open(struct tong__store **out, const char *dir, bool write, tong_error *);
void tong__store_close(struct tong__store *);

/* ---- damage ---- */

/* Looks over pages of DIR's database from 'next' on, at most so many bytes of them, as they are on
 * the disk. */
struct tong__scan {
	uint32_t next;  /* page to look at next, from 1 */
	uint32_t pages; /* out: of the file */
	uint32_t bad;   /* out: the first that is not as it was written; 0: none seen */
	bool done;      /* out: the last one was looked at */
};
int tong__store_scan(const char *dir, struct tong__scan *, uint64_t bytes, tong_error *);

/* A file that says: this database is damaged and has to be made anew. */
int tong__store_mark(const char *dir, tong_error *);
int tong__store_unmark(const char *dir, tong_error *);
bool tong__store_marked(const char *dir);

/* Does this fault say that the database is damaged? */
bool tong__store_is_damage(int code, const tong_error *);
/* Says so. */
int tong__store_damage(const char *dir, tong_error *);
/* Was damage met since the store was opened? May be asked by another thread. */
bool tong__store_met_damage(const struct tong__store *);
/* Is another file in the place of the one that is open? Never while something is being read. */
bool tong__store_replaced(const struct tong__store *);

/* Puts a new database in the place of a damaged one: what the node alone knows, all records that
 * can be read, signed metadata; what the database does not give is taken from node.json beside it.
 * A layer that is not whole any more is marked, and refused until a sync has mended it (P2). The
 * release never becomes an older one (P3). Readers keep the old file until they open the store
 * again. TONG_E_BUSY, TONG_E_STORE when nothing at all can be read. */
struct tong__salvaged {
	uint64_t records, missed; /* rows read; looks for rows that failed */
	uint64_t layers;          /* that are not whole */
};
int tong__store_rebuild(const char *dir, struct tong__salvaged *, tong_error *);

/* ---- reading ---- */

/* One release from begin to end, whatever others write. Begins nest; the outermost counts. */
int tong__store_read_begin(struct tong__store *, tong_error *);
/* Is a read that was begun not ended yet? */
bool tong__store_is_reading(const struct tong__store *);
void tong__store_read_end(struct tong__store *);

/* A small value: TONG_E_NOTFOUND when there is none. Numbers: 'otherwise'. */
int tong__store_meta(struct tong__store *, const char *name, struct tong__buf *out, tong_error *);
int64_t tong__store_number(struct tong__store *, const char *name, int64_t otherwise);
/* The same, told apart from a fault; *value stays when there is none. */
int tong__store_number_get(struct tong__store *, const char *name, int64_t *value, tong_error *);

/* Signed metadata as it came. TONG_E_NOTFOUND. */
int tong__store_trusted(struct tong__store *, const char *role, struct tong__buf *out,
						tong_error *);
/* Version and expiry; false when not held. */
bool tong__store_trusted_facts(struct tong__store *, const char *role, unsigned long *version,
							   int64_t *expires);

struct tong__store_layer {
	char name[TONG_MAX_ROLE_NAME];
	struct tong__hash sha256;
	bool sound; /* false: a check found it damaged; the next sync takes it whole */
	uint64_t length, records;
};
/* TONG_E_NOTFOUND when the layer is not held. */
int tong__store_layer(struct tong__store *, const char *name, struct tong__store_layer *out,
					  tong_error *);
/* In order of name. 'fn' returns 0 to go on. */
int tong__store_layers(struct tong__store *, int (*fn)(void *arg, const struct tong__store_layer *),
					   void *arg, tong_error *);

/* The line without LF, appended. Layer "derived" holds what L9 derives. TONG_E_NOTFOUND. */
int tong__store_get(struct tong__store *, const char *layer, const char *key, struct tong__buf *out,
					tong_error *);
/* In key order. 'line' lives during the call. */
int tong__store_each(struct tong__store *, const char *layer, const char *prefix,
					 int (*fn)(void *arg, const char *key, struct tong__str line, tong_error *),
					 void *arg, tong_error *);
/* The same for keys after 'after'; 'fn' may return 1 to end it well. */
int tong__store_each_after(struct tong__store *, const char *layer, const char *after,
						   int (*fn)(void *arg, const char *key, struct tong__str line,
									 tong_error *),
						   void *arg, tong_error *);
/* Hashes what the table holds, in key order (L3). */
int tong__store_identity(struct tong__store *, const char *layer, struct tong__store_layer *out,
						 tong_error *);
/* SQLite's own check of the file's pages; TONG_E_STORE with what it found first. */
int tong__store_quick_check(struct tong__store *, tong_error *);

/* Items known under 'alias' (in the form of tong__alias_form), each once, in order. 'fn' returns 0
 * to go on. */
int tong__store_alias(struct tong__store *, const char *alias,
					  int (*fn)(void *arg, const char *item), void *arg, tong_error *);

/* What a source said of its head at 'place'; empty when nothing is known. */
int tong__store_seen(struct tong__store *, const char *place, struct tong__buf *out, tong_error *);

/* ---- writing ---- */

int tong__store_write_begin(struct tong__store *, tong_error *);
/* Ends the transaction: all of it is there after a power cut, or none (P1). */
int tong__store_commit(struct tong__store *, tong_error *);
void tong__store_abort(struct tong__store *); /* nothing under way is fine */

int tong__store_meta_set(struct tong__store *, const char *name, const char *value, tong_error *);
int tong__store_number_set(struct tong__store *, const char *name, int64_t, tong_error *);
int tong__store_seen_set(struct tong__store *, const char *place, const char *state, tong_error *);

/* Forgets all signed metadata but root, to be followed by what is trusted now. */
int tong__store_trusted_clear(struct tong__store *, tong_error *);
int tong__store_trusted_set(struct tong__store *, const struct tong__trust *, const char *role,
							tong_error *);

/* From here on what is changed can be undone by tong__store_rollback: the release held until now is
 * remembered. */
int tong__store_undo_begin(struct tong__store *, tong_error *);

/* Bringing one layer to what is signed: open, each group in order, close (C7). On any failure the
 * caller aborts the transaction. */
struct tong__layer_write;
int tong__layer_write_open(struct tong__layer_write **out, struct tong__store *,
						   const struct tong__layer_target *, const struct tong__cs_head *,
						   tong_error *);
int tong__layer_write_group(struct tong__layer_write *, size_t index, const void *frame, size_t n,
							tong_error *);
/* In place of groups, for a layer of which only some lines are lost: those after one key and up to
 * another ("" to the end) become these, each with its LF. */
int tong__layer_write_patch(struct tong__layer_write *, const char *after, const char *last,
							const char *lines, size_t n, tong_error *);
int tong__layer_write_close(struct tong__layer_write *, uint64_t *changed, tong_error *);
void tong__layer_write_free(struct tong__layer_write *);

/* A layer that the release no longer has. */
int tong__store_layer_drop(struct tong__store *, const char *name, uint64_t *changed, tong_error *);
/* Marks a layer as not what was signed. */
int tong__store_layer_distrust(struct tong__store *, const char *name, tong_error *);

/* Inside a transaction: back to the remembered release, once. TONG_E_NOTFOUND when there is none.
 */
int tong__store_rollback(struct tong__store *, uint64_t *changed, tong_error *);

#endif
