/* Pages from records: what they show, what they say is unknown, which layers they may see, and
 * that no link is dead. */
#include "tests/unit/site_world.h"

static const char *const base[] = {
	"catalogue {'province':'510000','title':'测试指南','subtitle':'同一','notice':'这是测试',"
	"'hotline':'12345','layers':['510002','510003','510004']}",
	"region/510000 {'name':'某省','level':1,'type':'省','children':[['510001','甲市']]}",
	"region/510001 {'name':'甲市','level':2,'parent':'510000','children':[['510002','乙县'],"
	"['510003','丙县'],['510004','丁县']]}",
	"region/510002 {'name':'乙县','level':3,'parent':'510001','children':[['510002001','乙镇']]}",
	"region/510003 {'name':'丙县','level':3,'parent':'510001'}",
	"region/510004 {'name':'丁县','level':3,'parent':'510001'}",
	"region/510002001 {'name':'乙镇','level':4,'parent':'510002','villages':[['510002001001',"
	"'一村']]}",
	"item/510100001001 {'code':'510100001001','code_system':'national-12','name':'办<某>证',"
	"'type':'01','summary':'说明','themes':['p01'],'guide':'full','levels':['4'],'served':['1',"
	"'2'],'aliases':[{'system':'sichuan-12','code':'511A00001001'}],'authority':'公安机关',"
	"'limit_statutory':{'days':20,'unit':'1','from':'受理之日','remote_days':30,'remote_note':'远'},"
	"'limit_promised':{'days':10,'unit':'1'},'visits':1,'rights':'可以申诉','visits_reason':'按指纹',"
	"'online_depth':['1','3'],'handle_area':'2','fee':{'charged':true,'standard':'每证 40 元',"
	"'basis':'某文'},'result':{'type':'10','name':'某证'},'materials':[{'material':'m1',"
	"'name':'户口簿','original':true,'copies':1,'need':'3','form':'1',"
	"'blank_url':'https://example.org/blank'},{'material':'m2','name':'申请表'}],"
	"'basis':[{'law':'law1','article':'第一条','title':'某法'}],"
	"'sections':{'conditions_html':'<p>谁都可以</p>','process_html':'<ol><li>申请</li></ol>',"
	"'faq':[{'q':'问？','a_html':'<p>答</p>'}],'notes_html':'<p>注</p>'}}",
	"item/512000000002 {'code':'512000000002','type':'20'}",
	"item/G-000001-001 {'code':'G-000001-001','name':'无主题注销','type':'07','state':'3',"
	"'main_item':'主'}",
	"alias/511A00001001 {'item':'510100001001'}",
	"where/510100001001 {'regions':['510002','510003']}",
	"change/510100001001 {'log':[{'date':'2026-11-02','commit':'aa','what':['改一']},"
	"{'date':'2026-11-01','commit':'bb','what':['首次收录']}]}",
	"change/GONE-1 {'log':[{'date':'2026-11-03','commit':'cc','what':['取消']}]}",
	"agency/510002-01 {'name':'乙县某局','region':'510002','uscc':'1','codes_seen':['1','2']}",
	"agency/510003-01 {'name':'丙县某局','region':'510003'}",
	"law/law1 {'title':'某某法','short':'某法','kind':'法律','articles':[{'article':'第一条',"
	"'text':'条文甲'}],'items':['510100001001']}",
	"material/m1 {'name':'户口簿','kind':'1','source':'20','items':['510100001001']}",
	"material/m2 {'name':'申请表','items':['510100001001']}",
	"theme/c01 {'name':'企业甲','audience':'corp','mark':'企'}",
	"theme/p01 {'name':'户籍','audience':'person','mark':'户','words':['身份证','居住证']}",
	"synonyms {'pairs':[['办证','某证'],['怎么办']]}",
	NULL
};

static const char *const county[] = {
	"hall/main {'name':'乙县大厅','address':'大厅路','hours':'九点','phone':'111','windows':[{'id':'w1',"
	"'name':'综合窗口','number':'3'}],'sample':true}",
	"listing/510100001001 {'item':'510100001001','cases':[{'agency':'510002-01','hall':'main',"
	"'window':'w1','phone':'222','limit_promised':{'days':5,'unit':'1'},"
	"'portal_url':'javascript:alert(1)','online_url':'https://example.org/a?b&c',"
	"'published_code':'P-1','org_code':'O-1','level':'4','handle_form':['1','3'],"
	"'booking':'yes'}],'sample':true}",
	"listing/512000000002 {'item':'512000000002','cases':[{'agency':'nowhere','visits':1},"
	"{'visits':2}]}",
	NULL
};

