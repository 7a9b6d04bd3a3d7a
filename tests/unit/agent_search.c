/* The tokenizer, queries and search: short and long words, names first, codes, regions. */
#include "core/search_texts.h"
#include "agent/query.h"
#include "agent/store_sql.h"
#include "tests/unit/agent_node.h"

static struct province p;
static tong_agent *a;

static void begin(const char *name)
{
	char dir[64];

	p_new(&p, name);
	p_item(&p, "511A0300000001", "食品经营许可", "身份证明材料，经营场所平面图");
	p_item(&p, "511A0300000002", "医疗机构B超诊断科目登记", "CT和MRI设备清单");
	p_item(&p, "511A0300000003", "犬只登记", "办理人须携带犬只");
	p_release(&p);
	snprintf(dir, sizeof dir, "%s-node", name);
	p_node(&p, dir, &a);
	p_sync(a, "TONG_OK", "full", NULL);
}

static void end(void)
{
	tong_agent_close(a);
	p_free(&p);
}

/* "way total code code …" */
static const char *found(const char *words, const char *region)
{
	static char out[1024];
	tong_error err;
	char *text;
	json_t *doc, *hit;
	size_t i;
	int rc = tong_agent_search(a, words, region, 0, &text, &err);

	if (rc)
		return tong_code_name(rc);
	doc = json_loads(text, 0, NULL);
	snprintf(out, sizeof out, "%s %d", json_string_value(json_object_get(doc, "way")),
			 (int)json_integer_value(json_object_get(doc, "total")));
	json_array_foreach(json_object_get(doc, "hits"), i, hit)
	{
		strcat(out, " ");
		strcat(out, json_string_value(json_object_get(hit, "code")) + 4);
		if (json_is_true(json_object_get(hit, "listed")))
			strcat(out, "*");
	}
	json_decref(doc);
	tong_agent_free(text);
	return out;
}

static void finds_short_and_long_words(void)
{
	begin("words");
	CHECK_ALIVE();
	CHECK_STR(found("犬", NULL), "words 1 0300000003");
	CHECK_STR(found("只", NULL), "words 1 0300000003");
	CHECK_STR(found("登记", NULL), "words 2 0300000003 0300000002");
	CHECK_STR(found("食品经营许可", NULL), "words 1 0300000001");
	CHECK_STR(found("身份证办理", NULL), "words 2 0138000000 0138000001");
	CHECK_STR(found("居民 办理", NULL), "words 2 0138000000 0138000001");
	CHECK_STR(found("平面图", NULL), "words 1 0300000001");
	CHECK_STR(found("汽车", NULL), "loose 0");
	end();
}

static void names_come_first(void)
{
	begin("names");
	CHECK_ALIVE();
	/* Two have it in the name, two in the text. */
	CHECK_STR(found("身份证", NULL), "words 4 0138000000 0138000001 0007700001 0300000001");
	end();
}

static void letters_and_digits(void)
{
	begin("letters");
	CHECK_ALIVE();
	CHECK_STR(found("B超", NULL), "words 2 0300000002 0007700001");
	CHECK_STR(found("b超检查", NULL), "words 2 0007700001 0300000002");
	CHECK_STR(found("ｍｒｉ", NULL), "words 1 0300000002");
	CHECK_STR(found("mr", NULL), "words 1 0300000002");
	end();
}

static void codes_and_aliases(void)
{
	begin("codes");
	CHECK_ALIVE();
	CHECK_STR(found("511a0138000000", NULL), "code 1 0138000000");
	CHECK_STR(found("511A03", NULL), "code 3 0300000001 0300000002 0300000003");
	CHECK_STR(found("511Z07001006", NULL), "code 1 0007700001");
	CHECK_STR(found("511A0138000000-511602000000-000-X-1-00", NULL), "code 1 0138000000");
	end();
}

static void a_region_marks_what_it_lists(void)
{
	begin("region");
	CHECK_ALIVE();
	CHECK_STR(found("身份证", "511602"), "words 4 0138000000* 0138000001 0007700001 0300000001");
	CHECK_STR(found("换领", "511602"), "words 1 0138000000*"); /* the name the county published */
	CHECK_STR(found("换领", "511602101"), "words 1 0138000000*");
	CHECK_STR(found("身份证", "510104"), "TONG_E_NOTFOUND");
	CHECK_STR(found("身份证", "abc"), "TONG_E_USAGE");
	end();
}

static void a_sentence_finds_what_is_near(void)
{
	begin("near");
	CHECK_ALIVE();
	CHECK_STR(found("我想给狗办犬只登记证", NULL), "loose 1 0300000003");
	CHECK_STR(found("", NULL), "TONG_E_USAGE");
	CHECK_STR(found("，。！", NULL), "TONG_E_USAGE");
	CHECK_STR(found("\" OR name:*", NULL), "loose 0");
	CHECK_STR(found("NEAR( AND NOT", NULL), "loose 0");
	end();
}

static void the_index_follows_changes(void)
{
	begin("follows");
	CHECK_ALIVE();
	p_item(&p, "511A0300000003", "养猫备案", "办理人须携带猫");
	p_release(&p);
	p_sync(a, "TONG_OK", "head", NULL);
	CHECK_STR(found("犬", NULL), "loose 0");
	CHECK_STR(found("猫", NULL), "words 1 0300000003");
	CHECK_INT(tong_agent_rollback(a, NULL), 0);
	CHECK_STR(found("犬", NULL), "words 1 0300000003");
	CHECK_STR(found("猫", NULL), "loose 0");
	p_del(&p, "base", "item/511A0300000003");
	p_release(&p);
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_STR(found("犬", NULL), "loose 0");
	CHECK_STR(found("511A0300000003", NULL), "loose 0");
	end();
}

