/* A whole changeset in memory onto a layer in memory (C6, C7). */
#include <string.h>

#include "core/changeset.h"

/* A place in the old layer. Keys come in ascending order, so each place only moves forward. */
struct cursor {
	const char *p, *end;
	struct tong__str key; /* of the line at p; nothing at the end */
};

struct memory {
	struct cursor looked_up, copied;
	struct tong__buf *out;
	uint64_t records;
};

static int full(const struct tong__buf *out, tong_error *err)
{
	if (out->failed == TONG_E_NOMEM)
		return tong__fail_nomem(err);
	return tong__fail(err, TONG_E_LIMIT, NULL, "the new layer is longer than %zu bytes",
			  out->max);
}

static int set_key(struct cursor *c, tong_error *err)
{
	c->key = (struct tong__str){NULL, 0};
	return c->p < c->end ? tong__record_key(c->p, (size_t)(c->end - c->p), &c->key, err) : 0;
}

/* The line at the cursor with its LF; the layer's identity was checked, yet nothing says it is
 * lines. */
static struct tong__str line_at(const struct cursor *c)
{
	const char *lf = memchr(c->p, '\n', (size_t)(c->end - c->p));

	return (struct tong__str){c->p, (size_t)((lf ? lf + 1 : c->end) - c->p)};
}

/* Moves to the first line whose key is not before 'key' (all lines when it is NULL), copying what
 * it passes. */
static int move(struct cursor *c, const struct tong__str *key, struct memory *copy, tong_error *err)
{
	int code = 0;

	while (!code && c->p < c->end && (!key || tong__key_cmp(c->key, *key) < 0)) {
		struct tong__str line = line_at(c);

		if (copy) {
			if (tong__buf_add(copy->out, line.p, line.n))
				return full(copy->out, err);
			copy->records++;
		}
		c->p += line.n;
		code = set_key(c, err);
	}
	return code;
}

static bool at_key(const struct cursor *c, struct tong__str key)
{
	return c->p < c->end && !tong__key_cmp(c->key, key);
}

static int memory_old_line(void *user, const char *key, struct tong__buf *out, tong_error *err)
{
	struct memory *m = user;
	struct tong__str k = {key, strlen(key)}, line;
	int code = move(&m->looked_up, &k, NULL, err);

	if (code || !at_key(&m->looked_up, k))
		return code;
	line = line_at(&m->looked_up);
	return tong__buf_add(out, line.p, line.n);
}

/* Copies what stands before 'key' and steps over its old line. */
static int pass(struct memory *m, struct tong__str key, tong_error *err)
{
	struct cursor *c = &m->copied;
	int code = move(c, &key, m, err);

	if (code || !at_key(c, key))
		return code;
	c->p += line_at(c).n;
	return set_key(c, err);
}

static int memory_put(void *user, struct tong__str key, struct tong__str line, tong_error *err)
{
	struct memory *m = user;
	int code = pass(m, key, err);

	if (code)
		return code;
	m->records++;
	tong__buf_add(m->out, line.p, line.n);
	return tong__buf_addc(m->out, '\n') ? full(m->out, err) : 0;
}

static int memory_del(void *user, const char *key, tong_error *err)
{
	return pass(user, (struct tong__str){key, strlen(key)}, err);
}

static int start(const struct tong__cs_head *h, const char *old, size_t old_n, struct memory *m,
		 tong_error *err)
{
	struct tong__hash hash;

	if (h->whole || !old_n)
		old = "", old_n = 0;
	tong__sha256(old, old_n, &hash);
	if (!h->whole && !tong__hash_equal(&hash, &h->from))
		return tong__fail(err, TONG_E_VERSION, h->layer,
				  "C3: the changeset starts from another version of the layer");
	m->copied.p = old;
	m->copied.end = old + old_n;
	m->looked_up = m->copied;
	return set_key(&m->copied, err) || set_key(&m->looked_up, err) ? TONG_E_FORMAT : 0;
}

static int apply_groups(const struct tong__cs_head *h, const char *bytes, size_t n,
			struct memory *m, tong_error *err)
{
	const struct tong__cs_target target = {m, memory_old_line, memory_put, memory_del};
	struct tong__cs_state state = {.started = false};
	size_t at = h->head_len, i;
	int code = 0;

	for (i = 0; !code && i < h->n_groups; i++) {
		size_t size = h->groups[i].size;

		if (size > n - at)
			size = n - at; /* the group says that it is cut */
		code = tong__cs_apply_group(h, i, bytes + at, size, &state, &target, err);
		at += size;
	}
	tong__cs_state_free(&state);
	if (!code && at != n)
		code = tong__fail(err, TONG_E_FORMAT, h->layer,
				  "C6: %zu bytes after the last group", n - at);
	return code ? code : move(&m->copied, NULL, m, err);
}

/* C7 */
static int check_result(const struct tong__cs_head *h, const struct memory *m, const char *layer,
			size_t n, tong_error *err)
{
	struct tong__hash hash;

	tong__sha256(layer, n, &hash);
	if (!tong__hash_equal(&hash, &h->to))
		return tong__fail(err, TONG_E_HASH, h->layer,
				  "C7: the new layer is not the one promised");
	if (n != h->to_length || m->records != h->to_records)
		return tong__fail(err, TONG_E_FORMAT, h->layer,
				  "C1: %zu bytes and %llu records, %llu and %llu were told", n,
				  (unsigned long long)m->records, (unsigned long long)h->to_length,
				  (unsigned long long)h->to_records);
	return 0;
}

int tong__cs_apply(const void *bytes, size_t n, const struct tong__hash *id, const char *old,
		   size_t old_n, struct tong__buf *out, tong_error *err)
{
	struct memory m = {.out = out};
	struct tong__cs_head h;
	size_t before = out->len;
	int code = tong__cs_head_read(bytes, n, id, &h, err);

	if (!code)
		code = start(&h, old, old_n, &m, err);
	if (!code)
		code = apply_groups(&h, bytes, n, &m, err);
	if (!code)
		code = check_result(&h, &m, out->len > before ? out->data + before : "",
				    out->len - before, err);
	if (code && out->data) {
		out->len = before;
		out->data[before] = '\0';
	}
	tong__cs_head_free(&h);
	return code;
}
