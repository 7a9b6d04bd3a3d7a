/* What a change means: sentences, marked characters, who may edit what, and columns found
 * without a table. */
#include "publisher/csv_scan.h"
#include "publisher/scope.h"
#include "publisher/text_diff.h"
#include "publisher/words.h"
#include "publisher/words_diff.h"
#include "tests/lib/check.h"

static struct tong__str str(const char *s)
{
	return (struct tong__str){s, strlen(s)};
}

/* "样例[条件|要求]": what goes and what comes, in one string. */
static const char *marked(const char *before, const char *after)
{
	static char out[4096];
	struct tong__edits e;
	size_t n = 0;

	if (!tong__text_diff(&e, str(before), str(after)))
		return "no memory";
	for (size_t i = 0; i < e.n && n < sizeof out - 64; i++) {
		static const char *const marks[][2] = {{"", ""}, {"[-", "-]"}, {"{+", "+}"}};
		const char *const *m = marks[e.at[i].kind];

		n += (size_t)snprintf(out + n, sizeof out - n, "%s%.*s%s", m[0], (int)e.at[i].text.n,
		                      e.at[i].text.p, m[1]);
	}
	out[n] = '\0';
	tong__edits_free(&e);
	return out;
}

static void marks_characters_of_chinese(void)
{
	CHECK_STR(marked("样例申请表", "样例申请书"), "样例申请[-表-]{+书+}");
	CHECK_STR(marked("年满十八周岁", "年满十六周岁的公民"), "年满十[-八-]{+六+}周岁{+的公民+}");
	CHECK_STR(marked("", "新的"), "{+新的+}");
	CHECK_STR(marked("旧的", ""), "[-旧的-]");
	CHECK_STR(marked("一样", "一样"), "一样");
	CHECK_STR(marked("", ""), "");
}

static void marks_whole_numbers_and_words(void)
{
	CHECK_STR(marked("10 个工作日", "15 个工作日"), "[-10-]{+15+} 个工作日");
	CHECK_STR(marked("电话 0826-1234567", "电话 0826-1234568"), "电话 0826-[-1234567-]{+1234568+}");
}

/* One character that happens to be the same between two changes is noise. */
static void does_not_scatter(void)
{
	CHECK_STR(marked("甲乙丙", "丁乙戊"), "[-甲乙丙-]{+丁乙戊+}");
}

static void marks_only_lines_that_changed(void)
{
	CHECK_STR(marked("第一行\n第二行\n第三行\n", "第一行\n第二句\n第三行\n第四行\n"),
	          "第一行\n第二[-行-]{+句+}\n第三行\n{+第四行\n+}");
}

/* Texts without anything in common must not take quadratic time. */
static void gives_up_on_strangers(void)
{
	size_t n = 30000;
	char *a = malloc(n + 1), *b = malloc(n + 1);
	struct tong__edits e;

	for (size_t i = 0; i < n; i++) {
		a[i] = "!#$%"[i % 4];
		b[i] = "()*+"[i % 4];
	}
	CHECK(tong__text_diff(&e, (struct tong__str){a, n}, (struct tong__str){b, n}));
	CHECK_INT(e.n, 2);
	CHECK_INT(e.at[0].kind, TONG__DELETED);
	CHECK_INT(e.at[1].text.n, n);
	tong__edits_free(&e);
	free(a);
	free(b);
}

/* Both texts can be put together again from any edits. */
static void loses_nothing(void)
{
	static const char *const letters[] = {"甲", "乙", "丙", "a1", " ", "\n"};
	unsigned seed = 7;

	for (int round = 0; round < 500; round++) {
		char a[256] = "", b[256] = "", back_a[256] = "", back_b[256] = "";
		struct tong__edits e;

		for (int i = 0; i < 24; i++) {
			seed = seed * 1103515245u + 12345u;
			strcat(seed >> 16 & 1 ? a : b, letters[(seed >> 17) % 6]);
			if (seed >> 24 & 1)
				strcat(seed >> 16 & 1 ? b : a, letters[(seed >> 17) % 6]);
		}
		CHECK(tong__text_diff(&e, str(a), str(b)));
		for (size_t i = 0; i < e.n; i++) {
			if (e.at[i].kind != TONG__INSERTED)
				strncat(back_a, e.at[i].text.p, e.at[i].text.n);
			if (e.at[i].kind != TONG__DELETED)
				strncat(back_b, e.at[i].text.p, e.at[i].text.n);
		}
		CHECK_STR(back_a, a);
		CHECK_STR(back_b, b);
		tong__edits_free(&e);
	}
}

