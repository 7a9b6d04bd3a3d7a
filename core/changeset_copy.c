/* Copies a changeset frame by frame: the id fixes the head, and the head every frame (C2). */
#include "core/changeset_copy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/changeset.h"
#include "core/repo_name.h"

struct copy {
	FILE *file;
	const char *name;
	struct tong__buf piece;
	const struct tong__cs_sink *to;
};

/* Reads exactly n bytes. */
static int read_piece(struct copy *c, size_t n, tong_error *err)
{
	tong__buf_clear(&c->piece);
	if (tong__buf_reserve(&c->piece, n))
		return tong__fail(err, c->piece.failed, c->name, "a piece of %zu bytes is too long", n);
	if (fread(c->piece.data, 1, n, c->file) != n)
		return tong__fail(err, TONG_E_HASH, c->name,
		                  "the file is cut short: the repository is damaged, bring it back from a "
		                  "copy");
	c->piece.len = n;
	return 0;
}

static int hand_on(struct copy *c, tong_error *err)
{
	return c->to->add(c->to->user, c->piece.data, c->piece.len, err);
}

static int copy_groups(struct copy *c, const struct tong__cs_head *h, tong_error *err)
{
	int code = 0;

	for (size_t i = 0; !code && i < h->n_groups; i++) {
		struct tong__hash got;

		code = read_piece(c, h->groups[i].size, err);
		if (code)
			return code;
		tong__sha256(c->piece.data, c->piece.len, &got);
		if (!tong__hash_equal(&got, &h->groups[i].sha256))
			return tong__fail(err, TONG_E_HASH, c->name,
			                  "C2: group %zu is not what was signed: the repository is damaged, "
			                  "bring it back from a copy",
			                  i);
		code = hand_on(c, err);
	}
	return code;
}

static int check_length(const struct copy *c, const struct tong__cs_head *h, uint64_t wanted,
                        tong_error *err)
{
	uint64_t length = h->head_len;

	for (size_t i = 0; i < h->n_groups; i++)
		length += h->groups[i].size;
	if (length == wanted)
		return 0;
	return tong__fail(err, TONG_E_HASH, c->name, "C2: %llu bytes, signed are %llu",
	                  (unsigned long long)length, (unsigned long long)wanted);
}

static int copy_open(struct copy *c, const struct tong__layer_change *change, tong_error *err)
{
	struct tong__cs_head h;
	size_t head_len;
	int code = read_piece(c, 12, err);

	if (code)
		return code;
	head_len = tong__cs_head_len((const unsigned char *)c->piece.data, err);
	if (!head_len)
		return err->code;
	rewind(c->file);
	code = read_piece(c, head_len, err);
	if (!code)
		code = tong__cs_head_read(c->piece.data, c->piece.len, &change->id, &h, err);
	if (code)
		return code;
	code = check_length(c, &h, change->length, err);
	if (!code)
		code = c->to->begin(c->to->user, c->name, change->length, err);
	if (!code)
		code = hand_on(c, err);
	if (!code)
		code = copy_groups(c, &h, err);
	tong__cs_head_free(&h);
	return code;
}

int tong__changeset_copy(const char *dir, const struct tong__layer_change *change,
                         const struct tong__cs_sink *to, tong_error *err)
{
	char name[TONG_REPO_NAME], *path;
	struct copy c = {.name = name, .to = to};
	int code;

	tong__repo_changeset_name(&change->id, name);
	if (asprintf(&path, "%s/%s", dir, name) < 0)
		return tong__fail_nomem(err);
	c.file = fopen(path, "rbe");
	tong__buf_init(&c.piece, TONG_MAX_CS_HEAD + 12);
	code = c.file ? copy_open(&c, change, err) : tong__fail_errno(err, errno, path, "cannot open");
	if (c.file)
		fclose(c.file);
	tong__buf_free(&c.piece);
	free(path);
	return code;
}
