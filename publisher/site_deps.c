/* Dependencies: hashes of questions. The prefixes of a key hash on the way to the key itself, so
 * that every scan which would have met it is found. */
#include "publisher/site_deps.h"

#include <stdlib.h>
#include <string.h>

/* FNV-1a: the hash of a text is known for each of its beginnings on the way. */
#define SEED 2166136261u
#define PRIME 16777619u

static uint32_t mix(uint32_t h, const char *p, size_t n)
{
	while (n--)
		h = (h ^ (unsigned char)*p++) * PRIME;
	return h;
}

/* The kinds of questions. */
#define RECORD 'r'
#define SCAN 's'
#define KEYS 'k'
#define LAYER 'l'
#define TEXT 't'

/* Texts that few records hold and that every publish asks for: whether there is a page of areas
 * hangs on no other records. Of other texts a scan hangs on all records it goes through. */
static const char *const texts[] = {"\"handle_area\":"};

static uint32_t begin(char kind, const char *layer)
{
	return mix(mix(SEED, &kind, 1), layer, strlen(layer) + 1);
}

#define FEW 32

/* NULL: none of those. */
static const char *known(const char *text)
{
	for (size_t i = 0; text && i < sizeof texts / sizeof *texts; i++)
		if (!strcmp(text, texts[i]))
			return texts[i];
	return NULL;
}

static uint32_t begin_text(const char *layer, const char *text)
{
	return mix(begin(TEXT, layer), text, strlen(text) + 1);
}

/* ---- sets ---- */

void tong__deps_free(struct tong__deps *d)
{
	free(d->at);
	*d = (struct tong__deps){0};
}

static int add(struct tong__deps *d, uint32_t hash)
{
	if (d->n == d->cap) {
		size_t cap = d->cap ? 2 * d->cap : 256;
		uint32_t *more = realloc(d->at, cap * sizeof *more);

		if (!more)
			return -1;
		d->at = more;
		d->cap = cap;
	}
	d->at[d->n++] = hash;
	return 0;
}

static int by_value(const void *x, const void *y)
{
	uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;

	return (a > b) - (a < b);
}

/* The dozen that most pages have are sorted where they stand. */
static void sort_few(uint32_t *at, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint32_t v = at[i];
		size_t to = i;

		for (; to > 0 && at[to - 1] > v; to--)
			at[to] = at[to - 1];
		at[to] = v;
	}
}

void tong__deps_sort(struct tong__deps *d)
{
	size_t to = 0;

	if (d->n <= FEW)
		sort_few(d->at, d->n);
	else
		qsort(d->at, d->n, sizeof *d->at, by_value);
	for (size_t i = 0; i < d->n; i++)
		if (!to || d->at[to - 1] != d->at[i])
			d->at[to++] = d->at[i];
	d->n = to;
}

/* ---- recording ---- */

static void note_hash(struct tong__recorder *r, uint32_t hash)
{
	if (!r->page.n || r->page.at[r->page.n - 1] != hash)
		r->nomem |= add(&r->page, hash) != 0;
}

static void note(struct tong__recorder *r, char kind, const char *layer, const char *text)
{
	note_hash(r, mix(begin(kind, layer), text, strlen(text)));
}

static json_t *get(void *user, const char *layer, const char *key, tong_error *err)
{
	struct tong__recorder *r = user;

	note(r, RECORD, layer, key);
	return r->inner->get(r->inner->user, layer, key, err);
}

static void asked(void *user, const char *layer, const char *key)
{
	note(user, RECORD, layer, key);
}

static int line(void *user, const char *layer, const char *key, struct tong__buf *out,
                tong_error *err)
{
	struct tong__recorder *r = user;

	note(r, RECORD, layer, key);
	return r->inner->line(r->inner->user, layer, key, out, err);
}

static int each(void *user, const char *layer, const char *prefix,
                int (*fn)(void *arg, const char *key, const json_t *rec), void *arg,
                tong_error *err)
{
	struct tong__recorder *r = user;

	note(r, SCAN, layer, prefix);
	return r->inner->each(r->inner->user, layer, prefix, fn, arg, err);
}

