/* The history of items: what the walk through commits finds, grouped by item and put into words. */
#include "publisher/history.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/text.h"
#include "publisher/history_cache.h"
#include "publisher/tree_kind.h"
#include "publisher/words.h"

/* One item in one commit. A file that moved to another type's folder is the same item. */
struct item_change {
	char code[41];
	const struct tong__git_change *before, *after;
};

/* materials.yaml as it was at one of the two sides of a commit; kept while the blob stays the
 * same. */
struct material_names {
	struct tong__git_id id;
	bool known;
	json_t *names;             /* id -> name */
};

struct history {
	struct tong__git *git;
	const char *folder;
	const char *only;          /* code of the one item that is asked about; NULL: all */
	bool shallow;
	const struct tong__git_commit *commit;
	struct material_names old_names, new_names;
	json_t *log, *retired;
	struct tong__buf before, after;   /* texts at hand */
};

/* ---- names of materials ---- */

static json_t *names_in(const struct tong__buf *text)
{
	struct tong__findings *fs = NULL;
	struct tong__doc *d = NULL;
	json_t *names = json_object(), *m;
	size_t i;

	if (!tong__findings_new(&fs))
		tong__doc_yaml(&d, "", text->data ? text->data : "", text->len, fs, NULL);
	if (d)
		json_array_foreach(tong__json_arr(d->root, "materials"), i, m) {
			const char *id = tong__json_str(m, "id");

			if (id)
				json_object_set(names, id, json_object_get(m, "name"));
		}
	tong__doc_free(d);
	tong__findings_free(fs);
	return names;
}

static const char *name_of(void *user, const char *id, bool before)
{
	struct history *h = user;
	struct material_names *n = before ? &h->old_names : &h->new_names;
	const struct tong__git_id *commit = before ? &h->commit->parent : &h->commit->id;
	struct tong__git_id blob;
	struct tong__buf text;

	if (!tong__git_blob_at(h->git, commit, h->folder, "materials.yaml", &blob))
		return NULL;
	if (!n->known || !tong__git_id_equal(&blob, &n->id)) {
		tong__buf_init(&text, TONG_MAX_SOURCE_FILE);
		json_decref(n->names);
		n->names = tong__git_blob(h->git, &blob, &text, NULL) ? NULL : names_in(&text);
		n->id = blob;
		n->known = true;
		tong__buf_free(&text);
	}
	return tong__json_str(n->names, id);
}

/* ---- one commit ---- */

/* "05/511A01.md" -> "511A01"; false when the file is no item. */
static bool code_of(const char *path, char code[41])
{
	const char *slash = strchr(path, '/');
	size_t n;

	if (!slash || strchr(slash + 1, '/') || !tong__ends(slash, ".md"))
		return false;
	n = strlen(slash + 1) - 3;
	if (!n || n > 40)
		return false;
	memcpy(code, slash + 1, n);
	code[n] = '\0';
	return tong__item_code_valid(code);
}

static int by_code(const void *a, const void *b)
{
	return strcmp(((const struct item_change *)a)->code, ((const struct item_change *)b)->code);
}

/* The changes by item (of one item: 'only'), sorted; *n of them. NULL when memory is out. */
static struct item_change *by_item(const struct tong__git_commit *c, const char *only, size_t *n)
{
	struct item_change *all = calloc(c->n, sizeof *all);
	size_t from = 0, to = 0;

	*n = 0;
	for (size_t i = 0; all && i < c->n; i++) {
		struct item_change *it = &all[from];

		if (!code_of(c->changes[i].path, it->code) || (only && strcmp(it->code, only)))
			continue;
		it->before = c->changes[i].has_old ? &c->changes[i] : NULL;
		it->after = c->changes[i].has_new ? &c->changes[i] : NULL;
		from++;
	}
	if (from)
		qsort(all, from, sizeof *all, by_code);
	for (size_t i = 0; i < from; i++) {
		if (to && !by_code(&all[to - 1], &all[i])) {
			if (!all[to - 1].before)
				all[to - 1].before = all[i].before;
			if (!all[to - 1].after)
				all[to - 1].after = all[i].after;
		} else {
			all[to++] = all[i];
		}
	}
	*n = to;
	return all;
}

/* A blob that is over the ceiling of item files counts as an empty text: it was refused when it
 * was published. */
static int text_of(struct history *h, const struct tong__git_id *id, struct tong__buf *out,
                   tong_error *err)
{
	int rc;

	tong__buf_clear(out);
	rc = tong__git_blob(h->git, id, out, err);
	if (rc == TONG_E_LIMIT) {
		tong__buf_clear(out);
		return 0;
	}
	return rc;
}

static const char *bytes(const struct tong__buf *b)
{
	return b->data ? b->data : "";
}

