/* Records one by one, then a layer: written as they come, sorted once at the end. */
#include "publisher/records.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/text.h"

#define BEFORE_KEY 6   /* {"k":" */

int tong__build_init(struct tong__build *b, const struct tong__model *m, tong_error *err)
{
	memset(b, 0, sizeof *b);
	b->m = m;
	b->err = err;
	tong__buf_init(&b->bytes, TONG_MAX_LAYER);
	b->law_items = json_object();
	b->material_items = json_object();
	b->regions = json_array();
	return b->law_items && b->material_items && b->regions ? 0 : tong__fail_nomem(err);
}

void tong__build_free(struct tong__build *b)
{
	tong__buf_free(&b->bytes);
	free(b->lines);
	json_decref(b->law_items);
	json_decref(b->material_items);
	json_decref(b->regions);
}

/* ---- values ---- */

static bool unknown(const json_t *v)
{
	return !v || json_is_null(v) || (json_is_string(v) && !json_string_length(v)) ||
	       (json_is_array(v) && !json_array_size(v)) || (json_is_object(v) && !json_object_size(v));
}

void tong__set(struct tong__build *b, json_t *obj, const char *name, json_t *value)
{
	if (unknown(value))
		json_decref(value);
	else if (json_object_set_new(obj, name, value))
		b->nomem = true;
}

void tong__set_str(struct tong__build *b, json_t *obj, const char *name, const char *value)
{
	json_t *v;

	if (!value || !*value)
		return;
	v = json_string(value);
	if (!v)
		b->nomem = true;
	tong__set(b, obj, name, v);
}

void tong__add(struct tong__build *b, json_t *arr, json_t *value)
{
	if (json_array_append_new(arr, value))
		b->nomem = true;
}

/* A copy of a scalar. The line end that a block of text (|) ends with says nothing. */
static json_t *scalar(const json_t *value)
{
	size_t n = json_string_length(value);

	if (!json_is_string(value))
		return json_deep_copy(value);
	while (n && json_string_value(value)[n - 1] == '\n')
		n--;
	return json_stringn(json_string_value(value), n);
}

json_t *tong__known(struct tong__build *b, const json_t *value)
{
	const char *name;
	json_t *out, *v;
	size_t i;

	if (unknown(value))
		return NULL;
	if (!json_is_object(value) && !json_is_array(value)) {
		out = scalar(value);
	} else if (json_is_object(value)) {
		out = json_object();
		json_object_foreach((json_t *)value, name, v)
			tong__set(b, out, name, tong__known(b, v));
	} else {
		out = json_array();
		json_array_foreach(value, i, v)
			if ((v = tong__known(b, v)))
				tong__add(b, out, v);
	}
	if (!out)
		b->nomem = true;
	if (!unknown(out))
		return out;
	json_decref(out);
	return NULL;
}

json_t *tong__split(struct tong__build *b, const char *text, char separator)
{
	json_t *list = json_array();

	while (*text) {
		const char *end = strchr(text, separator);
		size_t n = end ? (size_t)(end - text) : strlen(text);

		if (n)
			tong__add(b, list, json_stringn(text, n));
		text += n + (end != NULL);
	}
	if (!list)
		b->nomem = true;
	if (json_array_size(list))
		return list;
	json_decref(list);
	return NULL;
}

/* ---- records ---- */

json_t *tong__record_new(struct tong__build *b, const char *prefix, const char *id)
{
	json_t *rec = json_object();

	if (!rec || json_object_set_new(rec, "k", json_sprintf("%s%s", prefix, id)))
		b->nomem = true;
	return rec;
}

static int room(struct tong__build *b)
{
	struct tong__line *lines;
	size_t cap = b->cap ? b->cap * 2 : 1024;

	if (b->n < b->cap)
		return 0;
	lines = realloc(b->lines, cap * sizeof *lines);
	if (!lines)
		return tong__fail_nomem(b->err);
	b->lines = lines;
	b->cap = cap;
	return 0;
}

