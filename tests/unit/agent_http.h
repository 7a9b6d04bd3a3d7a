/* A web server of a few lines for tests: each path misbehaves in its own way; and a client as
 * small. */
#ifndef TESTS_UNIT_AGENT_HTTP_H
#define TESTS_UNIT_AGENT_HTTP_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define H_SIZE 100000 /* length of /file: byte i is i % 251 */

static struct {
	int fd;
	unsigned port;
	pthread_t thread;
	int requests, cuts; /* answers that are cut off from now on */
	char last[4096];    /* the last request */
} h_server;

static inline void h_send(int fd, const void *p, size_t n)
{
	while (n) {
		ssize_t k = send(fd, p, n, MSG_NOSIGNAL);

		if (k <= 0)
			return;
		p = (const char *)p + k;
		n -= (size_t)k;
	}
}

static inline void h_text(int fd, const char *status, const char *headers, const char *body)
{
	char head[1024];

	snprintf(head, sizeof head, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n", status, headers,
			 strlen(body));
	h_send(fd, head, strlen(head));
	h_send(fd, body, strlen(body));
}

/* Returns false when the connection is cut. */
static inline bool h_file(int fd, bool ranges)
{
	const char *range = ranges ? strstr(h_server.last, "Range: bytes=") : NULL;
	unsigned long from = range ? strtoul(range + 13, NULL, 10) : 0;
	char head[512], body[H_SIZE];
	size_t n;

	if (from >= H_SIZE) {
		h_text(fd, "416 Range Not Satisfiable", "", "");
		return true;
	}
	n = H_SIZE - from;
	for (size_t i = 0; i < n; i++)
		body[i] = (char)((from + i) % 251);
	if (from)
		snprintf(
			head, sizeof head,
			"HTTP/1.1 206 Partial\r\nContent-Range: bytes %lu-%d/%d\r\nContent-Length: %zu\r\n\r\n",
			from, H_SIZE - 1, H_SIZE, n);
	else
		snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", n);
	h_send(fd, head, strlen(head));
	if (h_server.cuts > 0) {
		h_server.cuts--;
		h_send(fd, body, n / 2);
		return false;
	}
	h_send(fd, body, n);
	return true;
}

static inline void h_endless(int fd)
{
	static const char zeros[65536];

	h_send(fd, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 47);
	for (int i = 0; i < 1000; i++) {
		h_send(fd, "10000\r\n", 7);
		h_send(fd, zeros, sizeof zeros);
		h_send(fd, "\r\n", 2);
	}
}

static inline bool h_answer(int fd)
{
	char path[256] = "";

	sscanf(h_server.last, "GET %255s", path);
	h_server.requests++;
	if (!strcmp(path, "/r/file"))
		return h_file(fd, true);
	if (!strcmp(path, "/r/norange"))
		return h_file(fd, false);
	if (!strcmp(path, "/r/a%25%20b"))
		h_text(fd, "200 OK", "", "odd name");
	else if (!strcmp(path, "/r/empty"))
		h_text(fd, "200 OK", "", "");
	else if (!strcmp(path, "/r/tagged") && strstr(h_server.last, "If-None-Match: \"v1\""))
		h_text(fd, "304 Not Modified", "", "");
	else if (!strcmp(path, "/r/tagged"))
		h_text(fd, "200 OK", "ETag: \"v1\"\r\n", "tagged");
	else if (!strcmp(path, "/r/dated") &&
			 strstr(h_server.last, "If-Modified-Since: Fri, 01 Jan 2027"))
		h_text(fd, "304 Not Modified", "", "");
	else if (!strcmp(path, "/r/dated"))
		h_text(fd, "200 OK",
			   "Date: Fri, 01 Jan 2027 00:00:09 GMT\r\n"
			   "Last-Modified: Fri, 01 Jan 2027 00:00:00 GMT\r\n",
			   "dated");
	else if (!strcmp(path, "/r/justnow"))
		h_text(fd, "200 OK",
			   "Date: Fri, 01 Jan 2027 00:00:01 GMT\r\n"
			   "Last-Modified: Fri, 01 Jan 2027 00:00:00 GMT\r\n",
			   "now");
	else if (!strcmp(path, "/r/login"))
		h_text(fd, "200 OK", "Content-Type: text/html\r\n", "\n <!DOCTYPE html><p>log in");
	else if (!strcmp(path, "/r/moved"))
		h_text(fd, "302 Found", "Location: http://elsewhere.example/\r\n", "");
	else if (!strcmp(path, "/r/busy"))
		h_text(fd, h_server.requests < 3 ? "503 Busy" : "200 OK", "", "calm");
	else if (!strcmp(path, "/r/later"))
		h_text(fd, h_server.requests < 2 ? "503 Busy" : "200 OK", "Retry-After: 1\r\n", "calm");
	else if (!strcmp(path, "/r/wrongrange"))
		h_text(fd, "206 Partial", "Content-Range: bytes 0-4/5\r\n", "wrong");
	else if (!strcmp(path, "/r/silent"))
		return sleep(4), false;
	else if (!strcmp(path, "/r/endless"))
		return h_endless(fd), false;
	else
		h_text(fd, "404 Not Found", "Content-Type: text/html\r\n", "<html>no such file</html>");
	return true;
}

static inline void *h_run(void *arg)
{
	int fd;

	(void)arg;
	while ((fd = accept(h_server.fd, NULL, NULL)) >= 0) {
		for (bool go = true; go;) {
			size_t n = 0;
			ssize_t k = 1;

			while (k > 0 && n < sizeof h_server.last - 1) {
				k = recv(fd, h_server.last + n, sizeof h_server.last - 1 - n, 0);
				n += k > 0 ? (size_t)k : 0;
				h_server.last[n] = '\0';
				if (strstr(h_server.last, "\r\n\r\n"))
					break;
			}
			go = k > 0 && h_answer(fd);
		}
		close(fd);
	}
	return NULL;
}

/* Starts it on a free port of loopback. */
static inline void h_start(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof at;

	h_server.fd = socket(AF_INET, SOCK_STREAM, 0);
	if (bind(h_server.fd, (struct sockaddr *)&at, sizeof at) || listen(h_server.fd, 8) ||
		getsockname(h_server.fd, (struct sockaddr *)&at, &len) ||
		pthread_create(&h_server.thread, NULL, h_run, NULL))
		abort();
	h_server.port = ntohs(at.sin_port);
}

static inline void h_stop(void)
{
	shutdown(h_server.fd, SHUT_RDWR);
	close(h_server.fd);
	pthread_join(h_server.thread, NULL);
}

/* Sends one request (Connection: close is added) and returns the whole answer. */
static inline int h_connect(unsigned port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
							  .sin_port = htons((uint16_t)port),
							  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) == 0)
		return fd;
	close(fd);
	return -1;
}

/* HEADERS are whole lines. */
static inline const char *h_ask(unsigned port, const char *line, const char *headers)
{
	static char answer[65536];
	int fd = h_connect(port);
	char request[2048];
	size_t n = 0;
	ssize_t k;

	answer[0] = '\0';
	snprintf(request, sizeof request, "%s HTTP/1.1\r\nHost: x\r\n%sConnection: close\r\n\r\n", line,
			 headers);
	if (fd >= 0) {
		h_send(fd, request, strlen(request));
		while (n < sizeof answer - 1 && (k = recv(fd, answer + n, sizeof answer - 1 - n, 0)) > 0)
			n += (size_t)k;
		answer[n] = '\0';
		close(fd);
	}
	return answer;
}

#endif
