/* Buffers stop at their ceiling and remember it; errors are one line of whole characters. */
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "tests/lib/check.h"

static void grows_to_its_ceiling(void)
{
	struct tong__buf b;
	int i;

	tong__buf_init(&b, 1000);
	for (i = 0; i < 1000; i++)
		CHECK_INT(tong__buf_addc(&b, 'x'), 0);
	CHECK_INT(b.len, 1000);
	CHECK_INT(b.data[1000], 0);
	CHECK(b.cap <= 1001);
	CHECK_INT(tong__buf_addc(&b, 'x'), TONG_E_LIMIT);
	CHECK_INT(b.len, 1000);
	tong__buf_free(&b);
	CHECK_INT(b.max, 1000);
	CHECK_INT(b.failed, 0);
}

static void refuses_everything_after_a_failure(void)
{
	struct tong__buf b;

	tong__buf_init(&b, 4);
	CHECK_INT(tong__buf_adds(&b, "12345"), TONG_E_LIMIT);
	CHECK_INT(tong__buf_adds(&b, "1"), TONG_E_LIMIT);
	CHECK_INT(tong__buf_addf(&b, "%d", 1), TONG_E_LIMIT);
	CHECK_INT(tong__buf_reserve(&b, 0), TONG_E_LIMIT);
	CHECK(tong__buf_take(&b, NULL) == NULL);
	CHECK_INT(tong__buf_adds(&b, "1234"), 0); /* taken: empty again */
	tong__buf_clear(&b);
	CHECK_INT(b.len, 0);
	CHECK_STR(b.data, "");
	tong__buf_free(&b);
}

static void refuses_sizes_that_overflow(void)
{
	struct tong__buf b;

	tong__buf_init(&b, SIZE_MAX);
	CHECK_INT(tong__buf_adds(&b, "x"), 0);
	CHECK_INT(tong__buf_reserve(&b, SIZE_MAX), TONG_E_LIMIT);
	tong__buf_free(&b);
	tong__buf_init(&b, SIZE_MAX);
	CHECK_INT(tong__buf_adds(&b, "x"), 0);
	CHECK_INT(tong__buf_reserve(&b, SIZE_MAX - 1), TONG_E_LIMIT);
	tong__buf_free(&b);
}

static void formats_and_hands_over(void)
{
	struct tong__buf b;
	size_t n;
	char *s;

	tong__buf_init(&b, 100);
	CHECK_INT(tong__buf_addf(&b, "%s-%d", "a", 7), 0);
	CHECK_INT(tong__buf_add(&b, "", 0), 0);
	CHECK_INT(tong__buf_add(&b, NULL, 0), 0);
	s = tong__buf_take(&b, &n);
	CHECK_STR(s, "a-7");
	CHECK_INT(n, 3);
	CHECK(b.data == NULL);
	free(s);
	CHECK(tong__buf_take(&b, &n) == NULL);
	CHECK_INT(n, 0);
	tong__buf_free(NULL);
}

static void cuts_messages_between_characters(void)
{
	tong_error e = TONG_ERROR_INIT;
	char longer[1000];
	size_t n;

	for (n = 0; n + 4 < sizeof longer; n += 3)
		memcpy(longer + n, "川", 4);
	CHECK_INT(tong__fail(&e, TONG_E_LIMIT, longer, "%s", longer), TONG_E_LIMIT);
	CHECK_INT(strlen(e.subject), 159 / 3 * 3);
	CHECK_INT(strlen(e.message), 351 / 3 * 3);
}

static void keeps_messages_to_one_line(void)
{
	tong_error e = TONG_ERROR_INIT;

	CHECK_INT(tong__fail(&e, TONG_E_FORMAT, "a\nb\xff", "x%sy", "\r\n\x7f"), TONG_E_FORMAT);
	CHECK_STR(e.subject, "a b\xef\xbf\xbd");
	CHECK_STR(e.message, "x   y");
	CHECK_INT(tong__fail(&e, TONG_E_HASH, e.subject, "again: %s", e.message), TONG_E_HASH);
	CHECK_STR(e.subject, "a b\xef\xbf\xbd");
	CHECK_STR(e.message, "again: x   y");
	CHECK_INT(tong__fail(NULL, TONG_E_HASH, NULL, "no one listens"), TONG_E_HASH);
}

static void turns_errno_into_codes(void)
{
	tong_error e = TONG_ERROR_INIT;

	CHECK_INT(tong__fail_errno(&e, 28 /* ENOSPC */, "f", "cannot write"), TONG_E_FULL);
	CHECK_INT(e.cause, 28);
	CHECK(!strncmp(e.message, "cannot write: ", 14));
	CHECK_INT(tong__fail_errno(&e, 2 /* ENOENT */, "f", "cannot open"), TONG_E_ABSENT);
	CHECK_INT(tong__fail_errno(&e, 12 /* ENOMEM */, "f", "cannot open"), TONG_E_NOMEM);
	CHECK_INT(tong__fail_errno(&e, 4 /* EINTR */, "f", "cannot open"), TONG_E_INTERRUPTED);
	CHECK_INT(tong__fail_errno(NULL, 13, "f", "cannot open"), TONG_E_IO);
	CHECK_INT(tong__fail_nomem(&e), TONG_E_NOMEM);
	CHECK_STR(e.message, "out of memory");
}

static void names_every_code(void)
{
	CHECK_STR(tong__code_name(TONG_E_HASH), "TONG_E_HASH");
	CHECK_STR(tong__code_zh(TONG_E_FULL), "磁盘空间不足");
	CHECK_STR(tong__code_name(99), "TONG_E_UNKNOWN");
	CHECK(tong__code_zh(99) != NULL);
	CHECK_INT(tong__exit_code(TONG_OK), 0);
	CHECK_INT(tong__exit_code(TONG_E_FINDINGS), 1);
	CHECK_INT(tong__exit_code(TONG_E_STORE_NEWER), 6);
	CHECK_INT(tong__exit_code(TONG_E_INTERRUPTED), 7);
}

int main(void)
{
	RUN(grows_to_its_ceiling);
	RUN(refuses_everything_after_a_failure);
	RUN(refuses_sizes_that_overflow);
	RUN(formats_and_hands_over);
	RUN(cuts_messages_between_characters);
	RUN(keeps_messages_to_one_line);
	RUN(turns_errno_into_codes);
	RUN(names_every_code);
	return tong_test_done();
}
