/* Statistics count what is known and nothing else; lists of what is handled across regions. */
#include "tests/unit/site_world.h"

static const char *const base[] = {
	"catalogue {'province':'510000','title':'测试','layers':['510002','510003']}",
	"region/510000 {'name':'某省','level':1,'children':[['510002','乙县']]}",
	"region/510002 {'name':'乙县','level':3,'parent':'510000'}",
	"region/510003 {'name':'丙县','level':3,'parent':'510000','sample':true}",
	"item/510100001001 {'code':'510100001001','name':'甲','type':'01','handle_area':'2',"
	"'limit_statutory':{'days':20,'unit':'1'},'limit_promised':{'days':10,'unit':'1'},'visits':0,"
	"'online_depth':['1','5','9'],'fee':{'charged':false}}",
	"item/510100001002 {'code':'510100001002','name':'乙','type':'01','handle_area':'1',"
	"'limit_statutory':{'days':5,'unit':'2'},'limit_promised':{'days':5,'unit':'1'},'visits':7}",
	"item/512000000003 {'code':'512000000003','name':'丙','type':'20'}",
	"where/510100001001 {'regions':['510002','510003']}",
	"where/510100001002 {'regions':['510002']}",
	"figures/510000 {'n':2,'agencies':{'510002-01':{'n':2,'depth':2,'online':1}}}",
	"figures/510002 {'n':3,'visits':2,'once':1,'law':40,'promise':10,'depth':1}",
	"figures/510003 {'n':1,'sample':true}",
	"agency/510002-01 {'name':'乙县某局','region':'510002'}", NULL
};

static const char *const county[] = {
	"listing/510100001001 {'item':'510100001001','cases':[{'agency':'510002-01','visits':1,"
	"'online_depth':['3'],'limit_promised':{'days':5,'unit':'1'}},{'visits':2}]}",
	"listing/510100001002 {'item':'510100001002','cases':[{'agency':'510002-01'}]}", NULL
};


/* The row with this label has these numbers. */
static bool row(const char *label, const char *n, const char *m)
{
	const char *at = page.data ? strstr(page.data, label) : NULL;
	char text[40];

	snprintf(text, sizeof text, "<td>%s<", n);
	at = at ? strstr(at, "<td>") : NULL;
	if (!at || strncmp(at, text, strlen(text)) != 0)
		return false;
	snprintf(text, sizeof text, "<td>%s<", m ? m : "");
	at = m ? strstr(at + 4, "<td>") : at;
	return !m || (at && strncmp(at, text, strlen(text)) == 0);
}

static void open_world(const char *const *records)
{
	begin_world();
	world_lines(&world, "base", records);
	world_lines(&world, "r510002", county);
	ready_world();
}

static void counts_what_is_known(void)
{
	open_world(base);
	CHECK_INT(show("/stats/"), 0);
	CHECK(row(">行政许可<", "2", NULL) && row(">公共服务<", "1", NULL));
	CHECK(row(">2–5<", "1", "1") && row(">6–10<", "0", "1") && row(">11–20<", "1", "0"));
	CHECK(has("知道法定时限的：2 / 3 项") && has("知道承诺时限的：2 / 3 项"));
	CHECK(has("承诺的合起来比法定的短 50 %。"));   /* 20 and 10 working days; 5 and 5 do not compare */
	CHECK(row(">不用去<", "1", NULL) && row(">3 次以上<", "1", NULL) && row(">1 次<", "0", NULL));
	CHECK(row(">互联网办理<", "1", NULL) && row(">互联网咨询<", "0", NULL) && row(">其他<", "0", NULL));
	CHECK(row(">不收费<", "1", NULL));
	CHECK(has("丙县</a>（样例）") && !world.asked_region);
}

/* What stands in the cells of the row with this label: '-' for what is not known. */
static const char *cells(const char *label)
{
	static char text[200];
	const char *at = page.data ? strstr(page.data, label) : NULL;
	const char *end = at ? strstr(at, "</tr>") : NULL;

	*text = '\0';
	while (at && (at = strstr(at, "<td>")) && at < end) {
		at += 4;
		if (strncmp(at, "<span", 5) == 0)
			strcat(text, "-");
		else
			strncat(text, at, strcspn(at, "<"));
		strcat(text, "|");
	}
	return text;
}

static void puts_regions_and_departments_side_by_side(void)
{
	open_world(base);
	CHECK_INT(show("/stats/"), 0);
	CHECK_STR(cells("../regions/510002/stats/"), "3|0 / 1|1 / 2|75 %|");
	CHECK_STR(cells("../regions/510003/stats/"), "1|-|-|-|");
	CHECK_STR(cells("../agencies/510002-01/"), "2|1 / 2|-|-|");
	CHECK(has("width=\"750\"") && has("width=\"500\"") && !world.asked_region);
}

static void counts_what_a_region_says(void)
{
	open_world(base);
	strcpy(world.only, "r510002");
	CHECK_INT(show("/regions/510002/stats/"), 0);
	CHECK(has("本地清单里的 3 条") && row(">2–5<", "0", "1") && row(">11–20<", "1", "0"));
	CHECK(has("知道法定时限的：1 / 1 项") && has("短 75 %。"));
	CHECK(row(">1 次<", "1", NULL) && row(">2 次<", "1", NULL));
	CHECK_STR(cells("乙县某局</a>"), "2|1 / 1|1 / 1|75 %|");
	CHECK(!world.broke_rule);
	CHECK_INT(show("/regions/510003/stats/"), TONG_E_NOTFOUND);
	CHECK_INT(show("/regions/510000/stats/"), TONG_E_NOTFOUND);
}

static void says_when_nothing_is_known(void)
{
	const char *const bare[] = {"catalogue {'province':'510000'}", "item/X1 {'code':'X1'}", NULL};

	open_world(bare);
	CHECK_INT(show("/stats/"), 0);
	CHECK(has("知道的：0 / 1 项") && has("暂无公开信息") && !has(">不用去<"));
	CHECK_INT(show("/scopes/"), TONG_E_NOTFOUND);
	CHECK_INT(show("/directories/"), 0);
	CHECK(!has("scopes/"));
}

static void lists_what_is_handled_across_regions(void)
{
	const char *wide;

	open_world(base);
	CHECK_INT(show("/scopes/"), 0);
	wide = strstr(page.data, ">全国<");
	CHECK(wide && strstr(wide, "../items/510100001002/") && strstr(wide, ">全省<") &&
	      strstr(strstr(wide, ">全省<"), "../items/510100001001/") && !has("512000000003"));
	CHECK_INT(show("/directories/"), 0);
	CHECK(has("../scopes/"));
}

int main(void)
{
	RUN(counts_what_is_known);
	RUN(puts_regions_and_departments_side_by_side);
	RUN(counts_what_a_region_says);
	RUN(says_when_nothing_is_known);
	RUN(lists_what_is_handled_across_regions);
	close_world();
	return tong_test_done();
}
