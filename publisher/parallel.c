/* Threads take pieces of a job one after another, until none is left or one has failed. */
#include "publisher/parallel.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <unistd.h>

#define MAX_THREADS 8

struct jobs {
	size_t n;
	int (*fn)(void *arg, size_t i, tong_error *);
	void *arg;
	atomic_size_t next;
	atomic_bool failed;
	pthread_mutex_t lock; /* of the rest */
	size_t failed_at;
	tong_error err;
};

static void note(struct jobs *j, size_t i, const tong_error *err)
{
	pthread_mutex_lock(&j->lock);
	if (!j->failed || i < j->failed_at) {
		j->failed_at = i;
		j->err = *err;
	}
	j->failed = true;
	pthread_mutex_unlock(&j->lock);
}

static void *work(void *arg)
{
	struct jobs *j = arg;
	size_t i;

	while (!j->failed && (i = j->next++) < j->n) {
		tong_error err = TONG_ERROR_INIT;

		if (j->fn(j->arg, i, &err))
			note(j, i, &err);
	}
	return NULL;
}

static size_t helpers(size_t jobs)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	size_t most = cpus > 1 ? (size_t)cpus : 1;

	if (most > MAX_THREADS)
		most = MAX_THREADS;
	if (most > jobs)
		most = jobs;
	return most ? most - 1 : 0;
}

int tong__parallel(size_t n, int (*fn)(void *arg, size_t i, tong_error *), void *arg,
                   tong_error *err)
{
	struct jobs j = {.n = n, .fn = fn, .arg = arg, .err = TONG_ERROR_INIT};
	pthread_t threads[MAX_THREADS];
	size_t started = 0, want = helpers(n);

	pthread_mutex_init(&j.lock, NULL);
	while (started < want && !pthread_create(&threads[started], NULL, work, &j))
		started++;
	work(&j);
	while (started)
		pthread_join(threads[--started], NULL);
	pthread_mutex_destroy(&j.lock);
	if (j.failed && err)
		*err = j.err;
	return j.failed ? j.err.code : 0;
}
