/* The guide of one item: the unified standard alone, or as one region handles it; and the page of
 * an alias. */
#include <stdio.h>
#include <string.h>

#include "core/page.h"

static int fingerprint(struct tong__page *p, const char *code)
{
	char text[TONG_FINGERPRINT];
	struct tong__buf line;
	int rc;

	tong__buf_init(&line, TONG_MAX_RECORD);
	rc = tong__page_fingerprint(p, code, &line, text);
	if (rc == 0)
		tong__page_str(p, p->view, "fingerprint", text);
	tong__buf_free(&line);
	return rc;
}

/* The parts of a guide in the citizen's order. */
static const struct part {
	const char *id, *word;
	const char *section, *member;   /* of item.sections, or of the item; neither: of the region */
	bool wanted;               /* is its absence worth saying? */
} parts[] = {
	{"tiaojian", "h_conditions", "conditions_html", NULL, true},
	{"cailiao", "h_materials", NULL, "materials", true},
	{"liucheng", "h_process", "process_html", NULL, true},
	{"nali", "h_where", NULL, NULL, false},
	{"duojiu", "h_time", NULL, "time", true},
	{"feiyong", "h_fee", NULL, "charge", true},
	{"jieguo", "h_result", NULL, "result", true},
	{"shencha", "h_review", "review_html", NULL, false},
	{"tebie", "h_special", "special_html", NULL, false},
	{"xuzhi", "h_more", NULL, "more", false},
	{"yiju", "h_basis", NULL, "basis", true},
	{"wenti", "h_faq", "faq", NULL, false},
	{"shuoming", "h_notes", "notes_html", NULL, false},
};

/* What one should know besides; it has no heading of its own in the sources. */
static const char *const item_more[] = {"quota",     "intermediary", "rights", "change",
                                        "effective", "cancelled",    NULL};

static void contents_row(struct tong__page *p, json_t *toc, const char *id, const char *word)
{
	json_t *row = tong__page_row(p, toc);

	tong__page_str(p, row, "id", id);
	tong__page_str(p, row, "label", tong__page_word(p, word));
}

/* Those that are put together stand in the view. */
static bool is_made(const char *member)
{
	return strcmp(member, "more") == 0 || strcmp(member, "time") == 0 ||
	       strcmp(member, "charge") == 0;
}

static bool has_part(const struct tong__page *p, const json_t *item, const struct part *part,
                     bool region)
{
	if (part->section)
		return json_object_get(json_object_get(item, "sections"), part->section) != NULL;
	if (!part->member)
		return region;
	return (is_made(part->member) ? tong__page_member(p, part->member)
	                              : json_object_get(item, part->member)) != NULL;
}

/* What is there goes to the contents. What is not is named together: a page of empty headings
 * helps nobody, and what is left out in silence might be taken for "not needed". */
static void contents(struct tong__page *p, const json_t *item, bool region)
{
	json_t *toc = tong__page_array(p, p->view, "contents");
	json_t *unknown = tong__page_array(p, p->view, "unknown_parts");

	for (const struct part *part = parts; part < parts + sizeof parts / sizeof *parts; part++) {
		if (has_part(p, item, part, region))
			contents_row(p, toc, part->id, part->word);
		else if (part->wanted)
			tong__page_add(p, unknown, json_string(tong__page_word(p, part->word)));
	}
	if (!region)
		contents_row(p, toc, "diqu", "h_region");
	contents_row(p, toc, "gengxin", "h_verify");
	tong__page_wrap(p, p->view, "unknown_parts");
	if (!json_object_get(p->view, "unknown_parts"))   /* nor that of what guides have in common */
		tong__page_set(p, p->view, "unknown_parts", json_false());
}

static void labels(struct tong__page *p, const json_t *item)
{
	json_t *view = tong__page_object(p, p->view, "labels"), *text;
	const char *state = tong__json_str(item, "state"), *type = tong__json_str(item, "type");
	const char *system = tong__json_str(item, "code_system");
	const json_t *result = json_object_get(item, "result");

	if (type)
		tong__page_str(p, view, "type", tong__page_label(p, "type", NULL, type));
	if (state && strcmp(state, "1") != 0)
		tong__page_str(p, view, "state", tong__page_label(p, "state", NULL, state));
	if (system)
		tong__page_str(p, view, "system", tong__page_label(p, "code_system", NULL, system));
	text = tong__page_labels(p, "levels", json_object_get(item, "levels"));
	if (text)
		tong__page_set(p, view, "levels", text);
	text = tong__page_labels(p, "served", json_object_get(item, "served"));
	if (text)
		tong__page_set(p, view, "served", text);
	if (tong__json_str(result, "type"))
		tong__page_str(p, view, "result", tong__page_label(p, "result", "type",
		                                                   tong__json_str(result, "type")));
}

