/* The preview's web server, for this machine only: the door to libmicrohttpd. */
#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "publisher/preview.h"

#define CONNECTIONS 64u
#define MAX_WAITING CONNECTIONS

struct tong__preview_http {
	struct tong__preview *p;
	struct MHD_Daemon *daemon;
	pthread_mutex_t lock; /* the list below */
	struct MHD_Connection *waiting[MAX_WAITING];
	size_t n;
};

/* Takes over 'bytes'. */
static enum MHD_Result send_bytes(struct MHD_Connection *c, unsigned status, char *bytes, size_t n,
								  const char *type)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(n, bytes, MHD_RESPMEM_MUST_FREE);
	enum MHD_Result ok;

	if (!r) {
		free(bytes);
		return MHD_NO;
	}
	MHD_add_response_header(r, "Content-Type", type);
	MHD_add_response_header(r, "Cache-Control", "no-store");
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(r, "Content-Security-Policy", TONG_CSP);
	MHD_add_response_header(r, "Referrer-Policy", "no-referrer");
	MHD_add_response_header(r, "Permissions-Policy", TONG_PERMISSIONS);
	MHD_add_response_header(r, "Cross-Origin-Opener-Policy", "same-origin");
	ok = MHD_queue_response(c, status, r);
	MHD_destroy_response(r);
	return ok;
}

static enum MHD_Result send_text(struct MHD_Connection *c, const char *text, const char *type)
{
	return send_bytes(c, 200, strdup(text), strlen(text), type);
}

static enum MHD_Result send_page(struct tong__preview_http *h, struct MHD_Connection *c,
								 const char *url)
{
	const char *type = "text/plain; charset=utf-8";
	struct tong__buf out;
	unsigned status;
	size_t n;
	char *bytes;

	tong__buf_init(&out, 2 * TONG_MAX_PAGE);
	status = tong__preview_page(h->p, url, &out, &type);
	bytes = tong__buf_take(&out, &n);
	if (!bytes)
		n = 0;
	return send_bytes(c, bytes ? status : 500, bytes ? bytes : strdup(""), n, type);
}

static unsigned long generation(struct tong__preview *p)
{
	unsigned long g;

	pthread_mutex_lock(&p->lock);
	g = p->generation;
	pthread_mutex_unlock(&p->lock);
	return g;
}

/* Answers when there is something newer than what the page has; at the second call, after a wake,
 * in any case. */
static enum MHD_Result answer_wait(struct tong__preview_http *h, struct MHD_Connection *c,
								   bool woken)
{
	const char *g = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "g");
	bool waits = false;
	char text[32];

	pthread_mutex_lock(&h->lock);
	if (!woken && g && strtoul(g, NULL, 10) == generation(h->p) && h->n < MAX_WAITING) {
		h->waiting[h->n++] = c;
		MHD_suspend_connection(c);
		waits = true;
	}
	pthread_mutex_unlock(&h->lock);
	if (waits)
		return MHD_YES;
	snprintf(text, sizeof text, "%lu", generation(h->p));
	return send_bytes(c, 200, strdup(text), strlen(text), "text/plain");
}

void tong__preview_http_wake(void *http)
{
	struct tong__preview_http *h = http;

	pthread_mutex_lock(&h->lock);
	while (h->n)
		MHD_resume_connection(h->waiting[--h->n]);
	pthread_mutex_unlock(&h->lock);
}

/* A page of another site must not read the preview by way of a name that points here. */
static bool is_local(struct MHD_Connection *c)
{
	const char *host = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Host");

	return !host || !strncmp(host, "127.", 4) || !strncmp(host, "localhost", 9) ||
		   !strncmp(host, "[::1]", 5);
}

static enum MHD_Result on_request(void *user, struct MHD_Connection *c, const char *url,
								  const char *method, const char *version, const char *body,
								  size_t *body_n, void **state)
{
	static char seen, waited; /* only their addresses count */
	bool woken = *state == &waited;

	(void)version, (void)body;
	if (!*state) {
		*state = &seen;
		return MHD_YES;
	}
	if (*body_n) {
		*body_n = 0;
		return MHD_YES;
	}
	if (strcmp(method, "GET") && strcmp(method, "HEAD"))
		return send_bytes(c, 405, strdup("GET"), 3, "text/plain");
	if (!is_local(c))
		return send_bytes(c, 403, strdup("127.0.0.1"), 9, "text/plain");
	if (strcmp(url, "/-/panel.css") == 0)
		return send_text(c, tong__preview_style, "text/css; charset=utf-8");
	if (strcmp(url, "/-/panel.js") == 0)
		return send_text(c, tong__preview_script, "text/javascript; charset=utf-8");
	if (strcmp(url, "/-/wait"))
		return send_page(user, c, url);
	*state = &waited;
	return answer_wait(user, c, woken);
}

/* 127.0.0.1:8600, localhost:8600, :8600; no other address than one of this machine. */
static int read_address(const char *listen, struct sockaddr_in *out, tong_error *err)
{
	const char *colon = strrchr(listen, ':');
	char host[32] = "127.0.0.1";
	unsigned long port;
	char *end;

	memset(out, 0, sizeof *out);
	if (!colon || (size_t)(colon - listen) >= sizeof host)
		return tong__fail(err, TONG_E_USAGE, listen, "wants ADDR:PORT, e.g. %s",
						  TONG_PREVIEW_LISTEN);
	if (colon > listen && strncmp(listen, "localhost", 9))
		snprintf(host, sizeof host, "%.*s", (int)(colon - listen), listen);
	port = strtoul(colon + 1, &end, 10);
	out->sin_family = AF_INET;
	out->sin_port = htons((uint16_t)port);
	if (!colon[1] || *end || port > 65535 || inet_pton(AF_INET, host, &out->sin_addr) != 1 ||
		(ntohl(out->sin_addr.s_addr) >> 24) != 127)
		return tong__fail(err, TONG_E_USAGE, listen,
						  "wants an address of this machine, e.g. %s", TONG_PREVIEW_LISTEN);
	return 0;
}

int tong__preview_http_start(struct tong__preview_http **out, struct tong__preview *p,
							 const char *listen, char *address, size_t max, tong_error *err)
{
	struct tong__preview_http *h = calloc(1, sizeof *h);
	const union MHD_DaemonInfo *info;
	struct sockaddr_in to;
	int rc = h ? read_address(listen, &to, err) : tong__fail_nomem(err);

	*out = h;
	if (rc)
		return rc;
	h->p = p;
	pthread_mutex_init(&h->lock, NULL);
	errno = 0;
	h->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL,
								 NULL, on_request, h, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&to,
								 MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS,
								 MHD_OPTION_END);
	if (!h->daemon)
		return tong__fail_errno(err, errno ? errno : EADDRINUSE, listen, "cannot listen");
	info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT);
	inet_ntop(AF_INET, &to.sin_addr, address, (socklen_t)max);
	snprintf(address + strlen(address), max - strlen(address), ":%u",
			 info ? (unsigned)info->port : 0u);
	return 0;
}

void tong__preview_http_stop(struct tong__preview_http *h)
{
	if (!h)
		return;
	if (h->daemon) {
		tong__preview_http_wake(h);
		MHD_stop_daemon(h->daemon);
	}
	free(h);
}
