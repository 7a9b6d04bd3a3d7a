/* History: what each commit did to each item, in words; first parents, moves, removals, shallow
 * edges. */
#include "publisher/history.h"

#include "tests/lib/scratch_repo.h"

static struct scratch s;
static json_t *log_, *retired;
static tong_error err;

static const char *words(const char *a, const char *b)
{
	static char out[2048];
	json_t *w = tong__history_words(a, a ? strlen(a) : 0, b, b ? strlen(b) : 0);
	size_t n = 0;

	*out = '\0';
	for (size_t i = 0; i < json_array_size(w); i++)
		n += (size_t)snprintf(out + n, sizeof out - n, "%s%s", i ? "；" : "",
				      json_string_value(json_array_get(w, i)));
	json_decref(w);
	return out;
}

#define ITEM(more) "---\ncode: \"A1\"\nname: 甲\ntype: \"01\"\n" more

static void says_what_changed(void)
{
	CHECK_STR(words(NULL, ITEM("---\n")), "首次收录");
	CHECK_STR(words(ITEM("---\n"), NULL), "取消");
	CHECK_STR(words(ITEM("---\n"), ITEM("---\n")), "");
	CHECK_STR(words(ITEM("---\n"), ITEM("# 注\n---\n")), "调整了写法，内容不变");
	CHECK_STR(words(ITEM("limit_promised: {days: 10, unit: \"1\"}\n---\n"),
			ITEM("limit_promised: {days: 5, unit: \"1\"}\n---\n")),
		  "承诺办结时限 10 → 5 个工作日");
	CHECK_STR(words(ITEM("limit_promised: {days: 10, unit: \"1\"}\n---\n"),
			ITEM("limit_promised: {days: 10, unit: \"2\"}\n---\n")),
		  "承诺办结时限 10 个工作日 → 10 日");
	CHECK_STR(words(ITEM("limit_statutory: {days: 10, unit: \"1\", from: 一}\n---\n"),
			ITEM("limit_statutory: {days: 10, unit: \"1\", from: 二}\n---\n")),
		  "修改了法定办结时限");
	CHECK_STR(words(ITEM("---\n"), ITEM("limit_promised: {days: 5, unit: \"1\"}\n---\n")),
		  "补充了承诺办结时限");
	CHECK_STR(words(ITEM("visits: 2\ncase_type: \"2\"\n---\n"),
			ITEM("visits: 0\ncase_type: \"1\"\n---\n")),
		  "办件类型 承诺件 → 即办件；到现场次数 2 → 0");
	CHECK_STR(words("---\nname: 甲\n---\n", "---\nname: 乙\n---\n"), "事项名称由“甲”改为“乙”");
	CHECK_STR(words(ITEM("served: [\"1\"]\nquota: \"\"\n---\n"), ITEM("served: [\"2\"]\n---\n")),
		  "修改了服务对象");
}

static void says_which_sections(void)
{
	CHECK_STR(words(ITEM("---\n## 受理条件\n一\n## 说明\n三\n"),
			ITEM("---\n## 受理条件\n二\n\n## 办理流程\n四\n## 说明\n")),
		  "修改了受理条件；补充了办理流程；删去了说明");
	CHECK_STR(words(ITEM("---\n## 受理条件\n一\n"), ITEM("---\n\n## 受理条件\n\n一\n")),
		  "调整了写法，内容不变");
}

static void says_which_materials(void)
{
	CHECK_STR(words(ITEM("materials:\n  - material: m1\n  - material: m2\n  - material: m3\n---\n"),
			ITEM("materials:\n  - {material: m2, copies: 2}\n  - material: m4\n---\n")),
		  "申请材料少 2 份：m1、m3；申请材料多 1 份：m4；修改了申请材料的要求：m2");
	CHECK_STR(words(ITEM("materials: [{material: m1}, {material: m2}]\n---\n"),
			ITEM("materials: [{material: m2}, {material: m1}]\n---\n")),
		  "调整了顺序：申请材料");
}

static void survives_broken_versions(void)
{
	CHECK_STR(words("no front matter", ITEM("---\n")), "修改了文件");
	CHECK_STR(words(ITEM("---\n"), "---\na: [\n---\n"), "修改了文件");
	CHECK_STR(words("", "x"), "修改了文件");
}

static void read_history(void)
{
	struct tong__tree *t = NULL;

	json_decref(log_);
	json_decref(retired);
	log_ = retired = NULL;
	memset(&err, 0, sizeof err);
	CHECK_INT(tong__tree_git(&t, s.dir, "HEAD", "data", &err), 0);
	CHECK_INT(tong__history_read(t, &log_, &retired, &err), 0);
	tong__tree_free(t);
}

/* "2023-11-15 首次收录 | …", newest first */
static const char *told(const char *code)
{
	static char out[2048];
	const json_t *list = json_object_get(log_, code);
	size_t n = 0;

	*out = '\0';
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *e = json_array_get(list, i), *what = json_object_get(e, "what");

		n += (size_t)snprintf(out + n, sizeof out - n, "%s%s", i ? " | " : "",
				      json_string_value(json_object_get(e, "date")));
		for (size_t k = 0; k < json_array_size(what); k++)
			n += (size_t)snprintf(out + n, sizeof out - n, " %s",
					      json_string_value(json_array_get(what, k)));
	}
	return out;
}