static void themes(struct tong__page *p, const json_t *item)
{
	json_t *list = tong__page_array(p, p->view, "themes"), *theme, *rec, *row;
	const char *audience;
	size_t i;

	json_array_foreach(json_object_get(item, "themes"), i, theme) {
		rec = tong__page_get(p, "theme/", json_string_value(theme));
		if (rec) {
			row = tong__page_row(p, list);
			tong__page_str(p, row, "id", json_string_value(theme));
			tong__page_copy(p, row, rec, "name", NULL);
			audience = tong__json_str(rec, "audience");
			if (audience)
				tong__page_str(p, row, "audience", tong__page_word_of(p, "audience", audience));
		}
		json_decref(rec);
	}
}

static const char *name_of(const struct tong__page *p, const json_t *item)
{
	const char *name = tong__json_str(item, "name");

	return name ? name : tong__page_word(p, "no_name");
}

/* Questions in their own place of the view: a template asks once whether there are any. */
static void faq(struct tong__page *p, const json_t *item)
{
	const json_t *list = json_object_get(json_object_get(item, "sections"), "faq");

	if (json_array_size(list)) {
		tong__page_set(p, p->view, "faq", json_incref((json_t *)list));
		tong__page_wrap(p, p->view, "faq");
	}
}

/* For the head: a guide is an article of the day it was last changed. */
static void article(struct tong__page *p)
{
	const json_t *log = json_object_get(json_object_get(p->view, "changes"), "log");

	tong__page_article(p, tong__json_str(json_array_get(log, 0), "date"), NULL,
	                   tong__json_str(json_object_get(p->view, "labels"), "type"));
}

/* Everything but region, cases and the way to them. */
static int guide(struct tong__page *p, json_t *item, const char *code, bool region)
{
	tong__page_set(p, p->view, "item", json_incref(item));
	tong__page_str(p, p->view, "item_code", code);
	tong__page_str(p, p->view, "heading", name_of(p, item));
	labels(p, item);
	themes(p, item);
	tong__page_life(p, item);
	faq(p, item);
	tong__page_facts(p, item, NULL);
	tong__page_materials(p, item);
	tong__page_basis(p, item);
	tong__page_more(p, p->view, item, tong__item_elements, item_more);
	tong__page_linked_item(p, item);
	contents(p, item, region);
	tong__page_changes(p, code, 3);
	article(p);
	return fingerprint(p, code);
}

/* Regions that handle the item; those this catalogue does not know by name are left out. */
static void where(struct tong__page *p, const char *code)
{
	json_t *list = tong__page_array(p, p->view, "regions"), *region, *rec, *row;
	json_t *places = tong__page_get(p, "where/", code);
	size_t i;

	json_array_foreach(tong__json_arr(places, "regions"), i, region) {
		rec = tong__page_get(p, "region/", json_string_value(region));
		if (rec) {
			row = tong__page_row(p, list);
			tong__page_str(p, row, "code", json_string_value(region));
			tong__page_copy(p, row, rec, "name", "sample", NULL);
		}
		json_decref(rec);
	}
	tong__page_wrap(p, p->view, "regions");
	json_decref(places);
}

int tong__build_item(struct tong__page *p)
{
	const char *code = p->arg[0], *type;
	json_t *item = tong__page_get(p, "item/", code), *summary;
	int rc;

	if (!item)
		return tong__page_notfound(p);
	rc = guide(p, item, code, false);
	where(p, code);
	tong__page_linked(p, item, NULL, NULL);
	type = tong__json_str(item, "type");
	if (type) {
		tong__page_crumb(p,
		                 tong__page_word(p, strcmp(type, "20") == 0 ? "dir_public" : "dir_power"),
		                 strcmp(type, "20") == 0 ? "directories/public/" : "directories/power/");
	}
	summary = tong__page_say(p, "item_description", name_of(p, item));
	tong__page_title(p, name_of(p, item), tong__json_str(item, "summary")
	                                              ? tong__json_str(item, "summary")
	                                              : json_string_value(summary));
	json_decref(summary);
	json_decref(item);
	return rc;
}

