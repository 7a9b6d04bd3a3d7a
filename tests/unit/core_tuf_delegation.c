/* Delegations and targets: patterns, hash prefixes, who vouches for a role, and our layers (T2,
 * T3). */
#include "core/err.h"
#include "core/tuf_trust.h"
#include "tests/unit/tuf_repo.h"

/* A trust that holds everything of a repository with these edits to targets' (or another's)
 * metadata. */
struct held {
	struct repo *r;
	struct client c;
	struct tong__trust *t;
};

static void hold(struct held *h, int role, const char *path, const char *value)
{
	tong_error err = TONG_ERROR_INIT;

	memset(h, 0, sizeof *h);
	h->r = repo_new();
	if (path)
		repo_edit(h->r, role, path, value);
	repo_publish(h->r);
	h->c.root = strdup(h->r->file[ROOT]);
	client_update_to(&h->c, h->r, DEEP, &h->t, &err);
	CHECK_STR(err.message, "");
}

static void let_go(struct held *h)
{
	tong__trust_free(h->t);
	repo_end(h->r, &h->c);
}

/* ---- patterns ---- */

static void matches_patterns(void)
{
	static const struct {
		const char *pattern, *path;
		bool covers;
	} rows[] = {
		{ "base.ndjson", "base.ndjson", true },
		{ "base.ndjson", "base.ndjso", false },
		{ "base.ndjson", "base.ndjsonn", false },
		{ "base.ndjson", "Base.ndjson", false },
		{ "*", "a", true },
		{ "*", "", true },
		{ "", "", true },
		{ "", "a", false },
		{ "a", "", false },
		{ "?", "", false },
		{ "*", "a/b", false },
		{ "*/*", "a/b", true },
		{ "*/*", "a/b/c", false },
		{ "*/*", "a", false },
		{ "*/*", "/", true },
		{ "?", "/", false },
		{ "a?b", "a/b", false },
		{ "a*b", "a/b", false },
		{ "a*", "a/", false },
		{ "a/*", "a/", true },
		{ "*a", "a/a", false },
		{ "**", "a/b", false },
		{ "**", "ab", true },
		{ "***a", "bba", true },
		{ "*.tgz", "foo.tgz", true },
		{ "*.tgz", "targets/foo.tgz", false },
		{ "targets/*.tgz", "targets/foo.tgz", true },
		{ "targets/*.tgz", "targets/foo.txt", false },
		{ "targets/*.tgz", "targets/a/foo.tgz", false },
		{ "foo-version-?.tgz", "foo-version-2.tgz", true },
		{ "foo-version-?.tgz", "foo-version-alpha.tgz", false },
		{ "*?", "a", true },
		{ "*??", "a", false },
		{ "?*?", "ab", true },
		{ "a*b*c", "aXbYbZc", true },
		{ "a*b*c", "aXbYbZ", false },
		{ "a*b/c*d", "axb/cxd", true },
		{ "a*b/c*d", "axb/cx/d", false },
		{ "*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", false },
		{ "[ab]", "a", false },
		{ "[ab]", "[ab]", true },
		{ "\\\\*", "\\x", true },
		{ "?", "同", true },
		{ "??", "同", false },
		{ "??", "同标", true },
		{ "*?", "同", true },
		{ "*??", "同", false },
		{ "同*", "同一标准", true },
		{ "*准", "同一标准", true },
		{ "同?标准", "同一标准", true },
		{ "同?标准", "同一/标准", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct held h;
		char value[100];

		snprintf(value, sizeof value, "[\"no such path\",\"%s\"]", rows[i].pattern);
		hold(&h, TARGETS, "delegations roles 0 paths", value);
		CHECK_ALIVE();
		if (tong__trust_delegates(h.t, "targets", "base", rows[i].path) != rows[i].covers) {
			printf("'%s' and '%s'\n", rows[i].pattern, rows[i].path);
			CHECK(!"the pattern");
		}
		let_go(&h);
	}
}

/* A hostile pattern costs no more than the product of the lengths. */
static void long_patterns_are_quick(void)
{
	char *value = malloc(60000), *path = malloc(20001), *at = value;
	struct held h;

	at = stpcpy(at, "[\"");
	for (int i = 0; i < 9000; i++)
		at = stpcpy(at, "*a");
	strcpy(at, "*b\"]");
	memset(path, 'a', 20000);
	path[20000] = '\0';
	hold(&h, TARGETS, "delegations roles 0 paths", value);
	CHECK_ALIVE();
	CHECK(!tong__trust_delegates(h.t, "targets", "base", path));
	path[19999] = 'b';
	CHECK(tong__trust_delegates(h.t, "targets", "base", path));
	let_go(&h);
	free(value);
	free(path);
}

/* sha256("base.ndjson") = f278ecb6… */
static void matches_hash_prefixes(void)
{
	static const struct {
		const char *prefixes;
		bool covers;
	} rows[] = {
		{ "[\"f278\"]", true },
		{ "[\"f278ecb6f951989c05338da9359718e8f951ab64b93e5be9413311d3baa73b1f\"]", true },
		{ "[\"0\",\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"a\",\"b\",\"c\",\"d\","
		  "\"e\",\"f\"]",
		  true },
		{ "[\"f27e\"]", false },
		{ "[]", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char value[512];
		struct held h;

		snprintf(value, sizeof value,
				 "{\"name\":\"x\",\"keyids\":[],\"threshold\":1,\"terminating\":false,"
				 "\"path_hash_prefixes\":%s}",
				 rows[i].prefixes);
		hold(&h, TARGETS, "delegations roles 1", value);
		CHECK_ALIVE();
		CHECK_INT(tong__trust_delegates(h.t, "targets", "x", "base.ndjson"), rows[i].covers);
		let_go(&h);
	}
}

static void tells_delegations_in_order(void)
{
	bool terminating = false;
	struct held h;

	hold(&h, TARGETS, "delegations roles 1",
		 "{\"name\":\"a/../b\",\"keyids\":[],\"threshold\":1,\"terminating\":false,"
		 "\"paths\":[\"*\"]}");
	CHECK_ALIVE();
	CHECK_STR(tong__trust_delegation(h.t, "targets", 0, &terminating), "base");
	CHECK(terminating);
	CHECK_STR(tong__trust_delegation(h.t, "targets", 1, &terminating), "a/../b");
	CHECK(!terminating);
	CHECK(tong__trust_delegation(h.t, "targets", 2, &terminating) == NULL);
	CHECK_STR(tong__trust_delegation(h.t, "base", 0, NULL), "deep");
	CHECK(tong__trust_delegation(h.t, "deep", 0, NULL) == NULL);
	CHECK(tong__trust_delegation(h.t, "nobody", 0, NULL) == NULL);
	CHECK(tong__trust_delegates(h.t, "base", "deep", "deep/x"));
	CHECK(!tong__trust_delegates(h.t, "targets", "deep", "deep/x"));
	CHECK(!tong__trust_delegates(h.t, "nobody", "deep", "deep/x"));
	CHECK(!tong__trust_delegates(h.t, NULL, "targets", "x"));
	let_go(&h);
}

/* ---- who vouches for a role ---- */

static const char *role_code(struct held *h, const char *role, const char *delegator, int file)
{
	return tong__code_name(
		tong__trust_role(h->t, role, delegator, h->r->file[file], h->r->n[file], NULL));
}

static void a_role_needs_its_delegator(void)
{
	struct held h;

	hold(&h, 0, NULL, NULL);
	CHECK_ALIVE();
	CHECK_STR(role_code(&h, "deep", "targets", DEEP), "TONG_E_ROLE");
	CHECK_STR(role_code(&h, "deep", "deep", DEEP), "TONG_E_ROLE");
	CHECK_STR(role_code(&h, "deep", "nobody", DEEP), "TONG_E_ROLE");
	CHECK_STR(role_code(&h, "deep", NULL, DEEP), "TONG_E_ROLE");
	CHECK_STR(role_code(&h, "base", NULL, BASE), "TONG_E_ROLE");
	CHECK_STR(role_code(&h, "base", "root", BASE), "TONG_E_ROLE");
	CHECK_STR(role_code(&h, "targets", "base", TARGETS), "TONG_E_ROLE");
	CHECK_STR(role_code(&h, "snapshot", NULL, SNAPSHOT), "TONG_E_ROLE");
	CHECK_STR(role_code(&h, "targets", NULL, TARGETS), "TONG_OK"); /* again is no harm */
	CHECK_STR(role_code(&h, "base", "targets", BASE), "TONG_OK");
	CHECK_STR(role_code(&h, "base", "targets", DEEP), "TONG_E_SIGNATURE");
	let_go(&h);
}

/* Only the four files are root's, and of those only targets is a targets role. */
static void root_delegates_to_targets_only(void)
{
	struct held h;

	hold(&h, SNAPSHOT, "meta timestamp.json", "{\"version\":1}");
	CHECK_ALIVE();
	h.r->signs[DEEP][0] = h.r->key[TIMESTAMP];
	repo_publish_role(h.r, DEEP);
	CHECK_STR(role_code(&h, "timestamp", NULL, DEEP), "TONG_E_ROLE");
	CHECK(!tong__trust_held(h.t, "timestamp"));
	let_go(&h);
}

/* A role reached by another way is judged by that way's keys, held or not. */
static void a_role_is_judged_again_by_each_delegator(void)
{
	struct signer *other = signer_new("ed25519", "ed25519", "ed25519");
	char *key = json_dumps(other->json, 0), path[200], role[400];
	struct repo *r = repo_new();
	struct client c = { 0 };
	struct tong__trust *t;
	tong_error err = TONG_ERROR_INIT;
	struct tong__str held;

	/* targets delegates to deep as well, but to another key */
	snprintf(path, sizeof path, "delegations keys %s", other->id);
	snprintf(role, sizeof role,
			 "{\"name\":\"deep\",\"keyids\":[\"%s\"],\"threshold\":1,\"terminating\":false,"
			 "\"paths\":[\"*\"]}",
			 other->id);
	repo_edit(r, TARGETS, path, key);
	repo_edit(r, TARGETS, "delegations roles 1", role);
	repo_publish(r);
	c.root = strdup(r->file[ROOT]);
	CHECK_INT(client_update_to(&c, r, DEEP, &t, NULL), 0); /* through base */
	held = tong__trust_bytes(t, "deep");
	CHECK_STR(tong__code_name(tong__trust_role(t, "deep", "targets", held.p, held.n, &err)),
			  "TONG_E_SIGNATURE");
	CHECK_STR(err.subject, "deep");
	CHECK(strstr(err.message, "5.6.3"));
	CHECK(tong__trust_has_role(t, "deep")); /* by base it still is */
	CHECK_INT(tong__trust_role(t, "deep", "base", held.p, held.n, NULL), 0);

	/* both keys sign: both ways are good, for the same bytes only */
	tong__trust_free(t);
	r->signs[DEEP][r->n_signs[DEEP]++] = other;
	repo_publish(r);
	CHECK_INT(client_update_to(&c, r, DEEP, &t, NULL), 0);
	CHECK_INT(tong__trust_role(t, "deep", "targets", r->file[DEEP], r->n[DEEP], NULL), 0);
	repo_edit(r, DEEP, "x", "1");
	repo_publish_role(r, DEEP);
	CHECK_STR(tong__code_name(
				  tong__trust_role(t, "deep", "targets", r->file[DEEP], r->n[DEEP], NULL)),
			  "TONG_E_VERSION");
	tong__trust_free(t);
	repo_publish(r);
	CHECK_INT(client_update_to(&c, r, DEEP, &t, NULL), 0);
	repo_edit(r, DEEP, "x", "2"); /* as long as the one that is trusted */
	repo_publish_role(r, DEEP);
	CHECK_INT(tong__trust_bytes(t, "deep").n, r->n[DEEP]);
	CHECK_STR(tong__code_name(
				  tong__trust_role(t, "deep", "targets", r->file[DEEP], r->n[DEEP], NULL)),
			  "TONG_E_VERSION");
	tong__trust_free(t);
	free(key);
	signer_free(other);
	repo_end(r, &c);
}

static void rejects_roles_that_snapshot_does_not_list(void)
{
	for (int role = TARGETS; role < ROLES; role++) {
		struct repo *r = repo_new();
		struct client c = { 0 };
		char path[64];

		snprintf(path, sizeof path, "meta %s.json", role_names[role]);
		repo_edit(r, SNAPSHOT, path, NULL);
		repo_publish(r);
		c.root = strdup(r->file[ROOT]);
		repo_refused(r, &c, role, "TONG_E_ROLE");
		CHECK_ALIVE();
		repo_recovers(r, &c);
		CHECK_ALIVE();
		repo_end(r, &c);
	}
}

/* ---- targets ---- */

static void tells_targets(void)
{
	struct tong__target target;
	struct held h;

	hold(&h, DEEP, "targets",
		 "{\"a\":{\"length\":5,\"hashes\":{\"sha256\":\"" EMPTY_SHA256 "\"},\"custom\":{\"x\":1}},"
		 "\"b\":{\"length\":0,\"hashes\":{\"sha512\":\"" EMPTY_SHA256 EMPTY_SHA256
		 "\",\"sm3\":\"\"}},"
		 "\"c\":{\"length\":0,\"hashes\":{\"sm3\":\"" EMPTY_SHA256 "\"}}}");
	CHECK_ALIVE();
	CHECK_INT(tong__trust_target(h.t, "deep", "a", &target, NULL), 0);
	CHECK_INT(target.length, 5);
	CHECK(target.has_sha256 && !target.sha512[0]);
	CHECK_INT(tong__json_int(target.custom, "x", 0), 1);
	CHECK_INT(tong__trust_target(h.t, "deep", "b", &target, NULL), 0);
	CHECK(!target.has_sha256 && !target.custom);
	CHECK_STR(target.sha512, EMPTY_SHA256 EMPTY_SHA256);
	CHECK_STR(tong__code_name(tong__trust_target(h.t, "deep", "c", &target, NULL)), "TONG_E_HASH");
	CHECK_STR(tong__code_name(tong__trust_target(h.t, "deep", "d", &target, NULL)),
			  "TONG_E_NOTFOUND");
	CHECK_STR(tong__code_name(tong__trust_target(h.t, "nobody", "a", &target, NULL)),
			  "TONG_E_NOTFOUND");
	let_go(&h);
}

int main(void)
{
	RUN(matches_patterns);
	RUN(long_patterns_are_quick);
	RUN(matches_hash_prefixes);
	RUN(tells_delegations_in_order);
	RUN(a_role_needs_its_delegator);
	RUN(root_delegates_to_targets_only);
	RUN(a_role_is_judged_again_by_each_delegator);
	RUN(rejects_roles_that_snapshot_does_not_list);
	RUN(tells_targets);
	return tong_test_done();
}
