/* Reading one file of a catalogue, and exchanging it in a model without reading the others. */
#include "publisher/model_reload.h"

#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/text.h"
#include "publisher/model_load.h"

int tong__model_read_file(struct tong__model **out, const char *path, const char *text, size_t n,
						  struct tong__findings *fs, tong_error *err)
{
	struct tong__load l = { .fs = fs, .err = err, .m = calloc(1, sizeof *l.m) };
	char a[65], b[65];
	const struct tong__file_kind *k = tong__file_kind_of(path, a, b);
	int rc = l.m ? 0 : tong__fail_nomem(err);

	*out = NULL;
	tong__buf_init(&l.text, TONG_MAX_SOURCE_FILE);
	if (!k)
		tong__find(fs, "file-unknown", path, 0, 0, "", path,
		           "files and names that the format knows", "%s", path);
	else if (k->max && n > k->max)
		tong__find(fs, "file-too-large", path, 0, 0, "", path, "a smaller file",
		           "%zu bytes, the ceiling is %zu",
				   n, k->max);
	else if (!rc && (tong__buf_add(&l.text, text, n) || tong__buf_add(&l.text, "", 0)))
		rc = tong__fail_nomem(err);
	else if (!rc)
		rc = k->read(&l, path, a, b);
	tong__buf_free(&l.text);
	if (rc)
		tong__model_free(l.m);
	else
		*out = l.m;
	return rc;
}

/* ---- exchanging: what is taken from 'from' is left empty there ---- */

#define SWAP(type, a, b)     \
	do {                     \
		type swapped_ = (a); \
		(a) = (b);           \
		(b) = swapped_;      \
	} while (0)

/* A sorted array of a model, and how its elements are told apart and freed. */
struct shelf {
	void *array; /* address of the pointer to it */
	size_t *n, size;
	int (*cmp)(const void *element, const char *a, const char *b);
	void (*drop)(void *element);
};

static void *element(const struct shelf *s, size_t at)
{
	char *p;

	memcpy(&p, s->array, sizeof p);
	return p + at * s->size;
}

/* Room for one more in front of 'at', zeroed. False when memory is out. */
static bool open_gap(const struct shelf *s, size_t at)
{
	char *p;

	memcpy(&p, s->array, sizeof p);
	p = realloc(p, (*s->n + 1) * s->size);
	if (!p)
		return false;
	memcpy(s->array, &p, sizeof p);
	memmove(p + (at + 1) * s->size, p + at * s->size, (*s->n - at) * s->size);
	memset(p + at * s->size, 0, s->size);
	++*s->n;
	return true;
}

static void close_gap(const struct shelf *s, size_t at)
{
	--*s->n;
	memmove(element(s, at), element(s, at + 1), (*s->n - at) * s->size);
}

/* Where the element named so stands or would stand; *found tells which. */
static size_t place_of(const struct shelf *s, const char *a, const char *b, bool *found)
{
	size_t lo = 0, hi = *s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->cmp(element(s, mid), a, b) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	*found = lo < *s->n && !s->cmp(element(s, lo), a, b);
	return lo;
}

/* The element (a, b) of 's' becomes the only one of 'from', or goes when there is none. */
static int exchange(const struct shelf *s, const struct shelf *from, const char *a, const char *b,
					tong_error *err)
{
	bool found;
	size_t at = place_of(s, a, b, &found);

	if (!*from->n && found)
		s->drop(element(s, at));
	if (!*from->n) {
		if (found)
			close_gap(s, at);
		return 0;
	}
	if (found)
		s->drop(element(s, at));
	else if (!open_gap(s, at))
		return tong__fail_nomem(err);
	memcpy(element(s, at), element(from, 0), s->size);
	*from->n = 0;
	return 0;
}

static int cmp_item(const void *p, const char *type, const char *code)
{
	const struct tong__item *it = p;
	int c = strcmp(it->code, code);

	return c ? c : strcmp(it->folder, type);
}

