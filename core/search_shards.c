/* The full-text files: items are put into slots by their codes, pairs of characters into files by
 * their own bits, so that an edit of one item touches few files and moves no other item. */
#include "core/search_shards.h"

#include <stdlib.h>
#include <string.h>

#include "core/search_fold.h"
#include "core/search_texts.h"
#include "core/text.h"

/* A pair, or one character alone (second 0), and the slots of the items that have it. */
struct gram {
	uint32_t a, b;
	uint32_t *slots;
	uint32_t n, cap;
};

struct tong__search_text {
	struct gram *table;        /* open addressing; a is 0 where it is empty */
	size_t n, cap;
	struct gram **order;       /* sorted by file, then by characters */
	size_t *starts;            /* of each file in 'order'; one more than there are files */
	size_t slots, shards;
	uint32_t *slot_of;         /* of each item, in the order of codes */
	size_t items;
};

static size_t power_above(size_t n, size_t least)
{
	while (least < n)
		least *= 2;
	return least;
}

size_t tong__search_slots(size_t items)
{
	return power_above(items + items / 3, 64);
}

size_t tong__search_shards(size_t items)
{
	return tong__search_slots(items) / 2;
}

/* ---- slots ---- */

struct codes {
	const struct tong__search_text *t;
	uint32_t *slots;
	uint8_t *taken;            /* NULL while items are only counted */
	size_t n;
};

static int count_item(void *arg, const char *key, const json_t *brief)
{
	struct codes *c = arg;

	(void)key;
	(void)brief;
	c->n++;
	return 0;
}

/* FNV-1a of the code; the next free slot when an earlier item has it. */
static int place_item(void *arg, const char *key, const json_t *brief)
{
	struct codes *c = arg;
	uint32_t h = 2166136261u, mask = (uint32_t)c->t->slots - 1;

	(void)brief;
	for (const char *p = key + strlen("brief/"); *p; p++)
		h = (h ^ (unsigned char)*p) * 16777619u;
	h = (h ^ h >> 16) & mask;
	while (c->taken[h])
		h = (h + 1) & mask;
	c->taken[h] = 1;
	c->slots[c->n++] = h;
	return 0;
}

static int place(struct tong__search_text *t, const struct tong__reader *r, tong_error *err)
{
	struct codes c = {.t = t};
	int rc = r->each(r->user, "derived", "brief/", count_item, &c, err);

	if (rc)
		return rc;
	t->items = c.n;
	t->slots = tong__search_slots(c.n);
	t->shards = tong__search_shards(c.n);
	t->slot_of = c.slots = calloc(c.n + 1, sizeof *c.slots);
	c.taken = calloc(t->slots, 1);
	c.n = 0;
	rc = c.slots && c.taken ? r->each(r->user, "derived", "brief/", place_item, &c, err)
	                        : tong__fail_nomem(err);
	free(c.taken);
	return rc;
}

/* ---- pairs ---- */

static size_t hash(uint32_t a, uint32_t b)
{
	uint32_t h = a * 0x9E3779B1u + b * 0x85EBCA6Bu;

	return h ^ h >> 15;
}

static struct gram *look(const struct tong__search_text *t, uint32_t a, uint32_t b)
{
	size_t i = hash(a, b) & (t->cap - 1);

	while (t->table[i].a && (t->table[i].a != a || t->table[i].b != b))
		i = (i + 1) & (t->cap - 1);
	return &t->table[i];
}

static int grow(struct tong__search_text *t)
{
	struct tong__search_text wide = {.cap = t->cap ? t->cap * 2 : 1 << 14};

	wide.table = calloc(wide.cap, sizeof *wide.table);
	if (!wide.table)
		return -1;
	for (size_t i = 0; i < t->cap; i++)
		if (t->table[i].a)
			*look(&wide, t->table[i].a, t->table[i].b) = t->table[i];
	free(t->table);
	t->table = wide.table;
	t->cap = wide.cap;
	return 0;
}

static int add_slot(struct gram *g, uint32_t slot)
{
	uint32_t *more;

	if (g->n && g->slots[g->n - 1] == slot)
		return 0;
	if (g->n == g->cap) {
		g->cap = g->cap ? g->cap * 2 : 2;
		more = realloc(g->slots, g->cap * sizeof *more);
		if (!more)
			return -1;
		g->slots = more;
	}
	g->slots[g->n++] = slot;
	return 0;
}

static int add_gram(struct tong__search_text *t, uint32_t a, uint32_t b, uint32_t slot)
{
	struct gram *g;

	if (2 * t->n >= t->cap && grow(t))
		return -1;
	g = look(t, a, b);
	if (!g->a) {
		g->a = a;
		g->b = b;
		t->n++;
	}
	return add_slot(g, slot);
}

static int add_text(struct tong__search_text *t, const struct tong__buf *text, uint32_t slot)
{
	const char *p = text->data, *end = p ? p + text->len : p;
	uint32_t before = 0, one[4];
	int bad = 0;

	while (!bad && p < end) {
		size_t n = tong__search_fold_one(tong__utf8_next(&p, end), one);

		for (size_t i = 0; !bad && i < n; i++) {
			bad = add_gram(t, one[i], 0, slot);
			if (!bad && before)
				bad = add_gram(t, before, one[i], slot);
			before = one[i];
		}
	}
	return bad;
}

struct reading {
	struct tong__search_text *t;
	struct tong__searched words;
	size_t n;
	tong_error *err;
};

