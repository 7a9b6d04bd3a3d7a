/* What a thread keeps from page to page: pages of one item in many regions differ in little. */
#include <stdlib.h>
#include <string.h>

#include "core/page.h"

/* A page like the one before differs from it in little more than its crumbs. */
static int new_view(struct tong__page *p)
{
	json_decref(p->view);
	p->view = json_object();
	if (!p->view)
		return tong__fail_nomem(&p->err);
	tong__page_array(p, p->view, "crumbs");
	return p->nomem ? tong__fail_nomem(&p->err) : 0;
}

void tong__page_keeps(const struct tong__page *p, enum tong__kept what, enum tong__keeping when)
{
	if (p->memory && p->reader->kept)
		p->reader->kept(p->reader->user, what, when);
}

static void recall(struct tong__page *p)
{
	const struct tong__site_memory *m = p->memory;

	if (!m || !m->common || m->kind != p->kind || strcmp(m->arg, p->arg[1]) != 0
	    || strcmp(m->root, p->root) != 0 || strcmp(m->lang, p->lang) != 0)
		return;
	p->common = m->common;
	p->unreviewed = p->unreviewed || m->unreviewed;
	tong__page_keeps(p, TONG__KEPT_COMMON, TONG__KEEP_USE);
}

/* Guides are best made last: what the pages of agencies were made from is many megabytes. */
static void forget_agencies(struct tong__site_memory *m)
{
	json_decref(m->codes);
	json_decref(m->handled);
	m->codes = m->handled = NULL;
	m->handled_layer[0] = '\0';
}

int tong__page_remember(struct tong__page *p)
{
	struct tong__site_memory *m = p->memory;

	if (!m || p->nomem)
		return p->nomem ? tong__fail_nomem(&p->err) : 0;
	tong__page_keeps(p, TONG__KEPT_COMMON, TONG__KEEP_END);
	forget_agencies(m);
	tong__common_free(m->common);
	json_object_del(p->view, "crumbs");
	m->common = tong__common_new(p->view);
	p->view = NULL;
	if (!m->common)
		return tong__fail_nomem(&p->err);
	m->kind = p->kind;
	memcpy(m->arg, p->arg[1], sizeof m->arg);
	memcpy(m->root, p->root, sizeof m->root);
	memcpy(m->lang, p->lang, sizeof m->lang);
	m->unreviewed = p->unreviewed;
	p->common = m->common;
	return new_view(p);
}

int tong__page_begin(struct tong__page *p)
{
	tong__page_keeps(p, TONG__KEPT_COMMON, TONG__KEEP_BEGIN);
	recall(p);
	return new_view(p);
}

json_t *tong__page_kept(struct tong__page *p, json_t **all, size_t most, const char *key,
                        json_t *value)
{
	if (json_object_size(*all) >= most) {
		json_decref(*all);
		*all = NULL;
	}
	if (!*all)
		*all = json_object();
	tong__page_set(p, *all, key, value);
	return json_object_get(*all, key);
}

struct tong__site_memory *tong__site_memory_new(void)
{
	return calloc(1, sizeof(struct tong__site_memory));
}

void tong__site_memory_free(struct tong__site_memory *m)
{
	if (!m)
		return;
	tong__common_free(m->common);
	json_decref(m->agencies);
	json_decref(m->codes);
	json_decref(m->crumbs);
	json_decref(m->agency_views);
	json_decref(m->places);
	json_decref(m->handled);
	tong__changes_free(m->changes);
	free(m);
}
