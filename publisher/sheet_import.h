/* Import: a workbook against the catalogue, cell by cell; what was not understood is told, and
 * then nothing is written. */
#ifndef TONG_PUBLISHER_SHEET_IMPORT_H
#define TONG_PUBLISHER_SHEET_IMPORT_H

#include <stdio.h>

#include "publisher/sheet_view.h"

struct tong__import_options {
	const struct tong__kind *kind;       /* NULL: by the names of the sheets */
	const char *region;                  /* of a regional table whose sheet does not name one */
	/* revision the sheet came from; NULL: as its hidden sheet says */
	const char *base;
	bool partial;                        /* take what was understood and leave the rest */
	/* Loads the catalogue as it was; *out NULL when that is not to be had, or *same as it is
	 * now. */
	int (*load_base)(void *user, const char *rev, struct tong__model **out, bool *same,
	                 tong_error *);
	void *user;
};

/*
 * What came of it, and the files that would have to be written. The report is an object:
 * changed    [{kind, key, name, column, old, new}]         added      [{kind, key, name}]
 * kept       as changed: the catalogue is newer there than the sheet, which nobody edited
 * untouched  [{kind, keys}]: not in the sheet, left alone  unchanged  rows that say what is there
 * problems   [{sheet, cell, line, column, found, reason, wanted}]
 * findings   [{rule, severity, sheet, cell, file, line, element, subject, found, wanted, text}]:
 *            what the checks would say, and did not say before (tong__import_check)
 * notes      [sentences]
 */
struct tong__import_result {
	json_t *report;
	json_t *files;                       /* object: path -> text to write, or null to remove */
	size_t problems, errors;             /* errors: findings that would refuse a commit */
	/* "KIND SUBJECT" -> {sheet, row, columns{header: column}}: where the sheet speaks of it */
	json_t *places;
};

/* Nothing is written. A result is there whenever 0 is returned; free its two values. */
int tong__sheet_import(const struct tong__model *, const struct tong__book *,
                       const struct tong__import_options *,
                       struct tong__import_result *, tong_error *);
void tong__import_result_free(struct tong__import_result *);

/* Puts the files into the model, which is theirs from now on, and reports what the checks say of it
 * that they did not say before: by sheet and cell where the sheet speaks of it. */
int tong__import_check(struct tong__model *, struct tong__import_result *, tong_error *);

/* Writes and removes the files below 'dir', each whole (core/file.h). */
int tong__import_write(const json_t *files, const char *dir, tong_error *);

/* The report for people: what changes, what does not, what was not understood. */
void tong__import_print(const json_t *report, FILE *out);

#endif
