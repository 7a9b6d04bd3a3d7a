/* `run`: what a node does on its own: serve, sync on a schedule, tell systemd how it is. */
#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/select.h>
#include <time.h>

#include "agent/command.h"
#include "agent/cmd_notify.h"
#include "agent/serve.h"
#include "core/err.h"
#include "core/message.h"

#define EVERY 3600u /* seconds between syncs when nothing else is said */
#define AGAIN 60u   /* after the first failure; each further one waits twice as long */

/* How the server was asked for: a copy, which outlives the configuration it is from. */
struct asked_for {
	char listen[128], cert[1024], key[1024];
	bool kiosk;
};

struct run {
	struct tong__cli *cli;
	tong_agent *reader;
	struct tong__serve *server;
	struct asked_for serving;
	char address[128]; /* bound */
	unsigned failures; /* in a row */
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

/* Sleeps until then, or a signal; keeps the watchdog content. */
static void sleep_until(const struct run *r, int64_t then)
{
	while (!tong__stopped && !asked && now_s() < then) {
		int64_t left = then - now_s(), step = tong__notify_step();
		struct timespec t = { left < step ? left : step, 0 };

		tong__notify_alive();
		pselect(0, NULL, NULL, NULL, &t, &r->awake);
	}
}

/* ---- one sync ---- */

/* For a program that watches: a line for each sync, as sync --json gives it. */
static void tell(const tong_sync_result *s, int rc, const tong_error *err, uint64_t pause)
{
	json_t *doc = rc ? json_pack("{s:i, s:s, s:s}", "exit_code", tong__exit_code(rc), "subject",
								 err->subject, "message", err->message)
					 : tong__cli_sync_doc(s);

	if (json_object_set_new(doc, "next", json_integer((json_int_t)pause)))
		json_decref(doc);
	else
		tong__print_doc(doc);
	fflush(stdout);
}

static void say(const struct run *r, const tong_sync_result *s, int rc, const tong_error *err,
				uint64_t pause)
{
	char text[600];

	if (r->cli->json)
		tell(s, rc, err, pause);
	if (rc)
		snprintf(text, sizeof text, _("sync failed: %s: %s; again in %llu s"), err->subject,
				 err->message, (unsigned long long)pause);
	else
		snprintf(text, sizeof text,
				 s->changed ? _("now at release %llu (%s); again in %llu s")
							: _("nothing new, at release %llu (%s); again in %llu s"),
				 (unsigned long long)s->release, s->way, (unsigned long long)pause);
	tong__cli_event(r->cli, rc ? 1 : 2, text, rc ? NULL : tong__cli_sync_doc(s));
	tong__notify("STATUS=", text);
}

/* The hours in which the network is closed are no failure: the node keeps to its schedule. */
static uint64_t sync_once(struct run *r)
{
	tong_sync_result result = TONG_SYNC_RESULT_INIT;
	tong_error err = TONG_ERROR_INIT;
	tong_agent *a = NULL;
	uint64_t pause;
	int rc;

	asked = 0;
	tong__notify_alive();
	rc = tong__cli_open(r->cli, false, &a, &err);
	if (!rc)
		rc = tong_agent_sync(a, NULL, &result, &err);
	tong_agent_close(a);
	r->failures = rc && rc != TONG_E_CLOSED ? r->failures + 1 : 0;
	pause = pause_after(r);
	if (!tong__stopped)
		say(r, &result, rc, &err, pause);
	return pause;
}

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
	w->kiosk = o.kiosk;
}

static int serve_as(struct run *r, const struct asked_for *w, tong_error *err)
{
	struct tong__serve_options options = { .listen = w->listen,
										   .tls_cert = *w->cert ? w->cert : NULL,
										   .tls_key = *w->key ? w->key : NULL,
										   .kiosk = w->kiosk };
	int rc = tong__serve_start(&r->server, r->reader, &options, r->address, sizeof r->address, err);

	if (!rc)
		r->serving = *w;
	return rc;
}

/* An address that cannot be had leaves the old one in force, and so does a certificate. */
static void move(struct run *r)
{
	tong_error err = TONG_ERROR_INIT, own;
	struct asked_for new, old = r->serving;
	char text[700];

	wanted(r->cli, &new);
	if (memcmp(&new, &old, sizeof new) == 0)
		return;
	tong__serve_stop(r->server);
	r->server = NULL;
	if (serve_as(r, &new, &err) == 0) {
		tong__cli_announce(r->cli, r->address);
		return;
	}
	snprintf(text, sizeof text, _("%s: %s; the old address stays"), err.subject, err.message);
	tong__cli_log(r->cli, 0, text);
	serve_as(r, &old, &own);
}

/* What is in force stays in force when the new file is faulty. */
static void reload(struct run *r)
{
	tong_error err = TONG_ERROR_INIT;
	char text[700];

	tong__notify("RELOADING=1", "");
	if (tong__cli_configure_again(r->cli, &err)) {
		snprintf(text, sizeof text, "%s: %s", err.subject, err.message);
		tong__cli_log(r->cli, 0, text);
	} else if (r->cli->config) {
		tong__cli_log(r->cli, 2, _("the configuration was read again"));
		move(r);
	}
	tong__notify("READY=1", "");
}

static void work(struct run *r)
{
	tong__notify(*r->serving.cert ? "READY=1\nSTATUS=serving https://"
								  : "READY=1\nSTATUS=serving http://",
				 r->address);
	while (!tong__stopped) {
		int64_t then = now_s() + (int64_t)sync_once(r);

		sleep_until(r, then);
		if (asked)
			reload(r);
	}
	tong__notify("STOPPING=1", "");
}

/* ---- beginning and end ---- */

/* Ours are for this thread alone, and only while it works or sleeps in pselect. */
static void take_signals(struct run *r)
{
	struct sigaction act;
	sigset_t ours;

	sigemptyset(&ours);
	sigaddset(&ours, SIGINT);
	sigaddset(&ours, SIGTERM);
	sigaddset(&ours, SIGHUP);
	memset(&act, 0, sizeof act);
	act.sa_handler = on_hangup;
	sigaction(SIGHUP, &act, NULL);
	pthread_sigmask(SIG_BLOCK, &ours, &r->awake);
	sigdelset(&r->awake, SIGINT);
	sigdelset(&r->awake, SIGTERM);
	sigdelset(&r->awake, SIGHUP);
}

int tong__cmd_run(struct tong__cli *cli, tong_error *err)
{
	struct asked_for first;
	struct run r = { .cli = cli };
	int rc;

	mallopt(M_ARENA_MAX, 1);
	rc = tong__cli_open(cli, true, &r.reader, err);
	if (rc)
		return rc;
	take_signals(&r);
	cli->tick = tong__notify_alive;
	wanted(cli, &first);
	rc = serve_as(&r, &first, err);
	if (!rc) {
		pthread_sigmask(SIG_SETMASK, &r.awake, NULL); /* the server's threads keep theirs shut */
		tong__cli_announce(cli, r.address);
		work(&r);
		tong__serve_stop(r.server);
	}
	tong_agent_close(r.reader);
	return rc;
}
