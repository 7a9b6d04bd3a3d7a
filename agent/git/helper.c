/* tong-agent-git: brings the branch of a Git repository here and hands out its files. A process of
 * its own, so that a program that embeds the agent carries neither libgit2 nor its TLS, and so that
 * a link that hangs can be ended.
 *
 *   tong-agent-git CACHE URL BRANCH BUDGET CA PROXY      ("" and 0: none)
 *
 * CACHE is a bare repository that belongs to the agent; it is made when it is missing, and made
 * anew when it is damaged. On standard output, a line each:
 *
 *   bytes N           so many came so far
 *   ready COMMIT      the branch is here
 *   size N OFFSET     the answer to a request; N - OFFSET bytes follow
 *   fail CODE TEXT    enum tong_code; before "ready" the process ends after it
 *
 * After "ready" each line of standard input is a request: "OFFSET CEILING NAME", the file's bytes
 * from OFFSET on. The end of input ends the process. Nothing here is trusted: the agent verifies.
 */
#include <ftw.h>
#include <git2.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <tong/error.h>

#define FETCHED "refs/tong/fetched"

struct work {
	const char *cache, *url, *branch, *ca, *proxy;
	unsigned long long budget, before; /* before: bytes of an attempt that ended */
	git_repository *repo;
	git_commit *commit;
	unsigned long long bytes; /* received */
	bool over;                /* more than the budget */
	int keys;                 /* credentials tried */
	struct timespec told;
};

/* ---- words ---- */

static void fail(int code, const char *text)
{
	char line[400];
	size_t n = strcspn(text, "\n");

	snprintf(line, sizeof line, "%.*s", (int)(n < 390 ? n : 390), text);
	printf("fail %d %s\n", code, line);
	fflush(stdout);
}

static const char *git_text(void)
{
	const git_error *e = git_error_last();

	return e && e->message ? e->message : "no reason told";
}

/* ---- fetching ---- */

static void tell(struct work *w)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if ((now.tv_sec - w->told.tv_sec) * 10 + (now.tv_nsec - w->told.tv_nsec) / 100000000 < 1)
		return;
	w->told = now;
	printf("bytes %llu\n", w->before + w->bytes);
	fflush(stdout);
}

static int on_progress(const git_indexer_progress *p, void *user)
{
	struct work *w = user;

	w->bytes = p->received_bytes;
	tell(w);
	w->over = w->budget && w->before + w->bytes > w->budget;
	return w->over ? -1 : 0;
}

/* For ssh: the agent's keys first, then the usual files without passphrase. */
static int on_credentials(git_credential **out, const char *url, const char *user,
						  unsigned allowed, void *payload)
{
	static const char *const files[] = { "id_ed25519", "id_ecdsa", "id_rsa" };
	const char *home = getenv("HOME"), *name = user ? user : "git";
	struct work *w = payload;
	char private[4096], public[4096 + 4];
	int at = w->keys++;

	(void)url;
	if (allowed & GIT_CREDENTIAL_USERNAME)
		return git_credential_username_new(out, name);
	if (!(allowed & GIT_CREDENTIAL_SSH_KEY) || at > 3)
		return GIT_EAUTH;
	if (at == 0 && getenv("SSH_AUTH_SOCK"))
		return git_credential_ssh_key_from_agent(out, name);
	snprintf(private, sizeof private, "%s/.ssh/%s", home ? home : "", files[at ? at - 1 : 0]);
	snprintf(public, sizeof public, "%s.pub", private);
	return git_credential_ssh_key_new(out, name, public, private, NULL);
}

static int fetch_into(struct work *w, git_remote *remote)
{
	char spec[512];
	char *specs[] = { spec };
	git_strarray list = { specs, 1 };
	git_fetch_options o;

	git_fetch_options_init(&o, GIT_FETCH_OPTIONS_VERSION);
	snprintf(spec, sizeof spec, "+refs/heads/%s:" FETCHED, w->branch);
	o.callbacks.transfer_progress = on_progress;
	o.callbacks.credentials = on_credentials;
	o.callbacks.payload = w;
	o.download_tags = GIT_REMOTE_DOWNLOAD_TAGS_NONE;
	o.update_fetchhead = 0;
	if (!strcmp(w->proxy, "env"))
		o.proxy_opts.type = GIT_PROXY_AUTO;
	else if (*w->proxy)
		o.proxy_opts.type = GIT_PROXY_SPECIFIED;
	o.proxy_opts.url = o.proxy_opts.type == GIT_PROXY_SPECIFIED ? w->proxy : NULL;
	w->keys = 0;
	return git_remote_fetch(remote, &list, &o, NULL);
}

static int fetch(struct work *w)
{
	git_remote *remote = NULL;
	git_reference *old = NULL;
	int rc = git_repository_open_bare(&w->repo, w->cache);

	if (rc == GIT_ENOTFOUND)
		rc = git_repository_init(&w->repo, w->cache, true);
	/* A branch that is gone leaves this unset; one that was forced over is taken as it is now. */
	if (!rc && !git_reference_lookup(&old, w->repo, FETCHED))
		rc = git_reference_delete(old);
	git_reference_free(old);
	if (!rc)
		rc = git_remote_create_anonymous(&remote, w->repo, w->url);
	if (!rc)
		rc = fetch_into(w, remote);
	git_remote_free(remote);
	return rc;
}

