/* The node's web server: the site's URLs and a small API from the store, reads only. */
#ifndef TONG_AGENT_SERVE_H
#define TONG_AGENT_SERVE_H

#include <stdbool.h>
#include <stddef.h>

#include <tong/agent.h>

#define TONG_LISTEN "127.0.0.1:8511"
/* Bytes of pages kept: all of a county of a thousand items, and the whole server within 25 MB. */
#define TONG_SERVE_CACHE (9u << 20)

struct tong__serve;

/* Listens at 'where' (ADDR:PORT, [ADDR6]:PORT, :PORT for loopback; port 0: any). 'address' gets
 * what was bound. The agent belongs to the server's thread until stop. */
int tong__serve_start(struct tong__serve **out, tong_agent *, const char *where, char *address,
					  size_t max, tong_error *);
void tong__serve_stop(struct tong__serve *);

/* ---- serve_cache.c: pages made once, those that nobody asks for again dropped first ---- */

struct tong__serve_cache;

struct tong__page_kept {
	const char *bytes, *type; /* 'type' is static */
	size_t n;
	char etag[24];
};

struct tong__serve_cache *tong__serve_cache_new(size_t max);
void tong__serve_cache_free(struct tong__serve_cache *);
void tong__serve_cache_clear(struct tong__serve_cache *);
/* NULL: not kept. It lives until the next put or clear. */
const struct tong__page_kept *tong__serve_cache_get(struct tong__serve_cache *, const char *url);
/* Copies what it is given; one that is too large for its share is not kept. */
void tong__serve_cache_put(struct tong__serve_cache *, const char *url,
						   const struct tong__page_kept *);

/* ---- serve_api.c ---- */

/* The JSON for an API path ("/api/v1/…"), and its HTTP status. 'arg' looks up a query argument
 * (NULL: absent). */
struct tong__serve_query {
	void *user;
	const char *(*arg)(void *user, const char *name);
};
char *tong__serve_api(tong_agent *, const char *path, const struct tong__serve_query *,
					  unsigned *status);

#endif
