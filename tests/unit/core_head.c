/* Heads: what is in an envelope, and which envelopes are missing ones (H1). */
#include <zstd.h>

#include "core/head.h"
#include "tests/lib/check.h"

static char bytes[1 << 21];
static size_t n_bytes;
static tong_error err;

static void seal(const char *content, size_t n)
{
	memcpy(bytes, "TONGHD1\n", 8);
	n_bytes = 8 + ZSTD_compress(bytes + 8, sizeof bytes - 8, content, n, 12);
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

int main(void)
{
	RUN(H1_finds_entries);
	RUN(H1_refuses_broken_entries);
	RUN(H1_refuses_paths_that_climb_out);
	RUN(refuses_what_is_no_head);
	RUN(H1_refuses_a_bomb);
	return tong_test_done();
}
