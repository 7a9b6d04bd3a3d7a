/* The order of an update: each file judged by the rules of specification section 5, kept or
 * refused. */
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/message.h"
#include "core/tuf_trust.h"

/* A call in the wrong order is a fault of the caller; it must not look like a bad file. */
static int too_early(tong_error *err, const char *role, const char *missing)
{
	return tong__fail(err, TONG_E_USAGE, role, "cannot be judged before %s", tong__text(missing));
}

static int check_expiry(const struct tong__trust *t, const struct tong__meta *meta,
						const char *section, tong_error *err)
{
	if (meta->expires > t->now)
		return 0;
	return tong__fail(err, TONG_E_EXPIRED, meta->role,
					  "version %lu expired at %s, before this update "
					  "began (specification %s)",
					  meta->version, tong__json_str(meta->body, "expires"), section);
}

/* Opens, verifies with the delegator's keys, and only then reads the body. */
static int read_signed(struct tong__meta **out, enum tong__meta_type type, const char *role,
					   const struct tong__meta *delegator, const void *p, size_t n,
					   const char *section, tong_error *err)
{
	int rc = tong__meta_open(out, type, role, p, n, err);

	if (!rc)
		rc = tong__meta_verify(*out, delegator, section, err);
	if (!rc)
		rc = tong__meta_body(*out, err);
	if (rc) {
		tong__meta_free(*out);
		*out = NULL;
	}
	return rc;
}

/* ---- root ---- */

int tong__trust_new(struct tong__trust **out, const void *root, size_t n, int64_t now,
					tong_error *err)
{
	struct tong__trust *t = calloc(1, sizeof *t);
	int rc;

	*out = NULL;
	if (!t)
		return tong__fail_nomem(err);
	t->now = now;
	rc = tong__meta_open(&t->root, TONG_META_ROOT, "root", root, n, err);
	if (!rc)
		rc = tong__meta_body(t->root, err);
	if (!rc)
		rc = tong__meta_verify(t->root, t->root, "5.2", err);
	if (rc) {
		tong__trust_free(t);
		return rc;
	}
	*out = t;
	return 0;
}

void tong__trust_free(struct tong__trust *t)
{
	if (!t)
		return;
	tong__meta_free(t->root);
	tong__meta_free(t->timestamp);
	tong__meta_free(t->snapshot);
	for (size_t i = 0; i < t->n_roles; i++)
		tong__meta_free(t->roles[i].meta);
	free(t->roles);
	free(t);
}

static bool has_key(const struct tong__meta *root, const struct tong__meta_role *role,
					const char *id)
{
	for (size_t i = 0; i < role->n_keys; i++)
		if (!strcmp(root->keys[role->keys[i]].id, id))
			return true;
	return false;
}

/* Keys were rotated when one that could sign no longer can. One more key takes nothing away from
 * what the others signed, and is no reason to forget the versions seen. */
static bool lost_a_key(const struct tong__meta *was, const struct tong__meta *is, const char *name)
{
	const struct tong__meta_role *before = tong__meta_role(was, name);
	const struct tong__meta_role *after = tong__meta_role(is, name);

	for (size_t i = 0; i < before->n_keys; i++)
		if (!has_key(is, after, was->keys[before->keys[i]].id))
			return true;
	return false;
}

int tong__trust_root(struct tong__trust *t, const void *p, size_t n, tong_error *err)
{
	struct tong__meta *next;
	int rc;

	if (t->timestamp || t->snapshot)
		return tong__fail(err, TONG_E_USAGE, "root", "comes before timestamp and snapshot");
	if (t->steps == TONG_MAX_ROOT_STEPS)
		return tong__fail(err, TONG_E_LIMIT, "root",
						  "more than %d versions in one update "
						  "(specification 5.3.3)",
						  TONG_MAX_ROOT_STEPS);
	rc = read_signed(&next, TONG_META_ROOT, "root", t->root, p, n, "5.3.4", err);
	if (!rc)
		rc = tong__meta_verify(next, next, "5.3.4", err);
	if (!rc && next->version != t->root->version + 1)
		rc = tong__fail(err, next->version <= t->root->version ? TONG_E_ROLLBACK : TONG_E_VERSION,
						"root", "version %lu, wanted %lu (specification 5.3.5)", next->version,
						t->root->version + 1);
	if (rc) {
		tong__meta_free(next);
		return rc;
	}
	if (lost_a_key(t->root, next, "timestamp") || lost_a_key(t->root, next, "snapshot"))
		t->online_keys_changed = true;
	tong__meta_free(t->root);
	t->root = next;
	t->root_done = false;
	t->steps++;
	return 0;
}

