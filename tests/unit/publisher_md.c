/* Markdown: safe HTML, nothing at the end, and questions with their answers. */
#include "publisher/md.h"

#include "tests/lib/check.h"

static char *html;

static const char *md(const char *text)
{
	free(html);
	html = tong__md_html(text);
	return html;
}

static void renders(void)
{
	CHECK_STR(md("一\n\n1. 甲\n2. 乙"), "<p>一</p>\n<ol>\n<li>甲</li>\n<li>乙</li>\n</ol>");
	CHECK_STR(md(""), "");
	CHECK_STR(md("a < b & \"c\""), "<p>a &lt; b &amp; &quot;c&quot;</p>");
	CHECK_STR(md("[网](https://example.org/?a=1&b=2)"),
		  "<p><a href=\"https://example.org/?a=1&amp;b=2\">网</a></p>");
}

static void lets_no_script_through(void)
{
	static const char *const bad[] = {
		"<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b",
		"[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](data:text/html,a)",
		"![x](vbscript:a)", "<javascript:alert(1)>", "[x](file:///etc/passwd)",
		"[x]: javascript:alert(1)\n\n[x]", "<a href='javascript:1'>x</a>",
	};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		md(bad[i]);
		CHECK(!strstr(html, "<script") && !strstr(html, "onerror") && !strstr(html, "<img src=x"));
		CHECK(!strstr(html, "\"javascript") && !strstr(html, "\"JaVa") && !strstr(html, "\"data:"));
		CHECK(!strstr(html, "\"vbscript") && !strstr(html, "\"file:"));
		CHECK(!strstr(html, "'javascript"));
	}
}

static void cuts_questions(void)
{
	json_t *faq = tong__md_faq("丢弃\n\n### 能代办*吗*？\n可以，带 `委托书`。\n\n- 一\n\n### 没有答案？\n"
				   "### `多久`？\n\n#### 小标题\n三天");
	const json_t *one = json_array_get(faq, 0);

	CHECK_INT(json_array_size(faq), 3);
	CHECK_STR(json_string_value(json_object_get(one, "q")), "能代办吗？");
	CHECK_STR(json_string_value(json_object_get(one, "a_html")),
		  "<p>可以，带 <code>委托书</code>。</p>\n<ul>\n<li>一</li>\n</ul>");
	one = json_array_get(faq, 1);
	CHECK_STR(json_string_value(json_object_get(one, "q")), "没有答案？");
	CHECK(!json_object_get(one, "a_html"));
	one = json_array_get(faq, 2);
	CHECK_STR(json_string_value(json_object_get(one, "q")), "多久？");
	CHECK_STR(json_string_value(json_object_get(one, "a_html")), "<h4>小标题</h4>\n<p>三天</p>");
	json_decref(faq);
	faq = tong__md_faq("没有问题");
	CHECK_INT(json_array_size(faq), 0);
	json_decref(faq);
}

int main(void)
{
	RUN(renders);
	RUN(lets_no_script_through);
	RUN(cuts_questions);
	free(html);
	return tong_test_done();
}
