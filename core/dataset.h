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

#define TONG__CELLS 64         /* columns of a table at most */

/* One row: texts, integers, booleans and lists in the order of the columns, NULL for what is not
 * known; they are there until it returns. 0 to go on. */
typedef int (*tong__row_fn)(void *arg, const json_t *const *cells);

/* Each row of a record: one, or one for each of its cases. What fn returned last. */
int tong__dataset_rows(const struct tong__dataset *, const json_t *rec, tong__row_fn, void *arg);

/* The order of the columns in an object of the record form (R1), for tong__dataset_json. */
void tong__dataset_order(const struct tong__dataset *, unsigned char order[TONG__CELLS]);
/* The row as an object, without what is not known. */
int tong__dataset_json(const struct tong__dataset *, const unsigned char order[TONG__CELLS],
                       const json_t *const *cells, struct tong__buf *out);

/* The row as a line of commas (RFC 4180, CRLF). A text that a spreadsheet would take for a formula
 * gets an apostrophe in front. */
int tong__dataset_csv(const struct tong__dataset *, const json_t *const *cells,
                      struct tong__buf *out);
int tong__dataset_csv_head(const struct tong__dataset *, struct tong__buf *out);

#endif
