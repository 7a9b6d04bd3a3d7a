/* `run`: what a node does on its own. This process keeps the schedule, tells systemd how the node
 * is, and looks the store's pages over; its children serve and sync (cmd_child.h). */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "agent/cmd_chores.h"
#include "agent/cmd_hook.h"
#include "agent/cmd_notify.h"
#include "agent/cmd_selftest.h"
#include "agent/cmd_state.h"
#include "agent/serve.h"
#include "agent/store.h"
#include "core/err.h"
#include "core/message.h"

#define EVERY  3600u /* seconds between syncs when nothing else is said */
#define AGAIN  60u   /* after the first failure; each further one waits twice as long */
#define LOOK   60    /* seconds between two looks at some of the store's pages */
#define REVIVE 2     /* seconds before a server that ended is started again */

/* How the server was asked for: a copy, which outlives the configuration it is from. */
struct asked_for {
	char listen[128], cert[1024], key[1024], alarm[256];
	bool kiosk;
};

struct run {
	struct tong__cli *cli;
	struct tong__child server, worker;
	struct tong__chores chores;
	bool verifying;    /* what the worker does; else it syncs */
	bool serves;       /* the server said that it does */
	struct asked_for serving; /* the server that runs */
	struct asked_for kept;    /* what stayed when the new was not to be had */
	struct tong__child_word said;     /* by the server */
	int state;         /* its file */
	json_t *told;      /* what the file says */
	unsigned failures; /* in a row */
	int64_t next_sync, next_look, next_server; /* on the clock that nobody sets */
	bool sync_again;   /* damage was found while something else was under way */
	struct tong__scan scan;
	sigset_t awake;    /* signals blocked while this thread sleeps: none of ours */
};

static volatile sig_atomic_t asked; /* SIGHUP: read the configuration again, and sync now */

static void on_hangup(int sig)
{
	(void)sig;
	asked = 1;
}

static int64_t now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

/* ---- what status tells ---- */

static void tell_state(struct run *r, const char *name, json_t *value)
{
	json_object_set_new(r->told, name, value);
	tong__state_say(r->state, r->told);
}

/* ---- the schedule ---- */

/* Up to a tenth more or less, so that the nodes of a province do not come in step. */
static uint64_t about(uint64_t seconds)
{
	uint32_t dice = 0;

	if (getrandom(&dice, sizeof dice, GRND_NONBLOCK) != (ssize_t)sizeof dice)
		dice = (uint32_t)now_s() * 2654435761u;
	return seconds < 10 ? seconds : seconds - seconds / 10 + dice % (seconds / 5 + 1);
}

static uint64_t pause_after(const struct run *r)
{
	uint64_t every = r->cli->every ? r->cli->every : EVERY, again = AGAIN;

	for (unsigned i = 1; i < r->failures && again < every; i++)
		again *= 2;
	return about(r->failures && again < every ? again : every);
}

/* ---- the server ---- */

static void copy(char *to, size_t max, const char *from)
{
	snprintf(to, max, "%s", from ? from : "");
}

static void wanted(const struct tong__cli *cli, struct asked_for *w)
{
	struct tong__serve_options o;

	tong__cli_serving(cli, &o);
	memset(w, 0, sizeof *w);
	copy(w->listen, sizeof w->listen, o.listen ? o.listen : TONG_LISTEN);
	copy(w->cert, sizeof w->cert, o.tls_cert);
	copy(w->key, sizeof w->key, o.tls_key);
	copy(w->alarm, sizeof w->alarm, o.alarm);
	w->kiosk = o.kiosk;
}

static void start_server(struct run *r)
{
	tong_error err = TONG_ERROR_INIT;

	wanted(r->cli, &r->serving);
	r->serves = false;
	r->next_server = INT64_MAX;
	if (tong__child_serve(r->cli, &r->server, &err)) {
		tong__cli_fault(r->cli, 0, _("the server cannot be started"), &err);
		r->next_server = now_s() + REVIVE;
	}
}

static void end_server(struct run *r)
{
	tong__child_end(&r->server);
	r->serves = false;
}

