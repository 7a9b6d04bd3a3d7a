/* Heads: what is in an envelope, and which envelopes are missing ones (H1). */
#include <zstd.h>

#include "core/file.h"
#include "core/head.h"
#include "tests/lib/check.h"

static char bytes[1 << 21];
static size_t n_bytes;
static tong_error err;

static void seal_with(const char *magic, struct tong__str prefix, const char *content, size_t n)
{
	ZSTD_CCtx *c = ZSTD_createCCtx();

	ZSTD_CCtx_setParameter(c, ZSTD_c_windowLog, TONG_MAX_WINDOW_LOG);
	ZSTD_CCtx_refPrefix(c, prefix.p, prefix.n);
	memcpy(bytes, magic, 8);
	n_bytes = 8 + ZSTD_compress2(c, bytes + 8, sizeof bytes - 8, content, n);
	ZSTD_freeCCtx(c);
}

static void seal(const char *content, size_t n)
{
	seal_with("TONGHD2\n", tong__head_prefix, content, n);
}

static struct tong__head *open_bytes(void)
{
	struct tong__head *h = NULL;
	char *exact = malloc(n_bytes ? n_bytes : 1);

	if (!exact)
		abort();
	memcpy(exact, bytes, n_bytes);
	memset(&err, 0, sizeof err);
	if (tong__head_read(exact, n_bytes, &h, &err))
		h = NULL;
	free(exact); /* the head has copied what it needs */
	return h;
}

static const char *refused(const char *content)
{
	struct tong__head *h;

	seal(content, strlen(content));
	h = open_bytes();
	tong__head_free(h);
	return h ? "accepted" : err.message;
}

static void H1_finds_entries(void)
{
	const char *content = "root 2\n12\ntimestamp.json 3\n{}\n\nchangesets/ab.tcs 5\n1\n2\n3\n"
			      "7.base.json 0\n\n";
	struct tong__head *h;
	struct tong__str s;

	seal(content, strlen(content));
	h = open_bytes();
	CHECK(h != NULL);
	CHECK_INT(tong__head_root(h), 12);
	s = tong__head_get(h, "timestamp.json");
	CHECK_INT(s.n, 3);
	CHECK_MEM(s.p, "{}\n", 3);
	s = tong__head_get(h, "changesets/ab.tcs");
	CHECK_INT(s.n, 5);
	CHECK_MEM(s.p, "1\n2\n3", 5);
	s = tong__head_get(h, "7.base.json");
	CHECK(s.p != NULL && s.n == 0);
	s = tong__head_get(h, "none");
	CHECK(s.p == NULL && s.n == 0);
	tong__head_free(h);
	tong__head_free(NULL);
}

static void H1_refuses_broken_entries(void)
{
	CHECK_STR(refused(""), "H1: does not begin with the root version");
	CHECK_STR(refused("a 1\n1\nroot 1\n1\n"), "H1: does not begin with the root version");
	CHECK_STR(refused("root 1\n0\n"), "H1: does not begin with the root version");
	CHECK_STR(refused("root 2\n01\n"), "H1: does not begin with the root version");
	CHECK_STR(refused("root 1\nx\n"), "H1: does not begin with the root version");
	CHECK_STR(refused("root 10\n1234567890\n"), "H1: does not begin with the root version");
	CHECK_STR(refused("root\n1\n"), "H1: entry 0: no NAME LENGTH");
	CHECK_STR(refused("root 1"), "H1: entry 0: no NAME LENGTH");
	CHECK_STR(refused("root 01\n1\n"), "H1: entry 0: no NAME LENGTH");
	CHECK_STR(refused("root -1\n1\n"), "H1: entry 0: no NAME LENGTH");
	CHECK_STR(refused("root  1\n1\n"), "H1: entry 0: no NAME LENGTH");
	CHECK_STR(refused("root 4294967297\n1\n"), "H1: entry 0: no NAME LENGTH");
	CHECK_STR(refused("root 1\n1"), "H1: root is not 1 bytes and LF");
	CHECK_STR(refused("root 2\n1\n"), "H1: root is not 2 bytes and LF");
	CHECK_STR(refused("root 1\n12\n"), "H1: root is not 1 bytes and LF");
	CHECK_STR(refused("root 999999999\n1\n"), "H1: root is not 999999999 bytes and LF");
	CHECK_STR(refused("root 1\n1\na 1\nx\na 1\ny\n"), "H1: a occurs twice");
	CHECK_STR(refused("root 1\n1\nroot 1\n1\n"), "H1: root occurs twice");
}