static int check(struct tong__build *b, const char *key, size_t len)
{
	if (b->bytes.failed == TONG_E_LIMIT)
		return tong__fail(b->err, TONG_E_LIMIT, key, "rule L1: a layer of more than %u bytes",
		                  TONG_MAX_LAYER);
	if (b->nomem || b->bytes.failed)
		return tong__fail_nomem(b->err);
	if (!tong__key_valid(key, strlen(key)))
		return tong__fail(b->err, TONG_E_FORMAT, key,
		                  "rule R2: cannot be the key of a record; look at the characters of "
		                  "the code or id");
	if (len > TONG_MAX_RECORD)
		return tong__fail(b->err, TONG_E_LIMIT, key,
		                  "rule R3: a record has %zu bytes, the ceiling is %u; shorten it", len,
		                  TONG_MAX_RECORD);
	if (b->n == TONG_MAX_LAYER_RECORDS)
		return tong__fail(b->err, TONG_E_LIMIT, key, "rule L1: a layer of more than %u records",
		                  TONG_MAX_LAYER_RECORDS);
	return 0;
}

int tong__record_put(struct tong__build *b, json_t *rec)
{
	size_t at = b->bytes.len;
	const char *key = tong__json_str(rec, "k");
	int rc;

	if (!key) {
		json_decref(rec);
		return tong__fail_nomem(b->err);
	}
	tong__json_record(rec, &b->bytes);
	tong__buf_addc(&b->bytes, '\n');
	rc = check(b, key, b->bytes.len - at);
	if (!rc)
		rc = room(b);
	if (!rc)
		b->lines[b->n++] = (struct tong__line){at, b->bytes.len - at, strlen(key)};
	json_decref(rec);
	return rc;
}

int tong__record_put_line(struct tong__build *b, struct tong__str key, struct tong__str line)
{
	size_t at = b->bytes.len;
	int rc = room(b);

	tong__buf_add(&b->bytes, line.p, line.n);
	tong__buf_addc(&b->bytes, '\n');
	if (!rc && b->bytes.failed)
		rc = tong__fail_nomem(b->err);
	if (!rc)
		b->lines[b->n++] = (struct tong__line){at, line.n + 1, key.n};
	return rc;
}

/* ---- the layer ---- */

static struct tong__str key_of(const struct tong__build *b, const struct tong__line *l)
{
	return (struct tong__str){b->bytes.data + l->at + BEFORE_KEY, l->key_len};
}

static int by_key(const void *x, const void *y, void *build)
{
	return tong__key_cmp(key_of(build, x), key_of(build, y));
}

static int sort(struct tong__build *b)
{
	if (b->n)
		qsort_r(b->lines, b->n, sizeof *b->lines, by_key, b);
	for (size_t i = 1; i < b->n; i++)
		if (!by_key(&b->lines[i - 1], &b->lines[i], b)) {
			struct tong__str k = key_of(b, &b->lines[i]);

			return tong__fail(b->err, TONG_E_FORMAT, NULL,
			                  "rule L1: two records are %.*s; find with check the code or id "
			                  "that stands twice",
			                  (int)k.n, k.p);
		}
	return 0;
}

int tong__build_finish(struct tong__build *b, const char *name, struct tong__layer *out)
{
	char *to;
	int rc = sort(b);

	if (rc)
		return rc;
	memset(out, 0, sizeof *out);
	out->bytes = to = malloc(b->bytes.len + 1);
	if (!to)
		return tong__fail_nomem(b->err);
	for (size_t i = 0; i < b->n; i++) {
		memcpy(to, b->bytes.data + b->lines[i].at, b->lines[i].len);
		to += b->lines[i].len;
	}
	*to = '\0';
	memcpy(out->name, name, strnlen(name, sizeof out->name - 1));
	out->len = b->bytes.len;
	out->records = b->n;
	tong__sha256(out->bytes, out->len, &out->sha256);
	tong__buf_clear(&b->bytes);
	b->n = 0;
	return 0;
}
