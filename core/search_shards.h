/* Full text for a site without a server: which items hold a pair of characters, in many small files
 * (FORMAT Q3 to Q5). */
#ifndef TONG_CORE_SEARCH_SHARDS_H
#define TONG_CORE_SEARCH_SHARDS_H

#include "core/buf.h"
#include "core/site.h"

/* How many places items are spread over, and how many files there are: powers of two that follow
 * the number of items. */
size_t tong__search_slots(size_t items);
size_t tong__search_shards(size_t items);

struct tong__search_text;

/* Reads every item. 'reader' is not kept. */
int tong__search_text_new(struct tong__search_text **out, const struct tong__reader *reader,
                          tong_error *);
void tong__search_text_free(struct tong__search_text *);
size_t tong__search_text_shards(const struct tong__search_text *);
/* The content of file i, appended. */
int tong__search_text_write(const struct tong__search_text *, size_t i, struct tong__buf *out);

#endif