static void region_title(struct tong__page *p, const json_t *item, const char *region)
{
	json_t *both = tong__page_text(p, name_of(p, item), tong__page_word(p, "title_comma"), region,
	                               NULL);
	json_t *about = tong__page_say(p, "item_description", json_string_value(both));

	tong__page_title(p, json_string_value(both), json_string_value(about));
	json_decref(both);
	json_decref(about);
}

/* What the guides of an item have in common in all regions. */
static int common_guide(struct tong__page *p)
{
	json_t *item = tong__page_get(p, "item/", p->arg[1]);
	int rc = item ? guide(p, item, p->arg[1], true) : tong__page_notfound(p);

	json_decref(item);
	return rc ? rc : tong__page_remember(p);
}

/* Regions whose crumbs stay: more than have guides of their own in a province. */
#define CRUMBS_KEPT 1024

/* The records that what is kept of a region is made of, for who writes down what a page is made
 * from: itself is the first of them. */
static void touch_regions(struct tong__page *p, const json_t *codes)
{
	const json_t *code;
	size_t i;

	json_array_foreach((json_t *)codes, i, code)
		tong__page_asked(p, "base", "region/", json_string_value(code));
}

/* The way down to the region: itself, and those above it. */
static json_t *codes_of(struct tong__page *p, const char *region)
{
	json_t *codes = json_array(), *rec = NULL;

	for (const char *code = region; code && json_array_size(codes) < 4;) {
		tong__page_add(p, codes, json_string(code));
		json_decref(rec);
		rec = tong__page_get(p, "region/", code);
		code = tong__json_str(rec, "parent");
	}
	json_decref(rec);
	return codes;
}

/* Guides of one item follow one another region by region, and then those of the next: with a
 * memory the crumbs of a region are made once. The region's record, NULL when there is none;
 * borrowed from *keep, which is the caller's. */
static const json_t *crumbs(struct tong__page *p, const char *region, json_t **keep)
{
	struct tong__site_memory *m = tong__page_foreign(p) ? NULL : p->memory;
	char key[sizeof p->root + TONG_MAX_KEY + 2];
	json_t *kept, *all;

	snprintf(key, sizeof key, "%s %s", p->root, region);
	kept = m ? json_object_get(m->crumbs, key) : NULL;
	if (kept) {
		touch_regions(p, json_array_get(kept, 0));
		tong__page_set(p, p->view, "crumbs", json_incref(json_array_get(kept, 1)));
		return json_array_get(*keep = json_incref(kept), 2);
	}
	*keep = tong__page_get(p, "region/", region);
	if (!*keep)
		return NULL;
	tong__page_crumbs_region(p, region, true);
	if (!m || p->err.code || p->nomem)
		return *keep;
	all = json_array();
	tong__page_add(p, all, codes_of(p, region));
	tong__page_add(p, all, json_incref(json_object_get(p->view, "crumbs")));
	tong__page_add(p, all, json_incref(*keep));
	tong__page_kept(p, &m->crumbs, CRUMBS_KEPT, key, all);
	return *keep;
}

static int region_guide(struct tong__page *p, const json_t *listing, const json_t *region)
{
	const json_t *cases = tong__json_arr(listing, "cases"), *first;
	const json_t *item = tong__page_member(p, "item");
	json_t *row = tong__page_object(p, p->view, "region");

	if (tong__page_facts_differ(cases)) {
		tong__page_facts(p, item, cases);
		contents(p, item, true);
	}
	tong__page_str(p, row, "code", p->arg[0]);
	tong__page_copy(p, row, region, "name", NULL);
	tong__page_cases(p, listing);
	first = json_array_get(json_object_get(p->view, "cases"), 0);
	tong__page_linked(p, item, region, json_object_get(first, "agency"));
	region_title(p, item,
	             tong__json_str(region, "name") ? tong__json_str(region, "name") : p->arg[0]);
	return p->err.code;
}

int tong__build_region_item(struct tong__page *p)
{
	json_t *listing = NULL, *keep = NULL;
	const json_t *region;
	int rc = tong__page_open_region(p, p->arg[0]);

	if (rc == 0 && !p->common)
		rc = common_guide(p);
	if (rc)
		return rc;
	region = crumbs(p, p->arg[0], &keep);
	rc = p->err.code;
	if (rc == 0 && region)
		listing = tong__page_local(p, "listing/", p->arg[1]);
	if (rc == 0)
		rc = listing ? region_guide(p, listing, region) : tong__page_notfound(p);
	json_decref(keep);
	json_decref(listing);
	return rc;
}
