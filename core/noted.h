/* jansson's trees, with every failed allocation noted (core/memory.h): include this in its place.
 *
 * What may be NULL on purpose stays so: a NULL value is not set, a NULL string makes no node. */
#ifndef TONG_CORE_NOTED_H
#define TONG_CORE_NOTED_H

#include <jansson.h>

#include "core/memory.h"

/* A node that had to be made. */
static inline json_t *tong__tree_made(json_t *v)
{
	if (!v)
		tong__memory_note();
	return v;
}

/* A node made of something that may be missing. */
static inline json_t *tong__tree_from(const void *from, json_t *v)
{
	return from ? tong__tree_made(v) : v;
}

static inline char *tong__tree_text(char *text)
{
	if (!text)
		tong__memory_note();
	return text;
}

/* The result of putting 'v' into 'in', both of which may be missing on purpose. */
static inline int tong__tree_put(const json_t *in, const json_t *v, int rc)
{
	if (rc && in && v)
		tong__memory_note();
	return rc;
}

static inline int tong__tree_set_new(json_t *o, const char *key, json_t *v)
{
	return tong__tree_put(o, v, json_object_set_new(o, key, v));
}

static inline int tong__tree_set_new_nocheck(json_t *o, const char *key, json_t *v)
{
	return tong__tree_put(o, v, json_object_set_new_nocheck(o, key, v));
}

static inline int tong__tree_set(json_t *o, const char *key, json_t *v)
{
	return tong__tree_put(o, v, json_object_set_new(o, key, json_incref(v)));
}

static inline int tong__tree_setn_new_nocheck(json_t *o, const char *key, size_t n, json_t *v)
{
	return tong__tree_put(o, v, json_object_setn_new_nocheck(o, key, n, v));
}

static inline int tong__tree_append_new(json_t *a, json_t *v)
{
	return tong__tree_put(a, v, json_array_append_new(a, v));
}

static inline int tong__tree_append(json_t *a, json_t *v)
{
	return tong__tree_put(a, v, json_array_append_new(a, json_incref(v)));
}

static inline json_t *tong__tree_string(const char *s)
{
	return tong__tree_from(s, json_string(s));
}

static inline json_t *tong__tree_stringn(const char *s, size_t n)
{
	return tong__tree_from(s, json_stringn(s, n));
}

static inline json_t *tong__tree_stringn_nocheck(const char *s, size_t n)
{
	return tong__tree_from(s, json_stringn_nocheck(s, n));
}

/* jansson's copies leave out what they cannot put in; such a one is none. */
static inline json_t *tong__tree_copied(const void *from, json_t *copy, bool whole)
{
	if (copy && !whole) {
		tong__memory_note();
		json_decref(copy);
		copy = NULL;
	}
	return tong__tree_from(from, copy);
}

static inline json_t *tong__tree_copy(json_t *v)
{
	json_t *copy = json_copy(v);

	return tong__tree_copied(v, copy, json_object_size(copy) == json_object_size(v) &&
										  json_array_size(copy) == json_array_size(v));
}

static inline json_t *tong__tree_deep_copy(const json_t *v)
{
	json_t *copy = json_deep_copy(v);

	return tong__tree_copied(v, copy, json_equal(copy, v));
}

#define json_object()                       tong__tree_made(json_object())
#define json_array()                        tong__tree_made(json_array())
#define json_integer(n)                     tong__tree_made(json_integer(n))
#define json_pack(...)                      tong__tree_made(json_pack(__VA_ARGS__))
#define json_sprintf(...)                   tong__tree_made(json_sprintf(__VA_ARGS__))
#define json_string(s)                      tong__tree_string(s)
#define json_stringn(s, n)                  tong__tree_stringn(s, n)
#define json_stringn_nocheck(s, n)          tong__tree_stringn_nocheck(s, n)
#define json_copy(v)                        tong__tree_copy(v)
#define json_deep_copy(v)                   tong__tree_deep_copy(v)
#define json_dumps(v, flags)                tong__tree_text(json_dumps(v, flags))
#define json_object_set_new(o, key, v)      tong__tree_set_new(o, key, v)
#define json_object_set(o, key, v)          tong__tree_set(o, key, v)
#define json_array_append_new(a, v)         tong__tree_append_new(a, v)
#define json_array_append(a, v)             tong__tree_append(a, v)
#define json_object_set_new_nocheck(o, k, v) tong__tree_set_new_nocheck(o, k, v)
#define json_object_setn_new_nocheck(o, k, n, v) tong__tree_setn_new_nocheck(o, k, n, v)
#define json_object_update_missing(o, v) \
	tong__tree_put(o, v, json_object_update_missing(o, v))
#define json_array_extend(a, v)   tong__tree_put(a, v, json_array_extend(a, v))

#endif
