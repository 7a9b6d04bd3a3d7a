/* Parts of a guide: what to bring, the law it rests on, where it is handled, what changed. */
#include <stdio.h>
#include <string.h>

#include "core/page.h"

/* ---- materials ---- */

static void detail(struct tong__page *p, json_t *details, const char *text)
{
	if (text && *text)
		tong__page_add(p, details, json_string(text));
}

static void copies(struct tong__page *p, json_t *details, const json_t *m)
{
	const json_t *original = json_object_get(m, "original");
	const char *word = json_is_boolean(original)
	                       ? tong__page_word(p, json_is_true(original) ? "original" : "copy")
	                       : "";
	json_int_t n = tong__json_int(m, "copies", -1);
	json_t *number = n < 0 ? NULL : tong__page_count(p, n, "copies");

	if (*word || number)
		tong__page_add(p, details, tong__page_text(p, word, *word && number ? " " : "",
		                                           number ? json_string_value(number) : "", NULL));
	json_decref(number);
}

/* The article a demand rests on: its name and, when the law is in the catalogue, a link to it. */
static void rests_on(struct tong__page *p, json_t *row, const json_t *basis)
{
	const char *id = tong__json_str(basis, "law"), *article = tong__json_str(basis, "article");
	json_t *law = tong__page_get_lean(p, "law/", id);
	const char *title = tong__json_str(law, "short");

	if (!title)
		title = tong__json_str(law, "title");
	if (!title)
		title = tong__json_str(basis, "title");
	tong__page_str(p, row, "law_title", title);
	tong__page_str(p, row, "article", article);
	if (law)
		tong__page_str(p, row, "law", id);
	json_decref(law);
}

static void material(struct tong__page *p, json_t *list, const json_t *m)
{
	json_t *row = tong__page_row(p, list), *details = tong__page_array(p, row, "details"), *rec;
	const char *id = tong__json_str(m, "material"), *need = tong__json_str(m, "need");
	const char *form = tong__json_str(m, "form");
	const json_t *basis = json_object_get(m, "basis");

	rec = tong__page_get_lean(p, "material/", id);
	tong__page_copy(p, row, m, "name", "note", NULL);
	if (rec) {
		tong__page_str(p, row, "id", id);
		tong__page_copy(p, row, rec, "name", NULL);
		if (tong__json_str(rec, "source"))
			detail(p, details,
			       tong__page_word_of(p, "material_source", tong__json_str(rec, "source")));
		if (tong__json_str(rec, "licence"))
			detail(p, details, tong__page_word(p, "licence_instead"));
	}
	json_decref(rec);
	copies(p, details, m);
	tong__page_copy(p, row, m, "blank_url", "sample_url", NULL);
	if (form)
		detail(p, details, tong__page_label(p, "materials", "form", form));
	if (json_array_size(details) == 0)
		detail(p, details, tong__page_word(p, "no_copies"));
	if (need && strcmp(need, "1") != 0)
		tong__page_str(p, row, "need", tong__page_label(p, "materials", "need", need));
	if (basis)
		rests_on(p, tong__page_object(p, row, "basis"), basis);
}

void tong__page_materials(struct tong__page *p, const json_t *item)
{
	json_t *list = tong__page_array(p, p->view, "materials"), *m;
	size_t i;

	json_array_foreach(json_object_get(item, "materials"), i, m)
		material(p, list, m);
	tong__page_wrap(p, p->view, "materials");
}

/* ---- the law ---- */

static const char *article_text(const json_t *law, const char *article)
{
	const json_t *one;
	const char *name;
	size_t i;

	json_array_foreach(json_object_get(law, "articles"), i, one) {
		name = tong__json_str(one, "article");
		if (name && article && strcmp(name, article) == 0)
			return tong__json_str(one, "text");
	}
	return NULL;
}

void tong__page_basis(struct tong__page *p, const json_t *item)
{
	json_t *list = tong__page_array(p, p->view, "basis"), *one, *row, *law;
	size_t i;

	json_array_foreach(json_object_get(item, "basis"), i, one) {
		const char *id = tong__json_str(one, "law"), *article = tong__json_str(one, "article");
		const char *title;

		row = tong__page_row(p, list);
		law = tong__page_get_lean(p, "law/", id);
		title = tong__json_str(law, "title");
		tong__page_str(p, row, "law_title", title ? title : tong__json_str(one, "title"));
		tong__page_str(p, row, "article", article);
		if (law) {
			tong__page_str(p, row, "law", id);
			tong__page_str(p, row, "text", article_text(law, article));
		}
		json_decref(law);
	}
	tong__page_wrap(p, p->view, "basis");
}

