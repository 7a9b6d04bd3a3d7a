/* The word that was probably meant, and no word when none is near. */
#include "core/suggest.h"
#include "tests/lib/check.h"

#include <string.h>

static const char *nearest(const char *word)
{
	static const struct tong__enum_value words[] = {
		{"name", "事项名称", NULL}, {"visits", "到现场次数", NULL}, {"limit_promised", "承诺办结时限", NULL},
		{"m0001", "样例申请表", NULL}, {"1", "即办件", NULL}, {"2", "承诺件", NULL}, {NULL, NULL, NULL},
	};
	struct tong__suggest s = tong__suggest(word);

	tong__suggest_values(&s, words);
	return s.best ? s.best : "";
}

static void slips_are_seen(void)
{
	CHECK_STR(nearest("nmae"), "name");
	CHECK_STR(nearest("Name"), "name");
	CHECK_STR(nearest("visit"), "visits");
	CHECK_STR(nearest("limit-promissed"), "limit_promised");
	CHECK_STR(nearest("即办件"), "1");
	CHECK_STR(nearest("承诺办理时限"), "limit_promised");
}

static void nothing_is_made_up(void)
{
	char far[400];

	CHECK_STR(nearest(""), "");
	CHECK_STR(nearest("9"), "");
	CHECK_STR(nearest("m0003"), "");
	CHECK_STR(nearest("something"), "");
	CHECK_STR(nearest("电话"), "");
	memset(far, 'n', sizeof far - 1);
	far[sizeof far - 1] = '\0';
	CHECK_STR(nearest(far), "");
}

static void it_is_said(void)
{
	struct tong__suggest s = tong__suggest("nmae");
	char out[TONG__SUGGESTED];

	CHECK_STR(tong__suggest_say(&s, "字段名", out), "字段名");
	tong__suggest_try(&s, "name", NULL);
	CHECK_STR(tong__suggest_say(&s, "字段名", out), "字段名 (did you mean name?)");
	s = tong__suggest("即办");
	tong__suggest_try(&s, "1", "即办件");
	CHECK_STR(tong__suggest_say(&s, "代码", out), "代码 (did you mean 1, 即办件?)");
}

int main(void)
{
	RUN(slips_are_seen);
	RUN(nothing_is_made_up);
	RUN(it_is_said);
	return tong_test_done();
}
