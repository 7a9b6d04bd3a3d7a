/* What machines read: open data, feeds, sitemaps, redirects; and the pages beside them: reporting
 * an error, retired codes. */
#include "core/hash.h"
#include "tests/unit/site_world.h"

#define FEW "region/510000 {'name':'某省','level':1,'type':'省','children':[['510002','乙县']]}", \
	"region/510002 {'name':'乙县','level':3,'parent':'510000'}", \
	"region/510003 {'name':'丙县','level':3,'parent':'510000'}", \
	"item/510100001001 {'code':'510100001001','name':'=办<某>证, \\\"甲\\\"','type':'01'," \
	"'themes':['p01'],'levels':['3','4'],'limit_promised':{'days':10,'unit':'1'}," \
	"'fee':{'charged':false}," \
	"'materials':[{'name':'甲'},{'name':'乙'}]}", \
	"item/512000000002 {'code':'512000000002','name':'无改动','type':'20'}", \
	"alias/511A00001001 {'item':'510100001001'}", \
	"change/510100001001 {'log':[{'date':'2026-11-02','commit':'aa','what':['改<一>','改二'],'diff':" \
	"[{'element':'summary','parts':[{'same':'…满'},{'old':'<八>'},{'new':'六'},{'same':'岁'}]}]}," \
	"{'date':'2026-11-01','commit':'bb','what':['首次收录']}]}", \
	"change/GONE-1 {'name':'旧<名>','replaced_by':['510100001001'],'log':[{'date':'2026-11-03'," \
	"'commit':'cc','what':['取消']}]}", \
	"change/GONE-2 {'replaced_by':['510100001001','512000000002'],'log':[{'date':'2026-10-03'," \
	"'commit':'dd','what':['取消']}]}", \
	"agency/510002-01 {'name':'乙县某局','region':'510002','phone':'+86 28 1'}", \
	"agency/510003-01 {'name':'丙县某局','region':'510003'}", \
	"theme/p01 {'name':'户籍','audience':'person','words':['身份证','居住证']}", \
	"theme/p02 {'name':'空','audience':'person'}", NULL

static const char *const quiet[] = {
	"catalogue {'province':'510000','title':'测试指南','layers':['510002']}", FEW,
};

static const char *const told[] = {
	"catalogue {'province':'510000','title':'测<试>&指南','layers':['510002'],'hotline':'12345',"
	"'site':{'url':'https://guide.example/x/','report_url':'/feedback','site_id':'5100000001',"
	"'licence':'https://licence.example/by'}}", FEW,
};

static const char *const translated[] = {
	"catalogue {'province':'510000','title':'测试','layers':['510002'],'languages':['zh-CN','en'],"
	"'site':{'url':'https://guide.example/x'}}",
	"text/en/item/510100001001 {'t':{'name':'Permit'},'source':'us'}", FEW,
};

static const char *const county[] = {
	"hall/main {'name':'乙县大厅','phone':'@SUM(1)'}",
	"listing/510100001001 {'item':'510100001001','cases':[{'agency':'510002-01','visits':1,"
	"'online_depth':['1','3']},{'visits':2}],'sample':true}",
	NULL
};


static void open_world(const char *const *base)
{
	begin_world();
	world_lines(&world, "base", base);
	world_lines(&world, "r510002", county);
	ready_world();
}

static char urls[1500][80];
static size_t n_urls;

static int keep_url(void *arg, const char *url)
{
	(void)arg;
	if (n_urls == 1500)
		return TONG_E_LIMIT;
	snprintf(urls[n_urls++], 80, "%s", url);
	return 0;
}

static void list(void)
{
	n_urls = 0;
	CHECK_INT(tong__site_urls(site, &reader, keep_url, NULL, &err), 0);
}

static bool listed(const char *url)
{
	for (size_t i = 0; i < n_urls; i++)
		if (strcmp(urls[i], url) == 0)
			return true;
	return false;
}

/* ---- feeds ---- */