static const char *const other[] = {
	"listing/510100001001 {'item':'510100001001','cases':[{'agency':'510003-01'}]}",
	NULL
};


static void open_world(void)
{
	begin_world();
	world_lines(&world, "base", base);
	world_lines(&world, "r510002", county);
	world_lines(&world, "r510003", other);
	ready_world();
}

static void shows_the_unified_standard(void)
{
	CHECK_INT(show("/items/510100001001/"), 0);
	CHECK_STR(type, "text/html; charset=utf-8");
	CHECK(has("<h1>办&lt;某&gt;证</h1>"));
	CHECK(has("10 个工作日") && has("法定 20 个工作日") && has("30 个工作日"));
	CHECK(has("每证 40 元") && has("1 次") && has("按指纹") && has("窗口、网上") && has("全省通办"));
	CHECK(has("<p>谁都可以</p>") && has("<ol><li>申请</li></ol>") && has("条文甲"));
	CHECK(has("原件 1 份") && has("政府部门核发") && has("容缺后补"));
	CHECK(has("原件还是复印件、要几份：暂无公开信息"));
	CHECK(has("../../regions/510002/items/510100001001/") &&
	      has("../../regions/510003/items/510100001001/"));
	CHECK(has("application/ld+json") && has("\"name\":\"办\\u003c某\\u003e证\""));
	CHECK(has("可以申诉") && has("https://example.org/blank"));
	CHECK(has("511A00001001") && has("改一") && has("户籍") && !has("样例数据"));
}

static void shows_the_fingerprint_of_the_line(void)
{
	const struct world_record *r = world_find(&world, "base", "item/510100001001");
	char print[TONG_FINGERPRINT];

	tong__fingerprint(r->line, r->n, print);
	CHECK_INT(show("/items/510100001001/"), 0);
	CHECK(has(print) && has("../../verify/?code=510100001001&amp;print="));
	CHECK_INT(show("/regions/510002/items/510100001001/"), 0);
	CHECK(has(print));
	CHECK_INT(show("/data/fingerprints.json"), 0);
	CHECK(has(print) && has("\"511A00001001\":\"510100001001\""));
}

static void says_what_is_unknown(void)
{
	CHECK_INT(show("/items/512000000002/"), 0);
	CHECK(has("名称没有公开") && has("承诺时限、法定时限都没有公开"));
	CHECK(has("什么人可以办") && has("没有写出来，不等于不需要"));
	CHECK(has("哪些地区办理：暂无公开信息"));
	CHECK_INT(show("/regions/510002/items/512000000002/"), 0);
	CHECK(has("<dt>地址</dt><dd><span class=\"unknown\">暂无公开信息"));
	CHECK(has("<dt>办公时间</dt><dd><span class=\"unknown\">") &&
	      has("<dt>咨询电话</dt><dd><span class=\"unknown\">"));
	CHECK(has("各情形不同"));
}

static void shows_what_a_region_says(void)
{
	CHECK_INT(show("/regions/510002/items/510100001001/"), 0);
	CHECK(has("<b>乙县</b>") && has("5 个工作日") && !has("10 个工作日"));
	CHECK(has("乙县大厅") && has("综合窗口") && has("大厅路") && has("九点"));
	CHECK(has("tel:222") && !has("tel:111"));
	CHECK(has("../../../../agencies/510002-01/") && has("P-1"));
	CHECK(has("href=\"https://example.org/a?b&amp;c\" rel=\"external noreferrer\"") &&
	      has("example.org"));
	CHECK(has("窗口办理、快递申请") && has("<dt>是否支持预约</dt><dd>是</dd>"));
	CHECK(!has("javascript:"));
	CHECK(has("样例数据，不是真实信息"));
	CHECK_INT(show("/regions/510003/items/510100001001/"), 0);
	CHECK(has("10 个工作日") && !has("样例数据"));
}

static void shows_regions_of_every_level(void)
{
	CHECK_INT(show("/regions/"), 0);
	CHECK(has("甲市") && has("乙县"));
	CHECK_INT(show("/regions/510000/"), 0);
	CHECK(has("市（州）") && has("../../regions/510001/"));
	CHECK_INT(show("/regions/510001/"), 0);
	CHECK(has("县（市、区）") && has("这个地区的事项清单暂无公开信息"));
	CHECK_INT(show("/regions/510002/"), 0);
	CHECK(has("<dd>2 项</dd>") && has("items/510100001001/") && has("乙镇") && has("乙县某局") &&
	      has("样例数据"));
	CHECK(has("没有归入主题"));
	CHECK_INT(show("/regions/510002001/"), 0);
	CHECK(has("一村") && has("上级地区") && has("../../regions/510002/"));
}

