/* Finds what a layer has lost by the lengths of its groups, and fetches that alone. */
#include "agent/mend.h"

#include <stdlib.h>
#include <string.h>

#include "core/repo_name.h"

#define FIRST     4096                    /* bytes asked for first: the head, as a rule */
#define MAX_FRAME (TONG_MAX_GROUP + 4096) /* as in part.c */

/* ---- a piece of a file ---- */

struct piece {
	uint64_t from, at; /* of the file */
	struct tong__buf *out;
	size_t want;
};

static int piece_begin(void *user, uint64_t offset, tong_error *err)
{
	struct piece *p = user;

	(void)err;
	p->at = offset;
	tong__buf_clear(p->out);
	return 0;
}

/* A source that knows no ranges sends all: what is not of the piece passes. */
static int piece_write(void *user, const void *bytes, size_t n, tong_error *err)
{
	struct piece *p = user;
	uint64_t skip = p->at < p->from ? p->from - p->at : 0;
	size_t k;

	p->at += n;
	if (skip >= n || p->out->len >= p->want)
		return 0;
	k = n - (size_t)skip;
	if (k > p->want - p->out->len)
		k = p->want - p->out->len;
	return tong__buf_add(p->out, (const char *)bytes + skip, k) ? tong__fail_nomem(err) : 0;
}

static int fetch(struct tong__sync *s, const struct tong__layer_change *c, uint64_t from, size_t n,
				 struct tong__buf *out, tong_error *err)
{
	struct piece p = { .from = from, .out = out, .want = n };
	struct tong__sink sink = { &p, piece_begin, piece_write };
	char name[TONG_REPO_NAME];
	struct tong__get get = {
		.name = name, .offset = from, .until = from + n, .ceiling = c->length, .sink = &sink
	};
	int rc;

	tong__repo_changeset_name(&c->id, name);
	s->from_source++;
	rc = tong__source_get(s->source, &get, err);
	if (!rc && out->len < n)
		rc = tong__fail(err, TONG_E_FORMAT, name, "the file ends too early");
	return rc;
}

/* ---- the head ---- */

static int fetch_head(struct tong__sync *s, const struct tong__layer_change *c,
					  struct tong__cs_head *out, tong_error *err)
{
	size_t first = c->length < FIRST ? (size_t)c->length : FIRST, n;
	struct tong__buf bytes;
	int rc;

	tong__buf_init(&bytes, 12 + TONG_MAX_CS_HEAD);
	rc = first < 12 ? tong__fail(err, TONG_E_FORMAT, s->shown, "C1: too short for a changeset")
					: fetch(s, c, 0, first, &bytes, err);
	n = rc ? 0 : tong__cs_head_len((const unsigned char *)bytes.data, err);
	if (!rc && !n)
		rc = err->code;
	if (!rc && n > first)
		rc = n > c->length ? tong__fail(err, TONG_E_FORMAT, s->shown, "C1: longer than the file")
						   : fetch(s, c, 0, n, &bytes, err);
	if (!rc)
		rc = tong__cs_head_read(bytes.data, n, &c->id, out, err);
	tong__buf_free(&bytes);
	return rc;
}

/* ---- the lines held ---- */

struct run {
	struct tong__buf *lines;
	size_t want;
	char last[TONG_MAX_KEY + 1];
};

static int take_line(void *arg, const char *key, struct tong__str line, tong_error *err)
{
	struct run *r = arg;

	(void)err;
	if (r->lines->len >= r->want)
		return 1;
	tong__buf_add(r->lines, line.p, line.n);
	tong__buf_addc(r->lines, '\n');
	snprintf(r->last, sizeof r->last, "%s", key);
	return 0;
}

/* ---- the walk ---- */

struct walk {
	struct tong__sync *s;
	const struct tong__sync_layer *layer;
	struct tong__mend *mend;
	struct tong__cs_state state; /* the group before: its lines, its last key */
	uint64_t at, fetched;        /* in the changeset's file; bytes asked for */
	struct tong__patch *patch;   /* being written */
	tong_error *err;
};

static int patch_put(void *user, struct tong__str key, struct tong__str line, tong_error *err)
{
	struct walk *w = user;

	if (line.n && line.p[line.n - 1] == '\n')
		line.n--;
	tong__buf_add(&w->patch->lines, line.p, line.n);
	if (key.n > TONG_MAX_KEY || tong__buf_addc(&w->patch->lines, '\n'))
		return tong__fail_nomem(err);
	memcpy(w->patch->last, key.p, key.n);
	w->patch->last[key.n] = '\0';
	return 0;
}

