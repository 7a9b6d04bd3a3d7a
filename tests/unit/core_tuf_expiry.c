/* Expiry, local copies of earlier updates, and the order of calls. */
#include "core/err.h"
#include "tests/unit/tuf_repo.h"

/* One edit to one role of a client's second update, refused at 'at' with 'want'. */
struct row {
	int role;
	const char *path, *value;
	int at;
	const char *want;
};

static void try_row(const struct row *row, bool hashes)
{
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	r->hashes = hashes;
	repo_edit(r, row->role, row->path, row->value);
	repo_publish(r);
	repo_refused(r, &c, row->at, row->want);
	if (!tong_test.failed)
		repo_recovers(r, &c);
	if (tong_test.failed)
		printf("row: %s %s = %s\n", role_names[row->role], row->path,
			   row->value ? row->value : "(gone)");
	repo_end(r, &c);
}

static void rejects_what_has_expired(void)
{
	static const char *const times[] = { "\"2026-10-31T23:59:59Z\"", "\"2026-11-01T00:00:00Z\"",
										 "\"1970-01-01T00:00:00Z\"", "\"0001-01-01T00:00:00Z\"" };

	for (int role = ROOT; role < ROLES; role++)
		for (size_t i = 0; i < 4; i++) {
			try_row(&(struct row){ role, "expires", times[i], role, "TONG_E_EXPIRED" }, false);
			CHECK_ALIVE();
		}
}

static void accepts_the_last_second(void)
{
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	for (int role = ROOT; role < ROLES; role++)
		repo_edit(r, role, "expires", "\"2026-11-01T00:00:01Z\"");
	repo_publish(r);
	CHECK_INT(client_update(&c, r, NULL), 0);
	repo_end(r, &c);
}

/* An expired root is kept (the next one needs it); nothing else moves until there is a good one. */
static void keeps_an_expired_root(void)
{
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	repo_edit(r, ROOT, "expires", "\"2026-01-01T00:00:00Z\"");
	repo_publish(r);
	repo_refused(r, &c, ROOT, "TONG_E_EXPIRED");
	CHECK_ALIVE();
	CHECK(strstr(c.root, "2026-01-01"));
	repo_recovers(r, &c);
	repo_end(r, &c);
}

/* The local files of a node that was away for years bound the versions and block nothing. */
static void expired_local_files_do_not_block(void)
{
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	c.now = NOW + 3 * 365 * 86400; /* 2029-10 */
	for (int role = ROOT; role < ROLES; role++)
		repo_edit(r, role, "expires", "\"2029-01-01T00:00:00Z\"");
	c.now = NOW;
	repo_publish(r);
	CHECK_INT(client_update(&c, r, NULL), 0);
	c.now = NOW + 3 * 365 * 86400;
	repo_next(r, &c);
	r->version[TIMESTAMP] = 1; /* old, but fresh */
	repo_publish(r);
	repo_refused(r, &c, TIMESTAMP, "TONG_E_ROLLBACK");
	CHECK_ALIVE();
	r->version[TIMESTAMP] = 8;
	repo_next(r, &c);
	r->version[TARGETS] = 1;
	repo_publish(r);
	repo_refused(r, &c, SNAPSHOT, "TONG_E_ROLLBACK");
	CHECK_ALIVE();
	r->version[TARGETS] = 8;
	repo_recovers(r, &c);
	repo_end(r, &c);
}

/* A server that repeats the timestamp of yesteryear freezes nobody. */
static void rejects_an_expired_timestamp_said_again(void)
{
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	repo_edit(r, TIMESTAMP, "expires", "\"2027-01-01T00:00:00Z\"");
	repo_publish(r);
	CHECK_INT(client_update(&c, r, NULL), 0);
	c.now = NOW + 365 * 86400;
	repo_refused(r, &c, TIMESTAMP, "TONG_E_EXPIRED");
	CHECK_ALIVE();
	CHECK(c.same);
	repo_recovers(r, &c);
	repo_end(r, &c);
}

