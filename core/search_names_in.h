/* Inside the search by names: entries and what leads to them. For search_*.c. */
#ifndef TONG_CORE_SEARCH_NAMES_IN_H
#define TONG_CORE_SEARCH_NAMES_IN_H

#include "core/search_fold.h"
#include "core/search_names.h"
#include "core/search_postings.h"
#include "core/search_sounds.h"

enum { TONG__GUIDE = 1, TONG__LATER = 2, TONG__ENDED = 4 };   /* digits of 'marks' */

/* A folded text: characters from 'at' on in the names' own array. */
struct tong__folded {
	uint32_t at, n;
};

/* A name, or another word for the same page. */
struct tong__entry {
	const char *kind, *id, *name;
	struct tong__folded text;
	uint32_t page;             /* the first entry of the same page */
	uint8_t mark;
	bool example;              /* a word of a theme */
};

/* What is said, and what the catalogue calls it: the meanings follow one another in 'meant'. */
struct tong__said {
	struct tong__folded text;
	uint32_t first, n;
};

struct tong__told {            /* a name in another language */
	struct tong__folded text;
	uint32_t entry;
};

struct tong__names {
	json_t *data;
	char *codes, *names;       /* the data's lists, cut into strings */
	struct tong__entry *entries;
	size_t n, cap, items;
	uint32_t *chars;
	size_t n_chars, cap_chars;
	struct tong__said *said;
	struct tong__folded *meant;
	size_t n_said, n_meant, longest;
	struct tong__told *told;
	size_t n_told;
	struct tong__sounds sounds;
	struct tong__postings grams, slurs, firsts;
};

#endif
