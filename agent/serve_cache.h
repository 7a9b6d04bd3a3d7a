/* Pages kept in memory between requests, each in the codings it was asked for. */
#ifndef TONG_AGENT_SERVE_CACHE_H
#define TONG_AGENT_SERVE_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "agent/serve_head.h"

#define TONG_MAX_ETAG 28

/* A body as it is sent. Held by the cache and by every answer under way; the last one frees it. All
 * holders live in the server's thread. */
struct tong__body {
	unsigned holders;
	enum tong__coding coding;
	const char *type; /* a static string */
	const char *to;   /* where it leads on at once; NULL: nowhere */
	char etag[TONG_MAX_ETAG];
	char version[9];  /* of the plain bytes: what pages write behind an asset's name, "?v=…" */
	size_t n;
	char bytes[]; /* n of them, then 'to' */
};

/* Copies 'bytes' and 'to' (may be NULL); you are its holder. NULL when memory is out. */
struct tong__body *tong__body_new(const char *bytes, size_t n, const char *type, const char *to);
struct tong__body *tong__body_hold(struct tong__body *);
void tong__body_drop(struct tong__body *); /* NULL is fine */

struct tong__serve_cache;

struct tong__cache_counts {
	uint64_t hits, misses, evicted;
	size_t bytes, pages; /* now */
};

/* At most 'max' bytes, what describes the pages included. */
struct tong__serve_cache *tong__serve_cache_new(size_t max);
void tong__serve_cache_free(struct tong__serve_cache *);
void tong__serve_cache_clear(struct tong__serve_cache *);
/* NULL: not kept. You are its holder too. */
struct tong__body *tong__serve_cache_get(struct tong__serve_cache *, const char *url,
										 enum tong__coding);
/* Under the coding that was asked for, which is not always the page's own. One that is larger than
 * an eighth of the whole is not kept. */
void tong__serve_cache_put(struct tong__serve_cache *, const char *url, enum tong__coding,
						   struct tong__body *);
void tong__serve_cache_counts(const struct tong__serve_cache *, struct tong__cache_counts *);

#endif
