/* Codes: check digits and the forms that real catalogues use; every example is a published one. */
#include "core/code.h"
#include "tests/lib/check.h"

static void checks_credit_codes(void)
{
	CHECK(tong__uscc_valid("91350100M000100Y43"));
	CHECK(tong__uscc_valid("91110000101623741K"));
	CHECK(tong__uscc_valid("11511301008778239R"));
	CHECK(tong__uscc_valid("11511300008778693M"));
	CHECK_INT(tong__uscc_check_digit("91350100M000100Y4"), '3');
	CHECK_INT(tong__uscc_check_digit("91350100I000100Y4"), 0);
}

static void reports_broken_credit_codes(void)
{
	CHECK(!tong__uscc_valid("TE5116020105116050")); /* an internal code of 18 characters */
	CHECK(!tong__uscc_valid("1151130108778239R")); /* a character lost */
	CHECK(!tong__uscc_valid("11511301452259996u")); /* lower case */
	CHECK(!tong__uscc_valid("2222222222222"));
	CHECK(!tong__uscc_valid("91350100M000100Y43 "));
	CHECK(!tong__uscc_valid("91350100M000100Y44"));
	CHECK(!tong__uscc_valid("19350100M000100Y43")); /* two swapped */
	CHECK(!tong__uscc_form("91350100S000100Y43")); /* S is not in the alphabet */
	CHECK(!tong__uscc_valid(""));
}

static void checks_organisation_codes(void)
{
	CHECK(tong__orgcode_valid("00877868-5"));
	CHECK(tong__orgcode_valid("008778685"));
	CHECK(tong__orgcode_valid("00877869X") == tong__orgcode_valid("00877869-X"));
	CHECK(!tong__orgcode_valid("00877868-6"));
	CHECK(!tong__orgcode_valid("0087790701"));
	CHECK(!tong__orgcode_valid("00877868"));
	CHECK(!tong__orgcode_valid("00877868-"));
	CHECK(!tong__orgcode_valid("8282348"));
	CHECK(!tong__orgcode_valid(""));
}

