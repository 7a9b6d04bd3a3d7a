/* One request to a web server under way; shared by source_http.c, which asks, and
 * source_http_answer.c, which judges what comes. */
#ifndef TONG_AGENT_SOURCE_HTTP_H
#define TONG_AGENT_SOURCE_HTTP_H

#include <curl/curl.h>

#include "agent/link.h"
#include "agent/source.h"

#define TONG_HTTP_URL 1024

struct tong__http {
	CURL *curl;
	struct tong__source_options opt;
	char base[TONG_HTTP_URL]; /* without the last slash */
};

struct tong__request {
	struct tong__http *h;
	const struct tong__get *get;
	const struct tong__source_count *count;
	bool packed; /* gzip or zstd was offered */
	char etag[136], modified[40], date[40], age[16], location[256], type[64], encoding[32],
		retry[40];
	uint64_t first; /* first byte of a 206 answer */
	bool has_first;
	long status;
	size_t headers;              /* bytes of one answer's */
	uint64_t down, up, requests; /* on the wire: handshakes and a proxy's answers with it */
	uint64_t at;                 /* place in the file of the next byte */
	bool begun;
	int rc; /* a fault of ours or the sink's, told in err */
	tong_error *err;
};

/* Callbacks of libcurl; 'user' is the request. */
size_t tong__http_header(char *line, size_t size, size_t n, void *user);
size_t tong__http_body(char *bytes, size_t size, size_t n, void *user);
int tong__http_progress(void *user, curl_off_t total, curl_off_t now, curl_off_t up_total,
						curl_off_t up);
/* The end of a request: what it came to, and whether and when to ask again. */
int tong__http_finish(struct tong__request *, CURLcode, const char *text, struct tong__retry *);

#endif