int tong__trust_root_done(struct tong__trust *t, bool *online_keys_changed, tong_error *err)
{
	int rc = check_expiry(t, t->root, "5.3.10", err);

	if (online_keys_changed)
		*online_keys_changed = t->online_keys_changed;
	t->root_done = rc == 0;
	return rc;
}

unsigned long tong__trust_root_version(const struct tong__trust *t)
{
	return t->root->version;
}

bool tong__trust_consistent(const struct tong__trust *t)
{
	return t->root->consistent;
}

/* ---- local copies ---- */

static int read_local(struct tong__trust *t, enum tong__meta_type type, struct tong__meta **slot,
					  const void *p, size_t n, tong_error *err)
{
	const char *name = tong__meta_type_name(type);
	struct tong__meta *local;
	int rc;

	if (!t->root_done)
		return too_early(err, name, "the root chain is done");
	if (*slot)
		return tong__fail(err, TONG_E_USAGE, name, "a local copy comes before the new one");
	if (t->online_keys_changed)
		return tong__fail(err, TONG_E_KEY, name,
						  "the keys changed: drop the local copy "
						  "(specification 5.3.11)");
	rc = read_signed(&local, type, name, t->root, p, n,
					 type == TONG_META_TIMESTAMP ? "5.4.2" : "5.5.3", err);
	if (!rc)
		*slot = local;
	return rc;
}

int tong__trust_local_timestamp(struct tong__trust *t, const void *p, size_t n, tong_error *err)
{
	return read_local(t, TONG_META_TIMESTAMP, &t->timestamp, p, n, err);
}

int tong__trust_local_snapshot(struct tong__trust *t, const void *p, size_t n, tong_error *err)
{
	return read_local(t, TONG_META_SNAPSHOT, &t->snapshot, p, n, err);
}

/* ---- timestamp ---- */

static int check_timestamp(const struct tong__trust *t, const struct tong__meta *next,
						   tong_error *err)
{
	struct tong__meta_file is, was;

	if (t->timestamp && tong__meta_file(t->timestamp, "snapshot", &was) &&
		tong__meta_file(next, "snapshot", &is) && is.version < was.version)
		return tong__fail(err, TONG_E_ROLLBACK, "timestamp",
						  "names snapshot version %lu, wanted %lu or "
						  "later (specification 5.4.3.2)",
						  is.version, was.version);
	return check_expiry(t, next, "5.4.4", err);
}

/* The same version again: the one held stays, whatever the other says, if it is still good. */
static int keep_timestamp(struct tong__trust *t, bool *same, tong_error *err)
{
	int rc = check_expiry(t, t->timestamp, "5.4.4", err);

	*same = true;
	t->timestamp_current = rc == 0;
	return rc;
}

int tong__trust_timestamp(struct tong__trust *t, const void *p, size_t n, bool *same,
						  tong_error *err)
{
	struct tong__meta *next;
	bool equal = false;
	int rc;

	*same = false;
	if (!t->root_done)
		return too_early(err, "timestamp", "the root chain is done");
	if (t->snapshot_current)
		return tong__fail(err, TONG_E_USAGE, "timestamp", "comes before snapshot");
	rc = read_signed(&next, TONG_META_TIMESTAMP, "timestamp", t->root, p, n, "5.4.2", err);
	if (rc)
		return rc;
	if (t->timestamp && next->version < t->timestamp->version)
		rc = tong__fail(err, TONG_E_ROLLBACK, "timestamp",
						"version %lu, wanted %lu or later "
						"(specification 5.4.3.1)",
						next->version, t->timestamp->version);
	else if (t->timestamp && next->version == t->timestamp->version)
		equal = true;
	else
		rc = check_timestamp(t, next, err);
	if (rc || equal) {
		tong__meta_free(next);
		return rc ? rc : keep_timestamp(t, same, err);
	}
	tong__meta_free(t->timestamp);
	t->timestamp = next;
	t->timestamp_current = true;
	return 0;
}

/* ---- snapshot ---- */

