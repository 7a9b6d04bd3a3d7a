/* A database file in SQLite's format, from rows alone. SQLite itself writes its version into the
 * file and may lay pages out otherwise tomorrow; these bytes depend on the rows only (P6), and
 * core needs no library for them. */
#ifndef TONG_CORE_SQLITE_WRITE_H
#define TONG_CORE_SQLITE_WRITE_H

#include "core/json.h"

struct tong__sqlite;

/* The file is written to 'out', which must be empty and stays the caller's. NULL when memory is
 * out. */
struct tong__sqlite *tong__sqlite_new(struct tong__buf *out);
/* The rows from here on are those of this table. 'sql' is its CREATE TABLE, without a primary key
 * (its index would have to be written, too). */
void tong__sqlite_table(struct tong__sqlite *, const char *name, const char *sql);
/* n values in the order of the columns, at most TONG_SQLITE_COLUMNS: a text, an integer, a boolean
 * (1 or 0), a list (its JSON) or NULL. All borrowed. */
#define TONG_SQLITE_COLUMNS 64
void tong__sqlite_row(struct tong__sqlite *, const json_t *const *values, size_t n);
/* The file is whole, and *db freed (NULL is fine). TONG_E_NOMEM or TONG_E_LIMIT when it is not. */
int tong__sqlite_end(struct tong__sqlite *db);

#endif