/* The sync makes the database anew. */
static void met_damage(struct run *r, const tong_error *what)
{
	tong_error err = TONG_ERROR_INIT;

	tong__cli_fault(r->cli, 0, _("damage"), what);
	tell_state(r, "damage", tong__state_fault(TONG_E_STORE, what->subject, what->message));
	tong__store_mark(r->cli->store, &err);
	r->sync_again = true;
}

/* Its word that it serves, or later that it met damage; or its end. 0: it serves, or has not spoken
 * yet. */
static int hear_server(struct run *r, int seconds)
{
	struct tong__child_word w;
	int heard = tong__child_hear(&r->server, &w, seconds);

	if (heard == 0)
		return 0;
	if (heard > 0 && r->serves) {
		met_damage(r, &w.err);
		return 0;
	}
	if (heard > 0 && w.rc == 0) {
		r->serves = true;
		r->said = w;
		tong__cli_announce(r->cli, w.address);
		tell_state(r, "address", json_string(w.address));
		tell_state(r, "sandbox", json_pack("{s:i, s:b}", "landlock", w.sandbox.landlock, "seccomp",
										   w.sandbox.seccomp));
		return 0;
	}
	if (heard > 0)
		tong__child_end(&r->server);
	r->serves = false;
	r->said = w;
	r->next_server = now_s() + REVIVE;
	return w.rc;
}

/* ---- one sync ---- */

/* For a program that watches: a line for each sync, as sync --json gives it. */
static void tell(const struct tong__child_word *w, uint64_t pause)
{
	json_t *doc = w->rc ? json_pack("{s:i, s:s, s:s}", "exit_code", tong__exit_code(w->rc),
									"subject", w->err.subject, "message", w->err.message)
						: tong__cli_sync_doc(&w->result);

	if (json_object_set_new(doc, "next", json_integer((json_int_t)pause)))
		json_decref(doc);
	else
		tong__print_doc(doc);
	fflush(stdout);
}

static void say(const struct run *r, const struct tong__child_word *w, uint64_t pause)
{
	const tong_sync_result *s = &w->result;
	char text[600];

	if (r->cli->json)
		tell(w, pause);
	if (w->rc)
		snprintf(text, sizeof text, _("sync failed: %s: %s; again in %llu s"), w->err.subject,
				 w->err.message, (unsigned long long)pause);
	else
		snprintf(text, sizeof text,
				 s->changed ? _("now at release %llu (%s); again in %llu s")
							: _("nothing new, at release %llu (%s); again in %llu s"),
				 (unsigned long long)s->release, s->way, (unsigned long long)pause);
	tong__cli_event(r->cli, w->rc ? 1 : 2, text, w->rc ? NULL : tong__cli_sync_doc(s));
	tong__notify("STATUS=", text);
}

static void start_worker(struct run *r, bool verifying)
{
	tong_error err = TONG_ERROR_INIT;
	int rc = verifying ? tong__child_verify(r->cli, &r->worker, &err)
					   : tong__child_sync(r->cli, &r->worker, &err);

	r->verifying = verifying;
	if (!rc)
		return;
	tong__cli_fault(r->cli, 0, _("sync cannot be started"), &err);
	r->next_sync = now_s() + AGAIN;
}

/* The hours in which the network is closed are no failure: the node keeps to its schedule. */
static void after_sync(struct run *r, const struct tong__child_word *w)
{
	uint64_t pause;

	r->failures = w->rc && w->rc != TONG_E_CLOSED ? r->failures + 1 : 0;
	pause = pause_after(r);
	r->next_sync = now_s() + (int64_t)pause;
	if (tong__stopped)
		return;
	say(r, w, pause);
	tell_state(r, "sync",
			   w->rc ? tong__state_fault(w->rc, w->err.subject, w->err.message) : json_null());
	tell_state(r, "skew", json_integer(w->rc ? w->result.clock_skew : 0)); /* else it was noted */
	tell_state(r, "next", json_integer((json_int_t)time(NULL) + (json_int_t)pause));
	if (!w->rc && w->result.changed)
		tong__chores_audit(&r->chores, now_s());
	if (w->rebuilt) {
		tong__cli_log(r->cli, 1, _("the damaged database was made anew"));
		tell_state(r, "rebuilt", json_integer((json_int_t)time(NULL)));
		tell_state(r, "damage", json_null());
		r->scan = (struct tong__scan){ .next = 1 };
		end_server(r); /* it has the old file open */
		r->next_server = now_s();
	}
}

