/* A release on a web server: the door to libcurl. */
#include <curl/curl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "agent/source.h"
#include "core/text.h"

#ifndef TONG_VERSION
#define TONG_VERSION "0.1.0"
#endif
#define MAX_URL       1024
#define MAX_HEADERS   65536 /* of one answer: endless headers are endless data too (P4) */
#define STALL_BYTES   16L   /* a second: one byte now and then does not keep a dead link alive */
#define STALL_SECONDS 30

struct http {
	CURL *curl;
	struct tong__source_options opt;
	char base[MAX_URL];
};

/* One request under way. */
struct request {
	struct http *h;
	const struct tong__get *get;
	const struct tong__source_count *count;
	char etag[136], modified[40], date[40], location[256], type[64];
	uint64_t first; /* first byte of a 206 answer */
	bool has_first;
	long status;
	size_t headers;
	uint64_t at; /* place in the file of the next byte */
	bool begun;
	int rc; /* a fault of ours or the sink's, told in err */
	tong_error *err;
};

static int http_open(void **state, const char *where, const struct tong__source_options *opt,
					 tong_error *err)
{
	const char *host = strstr(where, "://") + 3;
	size_t n = strlen(where), host_n = strcspn(host, "/?#");
	struct http *h;

	if (host_n == 0 || strpbrk(where, "?#") || strpbrk(where, " \t\r\n\\"))
		return tong__fail(err, TONG_E_USAGE, where, "not the URL of a folder");
	if (memchr(host, '@', host_n))
		return tong__fail(err, TONG_E_USAGE, NULL, "a source's URL must hold no name or password");
	if (n >= sizeof h->base)
		return tong__fail(err, TONG_E_LIMIT, where, "the URL is too long");
	h = calloc(1, sizeof *h);
	if (!h)
		return tong__fail_nomem(err);
	h->opt = *opt;
	memcpy(h->base, where, n + 1);
	while (n && h->base[n - 1] == '/')
		h->base[--n] = '\0';
	h->curl = curl_easy_init();
	if (!h->curl) {
		free(h);
		return tong__fail_nomem(err);
	}
	*state = h;
	return 0;
}

static void http_close(void *state)
{
	struct http *h = state;

	curl_easy_cleanup(h->curl);
	free(h);
}

/* base/name, every byte of the name that is not unreserved as %XX. */
static int url_of(const struct http *h, const char *name, struct tong__buf *out, tong_error *err)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";

	tong__buf_adds(out, h->base);
	tong__buf_addc(out, '/');
	for (; *name; name++) {
		if (strchr(plain, *name))
			tong__buf_addc(out, *name);
		else
			tong__buf_addf(out, "%%%02X", (unsigned char)*name);
	}
	return out->failed ? tong__fail(err, out->failed, h->base, "the URL is too long") : 0;
}

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

static size_t on_header(char *line, size_t size, size_t n, void *user)
{
	struct request *r = user;
	char range[64] = "";

	r->headers += size * n;
	if (r->headers > MAX_HEADERS) {
		r->rc = tong__fail(r->err, TONG_E_LIMIT, r->get->name, "more than %d bytes of headers",
						   MAX_HEADERS);
		return 0;
	}
	if (n > 5 && strncmp(line, "HTTP/", 5) == 0) /* a new answer: after 100 Continue, say */
		r->etag[0] = r->modified[0] = r->date[0] = r->location[0] = r->type[0] = '\0';
	header_value(line, n, "ETag", r->etag, sizeof r->etag);
	header_value(line, n, "Last-Modified", r->modified, sizeof r->modified);
	header_value(line, n, "Date", r->date, sizeof r->date);
	header_value(line, n, "Location", r->location, sizeof r->location);
	header_value(line, n, "Content-Type", r->type, sizeof r->type);
	header_value(line, n, "Content-Range", range, sizeof range);
	if (tong__starts(range, "bytes ")) {
		r->first = strtoull(range + 6, NULL, 10);
		r->has_first = true;
	}
	return size * n;
}

/* No file of a release is a web page: what looks like one is a log-in page of the network, or a
 * site's page for every address. */
