/* JSON: strict reading, and the two canonical forms we write and check. */
#ifndef TONG_CORE_JSON_H
#define TONG_CORE_JSON_H

#include "core/noted.h"

#include "core/buf.h"
#include "core/err.h"

/* Reads exactly one JSON object or array (RFC 8259): duplicate names, bytes after it, bad UTF-8,
 * NUL, floating point, whole numbers beyond 64 bits and more than 'depth' levels are refused
 * (TONG_E_FORMAT, with line:column). *out is yours (json_decref); NULL after a failure. */
int tong__json_read(const char *, size_t, int depth, const char *subject, json_t **out,
                    tong_error *);

/* The same of what this program wrote itself, like a column of its store: up to 256 levels; of a
 * name that stands twice the last one counts. NULL when it is not JSON after all, or memory is out
 * (core/memory.h). 's' may be NULL. */
json_t *tong__json_own(const char *s, size_t n);
json_t *tong__json_text(const char *s);

/* OLPC canonical JSON (TUF, FORMAT T1): names sorted by code point, only " and \ escaped. */
int tong__json_canonical(const json_t *, struct tong__buf *out);
/* Record form (FORMAT R1), "k" first when present, no LF. */
int tong__json_record(const json_t *, struct tong__buf *out);

/* As jansson writes it, with its flags. The buffer's failure. */
int tong__json_dump(const json_t *, size_t flags, struct tong__buf *out);

/* Typed members: NULL or the default when missing or of another type. Borrowed. */
const char *tong__json_str(const json_t *obj, const char *name);
json_int_t tong__json_int(const json_t *obj, const char *name, json_int_t otherwise);
bool tong__json_bool(const json_t *obj, const char *name);
json_t *tong__json_arr(const json_t *obj, const char *name);
json_t *tong__json_obj(const json_t *obj, const char *name);

#endif
