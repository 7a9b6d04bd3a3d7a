/* A word that nobody knows, and the word that was probably meant. */
#ifndef TONG_CORE_SUGGEST_H
#define TONG_CORE_SUGGEST_H

#include <stddef.h>

#include "core/element.h"

/* The search for the word that is most like another. Zeroed by tong__suggest; borrowed strings. */
struct tong__suggest {
	const char *word;        /* as it was written */
	const char *best;        /* NULL: nothing is like it */
	const char *label;       /* what 'best' is called, or NULL */
	unsigned distance;       /* characters put in, left out, exchanged or swapped */
};

struct tong__suggest tong__suggest(const char *word);
/* One word that exists; 'label' (may be NULL) is its name in Chinese, which may have been written
 * in its place. The first of two that are equally like it is kept. */
void tong__suggest_try(struct tong__suggest *, const char *known, const char *label);

/* Every name of a table of elements, every code of an enumeration. */
void tong__suggest_elements(struct tong__suggest *, const struct tong__element *);
void tong__suggest_values(struct tong__suggest *, const struct tong__enum_value *);

/* "wanted (did you mean name?)", translated: 'wanted' alone when nothing is like the word.
 * Returns out. */
#define TONG__SUGGESTED 512
const char *tong__suggest_say(const struct tong__suggest *, const char *wanted,
                              char out[TONG__SUGGESTED]);

#endif
