/* Headers of tar: what is written is read again, and what is not plain ustar is told apart. */
#include "core/ustar.h"
#include "tests/lib/check.h"

static unsigned char block[TONG_USTAR_BLOCK];
static char name[TONG_USTAR_NAME];
static uint64_t size;

static void what_is_written_is_read(void)
{
	char longest[300];

	CHECK(tong__ustar_write(block, "changesets/a.tcs", 123456789));
	CHECK_INT(tong__ustar_read(block, name, &size), TONG_USTAR_FILE);
	CHECK_STR(name, "changesets/a.tcs");
	CHECK_INT(size, 123456789);
	CHECK(tong__ustar_write(block, "a", ((uint64_t)1 << 33) - 1));
	CHECK_INT(tong__ustar_read(block, name, &size), TONG_USTAR_FILE);
	CHECK_INT(size, ((uint64_t)1 << 33) - 1);
	CHECK(!tong__ustar_write(block, "a", (uint64_t)1 << 33));
	CHECK(!tong__ustar_write(block, "", 1));
	memset(longest, 'n', sizeof longest);
	longest[256] = '\0';
	CHECK(!tong__ustar_write(block, longest, 1));
	longest[155] = '/';
	CHECK(tong__ustar_write(block, longest, 1));
	CHECK_INT(tong__ustar_read(block, name, &size), TONG_USTAR_FILE);
	CHECK_STR(name, longest);
	longest[100] = '\0';
	CHECK(tong__ustar_write(block, longest, 1));
	CHECK_INT(tong__ustar_read(block, name, &size), TONG_USTAR_FILE);
	CHECK_STR(name, longest);
	CHECK_INT(tong__ustar_pad(0), 0);
	CHECK_INT(tong__ustar_pad(1), 511);
	CHECK_INT(tong__ustar_pad(512), 0);
}

/* A changed byte at 'at', with the sum made right again when 'sum' is set. */
static int changed(size_t at, unsigned char c, int sum)
{
	unsigned all = 8 * ' ';

	tong__ustar_write(block, "timestamp.json", 5);
	block[at] = c;
	for (int i = 0; i < TONG_USTAR_BLOCK; i++)
		all += i < 148 || i >= 156 ? block[i] : 0;
	if (sum)
		snprintf((char *)block + 148, 7, "%06o", all);
	return (int)tong__ustar_read(block, name, &size);
}

static void anything_else_is_not(void)
{
	memset(block, 0, sizeof block);
	CHECK_INT(tong__ustar_read(block, name, &size), TONG_USTAR_END);
	CHECK_INT(changed(0, 't', 1), TONG_USTAR_FILE);
	for (size_t at = 0; at < TONG_USTAR_BLOCK; at++)
		if (at < 148 || at >= 156)
			CHECK_INT(changed(at, 'U', 0), TONG_USTAR_NONE);
	CHECK_INT(changed(156, '2', 1), TONG_USTAR_OTHER);
	CHECK_INT(changed(156, '\0', 1), TONG_USTAR_OTHER);
	CHECK_INT(changed(156, 'x', 1), TONG_USTAR_OTHER);
	CHECK_INT(changed(262, ' ', 1), TONG_USTAR_NONE);
	CHECK_INT(changed(124, 0x80, 1), TONG_USTAR_NONE);
	CHECK_INT(changed(126, '8', 1), TONG_USTAR_NONE);
}

int main(void)
{
	RUN(what_is_written_is_read);
	RUN(anything_else_is_not);
	return tong_test_done();
}
