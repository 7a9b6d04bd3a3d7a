/* The node's web server: pages, conditional requests, errors, the API, and a release that changes
 * while it serves. */
#include "agent/serve.h"
#include "agent/serve_cache.h"
#include "agent/serve_press.h"
#include "tests/unit/agent_http.h"
#include "tests/unit/agent_node.h"

#include <dirent.h>
#include <poll.h>
#include <time.h>

#define ITEM "511A0138000000"

static struct province p;
static tong_agent *a, *b;
static struct tong__serve *server;
static unsigned port;

static void begin(const char *name)
{
	char dir[64], address[64];
	tong_error err = TONG_ERROR_INIT;

	p_new(&p, name);
	p_put(&p, "site", "template/404", "{\"text\":\"<p>none</p>\\n\"}");
	p_release(&p);
	snprintf(dir, sizeof dir, "%s-node", name);
	p_node(&p, dir, &a);
	p_open(&b, p_node_dir(dir));
	CHECK_ALIVE();
	CHECK_INT(tong__serve_start(&server, b,
								&(struct tong__serve_options){ .listen = "127.0.0.1:0" },
								address, sizeof address, &err), 0);
	port = (unsigned)atoi(strrchr(address, ':') + 1);
	CHECK(port > 0);
}

static void end(void)
{
	tong__serve_stop(server);
	tong_agent_close(a);
	tong_agent_close(b);
	p_free(&p);
}

static bool gives(const char *line, const char *headers, const char *status, const char *part)
{
	const char *answer = h_ask(port, line, headers);
	bool good = strncmp(answer, "HTTP/1.1 ", 9) == 0 && strncmp(answer + 9, status, 3) == 0 &&
				(!part || strstr(answer, part));

	if (!good)
		printf("%s: %s\n", line, answer);
	return good;
}

static void before_the_first_sync_it_says_so(void)
{
	begin("nothing");
	CHECK_ALIVE();
	CHECK(gives("GET /healthz", "", "200", "ok\n"));
	CHECK(gives("GET /readyz", "", "503", "not ready: nothing is held yet; run tong-agent sync"));
	CHECK(gives("GET /static/style.css", "", "503", "tong-agent sync"));
	CHECK(gives("GET /api/v1/status", "", "200", "\"release\":0"));
	CHECK(gives("GET /api/v1/items/" ITEM, "", "404", "TONG_E_NOTFOUND"));
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK(gives("GET /readyz", "", "200", "ready: release 1, current\n"));
	end();
}

static void pages_with_tags(void)
{
	char tag[64] = "If-None-Match: ";
	const char *etag;

	begin("tags");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK(gives("GET /static/style.css", "", "200", "\r\n\r\nbody{}"));
	CHECK(gives("GET /static/style.css?v=12", "", "200", "body{}"));
	CHECK(gives("GET /static/style.css", "", "200", "Content-Security-Policy: default-src 'none'"));
	CHECK(gives("GET /static/style.css", "", "200", "X-Content-Type-Options: nosniff"));
	CHECK(gives("HEAD /static/style.css", "", "200", "Content-Length: 6\r\n"));
	CHECK(!strstr(h_ask(port, "HEAD /static/style.css", ""), "body{}"));
	etag = strstr(h_ask(port, "GET /static/style.css", ""), "ETag: ");
	CHECK(etag != NULL);
	strncat(tag, etag + 6, strcspn(etag + 6, "\r"));
	strcat(tag, "\r\n");
	CHECK(gives("GET /static/style.css", tag, "304", "ETag: "));
	CHECK(gives("GET /static/style.css", "If-None-Match: \"other\"\r\n", "200", "body{}"));
	CHECK(gives("GET /static/style.css", "If-None-Match: *\r\n", "304", NULL));
	end();
}

