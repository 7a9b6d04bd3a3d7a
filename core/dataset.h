/* The open data: which tables there are, their columns, and a row of one from a record. */
#ifndef TONG_CORE_DATASET_H
#define TONG_CORE_DATASET_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/json.h"

enum tong__cell {
	TONG__CELL_TEXT,
	TONG__CELL_INT,
	TONG__CELL_BOOL,
	TONG__CELL_LIST,           /* texts, in a file of commas joined by one space */
	TONG__CELL_COUNT           /* how long the list is */
};

struct tong__column {
	const char *name;          /* also the word "col_NAME" of the strings */
	const char *path;          /* in the record, "limit_promised.days"; '@' first: in the case */
	enum tong__cell cell;
};

struct tong__dataset {
	const char *id;            /* "items"; the word "data_ID" names it */
	const char *prefix;        /* of the records, "item/" */
	bool local;                /* of a region's layer, else of base */
	bool cases;                /* a row for each of the record's cases */
	const struct tong__column *columns;   /* ends with {.name = NULL} */
};

extern const struct tong__dataset tong__datasets[];   /* ends with {.id = NULL} */

/* A row: column -> text, integer, boolean or list, without unknown values. 'one' is the case, or
 * NULL. NULL when memory is out. */
json_t *tong__dataset_row(const struct tong__dataset *, const json_t *rec, const json_t *one);

/* Each row of a record: one, or one for each of its cases. fn returns 0 to go on. */
int tong__dataset_rows(const struct tong__dataset *, const json_t *rec,
                       int (*fn)(void *arg, const json_t *row), void *arg, tong_error *);

/* The row as a line of commas (RFC 4180, CRLF). A text that a spreadsheet would take for a formula
 * gets an apostrophe in front. */
int tong__dataset_csv(const struct tong__dataset *, const json_t *row, struct tong__buf *out);
int tong__dataset_csv_head(const struct tong__dataset *, struct tong__buf *out);

#endif