/* The snapshot of the local copy, offered as the new one, passes every rule again. */
static void rejects_an_expired_snapshot_said_again(void)
{
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	repo_edit(r, SNAPSHOT, "expires", "\"2027-01-01T00:00:00Z\"");
	repo_publish(r);
	CHECK_INT(client_update(&c, r, NULL), 0);
	c.now = NOW + 365 * 86400;
	r->version[TIMESTAMP]++;
	repo_publish_role(r, TIMESTAMP);
	repo_refused(r, &c, SNAPSHOT, "TONG_E_EXPIRED");
	CHECK_ALIVE();
	repo_recovers(r, &c);
	repo_end(r, &c);
}

/* ---- local copies ---- */

static struct tong__trust *at_root_done(const struct repo *r)
{
	struct tong__trust *t;
	bool changed;

	if (tong__trust_new(&t, r->file[ROOT], r->n[ROOT], NOW, NULL) ||
		tong__trust_root_done(t, &changed, NULL))
		abort();
	return t;
}

static void rejects_damaged_local_files(void)
{
	static const char *const names[] = { "TONG_E_SIGNATURE", "TONG_E_FORMAT", "TONG_E_FORMAT",
										 "TONG_E_ROLE" };
	struct repo *r = repo_new();

	for (int way = 0; way < 4; way++) {
		struct tong__trust *t;
		bool same;
		char *at;

		repo_publish(r);
		t = at_root_done(r);
		for (int role = TIMESTAMP; role <= SNAPSHOT; role++) {
			int (*offer)(struct tong__trust *, const void *, size_t, tong_error *) =
				role == TIMESTAMP ? tong__trust_local_timestamp : tong__trust_local_snapshot;
			char *copy = strdup(r->file[role]);
			size_t n = r->n[role];

			at = strstr(copy, "2030");
			if (way == 0)
				at[3] = '1';
			if (way == 1)
				n /= 2;
			if (way == 2)
				n = 0;
			if (way == 3) {
				free(copy);
				repo_edit(r, role, "_type", role == SNAPSHOT ? "\"timestamp\"" : "\"snapshot\"");
				repo_publish_role(r, role);
				copy = strdup(r->file[role]);
				n = r->n[role];
				json_array_clear(r->edits);
			}
			CHECK_STR(tong__code_name(offer(t, copy, n, NULL)), names[way]);
			free(copy);
			repo_publish_role(r, role);
			CHECK(tong__trust_bytes(t, role_names[role]).p == NULL);
		}
		CHECK_INT(tong__trust_timestamp(t, r->file[TIMESTAMP], r->n[TIMESTAMP], &same, NULL), 0);
		CHECK_INT(tong__trust_snapshot(t, r->file[SNAPSHOT], r->n[SNAPSHOT], NULL), 0);
		tong__trust_free(t);
	}
	repo_free(r);
}

/* A local copy alone makes nothing current. */
static void local_copies_are_not_current(void)
{
	struct repo *r = repo_new();
	struct tong__trust *t;
	bool same;

	repo_publish(r);
	t = at_root_done(r);
	CHECK_INT(tong__trust_local_timestamp(t, r->file[TIMESTAMP], r->n[TIMESTAMP], NULL), 0);
	CHECK_INT(tong__trust_local_snapshot(t, r->file[SNAPSHOT], r->n[SNAPSHOT], NULL), 0);
	CHECK_INT(tong__trust_version(t, "snapshot"), 1);
	CHECK_INT(tong__trust_snapshot_version(t), 0);
	CHECK_INT(tong__trust_role_version(t, "targets"), 0);
	CHECK_STR(tong__code_name(
				  tong__trust_role(t, "targets", NULL, r->file[TARGETS], r->n[TARGETS], NULL)),
			  "TONG_E_USAGE");
	CHECK_INT(tong__trust_timestamp(t, r->file[TIMESTAMP], r->n[TIMESTAMP], &same, NULL), 0);
	CHECK(same);
	CHECK_INT(tong__trust_snapshot_version(t), 1);
	CHECK_INT(tong__trust_role_version(t, "targets"), 0);
	CHECK_INT(tong__trust_snapshot(t, r->file[SNAPSHOT], r->n[SNAPSHOT], NULL), 0);
	CHECK_INT(tong__trust_role_version(t, "targets"), 1);
	tong__trust_free(t);
	repo_free(r);
}

