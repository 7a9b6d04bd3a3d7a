/* What a repository's layers were before: from the metadata and the whole-layer changesets that are
 * kept (T7). */
#include <stdlib.h>
#include <string.h>

#include "core/changeset.h"
#include "core/json.h"
#include "publisher/release_steps.h"

/* The target entry of a layer in its role's metadata, borrowed. */
static json_t *target_of(const json_t *file, const char *layer)
{
	char path[TONG_MAX_ROLE_NAME + sizeof ".ndjson"];

	snprintf(path, sizeof path, "%s.ndjson", layer);
	return tong__json_obj(tong__json_obj(tong__json_obj(file, "signed"), "targets"), path);
}

static bool read_target(const json_t *target, struct tong__repo_past *out)
{
	const char *hex = tong__json_str(tong__json_obj(target, "hashes"), "sha256");
	json_t *list =
		tong__json_arr(tong__json_obj(tong__json_obj(target, "custom"), "tong"), "changesets");
	json_t *entry;
	size_t i;

	memset(out, 0, sizeof *out);
	if (!hex || !tong__hash_parse(hex, &out->sha256))
		return false;
	json_array_foreach(list, i, entry) {
		const char *from = tong__json_str(entry, "from"), *id = tong__json_str(entry, "id");

		if (from && !*from && id && tong__hash_parse(id, &out->whole)) {
			out->whole_length = (uint64_t)tong__json_int(entry, "length", 0);
			return true;
		}
	}
	return false;
}

bool tong__repo_past(const struct tong__repo *r, const char *role, unsigned long version,
                     struct tong__repo_past *out)
{
	char name[TONG_REPO_NAME];
	struct tong__buf buf;
	json_t *file = NULL;
	bool ok;

	tong__repo_metadata_name(version, role, name);
	tong__buf_init(&buf, TONG_MAX_TARGETS);
	ok = !tong__repo_get(r, name, &buf, NULL)
	     && !tong__json_read(buf.data, buf.len, TONG_MAX_JSON_DEPTH, name, &file, NULL)
	     && read_target(target_of(file, role), out);
	json_decref(file);
	tong__buf_free(&buf);
	return ok;
}

static bool seen(const struct tong__repo_past *at, size_t n, const struct tong__hash *hash)
{
	while (n--)
		if (tong__hash_equal(&at[n].sha256, hash))
			return true;
	return false;
}

size_t tong__repo_history(const struct tong__repo *r, const char *role, struct tong__repo_past *out,
                          size_t max)
{
	unsigned long version;
	size_t n = 0;

	for (version = tong__repo_version(r, role); version && n < max; version--) {
		if (!tong__repo_past(r, role, version, &out[n]))
			break;
		if (!seen(out, n, &out[n].sha256))
			n++;
	}
	return n;
}

static bool is(const struct tong__buf *bytes, const struct tong__hash *wanted)
{
	struct tong__hash hash;

	tong__sha256(bytes->data ? bytes->data : "", bytes->len, &hash);
	return tong__hash_equal(&hash, wanted);
}

/* The layer as a file is there for the newest two versions only, but is faster than unpacking. */
int tong__repo_past_bytes(const struct tong__repo *r, const char *layer,
                          const struct tong__repo_past *past, struct tong__buf *out,
                          tong_error *err)
{
	char name[TONG_REPO_NAME];
	struct tong__buf packed;
	int code;

	tong__repo_target_name(&past->sha256, layer, name);
	tong__buf_clear(out);
	if (!tong__repo_get(r, name, out, NULL) && is(out, &past->sha256))
		return 0;
	tong__buf_clear(out);
	tong__buf_init(&packed, TONG_MAX_CS);
	tong__repo_changeset_name(&past->whole, name);
	code = tong__repo_get(r, name, &packed, err);
	if (!code)
		code = tong__cs_apply(packed.data, packed.len, &past->whole, NULL, 0, out, err);
	if (!code && !is(out, &past->sha256))
		code = tong__fail(err, TONG_E_HASH, name, "C7: unpacks to another layer");
	tong__buf_free(&packed);
	return code;
}

int tong__repo_older(const struct tong__repo *r, struct tong__layer_target *t, tong_error *err)
{
	char name[TONG_REPO_NAME];
	struct tong__buf text;
	int code;

	if (!t->older.length)
		return 0;
	tong__repo_older_name(&t->older.id, name);
	tong__buf_init(&text, TONG_MAX_OLDER);
	code = tong__repo_get(r, name, &text, err);
	if (!code)
		code = tong__layer_target_older(t, text.data ? text.data : "", text.len, err);
	tong__buf_free(&text);
	return code;
}

int tong__repo_layer(const struct tong__repo *r, const char *layer, struct tong__layer_target *out,
                     tong_error *err)
{
	int code = tong__trust_layer(r->trust, layer, out, err);

	if (!code)
		code = tong__repo_older(r, out, err);
	if (code)
		tong__layer_target_free(out);
	return code;
}

/* ---- what is in force, read again ---- */

/* As it is signed; only the bytes come from a file, and they are verified. */
static int layer_in_force(const struct tong__repo *r, const char *role, struct tong__layer *out,
                          tong_error *err)
{
	struct tong__repo_past past = {.whole_length = 0};
	struct tong__layer_target target;
	struct tong__buf bytes;
	int code = tong__trust_layer(r->trust, role, &target, err);
	size_t i;

	if (code)
		return code;
	past.sha256 = target.sha256;
	for (i = 0; i < target.n_changes; i++)
		if (target.changes[i].whole)
			past.whole = target.changes[i].id;
	snprintf(out->name, sizeof out->name, "%s", role);
	out->records = target.records;
	out->sha256 = target.sha256;
	tong__layer_target_free(&target);
	tong__buf_init(&bytes, TONG_MAX_LAYER);
	code = tong__repo_past_bytes(r, role, &past, &bytes, err);
	if (!code && !(out->bytes = tong__buf_take(&bytes, &out->len)))
		code = (out->bytes = strdup("")) ? 0 : tong__fail_nomem(err);
	tong__buf_free(&bytes);
	return code;
}

int tong__repo_layers(const struct tong__repo *r, struct tong__layers **out, tong_error *err)
{
	struct tong__layers *all = calloc(1, sizeof *all);
	const char *role;
	size_t n = 0;
	int code = 0;

	*out = NULL;
	if (r->empty) {
		free(all);
		return tong__fail(err, TONG_E_NOTFOUND, r->dir,
		                  "holds no release yet: make one with `tong-publish release`");
	}
	while (tong__repo_role(r, n))
		n++;
	if (all)
		all->at = calloc(n + 1, sizeof *all->at);
	if (!all || !all->at)
		code = tong__fail_nomem(err);
	while (!code && (role = tong__repo_role(r, all->n)))
		code = layer_in_force(r, role, &all->at[all->n++], err);
	if (code)
		tong__layers_free(all);
	else
		*out = all;
	return code;
}
