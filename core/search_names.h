/* The search by names, codes and sounds: what search.js does in a browser, over the same data and
 * in the same order (FORMAT Q2, Q5, Q6). */
#ifndef TONG_CORE_SEARCH_NAMES_H
#define TONG_CORE_SEARCH_NAMES_H

#include "core/noted.h"
#include <stdbool.h>

#include "core/err.h"
#include "core/site.h"

/* What /data/search.json holds, as a new reference. */
int tong__search_data(const struct tong__reader *, json_t **out, tong_error *);

struct tong__names;

/* 'data' is kept by reference; it must not change. */
int tong__names_new(struct tong__names **out, json_t *data, tong_error *);
void tong__names_free(struct tong__names *);

struct tong__name_hit {
	const char *kind;          /* "items", "themes", …: the folder of its page */
	const char *id, *name;
	int score;
	size_t item;               /* its line in the lists of the data; SIZE_MAX: not an item */
};

/* The pages found, best first, each once; the caller frees *out, its strings belong to the names.
 * 'typed' is valid UTF-8 of at most TONG_MAX_FOLDED characters; the rest is not looked at. */
int tong__names_find(const struct tong__names *, const char *typed, struct tong__name_hit **out,
                     size_t *n, tong_error *);

/* Which item a code is, exactly as it is written; SIZE_MAX: none. How many there are. */
size_t tong__names_item(const struct tong__names *, const char *code);
size_t tong__names_items(const struct tong__names *);
const char *tong__names_code(const struct tong__names *, size_t item);

/* Does a name hold what was typed? Else texts that do come before names that are only like it. */
bool tong__names_sure(const struct tong__name_hit *, size_t n);
/* Was it a code? */
bool tong__names_coded(const struct tong__name_hit *, size_t n);

#endif
