/* Steps 6 and 7 of an update: which changesets, and bringing them here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/mend.h"

void tong__sync_incoming(const struct tong__sync *s, char *out, size_t max)
{
	snprintf(out, max, "%s/incoming", s->agent->dir);
}

void tong__sync_drop_layers(struct tong__sync *s)
{
	for (size_t i = 0; i < s->n_layers; i++) {
		tong__part_close(s->layers[i].part);
		tong__mend_free(s->layers[i].mend);
		tong__layer_target_free(&s->layers[i].target);
	}
	free(s->layers);
	s->layers = NULL;
	s->n_layers = 0;
}

static struct tong__str in_head(const struct tong__sync *s, const struct tong__layer_change *c)
{
	char name[TONG_REPO_NAME];
	struct tong__str none = { NULL, 0 }, found;

	tong__repo_changeset_name(&c->id, name);
	found = tong__sync_in_head(s, name);
	return found.n == c->length ? found : none;
}

/* ---- 6 plan ---- */

/* Faults of the file, not of the link or the disk: another file may do. */
static bool other_may_do(int code)
{
	return (code >= TONG_E_FORMAT && code < TONG_E_NET) || code == TONG_E_ABSENT;
}

/* What the way costs in bytes to fetch: what the head brought is here already. */
static uint64_t cost(const struct tong__sync *s, const struct tong__layer_change *c)
{
	return in_head(s, c).p ? 0 : c->length;
}

static bool usable(const struct tong__sync_layer *l, const struct tong__layer_change *c,
				   const struct tong__store_layer *held)
{
	if (c->whole)
		return true;
	return !l->whole_only && held->sound && tong__hash_equal(&held->sha256, &c->from);
}

/* Are the older ways worth asking for: is there none yet from what is held, and may one be shorter
 * than the whole layer? */
static bool wants_older(const struct tong__sync *s, const struct tong__sync_layer *l,
						const struct tong__store_layer *held)
{
	return l->target.older.length && !l->older_read && held->sound && !l->whole_only &&
		   l->change && l->change->whole && cost(s, l->change) > l->target.older.length;
}

/* T8. A list that cannot be had costs no more than the whole layer would. */
static int read_older(struct tong__sync *s, struct tong__sync_layer *l, tong_error *err)
{
	char name[TONG_REPO_NAME];
	struct tong__buf text;
	int rc;

	l->older_read = true;
	tong__repo_older_name(&l->target.older.id, name);
	tong__buf_init(&text, l->target.older.length);
	rc = tong__sync_file(s, name, &text, err);
	if (!rc)
		rc = tong__layer_target_older(&l->target, text.data ? text.data : "", text.len, err);
	tong__buf_free(&text);
	if (!other_may_do(rc))
		return rc;
	tong__agent_log(s->agent, TONG__WARNING, "%s: %s: %s; the whole layer is taken",
					l->target.name, err->subject, err->message);
	err->code = 0;
	return 0;
}

static void choose(const struct tong__sync *s, struct tong__sync_layer *l,
				   const struct tong__store_layer *held)
{
	l->change = NULL;
	for (size_t i = 0; i < l->target.n_changes; i++) {
		const struct tong__layer_change *c = &l->target.changes[i];

		if (usable(l, c, held) && (!l->change || cost(s, c) < cost(s, l->change)))
			l->change = c;
	}
}

/* All changesets of a role lead to the layer it names (T3), so a way is one changeset: from what is
 * held, or from nothing. */
static int plan_layer(struct tong__sync *s, struct tong__sync_layer *l, tong_error *err)
{
	struct tong__store_layer held = { .sound = false };
	int rc = tong__store_layer(s->store, l->target.name, &held, err);

	if (rc && rc != TONG_E_NOTFOUND)
		return rc;
	tong__part_close(l->part);
	tong__mend_free(l->mend);
	l->part = NULL;
	l->mend = NULL;
	if (held.sound && !l->whole_only && tong__hash_equal(&held.sha256, &l->target.sha256))
		return 0; /* done already */
	choose(s, l, &held);
	if (wants_older(s, l, &held)) {
		rc = read_older(s, l, err);
		if (rc)
			return rc;
		choose(s, l, &held); /* the list of changes has moved in memory */
	}
	l->mendable = l->change && l->change->whole && held.records && !held.sound && !l->whole_only &&
				  !l->mend_tried && !in_head(s, l->change).p;
	if (l->change)
		return 0;
	return tong__fail(err, TONG_E_FORMAT, l->target.name,
					  "T3: no changeset leads here from what this node holds");
}

/* The least that a budget leaves. */
static uint64_t may_fetch(const struct tong__sync *s)
{
	uint64_t down = tong__source_count(s->source).down;
	uint64_t month = tong__source_on_network(s->source) ? tong__link_left(s->link) : UINT64_MAX;
	uint64_t here = s->budget > down ? s->budget - down : 0;

	return s->budget && here < month ? here : month;
}

