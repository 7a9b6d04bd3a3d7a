/* The file of pages: a mark, SHA-256 of the rest, then numbers of 7 bits a byte; sets first, then
 * the pages, of each URL only what its neighbour has not. */
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/hash.h"
#include "publisher/site_pages.h"

#define MARK "TONGPG1\n"
#define HEAD (sizeof MARK - 1 + TONG_HASH)
#define MAX_FILE (1u << 30)   /* 300,000 pages are some ten MB */
#define NUMBER 5              /* bytes of one number at most */

/* ---- writing ---- */

static void put(struct tong__buf *b, uint32_t v)
{
	for (; v >= 0x80; v >>= 7)
		b->data[b->len++] = (char)(v | 0x80);
	b->data[b->len++] = (char)v;
}

/* Sets that no page has any more are left out: map[set] is the number in the file + 1. */
static void number_sets(const struct tong__pages *p, const struct tong__page_at *page,
                        uint32_t *map, uint32_t *order, uint32_t *n)
{
	for (uint32_t k = 0; k < page->n; k++) {
		uint32_t set = p->ids[page->first + k];

		if (!map[set]) {
			order[*n] = set;
			map[set] = ++*n;
		}
	}
}

static int put_sets(const struct tong__pages *p, struct tong__buf *b, const uint32_t *order,
                    uint32_t n)
{
	if (tong__buf_reserve(b, NUMBER))
		return -1;
	put(b, n);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t from = p->sets[order[i]], size = p->sets[order[i] + 1] - from;

		if (tong__buf_reserve(b, NUMBER + size * sizeof *p->hashes))
			return -1;
		put(b, size);
		if (size)   /* a page that read nothing has no hashes at all */
			memcpy(b->data + b->len, p->hashes + from, size * sizeof *p->hashes);
		b->len += size * sizeof *p->hashes;
	}
	return 0;
}

static int put_page(const struct tong__pages *p, struct tong__buf *b, const uint32_t *map,
                    const struct tong__page_at *page, const char *before, const char *url)
{
	size_t same = 0, rest;

	while (url[same] && url[same] == before[same])
		same++;
	rest = strlen(url + same);
	if (tong__buf_reserve(b, rest + NUMBER * (4 + (size_t)page->n)))
		return -1;
	put(b, (uint32_t)same);
	put(b, (uint32_t)rest);
	memcpy(b->data + b->len, url + same, rest);
	b->len += rest;
	put(b, page->size);
	put(b, page->n);
	for (uint32_t k = 0; k < page->n; k++)
		put(b, map[p->ids[page->first + k]] - 1);
	return 0;
}

static int put_all(const struct tong__pages *p, struct tong__buf *b, uint32_t *map, uint32_t *order)
{
	const char *before = "";
	uint32_t n = 0;
	int rc;

	number_sets(p, &p->site, map, order, &n);
	number_sets(p, &p->list, map, order, &n);
	for (size_t i = 0; i < p->n; i++)
		number_sets(p, &p->at[i], map, order, &n);
	rc = put_sets(p, b, order, n);
	if (!rc && !(rc = tong__buf_reserve(b, NUMBER)))
		put(b, (uint32_t)p->n);
	if (!rc)
		rc = put_page(p, b, map, &p->site, before, "");
	if (!rc)
		rc = put_page(p, b, map, &p->list, before, "");
	for (size_t i = 0; !rc && i < p->n; i++) {
		const char *url = tong__pages_url(p, i);

		rc = put_page(p, b, map, &p->at[i], before, url);
		before = url;
	}
	return rc;
}

int tong__pages_save(const struct tong__pages *p, const char *path, tong_error *err)
{
	uint32_t *map = calloc(p->n_sets + 1, sizeof *map);
	uint32_t *order = calloc(p->n_sets + 1, sizeof *order);
	struct tong__hash hash;
	struct tong__buf b;
	int rc;

	tong__buf_init(&b, MAX_FILE);
	rc = !map || !order || tong__buf_adds(&b, MARK) || tong__buf_reserve(&b, TONG_HASH);
	b.len += rc ? 0 : TONG_HASH;
	if (!rc)
		rc = put_all(p, &b, map, order);
	if (!rc) {
		tong__sha256(b.data + HEAD, b.len - HEAD, &hash);
		memcpy(b.data + HEAD - TONG_HASH, hash.b, TONG_HASH);
		rc = tong__file_write(path, b.data, b.len, err);
	} else if (b.failed == TONG_E_LIMIT) {
		rc = tong__fail(err, TONG_E_LIMIT, path, "more pages than can be remembered");
	} else {
		rc = tong__fail_nomem(err);
	}
	tong__buf_free(&b);
	free(map);
	free(order);
	return rc;
}

