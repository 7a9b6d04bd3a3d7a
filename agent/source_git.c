/* git+https://, git+ssh://, git+file://: a branch that holds a release, through a process of its
 * own (git/helper.c tells the words). */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent/link.h"
#include "agent/source.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/repo_name.h"
#include "core/text.h"

#ifndef TONG_LIBEXEC_DIR
#define TONG_LIBEXEC_DIR "/usr/libexec/tong"
#endif

#define HELPER "tong-agent-git"
#define BRANCH "release"
#define STALL 30

struct git {
	struct tong__source_options opt;
	char where[TONG_SOURCE_SHOWN]; /* for messages */
	char url[1024], branch[200], ref[220], cache[4096];
	bool whole, no_whole; /* the branch of whole layers is open; there is none (T10) */
	pid_t pid;
	int fd;
	char pending[512]; /* bytes read after the line before */
	size_t n;
	uint64_t told;     /* bytes that the helper told of */
	bool ready;
};

/* ---- the process ---- */

/* Where it was installed, else beside this program. */
bool tong__git_helper(char out[4096])
{
	ssize_t n;
	char *slash;

	snprintf(out, 4096, "%s/%s", TONG_LIBEXEC_DIR, HELPER);
	if (access(out, X_OK) == 0)
		return true;
	n = readlink("/proc/self/exe", out, 4000);
	if (n <= 0)
		return false;
	out[n] = '\0';
	slash = strrchr(out, '/');
	if (!slash)
		return false;
	memcpy(slash + 1, HELPER, sizeof HELPER);
	return access(out, X_OK) == 0;
}

/* 'left' of the budget; 0: there is none. */
static int spawn(struct git *g, const char *helper, uint64_t left, tong_error *err)
{
	const struct tong__link *l = g->opt.link;
	char budget[24];
	char *argv[] = { (char *)helper, g->cache,  g->url, g->ref, budget,
					 (char *)(l && l->ca_file ? l->ca_file : ""),
					 (char *)(l && l->proxy ? l->proxy : ""), NULL };
	posix_spawn_file_actions_t to;
	int pair[2], rc;

	snprintf(g->ref, sizeof g->ref, "%s%s", g->branch, g->whole ? TONG_GIT_WHOLE : "");
	snprintf(budget, sizeof budget, "%llu", (unsigned long long)left);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return tong__fail_errno(err, errno, helper, "cannot start");
	posix_spawn_file_actions_init(&to);
	posix_spawn_file_actions_adddup2(&to, pair[1], 0);
	posix_spawn_file_actions_adddup2(&to, pair[1], 1);
	posix_spawn_file_actions_addopen(&to, 2, "/dev/null", O_WRONLY, 0);
	rc = posix_spawn(&g->pid, helper, &to, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&to);
	close(pair[1]);
	if (rc) {
		close(pair[0]);
		g->pid = 0;
		return tong__fail_errno(err, rc, helper, "cannot start");
	}
	g->fd = pair[0];
	return 0;
}

static void end(struct git *g)
{
	if (g->fd >= 0)
		close(g->fd);
	g->fd = -1;
	if (g->pid > 0) {
		kill(g->pid, SIGTERM);
		while (waitpid(g->pid, NULL, 0) < 0 && errno == EINTR)
			continue;
	}
	g->pid = 0;
}

/* ---- words ---- */

static int64_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

/* Bytes from the process, at least one. Told to stop, and when nothing comes for too long, it is
 * left. */
static int receive(struct git *g, const char *name, char *out, size_t max, size_t *n,
				   tong_error *err)
{
	int64_t limit = g->opt.stall_seconds ? (int64_t)g->opt.stall_seconds : STALL;
	int64_t until = seconds() + limit;
	struct pollfd p = { g->fd, POLLIN, 0 };
	ssize_t got;

	while (poll(&p, 1, 100) == 0) {
		if (g->opt.progress && g->opt.progress(g->opt.user, name, g->told, 0))
			return tong__fail(err, TONG_E_INTERRUPTED, name, "stopped");
		if (seconds() >= until)
			return tong__fail(err, TONG_E_TIMEOUT, g->where, "nothing came for %lld seconds",
							  (long long)limit);
	}
	got = read(g->fd, out, max);
	if (got <= 0)
		return tong__fail(err, TONG_E_NET, g->where, "the Git transport ended without a word");
	*n = (size_t)got;
	return 0;
}

