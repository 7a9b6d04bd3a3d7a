/* Steps 1 to 5 of an update: the head and the signed metadata. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/sync.h"
#include "core/text.h"

/* ---- files ---- */

struct tong__str tong__sync_in_head(const struct tong__sync *s, const char *name)
{
	struct tong__str none = { NULL, 0 }, found = s->head ? tong__head_get(s->head, name) : none;

	return found.p || !s->start ? found : tong__head_get(s->start, name);
}

void tong__sync_drop_heads(struct tong__sync *s)
{
	tong__head_free(s->head);
	tong__head_free(s->start);
	s->head = s->start = NULL;
}

int tong__sync_file(struct tong__sync *s, const char *name, struct tong__buf *out, tong_error *err)
{
	struct tong__str in_head = tong__sync_in_head(s, name);

	if (in_head.p && in_head.n <= out->max) {
		tong__buf_clear(out);
		if (tong__buf_add(out, in_head.p, in_head.n))
			return tong__fail_nomem(err);
		return 0;
	}
	tong__agent_log(s->agent, TONG__DEBUG, "asking for %s", name);
	s->from_source++;
	return tong__source_read(s->source, name, NULL, out, err);
}

bool tong__sync_local(struct tong__sync *s, const char *role, struct tong__buf *out)
{
	tong_error own;

	tong__buf_clear(out);
	return tong__store_trusted(s->store, role, out, &own) == 0;
}

bool tong__sync_wants(const struct tong__sync *s, const char *layer)
{
	json_t *region;
	size_t i;

	if (!tong__layer_name_valid(layer))
		return false;
	if (json_array_size(s->regions) == 0)
		return true;
	json_array_foreach(s->regions, i, region) {
		if (tong__layer_concerns(layer, json_string_value(region)))
			return true;
	}
	return false;
}

/* ---- 1 head ---- */

struct cover {
	const struct tong__sync *s;
	char best[16]; /* the smallest region held that has all of ours in it */
};

static int try_cover(void *arg, const struct tong__store_layer *l)
{
	struct cover *c = arg;
	json_t *region;
	size_t i;

	if (l->name[0] != 'r')
		return 0;
	json_array_foreach(c->s->regions, i, region) if (!tong__region_within(json_string_value(region),
																		  l->name + 1)) return 0;
	if (strlen(l->name + 1) < sizeof c->best &&
		(!c->best[0] || tong__region_within(l->name + 1, c->best)))
		strcpy(c->best, l->name + 1);
	return 0;
}

/* A head exists for each region that has a layer. Before the first sync nobody knows which have:
 * then the node's own region. */
static int choose_head(struct tong__sync *s, tong_error *err)
{
	struct cover c = { s, "" };
	size_t n = json_array_size(s->regions);
	int rc = n ? tong__store_layers(s->store, try_cover, &c, err) : 0;

	if (!c.best[0] && n == 1 && s->release == 0)
		snprintf(c.best, sizeof c.best, "%s", json_string_value(json_array_get(s->regions, 0)));
	snprintf(s->head_name, sizeof s->head_name, "heads/%s", c.best[0] ? c.best : "all");
	snprintf(s->place, sizeof s->place, "%s %s", s->where, s->head_name);
	return rc;
}

static int check_expired(void *arg, const struct tong__store_layer *l)
{
	struct tong__sync *s = arg;
	unsigned long version;
	int64_t expires = 0;

	return !tong__store_trusted_facts(s->store, l->name, &version, &expires) || !l->sound ||
		   expires <= tong__agent_now(s->agent);
}

/* True when everything held is whole, signed and in date: then a 304 is the whole answer. */
static bool all_current(struct tong__sync *s)
{
	static const char *const roles[] = { "root", "timestamp", "snapshot", "targets" };
	unsigned long version;
	int64_t expires;
	tong_error own;

	if (!s->release || tong__store_number(s->store, "damaged", 0) ||
		tong__store_number(s->store, "forget", 0) || tong__store_number(s->store, "ahead", 0))
		return false;
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		if (!tong__store_trusted_facts(s->store, roles[i], &version, &expires) ||
			expires <= tong__agent_now(s->agent))
			return false;
	return tong__store_layers(s->store, check_expired, s, &own) == 0;
}

