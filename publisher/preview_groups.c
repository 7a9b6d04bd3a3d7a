/* Groups of records of a catalogue that is being edited: made when a page first asks for one,
 * forgotten when a file it came from changes. */
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "publisher/preview_store.h"
#include "publisher/tree_kind.h"

/* One row for each kind of records of the base but items, and what makes it stale. */
static const struct kind {
	const char *prefix;
	int (*make)(struct tong__build *);
	const char *from; /* beginnings of paths, and the marks of 'effects' below */
	bool uses;        /* needs to know which items use what */
} kinds[] = {
	{ "catalogue", tong__records_catalogue,
	  "catalogue.yaml local/ notices/ licences.yaml intermediaries.csv", false },
	{ "region/", tong__records_regions, "regions.csv", false },
	{ "agency/", tong__records_agencies, "agencies.csv", false },
	{ "law/", tong__records_laws, "laws/ +uses", true },
	{ "material/", tong__records_materials, "materials.yaml +uses", true },
	{ "theme/", tong__records_themes, "themes.yaml", false },
	{ "alias/", tong__records_aliases, "local/ +alias +set", false },
	{ "where/", tong__records_places, "local/ +set", false },
	{ "figures/", tong__records_figures, "local/ items/", false },
	{ "change/", tong__records_changes, "+set", false },
	{ "notice/", tong__records_notices, "notices/", false },
	{ "licence/", tong__records_licences, "licences.yaml materials.yaml", false },
	{ "intermediary/", tong__records_intermediaries, "intermediaries.csv", false },
	{ "synonyms", tong__records_synonyms, "synonyms.csv", false },
	{ "text/", tong__records_texts,
	  "lang/ items/ laws/ agencies.csv catalogue.yaml intermediaries.csv licences.yaml "
	  "materials.yaml notices/ regions.csv themes.yaml",
	  false },
	{ "doc/", NULL, "", false },
};
#define N_KINDS (sizeof kinds / sizeof *kinds)
_Static_assert(N_KINDS == TONG_PREVIEW_KINDS, "a group for each kind");

static void group_free(struct tong__preview_group *g)
{
	if (!g->made)
		return;
	tong__layers_reader_free(&g->reader);
	free(g->layer.bytes);
	memset(g, 0, sizeof *g);
}

static void ones_free(struct tong__preview_one **list)
{
	while (*list) {
		struct tong__preview_one *o = *list;

		*list = o->next;
		group_free(&o->group);
		free(o);
	}
}

/* What was built becomes the group. */
static int group_take(struct tong__preview_group *g, struct tong__build *b, const char *layer,
					  tong_error *err)
{
	int rc = tong__build_finish(b, layer, &g->layer);

	if (rc)
		return rc;
	g->layers = (struct tong__layers){ &g->layer, 1 };
	rc = tong__layers_reader(&g->reader, &g->layers, err);
	if (rc)
		free(g->layer.bytes);
	g->made = !rc;
	return rc;
}

/* Regions that have a layer: by their folders, read or not. */
static void note_regions(const struct tong__preview_store *s, struct tong__build *b)
{
	char last[16] = "", region[16];

	for (size_t i = 0; i < s->tree->n; i++)
		if (tong__starts(s->tree->files[i].path, "local/") &&
			sscanf(s->tree->files[i].path, "local/%15[0-9]/", region) == 1 &&
			strcmp(region, last)) {
			tong__add(b, b->regions, json_string(region));
			strcpy(last, region);
		}
}

/* Translations are held against what they were made from. */
static void need_texts(struct tong__preview_store *s)
{
	const char *item;

	for (size_t i = 0; i < s->model->n_texts; i++) {
		item = tong__preview_store_item(s, s->model->texts[i].code);
		if (item)
			tong__preview_store_need(s, item);
	}
}

static int make_kind(struct tong__preview_store *s, const struct kind *k, tong_error *err)
{
	struct tong__preview_group *g = &s->groups[k - kinds];
	struct tong__build b;
	int rc;

	if (g->made)
		return 0;
	if (k->make == tong__records_texts)
		need_texts(s);
	rc = tong__build_init(&b, s->model, err);
	if (k == kinds)
		note_regions(s, &b);
	if (!rc && k->uses)
		rc = tong__records_uses(&b);
	if (!rc)
		rc = k->make ? k->make(&b) : tong__records_docs(&b, s->site_dir);
	if (!rc)
		rc = group_take(g, &b, "base", err);
	tong__build_free(&b);
	return rc;
}

static struct tong__preview_one *one_named(struct tong__preview_one *list, const char *name)
{
	while (list && strcmp(list->name, name))
		list = list->next;
	return list;
}