/* A store of version 1 has a copy of every text in its index. It is read as it is, and made into
 * one of today by who writes next. */
static void an_older_store_is_searched_and_renewed(void)
{
	static const char version_1[] =
		"DROP TABLE words; CREATE INDEX alias_record ON alias(record);"
		"CREATE VIRTUAL TABLE words USING fts5(name, also, text, tokenize='tong');"
		"INSERT INTO words(rowid, name, also, text) SELECT id, '', '', '经营场所平面图' FROM record"
		" WHERE key = 'item/511A0300000001'; PRAGMA user_version=1";
	tong_options opt = TONG_OPTIONS_INIT;
	struct tong__store *store;
	tong_error err = TONG_ERROR_INIT;

	begin("older");
	CHECK_ALIVE();
	tong_agent_close(a);
	CHECK_INT(tong__store_open(&store, p_node_dir("older-node"), true, &err), 0);
	CHECK_INT(tong__sql_exec(store, version_1, &err), 0);
	tong__store_close(store);
	opt.read_only = 1;
	p_open_with(&a, p_node_dir("older-node"), &opt);
	CHECK_ALIVE();
	CHECK_STR(found("平面图", NULL), "words 1 0300000001");
	CHECK_STR(found("设备清单", NULL), "loose 0");
	tong_agent_close(a);
	CHECK_INT(tong__store_open(&store, p_node_dir("older-node"), true, &err), 0);
	tong__store_close(store);
	p_open(&a, p_node_dir("older-node"));
	CHECK_ALIVE();
	CHECK_STR(found("设备清单", NULL), "words 1 0300000002");
	p_item(&p, "511A0300000002", "医疗机构B超诊断科目登记", "改过");
	p_release(&p);
	p_sync(a, "TONG_OK", "head", NULL);
	CHECK_STR(found("设备清单", NULL), "loose 0");
	CHECK_STR(found("改过", NULL), "words 1 0300000002");
	end();
}

/* What a damaged line said is not in the index any more when it is whole again. */
static void damage_leaves_nothing_in_the_index(void)
{
	struct tong__store *store;
	tong_error err = TONG_ERROR_INIT;

	begin("traces");
	CHECK_ALIVE();
	CHECK_INT(tong__store_open(&store, p_node_dir("traces-node"), true, &err), 0);
	CHECK_INT(tong__sql_exec(store,
							 "UPDATE record SET body = replace(body, '设备清单', '另外的字')"
							 " WHERE key = 'item/511A0300000002'",
							 &err),
			  0);
	tong__store_close(store);
	CHECK(tong_agent_verify(a, 0, NULL, NULL) != 0);
	p_item(&p, "511A0300000002", "医疗机构B超诊断科目登记", "改过");
	p_release(&p);
	p_sync(a, "TONG_OK", "full", NULL);
	CHECK_ALIVE();
	CHECK_STR(found("设备清单", NULL), "loose 0");
	CHECK_STR(found("另外的字", NULL), "loose 0");
	CHECK_STR(found("改过", NULL), "words 1 0300000002");
	CHECK_STR(found("平面图", NULL), "words 1 0300000001");
	end();
}

static void snippets_show_the_place(void)
{
	struct tong__query q;
	struct tong__buf out;

	CHECK(tong__query_read(&q, "  平面图 "));
	tong__buf_init(&out, 4096);
	tong__query_snippet(&q, "需要身份证明材料，\n\n经营场所平面图",
						strlen("需要身份证明材料，\n\n经营场所平面图"), &out);
	CHECK_STR(out.data, "需要身份证明材料， 经营场所平面图");
	tong__buf_free(&out);
	CHECK(tong__query_read(&q, "没有"));
	tong__query_snippet(&q, "平面图", 9, &out);
	CHECK_INT(out.len, 0);
}

static void html_becomes_text(void)
{
	struct tong__buf out;

	tong__buf_init(&out, 4096);
	tong__searched_html(&out, "<p>甲&amp;乙</p><ul><li>&lt;丙&gt;</li></ul>&copy; <broken");
	CHECK_STR(out.data, " 甲&乙   <丙>  &copy;  ");
	tong__buf_free(&out);
}

static void bad_text_is_no_harm(void)
{
	struct tong__query q;
	char longest[TONG_MAX_QUERY * 2];

	memset(longest, 'x', sizeof longest);
	longest[sizeof longest - 1] = '\0';
	CHECK(!tong__query_read(&q, longest));
	CHECK(tong__query_read(&q, "\xff\xfe证\xe8"));
	begin("bad");
	CHECK_ALIVE();
	CHECK_STR(found("\xff犬\xe8", NULL), "words 1 0300000003"); /* what is not text parts words */
	end();
}

int main(void)
{
	RUN(finds_short_and_long_words);
	RUN(names_come_first);
	RUN(letters_and_digits);
	RUN(codes_and_aliases);
	RUN(a_region_marks_what_it_lists);
	RUN(a_sentence_finds_what_is_near);
	RUN(the_index_follows_changes);
	RUN(an_older_store_is_searched_and_renewed);
	RUN(damage_leaves_nothing_in_the_index);
	RUN(snippets_show_the_place);
	RUN(html_becomes_text);
	RUN(bad_text_is_no_harm);
	return tong_test_done();
}