static struct tong__patch *new_patch(struct walk *w)
{
	struct tong__mend *m = w->mend;
	struct tong__patch *more = realloc(m->patches, (m->n + 1) * sizeof *more);

	if (!more)
		return NULL;
	m->patches = more;
	memset(&more[m->n], 0, sizeof *more);
	tong__buf_init(&more[m->n].lines, TONG_MAX_GROUP + 1);
	memcpy(more[m->n].after, w->state.last_key, sizeof more->after);
	return &more[m->n++];
}

/* C4: its prefix is the group before, which is right by now. */
static int fetch_group(struct walk *w, size_t i)
{
	const struct tong__cs_target to = { w, NULL, patch_put, NULL };
	const struct tong__cs_group *g = &w->mend->head.groups[i];
	struct tong__buf frame;
	int rc;

	w->patch = new_patch(w);
	if (!w->patch)
		return tong__fail_nomem(w->err);
	w->fetched += g->size;
	if (w->fetched > w->layer->change->length / 2)
		return tong__fail(w->err, TONG_E_NOTFOUND, w->layer->target.name, "too much is lost");
	tong__buf_init(&frame, MAX_FRAME);
	rc = g->size > MAX_FRAME ? tong__fail(w->err, TONG_E_LIMIT, w->layer->target.name,
										  "C5: a group is too long")
							 : fetch(w->s, w->layer->change, w->at, g->size, &frame, w->err);
	if (!rc)
		rc = tong__cs_apply_group(&w->mend->head, i, frame.data, frame.len, &w->state, &to, w->err);
	tong__buf_free(&frame);
	return rc;
}

/* The group as the store has it, when its length is right. */
static int look_at_group(struct walk *w, size_t i, bool *good)
{
	const char *layer = w->layer->target.name;
	struct tong__buf lines;
	struct run r = { .lines = &lines, .want = w->mend->head.groups[i].new_len };
	int rc;

	tong__buf_init(&lines, TONG_MAX_GROUP + TONG_MAX_RECORD);
	rc = tong__store_each_after(w->s->store, layer, w->state.last_key, take_line, &r, w->err);
	*good = !rc && !lines.failed && lines.len == r.want;
	if (*good) {
		tong__buf_free(&w->state.before);
		w->state.before = lines;
		w->state.started = true;
		memcpy(w->state.last_key, r.last, sizeof r.last);
		return 0;
	}
	tong__buf_free(&lines);
	return rc == TONG_E_STORE ? 0 : rc; /* what cannot be read is lost */
}

static int walk(struct walk *w)
{
	const struct tong__cs_head *h = &w->mend->head;
	int rc = 0;

	w->at = h->head_len;
	for (size_t i = 0; !rc && i < h->n_groups; i++) {
		bool good = false;

		rc = look_at_group(w, i, &good);
		if (!rc && !good)
			rc = fetch_group(w, i);
		w->at += h->groups[i].size;
	}
	if (!rc && w->mend->n == 0)
		rc = tong__fail(w->err, TONG_E_NOTFOUND, w->layer->target.name,
						"no group has lost a line");
	if (!rc && new_patch(w) == NULL) /* what stands behind the last line goes */
		rc = tong__fail_nomem(w->err);
	return rc;
}

int tong__mend_fetch(struct tong__sync *s, const struct tong__sync_layer *l,
					 struct tong__mend **out, tong_error *err)
{
	struct walk w = { .s = s, .layer = l, .err = err };
	int rc;

	*out = NULL;
	w.mend = calloc(1, sizeof *w.mend);
	if (!w.mend)
		return tong__fail_nomem(err);
	rc = fetch_head(s, l->change, &w.mend->head, err);
	if (!rc)
		rc = walk(&w);
	tong__cs_state_free(&w.state);
	if (rc)
		tong__mend_free(w.mend);
	else
		*out = w.mend;
	return rc;
}

int tong__mend_apply(const struct tong__mend *m, struct tong__layer_write *w, tong_error *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < m->n; i++)
		rc = tong__layer_write_patch(w, m->patches[i].after, m->patches[i].last,
									 m->patches[i].lines.data ? m->patches[i].lines.data : "",
									 m->patches[i].lines.len, err);
	return rc;
}

void tong__mend_free(struct tong__mend *m)
{
	for (size_t i = 0; m && i < m->n; i++)
		tong__buf_free(&m->patches[i].lines);
	if (m) {
		tong__cs_head_free(&m->head);
		free(m->patches);
	}
	free(m);
}
