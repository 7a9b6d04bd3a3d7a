/* The template engine: what it writes, and what it refuses to compile (FORMAT section 8). */
#include "core/json.h"
#include "core/template.h"
#include "tests/lib/check.h"

static tong_error err;
static struct tong__buf out;

/* Compiles 'text' as template "t" (with partial "p" when given) and renders it; the code, text in
 * out. */
static int render_with(const char *text, const char *partial, const char *view)
{
	struct tong__templates *set = NULL;
	json_t *root = NULL;
	int rc;

	memset(&err, 0, sizeof err);
	tong__buf_free(&out);
	tong__buf_init(&out, 1 << 20);
	rc = tong__templates_new(&set, &err);
	if (rc == 0)
		rc = tong__templates_add(set, "t", text, strlen(text), &err);
	if (rc == 0 && partial)
		rc = tong__templates_add(set, "p", partial, strlen(partial), &err);
	if (rc == 0)
		rc = tong__templates_link(set, &err);
	if (rc == 0)
		rc = tong__json_read(view, strlen(view), 16, "view", &root, &err);
	if (rc == 0)
		rc = tong__template_render(set, "t", root, &out, &err);
	json_decref(root);
	tong__templates_free(set);
	return rc;
}

static const char *render(const char *text, const char *view)
{
	int rc = render_with(text, NULL, view);

	if (rc == 0)
		return out.data ? out.data : "";
	return err.message;
}

static int refused(const char *text, const char *rule)
{
	int rc = render_with(text, NULL, "{}");

	if (rc == TONG_E_FORMAT && strstr(err.message, rule))
		return 1;
	printf("(%d %s %s)\n", rc, err.subject, err.message);
	return 0;
}

static void W2_links_of_html_become_relative(void)
{
	const char *view = "{\"root\":\"../../\",\"a_html\":\"<a href=\\\"/items/1/\\\">x</a>"
			   "<a href=\\\"//h/\\\">y</a><a href=\\\"https://h/\\\">z</a>\"}";

	CHECK_STR(render("{{h:a_html}}", view),
		  "<a href=\"../../items/1/\">x</a><a href=\"//h/\">y</a><a href=\"https://h/\">z</a>");
	CHECK_STR(render("{{h:a_html}}", "{\"a_html\":\"<a href=\\\"/\\\">\"}"), "<a href=\"/\">");
	CHECK_STR(render("{{h:a_html}}", "{\"root\":\"./\",\"a_html\":\"<a href=\\\"/\\\">\"}"),
		  "<a href=\"./\">");
}

static void writes_values_as_text(void)
{
	CHECK_STR(render("a{{x}}b", "{\"x\":\"<&>\\\"'\"}"), "a&lt;&amp;&gt;&quot;&#39;b");
	CHECK_STR(render("{{ n }}", "{\"n\":-7}"), "-7");
	CHECK_STR(render("<p title=\"{{x}}\">", "{\"x\":\"\\\"\"}"), "<p title=\"&quot;\">");
	CHECK_STR(render("{{a.b.c}}", "{\"a\":{\"b\":{\"c\":\"深\"}}}"), "深");
	CHECK_STR(render("x{{x}}", "{\"x\":null}"), "x");
	CHECK_INT(render_with("{{x}}", NULL, "{\"x\":[1]}"), TONG_E_FORMAT);
}

static void writes_urls_and_links(void)
{
	CHECK_STR(render("<a href=\"{{u:x}}\">", "{\"x\":\"a b/é?\"}"),
	          "<a href=\"a%20b%2F%C3%A9%3F\">");
	CHECK_STR(render("<a href=\"{{l:x}}\">", "{\"x\":\"https://a/?b&c\"}"),
	          "<a href=\"https://a/?b&amp;c\">");
	CHECK_STR(render("{{l:x}}", "{\"x\":\"../a/#b\"}"), "../a/#b");
	CHECK_STR(render("{{l:x}}", "{\"x\":\"TEL:123\"}"), "TEL:123");
	CHECK_STR(render("{{l:x}}", "{\"x\":\"mailto:a@b\"}"), "mailto:a@b");
	CHECK_STR(render("{{l:x}}", "{\"x\":\"a/b:c\"}"), "a/b:c");
}

