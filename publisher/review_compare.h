/* Two versions of one thing: which of its parts differ, as readers would write them. */
#ifndef TONG_PUBLISHER_REVIEW_COMPARE_H
#define TONG_PUBLISHER_REVIEW_COMPARE_H

#include "core/element.h"
#include "publisher/doc.h"
#include "publisher/review_names.h"

/* Appends a value in words: codes as their labels, ids as names, lists line by line. */
void tong__review_value(struct tong__buf *out, const struct tong__element *, const json_t *,
                        struct tong__review_names *, bool before);

/* Appends {label, before, after} for each part that differs to 'fields', and a short sentence
 * for each to 'what' (may be NULL). Either thing may be NULL. Parts that the table does not
 * know are told by their own name. False when memory is out. */
bool tong__review_compare(const struct tong__element *table, const json_t *a, const json_t *b,
                          struct tong__review_names *, json_t *fields, json_t *what);
/* The same for sections of a Markdown file. */
bool tong__review_sections(const struct tong__doc *a, const struct tong__doc *b, json_t *fields,
                           json_t *what);

#endif
