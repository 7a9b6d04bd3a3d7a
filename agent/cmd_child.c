/* Makes the children of a running node, and hears what they say. */
#include "agent/cmd_child.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/life.h"
#include "agent/outbox.h"
#include "agent/serve.h"
#include "agent/source.h"
#include "core/err.h"
#include "core/text.h"

#define LOOK 5 /* seconds in which damage that the server met is told */

/* ---- birth ---- */

void tong__child_speak(int fd, const struct tong__child_word *w)
{
	(void)!write(fd, w, sizeof *w); /* less than a pipe takes at once */
}

/* A parent that was killed takes its children along; their common lock ends with the last. */
static _Noreturn void be_child(tong__child_body *body, struct tong__cli *cli, pid_t parent, int fd)
{
	static const int ours[] = { SIGINT, SIGTERM, SIGHUP };
	struct tong__child_word word;
	sigset_t end;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		signal(ours[i], ours[i] == SIGTERM ? SIG_DFL : SIG_IGN);
	sigemptyset(&end);
	sigaddset(&end, SIGTERM); /* heard when the child is ready to */
	sigprocmask(SIG_SETMASK, &end, NULL);
	memset(&word, 0, sizeof word);
	cli->tick = NULL;
	body(cli, &word, fd);
	fflush(NULL);
	_exit(0);
}

int tong__child_make(struct tong__child *c, tong__child_body *body, struct tong__cli *cli,
					 tong_error *err)
{
	pid_t parent = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return tong__fail_errno(err, errno, NULL, "cannot start a process");
	fflush(NULL);
	c->pid = fork();
	if (c->pid == 0) {
		close(ends[0]);
		be_child(body, cli, parent, ends[1]);
	}
	close(ends[1]);
	c->fd = ends[0];
	if (c->pid > 0)
		return 0;
	close(ends[0]);
	c->pid = 0;
	return tong__fail_errno(err, errno, NULL, "cannot start a process");
}

/* ---- the sandbox ---- */

static int enter(const struct tong__cli *cli, struct tong__sandbox *box, struct tong__child_word *w)
{
	const char *wish = cli->sandbox ? cli->sandbox : "auto";

	if (strcmp(wish, "off") == 0)
		return 0;
	w->rc = tong__sandbox_enter(box, &w->sandbox, &w->err);
	if (!w->rc && strcmp(wish, "on") == 0 && (!w->sandbox.landlock || !w->sandbox.seccomp))
		w->rc = tong__fail(&w->err, TONG_E_USAGE, "sandbox",
						   "this kernel lacks Landlock or seccomp, and sandbox = on wants both");
	return w->rc;
}

static void on_end(int sig)
{
	(void)sig;
	tong__stopped = 1;
}