static void parts_of_a_page(void)
{
	begin("parts");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK(gives("GET /static/style.css", "", "200", "Accept-Ranges: bytes\r\n"));
	CHECK(gives("GET /static/style.css", "Range: bytes=1-3\r\n", "206",
				"Content-Range: bytes 1-3/6\r\n"));
	CHECK(gives("GET /static/style.css", "Range: bytes=1-3\r\n", "206", "\r\n\r\nody"));
	CHECK(gives("GET /static/style.css", "Range: bytes=-2\r\nAccept-Encoding: br\r\n", "206",
				"\r\n\r\n{}"));
	CHECK(gives("GET /static/style.css", "Range: bytes=6-\r\n", "416",
				"Content-Range: bytes */6\r\n"));
	CHECK(!strstr(h_ask(port, "GET /static/style.css", "Range: bytes=6-\r\n"), "ETag: "));
	CHECK(gives("GET /static/style.css", "Range: bytes=1-3\r\nIf-Range: \"x\"\r\n", "200",
				"\r\n\r\nbody{}"));
	CHECK(gives("HEAD /static/style.css", "Range: bytes=1-3\r\n", "200",
				"Content-Length: 6\r\n"));
	CHECK(gives("GET /nope/", "Range: bytes=1-3\r\n", "404", "<p>none</p>"));
	end();
}

/* The tag of an answer, as it stands in its head; yours until the next. */
static const char *tag_in(const char *coding)
{
	static char tag[64];
	char ask[64], *at;

	snprintf(ask, sizeof ask, "Accept-Encoding: %s\r\n", coding);
	at = strstr(h_ask(port, "GET /static/style.css", ask), "ETag: ");
	snprintf(tag, sizeof tag, "%.*s", at ? (int)strcspn(at + 6, "\r") : 0, at ? at + 6 : "");
	return tag;
}

/* One that has the page in another coding has other bytes: its tag is not this page's. */
static void each_coding_has_a_tag(void)
{
	char tags[TONG_N_CODINGS][64], have[400];

	for (int i = 0; i < TONG_N_CODINGS; i++) {
		snprintf(tags[i], sizeof tags[i], "%s", tag_in(tong__coding_names[i]));
		CHECK(tags[i][0] == '"');
		for (int k = 0; k < i; k++)
			CHECK(strcmp(tags[i], tags[k]) != 0);
	}
	for (int i = 0; i < TONG_N_CODINGS; i++)
		for (int k = 0; k < TONG_N_CODINGS; k++) {
			snprintf(have, sizeof have, "If-None-Match: %s\r\nAccept-Encoding: %s\r\n", tags[k],
					 tong__coding_names[i]);
			CHECK(gives("GET /static/style.css", have, i == k ? "304" : "200", NULL));
		}
}

static void codings_that_the_browser_takes(void)
{
	const char *vary = "Vary: Accept-Encoding\r\n";
	char text[3000], ask[64], says[64];

	begin("codings");
	CHECK_ALIVE();
	snprintf(text, sizeof text, "{\"type\":\"text/css\",\"text\":\"%0*d\"}", 2000, 0);
	p_put(&p, "site", "asset/style.css", text);
	p_release(&p);
	p_sync(a, "TONG_OK", "full", NULL);
	for (int again = 0; again < 2; again++) { /* made, and kept */
		for (enum tong__coding c = TONG_GZIP; c < TONG_N_CODINGS; c++) {
			snprintf(ask, sizeof ask, "Accept-Encoding: %s\r\n", tong__coding_names[c]);
			snprintf(says, sizeof says, "Content-Encoding: %s\r\n", tong__coding_names[c]);
			CHECK(gives("GET /static/style.css", ask, "200", says));
			CHECK(gives("GET /static/style.css", ask, "200", vary));
			CHECK(gives("HEAD /static/style.css", ask, "200", says));
		}
		CHECK(gives("GET /static/style.css", "", "200", "\r\n\r\n0000"));
		CHECK(gives("GET /static/style.css", "", "200", vary));
		CHECK(!strstr(h_ask(port, "GET /static/style.css", ""), "Content-Encoding"));
		CHECK(gives("GET /static/style.css", "Accept-Encoding: deflate, *;q=0\r\n", "406",
					"br, gzip"));
	}
	each_coding_has_a_tag();
	CHECK(gives("GET /api/v1/status", "Accept-Encoding: gzip\r\n", "200",
				"Content-Encoding: gzip\r\n"));
	end();
}

