/* What a page was made from: recorded while it is rendered, compared with what changed. */
#ifndef TONG_PUBLISHER_SITE_DEPS_H
#define TONG_PUBLISHER_SITE_DEPS_H

#include "core/site.h"

/*
 * A dependency is 32 bits: the hash of how something was asked for (a record, all records with a
 * prefix, those that hold a certain text, their keys alone, whether a layer is there) and of what.
 * Answers of "no" are answers too. Two that share a hash cost a page that is rendered for nothing,
 * never one that is left out.
 */
struct tong__deps {
	uint32_t *at;
	size_t n, cap;
};

void tong__deps_free(struct tong__deps *);
/* Sorted, each once. */
void tong__deps_sort(struct tong__deps *);

/* What a page needed that was read for an earlier one and kept since. */
struct tong__kept_deps {
	struct tong__deps deps;
	size_t begin;                 /* while it is read: where it begins in the page's */
	bool used;                    /* by this page */
	long set;                     /* for tong__pages_learn: its number there, or -1 */
};

/* A reader that writes down what it is asked. One thread's own. */
struct tong__recorder {
	struct tong__reader reader;   /* to be read from; keeps a pointer to this */
	const struct tong__reader *inner;
	struct tong__deps page;       /* asked for since tong__recorder_begin, but for ... */
	struct tong__kept_deps kept[TONG__N_KEPT];
	bool nomem;
};

void tong__recorder_init(struct tong__recorder *, const struct tong__reader *inner);
void tong__recorder_free(struct tong__recorder *);
/* Another page: what is kept stays. */
void tong__recorder_begin(struct tong__recorder *);

/* What changed, as dependencies that are no longer what they were. */
struct tong__changed {
	bool all;                     /* nothing is known: everything */
	struct tong__deps deps;       /* sorted by tong__changed_sort */
	unsigned char seen[8192];     /* a bit for each of the low 16 bits: tells most strangers */
};

void tong__changed_free(struct tong__changed *);
/* A record that differs, before and now; in one of the two it may not be there (NULL). -1 when
 * memory is out. */
int tong__changed_record(struct tong__changed *, const char *layer, struct tong__str key,
                         struct tong__str was, struct tong__str is);
int tong__changed_layer(struct tong__changed *, const char *layer);
void tong__changed_sort(struct tong__changed *);
bool tong__changed_hits(const struct tong__changed *, const uint32_t *hashes, size_t n);

#endif
