/* Fuzzes what a web server answers: the first byte says what was asked, the rest is the answer,
 * sent by a server on loopback to the client that a sync uses. */
#include <stdint.h>

#include "agent/link.h"
#include "agent/source.h"
#include "core/limits.h"
#include "tests/unit/agent_http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define CEILING 2000 /* bytes of a file, so that one over it is soon found */

enum { FROM_MIDDLE = 1, WITH_TAG = 2, POSTED = 4, METADATA = 8, BUDGET = 16 };

static struct {
	int fd;
	unsigned port;
	pthread_t thread;
	pthread_mutex_t lock; /* of what follows: a client may go before it has taken all */
	uint8_t *bytes;
	size_t n;
} server = { .lock = PTHREAD_MUTEX_INITIALIZER };

/* One connection after another: reads the head of a request, answers with the input, closes. */
static void *serve(void *arg)
{
	int fd;

	while ((fd = accept(server.fd, NULL, NULL)) >= 0) {
		char asked[4096];
		size_t n = 0;
		ssize_t k = 1;

		while (k > 0 && n < sizeof asked - 1 && !memmem(asked, n, "\r\n\r\n", 4)) {
			k = recv(fd, asked + n, sizeof asked - 1 - n, 0);
			n += k > 0 ? (size_t)k : 0;
		}
		pthread_mutex_lock(&server.lock);
		h_send(fd, server.bytes, server.n);
		pthread_mutex_unlock(&server.lock);
		shutdown(fd, SHUT_WR);
		while (recv(fd, asked, sizeof asked, 0) > 0)
			;
		close(fd);
	}
	return arg;
}

static void start(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof at;

	server.fd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(server.fd, (struct sockaddr *)&at, sizeof at) || listen(server.fd, 8) ||
		getsockname(server.fd, (struct sockaddr *)&at, &len) ||
		pthread_create(&server.thread, NULL, serve, NULL))
		abort();
	server.port = ntohs(at.sin_port);
}

/* ---- a sink that holds the client to its word ---- */

struct got {
	uint64_t at, wanted;
	bool begun;
};

static int begin(void *user, uint64_t offset, tong_error *err)
{
	struct got *g = user;

	(void)err;
	if (offset != 0 && offset != g->wanted)
		abort();
	g->at = offset;
	g->begun = true;
	return 0;
}

static int take(void *user, const void *bytes, size_t n, tong_error *err)
{
	struct got *g = user;

	(void)bytes;
	(void)err;
	g->at += n;
	if (!g->begun || g->at > CEILING)
		abort(); /* P4 */
	return 0;
}

static void ask(unsigned how)
{
	struct got got = { .wanted = how & FROM_MIDDLE ? 10 : 0 };
	const struct tong__sink sink = { &got, begin, take };
	struct tong__validator v = { .etag = "\"v1\"", .modified = "Fri, 01 Jan 2027 00:00:00 GMT" };
	struct tong__get get = { .name = how & METADATA ? "timestamp.json" : "heads/511602",
							 .ceiling = CEILING,
							 .offset = got.wanted,
							 .validator = how & WITH_TAG ? &v : NULL,
							 .sink = &sink };
	struct tong__source_options opt = { .stall_seconds = 1, .budget = how & BUDGET ? 300 : 0 };
	struct tong__source_count count = { 0, 0, 0 };
	struct tong__retry again = { false, 0 };
	tong_error err = TONG_ERROR_INIT;
	char url[64];
	void *source;
	int rc;

	if (how & POSTED) {
		get.post_type = "text/plain";
		get.post = (struct tong__str){ "post", 4 };
	}
	snprintf(url, sizeof url, "http://127.0.0.1:%u/r/", server.port);
	if (tong__source_http.open(&source, url, &opt, &err))
		abort();
	rc = tong__source_http.get(source, &get, &count, &again, &err);
	if (rc ? rc != err.code || !err.message[0] : v.same && got.begun)
		abort();
	tong__source_http.close(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n == 0)
		return 0;
	if (!server.port)
		start();
	pthread_mutex_lock(&server.lock);
	server.n = n - 1;
	server.bytes = malloc(n);
	if (server.bytes)
		memcpy(server.bytes, data + 1, n - 1);
	pthread_mutex_unlock(&server.lock);
	if (server.bytes)
		ask(data[0]);
	pthread_mutex_lock(&server.lock);
	free(server.bytes);
	pthread_mutex_unlock(&server.lock);
	return 0;
}