static void hides_regions_whose_layer_is_not_held(void)
{
	CHECK_INT(show("/regions/510004/"), TONG_E_NOTFOUND);
	CHECK_INT(show("/regions/510004/items/510100001001/"), TONG_E_NOTFOUND);
	CHECK_INT(page.len, 0);
	CHECK_INT(show("/regions/510001/items/510100001001/"), TONG_E_NOTFOUND);
	CHECK_INT(show("/regions/510002/items/G-000001-001/"), TONG_E_NOTFOUND);
}

static void refuses_unknown_addresses(void)
{
	const char *const bad[] = {
		"",         "x",           "/items/",    "/items/nope/",    "/items/510100001001",
		"/items//", "/regions/9/", "/themes/x/", "/directories/x/", "/static/x.css",
		"/../",     "/items/../",  "/static/..", "/items/a%20b/",   "/laws/law1/x/"};

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_INT(show(bad[i]), TONG_E_NOTFOUND);
	CHECK(strstr(err.message, "no such page"));
}

static void leads_from_an_alias(void)
{
	CHECK_INT(show("/items/511A00001001/"), 0);
	CHECK(has("content=\"0; url=../../items/510100001001/\"") &&
	      has("rel=\"canonical\" href=\"../../items/510100001001/\""));
	CHECK(has("noindex"));
}

static void groups_the_directories(void)
{
	CHECK_INT(show("/directories/power/"), 0);
	CHECK(has("510100001001") && has("G-000001-001") && !has("512000000002"));
	CHECK(has("取消"));
	CHECK_INT(show("/directories/approval/"), 0);
	CHECK(has("510100001001") && !has("G-000001-001"));
	CHECK_INT(show("/directories/approval-sub/"), 0);
	CHECK(has("510100001001"));
	CHECK_INT(show("/directories/public/"), 0);
	CHECK(has("512000000002") && !has("510100001001"));
}

/* Of the two themes nothing belongs to c01: only the whole list names it, by itself. */
static void offers_no_theme_that_leads_to_nothing(void)
{
	static const char *const ways[] = {"/", "/search/", "/kiosk/"};
	const char *empty;

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		CHECK_INT(show(ways[i]), 0);
		CHECK(has("themes/p01/") && !has("themes/c01/") && !has("企业和组织办事"));
	}
	CHECK_INT(show("/themes/"), 0);
	empty = strstr(page.data, "还没有事项的主题");
	CHECK(empty && strstr(empty, "<h3>企业和组织办事</h3>") && strstr(empty, "themes/c01/"));
	CHECK(!strstr(empty, "themes/p01/"));
	CHECK_INT(show("/themes/c01/"), 0);
}

static void lists_changes_newest_first(void)
{
	const char *gone, *changed, *first;

	CHECK_INT(show("/changes/"), 0);
	gone = strstr(page.data, "2026-11-03");
	changed = strstr(page.data, "2026-11-02");
	first = strstr(page.data, "2026-11-01");
	CHECK(gone && changed && first && gone < changed && changed < first);
	CHECK_INT(show("/changes/GONE-1/"), 0);
	CHECK(has("这个事项已经不在目录里"));
}

static void serves_assets_by_version(void)
{
	CHECK_INT(show("/static/style.css"), 0);
	CHECK_STR(type, "text/css; charset=utf-8");
	CHECK_INT(show("/"), 0);
	CHECK(has("static/style.css?v=") && !has("style.css?v=\""));
	CHECK_INT(show("/robots.txt"), 0);
	CHECK_INT(show("/404.html"), 0);
	CHECK(has("href=\"/static/style.css"));
}

