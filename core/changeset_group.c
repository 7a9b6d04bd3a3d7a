/* One group of a changeset: verified whole, then handed line by line to a target (C3-C6, P7). */
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "core/changeset.h"
#include "core/zstd_frame.h"

struct group {
	const struct tong__cs_head *head;
	const struct tong__cs_group *g;
	const struct tong__cs_target *target;
	struct tong__cs_state *state;
	struct tong__buf old, new; /* prefix (not when whole), content */
	size_t *ends; /* where the old line of each key ends in 'old' */
	char name[TONG_MAX_ROLE_NAME + 32];
};

static int check_frame(const struct group *w, const void *frame, size_t n, tong_error *err)
{
	struct tong__hash hash;

	if (n != w->g->size)
		return tong__fail(err, TONG_E_FORMAT, w->name,
				  "C6: a frame of %zu bytes, %zu were told", n, w->g->size);
	tong__sha256(frame, n, &hash);
	if (!tong__hash_equal(&hash, &w->g->sha256))
		return tong__fail(err, TONG_E_HASH, w->name, "C2: the frame is not the one signed");
	return 0;
}

/* C3: the old lines of the group's keys, which are the prefix. */
static int gather_old(struct group *w, tong_error *err)
{
	const struct tong__cs_group *g = w->g;
	size_t i;
	int code;

	w->ends = malloc(g->n_keys * sizeof *w->ends);
	if (!w->ends)
		return tong__fail_nomem(err);
	for (i = 0; i < g->n_keys; i++) {
		code = w->target->old_line(w->target->user, g->keys[i], &w->old, err);
		if (!code && w->old.failed == TONG_E_NOMEM)
			return tong__fail_nomem(err);
		if (w->old.failed == TONG_E_LIMIT)
			break;
		if (code)
			return code;
		w->ends[i] = w->old.len;
	}
	if (i < g->n_keys || w->old.len != g->old_len)
		return tong__fail(err, TONG_E_FORMAT, w->name,
				  "C3: the old lines are not the %zu bytes that were told",
				  g->old_len);
	return 0;
}

static struct tong__str old_line(const struct group *w, size_t i)
{
	size_t from = i ? w->ends[i - 1] : 0;

	if (w->ends[i] == from)
		return (struct tong__str){NULL, 0};
	return (struct tong__str){w->old.data + from, w->ends[i] - from};
}

/* C3: a key that leaves must have been there. */
static int check_removed(const struct group *w, size_t i, tong_error *err)
{
	if (old_line(w, i).n == 0)
		return tong__fail(err, TONG_E_FORMAT, w->name,
				  "C3: %s has neither an old nor a new line", w->g->keys[i]);
	return 0;
}

/* C3: a line of a change. *i is the next key of the group that has no line yet. */
static int check_changed(const struct group *w, struct tong__str key, struct tong__str line,
			 size_t *i, tong_error *err)
{
	struct tong__str old;
	int code;

	for (; *i < w->g->n_keys; ++*i) {
		const char *k = w->g->keys[*i];
		int c = tong__key_cmp((struct tong__str){k, strlen(k)}, key);

		if (c > 0)
			break;
		if (c < 0) {
			code = check_removed(w, *i, err);
			if (code)
				return code;
			continue;
		}
		old = old_line(w, (*i)++);
		if (old.p && old.n == line.n + 1 && !memcmp(old.p, line.p, line.n))
			return tong__fail(err, TONG_E_FORMAT, w->name, "C3: %s does not change", k);
		return 0;
	}
	return tong__fail(err, TONG_E_FORMAT, w->name,
			  "C3: a line of %.*s, which is not the next key", (int)key.n, key.p);
}

/* C4: a line of a whole layer. */
static int check_whole(const struct group *w, struct tong__str key, struct tong__str last,
		       tong_error *err)
{
	if (last.n && tong__key_cmp(last, key) >= 0)
		return tong__fail(err, TONG_E_FORMAT, w->name, "L1: key %.*s after %.*s",
				  (int)key.n, key.p, (int)last.n, last.p);
	return tong__record_allowed(w->head->layer, key, err);
}

