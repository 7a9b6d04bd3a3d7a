/* A CSV file (RFC 4180) as rows of cells that remember their line. */
#ifndef TONG_PUBLISHER_TABLE_H
#define TONG_PUBLISHER_TABLE_H

#include <stdint.h>

#include "publisher/finding.h"

struct tong__table {
	char *path;
	const char **columns;   /* header names */
	size_t n_columns;
	uint32_t *cells;        /* n_rows * n_columns: where each starts in the text */
	unsigned *lines;        /* line on which each row starts, 1-based */
	size_t n_rows;
	char *text;             /* each cell ends with NUL */
};

/* 'known' are the columns the format has (NULL-terminated): an unknown or missing one is a
 * finding; a name written "?name" may be missing. Faults of form are findings; rows with a wrong
 * number of cells are reported and left out. Only NOMEM is returned. */
int tong__table_read(struct tong__table **out, const char *path, const char *text, size_t n,
                     const char *const *known, struct tong__findings *, tong_error *);
void tong__table_free(struct tong__table *);

static inline const char *tong__table_at(const struct tong__table *t, size_t row, size_t column)
{
	return t->text + t->cells[row * t->n_columns + column];
}

/* Column number, or -1. */
int tong__table_column(const struct tong__table *, const char *name);
/* Cell by column name; "" when there is no such column. */
const char *tong__table_cell(const struct tong__table *, size_t row, const char *column);
/* Calls 'found' for every row whose cell of 'column' stands in a row above as well, in the order of
 * the cells. A lack of memory finds nothing. */
void tong__table_repeats(const struct tong__table *, const char *column,
                         void (*found)(void *arg, size_t row), void *arg);

#endif
