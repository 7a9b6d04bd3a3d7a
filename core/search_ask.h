/* One query of the search by names: what has been found so far, and the ways of looking. For
 * search_rank.c and search_letters.c. */
#ifndef TONG_CORE_SEARCH_ASK_H
#define TONG_CORE_SEARCH_ASK_H

#include "core/search_names_in.h"

struct tong__text {
	uint32_t c[TONG_MAX_FOLDED];
	size_t n;
};

struct tong__asked {
	const struct tong__names *x;
	int *score;                /* of each entry */
	int *hits;                 /* of an entry, while one way of looking counts; else 0 */
	uint32_t *touched;         /* the entries that are not 0 there */
	size_t n_touched;
	int cost;                  /* of what is being looked for */
	int top;                   /* the best score */
};

/* An entry's score for what is being looked for, if it is better than another way's. */
void tong__best(struct tong__asked *, uint32_t entry, int score);
void tong__touch(struct tong__asked *, uint32_t entry, int more);
/* How much a long name stands behind a short one. */
int tong__less(const struct tong__entry *);
/* Where q stands in t; -1: nowhere. */
long tong__place(const uint32_t *t, size_t n, const uint32_t *q, size_t m);

/* Ways of looking: shared pairs; the same sound; letters as typed or softened; letters that spell a
 * saying; words of another language. */
void tong__by_words(struct tong__asked *, const struct tong__text *);
void tong__by_sound(struct tong__asked *, const struct tong__text *);
void tong__by_letters(struct tong__asked *, const struct tong__text *, bool soft);
void tong__by_sayings(struct tong__asked *, const struct tong__text *);
void tong__by_translations(struct tong__asked *, const char *typed);

#endif
