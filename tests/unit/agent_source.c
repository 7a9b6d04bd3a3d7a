/* Sources: folders and web servers that answer well, badly, late, twice or without end. */
#include <sys/stat.h>

#include "agent/source.h"
#include "core/file.h"
#include "core/hash.h"
#include "tests/lib/check.h"
#include "tests/unit/agent_http.h"

static struct tong__source *s;
static struct tong__buf got;
static tong_error err;
static struct tong__source_options opt;

static const char *dir_path(const char *name)
{
	static char path[1024];

	snprintf(path, sizeof path, "%s/%s", tong_test_dir(), name);
	return path;
}

static void open_where(const char *where)
{
	tong__buf_init(&got, 200000);
	CHECK_STR(tong__code_name(tong__source_open(&s, where, &opt, &err)), "TONG_OK");
}

static void open_http(void)
{
	char url[64];

	h_server.requests = 0;
	h_server.cuts = 0;
	snprintf(url, sizeof url, "http://127.0.0.1:%u/r/", h_server.port);
	open_where(url);
}

static void done(void)
{
	tong__source_close(s);
	tong__buf_free(&got);
	memset(&opt, 0, sizeof opt);
}

static const char *read_name(const char *name, struct tong__validator *v)
{
	err.message[0] = '\0';
	return tong__code_name(tong__source_read(s, name, v, &got, &err));
}

static bool is_the_file(const char *p, size_t n, size_t from)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)p[i] != (from + i) % 251)
			return false;
	return true;
}

/* ---- folders ---- */

static void a_folder_gives_files(void)
{
	struct tong__validator v = { .same = false };

	tong__mkdirs(dir_path("d/sub"), NULL);
	tong__file_write(dir_path("d/sub/x"), "hello", 5, NULL);
	open_where(dir_path("d///"));
	CHECK_ALIVE();
	CHECK_STR(read_name("sub/x", NULL), "TONG_OK");
	CHECK_STR(got.data, "hello");
	CHECK_STR(read_name("sub/y", NULL), "TONG_E_ABSENT");
	CHECK_STR(read_name("sub", NULL), "TONG_E_FORMAT");
	CHECK_STR(read_name("../d/sub/x", NULL), "TONG_E_USAGE");
	CHECK_STR(read_name("/etc/passwd", NULL), "TONG_E_USAGE");
	CHECK_STR(read_name("sub/x", &v), "TONG_OK");
	CHECK(!v.same && got.len == 5);
	CHECK_STR(read_name("sub/x", &v), "TONG_OK");
	CHECK(v.same && got.len == 0);
	tong__file_write(dir_path("d/sub/x"), "world", 5, NULL);
	v.same = false;
	CHECK_STR(read_name("sub/x", &v), "TONG_OK");
	CHECK(!v.same && got.len == 5);
	CHECK_INT(mkfifo(dir_path("d/fifo"), 0600), 0);
	CHECK_STR(read_name("fifo", NULL), "TONG_E_FORMAT");
	done();
}

static void a_folder_keeps_the_ceiling(void)
{
	tong__file_write(dir_path("d/long"), "0123456789", 10, NULL);
	open_where(dir_path("d"));
	CHECK_ALIVE();
	got.max = 9;
	CHECK_STR(read_name("long", NULL), "TONG_E_LIMIT");
	CHECK_INT(tong__source_count(s).down, 0);
	got.max = 10;
	CHECK_STR(read_name("long", NULL), "TONG_OK");
	done();
	opt.budget = 5;
	open_where(dir_path("d"));
	CHECK_STR(read_name("long", NULL), "TONG_E_BUDGET");
	done();
}