/* What happened to the item: new reference, NULL with *rc set. Changed texts go to 'diff'. */
static json_t *words_of(struct history *h, const struct item_change *it, json_t *diff, int *rc,
                        tong_error *err)
{
	struct tong__names names = {h, name_of};
	json_t *what;

	tong__buf_clear(&h->before);
	tong__buf_clear(&h->after);
	*rc = 0;
	if (it->before && it->after) {   /* both texts are needed only then */
		*rc = text_of(h, &it->before->old_id, &h->before, err);
		if (!*rc)
			*rc = text_of(h, &it->after->new_id, &h->after, err);
	}
	if (*rc)
		return NULL;
	what = tong__words(it->before ? bytes(&h->before) : NULL, h->before.len,
	                   it->after ? bytes(&h->after) : NULL, h->after.len, &names, diff);
	if (what && !json_array_size(what))
		json_array_append_new(what, json_string("移动了文件"));
	if (!what)
		*rc = tong__fail_nomem(err);
	return what;
}

/* The name under which a code was last given up: it may come back only as the same item (P8). */
static int note_retired(struct history *h, const struct item_change *it, tong_error *err)
{
	char *name;
	int rc;

	if (it->after || json_object_get(h->retired, it->code))
		return 0;
	rc = text_of(h, &it->before->old_id, &h->before, err);
	if (rc)
		return rc;
	name = tong__words_item_name(bytes(&h->before), h->before.len);
	if (!name || json_object_set_new(h->retired, it->code, json_string(name)))
		rc = tong__fail_nomem(err);
	free(name);
	return rc;
}

static int add_entry(struct history *h, const struct item_change *it, tong_error *err)
{
	json_t *list, *what, *entry, *diff;
	int rc = note_retired(h, it, err);

	if (rc || !h->log)
		return rc;
	diff = json_array();
	what = words_of(h, it, diff, &rc, err);
	if (!what) {
		json_decref(diff);
		return rc;
	}
	list = json_object_get(h->log, it->code);
	if (!list) {
		list = json_array();
		json_object_set_new(h->log, it->code, list);
	}
	entry = json_pack("{s:s, s:s%, s:o, s:o*}", "date", h->commit->date, "commit", h->commit->hex,
	                  (size_t)12, "what", what, "diff", json_array_size(diff) ? diff : NULL);
	if (!json_array_size(diff))
		json_decref(diff);
	if (!entry || json_array_append_new(list, entry))
		return tong__fail_nomem(err);
	return 0;
}

static int on_commit(void *user, const struct tong__git_commit *c, tong_error *err)
{
	struct history *h = user;
	struct item_change *items;
	size_t n;
	int rc = 0;

	items = by_item(c, h->only, &n);
	if (!items)
		return tong__fail_nomem(err);
	h->commit = c;
	for (size_t i = 0; !rc && i < n; i++)
		rc = add_entry(h, &items[i], err);
	free(items);
	return rc;
}

static int walk(struct history *h, tong_error *err)
{
	int rc;

	tong__buf_init(&h->before, TONG_MAX_ITEM_FILE);
	tong__buf_init(&h->after, TONG_MAX_ITEM_FILE);
	rc = tong__history_walk(h->git, h->folder, "items", NULL, on_commit, h, &h->shallow, err);
	tong__buf_free(&h->before);
	tong__buf_free(&h->after);
	json_decref(h->old_names.names);
	json_decref(h->new_names.names);
	return rc;
}

/* Its log may be NULL: then nobody wants it. */
static int read_all(struct history *h, struct tong__git *g, const char *folder, tong_error *err)
{
	int rc = 0;

	h->git = g;
	h->folder = folder;
	h->retired = json_object();
	if (!h->retired)
		rc = tong__fail_nomem(err);
	if (!rc && g && *g->hex)
		rc = walk(h, err);
	if (!rc)
		return 0;
	json_decref(h->log);
	json_decref(h->retired);
	h->log = h->retired = NULL;
	return rc;
}

int tong__history_read(struct tong__tree *t, json_t **out, json_t **retired, tong_error *err)
{
	struct history h = {.log = json_object()};
	int rc = h.log ? read_all(&h, t->git, t->folder, err) : tong__fail_nomem(err);

	*out = h.log;
	*retired = h.retired;
	return rc;
}

int tong__history_retired(struct tong__tree *t, json_t **retired, tong_error *err)
{
	struct history h = {.log = NULL};
	int rc = read_all(&h, t->git, t->folder, err);

	*retired = h.retired;
	return rc;
}

int tong__history_of(struct tong__git *g, const char *folder, const char *code, json_t **log,
                     json_t **retired, bool *shallow, tong_error *err)
{
	struct history h = {.log = json_object(), .only = code};
	int rc = h.log ? read_all(&h, g, folder, err) : tong__fail_nomem(err);

	*log = h.log;
	*retired = h.retired;
	*shallow = h.shallow;
	return rc;
}
