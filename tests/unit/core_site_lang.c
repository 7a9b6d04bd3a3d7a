/* Pages in other languages: their addresses, translations laid over records, what falls back, and
 * that the page says what its text is worth (W5, W6, X4). */
#include "tests/unit/site_world.h"

static const char *const base[] = {
	"catalogue {'province':'510000','title':'测试指南','languages':['zh-CN','en','bo'],"
	"'layers':['510002']}",
	"region/510000 {'name':'某省','level':1,'children':[['510002','乙县']]}",
	"region/510002 {'name':'乙县','level':3,'parent':'510000'}",
	"item/510100001001 {'code':'510100001001','name':'办某证','type':'01','themes':['p01'],"
	"'authority':'公安机关','materials':[{'material':'m1','name':'户口簿','note':'带原件','copies':1,"
	"'original':true},{'material':'m2','name':'申请表'}],'limit_statutory':{'days':1,'unit':'1',"
	"'from':'受理之日'},'visits':1,'fee':{'charged':false},"
	"'sections':{'conditions_html':'<p>谁都可以 <a href=\\\"/laws/l/\\\">法</a></p>',"
	"'faq':[{'q':'问？','a_html':'<p>答</p>'}]}}",
	"item/510100001002 {'code':'510100001002','name':'无译文','type':'20'}",
	"item/510100001003 {'code':'510100001003','name':'旧译文','type':'20'}",
	"item/510100001004 {'code':'510100001004','name':'审过的','type':'20'}",
	"material/m1 {'name':'户口簿','items':['510100001001']}",
	"material/m2 {'name':'申请表','items':['510100001001']}",
	"theme/p01 {'name':'户籍','audience':'person','mark':'户','words':['身份证','居住证']}",
	"text/en/catalogue {'t':{'title':'Test guide'},'source':'us'}",
	"text/en/item/510100001001 {'t':{'name':'Get a permit','authority':'Police (公安机关)',"
	"'limit_statutory':{'from':'the day of acceptance'},'materials':[{'material':'m1',"
	"'note':'Bring the original'},{'material':'m2'}],'invented':'x',"
	"'sections':{'conditions_html':'<p>Anyone <a href=\\\"/laws/l/\\\">law</a></p>',"
	"'faq':[{'q':'Why?','a_html':'<p>So.</p>'}]}},'source':'us'}",
	"text/en/item/510100001003 {'source':'us','stale':true}",
	"text/en/item/510100001004 {'t':{'name':'Reviewed'},'source':'us','reviewed':{'by':'Li',"
	"'date':'2026-11-01'}}",
	"text/en/material/m1 {'t':{'name':'Household register'},'source':'us'}",
	"text/en/theme/p01 {'t':{'name':'Household','words':['Identity card','Permit']},"
	"'source':'us'}",
	NULL
};

static const char *const county[] = {
	"listing/510100001001 {'item':'510100001001','cases':[{'address':'甲路 12 号 A 座'}]}", NULL
};

static const char *const tibetan[] = {
	"strings/bo {'t':{'language_name':'བོད་སྐད་','home':'གཙོ་ངོས།'}}", NULL
};


static void open_world(void)
{
	begin_world();
	world_lines(&world, "site", tibetan);
	world_lines(&world, "base", base);
	world_lines(&world, "r510002", county);
	ready_world();
}

static void W5_knows_a_language_by_the_form_of_its_tag(void)
{
	CHECK_INT(tong__lang_prefix("/en/items/X/"), 3);
	CHECK_INT(tong__lang_prefix("/en/"), 3);
	CHECK_INT(tong__lang_prefix("/ug-Arab/"), 8);
	CHECK_INT(tong__lang_prefix("/"), 0);
	CHECK_INT(tong__lang_prefix("/en"), 0);
	CHECK_INT(tong__lang_prefix("/data/x/"), 0);
	CHECK_INT(tong__lang_prefix("/404.html"), 0);
	CHECK_INT(tong__lang_prefix("/e/"), 0);
	CHECK_INT(tong__lang_prefix("/en-abcdefghijklmnopqrstuvwxyz/"), 0);
}

struct all {
	size_t n, en, files, failed;
};

static int count(void *arg, const char *url)
{
	struct all *all = arg;

	all->n++;
	all->en += strncmp(url, "/en/", 4) == 0;
	all->files += strchr(url, '.') && !strstr(url, "404");
	all->failed += show(url) != 0;
	return 0;
}

/* Each page stands once in each language, each file once, and each renders. */
static void W5_has_every_page_in_every_language(void)
{
	struct all all = {0};

	CHECK_INT(tong__site_urls(site, &reader, count, &all, &err), 0);
	CHECK_INT(all.failed, 0);
	CHECK(all.en > 20 && all.n == 3 * all.en + all.files);
	CHECK_INT(show("/en/data/search.json"), TONG_E_NOTFOUND);
	CHECK_INT(show("/en/static/style.css"), TONG_E_NOTFOUND);
	CHECK_INT(show("/fr/"), TONG_E_NOTFOUND);
	CHECK_INT(show("/zh-CN/"), TONG_E_NOTFOUND);
}

static void W6_shows_a_translation(void)
{
	CHECK_INT(show("/en/items/510100001001/"), 0);
	CHECK(has("<html lang=\"en\">") && has("<h1>Get a permit</h1>") && has("Test guide"));
	CHECK(has("Bring the original") && has("Household register") && has("the day of acceptance"));
	CHECK(has("<a href=\"../../laws/l/\">law</a>") && has("Why?") && has("<p>So.</p>"));
	CHECK(has("By law 1 working day") && has("1 visit") && has("Original, 1 copy") && has("Free"));
	CHECK(has("Administrative licence") && has("Household"));
	CHECK(!has("invented"));
	CHECK(has("../../../static/style.css") && has("href=\"../../themes/\""));
	CHECK(has("Unofficial translation that nobody has reviewed") && has("Translated by: us."));
	CHECK_INT(show("/items/510100001001/"), 0);
	CHECK(!has("Get a permit") && !has("class=\"note\"") && !has("<span lang="));
}

