/* The file of heads: SHA-256 of the rest, then a JSON object from a blob's id to the head of the
 * item in it. */
#include "publisher/heads.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/limits.h"
#include "publisher/doc.h"
#include "publisher/tree_kind.h"

#define MAX_HEADS (256u << 20)   /* 3,000 items are 0.4 MB */

/* What rules ask about other items, and about the items that a region lists. Another list needs
 * another name of the file. */
static const char *const kept[] = {
	"name", "state", "aliases", "replaces", "replaced_by",
	"limit_statutory", "limit_promised", "visits", "case_type", "handle_area", "online_depth", NULL,
};

struct tong__heads {
	struct tong__tree *tree;
	char *path;              /* of the file; NULL: nothing can be kept */
	json_t *known;           /* read from the file */
	json_t *used;            /* to be kept */
	bool fresh;              /* 'used' has what 'known' has not */
	struct tong__buf text;
	struct tong__findings *form;   /* what the reader has to say, which is not of interest here */
};

/* ---- the file ---- */

static char *file_of(struct tong__tree *t)
{
	char *git = t->git ? tong__git_dir(t->git) : NULL, *path = NULL;

	if (!git || asprintf(&path, "%stong/heads2", git) < 0)
		path = NULL;
	free(git);
	return path;
}

static json_t *load(const char *path)
{
	struct tong__buf b;
	struct tong__hash h;
	json_t *all = NULL;

	tong__buf_init(&b, MAX_HEADS);
	if (path && !tong__file_read(path, &b, NULL) && b.len > sizeof h.b) {
		tong__sha256(b.data + sizeof h.b, b.len - sizeof h.b, &h);
		if (!memcmp(h.b, b.data, sizeof h.b))
			all = json_loadb(b.data + sizeof h.b, b.len - sizeof h.b, 0, NULL);
	}
	tong__buf_free(&b);
	return all ? all : json_object();
}

/* Nothing here is worth a word: without the file the next check reads the items again. */
static void save(const struct tong__heads *h)
{
	char *text = json_dumps(h->used, JSON_COMPACT);
	struct tong__hash hash;
	struct tong__buf b;

	tong__buf_init(&b, MAX_HEADS);
	if (text) {
		tong__sha256(text, strlen(text), &hash);
		tong__buf_add(&b, hash.b, sizeof hash.b);
		tong__buf_adds(&b, text);
	}
	if (text && !b.failed && !tong__mkdirs_for(h->path, NULL))
		tong__file_write_fast(h->path, b.data, b.len, NULL, NULL);
	tong__buf_free(&b);
	free(text);
}

/* ---- one head ---- */

static json_t *head_of(const json_t *root)
{
	json_t *head = json_object(), *v;

	for (size_t i = 0; kept[i]; i++)
		if ((v = json_object_get(root, kept[i])))
			json_object_set(head, kept[i], v);
	return head;
}

static int read_head(struct tong__heads *h, const char *path, json_t **out, tong_error *err)
{
	struct tong__doc *d = NULL;
	int rc;

	tong__buf_clear(&h->text);
	rc = tong__tree_read(h->tree, path, &h->text, err);
	if (!rc)
		rc = tong__doc_markdown(&d, path, h->text.data ? h->text.data : "", h->text.len, h->form,
		                        err);
	if (!rc)
		*out = head_of(d->root);
	tong__doc_free(d);
	return rc || *out ? rc : tong__fail_nomem(err);
}

int tong__heads_get(struct tong__heads *h, const char *path, json_t **out, tong_error *err)
{
	const struct tong__tree_file *f = tong__tree_file(h->tree, path);
	char hex[41] = "";
	int rc = 0;

	*out = NULL;
	if (f && !tong__git_id_zero(&f->id)) {
		tong__git_id_hex(&f->id, hex);
		*out = json_incref(json_object_get(h->known, hex));
	}
	if (!*out) {
		rc = read_head(h, path, out, err);
		h->fresh |= *hex;
	}
	if (!rc && *hex && json_object_set(h->used, hex, *out))
		rc = tong__fail_nomem(err);
	return rc;
}

/* ---- ---- */

static bool nothing(void *user, const char *path)
{
	(void)user, (void)path;
	return false;
}

int tong__heads_open(struct tong__heads **out, struct tong__tree *t, tong_error *err)
{
	struct tong__heads *h = calloc(1, sizeof *h);

	*out = h;
	if (!h || tong__findings_new(&h->form))
		return tong__fail_nomem(err);
	tong__findings_only(h->form, nothing, NULL);
	tong__buf_init(&h->text, TONG_MAX_ITEM_FILE);
	h->tree = t;
	h->path = file_of(t);
	h->known = load(h->path);
	h->used = json_object();
	return h->known && h->used ? 0 : tong__fail_nomem(err);
}

void tong__heads_close(struct tong__heads *h)
{
	if (!h)
		return;
	if (h->fresh && h->path)
		save(h);
	json_decref(h->known);
	json_decref(h->used);
	tong__findings_free(h->form);
	tong__buf_free(&h->text);
	free(h->path);
	free(h);
}