static void gives_the_search_its_data(void)
{
	json_t *all = NULL;

	CHECK_INT(show("/data/search.json"), 0);
	CHECK_STR(type, "application/json");
	CHECK_INT(tong__json_read(page.data, page.len, 8, "search", &all, &err), 0);
	CHECK_STR(tong__json_str(all, "codes"), "510100001001\n512000000002\nG-000001-001");
	CHECK_STR(tong__json_str(all, "names"), "办<某>证\n\n无主题注销");
	CHECK_STR(tong__json_str(all, "types"), "01\n20\n07");
	CHECK_STR(tong__json_str(all, "marks"), "106");
	CHECK_STR(tong__json_str(all, "limits"), "10.1\n\n");
	CHECK_STR(tong__json_str(all, "places"), "2\n\n");
	CHECK_STR(tong__json_str(json_object_get(all, "labels"), "01"), "行政许可");
	CHECK_STR(tong__json_str(json_object_get(all, "aliases"), "511A00001001"), "510100001001");
	CHECK(has("[\"p01\",\"户籍\",\"身份证\",\"居住证\"]") && !has("乙镇"));
	CHECK(has("[\"law1\",\"某某法\",\"某法\"]") && !has("\"notices\""));
	CHECK(has("[[\"办证\",\"某证\"],[\"怎么办\"]]"));
	CHECK(has(" xian县 ") && !has("ai爱") && has("zheng证"));
	json_decref(all);
}

static void gives_the_full_text_in_files(void)
{
	char url[64];
	bool found = false;

	for (int i = 0; i < 32; i++) {
		snprintf(url, sizeof url, "/data/text/%05d.json", i);
		CHECK_INT(show(url), 0);
		found = found || has("\"户口\":\"");
		CHECK(page.data[0] == '{' && page.data[page.len - 1] == '\n');
	}
	CHECK(found);
	CHECK_INT(show("/data/text/00032.json"), TONG_E_NOTFOUND);
	CHECK_INT(show("/data/text/1.json"), TONG_E_NOTFOUND);
}

/* ---- all addresses ---- */

static char urls[400][80];
static size_t n_urls;

static int keep_url(void *arg, const char *url)
{
	(void)arg;
	if (n_urls < 400)
		snprintf(urls[n_urls++], 80, "%s", url);
	return 0;
}

static bool listed(const char *url)
{
	for (size_t i = 0; i < n_urls; i++)
		if (strcmp(urls[i], url) == 0)
			return true;
	return false;
}

static void renders_every_address_it_lists(void)
{
	char file[200];

	n_urls = 0;
	CHECK_INT(tong__site_urls(site, &reader, keep_url, NULL, &err), 0);
	CHECK(n_urls > 40 && n_urls < 400);
	CHECK(listed("/") && listed("/regions/510002001/") && listed("/agencies/510002-01/"));
	CHECK(listed("/items/511A00001001/") && listed("/static/site.js") &&
	      !listed("/regions/510004/"));
	for (size_t i = 0; i < n_urls; i++) {
		world.asked_region = world.broke_rule = false;
		snprintf(world.only, sizeof world.only, "r%.6s",
		         strncmp(urls[i], "/regions/", 9) ? "" : urls[i] + 9);
		if (tong__starts(urls[i], "/agencies/5"))
			snprintf(world.only, sizeof world.only, "r%.6s", urls[i] + 10);
		if (show(urls[i]))
			printf("%s: %s %s\n", urls[i], err.subject, err.message);
		CHECK_INT(err.code, 0);
		CHECK(page.len > 0 || tong__ends(urls[i], ".ndjson"));   /* records there are none of */
		CHECK(!world.broke_rule);   /* W1 */
		CHECK(tong__site_file(urls[i], file, sizeof file));
		for (size_t j = 0; j < i; j++)
			CHECK(strcmp(urls[j], urls[i]) != 0);
	}
}

/* Where a relative link of the page at 'url' leads; "" for links out and links inside the page. */
static void resolve(const char *url, const char *link, size_t n, char out[400])
{
	char rest[300];
	size_t len;

	out[0] = '\0';
	snprintf(rest, sizeof rest, "%.*s", (int)n, link);
	rest[strcspn(rest, "?#")] = '\0';
	if (strchr(rest, ':') || !rest[0])
		return;
	if (rest[0] == '/') {
		strcpy(out, rest);
		return;
	}
	snprintf(out, 400, "%.79s", url);
	out[strrchr(out, '/') - out + 1] = '\0';
	link = rest;
	for (;;) {
		if (strncmp(link, "./", 2) == 0) {
			link += 2;
		} else if (strncmp(link, "../", 3) == 0) {
			link += 3;
			len = strlen(out);
			while (len > 1 && out[--len - 1] != '/')
				;
			out[len] = '\0';
		} else {
			break;
		}
	}
	strncat(out, link, 300);
}

