/* Pages of an item's life, and of what a catalogue may hold beside its items: notices, licences
 * and intermediaries. */
#include "tests/unit/site_world.h"

static const char *const bare[] = {
	"catalogue {'province':'510000','title':'测试指南','subtitle':'同一'}",
	"region/510000 {'name':'某省','level':1,'type':'省'}",
	"item/510100001001 {'code':'510100001001','name':'办<某>证','type':'01','state':'1',"
	"'materials':[{'material':'m1','name':'证明'}]}",
	"item/510100009001 {'code':'510100009001','name':'旧事项','type':'01','state':'3',"
	"'cancelled':'2026-01-01','replaced_by':['510100001001','512000000009']}",
	"item/510100009002 {'code':'510100009002','name':'停办的事项','type':'01','state':'2',"
	"'change':'merged','replaces':['510100009001','511A00009001'],"
	"'materials':[{'material':'m2','name':'执照'}]}",
	"item/510100009003 {'code':'510100009003','name':'取消而不知何时','type':'01','state':'3'}",
	NULL
};

static const char *const full[] = {
	"catalogue {'province':'510000','title':'测试指南','subtitle':'同一','kinds':["
	"'intermediaries','licences','notices']}",
	"notice/n-1 {'title':'通知甲','date':'2026-01-01','html':'<p>正文</p>','number':'1 号',"
	"'issuer':'某厅','source':'样例'}",
	"notice/n-2 {'title':'通知乙','date':'2026-02-01'}",
	"notice/n-3 {'title':'通知丙','date':'2025-12-31'}",
	"licence/l1 {'name':'电子执照','issuer':'某局','materials':['m1','m2','gone']}",
	"material/m1 {'name':'证明','licence':'l1','items':['510100001001','510100009002']}",
	"material/m2 {'name':'执照','licence':'l1','items':['510100009002']}",
	"material/m3 {'name':'照片'}",
	"intermediary/i1 {'name':'某检测公司','service':'检测','region':'510000','phone':'028-1',"
	"'note':'<样例>'}",
	"intermediary/i2 {'name':'某评估所','region':'519999'}",
	NULL
};


/* With the records of 'more', where their catalogue stands for the bare one. */
static void open_world(const char *const *more)
{
	begin_world();
	world_lines(&world, "base", more ? bare + 1 : bare);
	if (more)
		world_lines(&world, "base", more);
	ready_world();
}

static void says_what_became_of_an_item(void)
{
	open_world(NULL);
	CHECK_INT(show("/items/510100009001/"), 0);
	CHECK(has("<b>已取消（2026-01-01）</b>") && has("items/510100001001/\">办&lt;某&gt;证</a>"));
	CHECK(has("<li>512000000009</li>") && !has("暂停办理"));
	CHECK_INT(show("/items/510100009003/"), 0);
	CHECK(has("<b>已取消</b>") && !has("现在请办"));
	CHECK_INT(show("/items/510100009002/"), 0);
	CHECK(has("<b>暂停办理</b>") && has("旧事项 510100009001</a>") && has("511A00009001"));
	CHECK(has("合并") && !has("现在请办"));
	CHECK_INT(show("/items/510100001001/"), 0);
	CHECK(!has("已取消") && !has("暂停办理") && !has("取代以前"));
	close_world();
}

static int count_beside(void *arg, const char *url)
{
	*(int *)arg += tong__starts(url, "/notices/") || tong__starts(url, "/licences/") ||
	               tong__starts(url, "/intermediaries/");
	return 0;
}

static void has_no_pages_without_records(void)
{
	static const char *const urls[] = {"/notices/", "/licences/", "/intermediaries/",
	                                   "/notices/n-1/", "/licences/l1/"};
	int n = 0;

	open_world(NULL);
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++)
		CHECK_INT(show(urls[i]), TONG_E_NOTFOUND);
	CHECK_INT(tong__site_urls(site, &reader, count_beside, &n, &err), 0);
	CHECK_INT(n, 0);
	CHECK_INT(show("/"), 0);
	CHECK(!has("notices/") && !has("licences/") && !has("intermediaries/"));
	close_world();
}

static void lists_what_there_is(void)
{
	int n = 0;

	open_world(full);
	CHECK_INT(tong__site_urls(site, &reader, count_beside, &n, &err), 0);
	CHECK_INT(n, 7);
	CHECK_INT(show("/about/"), 0);
	CHECK(has("../notices/\">通知") && has("../licences/\">电子证照"));
	CHECK(has("../intermediaries/\">中介服务机构"));
	close_world();
}