/* ---- places ---- */

static const json_t *window_of(const json_t *hall, const char *id)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(hall, "windows"), i, one) {
		const char *own = tong__json_str(one, "id");

		if (own && id && strcmp(own, id) == 0)
			return one;
	}
	return NULL;
}

#define PLACES_KEPT 8192     /* windows of halls, agencies: more than guides of a province name */

/* What a guide shows of a hall and one of its windows; 'sample' when the hall is one. */
static json_t *new_place(struct tong__page *p, const json_t *hall, const char *window_id)
{
	const json_t *window = window_of(hall, window_id);
	const char *number = tong__json_str(window, "number");
	json_t *made = json_object(), *row = tong__page_object(p, made, "row"), *view;

	if (tong__json_bool(hall, "sample"))
		tong__page_true(p, made, "sample");
	tong__page_copy(p, row, hall, "address", "hours", "phone", "transport", NULL);
	tong__page_str(p, row, "hall", tong__json_str(hall, "name"));
	if (window) {
		view = tong__page_object(p, row, "window");
		tong__page_copy(p, view, window, "name", NULL);
		if (number)
			tong__page_set(p, view, "number", tong__page_say(p, "window_number", number));
	}
	return made;
}

/* The same, made once with a memory: a new reference. */
static json_t *place_of(struct tong__page *p, const char *hall_id, const char *window)
{
	struct tong__site_memory *m = tong__page_foreign(p) ? NULL : p->memory;
	char key[TONG_MAX_ROLE_NAME + 2 * TONG_MAX_KEY];
	json_t *kept = NULL, *hall, *made;

	if ((size_t)snprintf(key, sizeof key, "%s %s/%s", p->layer, hall_id, window ? window : "") >=
	    sizeof key)
		m = NULL;
	kept = m ? json_object_get(m->places, key) : NULL;
	if (kept) {
		tong__page_asked(p, p->layer, "hall/", hall_id);
		p->sample = p->sample || tong__json_bool(kept, "sample");
		return json_incref(kept);
	}
	hall = tong__page_local(p, "hall/", hall_id);
	made = new_place(p, hall, window);
	json_decref(hall);
	if (m && !p->err.code && !p->nomem)
		tong__page_kept(p, &m->places, PLACES_KEPT, key, json_incref(made));
	return made;
}

/* What the case says itself comes before what its hall says. */
static void place(struct tong__page *p, json_t *row, const json_t *one)
{
	const char *hall = tong__json_str(one, "hall"), *name;
	json_t *kept = hall ? place_of(p, hall, tong__json_str(one, "window")) : NULL, *value;

	json_object_foreach(json_object_get(kept, "row"), name, value)
		tong__page_set(p, row, name, json_incref(value));
	tong__page_copy(p, row, one, "address", "hours", "phone", "transport", "complaint_phone", NULL);
	json_decref(kept);
}

static json_t *new_agency(struct tong__page *p, const char *id)
{
	json_t *rec = tong__page_get(p, "agency/", id), *view = NULL;

	if (rec) {
		view = json_object();
		p->nomem = p->nomem || !view;
		tong__page_copy(p, view, rec, "name", "phone", NULL);
	}
	json_decref(rec);
	return view;
}

/* {name, phone}, NULL for an agency without a record: a new reference. Made once with a memory. */
static json_t *agency_of(struct tong__page *p, const char *id)
{
	struct tong__site_memory *m = tong__page_foreign(p) ? NULL : p->memory;
	json_t *view = m ? json_object_get(m->agency_views, id) : NULL;

	if (view) {
		tong__page_asked(p, "base", "agency/", id);
		return json_incref(view);
	}
	view = new_agency(p, id);
	if (m && view && !p->err.code && !p->nomem)
		tong__page_kept(p, &m->agency_views, PLACES_KEPT, id, json_incref(view));
	return view;
}

static void agency(struct tong__page *p, json_t *row, const json_t *one)
{
	const char *id = tong__json_str(one, "agency");
	json_t *view = id ? agency_of(p, id) : NULL;

	if (view) {
		tong__page_str(p, row, "agency_id", id);
		tong__page_set(p, row, "agency", view);
	} else if (id) {
		tong__page_copy(p, row, one, "agency", NULL);
	}
}

