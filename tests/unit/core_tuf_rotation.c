/* The root chain: old and new keys, fast-forward recovery, an end, and every scheme. */
#include "core/err.h"
#include "tests/unit/tuf_holders.h"

/* Gives the role another key; root then needs both signatures. */
static struct signer *rotate(struct repo *r, int role)
{
	struct signer *old = r->key[role];

	r->key[role] = signer_new("ed25519", "ed25519", "ed25519");
	only_the_listed_sign(r);
	if (role == ROOT)
		r->signs[ROOT][r->n_signs[ROOT]++] = old;
	return old;
}

static void root_needs_old_and_new_keys(void)
{
	struct signer *old;
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	old = rotate(r, ROOT);
	for (int way = 0; way < 3; way++) {
		r->n_signs[ROOT] = 1 + (way == 2);
		r->signs[ROOT][0] = way == 1 ? old : r->key[ROOT];
		r->signs[ROOT][1] = old;
		repo_publish(r);
		if (way < 2)
			repo_refused(r, &c, ROOT, "TONG_E_SIGNATURE");
		else
			CHECK_INT(client_update(&c, r, NULL), 0);
		CHECK_ALIVE();
	}
	CHECK(!c.keys_changed);
	only_the_listed_sign(r);
	repo_recovers(r, &c);
	CHECK_ALIVE();
	r->signs[ROOT][0] = old; /* retired */
	repo_next(r, &c);
	repo_publish(r);
	repo_refused(r, &c, ROOT, "TONG_E_SIGNATURE");
	signer_free(old);
	repo_end(r, &c);
}

/* 5.3.11: with new keys for timestamp or snapshot the versions may start again. */
static void recovers_from_fast_forward(void)
{
	for (int role = TIMESTAMP; role <= SNAPSHOT; role++) {
		struct signer *old;
		struct client c;
		struct repo *r;

		repo_begin(&r, &c);
		r->version[TIMESTAMP] = r->version[SNAPSHOT] = 4000000000;
		r->version[TARGETS] = r->version[BASE] = 9007199254740992;
		repo_publish(r);
		CHECK_INT(client_update(&c, r, NULL), 0);
		repo_next(r, &c);
		r->version[TIMESTAMP] = r->version[SNAPSHOT] = 1;
		r->version[TARGETS] = r->version[BASE] = 1;
		repo_publish(r);
		repo_refused(r, &c, TIMESTAMP, "TONG_E_ROLLBACK");
		CHECK_ALIVE();
		old = rotate(r, role);
		repo_next(r, &c);
		r->version[TIMESTAMP] = r->version[SNAPSHOT] = 1;
		r->version[TARGETS] = r->version[BASE] = 1;
		repo_publish(r);
		CHECK_INT(client_update(&c, r, NULL), 0);
		CHECK(c.keys_changed);
		repo_recovers(r, &c);
		CHECK(!c.keys_changed);
		signer_free(old);
		repo_end(r, &c);
		CHECK_ALIVE();
	}
}

/* One key more is no rotation, one key less is. */
static void recovery_needs_a_key_that_is_gone(void)
{
	struct signer *more = signer_new("ed25519", "ed25519", "ed25519");

	for (int i = 1; i <= 2; i++) { /* of timestamp, of snapshot */
		struct client c;
		struct repo *r;

		repo_begin(&r, &c);
		add_signer(r, &holders[i], more, 1, true);
		repo_publish(r);
		CHECK_INT(client_update(&c, r, NULL), 0);
		CHECK(!c.keys_changed);
		repo_next(r, &c);
		add_signer(r, &holders[i], more, 1, true);
		r->version[TIMESTAMP] = 1;
		only_the_listed_sign(r);
		repo_publish(r);
		repo_refused(r, &c, TIMESTAMP, "TONG_E_ROLLBACK");
		CHECK_ALIVE();
		CHECK(!c.keys_changed);
		repo_next(r, &c); /* without the further key again */
		r->version[TIMESTAMP] = 1;
		repo_publish(r);
		CHECK_INT(client_update(&c, r, NULL), 0);
		CHECK(c.keys_changed);
		repo_end(r, &c);
	}
	signer_free(more);
}

