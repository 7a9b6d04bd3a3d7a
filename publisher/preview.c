/* The running preview: what is read, what changed since, and the page for a URL. */
#include "publisher/preview.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/text.h"

#define FIRST_STEPS 50    /* of 20 ms, for somebody to ask for a first page */
#define MANY        200   /* files at once: reading everything again is quicker */
#define CALM_MS     300   /* without a change before everything is checked */
#define ROUND_MS    20000 /* those who wait for a change are answered, and ask again */
#define MAX_ANSWER  (64u << 20)

/* ---- the store in use ---- */

/* Under the lock. The old store goes with everything made from it. */
static int use(struct tong__preview *p, struct tong__preview_store *s, tong_error *err)
{
	struct tong__reader reader = tong__preview_store_reader(s);
	struct tong__site *site = NULL, *old = p->site;
	struct tong__reader before = p->reader;
	int rc;

	p->reader = reader;
	rc = tong__site_open(&site, &p->reader, err);
	if (rc) {
		p->reader = before;
		return rc;
	}
	tong__site_close(old);
	tong__preview_store_free(p->store);
	p->site = site;
	p->store = s;
	p->generation++;
	return 0;
}

/* ---- reading everything, in a thread ---- */

static void *load(void *user)
{
	struct tong__preview *p = user;
	struct tong__preview_store *s;
	tong_error err = TONG_ERROR_INIT;
	int rc = tong__preview_store_open(&s, p->repo, p->path, p->site_dir, true, &err);

	pthread_mutex_lock(&p->lock);
	p->next = rc ? NULL : s;
	pthread_mutex_unlock(&p->lock);
	if (rc)
		fprintf(stderr, "preview: %s: %s\n", err.subject, err.message);
	if (write(p->wake[1], "", 1) < 0)
		return NULL;
	return NULL;
}

static void start_loading(struct tong__preview *p)
{
	if (p->loading)
		return;
	json_decref(p->missed);
	p->missed = json_object();
	p->loading = !pthread_create(&p->loader, NULL, load, p);
}

/* Takes what the thread has read, and reads again what changed meanwhile. */
static void finish_loading(struct tong__preview *p)
{
	tong_error err = TONG_ERROR_INIT;
	const char *path;
	json_t *v;
	char byte;

	if (read(p->wake[0], &byte, 1) < 0 || !p->loading)
		return;
	pthread_join(p->loader, NULL);
	p->loading = false;
	pthread_mutex_lock(&p->lock);
	if (p->next) {
		json_object_foreach(p->missed, path, v) tong__preview_store_reload(p->next, path, &err);
		if (use(p, p->next, &err))
			tong__preview_store_free(p->next);
		p->next = NULL;
		p->check_due = true;
	}
	pthread_mutex_unlock(&p->lock);
	p->changed(p->user);
}

/* ---- saved files ---- */

/* Findings of the full check about this file are of the past. */
static void drop_findings(struct tong__preview *p, const char *path)
{
	for (size_t i = json_array_size(p->all); i-- > 0;) {
		const char *file = tong__json_str(json_array_get(p->all, i), "file");

		if (file && !strcmp(file, path))
			json_array_remove(p->all, i);
	}
}

static void apply(struct tong__preview *p, const json_t *paths)
{
	tong_error err = TONG_ERROR_INIT;
	const char *path;
	json_t *v;

	pthread_mutex_lock(&p->lock);
	json_object_foreach((json_t *)paths, path, v)
	{
		if (tong__preview_store_reload(p->store, path, &err))
			fprintf(stderr, "preview: %s: %s\n", err.subject, err.message);
		drop_findings(p, path);
		if (p->loading)
			json_object_set_new(p->missed, path, json_true());
	}
	if (p->site)
		tong__site_records_changed(p->site);
	p->generation++;
	p->check_due = true;
	pthread_mutex_unlock(&p->lock);
	p->changed(p->user);
}

static void follow(struct tong__preview *p, struct tong__watch *w)
{
	json_t *paths = json_object();

	if (!tong__watch_read(w, paths) || json_object_size(paths) > MANY)
		start_loading(p);
	else if (json_object_size(paths))
		apply(p, paths);
	json_decref(paths);
}

