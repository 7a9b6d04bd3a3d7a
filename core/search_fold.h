/* Text as the search compares it (FORMAT Q1). */
#ifndef TONG_CORE_SEARCH_FOLD_H
#define TONG_CORE_SEARCH_FOLD_H

#include <stddef.h>
#include <stdint.h>

#define TONG_MAX_FOLDED 400   /* characters of a name or a query; the rest is not looked at */

/* What is left of a text: letters and digits in lower case, full-width ones as ASCII. At most 'max'
 * characters go to out; how many. */
size_t tong__search_fold(const char *text, size_t n, uint32_t *out, size_t max);

/* One character: what it becomes, up to 4; 0 when it says nothing. */
size_t tong__search_fold_one(uint32_t c, uint32_t out[4]);

#endif
