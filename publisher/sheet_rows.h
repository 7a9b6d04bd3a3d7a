/* Inside import: one sheet against its view of the catalogue, and the working copies that its
 * changes go to. */
#ifndef TONG_PUBLISHER_SHEET_ROWS_H
#define TONG_PUBLISHER_SHEET_ROWS_H

#include "publisher/sheet_import.h"

/* Working copies. A row is an object: {"root": …, "sections": {heading: text}} of an item, an
 * entry of materials.yaml, or column -> text. */
struct tong__store {
	const struct tong__model *model;
	json_t *items;               /* code -> row; "fresh": true for a new one; only those changed */
	json_t *materials;           /* list, NULL: unchanged */
	json_t *agencies;            /* list of rows, NULL: unchanged */
	json_t *locals;              /* region -> list of rows; only those changed */
};

struct tong__import {
	const struct tong__model *now, *base;     /* base: NULL when not known, or the same */
	const struct tong__import_options *o;
	struct tong__lookup lookup;
	struct tong__store store;
	struct tong__book *views;
	json_t *report;
	json_t *places;                           /* see sheet_import.h */
	size_t problems, unchanged;
	bool nomem;                               /* looked at now and then: a list was not extended */
	tong_error *err;
};

/* Rows of a view by key. */
struct tong__row_index {
	struct tong__row_key { const char *key; size_t row; } *at;
	size_t n;
};

struct tong__sheet_job {
	struct tong__import *im;
	enum tong__kind_id kind;
	const char *region;
	const struct tong__sheet *in;
	struct tong__columns columns;
	int to[TONG_SHEET_COLUMNS];               /* column of the sheet -> of the kind, -1: none */
	int from[TONG_KIND_COLUMNS];              /* and back */
	size_t header;                            /* row of the headers */
	struct tong__sheet *now, *base;           /* views; base NULL when not known */
	struct tong__row_index now_index, base_index;
	bool *seen;                               /* rows of 'now' that the sheet has */
};

/* ---- sheet_header.c ---- */

/* Finds the row of headers and the columns. False when there is none, which is reported. */
bool tong__header_find(struct tong__sheet_job *);

/* ---- sheet_match.c ---- */

int tong__row_index_make(struct tong__row_index *, const struct tong__sheet *view, tong_error *);
/* First entry with this key; NULL when there is none. */
const struct tong__row_key *tong__row_index_find(const struct tong__row_index *, const char *key);
/* For each row of the sheet the row of 'now' it speaks of; 0: a new one; SIZE_MAX: none, as
 * reported or blank. */
int tong__rows_match(struct tong__sheet_job *, char *const *keys, size_t *rows);
/* The row of 'base' for a row of the sheet; 0 when there is none. */
size_t tong__row_before(const struct tong__sheet_job *, const char *key, size_t row,
                        size_t now_row);
/* Text of a cell of the sheet by column of the kind, trimmed, as it is when the column is
 * missing: "". 'buf' keeps it. */
const char *tong__cell_text(const struct tong__sheet_job *, size_t row, size_t column,
                            struct tong__buf *buf);
/* Same text, apart from blanks around it? */
bool tong__text_same(const char *, const char *);

/* ---- sheet_cells.c ---- */

/* What a cell of the sheet says against what is there. */
enum tong__verdict { TONG__SAME, TONG__KEPT, TONG__CONFLICT, TONG__CHANGED };
enum tong__verdict tong__cell_verdict(const char *in, const char *now, const char *base);
/* The key of a row (folded code, found by name where the code is missing); malloc'd, "" and a
 * report when it has none. */
char *tong__row_key_of(struct tong__sheet_job *, size_t row);
bool tong__row_is_blank(const struct tong__sheet_job *, size_t row);
/* Names beside codes must be theirs; a code that is missing is found by its name. The id to take
 * for column 'i', malloc'd, or NULL: take the cell. */
char *tong__cell_by_name(struct tong__sheet_job *, size_t row, size_t i, bool *fault);
/* Parses a cell that is not empty; NULL when it was not understood, which is reported. */
json_t *tong__cell_value(struct tong__sheet_job *, size_t row, size_t i);
/* Puts a value (NULL: takes it away; not taken over) into a row. False when the element must not
 * be empty. */
bool tong__row_set(const struct tong__sheet_job *, json_t *row, const struct tong__column *,
                   json_t *value);
/* Value of a column in a row (new reference), or NULL. */
json_t *tong__row_get(const struct tong__sheet_job *, const json_t *row,
                      const struct tong__column *);

/* ---- sheet_rows.c, sheet_groups.c ---- */

int tong__sheet_rows(struct tong__sheet_job *);      /* rows that stand alone */
int tong__sheet_groups(struct tong__sheet_job *);    /* materials of items */

/* ---- sheet_store.c ---- */

/* A copy of the row to change; row r is that of the view. New: an empty one. New reference, NULL
 * when memory is out. */
json_t *tong__store_draft(struct tong__store *, enum tong__kind_id, const char *region,
                          const char *key, size_t view_row);
/* Takes the changed row in ('draft' is taken over). */
bool tong__store_commit(struct tong__store *, enum tong__kind_id, const char *region,
                        const char *key, size_t view_row, json_t *draft);
void tong__store_free(struct tong__store *);
/* The files that the changes make: path -> text, or null. */
int tong__store_files(struct tong__store *, struct tong__import *, json_t *files);

/* ---- sheet_report.c ---- */

void tong__report_problem(struct tong__sheet_job *, size_t row, size_t column, const char *header,
                          const char *found, const char *reason, const char *wanted);
void tong__report_change(struct tong__import *, const char *list, enum tong__kind_id,
                         const char *key,
                         const char *name, const char *column, const char *old, const char *fresh);
void tong__report_added(struct tong__import *, enum tong__kind_id, const char *key,
                        const char *name);
/* The row of the sheet speaks of 'key'. */
void tong__report_place(struct tong__sheet_job *, const char *key, size_t row);
void tong__report_note(struct tong__import *, const char *fmt, ...) __attribute__((format(printf, 2,
                                                                                          3)));

#endif
