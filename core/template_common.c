/* What many pages have in common: one view below theirs, and the texts that are the same in all. */
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/template_op.h"

struct tong__common {
	json_t *view;
	struct tong__buf *texts;   /* by template, made with the first */
	size_t n;
};

struct tong__common *tong__common_new(json_t *view)
{
	struct tong__common *c = calloc(1, sizeof *c);

	if (c)
		c->view = view;
	else
		json_decref(view);
	return c;
}

void tong__common_free(struct tong__common *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++)
		tong__buf_free(&c->texts[i]);
	free(c->texts);
	json_decref(c->view);
	free(c);
}

const json_t *tong__common_view(const struct tong__common *c)
{
	return c->view;
}

static bool reads(const struct tong__template *t, const json_t *view)
{
	for (size_t i = 0; i < t->n_reads; i++)
		if (json_object_getn(view, t->reads[i]->name, t->reads[i]->len))
			return true;
	return false;
}

static bool make_texts(struct tong__common *c, size_t n)
{
	c->texts = calloc(n, sizeof *c->texts);
	if (!c->texts)
		return false;
	for (c->n = 0; c->n < n; c->n++)
		tong__buf_init(&c->texts[c->n], TONG_MAX_PAGE);
	return true;
}

struct tong__buf *tong__common_text(struct tong__common *c, const struct tong__templates *set,
                                    size_t partial, const json_t *root)
{
	if (!c || reads(&set->at[partial], root) || (!c->texts && !make_texts(c, set->n)))
		return NULL;
	return &c->texts[partial];
}

/* ---- what a template reads ---- */

static bool known(const struct tong__template *t, const struct tong__part *part)
{
	for (size_t i = 0; i < t->n_reads; i++)
		if (strcmp(t->reads[i]->name, part->name) == 0)
			return true;
	return false;
}

static int note(struct tong__template *t, const struct tong__part *part, tong_error *err)
{
	const struct tong__part **more;

	if (known(t, part))
		return 0;
	more = realloc(t->reads, (t->n_reads + 1) * sizeof *more);
	if (!more)
		return tong__fail_nomem(err);
	t->reads = more;
	t->reads[t->n_reads++] = part;
	return 0;
}

static int note_op(const struct tong__templates *set, struct tong__template *t,
                   const struct tong__op *op, tong_error *err)
{
	const struct tong__template *other = &set->at[op->target];
	int rc = 0;

	if (op->kind != TONG__OP_PARTIAL)
		return op->n_parts ? note(t, &t->parts[op->part], err) : 0;
	for (size_t i = 0; rc == 0 && i < other->n_reads; i++)
		rc = note(t, other->reads[i], err);
	return rc;
}

/* Partials come before what includes them: those of lesser depth. */
int tong__template_reads(struct tong__templates *set, tong_error *err)
{
	int rc = 0;

	for (size_t i = 0; i < set->n; i++)
		set->at[i].n_reads = 0;
	for (int depth = 0; depth <= TONG_MAX_PARTIALS; depth++)
		for (size_t i = 0; i < set->n; i++)
			for (size_t k = 0; rc == 0 && k < set->at[i].n_ops && set->at[i].depth == depth; k++)
				rc = note_op(set, &set->at[i], &set->at[i].ops[k], err);
	return rc;
}
