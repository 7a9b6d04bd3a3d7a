/* Bundles made by hand: heads and blocks of the frame that no compressor writes (B2, B6). */
#include <unistd.h>
#include <zstd.h>

#include "agent/bundle.h"
#include "core/file.h"
#include "core/limits.h"
#include "tests/unit/bundle_opened.h"

/* A file of these bytes. */
static void raw(const char *name, const void *bytes, size_t n)
{
	snprintf(path, sizeof path, "%s/%s", tong_test_dir(), name);
	tong__file_write_fast(path, bytes, n, NULL, NULL);
}

static void B2_heads_of_frames(void)
{
	/* Magic, descriptor, then by its bits: window, dictionary, content size. */
	static const unsigned char heads[][16] = {
		{ 0x28, 0xb5, 0x2f, 0xfd, 0x01, 0x58, 7, 1, 0, 0 },           /* a dictionary */
		{ 0x28, 0xb5, 0x2f, 0xfd, 0x08, 0x58, 1, 0, 0 },              /* the reserved bit */
		{ 0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0xff, 0xff, 0xff, 0x7f, 1, 0, 0 }, /* one segment, 2 GB */
	};
	char one[256];
	char none[1024] = "";
	size_t n;

	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		raw("head", heads[i], sizeof heads[i]);
		REFUSED("TONG_E_FORMAT", "B2");
		CHECK(strstr(err.message, "dictionary") != NULL);
	}
	raw("short", heads[0], 8);
	REFUSED("TONG_E_FORMAT", "B1");
	n = ZSTD_compress(one, sizeof one, none, sizeof none, 3); /* in one segment */
	CHECK(!ZSTD_isError(n) && (one[4] & 0x20));
	raw("segment", one, n);
	CHECK_STR(opened(), "TONG_OK");
}

/* The walk over the blocks finds nothing wrong; unpacking does. */
static void a_block_of_rubbish(void)
{
	static const unsigned char block[] = { 0x28, 0xb5, 0x2f, 0xfd, 0, 0x58, 0x25, 0, 0, 9, 9, 9,
										   9 };

	raw("rubbish", block, sizeof block);
	CHECK_STR(opened(), "TONG_E_FORMAT");
	CHECK(!strstr(err.message, "has no end"));
}

static void B6_blocks_are_counted(void)
{
	static unsigned char many[6 + 3 * (TONG_MAX_BUNDLE_BLOCKS + 2)];

	/* Raw blocks of nothing, none of them the last; then the file ends. */
	memcpy(many, "\x28\xb5\x2f\xfd\x00\x58", 6);
	raw("blocks", many, sizeof many);
	REFUSED("TONG_E_LIMIT", "B6");
}

/* The walk from block to block ends in the head of one, and behind the last. */
static void B2_cut_between_blocks(void)
{
	unsigned char blocks[] = { 0x28, 0xb5, 0x2f, 0xfd, 0, 0x58, 8, 0, 0, 'x', 9, 0, 0, 'y' };

	for (size_t n = 10; n < sizeof blocks; n++) {
		raw("blocks", blocks, n);
		REFUSED("TONG_E_FORMAT", "B2");
		CHECK(strstr(err.message, "cut short") != NULL);
	}
}

static void only_files_within_the_ceiling(void)
{
	struct tong__bundle *b;

	CHECK_STR(tong__code_name(tong__bundle_open(&b, "/dev/null", &err)), "TONG_E_FORMAT");
	CHECK(strstr(err.message, "not a file") != NULL);
	raw("long", "x", 1);
	CHECK_INT(truncate(path, (off_t)TONG_MAX_BUNDLE + 1), 0);
	CHECK_STR(tong__code_name(tong__bundle_open(&b, path, &err)), "TONG_E_LIMIT");
}

/* The ratio is of the bytes that there are: much that is not packed at all is no bomb. */
static void B6_the_ratio_lets_pass_what_is_long(void)
{
	struct maker m;

	begin(&m, "long-noise");
	noise(&m, "changesets/a.tcs", TONG_BUNDLE_RATIO_FROM + 1);
	end(&m);
	CHECK_STR(opened(), "TONG_OK");
}

int main(void)
{
	RUN(B2_heads_of_frames);
	RUN(B2_cut_between_blocks);
	RUN(a_block_of_rubbish);
	RUN(B6_blocks_are_counted);
	RUN(only_files_within_the_ceiling);
	RUN(B6_the_ratio_lets_pass_what_is_long);
	return tong_test_done();
}
