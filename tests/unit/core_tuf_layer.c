/* Layers as targets (FORMAT T2, T3): what a role says of its layer, and that nobody else can say
 * it. */
#include "core/err.h"
#include "core/limits.h"
#include "tests/unit/tuf_repo.h"

#define ID "\"" EMPTY_SHA256 "\""
#define NO_LAYER(body) \
	"{\"base.ndjson\":{\"length\":0,\"hashes\":{\"sha256\":" ID "},\"custom\":" body "}}"

#define OLDER(value) "{\"tong\":{\"records\":0,\"changesets\":[],\"older\":" value "}}"

/* What tong__trust_layer says of 'layer' after one edit; *out is freed by the caller when it is
 * TONG_OK. */
static const char *layer_after(int role, const char *path, const char *value, const char *layer,
							   struct tong__layer_target *out)
{
	struct repo *r = repo_new();
	struct client c = { 0 };
	struct tong__trust *t;
	tong_error err = TONG_ERROR_INIT;
	int rc;

	if (path)
		repo_edit(r, role, path, value);
	repo_publish(r);
	c.root = strdup(r->file[ROOT]);
	client_update_to(&c, r, BASE, &t, NULL);
	rc = tong__trust_layer(t, layer, out, &err);
	if (rc && (err.code != rc || !err.message[0]))
		rc = TONG_E_USAGE;
	tong__trust_free(t);
	repo_end(r, &c);
	return tong__code_name(rc);
}

static void reads_a_layer(void)
{
	struct tong__layer_target out;

	CHECK_STR(layer_after(BASE, NULL, NULL, "base", &out), "TONG_OK");
	CHECK_STR(out.name, "base");
	CHECK_INT(out.length, 0);
	CHECK_INT(out.records, 0);
	CHECK_INT(out.n_changes, 0);
	tong__layer_target_free(&out);
	CHECK_STR(
		layer_after(BASE, "targets",
					"{\"base.ndjson\":{\"length\":268435456,\"hashes\":{\"sha256\":" ID "},"
					"\"custom\":{\"x\":0,\"tong\":{\"records\":2000000,\"y\":[],\"changesets\":["
					"{\"from\":\"\",\"id\":" ID ",\"length\":134217728},"
					"{\"from\":" ID ",\"id\":" ID ",\"length\":12,\"z\":1}]}}}}",
					"base", &out),
		"TONG_OK");
	CHECK_INT(out.length, 268435456);
	CHECK_INT(out.records, 2000000);
	CHECK_INT(out.n_changes, 2);
	CHECK(out.changes[0].whole && !out.changes[1].whole);
	CHECK_INT(out.changes[0].length, 134217728);
	CHECK_INT(out.changes[1].length, 12);
	CHECK(tong__hash_equal(&out.changes[0].id, &out.sha256));
	CHECK(tong__hash_equal(&out.changes[1].from, &out.sha256));
	tong__layer_target_free(&out);
	tong__layer_target_free(&out);
	tong__layer_target_free(NULL);
}

