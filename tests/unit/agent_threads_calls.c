/* The rules of tong_agent(3) for who calls from several threads: any may be the first, callbacks
 * stay in the caller's, a walk is of one release. `make tsan` runs this under ThreadSanitizer. */
#include "agent/ledger.h"
#include "tests/unit/agent_host.h"

/* ---- libraries below, asked for the first time by several threads at once ---- */

struct first {
	pthread_barrier_t *all;
	struct host host;
	int rc;
};

static void *call_first(void *arg)
{
	struct first *f = arg;

	pthread_barrier_wait(f->all);
	f->rc = tong_agent_sync(f->host.agent, "http://127.0.0.1:1/", NULL, NULL);
	return NULL;
}

static void any_thread_may_be_the_first(void)
{
	struct first firsts[READERS];
	pthread_barrier_t all;
	struct province p;
	pthread_t t[READERS];

	p_new(&p, "first");
	p_release(&p);
	pthread_barrier_init(&all, NULL, READERS);
	for (int i = 0; i < READERS; i++) {
		char node[32];
		tong_agent *a;

		snprintf(node, sizeof node, "first-%d", i);
		p_node(&p, node, &a);
		CHECK_ALIVE();
		tong_agent_close(a);
		firsts[i].all = &all;
		CHECK_INT(open_host(&firsts[i].host, p_node_dir(node), false), 0);
	}
	for (int i = 0; i < READERS; i++)
		CHECK_INT(pthread_create(&t[i], NULL, call_first, &firsts[i]), 0);
	for (int i = 0; i < READERS; i++)
		pthread_join(t[i], NULL);
	for (int i = 0; i < READERS; i++) {
		CHECK_STR(tong_code_name(firsts[i].rc), "TONG_E_NET");
		tong_agent_close(firsts[i].host.agent);
	}
	pthread_barrier_destroy(&all);
	p_free(&p);
}

/* ---- callbacks ---- */

static int ask_for_page(void *user, const char *url)
{
	struct host *h = user;
	char *page = NULL;
	const char *type;
	size_t n;
	int rc = tong_agent_page(h->agent, url, &page, &n, &type, NULL);

	host_free(h, page);
	return rc;
}

static int call_all(struct host *h, const char *source)
{
	tong_feedback said = TONG_FEEDBACK_INIT;
	char *json[3] = { NULL, NULL, NULL };
	int rc;

	said.kind = "wrong";
	said.text = "地址不对";
	h->inside = true;
	rc = tong_agent_sync(h->agent, source, NULL, NULL) ||
		 tong_agent_search(h->agent, "居民身份证", NULL, 0, &json[0], NULL) ||
		 tong_agent_show(h->agent, ITEM, "511602", &json[1], NULL) ||
		 tong_agent_status(h->agent, &json[2], NULL) ||
		 tong_agent_urls(h->agent, ask_for_page, h, NULL) ||
		 tong_agent_verify(h->agent, 1, NULL, NULL) ||
		 tong_agent_feedback(h->agent, &said, NULL);
	h->inside = false;
	for (int i = 0; i < 3; i++)
		host_free(h, json[i]);
	return rc;
}

static void *be_called_back(void *arg)
{
	struct pair *p = arg;

	p->host.caller = pthread_self();
	p->host.watched = true;
	for (int i = 0; i < 5 && !p->failed; i++)
		p->failed = call_all(&p->host, p->source);
	p->host.watched = false;
	return NULL;
}

static void callbacks_come_from_the_thread_that_called(void)
{
	struct province p[2];
	struct pair of[2] = { { .failed = 0 }, { .failed = 0 } };
	char dir[1024];
	pthread_t t[2];

	for (int i = 0; i < 2; i++) {
		begin(&p[i], i ? "calls-b" : "calls-a", dir);
		CHECK_ALIVE();
		publish(&p[i], 2);
		CHECK_INT(open_host(&of[i].host, dir, false), 0);
		of[i].source = p[i].dir;
	}
	for (int i = 0; i < 2; i++)
		CHECK_INT(pthread_create(&t[i], NULL, be_called_back, &of[i]), 0);
	for (int i = 0; i < 2; i++) {
		pthread_join(t[i], NULL);
		CHECK(!of[i].failed);
		CHECK(of[i].host.asked > 0 && of[i].host.logged > 0 && of[i].host.given > 20);
		CHECK_INT(of[i].host.given, of[i].host.freed);
		CHECK_INT(of[i].host.astray, 0);
		tong_agent_close(of[i].host.agent);
		p_free(&p[i]);
	}
}