static bool snapshot_file(const struct tong__trust *t, struct tong__meta_file *out)
{
	return t->timestamp_current && tong__meta_file(t->timestamp, "snapshot", out);
}

static size_t ceiling(const struct tong__meta_file *file, enum tong__meta_type type)
{
	size_t most = tong__meta_ceiling(type);

	return file->has_length && file->length < most ? (size_t)file->length : most;
}

unsigned long tong__trust_snapshot_version(const struct tong__trust *t)
{
	struct tong__meta_file file;

	return snapshot_file(t, &file) ? file.version : 0;
}

size_t tong__trust_snapshot_ceiling(const struct tong__trust *t)
{
	struct tong__meta_file file;

	return snapshot_file(t, &file) ? ceiling(&file, TONG_META_SNAPSHOT) : 0;
}

/* 5.5.5: no role may vanish or go back against the snapshot held, even one that has expired. */
static int check_roles(const struct tong__meta *was, const struct tong__meta *is, tong_error *err)
{
	const json_t *now = tong__json_obj(is->body, "meta"), *listed;
	json_t *entry;
	const char *name;

	json_object_foreach(tong__json_obj(was->body, "meta"), name, entry)
	{
		listed = json_object_get(now, name);
		if (!listed)
			return tong__fail(err, TONG_E_ROLLBACK, "snapshot",
							  "no longer lists %.160s "
							  "(specification 5.5.5)",
							  name);
		if (tong__json_int(listed, "version", 0) < tong__json_int(entry, "version", 0))
			return tong__fail(err, TONG_E_ROLLBACK, "snapshot",
							  "lists %.160s version %lld, wanted %lld or later "
							  "(specification 5.5.5)",
							  name, (long long)tong__json_int(listed, "version", 0),
							  (long long)tong__json_int(entry, "version", 0));
	}
	return 0;
}

int tong__trust_snapshot(struct tong__trust *t, const void *p, size_t n, tong_error *err)
{
	struct tong__meta_file file;
	struct tong__meta *next = NULL;
	int rc;

	if (!snapshot_file(t, &file))
		return too_early(err, "snapshot", "timestamp is current");
	if (t->n_roles)
		return tong__fail(err, TONG_E_USAGE, "snapshot", "comes before the targets roles");
	rc = n > TONG_MAX_SNAPSHOT ? 0 : tong__meta_matches(&file, "snapshot", p, n, "5.5.2", err);
	if (!rc)
		rc = read_signed(&next, TONG_META_SNAPSHOT, "snapshot", t->root, p, n, "5.5.3", err);
	if (!rc && next->version != file.version)
		rc = tong__fail(err, TONG_E_VERSION, "snapshot",
						"version %lu, wanted the %lu that timestamp "
						"names (specification 5.5.4)",
						next->version, file.version);
	if (!rc && t->snapshot)
		rc = check_roles(t->snapshot, next, err);
	if (!rc)
		rc = check_expiry(t, next, "5.5.6", err);
	if (rc) {
		tong__meta_free(next);
		return rc;
	}
	tong__meta_free(t->snapshot);
	t->snapshot = next;
	t->snapshot_current = true;
	return 0;
}

/* ---- targets roles ---- */

static bool role_file(const struct tong__trust *t, const char *role, struct tong__meta_file *out)
{
	return t->snapshot_current && tong__meta_file(t->snapshot, role, out);
}

unsigned long tong__trust_role_version(const struct tong__trust *t, const char *role)
{
	struct tong__meta_file file;

	return role_file(t, role, &file) ? file.version : 0;
}

size_t tong__trust_role_ceiling(const struct tong__trust *t, const char *role)
{
	struct tong__meta_file file;

	return role_file(t, role, &file) ? ceiling(&file, TONG_META_TARGETS) : 0;
}

const struct tong__trust_held *tong__trust_held(const struct tong__trust *t, const char *role)
{
	for (size_t i = 0; i < t->n_roles; i++)
		if (!strcmp(t->roles[i].meta->role, role))
			return &t->roles[i];
	return NULL;
}