static void rejects_misshapen_layers(void)
{
	static const char *const rows[][2] = {
		{ "{}", "TONG_E_FORMAT" },
		{ "{\"tong\":[]}", "TONG_E_FORMAT" },
		{ "{\"tong\":{}}", "TONG_E_FORMAT" },
		{ "{\"tong\":{\"records\":0}}", "TONG_E_FORMAT" },
		{ "{\"tong\":{\"changesets\":[]}}", "TONG_E_FORMAT" },
		{ "{\"tong\":{\"records\":-1,\"changesets\":[]}}", "TONG_E_FORMAT" },
		{ "{\"tong\":{\"records\":\"0\",\"changesets\":[]}}", "TONG_E_FORMAT" },
		{ "{\"tong\":{\"records\":0,\"changesets\":{}}}", "TONG_E_FORMAT" },
		{ "{\"tong\":{\"records\":0,\"changesets\":[7]}}", "TONG_E_FORMAT" },
		{ "{\"tong\":{\"records\":0,\"changesets\":[{}]}}", "TONG_E_FORMAT" },
		{ "{\"tong\":{\"records\":0,\"changesets\":[{\"from\":\"\",\"id\":" ID "}]}}",
		  "TONG_E_FORMAT" },
		{ "{\"tong\":{\"records\":0,\"changesets\":[{\"from\":\"\",\"length\":99}]}}",
		  "TONG_E_FORMAT" },
		{ "{\"tong\":{\"records\":0,\"changesets\":[{\"id\":" ID ",\"length\":99}]}}",
		  "TONG_E_FORMAT" },
		{ "{\"tong\":{\"records\":0,\"changesets\":[{\"from\":\"0\",\"id\":" ID
		  ",\"length\":99}]}}",
		  "TONG_E_FORMAT" },
		{ "{\"tong\":{\"records\":0,\"changesets\":[{\"from\":\"\",\"id\":\"0\",\"length\":99}]}}",
		  "TONG_E_FORMAT" },
		{ "{\"tong\":{\"records\":0,\"changesets\":[{\"from\":\"\",\"id\":" ID ",\"length\":11}]}}",
		  "TONG_E_FORMAT" },
		{ "{\"tong\":{\"records\":0,\"changesets\":[{\"from\":\"\",\"id\":" ID
		  ",\"length\":-12}]}}",
		  "TONG_E_FORMAT" },
		{ "{\"tong\":{\"records\":0,\"changesets\":[{\"from\":\"\",\"id\":" ID
		  ",\"length\":134217729}]}}",
		  "TONG_E_LIMIT" },
		{ "{\"tong\":{\"records\":2000001,\"changesets\":[]}}", "TONG_E_LIMIT" },
		{ OLDER("[]"), "TONG_E_FORMAT" },
		{ OLDER("{}"), "TONG_E_FORMAT" },
		{ OLDER("{\"id\":" ID "}"), "TONG_E_FORMAT" },
		{ OLDER("{\"length\":9}"), "TONG_E_FORMAT" },
		{ OLDER("{\"id\":\"0\",\"length\":9}"), "TONG_E_FORMAT" },
		{ OLDER("{\"id\":" ID ",\"length\":0}"), "TONG_E_FORMAT" },
		{ OLDER("{\"id\":" ID ",\"length\":65537}"), "TONG_E_FORMAT" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tong__layer_target out;

		CHECK_STR(layer_after(BASE, "targets base.ndjson custom", rows[i][0], "base", &out),
				  rows[i][1]);
		CHECK(out.changes == NULL);
	}
}

/* The list of older ways: what is fetched must be what was signed, and for this version (T8). */
static const char *older_after(const char *text, const char *told, int longer,
							   struct tong__layer_target *out)
{
	char custom[600], hex[TONG_HEX];
	struct tong__hash hash;
	tong_error err = TONG_ERROR_INIT;
	const char *code;

	tong__sha256(told, strlen(told), &hash);
	tong__hash_hex(&hash, hex);
	snprintf(custom, sizeof custom, OLDER("{\"id\":\"%s\",\"length\":%d}"), hex,
			 (int)strlen(told) + longer);
	code = layer_after(BASE, "targets base.ndjson custom", custom, "base", out);
	if (strcmp(code, "TONG_OK"))
		return code;
	return tong__code_name(tong__layer_target_older(out, text, strlen(text), &err));
}

#define WAYS "\"changesets\":[{\"from\":" ID ",\"id\":" ID ",\"length\":12}]"

static void T8_reads_older_ways(void)
{
	static const char good[] = "{" WAYS ",\"layer\":\"base\",\"to\":" ID "}";
	static const char other[] = "{" WAYS ",\"layer\":\"base\",\"to\":" ID " }";
	struct tong__layer_target out;

	CHECK_STR(older_after(good, good, 0, &out), "TONG_OK");
	CHECK_INT(out.n_changes, 1);
	CHECK_INT(out.changes[0].length, 12);
	tong__layer_target_free(&out);
	CHECK_STR(older_after(good, other, -1, &out), "TONG_E_HASH");
	CHECK_INT(out.n_changes, 0);
	tong__layer_target_free(&out);
	CHECK_STR(older_after(good, good, 1, &out), "TONG_E_HASH");
	tong__layer_target_free(&out);
}

static void T8_rejects_other_lists(void)
{
	static const char *const lists[] = {
		"x", "[]", "{}", "{" WAYS "}",
		"{" WAYS ",\"layer\":\"base\"}",
		"{" WAYS ",\"to\":" ID "}",
		"{" WAYS ",\"layer\":\"site\",\"to\":" ID "}",
		"{" WAYS ",\"layer\":\"base\",\"to\":\"0\"}",
		"{" WAYS ",\"layer\":\"base\",\"to\":"
		"\"0000000000000000000000000000000000000000000000000000000000000000\"}",
		"{\"layer\":\"base\",\"to\":" ID "}",
		"{\"changesets\":{},\"layer\":\"base\",\"to\":" ID "}",
		"{\"changesets\":[7],\"layer\":\"base\",\"to\":" ID "}",
	};
	struct tong__layer_target out;

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		CHECK_STR(older_after(lists[i], lists[i], 0, &out), "TONG_E_FORMAT");
		CHECK_INT(out.n_changes, 0);
		tong__layer_target_free(&out);
	}
}

