/* Regions: the index of cities, and the page of each region with its halls, places below it and
 * items. */
#include <string.h>

#include "core/page.h"

/* [[code,name]…] of a record as [{code,name}…]. */
static json_t *pairs(struct tong__page *p, json_t *obj, const char *name, const json_t *list)
{
	json_t *out = tong__page_array(p, obj, name), *pair, *row;
	const char *code, *called;
	size_t i;

	json_array_foreach((json_t *)list, i, pair) {
		row = tong__page_row(p, out);
		code = json_string_value(json_array_get(pair, 0));
		called = json_string_value(json_array_get(pair, 1));
		tong__page_str(p, row, "code", code);
		tong__page_set(p, row, "name", tong__page_name(p, "region/", code, called));
	}
	return out;
}

/* Regions that have a layer: those of which more than the name is known. */
static void listed_regions(struct tong__page *p)
{
	json_t *out = tong__page_array(p, p->view, "listed"), *code, *rec, *row;
	size_t i;

	json_array_foreach(tong__json_arr(p->catalogue, "layers"), i, code) {
		rec = tong__page_get(p, "region/", json_string_value(code));
		if (rec) {
			row = tong__page_row(p, out);
			tong__page_str(p, row, "code", json_string_value(code));
			tong__page_copy(p, row, rec, "name", "sample", NULL);
		}
		json_decref(rec);
	}
	tong__page_wrap(p, p->view, "listed");
}

int tong__build_regions(struct tong__page *p)
{
	const char *province = tong__json_str(p->catalogue, "province");
	json_t *top = tong__page_get(p, "region/", province), *cities, *city, *rec;
	size_t i;

	tong__page_str(p, p->view, "province", province);
	tong__page_str(p, p->view, "province_name", tong__json_str(top, "name"));
	cities = pairs(p, p->view, "cities", tong__json_arr(top, "children"));
	json_array_foreach(cities, i, city) {
		rec = tong__page_get(p, "region/", tong__json_str(city, "code"));
		pairs(p, city, "counties", tong__json_arr(rec, "children"));
		json_decref(rec);
	}
	json_decref(top);
	listed_regions(p);
	tong__page_title(p, tong__page_word(p, "regions_title"),
	                 tong__page_word(p, "regions_description"));
	return p->err.code;
}

struct listings {
	struct tong__page *p;
	json_t *rows;
	size_t guides, power;
};

static int add_listing(void *arg, const char *key, const json_t *rec)
{
	struct listings *to = arg;
	json_t *brief = tong__page_brief(to->p, key + strlen("listing/"));
	const char *type = tong__json_str(brief, "type");

	if (tong__json_bool(rec, "sample"))
		to->p->sample = true;
	if (brief) {
		tong__page_add(to->p, to->rows, tong__page_item_row(to->p, brief));
		to->guides += tong__json_str(brief, "guide") != NULL;
		to->power += type && strcmp(type, "20") != 0;
	}
	json_decref(brief);
	return to->p->nomem ? tong__fail_nomem(&to->p->err) : to->p->err.code;
}

static void counts(struct tong__page *p, const struct listings *all)
{
	json_t *n = tong__page_object(p, p->view, "counts");
	size_t total = json_array_size(all->rows);

	tong__page_int(p, n, "all", total);
	tong__page_int(p, n, "power", all->power);
	tong__page_int(p, n, "public", total - all->power);
	tong__page_int(p, n, "guides", all->guides);
}

/* The region's own items, by theme and by type. */
static int items(struct tong__page *p)
{
	struct listings all = {.p = p, .rows = json_array()};
	int rc = tong__page_each(p, p->layer, "listing/", add_listing, &all);

	if (rc == 0) {
		counts(p, &all);
		tong__page_by_theme(p, p->view, "audiences", all.rows);
	}
	json_decref(all.rows);
	return rc;
}

struct agencies {
	struct tong__page *p;
	json_t *by_region;         /* region -> [{id, name}…] */
};

static int add_agency(void *arg, const char *key, const json_t *rec)
{
	struct agencies *to = arg;
	const char *region = tong__json_str(rec, "region");
	json_t *row, *list;

	if (!region)
		return 0;
	list = json_object_get(to->by_region, region);
	if (!list)
		list = tong__page_array(to->p, to->by_region, region);
	row = tong__page_row(to->p, list);
	tong__page_str(to->p, row, "id", key + strlen("agency/"));
	tong__page_copy(to->p, row, rec, "name", NULL);
	if (to->p->unreviewed)
		tong__page_true(to->p, row, "unreviewed");
	to->p->unreviewed = false;
	return to->p->nomem ? tong__fail_nomem(&to->p->err) : 0;
}

