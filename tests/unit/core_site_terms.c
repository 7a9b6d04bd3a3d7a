/* How long, how much, and what a guide says to programs. */
#include "tests/unit/site_world.h"

#define FULL "{'code':'510100001001','name':'甲','type':'01','authority':'某部门','served':['1']," \
	"'limit_statutory':{'days':20,'unit':'1','from':'受理之日','remote_note':'山区可延长'}," \
	"'limit_promised':{'days':10,'unit':'1'},'case_type':'2'," \
	"'fee':{'charged':false,'standard':'不收'},'result':{'name':'许可证'}}"

static const char *const base[] = {
	"catalogue {'province':'510000','title':'测试','layers':['510002','510003'],"
	"'site':{'url':'https://guide.example'}}",
	"region/510002 {'name':'乙县','level':3,'parent':'510000'}",
	"region/510003 {'name':'丙县','level':3,'parent':'510000'}",
	"item/510100001001 " FULL, "item/510100001002 {'code':'510100001002','name':'乙'}", NULL
};

static const char *const county[] = {
	"listing/510100001001 {'item':'510100001001','cases':[{'limit_promised':{'days':3,'unit':'1'},"
	"'phone':'028-1','address':'甲路','online_url':'https://apply.example/x'}]}",
	"listing/510100001002 {'item':'510100001002','cases':[{'limit_promised':{'days':4,"
	"'unit':'2'}}]}",
	NULL
};

static const char *const invented[] = {
	"listing/510100001001 {'item':'510100001001','cases':[{'phone':'028-9','address':'乙路'}],"
	"'sample':true}", NULL
};


static void open_world(void)
{
	begin_world();
	world_lines(&world, "base", base);
	world_lines(&world, "r510002", county);
	world_lines(&world, "r510003", invented);
	ready_world();
}

static void says_how_long_and_how_much(void)
{
	CHECK_INT(show("/items/510100001001/"), 0);
	CHECK(has("<h2 id=\"duojiu\">") && has("<dd>10 个工作日</dd>") && has("<dd>20 个工作日</dd>"));
	CHECK(has("<dd>受理之日</dd>") && has("<dd>山区可延长</dd>"));
	CHECK(has("<h2 id=\"feiyong\">") && has("<dd>不收费</dd>") && has("href=\"#duojiu\""));
	CHECK_INT(show("/items/510100001002/"), 0);
	CHECK(!has("id=\"duojiu\"") && !has("id=\"feiyong\"") && has("<b>多久</b>"));
}

static void a_region_may_promise_more(void)
{
	CHECK_INT(show("/regions/510002/items/510100001001/"), 0);
	CHECK(has("<dd>3 个工作日</dd>") && !has("<dd>10 个工作日</dd>") && has("<dd>20 个工作日</dd>"));
	CHECK_INT(show("/regions/510002/items/510100001002/"), 0);
	CHECK(has("<dd>4 日</dd>") && has("href=\"#duojiu\"") && !has("<b>多久</b>") &&
	      has("<b>多少钱</b>"));
}

static void programs_read_what_is_known(void)
{
	CHECK_INT(show("/items/510100001001/"), 0);
	CHECK(has("\"url\":\"https://guide.example/items/510100001001/\"") && has("\"price\":\"0\"") &&
	      has("\"serviceOutput\":{\"@type\":\"Thing\",\"name\":\"许可证\"}") &&
	      has("\"provider\":{\"@type\":\"GovernmentOrganization\",\"name\":\"某部门\"}") &&
	      has("\"audienceType\":") && !has("availableChannel"));
	CHECK_INT(show("/regions/510002/items/510100001001/"), 0);
	CHECK(has("\"telephone\":\"028-1\"") && has("\"address\":\"甲路\"") &&
	      has("\"serviceUrl\":\"https://apply.example/x\"") && has("\"name\":\"乙县\""));
	CHECK_INT(show("/items/510100001002/"), 0);
	CHECK(!has("serviceOutput") && !has("offers") && !has("audience\":"));
}

static void programs_read_nothing_invented(void)
{
	CHECK_INT(show("/regions/510003/items/510100001001/"), 0);
	CHECK(has("乙路") && !has("availableChannel") && !has("\"telephone\""));
}

int main(void)
{
	RUN(open_world);
	RUN(says_how_long_and_how_much);
	RUN(a_region_may_promise_more);
	RUN(programs_read_what_is_known);
	RUN(programs_read_nothing_invented);
	close_world();
	return tong_test_done();
}