/* X4: what is Chinese is marked, with the numbers inside it, and nothing in attributes or heads. */
static void X4_marks_what_is_chinese(void)
{
	CHECK_INT(show("/en/items/510100001001/"), 0);
	CHECK(has("Police (<span lang=\"zh-CN\">公安机关</span>)"));
	CHECK(has("<span lang=\"zh-CN\">申请表</span>"));
	CHECK_INT(show("/en/regions/510002/items/510100001001/"), 0);
	CHECK(has("<span lang=\"zh-CN\">甲路 12 号</span> A <span lang=\"zh-CN\">座</span>"));
	CHECK(has("<title>Get a permit, 乙县 · Test guide</title>"));
	CHECK(!has("=\"<span"));
}

/* X5: a list that is marked as Chinese marks what is not. */
static void X5_marks_the_rest_among_chinese(void)
{
	CHECK_INT(show("/en/regions/510002/"), 0);
	CHECK(has("<ul class=\"list\" lang=\"zh-CN\">"));
	CHECK(has("/510100001001/\"><span lang=\"en\">Get a permit</span></a>"));
	CHECK_INT(show("/regions/510002/"), 0);
	CHECK(!has("<span lang="));
}

static void W6_says_what_a_text_is_worth(void)
{
	CHECK_INT(show("/en/items/510100001002/"), 0);
	CHECK(has("<h1><span lang=\"zh-CN\">无译文</span></h1>") && has("has no translation"));
	CHECK(has("<link rel=\"canonical\" href=\"../../../items/510100001002/\">"));
	CHECK(!has("rel=\"alternate\""));
	CHECK_INT(show("/en/items/510100001003/"), 0);
	CHECK(has("was changed after this page was translated") && has("rel=\"canonical\""));
	CHECK_INT(show("/en/items/510100001004/"), 0);
	CHECK(has("<h1>Reviewed</h1>"));
	CHECK(has("Unofficial translation that nobody"));   /* the catalogue's title is not reviewed */
	CHECK_INT(show("/en/"), 0);
	CHECK(has("Names that have no translation are shown in Chinese"));
	CHECK_INT(show("/en/changes/"), 0);
	CHECK(has("has no translation"));
}

static void W6_leads_from_language_to_language(void)
{
	CHECK_INT(show("/items/510100001001/"), 0);
	CHECK(has("<a href=\"../../en/items/510100001001/\" lang=\"en\" hreflang=\"en\">English</a>"));
	CHECK(has("<link rel=\"alternate\" hreflang=\"en\" href=\"../../en/items/510100001001/\">"));
	CHECK(has("hreflang=\"x-default\" href=\"../../items/510100001001/\">"));
	CHECK(!has("rel=\"alternate\" hreflang=\"bo\"") && has("བོད་སྐད་"));
	CHECK_INT(show("/items/510100001002/"), 0);
	CHECK(!has("rel=\"alternate\"") && has("href=\"../../en/items/510100001002/\""));
	CHECK_INT(show("/en/404.html"), 0);
	CHECK(has("Page not found") && has("href=\"/en/themes/\"") && has("href=\"/static/style.css"));
}

/* A language with few words has the rest in Chinese, marked, and calls no page translated. */
static void W6_shows_a_partial_language(void)
{
	CHECK_INT(show("/bo/items/510100001001/"), 0);
	CHECK(has("<html lang=\"bo\">") && has("གཙོ་ངོས།"));
	CHECK(has("<span lang=\"zh-CN\">带什么</span>") && has("rel=\"canonical\""));
}

static long left;

static void *scarce(size_t n)
{
	return left-- > 0 ? malloc(n) : NULL;
}

static void Q2_names_in_every_language_are_searched(void)
{
	CHECK_INT(show("/data/search.json"), 0);
	CHECK(has("\"texts\":{\"en\":{"));
	CHECK(has("\"items/510100001001\":\"Get a permit\""));
	CHECK(has("\"materials/m1\":\"Household register\""));
	CHECK(!has("510100001003\":\"") && !has("Test guide"));   /* out of date; not a page's name */
}

static void survives_lack_of_memory(void)
{
	static const char *const pages[] = {"/en/items/510100001001/", "/en/", "/en/themes/p01/"};
	char *whole;
	int rc;

	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		CHECK_INT(show(pages[i]), 0);
		whole = tong__buf_take(&page, NULL);
		for (long n = 0; n < 4000; n++) {
			left = n;
			json_set_alloc_funcs(scarce, free);
			rc = show(pages[i]);
			json_set_alloc_funcs(malloc, free);
			if (rc == 0)
				break;
			CHECK_INT(rc, TONG_E_NOMEM);
		}
		CHECK_INT(rc, 0);
		CHECK(strcmp(page.data, whole) == 0);
		free(whole);
	}
}

int main(void)
{
	RUN(open_world);
	RUN(W5_knows_a_language_by_the_form_of_its_tag);
	RUN(W5_has_every_page_in_every_language);
	RUN(W6_shows_a_translation);
	RUN(X4_marks_what_is_chinese);
	RUN(X5_marks_the_rest_among_chinese);
	RUN(W6_says_what_a_text_is_worth);
	RUN(W6_leads_from_language_to_language);
	RUN(W6_shows_a_partial_language);
	RUN(Q2_names_in_every_language_are_searched);
	RUN(survives_lack_of_memory);
	close_world();
	return tong_test_done();
}