static int read_item(void *arg, const char *key, struct tong__str item)
{
	struct reading *r = arg;
	struct tong__searched *w = &r->words;
	uint32_t slot;

	(void)key;
	if (r->n >= r->t->items)
		return tong__fail(r->err, TONG_E_FORMAT, key, "L9: an item without a brief");
	slot = r->t->slot_of[r->n++];
	tong__searched_clear(w);
	tong__searched_item(w, item);
	if (add_text(r->t, &w->name, slot) || add_text(r->t, &w->also, slot) ||
	    add_text(r->t, &w->text, slot))
		return tong__fail_nomem(r->err);
	return 0;
}

/* ---- order ---- */

static int by_place(const void *x, const void *y, void *shards)
{
	const struct gram *a = *(struct gram *const *)x, *b = *(struct gram *const *)y;
	size_t mask = *(size_t *)shards - 1, i = hash(a->a, a->b) & mask, k = hash(b->a, b->b) & mask;

	if (i != k)
		return i < k ? -1 : 1;
	if (a->a != b->a)
		return a->a < b->a ? -1 : 1;
	return (a->b > b->b) - (a->b < b->b);
}

static int sort(struct tong__search_text *t, tong_error *err)
{
	size_t n = 0, shard;

	t->order = calloc(t->n + 1, sizeof *t->order);
	t->starts = calloc(t->shards + 2, sizeof *t->starts);
	if (!t->order || !t->starts)
		return tong__fail_nomem(err);
	for (size_t i = 0; i < t->cap; i++) {
		if (!t->table[i].a)
			continue;
		t->order[n++] = &t->table[i];
		shard = hash(t->table[i].a, t->table[i].b) & (t->shards - 1);
		t->starts[shard + 1]++;
	}
	for (size_t i = 0; i < t->shards; i++)
		t->starts[i + 1] += t->starts[i];
	qsort_r(t->order, n, sizeof *t->order, by_place, &t->shards);
	return 0;
}

int tong__search_text_new(struct tong__search_text **out, const struct tong__reader *reader,
                          tong_error *err)
{
	struct tong__search_text *t = calloc(1, sizeof *t);
	tong_error own = TONG_ERROR_INIT;
	struct reading r = {.t = t, .err = err ? err : &own};
	int rc;

	*out = NULL;
	if (!t)
		return tong__fail_nomem(err);
	tong__searched_init(&r.words);
	rc = place(t, reader, r.err);
	if (rc == 0)
		rc = reader->scan(reader->user, "base", "item/", NULL, read_item, &r, r.err);
	if (rc == 0)
		rc = sort(t, r.err);
	tong__searched_free(&r.words);
	if (rc)
		tong__search_text_free(t);
	else
		*out = t;
	return rc;
}

void tong__search_text_free(struct tong__search_text *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->cap; i++)
		free(t->table[i].slots);
	free(t->table);
	free(t->order);
	free(t->starts);
	free(t->slot_of);
	free(t);
}

/* ---- writing ---- */

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void add_gaps(const uint8_t *bits, size_t slots, struct tong__buf *out)
{
	size_t gap = 0;

	for (size_t i = 0; i < slots; i++, gap++) {
		if (!(bits[i / 8] & 1u << i % 8))
			continue;
		for (; gap >= 32; gap >>= 5)
			tong__buf_addc(out, digits[32 | (gap & 31)]);
		tong__buf_addc(out, digits[gap]);
		gap = (size_t)-1;
	}
}

static void add_bitmap(const uint8_t *bits, size_t slots, struct tong__buf *out)
{
	for (size_t i = 0; i < slots; i += 6) {
		unsigned six = 0;

		for (size_t k = i; k < i + 6 && k < slots; k++)
			six |= (bits[k / 8] >> k % 8 & 1u) << (k - i);
		tong__buf_addc(out, digits[six]);
	}
}

/* Gaps, or after a dot one bit a slot: what is shorter. */
static void add_slots(const struct gram *g, uint8_t *bits, size_t slots, struct tong__buf *out)
{
	size_t before = out->len;

	memset(bits, 0, slots / 8);
	for (size_t i = 0; i < g->n; i++)
		bits[g->slots[i] / 8] |= (uint8_t)(1u << g->slots[i] % 8);
	if (g->n * 2 < slots / 6)
		add_gaps(bits, slots, out);
	if (out->len != before && out->len - before <= slots / 6)
		return;
	out->len = before;
	tong__buf_addc(out, '.');
	add_bitmap(bits, slots, out);
}

static void add_character(uint32_t c, struct tong__buf *out)
{
	char text[4];

	if (c)
		tong__buf_add(out, text, tong__utf8_put(c, text));
}

size_t tong__search_text_shards(const struct tong__search_text *t)
{
	return t->shards;
}

int tong__search_text_write(const struct tong__search_text *t, size_t i, struct tong__buf *out)
{
	uint8_t *bits = calloc(t->slots / 8, 1);

	if (!bits)
		return TONG_E_NOMEM;
	tong__buf_addc(out, '{');
	for (size_t k = t->starts[i]; k < t->starts[i + 1]; k++) {
		tong__buf_adds(out, k == t->starts[i] ? "\"" : ",\"");
		add_character(t->order[k]->a, out);
		add_character(t->order[k]->b, out);
		tong__buf_adds(out, "\":\"");
		add_slots(t->order[k], bits, t->slots, out);
		tong__buf_addc(out, '"');
	}
	tong__buf_adds(out, "}\n");
	free(bits);
	return out->failed;
}
