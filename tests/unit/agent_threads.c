/* Several agents in one process: each has its own release, its own hooks and its own thread, and
 * readers see whole releases while another agent, or another process, writes. `make tsan` runs this
 * under ThreadSanitizer, and agent_threads_calls.c. */
#include <grp.h>
#include <sys/wait.h>

#include "agent/store.h"
#include "tests/unit/agent_host.h"

/* ---- two agents that have nothing in common ---- */

static void *live(void *arg)
{
	struct pair *p = arg;
	tong_error err = TONG_ERROR_INIT;
	char *json = NULL;

	for (int i = 0; i < 20 && !p->failed; i++) {
		p->failed = tong_agent_sync(p->host.agent, p->source, NULL, &err) ||
					tong_agent_search(p->host.agent, "居民身份证", NULL, 0, &json, &err) ||
					!whole(json, &p->number);
		host_free(&p->host, json);
		json = NULL;
	}
	return NULL;
}

static void two_agents_in_one_process(void)
{
	struct province one, two;
	struct pair x = { .failed = 0 }, y = { .failed = 0 };
	char dir[2][1024];
	pthread_t t[2];

	begin(&one, "one", dir[0]);
	CHECK_ALIVE();
	begin(&two, "two", dir[1]);
	CHECK_ALIVE();
	publish(&two, 2);
	CHECK_INT(open_host(&x.host, dir[0], false), 0);
	CHECK_INT(open_host(&y.host, dir[1], false), 0);
	x.source = one.dir;
	y.source = two.dir;
	CHECK_INT(pthread_create(&t[0], NULL, live, &x), 0);
	CHECK_INT(pthread_create(&t[1], NULL, live, &y), 0);
	pthread_join(t[0], NULL);
	pthread_join(t[1], NULL);
	CHECK(!x.failed && !y.failed);
	CHECK_INT(x.number, 1);
	CHECK_INT(y.number, 2);
	CHECK(x.host.logged > 0 && x.host.asked > 0 && y.host.logged > 0 && y.host.asked > 0);
	CHECK_INT(x.host.given, 20);
	CHECK_INT(y.host.given, 20);
	tong_agent_close(x.host.agent);
	tong_agent_close(y.host.agent);
	CHECK_INT(x.host.given, x.host.freed);
	p_free(&one);
	p_free(&two);
}

/* ---- many readers, one writer, one store ---- */

static void *read_on(void *arg)
{
	struct readers *r = arg;
	struct host h;
	int last = 0, number;

	if (open_host(&h, r->dir, true)) {
		r->failed++;
		r->opened++;
		return NULL;
	}
	r->opened++;
	while (!r->stop) {
		char *json = NULL;

		if (tong_agent_search(h.agent, "居民身份证", NULL, 0, &json, NULL)) {
			r->failed++;
		} else {
			r->mixed += !whole(json, &number);
			r->back += number < last;
			last = number;
		}
		host_free(&h, json);
		if (last > r->newest)
			r->newest = last;
	}
	tong_agent_close(h.agent);
	return NULL;
}

static void readers_see_whole_releases(void)
{
	static struct readers r;
	struct province p;
	struct host writer;
	pthread_t t[READERS];

	begin(&p, "busy", r.dir);
	CHECK_ALIVE();
	for (int i = 0; i < READERS; i++)
		CHECK_INT(pthread_create(&t[i], NULL, read_on, &r), 0);
	while (r.opened < READERS)
		usleep(1000);
	CHECK_INT(open_host(&writer, r.dir, false), 0);
	for (int i = 2; i <= RELEASES; i++) {
		publish(&p, i);
		CHECK_INT(tong_agent_sync(writer.agent, p.dir, NULL, NULL), 0);
	}
	tong_agent_close(writer.agent);
	for (int i = 0; r.newest < RELEASES && i < 20000; i++)
		usleep(1000);
	r.stop = 1;
	for (int i = 0; i < READERS; i++)
		pthread_join(t[i], NULL);
	CHECK_INT(r.failed, 0);
	CHECK_INT(r.mixed, 0);
	CHECK_INT(r.back, 0);
	CHECK_INT(r.newest, RELEASES);
	p_free(&p);
}

