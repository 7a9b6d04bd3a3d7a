/* Inside the store: the connection and its statements. Only store*.c, tokenizer.c, index.c,
 * rows.c and search.c look here. */
#ifndef TONG_AGENT_STORE_SQL_H
#define TONG_AGENT_STORE_SQL_H

#include <sqlite3.h>

#include <stdatomic.h>
#include <sys/types.h>

#include "core/noted.h"

#include "agent/store.h"
#include "agent/store_sum.h"

#define TONG_STORE_STATEMENTS 64

struct tong__store {
	sqlite3 *db;
	char *dir;
	struct tong__sums *sums;
	int lock;     /* file descriptor of the writer's lock, or -1 */
	int reading;  /* depth of read_begin */
	bool writing; /* a transaction of ours is open */
	bool undo;    /* changes are logged */
	atomic_bool damaged; /* met by a statement */
	dev_t dev;           /* of the file that is open */
	ino_t ino;
	bool keep;    /* what is kept beside the database changed */
	bool again;   /* what is derived is made anew in the end: the layer was damaged */
	struct tong__buf old; /* the line that is about to be replaced */
	struct {
		const char *text;
		sqlite3_stmt *st;
	} cache[TONG_STORE_STATEMENTS];
};

/* An idle statement with its values bound; NULL with an error set. 'text' is a literal. 'types' has
 * one letter for each '?': t const char * (NULL: null), i int64_t, s struct tong__str as text, b
 * const void * and size_t. Values must live until done. */
sqlite3_stmt *tong__sql(struct tong__store *, tong_error *, const char *text, const char *types,
						...);
void tong__sql_done(struct tong__store *, sqlite3_stmt *);
/* 1 a row, 0 the end, -1 a fault that is told in the error. */
int tong__sql_step(struct tong__store *, sqlite3_stmt *, tong_error *);
/* A statement that answers nothing. */
int tong__sql_run(struct tong__store *, tong_error *, const char *text, const char *types, ...);
/* Several statements without values. */
int tong__sql_exec(struct tong__store *, const char *text, tong_error *);
/* SQLite's last fault as ours; for the return value inside a step use err->code. */
int tong__sql_fail(sqlite3 *, const char *dir, const char *what, tong_error *);
/* A column as a slice that lives until the next step. */
struct tong__str tong__sql_str(sqlite3_stmt *, int column);

/* store_write.c: puts a record and what is derived from it. */
int tong__store_put(struct tong__store *, const char *layer, struct tong__str key,
					struct tong__str line, tong_error *);
/* store.c: the writer's lock and nothing else. */
int tong__store_lock_only(struct tong__store **out, const char *dir, tong_error *);
/* store_keep.c: writes DIR/node.json, and reads it; NULL: there is none that is whole. */
int tong__store_keep(struct tong__store *, tong_error *);
json_t *tong__store_kept(const char *dir);

/* Registers the tokenizer "tong" of tokenizer.c. */
int tong__tokenizer_register(sqlite3 *);

/* index.c: what is derived from a record. 'id' is its row; to take it away needs the line that it
 * was derived from. */
int tong__index_put(struct tong__store *, int64_t id, const char *layer, struct tong__str key,
					struct tong__str line, tong_error *);
int tong__index_del(struct tong__store *, int64_t id, const char *layer, struct tong__str key,
					struct tong__str line, tong_error *);
/* All of it, from all records. */
int tong__index_anew(struct tong__store *, tong_error *);

#endif