static void feeds_have_dates_of_commits_and_lasting_ids(void)
{
	char id[64], *at;

	open_world(quiet);
	CHECK_INT(show("/feed.atom"), 0);
	CHECK_STR(type, "application/atom+xml; charset=utf-8");
	CHECK(has("<updated>2026-11-03T00:00:00Z</updated>") && has("改&lt;一&gt;；改二；"));
	CHECK(has("href=\"./changes/GONE-1/\"") && has("<title>测试指南：更新</title>"));
	CHECK_INT(show("/items/510100001001/feed.atom"), 0);
	CHECK(has("<updated>2026-11-02T00:00:00Z</updated>\n<link") && !has("GONE-1"));
	at = strstr(strstr(page.data, "<entry>"), "urn:uuid:");
	snprintf(id, sizeof id, "%.45s", at);
	CHECK(id[23] == '8' && id[44] != '<');
	CHECK_INT(show("/themes/p01/feed.atom"), 0);
	CHECK(has(id) && has("户籍：更新") && !has("GONE"));
	CHECK_INT(show("/regions/510002/feed.atom"), 0);
	CHECK(has(id) && has("乙县：更新") && !has("GONE"));
	CHECK_INT(show("/themes/p02/feed.atom"), 0);
	CHECK(has("<updated>1970-01-01T00:00:00Z</updated>") && !has("<entry>"));
	CHECK_INT(show("/items/512000000002/feed.atom"), TONG_E_NOTFOUND);
	CHECK_INT(show("/regions/510003/feed.atom"), TONG_E_NOTFOUND);
	open_world(told);
	CHECK_INT(show("/themes/p01/feed.atom"), 0);
	CHECK(has(id) && has("href=\"https://guide.example/x/changes/510100001001/\"") &&
	      has("rel=\"self\" type=\"application/atom+xml\" "
	          "href=\"https://guide.example/x/themes/p01/feed.atom\""));
}

/* ---- open data ---- */

static void tables_hold_no_formula(void)
{
	open_world(quiet);
	CHECK_INT(show("/data/items.csv"), 0);
	CHECK_STR(type, "text/csv; charset=utf-8");
	CHECK(strncmp(page.data, "\xef\xbb\xbf" "code,name,type,", 18) == 0);
	CHECK(has("510100001001,\"'=办<某>证, \"\"甲\"\"\",01,,,,,3 4,,,,10,1,,,,,false,,,2,p01,"));
	CHECK(has("\r\n512000000002,无改动,20,"));
	CHECK_INT(show("/data/agencies.csv"), 0);
	CHECK(has("510002-01,乙县某局,,510002,,\"'+86 28 1\",,,\r\n"));
	CHECK_INT(show("/regions/510002/data/halls.csv"), 0);
	CHECK(has("\"'@SUM(1)\""));
	CHECK_INT(show("/regions/510002/data/listings.csv"), 0);
	CHECK(has("510100001001,true,510002-01,") && has(",1 3,") && has("\r\n510100001001,true,,,"));
}

static void tables_are_described(void)
{
	json_t *meta, *rows, *columns;
	size_t commas = 0;

	open_world(told);
	CHECK_INT(show("/data/items.csv-metadata.json"), 0);
	CHECK_STR(type, "application/csvm+json");
	CHECK_INT(tong__json_read(page.data, page.len, 8, "meta", &meta, &err), 0);
	CHECK_STR(tong__json_str(meta, "url"), "items.csv");
	CHECK_STR(tong__json_str(meta, "dc:license"), "https://licence.example/by");
	columns = json_object_get(json_object_get(meta, "tableSchema"), "columns");
	CHECK_INT(show("/data/items.csv"), 0);
	for (const char *s = page.data; *s != '\r'; s++)
		commas += *s == ',';
	CHECK_INT(json_array_size(columns), commas + 1);
	CHECK_INT(show("/data/items.json"), 0);
	CHECK_INT(tong__json_read(page.data, page.len, 8, "rows", &rows, &err), 0);
	CHECK_INT(json_array_size(rows), 2);
	CHECK_INT(tong__json_int(json_array_get(rows, 0), "materials", 0), 2);
	CHECK(!json_object_get(json_array_get(rows, 1), "visits"));
	json_decref(rows);
	json_decref(meta);
	open_world(quiet);
	CHECK_INT(show("/data/items.csv-metadata.json"), 0);
	CHECK(has("没有说明使用许可") && !has("dc:license"));
}