static void names_code_systems(void)
{
	static const struct {
		const char *code, *name;
	} rows[] = {
		{"512036010003", "national-12"},
		{"511Z07001006", "sichuan-12"},
		{"511A0138000000", "sichuan-14"},
		{"512B0046200003", "sichuan-14"},
		{"51201300200004", "sichuan-14-20"},
		{"G-000007-001", "legacy-letter"},
		{"A-004220-4220", "legacy-letter"},
		{"1J-5100-00027", "legacy-digit-letter"},
		{"51203601000", "unknown"},
		{"5120360100031", "unknown"},
		{"511a0138000000", "unknown"},
		{"51301300200004", "unknown"},
		{"", "unknown"},
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		CHECK_STR(tong__code_system_name(tong__code_system_of(rows[i].code)), rows[i].name);
	CHECK_INT(tong__code_system_named("sichuan-14-20"), TONG__CODE_SICHUAN_14_20);
	CHECK_INT(tong__code_system_named("unknown"), TONG__CODE_UNKNOWN);
	CHECK_INT(tong__code_system_named(""), TONG__CODE_UNKNOWN);
}

static void finds_the_national_code(void)
{
	char out[13];

	CHECK(tong__code_national("511A33038003", out));
	CHECK_STR(out, "510133038003");
	CHECK(tong__code_national("511Z07001006", out));
	CHECK_STR(out, "511007001006");
	CHECK(tong__code_national("511F30007010", out));
	CHECK_STR(out, "510730007010");
	CHECK(!tong__code_national("513A01353000", out)); /* 3A stands for three types */
	CHECK(!tong__code_national("511A0138000000", out));
	CHECK(!tong__code_national("510133038003", out));
}

static void cuts_portal_codes(void)
{
	struct tong__portal_code p;

	CHECK(tong__portal_code_read("511A33038003-511602000000-000-115113010833722043-1-00", &p));
	CHECK_STR(p.basic, "511A33038003");
	CHECK_STR(p.region, "511602000000");
	CHECK_STR(p.org, "115113010833722043");
	CHECK_STR(p.tail, "1-00");
	CHECK(tong__portal_code_read("512036010003-511602000000-000-11511301MB15537661-1-00", &p));
	CHECK(tong__portal_code_read("511A0358300011-510000000000-000-11510000MB1690541M-1-00",
				     &p));
	CHECK(tong__portal_code_read("511F99243096-511921101000-000-11513721008837024N-1-00", &p));
	CHECK_STR(p.region, "511921101000");
	CHECK(tong__portal_code_read("A-004220-4220-511602000000-000-00877868-5-2-00", &p));
	CHECK_STR(p.basic, "A-004220-4220");
	CHECK_STR(p.org, "00877868-5");
	CHECK_STR(p.tail, "2-00");
}

static void cuts_what_can_be_cut(void)
{
	struct tong__portal_code p;
	char longer[200];

	CHECK(!tong__portal_code_read("511A0005300014-512000000000-000-11511800008539131R-null-00",
				      &p));
	CHECK_STR(p.basic, "511A0005300014");
	CHECK_STR(p.org, "11511800008539131R");
	CHECK_STR(p.tail, "null-00");
	CHECK(!tong__portal_code_read("E-000021-001-1111111111111111", &p)); /* no region */
	CHECK_STR(p.basic, "E-000021-001");
	CHECK_STR(p.region, "");
	CHECK_STR(p.org, "1111111111111111");
	CHECK(!tong__portal_code_read("E-000004-001-11511301008778386B", &p));
	CHECK_STR(p.basic, "E-000004-001");
	CHECK(!tong__portal_code_read("512036010003", &p));
	CHECK_STR(p.basic, "512036010003");
	CHECK(!tong__portal_code_read("512036010003-511602000000-000-x", &p));
	CHECK_STR(p.org, "x");
	CHECK(!tong__portal_code_read("512036010003-511602000000-000--1-00", &p));
	CHECK(!tong__portal_code_read("512036010003-511602000000-000-x-1-01", &p));
	CHECK(!tong__portal_code_read("512036010003-511602000000-000-x y-1-00", &p));
	CHECK(!tong__portal_code_read("-511602000000-000-x-1-00", &p));
	CHECK(!tong__portal_code_read("", &p));
	CHECK_STR(p.basic, "");
	memset(longer, 'a', sizeof longer);
	longer[199] = '\0';
	memcpy(longer + 100, "-511602000000-000-", 18);
	CHECK(!tong__portal_code_read(longer, &p));
	CHECK_STR(p.basic, "");
	CHECK_STR(p.region, "511602000000");
}

static void builds_implementing_codes(void)
{
	char out[32];

	CHECK(tong__implementing_code("11440111007502521J", 4, "440511004002", out));
	CHECK_STR(out, "11440111007502521J4440511004002");
	CHECK(tong__implementing_code("12441500196720244T", 3, "442199806003", out));
	CHECK_STR(out, "12441500196720244T3442199806003");
	CHECK(!tong__implementing_code("1151130108778239R", 4, "440511004002", out));
	CHECK(!tong__implementing_code("11440111007502521J", 0, "440511004002", out));
	CHECK(!tong__implementing_code("11440111007502521J", 7, "440511004002", out));
	CHECK(!tong__implementing_code("11440111007502521J", 4, "511A33038003", out));
}

int main(void)
{
	RUN(checks_credit_codes);
	RUN(reports_broken_credit_codes);
	RUN(checks_organisation_codes);
	RUN(names_code_systems);
	RUN(finds_the_national_code);
	RUN(cuts_portal_codes);
	RUN(cuts_what_can_be_cut);
	RUN(builds_implementing_codes);
	return tong_test_done();
}
