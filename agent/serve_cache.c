/* Pages kept in memory: a hash table, bounded in bytes, that forgets by the SIEVE rule. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/serve_cache.h"
#include "core/hash.h"

/*
 * SIEVE: entries stand in order of arrival; a hand goes from the oldest to the newest, spares once
 * what was asked for since it last came by, and drops the rest. A robot that walks through all
 * pages in order empties a cache that forgets the least recently used; this one keeps what people
 * ask for. The hand begins again at the oldest after a quarter of all: else, when people ask for
 * other pages than before, it would stay among the new ones and never come to those of yesterday.
 */
#define BUCKETS  4096
#define OVERHEAD 32 /* of two pieces of memory, for malloc */

struct node {
	struct node *next;          /* in the bucket */
	struct node *newer, *older; /* in order of arrival */
	struct tong__body *page;
	size_t size;
	bool asked;
	char coding; /* asked for */
	char url[];
};

struct tong__serve_cache {
	struct node *buckets[BUCKETS];
	struct node *newest, *oldest, *hand;
	size_t max, dropped; /* since the hand began */
	struct tong__cache_counts counts;
};

/* ---- one page ---- */

struct tong__body *tong__body_new(const char *bytes, size_t n, const char *type, const char *to)
{
	size_t to_n = to ? strlen(to) + 1 : 0;
	struct tong__body *k = malloc(sizeof *k + n + to_n);
	struct tong__hash sum;
	char hex[TONG_HEX];

	if (!k)
		return NULL;
	*k = (struct tong__body){ .holders = 1, .type = type, .n = n };
	memcpy(k->bytes, bytes, n);
	if (to)
		k->to = memcpy(k->bytes + n, to, to_n);
	tong__sha256(bytes, n, &sum);
	tong__hash_hex(&sum, hex);
	snprintf(k->etag, sizeof k->etag, "\"%.20s\"", hex);
	snprintf(k->version, sizeof k->version, "%.8s", hex);
	return k;
}

struct tong__body *tong__body_hold(struct tong__body *k)
{
	k->holders++;
	return k;
}

void tong__body_drop(struct tong__body *k)
{
	if (k && --k->holders == 0)
		free(k);
}

/* ---- the table ---- */

static unsigned bucket_of(const char *url, char coding)
{
	uint32_t h = 2166136261u ^ (unsigned char)coding; /* FNV-1a */

	while (*url)
		h = (h ^ (unsigned char)*url++) * 16777619u;
	return h % BUCKETS;
}

struct tong__serve_cache *tong__serve_cache_new(size_t max)
{
	struct tong__serve_cache *c = calloc(1, sizeof *c);

	if (c)
		c->max = max;
	return c;
}

static void drop(struct tong__serve_cache *c, struct node *n)
{
	struct node **at = &c->buckets[bucket_of(n->url, n->coding)];

	while (*at != n)
		at = &(*at)->next;
	*at = n->next;
	if (c->hand == n)
		c->hand = n->newer;
	if (n->newer)
		n->newer->older = n->older;
	else
		c->newest = n->older;
	if (n->older)
		n->older->newer = n->newer;
	else
		c->oldest = n->newer;
	c->counts.bytes -= n->size;
	c->counts.pages--;
	tong__body_drop(n->page);
	free(n);
}

static void drop_one(struct tong__serve_cache *c)
{
	struct node *n;

	if (++c->dropped > c->counts.pages / 4) {
		c->hand = NULL;
		c->dropped = 0;
	}
	n = c->hand ? c->hand : c->oldest;
	while (n->asked) {
		n->asked = false;
		n = n->newer ? n->newer : c->oldest;
	}
	c->hand = n;
	c->counts.evicted++;
	drop(c, n);
}

void tong__serve_cache_clear(struct tong__serve_cache *c)
{
	while (c->oldest)
		drop(c, c->oldest);
}

void tong__serve_cache_free(struct tong__serve_cache *c)
{
	if (!c)
		return;
	tong__serve_cache_clear(c);
	free(c);
}

static struct node *find(struct tong__serve_cache *c, const char *url, char coding)
{
	struct node *n = c->buckets[bucket_of(url, coding)];

	while (n && (n->coding != coding || strcmp(n->url, url) != 0))
		n = n->next;
	return n;
}

struct tong__body *tong__serve_cache_get(struct tong__serve_cache *c, const char *url,
										 enum tong__coding coding)
{
	struct node *n = find(c, url, (char)coding);

	if (!n) {
		c->counts.misses++;
		return NULL;
	}
	c->counts.hits++;
	n->asked = true;
	return tong__body_hold(n->page);
}

static void link_newest(struct tong__serve_cache *c, struct node *n)
{
	n->older = c->newest;
	if (c->newest)
		c->newest->newer = n;
	else
		c->oldest = n;
	c->newest = n;
}

void tong__serve_cache_put(struct tong__serve_cache *c, const char *url, enum tong__coding coding,
						   struct tong__body *page)
{
	size_t url_n = strlen(url) + 1;
	size_t size = sizeof(struct node) + url_n + sizeof *page + page->n + OVERHEAD;
	unsigned b = bucket_of(url, (char)coding);
	struct node *n = size <= c->max / 8 && !find(c, url, (char)coding)
						 ? calloc(1, sizeof *n + url_n)
						 : NULL;

	if (!n)
		return;
	while (c->oldest && c->counts.bytes + size > c->max)
		drop_one(c);
	n->page = tong__body_hold(page);
	n->size = size;
	n->coding = (char)coding;
	memcpy(n->url, url, url_n);
	n->next = c->buckets[b];
	c->buckets[b] = n;
	c->counts.bytes += size;
	c->counts.pages++;
	link_newest(c, n);
}

void tong__serve_cache_counts(const struct tong__serve_cache *c, struct tong__cache_counts *out)
{
	*out = c->counts;
}