static void other_rotations_are_no_recovery(void)
{
	static const int roles[] = { ROOT, TARGETS, BASE };

	for (size_t i = 0; i < 3; i++) {
		struct signer *old;
		struct client c;
		struct repo *r;

		repo_begin(&r, &c);
		repo_recovers(r, &c);
		repo_next(r, &c);
		old = rotate(r, roles[i]);
		r->version[TIMESTAMP] = 1;
		repo_publish(r);
		repo_refused(r, &c, TIMESTAMP, "TONG_E_ROLLBACK");
		CHECK_ALIVE();
		CHECK(!c.keys_changed);
		r->version[TIMESTAMP] = 5;
		only_the_listed_sign(r);
		repo_recovers(r, &c);
		signer_free(old);
		repo_end(r, &c);
		CHECK_ALIVE();
	}
}

/* Told even when the new root has expired, and local copies are refused if they are offered all the
 * same. */
static void tells_of_changed_keys_in_any_case(void)
{
	struct tong__trust *t;
	struct signer *old;
	tong_error err = TONG_ERROR_INIT;
	bool changed = false, same;
	char *timestamp;
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	old = rotate(r, SNAPSHOT);
	repo_edit(r, ROOT, "expires", "\"2026-01-01T00:00:00Z\"");
	repo_publish(r);
	CHECK_INT(tong__trust_new(&t, c.root, strlen(c.root), NOW, NULL), 0);
	CHECK_INT(tong__trust_root(t, r->file[ROOT], r->n[ROOT], NULL), 0);
	CHECK_STR(tong__code_name(tong__trust_root_done(t, &changed, NULL)), "TONG_E_EXPIRED");
	CHECK(changed);
	tong__trust_free(t);

	timestamp = strdup(c.timestamp);
	json_array_clear(r->edits);
	repo_publish(r);
	CHECK_INT(tong__trust_new(&t, c.root, strlen(c.root), NOW, NULL), 0);
	CHECK_INT(tong__trust_root(t, r->file[ROOT], r->n[ROOT], NULL), 0);
	CHECK_INT(tong__trust_root_done(t, &changed, NULL), 0);
	CHECK_STR(tong__code_name(tong__trust_local_timestamp(t, timestamp, strlen(timestamp), &err)),
			  "TONG_E_KEY");
	CHECK(strstr(err.message, "5.3.11"));
	CHECK_STR(tong__code_name(tong__trust_local_snapshot(t, c.snapshot, strlen(c.snapshot), NULL)),
			  "TONG_E_KEY");
	CHECK_INT(tong__trust_timestamp(t, r->file[TIMESTAMP], r->n[TIMESTAMP], &same, NULL), 0);
	tong__trust_free(t);
	free(timestamp);
	signer_free(old);
	repo_end(r, &c);
}

/* Keys that change and change back on the way have changed. */
static void sees_changes_within_the_chain(void)
{
	struct tong__trust *t;
	struct signer *first, *second;
	bool changed;
	struct repo *r = repo_new();

	repo_publish(r);
	CHECK_INT(tong__trust_new(&t, r->file[ROOT], r->n[ROOT], NOW, NULL), 0);
	first = rotate(r, TIMESTAMP);
	r->version[ROOT]++;
	repo_publish(r);
	CHECK_INT(tong__trust_root(t, r->file[ROOT], r->n[ROOT], NULL), 0);
	second = r->key[TIMESTAMP];
	r->key[TIMESTAMP] = first;
	only_the_listed_sign(r);
	r->version[ROOT]++;
	repo_publish(r);
	CHECK_INT(tong__trust_root(t, r->file[ROOT], r->n[ROOT], NULL), 0);
	CHECK_INT(tong__trust_root_done(t, &changed, NULL), 0);
	CHECK(changed);
	tong__trust_free(t);
	signer_free(second);
	repo_free(r);
}

