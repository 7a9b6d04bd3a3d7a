/* A release on a web server: asks for files, with what the operator set for the network. */
#include "agent/source_http.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "core/text.h"

#ifndef TONG_VERSION
#define TONG_VERSION "0.1.0"
#endif
#define STALL_BYTES   16L /* a second: one byte now and then does not keep a dead link alive */
#define STALL_SECONDS 30
#define MAX_WINDOW    65536 /* bytes under way, when there is a rate */

/* ---- life ---- */

static int http_open(void **state, const char *where, const struct tong__source_options *opt,
					 tong_error *err)
{
	const char *host = strstr(where, "://") + 3;
	size_t n = strlen(where), host_n = strcspn(host, "/?#");
	struct tong__http *h;

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
	struct tong__http *h = state;

	curl_easy_cleanup(h->curl);
	free(h);
}

/* ---- asking ---- */

/* base/name, every byte of the name that is not unreserved as %XX. */
static int url_of(const struct tong__http *h, const char *name, struct tong__buf *out,
				  tong_error *err)
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

/* What passes the wire and libcurl's own sums leave out: handshakes, a proxy's answers. */
static int on_wire(CURL *c, curl_infotype type, char *bytes, size_t n, void *user)
{
	struct tong__request *r = user;

	(void)c;
	(void)bytes;
	if (type == CURLINFO_HEADER_IN || type == CURLINFO_DATA_IN || type == CURLINFO_SSL_DATA_IN)
		r->down += n;
	else if (type != CURLINFO_TEXT)
		r->up += n;
	if (type == CURLINFO_HEADER_OUT)
		r->requests++;
	return 0;
}

static void set_callbacks(CURL *c, struct tong__request *r)
{
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, tong__http_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, r);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, tong__http_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, r);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, tong__http_progress);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, r);
	curl_easy_setopt(c, CURLOPT_DEBUGFUNCTION, on_wire);
	curl_easy_setopt(c, CURLOPT_DEBUGDATA, r);
	curl_easy_setopt(c, CURLOPT_VERBOSE, 1L); /* to the function above, not to stderr */
}

/* An own authority stands alone: the hundred of the system would only weaken it. */
static void set_tls(CURL *c, const struct tong__link *l)
{
	curl_easy_setopt(c, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	curl_easy_setopt(c, CURLOPT_KEYPASSWD, ""); /* a locked key fails; nobody is asked */
	if (!l)
		return;
	if (l->ca_file) {
		curl_easy_setopt(c, CURLOPT_CAINFO, l->ca_file);
		curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	}
	if (l->cert_file) {
		curl_easy_setopt(c, CURLOPT_SSLCERT, l->cert_file);
		curl_easy_setopt(c, CURLOPT_SSLKEY, l->key_file ? l->key_file : l->cert_file);
	}
}

static void set_proxy(CURL *c, const struct tong__link *l)
{
	const char *proxy = l ? l->proxy : NULL;

	if (proxy && strcmp(proxy, "env") == 0)
		proxy = NULL; /* libcurl then looks at http_proxy and its family */
	else if (!proxy)
		proxy = "";
	if (proxy) {
		curl_easy_setopt(c, CURLOPT_PROXY, proxy);
		curl_easy_setopt(c, CURLOPT_NOPROXY, "");
	}
	curl_easy_setopt(c, CURLOPT_PROXYAUTH, (long)CURLAUTH_ANY);
	curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
}

/* A small window: else the kernel takes a whole file at full speed while we wait. */
static int on_socket(void *user, curl_socket_t fd, curlsocktype purpose)
{
	const uint64_t *rate = user;
	int window = *rate < 2 * MAX_WINDOW ? (int)(*rate / 2) : MAX_WINDOW;

	(void)purpose;
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &window, sizeof window);
	return CURL_SOCKOPT_OK;
}

/* In small bites, each waited for (tong__http_body). libcurl's own limit begins anew with every
 * file. */
