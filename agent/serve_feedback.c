/* POST /feedback: what somebody says of a guide, from the site's form or from a program. */
#include <arpa/inet.h>
#include "core/noted.h"
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/life.h"
#include "agent/serve_form.h"
#include "agent/serve_in.h"
#include "core/json.h"
#include "core/text.h"

#define TRAP   "leave" /* a field that people do not see; what fills in every field is no person */
#define NUMBER "0000-0000-0000-0000" /* on the page of thanks, in place of the report's own */
#define HIDDEN " hidden data-number>"

struct asked {
	struct tong__serve *s;
	struct MHD_Connection *c;
	bool json; /* a program asks, not a form */
	struct tong__form form;
};

/* ---- from where ---- */

static void network_of(const struct sockaddr *from, char *out, size_t max)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)(const void *)from;
	struct in6_addr net;

	if (from->sa_family == AF_INET) {
		inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)from)->sin_addr, out,
				  (socklen_t)max);
		return;
	}
	net = six->sin6_addr;
	memset(net.s6_addr + 8, 0, 8); /* one line has a whole network of addresses */
	inet_ntop(AF_INET6, &net, out, (socklen_t)max);
}

/* A web server on this machine says for whom it asks, in the last place; others may say what they
 * like. */
void tong__serve_peer(struct MHD_Connection *c, char *out, size_t max)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const char *told = tong__ask_header(c, "X-Forwarded-For"), *last;

	snprintf(out, max, "?");
	if (!info || !info->client_addr)
		return;
	network_of(info->client_addr, out, max);
	if (!told || (!tong__starts(out, "127.") && strcmp(out, "::") != 0))
		return;
	last = strrchr(told, ',');
	last = last ? last + 1 : told;
	last += strspn(last, " ");
	if (*last)
		snprintf(out, max, "%.*s", (int)strcspn(last, " "), last);
}

/* Is 'origin' ("https://host") the site that the catalogue names? */
static bool is_the_site(tong_agent *a, const char *origin)
{
	tong_error err = TONG_ERROR_INIT;
	bool same = false;
	const char *url;
	json_t *doc;
	size_t n;

	if (tong__agent_begin(a, &err))
		return false;
	doc = a->reader.get(a->reader.user, "base", "catalogue", &err);
	url = tong__json_str(tong__json_obj(doc, "site"), "url");
	if (url && strstr(url, "://")) {
		n = (size_t)(strstr(url, "://") - url) + 3;
		n += strcspn(url + n, "/");
		same = strlen(origin) == n && strncasecmp(origin, url, n) == 0;
	}
	json_decref(doc);
	tong__agent_end(a);
	return same;
}

/* A form may come from a page of this host or of the catalogue's site. Programs send no Origin. */
static bool may_send(struct tong__serve *s, struct MHD_Connection *c)
{
	const char *origin = tong__ask_header(c, "Origin"), *host = tong__ask_header(c, "Host");
	const char *from = tong__ask_header(c, "Sec-Fetch-Site"), *name;

	if (!origin || strcmp(origin, "null") == 0)
		return !from || strcmp(from, "cross-site") != 0;
	name = strstr(origin, "://");
	if (name && host && strcasecmp(name + 3, host) == 0)
		return true;
	return is_the_site(s->agent, origin);
}

/* ---- answers ---- */

/* "en/" for a form in a language that the site has; "" for its own. */
static const char *folder_of(const struct asked *q, char out[TONG_MAX_LANG + 1])
{
	const char *lang = tong__form_get(&q->form, "lang");
	char url[TONG_MAX_LANG + 32];

	*out = '\0';
	if (!lang || strcmp(lang, TONG_LANG) == 0 || strlen(lang) >= TONG_MAX_LANG ||
		!tong__id_valid(lang))
		return out;
	snprintf(url, sizeof url, "/%s/report/thanks/", lang);
	if (tong__serve_has(q->s, url))
		snprintf(out, TONG_MAX_LANG + 1, "%s/", lang);
	return out;
}

