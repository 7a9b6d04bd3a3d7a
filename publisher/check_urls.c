/* Two sources for one URL: names that differ in capitals only are one folder where the site is kept
 * on a disk that does not tell them apart, and one page overwrites the other. Names that are wholly
 * the same are found by the rules of their kinds. */
#include "publisher/check.h"

#include <stdlib.h>
#include <strings.h>
#include <string.h>

#include "core/json.h"

struct name {
	const char *text, *path;
	unsigned line;
};

struct names {
	struct name *list;
	size_t n, cap;
};

static void add(struct names *all, const char *text, const char *path, unsigned line)
{
	size_t cap = all->cap ? all->cap * 2 : 256;
	struct name *more;

	if (!text || !*text)
		return;
	if (all->n == all->cap) {
		more = realloc(all->list, cap * sizeof *more);
		if (!more)
			return;
		all->list = more;
		all->cap = cap;
	}
	all->list[all->n++] = (struct name){text, path, line};
}

static int by_fold(const void *x, const void *y)
{
	const struct name *a = x, *b = y;
	int c = strcasecmp(a->text, b->text);

	return c ? c : strcmp(a->text, b->text);
}

/* Reports and forgets. */
static void compare(struct names *all, struct tong__findings *fs)
{
	if (all->n)
		qsort(all->list, all->n, sizeof *all->list, by_fold);
	for (size_t i = 1; i < all->n; i++) {
		const struct name *a = &all->list[i - 1], *b = &all->list[i];

		if (!strcasecmp(a->text, b->text) && strcmp(a->text, b->text))
			tong__find(fs, "url-twice", b->path, b->line, 1, "", b->text,
			           "a name that differs in more than capitals", "%s", a->text);
	}
	all->n = 0;
}

static void add_list(struct names *all, const struct tong__doc *doc, const char *member)
{
	size_t i;
	json_t *v;

	if (!doc)
		return;
	json_array_foreach(tong__json_arr(doc->root, member), i, v)
		add(all, tong__json_str(v, "id"), doc->path, tong__doc_mark(doc, v, NULL, 0).line);
}

static void add_items(struct names *all, const struct tong__model *m)
{
	size_t k;
	json_t *alias;

	for (size_t i = 0; i < m->n_items; i++) {
		const struct tong__doc *d = m->items[i].doc;

		add(all, m->items[i].code, d->path, 1);
		json_array_foreach(tong__json_arr(d->root, "aliases"), k, alias)
			add(all, tong__json_str(alias, "code"), d->path,
			    tong__doc_mark(d, alias, NULL, 0).line);
	}
}

void tong__check_urls(const struct tong__model *m, struct tong__findings *fs)
{
	char (*ids)[65] = calloc(m->n_notices + 1, sizeof *ids);
	struct names all = {NULL, 0, 0};

	add_items(&all, m);
	compare(&all, fs);
	for (size_t i = 0; i < m->n_laws; i++)
		add(&all, m->laws[i].id, m->laws[i].doc->path, 1);
	compare(&all, fs);
	for (size_t i = 0; ids && i < m->n_notices; i++) {
		tong__notice_id(m->notices[i], ids[i]);
		add(&all, ids[i], m->notices[i]->path, 1);
	}
	compare(&all, fs);
	for (size_t i = 0; m->agencies && i < m->agencies->n_rows; i++)
		add(&all, tong__table_cell(m->agencies, i, "id"), m->agencies->path, m->agencies->lines[i]);
	compare(&all, fs);
	add_list(&all, m->themes, "themes");
	compare(&all, fs);
	add_list(&all, m->materials, "materials");
	compare(&all, fs);
	add_list(&all, m->licences, "licences");
	compare(&all, fs);
	free(all.list);
	free(ids);
}
