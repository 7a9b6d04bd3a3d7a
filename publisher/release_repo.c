/* A release repository as it stands: the lock, the walk a client would make, files in and out. */
#include "publisher/release_repo.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/json.h"

static char *path_in(const char *dir, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

/* Where a file is: over the repository when it is there, else in it. */
static char *path_of(const struct tong__repo *r, const char *name)
{
	char *over = r->stage ? path_in(r->stage, name) : NULL;

	if (over && access(over, F_OK) == 0)
		return over;
	free(over);
	return path_in(r->dir, name);
}

int tong__repo_get(const struct tong__repo *r, const char *name, struct tong__buf *out,
				   tong_error *err)
{
	char *path = path_of(r, name);
	int code = path ? tong__file_read(path, out, err) : tong__fail_nomem(err);

	free(path);
	return code;
}

int tong__repo_put(struct tong__repo *r, const char *name, struct tong__str bytes, tong_error *err)
{
	char *path = path_in(r->stage ? r->stage : r->dir, name);
	int code = path ? tong__mkdirs_for(path, err) : tong__fail_nomem(err);

	if (!code)
		code = tong__file_write(path, bytes.p ? bytes.p : "", bytes.n, err);
	if (!code)
		r->written += bytes.n;
	free(path);
	return code;
}

bool tong__repo_has(const struct tong__repo *r, const char *name, uint64_t length)
{
	char *path = path_of(r, name);
	struct stat st;
	bool has =
		path && stat(path, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size == length;

	free(path);
	return has;
}

unsigned long tong__repo_version(const struct tong__repo *r, const char *role)
{
	return (unsigned long)tong__json_int(r->versions, role, 0);
}

const char *tong__repo_role(const struct tong__repo *r, size_t i)
{
	return r->empty ? NULL : tong__trust_delegation(r->trust, "targets", i, NULL);
}

json_t *tong__repo_delegation(const struct tong__repo *r, const char *role)
{
	json_t *list = r->delegations ? tong__json_arr(r->delegations, "roles") : NULL, *entry;
	const char *name;
	size_t i;

	json_array_foreach(list, i, entry) if ((name = tong__json_str(entry, "name")) &&
										   strcmp(name, role) == 0) return entry;
	return NULL;
}

/* ---- the walk ---- */

/* Reads a metadata file that must be there. */
static int need(struct tong__repo *r, unsigned long version, const char *role, size_t max,
				struct tong__buf *buf, tong_error *err)
{
	char name[TONG_REPO_NAME];
	int code;

	tong__repo_metadata_name(version, role, name);
	tong__buf_free(buf);
	tong__buf_init(buf, max);
	code = tong__repo_get(r, name, buf, err);
	if (code == TONG_E_ABSENT)
		code =
			tong__fail(err, TONG_E_FORMAT, r->dir,
					   "%s is missing: the repository is damaged, bring it back from a copy", name);
	return code;
}

/* The newest root so far. */
static int note_root(struct tong__repo *r, tong_error *err)
{
	struct tong__str bytes = tong__trust_bytes(r->trust, "root");

	tong__buf_clear(&r->newest);
	r->newest_version = tong__trust_root_version(r->trust);
	return tong__buf_add(&r->newest, bytes.p, bytes.n) ? tong__fail_nomem(err) : 0;
}

/* The chain of roots, up to version 'last'. */
static int load_root(struct tong__repo *r, unsigned long last, int64_t now, struct tong__buf *buf,
					 tong_error *err)
{
	char name[TONG_REPO_NAME];
	unsigned long v = 1;
	int code = tong__trust_new(&r->trust, r->root.p, r->root.n, now, err);

	while (!code && v++ <= TONG_MAX_ROOT_STEPS) {
		tong__repo_metadata_name(v, "root", name);
		tong__buf_free(buf);
		tong__buf_init(buf, TONG_MAX_ROOT);
		code = v > last ? TONG_E_ABSENT : tong__repo_get(r, name, buf, err);
		if (code == TONG_E_ABSENT)
			return last == ULONG_MAX && note_root(r, err)
					   ? TONG_E_NOMEM
					   : tong__trust_root_done(r->trust, NULL, err);
		if (!code)
			code = tong__trust_root(r->trust, buf->data, buf->len, err);
	}
	return code ? code
				: tong__fail(err, TONG_E_LIMIT, r->dir, "more than %d roots", TONG_MAX_ROOT_STEPS);
}

/* Nothing is in force. A first release that was cut leaves only version 1 behind; anything later
 * means that the one file that says what is in force was lost, and starting at 1 again would be a
 * rollback to every node. */
static int check_empty(struct tong__repo *r, tong_error *err)
{
	static const char *const later[] = { "2.snapshot.json", "heads/all" };
	size_t i;

	for (i = 0; i < sizeof later / sizeof *later; i++) {
		char *path = path_of(r, later[i]);
		bool there = !path || access(path, F_OK) == 0;

		free(path);
		if (there)
			return tong__fail(err, TONG_E_FORMAT, r->dir,
							  "timestamp.json is missing, but %s is there: "
							  "the repository is damaged, bring it back from a copy",
							  later[i]);
	}
	r->empty = true;
	return 0;
}

int tong__signed_part(struct tong__str bytes, const char *subject, json_t **out, tong_error *err)
{
	json_t *file;
	int code = tong__json_read(bytes.p, bytes.n, TONG_MAX_JSON_DEPTH, subject, &file, err);

	if (code)
		return code;
	*out = json_incref(tong__json_obj(file, "signed"));
	json_decref(file);
	return *out ? 0 : tong__fail(err, TONG_E_FORMAT, subject, "T1: no signed part");
}

void tong__repo_read_versions(const json_t *snapshot, json_t *out)
{
	const char *file;
	json_t *entry;

	json_object_foreach(tong__json_obj(snapshot, "meta"), file, entry)
	{
		size_t n = strlen(file);
		char role[TONG_MAX_ROLE_NAME];

		if (n < 6 || n - 5 >= sizeof role || strcmp(file + n - 5, ".json") != 0)
			continue;
		memcpy(role, file, n - 5);
		role[n - 5] = '\0';
		json_object_set_new(out, role, json_integer(tong__json_int(entry, "version", 0)));
	}
}

static int read_versions(struct tong__repo *r, tong_error *err)
{
	json_t *snapshot;
	int code =
		tong__signed_part(tong__trust_bytes(r->trust, "snapshot"), "snapshot.json", &snapshot, err);

	if (!code) {
		tong__repo_read_versions(snapshot, r->versions);
		json_decref(snapshot);
	}
	return code;
}

static int load_targets(struct tong__repo *r, struct tong__buf *buf, tong_error *err)
{
	int code = need(r, tong__trust_role_version(r->trust, "targets"), "targets", TONG_MAX_TARGETS,
					buf, err);
	json_t *targets = NULL;
	const char *role;
	size_t i;

	if (!code)
		code = tong__trust_role(r->trust, "targets", NULL, buf->data, buf->len, err);
	if (!code)
		code = tong__signed_part(tong__trust_bytes(r->trust, "targets"), "targets.json", &targets,
								 err);
	if (!code)
		r->delegations = json_incref(tong__json_obj(targets, "delegations"));
	json_decref(targets);
	for (i = 0; !code && (role = tong__trust_delegation(r->trust, "targets", i, NULL)); i++) {
		code = need(r, tong__trust_role_version(r->trust, role), role, TONG_MAX_TARGETS, buf, err);
		if (!code)
			code = tong__trust_role(r->trust, role, "targets", buf->data, buf->len, err);
	}
	return code;
}

/* From timestamp down. */
static int load_rest(struct tong__repo *r, struct tong__str timestamp, struct tong__buf *buf,
					 tong_error *err)
{
	bool same; /* never: a walk starts from nothing */
	int code = tong__trust_timestamp(r->trust, timestamp.p, timestamp.n, &same, err);

	if (!code)
		code = need(r, tong__trust_snapshot_version(r->trust), "snapshot", TONG_MAX_SNAPSHOT, buf,
					err);
	if (!code)
		code = tong__trust_snapshot(r->trust, buf->data, buf->len, err);
	if (!code)
		code = read_versions(r, err);
	if (!code)
		code = load_targets(r, buf, err);
	if (!code) {
		r->timestamp = tong__trust_version(r->trust, "timestamp");
		r->snapshot = tong__trust_version(r->trust, "snapshot");
	}
	return code;
}

static void forget(struct tong__repo *r)
{
	tong__trust_free(r->trust);
	json_decref(r->versions);
	json_decref(r->delegations);
	r->trust = NULL;
	r->delegations = NULL;
	r->versions = json_object();
	r->empty = false;
	r->timestamp = r->snapshot = 0;
}

/* As tong__repo_load, with roots up to version 'last' only. */
static int load_under(struct tong__repo *r, unsigned long last, struct tong__str timestamp,
					  int64_t now, tong_error *err)
{
	struct tong__buf buf, stamp;
	int code;

	forget(r);
	tong__buf_init(&buf, TONG_MAX_ROOT);
	tong__buf_init(&stamp, TONG_MAX_TIMESTAMP);
	code = r->versions ? load_root(r, last, now, &buf, err) : tong__fail_nomem(err);
	if (!code && !timestamp.p) {
		code = tong__repo_get(r, "timestamp.json", &stamp, err);
		timestamp = (struct tong__str){ stamp.data ? stamp.data : "", stamp.len };
		if (code == TONG_E_ABSENT)
			code = check_empty(r, err);
	}
	if (!code && !r->empty)
		code = load_rest(r, timestamp, &buf, err);
	tong__buf_free(&buf);
	tong__buf_free(&stamp);
	return code;
}

int tong__repo_load(struct tong__repo *r, struct tong__str timestamp, int64_t now, tong_error *err)
{
	int code = load_under(r, ULONG_MAX, timestamp, now, err);

	/* What the root before lets in force, the newest may have withdrawn: a run was cut there. A
	 * run finishes what the one before left, so one step back is enough. */
	if (code == TONG_E_SIGNATURE && !timestamp.p && r->newest_version > 1)
		code = load_under(r, r->newest_version - 1, timestamp, now, err);
	return code;
}

/* ---- open and close ---- */

static int lock(struct tong__repo *r, tong_error *err)
{
	r->lock = open(r->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->lock < 0)
		return tong__fail_errno(err, errno, r->dir, "cannot open folder");
	if (flock(r->lock, LOCK_EX | LOCK_NB) == 0)
		return 0;
	if (errno == EWOULDBLOCK)
		return tong__fail(err, TONG_E_BUSY, r->dir, "another tong-publish writes to it");
	return tong__fail_errno(err, errno, r->dir, "cannot lock");
}

/* The repository's first root must be the one that these keys pin. */
static int check_own(struct tong__repo *r, tong_error *err)
{
	struct tong__buf first;
	int code;

	tong__buf_init(&first, TONG_MAX_ROOT);
	code = tong__repo_get(r, "1.root.json", &first, err);
	if (code == TONG_E_ABSENT)
		code = 0;
	else if (!code && (first.len != r->root.n || memcmp(first.data, r->root.p, r->root.n) != 0))
		code = tong__fail(err, TONG_E_KEY, r->dir,
						  "1.root.json is not that of the keys: another repository, or other keys");
	tong__buf_free(&first);
	return code;
}

int tong__repo_open(struct tong__repo *r, const char *dir, struct tong__str root, tong_error *err)
{
	static const struct tong__str from_file = { NULL, 0 };
	int code;

	*r = (struct tong__repo){ .dir = dir, .root = root, .lock = -1 };
	tong__buf_init(&r->newest, TONG_MAX_ROOT);
	code = lock(r, err);
	if (!code)
		code = check_own(r, err);
	if (!code)
		code = tong__repo_load(r, from_file, 0, err);
	return code;
}

void tong__repo_close(struct tong__repo *r)
{
	tong__trust_free(r->trust);
	json_decref(r->versions);
	json_decref(r->delegations);
	tong__buf_free(&r->newest);
	if (r->lock >= 0)
		close(r->lock);
	*r = (struct tong__repo){ .lock = -1 };
}