static void turns_unsafe_links_into_a_hash(void)
{
	const char *const bad[] = {"javascript:alert(1)", "JavaScript:x", "data:text/html,x", "//evil/",
	                           "/\\\\evil/", "java\\tscript:x", " javascript:x", "vbscript:x"};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char view[100];

		snprintf(view, sizeof view, "{\"x\":\"%s\"}", bad[i]);
		CHECK_STR(render("{{l:x}}", view), "#");
	}
}

static void writes_json_that_cannot_leave_a_script(void)
{
	CHECK_STR(
		render("<script type=\"application/ld+json\">{{j:x}}</script>",
	           "{\"x\":{\"a\":\"</script>&\\u2028\\\"\\\\\\n\",\"b\":[1,true,false,null]}}"),
		"<script type=\"application/ld+json\">{\"a\":\"\\u003c/script\\u003e\\u0026\\u2028\\\"\\\\"
		"\\u000a\",\"b\":[1,true,false,null]}</script>");
	CHECK_STR(render("{{j:x?}}", "{}"), "null");
}

/* X5: in a Chinese page nothing is marked, in another what is not Chinese; never inside a tag. */
static void marks_what_stands_among_chinese(void)
{
	CHECK_STR(render("<p>{{z:x}}", "{\"lang\":\"zh-CN\",\"x\":\"A<\"}"), "<p>A&lt;");
	CHECK_STR(render("<p>{{z:x}}", "{\"lang\":\"en\",\"x\":\"A<\"}"),
	          "<p><span lang=\"en\">A&lt;</span>");
	CHECK_STR(render("<p>{{z:x}}", "{\"lang\":\"en\",\"x\":\"A 甲<\"}"), "<p>A 甲&lt;");
	CHECK_STR(render("<p>{{z:x}}", "{\"lang\":\"en\",\"x\":\"\"}"), "<p>");
	CHECK(refused("<p title=\"{{z:x}}\">", "X5"));
	CHECK(refused("<script>{{z:x}}</script>", "X5"));
}

static void repeats_and_leaves_out_sections(void)
{
	CHECK_STR(render("{{#l}}[{{a}}]{{/l}}", "{\"l\":[{\"a\":1},{\"a\":2}]}"), "[1][2]");
	CHECK_STR(render("{{#l}}{{.}},{{/l}}", "{\"l\":[\"x\",\"y\"]}"), "x,y,");
	CHECK_STR(render("{{#o}}{{a}}{{/o}}", "{\"o\":{\"a\":\"in\"},\"a\":\"root\"}"), "in");
	CHECK_STR(render("{{#s}}{{s}}{{/s}}{{^s}}no{{/s}}", "{\"s\":\"yes\"}"), "yes");
	CHECK_STR(render("{{#n}}yes{{/n}}{{^n}}no{{/n}}", "{\"n\":0}"), "no");
	CHECK_STR(render("{{#b}}yes{{/b}}", "{\"b\":true}"), "yes");
	CHECK_STR(render("{{^a}}1{{/a}}{{^b}}2{{/b}}{{^c}}3{{/c}}{{^d}}4{{/d}}",
	                 "{\"a\":[],\"b\":{},\"c\":\"\",\"d\":false}"), "1234");
	CHECK_STR(render("{{#l}}{{#m}}{{.}}{{/m}};{{/l}}",
	                 "{\"l\":[{\"m\":[\"1\",\"2\"]},{\"m\":[\"3\"]}]}"),
	          "12;3;");
}

static void looks_up_innermost_then_root_only(void)
{
	CHECK_STR(render("{{#l}}{{top}}{{/l}}", "{\"l\":[{}],\"top\":\"T\"}"), "T");
	CHECK_STR(render("{{#l}}{{top}}{{/l}}", "{\"l\":[\"x\"],\"top\":\"T\"}"), "T");
	CHECK_INT(render_with("{{#o}}{{#l}}{{mid}}{{/l}}{{/o}}", NULL,
	                      "{\"o\":{\"mid\":1,\"l\":[{}]}}"),
	          TONG_E_REFERENCE);
}