static void has_no_dead_link(void)
{
	char target[400];

	n_urls = 0;
	CHECK_INT(tong__site_urls(site, &reader, keep_url, NULL, &err), 0);
	for (size_t i = 0; i < n_urls; i++) {
		CHECK_INT(show(urls[i]), 0);
		if (!strstr(type, "html"))
			continue;
		for (const char *p = page.data; (p = strstr(p, "=\"")); p++) {
			bool link = (p - page.data > 4 && !strncmp(p - 4, "href", 4)) ||
			            !strncmp(p - 3, "src", 3) ||
			            (p - page.data > 6 && !strncmp(p - 6, "action", 6));

			if (!link)
				continue;
			resolve(urls[i], p + 2, strcspn(p + 2, "\""), target);
			if (target[0] && !listed(target) && !strstr(target, "/510004/"))
				printf("%s -> %s\n", urls[i], target);
			CHECK(!target[0] || listed(target) || strstr(target, "/510004/"));
		}
	}
}

static void is_a_function_of_records(void)
{
	struct tong__buf first;
	struct tong__site *again = NULL;

	CHECK_INT(show("/regions/510002/"), 0);
	CHECK_INT(tong__site_open(&again, &reader, &err), 0);
	tong__buf_init(&first, TONG_MAX_PAGE);
	CHECK_INT(tong__site_render(again, &reader, "/regions/510002/", &first, &type, &err), 0);
	CHECK_INT(first.len, page.len);
	CHECK_MEM(first.data, page.data, page.len);
	tong__buf_free(&first);
	tong__site_close(again);
	tong__site_close(NULL);
}

/* ---- when memory is out ---- */

static long left;

static void *scarce(size_t n)
{
	return left-- > 0 ? malloc(n) : NULL;
}

/* A page is whole or refused: what no memory was found for is never just missing. */
static void survives_lack_of_memory(void)
{
	const char *const pages[] = {"/", "/items/510100001001/", "/regions/510002/",
	                             "/regions/510002/items/510100001001/", "/changes/",
	                             "/data/search.json", "/agencies/510002-01/"};
	char *whole;
	int rc;

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
		CHECK(strcmp(page.data, whole) == 0);
		free(whole);
	}
}

static void refuses_a_site_without_strings_or_with_a_bad_template(void)
{
	static struct world bad;
	const char *const broken[] = {"strings/zh-CN {'t':{'a':'b'}}",
	                              "template/x {'text':'{{#a}}'}", NULL};
	struct tong__reader r = world_reader(&bad);
	struct tong__site *none = NULL;

	CHECK_INT(tong__site_open(&none, &r, &err), TONG_E_REFERENCE);
	world_lines(&bad, "site", broken);
	CHECK_INT(tong__site_open(&none, &r, &err), TONG_E_FORMAT);
	CHECK_STR(err.subject, "x:1");
	CHECK(none == NULL);
	world_free(&bad);
}

static void names_the_file_of_an_address(void)
{
	char file[40];

	CHECK(tong__site_file("/", file, sizeof file));
	CHECK_STR(file, "index.html");
	CHECK(tong__site_file("/items/X/", file, sizeof file));
	CHECK_STR(file, "items/X/index.html");
	CHECK(tong__site_file("/feed.atom", file, sizeof file));
	CHECK_STR(file, "feed.atom");
	CHECK(!tong__site_file("items/", file, sizeof file));
	CHECK(!tong__site_file("/items/X/", file, 10));
}

int main(void)
{
	RUN(open_world);
	RUN(shows_the_unified_standard);
	RUN(shows_the_fingerprint_of_the_line);
	RUN(says_what_is_unknown);
	RUN(shows_what_a_region_says);
	RUN(shows_regions_of_every_level);
	RUN(hides_regions_whose_layer_is_not_held);
	RUN(refuses_unknown_addresses);
	RUN(leads_from_an_alias);
	RUN(groups_the_directories);
	RUN(offers_no_theme_that_leads_to_nothing);
	RUN(lists_changes_newest_first);
	RUN(serves_assets_by_version);
	RUN(gives_the_search_its_data);
	RUN(gives_the_full_text_in_files);
	RUN(renders_every_address_it_lists);
	RUN(has_no_dead_link);
	RUN(is_a_function_of_records);
	RUN(survives_lack_of_memory);
	RUN(refuses_a_site_without_strings_or_with_a_bad_template);
	RUN(names_the_file_of_an_address);
	close_world();
	return tong_test_done();
}
