/* The content of a release: the changed layers, and the ways to them: changesets from nothing and
 * from the versions before (T3, T8). */
#include "publisher/release_content.h"

#include <stdlib.h>
#include <string.h>

#include "core/changeset.h"
#include "core/changeset_write.h"
#include "core/json.h"
#include "publisher/parallel.h"

/* Ways that the metadata itself lists; the rest stands in the list of T8. Nodes that sync daily
 * need one, those that were off for a few days another; each costs every node 64 bytes an update.
 */
#define NEAR 4

/* One changeset in the making; 'past' NULL is the one from nothing. */
struct way {
	const struct tong__repo_past *past;
	struct tong__buf packed; /* empty: there is none, or none worth having */
	struct tong__hash id;
};

/* All ways to one layer. */
struct ways {
	const struct tong__repo *repo;
	const struct tong__layer *layer;
	struct way *at;
	size_t n;
	size_t whole; /* length of the one from nothing: longer ones are not worth having; 0: unknown */
};

/* What nodes will do is done once here before it is signed: a changeset that does not bring the
 * layer is never published. */
static int try_out(const struct way *w, const struct tong__str *old,
                   const struct tong__layer *fresh, tong_error *err)
{
	struct tong__buf got;
	int code;

	tong__buf_init(&got, TONG_MAX_LAYER);
	code = tong__cs_apply(w->packed.data, w->packed.len, &w->id, old ? old->p : NULL,
	                      old ? old->n : 0, &got, err);
	if (!code
	    && (got.len != fresh->len || memcmp(got.len ? got.data : "", fresh->bytes, got.len) != 0))
		code = tong__fail(err, TONG_E_HASH, fresh->name,
		                  "C7: the changeset does not bring this layer");
	tong__buf_free(&got);
	return code;
}

static int make(const struct ways *all, struct way *w, const struct tong__str *old, tong_error *err)
{
	const struct tong__layer *l = all->layer;
	const struct tong__str to = {l->bytes, l->len};
	int code = w == all->at /* from the version before */
	               ? tong__changeset_write_best(l->name, *old, to, &w->packed, &w->id, err)
	               : tong__changeset_write(l->name, old, to, &w->packed, &w->id, err);

	if (code == TONG_E_LIMIT && old) {
		code = 0;
		tong__buf_clear(&w->packed);
	} else if (!code && all->whole && w->packed.len >= all->whole)
		tong__buf_clear(&w->packed);
	else if (!code)
		code = try_out(w, old, l, err);
	return code;
}

/* One way from the past. A version that cannot be read any more is left out: nodes that hold it
 * take the whole. */
static int make_past(void *arg, size_t i, tong_error *err)
{
	struct ways *all = arg;
	struct way *w = &all->at[i];
	struct tong__buf old;
	struct tong__str bytes;
	int code;

	if (tong__hash_equal(&w->past->sha256, &all->layer->sha256))
		return 0;
	tong__buf_init(&old, TONG_MAX_LAYER);
	code = tong__repo_past_bytes(all->repo, all->layer->name, w->past, &old, err);
	bytes = (struct tong__str){old.data ? old.data : "", old.len};
	if (!code)
		code = make(all, w, &bytes, err);
	else if (code != TONG_E_NOMEM)
		code = 0;
	tong__buf_free(&old);
	return code;
}

/* ---- what is made goes into the folder and into the lists ---- */

/* {from, id, length} */
static json_t *entry(const struct way *w)
{
	char from[TONG_HEX] = "", id[TONG_HEX];

	if (w->past)
		tong__hash_hex(&w->past->sha256, from);
	tong__hash_hex(&w->id, id);
	return json_pack("{s:s, s:s, s:I}", "from", from, "id", id, "length",
	                 (json_int_t)w->packed.len);
}

static int put_way(struct tong__repo *r, const struct way *w, json_t *list, tong_error *err)
{
	char name[TONG_REPO_NAME];
	int code;

	if (!w->packed.len)
		return 0;
	tong__repo_changeset_name(&w->id, name);
	code = tong__repo_put(r, name, (struct tong__str){w->packed.data, w->packed.len}, err);
	if (!code && json_array_append_new(list, entry(w)))
		code = tong__fail_nomem(err);
	return code;
}

