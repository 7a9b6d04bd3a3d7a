/* Changes: the latest ones of the whole catalogue, and the log of one item. */
#include <stdlib.h>
#include <string.h>

#include "core/page.h"

/* Of changed texts on the page of all changes: with it the page stays well below 40 KiB packed. */
#define SHOWN (48u << 10)

/* Where an entry stands: its words, which may be long, are read for the few that are shown. */
struct entry {
	char code[TONG_MAX_KEY + 1], date[16];
	size_t nth;                /* in its item's log */
};

struct tong__changes {
	struct entry *at;
	size_t n, cap;
};

void tong__changes_free(struct tong__changes *all)
{
	if (all)
		free(all->at);
	free(all);
}

/* Newest first; on one day by code, and within one item as its log has them. */
static int compare(const void *x, const void *y)
{
	const struct entry *a = x, *b = y;
	int c = strcmp(b->date, a->date);

	if (c == 0)
		c = strcmp(a->code, b->code);
	return c ? c : (a->nth > b->nth) - (a->nth < b->nth);
}

static int add(struct tong__changes *all, const char *code, const char *date, size_t nth)
{
	if (all->n == all->cap) {
		size_t cap = all->cap ? 2 * all->cap : 256;
		struct entry *more = realloc(all->at, cap * sizeof *more);

		if (!more)
			return TONG_E_NOMEM;
		all->at = more;
		all->cap = cap;
	}
	all->at[all->n] = (struct entry){.nth = nth};
	strncat(all->at[all->n].code, code, TONG_MAX_KEY);
	strncat(all->at[all->n++].date, date, sizeof all->at->date - 1);
	return 0;
}

static int add_log(void *arg, const char *key, const json_t *rec)
{
	struct tong__changes *all = arg;
	json_t *one;
	size_t i;
	int rc = 0;

	json_array_foreach(json_object_get(rec, "log"), i, one)
		if (!rc && tong__json_str(one, "date"))
			rc = add(all, key + strlen("change/"), tong__json_str(one, "date"), i);
	return rc;
}

static int read_changes(struct tong__page *p, struct tong__changes **out)
{
	struct tong__changes *all = calloc(1, sizeof *all);
	int rc = all ? tong__page_each(p, "base", "change/", add_log, all) : TONG_E_NOMEM;

	if (rc) {
		tong__changes_free(all);
		return rc == TONG_E_NOMEM ? tong__fail_nomem(&p->err) : rc;
	}
	if (all->n)
		qsort(all->at, all->n, sizeof *all->at, compare);
	*out = all;
	return 0;
}

/* The changed texts of an entry, with the names of the elements in the page's language. */
static void tell_diff(struct tong__page *p, json_t *row, const json_t *diff)
{
	json_t *to = diff ? tong__page_array(p, row, "diff") : NULL, *one, *text;
	const struct tong__element *e;
	const char *name;
	size_t i;

	json_array_foreach((json_t *)diff, i, one) {
		text = tong__page_row(p, to);
		name = tong__json_str(one, "element");
		e = tong__element_find(tong__item_elements, name ? name : "");
		tong__page_str(p, text, "label", e ? tong__page_element(p, e) : NULL);
		tong__page_copy(p, text, one, "parts", NULL);
	}
}

/* Bytes of the words of a diff. */
static size_t weight(const json_t *diff)
{
	const json_t *one, *part, *words;
	const char *name;
	size_t i, j, n = 0;

	json_array_foreach((json_t *)diff, i, one)
		json_array_foreach(tong__json_arr(one, "parts"), j, part)
			json_object_foreach((json_t *)part, name, words)
				n += json_string_length(words);
	return n;
}

/* With a memory they are read once for the feeds of all regions and themes. */
static int kept_changes(struct tong__page *p, struct tong__changes **out)
{
	int rc = 0;

	if (p->memory->changes) {
		tong__page_keeps(p, TONG__KEPT_CHANGES, TONG__KEEP_USE);
	} else {
		tong__page_keeps(p, TONG__KEPT_CHANGES, TONG__KEEP_BEGIN);
		rc = read_changes(p, &p->memory->changes);
		tong__page_keeps(p, TONG__KEPT_CHANGES, TONG__KEEP_END);
	}
	*out = p->memory->changes;
	return rc;
}

