/* A workbook in memory: sheets of rows of text cells that remember where they stood; and its
 * files, XLSX and CSV. */
#ifndef TONG_PUBLISHER_SHEET_H
#define TONG_PUBLISHER_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/limits.h"

enum tong__cell_kind {
	TONG__CELL_TEXT,
	TONG__CELL_NUMBER,   /* digits exactly; "1.5" and "1E+20" as they are */
	TONG__CELL_DATE,     /* YYYY-MM-DD, of a number shown as a date */
	TONG__CELL_BOOL,     /* TRUE or FALSE */
	TONG__CELL_ERROR,    /* #N/A, or a formula without a result */
	TONG__CELL_COVERED   /* lies under a cell merged over columns: whose value is it? */
};

struct tong__cell {
	const char *text;    /* UTF-8, "" when empty, LF as line end; lives as long as the workbook */
	enum tong__cell_kind kind;
};

struct tong__row {
	struct tong__cell *cells;
	size_t n;            /* cells past the end are empty */
	unsigned line;       /* of the CSV file; 0 in XLSX */
};

struct tong__sheet {
	const char *name;
	bool hidden;
	struct tong__row *rows;
	size_t n_rows, cap;
};

struct tong__book {
	struct tong__sheet *sheets;
	size_t n_sheets;
	struct tong__book_text *texts;   /* owns all cells' texts */
	size_t text_bytes, n_cells;
};

struct tong__book *tong__book_new(void);     /* NULL: out of memory */
void tong__book_free(struct tong__book *);
/* A new sheet at the end; earlier pointers to sheets are stale. */
int tong__book_add(struct tong__book *, const char *name, struct tong__sheet **out, tong_error *);
/* NULL: none */
struct tong__sheet *tong__book_sheet(const struct tong__book *, const char *name);
/* A copy of the text that lives as long as the book. */
int tong__book_text(struct tong__book *, const char *, size_t, const char **out, tong_error *);

/* Puts a cell, 0-based; the sheet grows up to the ceilings. */
int tong__sheet_put(struct tong__book *, struct tong__sheet *, size_t row, size_t column,
                    enum tong__cell_kind, const char *text, size_t n, tong_error *);
/* Never NULL fields: a cell outside is empty. */
struct tong__cell tong__sheet_at(const struct tong__sheet *, size_t row, size_t column);

/* "AB12" of 0-based row and column. */
#define TONG_CELL_NAME 16
void tong__cell_name(size_t row, size_t column, char out[TONG_CELL_NAME]);
/* The other way; the end of the name is returned, NULL when it is none. Ceilings are not
 * applied. */
const char *tong__cell_place(const char *name, size_t *row, size_t *column);

/* ---- text as offices send it (sheet_text.c) ---- */

enum tong__sheet_encoding { TONG__SHEET_UTF8, TONG__SHEET_GB18030 };

/* Bytes of a text file as UTF-8 without BOM: UTF-8 with or without one, UTF-16 with one, else
 * GB18030. TONG_E_ENCODING names the line that is none of these. */
int tong__text_decode(const char *bytes, size_t n, const char *subject, struct tong__buf *out,
                      tong_error *);
int tong__text_encode(const char *utf8, size_t n, enum tong__sheet_encoding, struct tong__buf *out,
                      tong_error *);
/* A cell without the blanks around it, the full-width and invisible ones too; the slice lies
 * inside the text. */
const char *tong__text_trim(const char *, size_t *n);
/* A header, code or word for comparing: half-width, without any blank, without a mark of
 * required columns. */
int tong__text_fold(const char *, struct tong__buf *out);

/* ---- files ---- */

/* One sheet, named after the file. Comma, semicolon or tab, whichever the first line has most. */
int tong__csv_read(struct tong__book *, const char *name, const char *utf8, size_t n, tong_error *);
/* With BOM (UTF-8) and CRLF, as spreadsheet programs want it. */
int tong__csv_write(const struct tong__sheet *, enum tong__sheet_encoding, struct tong__buf *out,
                    tong_error *);

int tong__xlsx_read(struct tong__book *, const char *subject, const char *bytes, size_t n,
                    tong_error *);

/* How a sheet looks; widths in characters. */
struct tong__sheet_look {
	const unsigned *widths;
	/* for each column the words to choose from (NULL-ended), or NULL */
	const char *const *const *choices;
	size_t n_columns, frozen;            /* columns that stay in view */
};
/* Writes the file whole or not at all. 'looks': one for each sheet. Hidden sheets stay hidden. */
int tong__xlsx_write(const struct tong__book *, const struct tong__sheet_look *looks,
                     const char *path, tong_error *);

/* By what the bytes are: XLSX or CSV text. TONG_E_FORMAT for the old binary formats. */
int tong__book_read(struct tong__book **out, const char *path, tong_error *);

#endif