static void records_are_the_signed_ones(void)
{
	const struct world_record *r;
	char print[TONG_FINGERPRINT];

	open_world(quiet);
	r = world_find(&world, "base", "item/510100001001");
	CHECK_INT(show("/items/510100001001/record.json"), 0);
	CHECK_MEM(page.data, r->line, r->n);
	CHECK_INT(page.len, r->n);
	tong__fingerprint(page.data, page.len, print);
	CHECK_INT(show("/items/510100001001/"), 0);
	CHECK(has(print));
	CHECK_INT(show("/data/items-1.ndjson"), 0);
	CHECK(strncmp(page.data, r->line, r->n) == 0 && page.data[r->n] == '\n');
	CHECK_INT(show("/data/themes.ndjson"), 0);
	r = world_find(&world, "base", "theme/p01");
	CHECK(strncmp(page.data, r->line, r->n) == 0 && page.data[r->n] == '\n');
	CHECK_INT(show("/data/items-2.ndjson"), TONG_E_NOTFOUND);
	CHECK_INT(show("/data/items-01.ndjson"), TONG_E_NOTFOUND);
	CHECK_INT(show("/data/items.ndjson"), TONG_E_NOTFOUND);
	CHECK_INT(show("/data/listings.csv"), TONG_E_NOTFOUND);
	CHECK_INT(show("/regions/510003/data/halls.csv"), TONG_E_NOTFOUND);
	CHECK_INT(show("/items/nope/record.json"), TONG_E_NOTFOUND);
}

static void many_items_come_in_parts(void)
{
	static char lines[260][80];
	static const char *at[261];

	open_world(quiet);
	for (int i = 0; i < 260; i++) {
		snprintf(lines[i], 80, "brief/X%03d {'code':'X%03d','name':'一'}", i, i);
		at[i] = lines[i];
	}
	at[260] = NULL;
	world_lines(&world, "derived", at);
	list();
	CHECK(listed("/data/items-1.ndjson") && listed("/data/items-2.ndjson") &&
	      !listed("/data/items-3.ndjson"));
	CHECK_INT(show("/open-data/"), 0);
	CHECK(has("../data/items-2.ndjson") && !has("items-3"));
}

/* ---- sitemaps ---- */

/* How often a page stands in the sitemaps. */
static size_t in_sitemaps(const char *url)
{
	char loc[200];
	size_t n = 0;

	snprintf(loc, sizeof loc, "<loc>https://guide.example/x%s</loc>", url);
	for (size_t i = 0; i < n_urls; i++)
		if (tong__starts(urls[i], "/sitemaps/") && show(urls[i]) == 0)
			n += has(loc);
	return n;
}

static void every_page_stands_in_one_sitemap(void)
{
	open_world(told);
	list();
	CHECK(listed("/sitemap.xml") && listed("/sitemaps/pages-1.xml") &&
	      listed("/sitemaps/510002.xml"));
	CHECK_INT(show("/sitemap.xml"), 0);
	CHECK(has("/x/sitemaps/pages-1.xml</loc>") && has("/x/sitemaps/510002.xml</loc>"));
	CHECK_INT(show("/robots.txt"), 0);
	CHECK(has("Sitemap: https://guide.example/x/sitemap.xml\n"));
	for (size_t i = 0; i < n_urls; i++) {
		bool aside = !tong__ends(urls[i], "/") || tong__ends(urls[i], "/report/") ||
		             strstr(urls[i], "/511A00001001/") || strstr(urls[i], "/items/GONE-") ||
		             tong__ends(urls[i], "/qr/") || tong__ends(urls[i], "/brochure/") ||
		             tong__starts(urls[i], "/kiosk/") || tong__starts(urls[i], "/offline/") ||
		             tong__starts(urls[i], "/report/");

		if (strcmp(urls[i], "/report/") == 0)
			aside = false;
		if (in_sitemaps(urls[i]) != !aside)
			printf("%s\n", urls[i]);
		CHECK_INT(in_sitemaps(urls[i]), !aside);
	}
	CHECK_INT(show("/sitemaps/pages-2.xml"), TONG_E_NOTFOUND);
	CHECK_INT(show("/sitemaps/pages-01.xml"), TONG_E_NOTFOUND);
	CHECK_INT(show("/sitemaps/510003.xml"), TONG_E_NOTFOUND);
	CHECK_INT(show("/sitemaps/x.xml"), TONG_E_NOTFOUND);
}

