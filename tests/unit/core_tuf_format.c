/* Misshapen metadata: the members that are wrong, for every role. Each refusal is followed by a
 * healthy update of the same client. */
#include "core/err.h"
#include "core/tuf_meta.h"
#include "tests/unit/tuf_repo.h"

struct row {
	const char *path, *value, *want;
};

static void try_row(int role, const struct row *row)
{
	struct client c;
	struct repo *r;

	repo_begin(&r, &c);
	repo_edit(r, role, row->path, row->value);
	repo_publish(r);
	repo_refused(r, &c, role, row->want);
	if (!tong_test.failed)
		repo_recovers(r, &c);
	if (tong_test.failed)
		printf("%s: %s = %s\n", role_names[role], row->path, row->value ? row->value : "(gone)");
	repo_end(r, &c);
}

static void try_rows(int role, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n && !tong_test.failed; i++)
		try_row(role, &rows[i]);
}

#define TRY(role, rows) try_rows(role, rows, sizeof(rows) / sizeof *(rows))

/* ---- members that every role has ---- */

static void rejects_common_members(void)
{
	static const struct row rows[] = {
		{ "_type", NULL, "TONG_E_FORMAT" },
		{ "_type", "7", "TONG_E_FORMAT" },
		{ "_type", "\"\"", "TONG_E_ROLE" },
		{ "_type", "\"mirrors\"", "TONG_E_ROLE" },
		{ "_type", "\"Targets\"", "TONG_E_ROLE" },
		{ "spec_version", NULL, "TONG_E_FORMAT" },
		{ "spec_version", "1", "TONG_E_FORMAT" },
		{ "spec_version", "\"\"", "TONG_E_FORMAT" },
		{ "spec_version", "\"1\"", "TONG_E_FORMAT" },
		{ "spec_version", "\"1.\"", "TONG_E_FORMAT" },
		{ "spec_version", "\"1..0\"", "TONG_E_FORMAT" },
		{ "spec_version", "\"1.000000000000000000000000000000\"", "TONG_E_FORMAT" },
		{ "spec_version", "\"1.0.x\"", "TONG_E_FORMAT" },
		{ "spec_version", "\" 1.0.31\"", "TONG_E_FORMAT" },
		{ "spec_version", "\"0.9.0\"", "TONG_E_FORMAT" },
		{ "spec_version", "\"2.0.0\"", "TONG_E_FORMAT" },
		{ "spec_version", "\"10.0.0\"", "TONG_E_FORMAT" },
		{ "spec_version", "\"11.0\"", "TONG_E_FORMAT" },
		{ "version", NULL, "TONG_E_FORMAT" },
		{ "version", "0", "TONG_E_FORMAT" },
		{ "version", "-1", "TONG_E_FORMAT" },
		{ "version", "true", "TONG_E_FORMAT" },
		{ "version", "\"2\"", "TONG_E_FORMAT" },
		{ "version", "9007199254740993", "TONG_E_FORMAT" },
		{ "version", "9223372036854775807", "TONG_E_FORMAT" },
	};

	for (int role = ROOT; role < ROLES; role++)
		TRY(role, rows);
}

static void rejects_times(void)
{
	static const struct row rows[] = {
		{ "expires", NULL, "TONG_E_FORMAT" },
		{ "expires", "1893456000", "TONG_E_FORMAT" },
		{ "expires", "\"\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-01-01\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-01-01T00:00:00\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-01-01T00:00:00z\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-01-01t00:00:00Z\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-01-01 00:00:00Z\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-01-01T00:00:00ZZ\"", "TONG_E_FORMAT" },
		{ "expires", "\" 2030-01-01T00:00:00Z\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-01-01T00:00:00.0Z\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-01-01T00:00:00+00:00\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-1-1T00:00:00Z\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-00-01T00:00:00Z\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-13-01T00:00:00Z\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-01-00T00:00:00Z\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-01-32T00:00:00Z\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-04-31T00:00:00Z\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-02-29T00:00:00Z\"", "TONG_E_FORMAT" },
		{ "expires", "\"2100-02-29T00:00:00Z\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-01-01T24:00:00Z\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-01-01T00:60:00Z\"", "TONG_E_FORMAT" },
		{ "expires", "\"2030-01-01T00:00:60Z\"", "TONG_E_FORMAT" },
		{ "expires", "\"+030-01-01T00:00:00Z\"", "TONG_E_FORMAT" },
		{ "expires", "\"12030-01-01T00:00:00Z\"", "TONG_E_FORMAT" },
	};

	for (int role = ROOT; role < ROLES; role++)
		TRY(role, rows);
}

