/* Running through a big CSV text for a few of its columns, without copying it. */
#ifndef TONG_PUBLISHER_CSV_SCAN_H
#define TONG_PUBLISHER_CSV_SCAN_H

#include <stdbool.h>

#include "core/record.h"

#define TONG_SCAN_COLUMNS 4

/* Calls fn for each row with the cells of 'columns' (at most TONG_SCAN_COLUMNS, NULL-ended;
 * without their quotes; doubled quotes stay doubled). A column that is not there gives empty
 * cells. What table.h would refuse is read as well as can be. fn returns false to end. */
void tong__csv_scan(const char *text, size_t n, const char *const *columns,
                    bool (*fn)(void *user, const struct tong__str *cells), void *user);

#endif
