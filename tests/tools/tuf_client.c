/* A general TUF client over core/tuf.h, for the public conformance suite
 * (tests/README-conformance.md): it speaks the suite's command protocol and nothing of Tong's own
 * layers. */
#include <curl/curl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/file.h"
#include "core/limits.h"
#include "core/tuf.h"

#define MAX_TARGETS       64
#define MAX_TARGET_LENGTH (1u << 30)

struct client {
	const char *metadata_dir, *metadata_url, *target_dir, *target_url;
	const char *targets[MAX_TARGETS];
	size_t n_targets;
	CURL *curl;
	struct tong__trust *trust;
	tong_error err;
};

/* ---- names ---- */

static bool plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		   (c && strchr("-_~", c));
}

/* Percent-encodes all but letters, digits and 'also': two names stay two, and none leaves its
 * folder. */
static void add_encoded(struct tong__buf *out, const char *name, const char *also)
{
	for (const char *p = name; *p; p++) {
		if (plain(*p) || strchr(also, *p))
			tong__buf_addc(out, *p);
		else
			tong__buf_addf(out, "%%%02X", (unsigned char)*p);
	}
}

/* DIR/NAME.json for metadata ('suffix' ".json") or DIR/NAME for targets; free() it. */
static char *local_path(const char *dir, const char *name, const char *suffix)
{
	struct tong__buf path;

	tong__buf_init(&path, 8192);
	tong__buf_addf(&path, "%s/", dir);
	if (*name == '.') { /* nothing hidden, and neither . nor .. */
		tong__buf_adds(&path, "%2E");
		name++;
	}
	add_encoded(&path, name, ".");
	tong__buf_adds(&path, suffix);
	return tong__buf_take(&path, NULL);
}

/* A base URL, with the slash it may lack. */
static void add_base(struct tong__buf *url, const char *base)
{
	tong__buf_adds(url, base);
	if (!*base || base[strlen(base) - 1] != '/')
		tong__buf_addc(url, '/');
}

/* ---- fetching ---- */

static size_t on_bytes(char *p, size_t size, size_t n, void *user)
{
	return tong__buf_add(user, p, size * n) ? 0 : size * n;
}

static CURL *new_curl(void)
{
	CURL *curl = curl_easy_init();

	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 10L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, 20L);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
	return curl;
}

/* The bytes at 'url', at most 'ceiling'; TONG_E_ABSENT when the server has no such file. */
static int fetch(struct client *c, const char *url, size_t ceiling, struct tong__buf *out)
{
	CURLcode done;
	long status = 0;

	tong__buf_free(out);
	tong__buf_init(out, ceiling);
	curl_easy_setopt(c->curl, CURLOPT_URL, url);
	curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, out);
	done = curl_easy_perform(c->curl);
	curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status == 404 || status == 403)
		return tong__fail(&c->err, TONG_E_ABSENT, url, "the server answers %ld", status);
	if (out->failed)
		return tong__fail(&c->err, out->failed, url, "more than %zu bytes", ceiling);
	if (done != CURLE_OK)
		return tong__fail(&c->err, TONG_E_NET, url, "%s", curl_easy_strerror(done));
	if (status != 200)
		return tong__fail(&c->err, TONG_E_HTTP, url, "the server answers %ld", status);
	return 0;
}

/* VERSION.ROLE.json below the metadata URL; version 0: without it. */
static int fetch_metadata(struct client *c, const char *role, unsigned long version, size_t ceiling,
						  struct tong__buf *out)
{
	struct tong__buf url;
	int rc;

	tong__buf_init(&url, 8192);
	add_base(&url, c->metadata_url);
	if (version)
		tong__buf_addf(&url, "%lu.", version);
	add_encoded(&url, role, ".");
	tong__buf_adds(&url, ".json");
	rc = url.failed ? tong__fail(&c->err, url.failed, role, "too long a name")
					: fetch(c, url.data, ceiling, out);
	tong__buf_free(&url);
	return rc;
}

/* ---- local metadata ---- */

