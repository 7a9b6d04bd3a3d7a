/* Layers in memory and the changesets between them, for tests of the agent. */
#ifndef TESTS_UNIT_AGENT_LAYERS_H
#define TESTS_UNIT_AGENT_LAYERS_H

#include <jansson.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <tong/agent.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/record.h"
#include "tests/lib/check.h"

#ifndef NOW /* tests/unit/tuf_repo.h has a clock of its own */
#define NOW   1800000000 /* 2027-01-15 */
#define LATER "2030-01-01T00:00:00Z"
#endif
#define PAST  "2026-12-01T00:00:00Z"

struct province {
	char dir[1024];
	EVP_PKEY *key;
	json_t *key_json;
	char key_id[TONG_HEX];
	json_t *layers;    /* name: {key: line} */
	json_t *published; /* the same as of the last release */
	json_t *roles;     /* name: {version, target entry} */
	json_t *head;      /* name: text, what changed with the last release (bytes as hex) */
	unsigned root, targets, snapshot, timestamp;
	const char *expires; /* of the online roles */
	size_t group;        /* bytes of a group */
	bool no_head, no_delta;
};

/* ---- bytes ---- */

static inline void p_write(const struct province *p, const char *name, const void *b, size_t n)
{
	char path[2048];
	tong_error err;

	snprintf(path, sizeof path, "%s/%s", p->dir, name);
	if (tong__mkdirs_for(path, &err) || tong__file_write_fast(path, b, n, NULL, &err)) {
		printf("cannot write %s: %s\n", path, err.message);
		abort();
	}
}

static inline struct tong__buf p_read(const struct province *p, const char *name)
{
	char path[2048];
	struct tong__buf b;
	tong_error err;

	snprintf(path, sizeof path, "%s/%s", p->dir, name);
	tong__buf_init(&b, 64u << 20);
	if (tong__file_read(path, &b, &err))
		abort();
	return b;
}

static inline void p_zstd(const char *src, size_t n, const char *prefix, size_t prefix_n,
						  struct tong__buf *out)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	size_t bound = ZSTD_compressBound(n), r;
	char *to = malloc(bound);

	ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, TONG_MAX_WINDOW_LOG);
	if (prefix_n)
		ZSTD_CCtx_refPrefix(c, prefix, prefix_n);
	r = ZSTD_compress2(c, to, bound, src, n);
	if (ZSTD_isError(r))
		abort();
	tong__buf_add(out, to, r);
	free(to);
	ZSTD_freeCCtx(c);
}

static inline json_t *p_hex_of(const void *b, size_t n)
{
	struct tong__hash h;
	char hex[TONG_HEX];

	tong__sha256(b, n, &h);
	tong__hash_hex(&h, hex);
	return json_string(hex);
}

/* ---- records ---- */

/* Puts the record {"k": key, members…}. */
static inline void p_put(struct province *p, const char *layer, const char *key,
						 const char *members)
{
	json_t *rec = json_loads(members, 0, NULL), *lines = json_object_get(p->layers, layer);
	struct tong__buf line;

	if (!rec)
		abort();
	if (!lines) {
		lines = json_object();
		json_object_set_new(p->layers, layer, lines);
	}
	json_object_set_new(rec, "k", json_string(key));
	tong__buf_init(&line, TONG_MAX_RECORD);
	tong__json_record(rec, &line);
	json_object_set_new(lines, key, json_stringn(line.data, line.len));
	tong__buf_free(&line);
	json_decref(rec);
}

static inline void p_del(struct province *p, const char *layer, const char *key)
{
	json_object_del(json_object_get(p->layers, layer), key);
}