static void reads_times(void)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} rows[] = {
		{ "\"2028-02-29T12:34:56Z\"", 1835440496 }, { "\"2400-02-29T00:00:00Z\"", 13574563200 },
		{ "\"2038-01-19T03:14:08Z\"", 2147483648 }, { "\"9999-12-31T23:59:59Z\"", 253402300799 },
		{ "\"2026-12-31T23:59:59Z\"", 1798761599 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tong__trust *t;
		struct client c;
		struct repo *r;

		repo_begin(&r, &c);
		repo_edit(r, DEEP, "expires", rows[i].text);
		repo_publish(r);
		CHECK_INT(client_update_to(&c, r, DEEP, &t, NULL), 0);
		CHECK_INT(tong__trust_expires(t, "deep"), rows[i].seconds);
		tong__trust_free(t);
		repo_end(r, &c);
	}
}

static void accepts_every_first_version(void)
{
	static const char *const versions[] = { "\"1.0\"", "\"1.0.0\"", "\"1.0.34\"", "\"1.9.9\"" };

	for (int role = ROOT; role < ROLES; role++)
		for (size_t i = 0; i < 4; i++) {
			struct client c;
			struct repo *r;

			repo_begin(&r, &c);
			repo_edit(r, role, "spec_version", versions[i]);
			repo_publish(r);
			CHECK_INT(client_update(&c, r, NULL), 0);
			repo_end(r, &c);
		}
}

/* A file of one role, correctly signed for another, is not that other's. */
static void rejects_types_of_others(void)
{
	for (int role = ROOT; role < ROLES; role++)
		for (int other = ROOT; other <= TARGETS; other++) {
			char value[16];

			if (!strcmp(role_types[role], role_types[other]))
				continue;
			snprintf(value, sizeof value, "\"%s\"", role_types[other]);
			try_row(role, &(struct row){ "_type", value, "TONG_E_ROLE" });
			CHECK_ALIVE();
		}
}

/* ---- members of one role ---- */

static void rejects_root(void)
{
	static const struct row rows[] = {
		{ "consistent_snapshot", "1", "TONG_E_FORMAT" },
		{ "consistent_snapshot", "\"true\"", "TONG_E_FORMAT" },
		{ "consistent_snapshot", "null", "TONG_E_FORMAT" },
		{ "keys", NULL, "TONG_E_FORMAT" },
		{ "keys", "[]", "TONG_E_FORMAT" },
		{ "keys a", "7", "TONG_E_KEY" },
		{ "keys a", "{}", "TONG_E_KEY" },
		{ "roles", NULL, "TONG_E_FORMAT" },
		{ "roles", "[]", "TONG_E_FORMAT" },
		{ "roles root", NULL, "TONG_E_FORMAT" },
		{ "roles timestamp", NULL, "TONG_E_FORMAT" },
		{ "roles snapshot", NULL, "TONG_E_FORMAT" },
		{ "roles targets", NULL, "TONG_E_FORMAT" },
		{ "roles targets", "7", "TONG_E_FORMAT" },
		{ "roles snapshot", "[]", "TONG_E_FORMAT" },
	};

	TRY(ROOT, rows);
}

static void rejects_lists_of_files(void)
{
	static const struct row both[] = {
		{ "meta", NULL, "TONG_E_FORMAT" },
		{ "meta", "[]", "TONG_E_FORMAT" },
		{ "meta", "7", "TONG_E_FORMAT" },
		{ "meta x", "{\"version\":1}", "TONG_E_FORMAT" },
		{ "meta .json", "{\"version\":1}", "TONG_E_FORMAT" },
		{ "meta targets.txt", "{\"version\":1}", "TONG_E_FORMAT" },
		{ "meta targets.json.", "{\"version\":1}", "TONG_E_FORMAT" },
		{ "meta x.json", "7", "TONG_E_FORMAT" },
		{ "meta x.json", "{}", "TONG_E_FORMAT" },
		{ "meta x.json", "{\"version\":0}", "TONG_E_FORMAT" },
		{ "meta x.json", "{\"version\":-1}", "TONG_E_FORMAT" },
		{ "meta x.json", "{\"version\":\"1\"}", "TONG_E_FORMAT" },
		{ "meta x.json", "{\"version\":9007199254740993}", "TONG_E_FORMAT" },
		{ "meta x.json", "{\"version\":1,\"length\":-1}", "TONG_E_FORMAT" },
		{ "meta x.json", "{\"version\":1,\"length\":\"1\"}", "TONG_E_FORMAT" },
		{ "meta x.json", "{\"version\":1,\"length\":9007199254740993}", "TONG_E_FORMAT" },
		{ "meta x.json", "{\"version\":1,\"hashes\":{}}", "TONG_E_FORMAT" },
		{ "meta x.json", "{\"version\":1,\"hashes\":[]}", "TONG_E_FORMAT" },
		{ "meta x.json", "{\"version\":1,\"hashes\":null}", "TONG_E_FORMAT" },
		{ "meta x.json", "{\"version\":1,\"hashes\":{\"sha256\":7}}", "TONG_E_FORMAT" },
		{ "meta x.json", "{\"version\":1,\"hashes\":{\"sha256\":\"\"}}", "TONG_E_FORMAT" },
		{ "meta x.json", "{\"version\":1,\"hashes\":{\"sha256\":\"e3b0\"}}", "TONG_E_FORMAT" },
		{ "meta x.json",
		  "{\"version\":1,\"hashes\":{\"sha256\":"
		  "\"E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855\"}}",
		  "TONG_E_FORMAT" },
		{ "meta x.json", "{\"version\":1,\"hashes\":{\"sha512\":\"" EMPTY_SHA256 "\"}}",
		  "TONG_E_FORMAT" },
		{ "meta x.json", "{\"version\":1,\"hashes\":{\"sha256\":\"" EMPTY_SHA256 "0\"}}",
		  "TONG_E_FORMAT" },
	};
	static const struct row timestamp[] = { { "meta", "{}", "TONG_E_FORMAT" },
											{ "meta snapshot.json", NULL, "TONG_E_FORMAT" },
											{ "meta snapshot.json", "[]", "TONG_E_FORMAT" } };

	TRY(TIMESTAMP, both);
	TRY(SNAPSHOT, both);
	TRY(TIMESTAMP, timestamp);
}