static int read_local(struct client *c, const char *role, size_t ceiling, struct tong__buf *out)
{
	char *path = local_path(c->metadata_dir, role, ".json");
	int rc;

	tong__buf_free(out);
	tong__buf_init(out, ceiling);
	rc = path ? tong__file_read(path, out, &c->err) : tong__fail_nomem(&c->err);
	free(path);
	return rc;
}

static void drop_local(struct client *c, const char *role)
{
	char *path = local_path(c->metadata_dir, role, ".json");

	if (path)
		tong__file_remove(path, NULL);
	free(path);
}

/* Byte for byte as it was received and accepted. */
static int persist(struct client *c, const char *role)
{
	struct tong__str bytes = tong__trust_bytes(c->trust, role);
	char *path = local_path(c->metadata_dir, role, ".json");
	int rc;

	rc = path ? tong__file_write(path, bytes.p, bytes.n, &c->err) : tong__fail_nomem(&c->err);
	free(path);
	return rc;
}

/* ---- the steps of an update (specification 5.2 to 5.6) ---- */

static int load_root(struct client *c, struct tong__buf *buf)
{
	int rc = read_local(c, "root", TONG_MAX_ROOT, buf);

	return rc ? rc : tong__trust_new(&c->trust, buf->data, buf->len, time(NULL), &c->err);
}

static int update_root(struct client *c, struct tong__buf *buf)
{
	bool changed;
	int rc = 0;

	for (int i = 0; i < TONG_MAX_ROOT_STEPS; i++) {
		rc = fetch_metadata(c, "root", tong__trust_root_version(c->trust) + 1, TONG_MAX_ROOT, buf);
		if (rc)
			break;
		rc = tong__trust_root(c->trust, buf->data, buf->len, &c->err);
		if (!rc)
			rc = persist(c, "root");
		if (rc)
			return rc;
	}
	if (rc && rc != TONG_E_ABSENT)
		return rc;
	rc = tong__trust_root_done(c->trust, &changed, &c->err);
	if (changed) {
		drop_local(c, "timestamp");
		drop_local(c, "snapshot");
	}
	return rc;
}

static int update_timestamp(struct client *c, struct tong__buf *buf)
{
	bool same;
	int rc;

	if (!read_local(c, "timestamp", TONG_MAX_TIMESTAMP, buf) &&
		tong__trust_local_timestamp(c->trust, buf->data, buf->len, &c->err))
		drop_local(c, "timestamp");
	rc = fetch_metadata(c, "timestamp", 0, TONG_MAX_TIMESTAMP, buf);
	if (!rc)
		rc = tong__trust_timestamp(c->trust, buf->data, buf->len, &same, &c->err);
	return rc || same ? rc : persist(c, "timestamp");
}

static int update_snapshot(struct client *c, struct tong__buf *buf)
{
	unsigned long wanted = tong__trust_snapshot_version(c->trust);
	int rc;

	if (!read_local(c, "snapshot", TONG_MAX_SNAPSHOT, buf)) {
		if (tong__trust_local_snapshot(c->trust, buf->data, buf->len, &c->err))
			drop_local(c, "snapshot");
		else if (tong__trust_version(c->trust, "snapshot") == wanted &&
				 !tong__trust_snapshot(c->trust, buf->data, buf->len, &c->err))
			return 0;
	}
	rc = fetch_metadata(c, "snapshot", tong__trust_consistent(c->trust) ? wanted : 0,
						tong__trust_snapshot_ceiling(c->trust), buf);
	if (!rc)
		rc = tong__trust_snapshot(c->trust, buf->data, buf->len, &c->err);
	return rc ? rc : persist(c, "snapshot");
}

/* Held already: judged again by this delegator's keys. Else the local copy, if it is the version
 * wanted. */
static int update_role(struct client *c, const char *role, const char *delegator,
					   struct tong__buf *buf)
{
	struct tong__str held = tong__trust_bytes(c->trust, role);
	unsigned long version = tong__trust_role_version(c->trust, role);
	int rc;

