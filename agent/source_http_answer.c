/* What a web server answers: told apart, bounded while it comes, and named when it is wrong. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "agent/source_http.h"
#include "core/text.h"

#define MAX_HEADERS 65536 /* of one answer: endless headers are endless data too (P4) */

/* ---- headers ---- */

/* Copies a header's value when the line is that header. */
static void header_value(const char *line, size_t n, const char *name, char *out, size_t max)
{
	size_t k = strlen(name);

	if (n <= k || strncasecmp(line, name, k) != 0 || line[k] != ':')
		return;
	for (k++; k < n && (line[k] == ' ' || line[k] == '\t'); k++)
		;
	while (n > k && (line[n - 1] == '\r' || line[n - 1] == '\n' || line[n - 1] == ' '))
		n--;
	if (n - k >= max)
		return; /* a validator that does not fit is not told back */
	memcpy(out, line + k, n - k);
	out[n - k] = '\0';
}

/* A new answer: after 100 Continue, or after a proxy that wanted a name first. */
static void forget_headers(struct tong__request *r)
{
	r->headers = 0;
	r->etag[0] = r->modified[0] = r->date[0] = r->age[0] = r->location[0] = '\0';
	r->type[0] = r->encoding[0] = r->retry[0] = '\0';
	r->has_first = false;
}

size_t tong__http_header(char *line, size_t size, size_t n, void *user)
{
	struct tong__request *r = user;
	char range[64] = "";

	if (n > 5 && strncmp(line, "HTTP/", 5) == 0)
		forget_headers(r);
	r->headers += size * n;
	if (r->headers > MAX_HEADERS) {
		r->rc = tong__fail(r->err, TONG_E_LIMIT, r->get->name, "more than %d bytes of headers",
						   MAX_HEADERS);
		return 0;
	}
	header_value(line, n, "ETag", r->etag, sizeof r->etag);
	header_value(line, n, "Last-Modified", r->modified, sizeof r->modified);
	header_value(line, n, "Date", r->date, sizeof r->date);
	header_value(line, n, "Age", r->age, sizeof r->age);
	header_value(line, n, "Location", r->location, sizeof r->location);
	header_value(line, n, "Content-Type", r->type, sizeof r->type);
	header_value(line, n, "Content-Encoding", r->encoding, sizeof r->encoding);
	header_value(line, n, "Retry-After", r->retry, sizeof r->retry);
	header_value(line, n, "Content-Range", range, sizeof range);
	if (tong__starts(range, "bytes ")) {
		r->first = strtoull(range + 6, NULL, 10);
		r->has_first = true;
	}
	return size * n;
}

/* ---- the body ---- */

/* No file of a release is a web page: what looks like one is a log-in page of the network, or a
 * site's page for every address. */