static void set_rate(CURL *c, struct tong__link *l)
{
	if (!l || !l->rate)
		return;
	curl_easy_setopt(c, CURLOPT_BUFFERSIZE, l->rate < 65536 ? 1024L : 16384L);
	curl_easy_setopt(c, CURLOPT_SOCKOPTFUNCTION, on_socket);
	curl_easy_setopt(c, CURLOPT_SOCKOPTDATA, &l->rate);
}

static void set_options(struct tong__request *r, const char *url, struct curl_slist *headers)
{
	const struct tong__source_options *o = &r->h->opt;
	CURL *c = r->h->curl;
	long stall = o->stall_seconds ? (long)o->stall_seconds : STALL_SECONDS;

	curl_easy_reset(c); /* keeps the connection */
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(c, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "tong/" TONG_VERSION);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, stall);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, STALL_BYTES);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, stall);
	if (r->get->post_type) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, r->get->post.p);
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->get->post.n);
	}
	set_proxy(c, o->link);
	set_tls(c, o->link);
	set_rate(c, o->link);
	if (r->packed)
		curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING,
						 curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_ZSTD
							 ? "zstd, gzip"
							 : "gzip");
	set_callbacks(c, r);
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
	if (get->post_type) {
		*out = add_header(*out, &failed, "Content-Type: ", get->post_type);
		*out = add_header(*out, &failed, "Expect:", ""); /* 100 Continue costs a round trip */
	}
	if (get->offset || get->until) {
		tong__buf_init(&range, 64);
		tong__buf_addf(&range, "bytes=%" PRIu64 "-", get->offset);
		if (get->until)
			tong__buf_addf(&range, "%" PRIu64, get->until - 1);
		*out = add_header(*out, &failed, "Range: ", range.data ? range.data : "");
		tong__buf_free(&range);
	}
	return failed ? tong__fail_nomem(err) : 0;
}

static void count(struct tong__request *r, struct tong__source_count *sum)
{
	sum->requests += r->requests;
	sum->down += r->down;
	sum->up += r->up;
	tong__link_spend(r->h->opt.link, r->down + r->up);
}

static int perform(struct tong__request *r, const char *url, struct curl_slist *headers,
				   struct tong__source_count *sum, struct tong__retry *again)
{
	CURL *c = r->h->curl;
	char text[CURL_ERROR_SIZE] = "";
	CURLcode code;
	int rc;

	set_options(r, url, headers);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, text);
	code = curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &r->status);
	count(r, sum);
	rc = tong__http_finish(r, code, text[0] ? text : curl_easy_strerror(code), again);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, NULL);
	return rc;
}

static int http_get(void *state, const struct tong__get *get, struct tong__source_count *sum,
					struct tong__retry *again, tong_error *err)
{
	struct tong__http *h = state;
	/* Changesets and heads are packed already; and a file that goes on where it broke off comes as
	 * it is. */
	struct tong__request r = { .h = h,
							   .get = get,
							   .count = sum,
							   .packed = tong__ends(get->name, ".json") && !get->offset,
							   .at = get->offset,
							   .err = err };
	struct curl_slist *headers = NULL;
	struct tong__buf url;
	int rc;

	tong__buf_init(&url, TONG_HTTP_URL + 1024);
	rc = url_of(h, get->name, &url, err);
	if (!rc)
		rc = request_headers(get, &headers, err);
	if (!rc)
		rc = tong__link_may(h->opt.link, 0, err);
	if (!rc)
		rc = perform(&r, url.data, headers, sum, again);
	curl_slist_free_all(headers);
	tong__buf_free(&url);
	if (rc && r.status == 416 && get->offset) {
		/* What we have is longer than what the server has: from the start. */
		struct tong__get whole = *get;

		whole.offset = 0;
		return http_get(state, &whole, sum, again, err);
	}
	return rc;
}

const struct tong__source_kind tong__source_http = { "http://", http_open, http_get, http_close,
													true };
const struct tong__source_kind tong__source_https = { "https://", http_open, http_get, http_close,
													 true };
