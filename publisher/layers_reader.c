/* Layers in memory as pages see them: lines found by key, parsed when they are asked for. */
#include "publisher/layers.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"

/*
 * A province's lines are a hundred megabytes, parsed they are ten times that. So only what was
 * asked for last stays parsed: each record has one slot, found by its number, and takes it from
 * another one. Items have none, they are asked for once. Listings stay for as long as no other
 * region is walked: the pages of a region and of its agencies follow one another, and each asks
 * for all or many of them. Briefs (L9) stay for good: they are small, lists ask for all of them
 * again and again, and each costs the parsing of a whole item.
 */
#define SLOTS 4096              /* neighbours do not meet in one */
#define FOUND 8192              /* the guides of an item ask for the same of each region again */
#define LONGEST_KEPT (4u << 10)   /* a longer line is parsed each time */

struct slot {
	const char *line;
	json_t *value;
};

/* The lines of a layer by number: where each starts, once the layer is asked for. */
struct shelf {
	struct tong__layer *layer;
	uint32_t *at;              /* NULL: not yet */
	size_t n, first;           /* records; number of the first of them */
	size_t last;               /* found last: items are asked for one after another */
	json_t **briefs;           /* of base: by line, made when asked for */
	json_t **values;           /* of the region walked last: by line, made when asked for */
};

/* Where a key was found last. */
struct found {
	const struct shelf *shelf; /* NULL: free */
	uint32_t i;
};

struct store {
	struct shelf *shelves;
	size_t n;
	struct shelf *walked;      /* the one with values */
	struct slot slots[SLOTS];
	struct found found[FOUND];
};

static int add_record(void *user, struct tong__str key, struct tong__str text)
{
	struct shelf *sh = user;

	(void)key;
	sh->at[sh->n++] = (uint32_t)(text.p - sh->layer->bytes);   /* TONG_MAX_LAYER fits */
	return 0;
}

static int open_shelf(struct shelf *sh, tong_error *err)
{
	struct tong__layer *layer = sh->layer;
	int rc;

	if (!tong__layer_whole(layer))
		return tong__fail(err, TONG_E_STORE, layer->name,
		                  "what the last publish kept is damaged; publish with --once");
	sh->at = calloc(layer->records + 1, sizeof *sh->at);
	if (!strcmp(layer->name, "base"))
		sh->briefs = calloc(layer->records + 1, sizeof *sh->briefs);
	if (!sh->at || (!sh->briefs && !strcmp(layer->name, "base")))
		rc = tong__fail_nomem(err);
	else
		rc = tong__layer_each(layer->name, layer->bytes, layer->len, add_record, sh, err);
	tong__layer_rest(layer);   /* the first guides ask for a line of each, which is all of them */
	if (rc) {
		free(sh->at);
		free(sh->briefs);
		sh->at = NULL;
		sh->briefs = NULL;
		sh->n = 0;
	}
	return rc;
}

static struct shelf *shelf_of(struct store *s, const char *layer)
{
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int c = strcmp(s->shelves[mid].layer->name, layer);

