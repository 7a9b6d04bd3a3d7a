/* The canonical form: one way to write a file, the same content, and nothing lost in silence. */
#include "publisher/format.h"

#include "core/buf.h"
#include "core/limits.h"
#include "tests/lib/check.h"

static struct tong__buf out, again;
static struct tong__findings *fs;
static tong_error err;

/* Formats into 'out'; the findings are those of this call. */
static int format(const char *path, const char *text)
{
	tong__findings_free(fs);
	tong__findings_new(&fs);
	tong__buf_clear(&out);
	memset(&err, 0, sizeof err);
	return tong__format(path, text, strlen(text), &out, fs, &err);
}

static void check_stable(const char *path)
{
	tong__buf_clear(&again);
	CHECK_INT(tong__format(path, out.data, out.len, &again, fs, &err), 0);
	CHECK_STR(again.data, out.data);
}

static void an_item_in_order(void)
{
	CHECK_INT(format("items/01/A-1.md",
					 "---\r\ntype: '01'\r\nname:   \"甲\"\r\ncode: A-1\r\nlevels:\r\n"
					 "- '4'\r\nbasis: [{article: 第一条, law: l1}]\r\n---\r\n## 说明\r\n乙\r\n"
					 "## 受理条件\r\n丙\r\n\r\n\r\n"),
			  0);
	CHECK_STR(
		out.data,
		"---\ncode: \"A-1\"\nname: 甲\ntype: \"01\"\nlevels: [\"4\"]\n"
		"basis:\n  - {law: l1, article: 第一条}\n---\n\n## 受理条件\n\n丙\n\n## 说明\n\n乙\n");
	check_stable("items/01/A-1.md");
}

static void a_table_sorted_and_quoted(void)
{
	CHECK_INT(format("waivers.csv",
					 "\xef\xbb\xbfrule,subject,reason,author,until\r\n"
					 "\"b\",s,\"一,二\",x,2027-01-01\r\na,s,\"说\"\"好\"\"\",x,2027-01-01\r\n"),
			  0);
	CHECK_STR(out.data, "rule,subject,reason,author,until\nb,s,\"一,二\",x,2027-01-01\n"
						"a,s,\"说\"\"好\"\"\",x,2027-01-01\n");
	CHECK_INT(format("regions.csv",
					 "code,name,level,type,parent,name_new\n511600,广安市,2,,510000,\n"
					 "510000,四川省,1,,,\n"),
			  0);
	CHECK_STR(out.data, "code,name,level,type,parent,name_new\n510000,四川省,1,,,\n"
						"511600,广安市,2,,510000,\n");
	check_stable("regions.csv");
}

static void broken_files_are_left_alone(void)
{
	CHECK_INT(format("items/01/A-1.md", "---\ncode: A-1\n code: x\n---\n"), 0);
	CHECK_INT(tong__findings_count(fs), 1);
	CHECK_INT(out.len, 0);
	CHECK_STR(tong__findings_at(fs, 0)->rule->id, "yaml-syntax");
	CHECK(tong__findings_at(fs, 0)->line > 1);
	CHECK_INT(format("items/01/A-1.md", "---\ncode: A-1\n---\n\n## 没有的标题\n\n甲\n"), 0);
	CHECK_INT(tong__findings_count(fs), 1);
	CHECK_INT(format("agencies.csv", "id,name\na,b\n"), 0);
	CHECK(tong__findings_count(fs) > 0);
	CHECK_INT(format("else.txt", "x"), 0);
	CHECK_STR(tong__findings_at(fs, 0)->rule->id, "file-unknown");
}

static void a_comment_is_not_lost(void)
{
	unsigned line = 1, column = 0;
	const char *yaml =
		"a: \"# 不是\"\nb: 'it''s # no'\nc: |\n  # 正文\n\n  # 正文\nd: x#y\ne: it's # 是\n";

	CHECK_INT(format("themes.yaml", "themes: []   # 以后再写\n"), TONG_E_FORMAT);
	CHECK_STR(err.subject, "themes.yaml:1:14");
	CHECK_INT(out.len, 0);
	CHECK(tong__yaml_comment(yaml, strlen(yaml), &line, &column));
	CHECK_INT(line, 8);
	CHECK_INT(column, 9);
	line = 1;
	CHECK(!tong__yaml_comment(yaml, strlen(yaml) - strlen(" # 是\n"), &line, &column));
}

static void files_read_elsewhere_are_copied(void)
{
	CHECK_INT(format("README.md", "# 甲\r\n"), 0);
	CHECK_STR(out.data, "# 甲\r\n");
	/* the gate reads it: emptying it would open the gate */
	CHECK_INT(format("scope.csv", "author,path\na,b\n"), 0);
	CHECK_STR(out.data, "author,path\na,b\n");
}

int main(void)
{
	tong__buf_init(&out, TONG_MAX_SOURCE_FILE);
	tong__buf_init(&again, TONG_MAX_SOURCE_FILE);
	RUN(an_item_in_order);
	RUN(a_table_sorted_and_quoted);
	RUN(broken_files_are_left_alone);
	RUN(a_comment_is_not_lost);
	RUN(files_read_elsewhere_are_copied);
	tong__buf_free(&out);
	tong__buf_free(&again);
	tong__findings_free(fs);
	return tong_test_done();
}