static enum MHD_Result finish(const struct asked *q, unsigned status, const char *text,
							  const char *type, const char *name, const char *value)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(
		strlen(text), (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);

	if (r)
		tong__answer_headers(r, type, NULL);
	if (r && type) /* only reading is for scripts of other sites */
		MHD_del_response_header(r, "Access-Control-Allow-Origin", "*");
	if (r && name)
		MHD_add_response_header(r, name, value);
	return tong__answer(q->s, q->c, status, r);
}

/* The status says what happened to a program, the page to a person: it is led on to one of the
 * site's own, by a relative address, as the form may stand behind a front with a prefix. */
static enum MHD_Result refuse(const struct asked *q, unsigned status, const char *page,
							  unsigned wait, int rc, const tong_error *err)
{
	char lang[TONG_MAX_LANG + 1], text[256], seconds[16];
	enum MHD_Result ok;
	char *json;

	snprintf(seconds, sizeof seconds, "%u", wait);
	q->s->counts.feedback[status == MHD_HTTP_TOO_MANY_REQUESTS ? TONG_FEEDBACK_LIMITED
															   : TONG_FEEDBACK_REFUSED]++;
	if (!q->json) {
		folder_of(q, lang);
		snprintf(text, sizeof text,
				 "<!doctype html><meta http-equiv=\"refresh\" content=\"0; url=%sreport/%s/\">"
				 "<a href=\"%sreport/%s/\">%s</a>\n",
				 lang, page, lang, page, page);
		return finish(q, status, text, "text/html; charset=utf-8", wait ? "Retry-After" : NULL,
					  seconds);
	}
	json = tong__serve_error(rc, err);
	ok = json ? finish(q, status, json, TONG_JSON_TYPE, wait ? "Retry-After" : NULL, seconds)
			  : MHD_NO;
	free(json);
	return ok;
}

static enum MHD_Result refuse_code(const struct asked *q, int rc, const tong_error *err)
{
	switch (rc) {
	case TONG_E_USAGE:
	case TONG_E_FORMAT:
	case TONG_E_ENCODING:
		return refuse(q, MHD_HTTP_BAD_REQUEST,
					  strcmp(err->subject, "text") == 0 ? "empty" : "refused", 0, rc, err);
	case TONG_E_LIMIT:
		return refuse(q, MHD_HTTP_CONTENT_TOO_LARGE, "long", 0, rc, err);
	case TONG_E_FULL:
		return refuse(q, MHD_HTTP_INSUFFICIENT_STORAGE, "trouble", 0, rc, err);
	default:
		return refuse(q, MHD_HTTP_SERVICE_UNAVAILABLE, "trouble", 60, rc, err);
	}
}

static enum MHD_Result thank(const struct asked *q, const char *id)
{
	char lang[TONG_MAX_LANG + 1], text[256];

	if (q->json) {
		snprintf(text, sizeof text, "{\"id\":\"%s\"}", id);
		return finish(q, MHD_HTTP_CREATED, text, TONG_JSON_TYPE, NULL, NULL);
	}
	snprintf(text, sizeof text, "./%sreport/thanks/?id=%s", folder_of(q, lang), id);
	return tong__answer_away(q->s, q->c, MHD_HTTP_SEE_OTHER, text);
}

/* ---- the report ---- */

static enum MHD_Result keep(const struct asked *q)
{
	const struct tong__form *f = &q->form;
	const char *trap = tong__form_get(f, TRAP), *rating = tong__form_get(f, "rating");
	tong_feedback said = TONG_FEEDBACK_INIT;
	tong_error err = TONG_ERROR_INIT;
	int rc;