static bool looks_like_page(const struct request *r, const char *p, size_t n)
{
	while (n && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++, n--;
	return (n >= 9 && strncasecmp(p, "<!doctype", 9) == 0) ||
		   (n >= 5 && strncasecmp(p, "<html", 5) == 0) ||
		   (strncasecmp(r->type, "text/html", 9) == 0 && n && *p == '<');
}

static int first_bytes(struct request *r, const char *p, size_t n)
{
	curl_easy_getinfo(r->h->curl, CURLINFO_RESPONSE_CODE, &r->status);
	if (r->status != 200 && r->status != 206)
		return 0;
	if (r->status == 200 && looks_like_page(r, p, n))
		return tong__fail(r->err, TONG_E_HTTP, r->h->base,
						  "%s: a web page came instead of data: "
						  "does this network want a log-in, or is the address of the source wrong?",
						  r->get->name);
	r->at = r->status == 206 ? r->get->offset : 0;
	if (r->status == 206 && (!r->has_first || r->first != r->get->offset))
		return tong__fail(r->err, TONG_E_HTTP, r->get->name,
						  "another range came than was asked for");
	r->begun = true;
	return r->get->sink->begin(r->get->sink->user, r->at, r->err);
}

static size_t on_body(char *p, size_t size, size_t n, void *user)
{
	struct request *r = user;

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
	return r->rc ? 0 : n;
}

static int on_progress(void *user, curl_off_t total, curl_off_t now, curl_off_t up_total,
					   curl_off_t up)
{
	struct request *r = user;
	const struct tong__source_options *o = &r->h->opt;
	uint64_t got = (uint64_t)now + r->headers;

	(void)up_total;
	(void)up;
	if (r->rc)
		return 1;
	if (o->budget && r->count->down + got > o->budget)
		r->rc = tong__fail(r->err, TONG_E_LIMIT, r->get->name,
						   "more than the %" PRIu64 " bytes this sync may fetch", o->budget);
	else if (!r->begun && now > (curl_off_t)MAX_HEADERS)
		r->rc = tong__fail(r->err, TONG_E_LIMIT, r->get->name, "an error page without end");
	else if (o->progress && o->progress(o->user, r->get->name, r->at,
										total > 0 ? r->at + (uint64_t)(total - now) : 0))
		r->rc = tong__fail(r->err, TONG_E_INTERRUPTED, r->get->name, "stopped");
	return r->rc != 0;
}

static void set_options(struct http *h, struct request *r, const char *url,
						struct curl_slist *headers)
{
	CURL *c = h->curl;
	long stall = h->opt.stall_seconds ? (long)h->opt.stall_seconds : STALL_SECONDS;

	curl_easy_reset(c); /* keeps the connection */
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	if (!h->opt.env_proxy)
		curl_easy_setopt(c, CURLOPT_PROXY, "");
	curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "tong/" TONG_VERSION);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, stall);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, STALL_BYTES);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, stall);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, r);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, r);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, on_progress);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, r);
}

static struct curl_slist *add_header(struct curl_slist *list, bool *failed, const char *name,
									 const char *value)
{
	char line[256];
	struct curl_slist *more;

	if (strlen(name) + strlen(value) >= sizeof line)
		return list;
	strcpy(line, name);
	strcat(line, value);
	more = curl_slist_append(list, line);
	if (!more)
		*failed = true;
	return more ? more : list;
}

static int request_headers(const struct tong__get *get, struct curl_slist **out, tong_error *err)
{
	const struct tong__validator *v = get->validator;
	struct tong__buf range;
	bool failed = false;

	*out = add_header(NULL, &failed,
					  "Accept:", ""); /* a header without value is not sent: 13 bytes less up */
	if (v && v->etag[0])
		*out = add_header(*out, &failed, "If-None-Match: ", v->etag);
	else if (v && v->modified[0])
		*out = add_header(*out, &failed, "If-Modified-Since: ", v->modified);
	if (get->offset) {
		tong__buf_init(&range, 64);
		tong__buf_addf(&range, "bytes=%" PRIu64 "-", get->offset);
		*out = add_header(*out, &failed, "Range: ", range.data ? range.data : "");
		tong__buf_free(&range);
	}
	return failed ? tong__fail_nomem(err) : 0;
}

static int link_fault(const struct request *r, CURLcode code, const char *text, bool *again)
{
	tong_error *err = r->err;
	int rc;

	switch (code) {
	case CURLE_OUT_OF_MEMORY:
		return tong__fail_nomem(err);
	case CURLE_OPERATION_TIMEDOUT:
		rc = tong__fail(err, TONG_E_TIMEOUT, r->h->base, "%s: too few bytes for too long: %s",
						r->get->name, text);
		*again = r->at > r->get->offset;
		break;
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
	case CURLE_GOT_NOTHING:
	case CURLE_PARTIAL_FILE:
	case CURLE_HTTP2_STREAM:
		*again = true;
		/* fall through */
	default:
		rc = tong__fail(err, TONG_E_NET, r->h->base, "%s: %s", r->get->name, text);
	}
	if (err)
		err->cause = (int)code;
	return rc;
}

