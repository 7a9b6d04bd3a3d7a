/* Writing the site: threads render pages, and only files whose bytes differ are touched. */
#include "publisher/site_write.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/file.h"
#include "core/text.h"
#include "publisher/site_pages.h"

#define MAX_THREADS 64
#define TAKE 32 /* pages a thread takes at a time: mostly guides of one item */
#define TELL 64 /* pages between two calls of progress */

/* One run, shared by its threads. */
struct run {
	const struct tong__layers *layers;
	const struct tong__pages *pages;
	const char *out;
	int dir; /* the open folder */
	atomic_size_t next, done;
	atomic_bool stop;
	pthread_mutex_t lock; /* of the rest */
	int (*progress)(void *user, size_t done, size_t total);
	void *user;
	int code; /* the first fault */
	tong_error err;
	struct tong__site_report sum;
};

/* One thread's own. */
struct worker {
	struct run *run;
	struct tong__reader reader;
	struct tong__site *site;
	struct tong__site_memory *memory;
	struct tong__buf page, old; /* reused: most pages have about the same size */
	struct tong__site_report sum;
	pthread_t thread;
};

/* ---- one file ---- */

static int read_exactly(int fd, char *p, size_t n)
{
	while (n) {
		ssize_t got = read(fd, p, n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		p += got;
		n -= (size_t)got;
	}
	return 0;
}

enum found { ABSENT, SAME, OTHER };

/* Is the page there, with these bytes? The size tells most differences without reading. */
static enum found look(struct worker *w, const char *file)
{
	int fd = openat(w->run->dir, file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	enum found found = OTHER;
	struct stat st;

	if (fd < 0)
		return errno == ENOENT ? ABSENT : OTHER;
	tong__buf_clear(&w->old);
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (size_t)st.st_size == w->page.len
	    && !tong__buf_reserve(&w->old, w->page.len) && !read_exactly(fd, w->old.data, w->page.len)
	    && memcmp(w->old.data, w->page.data, w->page.len) == 0)
		found = SAME;
	close(fd);
	return found;
}

/* Makes the folders above 'file', the nearest one first: mostly all but that are there. */
static int make_folders(int dir, const char *file)
{
	char path[TONG_MAX_URL + 16];
	const char *slash = strrchr(file, '/');
	size_t n = slash ? (size_t)(slash - file) : 0;

	if (!n || n >= sizeof path)
		return 0;
	memcpy(path, file, n);
	path[n] = '\0';
	if (mkdirat(dir, path, 0777) == 0 || errno == EEXIST)
		return 0;
	if (errno != ENOENT || make_folders(dir, path))
		return -1;
	return mkdirat(dir, path, 0777) == 0 || errno == EEXIST ? 0 : -1;
}

static int write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t put = write(fd, p, n);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		p += put;
		n -= (size_t)put;
	}
	return 0;
}

/* A page that was not there is written under its name at once: nobody reads it yet, and half the
 * calls are saved. What a crash leaves half, the next run finds to differ. */
static int create(struct worker *w, const char *file, tong_error *err)
{
	int dir = w->run->dir, fd, e = 0;

	if (make_folders(dir, file))
		return tong__fail_errno(err, errno, file, "cannot make folder");
	fd = openat(dir, file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0)
		return tong__fail_errno(err, errno, file, "cannot make");
	if (write_all(fd, w->page.data, w->page.len))
		e = errno;
	if (close(fd) < 0 && !e && errno != EINTR)
		e = errno;
	if (!e)
		return 0;
	unlinkat(dir, file, 0);
	return tong__fail_errno(err, e, file, "cannot write");
}

/* A page that readers may have open is replaced whole. */
static int replace(struct worker *w, const char *file, tong_error *err)
{
	char *path;
	int code;

	if (asprintf(&path, "%s/%s", w->run->out, file) < 0)
		return tong__fail_nomem(err);
	code = tong__file_write_fast(path, w->page.data, w->page.len, NULL, err);
	free(path);
	return code;
}

static int write_page(struct worker *w, const struct tong__page_file *p, tong_error *err)
{
	const char *type;
	enum found found;
	int code;

	tong__buf_clear(&w->page);
	code = tong__site_render_next(w->site, &w->reader, w->memory, p->url, &w->page, &type, err);
	if (code)
		return code;
	w->sum.pages++;
	w->sum.bytes += w->page.len;
	found = look(w, p->file);
	if (found == SAME)
		return 0;
	w->sum.written++;
	return found == ABSENT ? create(w, p->file, err) : replace(w, p->file, err);
}

/* ---- threads ---- */

