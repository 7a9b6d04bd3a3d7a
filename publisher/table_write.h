/* Writing the catalogue's CSV tables: RFC 4180, LF, quotes only where needed. */
#ifndef TONG_PUBLISHER_TABLE_WRITE_H
#define TONG_PUBLISHER_TABLE_WRITE_H

#include <jansson.h>

#include "core/buf.h"

void tong__table_write_cell(struct tong__buf *out, const char *s, bool last);
/* A header of these columns (NULL-ended) and the rows, objects column -> text; what a row lacks
 * is empty. Returns out->failed. */
int tong__table_write(const char *const *columns, const json_t *rows, struct tong__buf *out);

#endif