/* An address with the version of what is there may be kept for ever; one with another may not. */
static void a_versioned_asset_may_be_kept(void)
{
	static const char sum[] = "7c98040a"; /* sha256sum of "body{}" */
	char line[64];

	begin("versions");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	snprintf(line, sizeof line, "GET /static/style.css?v=%s", sum);
	CHECK(gives(line, "", "200", "Cache-Control: public, max-age=31536000, immutable\r\n"));
	CHECK(!strstr(h_ask(port, line, ""), "no-cache"));
	CHECK(gives("GET /static/style.css?v=00000000", "", "200", "Cache-Control: no-cache\r\n"));
	end();
}

/* The code of a portal is answered with the way to the item, for programs too. */
static void other_codes_lead_on(void)
{
	begin("moved");
	CHECK_ALIVE();
	p_put(&p, "site", "template/alias",
		  "{\"text\":\"<meta http-equiv=\\\"refresh\\\" content=\\\"0; "
		  "url={{redirect_root}}{{u:redirect}}/\\\">\\n\"}");
	p_release(&p);
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK(gives("GET /items/511Z07001006/", "", "301",
				"Location: ../../items/511A0007700001/\r\n"));
	CHECK(gives("GET /items/511Z07001006/", "If-None-Match: *\r\n", "301", NULL));
	CHECK(gives("GET /items/511Z07001006", "", "301", "Location: ./511Z07001006/\r\n"));
	CHECK(gives("GET /static/style.css", "", "200", NULL));
	end();
}

static void what_is_not_there(void)
{
	begin("none");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK(gives("GET /nope/", "", "404", "<p>none</p>"));
	CHECK(gives("GET /nope", "", "404", "<p>none</p>"));
	CHECK(gives("GET /../../etc/passwd", "", "404", "<p>none</p>"));
	CHECK(gives("GET /%2e%2e/x", "", "404", "<p>none</p>"));
	CHECK(gives("POST /", "Content-Length: 3\r\n\r\nabc", "405", "Allow: GET, HEAD, OPTIONS"));
	CHECK(gives("DELETE /x", "", "405", NULL));
	end();
}

static void the_api_answers(void)
{
	begin("api");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK(gives("GET /api/v1/items/" ITEM, "", "200", "居民身份证办理"));
	CHECK(gives("GET /api/v1/items/" ITEM "/history", "", "200", "首次收录"));
	CHECK(gives("GET /api/v1/items/" ITEM "/check/2222-2222", "", "200", "\"match\":false"));
	CHECK(gives("GET /api/v1/items/" ITEM "/check/2", "", "400", "TONG_E_USAGE"));
	CHECK(gives("GET /api/v1/regions/511602/items/" ITEM, "", "200", "户籍窗口身份证换领"));
	CHECK(gives("GET /api/v1/regions/510104/items/" ITEM, "", "404", "TONG_E_NOTFOUND"));
	CHECK(gives("GET /api/v1/search?q=%E8%BA%AB%E4%BB%BD%E8%AF%81&region=511602", "", "200",
				"\"listed\":true"));
	CHECK(gives("GET /api/v1/search?q=%E8%BA%AB%E4%BB%BD&limit=1", "", "200", "\"way\":\"words\""));
	CHECK(gives("GET /api/v1/search", "", "400", "TONG_E_USAGE"));
	CHECK(gives("GET /api/v1/nothing", "", "404", "TONG_E_NOTFOUND"));
	CHECK(gives("GET /api/v1/status", "", "200", "\"current\":"));
	end();
}

/* The server looks for a new release at most every 10 ms. */
static void noticed(void)
{
	nanosleep(&(struct timespec){ 0, 30000000 }, NULL);
}

static void a_new_release_is_noticed(void)
{
	begin("switch");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK(gives("GET /static/style.css", "", "200", "body{}"));
	p_put(&p, "site", "asset/style.css", "{\"type\":\"text/css\",\"text\":\"p{}\"}");
	p_release(&p);
	p_sync(a, "TONG_OK", "head", NULL);
	noticed();
	CHECK(gives("GET /static/style.css", "", "200", "\r\n\r\np{}"));
	CHECK_INT(tong_agent_rollback(a, NULL), 0);
	noticed();
	CHECK(gives("GET /static/style.css", "", "200", "body{}"));
	end();
}

