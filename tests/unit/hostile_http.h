/* A web server on loopback for one client, which hands out a shelf of files as each of them lies
 * there: well, late, cut, packed, elsewhere or without end. */
#ifndef TESTS_UNIT_HOSTILE_HTTP_H
#define TESTS_UNIT_HOSTILE_HTTP_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>

#include "tests/unit/hostile_repo.h"

static struct {
	struct hostile *h;
	int fd, client;
	unsigned port;
	pthread_t thread;
	volatile bool stop;
	unsigned followed; /* requests for what a redirect named */
	uint64_t sent, stop_after; /* bytes; after so many (0: never) … */
	void (*stopped)(void);     /* … this happens, and the connection ends */
} s_server;

static inline bool s_send(const void *p, size_t n)
{
	while (n) {
		uint64_t left = s_server.stop_after ? s_server.stop_after - s_server.sent : n;
		ssize_t k = send(s_server.client, p, left < n ? (size_t)left : n, MSG_NOSIGNAL);

		if (k <= 0)
			return false;
		s_server.sent += (uint64_t)k;
		if (s_server.stop_after && s_server.sent == s_server.stop_after) {
			s_server.stop_after = 0;
			s_server.stopped();
			return false;
		}
		p = (const char *)p + k;
		n -= (size_t)k;
	}
	return true;
}

static inline bool s_answer(const char *status, const char *headers, const void *body, size_t n)
{
	char head[1024];

	snprintf(head, sizeof head, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n", status, headers, n);
	return s_send(head, strlen(head)) && s_send(body, n);
}

/* Has the client hung up? */
static inline bool s_gone(int ms)
{
	struct pollfd p = { s_server.client, POLLIN | POLLHUP, 0 };

	return s_server.stop || poll(&p, 1, ms) > 0;
}

static inline bool s_endless(const char *status)
{
	static char noise[65536];
	char head[128];

	memset(noise, ' ', sizeof noise);
	snprintf(head, sizeof head, "HTTP/1.1 %s\r\nTransfer-Encoding: chunked\r\n\r\n", status);
	for (bool go = s_send(head, strlen(head)); go && !s_server.stop;)
		go = s_send("10000\r\n", 7) && s_send(noise, sizeof noise) && s_send("\r\n", 2);
	return false;
}

static inline bool s_flood(void)
{
	static const char line[] = "X-Note: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n";

	for (bool go = s_send("HTTP/1.1 200 OK\r\n", 17); go && !s_server.stop;)
		go = s_send(line, sizeof line - 1);
	return false;
}

static inline bool s_slow(const struct h_file *f)
{
	char head[128];

	snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", f->n);
	s_send(head, strlen(head));
	for (size_t i = 0; i < f->n && !s_gone(300); i++)
		s_send(f->bytes + i, f->how == SLOW);
	return false;
}

static inline bool s_cut(const struct h_file *f)
{
	char head[128];

	snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", f->n);
	return s_send(head, strlen(head)) && s_send(f->bytes, f->n / 2) && false;
}

/* 16 MB of blanks in a kilobyte. */
static inline bool s_bomb(void)
{
	static struct tong__buf packed;

	if (!packed.len) {
		char *blanks = malloc(16u << 20);

		memset(blanks, ' ', 16u << 20);
		tong__buf_init(&packed, 1u << 20);
		p_zstd(blanks, 16u << 20, NULL, 0, &packed);
		free(blanks);
	}
	return s_answer("200 OK", "Content-Encoding: zstd\r\n", packed.data, packed.len);
}

/* A file that goes on where the client has come to. */
static inline bool s_plain(const struct h_file *f, const char *request)
{
	const char *range = strstr(request, "\r\nRange: bytes=");
	size_t from = range ? strtoul(range + 15, NULL, 10) : 0;
	char headers[128];

	if (!from)
		return s_answer("200 OK", "", f->bytes, f->n);
	if (from >= f->n)
		return s_answer("416 Range Not Satisfiable", "", "", 0);
	snprintf(headers, sizeof headers, "Content-Range: bytes %zu-%zu/%zu\r\n", from, f->n - 1, f->n);
	return s_answer("206 Partial Content", headers, f->bytes + from, f->n - from);
}

static inline bool s_file(const struct h_file *f, const char *request)
{
	static const char page[] = "<!DOCTYPE html><title>Log in</title>";

	switch (f->how) {
	case GONE:
	case FOLDER:
		return s_answer("404 Not Found", "", "", 0);
	case LONG_GONE:
		return s_endless("404 Not Found");
	case NO_ANSWER:
		return false;
	case SILENT:
	case SLOW:
		return s_slow(f);
	case ENDLESS:
		return s_endless("200 OK");
	case CUT:
		return s_cut(f);
	case FLOOD:
		return s_flood();
	case MOVED:
		return s_answer("302 Found", "Location: /good/moved\r\n", "", 0);
	case MOVED_AWAY:
		return s_answer("301 Moved Permanently", "Location: file:///etc/hostname\r\n", "", 0);
	case PORTAL:
		return s_answer("200 OK", "Content-Type: text/html\r\n", page, sizeof page - 1);
	case FORBIDDEN:
		return s_answer("403 Forbidden", "", page, sizeof page - 1);
	case BROKEN:
		return s_answer("500 Internal Server Error", "", page, sizeof page - 1);
	case PACKED:
		return s_answer("200 OK", "Content-Encoding: gzip\r\n", f->bytes, f->n);
	case BOMB:
		return s_bomb();
	case OTHER_RANGE:
		return s_answer("206 Partial Content", "Content-Range: bytes 0-9/10\r\n", f->bytes, f->n);
	case UNASKED:
		return s_answer("304 Not Modified", "", "", 0);
	default:
		return s_plain(f, request);
	}
}

static inline bool s_request(const char *request)
{
	char path[256] = "";
	struct h_file *f;

	sscanf(request, "GET %255s", path);
	s_server.followed += !strncmp(path, "/good/", 6);
	f = strncmp(path, "/r/", 3) ? NULL : h_find(s_server.h, path + 3);
	return f ? s_file(f, request) : s_answer("404 Not Found", "", "", 0);
}

static inline bool s_read(char *request, size_t max)
{
	size_t n = 0;
	ssize_t k = 1;

	*request = '\0';
	while (k > 0 && n < max - 1 && !strstr(request, "\r\n\r\n")) {
		k = recv(s_server.client, request + n, max - 1 - n, 0);
		n += k > 0 ? (size_t)k : 0;
		request[n] = '\0';
	}
	return k > 0;
}

static inline void *s_run(void *arg)
{
	static char request[8192];
	int at_once = 1;

	(void)arg;
	while ((s_server.client = accept(s_server.fd, NULL, NULL)) >= 0) {
		setsockopt(s_server.client, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
		while (s_read(request, sizeof request) && s_request(request))
			;
		close(s_server.client);
	}
	return NULL;
}

static inline void s_start(struct hostile *h)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof at;

	s_server.h = h;
	s_server.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(s_server.fd, (struct sockaddr *)&at, sizeof at) || listen(s_server.fd, 8) ||
		getsockname(s_server.fd, (struct sockaddr *)&at, &len) ||
		pthread_create(&s_server.thread, NULL, s_run, NULL))
		abort();
	s_server.port = ntohs(at.sin_port);
}

static inline void s_stop(void)
{
	s_server.stop = true;
	shutdown(s_server.fd, SHUT_RDWR);
	close(s_server.fd);
	pthread_join(s_server.thread, NULL);
}

#endif
