/* The child of a running node that makes every page of the site, slowly, to see that it can. */
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "agent/cmd_chores.h"
#include "agent/life.h"
#include "agent/upward.h"
#include "core/json.h"

#define CPU_SHARE  10 /* at most a tenth of one processor */
#define BURST      ((uint64_t)4 << 20) /* bytes read before the budget counts: what all share */
#define IDLE_CLASS (3 << 13)           /* ioprio_set(2): when nobody else reads */

struct pace {
	uint64_t budget; /* bytes an hour from the disk */
	double began;
};

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* What lies in memory already costs the disk nothing, and the kernel counts the rest. */
static double time_read(const struct pace *p)
{
	struct rusage use;
	uint64_t bytes;

	getrusage(RUSAGE_SELF, &use);
	bytes = (uint64_t)use.ru_inblock * 512;
	return bytes > BURST ? (double)(bytes - BURST) / (double)p->budget * 3600 : 0;
}

static void wait_until(double when)
{
	double left = when - seconds(CLOCK_MONOTONIC);
	struct timespec t = { (time_t)left, (long)((left - (double)(time_t)left) * 1e9) };

	if (left > 0.01) /* many short sleeps cost more than one */
		nanosleep(&t, NULL);
}

static int pace(void *user)
{
	const struct pace *p = user;
	double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) * CPU_SHARE, disk = time_read(p);

	wait_until(p->began + (cpu > disk ? cpu : disk));
	return tong__stopped ? TONG_E_INTERRUPTED : 0;
}

static void look(struct tong__cli *cli, tong_agent *a, struct tong__outbox *o,
				 struct tong__child_word *w)
{
	struct pace p = { cli->recheck, seconds(CLOCK_MONOTONIC) };
	json_t *last;

	if (!tong__attest_pages_fresh(a, o))
		w->rc = tong__attest_pages(a, o, pace, &p, &w->err);
	last = tong__attest_pages_last(o->ledger);
	w->count = tong__json_int(last, "pages", 0);
	w->bad = tong__json_int(last, "bad", 0);
	json_decref(last);
}

void tong__audit(struct tong__cli *cli, struct tong__child_word *w, int fd)
{
	struct tong__child_ledger ledger;
	struct tong__outbox o = { NULL, NULL };
	tong_agent *a = NULL;

	setpriority(PRIO_PROCESS, 0, 19);
	syscall(SYS_ioprio_set, 1, 0, IDLE_CLASS);
	w->rc = tong__cli_open(cli, true, &a, &w->err);
	if (!w->rc)
		w->rc = tong__outbox_open(&o, cli->store, &w->err);
	if (!w->rc)
		w->rc = tong__child_enter_reader(cli, &ledger, w);
	tong__child_stoppable();
	if (!w->rc)
		look(cli, a, &o, w);
	tong__child_speak(fd, w);
	tong__outbox_close(&o);
	tong_agent_close(a);
}