/* The store keeps a validator as two lines. */
static int read_validator(struct tong__sync *s, tong_error *err)
{
	struct tong__validator *v = &s->validator;
	struct tong__buf text;
	size_t n;
	int rc;

	tong__buf_init(&text, sizeof v->etag + sizeof v->modified);
	rc = tong__store_seen(s->store, s->place, &text, err);
	if (!rc && text.data) {
		n = strcspn(text.data, "\n");
		if (n < sizeof v->etag && text.len - n <= sizeof v->modified) {
			memcpy(v->etag, text.data, n);
			memcpy(v->modified, text.data + n + (n < text.len), text.len - n - (n < text.len));
		}
	}
	tong__buf_free(&text);
	return rc;
}

static void open_head(struct tong__sync *s, const struct tong__buf *bytes)
{
	tong_error why = TONG_ERROR_INIT;

	if (tong__head_read(bytes->data ? bytes->data : "", bytes->len, &s->head, &why)) {
		s->head = NULL;
		tong__agent_log(s->agent, TONG__WARNING,
						"%s: not a head, so the files are asked for one by one: %s", s->head_name,
						why.message);
	}
	/* What is no head must not be answered with 304 while releases go on beside it. */
	s->validator_new = s->head != NULL;
}

int tong__sync_head(struct tong__sync *s, tong_error *err)
{
	struct tong__buf bytes;
	int rc = choose_head(s, err);

	if (!rc && all_current(s))
		rc = read_validator(s, err);
	if (rc)
		return rc;
	tong__buf_init(&bytes, TONG_MAX_HEAD);
	rc = tong__source_read(s->source, s->head_name, &s->validator, &bytes, err);
	if (!rc && s->validator.same) {
		s->finished = true;
		s->way = "not modified";
	} else if (!rc) {
		open_head(s, &bytes);
	} else if (rc == TONG_E_ABSENT || rc == TONG_E_LIMIT || rc == TONG_E_HTTP) {
		tong__agent_log(s->agent, TONG__INFO, "%s: %s", s->head_name, err->message);
		rc = 0; /* a convenience that is missing: the files are there one by one */
		err->code = 0;
	}
	tong__buf_free(&bytes);
	return rc;
}

/* ---- 2 root ---- */

static int next_root(struct tong__sync *s, bool *last, tong_error *err)
{
	unsigned long next = tong__trust_root_version(s->trust) + 1;
	struct tong__buf bytes;
	char name[TONG_REPO_NAME];
	int rc;

	tong__repo_metadata_name(next, "root", name);
	tong__buf_init(&bytes, TONG_MAX_ROOT);
	rc = tong__sync_file(s, name, &bytes, err);
	if (rc == TONG_E_ABSENT) {
		*last = true;
		rc = 0;
	} else if (!rc) {
		rc = tong__trust_root(s->trust, bytes.data ? bytes.data : "", bytes.len, err);
	}
	tong__buf_free(&bytes);
	return rc;
}

/* 5.3.8: a root once trusted is kept, whatever becomes of the rest. The release stays as it is
 * (P1). */
static int persist_root(struct tong__sync *s, unsigned long before, bool keys_changed,
						tong_error *err)
{
	int rc;

	if (tong__trust_root_version(s->trust) == before)
		return 0;
	rc = tong__store_write_begin(s->store, err);
	if (!rc)
		rc = tong__store_trusted_set(s->store, s->trust, "root", err);
	if (!rc)
		rc = tong__store_number_set(s->store, "ahead", 1, err); /* of what else is held */
	if (!rc && keys_changed) {
		/* 5.3.11: also in a later run the local timestamp and snapshot do not count, nor does the
		 * release left. */
		rc = tong__store_number_set(s->store, "forget", 1, err);
		if (!rc)
			rc = tong__store_number_set(s->store, "left", 0, err);
		s->left = 0;
	}
	if (!rc)
		rc = tong__store_commit(s->store, err);
	else
		tong__store_abort(s->store);
	return rc;
}

