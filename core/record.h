/* Records and layers: the lines that travel (FORMAT sections 1 and 2). */
#ifndef TONG_CORE_RECORD_H
#define TONG_CORE_RECORD_H

#include "core/noted.h"
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/hash.h"
#include "core/limits.h"

/* A slice of somebody else's bytes. */
struct tong__str {
	const char *p;
	size_t n;
};

/* The key of a record line (with or without LF), by looking at its start only; the slice points
 * into 'line'. R1, R2. */
int tong__record_key(const char *line, size_t n, struct tong__str *key, tong_error *);

/* Full check of one line without LF against R1-R4; the parsed object goes to *out when out is not
 * NULL. Without 'out' it costs about what hashing the line does. */
int tong__record_check(const char *line, size_t n, json_t **out, tong_error *);
/* Is the line, whose key tong__record_key gave, in record form beyond doubt? False also for some
 * that are (names with escapes): what is not is told by tong__record_check. */
bool tong__record_form(const char *line, size_t n, struct tong__str key);

/* The value of a line that is known to be a record, for it was checked when it was made or came in:
 * what tong__json_read gives, without looking for faults. NULL: ask that one why. */
json_t *tong__record_value(const char *line, size_t n);

/* ---- looking into a line without a tree (record_walk.c) ---- */

/* Over the members of an object or the elements of an array; over nothing for any other value.
 * Slices point into the line; names and texts in them are as they are written, with escapes. */
struct tong__walk {
	const char *p, *end;
	bool object;
};
struct tong__walk tong__walk(struct tong__str value);
/* The next one; name is {NULL, 0} in an array. False at the end. */
bool tong__walk_next(struct tong__walk *, struct tong__str *name, struct tong__str *value);
bool tong__walk_named(struct tong__str name, const char *wanted);
/* The value of a member; {NULL, 0} when there is none. */
struct tong__str tong__walk_member(struct tong__str object, const char *name);
/* The same for n names in one pass. */
void tong__walk_members(struct tong__str object, const char *const names[], size_t n,
                        struct tong__str out[]);
bool tong__walk_is_text(struct tong__str value);
/* Appends a text without quotes and escapes; nothing for any other value. The buffer's fault. */
int tong__walk_text(struct tong__str value, struct tong__buf *out);

/* Order of keys: bytes, shorter first. <0, 0, >0. */
int tong__key_cmp(struct tong__str a, struct tong__str b);

/* Is this key allowed in this layer (L5-L8, promise P7)? 'layer' is site, base or rCODE.
 * TONG_E_ROLE when not. */
int tong__record_allowed(const char *layer, struct tong__str key, tong_error *);

/* A layer name: site, base or r + 6 or 9 digits (L2). */
bool tong__layer_name_valid(const char *name);
/* L4: does a node of this region hold the layer? */
bool tong__layer_concerns(const char *layer, const char *region);

/* Walks the lines of a whole layer held in memory, checking L1 (order, LF at the end) and R2, R3.
 * 'fn' gets each line without LF; what it returns other than 0 ends the walk and is returned. */
int tong__layer_each(const char *layer, const char *bytes, size_t n,
                     int (*fn)(void *user, struct tong__str key, struct tong__str line),
                     void *user, tong_error *);

/* The standard fingerprint of an item line without LF (F1): "XXXX-XXXX". */
#define TONG_FINGERPRINT 10
void tong__fingerprint(const char *line, size_t n, char out[TONG_FINGERPRINT]);
/* 40 bits in that form, for other things that people read out. */
void tong__symbols(const unsigned char five[5], char out[TONG_FINGERPRINT]);
/* What a person typed, brought to that form; false when it is not 8 symbols of the alphabet. */
bool tong__fingerprint_read(const char *typed, char out[TONG_FINGERPRINT]);

/* L9: the brief of an item record. New reference; NULL when memory is out. */
json_t *tong__brief_from_item(const json_t *item);
/* The same from the record's line, in record form, appended; the buffer tells a fault. */
void tong__brief_from_line(struct tong__str line, struct tong__buf *out);

#endif
