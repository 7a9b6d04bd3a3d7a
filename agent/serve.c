/* Answers a browser from the store: the door to libmicrohttpd. */
#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/life.h"
#include "agent/serve.h"
#include "agent/serve_repo.h"
#include "core/hash.h"
#include "core/message.h"
#include "core/site.h"
#include "core/text.h"

#define CONNECTIONS       256u
#define IDLE_SECONDS      30u
#define CONNECTION_MEMORY ((size_t)16384)
#define JSON_TYPE         "application/json; charset=utf-8"

struct tong__serve {
	tong_agent *agent;
	struct MHD_Daemon *daemon;
	struct tong__serve_cache *cache;
	int64_t serial; /* of the release the cache belongs to */
};

/* ---- responses ---- */

static void common_headers(struct MHD_Response *r, const char *type, const char *etag)
{
	/* Pages are ours and carry no inline script or style; JSON-LD is data, which the policy does
	 * not stop. */
	MHD_add_response_header(r, "Content-Security-Policy", TONG_CSP);
	MHD_add_response_header(r, "Permissions-Policy", TONG_PERMISSIONS);
	MHD_add_response_header(r, "Cross-Origin-Opener-Policy", "same-origin");
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	MHD_add_response_header(r, "Referrer-Policy", "no-referrer");
	if (type)
		MHD_add_response_header(r, "Content-Type", type);
	if (etag)
		MHD_add_response_header(r, "ETag", etag);
	MHD_add_response_header(r, "Cache-Control", etag ? "no-cache" : "no-store");
}

static struct MHD_Response *response_of(const char *bytes, size_t n, const char *type,
										const char *etag)
{
	struct MHD_Response *r =
		MHD_create_response_from_buffer(n, (void *)(uintptr_t)bytes, MHD_RESPMEM_MUST_COPY);

	if (r)
		common_headers(r, type, etag);
	return r;
}

static enum MHD_Result send_once(struct MHD_Connection *c, unsigned status, struct MHD_Response *r)
{
	enum MHD_Result ok = r ? MHD_queue_response(c, status, r) : MHD_NO;

	if (r)
		MHD_destroy_response(r);
	return ok;
}

static enum MHD_Result send_text(struct MHD_Connection *c, unsigned status, const char *text)
{
	return send_once(c, status, response_of(text, strlen(text), "text/plain; charset=utf-8", NULL));
}

/* "hash" of the content, quoted. */
static void etag_of(const char *bytes, size_t n, char out[24])
{
	struct tong__hash sum;
	char hex[TONG_HEX];

	tong__sha256(bytes, n, &sum);
	tong__hash_hex(&sum, hex);
	snprintf(out, 24, "\"%.20s\"", hex);
}

/* If-None-Match: a list of tags, or *. Ours has no comma or quote inside, so looking for it is
 * enough. */
static bool has_it(struct MHD_Connection *c, const char *etag)
{
	const char *seen = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "If-None-Match");

	return seen && (strstr(seen, etag) || strcmp(seen, "*") == 0);
}

/* Where a page leads on to at once: it says so in its head, for hosts that know nothing of it. */
static bool leads_on(const struct tong__page_kept *p, char to[TONG_MAX_URL])
{
	static const char mark[] = "<meta http-equiv=\"refresh\" content=\"0; url=";
	size_t most = p->n < 4096 ? p->n : 4096, n;
	const char *at = NULL;

	if (tong__starts(p->type, "text/html"))
		at = memmem(p->bytes, most, mark, sizeof mark - 1);
	if (!at)
		return false;
	at += sizeof mark - 1;
	n = strcspn(at, "\"&<>");
	if (n >= TONG_MAX_URL || at[n] != '"')
		return false;
	memcpy(to, at, n);
	to[n] = '\0';
	return true;
}

static enum MHD_Result send_moved(struct MHD_Connection *c, const struct tong__page_kept *p,
								  const char *to)
{
	struct MHD_Response *r = response_of(p->bytes, p->n, p->type, NULL);

	if (r)
		MHD_add_response_header(r, "Location", to);
	return send_once(c, MHD_HTTP_MOVED_PERMANENTLY, r);
}

/* 200 with the page, 304 when the browser has it, 301 for one that leads on, or an error's status
 * with its page. */
static enum MHD_Result send_bytes(struct MHD_Connection *c, unsigned status,
								  const struct tong__page_kept *p)
{
	char to[TONG_MAX_URL];

	if (status == MHD_HTTP_OK && leads_on(p, to))
		return send_moved(c, p, to);
	if (status == MHD_HTTP_OK && has_it(c, p->etag))
		return send_once(c, MHD_HTTP_NOT_MODIFIED, response_of("", 0, NULL, p->etag));
	return send_once(c, status,
					 response_of(p->bytes, p->n, p->type, status == MHD_HTTP_OK ? p->etag : NULL));
}

/* ---- pages ---- */

