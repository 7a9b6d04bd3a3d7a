/* Collecting findings: every fault of a run, none hidden by the one before it. */
#include "publisher/finding.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/message.h"

struct tong__findings {
	struct tong__finding *at;
	size_t n, cap;
	size_t beyond[TONG__ERROR + 1];   /* past the ceiling: counted only */
	bool (*wanted)(void *user, const char *path);   /* NULL: findings of every file */
	void *user;
};

int tong__findings_new(struct tong__findings **out)
{
	*out = calloc(1, sizeof **out);
	return *out ? TONG_OK : TONG_E_NOMEM;
}

static void finding_free(struct tong__finding *f)
{
	free(f->path);
	free(f->element);
	free(f->subject);
	free(f->found);
	free(f->wanted);
}

void tong__findings_free(struct tong__findings *fs)
{
	if (!fs)
		return;
	for (size_t i = 0; i < fs->n; i++)
		finding_free(&fs->at[i]);
	free(fs->at);
	free(fs);
}

void tong__findings_only(struct tong__findings *fs, bool (*wanted)(void *user, const char *path),
                         void *user)
{
	fs->wanted = wanted;
	fs->user = user;
}

void tong__findings_drop(struct tong__findings *fs, bool (*wanted)(void *user, const char *path),
                         void *user)
{
	size_t n = 0;

	for (size_t i = 0; i < fs->n; i++) {
		if (wanted(user, fs->at[i].path))
			fs->at[n++] = fs->at[i];
		else
			finding_free(&fs->at[i]);
	}
	fs->n = n;
	memset(fs->beyond, 0, sizeof fs->beyond);   /* nobody knows where those were */
}

static bool grow(struct tong__findings *fs)
{
	size_t cap = fs->cap ? fs->cap * 2 : 64;
	struct tong__finding *p;

	if (fs->n < fs->cap)
		return true;
	if (fs->n >= TONG_MAX_FINDINGS)
		return false;
	p = realloc(fs->at, cap * sizeof *p);
	if (!p)
		return false;
	fs->at = p;
	fs->cap = cap;
	return true;
}

/* One line: a line break in a value would break the output's lines. */
static char *copy(const char *s)
{
	char *p = strdup(s ? s : "");

	for (char *q = p; q && *q; q++)
		if ((unsigned char)*q < 0x20)
			*q = ' ';
	return p;
}

void tong__find(struct tong__findings *fs, const char *rule, const char *path, unsigned line,
                unsigned column, const char *element, const char *subject, const char *wanted,
                const char *found_fmt, ...)
{
	const struct tong__rule *r = tong__rule_find(rule);
	struct tong__finding *f;
	char found[512];
	va_list ap;

	assert(r);
	if (fs->wanted && !fs->wanted(fs->user, path ? path : ""))
		return;
	if (!grow(fs)) {
		fs->beyond[r->severity]++;
		return;
	}
	va_start(ap, found_fmt);
	vsnprintf(found, sizeof found, tong__text(found_fmt), ap);
	va_end(ap);
	f = &fs->at[fs->n++];
	*f = (struct tong__finding){.rule = r, .line = line, .column = column};
	f->path = copy(path);
	f->element = copy(element);
	f->subject = copy(subject);
	f->found = copy(found);
	f->wanted = copy(wanted ? tong__text(wanted) : "");
	if (!f->path || !f->element || !f->subject || !f->found || !f->wanted) {
		finding_free(f);
		fs->n--;
		fs->beyond[r->severity]++;
	}
}

static int by_number(unsigned a, unsigned b)
{
	return (a > b) - (a < b);
}

static int by_place(const void *x, const void *y)
{
	const struct tong__finding *a = x, *b = y;
	int c = strcmp(a->path, b->path);

	if (!c)
		c = by_number(a->line, b->line);
	if (!c)
		c = by_number(a->column, b->column);
	if (!c)
		c = strcmp(a->rule->id, b->rule->id);
	return c ? c : strcmp(a->found, b->found);
}

void tong__findings_sort(struct tong__findings *fs)
{
	if (fs->n)
		qsort(fs->at, fs->n, sizeof *fs->at, by_place);
}

size_t tong__findings_count(const struct tong__findings *fs)
{
	return fs->n;
}

const struct tong__finding *tong__findings_at(const struct tong__findings *fs, size_t i)
{
	return &fs->at[i];
}

struct tong__finding *tong__findings_edit(struct tong__findings *fs, size_t i)
{
	return &fs->at[i];
}

size_t tong__findings_of(const struct tong__findings *fs, enum tong__severity s)
{
	size_t n = fs->beyond[s];

	for (size_t i = 0; i < fs->n; i++)
		n += fs->at[i].rule->severity == s && !fs->at[i].waived;
	return n;
}
