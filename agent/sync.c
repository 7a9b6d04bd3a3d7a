/* Runs the steps of an update over one source after another, and what to do when one of them fails.
 */
#include "agent/heal.h"
#include "agent/relay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef int step_fn(struct tong__sync *, tong_error *);

static const struct step {
	const char *name;
	step_fn *run;
} steps[] = { { "head", tong__sync_head },           { "root", tong__sync_root },
			  { "timestamp", tong__sync_timestamp }, { "snapshot", tong__sync_snapshot },
			  { "roles", tong__sync_roles },         { "plan", tong__sync_plan },
			  { "fetch", tong__sync_fetch },         { "apply", tong__sync_apply } };
enum { FIRST_TRUST = 1, PLAN = 5, N_STEPS = sizeof steps / sizeof *steps };

/* Refusals that may be the head's doing: the files one by one may be right. */
static bool may_be_head(const struct tong__sync *s, int code)
{
	return s->head && ((code >= TONG_E_FORMAT && code < TONG_E_NET) || code == TONG_E_ABSENT);
}

static bool wants_whole(const struct tong__sync *s)
{
	for (size_t i = 0; i < s->n_layers; i++)
		if (s->layers[i].whole_only && s->layers[i].change &&
			(!s->layers[i].change->whole || s->layers[i].mend))
			return true;
	return false;
}

/* Where to go on after a failed step, or -1: without the head from the first signed file, or with
 * the whole of a layer. */
static int go_on_at(struct tong__sync *s, int code, const tong_error *err)
{
	if (wants_whole(s)) {
		tong__agent_log(s->agent, TONG__WARNING, "%s: %s; the whole layer is taken instead",
						err->subject, err->message);
		return PLAN;
	}
	if (!may_be_head(s, code))
		return -1;
	tong__agent_log(s->agent, TONG__WARNING,
					"%s does not hold (%s: %s); the files are asked for one by one", s->head_name,
					err->subject, err->message);
	tong__sync_drop_heads(s);
	s->head_failed = true;
	return FIRST_TRUST;
}

