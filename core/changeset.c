/* The head of a changeset: what its groups must be, checked before any of them is read (C1-C5). */
#include <stdlib.h>
#include <string.h>

#include "core/changeset.h"
#include "core/json.h"
#include "core/text.h"
#include "core/zstd_frame.h"

#define START 12 /* magic and length of the head frame */
#define HEAD_DEPTH 4 /* the head, groups, a group, keys */
#define HEAD_MEMBERS 6
#define GROUP_MEMBERS 4 /* and keys, unless whole */
#define MAX_FRAME (TONG_MAX_GROUP + 4096u) /* zstd adds at most 1 KiB to what does not compress */

static const char magic[] = "TONGCS1\n";

size_t tong__cs_head_len(const unsigned char first12[12], tong_error *err)
{
	size_t h = first12[8] | (size_t)first12[9] << 8 | (size_t)first12[10] << 16 |
		   (size_t)first12[11] << 24;

	if (memcmp(first12, magic, 8) != 0) {
		if (!memcmp(first12, magic, 6) && first12[6] > '1' && first12[6] <= '9')
			tong__fail(err, TONG_E_NEWER, NULL,
				   "a changeset of version %c, this reads 1", first12[6]);
		else
			tong__fail(err, TONG_E_FORMAT, NULL,
				   "not a changeset: no TONGCS1 at its start");
		return 0;
	}
	if (h == 0 || h > TONG_MAX_CS_HEAD) {
		tong__fail(err, TONG_E_LIMIT, NULL, "a head of %zu bytes, 1 to %u are allowed", h,
			   TONG_MAX_CS_HEAD);
		return 0;
	}
	return START + h;
}

/* One integer member within [0, max]. */
static int get_size(const json_t *o, const char *name, uint64_t max, uint64_t *out, tong_error *err)
{
	json_int_t v = tong__json_int(o, name, -1);

	if (v < 0)
		return tong__fail(err, TONG_E_FORMAT, NULL, "C1: \"%s\" is not a size", name);
	if ((uint64_t)v > max)
		return tong__fail(err, TONG_E_LIMIT, NULL,
				  "C1: \"%s\" is %lld, at most %llu are allowed", name,
				  (long long)v, (unsigned long long)max);
	*out = (uint64_t)v;
	return 0;
}

static int get_hash(const json_t *o, const char *name, struct tong__hash *out, tong_error *err)
{
	const char *hex = tong__json_str(o, name);

	if (!hex || !tong__hash_parse(hex, out))
		return tong__fail(err, TONG_E_FORMAT, NULL,
				  "C1: \"%s\" is not 64 lower-case hex digits", name);
	return 0;
}

/* C3: the keys of a group, ascending after 'last', allowed in the layer (P7). */
static int read_keys(const char *layer, const json_t *o, struct tong__cs_group *g,
		     const char **last, tong_error *err)
{
	const json_t *keys = tong__json_arr(o, "keys");
	size_t i, n = json_array_size(keys);
	int code;

	if (n == 0)
		return tong__fail(err, TONG_E_FORMAT, NULL, "C3: a group without keys");
	g->keys = calloc(n + 1, sizeof *g->keys);
	if (!g->keys)
		return tong__fail_nomem(err);
	for (i = 0; i < n; i++) {
		const json_t *v = json_array_get(keys, i);
		const char *key = json_string_value(v);
		size_t len = json_string_length(v);

		if (!key || !tong__key_valid(key, len))
			return tong__fail(err, TONG_E_FORMAT, NULL,
					  "R2: key %zu of a group is none", i);
		code = tong__record_allowed(layer, (struct tong__str){key, len}, err);
		if (code)
			return code;
		if (*last && strcmp(*last, key) >= 0)
			return tong__fail(err, TONG_E_FORMAT, NULL, "C3: key %s after %s", key,
					  *last);
		*last = g->keys[i] = key;
		g->n_keys = i + 1;
	}
	return 0;
}

static int read_sizes(const json_t *o, struct tong__cs_group *g, tong_error *err)
{
	uint64_t new_len = 0, old_len = 0, size = 0;
	int code = get_size(o, "new", TONG_MAX_GROUP, &new_len, err);

	if (!code)
		code = get_size(o, "old", TONG_MAX_GROUP, &old_len, err);
	if (!code)
		code = get_size(o, "size", MAX_FRAME, &size, err);
	if (!code)
		code = get_hash(o, "sha256", &g->sha256, err);
	g->new_len = (size_t)new_len;
	g->old_len = (size_t)old_len;
	g->size = (size_t)size;
	return code;
}

static int read_group(struct tong__cs_head *h, const json_t *o, const char **last, tong_error *err)
{
	struct tong__cs_group *g = &h->groups[h->n_groups];
	size_t before = h->n_groups ? g[-1].new_len : 0;
	int code;

	if (json_object_size(o) != GROUP_MEMBERS + (h->whole ? 0 : 1))
		return tong__fail(err, TONG_E_FORMAT, NULL,
				  "C1: a group with other members than told");
	h->n_groups++; /* from here on its keys are freed */
	code = read_sizes(o, g, err);
	if (code)
		return code;
	if (!h->whole)
		return read_keys(h->layer, o, g, last, err);
	if (g->old_len != before)
		return tong__fail(err, TONG_E_FORMAT, NULL,
				  "C4: a prefix of %zu bytes, the group before has %zu", g->old_len,
				  before);
	return 0;
}