static int open_worker(struct worker *w, struct run *run, tong_error *err)
{
	int code;

	w->run = run;
	tong__buf_init(&w->page, TONG_MAX_PAGE);
	tong__buf_init(&w->old, TONG_MAX_PAGE);
	w->memory = tong__site_memory_new();
	code = w->memory ? tong__layers_reader(&w->reader, run->layers, err) : tong__fail_nomem(err);
	return code ? code : tong__site_open(&w->site, &w->reader, err);
}

static void close_worker(struct worker *w)
{
	tong__buf_free(&w->page);
	tong__buf_free(&w->old);
	tong__site_memory_free(w->memory);
	tong__site_close(w->site);
	tong__layers_reader_free(&w->reader);
}

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
	size_t before = atomic_fetch_add(&run->done, n), now = before + n;
	tong_error err = TONG_ERROR_INIT;
	int stop;

	if (!run->progress || (before / TELL == now / TELL && now != run->pages->n))
		return;
	pthread_mutex_lock(&run->lock);
	stop = run->progress(run->user, now, run->pages->n);
	pthread_mutex_unlock(&run->lock);
	if (stop)
		fault(run,
		      tong__fail(&err, TONG_E_INTERRUPTED, run->out,
		                 "stopped; run it again to complete the site"),
		      &err);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct run *run = w->run;
	size_t i, end;

	while (!atomic_load(&run->stop)) {
		i = atomic_fetch_add(&run->next, TAKE);
		if (i >= run->pages->n)
			break;
		end = run->pages->n - i < TAKE ? run->pages->n : i + TAKE;
		for (size_t at = i; at < end && !atomic_load(&run->stop); at++) {
			tong_error err = TONG_ERROR_INIT;
			int code = write_page(w, &run->pages->at[at], &err);

			if (code)
				fault(run, code, &err);
		}
		tell(run, end - i);
	}
	return NULL;
}

static void add_up(struct tong__site_report *sum, const struct tong__site_report *one)
{
	sum->pages += one->pages;
	sum->written += one->written;
	sum->bytes += one->bytes;
}

/* This thread is one of the workers; threads that cannot be had are done without. */
static int run_workers(struct run *run, unsigned threads, tong_error *err)
{
	struct worker *w = calloc(threads, sizeof *w);
	unsigned i, started = 0;

	if (!w)
		return tong__fail_nomem(err);
	for (i = 0; i < threads && !run->code; i++)
		run->code = open_worker(&w[i], run, &run->err);
	while (!run->code && started + 1 < threads
	       && !pthread_create(&w[started + 1].thread, NULL, work, &w[started + 1]))
		started++;
	if (!run->code)
		work(&w[0]);
	for (i = 1; i <= started; i++)
		pthread_join(w[i].thread, NULL);
	for (i = 0; i < threads; i++) {
		add_up(&run->sum, &w[i].sum);
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
	return (size_t)n > pages / TAKE + 1 ? (unsigned)(pages / TAKE + 1) : (unsigned)n;
}

static int write_all_pages(struct run *run, unsigned threads, tong_error *err)
{
	int code;

	run->dir = open(run->out, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (run->dir < 0)
		return tong__fail_errno(err, errno, run->out, "cannot open folder");
	pthread_mutex_init(&run->lock, NULL);
	code = run_workers(run, thread_count(threads, run->pages->n), err);
	pthread_mutex_destroy(&run->lock);
	close(run->dir);
	return code;
}

static int list_pages(struct tong__pages *out, const struct tong__layers *layers,
                      const char *const *regions, tong_error *err)
{
	struct tong__reader reader = {0};
	struct tong__site *site = NULL;
	int code = tong__layers_reader(&reader, layers, err);

	if (!code)
		code = tong__site_open(&site, &reader, err);
	if (!code)
		code = tong__pages_list(out, site, &reader, regions, err);
	tong__site_close(site);
	tong__layers_reader_free(&reader);
	return code;
}

/* The order makes every interruption harmless: the manifest names a file before it is written and
 * until it is removed. */
int tong__site_write(const struct tong__layers *layers, const char *out, const char *const *regions,
                     unsigned threads, int (*progress)(void *user, size_t done, size_t total),
                     void *user, struct tong__site_report *report, tong_error *err)
{
	struct run run = {.layers = layers, .out = out, .progress = progress, .user = user};
	struct tong__pages pages = {0}, before = {0};
	int code = list_pages(&pages, layers, regions, err);

	run.pages = &pages;
	if (!code)
		code = tong__mkdirs(out, err);
	if (!code)
		code = tong__pages_old(&before, out, err);
	if (!code)
		code = tong__pages_save(out, &pages, &before, err);
	if (!code)
		code = write_all_pages(&run, threads, err);
	if (!code)
		code = tong__pages_remove_stale(out, &pages, &before, &run.sum.removed, err);
	if (!code)
		code = tong__pages_save(out, &pages, NULL, err);
	*report = run.sum;
	tong__pages_free(&pages);
	tong__pages_free(&before);
	return code;
}