/* Of this thread, for who looks into what an update costs. */
static long long processor_ms(void)
{
	struct timespec t = { 0, 0 };

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int run_steps(struct tong__sync *s, tong_error *err)
{
	int i = 0;

	while (i < N_STEPS && !s->finished) {
		long long before = processor_ms();
		int rc = steps[i].run(s, err), next;

		if (rc) {
			next = go_on_at(s, rc, err);
			if (next < 0)
				return rc;
			err->code = 0;
			i = next;
			continue;
		}
		tong__agent_log(s->agent, TONG__DEBUG, "step %d %s: done, %lld ms of processor time",
						i + 1, steps[i].name, processor_ms() - before);
		i++;
	}
	return s->finished ? tong__sync_note(s, err) : 0;
}

/* This node is up to date whether or not the levels below can be served: the next sync tries
 * again. */
static void hand_on(struct tong__sync *s)
{
	tong_error why = TONG_ERROR_INIT;

	if (tong__relay_update(s, &why))
		tong__agent_log(s->agent, TONG__WARNING,
						"the release is not handed on to the levels below yet: %s: %s", why.subject,
						why.message);
}

/* With what the sources before this one cost. */
void tong__sync_count(const struct tong__sync *s, tong_sync_result *r)
{
	struct tong__source_count c = tong__source_count(s->source);

	if (r != s->result)
		*r = *s->result;
	r->requests += c.requests;
	r->bytes_down += c.down;
	r->bytes_up += c.up;
	r->bytes_month = tong__link_month(s->link);
	r->clock_skew = s->link->clock_skew;
}

static void report(struct tong__sync *s)
{
	struct tong__source_count c = tong__source_count(s->source);
	tong_sync_result *r = s->result;

	tong__sync_count(s, r);
	tong__agent_log(s->agent, TONG__INFO,
					"%s cost %llu requests, %llu bytes received and %llu sent; over the network "
					"%llu bytes this month",
					s->shown, (unsigned long long)c.requests, (unsigned long long)c.down,
					(unsigned long long)c.up, (unsigned long long)r->bytes_month);
	r->release = (uint64_t)tong__store_number(s->store, "release", 0);
	r->changed = r->release > s->release;
	snprintf(r->way, sizeof r->way, "%s", s->way ? s->way : "");
	snprintf(r->source, sizeof r->source, "%.255s", s->shown);
}

/* What the sources before left of the budget: trying another one does not make it larger. */
static int left_of_budget(const tong_agent *a, const tong_sync_result *r, uint64_t *left,
						  tong_error *err)
{
	*left = 0;
	if (!a->opt.byte_budget)
		return 0;
	if (r->bytes_down >= a->opt.byte_budget)
		return tong__fail(err, TONG_E_BUDGET, NULL,
						  "the %llu bytes that this sync may fetch are spent",
						  (unsigned long long)a->opt.byte_budget);
	*left = a->opt.byte_budget - r->bytes_down;
	return 0;
}

/* Everything from one source. */
static int sync_from(struct tong__link *link, const char *where, tong_sync_result *result,
					 tong_error *err)
{
	tong_agent *a = link->agent;
	struct tong__store *store = link->store;
	struct tong__source_options opt = { .user = a->opt.user,
										.progress = a->opt.progress,
										.stall_seconds = a->opt.timeout_seconds,
										.link = link };
	struct tong__sync s = {
		.agent = a, .store = store, .where = where, .link = link, .result = result
	};
	int rc = left_of_budget(a, result, &opt.budget, err);

	s.budget = opt.budget;
	tong__source_shown(where, s.shown);
	if (!rc)
		rc = tong__source_open(&s.source, where, &opt, err);

	if (rc)
		return rc;
	s.regions = tong__agent_list(a, "regions");
	if (tong__store_met_damage(a->store)) { /* no region read would mean all */
		json_decref(s.regions);
		tong__source_close(s.source);
		return tong__store_damage(a->dir, err);
	}
	s.release = (unsigned long)tong__store_number(store, "release", 0);
	s.left = (unsigned long)tong__store_number(store, "left", 0);
	rc = run_steps(&s, err);
	if (!rc)
		hand_on(&s);
	report(&s);
	tong__sync_drop_layers(&s);
	tong__trust_free(s.trust);
	tong__sync_drop_heads(&s);
	json_decref(s.regions);
	tong__source_close(s.source);
	return rc;
}

/* A fault of this node is the same at every source. */
static bool next_may_do(int code)
{
	return code >= TONG_E_USAGE && code < TONG_E_IO;
}

static int sync_remembered(struct tong__link *link, tong_sync_result *result, tong_error *err)
{
	tong_agent *a = link->agent;
	json_t *sources = tong__agent_list(a, "sources"), *where;
	char shown[TONG_SOURCE_SHOWN];
	size_t i, n = json_array_size(sources);
	int rc =
		n ? 0 : tong__fail(err, TONG_E_USAGE, a->dir, "this store remembers no source; name one");

	json_array_foreach(sources, i, where)
	{
		rc = sync_from(link, json_string_value(where), result, err);
		if (!rc || !next_may_do(rc))
			break;
		if (i + 1 < n)
			tong__agent_log(a, TONG__WARNING, "%s: %s: %s; the next source is tried",
							tong__source_shown(json_string_value(where), shown), err->subject,
							err->message);
	}
	json_decref(sources);
	return rc;
}

static int open_writer(tong_agent *a, struct tong__store **out, tong_error *err)
{
	*out = NULL;
	if (a->opt.read_only)
		return tong__fail(err, TONG_E_USAGE, a->dir, "the store was opened for reading only");
	return tong__store_open(out, a->dir, true, err);
}

static int sync_once(tong_agent *a, const char *source, tong_sync_result *result, tong_error *err)
{
	struct tong__store *store;
	struct tong__link link;
	int rc, kept;

	rc = open_writer(a, &store, err);
	if (rc)
		return rc;
	rc = tong__link_open(&link, a, store, err);
	if (!rc)
		rc = source ? sync_from(&link, source, result, err) : sync_remembered(&link, result, err);
	kept = tong__link_settle(&link, rc ? NULL : err);
	tong__store_close(store);
	return rc ? rc : kept;
}

/* From the node's own copy first, which costs nothing. */
static int sync_healed(tong_agent *a, const char *source, tong_sync_result *result, tong_error *err)
{
	char own[4096];
	tong_error why = TONG_ERROR_INIT;

	if (tong__heal_source(a, own) && sync_once(a, own, result, &why))
		tong__agent_log(a, TONG__INFO, "%s: %s: %s", own, why.subject, why.message);
	return sync_once(a, source, result, err);
}

int tong_agent_sync(tong_agent *a, const char *source, tong_sync_result *out, tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	tong_sync_result result = TONG_SYNC_RESULT_INIT;
	bool heals = !a->opt.read_only;
	int rc;

	err = err ? err : &own;
	err->code = 0;
	tong__memory_forget();
	rc = heals && tong__store_marked(a->dir) ? tong__heal(a, err) : 0;
	if (!rc)
		rc = sync_healed(a, source, &result, err);
	if (rc)
		rc = tong__agent_told(rc, err);
	if (rc != TONG_E_NOMEM && heals &&
		(tong__store_is_damage(rc, err) || tong__store_met_damage(a->store))) {
		if (rc)
			tong__agent_log(a, TONG__WARNING, "%s: %s", err->subject, err->message);
		rc = tong__heal(a, err);
		if (!rc)
			rc = sync_healed(a, source, &result, err);
	}
	tong__result_give(out, &result, sizeof result);
	return rc ? tong__agent_told(rc, err) : 0;
}

/* ---- handing on ---- */

int tong_agent_relay(tong_agent *a, int on, tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	struct tong__store *store;
	int rc;

	err = err ? err : &own;
	rc = open_writer(a, &store, err);
	if (!rc)
		rc = tong__store_write_begin(store, err);
	if (!rc)
		rc = tong__store_number_set(store, "relay", on != 0, err);
	if (!rc)
		rc = tong__store_commit(store, err);
	if (!rc && !on)
		tong__relay_remove(a->dir);
	tong__store_close(store);
	return rc;
}

/* ---- going back ---- */

static int rollback(struct tong__store *store, tong_error *err)
{
	int64_t left = tong__store_number(store, "release", 0), expires;
	unsigned long version = 0;
	uint64_t changed = 0;
	int rc = tong__store_rollback(store, &changed, err);

	if (!rc && !tong__store_trusted_facts(store, "snapshot", &version, &expires))
		rc = tong__fail(err, TONG_E_STORE, "snapshot", "is not in the release that was kept");
	if (!rc)
		rc = tong__store_number_set(store, "release", (int64_t)version, err);
	if (!rc)
		rc = tong__store_number_set(store, "left", left, err);
	if (!rc)
		rc = tong__store_number_set(store, "ahead", tong__store_number(store, "undo_ahead", 0),
									err); /* the root stays */
	if (!rc)
		rc = tong__store_number_set(store, "serial", tong__store_number(store, "serial", 0) + 1,
									err);
	return rc;
}

int tong_agent_rollback(tong_agent *a, tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	struct tong__store *store;
	int rc;

	err = err ? err : &own;
	tong__memory_forget();
	rc = open_writer(a, &store, err);
	if (!rc)
		rc = tong__store_write_begin(store, err);
	if (!rc)
		rc = rollback(store, err);
	rc = tong__agent_told(rc, err); /* a number that could not be read counts as 0 */
	if (!rc)
		rc = tong__store_commit(store, err);
	tong__store_close(store); /* ends what did not come to commit */
	return rc;
}