static void a_file_url_is_a_folder(void)
{
	char url[1100];

	tong__mkdirs(dir_path("a b"), NULL);
	tong__file_write(dir_path("a b/x"), "x", 1, NULL);
	snprintf(url, sizeof url, "file://%s/a%%20b", tong_test_dir());
	open_where(url);
	CHECK_ALIVE();
	CHECK_STR(read_name("x", NULL), "TONG_OK");
	done();
	CHECK_STR(tong__code_name(tong__source_open(&s, "file://host/x", &opt, &err)), "TONG_E_USAGE");
	CHECK_STR(tong__code_name(tong__source_open(&s, "file:///%00", &opt, &err)), "TONG_E_USAGE");
	CHECK_STR(tong__code_name(tong__source_open(&s, "ftp://host/x", &opt, &err)), "TONG_E_USAGE");
	CHECK_STR(tong__code_name(tong__source_open(&s, dir_path("none"), &opt, &err)),
			  "TONG_E_ABSENT");
	CHECK_STR(tong__code_name(tong__source_open(&s, dir_path("d/long"), &opt, &err)),
			  "TONG_E_FORMAT"); /* a file is a bundle, or should be */
}

/* ---- web servers ---- */

static void refuses_odd_urls(void)
{
	CHECK_STR(tong__code_name(tong__source_open(&s, "http://", &opt, &err)), "TONG_E_USAGE");
	CHECK_STR(tong__code_name(tong__source_open(&s, "http://h/?q", &opt, &err)), "TONG_E_USAGE");
	CHECK_STR(tong__code_name(tong__source_open(&s, "http://h/a b", &opt, &err)), "TONG_E_USAGE");
	CHECK_STR(tong__code_name(tong__source_open(&s, "https://me:secret@h/", &opt, &err)),
			  "TONG_E_USAGE");
	CHECK(!strstr(err.message, "secret") && !strstr(err.subject, "secret"));
}

static void reads_and_counts(void)
{
	struct tong__source_count c;

	open_http();
	CHECK_ALIVE();
	CHECK_STR(read_name("a% b", NULL), "TONG_OK");
	CHECK_STR(got.data, "odd name");
	CHECK(!strstr(h_server.last, "Accept:") && strstr(h_server.last, "User-Agent: tong/"));
	c = tong__source_count(s);
	CHECK_INT(c.requests, 1);
	CHECK_INT(c.down, strlen("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nodd name"));
	CHECK_INT(c.up, strlen(h_server.last));
	CHECK_STR(read_name("empty", NULL), "TONG_OK");
	CHECK_INT(got.len, 0);
	CHECK_STR(read_name("none", NULL), "TONG_E_ABSENT");
	done();
}

static void asks_conditionally(void)
{
	struct tong__validator v = { .same = false }, none = v;

	open_http();
	CHECK_ALIVE();
	CHECK_STR(read_name("tagged", &v), "TONG_OK");
	CHECK_STR(v.etag, "\"v1\"");
	CHECK_STR(read_name("tagged", &v), "TONG_OK");
	CHECK(v.same && got.len == 0);
	v = none;
	CHECK_STR(read_name("dated", &v), "TONG_OK");
	CHECK_STR(v.modified, "Fri, 01 Jan 2027 00:00:00 GMT");
	CHECK_STR(read_name("dated", &v), "TONG_OK");
	CHECK(v.same);
	/* A date so near may hide a second change within its second. */
	v = none;
	CHECK_STR(read_name("justnow", &v), "TONG_OK");
	CHECK_STR(v.modified, "");
	done();
}

static void P10_goes_on_where_the_link_broke(void)
{
	open_http();
	CHECK_ALIVE();
	h_server.cuts = 2;
	CHECK_STR(read_name("file", NULL), "TONG_OK");
	CHECK_INT(got.len, H_SIZE);
	CHECK(is_the_file(got.data, got.len, 0));
	CHECK_INT(h_server.requests, 3);
	CHECK(tong__source_count(s).down < H_SIZE + 1000);
	CHECK(strstr(h_server.last, "Range: bytes=75000-") != NULL);
	done();
}

