/* Reading a catalogue: one walk over the tree, each file given to the reader of its kind. */
#include "publisher/model_load.h"

#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/message.h"
#include "core/text.h"
#include "publisher/history.h"
#include "publisher/tree_kind.h"

static int ignore(struct tong__load *l, const char *path, const char *a, const char *b)
{
	(void)l, (void)path, (void)a, (void)b;
	return 0;
}

/* S1: adding a kind of file touches one row. '*' is an id, '?' an item code, '#' digits: of a
 * type or a region. */
static const struct tong__file_kind kinds[] = {
	{"README.md", ignore, 0},
	{"SOURCES.md", ignore, 0},
	{"catalogue.yaml", tong__load_catalogue, TONG_MAX_SOURCE_FILE},
	{"regions.csv", tong__load_regions, TONG_MAX_SOURCE_FILE},
	{"agencies.csv", tong__load_agencies, TONG_MAX_SOURCE_FILE},
	{"materials.yaml", tong__load_materials, TONG_MAX_SOURCE_FILE},
	{"licences.yaml", tong__load_licences, TONG_MAX_SOURCE_FILE},
	{"themes.yaml", tong__load_themes, TONG_MAX_SOURCE_FILE},
	{"intermediaries.csv", tong__load_intermediaries, TONG_MAX_SOURCE_FILE},
	{"waivers.csv", tong__load_waivers, TONG_MAX_SOURCE_FILE},
	{"scope.csv", tong__load_scope, TONG_MAX_SOURCE_FILE},
	{"synonyms.csv", tong__load_synonyms, TONG_MAX_SOURCE_FILE},
	{"items/##/?.md", tong__load_item, TONG_MAX_ITEM_FILE},
	{"laws/*.yaml", tong__load_law, TONG_MAX_SOURCE_FILE},
	{"notices/*.md", tong__load_notice, TONG_MAX_ITEM_FILE},
	{"lang/*/names.csv", tong__load_names, TONG_MAX_SOURCE_FILE},
	{"lang/*/items/?.md", tong__load_text, TONG_MAX_ITEM_FILE},
	{"local/######/items.csv", tong__load_listings, TONG_MAX_SOURCE_FILE},
	{"local/######/halls.yaml", tong__load_halls, TONG_MAX_SOURCE_FILE},
	{"local/#########/items.csv", tong__load_listings, TONG_MAX_SOURCE_FILE},
	{"local/#########/halls.yaml", tong__load_halls, TONG_MAX_SOURCE_FILE},
};

/* A run of '#' takes as many digits, '*' an id and '?' an item code up to the next '.'; the part
 * taken goes to 'out'. */
static bool take_part(const char **pattern, const char **path, char out[65])
{
	char what = **pattern;
	size_t want = strspn(*pattern, "#"), n = 0;

	*pattern += want ? want : 1;
	if (want)
		while (n < want && (*path)[n] >= '0' && (*path)[n] <= '9')
			n++;
	else
		n = strcspn(*path, "./");
	if (n > 64 || (want && n != want))
		return false;
	memcpy(out, *path, n);
	out[n] = '\0';
	*path += n;
	return want || (what == '*' ? tong__id_valid(out) : tong__item_code_valid(out));
}

static bool matches(const char *pattern, const char *path, char a[65], char b[65])
{
	char *part = a;

	*a = *b = '\0';
	while (*pattern) {
		if (strchr("#*?", *pattern)) {
			if (!take_part(&pattern, &path, part))
				return false;
			part = b;
		} else if (*pattern++ != *path++) {
			return false;
		}
	}
	return !*path;
}

const struct tong__file_kind *tong__file_kind_of(const char *path, char a[65], char b[65])
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (matches(kinds[i].pattern, path, a, b))
			return &kinds[i];
	return NULL;
}

/* What stands for an item or a notice that is not read; of a notice nothing is asked but its id. */
static int load_head(struct tong__load *l, const struct tong__file_kind *k, const char *path,
                     const char *type, const char *code)
{
	json_t *root = NULL;
	int rc;

	if (k->read == tong__load_notice)
		return tong__load_notice_head(l, path);
	rc = l->part->head(l->part->user, path, &root, l->err);
	return rc ? rc : tong__load_head(l, path, type, code, root);
}

static bool has_head(const struct tong__load *l, const struct tong__file_kind *k)
{
	return l->part && l->part->head && (k->read == tong__load_item || k->read == tong__load_notice);
}

static bool wants(const struct tong__load *l, const char *path)
{
	return !l->part || l->part->wanted(l->part->user, path);
}