static void root_chain_has_an_end(void)
{
	struct repo *r = repo_new();
	struct tong__trust *t;
	int i;

	repo_publish_role(r, ROOT);
	CHECK_INT(tong__trust_new(&t, r->file[ROOT], r->n[ROOT], NOW, NULL), 0);
	for (i = 0; i < 256; i++) {
		r->version[ROOT]++;
		repo_publish_role(r, ROOT);
		CHECK_INT(tong__trust_root(t, r->file[ROOT], r->n[ROOT], NULL), 0);
	}
	r->version[ROOT]++;
	repo_publish_role(r, ROOT);
	CHECK_STR(tong__code_name(tong__trust_root(t, r->file[ROOT], r->n[ROOT], NULL)),
			  "TONG_E_LIMIT");
	CHECK_INT(tong__trust_root_version(t), 257);
	CHECK_INT(tong__trust_root_done(t, NULL, NULL), 0);
	tong__trust_free(t);
	repo_free(r);
}

/* The pinned root must stand on its own feet; that it has expired does not matter yet. */
static void judges_the_first_root(void)
{
	struct repo *r = repo_new();
	struct tong__trust *t;

	r->n_signs[ROOT] = 0;
	repo_publish_role(r, ROOT);
	CHECK_STR(tong__code_name(tong__trust_new(&t, r->file[ROOT], r->n[ROOT], NOW, NULL)),
			  "TONG_E_SIGNATURE");
	CHECK(t == NULL);
	r->n_signs[ROOT] = 1;
	r->signs[ROOT][0] = r->key[TARGETS];
	repo_publish_role(r, ROOT);
	CHECK_STR(tong__code_name(tong__trust_new(&t, r->file[ROOT], r->n[ROOT], NOW, NULL)),
			  "TONG_E_SIGNATURE");
	r->signs[ROOT][0] = r->key[ROOT];
	repo_edit(r, ROOT, "expires", "\"2001-01-01T00:00:00Z\"");
	r->version[ROOT] = 9;
	repo_publish_role(r, ROOT);
	CHECK_INT(tong__trust_new(&t, r->file[ROOT], r->n[ROOT], NOW, NULL), 0);
	CHECK_INT(tong__trust_root_version(t), 9);
	CHECK_STR(tong__code_name(tong__trust_root_done(t, NULL, NULL)), "TONG_E_EXPIRED");
	tong__trust_free(t);
	repo_publish_role(r, TIMESTAMP);
	CHECK_STR(tong__code_name(tong__trust_new(&t, r->file[TIMESTAMP], r->n[TIMESTAMP], NOW, NULL)),
			  "TONG_E_ROLE");
	CHECK_STR(tong__code_name(tong__trust_new(&t, "", 0, NOW, NULL)), "TONG_E_FORMAT");
	repo_free(r);
}

/* The whole update with one scheme for everything. */
static void updates_under_every_scheme(void)
{
	static const char *const kinds[][3] = {
		{ "P-256", "ecdsa", "ecdsa-sha2-nistp256" },
		{ "P-384", "ecdsa", "ecdsa-sha2-nistp384" },
		{ "rsa2048", "rsa", "rsassa-pss-sha256" },
		{ "sm2", "sm2", "sm2-sm3" },
	};

	for (size_t k = 0; k < 4; k++) {
		struct repo *r = repo_new();
		struct client c = { 0 };

		for (int i = 0; i < ROLES; i++) {
			signer_free(r->key[i]);
			r->key[i] = signer_new(kinds[k][0], kinds[k][1], kinds[k][2]);
		}
		only_the_listed_sign(r);
		r->hashes = true;
		repo_publish(r);
		c.root = strdup(r->file[ROOT]);
		CHECK_INT(client_update(&c, r, NULL), 0);
		repo_recovers(r, &c);
		repo_end(r, &c);
	}
}

int main(void)
{
	RUN(root_needs_old_and_new_keys);
	RUN(recovers_from_fast_forward);
	RUN(recovery_needs_a_key_that_is_gone);
	RUN(other_rotations_are_no_recovery);
	RUN(tells_of_changed_keys_in_any_case);
	RUN(sees_changes_within_the_chain);
	RUN(root_chain_has_an_end);
	RUN(judges_the_first_root);
	RUN(updates_under_every_scheme);
	return tong_test_done();
}
