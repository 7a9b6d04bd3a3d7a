/* Loading what is written in YAML and Markdown. */
#include "publisher/model_load.h"

#include <stdlib.h>
#include <string.h>

#include "core/suggest.h"

static const char *bytes(const struct tong__load *l)
{
	return l->text.data ? l->text.data : "";
}

static int yaml(struct tong__load *l, const char *path, struct tong__doc **out)
{
	return tong__doc_yaml(out, path, bytes(l), l->text.len, l->fs, l->err);
}

int tong__load_catalogue(struct tong__load *l, const char *path, const char *a, const char *b)
{
	(void)a, (void)b;
	return yaml(l, path, &l->m->catalogue);
}

int tong__load_materials(struct tong__load *l, const char *path, const char *a, const char *b)
{
	(void)a, (void)b;
	return yaml(l, path, &l->m->materials);
}

int tong__load_licences(struct tong__load *l, const char *path, const char *a, const char *b)
{
	(void)a, (void)b;
	return yaml(l, path, &l->m->licences);
}

int tong__load_themes(struct tong__load *l, const char *path, const char *a, const char *b)
{
	(void)a, (void)b;
	return yaml(l, path, &l->m->themes);
}

int tong__load_law(struct tong__load *l, const char *path, const char *id, const char *b)
{
	struct tong__model *m = l->m;
	struct tong__law *law;

	(void)b;
	if (!tong__load_room(&m->laws, m->n_laws, &l->cap_laws, sizeof *law))
		return tong__fail_nomem(l->err);
	law = &m->laws[m->n_laws++];
	law->doc = NULL;
	law->id = strdup(id);
	return law->id ? yaml(l, path, &law->doc) : tong__fail_nomem(l->err);
}

int tong__load_halls(struct tong__load *l, const char *path, const char *region, const char *b)
{
	struct tong__local *local = tong__load_local(l, region);

	(void)b;
	return local ? yaml(l, path, &local->halls) : tong__fail_nomem(l->err);
}

/* NULL when memory is out. */
static struct tong__doc **new_notice(struct tong__load *l)
{
	struct tong__model *m = l->m;

	if (!tong__load_room(&m->notices, m->n_notices, &l->cap_notices, sizeof *m->notices))
		return NULL;
	m->notices[m->n_notices] = NULL;
	return &m->notices[m->n_notices++];
}

int tong__load_notice_head(struct tong__load *l, const char *path)
{
	struct tong__doc **doc = new_notice(l);

	return doc ? tong__doc_of(doc, path, json_object(), l->err) : tong__fail_nomem(l->err);
}

int tong__load_notice(struct tong__load *l, const char *path, const char *id, const char *b)
{
	struct tong__doc **doc = new_notice(l);

	(void)id, (void)b;
	if (!doc)
		return tong__fail_nomem(l->err);
	return tong__doc_markdown(doc, path, bytes(l), l->text.len, l->fs, l->err);
}

/* ---- items ---- */

static const struct tong__element *section_element(const char *heading)
{
	for (const struct tong__element *e = tong__item_elements; e->name; e++)
		if ((e->type == TONG__T_MARKDOWN || e->type == TONG__T_QA) && !strcmp(e->label, heading))
			return e;
	return NULL;
}

static void unknown_section(struct tong__load *l, const struct tong__doc *d,
                            const struct tong__section *s, const char *code)
{
	struct tong__suggest near = tong__suggest(s->heading);
	char wanted[TONG__SUGGESTED];

	for (const struct tong__element *e = tong__item_elements; e->name; e++)
		if (e->type == TONG__T_MARKDOWN || e->type == TONG__T_QA)
			tong__suggest_try(&near, e->label, NULL);
	tong__find(l->fs, "section-unknown", d->path, s->line, 1, "", code,
	           tong__suggest_say(&near, "a heading of level two that the format knows", wanted),
	           "%s", s->heading);
}

/* S4, and nothing may stand where no record takes it. */
static void check_section(struct tong__load *l, const struct tong__doc *d,
                          const struct tong__section *s, const char *code)
{
	const struct tong__element *e = section_element(s->heading);

	if (!*s->heading)
		tong__find(l->fs, "section-unknown", d->path, s->line, 1, "", code,
		           "all text below some heading of level two (## …)",
		           "text before the first heading of level two");
	else if (!e)
		unknown_section(l, d, s, code);
	else if (e->type == TONG__T_QA && *s->markdown && strncmp(s->markdown, "### ", 4))
		tong__find(l->fs, "section-unknown", d->path, s->line, 1, e->label, code,
		           "each question as a heading of level three (### …?)",
		           "text before the first question");
}

/* NULL when memory is out. */
static struct tong__item *new_item(struct tong__load *l, const char *type, const char *code)
{
	struct tong__model *m = l->m;
	struct tong__item *it;

	if (!tong__load_room(&m->items, m->n_items, &l->cap_items, sizeof *it))
		return NULL;
	it = &m->items[m->n_items++];
	memset(it, 0, sizeof *it);
	it->code = strdup(code);
	it->folder = strdup(type);
	return it->code && it->folder ? it : NULL;
}

int tong__load_head(struct tong__load *l, const char *path, const char *type, const char *code,
                    json_t *root)
{
	struct tong__item *it = new_item(l, type, code);

	if (it)
		return tong__doc_of(&it->doc, path, root, l->err);
	json_decref(root);
	return tong__fail_nomem(l->err);
}

int tong__load_item(struct tong__load *l, const char *path, const char *type, const char *code)
{
	struct tong__item *it = new_item(l, type, code);
	int rc;

	if (!it)
		return tong__fail_nomem(l->err);
	rc = tong__doc_markdown(&it->doc, path, bytes(l), l->text.len, l->fs, l->err);
	for (size_t i = 0; !rc && i < it->doc->n_sections; i++)
		check_section(l, it->doc, &it->doc->sections[i], it->code);
	return rc;
}

int tong__load_text(struct tong__load *l, const char *path, const char *lang, const char *code)
{
	struct tong__model *m = l->m;
	struct tong__text *t;
	int rc;

	if (!tong__load_room(&m->texts, m->n_texts, &l->cap_texts, sizeof *t))
		return tong__fail_nomem(l->err);
	t = &m->texts[m->n_texts++];
	*t = (struct tong__text){.lang = strdup(lang), .code = strdup(code)};
	if (!t->lang || !t->code)
		return tong__fail_nomem(l->err);
	rc = tong__doc_markdown(&t->doc, path, bytes(l), l->text.len, l->fs, l->err);
	for (size_t i = 0; !rc && i < t->doc->n_sections; i++)
		check_section(l, t->doc, &t->doc->sections[i], t->code);
	return rc;
}
