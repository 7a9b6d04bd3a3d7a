/* How Chinese characters are read, without tones, from a table of the common ones. */
#ifndef TONG_CORE_PINYIN_H
#define TONG_CORE_PINYIN_H

#include <stddef.h>
#include <stdint.h>

#define TONG_READINGS 4   /* of one character */

extern const char *const tong__pinyin_table[];   /* pinyin_table.c */

/* The table turned round, for look-ups by character. */
struct tong__pinyin;

/* NULL when memory is out. */
struct tong__pinyin *tong__pinyin_new(void);
void tong__pinyin_free(struct tong__pinyin *);

/* The readings of a character, in the order of the alphabet; how many. Static strings that run on
 * into the characters of their row: the syllable is the first *len bytes. */
struct tong__syllable {
	const char *p;
	size_t n;
};
size_t tong__pinyin_of(const struct tong__pinyin *, uint32_t cp,
                       struct tong__syllable out[TONG_READINGS]);

#endif