/* ---- a walk over all pages while another agent writes ---- */

struct walk {
	struct host host;
	char first[2000]; /* the record in the walk's first page */
	int mixed, pages;
};

static int look_again(void *user, const char *url)
{
	struct walk *w = user;
	char *page = NULL;
	const char *type;
	size_t n;
	int rc = tong_agent_page(w->host.agent, "/items/" ITEM "/record.json", &page, &n, &type, NULL);

	(void)url;
	if (!rc && w->pages++ == 0)
		snprintf(w->first, sizeof w->first, "%s", page);
	w->mixed += !rc && strcmp(page, w->first) != 0;
	host_free(&w->host, page);
	usleep(500);
	return rc;
}

static void *walk_on(void *arg)
{
	struct readers *r = arg;
	struct walk w = { .mixed = 0 };
	char before[2000] = "";

	if (open_host(&w.host, r->dir, true)) {
		r->failed++;
		r->opened++;
		return NULL;
	}
	r->opened++;
	while (!r->stop) {
		w.pages = 0;
		r->failed += tong_agent_urls(w.host.agent, look_again, &w, NULL) != 0;
		r->newest += strcmp(w.first, before) != 0;
		strcpy(before, w.first);
	}
	r->mixed += w.mixed;
	tong_agent_close(w.host.agent);
	return NULL;
}

static void all_pages_of_a_walk_are_of_one_release(void)
{
	static struct readers r;
	struct province p;
	struct host writer;
	pthread_t t;

	begin(&p, "walk", r.dir);
	CHECK_ALIVE();
	CHECK_INT(pthread_create(&t, NULL, walk_on, &r), 0);
	CHECK_INT(open_host(&writer, r.dir, false), 0);
	for (int i = 2; i <= RELEASES; i++) {
		publish(&p, i);
		CHECK_INT(tong_agent_sync(writer.agent, p.dir, NULL, NULL), 0);
		usleep(20000);
	}
	for (int i = 0; r.newest < 2 && i < 20000; i++)
		usleep(1000);
	r.stop = 1;
	pthread_join(t, NULL);
	tong_agent_close(writer.agent);
	CHECK_INT(r.failed, 0);
	CHECK_INT(r.mixed, 0);
	CHECK(r.newest >= 2); /* releases came between the walks */
	p_free(&p);
}

/* ---- words of people into one store, from several threads ---- */

#define WORDS 25

static void *speak(void *arg)
{
	struct readers *r = arg;
	struct host h;

	if (open_host(&h, r->dir, true)) {
		r->failed++;
		return NULL;
	}
	for (int i = 0; i < WORDS; i++) {
		tong_feedback said = TONG_FEEDBACK_INIT;

		said.kind = "wrong";
		said.text = "地址不对";
		r->failed += tong_agent_feedback(h.agent, &said, NULL) != 0;
	}
	tong_agent_close(h.agent);
	return NULL;
}

static int count_words(void *arg, const struct tong__said *s)
{
	(void)s;
	++*(int *)arg;
	return 0;
}

static void what_is_said_in_several_threads_is_all_kept(void)
{
	static struct readers r;
	struct tong__ledger *ledger;
	struct province p;
	pthread_t t[READERS];
	int n = 0;

	begin(&p, "words", r.dir);
	CHECK_ALIVE();
	for (int i = 0; i < READERS; i++)
		CHECK_INT(pthread_create(&t[i], NULL, speak, &r), 0);
	for (int i = 0; i < READERS; i++)
		pthread_join(t[i], NULL);
	CHECK_INT(r.failed, 0);
	CHECK_INT(tong__ledger_open(&ledger, r.dir, false, NULL), 0);
	CHECK_INT(tong__ledger_said(ledger, true, count_words, &n, NULL), 0);
	tong__ledger_close(ledger);
	CHECK_INT(n, READERS * WORDS);
	p_free(&p);
}

int main(void)
{
	RUN(any_thread_may_be_the_first);
	RUN(callbacks_come_from_the_thread_that_called);
	RUN(all_pages_of_a_walk_are_of_one_release);
	RUN(what_is_said_in_several_threads_is_all_kept);
	return tong_test_done();
}