static inline int p_by_key(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The keys of both sets, sorted; ended by NULL. */
static inline const char **p_keys(json_t *a, json_t *b, size_t *n)
{
	const char **keys = calloc(json_object_size(a) + json_object_size(b) + 1, sizeof *keys), *k;
	json_t *v;

	*n = 0;
	json_object_foreach(a, k, v) keys[(*n)++] = k;
	json_object_foreach(b, k, v) if (!json_object_get(a, k)) keys[(*n)++] = k;
	qsort(keys, *n, sizeof *keys, p_by_key);
	return keys;
}

static inline void p_add_line(struct tong__buf *b, json_t *line)
{
	if (line)
		tong__buf_addf(b, "%s\n", json_string_value(line));
}

static inline struct tong__buf p_layer_text(json_t *lines)
{
	struct tong__buf b;
	size_t n;
	const char **keys = p_keys(lines, NULL, &n);

	tong__buf_init(&b, TONG_MAX_LAYER);
	for (size_t i = 0; i < n; i++)
		p_add_line(&b, json_object_get(lines, keys[i]));
	free(keys);
	return b;
}

/* ---- changesets ---- */

struct p_groups {
	json_t *list;
	struct tong__buf frames;
	struct tong__buf content, prefix; /* of the group under way */
	json_t *keys;
	bool whole;
};

static inline void p_end_group(struct p_groups *g)
{
	struct tong__buf frame;
	json_t *entry;

	if (!json_array_size(g->keys))
		return;
	tong__buf_init(&frame, 1u << 20);
	p_zstd(g->content.data ? g->content.data : "", g->content.len, g->prefix.data, g->prefix.len,
		   &frame);
	entry = json_pack("{s:I, s:I, s:o, s:I}", "new", (json_int_t)g->content.len, "old",
					  (json_int_t)g->prefix.len, "sha256", p_hex_of(frame.data, frame.len), "size",
					  (json_int_t)frame.len);
	if (!g->whole)
		json_object_set(entry, "keys", g->keys);
	json_array_append_new(g->list, entry);
	tong__buf_add(&g->frames, frame.data, frame.len);
	tong__buf_free(&frame);
	tong__buf_clear(&g->prefix);
	if (g->whole && g->content.len)
		tong__buf_add(&g->prefix, g->content.data, g->content.len);
	tong__buf_clear(&g->content);
	json_decref(g->keys);
	g->keys = json_array();
}

/* The changeset between two versions of a layer; 'from' NULL: from nothing. *id gets its name. */
static inline struct tong__buf p_changeset(struct province *p, const char *layer, json_t *from,
										   json_t *to, char id[TONG_HEX])
{
	struct p_groups g = { .list = json_array(), .keys = json_array(), .whole = !from };
	struct tong__buf a = p_layer_text(from), b = p_layer_text(to), text, out;
	json_t *head;
	size_t n;
	const char **keys = p_keys(to, from, &n);
	struct tong__hash h;

	tong__buf_init(&g.frames, TONG_MAX_CS);
	tong__buf_init(&g.content, TONG_MAX_LAYER);
	tong__buf_init(&g.prefix, TONG_MAX_LAYER);
	for (size_t i = 0; i < n; i++) {
		json_t *o = json_object_get(from, keys[i]), *w = json_object_get(to, keys[i]);

		if (o && w && json_equal(o, w))
			continue;
		if (g.content.len > p->group)
			p_end_group(&g);
		json_array_append_new(g.keys, json_string(keys[i]));
		p_add_line(&g.content, w);
		if (from)
			p_add_line(&g.prefix, o);
	}
	p_end_group(&g);
	free(keys);
	head =
		json_pack("{s:o, s:o, s:s, s:o, s:I, s:I}", "from",
				  from ? p_hex_of(a.data ? a.data : "", a.len) : json_string(""), "groups", g.list,
				  "layer", layer, "to", p_hex_of(b.data ? b.data : "", b.len), "to_length",
				  (json_int_t)b.len, "to_records", (json_int_t)json_object_size(to));
	tong__buf_init(&text, TONG_MAX_CS_HEAD);
	tong__json_record(head, &text);
	tong__buf_init(&out, TONG_MAX_CS);
	tong__buf_add(&out, "TONGCS1\n\0\0\0\0", 12);
	p_zstd(text.data, text.len, NULL, 0, &out);
	for (int i = 0; i < 4; i++)
		out.data[8 + i] = (char)((out.len - 12) >> (8 * i) & 0xff);
	tong__sha256(out.data, out.len, &h);
	tong__hash_hex(&h, id);
	tong__buf_add(&out, g.frames.data ? g.frames.data : "", g.frames.len);
	json_decref(head);
	json_decref(g.keys);
	tong__buf_free(&g.frames);
	tong__buf_free(&g.content);
	tong__buf_free(&g.prefix);
	tong__buf_free(&text);
	tong__buf_free(&a);
	tong__buf_free(&b);
	return out;
}

#endif
