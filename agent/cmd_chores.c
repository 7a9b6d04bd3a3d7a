/* The schedule of what a running node does beside serving and syncing. */
#include "agent/cmd_chores.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent/cmd_state.h"
#include "core/err.h"
#include "core/message.h"

#define LOOK  300       /* seconds between two looks at the nodes below */
#define AUDIT 86400     /* between two times all pages are made, of one release */
#define SOON  5         /* after the start: the first answers come first */
#define AGAIN 600       /* after a failure */
#define TELL  86400     /* alarms that stay are told again */

void tong__chores_begin(struct tong__chores *c, int64_t now)
{
	memset(c, 0, sizeof *c);
	c->board = -1;
	c->next_look = now;
	c->next_audit = now + SOON;
}

void tong__chores_audit(struct tong__chores *c, int64_t now)
{
	c->next_audit = now + SOON;
}

void tong__chores_look(struct tong__chores *c, int64_t now)
{
	c->next_look = now;
}

/* ---- starting ---- */

/* Without a ledger nobody ever asked to report here, and there is nothing to look at. */
static bool may_have_nodes(const struct tong__cli *cli)
{
	char path[4096];

	return (size_t)snprintf(path, sizeof path, "%s/ledger.db", cli->store) < sizeof path &&
		   access(path, F_OK) == 0;
}

static void start(struct tong__child *c, tong__child_body *body, struct tong__cli *cli)
{
	tong_error err = TONG_ERROR_INIT;

	if (tong__child_make(c, body, cli, &err))
		tong__cli_fault(cli, 1, _("a process cannot be started"), &err);
}

static void start_looker(struct tong__chores *c, struct tong__cli *cli, int64_t now)
{
	c->next_look = now + LOOK;
	if (!may_have_nodes(cli))
		return;
	if (c->board >= 0)
		close(c->board);
	c->board = cli->board = memfd_create("board", MFD_CLOEXEC);
	if (c->board >= 0)
		start(&c->looker, tong__watch_look, cli);
}

/* Of other alarms than last time, of their end too; and once a day of those that stay. */
static bool wants_telling(const struct tong__chores *c, const struct tong__cli *cli, int64_t now)
{
	return cli->webhook && c->board >= 0 &&
		   (c->which != c->told || (c->alarms && now >= c->next_tell));
}

void tong__chores_do(struct tong__chores *c, struct tong__cli *cli, int64_t now)
{
	bool free = !c->looker.pid && !c->teller.pid; /* they share the board */

	if (free && now >= c->next_look)
		start_looker(c, cli, now);
	if (!c->auditor.pid && now >= c->next_audit) {
		c->next_audit = now + AUDIT;
		if (cli->recheck)
			start(&c->auditor, tong__audit, cli);
	}
}

/* ---- waiting ---- */

int64_t tong__chores_next(const struct tong__chores *c)
{
	int64_t look = c->looker.pid || c->teller.pid ? INT64_MAX : c->next_look,
			audit = c->auditor.pid ? INT64_MAX : c->next_audit;

	return look < audit ? look : audit;
}

static void await(const struct tong__child *c, fd_set *set)
{
	if (c->pid)
		FD_SET(c->fd, set);
}

void tong__chores_await(const struct tong__chores *c, fd_set *set)
{
	await(&c->looker, set);
	await(&c->teller, set);
	await(&c->auditor, set);
}

/* ---- hearing ---- */

static bool hear(struct tong__child *c, struct tong__child_word *w)
{
	int heard = c->pid ? tong__child_hear(c, w, 0) : 0;

	if (heard > 0)
		tong__child_end(c);
	return heard != 0;
}

static void heard_board(struct tong__chores *c, struct tong__cli *cli, json_t *told,
						const struct tong__child_word *w, int64_t now)
{
	char text[200] = "";

	if (w->rc) {
		tong__cli_fault(cli, 1, _("the nodes below could not be looked at"), &w->err);
		close(c->board);
		c->board = -1;
		return;
	}
	snprintf(text, sizeof text, _("alarms about nodes of the levels below: %lld"),
			 (long long)w->count);
	if (w->which != c->which)
		tong__cli_log(cli, w->count ? 1 : 2, text);
	c->which = w->which;
	c->alarms = w->count;
	json_object_set_new(told, "alarms", json_integer(w->count));
	if (wants_telling(c, cli, now)) {
		cli->board = c->board;
		start(&c->teller, tong__watch_tell, cli);
	}
}

static void heard_hook(struct tong__chores *c, struct tong__cli *cli, json_t *told,
					   const struct tong__child_word *w, int64_t now)
{
	if (w->rc) {
		tong__cli_fault(cli, 1, _("the alarm's program"), &w->err);
		json_object_set_new(told, "webhook",
							tong__state_fault(w->rc, w->err.subject, w->err.message));
		return;
	}
	c->told = c->which;
	c->next_tell = now + TELL;
	json_object_set_new(told, "webhook", json_null());
}

static void heard_audit(struct tong__chores *c, struct tong__cli *cli, json_t *told,
						const struct tong__child_word *w, int64_t now)
{
	if (w->rc) {
		c->next_audit = now + AGAIN;
		if (w->rc != TONG_E_NOTFOUND) /* nothing is held yet */
			tong__cli_fault(cli, 1, _("the pages could not be made"), &w->err);
		return;
	}
	json_object_set_new(told, "pages", json_pack("{s:I, s:I}", "pages", (json_int_t)w->count, "bad",
												 (json_int_t)w->bad));
}

bool tong__chores_hear(struct tong__chores *c, struct tong__cli *cli, json_t *told, int64_t now)
{
	struct tong__child_word w;
	bool any = false;

	if (hear(&c->teller, &w)) {
		heard_hook(c, cli, told, &w, now);
		any = true;
	}
	if (hear(&c->looker, &w)) {
		heard_board(c, cli, told, &w, now);
		any = true;
	}
	if (hear(&c->auditor, &w)) {
		heard_audit(c, cli, told, &w, now);
		any = true;
	}
	return any;
}

void tong__chores_end(struct tong__chores *c)
{
	tong__child_end(&c->looker);
	tong__child_end(&c->teller);
	tong__child_end(&c->auditor);
	if (c->board >= 0)
		close(c->board);
}