static void a_second_writer_is_told_so(void)
{
	struct province p;
	struct tong__store *lock = NULL;
	struct host h;
	tong_error err = TONG_ERROR_INIT;
	char dir[1024];

	begin(&p, "second", dir);
	CHECK_ALIVE();
	CHECK_INT(open_host(&h, dir, false), 0);
	CHECK_INT(tong__store_open(&lock, dir, true, &err), 0);
	CHECK_STR(tong_code_name(tong_agent_sync(h.agent, p.dir, NULL, &err)), "TONG_E_BUSY");
	CHECK_STR(tong_code_name(tong_agent_rollback(h.agent, &err)), "TONG_E_BUSY");
	CHECK_STR(tong_code_name(tong_agent_relay(h.agent, 1, &err)), "TONG_E_BUSY");
	CHECK_INT(tong_agent_verify(h.agent, 0, NULL, &err), 0); /* finds nothing, writes nothing */
	tong__store_close(lock);
	CHECK_INT(tong_agent_sync(h.agent, p.dir, NULL, &err), 0);
	tong_agent_close(h.agent);
	p_free(&p);
}

/* ---- one agent, handed from thread to thread ---- */

struct shared {
	pthread_mutex_t lock;
	struct host host;
	int failed;
};

static void *take_turns(void *arg)
{
	struct shared *s = arg;

	for (int i = 0; i < 50; i++) {
		char *json = NULL;

		pthread_mutex_lock(&s->lock);
		s->failed +=
			tong_agent_show(s->host.agent, i % 2 ? ITEM : OTHER, "511602", &json, NULL) != 0;
		host_free(&s->host, json);
		pthread_mutex_unlock(&s->lock);
	}
	return NULL;
}

static void an_agent_goes_from_thread_to_thread(void)
{
	struct shared s = { .lock = PTHREAD_MUTEX_INITIALIZER };
	struct province p;
	pthread_t t[READERS];
	char dir[1024];

	begin(&p, "turns", dir);
	CHECK_ALIVE();
	CHECK_INT(open_host(&s.host, dir, true), 0);
	for (int i = 0; i < READERS; i++)
		CHECK_INT(pthread_create(&t[i], NULL, take_turns, &s), 0);
	for (int i = 0; i < READERS; i++)
		pthread_join(t[i], NULL);
	CHECK_INT(s.failed, 0);
	CHECK_INT(s.host.given, READERS * 50);
	CHECK_INT(s.host.freed, READERS * 50);
	tong_agent_close(s.host.agent);
	p_free(&p);
}

/* ---- another process, which may not write, while this one does ---- */

/* Ends with the newest release seen, or 100 and more when an answer was wrong. */
static int read_elsewhere(const char *dir)
{
	struct host h;
	int last = 0, number;

	if (geteuid() == 0 && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
		return 100;
	if (open_host(&h, dir, true))
		return 101;
	for (int i = 0; last < RELEASES && i < 20000; i++) {
		char *json = NULL;

		if (tong_agent_search(h.agent, "居民身份证", NULL, 0, &json, NULL))
			return 102;
		if (!whole(json, &number) || number < last)
			return 103;
		last = number;
		host_free(&h, json);
		usleep(1000);
	}
	tong_agent_close(h.agent);
	return last;
}

static void a_process_without_rights_reads_while_another_writes(void)
{
	struct province p;
	struct host writer;
	char dir[1024];
	int status = 0;
	pid_t child;

	begin(&p, "daemon", dir);
	CHECK_ALIVE();
	chmod(tong_test_dir(), 0755);
	fflush(stdout);
	child = fork();
	CHECK(child >= 0);
	if (child == 0)
		_exit(read_elsewhere(dir));
	CHECK_INT(open_host(&writer, dir, false), 0);
	for (int i = 2; i <= RELEASES; i++) {
		publish(&p, i);
		CHECK_INT(tong_agent_sync(writer.agent, p.dir, NULL, NULL), 0);
		usleep(20000);
	}
	tong_agent_close(writer.agent);
	CHECK_INT(waitpid(child, &status, 0), child);
	CHECK(WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), RELEASES);
	p_free(&p);
}

int main(void)
{
	RUN(two_agents_in_one_process);
	RUN(readers_see_whole_releases);
	RUN(a_second_writer_is_told_so);
	RUN(an_agent_goes_from_thread_to_thread);
	RUN(a_process_without_rights_reads_while_another_writes);
	return tong_test_done();
}
