/* A release in one file: metadata is kept in memory, changesets stream past when asked for. */
#include <stdlib.h>
#include <string.h>

#include "agent/bundle.h"
#include "agent/source.h"
#include "core/limits.h"
#include "core/text.h"

struct member {
	char *name;
	uint64_t size;
	char *bytes; /* NULL: to be streamed */
	size_t index;
};

struct bundle {
	struct tong__source_options opt;
	struct tong__bundle *file;
	struct member *members; /* sorted by name once all are known */
	size_t n, room;
	size_t at; /* members that the reader has come past */
	uint64_t kept;
	char path[];
};

/* ---- the first pass ---- */

static bool is_metadata(const char *name)
{
	return tong__starts(name, "heads/") || tong__ends(name, ".older") ||
		   (!strchr(name, '/') && tong__ends(name, ".json"));
}

static int keep(struct bundle *b, struct member *m, tong_error *err)
{
	size_t n;

	b->kept += m->size;
	if (m->size > TONG_MAX_TARGETS || b->kept > TONG_MAX_BUNDLE_METADATA)
		return tong__fail(err, TONG_E_LIMIT, b->path,
						  "B6: %s: more than %u bytes of metadata, or %u in one file", m->name,
						  TONG_MAX_BUNDLE_METADATA, TONG_MAX_TARGETS);
	m->bytes = malloc((size_t)m->size + 1);
	if (!m->bytes)
		return tong__fail_nomem(err);
	return tong__bundle_read(b->file, m->bytes, (size_t)m->size, &n, err);
}

static int add(struct bundle *b, const char *name, uint64_t size, tong_error *err)
{
	struct member *m;

	if (b->n == b->room) {
		b->room = b->room ? 2 * b->room : 64;
		m = realloc(b->members, b->room * sizeof *m);
		if (!m)
			return tong__fail_nomem(err);
		b->members = m;
	}
	m = &b->members[b->n];
	*m = (struct member){ strdup(name), size, NULL, b->n };
	if (!m->name)
		return tong__fail_nomem(err);
	b->n++;
	return is_metadata(name) ? keep(b, m, err) : 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->name, ((const struct member *)b)->name);
}

static int read_members(struct bundle *b, tong_error *err)
{
	const char *name;
	uint64_t size;
	int rc;

	do {
		rc = tong__bundle_next(b->file, &name, &size, err);
		if (name)
			rc = add(b, name, size, err);
	} while (!rc && name);
	b->at = b->n;
	if (rc || !b->n)
		return rc;
	qsort(b->members, b->n, sizeof *b->members, by_name);
	for (size_t i = 1; i < b->n; i++)
		if (strcmp(b->members[i - 1].name, b->members[i].name) == 0)
			return tong__fail(err, TONG_E_FORMAT, b->path, "B3: %s is there twice",
							  b->members[i].name);
	return 0;
}

static void bundle_close(void *state)
{
	struct bundle *b = state;

	for (size_t i = 0; i < b->n; i++) {
		free(b->members[i].name);
		free(b->members[i].bytes);
	}
	free(b->members);
	tong__bundle_close(b->file);
	free(b);
}

static int bundle_open(void **state, const char *where, const struct tong__source_options *opt,
					   tong_error *err)
{
	size_t n = strlen(where);
	struct bundle *b = calloc(1, sizeof *b + n + 1);
	int rc;

	if (!b)
		return tong__fail_nomem(err);
	b->opt = *opt;
	memcpy(b->path, where, n + 1);
	rc = tong__bundle_open(&b->file, b->path, err);
	if (!rc)
		rc = read_members(b, err);
	if (rc)
		bundle_close(b);
	else
		*state = b;
	return rc;
}

/* ---- giving a file ---- */

struct giving {
	struct bundle *b;
	const struct tong__get *get;
	struct tong__source_count *count;
	uint64_t size, at; /* at: the place in the member of what comes next */
	uint64_t from;
};

/* What lies before the place where the caller wants to go on is passed over. */
static int give(struct giving *g, const char *bytes, size_t n, tong_error *err)
{
	struct bundle *b = g->b;
	uint64_t skip = g->from > g->at ? g->from - g->at : 0;
	int rc = 0;

	g->at += n;
	if (skip < n) {
		bytes += skip;
		n -= (size_t)skip;
		g->count->down += n;
		if (b->opt.budget && g->count->down > b->opt.budget)
			return tong__fail(err, TONG_E_BUDGET, b->path,
							  "more than the %llu bytes this sync may read",
							  (unsigned long long)b->opt.budget);
		rc = g->get->sink->write(g->get->sink->user, bytes, n, err);
	}
	if (!rc && b->opt.progress && b->opt.progress(b->opt.user, g->get->name, g->at, g->size))
		rc = tong__fail(err, TONG_E_INTERRUPTED, b->path, "stopped");
	return rc;
}

/* To just after the header of a member. The writer's order is the reader's, so that this goes back
 * once at most in a sync that asks in order (B4). */
static int go_to(struct bundle *b, const struct member *m, tong_error *err)
{
	const char *name = "";
	uint64_t size = 0;
	int rc = b->at > m->index ? tong__bundle_rewind(b->file, err) : 0;

	if (b->at > m->index)
		b->at = 0;
	while (!rc && b->at <= m->index && name) {
		rc = tong__bundle_next(b->file, &name, &size, err);
		b->at++;
	}
	if (!rc && (!name || strcmp(name, m->name) != 0 || size != m->size))
		rc = tong__fail(err, TONG_E_IO, b->path, "changed while it was read");
	if (rc)
		b->at = SIZE_MAX; /* whoever comes next begins anew */
	return rc;
}

static int stream(struct giving *g, const struct member *m, tong_error *err)
{
	char buf[65536];
	size_t n = 1;
	int rc = go_to(g->b, m, err);

	while (!rc && n) {
		rc = tong__bundle_read(g->b->file, buf, sizeof buf, &n, err);
		if (!rc && n)
			rc = give(g, buf, n, err);
	}
	return rc;
}

static int bundle_get(void *state, const struct tong__get *get, struct tong__source_count *count,
					  struct tong__retry *again, tong_error *err)
{
	struct bundle *b = state;
	struct member key = { .name = (char *)get->name }, *m;
	struct giving g = { b, get, count, 0, 0, 0 };
	int rc;

	(void)again;
	count->requests++;
	m = b->n ? bsearch(&key, b->members, b->n, sizeof *m, by_name) : NULL;
	if (!m)
		return tong__fail(err, TONG_E_ABSENT, b->path,
						  "%s is not in it: the bundle was made for other regions, or for nodes "
						  "that hold a newer release; a whole bundle has it",
						  get->name);
	if (m->size > get->ceiling)
		return tong__fail(err, TONG_E_LIMIT, b->path, "%s: %llu bytes, at most %llu are allowed",
						  get->name, (unsigned long long)m->size, (unsigned long long)get->ceiling);
	g.size = m->size;
	g.from = get->offset <= m->size ? get->offset : 0;
	rc = get->sink->begin(get->sink->user, g.from, err);
	if (rc)
		return rc;
	return m->bytes ? give(&g, m->bytes, (size_t)m->size, err) : stream(&g, m, err);
}

const struct tong__source_kind tong__source_bundle = { "", bundle_open, bundle_get, bundle_close,
													   false };