/* ---- sentences ---- */

static const char *material_name(void *user, const char *id, bool before)
{
	(void)user, (void)before;
	return !strcmp(id, "m0001") ? "居民户口簿" : !strcmp(id, "m0002") ? "照片" : NULL;
}

static const char *words(const char *before, const char *after)
{
	static char out[1024];
	struct tong__names names = {NULL, material_name};
	json_t *what = tong__words(before, before ? strlen(before) : 0, after,
	                           after ? strlen(after) : 0, &names, NULL), *v;
	size_t i;

	*out = '\0';
	json_array_foreach(what, i, v) {
		strcat(out, i ? "；" : "");
		strcat(out, json_string_value(v));
	}
	json_decref(what);
	return out;
}

#define ITEM(rest) "---\ncode: \"1\"\nname: 样例\n" rest "---\n"

static void says_what_a_change_means(void)
{
	CHECK_STR(words(ITEM("limit_promised: {days: 10, unit: \"1\"}\n"),
	                ITEM("limit_promised: {days: 5, unit: \"1\"}\n")),
	          "承诺办结时限 10 → 5 个工作日");
	CHECK_STR(words(ITEM("materials:\n  - {material: m0001}\n  - {material: m0002}\n"),
	                ITEM("materials:\n  - {material: m0002}\n")),
	          "申请材料少 1 份：居民户口簿");
	CHECK_STR(words(NULL, ITEM("")), "首次收录");
	CHECK_STR(words(ITEM(""), NULL), "取消");
}

/* ---- scope ---- */

static struct tong__scope *scope_of(const char *text)
{
	struct tong__scope *s = NULL;

	tong__scope_read(&s, text, strlen(text), NULL);
	return s;
}

static void lets_authors_into_their_scope(void)
{
	struct tong__scope *s = scope_of("path,author,note\n*,chief@example.cn,\n"
	                                 "local/511602/*,@guangan.example.cn,\nagencies.csv,*,\n"
	                                 "items/*/51*.md,wang,\n");

	CHECK(s);
	CHECK(tong__scope_allows(s, "chief@example.cn", "scope.csv"));
	CHECK(tong__scope_allows(s, "Li@GuangAn.example.cn", "local/511602/items.csv"));
	CHECK(!tong__scope_allows(s, "li@guangan.example.cn", "local/511603/items.csv"));
	CHECK(!tong__scope_allows(s, "li@guangan.example.cn", "local/511602"));
	CHECK(!tong__scope_allows(s, "li@evil.guangan.example.cn", "local/511602/items.csv"));
	CHECK(tong__scope_allows(s, "anyone@example.org", "agencies.csv"));
	CHECK(!tong__scope_allows(s, "anyone@example.org", "agencies.csv2"));
	CHECK(tong__scope_allows(s, "wang", "items/01/510104001000.md"));
	CHECK(!tong__scope_allows(s, "wang", "items/01/410104001000.md"));
	CHECK(!tong__scope_allows(s, "", "items/01/510104001000.md"));
	CHECK(tong__scope_allows(NULL, "", "anything"));
	tong__scope_free(s);
}

