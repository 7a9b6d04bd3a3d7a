/* Pages and their dependencies in memory. */
#include "publisher/site_pages.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"

#define REGION_CODE 6          /* bytes; longer codes begin with those of the region above */
#define MAX_URLS (1u << 30)   /* ten million pages of 100 bytes; offsets have 32 bits */

void tong__pages_init(struct tong__pages *p)
{
	memset(p, 0, sizeof *p);
	tong__buf_init(&p->urls, MAX_URLS);
}

void tong__pages_free(struct tong__pages *p)
{
	tong__buf_free(&p->urls);
	free(p->at);
	free(p->ids);
	free(p->hashes);
	free(p->sets);
	free(p->table);
	tong__pages_init(p);
}

static void forget_page(struct tong__page_at *page)
{
	page->first = page->n = 0;
}

void tong__pages_forget(struct tong__pages *p)
{
	for (size_t i = 0; i < p->n; i++)
		forget_page(&p->at[i]);
	forget_page(&p->site);
	forget_page(&p->list);
	free(p->ids);
	free(p->hashes);
	free(p->sets);
	free(p->table);
	p->ids = p->hashes = p->sets = p->table = NULL;
	p->n_ids = p->cap_ids = p->n_hashes = p->cap_hashes = 0;
	p->n_sets = p->cap_sets = p->n_table = p->learnt = 0;
}

/* Room for 'more' elements; false when memory is out. */
static bool room(void *array, size_t n, size_t *cap, size_t more, size_t size)
{
	size_t want = *cap ? *cap : 1024;
	void *p;

	if (n + more <= *cap)
		return true;
	while (want < n + more)
		want *= 2;
	memcpy(&p, array, sizeof p);
	p = want > UINT32_MAX ? NULL : realloc(p, want * size);
	if (!p)
		return false;
	memcpy(array, &p, sizeof p);
	*cap = want;
	return true;
}

/* ---- the list ---- */

struct listing {
	struct tong__pages *out;
	const char *const *regions;
	int code;
	tong_error err;
};

/* Is the URL, in whichever language, outside of /regions/CODE/, or CODE one of those wanted? */
static bool wanted(const char *url, const char *const *regions)
{
	static const char below[] = "/regions/";
	size_t n;

	url += tong__lang_prefix(url);
	if (!regions || !tong__starts(url, below) || !url[sizeof below - 1])
		return true;
	url += sizeof below - 1;
	n = strcspn(url, "/");
	for (; *regions; regions++)
		if (strlen(*regions) == n && memcmp(*regions, url, n) == 0)
			return true;
	return false;
}

static int take(void *arg, const char *url)
{
	struct listing *l = arg;
	struct tong__pages *p = l->out;
	char file[TONG__MAX_FILE];

	if (!wanted(url, l->regions))
		return 0;
	if (!tong__site_file(url, file, sizeof file) || !tong__path_safe(file))
		return l->code = tong__fail(&l->err, TONG_E_FORMAT, url, "W2: this URL has no file name");
	if (!room(&p->at, p->n, &p->cap, 1, sizeof *p->at))
		return l->code = tong__fail_nomem(&l->err);
	p->at[p->n++] = (struct tong__page_at){.url = (uint32_t)p->urls.len};
	if (tong__buf_add(&p->urls, url, strlen(url) + 1))
		return l->code = tong__fail_nomem(&l->err);
	return 0;
}

int tong__pages_list(struct tong__pages *out, const struct tong__site *site,
                     const struct tong__reader *reader, const char *const *regions, tong_error *err)
{
	struct listing l = {.out = out, .regions = regions};
	int code = tong__site_urls(site, reader, take, &l, err);

	if (l.code && err)
		*err = l.err;
	return l.code ? l.code : code;
}

const char *tong__pages_url(const struct tong__pages *p, size_t i)
{
	return p->urls.data + p->at[i].url;
}

void tong__pages_file(const void *pages, size_t i, char out[TONG__MAX_FILE])
{
	if (!tong__site_file(tong__pages_url(pages, i), out, TONG__MAX_FILE))
		*out = '\0';
}

/* ---- the order ---- */

/* Code of the region, or id of the agency that begins with it, whose page this is: they ask for the
 * same listings. NULL for others. */
static const char *region_of(const char *url)
{
	static const char *const below[] = {"/regions/", "/agencies/"};

	for (size_t i = 0; i < sizeof below / sizeof *below; i++) {
		const char *hit = strstr(url, below[i]);

		if (hit)
			return hit + strlen(below[i]);
	}
	return NULL;
}

/* What a page belongs to: an item, of a guide; else a region; "" for neither. */
struct place {
	const char *item, *region;
	uint32_t page;
};

static struct place place_in_order(const struct tong__pages *p, uint32_t page)
{
	const char *region = region_of(tong__pages_url(p, page));
	const char *item = region ? strstr(region, "/items/") : NULL;