static int open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* Says what is too much, then goes on for longer than the answer takes: is it heard out, and does
 * the answer come with a clean end? */
static bool is_refused_in_peace(const char *begins, const char *status)
{
	static char more[20000], answer[1000];
	int fd = h_connect(port);
	struct pollfd comes = { .fd = fd, .events = POLLIN };
	bool good = send(fd, begins, strlen(begins), MSG_NOSIGNAL) > 0;
	ssize_t n;

	memset(more, 'x', sizeof more);
	good = good && send(fd, more, sizeof more, MSG_NOSIGNAL) == sizeof more;
	good = poll(&comes, 1, 5000) == 1 && good;
	for (int i = 0; i < 5; i++) {
		usleep(20000);
		good = good && send(fd, more, sizeof more, MSG_NOSIGNAL) == sizeof more;
	}
	n = recv(fd, answer, sizeof answer - 1, 0);
	good = good && n > 12 && strncmp(answer + 9, status, 3) == 0;
	while (n > 0)
		n = recv(fd, answer, sizeof answer, 0);
	close(fd);
	return good && n == 0;
}

static void who_says_too_much_learns_why(void)
{
	int before;

	begin("refusal");
	before = open_files();
	CHECK(is_refused_in_peace("GET /healthz HTTP/1.1\r\nHost: x\r\nA: ", "431"));
	CHECK(is_refused_in_peace("GET /", "414"));
	CHECK(is_refused_in_peace("GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n", "413"));
	CHECK(is_refused_in_peace("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n", "405"));
	for (int i = 0; i < 100 && open_files() > before; i++)
		usleep(20000);
	CHECK_INT(open_files(), before); /* when they have ended, nothing is kept for them */
	end();
}

static bool kept(struct tong__serve_cache *c, const char *url, enum tong__coding coding)
{
	struct tong__body *k = tong__serve_cache_get(c, url, coding);

	tong__body_drop(k);
	return k != NULL;
}

static void the_cache_is_bounded_and_keeps_what_is_asked_for(void)
{
	struct tong__serve_cache *c = tong__serve_cache_new(20000);
	struct tong__cache_counts counts;
	struct tong__body *p1, *large;
	char page[10000], url[32];
	int n = 0;

	memset(page, 'x', sizeof page);
	p1 = tong__body_new(page, 1000, "text/html", NULL);
	large = tong__body_new(page, sizeof page, "text/html", NULL);
	tong__serve_cache_put(c, "/asked/", TONG_GZIP, p1);
	CHECK(!kept(c, "/asked/", TONG_PLAIN)); /* another coding is another page */
	for (int i = 0; i < 500; i++) {
		CHECK(kept(c, "/asked/", TONG_GZIP));
		snprintf(url, sizeof url, "/walk/%d/", i);
		CHECK(!kept(c, url, i % TONG_N_CODINGS));
		tong__serve_cache_put(c, url, i % TONG_N_CODINGS, p1);
	}
	for (int i = 0; i < 500; i++) {
		snprintf(url, sizeof url, "/walk/%d/", i);
		n += kept(c, url, i % TONG_N_CODINGS);
	}
	CHECK(n >= 10 && n <= 20);
	tong__serve_cache_counts(c, &counts);
	CHECK(counts.bytes <= 20000 && counts.pages == (size_t)n + 1);
	CHECK_INT(counts.evicted, 500 - n);
	tong__serve_cache_put(c, "/large/", TONG_PLAIN, large); /* more than its share: not kept */
	CHECK(!kept(c, "/large/", TONG_PLAIN));
	tong__serve_cache_clear(c);
	CHECK(!kept(c, "/asked/", TONG_GZIP));
	tong__serve_cache_counts(c, &counts);
	CHECK_INT(counts.bytes, 0);
	tong__serve_cache_free(c);
	CHECK_INT(p1->holders, 1);
	tong__body_drop(p1);
	tong__body_drop(large);
}

