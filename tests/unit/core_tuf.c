/* The rules of an update: versions, hashes, lengths. Every refusal is followed by a healthy update
 * of the same client. */
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

#define TRY(rows)                                                \
	for (size_t i = 0; i < sizeof(rows) / sizeof *(rows); i++) { \
		try_row(&(rows)[i], false);                              \
		CHECK_ALIVE();                                           \
	}

/* ---- a healthy life ---- */

static void updates_and_updates_again(void)
{
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	for (int i = 0; i < 5; i++) {
		r->hashes = i & 1;
		repo_recovers(r, &c);
	}
	CHECK(!c.same && !c.keys_changed);
	CHECK_INT(client_update(&c, r, NULL), 0); /* nothing new */
	CHECK(c.same);
	repo_end(r, &c);
}

static void tells_what_it_holds(void)
{
	struct tong__trust *t;
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	repo_edit(r, BASE, "expires", "\"2027-02-28T23:59:59Z\"");
	r->version[BASE] = 77;
	r->hashes = true;
	repo_publish(r);
	CHECK_INT(client_update_to(&c, r, DEEP, &t, NULL), 0);
	CHECK_INT(tong__trust_root_version(t), 2);
	CHECK(tong__trust_consistent(t));
	CHECK_INT(tong__trust_snapshot_version(t), 2);
	CHECK_INT(tong__trust_snapshot_ceiling(t), r->n[SNAPSHOT]);
	CHECK_INT(tong__trust_role_version(t, "base"), 77);
	CHECK_INT(tong__trust_role_ceiling(t, "base"), r->n[BASE]);
	CHECK_INT(tong__trust_role_version(t, "nobody"), 0);
	CHECK_INT(tong__trust_role_ceiling(t, "nobody"), 0);
	CHECK_INT(tong__trust_version(t, "base"), 77);
	CHECK_INT(tong__trust_version(t, "root"), 2);
	CHECK_INT(tong__trust_version(t, "nobody"), 0);
	CHECK_INT(tong__trust_expires(t, "base"), 1803859199);
	CHECK_INT(tong__trust_expires(t, "nobody"), 0);
	CHECK(tong__trust_has_role(t, "deep") && !tong__trust_has_role(t, "timestamp"));
	for (int i = 0; i < ROLES; i++) {
		struct tong__str s = tong__trust_bytes(t, role_names[i]);

		CHECK_INT(s.n, r->n[i]);
		CHECK_MEM(s.p, r->file[i], s.n);
	}
	CHECK(tong__trust_bytes(t, "nobody").p == NULL);
	tong__trust_free(t);
	tong__trust_free(NULL);
	repo_end(r, &c);
}

/* "a=b" as it came: bytes are kept, not what they were read as. */
static void keeps_bytes_as_they_came(void)
{
	struct tong__trust *t;
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	repo_publish(r);
	for (int i = 0; i < ROLES; i++) {
		r->file[i] = realloc(r->file[i], r->n[i] + 3);
		strcpy(r->file[i] + r->n[i], " \n");
		r->n[i] += 2;
	}
	CHECK_INT(client_update_to(&c, r, DEEP, &t, NULL), 0);
	for (int i = 0; i < ROLES; i++)
		CHECK_INT(tong__trust_bytes(t, role_names[i]).n, r->n[i]);
	tong__trust_free(t);
	repo_end(r, &c);
}

/* Lean, a trust has what a store keeps of it, and vouches for nothing more. */
static void lean_it_keeps_bytes_versions_and_dates(void)
{
	struct tong__layer_target target;
	struct tong__trust *t;
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	r->version[BASE] = 77;
	repo_publish(r);
	CHECK_INT(client_update_to(&c, r, DEEP, &t, NULL), 0);
	CHECK(tong__trust_delegation(t, "targets", 0, NULL) != NULL);
	tong__trust_lean(t);
	tong__trust_lean(t);
	for (int i = 0; i < ROLES; i++) {
		struct tong__str s = tong__trust_bytes(t, role_names[i]);

		CHECK_INT(s.n, r->n[i]);
		CHECK_MEM(s.p, r->file[i], s.n);
		CHECK(tong__trust_expires(t, role_names[i]) > 0);
	}
	CHECK_INT(tong__trust_version(t, "base"), 77);
	CHECK(tong__trust_has_role(t, "base"));
	CHECK(tong__trust_delegation(t, "targets", 0, NULL) == NULL);
	CHECK_INT(tong__trust_role_version(t, "base"), 0);
	CHECK_INT(tong__trust_snapshot_version(t), 0);
	CHECK(tong__trust_layer(t, "base", &target, NULL) != 0);
	tong__trust_free(t);
	repo_end(r, &c);
}