	if (held.p)
		return tong__trust_role(c->trust, role, delegator, held.p, held.n, &c->err);
	if (!version)
		return tong__fail(&c->err, TONG_E_ROLE, role, "snapshot does not list it");
	if (!read_local(c, role, TONG_MAX_TARGETS, buf) &&
		!tong__trust_role(c->trust, role, delegator, buf->data, buf->len, &c->err))
		return 0;
	rc = fetch_metadata(c, role, tong__trust_consistent(c->trust) ? version : 0,
						tong__trust_role_ceiling(c->trust, role), buf);
	if (!rc)
		rc = tong__trust_role(c->trust, role, delegator, buf->data, buf->len, &c->err);
	return rc ? rc : persist(c, role);
}

static int refresh(struct client *c)
{
	struct tong__buf buf;
	int rc;

	tong__buf_init(&buf, 0);
	rc = load_root(c, &buf);
	if (!rc)
		rc = update_root(c, &buf);
	if (!rc)
		rc = update_timestamp(c, &buf);
	if (!rc)
		rc = update_snapshot(c, &buf);
	if (!rc)
		rc = update_role(c, "targets", NULL, &buf);
	tong__buf_free(&buf);
	return rc;
}

/* ---- the search for a target (5.6.7): pre-order, depth first, each role once ---- */

struct search {
	const char *path;
	const char *visited[TONG_MAX_DELEGATIONS]; /* names that live in the trust */
	size_t n_visited;
	bool ended; /* by a terminating delegation, or by the ceiling */
	struct tong__target target;
	struct tong__buf buf;
};

static bool was_visited(const struct search *s, const char *role)
{
	for (size_t i = 0; i < s->n_visited; i++)
		if (!strcmp(s->visited[i], role))
			return true;
	return false;
}

/* TONG_E_NOTFOUND: not here and not below, go on with the next unless the search has ended. */
static int search(struct client *c, struct search *s, const char *role, const char *delegator)
{
	int rc = TONG_E_NOTFOUND;
	const char *next;
	bool last;

	if (was_visited(s, role))
		return rc;
	if (s->n_visited == TONG_MAX_DELEGATIONS) {
		s->ended = true;
		return rc;
	}
	rc = update_role(c, role, delegator, &s->buf);
	if (!rc)
		rc = tong__trust_target(c->trust, role, s->path, &s->target, &c->err);
	if (rc != TONG_E_NOTFOUND)
		return rc;
	s->visited[s->n_visited++] = role;
	for (size_t i = 0; (next = tong__trust_delegation(c->trust, role, i, &last)); i++) {
		if (!tong__trust_delegates(c->trust, role, next, s->path))
			continue;
		rc = search(c, s, next, role);
		s->ended |= last;
		if (rc != TONG_E_NOTFOUND || s->ended)
			return rc;
	}
	return rc;
}

/* ---- targets (5.7) ---- */

static bool is_target(const struct tong__target *target, const struct tong__buf *bytes)
{
	struct tong__hash hash;
	char hex[129];

	if (bytes->len != target->length)
		return false;
	tong__sha256(bytes->data, bytes->len, &hash);
	if (target->has_sha256 && !tong__hash_equal(&hash, &target->sha256))
		return false;
	tong__sha512_hex(bytes->data, bytes->len, hex);
	return !target->sha512[0] || !strcmp(hex, target->sha512);
}

/* TARGET_URL/dir/HASH.name; without consistent snapshots plainly TARGET_URL/dir/name. */
static void target_url(const struct client *c, const struct tong__target *target, const char *path,
					   struct tong__buf *url)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	static const char also[] = "./!$&'()*+,;=:@";
	char hex[129], dir[4096];

	tong__hash_hex(&target->sha256, hex);
	snprintf(dir, sizeof dir, "%.*s", (int)(name - path), path);
	add_base(url, c->target_url);
	add_encoded(url, dir, also);
	if (tong__trust_consistent(c->trust))
		tong__buf_addf(url, "%s.", target->has_sha256 ? hex : target->sha512);
	add_encoded(url, name, also);
}