static bool is_page(struct tong__serve *s, const char *url)
{
	tong_error err = TONG_ERROR_INIT;
	const char *type;
	char *bytes = NULL;
	size_t n;
	bool found = tong__serve_cache_get(s->cache, url) ||
				 tong_agent_page(s->agent, url, &bytes, &n, &type, &err) == 0;

	tong_agent_free(bytes);
	return found;
}

/* A page's URL ends in a slash: /items/X is sent on to X/, relative, so that a front with another
 * prefix stays right. */
static enum MHD_Result try_slash(struct tong__serve *s, struct MHD_Connection *c, const char *url,
								 bool *done)
{
	char with[TONG_MAX_URL + 2], to[TONG_MAX_URL + 4] = "./";
	const char *last = strrchr(url, '/');
	struct MHD_Response *r;

	*done = false;
	if (!last || last[1] == '\0' || strlen(url) > TONG_MAX_URL - 2 || strchr(last, '.') ||
		last[1 + strcspn(last + 1, "%?#:\\\"<> ")] != '\0')
		return MHD_NO;
	strcat(strcpy(with, url), "/");
	if (!is_page(s, with))
		return MHD_NO;
	*done = true;
	strcat(strcat(to, last + 1), "/");
	r = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
	if (!r)
		return MHD_NO;
	common_headers(r, NULL, NULL);
	MHD_add_response_header(r, "Location", to);
	return send_once(c, MHD_HTTP_MOVED_PERMANENTLY, r);
}

static enum MHD_Result send_page(struct tong__serve *s, struct MHD_Connection *c, const char *url,
								 unsigned status, tong_error *err)
{
	const struct tong__page_kept *kept = tong__serve_cache_get(s->cache, url);
	struct tong__page_kept fresh = { .n = 0 };
	enum MHD_Result ok;
	char *bytes;

	if (kept)
		return send_bytes(c, status, kept);
	if (tong_agent_page(s->agent, url, &bytes, &fresh.n, &fresh.type, err))
		return MHD_NO;
	fresh.bytes = bytes;
	etag_of(bytes, fresh.n, fresh.etag);
	tong__serve_cache_put(s->cache, url, &fresh);
	ok = send_bytes(c, status, &fresh);
	tong_agent_free(bytes);
	return ok;
}

/* The page for unknown addresses, in the language of the address if there is one. */
static enum MHD_Result send_missing(struct tong__serve *s, struct MHD_Connection *c,
									const char *url, tong_error *err)
{
	char missing[TONG_MAX_LANG + sizeof "/404.html"];
	enum MHD_Result ok;

	snprintf(missing, sizeof missing, "%.*s/404.html", (int)tong__lang_prefix(url), url);
	ok = send_page(s, c, missing, MHD_HTTP_NOT_FOUND, err);
	if (err->code != TONG_E_NOTFOUND || missing[1] == '4')
		return ok;
	err->code = 0;
	return send_page(s, c, "/404.html", MHD_HTTP_NOT_FOUND, err);
}

static enum MHD_Result answer_page(struct tong__serve *s, struct MHD_Connection *c, const char *url)
{
	tong_error err = TONG_ERROR_INIT;
	enum MHD_Result ok = send_page(s, c, url, MHD_HTTP_OK, &err);
	bool done;

	if (err.code == 0)
		return ok;
	if (err.code == TONG_E_NOTFOUND && s->serial > 0) {
		ok = try_slash(s, c, url, &done);
		if (done)
			return ok;
		err.code = 0;
		ok = send_missing(s, c, url, &err);
		if (err.code == 0)
			return ok;
	}
	return send_text(c,
					 err.code == TONG_E_NOTFOUND && s->serial > 0 ? MHD_HTTP_NOT_FOUND
																  : MHD_HTTP_SERVICE_UNAVAILABLE,
					 err.message);
}

/* ---- API ---- */

static const char *argument(void *user, const char *name)
{
	return MHD_lookup_connection_value(user, MHD_GET_ARGUMENT_KIND, name);
}

static enum MHD_Result answer_api(struct tong__serve *s, struct MHD_Connection *c, const char *path)
{
	struct tong__serve_query query = { c, argument };
	struct tong__page_kept page = { .type = JSON_TYPE };
	unsigned status;
	char *text = tong__serve_api(s->agent, path, &query, &status);
	enum MHD_Result ok;

	if (!text)
		return MHD_NO;
	page.bytes = text;
	page.n = strlen(text);
	etag_of(text, page.n, page.etag);
	ok = send_bytes(c, status, &page);
	free(text);
	return ok;
}

static enum MHD_Result answer_health(struct tong__serve *s, struct MHD_Connection *c)
{
	tong_error err = TONG_ERROR_INIT;
	int rc = tong__agent_begin(s->agent, &err);

	if (rc)
		return send_text(c, MHD_HTTP_SERVICE_UNAVAILABLE, err.message);
	tong__agent_end(s->agent);
	return send_text(c, MHD_HTTP_OK, "ok\n");
}

/* ---- requests ---- */

