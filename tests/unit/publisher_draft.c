/* New files: what is asked, what comes of it, and which codes are refused. */
#include "publisher/draft.h"

#include "core/json.h"
#include "publisher/model_reload.h"
#include "tests/lib/check.h"

static struct tong__model *m;
static tong_error err;

static void open_model(void)
{
	static const char item[] = "---\ncode: \"512004001000\"\nname: 甲\ntype: \"20\"\naliases:\n"
							   "  - {system: sichuan-12, code: 512K04001000}\n---\n";
	struct tong__findings *fs;

	if (tong__findings_new(&fs) ||
		tong__model_read_file(&m, "items/20/512004001000.md", item, strlen(item), fs, &err))
		exit(1);
	m->retired = json_pack("{s:s}", "512004009000", "旧事项");
	tong__findings_free(fs);
}

static int make(const char *kind, json_t *answers, struct tong__draft *d)
{
	int rc;

	memset(&err, 0, sizeof err);
	rc = tong__draft_make(d, tong__draft_kind_named(kind), answers, m, &err);
	json_decref(answers);
	return rc;
}

static int refused(const char *code)
{
	struct tong__draft d;
	int rc =
		make("item", json_pack("{s:s, s:s, s:s}", "code", code, "name", "乙", "type", "20"), &d);

	tong__draft_free(&d);
	return rc;
}

static void an_item(void)
{
	struct tong__draft d;

	CHECK_INT(make("item",
				   json_pack("{s:s, s:s, s:s, s:s, s:s}", "code", "512004002000", "name", "乙",
							 "type", "公共服务", "levels", "4,镇（乡、街道）级", "visits", "1"),
				   &d),
			  0);
	CHECK_STR(d.path[0], "items/20/512004002000.md");
	CHECK_STR(d.text[0].data, "---\ncode: \"512004002000\"\ncode_system: national-12\nname: 乙\n"
							  "type: \"20\"\nlevels: [\"4\", \"5\"]\nvisits: 1\n---\n");
	tong__draft_free(&d);
}

static void codes_in_use_are_refused(void)
{
	CHECK_INT(refused("512004001000"), TONG_E_DIFFERS);
	CHECK_INT(refused("512K04001000"), TONG_E_DIFFERS);
	CHECK_INT(refused("512004009000"), TONG_E_DIFFERS);
	CHECK(strstr(err.message, "P8") && strstr(err.message, "旧事项"));
	CHECK_INT(refused("a b"), TONG_E_USAGE);
}

static void what_is_missing_is_named(void)
{
	struct tong__draft d;

	CHECK_INT(make("item", json_pack("{s:s}", "code", "512004002000"), &d), TONG_E_USAGE);
	CHECK_STR(err.subject, "name");
	tong__draft_free(&d);
	CHECK_INT(make("item",
				   json_pack("{s:s, s:s, s:s, s:s}", "code", "512004002000", "name", "乙", "type",
							 "20", "nmae", "x"),
				   &d),
			  TONG_E_USAGE);
	CHECK_STR(err.subject, "nmae");
	tong__draft_free(&d);
	CHECK(!tong__draft_kind_named("else"));
}

int main(void)
{
	open_model();
	RUN(an_item);
	RUN(codes_in_use_are_refused);
	RUN(what_is_missing_is_named);
	tong__model_free(m);
	return tong_test_done();
}
