/* Layers in memory as pages see them: each record is parsed once, by whoever asks first. */
#include "publisher/layers.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"

/*
 * Threads share the parsed records, and nobody writes to them, not even to count references: a
 * count of -1 is jansson's own mark for a value that lives for ever (true, false, null), which
 * json_incref and json_decref leave alone. It is given to every part of a record before other
 * threads see it, and taken back when the reader is freed. Counting in earnest is a data race:
 * jansson reads the count without atomics before it changes it. Two threads that parse the same
 * record at once both succeed; one of the results is kept.
 */
#define FOR_EVER ((size_t)-1)

struct record {
	struct tong__str key, line;
	_Atomic(json_t *) value;
	_Atomic(json_t *) brief;   /* of an item (L9) */
};

struct shelf {
	const struct tong__layer *layer;
	struct record *at;
	size_t n;
};

struct store {
	struct shelf *shelves;
	size_t n;
};

static const struct shelf *shelf_of(const struct store *s, const char *layer)
{
	for (size_t i = 0; i < s->n; i++)
		if (!strcmp(s->shelves[i].layer->name, layer))
			return &s->shelves[i];
	return NULL;
}

/* The first record whose key is not before 'key'. */
static size_t lower(const struct shelf *sh, struct tong__str key)
{
	size_t lo = 0, hi = sh->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (tong__key_cmp(sh->at[mid].key, key) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static struct record *find(const struct shelf *sh, const char *key)
{
	struct tong__str k = {key, strlen(key)};
	size_t i = sh ? lower(sh, k) : 0;

	return sh && i < sh->n && !tong__key_cmp(sh->at[i].key, k) ? &sh->at[i] : NULL;
}

/* Sets the count of a tree whose parts belong to it alone. */
static void set_count(json_t *v, size_t count)
{
	const char *name;
	json_t *child;
	size_t i;

	if (!v || json_is_boolean(v) || json_is_null(v))
		return;
	json_object_foreach(v, name, child)
		set_count(child, count);
	json_array_foreach(v, i, child)
		set_count(child, count);
	v->refcount = count;
}

static void forget(json_t *v)
{
	set_count(v, 1);
	json_decref(v);
}

/* Keeps the first value that arrives. */
static json_t *keep(_Atomic(json_t *) *slot, json_t *made)
{
	json_t *there = NULL;

	set_count(made, FOR_EVER);
	if (atomic_compare_exchange_strong(slot, &there, made))
		return made;
	forget(made);
	return there;
}

/* Borrowed; NULL with err set. */
static json_t *value_of(struct record *r, tong_error *err)
{
	json_t *v = atomic_load(&r->value);

	if (v)
		return v;
	if (tong__json_read(r->line.p, r->line.n, TONG_MAX_RECORD_DEPTH, "record", &v, err))
		return NULL;
	return keep(&r->value, v);
}

static json_t *brief_of(struct record *r, tong_error *err)
{
	json_t *v = atomic_load(&r->brief), *item, *brief;

	if (v)
		return v;
	item = value_of(r, err);
	if (!item)
		return NULL;
	brief = tong__brief_from_item(item);
	v = json_deep_copy(brief);   /* the brief shares parts of the item */
	json_decref(brief);
	if (v)
		return keep(&r->brief, v);
	tong__fail_nomem(err);
	return NULL;
}

/* "brief/CODE" -> the item's record. */
static struct record *find_brief(const struct store *s, const char *key)
{
	char item[TONG_MAX_KEY + 1];

	if (strncmp(key, "brief/", 6) || strlen(key) > TONG_MAX_KEY)
		return NULL;
	snprintf(item, sizeof item, "item/%s", key + 6);
	return find(shelf_of(s, "base"), item);
}

static json_t *get(void *user, const char *layer, const char *key, tong_error *err)
{
	const struct store *s = user;
	bool derived = !strcmp(layer, "derived");
	struct record *r = derived ? find_brief(s, key) : find(shelf_of(s, layer), key);

	if (err)
		err->code = 0;
	if (!r)
		return NULL;
	return json_incref(derived ? brief_of(r, err) : value_of(r, err));
}

static int line(void *user, const char *layer, const char *key, struct tong__buf *out,
                tong_error *err)
{
	const struct record *r = find(shelf_of(user, layer), key);

	if (!r)
		return tong__fail(err, TONG_E_NOTFOUND, key, "%s 层没有这条记录", layer);
	if (!tong__buf_add(out, r->line.p, r->line.n))
		return 0;
	return out->failed == TONG_E_LIMIT ? tong__fail(err, TONG_E_LIMIT, key, "记录超过上限")
	                                   : tong__fail_nomem(err);
}

typedef int (*each_fn)(void *arg, const char *key, const json_t *rec);

static int visit(struct record *r, bool derived, each_fn fn, void *arg, tong_error *err)
{
	const json_t *v = derived ? brief_of(r, err) : value_of(r, err);
	char key[TONG_MAX_KEY + 2];

	if (!v)
		return err && err->code ? err->code : TONG_E_FORMAT;
	if (derived)
		snprintf(key, sizeof key, "brief/%.*s", (int)r->key.n - 5, r->key.p + 5);
	else
		snprintf(key, sizeof key, "%.*s", (int)r->key.n, r->key.p);
	return fn(arg, key, v);
}

static int each(void *user, const char *layer, const char *prefix, each_fn fn, void *arg,
                tong_error *err)
{
	bool derived = !strcmp(layer, "derived");
	const struct shelf *sh = shelf_of(user, derived ? "base" : layer);
	char item[TONG_MAX_KEY + 1];
	struct tong__str p;
	int rc = 0;

	if (derived) {   /* all that is derived are briefs */
		if (strncmp(prefix, "brief/", strlen(prefix) < 6 ? strlen(prefix) : 6))
			return 0;
		snprintf(item, sizeof item, "item/%s", strlen(prefix) > 6 ? prefix + 6 : "");
		prefix = item;
	}
	p = (struct tong__str){prefix, strlen(prefix)};
	for (size_t i = sh ? lower(sh, p) : 0; !rc && sh && i < sh->n; i++) {
		if (sh->at[i].key.n < p.n || memcmp(sh->at[i].key.p, p.p, p.n))
			break;
		rc = visit(&sh->at[i], derived, fn, arg, err);
	}
	return rc;
}

static bool has_layer(void *user, const char *layer)
{
	return shelf_of(user, layer) != NULL;
}

/* ---- opening ---- */

static int add_record(void *user, struct tong__str key, struct tong__str text)
{
	struct shelf *sh = user;
	struct record *r = &sh->at[sh->n++];

	r->key = key;
	r->line = text;
	atomic_init(&r->value, NULL);
	atomic_init(&r->brief, NULL);
	return 0;
}

void tong__layers_reader_free(struct tong__reader *reader)
{
	struct store *s = reader ? reader->user : NULL;

	for (size_t i = 0; s && i < s->n; i++) {
		for (size_t k = 0; k < s->shelves[i].n; k++) {
			forget(atomic_load(&s->shelves[i].at[k].value));
			forget(atomic_load(&s->shelves[i].at[k].brief));
		}
		free(s->shelves[i].at);
	}
	if (s)
		free(s->shelves);
	free(s);
	if (reader)
		memset(reader, 0, sizeof *reader);
}

static int fill(struct store *s, const struct tong__layers *l, tong_error *err)
{
	int rc = 0;

	s->shelves = calloc(l->n + 1, sizeof *s->shelves);
	if (!s->shelves)
		return tong__fail_nomem(err);
	for (size_t i = 0; !rc && i < l->n; i++) {
		const struct tong__layer *layer = &l->at[i];
		struct shelf *sh = &s->shelves[s->n++];

		sh->layer = layer;
		sh->at = calloc(layer->records + 1, sizeof *sh->at);
		if (!sh->at)
			return tong__fail_nomem(err);
		rc = tong__layer_each(layer->name, layer->bytes, layer->len, add_record, sh, err);
	}
	return rc;
}

int tong__layers_reader(struct tong__reader *out, const struct tong__layers *l, tong_error *err)
{
	struct store *s = calloc(1, sizeof *s);
	int rc;

	memset(out, 0, sizeof *out);
	if (!s)
		return tong__fail_nomem(err);
	*out = (struct tong__reader){s, get, line, each, has_layer};
	rc = fill(s, l, err);
	if (rc)
		tong__layers_reader_free(out);
	return rc;
}
