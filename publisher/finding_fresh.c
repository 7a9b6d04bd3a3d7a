/* What is wrong now and was not before: old faults are not held against whoever comes next. */
#include <stdlib.h>
#include <string.h>

#include "core/err.h"
#include "publisher/finding.h"

static bool counts(const struct tong__finding *f, enum tong__severity least)
{
	return f->rule->severity >= least && !f->waived;
}

/* Line numbers move when something is added above: they say nothing. */
static int by_what(const void *x, const void *y)
{
	const struct tong__finding *a = *(const struct tong__finding *const *)x;
	const struct tong__finding *b = *(const struct tong__finding *const *)y;
	int c = strcmp(a->rule->id, b->rule->id);

	c = c ? c : strcmp(a->path, b->path);
	c = c ? c : strcmp(a->subject, b->subject);
	c = c ? c : strcmp(a->element, b->element);
	c = c ? c : strcmp(a->found, b->found);
	return c ? c : strcmp(a->wanted, b->wanted);
}

/* What counts, sorted by what it says; *n of them. NULL when memory is out. */
static const struct tong__finding **all_of(const struct tong__findings *fs,
                                           enum tong__severity least, size_t *n)
{
	const struct tong__finding **all = calloc(tong__findings_count(fs) + 1, sizeof *all);

	*n = 0;
	for (size_t i = 0; all && i < tong__findings_count(fs); i++)
		if (counts(tong__findings_at(fs, i), least))
			all[(*n)++] = tong__findings_at(fs, i);
	if (all && *n)
		qsort(all, *n, sizeof *all, by_what);
	return all;
}

static void add(struct tong__findings *out, const struct tong__finding *f)
{
	tong__find(out, f->rule->id, f->path, f->line, f->column, f->element, f->subject, f->wanted,
	           "%s", f->found);
}

int tong__findings_fresh(struct tong__findings *out, const struct tong__findings *now,
                         const struct tong__findings *before, enum tong__severity least,
                         tong_error *err)
{
	size_t n, m, i = 0, j = 0;
	const struct tong__finding **a = all_of(now, least, &n), **b = all_of(before, least, &m);
	int c;

	while (a && b && i < n) {
		c = j < m ? by_what(&a[i], &b[j]) : -1;
		if (c < 0)
			add(out, a[i++]);
		else if (c > 0)
			j++;
		else
			i++, j++;
	}
	c = a && b ? 0 : tong__fail_nomem(err);
	free(a);
	free(b);
	return c;
}