static bool looks_like_page(const struct tong__request *r, const char *p, size_t n)
{
	while (n && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++, n--;
	return (n >= 9 && strncasecmp(p, "<!doctype", 9) == 0) ||
		   (n >= 5 && strncasecmp(p, "<html", 5) == 0) ||
		   (strncasecmp(r->type, "text/html", 9) == 0 && n && *p == '<');
}

static int first_bytes(struct tong__request *r, const char *p, size_t n)
{
	curl_easy_getinfo(r->h->curl, CURLINFO_RESPONSE_CODE, &r->status);
	if (r->status != 200 && r->status != 206)
		return 0;
	if (r->status == 200 && looks_like_page(r, p, n))
		return tong__fail(r->err, TONG_E_HTTP, r->h->base,
						  "%s: a web page came instead of data: "
						  "does this network want a log-in, or is the address of the source wrong?",
						  r->get->name);
	if (!r->packed && r->encoding[0] && strcasecmp(r->encoding, "identity") != 0)
		return tong__fail(r->err, TONG_E_HTTP, r->h->base,
						  "%s: it came packed (%s) though nobody asked for that; the server must "
						  "send this file as it is",
						  r->get->name, r->encoding);
	r->at = r->status == 206 ? r->get->offset : 0;
	if (r->status == 206 && (!r->has_first || r->first != r->get->offset))
		return tong__fail(r->err, TONG_E_HTTP, r->get->name,
						  "another range came than was asked for");
	r->begun = true;
	return r->get->sink->begin(r->get->sink->user, r->at, r->err);
}

/* Keeps to the rate. What is left of a long wait is slept in slices: a host may want to stop. */
static void wait_for_rate(struct tong__request *r, size_t n)
{
	const struct tong__source_options *o = &r->h->opt;
	struct timespec slice = { 0, 50000000 };

	for (uint64_t ms = tong__link_wait(o->link, n); ms >= 50 && !r->rc; ms -= 50) {
		nanosleep(&slice, NULL);
		if (o->progress && o->progress(o->user, r->get->name, r->at, 0))
			r->rc = tong__fail(r->err, TONG_E_INTERRUPTED, r->get->name, "stopped");
	}
}

size_t tong__http_body(char *p, size_t size, size_t n, void *user)
{
	struct tong__request *r = user;

	n *= size;
	if (!r->begun && !r->rc)
		r->rc = first_bytes(r, p, n);
	if (r->rc)
		return 0;
	if (!r->begun)
		return n; /* the body of an error: read so that the connection can be used again */
	if (n > r->get->ceiling || r->at > r->get->ceiling - n)
		r->rc = tong__fail(r->err, TONG_E_LIMIT, r->get->name,
						   "more than the %" PRIu64 " bytes allowed here", r->get->ceiling);
	else
		r->rc = r->get->sink->write(r->get->sink->user, p, n, r->err);
	r->at += n;
	if (!r->rc)
		wait_for_rate(r, n);
	return r->rc ? 0 : n;
}

int tong__http_progress(void *user, curl_off_t total, curl_off_t now, curl_off_t up_total,
						curl_off_t up)
{
	struct tong__request *r = user;
	const struct tong__source_options *o = &r->h->opt;

	(void)up_total;
	(void)up;
	if (r->rc)
		return 1;
	if (o->budget && r->count->down + r->down > o->budget)
		r->rc = tong__fail(r->err, TONG_E_BUDGET, r->get->name,
						   "more than the %" PRIu64 " bytes this sync may fetch", o->budget);
	else if (!r->begun && now > (curl_off_t)MAX_HEADERS)
		r->rc = tong__fail(r->err, TONG_E_LIMIT, r->get->name, "an error page without end");
	else if (o->progress && o->progress(o->user, r->get->name, r->at,
										total > 0 ? r->at + (uint64_t)(total - now) : 0))
		r->rc = tong__fail(r->err, TONG_E_INTERRUPTED, r->get->name, "stopped");
	else
		r->rc = tong__link_may(o->link, r->down + r->up, r->err);
	return r->rc != 0;
}

/* ---- faults ---- */

/* TLS: what can be said better than libcurl does, which cannot know of the clock. */
static int tls_fault(const struct tong__request *r, const char *text)
{
	const char *hint = "";

	if (strstr(text, "expired") || strstr(text, "not yet valid"))
		hint = "; is this machine's clock right?";
	else if (strstr(text, "local issuer") || strstr(text, "self-signed"))
		hint = "; if the source has an authority of its own, name its certificate";
	return tong__fail(r->err, TONG_E_NET, r->h->base, "%s: %s%s", r->get->name, text, hint);
}

static int proxy_fault(const struct tong__request *r, long status)
{
	if (status == 407)
		return tong__fail(r->err, TONG_E_HTTP, r->h->base,
						  "%s: the proxy wants a name and a password, or others than these",
						  r->get->name);
	return tong__fail(r->err, TONG_E_HTTP, r->h->base, "%s: the proxy answered %ld", r->get->name,
					  status);
}

static int link_fault(const struct tong__request *r, CURLcode code, const char *text,
					  struct tong__retry *again)
{
	switch (code) {
	case CURLE_OUT_OF_MEMORY:
		return tong__fail_nomem(r->err);
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
		return tong__fail(r->err, TONG_E_USAGE, r->h->base, "%s", text);
	case CURLE_PEER_FAILED_VERIFICATION:
		return tls_fault(r, text);
	case CURLE_OPERATION_TIMEDOUT:
		again->wanted = r->at > r->get->offset;
		return tong__fail(r->err, TONG_E_TIMEOUT, r->h->base, "%s: too few bytes for too long: %s",
						  r->get->name, text);
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_HTTP2:
	case CURLE_HTTP2_STREAM:
		again->wanted = true;
		/* fall through */
	default:
		return tong__fail(r->err, TONG_E_NET, r->h->base, "%s: %s", r->get->name, text);
	}
}

static int status_fault(const struct tong__request *r, struct tong__retry *again)
{
	const struct tong__get *get = r->get;
	long s = r->status;

	if (s == 404 || s == 410)
		return tong__fail(r->err, TONG_E_ABSENT, get->name, "%s does not have this file",
						  r->h->base);
	if (s == 407)
		return proxy_fault(r, s);
	if (s == 511)
		return tong__fail(r->err, TONG_E_HTTP, r->h->base, "%s: this network wants a log-in",
						  get->name);
	if (s >= 300 && s < 400)
		return tong__fail(r->err, TONG_E_HTTP, r->h->base,
						  "%s: the server points to %s; redirects are not "
						  "followed: name that address as the source, or log in to this network",
						  get->name, r->location[0] ? r->location : "nowhere");
	again->wanted = s == 429 || s == 502 || s == 503 || s == 504;
	again->after = again->wanted ? strtoul(r->retry, NULL, 10) : 0;
	return tong__fail(r->err, TONG_E_HTTP, r->h->base, "%s: the server answered %ld", get->name, s);
}

static int with_cause(const struct tong__request *r, int rc, long cause)
{
	if (r->err)
		r->err->cause = (int)cause;
	return rc;
}

/* ---- the end ---- */

/* A Last-Modified less than two seconds before the answer may still hide a second change (RFC
 * 9110, 8.8.2.2). */
static bool modified_is_strong(const struct tong__request *r)
{
	time_t modified = curl_getdate(r->modified, NULL), date = curl_getdate(r->date, NULL);

	return modified != (time_t)-1 && date != (time_t)-1 && date - modified >= 2;
}

/* An answer from a cache has the date at which it was made, and says how long ago that was. */
static void hear_date(const struct tong__request *r)
{
	time_t date = curl_getdate(r->date, NULL);

	if (date != (time_t)-1)
		tong__link_heard(r->h->opt.link, (int64_t)date + (int64_t)strtoul(r->age, NULL, 10));
}

static void keep_validator(const struct tong__request *r, struct tong__validator *v)
{
	memcpy(v->etag, r->etag, sizeof v->etag);
	memset(v->modified, 0, sizeof v->modified);
	if (modified_is_strong(r))
		memcpy(v->modified, r->modified, sizeof v->modified);
}

int tong__http_finish(struct tong__request *r, CURLcode code, const char *text,
					  struct tong__retry *again)
{
	struct tong__validator *v = r->get->validator;
	long proxy = 0;

	hear_date(r);
	if (r->rc)
		return r->rc;
	curl_easy_getinfo(r->h->curl, CURLINFO_HTTP_CONNECTCODE, &proxy);
	if (code != CURLE_OK && proxy >= 300)
		return with_cause(r, proxy_fault(r, proxy), proxy);
	if (code != CURLE_OK)
		return with_cause(r, link_fault(r, code, text, again), code);
	if (r->status == 304 && v) {
		v->same = true;
		return 0;
	}
	if (r->status != 200 && !(r->status == 206 && r->get->offset))
		return with_cause(r, status_fault(r, again), r->status);
	if (!r->begun) /* an empty file */
		r->rc = r->get->sink->begin(r->get->sink->user, 0, r->err);
	if (v)
		keep_validator(r, v);
	return r->rc;
}