static void drop_item(void *p)
{
	struct tong__item *it = p;

	free((char *)it->code);
	free((char *)it->folder);
	tong__doc_free(it->doc);
}

static int cmp_law(const void *p, const char *id, const char *b)
{
	(void)b;
	return strcmp(((const struct tong__law *)p)->id, id);
}

static void drop_law(void *p)
{
	struct tong__law *law = p;

	free((char *)law->id);
	tong__doc_free(law->doc);
}

static int cmp_notice(const void *p, const char *path, const char *b)
{
	(void)b;
	return strcmp((*(struct tong__doc *const *)p)->path, path);
}

static void drop_notice(void *p)
{
	tong__doc_free(*(struct tong__doc **)p);
}

static int cmp_local(const void *p, const char *region, const char *b)
{
	(void)b;
	return strcmp(((const struct tong__local *)p)->region, region);
}

static int cmp_text(const void *p, const char *lang, const char *code)
{
	const struct tong__text *t = p;
	int c = strcmp(t->lang, lang);

	return c ? c : strcmp(t->code, code);
}

static void drop_text(void *p)
{
	tong__text_drop(p);
}

static int cmp_names(const void *p, const char *lang, const char *b)
{
	(void)b;
	return strcmp(((const struct tong__name_table *)p)->lang, lang);
}

static void drop_names(void *p)
{
	tong__names_drop(p);
}

static struct shelf texts_of(struct tong__model *m)
{
	return (struct shelf){ &m->texts, &m->n_texts, sizeof *m->texts, cmp_text, drop_text };
}

static struct shelf names_of(struct tong__model *m)
{
	return (struct shelf){ &m->names, &m->n_names, sizeof *m->names, cmp_names, drop_names };
}

static int put_language(struct tong__model *m, struct tong__model *from, const char *a,
						const char *b, tong_error *err)
{
	struct shelf texts = texts_of(m), names = names_of(m);
	struct shelf text = texts_of(from), name = names_of(from);

	return *b ? exchange(&texts, &text, a, b, err) : exchange(&names, &name, a, NULL, err);
}

static struct shelf items_of(struct tong__model *m)
{
	return (struct shelf){ &m->items, &m->n_items, sizeof *m->items, cmp_item, drop_item };
}

static struct shelf laws_of(struct tong__model *m)
{
	return (struct shelf){ &m->laws, &m->n_laws, sizeof *m->laws, cmp_law, drop_law };
}

static struct shelf notices_of(struct tong__model *m)
{
	return (struct shelf){ &m->notices, &m->n_notices, sizeof *m->notices, cmp_notice,
						   drop_notice };
}

/* A region has two files, each exchanged alone; without any it leaves the list. */
static int put_local(struct tong__model *m, struct tong__model *from, const char *region,
					 bool halls, tong_error *err)
{
	struct shelf s = { &m->locals, &m->n_locals, sizeof *m->locals, cmp_local, NULL };
	struct tong__local none = { NULL, NULL, NULL }, *l;
	struct tong__local *with = from->n_locals ? &from->locals[0] : &none;
	bool found;
	size_t at = place_of(&s, region, NULL, &found);

	if (!found && !from->n_locals)
		return 0;
	if (!found && !open_gap(&s, at))
		return tong__fail_nomem(err);
	l = &m->locals[at];
	if (!found)
		SWAP(const char *, l->region, with->region);
	if (halls)
		SWAP(struct tong__doc *, l->halls, with->halls);
	else
		SWAP(struct tong__table *, l->items, with->items);
	tong__doc_free(none.halls);
	tong__table_free(none.items);
	if (l->items || l->halls)
		return 0;
	free((char *)l->region);
	close_gap(&s, at);
	return 0;
}

static int by_region_code(const void *a, const void *b)
{
	return strcmp(((const struct tong__region *)a)->code, ((const struct tong__region *)b)->code);
}