/* Of another language's pages those that are translated, with their own address. */
static void translated_pages_are_listed(void)
{
	open_world(translated);
	list();
	CHECK(listed("/en/items/512000000002/") && listed("/en/items/GONE-1/") &&
	      !listed("/en/feed.atom") && !listed("/en/items/510100001001/record.json") &&
	      !listed("/en/regions/510002/data/halls.csv"));
	CHECK_INT(in_sitemaps("/en/items/510100001001/"), 1);
	CHECK_INT(in_sitemaps("/en/items/512000000002/"), 0);
	CHECK_INT(in_sitemaps("/items/512000000002/"), 1);
	CHECK_INT(in_sitemaps("/en/regions/510002/items/510100001001/"), 1);
	CHECK_INT(in_sitemaps("/en/themes/"), 1);
	CHECK_INT(in_sitemaps("/en/items/510100001001/report/"), 0);
	CHECK_INT(show("/en/items/510100001001/"), 0);
	CHECK(has("<link rel=\"canonical\" href=\"https://guide.example/x/en/items/510100001001/\">") &&
	      has("hreflang=\"x-default\" href=\"https://guide.example/x/items/510100001001/\""));
	CHECK_INT(show("/en/items/512000000002/"), 0);
	CHECK(has("<link rel=\"canonical\" href=\"https://guide.example/x/items/512000000002/\">"));
	CHECK_INT(show("/en/themes/p01/"), 0);
	CHECK(has("href=\"../../../themes/p01/feed.atom\""));
	CHECK_INT(show("/en/feed.atom"), TONG_E_NOTFOUND);
}

static void without_an_address_there_is_none(void)
{
	open_world(quiet);
	list();
	CHECK(!listed("/sitemap.xml") && !listed("/opensearch.xml"));
	CHECK_INT(show("/sitemap.xml"), TONG_E_NOTFOUND);
	CHECK_INT(show("/opensearch.xml"), TONG_E_NOTFOUND);
	CHECK_INT(show("/sitemaps/pages-1.xml"), TONG_E_NOTFOUND);
	CHECK_INT(show("/robots.txt"), 0);
	CHECK(!has("Sitemap"));
	CHECK_INT(show("/items/510100001001/"), 0);
	CHECK(!has("canonical") && !has("opensearch") && !has("SiteIDCode"));
}

static void judges_addresses(void)
{
	CHECK(tong__site_url_valid("https://a.example") && tong__site_url_valid("http://a.b:80/c/"));
	CHECK(!tong__site_url_valid(NULL) && !tong__site_url_valid("") &&
	      !tong__site_url_valid("a.example") && !tong__site_url_valid("https://") &&
	      !tong__site_url_valid("https:///x") && !tong__site_url_valid("javascript://a") &&
	      !tong__site_url_valid("https://a.example/?q") &&
	      !tong__site_url_valid("https://a.example/<b>"));
}