/* What came is kept under the branch's own name, so that the next fetch brings only what is new. */
static int settle(struct work *w)
{
	git_reference *now = NULL, *kept = NULL;
	git_object *tip = NULL;
	char name[300];
	int rc = git_reference_lookup(&now, w->repo, FETCHED);

	snprintf(name, sizeof name, "refs/heads/%s", w->branch);
	if (!rc)
		rc = git_reference_peel(&tip, now, GIT_OBJECT_COMMIT);
	if (!rc)
		rc = git_reference_create(&kept, w->repo, name, git_object_id(tip), true, NULL);
	if (!rc)
		rc = git_commit_lookup(&w->commit, w->repo, git_object_id(tip));
	git_object_free(tip);
	git_reference_free(now);
	git_reference_free(kept);
	return rc;
}

static void close_repo(struct work *w)
{
	git_commit_free(w->commit);
	git_repository_free(w->repo);
	w->commit = NULL;
	w->repo = NULL;
}

/* ---- a damaged cache ---- */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void remove_cache(struct work *w)
{
	close_repo(w);
	nftw(w->cache, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	w->before += w->bytes;
	w->bytes = 0;
}

/* Faults of the network are not the cache's. */
static bool is_network(int rc)
{
	const git_error *e = git_error_last();

	return rc == GIT_EAUTH || rc == GIT_ECERTIFICATE ||
		   (e && (e->klass == GIT_ERROR_NET || e->klass == GIT_ERROR_HTTP ||
				  e->klass == GIT_ERROR_SSL || e->klass == GIT_ERROR_SSH));
}

static int refuse(struct work *w, int rc)
{
	char text[256];

	if (w->over) {
		fail(TONG_E_BUDGET, "the branch has more bytes than this sync may fetch");
	} else if (rc == GIT_ENOTFOUND && w->repo) {
		snprintf(text, sizeof text, "there is no branch %.200s", w->branch);
		fail(TONG_E_ABSENT, text);
	} else {
		fail(TONG_E_NET, git_text());
	}
	return 1;
}

/* The cache is made anew once: what Git finds broken in it cannot be mended. */
static int bring(struct work *w, bool fresh)
{
	int rc = fetch(w);
	bool missing = false;

	if (!rc) {
		rc = settle(w);
		missing = rc == GIT_ENOTFOUND;
	}
	if (!rc)
		return 0;
	if (fresh || missing || w->over || is_network(rc))
		return refuse(w, rc);
	remove_cache(w);
	return bring(w, true);
}

/* ---- handing out ---- */

static int find(const struct work *w, const char *name, git_blob **out)
{
	git_tree_entry *e = NULL;
	git_tree *tree = NULL;
	int rc = git_commit_tree(&tree, w->commit);

	*out = NULL;
	if (!rc)
		rc = git_tree_entry_bypath(&e, tree, name);
	if (!rc && git_tree_entry_type(e) == GIT_OBJECT_BLOB)
		rc = git_blob_lookup(out, w->repo, git_tree_entry_id(e));
	/* An entry without its object is damage, not absence; one that is no file is a file less. */
	if (rc == GIT_ENOTFOUND && e)
		rc = GIT_ERROR;
	else if (!rc && !*out)
		rc = GIT_ENOTFOUND;
	git_tree_entry_free(e);
	git_tree_free(tree);
	return rc;
}

static void hand_out(const git_blob *blob, unsigned long long offset, unsigned long long ceiling)
{
	unsigned long long n = (unsigned long long)git_blob_rawsize(blob);

	if (n > ceiling) {
		fail(TONG_E_LIMIT, "the file is longer than is allowed here");
		return;
	}
	if (offset > n)
		offset = 0;
	printf("size %llu %llu\n", n, offset);
	fwrite((const char *)git_blob_rawcontent(blob) + offset, 1, (size_t)(n - offset), stdout);
	fflush(stdout);
}

static void answer(struct work *w, char *line)
{
	char *end, *name;
	unsigned long long offset = strtoull(line, &end, 10), ceiling = strtoull(end, &name, 10);
	git_blob *blob = NULL;
	int rc;

	line[strcspn(line, "\n")] = '\0';
	if (*name++ != ' ') {
		fail(TONG_E_USAGE, "not a request");
		return;
	}
	rc = find(w, name, &blob);
	if (rc && rc != GIT_ENOTFOUND) {
		remove_cache(w);
		if (bring(w, true))
			exit(0);
		rc = find(w, name, &blob);
	}
	if (rc == GIT_ENOTFOUND)
		fail(TONG_E_ABSENT, "no such file in this branch");
	else if (rc)
		fail(TONG_E_FORMAT, git_text());
	else
		hand_out(blob, offset, ceiling);
	git_blob_free(blob);
}

int main(int argc, char **argv)
{
	struct work w = { 0 };
	char line[1024], hex[GIT_OID_HEXSZ + 1];

	if (argc != 7) {
		fputs("tong-agent-git is run by tong-agent; see tong-agent(1)\n", stderr);
		return 2;
	}
	w.cache = argv[1];
	w.url = argv[2];
	w.branch = argv[3];
	w.budget = strtoull(argv[4], NULL, 10);
	w.ca = argv[5];
	w.proxy = argv[6];
	git_libgit2_init();
	if (*w.ca)
		git_libgit2_opts(GIT_OPT_SET_SSL_CERT_LOCATIONS, w.ca, NULL);
	if (bring(&w, false))
		return 0;
	git_oid_tostr(hex, sizeof hex, git_commit_id(w.commit));
	printf("bytes %llu\nready %s\n", w.before + w.bytes, hex);
	fflush(stdout);
	while (fgets(line, sizeof line, stdin))
		answer(&w, line);
	close_repo(&w);
	git_libgit2_shutdown();
	return 0;
}