static void after_verify(struct run *r, const struct tong__child_word *w)
{
	if (w->rc && w->rc != TONG_E_BUSY) {
		tong__cli_fault(r->cli, 0, _("the look at all that is held found damage"), &w->err);
		r->sync_again = w->rc == TONG_E_STORE;
		tell_state(r, "damage", tong__state_fault(w->rc, w->err.subject, w->err.message));
		return;
	}
	tell_state(r, "damage", json_null());
	if (!w->rc)
		tell_state(r, "checked", json_integer((json_int_t)time(NULL)));
}

static void hear_worker(struct run *r)
{
	struct tong__child_word w;
	int heard = tong__child_hear(&r->worker, &w, 0);

	if (heard == 0)
		return;
	if (heard > 0)
		tong__child_end(&r->worker);
	if (r->verifying)
		after_verify(r, &w);
	else
		after_sync(r, &w);
}

/* ---- looking the pages over ---- */

/* So many bytes an hour, a minute's share at a time. After the last page all that is held is
 * compared with what was signed. */
static void look(struct run *r)
{
	tong_error err = TONG_ERROR_INIT;
	uint64_t share = r->cli->recheck / (3600 / LOOK);

	r->next_look = now_s() + LOOK;
	if (!r->cli->recheck)
		return;
	if (r->worker.pid) { /* it may be writing, or healing */
		r->next_look = now_s() + 1;
		return;
	}
	if (tong__store_scan(r->cli->store, &r->scan, share < 4096 ? 4096 : share, &err))
		return; /* the store is away or unreadable: the sync says so */
	if (r->scan.bad) {
		tong__fail(&err, TONG_E_STORE, r->cli->store, "page %u of tong.db is not as it was written",
				   r->scan.bad);
		met_damage(r, &err);
	} else if (r->scan.done) {
		start_worker(r, true);
	}
	if (r->scan.done)
		r->scan.next = 1;
	tell_state(r, "look", json_pack("{s:I, s:I}", "page", (json_int_t)r->scan.next, "pages",
									(json_int_t)r->scan.pages));
}

/* ---- the configuration ---- */

/* An address that cannot be had leaves the old one in force, and so does a certificate. */
static void move_server(struct run *r)
{
	struct asked_for new;

	wanted(r->cli, &new);
	if (memcmp(&new, &r->serving, sizeof new) == 0)
		return;
	r->kept = r->serving;
	end_server(r);
	start_server(r);
	if (hear_server(r, 30) == 0 && r->serves)
		return;
	tong__cli_fault(r->cli, 0, _("the old address stays"), &r->said.err);
	r->cli->listen = r->kept.listen;
	r->cli->tls_cert = *r->kept.cert ? r->kept.cert : NULL;
	r->cli->tls_key = *r->kept.key ? r->kept.key : NULL;
	r->cli->kiosk = r->kept.kiosk;
	start_server(r);
}

/* What is in force stays in force when the new file is faulty, or its address is taken. */
static void reload(struct run *r)
{
	tong_error err = TONG_ERROR_INIT;

	asked = 0;
	tong__notify("RELOADING=1", "");
	if (tong__cli_configure_again(r->cli, &err)) {
		tong__cli_fault(r->cli, 0, _("the configuration"), &err);
		tell_state(r, "config_fault", tong__state_fault(err.code, err.subject, err.message));
	} else if (r->cli->config) {
		tong__cli_log(r->cli, 2, _("the configuration was read again"));
		tell_state(r, "config_fault", json_null());
		move_server(r);
	}
	r->next_sync = now_s();
	r->next_look = now_s();
	tong__chores_look(&r->chores, now_s());
	tong__notify("READY=1", "");
}

/* ---- the loop ---- */

