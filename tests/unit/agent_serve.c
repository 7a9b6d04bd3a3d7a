/* The node's web server: pages, conditional requests, errors, the API, and a release that changes
 * while it serves. */
#include "agent/serve.h"
#include "tests/unit/agent_http.h"
#include "tests/unit/agent_node.h"

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
	CHECK_INT(tong__serve_start(&server, b, "127.0.0.1:0", address, sizeof address, &err), 0);
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
	CHECK(gives("GET /healthz", "", "503", "tong-agent sync"));
	CHECK(gives("GET /static/style.css", "", "503", "tong-agent sync"));
	CHECK(gives("GET /api/v1/status", "", "200", "\"release\":0"));
	CHECK(gives("GET /api/v1/items/" ITEM, "", "404", "TONG_E_NOTFOUND"));
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK(gives("GET /healthz", "", "200", "ok\n"));
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
	CHECK(gives("POST /", "Content-Length: 3\r\n\r\nabc", "405", "Allow: GET, HEAD"));
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

static void a_new_release_is_noticed(void)
{
	begin("switch");
	CHECK_ALIVE();
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK(gives("GET /static/style.css", "", "200", "body{}"));
	p_put(&p, "site", "asset/style.css", "{\"type\":\"text/css\",\"text\":\"p{}\"}");
	p_release(&p);
	p_sync(a, "TONG_OK", "head", NULL);
	CHECK(gives("GET /static/style.css", "", "200", "\r\n\r\np{}"));
	CHECK_INT(tong_agent_rollback(a, NULL), 0);
	CHECK(gives("GET /static/style.css", "", "200", "body{}"));
	end();
}

static void the_cache_is_bounded_and_keeps_what_is_asked_for(void)
{
	struct tong__serve_cache *c = tong__serve_cache_new(20000);
	char page[1000], url[32];
	struct tong__page_kept p1 = { page, "text/html", sizeof page, "\"t\"" };
	int kept = 0;

	memset(page, 'x', sizeof page);
	tong__serve_cache_put(c, "/asked/", &p1);
	for (int i = 0; i < 500; i++) {
		CHECK(tong__serve_cache_get(c, "/asked/") != NULL);
		snprintf(url, sizeof url, "/walk/%d/", i);
		CHECK(tong__serve_cache_get(c, url) == NULL);
		tong__serve_cache_put(c, url, &p1);
	}
	for (int i = 0; i < 500; i++) {
		snprintf(url, sizeof url, "/walk/%d/", i);
		kept += tong__serve_cache_get(c, url) != NULL;
	}
	CHECK(kept >= 10 && kept <= 20);
	CHECK_MEM(tong__serve_cache_get(c, "/asked/")->bytes, page, sizeof page);
	p1.n = 10000; /* more than its share: not kept, and never read */
	tong__serve_cache_put(c, "/large/", &p1);
	CHECK(tong__serve_cache_get(c, "/large/") == NULL);
	tong__serve_cache_clear(c);
	CHECK(tong__serve_cache_get(c, "/asked/") == NULL);
	tong__serve_cache_put(c, "/asked/", &(struct tong__page_kept){ "", "text/html", 0, "" });
	CHECK_INT(tong__serve_cache_get(c, "/asked/")->n, 0);
	tong__serve_cache_free(c);
}

static void refuses_odd_addresses(void)
{
	static const char *const bad[] = { "", "8511", "127.0.0.1", "host.example:80",
									   "127.0.0.1:99999x" };
	tong_error err = TONG_ERROR_INIT;
	char address[64];

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_STR(tong_code_name(
					  tong__serve_start(&server, NULL, bad[i], address, sizeof address, &err)),
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
	RUN(the_cache_is_bounded_and_keeps_what_is_asked_for);
	RUN(refuses_odd_addresses);
	return tong_test_done();
}
