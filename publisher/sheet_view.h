/* The catalogue as sheets: what export writes, and what import compares with. */
#ifndef TONG_PUBLISHER_SHEET_VIEW_H
#define TONG_PUBLISHER_SHEET_VIEW_H

#include "publisher/sheet_kind.h"
#include "publisher/sheet_value.h"

/* Adds the sheet of one kind: row 0 are the headers, column i is column i of the kind. Rows
 * stand in the order of the catalogue: row r of materials, agencies and a region's table is
 * entry r - 1. 'lookup' names the model and, for a region's table, the region. */
int tong__view_add(struct tong__book *, const struct tong__lookup *, const struct tong__kind *,
                   struct tong__sheet **out, tong_error *);
/* "办事表_511602", or the kind's own name. */
#define TONG_SHEET_NAME 64
void tong__view_name(const struct tong__kind *, const char *region, char out[TONG_SHEET_NAME]);

/* The table of a region; NULL when it has none. */
const struct tong__table *tong__view_listings(const struct tong__model *, const char *region);

struct tong__export_options {
	const struct tong__kind *kind;      /* NULL: all, in XLSX */
	/* NULL-ended; of the regional tables only these; empty: all */
	const char *const *regions;
	/* that the files come from; "" when they are not as committed */
	const char *commit;
	bool gb18030;
};
struct tong__export_report { size_t sheets, rows; };
/* Writes .xlsx or .csv, as the file's name says. */
int tong__sheet_export(const struct tong__model *, const struct tong__export_options *,
                       const char *path, struct tong__export_report *, tong_error *);

/* The hidden sheet that says where an XLSX came from. */
#define TONG_FORMAT_SHEET "格式"
#define TONG_FORMAT_VERSION "1"

#endif