int tong__sync_root(struct tong__sync *s, tong_error *err)
{
	struct tong__buf held;
	bool last = false, changed = false;
	unsigned long before = 0, newest;
	int rc;

	tong__buf_init(&held, TONG_MAX_ROOT);
	rc = tong__store_trusted(s->store, "root", &held, err);
	tong__trust_free(s->trust);
	s->trust = NULL;
	if (!rc)
		rc = tong__trust_new(&s->trust, held.data ? held.data : "", held.len,
							 tong__agent_now(s->agent), err);
	tong__buf_free(&held);
	if (rc)
		return rc;
	before = tong__trust_root_version(s->trust);
	newest = s->head ? tong__head_root(s->head) : 0;
	while (!rc && !last && (newest == 0 || tong__trust_root_version(s->trust) < newest))
		rc = next_root(s, &last, err);
	if (!rc) {
		rc = tong__trust_root_done(s->trust, &changed, err);
		s->forget_online = changed || tong__store_number(s->store, "forget", 0);
	}
	if (!rc || rc == TONG_E_EXPIRED) {
		tong_error own;
		int kept = persist_root(s, before, changed, rc ? &own : err);

		rc = rc ? rc : kept;
	}
	return rc;
}

/* ---- 3 timestamp ---- */

/* Copies from an earlier update carry the version rules even when they are expired; one that does
 * not verify is left out. */
static void offer_local(struct tong__sync *s)
{
	tong_error own = TONG_ERROR_INIT;
	struct tong__buf b;

	tong__buf_init(&b, TONG_MAX_SNAPSHOT);
	if (tong__sync_local(s, "timestamp", &b) &&
		tong__trust_local_timestamp(s->trust, b.data, b.len, &own))
		tong__agent_log(s->agent, TONG__WARNING, "the timestamp held does not count: %s",
						own.message);
	if (tong__sync_local(s, "snapshot", &b) &&
		tong__trust_local_snapshot(s->trust, b.data, b.len, &own))
		tong__agent_log(s->agent, TONG__WARNING, "the snapshot held does not count: %s",
						own.message);
	tong__buf_free(&b);
}

int tong__sync_timestamp(struct tong__sync *s, tong_error *err)
{
	struct tong__buf b;
	bool same = false;
	int rc;

	if (!s->forget_online)
		offer_local(s);
	tong__buf_init(&b, TONG_MAX_TIMESTAMP);
	rc = tong__sync_file(s, "timestamp.json", &b, err);
	if (!rc)
		rc = tong__trust_timestamp(s->trust, b.data ? b.data : "", b.len, &same, err);
	tong__buf_free(&b);
	if (!rc && same)
		tong__agent_log(s->agent, TONG__DEBUG, "timestamp: the one held is the newest");
	return rc;
}

/* ---- 4 snapshot ---- */

/* P3: the release that the operator left is not taken again, nor one before it; nor one before what
 * is held, even where the copies that would say so are damaged. */
static int check_left(struct tong__sync *s, unsigned long version, tong_error *err)
{
	if (version < s->release && !s->forget_online)
		return tong__fail(err, TONG_E_ROLLBACK, "snapshot",
						  "P3: version %lu, wanted the %lu that is held, or later", version,
						  s->release);
	if (!s->left || version > s->left || version == s->release)
		return 0;
	if (version < s->left)
		return tong__fail(err, TONG_E_ROLLBACK, "snapshot",
						  "P3: version %lu, wanted one after %lu, which was left "
						  "by rollback",
						  version, s->left);
	tong__agent_log(s->agent, TONG__INFO,
					"release %lu was left by rollback; a newer one is waited for", version);
	s->finished = true;
	s->way = "left";
	return 0;
}

int tong__sync_snapshot(struct tong__sync *s, tong_error *err)
{
	unsigned long version = tong__trust_snapshot_version(s->trust), held;
	tong_error own = TONG_ERROR_INIT;
	int64_t expires;
	struct tong__buf b;
	char name[TONG_REPO_NAME];
	int rc = check_left(s, version, err);

	if (rc || s->finished)
		return rc;
	tong__buf_init(&b, tong__trust_snapshot_ceiling(s->trust));
	if (tong__store_trusted_facts(s->store, "snapshot", &held, &expires) && held == version &&
		tong__sync_local(s, "snapshot", &b) &&
		tong__trust_snapshot(s->trust, b.data, b.len, &own) == 0) {
		tong__buf_free(&b);
		return 0; /* done already */
	}
	tong__repo_metadata_name(version, "snapshot", name);
	rc = tong__sync_file(s, name, &b, err);
	if (!rc)
		rc = tong__trust_snapshot(s->trust, b.data ? b.data : "", b.len, err);
	tong__buf_free(&b);
	return rc;
}

