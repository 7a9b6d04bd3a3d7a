/* The pages of a site, and from what each was made: the memory of one publish for the next. */
#ifndef TONG_PUBLISHER_SITE_PAGES_H
#define TONG_PUBLISHER_SITE_PAGES_H

#include "publisher/site_deps.h"
#include "publisher/site_files.h"

/*
 * Dependencies are kept as sets, and equal sets are one: what the guides of one item share is one
 * set for all regions, and each has one of its own.
 */
struct tong__page_at {
	uint32_t url;                /* where it begins in 'urls' */
	uint32_t first, n;           /* its set numbers in 'ids' */
	uint32_t size;               /* bytes of the page */
};

struct tong__pages {
	struct tong__page_at *at;
	size_t n, cap;
	struct tong__page_at site, list;   /* what every page, and the list of pages, depend on */
	struct tong__buf urls;             /* one after another, each with its NUL */
	uint32_t *ids, *hashes, *sets;     /* set i: hashes[sets[i]] up to hashes[sets[i + 1]] */
	size_t n_ids, cap_ids, n_hashes, cap_hashes, n_sets, cap_sets;
	uint32_t *table;                   /* of sets learnt in this run, by content: number + 1 */
	size_t n_table, learnt;
};

void tong__pages_init(struct tong__pages *);
void tong__pages_free(struct tong__pages *);

/* Adds the pages of a site; 'regions' (NULL-ended; NULL: all) limits those below /regions/. */
int tong__pages_list(struct tong__pages *, const struct tong__site *, const struct tong__reader *,
                     const char *const *regions, tong_error *);
/* Numbers of the *n pages with chosen[i] (NULL: of all) in the order in which they are best made:
 * what asks for the listings of one region in a row; then the guides of one item in a row, region
 * after region, for each is made from what it has in common with the one before. malloc'd; NULL
 * when memory is out. */
uint32_t *tong__pages_order(const struct tong__pages *, const unsigned char *chosen, size_t *n);
/* What a page hangs on most: an item, as guides in regions do, or the listings of a region. */
enum tong__pages_of { TONG__OF_NEITHER, TONG__OF_REGION, TONG__OF_ITEM };
enum tong__pages_of tong__pages_of(const struct tong__pages *, size_t i);
/* Do these two follow one another for such a reason? One thread best makes both. */
bool tong__pages_together(const struct tong__pages *, size_t a, size_t b);
const char *tong__pages_url(const struct tong__pages *, size_t i);
/* The file of page i; of a struct tong__file_list too. */
void tong__pages_file(const void *pages, size_t i, char out[TONG__MAX_FILE]);

/* Sets what a page depends on, and sorts it there. -1 when memory is out. Not for two threads at
 * once; a recorder is used for one list of pages only. */
int tong__pages_learn(struct tong__pages *, struct tong__page_at *, struct tong__recorder *);
/* What pages depend on goes; their list stays. */
void tong__pages_forget(struct tong__pages *);
/* Takes over what 'past' knows of the pages that both have: past keeps its list only.
 * known[i]: page i of 'now' was there; stays[i]: page i of 'past' still is. Both hold a byte for
 * each page, zeroed. -1 when memory is out. */
int tong__pages_adopt(struct tong__pages *now, struct tong__pages *past, unsigned char *known,
                      unsigned char *stays);
/* hit[i] is set for each page that depends on what changed. -1 when memory is out. */
int tong__pages_hit(const struct tong__pages *, const struct tong__changed *, unsigned char *hit);
bool tong__page_hit(const struct tong__pages *, const struct tong__page_at *,
                    const struct tong__changed *);

/* site_pages_store.c. A file that is not whole is TONG_E_STORE. */
int tong__pages_save(const struct tong__pages *, const char *path, tong_error *);
int tong__pages_load(struct tong__pages *, const char *path, tong_error *);

#endif