	return (struct place){item ? item : "", region && !item ? region : "", page};
}

static int by_item(const void *x, const void *y)
{
	const struct place *a = x, *b = y;
	int c = strcmp(a->item, b->item);

	if (!c && !*a->item)
		c = strncmp(a->region, b->region, REGION_CODE);
	return c ? c : a->page < b->page ? -1 : a->page > b->page;
}

bool tong__pages_together(const struct tong__pages *p, size_t a, size_t b)
{
	struct place one = place_in_order(p, (uint32_t)a), other = place_in_order(p, (uint32_t)b);

	if (*one.item || *other.item)
		return !strcmp(one.item, other.item);
	return *one.region && !strncmp(one.region, other.region, REGION_CODE);
}

enum tong__pages_of tong__pages_of(const struct tong__pages *p, size_t i)
{
	struct place at = place_in_order(p, (uint32_t)i);

	return *at.item ? TONG__OF_ITEM : *at.region ? TONG__OF_REGION : TONG__OF_NEITHER;
}

uint32_t *tong__pages_order(const struct tong__pages *p, const unsigned char *chosen, size_t *n)
{
	uint32_t *order = malloc((p->n + 1) * sizeof *order);
	struct place *places = malloc((p->n + 1) * sizeof *places);

	*n = 0;
	for (size_t i = 0; places && i < p->n; i++)
		if (!chosen || chosen[i])
			places[(*n)++] = place_in_order(p, (uint32_t)i);
	if (places)
		qsort(places, *n, sizeof *places, by_item);
	for (size_t i = 0; order && places && i < *n; i++)
		order[i] = places[i].page;
	if (!places) {
		free(order);
		order = NULL;
	}
	free(places);
	return order;
}

/* ---- sets ---- */

static uint32_t hash_of(const uint32_t *p, size_t n)
{
	uint64_t h = n;

	while (n--)
		h = (h ^ *p++) * 0x9e3779b97f4a7c15u, h ^= h >> 29;
	return (uint32_t)(h >> 16);
}

static size_t set_size(const struct tong__pages *p, size_t i)
{
	return p->sets[i + 1] - p->sets[i];
}

/* The place in the table of the set with these hashes: free, or holding it. */
static size_t place_of(const struct tong__pages *p, const uint32_t *hashes, size_t n)
{
	size_t i = hash_of(hashes, n) & (p->n_table - 1);

	for (; p->table[i]; i = (i + 1) & (p->n_table - 1)) {
		size_t set = p->table[i] - 1;

		if (set_size(p, set) == n &&
		    (!n || !memcmp(p->hashes + p->sets[set], hashes, n * sizeof *hashes)))
			break;
	}
	return i;
}

static bool grow_table(struct tong__pages *p)
{
	uint32_t *old = p->table;
	size_t n = p->n_table;

	if (2 * (p->learnt + 1) <= n)
		return true;
	p->table = calloc(n ? 2 * n : 1024, sizeof *p->table);
	if (!p->table) {
		p->table = old;
		return false;
	}
	p->n_table = n ? 2 * n : 1024;
	for (size_t i = 0; i < n; i++)
		if (old[i])
			p->table[place_of(p, p->hashes + p->sets[old[i] - 1],
			                  set_size(p, old[i] - 1))] = old[i];
	free(old);
	return true;
}

/* The number of the set with these hashes, an equal one or a new one; -1 when memory is out. */
static long set_of(struct tong__pages *p, const struct tong__deps *d)
{
	size_t place;

	if (!grow_table(p) || !room(&p->sets, p->n_sets, &p->cap_sets, 2, sizeof *p->sets) ||
	    !room(&p->hashes, p->n_hashes, &p->cap_hashes, d->n, sizeof *p->hashes))
		return -1;
	place = place_of(p, d->at, d->n);
	if (p->table[place])
		return (long)p->table[place] - 1;
	if (d->n)
		memcpy(p->hashes + p->n_hashes, d->at, d->n * sizeof *d->at);
	p->sets[p->n_sets] = (uint32_t)p->n_hashes;
	p->n_hashes += d->n;
	p->sets[p->n_sets + 1] = (uint32_t)p->n_hashes;
	p->table[place] = (uint32_t)++p->n_sets;
	p->learnt++;
	return (long)p->n_sets - 1;
}

int tong__pages_learn(struct tong__pages *p, struct tong__page_at *page, struct tong__recorder *r)
{
	long set;

	tong__deps_sort(&r->page);
	if (r->nomem || !room(&p->ids, p->n_ids, &p->cap_ids, 1 + TONG__N_KEPT, sizeof *p->ids) ||
	    (set = set_of(p, &r->page)) < 0)
		return -1;
	page->first = (uint32_t)p->n_ids;
	p->ids[p->n_ids++] = (uint32_t)set;
	for (size_t i = 0; i < TONG__N_KEPT; i++) {
		struct tong__kept_deps *k = &r->kept[i];

		if (k->used && k->set < 0 && (k->set = set_of(p, &k->deps)) < 0)
			return -1;
		if (k->used)
			p->ids[p->n_ids++] = (uint32_t)k->set;
	}
	page->n = (uint32_t)p->n_ids - page->first;
	return 0;
}

