/* The words for a change, with names for the materials it speaks of. */
#ifndef TONG_PUBLISHER_WORDS_H
#define TONG_PUBLISHER_WORDS_H

#include <stddef.h>

#include "publisher/doc.h"

/* Where names of materials come from: 'name' gives the name of a material id, or NULL; 'before'
 * asks the old catalogue. */
struct tong__names {
	void *user;
	const char *(*name)(void *user, const char *id, bool before);
};

/* As tong__history_words; 'names' may be NULL: ids are shown. Texts that were changed are appended
 * to the array 'diff' (NULL: not wanted), see words_diff.h. NULL when memory is out. */
json_t *tong__words(const char *old_text, size_t old_n, const char *new_text, size_t new_n,
                    const struct tong__names *names, json_t *diff);

/* The name in an item file; "" when it has none or cannot be read. New string, NULL when memory
 * is out. */
char *tong__words_item_name(const char *text, size_t n);

#endif