/* ---- 5 roles ---- */

static int load_role(struct tong__sync *s, const char *role, const char *delegator, tong_error *err)
{
	unsigned long version = tong__trust_role_version(s->trust, role), held;
	tong_error own = TONG_ERROR_INIT;
	int64_t expires;
	struct tong__buf b;
	char name[TONG_REPO_NAME];
	int rc;

	if (!version)
		return tong__fail(err, TONG_E_ROLE, role, "snapshot does not list it");
	tong__buf_init(&b, tong__trust_role_ceiling(s->trust, role));
	if (tong__store_trusted_facts(s->store, role, &held, &expires) && held == version &&
		tong__sync_local(s, role, &b) &&
		tong__trust_role(s->trust, role, delegator, b.data, b.len, &own) == 0) {
		tong__buf_free(&b);
		return 0; /* done already */
	}
	tong__repo_metadata_name(version, role, name);
	rc = tong__sync_file(s, name, &b, err);
	if (!rc)
		rc = tong__trust_role(s->trust, role, delegator, b.data ? b.data : "", b.len, err);
	tong__buf_free(&b);
	return rc;
}

static int add_layer(struct tong__sync *s, const char *name, tong_error *err)
{
	struct tong__sync_layer *more = realloc(s->layers, (s->n_layers + 1) * sizeof *more);
	int rc;

	if (!more)
		return tong__fail_nomem(err);
	s->layers = more;
	memset(&more[s->n_layers], 0, sizeof *more);
	rc = tong__trust_layer(s->trust, name, &more[s->n_layers].target, err);
	if (!rc)
		s->n_layers++;
	return rc;
}

/* H4: the beginning of a node in one file. Like a head it is a convenience that may be missing; and
 * what a killed sync had of it lies in parts already. */
static int read_start(struct tong__sync *s, tong_error *err)
{
	struct tong__buf bytes;
	char name[48], dir[4096];
	int rc;

	tong__sync_incoming(s, dir, sizeof dir);
	if (s->release || !s->head || s->start_asked || tong__parts_exist(dir))
		return 0;
	s->start_asked = true;
	snprintf(name, sizeof name, "heads/new-%s", s->head_name + strlen("heads/"));
	tong__buf_init(&bytes, TONG_MAX_HEAD);
	rc = tong__source_read(s->source, name, NULL, &bytes, err);
	if (!rc)
		rc = tong__head_read(bytes.data ? bytes.data : "", bytes.len, &s->start, err);
	tong__buf_free(&bytes);
	if (rc != TONG_E_ABSENT && rc != TONG_E_LIMIT && rc != TONG_E_HTTP && rc != TONG_E_FORMAT)
		return rc;
	tong__agent_log(s->agent, TONG__INFO, "%s: %s", name, err->message);
	err->code = 0;
	return 0;
}

int tong__sync_roles(struct tong__sync *s, tong_error *err)
{
	const char *name;
	int rc;

	tong__sync_drop_layers(s);
	rc = read_start(s, err);
	if (rc)
		return rc;
	rc = load_role(s, "targets", NULL, err);
	for (size_t i = 0; !rc && (name = tong__trust_delegation(s->trust, "targets", i, NULL)) != NULL;
		 i++) {
		if (!tong__sync_wants(s, name) || tong__trust_has_role(s->trust, name))
			continue;
		rc = load_role(s, name, "targets", err);
		if (!rc)
			rc = add_layer(s, name, err);
	}
	if (!rc && s->n_layers == 0)
		rc = tong__fail(err, TONG_E_ROLE, s->shown,
						"T2: targets delegates to no layer that this node needs");
	return rc;
}