static void heads_name_the_page(void)
{
	open_world(told);
	CHECK_INT(show("/items/510100001001/"), 0);
	CHECK(has("<link rel=\"canonical\" href=\"https://guide.example/x/items/510100001001/\">"));
	CHECK(has("opensearch.xml") && has("name=\"SiteIDCode\" content=\"5100000001\"") &&
	      has("name=\"SiteDomain\" content=\"guide.example\"") && has("ArticleTitle"));
	CHECK_INT(show("/themes/"), 0);
	CHECK(has("ColumnName") && !has("ArticleTitle"));
	CHECK_INT(show("/404.html"), 0);
	CHECK(!has("canonical"));
	CHECK_INT(show("/opensearch.xml"), 0);
	CHECK(has("<ShortName>测&lt;试>&amp;指南</ShortName>") &&
	      has("https://guide.example/x/search/?q={searchTerms}"));
}

/* ---- redirects and retired codes ---- */

static void aliases_lead_on_below_regions(void)
{
	open_world(quiet);
	list();
	CHECK(listed("/regions/510002/items/511A00001001/"));
	CHECK_INT(show("/regions/510002/items/511A00001001/"), 0);
	CHECK(has("content=\"0; url=../../../../regions/510002/items/510100001001/\""));
	CHECK_INT(show("/regions/510003/items/511A00001001/"), TONG_E_NOTFOUND);
	CHECK_INT(show("/data/redirects.txt"), 0);
	CHECK(has("/items/511A00001001/ /items/510100001001/ 301\n") &&
	      has("/items/GONE-1/ /items/510100001001/ 301\n") && !has("GONE-2"));
	CHECK_INT(show("/data/redirects.map"), 0);
	CHECK(has("/items/GONE-1/ /items/510100001001/;\n"));
}

static void changed_texts_are_marked(void)
{
	open_world(quiet);
	CHECK_INT(show("/changes/510100001001/"), 0);
	CHECK(has("<summary>一句话说明</summary>"));
	CHECK(has("…满<del><i class=\"said\">原来：</i>&lt;八&gt;</del>"
	          "<ins><i class=\"said\">改成：</i>六</ins>岁"));
}

/* The page of all changes shows the same, as far as there is room; longer ones are told of. */
static void the_latest_changes_are_shown_too(void)
{
	static char words[60000];
	json_t *rec;

	open_world(quiet);
	CHECK_INT(show("/changes/"), 0);
	CHECK(has("改&lt;一&gt;") && has("<summary>一句话说明</summary>"));
	CHECK(has("…满<del><i class=\"said\">原来：</i>&lt;八&gt;</del>") && !has("改动的文字较长"));
	memset(words, 'x', sizeof words - 1);
	rec = json_pack("{s:[{s:s,s:s,s:[s],s:[{s:s,s:[{s:s}]}]}]}", "log", "date", "2026-11-03",
	                "commit", "bb", "what", "改得多", "diff", "element", "summary", "parts", "new",
	                words);
	CHECK(rec);
	world_put(&world, "base", "change/512000000002", rec);
	tong__site_records_changed(site);
	CHECK_INT(show("/changes/"), 0);
	CHECK(has("改得多") && has("改动的文字较长") && has("…满<del>") && !has("xxxx"));
	CHECK_INT(show("/"), 0);
	CHECK(!has("class=\"diff\""));
}

static void retired_codes_say_what_replaced_them(void)
{
	open_world(quiet);
	list();
	CHECK(listed("/items/GONE-1/") && listed("/items/GONE-2/"));
	CHECK_INT(show("/items/GONE-1/"), 0);
	CHECK(has("<h1>旧&lt;名&gt;</h1>") && has("这个编码已经停用") && has("noindex") &&
	      has("../../items/510100001001/") && has("取消"));
	CHECK_INT(show("/items/GONE-2/"), 0);
	CHECK(has("../../items/510100001001/") && has("../../items/512000000002/"));
	CHECK_INT(show("/items/GONE-3/"), TONG_E_NOTFOUND);
}

/* ---- reporting an error ---- */