/* Pages of yesterday, asked for often, make room for those that everybody asks for today. */
static void another_crowd_takes_over(void)
{
	struct tong__serve_cache *c = tong__serve_cache_new(100000);
	struct tong__body *k;
	char page[1000], url[32];
	int hits = 0;

	memset(page, 'x', sizeof page);
	k = tong__body_new(page, sizeof page, "text/html", NULL);
	for (int i = 0; i < 160; i++) {
		snprintf(url, sizeof url, "/yesterday/%d/", i % 80);
		if (!kept(c, url, TONG_GZIP))
			tong__serve_cache_put(c, url, TONG_GZIP, k);
	}
	for (int i = 0; i < 70 * 20; i++) {
		snprintf(url, sizeof url, "/today/%d/", i % 70);
		if (kept(c, url, TONG_PLAIN))
			hits += i >= 70 * 10;
		else
			tong__serve_cache_put(c, url, TONG_PLAIN, k);
	}
	CHECK_INT(hits, 70 * 10);
	tong__body_drop(k);
	tong__serve_cache_free(c);
}

/* An answer under way keeps its page when the cache forgets it. */
static void a_page_lives_as_long_as_somebody_holds_it(void)
{
	struct tong__serve_cache *c = tong__serve_cache_new(20000);
	struct tong__body *k = tong__body_new("page", 4, "text/html", "../to/"), *held;

	tong__serve_cache_put(c, "/x/", TONG_PLAIN, k);
	tong__body_drop(k);
	held = tong__serve_cache_get(c, "/x/", TONG_PLAIN);
	tong__serve_cache_free(c);
	CHECK_MEM(held->bytes, "page", 4);
	CHECK_STR(held->to, "../to/");
	tong__body_drop(held);
}

static void only_what_gains_is_pressed(void)
{
	struct tong__press *press = tong__press_new();
	char text[2000];
	struct {
		const char *type, *to;
		size_t n;
		bool gains;
	} cases[] = { { "text/html; charset=utf-8", NULL, sizeof text, true },
				  { "image/svg+xml", NULL, sizeof text, true },
				  { "application/json", NULL, sizeof text, true },
				  { "image/png", NULL, sizeof text, false },
				  { "text/html; charset=utf-8", "../x/", sizeof text, false },
				  { "text/html; charset=utf-8", NULL, 100, false } };

	memset(text, 'x', sizeof text);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tong__body *k = tong__body_new(text, cases[i].n, cases[i].type, cases[i].to);

		for (enum tong__coding c = TONG_GZIP; c < TONG_N_CODINGS; c++) {
			struct tong__body *made = tong__press(press, k, c);

			CHECK_INT(made->coding, cases[i].gains ? c : TONG_PLAIN);
			CHECK((made->n < k->n) == cases[i].gains);
			CHECK((strcmp(made->etag, k->etag) != 0) == cases[i].gains);
			CHECK_STR(made->version, k->version);
			tong__body_drop(made);
		}
		tong__body_drop(k);
	}
	tong__press_free(press);
}

static void refuses_odd_addresses(void)
{
	static const char *const bad[] = { "", "8511", "127.0.0.1", "host.example:80",
									   "127.0.0.1:99999x" };
	tong_error err = TONG_ERROR_INIT;
	char address[64];

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_STR(tong_code_name(
					  tong__serve_start(&server, NULL,
									 &(struct tong__serve_options){ .listen = bad[i] }, address,
									 sizeof address, &err)),
				  "TONG_E_USAGE");
}

int main(void)
{
	RUN(before_the_first_sync_it_says_so);
	RUN(pages_with_tags);
	RUN(other_codes_lead_on);
	RUN(what_is_not_there);
	RUN(the_api_answers);
	RUN(a_new_release_is_noticed);
	RUN(a_versioned_asset_may_be_kept);
	RUN(parts_of_a_page);
	RUN(codings_that_the_browser_takes);
	RUN(who_says_too_much_learns_why);
	RUN(the_cache_is_bounded_and_keeps_what_is_asked_for);
	RUN(another_crowd_takes_over);
	RUN(a_page_lives_as_long_as_somebody_holds_it);
	RUN(only_what_gains_is_pressed);
	RUN(refuses_odd_addresses);
	return tong_test_done();
}