static void shows_notices_newest_first(void)
{
	open_world(full);
	CHECK_INT(show("/notices/"), 0);
	CHECK(has("通知甲") && has("通知乙") && has("通知丙") && has("某厅 2026-01-01"));
	CHECK(strstr(page.data, "通知乙") < strstr(page.data, "通知甲"));
	CHECK(strstr(page.data, "通知甲") < strstr(page.data, "通知丙"));
	CHECK_INT(show("/notices/n-1/"), 0);
	CHECK(has("<h1>通知甲</h1>") && has("<p>正文</p>") && has("1 号") && has("某厅"));
	CHECK_INT(show("/notices/n-9/"), TONG_E_NOTFOUND);
	close_world();
}

static void leads_from_material_to_licence_and_back(void)
{
	open_world(full);
	CHECK_INT(show("/materials/m2/"), 0);
	CHECK(has("../../licences/l1/\">电子执照</a>"));
	CHECK_INT(show("/materials/m3/"), 0);
	CHECK(!has("licences/l1"));
	CHECK_INT(show("/licences/"), 0);
	CHECK(has("../licences/l1/\">电子执照</a>") && has("某局"));
	CHECK_INT(show("/licences/l1/"), 0);
	CHECK(has("../../materials/m1/\">证明</a>") && has("../../materials/m2/\">执照</a>"));
	CHECK(!has("gone") && has("可以使用的事项<small>2 项"));
	CHECK(has("办&lt;某&gt;证") && has("停办的事项"));
	close_world();
}

static void shows_intermediaries(void)
{
	open_world(full);
	CHECK_INT(show("/intermediaries/"), 0);
	CHECK(has("某检测公司") && has("检测") && has("../regions/510000/\">某省</a>"));
	CHECK(has("&lt;样例&gt;") && has("某评估所") && !has("519999"));
	close_world();
}

/* ---- when memory is out ---- */

static long left;

static void *scarce(size_t n)
{
	return left-- > 0 ? malloc(n) : NULL;
}

static void survives_lack_of_memory(void)
{
	static const char *const urls[] = {"/items/510100009001/", "/notices/", "/notices/n-1/",
	                                   "/licences/", "/licences/l1/", "/intermediaries/"};
	char *whole;
	int rc;

	open_world(full);
	for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
		CHECK_INT(show(urls[i]), 0);
		whole = tong__buf_take(&page, NULL);
		for (long n = 0; n < 3000; n++) {
			left = n;
			json_set_alloc_funcs(scarce, free);
			rc = show(urls[i]);
			json_set_alloc_funcs(malloc, free);
			if (rc == 0)
				break;
			if (rc != TONG_E_NOMEM)
				printf("%s, allocation %ld: %d %s\n", urls[i], n, rc, err.message);
			CHECK_INT(rc, TONG_E_NOMEM);
		}
		CHECK_INT(rc, 0);
		CHECK(strcmp(page.data, whole) == 0);
		free(whole);
	}
	close_world();
}

/* Another word anywhere is another version; the newest change names its commit. */
static void the_version_is_that_of_the_contents(void)
{
	char version[17] = "";
	const char *at;

	open_world(full);
	CHECK_INT(show("/about/"), 0);
	at = strstr(page.data, "<dd><code>");
	CHECK(at && !has("2026-11-03"));
	memcpy(version, at + 10, 16);
	CHECK_INT(show("/sw.js"), 0);
	CHECK(has(version));
	world_put(&world, "base", "change/510100001001",
	          json_pack("{s:[{s:s,s:s,s:[s]}]}", "log", "date", "2026-11-03", "commit", "c0ffee",
	                    "what", "改一"));
	tong__site_records_changed(site);
	CHECK_INT(show("/about/"), 0);
	CHECK(!has(version) && has("2026-11-03") && has("<code>c0ffee</code>"));
}

int main(void)
{
	RUN(says_what_became_of_an_item);
	RUN(has_no_pages_without_records);
	RUN(the_version_is_that_of_the_contents);
	RUN(lists_what_there_is);
	RUN(shows_notices_newest_first);
	RUN(leads_from_material_to_licence_and_back);
	RUN(shows_intermediaries);
	RUN(survives_lack_of_memory);
	return tong_test_done();
}