/* P4: what will be fetched is known before it is. */
static int check_budget(const struct tong__sync *s, tong_error *err)
{
	uint64_t want = 0, left = may_fetch(s);

	for (size_t i = 0; i < s->n_layers; i++) {
		const struct tong__sync_layer *l = &s->layers[i];
		uint64_t have = l->part ? tong__part_have(l->part) : 0;

		if (l->change && !l->mendable && !in_head(s, l->change).p && have < l->change->length)
			want += l->change->length - have;
	}
	if (want <= left)
		return 0;
	return tong__fail(err, TONG_E_BUDGET, s->shown,
					  "the update needs %llu bytes more, %llu are left of the budget; "
					  "raise it or bring the release on a stick",
					  (unsigned long long)want, (unsigned long long)left);
}

static int open_part(struct tong__sync *s, struct tong__sync_layer *l, tong_error *err)
{
	char dir[4096];

	if (!l->change || l->part || l->mendable)
		return 0;
	tong__sync_incoming(s, dir, sizeof dir);
	return tong__part_open(&l->part, dir, &l->target, l->change, err);
}

int tong__sync_plan(struct tong__sync *s, tong_error *err)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < s->n_layers; i++) {
		rc = plan_layer(s, &s->layers[i], err);
		if (!rc)
			rc = open_part(s, &s->layers[i], err);
	}
	return rc ? rc : check_budget(s, err);
}

/* ---- 7 fetch ---- */

static int fetch_part(struct tong__sync *s, struct tong__sync_layer *l, tong_error *err)
{
	struct tong__str here = in_head(s, l->change);
	struct tong__sink sink = tong__part_sink(l->part);
	struct tong__get get = { .sink = &sink, .ceiling = l->change->length };
	char name[TONG_REPO_NAME];
	int rc;

	if (tong__part_complete(l->part))
		return 0; /* done already */
	if (here.p) {
		rc = tong__part_reset(l->part, err);
		return rc ? rc : tong__part_add(l->part, here.p, here.n, err);
	}
	tong__repo_changeset_name(&l->change->id, name);
	get.name = name;
	get.offset = tong__part_have(l->part);
	tong__agent_log(s->agent, TONG__DEBUG, "asking for %s (%s, %llu of %llu bytes here)", name,
					l->target.name, (unsigned long long)get.offset,
					(unsigned long long)l->change->length);
	s->from_source++;
	rc = tong__source_get(s->source, &get, err);
	return rc ? rc : tong__part_done(l->part, err);
}

/* What is lost alone; or else the whole, as without damage. */
static int mend_layer(struct tong__sync *s, struct tong__sync_layer *l, tong_error *err)
{
	int rc = tong__mend_fetch(s, l, &l->mend, err);

	if (!rc || (!other_may_do(rc) && rc != TONG_E_NOTFOUND))
		return rc;
	tong__agent_log(s->agent, TONG__WARNING, "%s: %s; the whole layer is fetched", l->target.name,
					err->message);
	err->code = 0;
	l->mendable = false;
	l->mend_tried = true;
	rc = open_part(s, l, err);
	return rc ? rc : check_budget(s, err);
}

static int fetch_layer(struct tong__sync *s, struct tong__sync_layer *l, tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	uint64_t had;
	int rc = l->mendable ? mend_layer(s, l, err) : 0;

	if (rc || l->mend)
		return rc;
	had = tong__part_have(l->part);
	rc = fetch_part(s, l, err);
	if (rc == TONG_E_HASH && had) {
		/* What an earlier try left may be to blame: once more, from the last piece that was good.
		 */
		rc = fetch_part(s, l, err);
	}
	if (!other_may_do(rc) || l->change->whole)
		return rc;
	tong__agent_log(s->agent, TONG__WARNING,
					"%s: the changeset cannot be used (%s), so the whole layer is fetched",
					l->target.name, err->message);
	tong__part_reset(l->part, &own);
	l->whole_only = true;
	rc = plan_layer(s, l, err);
	if (!rc)
		rc = open_part(s, l, err);
	if (!rc)
		rc = check_budget(s, err);
	return rc ? rc : fetch_part(s, l, err);
}

int tong__sync_fetch(struct tong__sync *s, tong_error *err)
{
	int rc = 0;

	/* First what is here already, so that it is kept when a long file after it is cut off. */
	for (int pass = 0; !rc && pass < 2; pass++)
		for (size_t i = 0; !rc && i < s->n_layers; i++)
			if (s->layers[i].change && (pass || in_head(s, s->layers[i].change).p))
				rc = fetch_layer(s, &s->layers[i], err);
	return rc;
}
