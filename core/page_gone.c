/* Codes that are not, or no longer, an item's own: aliases lead on, retired codes say what took
 * their place; and both as lists for web servers that can answer 301. */
#include <string.h>

#include "core/page.h"

/* 'where' is the folder of items: "items/" or "regions/R/items/". */
static int alias_page(struct tong__page *p, const char *alias, const char *code, const char *where)
{
	json_t *brief = code ? tong__page_brief(p, code) : NULL, *title;
	const char *name = tong__json_str(brief, "name");

	if (!brief)
		return tong__page_notfound(p);
	if (!name)
		name = tong__page_word(p, "no_name");
	title = tong__page_text(p, alias, " ", name, NULL);
	tong__page_title(p, json_string_value(title), tong__page_word(p, "alias_description"));
	tong__page_str(p, p->view, "heading", name);
	tong__page_str(p, p->view, "alias", alias);
	tong__page_str(p, p->view, "redirect", code);
	tong__page_set(p, p->view, "redirect_root", tong__page_text(p, p->root, where, NULL));
	json_decref(title);
	json_decref(brief);
	return p->err.code;
}

int tong__build_alias(struct tong__page *p)
{
	json_t *alias = tong__page_get(p, "alias/", p->arg[0]);
	int rc = alias_page(p, p->arg[0], tong__json_str(alias, "item"), "items/");

	json_decref(alias);
	return rc;
}

int tong__build_region_alias(struct tong__page *p)
{
	json_t *alias = NULL, *listing = NULL, *where;
	int rc = tong__page_open_region(p, p->arg[0]);

	if (rc)
		return rc;
	alias = tong__page_get(p, "alias/", p->arg[1]);
	if (tong__json_str(alias, "item"))
		listing = tong__page_local(p, "listing/", tong__json_str(alias, "item"));
	where = tong__page_text(p, "regions/", p->arg[0], "/items/", NULL);
	if (!where)
		rc = tong__fail_nomem(&p->err);
	else if (listing)
		rc = alias_page(p, p->arg[1], tong__json_str(alias, "item"), json_string_value(where));
	else
		rc = tong__page_notfound(p);
	json_decref(where);
	json_decref(listing);
	json_decref(alias);
	return rc;
}

/* ---- other codes, listed below each region that has the item ---- */

static int keep_alias(void *arg, const char *key, const json_t *rec)
{
	json_t *item = json_object_get(rec, "item");

	if (!json_is_string(item))
		return 0;
	return json_object_set(arg, key + strlen("alias/"), item) ? TONG_E_NOMEM : 0;
}

static int keep_listing(void *arg, const char *key, struct tong__str line)
{
	(void)line;
	return json_object_set_new(arg, key + strlen("listing/"), json_true()) ? TONG_E_NOMEM : 0;
}

/* The aliases are read once for all regions. */
static int read_aliases(struct tong__urls *u)
{
	if (u->aliases)
		return 0;
	u->aliases = json_object();
	if (!u->aliases)
		return tong__fail_nomem(u->err);
	return u->reader->each(u->reader->user, "base", "alias/", keep_alias, u->aliases, u->err);
}

int tong__list_region_aliases(struct tong__urls *u)
{
	json_t *here = json_object(), *item;
	const char *alias;
	int rc = read_aliases(u);

	if (rc == 0)
		rc = here ? tong__urls_scan_local(u, "listing/", keep_listing, here)
		          : tong__fail_nomem(u->err);
	json_object_foreach(u->aliases, alias, item)
		if (rc == 0 && json_object_get(here, json_string_value(item)))
			rc = tong__urls_emit(u, u->region, alias);
	json_decref(here);
	return rc;
}

/* ---- retired codes ---- */

static void successors(struct tong__page *p, const json_t *change)
{
	json_t *list = tong__page_array(p, p->view, "successors"), *code, *brief, *row;
	size_t i;

	json_array_foreach(tong__json_arr(change, "replaced_by"), i, code) {
		brief = tong__page_brief(p, json_string_value(code));
		if (brief) {
			row = tong__page_row(p, list);
			tong__page_copy(p, row, brief, "code", "name", NULL);
		}
		json_decref(brief);
	}
	tong__page_wrap(p, p->view, "successors");
}