/* What the memory holds is of one language. */
static json_t **kept_agencies(struct tong__page *p)
{
	struct tong__site_memory *m = p->memory;

	if (!m)
		return NULL;
	if (strcmp(m->agencies_lang, p->lang) != 0) {
		json_decref(m->agencies);
		m->agencies = NULL;
		memcpy(m->agencies_lang, p->lang, sizeof m->agencies_lang);
	}
	return &m->agencies;
}

/* Only what this page shows of them counts. */
static void note_unreviewed(struct tong__page *p, const json_t *list)
{
	json_t *row;
	size_t i;

	json_array_foreach((json_t *)list, i, row)
		p->unreviewed = p->unreviewed || json_object_get(row, "unreviewed");
}

/* With a memory all agencies are read once; without, those that have to do with this region. */
static int agencies(struct tong__page *p, const char *code)
{
	json_t **kept = kept_agencies(p), *list;
	struct agencies to = {p, kept && *kept ? json_incref(*kept) : json_object()};
	bool unreviewed = p->unreviewed;
	int rc = 0;

	p->unreviewed = false;
	tong__page_keeps(p, TONG__KEPT_AGENCIES, kept && *kept ? TONG__KEEP_USE : TONG__KEEP_BEGIN);
	if (!kept)
		rc = tong__page_each_with(p, "base", "agency/", code, add_agency, &to);
	else if (!*kept)
		rc = tong__page_each(p, "base", "agency/", add_agency, &to);
	if (kept && !*kept)
		tong__page_keeps(p, TONG__KEPT_AGENCIES, TONG__KEEP_END);
	p->unreviewed = unreviewed;
	list = json_object_get(to.by_region, code);
	note_unreviewed(p, list);
	if (rc == 0 && list)
		tong__page_set(p, p->view, "agencies", json_incref(list));
	if (rc == 0 && kept && !*kept && !p->nomem)
		*kept = json_incref(to.by_region);
	json_decref(to.by_region);
	tong__page_wrap(p, p->view, "agencies");
	return rc;
}

static void below(struct tong__page *p, const json_t *region)
{
	const char *const words[] = {"cities", "counties", "townships", "villages"};
	json_int_t level = tong__json_int(region, "level", 1);
	const json_t *children = json_object_get(region, level == 4 ? "villages" : "children");

	pairs(p, p->view, level == 4 ? "villages" : "children", children);
	tong__page_wrap(p, p->view, level == 4 ? "villages" : "children");
	tong__page_str(p, p->view, "below",
	               tong__page_word(p, words[level >= 1 && level <= 4 ? level - 1 : 3]));
}

static void above(struct tong__page *p, const json_t *region)
{
	const char *code = tong__json_str(region, "parent");
	json_t *rec = code ? tong__page_get(p, "region/", code) : NULL, *parent;

	if (rec) {
		parent = tong__page_object(p, p->view, "parent");
		tong__page_str(p, parent, "code", code);
		tong__page_copy(p, parent, rec, "name", NULL);
	}
	json_decref(rec);
}

/* Many townships share a name, and some counties: the region above tells them apart. */
static void title(struct tong__page *p, const char *name, json_int_t level)
{
	const char *over =
		level > 2 ? tong__json_str(json_object_get(p->view, "parent"), "name") : NULL;
	json_t *whole = over ? tong__page_text(p, over, name, NULL) : tong__page_text(p, name, NULL);
	json_t *about;

	about = tong__page_say(p, "region_description", whole ? json_string_value(whole) : name);
	tong__page_title(p, json_string_value(whole), json_string_value(about));
	json_decref(whole);
	json_decref(about);
}

static int fill(struct tong__page *p, const char *code, const json_t *region)
{
	const char *name = tong__json_str(region, "name") ? tong__json_str(region, "name") : code;
	json_t *row = tong__page_object(p, p->view, "region");
	int rc;

	tong__page_str(p, row, "code", code);
	tong__page_copy(p, row, region, "name", "type", NULL);
	above(p, region);
	below(p, region);
	tong__page_halls(p, p->view);
	tong__page_crumbs_region(p, code, false);
	title(p, name, tong__json_int(region, "level", 1));
	tong__page_str(p, p->view, "items_root", "items/");
	rc = agencies(p, code);
	if (rc == 0 && p->layer[0]) {
		tong__page_true(p, p->view, "has_items");
		tong__page_feed(p, "regions/", code);
		rc = items(p);
	}
	return rc;
}

int tong__build_region(struct tong__page *p)
{
	json_t *region;
	int rc = tong__page_open_region(p, p->arg[0]);

	if (rc)
		return rc;
	region = tong__page_get(p, "region/", p->arg[0]);
	rc = region ? fill(p, p->arg[0], region) : tong__page_notfound(p);
	json_decref(region);
	return rc;
}