/* Asked too early: nothing that is held says who signs for the layer. */
static void a_layer_before_targets_is_not_held(void)
{
	struct tong__layer_target out;
	struct repo *r = repo_new();
	struct client c = { 0 };
	struct tong__trust *t;

	repo_publish(r);
	c.root = strdup(r->file[ROOT]);
	client_update_to(&c, r, SNAPSHOT, &t, NULL);
	CHECK_STR(tong__code_name(tong__trust_layer(t, "base", &out, NULL)), "TONG_E_NOTFOUND");
	tong__trust_free(t);
	repo_end(r, &c);
}

static void rejects_layers_of_another_shape(void)
{
	static const char *const rows[][3] = {
		{ "targets base.ndjson custom", NULL, "TONG_E_FORMAT" },
		{ "targets base.ndjson length", "268435457", "TONG_E_LIMIT" },
		{ "targets base.ndjson hashes", "{\"sm3\":\"\"}", "TONG_E_HASH" },
		{ "targets base.ndjson hashes", "{\"sha512\":\"" EMPTY_SHA256 EMPTY_SHA256 "\"}",
		  "TONG_E_FORMAT" },
		{ "targets", "{}", "TONG_E_NOTFOUND" },
		/* a role that names what is not its own, beside its own or instead of it */
		{ "targets site.ndjson", "{\"length\":0,\"hashes\":{\"sha256\":" ID "}}", "TONG_E_ROLE" },
		{ "targets", "{\"site.ndjson\":{\"length\":0,\"hashes\":{\"sha256\":" ID "}}}",
		  "TONG_E_ROLE" },
	};
	struct tong__layer_target out;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		CHECK_STR(layer_after(BASE, rows[i][0], rows[i][1], "base", &out), rows[i][2]);
}

#define DELEGATION(name, ends, paths)                                            \
	"{\"name\":\"" name "\",\"keyids\":[],\"threshold\":1,\"terminating\":" ends \
	",\"paths\":" paths "}"

/* Every reader must come to this role and no other when it looks for the layer (T2). */
static void rejects_other_ways_to_a_layer(void)
{
	static const char *const rows[][3] = {
		{ "targets base.ndjson", "{\"length\":0,\"hashes\":{\"sha256\":" ID "}}", "TONG_E_ROLE" },
		{ "delegations roles 0 terminating", "false", "TONG_E_ROLE" },
		{ "delegations roles 0 paths", "[]", "TONG_E_ROLE" },
		{ "delegations roles 0 paths", "[\"site.ndjson\"]", "TONG_E_ROLE" },
		{ "delegations roles 0 paths", "[\"x/*\",\"b*.ndjson\"]", "TONG_OK" },
		{ "delegations roles 1", DELEGATION("r51", "true", "[\"*\"]"), "TONG_OK" },
	};
	struct tong__layer_target out;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		CHECK_STR(layer_after(TARGETS, rows[i][0], rows[i][1], "base", &out), rows[i][2]);
		tong__layer_target_free(&out);
	}
}

/* A delegation before the layer's own that covers its file as well: the searcher would go there
 * first. */
static void rejects_a_delegation_that_comes_before(void)
{
	static const struct {
		const char *before, *want;
	} rows[] = {
		{ DELEGATION("r511602", "true", "[\"r511602.ndjson\"]"), "TONG_OK" },
		{ DELEGATION("r511602", "false", "[\"*.ndjson\"]"), "TONG_E_ROLE" },
		{ DELEGATION("r511602", "true", "[\"base.ndjson\"]"), "TONG_E_ROLE" },
	};

	for (size_t i = 0; i < 3; i++) {
		char *own, *list;
		struct tong__layer_target out;
		struct tong__trust *t;
		struct repo *r = repo_new();
		struct client c = { 0 };
		json_t *d = repo_delegations(r, BASE, "base.ndjson");

		own = json_dumps(json_array_get(json_object_get(d, "roles"), 0), 0);
		list = malloc(strlen(own) + strlen(rows[i].before) + 4);
		sprintf(list, "[%s,%s]", rows[i].before, own);
		repo_edit(r, TARGETS, "delegations roles", list);
		repo_publish(r);
		c.root = strdup(r->file[ROOT]);
		CHECK_INT(client_update_to(&c, r, DEEP, &t, NULL), 0);
		CHECK_STR(tong__code_name(tong__trust_layer(t, "base", &out, NULL)), rows[i].want);
		tong__layer_target_free(&out);
		tong__trust_free(t);
		free(own);
		free(list);
		json_decref(d);
		repo_end(r, &c);
	}
}