/* No page reads anything: there are sets, and no list of hashes to point into. */
static const uint32_t *hashes_of(const struct tong__pages *p, size_t set)
{
	return p->hashes ? p->hashes + p->sets[set] : NULL;
}

bool tong__page_hit(const struct tong__pages *p, const struct tong__page_at *page,
                    const struct tong__changed *c)
{
	for (uint32_t k = 0; k < page->n; k++) {
		uint32_t set = p->ids[page->first + k];

		if (tong__changed_hits(c, hashes_of(p, set), set_size(p, set)))
			return true;
	}
	return c->all;
}

int tong__pages_hit(const struct tong__pages *p, const struct tong__changed *c, unsigned char *hit)
{
	unsigned char *sets = calloc(p->n_sets + 1, 1);

	if (!sets)
		return -1;
	for (size_t i = 0; i < p->n_sets; i++)
		sets[i] = tong__changed_hits(c, hashes_of(p, i), set_size(p, i));
	for (size_t i = 0; i < p->n; i++)
		for (uint32_t k = 0; k < p->at[i].n && !hit[i]; k++)
			hit[i] = sets[p->ids[p->at[i].first + k]];
	free(sets);
	return 0;
}

/* ---- from one publish to the next ---- */

static size_t url_place(const struct tong__pages *p, const uint32_t *table, size_t size,
                        const char *url)
{
	uint64_t h = 14695981039346656037u;

	for (const char *s = url; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	h ^= h >> 32;
	for (h &= size - 1; table[h]; h = (h + 1) & (size - 1))
		if (!strcmp(tong__pages_url(p, table[h] - 1), url))
			break;
	return (size_t)h;
}

static void move_sets(struct tong__pages *to, struct tong__pages *from)
{
	to->ids = from->ids;
	to->n_ids = from->n_ids;
	to->cap_ids = from->cap_ids;
	to->hashes = from->hashes;
	to->n_hashes = from->n_hashes;
	to->cap_hashes = from->cap_hashes;
	to->sets = from->sets;
	to->n_sets = from->n_sets;
	to->cap_sets = from->cap_sets;
	from->ids = from->hashes = from->sets = NULL;
	from->n_ids = from->cap_ids = from->n_hashes = from->cap_hashes = 0;
	from->n_sets = from->cap_sets = 0;
}

/* By URL the pages that are not known to stay: number + 1. */
static uint32_t *table_of(const struct tong__pages *p, const unsigned char *stays, size_t *size)
{
	uint32_t *table;
	size_t left = 0;

	for (size_t i = 0; i < p->n; i++)
		left += !stays[i];
	for (*size = 1024; *size < 2 * left;)
		*size *= 2;
	table = calloc(*size, sizeof *table);
	for (size_t i = 0; table && i < p->n; i++)
		if (!stays[i])
			table[url_place(p, table, *size, tong__pages_url(p, i))] = (uint32_t)i + 1;
	return table;
}

static void adopt(struct tong__pages *now, const struct tong__pages *past, size_t i, size_t was,
                  unsigned char *known, unsigned char *stays)
{
	uint32_t url = now->at[i].url;

	now->at[i] = past->at[was];
	now->at[i].url = url;
	known[i] = stays[was] = 1;
}

/* As long as both lists go together; the rest is looked up. */
static void adopt_in_order(struct tong__pages *now, const struct tong__pages *past,
                           unsigned char *known, unsigned char *stays)
{
	size_t begin = 0, end = 0, n = now->n < past->n ? now->n : past->n;

	for (; begin < n && !strcmp(tong__pages_url(now, begin), tong__pages_url(past, begin)); begin++)
		adopt(now, past, begin, begin, known, stays);
	for (; begin + end < n; end++) {
		size_t i = now->n - 1 - end, was = past->n - 1 - end;

		if (strcmp(tong__pages_url(now, i), tong__pages_url(past, was)))
			break;
		adopt(now, past, i, was, known, stays);
	}
}

int tong__pages_adopt(struct tong__pages *now, struct tong__pages *past, unsigned char *known,
                      unsigned char *stays)
{
	uint32_t *table;
	size_t size;

	adopt_in_order(now, past, known, stays);
	table = table_of(past, stays, &size);
	if (!table)
		return -1;
	for (size_t i = 0; i < now->n; i++) {
		uint32_t was = known[i] ? 0
		                        : table[url_place(past, table, size, tong__pages_url(now, i))];

		if (was)
			adopt(now, past, i, was - 1, known, stays);
	}
	now->site = past->site;
	now->list = past->list;
	move_sets(now, past);
	free(table);
	return 0;
}