/* A new group in front of the list, made of the model 'm'. */
static struct tong__preview_group *make_one(struct tong__preview_one **list, const char *name,
											const struct tong__model *m,
											const struct tong__local *local, const char *layer,
											tong_error *err)
{
	struct tong__preview_one *o = calloc(1, sizeof *o);
	struct tong__build b;
	int rc = tong__build_init(&b, m, err);

	if (!o)
		rc = tong__fail_nomem(err);
	if (!rc)
		rc = local ? tong__records_local(&b, local) : tong__records_items(&b);
	if (!rc)
		rc = group_take(&o->group, &b, layer, err);
	tong__build_free(&b);
	if (rc) {
		free(o);
		return NULL;
	}
	snprintf(o->name, sizeof o->name, "%s", name);
	o->next = *list;
	*list = o;
	return &o->group;
}

static struct tong__preview_group *item_group(struct tong__preview_store *s, const char *code,
											  tong_error *err)
{
	struct tong__preview_one *o = one_named(s->items, code);
	const char *path = tong__preview_store_item(s, code);
	struct tong__model alone;
	const struct tong__item *it;

	if (o)
		return &o->group;
	if (path)
		tong__preview_store_need(s, path);
	it = tong__model_item(s->model, code);
	if (!it)
		return NULL;
	alone = *s->model;
	alone.items = (struct tong__item *)(uintptr_t)it;
	alone.n_items = 1;
	return make_one(&s->items, code, &alone, NULL, "base", err);
}

const struct tong__local *tong__preview_local(const struct tong__model *m, const char *region)
{
	for (size_t i = 0; i < m->n_locals; i++)
		if (!strcmp(m->locals[i].region, region))
			return &m->locals[i];
	return NULL;
}

static struct tong__preview_group *region_group(struct tong__preview_store *s, const char *layer,
												tong_error *err)
{
	struct tong__preview_one *o = one_named(s->regions, layer + 1);
	const struct tong__local *local;
	char path[64];

	if (o)
		return &o->group;
	snprintf(path, sizeof path, "local/%.16s/items.csv", layer + 1);
	tong__preview_store_need(s, path);
	snprintf(path, sizeof path, "local/%.16s/halls.yaml", layer + 1);
	tong__preview_store_need(s, path);
	local = tong__preview_local(s->model, layer + 1);
	return local ? make_one(&s->regions, layer + 1, s->model, local, layer, err) : NULL;
}

struct tong__preview_group *tong__preview_group(struct tong__preview_store *s, const char *layer,
												const char *key, tong_error *err)
{
	if (!strcmp(layer, "site"))
		return &s->site;
	if (layer[0] == 'r')
		return region_group(s, layer, err);
	if (tong__starts(key, "item/"))
		return item_group(s, key + 5, err);
	for (size_t i = 0; i < N_KINDS; i++)
		if (tong__starts(key, kinds[i].prefix))
			return make_kind(s, &kinds[i], err) ? NULL : &s->groups[i];
	return NULL;
}

/* ---- making all, forgetting ---- */

int tong__preview_groups_site(struct tong__preview_store *s, tong_error *err)
{
	struct tong__build b;
	int rc = tong__build_init(&b, s->model, err);

	if (!rc)
		rc = tong__records_site(&b, s->site_dir);
	if (!rc)
		rc = group_take(&s->site, &b, "site", err);
	tong__build_free(&b);
	return rc;
}

static void forget_one(struct tong__preview_one **list, const char *name)
{
	for (; *list; list = &(*list)->next) {
		struct tong__preview_one *o = *list;

		if (strcmp(o->name, name))
			continue;
		*list = o->next;
		group_free(&o->group);
		free(o);
		return;
	}
}

/* Does any word of the kind's 'from' begin the path, or stand in the effects? */
static bool is_stale(const struct kind *k, const char *path, const char *effects)
{
	char word[32];
	int n;

	for (const char *p = k->from; sscanf(p, " %31s%n", word, &n) == 1; p += n)
		if (*word == '+' ? strstr(effects, word) != NULL : tong__starts(path, word))
			return true;
	return false;
}

void tong__preview_groups_forget(struct tong__preview_store *s, const char *path, const char *code,
								 const char *effects)
{
	for (size_t i = 0; i < N_KINDS; i++)
		if (is_stale(&kinds[i], path, effects))
			group_free(&s->groups[i]);
	if (tong__starts(path, "items/"))
		forget_one(&s->items, code);
	else if (tong__starts(path, "local/"))
		ones_free(&s->regions);
	else /* titles of laws and names of materials stand in items */
		ones_free(&s->items);
}

int tong__preview_groups_all(struct tong__preview_store *s, tong_error *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < N_KINDS; i++)
		rc = make_kind(s, &kinds[i], err);
	return rc;
}

void tong__preview_groups_free(struct tong__preview_store *s)
{
	for (size_t i = 0; i < N_KINDS; i++)
		group_free(&s->groups[i]);
	group_free(&s->site);
	ones_free(&s->items);
	ones_free(&s->regions);
}
