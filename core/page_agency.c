/* Agencies: the index by region, and the page of each with the items it handles. */
#include <string.h>

#include "core/page.h"

struct index {
	struct tong__page *p;
	json_t *groups, *group;
};

static void new_group(struct index *to, const char *region)
{
	json_t *rec = tong__page_get(to->p, "region/", region);

	to->group = tong__page_row(to->p, to->groups);
	tong__page_str(to->p, to->group, "region", region);
	tong__page_str(to->p, to->group, "name", tong__json_str(rec, "name"));
	tong__page_array(to->p, to->group, "agencies");
	json_decref(rec);
}

/* Ids begin with the region, so that agencies of one region follow one another. */
static int add_agency(void *arg, const char *key, const json_t *rec)
{
	struct index *to = arg;
	const char *region = tong__json_str(rec, "region"), *last = tong__json_str(to->group, "region");
	json_t *row;

	if (!region)
		region = "";
	if (!to->group || strcmp(last ? last : "", region) != 0)
		new_group(to, region);
	row = tong__page_row(to->p, json_object_get(to->group, "agencies"));
	tong__page_str(to->p, row, "id", key + strlen("agency/"));
	tong__page_copy(to->p, row, rec, "name", "status", NULL);
	return to->p->err.code;
}

int tong__build_agencies(struct tong__page *p)
{
	struct index to = {p, tong__page_array(p, p->view, "groups"), NULL};

	tong__page_title(p, tong__page_word(p, "agencies_title"),
	                 tong__page_word(p, "agencies_description"));
	return tong__page_each(p, "base", "agency/", add_agency, &to);
}

struct handled {
	struct tong__page *p;
	const char *agency;
	json_t *rows;
};

static bool handles(const json_t *listing, const char *agency)
{
	const json_t *one;
	const char *id;
	size_t i;

	json_array_foreach(json_object_get(listing, "cases"), i, one) {
		id = tong__json_str(one, "agency");
		if (id && strcmp(id, agency) == 0)
			return true;
	}
	return false;
}

static int add_row(struct handled *to, const char *code)
{
	json_t *brief = tong__page_brief(to->p, code);

	if (brief)
		tong__page_add(to->p, to->rows, tong__page_item_row(to->p, brief));
	json_decref(brief);
	return to->p->nomem ? tong__fail_nomem(&to->p->err) : to->p->err.code;
}

static int add_handled(void *arg, const char *key, const json_t *rec)
{
	struct handled *to = arg;

	if (!handles(rec, to->agency))
		return 0;
	if (tong__json_bool(rec, "sample"))
		to->p->sample = true;
	return add_row(to, key + strlen("listing/"));
}

/* ---- all agencies of a region at once ---- */

/* One case of a listing goes to its agency; two cases of one agency are one listing of it. */
static void note_case(struct tong__page *p, const char *agency, const char *code, bool sample)
{
	json_t *all = p->memory->handled, *one = json_object_get(all, agency), *codes;
	const char *last;

	if (!one) {
		one = tong__page_object(p, all, agency);
		tong__page_array(p, one, "codes");
	}
	codes = json_object_get(one, "codes");
	last = json_string_value(json_array_get(codes, json_array_size(codes) - 1));
	if (!last || strcmp(last, code) != 0)
		tong__page_add(p, codes, json_string(code));
	if (sample)
		tong__page_true(p, one, "sample");
}

static int note_listing(void *arg, const char *key, const json_t *rec)
{
	struct tong__page *p = arg;
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(rec, "cases"), i, one)
		if (tong__json_str(one, "agency"))
			note_case(p, tong__json_str(one, "agency"), key + strlen("listing/"),
			          tong__json_bool(rec, "sample"));
	return p->nomem ? tong__fail_nomem(&p->err) : 0;
}