void tong__child_stoppable(void)
{
	struct sigaction act;
	sigset_t none;

	memset(&act, 0, sizeof act);
	act.sa_handler = on_end;
	sigaction(SIGTERM, &act, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int open_writer(struct tong__cli *cli, tong_agent **a, tong_error *err)
{
	int rc = tong__cli_open(cli, false, a, err);

	tong__child_stoppable();
	return rc;
}

/* What people say, and what is said of the nodes below, goes to the ledger. */
static void name_ledger(const struct tong__cli *cli, struct tong__child_ledger *l)
{
	static const char *const suffix[] = { "", "-wal", "-shm" };

	for (size_t i = 0; i < 3; i++) {
		snprintf(l->path[i], sizeof l->path[i], "%s/ledger.db%s", cli->store, suffix[i]);
		l->list[i] = l->path[i];
	}
	l->list[3] = NULL;
}

int tong__child_enter_reader(const struct tong__cli *cli, struct tong__child_ledger *l,
							 struct tong__child_word *w)
{
	struct tong__sandbox box = { .duty = TONG_SERVES, .store = cli->store, .writes = l->list };

	name_ledger(cli, l);
	return enter(cli, &box, w);
}

/* ---- the one that serves ---- */

/* The thread that answers may meet damage; the parent hears of it, once. */
static void wait_for_end(tong_agent *a, struct tong__child_word *w, int fd)
{
	struct timespec while_ = { LOOK, 0 };
	sigset_t wanted;
	bool told = false;

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGTERM);
	while (sigtimedwait(&wanted, NULL, &while_) < 0) {
		if (told || !tong__store_met_damage(a->store))
			continue;
		told = true;
		w->rc = tong__store_damage(a->dir, &w->err);
		tong__child_speak(fd, w);
	}
}

/* A certificate is renewed in its place, as another file of its folder. */
static void folder_of(const char *file, char out[4096])
{
	char *slash;

	snprintf(out, 4096, "%s", file ? file : "");
	slash = strrchr(out, '/');
	if (slash)
		slash[slash == out] = '\0';
	else if (file)
		strcpy(out, ".");
}

/* The sandbox holds the threads that begin after it: so the store is opened first, and the server,
 * with its threads, last. */
static void serve(struct tong__cli *cli, struct tong__child_word *w, int fd)
{
	struct tong__serve_options options;
	const char *listen = cli->listen ? cli->listen : TONG_LISTEN, *colon = strrchr(listen, ':');
	struct tong__sandbox box = { .duty = TONG_SERVES,
								 .store = cli->store,
								 .port = colon ? strtoul(colon + 1, NULL, 10) : 0 };
	char cert[4096], key[4096];
	const char *reads[] = { cert, key, NULL };
	struct tong__child_ledger ledger;
	struct tong__outbox outbox;
	tong_error none;
	bool open;
	struct tong__serve *server = NULL;
	tong_agent *a = NULL;

	mallopt(M_ARENA_MAX, 1);
	tong__cli_serving(cli, &options);
	w->rc = tong__cli_open(cli, true, &a, &w->err);
	folder_of(options.tls_cert, cert);
	folder_of(options.tls_key, key);
	box.reads = reads;
	/* What people say goes to the outbox: held open, so that its files are there to be allowed. */
	open = !w->rc && tong__outbox_open(&outbox, cli->store, &none) == 0;
	name_ledger(cli, &ledger);
	box.writes = ledger.list;
	if (!w->rc)
		w->rc = enter(cli, &box, w);
	if (!w->rc)
		w->rc = tong__serve_start(&server, a, &options, w->address, sizeof w->address, &w->err);
	tong__child_speak(fd, w);
	if (!w->rc)
		wait_for_end(a, w, fd);
	tong__serve_stop(server);
	if (open)
		tong__outbox_close(&outbox);
	tong_agent_close(a);
}

int tong__child_serve(struct tong__cli *cli, struct tong__child *c, tong_error *err)
{
	return tong__child_make(c, serve, cli, err);
}

/* ---- the one that syncs ---- */

#define MAX_READS (2 * TONG_MAX_LIST + 8)

struct reads {
	const char *list[MAX_READS + 1];
	size_t n;
	bool git;
};

static void add(struct reads *r, const char *path)
{
	if (path && *path && r->n < MAX_READS)
		r->list[r->n++] = path;
}

/* A folder, a bundle or a file URL is read; a web server is not on the disk. */
static void add_source(struct reads *r, const char *where)
{
	if (tong__starts(where, "git+"))
		r->git = true;
	if (tong__starts(where, "file://"))
		add(r, where + strlen("file://"));
	else if (tong__starts(where, "git+file://"))
		add(r, where + strlen("git+file://"));
	else if (!tong__source_is_url(where))
		add(r, where);
}

static void sync_now(struct tong__cli *cli, struct tong__child_word *w, int fd)
{
	struct tong__sandbox box = { .duty = TONG_SYNCS, .store = cli->store };
	struct reads reads = { .n = 0 };
	json_t *sources = NULL, *where;
	char helper[4096], ssh[4096];
	const char *home = getenv("HOME");
	tong_agent *a = NULL;
	size_t i;

	w->rc = open_writer(cli, &a, &w->err);
	if (!w->rc) {
		sources = tong__agent_list(a, "sources");
		json_array_foreach(sources, i, where)
			add_source(&reads, json_string_value(where));
		add(&reads, cli->ca);
		add(&reads, cli->cert);
		add(&reads, cli->key);
		if (reads.git && home && snprintf(ssh, sizeof ssh, "%s/.ssh", home) < (int)sizeof ssh)
			add(&reads, ssh);
		box.reads = reads.list;
		box.runs = reads.git && tong__git_helper(helper) ? helper : NULL;
		enter(cli, &box, w);
	}
	w->result = (tong_sync_result)TONG_SYNC_RESULT_INIT;
	if (!w->rc)
		w->rc = tong_agent_sync(a, NULL, &w->result, &w->err);
	if (a && !tong__stopped) /* whatever came of it: reports go their own way, and have their end */
		tong__cli_report(cli, a);
	w->rebuilt = a && a->rebuilt;
	tong__child_speak(fd, w);
	tong_agent_close(a);
	json_decref(sources);
}

int tong__child_sync(struct tong__cli *cli, struct tong__child *c, tong_error *err)
{
	return tong__child_make(c, sync_now, cli, err);
}

/* ---- the one that looks ---- */

static void verify(struct tong__cli *cli, struct tong__child_word *w, int fd)
{
	struct tong__sandbox box = { .duty = TONG_SYNCS, .store = cli->store };
	tong_agent *a = NULL;

	w->rc = open_writer(cli, &a, &w->err);
	if (!w->rc)
		enter(cli, &box, w);
	if (!w->rc)
		w->rc = tong_agent_verify(a, 0, NULL, &w->err);
	tong__child_speak(fd, w);
	tong_agent_close(a);
}

int tong__child_verify(struct tong__cli *cli, struct tong__child *c, tong_error *err)
{
	return tong__child_make(c, verify, cli, err);
}

/* ---- hearing ---- */

static void reap(struct tong__child *c, int *status)
{
	while (waitpid(c->pid, status, 0) < 0 && errno == EINTR)
		continue;
	close(c->fd);
	c->pid = 0;
	c->fd = -1;
}

int tong__child_hear(struct tong__child *c, struct tong__child_word *w, int seconds)
{
	struct pollfd p = { .fd = c->fd, .events = POLLIN };
	int status = 0;
	ssize_t n;

	if (poll(&p, 1, seconds * 1000) <= 0)
		return 0;
	n = read(c->fd, w, sizeof *w);
	if (n == (ssize_t)sizeof *w)
		return 1;
	if (n < 0 && errno == EINTR)
		return 0;
	memset(w, 0, sizeof *w);
	reap(c, &status);
	if (WIFSIGNALED(status))
		w->rc = tong__fail(&w->err, TONG_E_IO, NULL,
						   "a process of this node was ended by signal %d", WTERMSIG(status));
	else
		w->rc = tong__fail(&w->err, TONG_E_IO, NULL, "a process of this node ended with code %d",
						   WEXITSTATUS(status));
	return -1;
}

void tong__child_end(struct tong__child *c)
{
	int status;

	if (c->pid <= 0)
		return;
	kill(c->pid, SIGTERM);
	reap(c, &status);
}
