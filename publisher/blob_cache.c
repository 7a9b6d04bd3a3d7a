/* The file of a cache: SHA-256 of the rest, then a JSON object from a blob's id to what is known of
 * it. */
#include "publisher/blob_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"

#define MAX_CACHE (256u << 20)   /* heads of 3,000 items are 1 MB, tables of 205 regions 4 MB */

struct tong__blob_cache {
	char *path;              /* of the file; NULL: nothing can be kept */
	json_t *known;           /* read from the file */
	json_t *used;            /* to be kept */
	bool fresh;              /* 'used' has what 'known' has not */
};

static json_t *load(const char *path)
{
	struct tong__buf b;
	struct tong__hash h;
	json_t *all = NULL;

	tong__buf_init(&b, MAX_CACHE);
	if (path && !tong__file_read(path, &b, NULL) && b.len > sizeof h.b) {
		tong__sha256(b.data + sizeof h.b, b.len - sizeof h.b, &h);
		if (!memcmp(h.b, b.data, sizeof h.b))
			all = json_loadb(b.data + sizeof h.b, b.len - sizeof h.b, 0, NULL);
	}
	tong__buf_free(&b);
	return all ? all : json_object();
}

/* Nothing here is worth a word: without the file the next check reads the files again. */
static void save(const struct tong__blob_cache *c)
{
	struct tong__hash hash = {{0}};
	struct tong__buf b;

	tong__buf_init(&b, MAX_CACHE);
	tong__buf_add(&b, hash.b, sizeof hash.b);
	if (!tong__json_dump(c->used, JSON_COMPACT, &b)) {
		tong__sha256(b.data + sizeof hash.b, b.len - sizeof hash.b, &hash);
		memcpy(b.data, hash.b, sizeof hash.b);
	}
	if (!b.failed && !tong__mkdirs_for(c->path, NULL))
		tong__file_write_fast(c->path, b.data, b.len, NULL, NULL);
	tong__buf_free(&b);
}

struct tong__blob_cache *tong__blob_cache_open(struct tong__tree *t, const char *name)
{
	struct tong__blob_cache *c = calloc(1, sizeof *c);
	char *git = c && t->git ? tong__git_dir(t->git) : NULL;

	if (git && asprintf(&c->path, "%stong/%s", git, name) < 0)
		c->path = NULL;
	free(git);
	if (!c)
		return NULL;
	c->known = load(c->path);
	c->used = json_object();
	if (c->known && c->used)
		return c;
	tong__blob_cache_close(c);
	return NULL;
}

json_t *tong__blob_cache_get(struct tong__blob_cache *c, const struct tong__tree_file *f)
{
	char hex[41];
	json_t *v;

	if (!f || tong__git_id_zero(&f->id))
		return NULL;
	tong__git_id_hex(&f->id, hex);
	v = json_object_get(c->known, hex);
	if (v)
		json_object_set(c->used, hex, v);
	return v;
}

bool tong__blob_cache_put(struct tong__blob_cache *c, const struct tong__tree_file *f, json_t *v)
{
	char hex[41];

	if (!f || tong__git_id_zero(&f->id))
		return true;
	tong__git_id_hex(&f->id, hex);
	c->fresh = true;
	return !json_object_set(c->used, hex, v);
}

void tong__blob_cache_close(struct tong__blob_cache *c)
{
	if (!c)
		return;
	if (c->fresh && c->path)
		save(c);
	json_decref(c->known);
	json_decref(c->used);
	free(c->path);
	free(c);
}