static void refuses_a_scope_it_cannot_read(void)
{
	static const char *const bad[] = {
		"", "path,author\n*,a@b,\n", "path,author,note\n/etc/*,a@b,\n",
		"path,author,note\n../*,a@b,\n", "path,author,note\n*,,\n",
		"path,author,note\n*,a@b c@d,\n", "path,author,note\n*\n", "path,author,note\n\"*,a@b,\n",
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		tong_error err = TONG_ERROR_INIT;
		struct tong__scope *s = NULL;

		CHECK_INT(tong__scope_read(&s, bad[i], strlen(bad[i]), &err), TONG_E_FORMAT);
		CHECK(!s);
		CHECK(strstr(err.message, "S10"));
	}
}

/* ---- columns ---- */

static bool on_row(void *user, const struct tong__str *cells)
{
	char *out = user;

	sprintf(out + strlen(out), "%.*s/%.*s;", (int)cells[0].n, cells[0].p, (int)cells[1].n,
	        cells[1].p);
	return true;
}

static void finds_columns(void)
{
	static const char *const columns[] = {"b", "missing", NULL};
	static const char *const both[] = {"c", "a", NULL};
	const char *text = "a,b,c\n1,2,3\r\n\"x,\ny\",\"q\"\"q\",z\n,,\nlast,line";
	char out[256] = "";

	tong__csv_scan(text, strlen(text), columns, on_row, out);
	CHECK_STR(out, "2/;q\"\"q/;/;line/;");
	*out = '\0';
	tong__csv_scan(text, strlen(text), both, on_row, out);
	CHECK_STR(out, "3/1;z/x,\ny;/;/last;");
	*out = '\0';
	tong__csv_scan("", 0, both, on_row, out);
	CHECK_STR(out, "");
}

/* ---- changed texts, as everybody sees them ---- */

static void changed_texts_are_short(void)
{
	const char *before = ITEM("summary: 一二三四五六七八九十一二三四五六七八九十甲\n");
	const char *after = ITEM("summary: 一二三四五六七八九十一二三四五六七八九十乙\n");
	json_t *list = json_array(), *what;
	char *text;

	what = tong__words(before, strlen(before), after, strlen(after), NULL, list);
	text = json_dumps(list, JSON_COMPACT);
	CHECK_STR(text, "[{\"element\":\"summary\",\"parts\":[{\"same\":\"…五六七八九十一二三四五六七八九十\"},"
	                "{\"old\":\"甲\"},{\"new\":\"乙\"}]}]");
	free(text);
	json_decref(what);
	json_array_clear(list);
	what = tong__words(ITEM("visits: 1\n"), strlen(ITEM("visits: 1\n")), ITEM("visits: 2\n"),
	                   strlen(ITEM("visits: 2\n")), NULL, list);
	CHECK_INT(json_array_size(list), 0);   /* the sentence says both */
	json_decref(what);
	CHECK_INT(tong__words_diff(list, "summary", "", "新"), 0);
	text = json_dumps(list, JSON_COMPACT);
	CHECK_STR(text, "[{\"element\":\"summary\",\"parts\":[{\"new\":\"新\"}]}]");
	free(text);
	json_decref(list);
}

static void a_text_written_anew_is_not_told(void)
{
	static char a[5000], b[5000];
	json_t *list = json_array();

	memset(a, 'a', sizeof a - 1);
	memset(b, 'b', sizeof b - 1);
	CHECK_INT(tong__words_diff(list, "summary", a, b), 0);
	CHECK_INT(json_array_size(list), 0);
	CHECK_INT(tong__words_diff(NULL, "summary", "x", "y"), 0);
	json_decref(list);
}

int main(void)
{
	RUN(marks_characters_of_chinese);
	RUN(marks_whole_numbers_and_words);
	RUN(does_not_scatter);
	RUN(marks_only_lines_that_changed);
	RUN(gives_up_on_strangers);
	RUN(loses_nothing);
	RUN(says_what_a_change_means);
	RUN(changed_texts_are_short);
	RUN(a_text_written_anew_is_not_told);
	RUN(lets_authors_into_their_scope);
	RUN(refuses_a_scope_it_cannot_read);
	RUN(finds_columns);
	return tong_test_done();
}
