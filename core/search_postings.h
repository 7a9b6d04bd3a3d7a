/* Which entries have something: numbers of entries under keys, packed once all are known. */
#ifndef TONG_CORE_SEARCH_POSTINGS_H
#define TONG_CORE_SEARCH_POSTINGS_H

#include <stddef.h>
#include <stdint.h>

struct tong__posting {
	uint64_t key;
	uint32_t entry;
};

/* All zero is empty. Add, then close, then get. */
struct tong__postings {
	struct tong__posting *open;   /* until it is closed */
	size_t n_open, cap;
	uint64_t *keys;               /* in order, each once */
	uint32_t *starts, *entries;   /* of each key, and one more start */
	size_t n;
};

/* Two characters, sounds or letters as one key. */
static inline uint64_t tong__pair(uint32_t a, uint32_t b)
{
	return (uint64_t)a << 32 | b;
}

/* Both: 0, or -1 when memory is out. Entries are added in ascending order. */
int tong__postings_add(struct tong__postings *, uint64_t key, uint32_t entry);
int tong__postings_close(struct tong__postings *);
/* The entries of a key, ascending, each once; NULL and 0 when there is none. */
const uint32_t *tong__postings_get(const struct tong__postings *, uint64_t key, size_t *n);
void tong__postings_free(struct tong__postings *);

#endif