#define DAY 86400
#define START 1700006400LL	/* 2023-11-15 00:00 UTC */

static void walks_commits(void)
{
	scratch_put(&s, "data/materials.yaml", "materials:\n  - {id: m1, name: 户口簿}\n");
	scratch_put(&s, "data/items/01/A1.md", ITEM("materials: [{material: m1}]\n---\n"));
	scratch_put(&s, "data/items/01/B1.md", "---\nname: 乙\n---\n");
	scratch_commit(&s, START - 3600, 480);		/* the 14th in Greenwich, the 15th in Sichuan */
	scratch_put(&s, "data/regions.csv", "x");
	scratch_commit(&s, START + DAY, 0);
	scratch_put(&s, "data/items/01/A1.md", ITEM("visits: 1\n---\n"));
	scratch_put(&s, "data/materials.yaml", "materials: []\n");
	scratch_commit(&s, START + 2 * DAY, 0);
	scratch_remove(&s, "data/items/01/A1.md");
	scratch_put(&s, "data/items/05/A1.md",
		    "---\ncode: \"A1\"\nname: 甲\ntype: \"05\"\nvisits: 1\n---\n");
	scratch_remove(&s, "data/items/01/B1.md");
	scratch_put(&s, "data/items/README.md", "no item");
	scratch_commit(&s, START + 3 * DAY, 0);
	read_history();
	CHECK_ALIVE();
	CHECK_STR(told("A1"), "2023-11-18 事项类型 行政许可 → 行政给付 | "
			      "2023-11-17 补充了到现场次数 删去了申请材料 | 2023-11-15 首次收录");
	CHECK_STR(told("B1"), "2023-11-18 取消 | 2023-11-15 首次收录");
	CHECK_INT(json_object_size(log_), 2);
	CHECK_INT(json_object_size(retired), 1);
	CHECK_STR(json_string_value(json_object_get(retired, "B1")), "乙");
}

static void names_materials_of_their_time(void)
{
	scratch_put(&s, "data/materials.yaml",
		    "materials: [{id: m1, name: 旧名}, {id: m2, name: 照片}]\n");
	scratch_put(&s, "data/items/05/A1.md",
		    ITEM("materials: [{material: m1}, {material: m2}]\n---\n"));
	scratch_commit(&s, START + 4 * DAY, 0);
	scratch_put(&s, "data/materials.yaml",
		    "materials: [{id: m2, name: 照片}, {id: m3, name: 申请表}]\n");
	scratch_put(&s, "data/items/05/A1.md",
		    ITEM("materials: [{material: m2}, {material: m3}]\n---\n"));
	scratch_commit(&s, START + 5 * DAY, 0);
	read_history();
	CHECK_ALIVE();
	CHECK(strstr(told("A1"), "2023-11-20 申请材料少 1 份：旧名 申请材料多 1 份：申请表 | ") == told("A1"));
}

static void code_that_comes_back_keeps_the_name_it_was_given_up_under(void)
{
	scratch_put(&s, "data/items/01/B1.md", "---\nname: 乙\n---\n");
	scratch_commit(&s, START + 6 * DAY, 0);
	read_history();
	CHECK_ALIVE();
	CHECK_INT(json_object_size(retired), 1);
	CHECK_STR(told("B1"), "2023-11-21 首次收录 | 2023-11-18 取消 | 2023-11-15 首次收录");
}

static void invents_nothing_at_a_shallow_edge(void)
{
	scratch_cut_past(&s, START + 7 * DAY);
	read_history();
	CHECK_ALIVE();
	CHECK_INT(json_object_size(log_), 0);
	scratch_put(&s, "data/items/01/B1.md", "---\nname: 丙\n---\n");
	scratch_commit(&s, START + 8 * DAY, 0);
	read_history();
	CHECK_ALIVE();
	CHECK_INT(json_object_size(log_), 1);
	CHECK_STR(told("B1"), "2023-11-23 事项名称由“乙”改为“丙”");
}

static void folder_outside_git_has_none(void)
{
	struct tong__tree *t = NULL;
	json_t *a = NULL, *b = NULL;
	char dir[] = "/tmp/tong-history-XXXXXX";

	CHECK(mkdtemp(dir));
	CHECK_INT(tong__tree_dir(&t, dir, "", &err), 0);
	CHECK_STR(tong__tree_commit(t), "");
	CHECK_INT(tong__history_read(t, &a, &b, &err), 0);
	CHECK_INT(json_object_size(a) + json_object_size(b), 0);
	tong__tree_free(t);
	json_decref(a);
	json_decref(b);
	remove(dir);
}

int main(void)
{
	scratch_open(&s, "history");
	RUN(says_what_changed);
	RUN(says_which_sections);
	RUN(says_which_materials);
	RUN(survives_broken_versions);
	RUN(walks_commits);
	RUN(names_materials_of_their_time);
	RUN(code_that_comes_back_keeps_the_name_it_was_given_up_under);
	RUN(invents_nothing_at_a_shallow_edge);
	RUN(folder_outside_git_has_none);
	json_decref(log_);
	json_decref(retired);
	scratch_close(&s);
	return tong_test_done();
}
