/* The node's web server: its beginning and end, and who answers which address. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/life.h"
#include "agent/serve_form.h"
#include "agent/serve_in.h"
#include "core/err.h"
#include "core/text.h"

#define READING "GET, HEAD, OPTIONS"
#define LOOK_MS 10 /* a new release is noticed within; asking costs as much as half an answer */

/* ---- requests ---- */

int64_t tong__serve_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* A sync in another process changes the release: what was made from the old one goes. */
static void notice_switch(struct tong__serve *s)
{
	int64_t now = tong__serve_now(), serial;

	if (now - s->looked < LOOK_MS)
		return;
	s->looked = now;
	serial = tong__agent_serial(s->agent);
	if (serial != s->serial)
		tong__serve_cache_clear(s->cache);
	s->serial = serial;
}

/* Somebody who looks where the form goes is led to the form. */
static enum MHD_Result to_form(struct tong__serve *s, struct MHD_Connection *c, const char *url)
{
	(void)url;
	return tong__answer_away(s, c, MHD_HTTP_SEE_OTHER, "./report/");
}

/* The first row that fits answers; a path that ends in '/' stands for all below it. */
static const struct row {
	const char *path;
	enum tong__serve_kind kind;
	tong__serve_fn *answer;
	tong__serve_post_fn *post; /* NULL: only reading */
	size_t most;               /* bytes that may be posted */
} rows[] = {
	{ "/healthz", TONG_SERVE_PROBE, tong__serve_health, NULL, 0 },
	{ "/readyz", TONG_SERVE_PROBE, tong__serve_ready, NULL, 0 },
	{ "/metrics", TONG_SERVE_PROBE, tong__serve_metrics, NULL, 0 },
	{ "/feedback", TONG_SERVE_FEEDBACK, to_form, tong__serve_feedback, TONG_FORM_BYTES },
	{ "/api/v1/reports", TONG_SERVE_API, tong__serve_api, tong__serve_reports, TONG_PACKET_BYTES },
	{ "/api/openapi.json", TONG_SERVE_API, tong__serve_openapi, NULL, 0 },
	{ "/api/", TONG_SERVE_API, tong__serve_api, NULL, 0 },
	{ "/repository/", TONG_SERVE_REPOSITORY, tong__serve_repo, NULL, 0 },
	{ "/board/", TONG_SERVE_PAGE, tong__serve_board, NULL, 0 },
	{ "/", TONG_SERVE_PAGE, tong__serve_page, NULL, 0 },
};

static bool fits(const struct row *row, const char *url)
{
	if (row->path[1] == '\0')
		return true; /* also "*", which is no page */
	if (row->answer == tong__serve_board) /* in every language */
		return strcmp(url + tong__lang_prefix(url), row->path) == 0;
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
	const char *allow = row->post ? READING ", POST" : READING;

	s->kind = row->kind;
	s->head = strcmp(method, "HEAD") == 0;
	s->body = 0;
	if (strcmp(method, "OPTIONS") == 0)
		return tong__answer_options(s, c, allow);
	if (!s->head && strcmp(method, "GET") != 0)
		return tong__answer_method(s, c, allow);
	if (has_body(c))
		return tong__answer_text(s, c, MHD_HTTP_CONTENT_TOO_LARGE, "no body is wanted here\n");
	notice_switch(s);
	return row->answer(s, c, url);
}

/* A body that is being sent. */
struct post {
	const struct row *row;
	size_t n;
	bool over; /* the ceiling: what comes then is thrown away */
	char bytes[];
};

static struct post *begin_post(struct MHD_Connection *c, const char *url, const char *method)
{
	const struct row *row = row_of(url);
	struct post *p = row->post && strcmp(method, "POST") == 0
						 ? malloc(sizeof *p + row->most)
						 : NULL;

	if (p)
		*p = (struct post){ .row = row };
	if (p)
		tong__conn_body(c);
	return p;
}

static void add_post(struct post *p, const char *bytes, size_t n)
{
	p->over = p->over || n > p->row->most - p->n;
	if (p->over)
		return;
	memcpy(p->bytes + p->n, bytes, n);
	p->n += n;
}

static enum MHD_Result answer_post(struct tong__serve *s, struct MHD_Connection *c,
								   const struct post *p)
{
	s->kind = p->row->kind;
	s->head = false;
	s->body = 0;
	notice_switch(s);
	return p->row->post(s, c, p->over ? NULL : p->bytes, p->n);
}

static char reading; /* only its address counts: the state of a request without a body */

/* MHD calls first when the head is there. To answer then ends the connection, which is right when a
 * body comes that nobody wants to read. */
static enum MHD_Result on_request(void *user, struct MHD_Connection *c, const char *url,
								  const char *method, const char *version, const char *body,
								  size_t *body_n, void **state)
{
	(void)version;
	if (!*state) {
		*state = begin_post(c, url, method);
		if (!*state && !has_body(c))
			*state = &reading;
		return *state ? MHD_YES : answer(user, c, url, method);
	}
	if (*state == &reading)
		return answer(user, c, url, method);
	if (*body_n == 0)
		return answer_post(user, c, *state);
	add_post(*state, body, *body_n);
	*body_n = 0;
	return MHD_YES;
}

static void on_done(void *user, struct MHD_Connection *c, void **state,
					enum MHD_RequestTerminationCode how)
{
	(void)user;
	tong__conn_done(c, *state && how == MHD_REQUEST_TERMINATED_COMPLETED_OK);
	if (*state != &reading)
		free(*state);
	*state = NULL;
}

/* ---- beginning and end ---- */

static void free_server(struct tong__serve *s)
{
	tong__serve_cache_free(s->cache);
	tong__press_free(s->press);
	tong__conns_free(s->conns);
	tong__limit_free(s->limit);
	tong__limit_free(s->packets);
	json_decref(s->board);
	json_decref(s->departments);
	tong__tls_use(NULL);
	tong__tls_free(s->tls);
	free(s);
}

/* Of this machine alone, unless it is told otherwise. */
static int prepare(struct tong__serve *s, const struct tong__serve_options *o, tong_error *err)
{
	int rc = 0;

	s->kiosk = o->kiosk;
	s->alarm = (struct tong__alarm_rules)TONG_ALARM_RULES;
	s->started = time(NULL);
	s->serial = -1;
	s->looked = -LOOK_MS;
	s->cache = tong__serve_cache_new(TONG_SERVE_CACHE);
	s->press = tong__press_new();
	s->conns = tong__conns_new();
	s->limit = tong__limit_new((struct tong__limit_rule)TONG_LIMIT_PEOPLE);
	s->packets = tong__limit_new((struct tong__limit_rule)TONG_LIMIT_NODES);
	if (!s->cache || !s->press || !s->conns || !s->limit || !s->packets)
		rc = tong__fail_nomem(err);
	if (!rc && o->alarm)
		rc = tong__alarm_read(o->alarm, &s->alarm, err);
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