static void starts_over_without_ranges(void)
{
	open_http();
	CHECK_ALIVE();
	h_server.cuts = 1;
	CHECK_STR(read_name("norange", NULL), "TONG_OK");
	CHECK_INT(got.len, H_SIZE);
	CHECK(is_the_file(got.data, got.len, 0));
	h_server.cuts = 100;
	CHECK_STR(read_name("norange", NULL), "TONG_E_NET");
	done();
}

static uint64_t begun_at;

static int note_begin(void *user, uint64_t offset, tong_error *e)
{
	(void)e;
	begun_at = offset;
	tong__buf_clear(user);
	return 0;
}

static int note_write(void *user, const void *p, size_t n, tong_error *e)
{
	(void)e;
	return tong__buf_add(user, p, n);
}

static void resumes_from_an_earlier_try(void)
{
	struct tong__sink sink = { &got, note_begin, note_write };
	struct tong__get get = {
		.name = "file", .offset = 99000, .ceiling = H_SIZE, .sink = &sink
	};

	open_http();
	CHECK_ALIVE();
	CHECK_INT(tong__source_get(s, &get, &err), 0);
	CHECK_INT(begun_at, 99000);
	CHECK(got.len == 1000 && is_the_file(got.data, got.len, 99000));
	/* What we have is longer than the file: from the start. */
	get.offset = 200000;
	get.ceiling = 300000;
	CHECK_INT(tong__source_get(s, &get, &err), 0);
	CHECK_INT(begun_at, 0);
	CHECK_INT(got.len, H_SIZE);
	get.name = "wrongrange";
	get.offset = 3;
	CHECK_STR(tong__code_name(tong__source_get(s, &get, &err)), "TONG_E_HTTP");
	done();
}

static int count_begin(void *user, uint64_t offset, tong_error *e)
{
	(void)offset;
	(void)e;
	*(uint64_t *)user = 0;
	return 0;
}

static int count_write(void *user, const void *bytes, size_t n, tong_error *e)
{
	(void)bytes;
	(void)e;
	*(uint64_t *)user += n;
	return 0;
}

/* Whoever takes the bytes need not count them. */
static void P4_nothing_is_handed_on_above_the_ceiling(void)
{
	uint64_t came = 0;
	struct tong__sink sink = { &came, count_begin, count_write };
	struct tong__get get = { .name = "endless", .ceiling = 70000, .sink = &sink };

	open_http();
	CHECK_ALIVE();
	CHECK_STR(tong__code_name(tong__source_get(s, &get, &err)), "TONG_E_LIMIT");
	CHECK(came > 0 && came <= 70000);
	done();
}

static void P4_stops_at_the_ceiling(void)
{
	open_http();
	CHECK_ALIVE();
	got.max = 70000;
	CHECK_STR(read_name("endless", NULL), "TONG_E_LIMIT");
	CHECK_STR(read_name("file", NULL), "TONG_E_LIMIT");
	CHECK(tong__source_count(s).down < 3000000);
	done();
	opt.budget = 50000;
	open_http();
	CHECK_ALIVE();
	CHECK_STR(read_name("file", NULL), "TONG_E_BUDGET");
	CHECK(strstr(err.message, "this sync may fetch") != NULL);
	done();
}

static void names_a_log_in_page(void)
{
	open_http();
	CHECK_ALIVE();
	CHECK_STR(read_name("login", NULL), "TONG_E_HTTP");
	CHECK(strstr(err.message, "a web page came instead of data") != NULL);
	CHECK_STR(read_name("moved", NULL), "TONG_E_HTTP");
	CHECK(strstr(err.message, "http://elsewhere.example/") != NULL);
	CHECK_STR(read_name("none", NULL), "TONG_E_ABSENT"); /* the same page as a 404 is just that */
	done();
}

static void tries_again_when_the_server_is_busy(void)
{
	open_http();
	CHECK_ALIVE();
	CHECK_STR(read_name("busy", NULL), "TONG_OK");
	CHECK_STR(got.data, "calm");
	CHECK_INT(h_server.requests, 3);
	done();
}