static void rejects_targets(void)
{
	static const struct row rows[] = {
		{ "targets", NULL, "TONG_E_FORMAT" },
		{ "targets", "[]", "TONG_E_FORMAT" },
		{ "targets x", "7", "TONG_E_FORMAT" },
		{ "targets x", "{}", "TONG_E_FORMAT" },
		{ "targets x", "{\"length\":1}", "TONG_E_FORMAT" },
		{ "targets x", "{\"hashes\":{\"sha256\":\"" EMPTY_SHA256 "\"}}", "TONG_E_FORMAT" },
		{ "targets x", "{\"length\":-1,\"hashes\":{\"sha256\":\"" EMPTY_SHA256 "\"}}",
		  "TONG_E_FORMAT" },
		{ "targets x", "{\"length\":\"1\",\"hashes\":{\"sha256\":\"" EMPTY_SHA256 "\"}}",
		  "TONG_E_FORMAT" },
		{ "targets x", "{\"length\":1,\"hashes\":{}}", "TONG_E_FORMAT" },
		{ "targets x", "{\"length\":1,\"hashes\":{\"sha256\":\"00\"}}", "TONG_E_FORMAT" },
		{ "targets x", "{\"length\":1,\"hashes\":{\"sm3\":\"00\"},\"custom\":7}", "TONG_E_FORMAT" },
		{ "targets x", "{\"length\":1,\"hashes\":{\"sm3\":[]}}", "TONG_E_FORMAT" },
		{ "delegations", "7", "TONG_E_FORMAT" },
		{ "delegations", "null", "TONG_E_FORMAT" },
		{ "delegations", "{}", "TONG_E_FORMAT" },
		{ "delegations", "{\"keys\":{}}", "TONG_E_FORMAT" },
		{ "delegations", "{\"roles\":[]}", "TONG_E_FORMAT" },
		{ "delegations", "{\"keys\":{},\"roles\":{}}", "TONG_E_FORMAT" },
		{ "delegations", "{\"keys\":[],\"roles\":[]}", "TONG_E_FORMAT" },
		{ "delegations", "{\"keys\":{},\"succinct_roles\":{}}", "TONG_E_FORMAT" },
		{ "delegations", "{\"keys\":{\"a\":7},\"roles\":[]}", "TONG_E_KEY" },
		{ "delegations", "{\"keys\":{},\"roles\":[7]}", "TONG_E_FORMAT" },
		{ "delegations", "{\"keys\":{},\"roles\":[{}]}", "TONG_E_FORMAT" },
	};

	for (int role = TARGETS; role < ROLES; role++)
		TRY(role, rows);
}

#define A_ROLE "\"keyids\":[],\"threshold\":1,\"terminating\":true"

