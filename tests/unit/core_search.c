/* What the search is built from: folded text, readings of characters, slots and files. */
#include <string.h>

#include "core/pinyin.h"
#include "core/search_fold.h"
#include "core/search_shards.h"
#include "core/text.h"
#include "tests/lib/check.h"

static const char *folded(const char *text)
{
	static char out[256];
	uint32_t c[TONG_MAX_FOLDED];
	size_t n = tong__search_fold(text, strlen(text), c, TONG_MAX_FOLDED), len = 0;

	for (size_t i = 0; i < n; i++)
		len += tong__utf8_put(c[i], out + len);
	out[len] = '\0';
	return out;
}

static void text_is_folded(void)
{
	CHECK_STR(folded("《药品经营许可证》（零售） 核发"), "药品经营许可证零售核发");
	CHECK_STR(folded("Ｂ超、CT"), "b超ct");
	CHECK_STR(folded("Ⅱ级、①号"), "ii级1号");
	CHECK_STR(folded("䢺㭎镇〇号ꆈꌠ"), "䢺㭎镇〇号ꆈꌠ");
	CHECK_STR(folded("身　份　证"), "身份证");
	CHECK_STR(folded("，。！  "), "");
}

static void long_text_is_cut(void)
{
	uint32_t c[3];

	CHECK_INT(tong__search_fold("甲乙丙丁", 12, c, 3), 3);
	CHECK_INT(c[2], 0x4E19);
}

static const char *readings(const struct tong__pinyin *p, uint32_t cp)
{
	static char out[64];
	struct tong__syllable found[TONG_READINGS];
	size_t n = tong__pinyin_of(p, cp, found), len = 0;

	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(out + len, sizeof out - len, "%s%.*s", i ? " " : "",
		                        (int)found[i].n, found[i].p);
	out[len] = '\0';
	return out;
}

static void characters_have_readings(void)
{
	struct tong__pinyin *p = tong__pinyin_new();

	CHECK(p != NULL);
	CHECK_STR(readings(p, 0x8EAB), "shen");          /* 身 */
	CHECK_STR(readings(p, 0x884C), "hang xing");     /* 行 */
	CHECK_STR(readings(p, 0x4F1A), "hui kuai");      /* 会 */
	CHECK_STR(readings(p, 0x957F), "chang zhang");   /* 长 */
	CHECK_STR(readings(p, 0x5F8B), "lv");            /* 律 */
	CHECK_STR(readings(p, 0x48BA), "chu");           /* 䢺 */
	CHECK_STR(readings(p, 0x3B4E), "gang");          /* 㭎 */
	CHECK_STR(readings(p, 'a'), "");
	tong__pinyin_free(p);
}

static void items_have_room(void)
{
	CHECK_INT(tong__search_slots(0), 64);
	CHECK_INT(tong__search_slots(48), 64);
	CHECK_INT(tong__search_slots(49), 128);
	CHECK_INT(tong__search_slots(3000), 4096);
	CHECK_INT(tong__search_shards(3000), 2048);
}

int main(void)
{
	RUN(text_is_folded);
	RUN(long_text_is_cut);
	RUN(characters_have_readings);
	RUN(items_have_room);
	return tong_test_done();
}