static int status_fault(const struct request *r, bool *again)
{
	const struct tong__get *get = r->get;
	int rc;

	if (r->status == 404 || r->status == 410)
		return tong__fail(r->err, TONG_E_ABSENT, get->name, "%s does not have this file",
						  r->h->base);
	if (r->status >= 300 && r->status < 400)
		rc = tong__fail(r->err, TONG_E_HTTP, r->h->base,
						"%s: the server points to %s; redirects are not "
						"followed: name that address as the source, or log in to this network",
						get->name, r->location[0] ? r->location : "nowhere");
	else
		rc = tong__fail(r->err, TONG_E_HTTP, r->h->base, "%s: the server answered %ld", get->name,
						r->status);
	*again = r->status == 429 || r->status == 502 || r->status == 503 || r->status == 504;
	if (r->err)
		r->err->cause = (int)r->status;
	return rc;
}

/* A Last-Modified less than two seconds before the answer may still hide a second change (RFC
 * 9110, 8.8.2.2). */
static bool modified_is_strong(const struct request *r)
{
	time_t modified = curl_getdate(r->modified, NULL), date = curl_getdate(r->date, NULL);

	return modified != (time_t)-1 && date != (time_t)-1 && date - modified >= 2;
}

static int finish(struct request *r, CURLcode code, const char *text, bool *again)
{
	struct tong__validator *v = r->get->validator;

	if (r->rc)
		return r->rc;
	if (code != CURLE_OK)
		return link_fault(r, code, text, again);
	if (r->status == 304 && v) {
		v->same = true;
		return 0;
	}
	if (r->status != 200 && !(r->status == 206 && r->get->offset))
		return status_fault(r, again);
	if (!r->begun) /* an empty file */
		r->rc = r->get->sink->begin(r->get->sink->user, 0, r->err);
	if (v) {
		memcpy(v->etag, r->etag, sizeof v->etag);
		memset(v->modified, 0, sizeof v->modified);
		if (modified_is_strong(r))
			memcpy(v->modified, r->modified, sizeof v->modified);
	}
	return r->rc;
}

static void count_bytes(CURL *c, struct tong__source_count *count)
{
	curl_off_t body = 0;
	long headers = 0, sent = 0;

	curl_easy_getinfo(c, CURLINFO_SIZE_DOWNLOAD_T, &body);
	curl_easy_getinfo(c, CURLINFO_HEADER_SIZE, &headers);
	curl_easy_getinfo(c, CURLINFO_REQUEST_SIZE, &sent);
	count->requests++;
	count->down += (uint64_t)body + (uint64_t)headers;
	count->up += (uint64_t)sent;
}

static int http_get(void *state, const struct tong__get *get, struct tong__source_count *count,
					bool *again, tong_error *err)
{
	struct http *h = state;
	struct request r = { .h = h, .get = get, .count = count, .at = get->offset, .err = err };
	char text[CURL_ERROR_SIZE] = "";
	struct curl_slist *headers = NULL;
	struct tong__buf url;
	CURLcode code;
	int rc;

	*again = false;
	tong__buf_init(&url, MAX_URL + 1024);
	rc = url_of(h, get->name, &url, err);
	if (!rc)
		rc = request_headers(get, &headers, err);
	if (rc)
		goto out;
	set_options(h, &r, url.data, headers);
	curl_easy_setopt(h->curl, CURLOPT_ERRORBUFFER, text);
	code = curl_easy_perform(h->curl);
	curl_easy_getinfo(h->curl, CURLINFO_RESPONSE_CODE, &r.status);
	count_bytes(h->curl, count);
	rc = finish(&r, code, text[0] ? text : curl_easy_strerror(code), again);
	curl_easy_setopt(h->curl, CURLOPT_ERRORBUFFER, NULL);
out:
	curl_slist_free_all(headers);
	tong__buf_free(&url);
	if (rc && r.status == 416 && get->offset) {
		/* What we have is longer than what the server has: from the start. */
		struct tong__get whole = *get;

		whole.offset = 0;
		return http_get(state, &whole, count, again, err);
	}
	return rc;
}

const struct tong__source_kind tong__source_http = { "http://", http_open, http_get, http_close };
const struct tong__source_kind tong__source_https = { "https://", http_open, http_get, http_close };