/* ---- the full check ---- */

static void end_check(struct tong__preview *p)
{
	if (p->check_fd >= 0) {
		kill(p->check_pid, SIGKILL);
		waitpid(p->check_pid, NULL, 0);
		close(p->check_fd);
	}
	p->check_fd = -1;
	tong__buf_clear(&p->answer);
}

/* Only of a complete store: a part has many names that lead nowhere. */
static void begin_check(struct tong__preview *p)
{
	end_check(p);
	p->check_due = false;
	pthread_mutex_lock(&p->lock);
	if (tong__preview_store_complete(p->store))
		p->check_fd = tong__preview_check_start(p->store, &p->check_pid);
	pthread_mutex_unlock(&p->lock);
}

static void read_check(struct tong__preview *p)
{
	char bytes[65536];
	ssize_t n = read(p->check_fd, bytes, sizeof bytes);
	json_t *all;
	bool news;

	if (n > 0) {
		tong__buf_add(&p->answer, bytes, (size_t)n);
		return;
	}
	all = tong__preview_check_read(p->answer.data, p->answer.len);
	end_check(p);
	if (!all)
		return;
	pthread_mutex_lock(&p->lock);
	news = !json_equal(all, p->all);
	json_decref(p->all);
	p->all = all;
	p->generation += news;
	pthread_mutex_unlock(&p->lock);
	if (news)
		p->changed(p->user);
}

/* ---- life ---- */

int tong__preview_open(struct tong__preview *p, tong_error *err)
{
	struct tong__preview_store *s = NULL;
	int rc;

	pthread_mutex_init(&p->lock, NULL);
	tong__buf_init(&p->answer, MAX_ANSWER);
	p->check_fd = p->wake[0] = p->wake[1] = -1;
	p->all = json_array();
	if (pipe(p->wake))
		return tong__fail_errno(err, errno, "preview", "cannot make a pipe");
	rc = tong__preview_store_open(&s, p->repo, p->path, p->site_dir, false, err);
	if (!rc)
		rc = use(p, s, err);
	if (rc && s != p->store)
		tong__preview_store_free(s);
	return rc;
}

void tong__preview_close(struct tong__preview *p)
{
	if (p->loading)
		pthread_join(p->loader, NULL);
	end_check(p);
	tong__site_close(p->site);
	tong__preview_store_free(p->store);
	tong__preview_store_free(p->next);
	json_decref(p->all);
	json_decref(p->missed);
	tong__buf_free(&p->answer);
	if (p->wake[0] >= 0) {
		close(p->wake[0]);
		close(p->wake[1]);
	}
}

/* The first page comes before everything else: reading would only slow it down. */
static void wait_for_first(struct tong__preview *p)
{
	struct timespec step = { .tv_nsec = 20 * 1000 * 1000 };
	bool asked = false;

	for (int i = 0; i < FIRST_STEPS && !asked; i++) {
		nanosleep(&step, NULL);
		pthread_mutex_lock(&p->lock);
		asked = p->asked;
		pthread_mutex_unlock(&p->lock);
	}
}

int tong__preview_run(struct tong__preview *p, tong_error *err)
{
	struct tong__watch *w;
	int n, rc = tong__watch_open(&w, tong__preview_store_dir(p->store), err);

	if (!rc) {
		wait_for_first(p);
		start_loading(p);
	}
	while (!rc) {
		struct pollfd fds[] = { { tong__watch_fd(w), POLLIN, 0 },
								{ p->wake[0], POLLIN, 0 },
								{ p->check_fd, POLLIN, 0 } };

		n = poll(fds, 3, p->check_due ? CALM_MS : ROUND_MS);
		if (n < 0 && errno != EINTR)
			rc = tong__fail_errno(err, errno, "preview", "cannot wait");
		if (n > 0 && fds[0].revents)
			follow(p, w);
		if (n > 0 && fds[1].revents)
			finish_loading(p);
		if (n > 0 && fds[2].revents)
			read_check(p);
		if (n == 0 && p->check_due)
			begin_check(p);
		else if (n == 0)
			p->changed(p->user);
	}
	tong__watch_close(w);
	return rc;
}