/* Whose keys the role is judged by: root's for targets, else those of a delegator that is held. */
static int find_delegator(const struct tong__trust *t, const char *role, const char *delegator,
						  const struct tong__meta **out, tong_error *err)
{
	const struct tong__trust_held *held;

	*out = t->root;
	if (!delegator)
		return !strcmp(role, "targets")
				   ? 0
				   : tong__fail(err, TONG_E_ROLE, role,
								"root delegates only to targets (specification 5.6)");
	held = tong__trust_held(t, delegator);
	if (!held)
		return tong__fail(err, TONG_E_ROLE, role,
						  "the delegator %.128s is not trusted yet "
						  "(specification 5.6.7)",
						  delegator);
	*out = held->meta;
	if (!tong__meta_role(held->meta, role))
		return tong__fail(err, TONG_E_ROLE, role,
						  "%s does not delegate to this role "
						  "(specification 5.6.7)",
						  delegator);
	return 0;
}

/* Judged by one delegator, perhaps held already through another: then it must be the same file. */
static int keep_role(struct tong__trust *t, struct tong__meta *next, bool by_targets,
					 tong_error *err)
{
	struct tong__trust_held *held = (struct tong__trust_held *)tong__trust_held(t, next->role),
							*more;

	if (held) {
		if (held->meta->n != next->n || memcmp(held->meta->bytes, next->bytes, next->n))
			return tong__fail(err, TONG_E_VERSION, next->role,
							  "another file of version %lu is trusted "
							  "already (specification 5.6.4)",
							  next->version);
		held->by_targets |= by_targets;
		tong__meta_free(next);
		return 0;
	}
	more = realloc(t->roles, (t->n_roles + 1) * sizeof *more);
	if (!more)
		return tong__fail_nomem(err);
	t->roles = more;
	t->roles[t->n_roles++] = (struct tong__trust_held){ next, by_targets };
	return 0;
}

int tong__trust_role(struct tong__trust *t, const char *role, const char *delegator, const void *p,
					 size_t n, tong_error *err)
{
	struct tong__meta_file file;
	const struct tong__meta *by;
	struct tong__meta *next = NULL;
	int rc;

	if (!t->snapshot_current)
		return too_early(err, role, "snapshot is current");
	rc = find_delegator(t, role, delegator, &by, err);
	if (!rc && !role_file(t, role, &file))
		rc = tong__fail(err, TONG_E_ROLE, role, "snapshot does not list it (specification 5.6.1)");
	if (!rc)
		rc = tong__meta_matches(&file, role, p, n, "5.6.2", err);
	if (!rc)
		rc = read_signed(&next, TONG_META_TARGETS, role, by, p, n, "5.6.3", err);
	if (!rc && next->version != file.version)
		rc = tong__fail(err, TONG_E_VERSION, role,
						"version %lu, wanted the %lu that snapshot lists "
						"(specification 5.6.4)",
						next->version, file.version);
	if (!rc)
		rc = check_expiry(t, next, "5.6.5", err);
	if (!rc)
		rc = keep_role(t, next, delegator && !strcmp(delegator, "targets"), err);
	if (rc)
		tong__meta_free(next);
	return rc;
}

bool tong__trust_has_role(const struct tong__trust *t, const char *role)
{
	return tong__trust_held(t, role) != NULL;
}

/* ---- what is held ---- */

static const struct tong__meta *any(const struct tong__trust *t, const char *role)
{
	const struct tong__trust_held *held;

	if (!strcmp(role, "root"))
		return t->root;
	if (!strcmp(role, "timestamp"))
		return t->timestamp;
	if (!strcmp(role, "snapshot"))
		return t->snapshot;
	held = tong__trust_held(t, role);
	return held ? held->meta : NULL;
}

struct tong__str tong__trust_bytes(const struct tong__trust *t, const char *role)
{
	const struct tong__meta *meta = any(t, role);

	return meta ? (struct tong__str){ meta->bytes, meta->n } : (struct tong__str){ NULL, 0 };
}

int64_t tong__trust_expires(const struct tong__trust *t, const char *role)
{
	const struct tong__meta *meta = any(t, role);

	return meta ? meta->expires : 0;
}

unsigned long tong__trust_version(const struct tong__trust *t, const char *role)
{
	const struct tong__meta *meta = any(t, role);

	return meta ? meta->version : 0;
}

void tong__trust_lean(struct tong__trust *t)
{
	struct tong__meta *const top[] = { t->root, t->timestamp, t->snapshot };

	for (size_t i = 0; i < sizeof top / sizeof *top; i++)
		if (top[i])
			tong__meta_lean(top[i]);
	for (size_t i = 0; i < t->n_roles; i++)
		tong__meta_lean(t->roles[i].meta);
}
