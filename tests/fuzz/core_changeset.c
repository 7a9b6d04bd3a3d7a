/* Fuzzes changesets: as the file; and as head text, NUL, content, with hashes and sizes put right.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/changeset.h"
#include "tests/fuzz/raw_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char old[] = "{\"k\":\"item/a\",\"v\":1}\n"
			  "{\"k\":\"item/b\",\"v\":1}\n"
			  "{\"k\":\"item/c\",\"v\":1}\n";

static int old_line(void *user, const char *key, struct tong__buf *out, tong_error *err)
{
	const char *lines = old;
	size_t i;

	(void)user;
	(void)err;
	for (i = 0; i < 3; i++, lines += 21)
		if (strlen(key) == 6 && !memcmp(key, lines + 6, 6))
			return tong__buf_add(out, lines, 21);
	return 0;
}

/* P7: whatever the head says, no other kind of key arrives. */
static int put(void *user, struct tong__str key, struct tong__str line, tong_error *err)
{
	if (tong__record_allowed(user, key, err) || tong__record_check(line.p, line.n, NULL, err))
		abort();
	return 0;
}

static int del(void *user, const char *key, tong_error *err)
{
	return put(user, (struct tong__str){key, strlen(key)},
		   (struct tong__str){"{\"k\":\"a\"}", 9}, err);
}

/* One group, made right in all that a fuzzer cannot guess. */
static void apply_group(struct tong__cs_head *h, const uint8_t *content, size_t n)
{
	struct tong__cs_target target = {h->layer, old_line, put, del};
	struct tong__cs_state state = {.started = false};
	struct tong__cs_group *g = h->groups;
	struct tong__buf lines;
	tong_error err;
	size_t size, i;
	char *frame = raw_frame("", content, n, &size);

	if (!frame)
		return;
	tong__buf_init(&lines, TONG_MAX_GROUP);
	for (i = 0; i < g->n_keys; i++)
		old_line(NULL, g->keys[i], &lines, NULL);
	g->old_len = lines.len;
	g->new_len = n;
	g->size = size;
	tong__sha256(frame, size, &g->sha256);
	tong__cs_apply_group(h, 0, frame, size, &state, &target, &err);
	tong__cs_state_free(&state);
	tong__buf_free(&lines);
	free(frame);
}

static void apply_text(const uint8_t *data, size_t n)
{
	const uint8_t *nul = n ? memchr(data, 0, n) : NULL;
	size_t text = nul ? (size_t)(nul - data) : n, size;
	struct tong__cs_head h;
	tong_error err;
	char *made = raw_frame("TONGCS1\n....", data, text, &size);

	if (!made)
		return;
	made[8] = (char)(size - 12);
	made[9] = (char)((size - 12) >> 8);
	made[10] = (char)((size - 12) >> 16);
	made[11] = 0;
	if (!tong__cs_head_read(made, size, NULL, &h, &err)) {
		if (nul && h.n_groups)
			apply_group(&h, nul + 1, n - text - 1);
		tong__cs_head_free(&h);
	}
	free(made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct tong__buf out;
	tong_error err;

	tong__buf_init(&out, 1 << 20);
	tong__cs_apply(data, n, NULL, old, sizeof old - 1, &out, &err);
	tong__buf_free(&out);
	apply_text(data, n);
	return 0;
}
