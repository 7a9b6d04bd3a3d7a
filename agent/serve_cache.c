/* Pages kept in memory: a hash table, bounded in bytes, that forgets by the SIEVE rule. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/serve.h"

/*
 * SIEVE: entries stand in order of arrival; a hand goes from the oldest to the newest, spares once
 * what was asked for since it last came by, and drops the rest. A robot that walks through all
 * pages in order empties a cache that forgets the least recently used; this one keeps what people
 * ask for.
 */
#define BUCKETS 2048

struct node {
	struct node *next;          /* in the bucket */
	struct node *newer, *older; /* in order of arrival */
	struct tong__page_kept page;
	size_t size;
	bool asked;
	char data[]; /* URL with NUL, then the page */
};

struct tong__serve_cache {
	struct node *buckets[BUCKETS];
	struct node *newest, *oldest, *hand;
	size_t size, max;
};

static unsigned bucket_of(const char *url)
{
	uint32_t h = 2166136261u; /* FNV-1a */

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
	struct node **at = &c->buckets[bucket_of(n->data)];

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
	c->size -= n->size;
	free(n);
}

static void drop_one(struct tong__serve_cache *c)
{
	struct node *n = c->hand ? c->hand : c->oldest;

	while (n->asked) {
		n->asked = false;
		n = n->newer ? n->newer : c->oldest;
	}
	c->hand = n;
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

static struct node *find(struct tong__serve_cache *c, const char *url)
{
	struct node *n = c->buckets[bucket_of(url)];

	while (n && strcmp(n->data, url) != 0)
		n = n->next;
	return n;
}

const struct tong__page_kept *tong__serve_cache_get(struct tong__serve_cache *c, const char *url)
{
	struct node *n = find(c, url);

	if (!n)
		return NULL;
	n->asked = true;
	return &n->page;
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

void tong__serve_cache_put(struct tong__serve_cache *c, const char *url,
						   const struct tong__page_kept *page)
{
	size_t url_n = strlen(url) + 1, size = sizeof(struct node) + url_n + page->n;
	unsigned b = bucket_of(url);
	struct node *n = size <= c->max / 8 && !find(c, url) ? calloc(1, size) : NULL;

	if (!n)
		return;
	while (c->oldest && c->size + size > c->max)
		drop_one(c);
	n->page = *page;
	n->page.bytes = n->data + url_n;
	n->size = size;
	memcpy(n->data, url, url_n);
	memcpy(n->data + url_n, page->bytes, page->n);
	n->next = c->buckets[b];
	c->buckets[b] = n;
	c->size += size;
	link_newest(c, n);
}