static void rejects_delegations(void)
{
	static const char *const roles[][2] = {
		{ "{" A_ROLE ",\"paths\":[]}", "TONG_E_FORMAT" },
		{ "{\"name\":7," A_ROLE ",\"paths\":[]}", "TONG_E_FORMAT" },
		{ "{\"name\":\"\"," A_ROLE ",\"paths\":[]}", "TONG_E_FORMAT" },
		{ "{\"name\":\"root\"," A_ROLE ",\"paths\":[]}", "TONG_E_ROLE" },
		{ "{\"name\":\"timestamp\"," A_ROLE ",\"paths\":[]}", "TONG_E_ROLE" },
		{ "{\"name\":\"snapshot\"," A_ROLE ",\"paths\":[]}", "TONG_E_ROLE" },
		{ "{\"name\":\"targets\"," A_ROLE ",\"paths\":[]}", "TONG_E_ROLE" },
		{ "{\"name\":\"a\"," A_ROLE "}", "TONG_E_FORMAT" },
		{ "{\"name\":\"a\"," A_ROLE ",\"paths\":[],\"path_hash_prefixes\":[]}", "TONG_E_FORMAT" },
		{ "{\"name\":\"a\"," A_ROLE ",\"paths\":{}}", "TONG_E_FORMAT" },
		{ "{\"name\":\"a\"," A_ROLE ",\"paths\":\"*\"}", "TONG_E_FORMAT" },
		{ "{\"name\":\"a\"," A_ROLE ",\"paths\":[7]}", "TONG_E_FORMAT" },
		{ "{\"name\":\"a\"," A_ROLE ",\"path_hash_prefixes\":{}}", "TONG_E_FORMAT" },
		{ "{\"name\":\"a\"," A_ROLE ",\"path_hash_prefixes\":[7]}", "TONG_E_FORMAT" },
		{ "{\"name\":\"a\"," A_ROLE ",\"path_hash_prefixes\":[\"\"]}", "TONG_E_FORMAT" },
		{ "{\"name\":\"a\"," A_ROLE ",\"path_hash_prefixes\":[\"0G\"]}", "TONG_E_FORMAT" },
		{ "{\"name\":\"a\"," A_ROLE ",\"path_hash_prefixes\":[\"0A\"]}", "TONG_E_FORMAT" },
		{ "{\"name\":\"a\"," A_ROLE ",\"path_hash_prefixes\":[\"" EMPTY_SHA256 "0\"]}",
		  "TONG_E_FORMAT" },
		{ "{\"name\":\"a\",\"keyids\":[],\"threshold\":1,\"paths\":[]}", "TONG_E_FORMAT" },
		{ "{\"name\":\"a\",\"keyids\":[],\"threshold\":1,\"paths\":[],\"terminating\":1}",
		  "TONG_E_FORMAT" },
	};
	char value[512];

	for (int role = TARGETS; role <= BASE; role++)
		for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
			try_row(role, &(struct row){ "delegations roles 1", roles[i][0], roles[i][1] });
	for (int role = TARGETS; role <= BASE; role++) {
		snprintf(value, sizeof value, "{\"name\":\"%s\"," A_ROLE ",\"paths\":[]}",
				 role_names[role + 1]);
		try_row(role, &(struct row){ "delegations roles 1", value, "TONG_E_FORMAT" });
	}
}

/* ---- names at their ceiling ---- */

static void limits_names_of_roles(void)
{
	struct tong__meta *meta;
	char longest[TONG_MAX_ROLE_NAME + 1];

	memset(longest, 'n', TONG_MAX_ROLE_NAME);
	longest[TONG_MAX_ROLE_NAME] = '\0';
	CHECK_STR(tong__code_name(tong__meta_open(&meta, TONG_META_TARGETS, longest, "{}", 2, NULL)),
			  "TONG_E_LIMIT");
	for (int n = 127; n <= 128; n++) {
		char name[160], value[400], path[200];
		struct client c;
		struct repo *r;

		memset(name, 'n', 160);
		name[n] = '\0';
		repo_begin(&r, &c);
		snprintf(path, sizeof path, "meta %s.json", name);
		repo_edit(r, SNAPSHOT, path, "{\"version\":1}");
		repo_publish(r);
		if (n == 127)
			CHECK_INT(client_update(&c, r, NULL), 0);
		else
			repo_refused(r, &c, SNAPSHOT, "TONG_E_LIMIT");
		CHECK_ALIVE();
		repo_end(r, &c);
		snprintf(value, sizeof value, "{\"name\":\"%s\"," A_ROLE ",\"paths\":[]}", name);
		for (int role = TARGETS; role <= BASE; role++) {
			repo_begin(&r, &c);
			repo_edit(r, role, "delegations roles 1", value);
			repo_publish(r);
			if (n == 127)
				CHECK_INT(client_update(&c, r, NULL), 0);
			else
				repo_refused(r, &c, role, "TONG_E_LIMIT");
			CHECK_ALIVE();
			repo_recovers(r, &c);
			repo_end(r, &c);
		}
	}
}

int main(void)
{
	RUN(rejects_common_members);
	RUN(rejects_times);
	RUN(reads_times);
	RUN(accepts_every_first_version);
	RUN(rejects_types_of_others);
	RUN(rejects_root);
	RUN(rejects_lists_of_files);
	RUN(rejects_targets);
	RUN(rejects_delegations);
	RUN(limits_names_of_roles);
	return tong_test_done();
}
