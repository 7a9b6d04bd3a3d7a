/* The set of templates: adding, and tying together those that include one another. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/message.h"
#include "core/template_op.h"

int tong__template_fail(const struct tong__template *t, unsigned line, int code, const char *text,
                        tong_error *err)
{
	char subject[160];

	snprintf(subject, sizeof subject, "%.140s:%u", t->name, line);
	return tong__fail(err, code, subject, "%s", tong__text(text));
}

int tong__templates_new(struct tong__templates **out, tong_error *err)
{
	*out = calloc(1, sizeof **out);
	return *out ? 0 : tong__fail_nomem(err);
}

static void template_free(struct tong__template *t)
{
	free(t->name);
	free(t->text);
	free(t->ops);
	free(t->parts);
}

void tong__templates_free(struct tong__templates *set)
{
	if (!set)
		return;
	for (size_t i = 0; i < set->n; i++)
		template_free(&set->at[i]);
	free(set->at);
	free(set);
}

/* Index of a template, or n. */
static size_t find(const struct tong__templates *set, const char *name)
{
	size_t i = 0;

	while (i < set->n && strcmp(set->at[i].name, name) != 0)
		i++;
	return i;
}

static int make_room(struct tong__templates *set, tong_error *err)
{
	size_t cap = set->cap ? set->cap * 2 : 32;
	struct tong__template *at;

	if (set->n < set->cap)
		return 0;
	at = realloc(set->at, cap * sizeof *at);
	if (!at)
		return tong__fail_nomem(err);
	set->at = at;
	set->cap = cap;
	return 0;
}

int tong__templates_add(struct tong__templates *set, const char *name, const char *text, size_t n,
                        tong_error *err)
{
	struct tong__template t = {.depth = -1};
	int rc;

	if (n > TONG_MAX_TEMPLATE)
		return tong__fail(err, TONG_E_LIMIT, name, "a template of %zu bytes, at most %u", n,
		                  TONG_MAX_TEMPLATE);
	if (memchr(text, '\0', n))
		return tong__fail(err, TONG_E_ENCODING, name, "a template with a NUL byte");
	if (find(set, name) < set->n)
		return tong__fail(err, TONG_E_FORMAT, name, "two templates of this name");
	rc = make_room(set, err);
	if (rc)
		return rc;
	t.name = strdup(name);
	t.text = malloc(n + 1);
	if (t.name && t.text) {
		memcpy(t.text, text, n);
		t.text[n] = '\0';
		rc = tong__template_compile(&t, n, err);
	} else {
		rc = tong__fail_nomem(err);
	}
	if (rc == 0) {
		set->at[set->n++] = t;
		set->linked = false;
	} else {
		template_free(&t);
	}
	return rc;
}

/* Depth-first over partials: a template met again while it is being looked at is a circle. */
static int link_one(struct tong__templates *set, struct tong__template *t, int above,
                    tong_error *err)
{
	int rc = 0, depth = 0;

	if (t->depth == -2)
		return tong__fail(err, TONG_E_REFERENCE, t->name, "the template includes itself");
	if (t->depth >= 0 && above + t->depth <= TONG_MAX_PARTIALS)
		return 0;
	if (above > TONG_MAX_PARTIALS)
		return tong__fail(err, TONG_E_LIMIT, t->name, "partials more than %d deep",
		                  TONG_MAX_PARTIALS);
	t->depth = -2;
	for (size_t i = 0; rc == 0 && i < t->n_ops; i++) {
		struct tong__op *op = &t->ops[i];

		if (op->kind != TONG__OP_PARTIAL)
			continue;
		op->target = find(set, op->text);
		if (op->target == set->n)
			return tong__template_fail(t, op->line, TONG_E_REFERENCE,
			                           "there is no template of this name to include", err);
		rc = link_one(set, &set->at[op->target], above + 1, err);
		if (rc == 0 && set->at[op->target].depth >= depth)
			depth = set->at[op->target].depth + 1;
	}
	t->depth = depth;
	return rc;
}

int tong__templates_link(struct tong__templates *set, tong_error *err)
{
	int rc = 0;

	set->n_ops = 0;
	for (size_t i = 0; i < set->n; i++) {
		set->at[i].depth = -1;
		set->at[i].first = set->n_ops;
		set->n_ops += set->at[i].n_ops;
	}
	for (size_t i = 0; rc == 0 && i < set->n; i++)
		rc = link_one(set, &set->at[i], 0, err);
	set->linked = rc == 0;
	return rc;
}
