/* The head of an item: as much of its front matter as the checks of other files ask for. */
#include "publisher/heads.h"

#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "publisher/blob_cache.h"
#include "publisher/doc.h"

/* What rules ask about other items, and about the items that a region lists. Another list needs
 * another name of the file. */
const char *const tong__heads_kept[] = {
	"name", "state", "aliases", "replaces", "replaced_by",
	"limit_statutory", "limit_promised", "visits", "case_type", "handle_area", "online_depth", NULL,
};
#define CACHE "heads2"

struct tong__heads {
	struct tong__tree *tree;
	struct tong__blob_cache *cache;
	struct tong__buf text;
};

static json_t *head_of(const json_t *root)
{
	json_t *head = json_object(), *v;

	for (size_t i = 0; tong__heads_kept[i]; i++)
		if ((v = json_object_get(root, tong__heads_kept[i])))
			json_object_set(head, tong__heads_kept[i], v);
	return head;
}

static bool nothing(void *user, const char *path)
{
	(void)user, (void)path;
	return false;
}

int tong__head_of_text(const char *path, const struct tong__buf *text, json_t **out,
                       tong_error *err)
{
	struct tong__findings *form = NULL;   /* what the reader says is not of interest here */
	struct tong__doc *d = NULL;
	int rc = tong__findings_new(&form) ? tong__fail_nomem(err) : 0;

	*out = NULL;
	if (!rc) {
		tong__findings_only(form, nothing, NULL);
		rc = tong__doc_markdown(&d, path, text->data ? text->data : "", text->len, form, err);
	}
	if (!rc && !(*out = head_of(d->root)))
		rc = tong__fail_nomem(err);
	tong__doc_free(d);
	tong__findings_free(form);
	return rc;
}

static int read_head(struct tong__heads *h, const char *path, json_t **out, tong_error *err)
{
	int rc;

	tong__buf_clear(&h->text);
	rc = tong__tree_read(h->tree, path, &h->text, err);
	return rc ? rc : tong__head_of_text(path, &h->text, out, err);
}

int tong__heads_get(struct tong__heads *h, const char *path, json_t **out, tong_error *err)
{
	const struct tong__tree_file *f = tong__tree_file(h->tree, path);
	int rc;

	*out = json_incref(tong__blob_cache_get(h->cache, f));
	if (*out)
		return 0;
	rc = read_head(h, path, out, err);
	if (!rc && !tong__blob_cache_put(h->cache, f, *out))
		rc = tong__fail_nomem(err);
	return rc;
}

int tong__heads_open(struct tong__heads **out, struct tong__tree *t, tong_error *err)
{
	struct tong__heads *h = calloc(1, sizeof *h);

	*out = h;
	if (!h)
		return tong__fail_nomem(err);
	tong__buf_init(&h->text, TONG_MAX_ITEM_FILE);
	h->tree = t;
	h->cache = tong__blob_cache_open(t, CACHE);
	return h->cache ? 0 : tong__fail_nomem(err);
}

void tong__heads_close(struct tong__heads *h)
{
	if (!h)
		return;
	tong__blob_cache_close(h->cache);
	tong__buf_free(&h->text);
	free(h);
}