/* A code that is an item's, or an alias, has another page. */
static bool gone(const struct tong__reader *reader, const char *code, tong_error *err)
{
	static const char *const now[][2] = {{"derived", "brief/"}, {"base", "alias/"}};
	bool found = false;

	for (size_t i = 0; !found && !err->code && i < 2; i++) {
		char key[2 * TONG_MAX_KEY];
		json_t *rec;

		strcpy(key, now[i][1]);
		strncat(key, code, TONG_MAX_KEY);
		rec = strlen(key) > TONG_MAX_KEY ? NULL : reader->get(reader->user, now[i][0], key, err);
		found = rec != NULL;
		json_decref(rec);
	}
	return !found && !err->code;
}

int tong__build_gone(struct tong__page *p)
{
	const char *code = p->arg[0], *name;
	json_t *change = tong__page_get(p, "change/", code), *title;

	if (!change || !gone(p->reader, code, &p->err)) {
		json_decref(change);
		return tong__page_notfound(p);
	}
	name = tong__json_str(change, "name");
	title = tong__page_say(p, "gone_title", name ? name : code);
	tong__page_title(p, json_string_value(title), tong__page_word(p, "gone_description"));
	tong__page_str(p, p->view, "heading", name ? name : code);
	tong__page_str(p, p->view, "item_code", code);
	tong__page_set(p, p->view, "log", json_incref(json_object_get(change, "log")));
	successors(p, change);
	tong__page_true(p, p->view, "noindex");
	json_decref(title);
	json_decref(change);
	return p->err.code;
}

static int emit_gone(void *arg, const char *key, struct tong__str line)
{
	struct tong__urls *u = arg;
	const char *code = key + strlen("change/");

	(void)line;
	if (!gone(u->reader, code, u->err))
		return u->err->code;
	return tong__urls_emit(u, code, NULL);
}

int tong__list_gone(struct tong__urls *u)
{
	return u->reader->scan(u->reader->user, "base", "change/", "", emit_gone, u, u->err);
}

/* ---- lists for web servers ---- */

struct lines {
	struct tong__page *p;
	struct tong__buf *out;
	bool map;
};

/* One form is read by static hosts (_redirects), the other by nginx (map). A region is whatever
 * stands there. */
static int add_line(struct lines *l, const char *from, const char *to)
{
	if (l->map)
		return tong__buf_addf(l->out,
		                      "/items/%s/ /items/%s/;\n"
		                      "~^/regions/([0-9]+)/items/%s/$ /regions/$1/items/%s/;\n",
		                      from, to, from, to);
	return tong__buf_addf(l->out,
	                      "/items/%s/ /items/%s/ 301\n"
	                      "/regions/:region/items/%s/ /regions/:region/items/%s/ 301\n",
	                      from, to, from, to);
}

static int add_alias(void *arg, const char *key, const json_t *rec)
{
	const char *code = tong__json_str(rec, "item");

	return code ? add_line(arg, key + strlen("alias/"), code) : 0;
}

/* A retired code with one successor leads there; one that was split must be read. */
static int add_gone(void *arg, const char *key, const json_t *rec)
{
	const json_t *codes = tong__json_arr(rec, "replaced_by");
	const char *to = json_string_value(json_array_get(codes, 0));
	struct lines *l = arg;

	if (json_array_size(codes) != 1 || !to ||
	    !gone(l->p->reader, key + strlen("change/"), &l->p->err))
		return l->p->err.code;
	return add_line(l, key + strlen("change/"), to);
}

static int lines(struct tong__page *p, struct tong__buf *out, bool map)
{
	struct lines l = {p, out, map};
	int rc = tong__buf_adds(out, map ? "# nginx: map $uri $moved { include redirects.map; }\n"
	                                 : "# from, to, status\n");

	if (rc == 0)
		rc = tong__page_each(p, "base", "alias/", add_alias, &l);
	return rc ? rc : tong__page_each(p, "base", "change/", add_gone, &l);
}

int tong__write_redirects(struct tong__page *p, struct tong__buf *out)
{
	return lines(p, out, false);
}

int tong__write_redirect_map(struct tong__page *p, struct tong__buf *out)
{
	return lines(p, out, true);
}