/* A record may have a member of such a name: it is not what the template's author means. */
static void X1_words_and_roots_are_the_pages(void)
{
	CHECK_STR(render("{{#l}}{{t.a}}{{root}}{{name}}{{/l}}",
	                 "{\"l\":[{\"t\":{\"a\":\"x\"},\"root\":\"y\",\"name\":\"n\"}],"
	                 "\"t\":{\"a\":\"word\"},\"root\":\"../\",\"name\":\"z\"}"),
	          "word../n");
	CHECK_INT(render_with("{{#l}}{{t.a}}{{/l}}", NULL, "{\"l\":[{\"t\":{\"a\":\"x\"}}]}"),
	          TONG_E_REFERENCE);
	CHECK_INT(render_with("{{#l}}{{t.b}}{{/l}}", NULL, "{\"l\":[{}],\"t\":{\"a\":\"x\"}}"),
	          TONG_E_REFERENCE);
}

static void refuses_unknown_names_unless_marked(void)
{
	CHECK_INT(render_with("a\n{{b.c}}", NULL, "{\"b\":{}}"), TONG_E_REFERENCE);
	CHECK_STR(err.subject, "t:2");
	CHECK(strstr(err.message, "X1") && strstr(err.message, "c"));
	CHECK_STR(render("[{{b.c?}}]", "{\"b\":{}}"), "[]");
	CHECK_STR(render("[{{b?.c}}]", "{}"), "[]");
	CHECK_INT(render_with("{{b.c?}}", NULL, "{}"), TONG_E_REFERENCE);
	CHECK_INT(render_with("{{#b}}{{/b}}", NULL, "{}"), TONG_E_REFERENCE);
	CHECK_STR(render("{{#b?}}x{{/b?}}{{^b?}}y{{/b}}", "{}"), "y");
}

static void leaves_no_line_behind(void)
{
	CHECK_STR(render("a\n  {{#l}}\n- {{.}}\n\t{{/l}}  \nb\n", "{\"l\":[\"1\",\"2\"]}"),
	          "a\n- 1\n- 2\nb\n");
	CHECK_STR(render("{{! a\ncomment }}\nb", "{}"), "b");
	CHECK_STR(render("a {{! c }} b\n", "{}"), "a  b\n");
	CHECK_STR(render("{{x}}\n{{x}}\n", "{\"x\":\"1\"}"), "1\n1\n");
	CHECK_STR(render("{{#l}}{{.}} {{/l}}\n", "{\"l\":[\"1\"]}"), "1 \n");
	CHECK_INT(render_with("a\n{{>p}}\nb", "[p]\n", "{}"), 0);
	CHECK_STR(out.data, "a\n[p]\nb");
}

static void counts_lines_across_tags(void)
{
	CHECK_INT(render_with("1\n{{! c\nc }}\n{{#a}}\n{{/a}}\n\n{{ne}}", NULL, "{\"a\":[]}"),
	          TONG_E_REFERENCE);
	CHECK_STR(err.subject, "t:7");
}

static void includes_partials_in_the_same_context(void)
{
	CHECK_INT(render_with("{{#l}}{{>p}}{{/l}}", "<b>{{.}}</b>", "{\"l\":[\"1\",\"2\"]}"), 0);
	CHECK_STR(out.data, "<b>1</b><b>2</b>");
	CHECK_INT(render_with("{{>q}}", "", "{}"), TONG_E_REFERENCE);
	CHECK_STR(err.subject, "t:1");
	CHECK_INT(render_with("{{>p}}", "{{>t}}", "{}"), TONG_E_REFERENCE);
	CHECK(refused("<a {{>p}}>", "X2"));
}

static void bounds_the_depth_of_partials(void)
{
	for (int deep = 16; deep <= 17; deep++) {
		struct tong__templates *set;
		char name[8], text[16];
		int rc;

		CHECK_INT(tong__templates_new(&set, &err), 0);
		for (int i = 0; i <= deep; i++) {
			snprintf(name, sizeof name, "t%d", i);
			snprintf(text, sizeof text, i < deep ? "{{>t%d}}" : "end", i + 1);
			CHECK_INT(tong__templates_add(set, name, text, strlen(text), &err), 0);
		}
		rc = tong__templates_link(set, &err);
		tong__templates_free(set);
		CHECK_INT(rc, deep == 16 ? 0 : TONG_E_LIMIT);
	}
}