/* With a memory the listings of a region are gone through once for all of its agencies. */
static int read_listings(struct tong__page *p)
{
	struct tong__site_memory *m = p->memory;
	int rc;

	if (m->handled && strcmp(m->handled_layer, p->layer) == 0)
		return tong__page_touch(p, p->layer, "listing/");
	json_decref(m->handled);
	m->handled = json_object();
	if (!m->handled)
		return tong__fail_nomem(&p->err);
	memcpy(m->handled_layer, p->layer, sizeof m->handled_layer);
	rc = tong__page_each(p, p->layer, "listing/", note_listing, p);
	if (rc)
		m->handled_layer[0] = '\0';
	return rc;
}

static int add_noted(struct handled *to)
{
	int rc = read_listings(to->p);
	const json_t *mine = rc ? NULL : json_object_get(to->p->memory->handled, to->agency), *code;
	size_t i;

	if (tong__json_bool(mine, "sample"))
		to->p->sample = true;
	json_array_foreach(json_object_get(mine, "codes"), i, code)
		if (rc == 0)
			rc = add_row(to, json_string_value(code));
	return rc;
}

/* Whoever asks for one agency of a region finds its lines more quickly than those of all. */
static bool asked_before(struct tong__page *p)
{
	struct tong__site_memory *m = p->memory;
	bool before = !strcmp(m->asked_layer, p->layer);

	memcpy(m->asked_layer, p->layer, sizeof m->asked_layer);
	return before;
}

static void region_of(struct tong__page *p, const char *code)
{
	json_t *rec = code ? tong__page_get(p, "region/", code) : NULL, *region;

	if (rec) {
		region = tong__page_object(p, p->view, "region");
		tong__page_str(p, region, "code", code);
		tong__page_copy(p, region, rec, "name", NULL);
		tong__page_set(p, p->view, "items_root",
		               tong__page_text(p, p->root, "regions/", code, "/items/", NULL));
	}
	json_decref(rec);
}

/* Back to where it stands in the list of all. */
static void crumb_to_list(struct tong__page *p)
{
	json_t *url = tong__page_text(p, "agencies/#", p->arg[0], NULL);

	if (url)
		tong__page_crumb(p, tong__page_word(p, "agencies"), json_string_value(url));
	json_decref(url);
}

static int fill(struct tong__page *p, json_t *agency)
{
	struct handled to = {p, p->arg[0], json_array()};
	const char *name = tong__json_str(agency, "name") ? tong__json_str(agency, "name") : p->arg[0];
	json_t *about;
	int rc;

	region_of(p, tong__json_str(agency, "region"));
	tong__page_set(p, p->view, "agency", json_incref(agency));
	tong__page_str(p, p->view, "agency_code", p->arg[0]);
	tong__page_str(p, p->view, "heading", name);
	crumb_to_list(p);
	about = tong__page_say(p, "agency_description", name);
	tong__page_title(p, name, json_string_value(about));
	json_decref(about);
	rc = p->memory && p->layer[0] && asked_before(p)
	             ? add_noted(&to)
	             : tong__page_each_with(p, p->layer, "listing/", p->arg[0], add_handled, &to);
	tong__page_by_type(p, p->view, "types", to.rows);
	tong__page_int(p, p->view, "n", json_array_size(to.rows));
	json_decref(to.rows);
	return rc;
}

int tong__build_agency(struct tong__page *p)
{
	json_t *agency = tong__page_get(p, "agency/", p->arg[0]);
	const char *region = tong__json_str(agency, "region");
	int rc = agency ? 0 : tong__page_notfound(p);

	if (rc == 0 && region)
		rc = tong__page_open_region(p, region);
	if (rc == 0)
		rc = fill(p, agency);
	json_decref(agency);
	return rc;
}

static int emit_agency(void *arg, const char *key, const json_t *rec)
{
	struct tong__urls *u = arg;
	const char *region = tong__json_str(rec, "region");
	bool has;

	if (region && !tong__region_open(u->reader, u->layers, region, &has))
		return 0;
	return tong__urls_emit(u, key + strlen("agency/"), NULL);
}

int tong__list_agencies(struct tong__urls *u)
{
	return u->reader->each(u->reader->user, "base", "agency/", emit_agency, u, u->err);
}