static int scan(void *user, const char *layer, const char *prefix, const char *text,
                int (*fn)(void *arg, const char *key, struct tong__str line), void *arg,
                tong_error *err)
{
	struct tong__recorder *r = user;

	if (known(text))
		note_hash(r, mix(begin_text(layer, text), prefix, strlen(prefix)));
	else
		note(r, text && !*text ? KEYS : SCAN, layer, prefix);
	return r->inner->scan(r->inner->user, layer, prefix, text, fn, arg, err);
}

static bool has_layer(void *user, const char *layer)
{
	struct tong__recorder *r = user;

	note(r, LAYER, layer, "");
	return r->inner->has_layer(r->inner->user, layer);
}

/* What is read from BEGIN to END belongs to what is kept, no longer to the page that read it. */
static void kept(void *user, enum tong__kept what, enum tong__keeping when)
{
	struct tong__recorder *r = user;
	struct tong__kept_deps *k = &r->kept[what];

	k->used |= when != TONG__KEEP_BEGIN;
	if (when == TONG__KEEP_BEGIN)
		k->begin = r->page.n;
	if (when != TONG__KEEP_END)
		return;
	k->deps.n = 0;
	k->set = -1;
	for (size_t i = k->begin; i < r->page.n; i++)
		r->nomem |= add(&k->deps, r->page.at[i]) != 0;
	r->page.n = k->begin;
	tong__deps_sort(&k->deps);
}

void tong__recorder_init(struct tong__recorder *r, const struct tong__reader *inner)
{
	*r = (struct tong__recorder){.inner = inner};
	r->reader = (struct tong__reader){r, get, line, each, has_layer, scan, kept, NULL, asked};
	for (size_t i = 0; i < TONG__N_KEPT; i++)
		r->kept[i].set = -1;
}

void tong__recorder_free(struct tong__recorder *r)
{
	tong__deps_free(&r->page);
	for (size_t i = 0; i < TONG__N_KEPT; i++)
		tong__deps_free(&r->kept[i].deps);
}

void tong__recorder_begin(struct tong__recorder *r)
{
	r->page.n = 0;
	for (size_t i = 0; i < TONG__N_KEPT; i++)
		r->kept[i].used = false;
}

/* ---- what changed ---- */

void tong__changed_free(struct tong__changed *c)
{
	tong__deps_free(&c->deps);
}

/* A scan by any beginning of the key would have met it. */
static int add_prefixes(struct tong__changed *c, uint32_t h, struct tong__str key)
{
	int rc = add(&c->deps, h);

	for (size_t i = 0; !rc && i < key.n; i++) {
		h = mix(h, key.p + i, 1);
		rc = add(&c->deps, h);
	}
	return rc;
}

static bool holds(struct tong__str line, const char *text)
{
	return line.p && memmem(line.p, line.n, text, strlen(text));
}

int tong__changed_record(struct tong__changed *c, const char *layer, struct tong__str key,
                         struct tong__str was, struct tong__str is)
{
	int rc = add(&c->deps, mix(begin(RECORD, layer), key.p, key.n));

	if (!rc)
		rc = add_prefixes(c, begin(SCAN, layer), key);
	for (size_t i = 0; !rc && i < sizeof texts / sizeof *texts; i++)
		if (holds(was, texts[i]) || holds(is, texts[i]))
			rc = add_prefixes(c, begin_text(layer, texts[i]), key);
	if (!rc && (!was.p || !is.p))
		rc = add_prefixes(c, begin(KEYS, layer), key);
	return rc;
}

int tong__changed_layer(struct tong__changed *c, const char *layer)
{
	return add(&c->deps, begin(LAYER, layer));
}

void tong__changed_sort(struct tong__changed *c)
{
	tong__deps_sort(&c->deps);
	memset(c->seen, 0, sizeof c->seen);
	for (size_t i = 0; i < c->deps.n; i++)
		c->seen[(c->deps.at[i] & 0xffff) >> 3] |= (unsigned char)(1u << (c->deps.at[i] & 7));
}

bool tong__changed_hits(const struct tong__changed *c, const uint32_t *hashes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (c->seen[(hashes[i] & 0xffff) >> 3] & (1u << (hashes[i] & 7)) &&
		    bsearch(&hashes[i], c->deps.at, c->deps.n, sizeof *c->deps.at, by_value))
			return true;
	return c->all;
}