/* *room: how many bytes of changed texts the page still shows; a longer change is only told of. */
static void add_entry(struct tong__page *p, json_t *groups, const struct entry *e, size_t *room)
{
	json_t *group = json_array_get(groups, json_array_size(groups) - 1), *row;
	json_t *log = tong__page_get(p, "change/", e->code);
	const json_t *entry = json_array_get(tong__json_arr(log, "log"), e->nth);
	const json_t *diff = *room ? tong__json_arr(entry, "diff") : NULL;
	const char *last = tong__json_str(group, "date");
	json_t *brief = tong__page_brief(p, e->code);
	size_t n = weight(diff);

	if (!last || strcmp(last, e->date) != 0) {
		group = tong__page_row(p, groups);
		tong__page_str(p, group, "date", e->date);
		tong__page_array(p, group, "rows");
	}
	row = tong__page_row(p, json_object_get(group, "rows"));
	tong__page_str(p, row, "code", e->code);
	tong__page_copy(p, row, brief, "name", NULL);
	tong__page_copy(p, row, entry, "what", "commit", NULL);
	if (diff && n < *room) {
		tell_diff(p, row, diff);
		*room -= n;
	} else if (diff) {
		tong__page_true(p, row, "longer");
	}
	json_decref(log);
	json_decref(brief);
}

static int latest(struct tong__page *p, size_t most,
                  bool (*wants)(struct tong__page *, const char *code), size_t room)
{
	bool keep = p->memory && !tong__page_foreign(p);
	json_t *groups = tong__page_array(p, p->view, "latest");
	struct tong__changes *all = NULL;
	int rc = keep ? kept_changes(p, &all) : read_changes(p, &all);

	for (size_t i = 0, n = 0; rc == 0 && i < all->n && n < most; i++) {
		if (wants && !wants(p, all->at[i].code))
			continue;
		add_entry(p, groups, &all->at[i], &room);
		n++;
	}
	if (!keep)
		tong__changes_free(all);
	tong__page_wrap(p, p->view, "latest");
	return rc ? rc : p->err.code;
}

int tong__page_latest(struct tong__page *p, size_t most,
                      bool (*wants)(struct tong__page *, const char *code))
{
	return latest(p, most, wants, 0);
}

int tong__build_changes(struct tong__page *p)
{
	tong__page_title(p, tong__page_word(p, "changes_title"),
	                 tong__page_word(p, "changes_description"));
	tong__page_feed(p, "", "");
	return latest(p, 100, NULL, SHOWN);
}

static json_t *told_log(struct tong__page *p, const json_t *log)
{
	json_t *list = json_array(), *entry, *row;
	size_t i;

	json_array_foreach((json_t *)log, i, entry) {
		row = tong__page_row(p, list);
		tong__page_copy(p, row, entry, "date", "what", NULL);
		tell_diff(p, row, json_object_get(entry, "diff"));
	}
	return list;
}

int tong__build_change(struct tong__page *p)
{
	const char *code = p->arg[0], *name;
	json_t *rec = tong__page_get(p, "change/", code), *brief, *title;

	if (!rec)
		return tong__page_notfound(p);
	brief = tong__page_brief(p, code);
	name = tong__json_str(brief, "name");
	tong__page_str(p, p->view, "item_code", code);
	tong__page_str(p, p->view, "heading", name ? name : tong__page_word(p, "no_name"));
	if (brief)
		tong__page_true(p, p->view, "current");
	tong__page_set(p, p->view, "log", told_log(p, tong__json_arr(rec, "log")));
	title = tong__page_say(p, "change_title", name ? name : code);
	tong__page_title(p, json_string_value(title), tong__page_word(p, "change_description"));
	tong__page_crumb(p, tong__page_word(p, "changes"), "changes/");
	json_decref(title);
	json_decref(brief);
	json_decref(rec);
	return p->err.code;
}