static void reports_have_the_code_filled_in(void)
{
	open_world(told);
	CHECK_INT(show("/items/510100001001/"), 0);
	CHECK(has("../../items/510100001001/report/"));
	CHECK_INT(show("/items/510100001001/report/"), 0);
	CHECK(has("method=\"post\" action=\"../../../feedback\"") &&
	      has("name=\"item\" autocomplete=\"off\" maxlength=\"40\" value=\"510100001001\"") &&
	      has("tel:12345"));
	CHECK_INT(show("/report/"), 0);
	CHECK(has("action=\"../feedback\"") && has("value=\"\""));
	CHECK_INT(show("/items/nope/report/"), TONG_E_NOTFOUND);
	open_world(quiet);
	CHECK_INT(show("/report/"), 0);
	CHECK(!has("<form class=\"card ask\"") && has("还没有接收意见的地方"));
}

static void explains_itself(void)
{
	open_world(told);
	CHECK_INT(show("/open-data/"), 0);
	CHECK(has("../data/items.csv") && has("../regions/510002/data/listings.csv") &&
	      has("../data/items-1.ndjson") && has("https://licence.example/by"));
	CHECK_INT(show("/accessibility/"), 0);
	CHECK(has("没有请第三方机构评测"));
	open_world(quiet);
	CHECK_INT(show("/open-data/"), 0);
	CHECK(has("没有说明使用许可"));
}

/* A node may be newer than the release it holds. */
static void an_older_look_has_fewer_pages(void)
{
	open_world(quiet);
	tong__site_close(site);
	strcpy(world_find(&world, "site", "template/feed")->key, "template/x");
	CHECK_INT(tong__site_open(&site, &reader, &err), 0);
	list();
	CHECK(listed("/changes/") && !listed("/feed.atom") && !listed("/regions/510002/feed.atom"));
	CHECK_INT(show("/feed.atom"), TONG_E_NOTFOUND);
}

/* ---- when memory is out ---- */

static long left;

static void *scarce(size_t n)
{
	return left-- > 0 ? malloc(n) : NULL;
}

static void survives_lack_of_memory(void)
{
	const char *const pages[] = {"/feed.atom", "/regions/510002/feed.atom", "/data/items.csv",
	                             "/data/items.json", "/data/items.csv-metadata.json",
	                             "/open-data/", "/items/GONE-1/", "/items/510100001001/report/",
	                             "/sitemap.xml", "/sitemaps/pages-1.xml",
	                             "/regions/510002/items/511A00001001/"};
	char *whole;
	int rc;

	open_world(told);
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
		CHECK_INT(show(pages[i]), 0);
		whole = tong__buf_take(&page, NULL);
		for (long n = 0; n < 3000; n++) {
			left = n;
			json_set_alloc_funcs(scarce, free);
			rc = show(pages[i]);
			json_set_alloc_funcs(malloc, free);
			if (rc == 0)
				break;
			if (rc != TONG_E_NOMEM)
				printf("%s, allocation %ld: %d %s\n", pages[i], n, rc, err.message);
			CHECK_INT(rc, TONG_E_NOMEM);
		}
		CHECK_INT(rc, 0);
		if (strcmp(page.data, whole))
			printf("%s\n", pages[i]);
		CHECK(strcmp(page.data, whole) == 0);
		free(whole);
	}
}

int main(void)
{
	RUN(feeds_have_dates_of_commits_and_lasting_ids);
	RUN(tables_hold_no_formula);
	RUN(tables_are_described);
	RUN(records_are_the_signed_ones);
	RUN(many_items_come_in_parts);
	RUN(every_page_stands_in_one_sitemap);
	RUN(translated_pages_are_listed);
	RUN(without_an_address_there_is_none);
	RUN(judges_addresses);
	RUN(heads_name_the_page);
	RUN(aliases_lead_on_below_regions);
	RUN(changed_texts_are_marked);
	RUN(the_latest_changes_are_shown_too);
	RUN(retired_codes_say_what_replaced_them);
	RUN(reports_have_the_code_filled_in);
	RUN(explains_itself);
	RUN(an_older_look_has_fewer_pages);
	RUN(survives_lack_of_memory);
	close_world();
	return tong_test_done();
}
