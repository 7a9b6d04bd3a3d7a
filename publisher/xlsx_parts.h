/* Inside the reader of XLSX: what the sheets of a workbook share, and reading one of them. */
#ifndef TONG_PUBLISHER_XLSX_PARTS_H
#define TONG_PUBLISHER_XLSX_PARTS_H

#include "publisher/sheet.h"
#include "publisher/xlsx_xml.h"

struct tong__xlsx {
	struct tong__zip zip;
	struct tong__book *book;
	const char **strings;      /* shared strings */
	size_t n_strings, cap_strings;
	unsigned char *is_date;    /* by number of a cell's style */
	size_t n_styles;
	bool from_1904;            /* days are counted from there */
};

/* "_x000D_" is a carriage return, "_x005F_" an underscore; CR LF becomes LF. Rewrites in place. */
void tong__xlsx_unescape(struct tong__buf *);

/* Reads the part 'path' into a new sheet. */
int tong__xlsx_cells(struct tong__xlsx *, const char *path, const char *name, bool hidden,
                     tong_error *);

/* Styles: which of them show a number as a date (xlsx_styles.c). */
int tong__xlsx_styles(struct tong__xlsx *, const char *path, tong_error *);
/* "2026-01-01" of a day number; false when it is none. */
bool tong__xlsx_date(const struct tong__xlsx *, const char *number, char out[16]);
/* Digits of a number as it stands in a file: "5.1E11" is 510000000000, for some programs write
 * every large number so. What is no whole number of at most 15 digits stays as it is. */
void tong__xlsx_number(const char *s, char out[64]);

#endif
