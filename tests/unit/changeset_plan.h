/* Writes changesets that lie where a test wants them to: the publisher's writer would refuse. */
#ifndef TESTS_UNIT_CHANGESET_PLAN_H
#define TESTS_UNIT_CHANGESET_PLAN_H

#include <zstd.h>

#include "core/changeset.h"
#include "core/json.h"
#include "tests/lib/check.h"

#define MAX_GROUPS 4

/* What to write, and where to lie. */
struct plan {
	const char *layer, *from, *to; /* lines; from NULL: nothing */
	const char *result; /* what 'to' is said to be; NULL: to */
	struct {
		const char *keys; /* blank-separated; NULL: none */
		const char *old, *new;
	} g[MAX_GROUPS];
	size_t n;
	int lie_new, lie_old, lie_size; /* added to what group 0 says */
	const char *lie_head; /* head text instead of the made one */
	int checksum;
	bool no_size;
	long lie_length, lie_records;
	const char *extra; /* a further member of group 0 */
};

static char bytes[1 << 20];
static size_t n_bytes;
static struct tong__hash id;

static size_t compress(const struct plan *p, const char *prefix, size_t prefix_n, const char *text,
		       size_t n, char *to)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();
	size_t size;

	ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, 12);
	ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, 20);
	ZSTD_CCtx_setParameter(c, ZSTD_c_checksumFlag, p->checksum);
	ZSTD_CCtx_setParameter(c, ZSTD_c_contentSizeFlag, !p->no_size);
	if (prefix_n)
		ZSTD_CCtx_refPrefix(c, prefix, prefix_n);
	size = ZSTD_compress2(c, to, sizeof bytes / 2, text, n);
	ZSTD_freeCCtx(c);
	if (ZSTD_isError(size))
		abort();
	return size;
}

static json_t *hash_of(const char *text, size_t n)
{
	struct tong__hash h;
	char hex[TONG_HEX];

	tong__sha256(text, n, &h);
	tong__hash_hex(&h, hex);
	return json_string(hex);
}

static size_t lines_in(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += *s == '\n';
	return n;
}

static json_t *split(const char *words)
{
	json_t *a = json_array();

	while (*words) {
		size_t n = strcspn(words, " ");

		json_array_append_new(a, json_stringn(words, n));
		words += n + (words[n] == ' ');
	}
	return a;
}

static json_t *make_group(const struct plan *p, size_t i, const char *frame, size_t size)
{
	const char *old = p->g[i].old ? p->g[i].old : "", *new = p->g[i].new;
	size_t before = !p->from && i ? strlen(p->g[i - 1].new) : strlen(old);
	json_t *g = json_object();

	if (p->g[i].keys)
		json_object_set_new(g, "keys", split(p->g[i].keys));
	json_object_set_new(g, "new", json_integer((int)strlen(new) + (i ? 0 : p->lie_new)));
	json_object_set_new(g, "old", json_integer((int)before + (i ? 0 : p->lie_old)));
	json_object_set_new(g, "size", json_integer((int)size + (i ? 0 : p->lie_size)));
	json_object_set_new(g, "sha256", hash_of(frame, size));
	if (!i && p->extra)
		json_object_set_new(g, p->extra, json_true());
	return g;
}

/* The head's text, malloc'd; frames go to 'frames'. */
static char *make_head(const struct plan *p, char *frames, size_t *n_frames)
{
	const char *to = p->result ? p->result : p->to;
	json_t *head = json_object(), *groups = json_array();
	struct tong__buf text;
	size_t i, size;

	*n_frames = 0;
	for (i = 0; i < p->n; i++) {
		const char *prefix = p->from ? p->g[i].old : i ? p->g[i - 1].new : NULL;

		size = compress(p, prefix, prefix ? strlen(prefix) : 0, p->g[i].new,
				strlen(p->g[i].new), frames + *n_frames);
		json_array_append_new(groups, make_group(p, i, frames + *n_frames, size));
		*n_frames += size;
	}
	json_object_set_new(head, "from",
			    p->from ? hash_of(p->from, strlen(p->from)) : json_string(""));
	json_object_set_new(head, "groups", groups);
	json_object_set_new(head, "layer", json_string(p->layer));
	json_object_set_new(head, "to", hash_of(to, strlen(to)));
	json_object_set_new(head, "to_length", json_integer((long)strlen(p->to) + p->lie_length));
	json_object_set_new(head, "to_records",
			    json_integer((long)lines_in(p->to) + p->lie_records));
	tong__buf_init(&text, 1 << 20);
	tong__json_record(head, &text);
	json_decref(head);
	return tong__buf_take(&text, NULL);
}

static void write_plan(const struct plan *p)
{
	static char frames[1 << 20];
	static const struct plan plain;
	size_t n_frames, h;
	char *head = make_head(p, frames, &n_frames);
	const char *text = p->lie_head ? p->lie_head : head;

	h = compress(&plain, NULL, 0, text, strlen(text), bytes + 12);
	memcpy(bytes, "TONGCS1\n", 8);
	bytes[8] = (char)h;
	bytes[9] = (char)(h >> 8);
	bytes[10] = (char)(h >> 16);
	bytes[11] = 0;
	memcpy(bytes + 12 + h, frames, n_frames);
	n_bytes = 12 + h + n_frames;
	tong__sha256(bytes, 12 + h, &id);
	free(head);
}

#endif