static int fetch_target(struct client *c, const struct tong__target *target, const char *path,
						const char *file, struct tong__buf *bytes)
{
	struct tong__buf url;
	int rc;

	tong__buf_init(&url, 16384);
	target_url(c, target, path, &url);
	rc = url.failed ? tong__fail(&c->err, url.failed, path, "too long a name")
					: fetch(c, url.data, (size_t)target->length, bytes);
	tong__buf_free(&url);
	if (!rc && !is_target(target, bytes))
		rc = tong__fail(&c->err, TONG_E_HASH, path, "the bytes are not the ones signed");
	return rc ? rc : tong__file_write(file, bytes->data ? bytes->data : "", bytes->len, &c->err);
}

static int download(struct client *c, const char *path)
{
	struct search s = { .path = path };
	struct tong__buf bytes;
	char *file = local_path(c->target_dir, path, "");
	int rc = file ? search(c, &s, "targets", NULL) : tong__fail_nomem(&c->err);

	tong__buf_free(&s.buf);
	if (!rc && s.target.length > MAX_TARGET_LENGTH)
		rc = tong__fail(&c->err, TONG_E_LIMIT, path, "too long");
	if (!rc) {
		tong__buf_init(&bytes, (size_t)s.target.length);
		if (tong__file_read(file, &bytes, NULL) || !is_target(&s.target, &bytes))
			rc = fetch_target(c, &s.target, path, file, &bytes);
		tong__buf_free(&bytes);
	}
	free(file);
	return rc;
}

/* ---- commands ---- */

static int cmd_init(struct client *c, const char *root)
{
	struct tong__buf buf;
	int rc;

	tong__buf_init(&buf, TONG_MAX_ROOT);
	rc = tong__file_read(root, &buf, &c->err);
	if (!rc)
		rc = tong__trust_new(&c->trust, buf.data, buf.len, time(NULL), &c->err);
	tong__buf_free(&buf);
	return rc ? rc : persist(c, "root");
}

static int cmd_download(struct client *c)
{
	int rc = refresh(c);

	for (size_t i = 0; !rc && i < c->n_targets; i++)
		rc = download(c, c->targets[i]);
	return rc;
}

static bool read_options(struct client *c, int argc, char **argv)
{
	static const struct option options[] = {
		{ "metadata-dir", required_argument, NULL, 'd' },
		{ "metadata-url", required_argument, NULL, 'u' },
		{ "target-name", required_argument, NULL, 'n' },
		{ "target-dir", required_argument, NULL, 't' },
		{ "target-base-url", required_argument, NULL, 'b' },
		{ NULL, 0, NULL, 0 },
	};
	int o;

	while ((o = getopt_long(argc, argv, "+", options, NULL)) != -1) {
		if (o == 'd')
			c->metadata_dir = optarg;
		else if (o == 'u')
			c->metadata_url = optarg;
		else if (o == 't')
			c->target_dir = optarg;
		else if (o == 'b')
			c->target_url = optarg;
		else if (o == 'n' && c->n_targets < MAX_TARGETS)
			c->targets[c->n_targets++] = optarg;
		else
			return false;
	}
	return c->metadata_dir != NULL;
}

static int run(struct client *c, int argc, char **argv)
{
	const char *command;

	if (!read_options(c, argc, argv) || optind == argc)
		return tong__fail(&c->err, TONG_E_USAGE, argv[0],
						  "wanted options, then init ROOT, "
						  "refresh or download (tests/README-conformance.md)");
	command = argv[optind++];
	if (!strcmp(command, "init") && optind + 1 == argc)
		return cmd_init(c, argv[optind]);
	if (!strcmp(command, "refresh") && c->metadata_url)
		return refresh(c);
	if (!strcmp(command, "download") && c->metadata_url && c->target_dir && c->target_url)
		return cmd_download(c);
	return tong__fail(&c->err, TONG_E_USAGE, command,
					  "an option is missing or the command unknown");
}

/* The suite knows two answers: 0, and exactly 1. */
int main(int argc, char **argv)
{
	struct client c = { 0 };
	int rc;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	c.curl = new_curl();
	rc = run(&c, argc, argv);
	if (rc)
		fprintf(stderr, "tuf-client: %s: %s: %s\n", tong__code_name(rc), c.err.subject,
				c.err.message);
	tong__trust_free(c.trust);
	curl_easy_cleanup(c.curl);
	curl_global_cleanup();
	return rc != 0;
}
