/* The node's web server: its beginning and end, and who answers which address. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/life.h"
#include "agent/serve_in.h"
#include "core/err.h"
#include "core/text.h"

#define READING "GET, HEAD, OPTIONS"
#define LOOK_MS 10 /* a new release is noticed within; asking costs as much as half an answer */

/* ---- requests ---- */

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A sync in another process changes the release: what was made from the old one goes. */
static void notice_switch(struct tong__serve *s)
{
	int64_t now = now_ms(), serial;

	if (now - s->looked < LOOK_MS)
		return;
	s->looked = now;
	serial = tong__agent_serial(s->agent);
	if (serial != s->serial)
		tong__serve_cache_clear(s->cache);
	s->serial = serial;
}

/* The first row that fits answers; a path that ends in '/' stands for all below it. */
static const struct row {
	const char *path;
	enum tong__serve_kind kind;
	tong__serve_fn *answer;
} rows[] = {
	{ "/healthz", TONG_SERVE_PROBE, tong__serve_health },
	{ "/readyz", TONG_SERVE_PROBE, tong__serve_ready },
	{ "/metrics", TONG_SERVE_PROBE, tong__serve_metrics },
	{ "/api/openapi.json", TONG_SERVE_API, tong__serve_openapi },
	{ "/api/", TONG_SERVE_API, tong__serve_api },
	{ "/repository/", TONG_SERVE_REPOSITORY, tong__serve_repo },
	{ "/", TONG_SERVE_PAGE, tong__serve_page },
};

static bool fits(const struct row *row, const char *url)
{
	if (row->path[1] == '\0')
		return true; /* also "*", which is no page */
	return tong__ends(row->path, "/") ? tong__starts(url, row->path) : strcmp(url, row->path) == 0;
}

static const struct row *row_of(const char *url)
{
	const struct row *row = rows;

	while (!fits(row, url))
		row++;
	return row;
}

static bool has_body(struct MHD_Connection *c)
{
	const char *length = tong__ask_header(c, "Content-Length");

	return (length && strcmp(length, "0") != 0) || tong__ask_header(c, "Transfer-Encoding");
}

static enum MHD_Result answer(struct tong__serve *s, struct MHD_Connection *c, const char *url,
							  const char *method)
{
	const struct row *row = row_of(url);

	s->kind = row->kind;
	s->head = strcmp(method, "HEAD") == 0;
	s->body = 0;
	if (strcmp(method, "OPTIONS") == 0)
		return tong__answer_options(s, c, READING);
	if (!s->head && strcmp(method, "GET") != 0)
		return tong__answer_method(s, c, READING);
	if (has_body(c))
		return tong__answer_text(s, c, MHD_HTTP_CONTENT_TOO_LARGE, "no body is wanted here\n");
	notice_switch(s);
	return row->answer(s, c, url);
}

/* MHD calls first when the head is there. To answer then ends the connection, which is right when a
 * body comes that nobody wants to read. */
static enum MHD_Result on_request(void *user, struct MHD_Connection *c, const char *url,
								  const char *method, const char *version, const char *body,
								  size_t *body_n, void **state)
{
	static char seen; /* only its address counts */

	(void)version;
	(void)body;
	(void)body_n;
	if (!*state && !has_body(c)) {
		*state = &seen;
		return MHD_YES;
	}
	return answer(user, c, url, method);
}

static void on_done(void *user, struct MHD_Connection *c, void **state,
					enum MHD_RequestTerminationCode how)
{
	(void)user;
	(void)state;
	(void)how;
	tong__conn_done(c);
}

/* ---- beginning and end ---- */

static void free_server(struct tong__serve *s)
{
	tong__serve_cache_free(s->cache);
	tong__press_free(s->press);
	tong__conns_free(s->conns);
	tong__tls_use(NULL);
	tong__tls_free(s->tls);
	free(s);
}

/* Of this machine alone, unless it is told otherwise. */
static int prepare(struct tong__serve *s, const struct tong__serve_options *o, tong_error *err)
{
	int rc = 0;

	s->kiosk = o->kiosk;
	s->started = time(NULL);
	s->serial = -1;
	s->looked = -LOOK_MS;
	s->cache = tong__serve_cache_new(TONG_SERVE_CACHE);
	s->press = tong__press_new();
	s->conns = tong__conns_new();
	if (!s->cache || !s->press || !s->conns)
		rc = tong__fail_nomem(err);
	if (!rc && o->tls_cert)
		rc = tong__tls_new(&s->tls, o->tls_cert, o->tls_key, err);
	if (!rc && !o->tls_cert && o->tls_key)
		rc = tong__fail(err, TONG_E_USAGE, o->tls_key, "a key without --tls-cert");
	if (s->tls)
		tong__tls_use(s->tls);
	return rc;
}

int tong__serve_start(struct tong__serve **out, tong_agent *agent,
					  const struct tong__serve_options *options, char *address, size_t max,
					  tong_error *err)
{
	struct tong__serve *s = calloc(1, sizeof *s);
	int rc = s ? prepare(s, options, err) : tong__fail_nomem(err);

	if (!rc) {
		s->agent = agent;
		rc = tong__serve_listen(s, options->listen ? options->listen : TONG_LISTEN, on_request,
								on_done, address, max, err);
	}
	if (rc && s)
		free_server(s);
	if (!rc)
		*out = s;
	return rc;
}

void tong__serve_stop(struct tong__serve *s)
{
	if (!s)
		return;
	MHD_stop_daemon(s->daemon);
	free_server(s);
}
