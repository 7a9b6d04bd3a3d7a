/* Atom feeds of changes: of the whole catalogue, of a region's items, of a theme and of one item. A
 * feed has no clock: its dates are those of commits (promise P6), its ids never change. */
#include <stdio.h>
#include <string.h>

#include "core/hash.h"
#include "core/page.h"

enum { ENTRIES = 50 };

/* A name-based UUID of version 8: the first 16 bytes of the SHA-256 of what is named. It needs no
 * host, so an entry stays the same when the site moves. */
static void set_id(struct tong__page *p, json_t *obj, const char *a, const char *b, const char *c)
{
	json_t *name = tong__page_text(p, "tong:", a, "\n", b ? b : "", "\n", c ? c : "", NULL);
	char hex[2 * 16 + 1], id[64];
	struct tong__hash hash;

	if (!name)
		return;
	tong__sha256(json_string_value(name), json_string_length(name), &hash);
	hash.b[6] = (unsigned char)((hash.b[6] & 0x0f) | 0x80);
	hash.b[8] = (unsigned char)((hash.b[8] & 0x3f) | 0x80);
	tong__hex(hash.b, 16, hex);
	snprintf(id, sizeof id, "urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16,
	         hex + 20);
	tong__page_str(p, obj, "id", id);
	json_decref(name);
}

static void set_time(struct tong__page *p, json_t *obj, const char *date)
{
	tong__page_set(p, obj, "updated",
	               tong__page_text(p, date ? date : "1970-01-01", "T00:00:00Z", NULL));
}

/* The rows of view.latest as entries; the newest date is the feed's. */
static void entries(struct tong__page *p, json_t *feed)
{
	const json_t *groups = json_object_get(json_object_get(p->view, "latest"), "list"), *group;
	json_t *list = tong__page_array(p, p->view, "entries"), *row;
	size_t i, j;

	json_array_foreach((json_t *)groups, i, group) {
		const char *date = tong__json_str(group, "date");

		if (i == 0)
			set_time(p, feed, date);
		json_array_foreach(json_object_get(group, "rows"), j, row) {
			const char *code = tong__json_str(row, "code");

			set_id(p, row, "change", code, tong__json_str(row, "commit"));
			set_time(p, row, date);
			tong__page_add(p, list, json_incref(row));
		}
	}
	if (json_array_size(groups) == 0)
		set_time(p, feed, NULL);
}

/* Whether there is a listing; what it says nobody asks. */
static bool of_region(struct tong__page *p, const char *code)
{
	char key[2 * TONG_MAX_KEY];
	struct tong__buf line;
	int rc;

	tong__buf_init(&line, TONG_MAX_RECORD);
	snprintf(key, sizeof key, "listing/%.128s", code);
	rc = p->reader->line(p->reader->user, p->layer, key, &line, &p->err);
	tong__buf_free(&line);
	if (rc == TONG_E_NOTFOUND)
		p->err.code = 0;
	return rc == 0;
}

static bool of_theme(struct tong__page *p, const char *code)
{
	json_t *brief = tong__page_brief(p, code), *theme;
	bool is = false;
	size_t i;

	json_array_foreach(tong__json_arr(brief, "themes"), i, theme)
		is = is || (json_is_string(theme) && strcmp(json_string_value(theme), p->arg[0]) == 0);
	json_decref(brief);
	return is;
}

/* view.latest is there; 'name' is whose changes these are, 'page' where people read of them. */
static int fill(struct tong__page *p, const char *name, const char *page)
{
	json_t *feed = tong__page_object(p, p->view, "feed");

	tong__page_set(p, feed, "title", tong__page_say(p, "feed_title", name));
	tong__page_set(p, feed, "page", tong__page_text(p, tong__page_link_root(p), page, NULL));
	tong__page_set(p, feed, "self", tong__page_text(p, tong__page_link_root(p), p->url + 1, NULL));
	tong__page_str(p, p->view, "link_root", tong__page_link_root(p));
	set_id(p, feed, "feed", p->url, NULL);
	entries(p, feed);
	return p->err.code;
}

int tong__build_feed(struct tong__page *p)
{
	const char *title = tong__json_str(p->catalogue, "title");
	int rc = tong__page_latest(p, ENTRIES, NULL);

	return rc ? rc : fill(p, title ? title : tong__page_word(p, "find"), "changes/");
}

/* The feed of one thing with a name, at the page prefix + its id. */
static int feed_of(struct tong__page *p, const json_t *rec, const char *prefix)
{
	json_t *page = tong__page_text(p, prefix, p->arg[0], "/", NULL);
	const char *name = tong__json_str(rec, "name");
	int rc;

	if (!rec)
		rc = tong__page_notfound(p);
	else if (!page)
		rc = tong__fail_nomem(&p->err);
	else
		rc = fill(p, name ? name : p->arg[0], json_string_value(page));
	json_decref(page);
	return rc;
}

int tong__build_feed_region(struct tong__page *p)
{
	int rc = tong__page_open_region(p, p->arg[0]);
	json_t *rec = rc || !p->layer[0] ? NULL : tong__page_get(p, "region/", p->arg[0]);

	if (rec)
		rc = tong__page_latest(p, ENTRIES, of_region);
	if (rc == 0)
		rc = feed_of(p, rec, "regions/");
	json_decref(rec);
	return rc;
}

int tong__build_feed_theme(struct tong__page *p)
{
	json_t *rec = tong__page_get(p, "theme/", p->arg[0]);
	int rc = rec ? tong__page_latest(p, ENTRIES, of_theme) : 0;

	if (rc == 0)
		rc = feed_of(p, rec, "themes/");
	json_decref(rec);
	return rc;
}

/* The log of the item as view.latest. */
static void own_log(struct tong__page *p, const json_t *log, const json_t *brief)
{
	json_t *list = tong__page_array(p, p->view, "latest"), *entry, *group, *row;
	size_t i;

	json_array_foreach(tong__json_arr(log, "log"), i, entry) {
		group = tong__page_row(p, list);
		tong__page_copy(p, group, entry, "date", NULL);
		row = tong__page_row(p, tong__page_array(p, group, "rows"));
		tong__page_copy(p, row, brief, "code", "name", NULL);
		tong__page_copy(p, row, entry, "what", "commit", NULL);
	}
	tong__page_wrap(p, p->view, "latest");
}

int tong__build_feed_item(struct tong__page *p)
{
	json_t *log = tong__page_get(p, "change/", p->arg[0]);
	json_t *rec = log ? tong__page_brief(p, p->arg[0]) : NULL;
	int rc;

	if (rec)
		own_log(p, log, rec);
	rc = feed_of(p, rec, "items/");
	json_decref(rec);
	json_decref(log);
	return rc;
}

/* Items of which a change is known. */
static int emit_item(void *arg, const char *key, struct tong__str line)
{
	char brief[2 * TONG_MAX_KEY];
	struct tong__urls *u = arg;
	json_t *item;

	(void)line;
	snprintf(brief, sizeof brief, "brief/%.128s", key + strlen("change/"));
	item = u->reader->get(u->reader->user, "derived", brief, u->err);
	json_decref(item);
	return item ? tong__urls_emit(u, key + strlen("change/"), NULL) : u->err->code;
}

int tong__list_feed_items(struct tong__urls *u)
{
	return u->reader->scan(u->reader->user, "base", "change/", "", emit_item, u, u->err);
}
