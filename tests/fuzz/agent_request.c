/* Fuzzes requests to a node's web server: the input is what a client sends, over loopback, to the
 * server as it runs. */
#include <poll.h>
#include <stdint.h>

#include "agent/serve.h"
#include "agent/serve_head.h"
#include "core/text.h"
#include "tests/unit/agent_http.h"
#include "tests/unit/agent_node.h"
#include "tests/unit/site_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static unsigned port;

/* The look of the site as it lies in site/. */
static void put_look(struct province *p)
{
	static struct world w;

	world_site(&w);
	for (size_t i = 0; i < w.n; i++) {
		char *text = json_dumps(w.at[i].rec, JSON_COMPACT);

		p_put(p, w.at[i].layer, w.at[i].key, text);
		free(text);
	}
	world_free(&w);
}

/* A small province, a node that has synced and hands it on, its server. They live as long as the
 * process. */
static void start(void)
{
	static struct province p;
	static tong_agent *a, *reader;
	static struct tong__serve *server;
	const struct tong__serve_options options = { .listen = "127.0.0.1:0" };
	char address[64];
	tong_error err;

	p_new(&p, "request");
	put_look(&p);
	p_put(&p, "base", "catalogue",
		  "{\"title\":\"指南\",\"layers\":[\"511602\"],\"languages\":[\"zh-CN\",\"en\"],"
		  "\"site\":{\"url\":\"https://guide.example/x\"}}");
	p_release(&p);
	p_node(&p, "request-node", &a);
	p_open(&reader, p_node_dir("request-node"));
	if (!a || tong_agent_relay(a, 1, NULL))
		abort();
	p_sync(a, "TONG_OK", "full", NULL);
	if (!reader || tong__serve_start(&server, reader, &options, address, sizeof address, &err))
		abort();
	port = (unsigned)atoi(strrchr(address, ':') + 1);
}

/* Whatever was sent: nothing, or an answer whose head is whole, and whose page has its policy. */
static void check(const char *answer, size_t n)
{
	const char *end = memmem(answer, n, "\r\n\r\n", 4);

	if (n == 0)
		return;
	if (!end || !tong__starts(answer, "HTTP/1.") || answer[9] < '1' || answer[9] > '5')
		abort();
	if (tong__starts(answer, "HTTP/1.1 200") &&
		memmem(answer, (size_t)(end - answer), "text/html", 9) &&
		!memmem(answer, (size_t)(end - answer), "Content-Security-Policy", 23))
		abort();
}

/* What comes within a time; whoever sent half a request gets nothing, and is not waited for. */
static size_t receive(int fd, char *out, size_t max, int ms)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	size_t got = 0;
	ssize_t k = 1;

	while (got < max && k > 0 && poll(&p, 1, ms) > 0) {
		k = recv(fd, out + got, max - got, 0);
		got += k > 0 ? (size_t)k : 0;
	}
	return got;
}

static void ask(const uint8_t *data, size_t n)
{
	static const struct linger at_once = { 1, 0 }; /* the server hears of the end */
	static char answer[1 << 20];
	struct sockaddr_in to = { .sin_family = AF_INET,
							  .sin_port = htons((uint16_t)port),
							  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	size_t got;

	if (connect(fd, (struct sockaddr *)&to, sizeof to) ||
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once))
		abort();
	h_send(fd, data, n);
	got = receive(fd, answer, sizeof answer - 1, memmem(data, n, "\r\n\r\n", 4) ? 200 : 5);
	answer[got] = '\0';
	close(fd);
	check(answer, got);
}

/* What headers ask for, from their text alone: a part lies within, a coding is one there is. */
static void read_headers(const char *text)
{
	enum tong__coding coding;
	uint64_t from, many;

	if (tong__coding_choose(text, false, &coding) && coding >= TONG_N_CODINGS)
		abort();
	tong__coding_choose(text, true, &coding);
	if (tong__range_of(text, NULL, "\"a\"", 1000, &from, &many) == TONG_PART &&
		(many == 0 || from >= 1000 || many > 1000 - from))
		abort();
	tong__range_of("bytes=0-", text, "\"a\"", 1000, &from, &many);
	tong__etag_listed(text, "\"a\"");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *text = strndup((const char *)data, n);

	if (!port)
		start();
	if (text)
		read_headers(text);
	free(text);
	if (n)
		ask(data, n);
	return 0;
}
