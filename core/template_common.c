/* What many pages have in common: one view below theirs, and the page as far as it hangs on that
 * view alone, cut where it asks for what only the page at hand has. */
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/template_op.h"

/* A text, and the op that follows it. */
struct piece {
	size_t len;
	const struct tong__template *t;   /* NULL: nothing follows */
	size_t op;
	const json_t *frame;              /* in the common view; NULL: the page's own */
};

struct tong__common {
	json_t *view;
	json_t *names;                    /* members that views had so far: {name: true} */
	const struct tong__template *of;  /* whose pieces these are; NULL: none */
	struct tong__buf text;
	struct piece *pieces;
	size_t n, cap, begun;             /* begun: where the text of the next piece begins */
	const json_t **known;             /* by the number of an op: its value in 'view' */
	const json_t **first;             /* the same of its first step, or one of these */
};

static const json_t nowhere, somewhere;   /* in no view; a view of its own may have it */

struct tong__common *tong__common_new(json_t *view)
{
	struct tong__common *c = calloc(1, sizeof *c);

	if (c) {
		c->names = json_object();
		tong__buf_init(&c->text, TONG_MAX_PAGE);
	}
	if (!c || !c->names) {
		free(c);
		json_decref(view);
		return NULL;
	}
	c->view = view;
	return c;
}

void tong__common_free(struct tong__common *c)
{
	if (!c)
		return;
	tong__buf_free(&c->text);
	free(c->pieces);
	free(c->known);
	free(c->first);
	json_decref(c->names);
	json_decref(c->view);
	free(c);
}

const json_t *tong__common_view(const struct tong__common *c)
{
	return c->view;
}

/* ---- cutting ---- */

bool tong__common_asks(const struct tong__common *c, const struct tong__template *t,
                       const struct tong__op *op, const json_t *frame, const json_t *root)
{
	const struct tong__part *first;

	if (op->kind == TONG__OP_TEXT || op->kind == TONG__OP_PARTIAL)
		return false;
	if (!op->n_parts)
		return frame == root;
	first = &t->parts[op->part];
	return json_object_getn(c->names, first->name, first->len) &&
	       (op->of_page || frame == root || !json_object_getn(frame, first->name, first->len));
}

int tong__common_cut(struct tong__common *c, const struct tong__template *t, size_t op,
                     const json_t *frame)
{
	if (c->n == c->cap) {
		size_t cap = c->cap ? 2 * c->cap : 64;
		struct piece *more = realloc(c->pieces, cap * sizeof *more);

		if (!more)
			return TONG_E_NOMEM;
		c->pieces = more;
		c->cap = cap;
	}
	c->pieces[c->n++] = (struct piece){c->text.len - c->begun, t, op, frame};
	c->begun = c->text.len;
	return 0;
}

const json_t **tong__common_known(struct tong__common *c, const struct tong__template *t,
                                  const struct tong__op *op)
{
	const struct tong__part *first = &t->parts[op->part];
	const json_t **known = c->known ? &c->known[t->first + (size_t)(op - t->ops)] : NULL;

	if (!known || *known)
		return known;
	return json_object_getn(c->names, first->name, first->len) ? NULL : known;
}

static const json_t *either(const struct tong__common *c, const json_t *root,
                            const struct tong__part *name)
{
	const json_t *v = json_object_getn(root, name->name, name->len);

	return v ? v : json_object_getn(c->view, name->name, name->len);
}

const json_t *tong__common_first(struct tong__common *c, const struct tong__template *t,
                                 const struct tong__op *op, const json_t *root)
{
	const struct tong__part *name = &t->parts[op->part];
	const json_t **first = c->first ? &c->first[t->first + (size_t)(op - t->ops)] : NULL, *v;

	if (!first)
		return either(c, root, name);
	if (!*first) {
		v = json_object_getn(c->view, name->name, name->len);
		*first = json_object_getn(c->names, name->name, name->len) ? &somewhere : v ? v : &nowhere;
	}
	if (*first == &somewhere)
		return either(c, root, name);
	return *first == &nowhere ? NULL : *first;
}

/* Do the pieces hold for this view? What it has and none had before may be asked for anywhere. */
static int fits(struct tong__common *c, const struct tong__template *t, const json_t *view,
                bool *does)
{
	const char *name;
	json_t *any;

	*does = c->of == t;
	json_object_foreach((json_t *)view, name, any) {
		if (json_object_get(c->names, name))
			continue;
		*does = false;
		if (json_object_set_new_nocheck(c->names, name, json_true()))
			return TONG_E_NOMEM;
	}
	return 0;
}

static int cut_up(struct tong__common *c, const struct tong__render *r,
                  const struct tong__template *t)
{
	struct tong__render cutting = *r;
	int rc;

	tong__buf_clear(&c->text);
	free(c->known);
	free(c->first);
	c->known = calloc(r->set->n_ops + 1, sizeof *c->known);   /* without memory: done without */
	c->first = calloc(r->set->n_ops + 1, sizeof *c->first);
	c->n = c->begun = 0;
	c->of = NULL;
	cutting.cut = true;
	cutting.out = &c->text;
	rc = tong__render_ops(&cutting, t, 0, t->n_ops, r->root);
	if (rc == 0 && c->text.failed)
		rc = tong__fail(r->err, c->text.failed, t->name, "the page does not fit");
	if (rc == 0 && tong__common_cut(c, NULL, 0, NULL))
		rc = tong__fail_nomem(r->err);
	if (rc == 0)
		c->of = t;
	return rc;
}

int tong__common_render(struct tong__common *c, const struct tong__render *r,
                        const struct tong__template *t)
{
	const char *text;
	bool fit;
	int rc = 0;

	if (fits(c, t, r->root, &fit))
		return tong__fail_nomem(r->err);
	if (!fit)
		rc = cut_up(c, r, t);
	text = c->text.data ? c->text.data : "";
	for (const struct piece *p = c->pieces; rc == 0 && p < c->pieces + c->n; p++) {
		if (p->len)
			tong__buf_add(r->out, text, p->len);
		text += p->len;
		if (p->t)
			rc = tong__render_ops(r, p->t, p->op, tong__op_end(p->t, p->op),
			                      p->frame ? p->frame : r->root);
	}
	return rc;
}
