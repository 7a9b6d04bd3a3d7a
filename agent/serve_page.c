/* The site's pages, made from the store once and kept. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/serve_in.h"
#include "core/err.h"
#include "core/site.h"
#include "core/text.h"

#define LARGE (64u << 10) /* bytes: what such a page was made from goes back to the system */

/* Where a page leads on to at once: it says so in its head, for hosts that know nothing of it. */
static bool leads_on(const char *bytes, size_t size, const char *type, char to[TONG_MAX_URL])
{
	static const char mark[] = "<meta http-equiv=\"refresh\" content=\"0; url=";
	const char *at = NULL;
	size_t n;

	if (tong__starts(type, "text/html"))
		at = memmem(bytes, size < 4096 ? size : 4096, mark, sizeof mark - 1);
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

static uint64_t nanoseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static struct tong__body *render(struct tong__serve *s, const char *url, tong_error *err)
{
	char to[TONG_MAX_URL], *bytes;
	struct tong__body *made;
	const char *type;
	size_t n;

	uint64_t start = nanoseconds();

	if (tong_agent_page(s->agent, url, &bytes, &n, &type, err))
		return NULL;
	s->counts.rendered++;
	s->counts.render_ns += nanoseconds() - start;
	made = tong__body_new(bytes, n, type, leads_on(bytes, n, type, to) ? to : NULL);
	tong_agent_free(bytes);
	if (n >= LARGE)
		malloc_trim(0);
	if (!made)
		tong__fail_nomem(err);
	return made;
}

/* The page in this coding, or as it is when it gains nothing by it. NULL on failure. */
static struct tong__body *page_of(struct tong__serve *s, const char *url, enum tong__coding coding,
								  tong_error *err)
{
	struct tong__body *k = tong__serve_cache_get(s->cache, url, coding), *plain;

	if (k)
		return k;
	plain = render(s, url, err);
	if (!plain)
		return NULL;
	k = tong__press(s->press, plain, coding);
	tong__body_drop(plain);
	tong__serve_cache_put(s->cache, url, coding, k);
	return k;
}

bool tong__serve_has(struct tong__serve *s, const char *url)
{
	tong_error own = TONG_ERROR_INIT;
	struct tong__body *k = page_of(s, url, TONG_PLAIN, &own);

	tong__body_drop(k);
	return k != NULL;
}

static enum MHD_Result send_page(struct tong__serve *s, struct MHD_Connection *c, const char *url,
								 unsigned status, enum tong__coding coding, tong_error *err)
{
	struct tong__body *k = page_of(s, url, coding, err);
	enum MHD_Result ok = k ? tong__answer_body(s, c, status, k) : MHD_NO;

	tong__body_drop(k);
	return ok;
}

/* Whoever gets the form now cannot have filled it in before (serve_limit.h). */
static void note_form(struct tong__serve *s, struct MHD_Connection *c, const char *url)
{
	char who[64];

	if (!tong__ends(url, "/report/"))
		return;
	tong__serve_peer(c, who, sizeof who);
	tong__limit_form(s->limit, who, tong__serve_now());
}

/* The page of thanks is everybody's, but for the number of the report. */
static bool send_thanks(struct tong__serve *s, struct MHD_Connection *c, const char *url,
						enum MHD_Result *ok)
{
	tong_error own = TONG_ERROR_INIT;
	struct tong__body *k;
	bool made = false;
	char *bytes;
	size_t n;

	if (!tong__ends(url, "/report/thanks/"))
		return false;
	k = page_of(s, url, TONG_PLAIN, &own);
	if (k && tong__serve_number(c, k, &bytes, &n)) {
		*ok = tong__answer_bytes(s, c, MHD_HTTP_OK, bytes, n, k->type);
		free(bytes);
		made = true;
	}
	tong__body_drop(k);
	return made;
}

/* A machine in a hall begins with its own page, which keeps its window inside the site. */
static enum MHD_Result send_kiosk(struct tong__serve *s, struct MHD_Connection *c)
{
	return tong__answer_away(s, c, MHD_HTTP_FOUND, "./kiosk/");
}

/* A page's URL ends in a slash: /items/X is sent on to X/, relative, so that a front with another
 * prefix stays right. */
static enum MHD_Result try_slash(struct tong__serve *s, struct MHD_Connection *c, const char *url,
								 enum tong__coding coding, bool *done)
{
	char with[TONG_MAX_URL + 2], to[TONG_MAX_URL + 4] = "./";
	const char *last = strrchr(url, '/');
	struct tong__body *k;
	tong_error own = TONG_ERROR_INIT;

	*done = false;
	if (!last || last[1] == '\0' || strlen(url) > TONG_MAX_URL - 2 || strchr(last, '.') ||
		last[1 + strcspn(last + 1, "%?#:\\\"<> ")] != '\0')
		return MHD_NO;
	strcat(strcpy(with, url), "/");
	k = page_of(s, with, coding, &own);
	if (!k)
		return MHD_NO;
	tong__body_drop(k);
	*done = true;
	strcat(strcat(to, last + 1), "/");
	return tong__answer_away(s, c, MHD_HTTP_MOVED_PERMANENTLY, to);
}

/* The page for unknown addresses, in the language of the address if there is one. */
static enum MHD_Result send_missing(struct tong__serve *s, struct MHD_Connection *c,
									const char *url, enum tong__coding coding, tong_error *err)
{
	char missing[TONG_MAX_LANG + sizeof "/404.html"];
	enum MHD_Result ok;

	snprintf(missing, sizeof missing, "%.*s/404.html", (int)tong__lang_prefix(url), url);
	ok = send_page(s, c, missing, MHD_HTTP_NOT_FOUND, coding, err);
	if (err->code != TONG_E_NOTFOUND || missing[1] == '4')
		return ok;
	err->code = 0;
	return send_page(s, c, "/404.html", MHD_HTTP_NOT_FOUND, coding, err);
}

enum MHD_Result tong__serve_page(struct tong__serve *s, struct MHD_Connection *c, const char *url)
{
	tong_error err = TONG_ERROR_INIT;
	enum tong__coding coding;
	enum MHD_Result ok;
	bool done;

	if (s->kiosk && strcmp(url, "/") == 0)
		return send_kiosk(s, c);
	note_form(s, c, url);
	if (send_thanks(s, c, url, &ok))
		return ok;
	if (!tong__ask_coding(s, c, strstr(url, "/data/") != NULL, &coding, &ok))
		return ok;
	ok = send_page(s, c, url, MHD_HTTP_OK, coding, &err);
	if (err.code == 0)
		return ok;
	if (err.code == TONG_E_NOTFOUND && s->serial > 0) {
		ok = try_slash(s, c, url, coding, &done);
		if (done)
			return ok;
		err.code = 0;
		ok = send_missing(s, c, url, coding, &err);
		if (err.code == 0)
			return ok;
	}
	return tong__answer_text(s, c,
							 err.code == TONG_E_NOTFOUND && s->serial > 0
								 ? MHD_HTTP_NOT_FOUND
								 : MHD_HTTP_SERVICE_UNAVAILABLE,
							 err.message);
}