/* A sync in another process changes the release: what was made from the old one goes. */
static void notice_switch(struct tong__serve *s)
{
	int64_t serial = tong__agent_serial(s->agent);

	if (serial != s->serial)
		tong__serve_cache_clear(s->cache);
	s->serial = serial;
}

static enum MHD_Result refuse_method(struct MHD_Connection *c)
{
	static const char text[] = "only GET and HEAD\n";
	struct MHD_Response *r = response_of(text, sizeof text - 1, "text/plain", NULL);

	if (r)
		MHD_add_response_header(r, "Allow", "GET, HEAD");
	return send_once(c, MHD_HTTP_METHOD_NOT_ALLOWED, r);
}

static enum MHD_Result on_request(void *user, struct MHD_Connection *c, const char *url,
								  const char *method, const char *version, const char *body,
								  size_t *body_n, void **state)
{
	static char seen; /* only its address counts: MHD calls first for the headers alone */
	struct tong__serve *s = user;

	(void)version;
	(void)body;
	if (!*state) {
		*state = &seen;
		return MHD_YES;
	}
	if (*body_n) { /* a body nobody wants is read away */
		*body_n = 0;
		return MHD_YES;
	}
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return refuse_method(c);
	notice_switch(s);
	if (strcmp(url, "/healthz") == 0)
		return answer_health(s, c);
	if (tong__starts(url, "/api/"))
		return answer_api(s, c, url);
	if (tong__starts(url, "/repository/"))
		return tong__serve_repo(s->agent, c, url + strlen("/repository/"));
	return answer_page(s, c, url);
}

/* ---- listening ---- */

static int bad_address(const char *where, const char *why, tong_error *err)
{
	return tong__fail(err, TONG_E_USAGE, where, "%s; ADDR:PORT is wanted, e.g. %s",
					  tong__text(why), TONG_LISTEN);
}

/* ADDR:PORT, [ADDR6]:PORT or :PORT. Names are not looked up, but for localhost. */
static int read_address(const char *where, struct sockaddr_storage *out, socklen_t *len,
						tong_error *err)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
							  .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	const char *colon = strrchr(where, ':'), *from = where;
	char host[64] = "127.0.0.1";
	size_t n;

	if (!colon || !colon[1])
		return bad_address(where, "no port", err);
	n = (size_t)(colon - where);
	if (n >= 2 && where[0] == '[' && colon[-1] == ']') {
		from++;
		n -= 2;
	}
	if (n >= sizeof host)
		return bad_address(where, "no address", err);
	if (n && strncmp(from, "localhost", n) != 0) {
		memcpy(host, from, n);
		host[n] = '\0';
	}
	if (getaddrinfo(host, colon + 1, &hints, &found) != 0 || !found)
		return bad_address(where, "not an address", err);
	memcpy(out, found->ai_addr, found->ai_addrlen);
	*len = found->ai_addrlen;
	freeaddrinfo(found);
	return 0;
}

static void bound_address(const struct tong__serve *s, const struct sockaddr_storage *to, char *out,
						  size_t max)
{
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
	char host[64] = "";
	bool six = to->ss_family == AF_INET6;

	getnameinfo((const struct sockaddr *)to, sizeof *to, host, sizeof host, NULL, 0,
				NI_NUMERICHOST);
	snprintf(out, max, six ? "[%s]:%u" : "%s:%u", host, info ? (unsigned)info->port : 0u);
}

static int start(struct tong__serve *s, const struct sockaddr_storage *to, const char *where,
				 tong_error *err)
{
	unsigned flags =
		MHD_USE_EPOLL_INTERNAL_THREAD | (to->ss_family == AF_INET6 ? MHD_USE_IPv6 : 0u);

	s->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR,
								 (const struct sockaddr *)to, MHD_OPTION_CONNECTION_LIMIT,
								 CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS,
								 MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY,
								 MHD_OPTION_END); /* a port that another process has is refused */
	if (s->daemon)
		return 0;
	return tong__fail_errno(err, errno ? errno : EADDRINUSE, where, "cannot listen");
}

int tong__serve_start(struct tong__serve **out, tong_agent *agent, const char *where, char *address,
					  size_t max, tong_error *err)
{
	struct sockaddr_storage to;
	struct tong__serve *s;
	socklen_t len;
	int rc;

	memset(&to, 0, sizeof to);
	rc = read_address(where, &to, &len, err);
	if (rc)
		return rc;
	s = calloc(1, sizeof *s);
	if (s)
		s->cache = tong__serve_cache_new(TONG_SERVE_CACHE);
	if (!s || !s->cache) {
		free(s);
		return tong__fail_nomem(err);
	}
	s->agent = agent;
	s->serial = -1;
	errno = 0;
	rc = start(s, &to, where, err);
	if (rc) {
		tong__serve_cache_free(s->cache);
		free(s);
		return rc;
	}
	bound_address(s, &to, address, max);
	*out = s;
	return 0;
}

void tong__serve_stop(struct tong__serve *s)
{
	if (!s)
		return;
	MHD_stop_daemon(s->daemon);
	tong__serve_cache_free(s->cache);
	free(s);
}
