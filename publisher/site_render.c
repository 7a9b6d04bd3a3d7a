/* Threads that take pages one after another. The next generation is begun by the first page that
 * differs from what is shown: when none does, nothing is touched. */
#include "publisher/site_render.h"

#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_THREADS 64
#define TAKE 1024 /* pages a thread takes at a time at most: those that belong together */
#define FEW 32 /* pages for which another thread is not worth its start */
#define REST 64 /* what may be taken until layers leave the memory: those that are read come back */
#define REGION 8 /* of that: a region's pages read all of its layer, an item's a line of each */
#define TELL 64 /* pages between two calls of progress */

/* One run, shared by its threads. */
struct run {
	struct tong__render *r;
	const uint32_t *order; /* the pages that are chosen, as they are best made */
	size_t total;
	atomic_size_t done;
	atomic_uint turns;
	atomic_bool stop, begun;
	pthread_mutex_t lock;  /* of the rest, and of what the pages learn */
	size_t next;
	int code;              /* the first fault */
	tong_error err;
};

/* One thread's own. */
struct worker {
	struct run *run;
	struct tong__reader reader;
	struct tong__site *site;
	struct tong__site_memory *memory;
	struct tong__buf page, old; /* reused: most pages have about the same size */
	struct tong__recorder recorder;
	struct tong__files shown, next, twin;
	size_t written;
	pthread_t thread;
};

int tong__render_begin(struct tong__render *r, tong_error *err)
{
	const struct tong__file_list list = {r->shown, r->shown ? r->shown->n : 0, tong__pages_file};

	if (r->next)
		return 0;
	return tong__gen_begin(r->gen, r->shown ? &list : NULL, &r->next,
	                       r->job->once ? NULL : &r->twin, err);
}

/* ---- one page ---- */

static int write_page(struct worker *w, size_t i, const char *file, tong_error *err)
{
	struct run *run = w->run;
	int code = 0;

	if (!atomic_load(&run->begun)) {
		pthread_mutex_lock(&run->lock);
		code = tong__render_begin(run->r, err);
		atomic_store(&run->begun, !code);
		pthread_mutex_unlock(&run->lock);
	}
	if (!code && w->next.root < 0)
		code = tong__files_open(&w->next, run->r->next, err);
	if (!code && run->r->twin && w->twin.root < 0)
		code = tong__files_open(&w->twin, run->r->twin, err);
	if (!code)
		code = tong__files_put(&w->next, run->r->twin ? &w->twin : NULL, file, &w->page, err);
	run->r->differs[i] = 1;
	w->written += !code;
	return code;
}

static int learn(struct worker *w, size_t i, tong_error *err)
{
	struct tong__pages *pages = w->run->r->pages;
	int rc = 0;

	pages->at[i].size = (uint32_t)w->page.len;
	if (w->run->r->job->once)
		return 0;
	pthread_mutex_lock(&w->run->lock);
	rc = tong__pages_learn(pages, &pages->at[i], &w->recorder);
	pthread_mutex_unlock(&w->run->lock);
	return rc ? tong__fail_nomem(err) : 0;
}

static int make_page(struct worker *w, size_t i, tong_error *err)
{
	const struct tong__render *r = w->run->r;
	char file[TONG__MAX_FILE];
	const char *type;
	int code;

	tong__buf_clear(&w->page);
	tong__recorder_begin(&w->recorder);
	code = tong__site_render_next(w->site, r->job->once ? &w->reader : &w->recorder.reader,
	                              w->memory, tong__pages_url(r->pages, i), &w->page, &type, err);
	if (!code)
		code = learn(w, i, err);
	if (code)
		return code;
	tong__pages_file(r->pages, i, file);
	if (r->shown && tong__files_same(&w->shown, file, &w->page, &w->old))
		return 0;
	return write_page(w, i, file, err);
}

/* ---- threads ---- */

/* The first fault is kept; the others stop at their next page. */
static void fault(struct run *run, int code, const tong_error *err)
{
	pthread_mutex_lock(&run->lock);
	if (!run->code) {
		run->code = code;
		run->err = *err;
	}
	pthread_mutex_unlock(&run->lock);
	atomic_store(&run->stop, true);
}

/* Counts finished pages and tells now and then; a host that answers other than 0 wants to stop. */
static void tell(struct run *run, size_t n)
{
	const struct tong__publication *job = run->r->job;
	size_t before = atomic_fetch_add(&run->done, n), now = before + n;
	tong_error err = TONG_ERROR_INIT;
	int stop;

	if (!job->progress || !n || (before / TELL == now / TELL && now != run->total))
		return;
	pthread_mutex_lock(&run->lock);
	stop = job->progress(job->user, now, run->total);
	pthread_mutex_unlock(&run->lock);
	if (stop)
		fault(run,
		      tong__fail(&err, TONG_E_INTERRUPTED, tong__gen_folder(run->r->gen),
		                 "stopped; the site is as it was"),
		      &err);
}

