/* Finding items: the index by initials as pages, and names by words, sounds, letters and codes. */
#include <stdlib.h>

#include "core/search_names.h"
#include "tests/unit/site_world.h"

static const char *const base[] = {
	"catalogue {'title':'测试指南','languages':['zh-CN','en']}",
	"item/510000000001 {'code':'510000000001','name':'居民身份证办理','type':'01','guide':'full'}",
	"item/510000000002 {'code':'510000000002','name':'《出生医学证明》签发','type':'01'}",
	"item/510000000003 {'code':'510000000003','name':'行业协会登记','type':'01'}",
	"item/510000000004 {'code':'510000000004','name':'B超机登记','type':'20'}",
	"item/510000000005 {'code':'510000000005','type':'20'}",
	"item/510000000006 {'code':'510000000006','name':'户口登记','type':'01','state':'3'}",
	"item/510000000007 {'code':'510000000007','name':'户口注销','type':'01'}",
	"region/510002001 {'name':'乙镇','level':4,'villages':[['510002001001','青㭎村'],"
	"['510002001002','二村']]}",
	"region/510002002 {'name':'䢺江镇','level':4}",
	"alias/511A00001001 {'item':'510000000003'}",
	"material/m1 {'name':'户口簿'}",
	"material/m2 {'name':'正在分开'}",   /* only characters in use have readings */
	"theme/p01 {'name':'户籍','words':['居民身份证','户口登记']}",
	"text/en/item/510000000001 {'t':{'name':'Identity card'}}",
	"synonyms {'pairs':[['怎么办'],['身份卡','身份证'],['社团','协会'],['社团','登记']]}",
	NULL
};

static struct tong__names *names;

static void open_world(void)
{
	json_t *data = NULL;

	begin_world();
	world_lines(&world, "base", base);
	ready_world();
	CHECK_INT(tong__search_data(&reader, &data, &err), 0);
	CHECK_INT(tong__names_new(&names, data, &err), 0);
	json_decref(data);
}

static void items_stand_under_their_initials(void)
{
	CHECK_INT(show("/search/"), 0);
	CHECK(has("href=\"../search/b/\">B<") && has("href=\"../search/other/\"") && !has("search/d/"));
	CHECK_INT(show("/search/j/"), 0);
	CHECK(has("id=\"tju\"") && has("href=\"../../items/510000000001/\"") && !has("510000000002"));
	CHECK_INT(show("/search/c/"), 0);   /* marks before the name are passed over */
	CHECK(has("id=\"tchu\"") && has("510000000002"));
	CHECK_INT(show("/search/b/"), 0);   /* a letter is its own */
	CHECK(has("id=\"tb\"") && has("510000000004"));
}

static void several_readings_are_several_places(void)
{
	CHECK_INT(show("/search/h/"), 0);
	CHECK(has("id=\"thang\"") && has("510000000003"));
	CHECK_INT(show("/search/x/"), 0);
	CHECK(has("id=\"txing\"") && has("510000000003"));
}

static void what_has_no_sound_is_among_the_others(void)
{
	CHECK_INT(show("/search/other/"), 0);
	CHECK(has("510000000005"));
	CHECK_INT(show("/search/q/"), TONG_E_NOTFOUND);
	CHECK_INT(show("/search/ju/"), TONG_E_NOTFOUND);
	CHECK_INT(show("/en/search/j/"), 0);
	CHECK(has("Identity card") && !has("id=\"ti\""));
}

/* The last digits of the codes found, or ids, in order. */
static const char *found(const char *typed)
{
	static char out[400];
	struct tong__name_hit *hits;
	size_t n, len = 0;

	if (tong__names_find(names, typed, &hits, &n, &err))
		return err.message;
	out[0] = '\0';
	for (size_t i = 0; i < n; i++)
		len += (size_t)snprintf(out + len, sizeof out - len, "%s%s", i ? " " : "",
		                        strlen(hits[i].id) == 12 ? hits[i].id + 11 : hits[i].id);
	if (!tong__names_sure(hits, n))
		snprintf(out + len, sizeof out - len, "?");
	free(hits);
	return out;
}

static void Q5_names_are_found_by_words(void)
{
	CHECK_STR(found("居民身份证"), "1 p01");       /* the item before a theme's example */
	CHECK_STR(found("身份证怎么办"), "1 p01");
	CHECK_STR(found("身份卡"), "1 p01");           /* a synonym */
	CHECK_STR(found("户口"), "m1 7 6 p01");        /* later steps and ended ones stand lower */
	CHECK_STR(found("社团"), "3 4 6 p01");         /* the likelier meaning first */
	CHECK_STR(found("飞"), "?");
	CHECK_STR(found("，。"), "?");
}

static void Q5_names_are_found_by_letters(void)
{
	CHECK_STR(found("jmsfz"), "1 p01");
	CHECK_STR(found("jumins"), "1 p01");
	CHECK_STR(found("hukoub"), "m1");
	CHECK_STR(found("bcj"), "4?");                 /* inside a name: not sure */
	CHECK_STR(found("identity"), "1");
	CHECK_STR(found("card identity"), "1");
}

static void Q6_names_are_found_by_their_sound(void)
{
	CHECK_STR(found("身分正"), "1 p01?");
	CHECK_STR(found("fukou"), "?");
}

/* Other towns and villages are found on the page of their county. */
static void Q2_places_with_rare_characters_are_found(void)
{
	CHECK_STR(found("㭎"), "510002001");
	CHECK_STR(found("青㭎"), "510002001");
	CHECK_STR(found("䢺"), "510002002");
	CHECK_STR(found("二村"), "?");
}

static void codes_and_aliases_find_items(void)
{
	CHECK_STR(found("510000000003"), "3");
	CHECK_STR(found("511a00001001"), "3");
	CHECK_STR(found("5100000"), "1 2 3 4 5 7 6");
	CHECK_INT(tong__names_item(names, "510000000004"), 3);
	CHECK(tong__names_item(names, "5100") == SIZE_MAX);
}

int main(void)
{
	RUN(open_world);
	RUN(items_stand_under_their_initials);
	RUN(several_readings_are_several_places);
	RUN(what_has_no_sound_is_among_the_others);
	RUN(Q5_names_are_found_by_words);
	RUN(Q5_names_are_found_by_letters);
	RUN(Q6_names_are_found_by_their_sound);
	RUN(Q2_places_with_rare_characters_are_found);
	RUN(codes_and_aliases_find_items);
	close_world();
	tong__names_free(names);
	return tong_test_done();
}
