/* Step 8 of an update: one transaction from the old release to the new one (P1). */
#include <stdlib.h>
#include <string.h>

#include "agent/mend.h"
#include "agent/relay.h"
#include "core/site.h"

/* ---- layers ---- */

static int apply_groups(struct tong__sync_layer *l, struct tong__layer_write *w, tong_error *err)
{
	struct tong__buf frame;
	int rc = 0;

	tong__buf_init(&frame, TONG_MAX_GROUP + 65536);
	for (size_t i = 0; !rc && i < tong__part_head(l->part)->n_groups; i++) {
		tong__buf_clear(&frame);
		rc = tong__part_frame(l->part, i, &frame, err);
		if (!rc)
			rc = tong__layer_write_group(w, i, frame.data, frame.len, err);
	}
	tong__buf_free(&frame);
	return rc;
}

static int apply_layer(struct tong__sync *s, struct tong__sync_layer *l, tong_error *err)
{
	struct tong__layer_write *w = NULL;
	int rc;

	if (!l->change)
		return 0; /* done already */
	rc = tong__layer_write_open(&w, s->store, &l->target,
								l->mend ? &l->mend->head : tong__part_head(l->part), err);
	if (!rc)
		rc = l->mend ? tong__mend_apply(l->mend, w, err) : apply_groups(l, w, err);
	if (!rc)
		rc = tong__layer_write_close(w, &s->result->records, err);
	tong__layer_write_free(w);
	if (rc && (!l->change->whole || l->mend) && rc >= TONG_E_FORMAT && rc < TONG_E_NET)
		l->whole_only = true; /* the whole layer may still do: sync.c plans again */
	return rc;
}

static bool still_there(const struct tong__sync *s, const char *name)
{
	for (size_t i = 0; i < s->n_layers; i++)
		if (strcmp(s->layers[i].target.name, name) == 0)
			return true;
	return false;
}

struct gone {
	const struct tong__sync *s;
	char (*names)[TONG_MAX_ROLE_NAME];
	size_t n;
};

static int note_gone(void *arg, const struct tong__store_layer *l)
{
	struct gone *g = arg;
	void *more;

	if (still_there(g->s, l->name))
		return 0;
	more = realloc(g->names, (g->n + 1) * sizeof *g->names);
	if (!more)
		return TONG_E_NOMEM;
	g->names = more;
	memcpy(g->names[g->n++], l->name, sizeof *g->names);
	return 0;
}

/* Layers held that the release, or this node, has no more. */
static int find_gone(struct tong__sync *s, struct gone *g, tong_error *err)
{
	int rc;

	*g = (struct gone){ s, NULL, 0 };
	rc = tong__store_layers(s->store, note_gone, g, err);
	return rc == TONG_E_NOMEM ? tong__fail_nomem(err) : rc;
}

/* ---- metadata ---- */

static int keep_trusted(struct tong__sync *s, tong_error *err)
{
	static const char *const roles[] = { "root", "timestamp", "snapshot", "targets" };
	int rc = tong__store_trusted_clear(s->store, err);

	for (size_t i = 0; !rc && i < sizeof roles / sizeof *roles; i++)
		rc = tong__store_trusted_set(s->store, s->trust, roles[i], err);
	for (size_t i = 0; !rc && i < s->n_layers; i++)
		rc = tong__store_trusted_set(s->store, s->trust, s->layers[i].target.name, err);
	return rc;
}

static int keep_validator(struct tong__sync *s, tong_error *err)
{
	struct tong__buf text;
	int rc = 0;

	/* A head that led to a refusal must not be answered with 304 next time. */
	if (!s->validator_new || s->head_failed)
		return 0;
	tong__buf_init(&text, sizeof s->validator);
	tong__buf_addf(&text, "%s\n%s", s->validator.etag, s->validator.modified);
	if (text.data)
		rc = tong__store_seen_set(s->store, s->place, text.data, err);
	tong__buf_free(&text);
	return rc;
}

static int keep_report(struct tong__sync *s, tong_error *err)
{
	tong_sync_result r;
	char *text = NULL;
	json_t *doc;
	int rc;

	tong__sync_count(s, &r);
	doc = json_pack("{s:I, s:s, s:s, s:I, s:I, s:I, s:I, s:I}", "time",
					(json_int_t)tong__agent_now(s->agent), "way", s->way, "source", s->shown,
					"requests", (json_int_t)r.requests, "bytes_down", (json_int_t)r.bytes_down,
					"bytes_up", (json_int_t)r.bytes_up, "records", (json_int_t)r.records,
					"clock_skew", (json_int_t)r.clock_skew);
	rc = tong__agent_say(NULL, doc, &text, err);

	if (!rc)
		rc = tong__store_meta_set(s->store, "last_sync", text, err);
	free(text);
	return rc;
}

