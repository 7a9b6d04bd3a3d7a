/* UTF-8, names that are safe in paths, and small string helpers. */
#ifndef TONG_CORE_TEXT_H
#define TONG_CORE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Valid UTF-8 without surrogates and noncharacter-free of NUL; *bad (may be NULL) is the offset of
 * the first bad byte. */
bool tong__utf8_valid(const char *, size_t, size_t *bad);

/* Length of the well-formed sequence that starts p[0..n), n at least 1; 0 when there is none. */
size_t tong__utf8_len(const char *p, size_t n);

/* Next code point at *p (before end), advancing *p; U+FFFD for a bad byte. */
uint32_t tong__utf8_next(const char **p, const char *end);
size_t tong__utf8_put(uint32_t cp, char out[4]);
/* Number of code points. */
size_t tong__utf8_count(const char *, size_t);

bool tong__is_han(uint32_t cp);

/* FORMAT R2: a record key. */
bool tong__key_valid(const char *, size_t);
/* Source rule S2: an id (1-64 of [0-9A-Za-z_-]) and an item code (1-40 of [0-9A-Za-z-]). */
bool tong__id_valid(const char *);
bool tong__item_code_valid(const char *);
/* A region code: 6, 9 or 12 digits. */
bool tong__region_code_valid(const char *);
/* True when region 'inner' is 'outer' or lies below it (510000 holds all 51…; 511600 holds 511602,
 * …). */
bool tong__region_within(const char *inner, const char *outer);

/* Relative path without empty, "." or ".." parts, backslash, NUL or control characters. */
bool tong__path_safe(const char *);

bool tong__starts(const char *s, const char *prefix);
bool tong__ends(const char *s, const char *suffix);

#endif
