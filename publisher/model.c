/* The catalogue in memory: freeing it, and finding things in it. */
#include "publisher/model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "publisher/model_load.h"

void tong__text_drop(struct tong__text *t)
{
	free((char *)t->lang);
	free((char *)t->code);
	tong__doc_free(t->doc);
}

void tong__names_drop(struct tong__name_table *n)
{
	free((char *)n->lang);
	tong__table_free(n->table);
}

/* A model is millions of small pieces; the C library would keep them for the process. */
static void give_back(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

void tong__model_free(struct tong__model *m)
{
	if (!m)
		return;
	tong__doc_free(m->catalogue);
	tong__table_free(m->region_table);
	free(m->regions);
	tong__table_free(m->agencies);
	for (size_t i = 0; i < m->n_laws; i++) {
		free((char *)m->laws[i].id);
		tong__doc_free(m->laws[i].doc);
	}
	free(m->laws);
	tong__doc_free(m->materials);
	tong__doc_free(m->licences);
	tong__doc_free(m->themes);
	tong__table_free(m->intermediaries);
	tong__table_free(m->waivers);
	tong__table_free(m->scope);
	tong__table_free(m->synonyms);
	for (size_t i = 0; i < m->n_items; i++) {
		free((char *)m->items[i].code);
		free((char *)m->items[i].folder);
		tong__doc_free(m->items[i].doc);
	}
	free(m->items);
	for (size_t i = 0; i < m->n_locals; i++) {
		free((char *)m->locals[i].region);
		tong__table_free(m->locals[i].items);
		tong__doc_free(m->locals[i].halls);
	}
	free(m->locals);
	for (size_t i = 0; i < m->n_notices; i++)
		tong__doc_free(m->notices[i]);
	free(m->notices);
	for (size_t i = 0; i < m->n_texts; i++)
		tong__text_drop(&m->texts[i]);
	free(m->texts);
	for (size_t i = 0; i < m->n_names; i++)
		tong__names_drop(&m->names[i]);
	free(m->names);
	tong__model_index_free(m->index);
	json_decref(m->changes);
	json_decref(m->retired);
	free(m);
	give_back();
}

void tong__model_forget_items(struct tong__model *m)
{
	for (size_t i = 0; i < m->n_items; i++) {
		tong__doc_free(m->items[i].doc);
		m->items[i].doc = NULL;
	}
	give_back();
}

void tong__model_forget_local(struct tong__model *m, size_t i)
{
	tong__table_free(m->locals[i].items);
	tong__doc_free(m->locals[i].halls);
	m->locals[i].items = NULL;
	m->locals[i].halls = NULL;
}

void tong__notice_id(const struct tong__doc *d, char out[65])
{
	const char *name = strrchr(d->path, '/');

	name = name ? name + 1 : d->path;
	snprintf(out, 65, "%.*s", (int)strcspn(name, "."), name);
}

/* The key is the first member of what is searched. */
static int by_first_string(const void *key, const void *element)
{
	return strcmp(key, *(const char *const *)element);
}

const struct tong__region *tong__model_region(const struct tong__model *m, const char *code)
{
	return m->n_regions ? bsearch(code, m->regions, m->n_regions, sizeof *m->regions,
	                              by_first_string) : NULL;
}

const struct tong__item *tong__model_item(const struct tong__model *m, const char *code)
{
	return m->n_items ? bsearch(code, m->items, m->n_items, sizeof *m->items, by_first_string)
	                  : NULL;
}

const struct tong__law *tong__model_law(const struct tong__model *m, const char *id)
{
	return m->n_laws ? bsearch(id, m->laws, m->n_laws, sizeof *m->laws, by_first_string) : NULL;
}