static int keep_numbers(struct tong__sync *s, bool changed, tong_error *err)
{
	int rc = tong__store_number_set(s->store, "release",
									(int64_t)tong__trust_version(s->trust, "snapshot"), err);

	if (!rc && changed)
		rc = tong__store_number_set(s->store, "serial",
									tong__store_number(s->store, "serial", 0) + 1, err);
	if (!rc)
		rc = tong__store_number_set(s->store, "damaged", 0, err);
	if (!rc)
		rc = tong__store_number_set(s->store, "forget", 0, err);
	if (!rc)
		rc = tong__store_number_set(s->store, "ahead", 0, err);
	if (!rc && tong__trust_version(s->trust, "snapshot") > s->left)
		rc = tong__store_number_set(s->store, "left", 0, err);
	return rc;
}

int tong__sync_note(struct tong__sync *s, tong_error *err)
{
	int rc = tong__store_write_begin(s->store, err);

	if (!rc)
		rc = keep_validator(s, err);
	if (!rc)
		rc = keep_report(s, err);
	if (rc) {
		tong__store_abort(s->store);
		return rc;
	}
	return tong__store_commit(s->store, err);
}

/* A look that this program cannot build pages with would leave the node without any: the release is
 * refused whole, and what is held stays (L8). */
static int check_look(struct tong__sync *s, tong_error *err)
{
	struct tong__buf line;
	json_t *look = NULL;
	tong_error none = TONG_ERROR_INIT;
	int rc = 0;

	tong__buf_init(&line, TONG_MAX_RECORD);
	if (!tong__store_get(s->store, "site", "look", &line, &none))
		rc = tong__record_check(line.data, line.len, &look, err);
	if (!rc)
		rc = tong__look_check(look, err);
	json_decref(look);
	tong__buf_free(&line);
	return rc;
}

/* ---- all of it ---- */

/* The release left must verify again, or be known to be older than the root. */
static int begin_undo(struct tong__sync *s, tong_error *err)
{
	int rc = tong__store_undo_begin(s->store, err);

	return rc ? rc
			  : tong__store_number_set(s->store, "undo_ahead",
									   tong__store_number(s->store, "ahead", 0), err);
}

static int write_all(struct tong__sync *s, const struct gone *gone, tong_error *err)
{
	bool changed = gone->n > 0;
	int rc = 0;

	for (size_t i = 0; i < s->n_layers; i++)
		changed = changed || s->layers[i].change;
	/* A repair of the same release leaves the way back as it is. */
	if (changed && s->release && tong__trust_version(s->trust, "snapshot") != s->release)
		rc = begin_undo(s, err);
	for (size_t i = 0; !rc && i < gone->n; i++)
		rc = tong__store_layer_drop(s->store, gone->names[i], &s->result->records, err);
	for (size_t i = 0; !rc && i < s->n_layers; i++)
		rc = apply_layer(s, &s->layers[i], err);
	if (!rc)
		rc = check_look(s, err);
	if (!rc)
		rc = keep_trusted(s, err);
	if (!rc)
		rc = keep_numbers(s, changed, err);
	if (!rc)
		rc = keep_validator(s, err);
	if (!rc)
		rc = keep_report(s, err);
	return tong__agent_told(rc, err); /* what could not be read counted as missing */
}

/* What came lies verified in parts and in signed files by now; its room goes to the records. */
static void make_room(struct tong__sync *s)
{
	tong__sync_drop_heads(s);
	tong__trust_lean(s->trust);
}

/* How the release came, in a word or two. */
static void name_way(struct tong__sync *s)
{
	s->way = s->head && !s->from_source ? "head" : "metadata";
	for (size_t i = 0; i < s->n_layers; i++)
		if (s->layers[i].mend)
			s->way = strcmp(s->way, "full") ? "mended" : s->way;
		else if (s->layers[i].change && s->layers[i].change->whole)
			s->way = "full";
}

int tong__sync_apply(struct tong__sync *s, tong_error *err)
{
	struct gone gone;
	char dir[4096];
	int rc = find_gone(s, &gone, err);

	name_way(s);
	make_room(s);
	s->result->records = 0;
	if (!rc)
		rc = tong__store_write_begin(s->store, err);
	if (!rc)
		rc = write_all(s, &gone, err);
	if (!rc)
		rc = tong__store_commit(s->store, err);
	else
		tong__store_abort(s->store);
	free(gone.names);
	if (rc)
		return rc;
	for (size_t i = 0; i < s->n_layers && tong__relay_on(s->store); i++)
		if (!s->layers[i].mend)
			tong__relay_take(s, &s->layers[i]);
	tong__sync_incoming(s, dir, sizeof dir);
	tong__parts_remove(dir);
	return 0;
}