static int read_line(struct git *g, const char *name, char line[512], tong_error *err)
{
	char *lf;
	size_t more, n;
	int rc;

	while (!(lf = memchr(g->pending, '\n', g->n))) {
		if (g->n == sizeof g->pending)
			return tong__fail(err, TONG_E_FORMAT, g->where, "the Git transport says too much");
		rc = receive(g, name, g->pending + g->n, sizeof g->pending - g->n, &more, err);
		if (rc)
			return rc;
		g->n += more;
	}
	n = (size_t)(lf - g->pending);
	memcpy(line, g->pending, n);
	line[n] = '\0';
	g->n -= n + 1;
	memmove(g->pending, lf + 1, g->n);
	return 0;
}

/* "bytes N": what the network cost so far. */
static int count(struct git *g, const char *line, struct tong__source_count *sum, tong_error *err)
{
	uint64_t now = strtoull(line, NULL, 10), more = now > g->told ? now - g->told : 0;

	g->told = now;
	sum->down += more;
	tong__link_spend(g->opt.link, more);
	return tong__link_may(g->opt.link, 0, err);
}

static int failed(const struct git *g, const char *line, tong_error *err)
{
	char *text;
	long code = strtol(line, &text, 10);

	return tong__fail(err, (int)code, g->where, "%s", *text ? text + 1 : "");
}

/* The next line that is no count. */
static int hear(struct git *g, const char *name, char line[512], struct tong__source_count *sum,
				tong_error *err)
{
	int rc;

	do {
		rc = read_line(g, name, line, err);
		if (!rc && strncmp(line, "bytes ", 6) == 0)
			rc = count(g, line + 6, sum, err);
	} while (!rc && strncmp(line, "bytes ", 6) == 0);
	if (!rc && strncmp(line, "fail ", 5) == 0)
		return failed(g, line + 5, err);
	return rc;
}

/* ---- the source ---- */

/* The part after '#' is the branch. */
static int read_where(struct git *g, const char *where, tong_error *err)
{
	const char *hash = strrchr(where, '#');
	size_t n = hash ? (size_t)(hash - where) : strlen(where);
	const char *branch = hash && hash[1] ? hash + 1 : BRANCH;

	where += strlen("git+");
	n -= strlen("git+");
	if (n >= sizeof g->url || strlen(branch) >= sizeof g->branch)
		return tong__fail(err, TONG_E_LIMIT, g->where, "the address is too long");
	memcpy(g->url, where, n);
	strcpy(g->branch, branch);
	return 0;
}

static int place_cache(struct git *g, tong_error *err)
{
	struct tong__hash sum;
	char hex[TONG_HEX];

	if (!g->opt.link)
		return tong__fail(err, TONG_E_USAGE, g->where, "a Git source needs a store");
	tong__sha256(g->url, strlen(g->url), &sum);
	tong__hash_hex(&sum, hex);
	if ((size_t)snprintf(g->cache, sizeof g->cache, "%s/git/%.16s", g->opt.link->agent->dir, hex) >=
		sizeof g->cache)
		return tong__fail(err, TONG_E_LIMIT, g->where, "the path is too long");
	return tong__mkdirs_for(g->cache, err);
}

static int git_open(void **state, const char *where, const struct tong__source_options *opt,
					tong_error *err)
{
	struct git *g = calloc(1, sizeof *g);
	int rc;

	if (!g)
		return tong__fail_nomem(err);
	g->opt = *opt;
	tong__source_shown(where, g->where);
	g->fd = -1;
	rc = read_where(g, where, err);
	if (!rc)
		rc = place_cache(g, err);
	if (rc)
		free(g);
	else
		*state = g;
	return rc;
}

static int bring(struct git *g, struct tong__source_count *sum, tong_error *err)
{
	uint64_t budget = g->opt.budget, left = budget > sum->down ? budget - sum->down : 1;
	char helper[4096], line[512];
	int rc;

	if (!tong__git_helper(helper))
		return tong__fail(err, TONG_E_USAGE, g->where,
						  "the Git transport is not installed: %s is missing", HELPER);
	rc = tong__link_may(g->opt.link, 0, err);
	if (!rc)
		rc = spawn(g, helper, budget ? left : 0, err);
	sum->requests++;
	g->told = 0;
	if (!rc)
		rc = hear(g, g->ref, line, sum, err);
	if (!rc && strncmp(line, "ready ", 6) != 0)
		rc = tong__fail(err, TONG_E_FORMAT, g->where, "the Git transport says too much");
	g->ready = !rc;
	if (rc)
		end(g);
	return rc;
}

