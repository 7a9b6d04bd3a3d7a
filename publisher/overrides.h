/* Which tables of regions speak of an item, remembered: whoever changes the item must hear what
 * they say. */
#ifndef TONG_PUBLISHER_OVERRIDES_H
#define TONG_PUBLISHER_OVERRIDES_H

#include "publisher/check_since.h"

enum tong__override {
	TONG__LISTED,      /* the item has a row */
	TONG__IMPROVED     /* … that promises something else than the province does (S8) */
};

/* Adds the tables of the tree (local/<region>/items.csv) that speak of the item so. What they say
 * is kept by blob id in the file tong/tables1 (see blob_cache.h). */
int tong__overrides(struct tong__tree *, const char *code, enum tong__override,
                    struct tong__paths *out, tong_error *);

#endif
