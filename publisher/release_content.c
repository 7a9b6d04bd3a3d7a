/* The content of a release: the changed layers, and changesets from the versions before. */
#include "publisher/release_content.h"

#include <stdlib.h>
#include <string.h>

#include "core/changeset.h"
#include "publisher/changeset_write.h"

/* Appends {from, id, length} to the list of T3. */
static int list(json_t *changesets, const struct tong__hash *from, const struct tong__hash *id,
                size_t n, tong_error *err)
{
	char from_hex[TONG_HEX] = "", id_hex[TONG_HEX];

	if (from)
		tong__hash_hex(from, from_hex);
	tong__hash_hex(id, id_hex);
	return json_array_append_new(changesets, json_pack("{s:s, s:s, s:I}", "from", from_hex, "id",
	                                                   id_hex, "length", (json_int_t)n))
	           ? tong__fail_nomem(err)
	           : 0;
}

/* What nodes will do is done once here before it is signed: a changeset that does not bring the
 * layer is never published. */
static int try_out(const struct tong__buf *packed, const struct tong__hash *id,
                   const struct tong__str *old, const struct tong__layer *fresh, tong_error *err)
{
	struct tong__buf got;
	int code;

	tong__buf_init(&got, TONG_MAX_LAYER);
	code = tong__cs_apply(packed->data, packed->len, id, old ? old->p : NULL, old ? old->n : 0,
	                      &got, err);
	if (!code
	    && (got.len != fresh->len || memcmp(got.len ? got.data : "", fresh->bytes, got.len) != 0))
		code = tong__fail(err, TONG_E_HASH, fresh->name,
		                  "C7: the changeset does not bring this layer");
	tong__buf_free(&got);
	return code;
}

/* One changeset into the folder and into the list; 'ceiling' 0 for none: a longer one is not worth
 * having. */
static int add(struct tong__repo *r, struct tong__plan_role *p, const struct tong__hash *from,
               const struct tong__str *old, size_t *ceiling, tong_error *err)
{
	struct tong__str fresh = {p->layer->bytes, p->layer->len};
	char name[TONG_REPO_NAME];
	struct tong__buf packed;
	struct tong__hash id;
	int code;

	tong__buf_init(&packed, (size_t)TONG_MAX_CS + TONG_MAX_CS_HEAD);
	code = tong__changeset_write(p->layer->name, old, fresh, &packed, &id, err);
	if (code == TONG_E_LIMIT && old)
		code = 0;
	else if (!code && (!*ceiling || packed.len < *ceiling)) {
		code = try_out(&packed, &id, old, p->layer, err);
		tong__repo_changeset_name(&id, name);
		if (!code)
			code = tong__repo_put(r, name, (struct tong__str){packed.data, packed.len}, err);
		if (!code)
			code = list(p->changesets, from, &id, packed.len, err);
		if (!old)
			*ceiling = packed.len;
	}
	tong__buf_free(&packed);
	return code;
}

/* From each version that is kept. One that cannot be read any more is left out: nodes that hold it
 * take a chain or the whole. */
static int add_deltas(struct tong__repo *r, struct tong__plan_role *p, unsigned keep,
                      size_t ceiling, tong_error *err)
{
	struct tong__repo_past *past = calloc(keep, sizeof *past);
	struct tong__buf old;
	size_t i, n;
	int code = 0;

	if (!past)
		return tong__fail_nomem(err);
	n = tong__repo_history(r, p->layer->name, past, keep);
	tong__buf_init(&old, TONG_MAX_LAYER);
	for (i = 0; i < n && !code; i++) {
		struct tong__str bytes;

		if (tong__hash_equal(&past[i].sha256, &p->layer->sha256))
			continue;
		code = tong__repo_past_bytes(r, p->layer->name, &past[i], &old, err);
		bytes = (struct tong__str){old.data ? old.data : "", old.len};
		if (!code)
			code = add(r, p, &past[i].sha256, &bytes, &ceiling, err);
		else if (code != TONG_E_NOMEM)
			code = 0;
	}
	tong__buf_free(&old);
	free(past);
	return code;
}

int tong__content_write(struct tong__repo *r, struct tong__plan_role *p, unsigned keep,
                        size_t *made, tong_error *err)
{
	char name[TONG_REPO_NAME];
	size_t whole = 0;
	int code;

	p->changesets = json_array();
	tong__repo_target_name(&p->layer->sha256, p->layer->name, name);
	code = p->changesets
	           ? tong__repo_put(r, name, (struct tong__str){p->layer->bytes, p->layer->len}, err)
	           : tong__fail_nomem(err);
	if (!code)
		code = add(r, p, NULL, NULL, &whole, err);
	if (!code)
		code = add_deltas(r, p, keep, whole, err);
	*made += json_array_size(p->changesets);
	return code;
}
