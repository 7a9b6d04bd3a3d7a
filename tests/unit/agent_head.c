/* What headers ask for: codings with weights, lists of tags, ranges. */
#include "agent/serve_head.h"
#include "tests/lib/check.h"

static const char *chosen(const char *accept, bool large)
{
	enum tong__coding c;

	return tong__coding_choose(accept, large, &c) ? tong__coding_names[c] : "none";
}

static void codings_by_weight(void)
{
	static const struct {
		const char *accept, *page, *large;
	} cases[] = {
		{ NULL, "identity", "identity" },
		{ "", "identity", "identity" },
		{ "gzip, deflate", "gzip", "gzip" },
		{ "gzip, deflate, br, zstd", "br", "zstd" },
		{ "gzip, deflate, br", "br", "br" },
		{ "gzip, zstd", "gzip", "zstd" },
		{ "GZIP", "gzip", "gzip" },
		{ "x-gzip", "gzip", "gzip" },
		{ "zstd", "zstd", "zstd" },
		{ "BR", "br", "br" },
		{ "deflate", "identity", "identity" },
		{ "*", "br", "zstd" },
		{ "gzip;q=0.5, zstd;q=0.8", "zstd", "zstd" },
		{ "br;q=0.9, gzip", "gzip", "gzip" },
		{ "br;q=0, *", "gzip", "zstd" },
		{ "zstd;q=0.5,gzip;q=0.501", "gzip", "gzip" },
		{ "gzip;q=0", "identity", "identity" },
		{ "gzip ; q=0.000 , zstd ;\tq=0.001", "zstd", "zstd" },
		{ "gzip;q=0.3, identity;q=0.7", "identity", "identity" },
		{ "gzip;q=0.3, identity;q=0.3", "gzip", "gzip" },
		{ "identity;q=0", "none", "none" },
		{ "*;q=0", "none", "none" },
		{ "*;q=0, gzip", "gzip", "gzip" },
		{ "deflate, *;q=0", "none", "none" },
		{ "identity;q=0, gzip;q=0.1", "gzip", "gzip" },
		{ "*;q=0.5, br;q=0, gzip;q=0, zstd;q=0", "identity", "identity" },
		/* What is no weight says nothing. */
		{ "gzip;q=2", "identity", "identity" },
		{ "gzip;q=-1", "identity", "identity" },
		{ "gzip;q=", "identity", "identity" },
		{ "gzip;q=0.1234", "identity", "identity" },
		{ "gzip;x=1", "identity", "identity" },
		{ "gzip q=1", "identity", "identity" },
		{ ",,gzip,,", "gzip", "gzip" },
		{ "gzipped", "identity", "identity" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_STR(chosen(cases[i].accept, false), cases[i].page);
		CHECK_STR(chosen(cases[i].accept, true), cases[i].large);
	}
}

static void tags_in_lists(void)
{
	static const char *const with[] = { "\"a\"", "W/\"a\"", "\"b\", \"a\"", "\"b\",W/\"a\" ", "*",
										" * ", "\"x,y\" , \"a\"", ", \"a\"," };
	static const char *const without[] = { "", "a", "\"ab\"", "\"b\"", "W/a", "\"a", "\"\"a\"",
										   "* \"a\"", "\"A\"" };

	for (size_t i = 0; i < sizeof with / sizeof *with; i++)
		CHECK(tong__etag_listed(with[i], "\"a\""));
	for (size_t i = 0; i < sizeof without / sizeof *without; i++)
		CHECK(!tong__etag_listed(without[i], "\"a\""));
	CHECK(!tong__etag_listed(NULL, "\"a\""));
}

static void ranges(void)
{
	static const struct {
		const char *range, *if_range;
		enum tong__range kind;
		uint64_t size, from, n;
	} cases[] = {
		{ NULL, NULL, TONG_WHOLE, 10, 0, 10 },
		{ "bytes=0-", NULL, TONG_PART, 10, 0, 10 },
		{ "bytes=0-0", NULL, TONG_PART, 10, 0, 1 },
		{ "bytes=3-5", NULL, TONG_PART, 10, 3, 3 },
		{ "bytes=9-99", NULL, TONG_PART, 10, 9, 1 },
		{ "bytes=-3", NULL, TONG_PART, 10, 7, 3 },
		{ "bytes=-30", NULL, TONG_PART, 10, 0, 10 },
		{ "bytes=10-", NULL, TONG_BEYOND, 10, 0, 10 },
		{ "bytes=-0", NULL, TONG_BEYOND, 10, 0, 10 },
		{ "bytes=0-", NULL, TONG_BEYOND, 0, 0, 0 },
		{ "bytes=-5", NULL, TONG_BEYOND, 0, 0, 0 },
		{ "bytes=3-5", "\"t\"", TONG_PART, 10, 3, 3 },
		{ "bytes=3-5", "\"old\"", TONG_WHOLE, 10, 0, 10 },
		{ "bytes=3-5", "W/\"t\"", TONG_WHOLE, 10, 0, 10 },
		{ "bytes=3-5", "Fri, 01 Jan 2027 00:00:00 GMT", TONG_WHOLE, 10, 0, 10 },
		{ "bytes=10-", "\"old\"", TONG_WHOLE, 10, 0, 10 },
		{ "bytes=5-3", NULL, TONG_WHOLE, 10, 0, 10 },
		{ "bytes=0-1,4-5", NULL, TONG_WHOLE, 10, 0, 10 },
		{ "bytes=a-", NULL, TONG_WHOLE, 10, 0, 10 },
		{ "bytes=", NULL, TONG_WHOLE, 10, 0, 10 },
		{ "bytes=--5", NULL, TONG_WHOLE, 10, 0, 10 },
		{ "bytes=99999999999999999999-", NULL, TONG_WHOLE, 10, 0, 10 },
		{ "items=0-5", NULL, TONG_WHOLE, 10, 0, 10 },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint64_t from = 77, n = 77;

		CHECK_INT(tong__range_of(cases[i].range, cases[i].if_range, "\"t\"", cases[i].size, &from,
								 &n),
				  cases[i].kind);
		CHECK_INT(from, cases[i].from);
		CHECK_INT(n, cases[i].n);
	}
}

int main(void)
{
	RUN(codings_by_weight);
	RUN(tags_in_lists);
	RUN(ranges);
	return tong_test_done();
}
