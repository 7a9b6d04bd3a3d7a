/* Readings of the characters in use, and what counts as the same sound (FORMAT Q5, Q6). */
#ifndef TONG_CORE_SEARCH_SOUNDS_H
#define TONG_CORE_SEARCH_SOUNDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TONG_MAX_SOUNDS 6     /* of one character */

struct tong__sound {
	char plain[8], soft[8];   /* "zheng", "zen"; a character without a reading is its own */
	uint32_t slur;            /* the same for what Sichuan speech does not tell apart */
	uint32_t first;           /* the first letter */
	bool letters;             /* a syllable, of which a beginning is enough */
};

struct tong__reading {
	uint32_t c;
	uint16_t sound;
};

struct tong__sounds {
	struct tong__sound *all;
	size_t n;
	struct tong__reading *by;   /* in the order of characters */
	size_t n_by;
};

/* Reads "ai爱碍 an安案" (Q2, readings). 0, or -1 when memory is out. */
int tong__sounds_read(struct tong__sounds *, const char *readings);
void tong__sounds_free(struct tong__sounds *);

/* How a character is read; how many ways, at least one. */
size_t tong__sounds_of(const struct tong__sounds *, uint32_t c,
                       struct tong__sound out[TONG_MAX_SOUNDS]);

/* zh, ch, sh without h, ng without g: what is typed by those who do not tell them apart. */
void tong__soften(const char *from, char *to, size_t max);

#endif
