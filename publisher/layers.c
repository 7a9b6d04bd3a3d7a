/* Building the layers of a model: the catalogue's record last, for it names the regions that have
 * one. */
#include "publisher/layers.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "publisher/parallel.h"
#include "publisher/records.h"

void tong__layers_free(struct tong__layers *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n; i++)
		if (!l->at[i].mapped)
			free(l->at[i].bytes);
		else if (l->at[i].len)
			munmap(l->at[i].bytes, l->at[i].len);
	free(l->at);
	free(l);
}

bool tong__layer_whole(struct tong__layer *l)
{
	struct tong__hash hash;

	if (!l->mapped || atomic_load(&l->seen))
		return true;
	tong__sha256(l->bytes, l->len, &hash);
	if (!tong__hash_equal(&hash, &l->sha256))
		return false;
	atomic_store(&l->seen, true);
	return true;
}

void tong__layer_rest(const struct tong__layer *l)
{
	if (l->mapped && l->len)
		madvise(l->bytes, l->len, MADV_DONTNEED);
}

void tong__layers_rest(const struct tong__layers *l)
{
	for (size_t i = 0; i < l->n; i++)
		tong__layer_rest(&l->at[i]);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct tong__layer *)a)->name, ((const struct tong__layer *)b)->name);
}

struct tong__layer *tong__layers_find(const struct tong__layers *l, const char *name)
{
	for (size_t i = 0; i < l->n; i++)
		if (!strcmp(l->at[i].name, name))
			return &l->at[i];
	return NULL;
}

/* Who takes the model, and what becomes of its layers; both may be nobody. */
struct taking {
	struct tong__model *model;
	struct tong__layer_made made;
};

/* Regions are made on all processors, each layer at the place of its region. */
struct making {
	const struct tong__model *m;
	const struct taking *take;
	struct tong__layer *at;
};

/* A layer without a name: the region has nothing to say. */
static int build_region(struct making *all, struct tong__build *b, size_t i, tong_error *err)
{
	const struct tong__local *l = &all->m->locals[i];
	const struct tong__layer_made *made = &all->take->made;
	char name[TONG_MAX_ROLE_NAME];
	int rc = tong__records_local(b, l);

	if (rc || !b->n)
		return rc;
	snprintf(name, sizeof name, "r%s", l->region);
	rc = tong__build_finish(b, name, &all->at[i]);
	return !rc && made->fn ? made->fn(made->user, &all->at[i], err) : rc;
}

static int region_job(void *arg, size_t i, tong_error *err)
{
	struct making *all = arg;
	struct tong__build b;
	int rc = tong__build_init(&b, all->m, err);

	if (!rc)
		rc = build_region(all, &b, i, err);
	tong__build_free(&b);
	if (all->take->model)
		tong__model_forget_local(all->take->model, i);
	return rc;
}

/* The layers that there are, in a row, also after an error: they are freed by their number. */
static void gather_regions(struct tong__build *base, struct tong__layers *out)
{
	for (size_t i = 0; i < base->m->n_locals; i++) {
		if (!out->at[i].name[0])
			continue;
		tong__add(base, base->regions, json_string(base->m->locals[i].region));
		if (out->n < i)
			memcpy(&out->at[out->n], &out->at[i], sizeof *out->at);
		out->n++;
	}
}

static int build_regions(struct tong__build *base, const struct taking *take,
                         struct tong__layers *out)
{
	struct making all = {base->m, take, out->at};
	int rc = tong__parallel(base->m->n_locals, region_job, &all, base->err);

	gather_regions(base, out);
	if (take->model)
		malloc_trim(0);   /* the tables of hundreds of regions; the base is as large as they were */
	return rc;
}

/* All but the catalogue's record, which names the regions that have a layer. What hangs on items
 * must stand in layers_patch.c too (story/publish would tell). */
static int base_records(struct tong__build *b, const char *site_dir)
{
	static int (*const groups[])(struct tong__build *) = {
		tong__records_regions, tong__records_items, tong__records_agencies, tong__records_laws,
		tong__records_materials, tong__records_themes, tong__records_aliases,
		tong__records_places, tong__records_figures, tong__records_changes, tong__records_notices,
		tong__records_licences, tong__records_intermediaries, tong__records_synonyms,
		tong__records_texts,
	};
	int rc = 0;

	for (size_t i = 0; !rc && i < sizeof groups / sizeof *groups; i++)
		rc = groups[i](b);
	return !rc && site_dir ? tong__records_docs(b, site_dir) : rc;
}

static int build_all(struct tong__build *b, const struct taking *take, struct tong__layers *out,
                     const char *site_dir)
{
	int rc = base_records(b, site_dir);

	if (!rc && take->model)
		tong__model_forget_items(take->model);
	if (!rc)
		rc = build_regions(b, take, out);
	if (!rc)
		rc = tong__records_catalogue(b);
	if (!rc)
		rc = tong__build_finish(b, "base", &out->at[out->n]);
	if (rc)
		return rc;
	out->n++;
	if (site_dir) {
		rc = tong__records_site(b, site_dir);
		if (!rc)
			rc = tong__build_finish(b, "site", &out->at[out->n]);
		if (rc)
			return rc;
		out->n++;
	}
	qsort(out->at, out->n, sizeof *out->at, by_name);
	return 0;
}

static int build(struct tong__layers **out, const struct tong__model *m, const struct taking *take,
                 const char *site_dir, tong_error *err)
{
	struct tong__layers *l = calloc(1, sizeof *l);
	struct tong__build b;
	int rc = tong__build_init(&b, m, err);

	*out = NULL;
	if (l)
		l->at = calloc(m->n_locals + 2, sizeof *l->at);
	if (!l || !l->at)
		rc = tong__fail_nomem(err);
	if (!rc)
		rc = build_all(&b, take, l, site_dir);
	tong__build_free(&b);
	if (rc) {
		tong__layers_free(l);
		return rc;
	}
	*out = l;
	return 0;
}

int tong__layers_build(struct tong__layers **out, const struct tong__model *m, const char *site_dir,
                       tong_error *err)
{
	static const struct taking nobody = {NULL, {NULL, NULL}};

	return build(out, m, &nobody, site_dir, err);
}

int tong__layers_take(struct tong__layers **out, struct tong__model *m, const char *site_dir,
                      struct tong__layer_made made, tong_error *err)
{
	const struct taking take = {m, made};

	return build(out, m, &take, site_dir, err);
}