static void refuses_values_that_could_leave_their_place(void)
{
	CHECK(refused("<a href=\"{{x}}\">", "X2"));
	CHECK(refused("<a href='{{x}}'>", "X2"));
	CHECK(refused("<A HREF=\"{{x}}\">", "X2"));
	CHECK(refused("<form action=\"{{x}}\">", "X2"));
	CHECK(refused("<a href=\"{{root}}{{x}}\">", "X2"));
	CHECK(refused("<a href=\"{{#a}}{{x}}{{/a}}\">", "X2"));
	CHECK(refused("<a href={{u:x}}>", "X2"));
	CHECK(refused("<a {{x}}>", "X2"));
	CHECK(refused("<{{x}}>", "X2"));
	CHECK(refused("<p onclick=\"{{x}}\">", "X2"));
	CHECK(refused("<p style=\"{{x}}\">", "X2"));
	CHECK(refused("<p title=\"{{j:x}}\">", "X2"));
	CHECK(refused("<p title=\"{{h:x_html}}\">", "X2"));
	CHECK(refused("<script>{{x}}</script>", "X2"));
	CHECK(refused("<script>if (a < b) {{u:x}}</script>", "X2"));
	CHECK(refused("<style>{{x}}</style>", "X2"));
	CHECK(refused("<title>{{h:x_html}}</title>", "X2"));
	CHECK(refused("<!-- {{x}} -->", "X2"));
	CHECK(refused("{{h:x}}", "X2"));
	CHECK(refused("{{h:.}}", "X2"));
}

static void refuses_sections_that_change_the_place(void)
{
	CHECK(refused("{{#a}}<p title=\"{{/a}}\">", "X2"));
	CHECK(refused("<a {{#a}}hr{{/a}}ef=\"{{x}}\">", "X2"));
	CHECK(refused("<a hr{{#a}}ef{{/a}}=\"{{x}}\">", "X2"));
	CHECK(refused("<s{{#a}}cript{{/a}}>", "X2"));
	CHECK(refused("{{#a}}<script>{{/a}}", "X2"));
	CHECK(refused("{{#a}}<{{/a}}", "X2"));
	CHECK(refused("<a href={{#a}}x{{/a}}>", "X2"));
	CHECK(refused("<p>a<", "X2"));
	CHECK(refused("<!-- a", "X2"));
	CHECK(refused("<script>a</scrip>", "X2"));
}

static void allows_what_is_safe(void)
{
	const char *view =
		"{\"x\":\"v\",\"root\":\"../\",\"a\":true,\"x_html\":\"<i>\",\"x_svg\":\"<s>\"}";

	CHECK_STR(render("<a href=\"{{root}}items/{{u:x}}/?q={{x}}\">", view),
	          "<a href=\"../items/v/?q=v\">");
	CHECK_STR(render("<a href=\"{{root}}{{u:x}}\">", view), "<a href=\"../v\">");
	CHECK_STR(render("<details{{#a}} open{{/a}}>", view), "<details open>");
	CHECK_STR(render("<p{{#a}} class=\"{{x}}\"{{/a}} id='{{x}}'>", view), "<p class=\"v\" id='v'>");
	CHECK_STR(render("<!doctype html><!-- < \" -->{{x}}", view), "<!doctype html><!-- < \" -->v");
	CHECK_STR(render("<script>if (a < b) {}</script>{{x}}", view),
	          "<script>if (a < b) {}</script>v");
	CHECK_STR(render("<title>{{x}} < {{x}}</title>{{h:x_html}}{{h:x_svg}}", view),
	          "<title>v < v</title><i><s>");
	CHECK_STR(render("1 < 2 {{x}}", view), "1 < 2 v");
	CHECK_STR(render("<p title=\"{{#a}}{{x}}{{/a}}\">", view), "<p title=\"v\">");
}

static void refuses_broken_tags(void)
{
	CHECK(refused("{{x", "}}"));
	CHECK(refused("{{x\n}}", "line"));
	CHECK(refused("{{}}", "empty"));
	CHECK(refused("{{#}}", "empty"));
	CHECK(refused("{{x..y}}", "X1"));
	CHECK(refused("{{x y}}", "X1"));
	CHECK(refused("{{q:x}}", "unknown"));
	CHECK(refused("{{/a}}", "not opened"));
	CHECK(refused("{{#a}}{{/b}}", "another"));
	CHECK(refused("{{#a}}{{#b}}{{/a}}{{/b}}", "another"));
	CHECK(refused("a\n{{#a}}\n\n", "not closed"));
	CHECK_STR(err.subject, "t:2");
}

