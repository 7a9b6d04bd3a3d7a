/* Watches connections that are slow on purpose, and those that are left. */
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "agent/serve_conns.h"
#include "agent/serve_linger.h"

#define LOOK 2 /* seconds between looks while somebody is there */

struct conn {
	struct conn *next, **at;
	int fd;
	bool whole;         /* what was said last was heard to its end */
	atomic_llong until; /* set by the server's thread, read by the watcher */
};

struct tong__conns {
	pthread_t thread;
	pthread_mutex_t lock;
	int change; /* an eventfd: somebody is there, or the end */
	struct conn *first;
	struct tong__lingering lingering;
	size_t n;
	uint64_t shut;
	bool end;
};

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return t.tv_sec;
}

/* ---- the watcher ---- */

static void shut_late(struct tong__conns *c)
{
	long long t = now();

	for (struct conn *one = c->first; one; one = one->next) {
		if (t < atomic_load_explicit(&one->until, memory_order_relaxed))
			continue;
		shutdown(one->fd, SHUT_RDWR); /* MHD finds it ended, and closes it */
		atomic_store_explicit(&one->until, t + TONG_CONN_IDLE, memory_order_relaxed);
		c->shut++;
	}
}

static void *watch(void *arg)
{
	struct tong__conns *c = arg;
	struct pollfd waits[1 + TONG_LINGERS] = { { .fd = c->change, .events = POLLIN } };
	uint64_t changes;

	pthread_mutex_lock(&c->lock);
	while (!c->end) {
		size_t n = 1 + tong__linger_waits(&c->lingering, waits + 1);
		int timeout = c->first || n > 1 ? LOOK * 1000 : -1;

		pthread_mutex_unlock(&c->lock);
		if (poll(waits, n, timeout) > 0 && waits[0].revents)
			(void)!read(c->change, &changes, sizeof changes);
		pthread_mutex_lock(&c->lock);
		tong__linger_read(&c->lingering, now());
		shut_late(c);
	}
	tong__linger_read(&c->lingering, LLONG_MAX);
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

static void wake(struct tong__conns *c)
{
	const uint64_t one = 1;

	(void)!write(c->change, &one, sizeof one);
}

struct tong__conns *tong__conns_new(void)
{
	struct tong__conns *c = calloc(1, sizeof *c);

	if (!c)
		return NULL;
	pthread_mutex_init(&c->lock, NULL);
	c->change = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (c->change >= 0 && pthread_create(&c->thread, NULL, watch, c) == 0)
		return c;
	if (c->change >= 0)
		close(c->change);
	pthread_mutex_destroy(&c->lock);
	free(c);
	return NULL;
}

void tong__conns_free(struct tong__conns *c)
{
	if (!c)
		return;
	pthread_mutex_lock(&c->lock);
	c->end = true;
	pthread_mutex_unlock(&c->lock);
	wake(c);
	pthread_join(c->thread, NULL);
	close(c->change);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

size_t tong__conns_count(struct tong__conns *c)
{
	size_t n;

	pthread_mutex_lock(&c->lock);
	n = c->n;
	pthread_mutex_unlock(&c->lock);
	return n;
}

uint64_t tong__conns_shut(struct tong__conns *c)
{
	uint64_t n;

	pthread_mutex_lock(&c->lock);
	n = c->shut;
	pthread_mutex_unlock(&c->lock);
	return n;
}

/* ---- beginning and end of one ---- */

static struct conn *begin(struct tong__conns *c, int fd)
{
	struct conn *one = malloc(sizeof *one);

	if (!one)
		return NULL; /* it is not watched; MHD's own limit holds */
	one->fd = fd;
	one->whole = false;
	atomic_init(&one->until, now() + TONG_CONN_HEAD);
	pthread_mutex_lock(&c->lock);
	one->next = c->first;
	one->at = &c->first;
	if (c->first)
		c->first->at = &one->next;
	else
		wake(c);
	c->first = one;
	c->n++;
	pthread_mutex_unlock(&c->lock);
	return one;
}

static void end(struct tong__conns *c, struct conn *one)
{
	pthread_mutex_lock(&c->lock);
	*one->at = one->next;
	if (one->next)
		one->next->at = one->at;
	c->n--;
	if (tong__linger(&c->lingering, one->fd, one->whole, now() + TONG_LINGER))
		wake(c);
	pthread_mutex_unlock(&c->lock);
	free(one);
}

void tong__conns_notify(void *conns, struct MHD_Connection *c, void **context,
						enum MHD_ConnectionNotificationCode what)
{
	const union MHD_ConnectionInfo *info;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
		*context = info ? begin(conns, info->connect_fd) : NULL;
	} else if (*context) { /* before MHD closes the socket */
		end(conns, *context);
		*context = NULL;
	}
}

/* ---- its steps ---- */

static struct conn *conn_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static void give(struct MHD_Connection *c, uint64_t seconds)
{
	struct conn *one = conn_of(c);

	if (one)
		atomic_store_explicit(&one->until, now() + (long long)seconds, memory_order_relaxed);
}

void tong__conn_body(struct MHD_Connection *c)
{
	give(c, TONG_CONN_BODY);
}

void tong__conn_sends(struct MHD_Connection *c, uint64_t n)
{
	give(c, TONG_CONN_IDLE + n / TONG_CONN_SPEED);
}

void tong__conn_done(struct MHD_Connection *c, bool whole)
{
	struct conn *one = conn_of(c);

	if (one)
		one->whole = whole;
	give(c, TONG_CONN_IDLE + TONG_CONN_HEAD);
}
