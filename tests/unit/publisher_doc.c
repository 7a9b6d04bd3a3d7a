/* Documents: what YAML means here, where values stand, what is refused, how sections are cut. */
#include "publisher/doc.h"
#include "publisher/model.h"
#include "tests/lib/check.h"

static struct tong__findings *fs;
static struct tong__doc *doc;

static void clean(void)
{
	tong__doc_free(doc);
	tong__findings_free(fs);
	doc = NULL;
	fs = NULL;
}

static void read_yaml(const char *text)
{
	clean();
	CHECK_INT(tong__findings_new(&fs), 0);
	CHECK_INT(tong__doc_yaml(&doc, "a.yaml", text, strlen(text), fs, NULL), 0);
	CHECK(doc && json_is_object(doc->root));
}

static void read_md(const char *text)
{
	clean();
	CHECK_INT(tong__findings_new(&fs), 0);
	CHECK_INT(tong__doc_markdown(&doc, "a.md", text, strlen(text), fs, NULL), 0);
	CHECK(doc && json_is_object(doc->root));
}

static const char *rule(void)
{
	return tong__findings_count(fs) ? tong__findings_at(fs, 0)->rule->id : "none";
}

static const char *str(const char *name)
{
	return json_string_value(json_object_get(doc->root, name));
}

static void reads_scalars(void)
{
	read_yaml("a: 12\nb: \"12\"\nc: true\nd: yes\ne:\nf: 1.5\ng: -3\nh: null\ni: 'true'\n"
		  "j: 12345678901234567890\nk: 2019-03-24\n");
	CHECK_ALIVE();
	CHECK_INT(tong__findings_count(fs), 0);
	CHECK_INT(json_integer_value(json_object_get(doc->root, "a")), 12);
	CHECK_STR(str("b"), "12");
	CHECK(json_is_true(json_object_get(doc->root, "c")));
	CHECK_STR(str("d"), "yes");
	CHECK_STR(str("e"), "");
	CHECK_STR(str("f"), "1.5");
	CHECK_INT(json_integer_value(json_object_get(doc->root, "g")), -3);
	CHECK_STR(str("h"), "null");
	CHECK_STR(str("i"), "true");
	CHECK_STR(str("j"), "12345678901234567890");
	CHECK_STR(str("k"), "2019-03-24");
}

static void knows_places(void)
{
	const json_t *list;
	struct tong__mark m;

	read_yaml("# x\n名称: 证\n材料:\n  - {id: m1, name: 甲}\n  - id: m2\n    name: 乙\n");
	CHECK_ALIVE();
	list = json_object_get(doc->root, "材料");
	m = tong__doc_mark(doc, doc->root, "材料", 0);
	CHECK_INT(m.line, 3);
	CHECK_INT(m.column, 1);
	m = tong__doc_mark(doc, list, NULL, 1);
	CHECK_INT(m.line, 5);
	CHECK_INT(m.column, 5);
	m = tong__doc_mark(doc, json_array_get(list, 0), "name", 0);
	CHECK_INT(m.line, 4);
	CHECK_INT(m.column, 14);
	m = tong__doc_mark(doc, json_array_get(list, 1), "name", 0);
	CHECK_INT(m.line, 6);
	m = tong__doc_mark(doc, json_array_get(list, 1), "none", 0);   /* the container's own */
	CHECK_INT(m.line, 5);
	m = tong__doc_mark(doc, list, NULL, 7);
	CHECK_INT(m.line, 4);
}

static void rejects_duplicate_key(void)
{
	read_yaml("a: 1\nb: {c: 1, c: {d: 2}}\na: [x]\n");
	CHECK_ALIVE();
	CHECK_INT(tong__findings_count(fs), 2);
	CHECK_STR(rule(), "yaml-duplicate-key");
	CHECK_INT(tong__findings_at(fs, 0)->line, 2);
	CHECK_INT(tong__findings_at(fs, 0)->column, 11);
	CHECK_INT(tong__findings_at(fs, 1)->line, 3);
	CHECK_INT(json_integer_value(json_object_get(doc->root, "a")), 1);
}

static void rejects_features(void)
{
	static const char *const bad[] = {
		"a: &x 1\n", "a: &x {b: 1}\n", "a: &x 1\nb: *x\n", "a: !!str 1\n", "a: !mine [1]\n",
		"%YAML 1.1\n---\na: 1\n", "a: 1\n---\nb: 2\n", "? [a, b]\n: 1\n", "? {a: b}\n: 1\n",
		"a: 007\n", "a: -0\n", "a: \"x\\0y\"\n", "\"x\\0y\": 1\n",
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		read_yaml(bad[i]);
		CHECK_ALIVE();
		CHECK_STR(rule(), "yaml-feature");
	}
}

static void bounds_alias_bomb(void)
{
	read_yaml("a: &a [x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b]\n");
	CHECK_ALIVE();
	CHECK_STR(rule(), "yaml-feature");
	CHECK_INT(json_array_size(json_object_get(doc->root, "c")), 5);
}