static void rejects_names_that_are_no_layers(void)
{
	static const char *const names[] = { "",      "targets", "root",   "deep", "../base",
										 "r5116", "r51160x", "base\n", "Base", "r511602000000" };
	struct tong__layer_target out;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		CHECK_STR(layer_after(0, NULL, NULL, names[i], &out), "TONG_E_ROLE");
	CHECK_STR(layer_after(0, NULL, NULL, "site", &out), "TONG_E_NOTFOUND");
	CHECK_STR(layer_after(0, NULL, NULL, "r511602", &out), "TONG_E_NOTFOUND");
}

/* Base is delegated by targets, but what is held came through another role's delegation only. */
static void rejects_a_layer_that_targets_did_not_vouch_for(void)
{
	struct signer *evil = signer_new("ed25519", "ed25519", "ed25519");
	char *key = json_dumps(evil->json, 0), path[200], role[400];
	struct tong__layer_target out;
	struct repo *r = repo_new();
	char *deep_key = json_dumps(r->key[DEEP]->json, 0);
	struct client c = { 0 };
	struct tong__trust *t;

	/* targets delegates to base and to deep; deep delegates to base, with its own key */
	snprintf(path, sizeof path, "delegations keys %s", r->key[DEEP]->id);
	snprintf(role, sizeof role,
			 "{\"name\":\"deep\",\"keyids\":[\"%s\"],\"threshold\":1,\"terminating\":false,"
			 "\"paths\":[\"deep/*\"]}",
			 r->key[DEEP]->id);
	repo_edit(r, TARGETS, path, deep_key);
	repo_edit(r, TARGETS, "delegations roles 1", role);
	snprintf(role, sizeof role,
			 "{\"name\":\"base\",\"keyids\":[\"%s\"],\"threshold\":1,\"terminating\":true,"
			 "\"paths\":[\"*\"]}",
			 evil->id);
	repo_edit(r, DEEP, "delegations", "{\"keys\":{},\"roles\":[]}");
	snprintf(path, sizeof path, "delegations keys %s", evil->id);
	repo_edit(r, DEEP, path, key);
	repo_edit(r, DEEP, "delegations roles 0", role);
	r->signs[BASE][0] = evil;
	repo_publish(r);
	c.root = strdup(r->file[ROOT]);
	CHECK_INT(client_update_to(&c, r, TARGETS, &t, NULL), 0);
	CHECK_INT(tong__trust_role(t, "deep", "targets", r->file[DEEP], r->n[DEEP], NULL), 0);
	CHECK_INT(tong__trust_role(t, "base", "deep", r->file[BASE], r->n[BASE], NULL), 0);
	CHECK_INT(tong__trust_role(t, "base", "deep", r->file[BASE], r->n[BASE], NULL), 0);
	CHECK(tong__trust_has_role(t, "base"));
	CHECK_STR(tong__code_name(tong__trust_layer(t, "base", &out, NULL)), "TONG_E_ROLE");
	CHECK_STR(tong__code_name(
				  tong__trust_role(t, "base", "targets", r->file[BASE], r->n[BASE], NULL)),
			  "TONG_E_SIGNATURE");
	CHECK_STR(tong__code_name(tong__trust_layer(t, "base", &out, NULL)), "TONG_E_ROLE");
	tong__trust_free(t);
	free(key);
	free(deep_key);
	signer_free(evil);
	repo_end(r, &c);
}

int main(void)
{
	RUN(reads_a_layer);
	RUN(rejects_misshapen_layers);
	RUN(T8_reads_older_ways);
	RUN(T8_rejects_other_lists);
	RUN(a_layer_before_targets_is_not_held);
	RUN(rejects_layers_of_another_shape);
	RUN(rejects_other_ways_to_a_layer);
	RUN(rejects_a_delegation_that_comes_before);
	RUN(rejects_names_that_are_no_layers);
	RUN(rejects_a_layer_that_targets_did_not_vouch_for);
	return tong_test_done();
}
