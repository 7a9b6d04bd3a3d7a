/* UTF-8 as the Unicode standard has it, and names that cannot leave their folder. */
#include "core/text.h"
#include "tests/lib/check.h"

static bool valid(const char *s)
{
	return tong__utf8_valid(s, strlen(s), NULL);
}

static void accepts_utf8(void)
{
	CHECK(valid(""));
	CHECK(valid("居民身份证 abc é 𠮷"));
	CHECK(valid("\xf4\x8f\xbf\xbf"));
	CHECK(valid("\xed\x9f\xbf\xee\x80\x80"));
}

static void refuses_broken_utf8(void)
{
	size_t bad = 99;

	CHECK(!tong__utf8_valid("ab\xff", 3, &bad));
	CHECK_INT(bad, 2);
	CHECK(!tong__utf8_valid("a\0b", 3, &bad));
	CHECK_INT(bad, 1);
	CHECK(!valid("\xc0\xaf")); /* overlong */
	CHECK(!valid("\xe0\x80\xaf"));
	CHECK(!valid("\xf0\x80\x80\xaf"));
	CHECK(!valid("\xed\xa0\x80")); /* surrogate */
	CHECK(!valid("\xf4\x90\x80\x80")); /* past U+10FFFF */
	CHECK(!valid("\x80"));
	CHECK(!tong__utf8_valid("川", 2, NULL)); /* cut */
}

static void walks_and_writes_characters(void)
{
	const char *s = "a川\xff𠮷", *end = s + strlen(s);
	char out[4];

	CHECK_INT(tong__utf8_next(&s, end), 'a');
	CHECK_INT(tong__utf8_next(&s, end), 0x5ddd);
	CHECK_INT(tong__utf8_next(&s, end), 0xfffd);
	CHECK_INT(tong__utf8_next(&s, end), 0x20bb7);
	CHECK(s == end);
	CHECK_INT(tong__utf8_next(&s, end), 0xfffd);
	CHECK_INT(tong__utf8_put(0x20bb7, out), 4);
	CHECK_MEM(out, "𠮷", 4);
	CHECK_INT(tong__utf8_put(0x5ddd, out), 3);
	CHECK_MEM(out, "川", 3);
	CHECK_INT(tong__utf8_put(0xe9, out), 2);
	CHECK_MEM(out, "é", 2);
	CHECK_INT(tong__utf8_put(0xd800, out), 3);
	CHECK_MEM(out, "\xef\xbf\xbd", 3);
	CHECK_INT(tong__utf8_count("四川 a", 8), 4);
}

static void knows_han(void)
{
	CHECK(tong__is_han(0x4e00) && tong__is_han(0x3007) && tong__is_han(0x20bb7));
	CHECK(!tong__is_han('a') && !tong__is_han(0x3002) && !tong__is_han(0xff0c));
}

/* R2 */
static void accepts_keys(void)
{
	CHECK(tong__key_valid("catalogue", 9));
	CHECK(tong__key_valid("item/511A0138000000", 19));
	CHECK(tong__key_valid("asset/style.css", 15));
	CHECK(tong__key_valid("a/..b", 5));
}

/* R2 */
static void refuses_keys(void)
{
	char many[129];

	memset(many, 'a', sizeof many);
	CHECK(tong__key_valid(many, 128));
	CHECK(!tong__key_valid(many, 129));
	CHECK(!tong__key_valid("", 0));
	CHECK(!tong__key_valid("/a", 2));
	CHECK(!tong__key_valid("a/", 2));
	CHECK(!tong__key_valid("a//b", 4));
	CHECK(!tong__key_valid("a/./b", 5));
	CHECK(!tong__key_valid("a/..", 4));
	CHECK(!tong__key_valid("a b", 3));
	CHECK(!tong__key_valid("a\0b", 3));
	CHECK(!tong__key_valid("川", 3));
}

/* S2 */
static void ids_and_codes(void)
{
	char many[66] = "";

	memset(many, 'a', 65);
	CHECK(!tong__id_valid(many));
	many[64] = '\0';
	CHECK(tong__id_valid(many));
	CHECK(tong__id_valid("yanhua-baozhu_1"));
	CHECK(!tong__id_valid(""));
	CHECK(!tong__id_valid("a.b"));
	CHECK(!tong__item_code_valid(many));
	many[40] = '\0';
	CHECK(tong__item_code_valid(many));
	CHECK(tong__item_code_valid("G-000007-001"));
	CHECK(!tong__item_code_valid("a_b"));
}

static void regions_hold_regions(void)
{
	CHECK(tong__region_code_valid("510000") && tong__region_code_valid("511921101"));
	CHECK(tong__region_code_valid("511602000000"));
	CHECK(!tong__region_code_valid("51000") && !tong__region_code_valid("51000a"));
	CHECK(!tong__region_code_valid("5100001") && !tong__region_code_valid("5116020000001"));
	CHECK(tong__region_within("511602", "510000"));
	CHECK(tong__region_within("511602", "511600"));
	CHECK(tong__region_within("511602", "511602"));
	CHECK(tong__region_within("511921101", "511921"));
	CHECK(tong__region_within("511921101203", "511921101"));
	CHECK(tong__region_within("511602000000", "511602"));
	CHECK(!tong__region_within("511600", "511602"));
	CHECK(!tong__region_within("511602", "511601"));
	CHECK(!tong__region_within("510000", "511602"));
	CHECK(!tong__region_within("500000", "510000"));
	CHECK(!tong__region_within("x", "510000"));
}

static void paths_stay_inside(void)
{
	CHECK(tong__path_safe("targets/HASH.base.ndjson"));
	CHECK(tong__path_safe("items/01/...md"));
	CHECK(!tong__path_safe(""));
	CHECK(!tong__path_safe("/etc/passwd"));
	CHECK(!tong__path_safe("a/../b"));
	CHECK(!tong__path_safe("a/."));
	CHECK(!tong__path_safe("a//b"));
	CHECK(!tong__path_safe("a/"));
	CHECK(!tong__path_safe("a\\b"));
	CHECK(!tong__path_safe("a\nb"));
}

static void prefixes_and_suffixes(void)
{
	CHECK(tong__starts("item/1", "item/") && !tong__starts("ite", "item"));
	CHECK(tong__ends("a_html", "_html") && !tong__ends("html", "_html"));
}

int main(void)
{
	RUN(accepts_utf8);
	RUN(refuses_broken_utf8);
	RUN(walks_and_writes_characters);
	RUN(knows_han);
	RUN(accepts_keys);
	RUN(refuses_keys);
	RUN(ids_and_codes);
	RUN(regions_hold_regions);
	RUN(paths_stay_inside);
	RUN(prefixes_and_suffixes);
	return tong_test_done();
}