/* "www.sczwfw.gov.cn" of a link: a button names the site it leads to. */
static void outside(struct tong__page *p, json_t *row, const char *name, const char *url)
{
	const char *host = url ? strstr(url, "://") : NULL;
	json_t *link;

	if (!host)
		return;
	host += 3;
	link = tong__page_object(p, row, name);
	tong__page_str(p, link, "url", url);
	tong__page_set(p, link, "host", json_stringn(host, strcspn(host, "/?#")));
}

static void case_elements(struct tong__page *p, json_t *row, const json_t *one)
{
	const char *type = tong__json_str(one, "case_type");
	const json_t *visits = json_object_get(one, "visits");
	json_t *limit = tong__page_limit(p, json_object_get(one, "limit_promised"));

	if (limit)
		tong__page_set(p, row, "limit", limit);
	if (type)
		tong__page_str(p, row, "case_type", tong__page_label(p, "case_type", NULL, type));
	if (json_is_integer(visits) && json_integer_value(visits) == 0)
		tong__page_str(p, row, "visits", tong__page_word(p, "no_visit"));
	else if (json_is_integer(visits))
		tong__page_set(p, row, "visits",
		               tong__page_count(p, json_integer_value(visits), "visit_times"));
}

/* The button of the first screen. */
static void first_online(struct tong__page *p, const json_t *list)
{
	const json_t *row;
	size_t i;

	json_array_foreach((json_t *)list, i, row) {
		if (json_object_get(row, "online")) {
			tong__page_copy(p, p->view, row, "online", NULL);
			return;
		}
	}
}

static const char *const case_more[] = {
	"handle_form", "booking", "pay_online", "courier", "kiosk", "body_nature", "power_source",
	"entrusted_by", "other_agencies", "review_body", "litigation_court", "source", "note", NULL
};

void tong__page_cases(struct tong__page *p, const json_t *listing)
{
	json_t *list = tong__page_array(p, p->view, "cases"), *one, *row;
	const json_t *cases = json_object_get(listing, "cases");
	size_t i;

	json_array_foreach((json_t *)cases, i, one) {
		row = tong__page_row(p, list);
		tong__page_copy(p, row, one, "published_name", "published_code", "org_code",
		                "implementing_code", NULL);
		agency(p, row, one);
		place(p, row, one);
		tong__page_more(p, row, one, tong__listing_elements, case_more);
		if (json_array_size(cases) > 1)
			case_elements(p, row, one);
		outside(p, row, "online", tong__json_str(one, "online_url"));
		outside(p, row, "portal", tong__json_str(one, "portal_url"));
		if (tong__json_str(one, "level"))
			tong__page_str(p, row, "level",
			               tong__page_label(p, "levels", NULL, tong__json_str(one, "level")));
	}
	if (json_array_size(list) > 1)
		tong__page_true(p, p->view, "several");
	first_online(p, list);
}

struct halls {
	struct tong__page *p;
	json_t *list;
};

static int add_hall(void *arg, const char *key, const json_t *rec)
{
	struct halls *to = arg;
	json_t *row = tong__page_row(to->p, to->list);

	if (tong__json_bool(rec, "sample"))
		to->p->sample = true;
	tong__page_str(to->p, row, "id", key + strlen("hall/"));
	tong__page_copy(to->p, row, rec, "name", "address", "hours", "phone", "transport", "windows",
	                NULL);
	return 0;
}

void tong__page_halls(struct tong__page *p, json_t *obj)
{
	struct halls to = {p, tong__page_array(p, obj, "halls")};

	tong__page_each(p, p->layer, "hall/", add_hall, &to);
	tong__page_wrap(p, obj, "halls");
}

/* ---- changes ---- */

void tong__page_changes(struct tong__page *p, const char *code, size_t most)
{
	json_t *rec = tong__page_get(p, "change/", code), *log = tong__json_arr(rec, "log"), *changes,
		   *list;
	size_t n = json_array_size(log);

	if (n) {
		changes = tong__page_object(p, p->view, "changes");
		tong__page_int(p, changes, "n", n);
		list = tong__page_array(p, changes, "log");
		for (size_t i = 0; i < n && i < most; i++)
			tong__page_add(p, list, json_incref(json_array_get(log, i)));
		if (n > most)
			tong__page_true(p, changes, "more");
	}
	json_decref(rec);
}