/* ---- reading ---- */

struct in {
	const unsigned char *at, *end;
	bool bad;
};

static uint32_t get(struct in *in)
{
	uint64_t v = 0;
	unsigned shift = 0;

	while (in->at < in->end && shift < 7 * NUMBER) {
		unsigned char c = *in->at++;

		v |= (uint64_t)(c & 0x7f) << shift;
		shift += 7;
		if (c < 0x80 && v <= UINT32_MAX)
			return (uint32_t)v;
	}
	in->bad = true;
	return 0;
}

/* A number that counts things of at least one byte each. */
static uint32_t get_count(struct in *in)
{
	uint32_t n = get(in);

	in->bad |= n > (size_t)(in->end - in->at);
	return in->bad ? 0 : n;
}

/* False only when memory is out. */
static bool get_sets(struct tong__pages *p, struct in *in)
{
	size_t n = get_count(in), most = (size_t)(in->end - in->at) / sizeof *p->hashes;

	p->sets = calloc(n + 2, sizeof *p->sets);
	p->hashes = malloc((most + 1) * sizeof *p->hashes);
	p->cap_sets = n + 2;
	p->cap_hashes = most + 1;
	if (!p->sets || !p->hashes)
		return false;
	for (; p->n_sets < n && !in->bad; p->n_sets++) {
		size_t size = get(in), bytes = size * sizeof *p->hashes;

		in->bad |= bytes > (size_t)(in->end - in->at);
		if (in->bad)
			break;
		memcpy(p->hashes + p->n_hashes, in->at, bytes);
		in->at += bytes;
		p->n_hashes += size;
		p->sets[p->n_sets + 1] = (uint32_t)p->n_hashes;
	}
	return true;
}

static bool get_page(struct tong__pages *p, struct in *in, struct tong__page_at *page,
                     const char *before)
{
	uint32_t same = get(in), rest = get_count(in);
	char url[TONG_MAX_URL + 1];

	in->bad |= same > strlen(before) || (size_t)same + rest > TONG_MAX_URL;
	if (in->bad)
		return true;
	memcpy(url, before, same);
	memcpy(url + same, in->at, rest);
	url[same + rest] = '\0';
	in->at += rest;
	page->url = (uint32_t)p->urls.len;
	page->size = get(in);
	page->n = get_count(in);
	page->first = (uint32_t)p->n_ids;
	for (uint32_t k = 0; k < page->n && !in->bad; k++) {
		uint32_t set = get(in);

		in->bad |= set >= p->n_sets;
		p->ids[p->n_ids++] = set;
	}
	return !tong__buf_add(&p->urls, url, (size_t)same + rest + 1);
}

static bool get_pages(struct tong__pages *p, struct in *in)
{
	char before[TONG_MAX_URL + 1] = "";
	size_t n = get_count(in);

	p->cap = n + 1;
	p->at = calloc(p->cap, sizeof *p->at);
	p->cap_ids = (size_t)(in->end - in->at) + 1;   /* a number has at least a byte */
	p->ids = malloc(p->cap_ids * sizeof *p->ids);
	if (!p->at || !p->ids || !get_page(p, in, &p->site, "") || !get_page(p, in, &p->list, ""))
		return false;
	for (; p->n < n && !in->bad; p->n++) {
		if (!get_page(p, in, &p->at[p->n], before))
			return false;
		strcpy(before, in->bad ? "" : tong__pages_url(p, p->n));
	}
	return true;
}

int tong__pages_load(struct tong__pages *p, const char *path, tong_error *err)
{
	struct tong__hash hash;
	struct tong__buf b;
	struct in in;
	int rc;

	tong__buf_init(&b, MAX_FILE);
	rc = tong__file_read(path, &b, err);
	if (!rc && b.len > HEAD)
		tong__sha256(b.data + HEAD, b.len - HEAD, &hash);
	if (!rc && (b.len <= HEAD || memcmp(b.data, MARK, sizeof MARK - 1) ||
	            memcmp(b.data + HEAD - TONG_HASH, hash.b, TONG_HASH)))
		rc = tong__fail(err, TONG_E_STORE, path, "is damaged");
	if (!rc) {
		in = (struct in){(unsigned char *)b.data + HEAD, (unsigned char *)b.data + b.len, false};
		if (!get_sets(p, &in) || !get_pages(p, &in))
			rc = tong__fail_nomem(err);
		else if (in.bad || in.at != in.end)
			rc = tong__fail(err, TONG_E_STORE, path, "is damaged");
	}
	tong__buf_free(&b);
	if (rc)
		tong__pages_free(p);
	return rc;
}