static void unknown_members_are_signed_too(void)
{
	struct tong__trust *t;
	char *at;
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	for (int i = 0; i < ROLES; i++)
		repo_edit(r, i, "x-note",
				  "{\"b\":[\"\\n\\\"\\\\\\u0001\\u007f同\",null,true,-7],\"a\":{}}");
	repo_publish(r);
	CHECK_INT(client_update_to(&c, r, DEEP, &t, NULL), 0);
	tong__trust_free(t);
	for (int i = ROOT; i < ROLES; i++) {
		repo_next(r, &c);
		repo_edit(r, i, "x-note", "\"abc\"");
		repo_publish(r);
		at = strstr(r->file[i], "abc");
		*at = 'b';
		repo_refused(r, &c, i, "TONG_E_SIGNATURE");
		CHECK_ALIVE();
		repo_recovers(r, &c);
		CHECK_ALIVE();
	}
	repo_end(r, &c);
}

static void reads_both_modes_of_consistency(void)
{
	static const struct {
		const char *value;
		bool consistent;
	} rows[] = { { "true", true }, { "false", false }, { NULL, false } };

	for (size_t i = 0; i < 3; i++) {
		struct tong__trust *t;
		struct client c;
		struct repo *r;

		repo_begin(&r, &c);
		repo_edit(r, ROOT, "consistent_snapshot", rows[i].value);
		repo_publish(r);
		CHECK_INT(client_update_to(&c, r, DEEP, &t, NULL), 0);
		CHECK_INT(tong__trust_consistent(t), rows[i].consistent);
		tong__trust_free(t);
		repo_end(r, &c);
	}
}

/* ---- versions ---- */

static void rejects_other_versions(void)
{
	static const struct row rows[] = {
		{ ROOT, "version", "3", ROOT, "TONG_E_VERSION" },
		{ ROOT, "version", "9007199254740992", ROOT, "TONG_E_VERSION" },
		{ ROOT, "version", "1", ROOT, "TONG_E_ROLLBACK" },
		{ SNAPSHOT, "version", "1", SNAPSHOT, "TONG_E_VERSION" },
		{ SNAPSHOT, "version", "3", SNAPSHOT, "TONG_E_VERSION" },
		{ TARGETS, "version", "1", TARGETS, "TONG_E_VERSION" },
		{ TARGETS, "version", "3", TARGETS, "TONG_E_VERSION" },
		{ BASE, "version", "1", BASE, "TONG_E_VERSION" },
		{ BASE, "version", "3", BASE, "TONG_E_VERSION" },
		{ DEEP, "version", "1", DEEP, "TONG_E_VERSION" },
		{ DEEP, "version", "3", DEEP, "TONG_E_VERSION" },
	};

	TRY(rows);
}

static void rejects_older_versions(void)
{
	static const int rows[][2] = {
		{ TIMESTAMP, TIMESTAMP }, { SNAPSHOT, TIMESTAMP }, { TARGETS, SNAPSHOT },
		{ BASE, SNAPSHOT },       { DEEP, SNAPSHOT },
	};

	for (size_t i = 0; i < 5; i++) {
		for (int hashes = 0; hashes < 2; hashes++) {
			struct client c;
			struct repo *r;

			repo_begin(&r, &c);
			r->hashes = hashes;
			repo_recovers(r, &c); /* version 3 of everything */
			CHECK_ALIVE();
			repo_next(r, &c);
			r->version[rows[i][0]] = 1;
			repo_publish(r);
			repo_refused(r, &c, rows[i][1], "TONG_E_ROLLBACK");
			CHECK_ALIVE();
			r->version[rows[i][0]] = 5;
			repo_recovers(r, &c);
			CHECK_ALIVE();
			repo_end(r, &c);
		}
	}
}

static void rejects_removed_roles(void)
{
	static const struct row rows[] = {
		{ SNAPSHOT, "meta targets.json", NULL, SNAPSHOT, "TONG_E_ROLLBACK" },
		{ SNAPSHOT, "meta base.json", NULL, SNAPSHOT, "TONG_E_ROLLBACK" },
		{ SNAPSHOT, "meta deep.json", NULL, SNAPSHOT, "TONG_E_ROLLBACK" },
	};

	tong_error err = TONG_ERROR_INIT;
	struct client c;
	struct repo *r;

	TRY(rows);
	repo_begin(&r, &c);
	repo_edit(r, SNAPSHOT, "meta deep.json", NULL);
	repo_publish(r);
	client_update(&c, r, &err);
	CHECK_STR(err.message, "no longer lists deep.json (specification 5.5.5)");
	repo_end(r, &c);
}