		if (!c)
			return &s->shelves[mid];
		if (c < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

/* The shelf, open; *out is NULL when there is no such layer. */
static int shelf_for(struct store *s, const char *layer, struct shelf **out, tong_error *err)
{
	*out = shelf_of(s, layer);
	return *out && !(*out)->at ? open_shelf(*out, err) : 0;
}

static struct tong__str line_at(const struct shelf *sh, size_t i)
{
	const char *p = sh->layer->bytes + sh->at[i];
	size_t end = i + 1 < sh->n ? sh->at[i + 1] : sh->layer->len;

	return (struct tong__str){p, end - sh->at[i] - 1};
}

/* tong__layer_each has seen that each line starts with {"k":" and a key. */
static struct tong__str key_at(const struct shelf *sh, size_t i)
{
	const char *key = sh->layer->bytes + sh->at[i] + 6;

	const char *end = memchr(key, '"', TONG_MAX_KEY + 1);

	return (struct tong__str){key, (size_t)(end - key)};
}

/* The first record from the lo'th to the hi'th whose key is not before 'key'. */
static size_t lower_of(const struct shelf *sh, struct tong__str key, size_t lo, size_t hi)
{
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (tong__key_cmp(key_at(sh, mid), key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* The first record whose key is not before 'key'. */
static size_t lower(const struct shelf *sh, struct tong__str key)
{
	return lower_of(sh, key, 0, sh->n);
}

/* The same, looked for in steps that double from what was found last. */
static size_t lower_near(const struct shelf *sh, struct tong__str key)
{
	size_t lo = sh->last, step = 1;

	if (lo >= sh->n || tong__key_cmp(key_at(sh, lo), key) >= 0)
		return lower_of(sh, key, 0, lo < sh->n ? lo : sh->n);
	for (; lo + step < sh->n && tong__key_cmp(key_at(sh, lo + step), key) < 0; step *= 2)
		lo += step;
	return lower_of(sh, key, lo + 1, lo + step < sh->n ? lo + step : sh->n);
}

static bool is_at(const struct shelf *sh, struct tong__str key, size_t i)
{
	const char *there = sh->layer->bytes + sh->at[i] + 6;   /* of a whole line, longer than that */
	struct tong__str line = line_at(sh, i);

	return line.n > 6 + key.n && !memcmp(there, key.p, key.n) && there[key.n] == '"';
}

static struct found *place_of(struct store *s, const struct shelf *sh, struct tong__str key)
{
	uint32_t h = 2166136261u ^ (uint32_t)(sh - s->shelves);

	for (size_t i = 0; i < key.n; i++)
		h = (h ^ (unsigned char)key.p[i]) * 16777619u;
	return &s->found[(h ^ h >> 15) % FOUND];
}

static bool find(struct store *s, struct shelf *sh, const char *key, size_t *i)
{
	struct tong__str k = {key, strlen(key)};
	struct found *last;

	*i = 0;
	if (!sh)
		return false;
	last = place_of(s, sh, k);
	if (last->shelf != sh || !is_at(sh, k, last->i))
		*last = (struct found){sh, (uint32_t)lower_near(sh, k)};
	*i = sh->last = last->i;
	if (*i < sh->n && is_at(sh, k, *i))
		return true;
	last->shelf = NULL;
	return false;
}

static bool worth_keeping(struct tong__str line)
{
	return line.n <= LONGEST_KEPT && strncmp(line.p + 6, "listing/", 8) != 0 &&
	       strncmp(line.p + 6, "item/", 5) != 0;
}

/* A new reference; NULL with err set. */
static json_t *parse(struct tong__str line, tong_error *err)
{
	json_t *v = tong__record_value(line.p, line.n);

	if (!v && tong__json_read(line.p, line.n, TONG_MAX_RECORD_DEPTH, "record", &v, err))
		return NULL;
	return v;
}

static void forget_values(struct store *s)
{
	struct shelf *sh = s->walked;

	for (size_t i = 0; sh && i < sh->n; i++)
		json_decref(sh->values[i]);
	if (sh) {
		free(sh->values);
		sh->values = NULL;
		tong__layer_rest(sh->layer);
	}
	s->walked = NULL;
}

/* Another region's listings take the place of those that were kept; without memory none are. */
static void walk(struct store *s, struct shelf *sh)
{
	if (!sh || sh == s->walked || sh->layer->name[0] != 'r')
		return;
	forget_values(s);
	sh->values = calloc(sh->n + 1, sizeof *sh->values);
	s->walked = sh->values ? sh : NULL;
}

/* A new reference; NULL with err set. */
static json_t *value_of(struct store *s, const struct shelf *sh, size_t i, tong_error *err)
{
	struct tong__str line = line_at(sh, i);
	struct slot *slot = &s->slots[(sh->first + i) % SLOTS];
	json_t *v;

	if (sh->values) {
		if (!sh->values[i])
			sh->values[i] = parse(line, err);
		return json_incref(sh->values[i]);
	}
	if (slot->line == line.p)
		return json_incref(slot->value);
	v = parse(line, err);
	if (!v)
		return NULL;
	if (worth_keeping(line)) {
		json_decref(slot->value);
		*slot = (struct slot){line.p, json_incref(v)};
	}
	return v;
}

/* Borrowed; NULL with err set. */
static json_t *brief_of(struct shelf *base, size_t i, tong_error *err)
{
	struct tong__buf brief;

	if (base->briefs[i])
		return base->briefs[i];
	tong__buf_init(&brief, TONG_MAX_RECORD);
	tong__brief_from_line(line_at(base, i), &brief);
	if (brief.failed)
		tong__fail_nomem(err);
	else
		base->briefs[i] = parse((struct tong__str){brief.data, brief.len}, err);
	tong__buf_free(&brief);
	return base->briefs[i];
}

/* "brief/CODE" is made of the base's "item/CODE". */
static json_t *get_brief(struct store *s, const char *key, tong_error *err)
{
	struct shelf *base;
	char item[TONG_MAX_KEY + 1];
	size_t i;

	if (strncmp(key, "brief/", 6) || strlen(key) > TONG_MAX_KEY
	    || shelf_for(s, "base", &base, err))
		return NULL;
	snprintf(item, sizeof item, "item/%s", key + 6);
	return find(s, base, item, &i) ? json_incref(brief_of(base, i, err)) : NULL;
}

static json_t *get(void *user, const char *layer, const char *key, tong_error *err)
{
	struct store *s = user;
	struct shelf *sh;
	size_t i;

	if (err)
		err->code = 0;
	if (!strcmp(layer, "derived"))
		return get_brief(s, key, err);
	if (shelf_for(s, layer, &sh, err))
		return NULL;
	return find(s, sh, key, &i) ? value_of(s, sh, i, err) : NULL;
}

static int line(void *user, const char *layer, const char *key, struct tong__buf *out,
                tong_error *err)
{
	struct tong__str text;
	struct shelf *sh;
	size_t i;
	int rc = shelf_for(user, layer, &sh, err);

	if (rc)
		return rc;
	if (!find(user, sh, key, &i))
		return tong__fail(err, TONG_E_NOTFOUND, key, "layer %s has no such record", layer);
	text = line_at(sh, i);
	if (!tong__buf_add(out, text.p, text.n))
		return 0;
	return out->failed == TONG_E_LIMIT ? tong__fail(err, TONG_E_LIMIT, key,
	                                                "the record is over its ceiling")
	                                   : tong__fail_nomem(err);
}

/* ---- walks ---- */

/* The next record with this prefix, its key with a NUL; false at the end. */
static bool next(const struct shelf *sh, size_t i, const char *prefix, char key[TONG_MAX_KEY + 1])
{
	size_t n = strlen(prefix);
	struct tong__str k;

	if (!sh || i >= sh->n)
		return false;
	k = key_at(sh, i);
	if (k.n < n || memcmp(k.p, prefix, n))
		return false;
	memcpy(key, k.p, k.n);
	key[k.n] = '\0';
	return true;
}

static size_t first(const struct shelf *sh, const char *prefix)
{
	return sh ? lower(sh, (struct tong__str){prefix, strlen(prefix)}) : 0;
}

typedef int (*each_fn)(void *arg, const char *key, const json_t *rec);

/* All that is derived are briefs. */
static int each_brief(struct store *s, const char *prefix, each_fn fn, void *arg, tong_error *err)
{
	struct shelf *base;
	size_t n = strlen(prefix);
	char item[TONG_MAX_KEY + 1], key[TONG_MAX_KEY + 1], brief[TONG_MAX_KEY + 2];
	int rc = shelf_for(s, "base", &base, err);

	if (rc || strncmp(prefix, "brief/", n < 6 ? n : 6))
		return rc;
	snprintf(item, sizeof item, "item/%s", n > 6 ? prefix + 6 : "");
	for (size_t i = first(base, item); !rc && next(base, i, item, key); i++) {
		const json_t *v = brief_of(base, i, err);

		snprintf(brief, sizeof brief, "brief/%s", key + 5);
		rc = v ? fn(arg, brief, v) : err && err->code ? err->code : TONG_E_FORMAT;
	}
	return rc;
}

static int each(void *user, const char *layer, const char *prefix, each_fn fn, void *arg,
                tong_error *err)
{
	char key[TONG_MAX_KEY + 1];
	struct shelf *sh;
	int rc;

	if (!strcmp(layer, "derived"))
		return each_brief(user, prefix, fn, arg, err);
	rc = shelf_for(user, layer, &sh, err);
	if (!rc)
		walk(user, sh);
	for (size_t i = rc ? 0 : first(sh, prefix); !rc && next(sh, i, prefix, key); i++) {
		json_t *v = value_of(user, sh, i, err);

		rc = v ? fn(arg, key, v) : err && err->code ? err->code : TONG_E_FORMAT;
		json_decref(v);
	}
	return rc;
}

/* The number of the line that holds this byte. */
static size_t line_of(const struct shelf *sh, const char *byte)
{
	uint32_t at = (uint32_t)(byte - sh->layer->bytes);
	size_t lo = 0, hi = sh->n;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (sh->at[mid] <= at)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

/* The first line from the ith on that holds 'text': one search through all of them, for of
 * thousands of lines few do. */
static size_t with_text(const struct shelf *sh, size_t i, const char *text)
{
	const char *from, *hit;

	if (!text || !sh || i >= sh->n)
		return i;
	from = sh->layer->bytes + sh->at[i];
	hit = memmem(from, sh->layer->len - sh->at[i], text, strlen(text));
	return hit ? line_of(sh, hit) : sh->n;
}

static int scan(void *user, const char *layer, const char *prefix, const char *text,
                int (*fn)(void *arg, const char *key, struct tong__str line), void *arg,
                tong_error *err)
{
	char key[TONG_MAX_KEY + 1];
	struct shelf *sh;
	int rc = shelf_for(user, layer, &sh, err);

	if (rc)
		return rc;
	walk(user, sh);
	for (size_t i = with_text(sh, first(sh, prefix), text); !rc && next(sh, i, prefix, key);
	     i = with_text(sh, i + 1, text))
		rc = fn(arg, key, line_at(sh, i));
	return rc;
}

static bool has_layer(void *user, const char *layer)
{
	return shelf_of(user, layer) != NULL;
}

/* ---- opening ---- */

void tong__layers_reader_free(struct tong__reader *reader)
{
	struct store *s = reader ? reader->user : NULL;

	if (s)
		forget_values(s);
	for (size_t i = 0; s && i < s->n; i++) {
		struct shelf *sh = &s->shelves[i];

		for (size_t k = 0; sh->briefs && k < sh->n; k++)
			json_decref(sh->briefs[k]);
		free(sh->briefs);
		free(sh->at);
	}
	for (size_t i = 0; s && i < SLOTS; i++)
		json_decref(s->slots[i].value);
	if (s)
		free(s->shelves);
	free(s);
	if (reader)
		memset(reader, 0, sizeof *reader);
}

int tong__layers_reader(struct tong__reader *out, const struct tong__layers *l, tong_error *err)
{
	struct store *s = calloc(1, sizeof *s);
	size_t records = 0;

	memset(out, 0, sizeof *out);
	if (!s || !(s->shelves = calloc(l->n + 1, sizeof *s->shelves))) {
		free(s);
		return tong__fail_nomem(err);
	}
	for (size_t i = 0; i < l->n; i++) {
		s->shelves[s->n++] = (struct shelf){.layer = &l->at[i], .first = records};
		records += l->at[i].records;
	}
	*out = (struct tong__reader){.user = s, .get = get, .line = line, .each = each,
	                             .has_layer = has_layer, .scan = scan};
	return 0;
}