/* The line at *p, which moves behind its LF. Content without LF at the end is no content. */
static bool next_line(const char **p, const char *end, struct tong__str *line)
{
	const char *lf = *p < end ? memchr(*p, '\n', (size_t)(end - *p)) : NULL;

	if (!lf)
		return false;
	*line = (struct tong__str){*p, (size_t)(lf - *p)};
	*p = lf + 1;
	return true;
}

/* Everything about the content, before the target sees any of it. */
static int check_content(const struct group *w, tong_error *err)
{
	struct tong__str last = {w->state->last_key, strlen(w->state->last_key)}, line, key;
	const char *p = w->new.data, *end = p + w->new.len;
	size_t i = 0;
	int code = 0;

	while (!code && next_line(&p, end, &line)) {
		code = tong__record_check(line.p, line.n, NULL, err);
		if (!code)
			code = tong__record_key(line.p, line.n, &key, err);
		if (!code && w->head->whole)
			code = check_whole(w, key, last, err);
		else if (!code)
			code = check_changed(w, key, line, &i, err);
		if (!code)
			last = key;
	}
	if (!code && p != end)
		code = tong__fail(err, TONG_E_FORMAT, w->name, "C6: the content ends without LF");
	for (; !code && !w->head->whole && i < w->g->n_keys; i++)
		code = check_removed(w, i, err);
	return code;
}

/* Lines to put and keys to delete, in the order of their keys. */
static int hand_over(const struct group *w, tong_error *err)
{
	const struct tong__cs_target *t = w->target;
	const char *p = w->new.data, *end = p + w->new.len;
	struct tong__str line, key = {NULL, 0};
	size_t i = 0;
	int code = 0;

	while (!code && next_line(&p, end, &line)) {
		tong__record_key(line.p, line.n, &key, NULL);
		for (; !code && i < w->g->n_keys; i++) {
			const char *k = w->g->keys[i];

			if (!tong__key_cmp((struct tong__str){k, strlen(k)}, key))
				break;
			code = t->del(t->user, k, err);
		}
		i++;
		if (!code)
			code = t->put(t->user, key, line, err);
	}
	for (; !code && i < w->g->n_keys; i++)
		code = t->del(t->user, w->g->keys[i], err);
	if (!code && key.p && w->head->whole) {
		memcpy(w->state->last_key, key.p, key.n);
		w->state->last_key[key.n] = '\0';
	}
	return code;
}

static int apply(struct group *w, const void *frame, size_t n, tong_error *err)
{
	const struct tong__buf *prefix = w->head->whole ? &w->state->before : &w->old;
	int code = check_frame(w, frame, n, err);

	if (!code && !w->head->whole)
		code = gather_old(w, err);
	if (!code && prefix->len != w->g->old_len)
		code = tong__fail(err, TONG_E_FORMAT, w->name,
				  "C4: the group before has %zu bytes, not %zu", prefix->len,
				  w->g->old_len);
	if (!code)
		code = tong__zstd_read(frame, n, prefix->data, prefix->len, w->g->new_len, &w->new,
				       w->name, err);
	if (!code)
		code = check_content(w, err);
	if (!code)
		code = hand_over(w, err);
	return code;
}

int tong__cs_apply_group(const struct tong__cs_head *head, size_t index, const void *frame,
			 size_t n, struct tong__cs_state *state,
			 const struct tong__cs_target *target, tong_error *err)
{
	struct group w = {.head = head, .target = target, .state = state};
	int code;

	if (index >= head->n_groups)
		return tong__fail(err, TONG_E_FORMAT, head->layer,
				  "C6: bytes after the last group");
	w.g = &head->groups[index];
	snprintf(w.name, sizeof w.name, "%s group %zu", head->layer, index);
	tong__buf_init(&w.old, w.g->old_len);
	tong__buf_init(&w.new, TONG_MAX_GROUP);
	code = apply(&w, frame, n, err);
	if (!code && head->whole) {
		tong__cs_state_free(state);
		state->before = w.new;
		state->started = true;
		w.new.data = NULL;
	}
	free(w.ends);
	tong__buf_free(&w.old);
	tong__buf_free(&w.new);
	return code;
}

void tong__cs_state_free(struct tong__cs_state *state)
{
	if (state)
		tong__buf_free(&state->before);
}