static int read_groups(struct tong__cs_head *h, tong_error *err)
{
	const json_t *list = tong__json_arr(h->json, "groups");
	uint64_t total = 0, content = 0;
	const char *last = NULL;
	size_t i, n = json_array_size(list);
	int code;

	if (!list)
		return tong__fail(err, TONG_E_FORMAT, NULL, "C1: no list of groups");
	if (n > TONG_MAX_CS_GROUPS)
		return tong__fail(err, TONG_E_LIMIT, NULL, "C1: %zu groups, at most %d are allowed",
				  n, TONG_MAX_CS_GROUPS);
	h->groups = calloc(n + 1, sizeof *h->groups);
	if (!h->groups)
		return tong__fail_nomem(err);
	for (i = 0; i < n; i++) {
		code = read_group(h, json_array_get(list, i), &last, err);
		if (code)
			return code;
		total += h->groups[i].size;
		content += h->groups[i].new_len;
	}
	if (total > TONG_MAX_CS - h->head_len)
		return tong__fail(err, TONG_E_LIMIT, NULL, "a changeset of more than %u bytes",
				  TONG_MAX_CS);
	if (h->whole && content != h->to_length)
		return tong__fail(err, TONG_E_FORMAT, NULL,
				  "C4: groups of %llu bytes for a layer of %llu",
				  (unsigned long long)content, (unsigned long long)h->to_length);
	return 0;
}

static int read_layer(struct tong__cs_head *h, tong_error *err)
{
	const char *layer = tong__json_str(h->json, "layer"),
		   *from = tong__json_str(h->json, "from");
	int code;

	if (json_object_size(h->json) != HEAD_MEMBERS)
		return tong__fail(err, TONG_E_FORMAT, NULL,
				  "C1: a head with other members than told");
	if (!layer || !tong__layer_name_valid(layer))
		return tong__fail(err, TONG_E_FORMAT, NULL, "L2: not the name of a layer: %s",
				  layer ? layer : "none");
	memcpy(h->layer, layer, strlen(layer) + 1); /* L2: at most 10 */
	h->whole = from && !*from;
	code = h->whole ? 0 : get_hash(h->json, "from", &h->from, err);
	if (!code)
		code = get_hash(h->json, "to", &h->to, err);
	if (!code)
		code = get_size(h->json, "to_length", TONG_MAX_LAYER, &h->to_length, err);
	if (!code)
		code = get_size(h->json, "to_records", TONG_MAX_LAYER_RECORDS, &h->to_records, err);
	return code;
}

/* C1: record form has one spelling for each head, so that an id stands for a meaning. */
static int check_form(const json_t *json, const struct tong__buf *text, tong_error *err)
{
	struct tong__buf again;
	int code;

	tong__buf_init(&again, text->len);
	code = tong__json_record(json, &again);
	if (code == TONG_E_NOMEM)
		tong__fail_nomem(err);
	else if (code || again.len != text->len || memcmp(again.data, text->data, text->len) != 0)
		code = tong__fail(err, TONG_E_FORMAT, NULL, "C1: the head is not in record form");
	tong__buf_free(&again);
	return code;
}

static int read_json(struct tong__cs_head *h, const char *bytes, tong_error *err)
{
	struct tong__buf text;
	int code;

	tong__buf_init(&text, TONG_MAX_CS_HEAD);
	code = tong__zstd_read(bytes + START, h->head_len - START, NULL, 0, SIZE_MAX, &text,
			       "changeset head", err);
	if (!code)
		code = tong__json_read(text.data, text.len, HEAD_DEPTH, "changeset head", &h->json,
				       err);
	if (!code)
		code = check_form(h->json, &text, err);
	tong__buf_free(&text);
	return code;
}

/* The one place that says which changeset an error is about. */
static int name_it(int code, const struct tong__cs_head *h, tong_error *err)
{
	char hex[TONG_HEX];

	if (!code || !err || code == TONG_E_NOMEM)
		return code;
	tong__hash_hex(&h->id, hex);
	return tong__fail(err, code, hex, "%s", err->message);
}

int tong__cs_head_read(const void *bytes, size_t n, const struct tong__hash *id,
		       struct tong__cs_head *out, tong_error *err)
{
	struct tong__cs_head h = {.whole = false};
	int code;

	memset(out, 0, sizeof *out);
	if (n < START)
		return tong__fail(err, TONG_E_FORMAT, NULL, "not a changeset: %zu bytes", n);
	h.head_len = tong__cs_head_len(bytes, err);
	if (!h.head_len)
		return err ? err->code : TONG_E_FORMAT;
	if (h.head_len > n)
		return tong__fail(err, TONG_E_FORMAT, NULL, "C2: a head of %zu bytes cut at %zu",
				  h.head_len, n);
	tong__sha256(bytes, h.head_len, &h.id);
	if (id && !tong__hash_equal(&h.id, id))
		return name_it(
			tong__fail(err, TONG_E_HASH, NULL, "C2: not the changeset that was signed"),
			&h, err);
	code = read_json(&h, bytes, err);
	if (!code)
		code = read_layer(&h, err);
	if (!code)
		code = read_groups(&h, err);
	if (code)
		tong__cs_head_free(&h);
	else
		*out = h;
	return name_it(code, &h, err);
}

void tong__cs_head_free(struct tong__cs_head *h)
{
	size_t i;

	if (!h)
		return;
	for (i = 0; i < h->n_groups; i++)
		free(h->groups[i].keys);
	free(h->groups);
	json_decref(h->json);
	h->groups = NULL;
	h->n_groups = 0;
	h->json = NULL;
}