static int ask(struct git *g, const struct tong__get *get, char line[512],
			   struct tong__source_count *sum, tong_error *err)
{
	char request[512];
	int n = snprintf(request, sizeof request, "%llu %llu %s\n", (unsigned long long)get->offset,
					 (unsigned long long)get->ceiling, get->name);

	if (n >= (int)sizeof request)
		return tong__fail(err, TONG_E_LIMIT, get->name, "the path is too long");
	if (send(g->fd, request, (size_t)n, MSG_NOSIGNAL) != n)
		return tong__fail(err, TONG_E_NET, g->where, "the Git transport ended without a word");
	return hear(g, get->name, line, sum, err);
}

/* The bytes after a "size" line: first those that came with it. */
static int pass_on(struct git *g, const struct tong__get *get, uint64_t left, tong_error *err)
{
	char buf[16384];
	size_t n = g->n < left ? g->n : (size_t)left;
	int rc;

	memcpy(buf, g->pending, n);
	g->n -= n;
	memmove(g->pending, g->pending + n, g->n);
	rc = n ? get->sink->write(get->sink->user, buf, n, err) : 0;
	for (left -= n; !rc && left; left -= n) {
		rc = receive(g, get->name, buf, left < sizeof buf ? (size_t)left : sizeof buf, &n, err);
		if (!rc)
			rc = get->sink->write(get->sink->user, buf, n, err);
	}
	return rc;
}

/* "size N OFFSET", then the bytes. */
static int take(struct git *g, const struct tong__get *get, const char *line, tong_error *err)
{
	uint64_t size, from;
	char *at;
	int rc;

	if (strncmp(line, "size ", 5) != 0)
		return tong__fail(err, TONG_E_FORMAT, g->where, "the Git transport says too much");
	size = strtoull(line + 5, &at, 10);
	from = strtoull(at, NULL, 10);
	if (from > size || size > get->ceiling)
		return tong__fail(err, TONG_E_LIMIT, get->name,
						  "the file is longer than is allowed here");
	rc = get->sink->begin(get->sink->user, from, err);
	return rc ? rc : pass_on(g, get, size - from, err);
}

/* What it would say next belongs to no request. */
static void leave(struct git *g)
{
	end(g);
	g->ready = false;
	g->n = 0;
}

/* From the branch that is open. Anything but a file's absence ends the process. */
static int get_here(struct git *g, const struct tong__get *get, struct tong__source_count *sum,
					struct tong__retry *again, tong_error *err)
{
	char line[512];
	int rc = g->ready ? 0 : bring(g, sum, err);

	if (rc) {
		again->wanted = rc == TONG_E_NET;
		return rc;
	}
	rc = ask(g, get, line, sum, err);
	if (rc == TONG_E_ABSENT || rc == TONG_E_LIMIT)
		return rc;
	if (!rc)
		rc = take(g, get, line, err);
	if (rc)
		leave(g);
	return rc;
}

/* T10: whole layers stand in a branch of their own, which is fetched when one is wanted. */
static int git_get(void *state, const struct tong__get *get, struct tong__source_count *sum,
				   struct tong__retry *again, tong_error *err)
{
	struct git *g = state;
	int rc = get_here(g, get, sum, again, err);

	if (rc != TONG_E_ABSENT || !g->ready || g->no_whole ||
		(!g->whole && !tong__ends(get->name, ".tcs")))
		return rc;
	leave(g);
	g->whole = !g->whole;
	rc = get_here(g, get, sum, again, err);
	if (rc == TONG_E_ABSENT && g->whole && !g->ready) {
		g->no_whole = true;
		g->whole = false;
	}
	return rc;
}

static void git_close(void *state)
{
	end(state);
	free(state);
}

const struct tong__source_kind tong__source_git = {
	.prefix = "git+", .open = git_open, .get = git_get, .close = git_close, .network = true
};
