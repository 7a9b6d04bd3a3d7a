/* Names for the ids that a change speaks of, as each of the two versions has them. */
#ifndef TONG_PUBLISHER_REVIEW_NAMES_H
#define TONG_PUBLISHER_REVIEW_NAMES_H

#include "publisher/review.h"
#include "publisher/words.h"

struct tong__review_names;

int tong__review_names_new(struct tong__review_names **out, const struct tong__version *before,
                           const struct tong__version *after, tong_error *);
void tong__review_names_free(struct tong__review_names *);

/* 'kind' is law, material, theme, agency, region or item; NULL when that version has no such
 * thing. Files are read when first asked for. */
const char *tong__review_name(struct tong__review_names *, const char *kind, const char *id,
                              bool before);

/* For words.h, which asks for materials only. */
struct tong__names tong__review_material_names(struct tong__review_names *);

#endif