static void gives_up_on_silence(void)
{
	opt.stall_seconds = 1;
	open_http();
	CHECK_ALIVE();
	CHECK_STR(read_name("silent", NULL), "TONG_E_TIMEOUT");
	CHECK_INT(tong__source_count(s).requests, 1);
	done();
}

static int stop(void *user, const char *file, uint64_t at, uint64_t total)
{
	(void)user;
	(void)file;
	(void)total;
	return at > 0;
}

static void can_be_interrupted(void)
{
	opt.progress = stop;
	open_http();
	CHECK_ALIVE();
	CHECK_STR(read_name("file", NULL), "TONG_E_INTERRUPTED");
	done();
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void waits_as_long_as_the_server_asks(void)
{
	double before;

	open_http();
	CHECK_ALIVE();
	before = seconds();
	CHECK_STR(read_name("later", NULL), "TONG_OK");
	CHECK(seconds() - before >= 0.99); /* by itself it waits 0.75 at most */
	done();
}

static double until;

static int stop_later(void *user, const char *file, uint64_t at, uint64_t total)
{
	(void)user;
	(void)file;
	(void)at;
	(void)total;
	return seconds() > until;
}

/* The first answer has come within 0.2 s; what follows is a wait of a second. */
static void can_be_interrupted_while_it_waits(void)
{
	opt.progress = stop_later;
	until = seconds() + 100;
	open_http();
	CHECK_ALIVE();
	CHECK_STR(read_name("busy", NULL), "TONG_OK");
	done();
	opt.progress = stop_later;
	until = seconds() + 0.2;
	open_http();
	CHECK_STR(read_name("later", NULL), "TONG_E_INTERRUPTED");
	CHECK(h_server.requests == 1 && seconds() - until < 0.6);
	done();
}

static const char *posted(const char *where)
{
	const char *code;

	open_where(where);
	code = tong__code_name(tong__source_post(s, "empty", "text/plain",
											 (struct tong__str){ "x", 1 }, &got, &err));
	done();
	return code;
}

static void posts_to_web_servers_only(void)
{
	char url[64];

	snprintf(url, sizeof url, "http://127.0.0.1:%u/r/", h_server.port);
	CHECK_STR(posted(url), "TONG_E_ABSENT"); /* so said a server that knows no POST */
	CHECK_STR(posted(dir_path("d")), "TONG_E_USAGE");
	opt.stall_seconds = 1;
	snprintf(url, sizeof url, "https://127.0.0.1:%u/r/", h_server.port);
	CHECK(strcmp(posted(url), "TONG_E_USAGE") != 0);
}

static void nobody_there(void)
{
	open_where("http://127.0.0.1:1/");
	CHECK_ALIVE();
	CHECK_STR(read_name("x", NULL), "TONG_E_NET");
	done();
}

int main(void)
{
	h_start();
	RUN(a_folder_gives_files);
	RUN(a_folder_keeps_the_ceiling);
	RUN(a_file_url_is_a_folder);
	RUN(refuses_odd_urls);
	RUN(reads_and_counts);
	RUN(asks_conditionally);
	RUN(P10_goes_on_where_the_link_broke);
	RUN(starts_over_without_ranges);
	RUN(resumes_from_an_earlier_try);
	RUN(P4_stops_at_the_ceiling);
	RUN(P4_nothing_is_handed_on_above_the_ceiling);
	RUN(names_a_log_in_page);
	RUN(tries_again_when_the_server_is_busy);
	RUN(can_be_interrupted);
	RUN(waits_as_long_as_the_server_asks);
	RUN(can_be_interrupted_while_it_waits);
	RUN(posts_to_web_servers_only);
	RUN(nobody_there);
	RUN(gives_up_on_silence);
	h_stop();
	return tong_test_done();
}