/* The next pages for one thread, from *at up to what is returned; 0: there are none left. */
static size_t take(struct run *run, size_t *at)
{
	const struct tong__pages *pages = run->r->pages;
	size_t end;

	pthread_mutex_lock(&run->lock);
	*at = end = run->next;
	while (end < run->total && end - *at < TAKE &&
	       (end == *at || tong__pages_together(pages, run->order[*at], run->order[end])))
		end++;
	run->next = end;
	pthread_mutex_unlock(&run->lock);
	return end > *at ? end : 0;
}

static void rest(struct run *run, enum tong__pages_of what)
{
	unsigned taken = what == TONG__OF_ITEM ? 1 : what == TONG__OF_REGION ? REGION : 0;
	unsigned before = atomic_fetch_add(&run->turns, taken);

	if (before / REST != (before + taken) / REST)
		tong__layers_rest(run->r->job->layers);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct run *run = w->run;
	enum tong__pages_of what, before = TONG__OF_NEITHER;
	size_t at, end;

	while (!atomic_load(&run->stop) && (end = take(run, &at))) {
		for (size_t i = at; i < end && !atomic_load(&run->stop); i++) {
			tong_error err = TONG_ERROR_INIT;
			int code = make_page(w, run->order[i], &err);

			if (code)
				fault(run, code, &err);
		}
		what = tong__pages_of(run->r->pages, run->order[at]);
		if (what == TONG__OF_ITEM && before != what) /* what other pages kept has just gone */
			malloc_trim(0);
		before = what;
		tell(run, end - at);
		rest(run, what);
	}
	return NULL;
}

static int open_worker(struct worker *w, struct run *run, tong_error *err)
{
	int code;

	w->run = run;
	tong__buf_init(&w->page, TONG_MAX_PAGE);
	tong__buf_init(&w->old, TONG_MAX_PAGE + 1);
	tong__recorder_init(&w->recorder, &w->reader);
	w->memory = tong__site_memory_new();
	code = w->memory ? tong__layers_reader(&w->reader, run->r->job->layers, err)
	                 : tong__fail_nomem(err);
	if (!code)
		code = tong__site_open(&w->site, &w->reader, err);
	if (!code)
		tong__site_share(w->site, run->r->site);
	if (!code && run->r->shown)
		code = tong__files_open(&w->shown, tong__gen_folder(run->r->gen), err);
	return code;
}

static void close_worker(struct worker *w)
{
	tong__buf_free(&w->page);
	tong__buf_free(&w->old);
	tong__recorder_free(&w->recorder);
	tong__files_close(&w->shown);
	tong__files_close(&w->next);
	tong__files_close(&w->twin);
	tong__site_memory_free(w->memory);
	tong__site_close(w->site);
	tong__layers_reader_free(&w->reader);
}

/* This thread is one of the workers; threads that cannot be had are done without. */
static int run_workers(struct run *run, unsigned threads, tong_error *err)
{
	struct worker *w = calloc(threads, sizeof *w);
	unsigned i, started = 0;

	if (!w)
		return tong__fail_nomem(err);
	for (i = 0; i < threads; i++) {
		w[i].shown = w[i].next = w[i].twin = (struct tong__files){.root = -1};
		if (!run->code)
			run->code = open_worker(&w[i], run, &run->err);
	}
	while (!run->code && started + 1 < threads
	       && !pthread_create(&w[started + 1].thread, NULL, work, &w[started + 1]))
		started++;
	if (!run->code)
		work(&w[0]);
	for (i = 1; i <= started; i++)
		pthread_join(w[i].thread, NULL);
	for (i = 0; i < threads; i++) {
		run->r->report->written += w[i].written;
		close_worker(&w[i]);
	}
	free(w);
	if (run->code && err)
		*err = run->err;
	return run->code;
}

static unsigned thread_count(unsigned asked, size_t pages)
{
	long n = asked ? (long)asked : sysconf(_SC_NPROCESSORS_ONLN);

	if (n < 1)
		n = 1;
	if (n > MAX_THREADS)
		n = MAX_THREADS;
	while (n > 1 && (size_t)(n - 1) * FEW > pages)
		n--;
	return (unsigned)n;
}

int tong__render_pages(struct tong__render *r, tong_error *err)
{
	size_t total;
	uint32_t *order = tong__pages_order(r->pages, r->chosen, &total);
	struct run run = {.r = r, .order = order, .total = total};
	int code = order ? 0 : tong__fail_nomem(err);

	atomic_init(&run.begun, r->next != NULL);
	pthread_mutex_init(&run.lock, NULL);
	if (order && run.total)
		code = run_workers(&run, thread_count(r->job->threads, run.total), err);
	tong__layers_rest(r->job->layers);
	pthread_mutex_destroy(&run.lock);
	r->report->rendered = run.total;
	free(order);
	return code;
}