static void rejects_syntax_with_place(void)
{
	static const struct { const char *text; unsigned line, column; } bad[] = {
		{"a:\n\tb: 1\n", 2, 1},
		{"a: 1\nb: \"x\nc: 1\nd: 1\n", 2, 4},	/* where the quote opens */
		{"a: 第三条: 规定\n", 1, 7},
		{"a: [1, 2\nb: 1\n", 2, 2},
		{"- a\n", 1, 1},
		{"just text\n", 1, 1},
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		read_yaml(bad[i].text);
		CHECK_ALIVE();
		CHECK_STR(rule(), "yaml-syntax");
		CHECK_INT(tong__findings_at(fs, 0)->line, bad[i].line);
		CHECK_INT(tong__findings_at(fs, 0)->column, bad[i].column);
		CHECK_INT(json_object_size(doc->root), 0);
	}
}

static void rejects_encoding(void)
{
	static const char *const bad[] = {"a: \xc3\x28\n", "\xef\xbb\xbf" "a: 1\n", "a: 1\r\n",
					  "a: \x01\n", "a: \xed\xa0\x80\n"};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		read_yaml(bad[i]);
		CHECK_ALIVE();
		CHECK_STR(rule(), "file-encoding");
		CHECK_INT(tong__findings_at(fs, 0)->line, 1);
	}
}

static void bounds_depth_and_nodes(void)
{
	static char deep[200], wide[500000];
	size_t n = 0;

	memset(deep, '[', sizeof deep - 1);
	memcpy(deep, "a: ", 3);
	read_yaml(deep);
	CHECK_ALIVE();
	CHECK_STR(rule(), "file-too-large");
	n = (size_t)snprintf(wide, sizeof wide, "a: [");
	while (n < sizeof wide - 4) {
		memcpy(wide + n, "x,", 2);
		n += 2;
	}
	memcpy(wide + n, "]\n", 3);
	read_yaml(wide);
	CHECK_ALIVE();
	CHECK_STR(rule(), "file-too-large");
	CHECK_INT(json_object_size(doc->root), 0);
}

static void reads_empty_files(void)
{
	read_yaml("");
	CHECK_INT(tong__findings_count(fs), 0);
	read_yaml("# nothing\n");
	CHECK_INT(tong__findings_count(fs), 0);
	read_md("");
	CHECK_STR(rule(), "front-matter-missing");
	read_md("---\na: 1\n");
	CHECK_STR(rule(), "front-matter-missing");
	read_md("# 标题\n");
	CHECK_STR(rule(), "front-matter-missing");
}

static void cuts_sections(void)
{
	read_md("---\na: 1\n---\n\n## 受理条件\n\n一\n\n```\n## 不是标题\n```\n\n ## 办理流程 ##\n二\n\n\n"
		"### 三级\n\n##不是标题\n    ## 也不是\n## 说明\n");
	CHECK_ALIVE();
	CHECK_INT(tong__findings_count(fs), 0);
	CHECK_INT(doc->n_sections, 3);
	CHECK_STR(doc->sections[0].heading, "受理条件");
	CHECK_STR(doc->sections[0].markdown, "一\n\n```\n## 不是标题\n```");
	CHECK_INT(doc->sections[0].line, 5);
	CHECK_STR(doc->sections[1].heading, "办理流程");
	CHECK_STR(doc->sections[1].markdown, "二\n\n\n### 三级\n\n##不是标题\n    ## 也不是");
	CHECK_INT(doc->sections[1].line, 13);
	CHECK_STR(tong__doc_section(doc, "说明")->markdown, "");
	CHECK(!tong__doc_section(doc, "其他"));
}

static void keeps_text_before_sections(void)
{
	read_md("---\na: 1\n---\n开头\n\n## 说明\n一\n## 说明\n二\n");
	CHECK_ALIVE();
	CHECK_INT(doc->n_sections, 3);
	CHECK_STR(doc->sections[0].heading, "");
	CHECK_STR(doc->sections[0].markdown, "开头");
	CHECK_INT(doc->sections[0].line, 4);
	CHECK_STR(rule(), "section-duplicate");
	CHECK_INT(tong__findings_at(fs, 0)->line, 8);
	CHECK_STR(tong__doc_section(doc, "说明")->markdown, "一");
}

static void counts_lines_from_the_file(void)
{
	read_md("---\na: 1\nb: {c: 2}\na: 3\n---\n");
	CHECK_ALIVE();
	CHECK_STR(rule(), "yaml-duplicate-key");
	CHECK_INT(tong__findings_at(fs, 0)->line, 4);
	CHECK_INT(tong__doc_mark(doc, doc->root, "b", 0).line, 3);
	CHECK_INT(doc->n_sections, 0);
}

int main(void)
{
	RUN(reads_scalars);
	RUN(knows_places);
	RUN(rejects_duplicate_key);
	RUN(rejects_features);
	RUN(bounds_alias_bomb);
	RUN(rejects_syntax_with_place);
	RUN(rejects_encoding);
	RUN(bounds_depth_and_nodes);
	RUN(reads_empty_files);
	RUN(cuts_sections);
	RUN(keeps_text_before_sections);
	RUN(counts_lines_from_the_file);
	clean();
	return tong_test_done();
}