/* Files that stand alone: whatever 'from' has of this path, or nothing. */
static int put_single(struct tong__model *m, struct tong__model *from, const char *path,
					  tong_error *err)
{
	struct tong__model_index *old = m->index;
	int rc;

	if (!strcmp(path, "catalogue.yaml") && from->catalogue) {
		SWAP(struct tong__doc *, m->catalogue, from->catalogue);
	} else if (!strcmp(path, "regions.csv") && from->region_table) {
		SWAP(struct tong__table *, m->region_table, from->region_table);
		SWAP(struct tong__region *, m->regions, from->regions);
		m->n_regions = from->n_regions;
		if (m->n_regions)
			qsort(m->regions, m->n_regions, sizeof *m->regions, by_region_code);
	} else if (!strcmp(path, "agencies.csv")) {
		SWAP(struct tong__table *, m->agencies, from->agencies);
	} else if (!strcmp(path, "intermediaries.csv")) {
		SWAP(struct tong__table *, m->intermediaries, from->intermediaries);
	} else if (!strcmp(path, "scope.csv")) {
		SWAP(struct tong__table *, m->scope, from->scope);
	} else if (!strcmp(path, "waivers.csv")) {
		SWAP(struct tong__table *, m->waivers, from->waivers);
	} else if (!strcmp(path, "synonyms.csv")) {
		SWAP(struct tong__table *, m->synonyms, from->synonyms);
	} else if (!strcmp(path, "materials.yaml")) {
		SWAP(struct tong__doc *, m->materials, from->materials);
	} else if (!strcmp(path, "licences.yaml")) {
		SWAP(struct tong__doc *, m->licences, from->licences);
	} else if (!strcmp(path, "themes.yaml")) {
		SWAP(struct tong__doc *, m->themes, from->themes);
	}
	rc = tong__model_index_new(&m->index, m, err);
	tong__model_index_free(old);
	return rc;
}

static int put(struct tong__model *m, struct tong__model *from, const char *path, tong_error *err)
{
	struct shelf items = items_of(m), laws = laws_of(m), notices = notices_of(m);
	struct shelf item = items_of(from), law = laws_of(from), notice = notices_of(from);
	char a[65], b[65];

	if (!tong__file_kind_of(path, a, b))
		return 0;
	if (tong__starts(path, "items/"))
		return exchange(&items, &item, a, b, err);
	if (tong__starts(path, "laws/"))
		return exchange(&laws, &law, a, NULL, err);
	if (tong__starts(path, "notices/"))
		return exchange(&notices, &notice, path, NULL, err);
	if (tong__starts(path, "lang/"))
		return put_language(m, from, a, b, err);
	if (tong__starts(path, "local/"))
		return put_local(m, from, a, tong__ends(path, "/halls.yaml"), err);
	return put_single(m, from, path, err);
}

int tong__model_replace(struct tong__model *m, const char *path, const char *text, size_t n,
						struct tong__findings *fs, tong_error *err)
{
	struct tong__model nothing = { .n_items = 0 }, *one = NULL;
	int rc = text ? tong__model_read_file(&one, path, text, n, fs, err) : 0;

	if (!rc)
		rc = put(m, one ? one : &nothing, path, err);
	tong__model_free(one);
	return rc;
}

int tong__model_reload(struct tong__model *m, struct tong__tree *tree, const char *path,
					   struct tong__findings *fs, tong_error *err)
{
	struct tong__buf text;
	bool there;
	int rc = tong__tree_refresh(tree, path, &there, err);

	tong__buf_init(&text, TONG_MAX_SOURCE_FILE);
	if (!rc && there)
		rc = tong__tree_read(tree, path, &text, err);
	if (!rc && there && tong__buf_add(&text, "", 0))
		rc = tong__fail_nomem(err);
	if (!rc)
		rc = tong__model_replace(m, path, there ? text.data : NULL, text.len, fs, err);
	tong__buf_free(&text);
	return rc;
}