static void H1_refuses_paths_that_climb_out(void)
{
	CHECK_STR(refused("root 1\n1\n../a 1\nx\n"), "H1: entry 1: no path inside: ../a");
	CHECK_STR(refused("root 1\n1\n/a 1\nx\n"), "H1: entry 1: no path inside: /a");
	CHECK_STR(refused("root 1\n1\n 1\nx\n"), "H1: entry 1: no path inside: ");
	CHECK_STR(refused("root 1\n1\n\xff 1\nx\n"), "H1: entry 1: name not in UTF-8");
}

static void refuses_what_is_no_head(void)
{
	refused("root 1\n1\n");
	CHECK(err.code == 0);
	bytes[n_bytes++] = 'x';
	CHECK(open_bytes() == NULL && err.code == TONG_E_FORMAT);
	n_bytes -= 2;
	CHECK(open_bytes() == NULL && err.code == TONG_E_FORMAT);
	bytes[0] = 'X';
	CHECK(open_bytes() == NULL && err.code == TONG_E_FORMAT);
	n_bytes = 7;
	CHECK(open_bytes() == NULL && err.code == TONG_E_FORMAT);
	n_bytes = 0;
	CHECK(open_bytes() == NULL && err.code == TONG_E_FORMAT);
}

static void H1_refuses_a_bomb(void)
{
	size_t n = TONG_MAX_HEAD + 1;
	char *big = calloc(1, n);
	struct tong__head *h;

	CHECK(big != NULL);
	memset(big, 'x', n);
	memcpy(big, "root 1\n1\na 1048560\n", 19);
	big[n - 2] = '\n';
	seal(big, n - 1);
	h = open_bytes();
	CHECK_STR(err.message, "H1: a is not 1048560 bytes and LF"); /* it was read */
	CHECK(h == NULL);
	seal(big, n);
	CHECK(open_bytes() == NULL && err.code == TONG_E_LIMIT);
	n_bytes = sizeof bytes;
	CHECK(open_bytes() == NULL && err.code == TONG_E_LIMIT);
	free(big);
}

/* A text long enough for the prefix to be used. */
static const char said[] =
	"root 1\n1\nx 113\n{\"signatures\":[{\"keyid\":\"\",\"sig\":\"\"}],\"signed\":"
	"{\"_type\":\"timestamp\",\"expires\":\"2027-01-01T00:00:00Z\",\"meta\":{}}}.\n";

static void H5_the_prefix_is_that_of_the_format(void)
{
	struct tong__buf format;
	const char *from, *to;

	tong__buf_init(&format, 1 << 20);
	CHECK_INT(tong__file_read("core/FORMAT.md", &format, &err), 0);
	CHECK_ALIVE();
	from = strstr(strstr(format.data, "- **H5**"), "\n```\n") + 5;
	to = strstr(from, "```\n");
	CHECK_INT(tong__head_prefix.n, to - from);
	CHECK_MEM(tong__head_prefix.p, from, (size_t)(to - from));
	tong__buf_free(&format);
}

static void H5_reads_heads_with_and_without_prefix(void)
{
	const struct tong__str none = {NULL, 0}, other = {tong__head_prefix.p,
	                                                  tong__head_prefix.n - 1};
	struct tong__head *h;
	size_t with;

	seal(said, sizeof said - 1);
	with = n_bytes;
	h = open_bytes();
	CHECK(h != NULL && tong__head_get(h, "x").n == 113);
	tong__head_free(h);
	seal_with("TONGHD1\n", none, said, sizeof said - 1);
	CHECK(n_bytes > with + 50);
	h = open_bytes();
	CHECK(h != NULL && tong__head_get(h, "x").n == 113);
	tong__head_free(h);
	/* Against another text it says something else, or nothing. */
	seal_with("TONGHD2\n", other, said, sizeof said - 1);
	h = open_bytes();
	CHECK(h == NULL || memcmp(tong__head_get(h, "x").p, said + 15, 113) != 0);
	tong__head_free(h);
	seal_with("TONGHD1\n", tong__head_prefix, said, sizeof said - 1);
	CHECK(open_bytes() == NULL && err.code == TONG_E_FORMAT);
	seal_with("TONGHD3\n", tong__head_prefix, said, sizeof said - 1);
	CHECK(open_bytes() == NULL && err.code == TONG_E_FORMAT);
}

int main(void)
{
	RUN(H5_the_prefix_is_that_of_the_format);
	RUN(H5_reads_heads_with_and_without_prefix);
	RUN(H1_finds_entries);
	RUN(H1_refuses_broken_entries);
	RUN(H1_refuses_paths_that_climb_out);
	RUN(refuses_what_is_no_head);
	RUN(H1_refuses_a_bomb);
	return tong_test_done();
}
