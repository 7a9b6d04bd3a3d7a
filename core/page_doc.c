/* The editors' handbook: pages made of Markdown at the publisher, and the list of them. */
#include <string.h>

#include "core/page.h"

#define FIRST "index" /* the page of /handbook/ itself */

static int add_row(void *arg, const char *key, const json_t *rec)
{
	struct tong__page *p = arg;
	const char *id = key + strlen("doc/");
	json_t *row;

	if (!strcmp(id, FIRST))
		return 0;
	row = tong__page_row(p, json_object_get(p->view, "rows"));
	tong__page_str(p, row, "id", id);
	tong__page_copy(p, row, rec, "title", NULL);
	return 0;
}

static int doc_page(struct tong__page *p, const char *id)
{
	json_t *doc = tong__page_get(p, "doc/", id);
	const char *title = tong__json_str(doc, "title");

	if (!doc)
		return tong__page_notfound(p);
	tong__page_title(p, title ? title : id, tong__page_word(p, "handbook_description"));
	tong__page_str(p, p->view, "body_html", tong__json_str(doc, "html"));
	json_decref(doc);
	return p->err.code;
}

int tong__build_handbook(struct tong__page *p)
{
	int rc = doc_page(p, FIRST);

	tong__page_array(p, p->view, "rows");
	if (rc == 0)
		rc = tong__page_each(p, "base", "doc/", add_row, p);
	tong__page_wrap(p, p->view, "rows");
	return rc;
}

int tong__build_doc(struct tong__page *p)
{
	if (!strcmp(p->arg[0], FIRST)) /* it has an address of its own */
		return tong__page_notfound(p);
	tong__page_crumb(p, tong__page_word(p, "handbook"), "handbook/");
	return doc_page(p, p->arg[0]);
}

/* /handbook/ is there when its text is. */
static int emit_first(void *arg, const char *key, const json_t *rec)
{
	struct tong__urls *u = arg;

	(void)rec;
	return strcmp(key + strlen("doc/"), FIRST) ? 0 : tong__urls_emit(u, NULL, NULL);
}

static int emit_doc(void *arg, const char *key, const json_t *rec)
{
	struct tong__urls *u = arg;

	(void)rec;
	key += strlen("doc/");
	return strcmp(key, FIRST) ? tong__urls_emit(u, key, NULL) : 0;
}

int tong__list_handbook(struct tong__urls *u)
{
	return u->reader->each(u->reader->user, "base", "doc/" FIRST, emit_first, u, u->err);
}

int tong__list_docs(struct tong__urls *u)
{
	return u->reader->each(u->reader->user, "base", "doc/", emit_doc, u, u->err);
}
