/* What a catalogue may hold beside its items: notices and intermediaries. */
#include <stdlib.h>
#include <string.h>

#include "core/page.h"

/* ---- the list of addresses: a page is there when it has something to show ---- */

struct any {
	struct tong__urls *u;
	bool found;
};

static int emit_once(void *arg, const char *key, const json_t *rec)
{
	struct any *any = arg;

	(void)key, (void)rec;
	if (any->found)
		return 0;
	any->found = true;
	return tong__urls_emit(any->u, NULL, NULL);
}

int tong__list_if_any(struct tong__urls *u)
{
	struct any any = {u, false};

	return u->reader->each(u->reader->user, "base", u->kind->prefix, emit_once, &any, u->err);
}

/* ---- notices ---- */

struct rows {
	struct tong__page *p;
	json_t *list;
};

static int add_notice(void *arg, const char *key, const json_t *rec)
{
	struct rows *to = arg;
	json_t *row = tong__page_row(to->p, to->list);

	tong__page_str(to->p, row, "id", key + strlen("notice/"));
	tong__page_copy(to->p, row, rec, "title", "date", "issuer", NULL);
	return 0;
}

static int newest_first(const void *x, const void *y)
{
	const json_t *a = *(json_t *const *)x, *b = *(json_t *const *)y;
	const char *day = tong__json_str(a, "date"), *other = tong__json_str(b, "date");
	int c = strcmp(other ? other : "", day ? day : "");

	return c ? c : strcmp(tong__json_str(a, "id"), tong__json_str(b, "id"));
}

static void sort_rows(struct tong__page *p, json_t *list)
{
	size_t n = json_array_size(list);
	json_t **rows;

	if (n < 2 || p->nomem)
		return;
	rows = calloc(n, sizeof *rows);
	if (!rows) {
		p->nomem = true;
		return;
	}
	for (size_t i = 0; i < n; i++)
		rows[i] = json_incref(json_array_get(list, i));
	qsort(rows, n, sizeof *rows, newest_first);
	for (size_t i = 0; i < n; i++)
		json_array_set_new(list, i, rows[i]);
	free(rows);
}

int tong__build_notices(struct tong__page *p)
{
	struct rows to = {p, tong__page_array(p, p->view, "rows")};
	int rc = tong__page_each(p, "base", "notice/", add_notice, &to);

	if (rc == 0 && !p->nomem && json_array_size(to.list) == 0)
		return tong__page_notfound(p);
	sort_rows(p, to.list);
	tong__page_title(p, tong__page_word(p, "notices"), tong__page_word(p, "notices_description"));
	return rc;
}

int tong__build_notice(struct tong__page *p)
{
	json_t *rec = tong__page_get(p, "notice/", p->arg[0]);
	const char *title = tong__json_str(rec, "title");

	if (!rec)
		return tong__page_notfound(p);
	tong__page_title(p, title ? title : p->arg[0], tong__page_word(p, "notices_description"));
	tong__page_copy(p, p->view, rec, "date", "number", "issuer", "source", NULL);
	tong__page_str(p, p->view, "body_html", tong__json_str(rec, "html"));
	tong__page_article(p, tong__json_str(rec, "date"), tong__json_str(rec, "issuer"), NULL);
	tong__page_crumb(p, tong__page_word(p, "notices"), "notices/");
	json_decref(rec);
	return p->err.code;
}

/* ---- intermediaries ---- */

static int add_intermediary(void *arg, const char *key, const json_t *rec)
{
	struct rows *to = arg;
	json_t *row = tong__page_row(to->p, to->list), *region, *place;

	tong__page_str(to->p, row, "id", key + strlen("intermediary/"));
	tong__page_copy(to->p, row, rec, "name", "uscc", "service", "phone", "address", "source",
	                "note", NULL);
	region = tong__json_str(rec, "region")
	             ? tong__page_get(to->p, "region/", tong__json_str(rec, "region"))
	             : NULL;
	if (region) {
		place = tong__page_object(to->p, row, "region");
		tong__page_copy(to->p, place, region, "name", NULL);
		tong__page_str(to->p, place, "code", tong__json_str(rec, "region"));
	}
	json_decref(region);
	return to->p->err.code;
}

int tong__build_intermediaries(struct tong__page *p)
{
	struct rows to = {p, tong__page_array(p, p->view, "rows")};
	int rc = tong__page_each(p, "base", "intermediary/", add_intermediary, &to);

	if (rc == 0 && !p->nomem && json_array_size(to.list) == 0)
		return tong__page_notfound(p);
	tong__page_title(p, tong__page_word(p, "intermediaries"),
	                 tong__page_word(p, "intermediaries_description"));
	return rc;
}
