/* Writing changesets: a merge walk over two sorted layers, cut into groups (FORMAT section 4). */
#include "core/changeset_write.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/zstd_write.h"

/* A place in a layer: the line there, or the end. */
struct cursor {
	const char *layer, *next, *end;
	struct tong__str key, line; /* the line with its LF; both empty at the end */
	uint64_t lines;
};

/* What is collected for one changeset. */
struct writer {
	const char *layer;
	bool best;                   /* frames as short as they come (C8) */
	struct tong__buf old, fresh; /* of the group being filled (C3) */
	json_t *keys;
	json_t *groups;
	struct tong__buf frames;
};

static int bad_layer(const struct cursor *c, const char *why, tong_error *err)
{
	return tong__fail(err, TONG_E_FORMAT, c->layer, "L1: line %llu %s",
	                  (unsigned long long)c->lines + 1, why);
}

static int step(struct cursor *c, tong_error *err)
{
	struct tong__str before = c->key;
	const char *lf;
	int code;

	c->key = c->line = (struct tong__str){NULL, 0};
	if (c->next == c->end)
		return 0;
	lf = memchr(c->next, '\n', (size_t)(c->end - c->next));
	if (!lf)
		return bad_layer(c, "has no LF", err);
	c->line = (struct tong__str){c->next, (size_t)(lf + 1 - c->next)};
	if (c->line.n > TONG_MAX_RECORD)
		return bad_layer(c, "is over the ceiling of R3", err);
	code = tong__record_key(c->line.p, c->line.n, &c->key, err);
	if (code)
		return code;
	if (before.p && tong__key_cmp(before, c->key) >= 0)
		return bad_layer(c, "is not after the line before", err);
	c->next = lf + 1;
	c->lines++;
	return 0;
}

static int start(struct cursor *c, const char *layer, struct tong__str bytes, tong_error *err)
{
	/* An empty layer may have no address at all; a pointer that is not NULL keeps the arithmetic
	 * defined. */
	const char *p = bytes.p ? bytes.p : "";

	*c = (struct cursor){.layer = layer, .next = p, .end = p + bytes.n};
	return step(c, err);
}

/* One frame and its entry in the head. 'keys' is taken over; NULL for a whole layer. */
static int add_group(struct writer *w, struct tong__str content, struct tong__str prefix,
                     json_t *keys, tong_error *err)
{
	size_t at = w->frames.len;
	struct tong__hash hash;
	char hex[TONG_HEX];
	json_t *group;
	int code = (w->best ? tong__zstd_write_best : tong__zstd_write)(
		content.p, content.n, prefix.p, prefix.n, &w->frames, err);

	if (code) {
		json_decref(keys);
		return code;
	}
	tong__sha256(w->frames.data + at, w->frames.len - at, &hash);
	tong__hash_hex(&hash, hex);
	group =
		json_pack("{s:o*, s:I, s:I, s:s, s:I}", "keys", keys, "new", (json_int_t)content.n, "old",
	              (json_int_t)prefix.n, "sha256", hex, "size", (json_int_t)(w->frames.len - at));
	if (!group || json_array_append_new(w->groups, group))
		return tong__fail_nomem(err);
	if (json_array_size(w->groups) > TONG_MAX_CS_GROUPS)
		return tong__fail(err, TONG_E_LIMIT, w->layer, "C5: more than %d groups",
		                  TONG_MAX_CS_GROUPS);
	return 0;
}

/* C4: successive pieces of the layer itself; the prefix is the piece before, always right in front
 * of it in memory. */
static int write_whole(struct writer *w, struct tong__str fresh, uint64_t *records, tong_error *err)
{
	struct tong__str piece = {NULL, 0}, before = {NULL, 0};
	struct cursor c;
	int code = start(&c, w->layer, fresh, err);

	while (!code && c.line.p) {
		if (piece.n + c.line.n > TONG_MAX_GROUP) {
			code = add_group(w, piece, before, NULL, err);
			before = piece;
			piece.n = 0;
		}
		if (!piece.n)
			piece.p = c.line.p;
		piece.n += c.line.n;
		if (!code)
			code = tong__record_allowed(w->layer, c.key, err);
		if (!code)
			code = step(&c, err);
	}
	if (!code && piece.n)
		code = add_group(w, piece, before, NULL, err);
	*records = c.lines;
	return code;
}

static int flush(struct writer *w, tong_error *err)
{
	json_t *keys = w->keys;
	int code;

	if (!json_array_size(keys))
		return 0;
	w->keys = json_array();
	if (!w->keys) {
		json_decref(keys);
		return tong__fail_nomem(err);
	}
	code = add_group(w, (struct tong__str){w->fresh.data, w->fresh.len},
	                 (struct tong__str){w->old.data, w->old.len}, keys, err);
	tong__buf_clear(&w->old);
	tong__buf_clear(&w->fresh);
	return code;
}

/* One changed key; a line that is not there has no bytes. */
static int add_change(struct writer *w, struct tong__str key, struct tong__str old,
                      struct tong__str fresh, tong_error *err)
{
	int code = 0;

	if (fresh.n)
		code = tong__record_allowed(w->layer, key, err);
	if (!code && (w->old.len + old.n > TONG_MAX_GROUP || w->fresh.len + fresh.n > TONG_MAX_GROUP))
		code = flush(w, err);
	if (code)
		return code;
	tong__buf_add(&w->old, old.p, old.n);
	tong__buf_add(&w->fresh, fresh.p, fresh.n);
	if (w->old.failed || w->fresh.failed
	    || json_array_append_new(w->keys, json_stringn_nocheck(key.p, key.n)))
		return tong__fail_nomem(err);
	return 0;
}