static void rejects_calls_out_of_order(void)
{
	struct repo *r = repo_new();
	struct tong__trust *t;
	bool same;

	repo_publish(r);
	CHECK_INT(tong__trust_new(&t, r->file[ROOT], r->n[ROOT], NOW, NULL), 0);
#define USAGE(call) CHECK_STR(tong__code_name(call), "TONG_E_USAGE")
	USAGE(tong__trust_local_timestamp(t, r->file[TIMESTAMP], r->n[TIMESTAMP], NULL));
	USAGE(tong__trust_timestamp(t, r->file[TIMESTAMP], r->n[TIMESTAMP], &same, NULL));
	CHECK_INT(tong__trust_root_done(t, NULL, NULL), 0);
	USAGE(tong__trust_snapshot(t, r->file[SNAPSHOT], r->n[SNAPSHOT], NULL));
	CHECK_INT(tong__trust_timestamp(t, r->file[TIMESTAMP], r->n[TIMESTAMP], &same, NULL), 0);
	USAGE(tong__trust_root(t, r->file[ROOT], r->n[ROOT], NULL));
	USAGE(tong__trust_local_timestamp(t, r->file[TIMESTAMP], r->n[TIMESTAMP], NULL));
	USAGE(tong__trust_role(t, "targets", NULL, r->file[TARGETS], r->n[TARGETS], NULL));
	CHECK_INT(tong__trust_snapshot(t, r->file[SNAPSHOT], r->n[SNAPSHOT], NULL), 0);
	USAGE(tong__trust_timestamp(t, r->file[TIMESTAMP], r->n[TIMESTAMP], &same, NULL));
	USAGE(tong__trust_local_snapshot(t, r->file[SNAPSHOT], r->n[SNAPSHOT], NULL));
	CHECK_INT(tong__trust_role(t, "targets", NULL, r->file[TARGETS], r->n[TARGETS], NULL), 0);
	USAGE(tong__trust_snapshot(t, r->file[SNAPSHOT], r->n[SNAPSHOT], NULL));
	tong__trust_free(t);
	repo_free(r);
}

/* A root that comes after the chain was done has to be looked at again. */
static void a_further_root_reopens_the_chain(void)
{
	struct repo *r = repo_new();
	struct tong__trust *t;
	bool same;

	repo_publish(r);
	t = at_root_done(r);
	r->version[ROOT]++;
	repo_edit(r, ROOT, "expires", "\"2020-01-01T00:00:00Z\"");
	repo_publish(r);
	CHECK_INT(tong__trust_root(t, r->file[ROOT], r->n[ROOT], NULL), 0);
	USAGE(tong__trust_timestamp(t, r->file[TIMESTAMP], r->n[TIMESTAMP], &same, NULL));
	CHECK_STR(tong__code_name(tong__trust_root_done(t, NULL, NULL)), "TONG_E_EXPIRED");
	USAGE(tong__trust_timestamp(t, r->file[TIMESTAMP], r->n[TIMESTAMP], &same, NULL));
	tong__trust_free(t);
	repo_free(r);
}

int main(void)
{
	RUN(rejects_what_has_expired);
	RUN(accepts_the_last_second);
	RUN(keeps_an_expired_root);
	RUN(expired_local_files_do_not_block);
	RUN(rejects_an_expired_timestamp_said_again);
	RUN(rejects_an_expired_snapshot_said_again);
	RUN(rejects_damaged_local_files);
	RUN(local_copies_are_not_current);
	RUN(rejects_calls_out_of_order);
	RUN(a_further_root_reopens_the_chain);
	return tong_test_done();
}