	if (trap && *trap) { /* it is told the same as everybody, and learns nothing */
		q->s->counts.feedback[TONG_FEEDBACK_TRAPPED]++;
		return thank(q, NUMBER);
	}
	said.kind = tong__form_get(f, "kind");
	said.item = tong__form_get(f, "item");
	said.region = tong__form_get(f, "region");
	said.field = tong__form_get(f, "field");
	said.text = tong__form_get(f, "text");
	said.contact = tong__form_get(f, "contact");
	said.fingerprint = tong__form_get(f, "fingerprint");
	said.lang = tong__form_get(f, "lang");
	said.rating = rating && strlen(rating) == 1 && *rating >= '1' && *rating <= '5'
					  ? (uint64_t)(*rating - '0')
					  : 0;
	rc = tong_agent_feedback(q->s->agent, &said, &err);
	if (rc)
		return refuse_code(q, rc, &err);
	q->s->counts.feedback[TONG_FEEDBACK_TAKEN]++;
	return thank(q, said.id);
}

enum MHD_Result tong__serve_feedback(struct tong__serve *s, struct MHD_Connection *c,
									 const char *body, size_t n)
{
	const char *type = tong__ask_header(c, "Content-Type");
	struct asked q = { s, c, type && tong__starts(type, "application/json"), { .n = 0 } };
	tong_error err = TONG_ERROR_INIT;
	enum MHD_Result ok;
	char who[64];
	unsigned wait;
	int rc = 0;

	tong__serve_peer(c, who, sizeof who);
	wait = tong__limit_take(s->limit, who, tong__serve_now());
	if (wait) {
		rc = tong__fail(&err, TONG_E_BUSY, "feedback", "too many at once; wait %u s", wait);
		return refuse(&q, MHD_HTTP_TOO_MANY_REQUESTS, "later", wait, rc, &err);
	}
	if (!body) {
		rc = tong__fail(&err, TONG_E_LIMIT, "body", "more than %u bytes", TONG_FORM_BYTES);
		return refuse_code(&q, rc, &err);
	}
	if (!may_send(s, c)) {
		rc = tong__fail(&err, TONG_E_USAGE, "Origin", "a form of another site");
		return refuse(&q, MHD_HTTP_FORBIDDEN, "refused", 0, rc, &err);
	}
	if (!q.json && (!type || !tong__starts(type, "application/x-www-form-urlencoded"))) {
		rc = tong__fail(&err, TONG_E_USAGE, "Content-Type",
						"wanted: application/x-www-form-urlencoded or application/json");
		return refuse(&q, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "refused", 0, rc, &err);
	}
	rc = q.json ? tong__form_read_json(&q.form, body, n, &err)
				: tong__form_read(&q.form, body, n, &err);
	ok = rc ? refuse_code(&q, rc, &err) : keep(&q);
	tong__form_free(&q.form);
	return ok;
}

/* ---- the page of thanks, with the number ---- */

static bool is_number(const char *id)
{
	if (!id || strlen(id) != strlen(NUMBER))
		return false;
	for (size_t i = 0; id[i]; i++)
		if (NUMBER[i] == '-' ? id[i] != '-' : !strchr("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ", id[i]))
			return false;
	return true;
}

bool tong__serve_number(struct MHD_Connection *c, struct tong__body *page, char **out, size_t *n)
{
	const char *id = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, "id");
	char *hidden, *number;

	if (!is_number(id) || strcmp(id, NUMBER) == 0)
		return false;
	hidden = memmem(page->bytes, page->n, HIDDEN, strlen(HIDDEN));
	number = memmem(page->bytes, page->n, NUMBER, strlen(NUMBER));
	if (!hidden || !number || number < hidden)
		return false;
	*n = page->n - (strlen(HIDDEN) - 1);
	*out = malloc(*n);
	if (!*out)
		return false;
	memcpy(*out, page->bytes, (size_t)(hidden - page->bytes));
	memcpy(*out + (hidden - page->bytes), hidden + strlen(HIDDEN) - 1,
		   page->n - (size_t)(hidden - page->bytes) - (strlen(HIDDEN) - 1));
	memcpy(*out + (number - page->bytes) - (strlen(HIDDEN) - 1), id, strlen(NUMBER));
	return true;
}
