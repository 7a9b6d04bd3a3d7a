/* Translations: what may be translated, and what a translation was made from. */
#ifndef TONG_PUBLISHER_TRANSLATION_H
#define TONG_PUBLISHER_TRANSLATION_H

#include "core/buf.h"
#include "core/record.h"
#include "publisher/model.h"

/* Front matter of lang/<tag>/items/<code>.md: what the translation says of itself, then the
 * elements of an item that are words. Ends with {.name = NULL}. */
extern const struct tong__element tong__text_elements[];
/* The second part alone. */
extern const struct tong__element *const tong__text_body;

/* The members of 'v' that 'table' has and that say something: a new object, NULL for none or when
 * memory is out. Of lists of mappings every entry, so that they can be gone through together. */
json_t *tong__text_pick(const json_t *v, const struct tong__element *table);

/* "7KQ3-M8XD", of all that can be translated in an item: a translation made from other words is
 * out of date. False when memory is out. */
bool tong__text_mark(const struct tong__doc *item, char out[TONG_FINGERPRINT]);
/* Was it made from the item as it is? */
bool tong__text_fresh(const struct tong__text *, const struct tong__item *);

enum tong__name_found { TONG__NAME_FOUND, TONG__NAME_NO_KIND, TONG__NAME_NO_ID };
/* What names.csv translates: member ("name", "title" …) of record 'kind' 'id', in Chinese, into
 * 'out' (cleared, NUL-ended); lists joined by '^'. "" when nothing is said there. */
enum tong__name_found tong__name_of(const struct tong__model *, const char *kind, const char *id,
                                    const char *member, struct tong__buf *out);
bool tong__name_list(const char *kind, const char *member);
/* Row of names.csv: does its 'of' agree with the Chinese? */
bool tong__name_fresh(const struct tong__model *, const struct tong__table *, size_t row);

#endif