static void do_what_is_due(struct run *r)
{
	int64_t now = now_s();

	if (!r->server.pid && now >= r->next_server)
		start_server(r);
	if (asked)
		reload(r);
	if (now >= r->next_look)
		look(r);
	if (!r->worker.pid && (now >= r->next_sync || r->sync_again)) {
		r->sync_again = false;
		start_worker(r, false);
	}
	tong__chores_do(&r->chores, r->cli, now);
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Until something is due, a child speaks or ends, or a signal comes. */
static void sleep_well(struct run *r)
{
	int64_t now = now_s(), until = least(r->next_look, r->worker.pid ? INT64_MAX : r->next_sync);
	struct timespec t = { 0, 0 };
	fd_set heard;

	until = least(until, tong__chores_next(&r->chores));
	until = least(until, r->server.pid ? INT64_MAX : r->next_server);
	until = least(until - now, tong__notify_step());
	t.tv_sec = until > 0 ? until : 0;
	FD_ZERO(&heard);
	if (r->server.pid)
		FD_SET(r->server.fd, &heard);
	if (r->worker.pid)
		FD_SET(r->worker.fd, &heard);
	tong__chores_await(&r->chores, &heard);
	pselect(FD_SETSIZE, &heard, NULL, NULL, &t, &r->awake);
}

static void work(struct run *r)
{
	while (!tong__stopped) {
		tong__notify_alive();
		do_what_is_due(r);
		sleep_well(r);
		if (r->worker.pid)
			hear_worker(r);
		if (tong__chores_hear(&r->chores, r->cli, r->told, now_s()))
			tong__state_say(r->state, r->told);
		if (r->server.pid && hear_server(r, 0) != 0)
			tong__cli_fault(r->cli, 0, _("the server ended, and is started again"), &r->said.err);
	}
}

/* ---- beginning and end ---- */

static void on_end(int sig)
{
	(void)sig;
	tong__stopped = 1;
}

/* Ours come only while this process sleeps in pselect. */
static void take_signals(struct run *r)
{
	struct sigaction act;
	sigset_t ours;

	memset(&act, 0, sizeof act);
	act.sa_handler = on_end;
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	act.sa_handler = on_hangup;
	sigaction(SIGHUP, &act, NULL);
	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGHUP);
	sigprocmask(SIG_BLOCK, &ours, &r->awake);
	sigdelset(&r->awake, SIGINT);
	sigdelset(&r->awake, SIGTERM);
	sigdelset(&r->awake, SIGHUP);
}

static int begin(struct run *r, tong_error *err)
{
	int rc = tong__selftest(r->cli, err);

	r->told = json_pack("{s:i, s:I, s:s}", "pid", (int)getpid(), "since", (json_int_t)time(NULL),
						"config", r->cli->config ? r->cli->config : "");
	if (rc)
		return rc;
	start_server(r);
	while (!rc && !r->serves && !tong__stopped && r->server.pid)
		rc = hear_server(r, 1);
	if (rc)
		*err = r->said.err;
	return rc;
}

int tong__cmd_run(struct tong__cli *cli, tong_error *err)
{
	struct run r = { .cli = cli, .state = -1, .scan = { .next = 1 } };
	int rc = tong__serve_check(cli->listen ? cli->listen : TONG_LISTEN, err);

	if (!rc && cli->webhook)
		rc = tong__hook_check(cli->webhook, err);

	if (!rc)
		rc = tong__state_take(cli->store, &r.state, err);
	if (rc)
		return rc;
	take_signals(&r);
	rc = begin(&r, err);
	r.next_sync = now_s();
	r.next_look = now_s() + LOOK;
	tong__chores_begin(&r.chores, now_s());
	if (!rc) {
		tong__notify(*r.serving.cert ? "READY=1\nSTATUS=serving https://"
									 : "READY=1\nSTATUS=serving http://",
					 r.said.address);
		work(&r);
		tong__notify("STOPPING=1", "");
	}
	tong__child_end(&r.worker);
	tong__child_end(&r.server);
	tong__chores_end(&r.chores);
	json_decref(r.told);
	if (r.state >= 0)
		close(r.state);
	return rc;
}