/* Which of two cursors stands on the smaller key: the end is greater than every key. */
static int order(const struct cursor *a, const struct cursor *b)
{
	if (!a->line.p || !b->line.p)
		return (b->line.p != NULL) - (a->line.p != NULL);
	return tong__key_cmp(a->key, b->key);
}

static int write_delta(struct writer *w, struct tong__str old, struct tong__str fresh,
                       uint64_t *records, tong_error *err)
{
	static const struct tong__str none = {NULL, 0};
	struct cursor a, b = {0};
	int code = start(&a, w->layer, old, err);

	if (!code)
		code = start(&b, w->layer, fresh, err);
	while (!code && (a.line.p || b.line.p)) {
		int side = order(&a, &b);

		if (side < 0)
			code = add_change(w, a.key, a.line, none, err);
		else if (side > 0)
			code = add_change(w, b.key, none, b.line, err);
		else if (a.line.n != b.line.n || memcmp(a.line.p, b.line.p, a.line.n) != 0)
			code = add_change(w, b.key, a.line, b.line, err);
		if (!code && side <= 0)
			code = step(&a, err);
		if (!code && side >= 0)
			code = step(&b, err);
	}
	*records = b.lines;
	return code ? code : flush(w, err);
}

static void put_u32(unsigned char *p, size_t v)
{
	int i;

	for (i = 0; i < 4; i++)
		p[i] = (unsigned char)(v >> 8 * i);
}

static void hex_of(struct tong__str s, char out[TONG_HEX])
{
	struct tong__hash hash;

	tong__sha256(s.p ? s.p : "", s.n, &hash);
	tong__hash_hex(&hash, out);
}

/* C8: one that may stand in heads is packed there. */
static int pack_head(const struct writer *w, const struct tong__buf *text, bool whole,
                     struct tong__buf *out, tong_error *err)
{
	if (!whole && 64 + text->len + w->frames.len <= TONG_HEAD_CHANGESET)
		return tong__zstd_store(text->data, text->len, out, err);
	return tong__zstd_write(text->data, text->len, NULL, 0, out, err);
}

/* The head frame into 'out': it tells every group, so it is made last and stands first. */
static int write_head(struct writer *w, const struct tong__str *old, struct tong__str fresh,
                      uint64_t records, struct tong__buf *out, tong_error *err)
{
	char from[TONG_HEX] = "", to[TONG_HEX];
	struct tong__buf text;
	json_t *head;
	int code;

	if (old)
		hex_of(*old, from);
	hex_of(fresh, to);
	head = json_pack("{s:s, s:O, s:s, s:s, s:I, s:I}", "from", from, "groups", w->groups, "layer",
	                 w->layer, "to", to, "to_length", (json_int_t)fresh.n, "to_records",
	                 (json_int_t)records);
	tong__buf_init(&text, TONG_MAX_CS_HEAD);
	code = head ? tong__json_record(head, &text) : TONG_E_NOMEM;
	if (code == TONG_E_NOMEM)
		tong__fail_nomem(err);
	else if (code)
		tong__fail(err, code, w->layer, "C1: the head is over the ceiling of %u bytes",
		           TONG_MAX_CS_HEAD);
	else
		code = pack_head(w, &text, !old, out, err);
	tong__buf_free(&text);
	json_decref(head);
	return code;
}

static int put_together(struct writer *w, struct tong__buf *head, struct tong__buf *out,
                        struct tong__hash *id, tong_error *err)
{
	unsigned char first[12] = "TONGCS1\n";
	size_t at = out->len;

	put_u32(first + 8, head->len);
	tong__buf_add(out, first, sizeof first);
	tong__buf_add(out, head->data, head->len);
	if (!out->failed)
		tong__sha256(out->data + at, out->len - at, id);
	tong__buf_add(out, w->frames.data, w->frames.len);
	if (out->failed == TONG_E_LIMIT || (!out->failed && out->len - at > TONG_MAX_CS))
		return tong__fail(err, TONG_E_LIMIT, w->layer, "the changeset is over its ceiling");
	return out->failed ? tong__fail_nomem(err) : 0;
}

static int write(const char *layer, const struct tong__str *old, struct tong__str fresh, bool best,
                 struct tong__buf *out, struct tong__hash *id, tong_error *err)
{
	struct writer w = {.layer = layer, .best = best, .keys = json_array(), .groups = json_array()};
	struct tong__buf head;
	uint64_t records = 0;
	int code = w.keys && w.groups ? 0 : tong__fail_nomem(err);

	tong__buf_init(&w.old, TONG_MAX_GROUP);
	tong__buf_init(&w.fresh, TONG_MAX_GROUP);
	/* The ceilings leave room for what the encoder reserves beyond what it writes. */
	tong__buf_init(&w.frames, (size_t)TONG_MAX_CS * 2);
	tong__buf_init(&head, (size_t)TONG_MAX_CS_HEAD * 2);
	if (!code)
		code = old ? write_delta(&w, *old, fresh, &records, err)
		           : write_whole(&w, fresh, &records, err);
	if (!code)
		code = write_head(&w, old, fresh, records, &head, err);
	if (!code)
		code = put_together(&w, &head, out, id, err);
	tong__buf_free(&w.old);
	tong__buf_free(&w.fresh);
	tong__buf_free(&w.frames);
	tong__buf_free(&head);
	json_decref(w.keys);
	json_decref(w.groups);
	return code;
}

int tong__changeset_write(const char *layer, const struct tong__str *old, struct tong__str fresh,
                          struct tong__buf *out, struct tong__hash *id, tong_error *err)
{
	return write(layer, old, fresh, false, out, id, err);
}

int tong__changeset_write_best(const char *layer, struct tong__str old, struct tong__str fresh,
                               struct tong__buf *out, struct tong__hash *id, tong_error *err)
{
	return write(layer, &old, fresh, true, out, id, err);
}