/* What the local snapshot says holds even if its bytes are not those timestamp last named. */
static void rolls_back_against_a_local_snapshot_without_hash(void)
{
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	r->hashes = true;
	repo_publish(r);
	CHECK_INT(client_update(&c, r, NULL), 0);
	c.snapshot = realloc(c.snapshot, strlen(c.snapshot) + 2);
	strcat(c.snapshot, "\n"); /* signed, but another hash */
	repo_next(r, &c);
	r->version[TARGETS] = 1;
	repo_publish(r);
	repo_refused(r, &c, SNAPSHOT, "TONG_E_ROLLBACK");
	CHECK_ALIVE();
	r->version[TARGETS] = 5;
	repo_recovers(r, &c);
	repo_end(r, &c);
}

static void equal_timestamp_keeps_the_local_one(void)
{
	struct tong__trust *t;
	struct client c;
	struct repo *r;
	char *before;

	repo_begin(&r, &c);
	before = strdup(c.timestamp);
	r->version[TIMESTAMP] = r->version[SNAPSHOT] = 1;
	repo_edit(r, TIMESTAMP, "expires", "\"2031-01-01T00:00:00Z\"");
	repo_edit(r, SNAPSHOT, "version", "1");
	r->version[TARGETS] = r->version[BASE] = r->version[DEEP] = 1;
	repo_publish(r);
	CHECK_INT(client_update_to(&c, r, DEEP, &t, NULL), 0);
	CHECK(c.same);
	CHECK_STR(c.timestamp, before);
	CHECK_INT(tong__trust_bytes(t, "timestamp").n, strlen(before));
	tong__trust_free(t);
	free(before);
	repo_end(r, &c);
}

/* ---- hashes and lengths ---- */

#define ZEROS "\"0000000000000000000000000000000000000000000000000000000000000000\""

static void rejects_other_hashes_and_lengths(void)
{
	static const struct {
		int by, role;
		const char *file;
	} links[] = {
		{ TIMESTAMP, SNAPSHOT, "snapshot.json" },
		{ SNAPSHOT, TARGETS, "targets.json" },
		{ SNAPSHOT, BASE, "base.json" },
		{ SNAPSHOT, DEEP, "deep.json" },
	};
	static const char *const edits[][2] = {
		{ "length", "1" },
		{ "length", "0" },
		{ "length", "9007199254740992" },
		{ "hashes sha256", ZEROS },
		{ "hashes", "{\"sha256\":" ZEROS "}" },
		{ "hashes", "{\"sm3\":" ZEROS "}" },
		{ "hashes", "{\"md5\":\"x\",\"sha1\":\"\"}" },
		{ "hashes sha512", "\"0000000000000000000000000000000000000000000000000000000000000000"
						   "0000000000000000000000000000000000000000000000000000000000000000\"" },
	};

	for (size_t i = 0; i < 4; i++) {
		for (size_t k = 0; k < sizeof edits / sizeof *edits; k++) {
			char path[64];

			snprintf(path, sizeof path, "meta %s %s", links[i].file, edits[k][0]);
			try_row(&(struct row){ links[i].by, path, edits[k][1], links[i].role, "TONG_E_HASH" },
					true);
			CHECK_ALIVE();
		}
	}
}

/* A hash for newer readers beside one that is known is no reason to refuse. */
static void accepts_an_unknown_hash_beside_a_known_one(void)
{
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	r->hashes = true;
	repo_edit(r, TIMESTAMP, "meta snapshot.json hashes sm3", "\"any\"");
	repo_edit(r, SNAPSHOT, "meta base.json hashes sm3", "\"any\"");
	repo_edit(r, SNAPSHOT, "meta targets.json hashes sha512", NULL);
	repo_edit(r, SNAPSHOT, "meta deep.json hashes sha256", NULL);
	repo_publish(r);
	CHECK_INT(client_update(&c, r, NULL), 0);
	repo_end(r, &c);
}

static void rejects_bytes_after_the_hash(void)
{
	for (int role = SNAPSHOT; role < ROLES; role++) {
		struct client c;
		struct repo *r;

		repo_begin(&r, &c);
		r->hashes = true;
		repo_publish(r);
		r->file[role][r->n[role]++] = ' ';
		repo_refused(r, &c, role, "TONG_E_HASH");
		CHECK_ALIVE();
		repo_recovers(r, &c);
		CHECK_ALIVE();
		repo_end(r, &c);
	}
}

int main(void)
{
	RUN(updates_and_updates_again);
	RUN(tells_what_it_holds);
	RUN(keeps_bytes_as_they_came);
	RUN(lean_it_keeps_bytes_versions_and_dates);
	RUN(unknown_members_are_signed_too);
	RUN(reads_both_modes_of_consistency);
	RUN(rejects_other_versions);
	RUN(rejects_older_versions);
	RUN(rejects_removed_roles);
	RUN(rolls_back_against_a_local_snapshot_without_hash);
	RUN(equal_timestamp_keeps_the_local_one);
	RUN(rejects_other_hashes_and_lengths);
	RUN(accepts_an_unknown_hash_beside_a_known_one);
	RUN(rejects_bytes_after_the_hash);
	return tong_test_done();
}