static void bounds_nesting_and_size(void)
{
	char text[40 * 10 * 2] = "";
	struct tong__templates *set;
	char *big = calloc(1, 300 << 10);

	for (int i = 0; i < 33; i++)
		strcat(text, "{{#a}}");
	CHECK_INT(render_with(text, NULL, "{}"), TONG_E_LIMIT);
	CHECK_INT(tong__templates_new(&set, &err), 0);
	CHECK_INT(tong__templates_add(set, "big", big, 300 << 10, &err), TONG_E_LIMIT);
	CHECK_INT(tong__templates_add(set, "nul", big, 1, &err), TONG_E_ENCODING);
	CHECK_INT(tong__templates_add(set, "a", "", 0, &err), 0);
	CHECK_INT(tong__templates_add(set, "a", "", 0, &err), TONG_E_FORMAT);
	CHECK_INT(tong__template_render(set, "a", NULL, &out, &err), TONG_E_USAGE);
	CHECK_INT(tong__templates_link(set, &err), 0);
	CHECK_INT(tong__template_render(set, "b", NULL, &out, &err), TONG_E_REFERENCE);
	tong__templates_free(set);
	tong__templates_free(NULL);
	free(big);
}

static void stops_at_the_ceiling_of_the_page(void)
{
	struct tong__templates *set;
	struct tong__buf small;

	tong__buf_init(&small, 4);
	CHECK_INT(tong__templates_new(&set, &err), 0);
	CHECK_INT(tong__templates_add(set, "a", "12345", 5, &err), 0);
	CHECK_INT(tong__templates_link(set, &err), 0);
	CHECK_INT(tong__template_render(set, "a", NULL, &small, &err), TONG_E_LIMIT);
	tong__templates_free(set);
	tong__buf_free(&small);
}

/* Each byte at each place of a text that is looked at eight bytes at a time. */
static void escapes_wherever_it_stands(void)
{
	char text[22], wanted[64];

	tong__buf_free(&out);
	tong__buf_init(&out, 100);
	for (int c = 1; c < 256; c++)
		for (int at = 0; at < 21; at++) {
			const char *entity = c == '&' ? "&amp;" : c == '<' ? "&lt;" : c == '>' ? "&gt;"
			                   : c == '"' ? "&quot;" : c == '\'' ? "&#39;" : NULL;

			memset(text, 'a', 21);
			text[at] = (char)c;
			text[21] = '\0';
			snprintf(wanted, sizeof wanted, "%.*s%.*s%s", at, text, entity ? 8 : 1,
			         entity ? entity : text + at, text + at + 1);
			tong__buf_clear(&out);
			CHECK_INT(tong__escape_text(&out, text, 21), 0);
			CHECK_STR(out.data, wanted);
		}
}

int main(void)
{
	RUN(escapes_wherever_it_stands);
	RUN(W2_links_of_html_become_relative);
	RUN(writes_values_as_text);
	RUN(writes_urls_and_links);
	RUN(turns_unsafe_links_into_a_hash);
	RUN(writes_json_that_cannot_leave_a_script);
	RUN(marks_what_stands_among_chinese);
	RUN(repeats_and_leaves_out_sections);
	RUN(looks_up_innermost_then_root_only);
	RUN(X1_words_and_roots_are_the_pages);
	RUN(refuses_unknown_names_unless_marked);
	RUN(leaves_no_line_behind);
	RUN(counts_lines_across_tags);
	RUN(includes_partials_in_the_same_context);
	RUN(bounds_the_depth_of_partials);
	RUN(refuses_values_that_could_leave_their_place);
	RUN(refuses_sections_that_change_the_place);
	RUN(allows_what_is_safe);
	RUN(refuses_broken_tags);
	RUN(bounds_nesting_and_size);
	RUN(stops_at_the_ceiling_of_the_page);
	tong__buf_free(&out);
	return tong_test_done();
}