static int load_file(void *user, const char *path, uint64_t size)
{
	struct tong__load *l = user;
	char a[65], b[65];
	bool whole;
	const struct tong__file_kind *k = tong__file_kind_of(path, a, b);
	int rc;

	if (!k) {
		tong__find(l->fs, "file-unknown", path, 0, 0, "", path,
		           "files and names that the format knows", "%s", path);
		return 0;
	}
	whole = k->read != ignore && wants(l, path);
	if (!whole && !has_head(l, k))
		return 0;
	if (size > k->max) {
		tong__find(l->fs, "file-too-large", path, 0, 0, "", path, "a smaller file",
		           "%llu bytes, the ceiling is %zu", (unsigned long long)size, k->max);
		return 0;
	}
	if (!whole)
		return load_head(l, k, path, a, b);
	tong__buf_clear(&l->text);
	rc = tong__tree_read(l->tree, path, &l->text, l->err);
	if (!rc && tong__buf_add(&l->text, "", 0))
		rc = tong__fail_nomem(l->err);
	return rc ? rc : k->read(l, path, a, b);
}

bool tong__load_room(void *array, size_t n, size_t *cap, size_t size)
{
	size_t more = *cap ? *cap * 2 : 16;
	void *p;

	if (n < *cap)
		return true;
	memcpy(&p, array, sizeof p);
	p = realloc(p, more * size);
	if (!p)
		return false;
	memcpy(array, &p, sizeof p);
	*cap = more;
	return true;
}

static int by_region_code(const void *a, const void *b)
{
	return strcmp(((const struct tong__region *)a)->code, ((const struct tong__region *)b)->code);
}

static int by_item_code(const void *x, const void *y)
{
	const struct tong__item *a = x, *b = y;
	int c = strcmp(a->code, b->code);

	return c ? c : strcmp(a->folder, b->folder);
}

static int by_law_id(const void *a, const void *b)
{
	return strcmp(((const struct tong__law *)a)->id, ((const struct tong__law *)b)->id);
}

static void sort_all(struct tong__model *m)
{
	if (m->n_regions)
		qsort(m->regions, m->n_regions, sizeof *m->regions, by_region_code);
	if (m->n_items)
		qsort(m->items, m->n_items, sizeof *m->items, by_item_code);
	if (m->n_laws)
		qsort(m->laws, m->n_laws, sizeof *m->laws, by_law_id);
}

static int complete(struct tong__load *l)
{
	struct tong__model *m = l->m;
	int rc;

	if (!m->catalogue || !m->region_table)
		return tong__fail(l->err, TONG_E_FORMAT, tong__tree_label(l->tree),
		                  "there is no %s here, so this is no catalogue; name its folder with "
		                  "--path",
		                  m->catalogue ? "regions.csv" : "catalogue.yaml");
	sort_all(m);
	rc = tong__model_index_new(&m->index, m, l->err);
	if (!rc && !l->part)
		rc = tong__history_read(l->tree, &m->changes, &m->retired, l->err);
	else if (!rc && l->part->retired)
		rc = tong__history_retired(l->tree, &m->retired, l->err);
	m->time = tong__tree_time(l->tree);
	memcpy(m->commit, tong__tree_commit(l->tree), strlen(tong__tree_commit(l->tree)) + 1);
	return rc;
}

/* S1: what lies there and is no file of a catalogue. */
static void find_odd(const struct tong__load *l)
{
	for (size_t i = 0; i < l->tree->n_odd; i++) {
		const struct tong__tree_odd *o = &l->tree->odd[i];

		tong__find(l->fs, o->rule, o->path, 0, 0, "", o->path, "a plain file", "%s",
		           tong__text(o->what));
	}
}

int tong__model_load(struct tong__model **out, struct tong__tree *tree, struct tong__findings *fs,
                     tong_error *err)
{
	return tong__model_load_part(out, tree, NULL, fs, err);
}

int tong__model_load_part(struct tong__model **out, struct tong__tree *tree,
                          const struct tong__part *part, struct tong__findings *fs,
                          tong_error *err)
{
	struct tong__load l = {.tree = tree, .fs = fs, .part = part, .err = err};
	int rc;

	*out = NULL;
	l.m = calloc(1, sizeof *l.m);
	if (!l.m)
		return tong__fail_nomem(err);
	tong__buf_init(&l.text, TONG_MAX_SOURCE_FILE);
	find_odd(&l);
	rc = tong__tree_each(tree, load_file, &l, err);
	if (!rc)
		rc = complete(&l);
	tong__buf_free(&l.text);
	if (rc) {
		tong__model_free(l.m);
		return rc;
	}
	*out = l.m;
	return 0;
}