/* A node that needs an older way pays for the list too: together they must stay below the whole. */
#define LIST_ENTRY 210 /* bytes */

static bool worth_listing(const struct way *w, const struct ways *past)
{
	return w->packed.len + past->n * LIST_ENTRY < past->whole;
}

static int put_older(struct tong__repo *r, struct tong__plan_role *p, json_t *list, tong_error *err)
{
	char to[TONG_HEX], id[TONG_HEX], name[TONG_REPO_NAME];
	struct tong__hash hash;
	struct tong__buf text;
	json_t *file;
	int code;

	tong__hash_hex(&p->layer->sha256, to);
	file = json_pack("{s:O, s:s, s:s}", "changesets", list, "layer", p->layer->name, "to", to);
	tong__buf_init(&text, TONG_MAX_OLDER);
	code = file ? tong__json_record(file, &text) : TONG_E_NOMEM;
	json_decref(file);
	if (code)
		code = tong__fail(err, code, p->layer->name, "T8: the list of older ways does not fit");
	else {
		tong__sha256(text.data, text.len, &hash);
		tong__hash_hex(&hash, id);
		tong__repo_older_name(&hash, name);
		p->older = json_pack("{s:s, s:I}", "id", id, "length", (json_int_t)text.len);
		code = p->older ? tong__repo_put(r, name, (struct tong__str){text.data, text.len}, err)
		                : tong__fail_nomem(err);
	}
	tong__buf_free(&text);
	return code;
}

/* Newest first, the one from nothing before them. */
static int put_ways(struct tong__repo *r, struct tong__plan_role *p, const struct way *whole,
                    const struct ways *past, tong_error *err)
{
	json_t *older = json_array();
	int code;
	size_t i;

	p->changesets = json_array();
	code = p->changesets && older ? put_way(r, whole, p->changesets, err) : tong__fail_nomem(err);
	for (i = 0; i < past->n && !code; i++) {
		bool near = json_array_size(p->changesets) <= NEAR;

		if (near || worth_listing(&past->at[i], past))
			code = put_way(r, &past->at[i], near ? p->changesets : older, err);
	}
	if (!code && json_array_size(older))
		code = put_older(r, p, older, err);
	json_decref(older);
	return code;
}

/* ---- one layer ---- */

static int write_ways(struct tong__repo *r, struct tong__plan_role *p, struct tong__repo_past *past,
                      struct way *at, unsigned keep, tong_error *err)
{
	struct ways all = {.repo = r, .layer = p->layer, .at = at};
	struct way whole = {.past = NULL};
	size_t i;
	int code;

	tong__buf_init(&whole.packed, (size_t)TONG_MAX_CS + TONG_MAX_CS_HEAD);
	code = make(&all, &whole, NULL, err);
	all.whole = whole.packed.len;
	all.n = tong__repo_history(r, p->layer->name, past, keep);
	for (i = 0; i < all.n; i++) {
		at[i].past = &past[i];
		tong__buf_init(&at[i].packed, (size_t)TONG_MAX_CS + TONG_MAX_CS_HEAD);
	}
	if (!code)
		code = tong__parallel(all.n, make_past, &all, err);
	if (!code)
		code = put_ways(r, p, &whole, &all, err);
	for (i = 0; i < all.n; i++)
		tong__buf_free(&at[i].packed);
	tong__buf_free(&whole.packed);
	return code;
}

int tong__content_write(struct tong__repo *r, struct tong__plan_role *p, unsigned keep,
                        size_t *made, tong_error *err)
{
	struct tong__repo_past *past = calloc(keep, sizeof *past);
	struct way *at = calloc(keep, sizeof *at);
	char name[TONG_REPO_NAME];
	int code;

	tong__repo_target_name(&p->layer->sha256, p->layer->name, name);
	code = past && at
	           ? tong__repo_put(r, name, (struct tong__str){p->layer->bytes, p->layer->len}, err)
	           : tong__fail_nomem(err);
	if (!code)
		code = write_ways(r, p, past, at, keep, err);
	*made += json_array_size(p->changesets);
	free(at);
	free(past);
	return code;
}
