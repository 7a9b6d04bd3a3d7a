/* The node's web server: its beginning and end, and who answers which address. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/life.h"
#include "agent/serve_in.h"
#include "core/text.h"

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

static enum MHD_Result health(struct tong__serve *s, struct MHD_Connection *c, const char *url)
{
	tong_error err = TONG_ERROR_INIT;
	int rc = tong__agent_begin(s->agent, &err);

	(void)url;
	if (rc)
		return tong__answer_text(s, c, MHD_HTTP_SERVICE_UNAVAILABLE, err.message);
	tong__agent_end(s->agent);
	return tong__answer_text(s, c, MHD_HTTP_OK, "ok\n");
}

/* The first row that fits answers; a path that ends in '/' stands for all below it. */
static const struct row {
	const char *path;
	tong__serve_fn *answer;
} rows[] = {
	{ "/healthz", health },
	{ "/api/", tong__serve_api },
	{ "/repository/", tong__serve_repo },
	{ "/", tong__serve_page },
};

static bool fits(const struct row *row, const char *url)
{
	return tong__ends(row->path, "/") ? tong__starts(url, row->path) : strcmp(url, row->path) == 0;
}

static enum MHD_Result answer(struct tong__serve *s, struct MHD_Connection *c, const char *url)
{
	for (const struct row *row = rows; row < rows + sizeof rows / sizeof *rows; row++)
		if (fits(row, url))
			return row->answer(s, c, url);
	return tong__answer_text(s, c, MHD_HTTP_NOT_FOUND, "no such address\n"); /* "*" */
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
		return tong__answer_method(s, c, "GET, HEAD");
	s->head = method[0] == 'H';
	notice_switch(s);
	return answer(s, c, url);
}

/* ---- beginning and end ---- */

static void free_server(struct tong__serve *s)
{
	tong__serve_cache_free(s->cache);
	tong__press_free(s->press);
	free(s);
}

int tong__serve_start(struct tong__serve **out, tong_agent *agent,
					  const struct tong__serve_options *options, char *address, size_t max,
					  tong_error *err)
{
	struct tong__serve *s = calloc(1, sizeof *s);
	int rc;

	if (!s)
		return tong__fail_nomem(err);
	s->cache = tong__serve_cache_new(TONG_SERVE_CACHE);
	s->press = tong__press_new();
	s->agent = agent;
	s->serial = -1;
	s->looked = -LOOK_MS;
	rc = s->cache && s->press ? tong__serve_listen(s, options, on_request, address, max, err)
							  : tong__fail_nomem(err);
	if (rc)
		free_server(s);
	else
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
