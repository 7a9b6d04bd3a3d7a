/* What a thread remembers of the page before changes no byte of the next. */
#include "tests/unit/site_reader.h"

static const char *const base[] = {
	"catalogue {'title':'试','layers':['510002','510003'],'languages':['zh-CN','en']}",
	"region/510000 {'name':'四川','level':1,'children':[['510002','乙县'],['510003','丙县']]}",
	"region/510002 {'name':'乙县','level':3,'parent':'510000'}",
	"region/510003 {'name':'丙县','level':3,'parent':'510000'}",
	"item/A1 {'code':'A1','name':'办证','type':'01','materials':[{'material':'m1'}],"
	"'basis':[{'law':'l1','article':'第一条'}],'limit_promised':{'days':9,'unit':'1'},"
	"'themes':['p1'],'sections':{'conditions_html':'<p><a href=\\\"/laws/\\\">法</a></p>'}}",
	"item/A2 {'code':'A2','name':'换证','type':'20','state':'3'}",
	"text/en/item/A1 {'t':{'name':'A licence'}}",
	"agency/510002-1 {'name':'甲局','region':'510002'}",
	"agency/510003-1 {'name':'乙局','region':'510003','note':'510002'}",
	"law/l1 {'title':'某法','articles':[{'article':'第一条','text':'条文'}],'items':['A1']}",
	"material/m1 {'name':'户口簿','items':['A1']}",
	"theme/p1 {'name':'户籍','audience':'person','mark':'户'}",
	NULL
};

static const char *const county[] = {
	"hall/main {'name':'大厅','sample':true}",
	"listing/A1 {'item':'A1','cases':[{'agency':'510002-1','hall':'main','visits':0}]}",
	"listing/A2 {'item':'A2','cases':[{'agency':'510002-1'}],'sample':true}",
	NULL
};

static const char *const other[] = {
	"listing/A1 {'item':'A1','cases':[{'agency':'510003-1'},{'online_url':'https://example.org'}]}",
	NULL
};

#define MAX_URLS 240

static struct world world;
static struct tong__reader reader;
static struct tong__site *site;
static char urls[MAX_URLS][100];
static size_t n_urls;

static int keep_url(void *arg, const char *url)
{
	(void)arg;
	if (n_urls < MAX_URLS)
		snprintf(urls[n_urls++], sizeof urls[0], "%s", url);
	return 0;
}

/* The same bytes with the memory as without? */
static bool same(struct tong__site_memory *memory, const char *url)
{
	struct tong__buf with, without;
	const char *type;
	bool equal;

	tong__buf_init(&with, TONG_MAX_PAGE);
	tong__buf_init(&without, TONG_MAX_PAGE);
	equal = tong__site_render_next(site, &reader, memory, url, &with, &type, NULL) ==
	            tong__site_render(site, &reader, url, &without, &type, NULL) &&
	        with.len == without.len && (!with.len || !memcmp(with.data, without.data, with.len));
	if (!equal)
		printf("%s\n", url);
	tong__buf_free(&with);
	tong__buf_free(&without);
	return equal;
}

/* Whatever page came before. */
static void every_page_after_every_page(void)
{
	struct tong__site_memory *memory = tong__site_memory_new();

	CHECK_INT(tong__site_urls(site, &reader, keep_url, NULL, NULL), 0);
	CHECK(n_urls > 60 && n_urls < MAX_URLS);
	for (size_t step = 1; step < 12; step++)
		for (size_t i = 0; i < n_urls; i++)
			CHECK(same(memory, urls[i * step % n_urls]));
	tong__site_memory_free(memory);
}

static void guides_in_a_row(void)
{
	static const char *const row[] = {
		"/regions/510002/items/A1/", "/regions/510003/items/A1/", "/regions/510002/items/A1/",
		"/regions/510003/items/none/", "/regions/510003/items/A2/", "/regions/510002/items/A2/",
		"/regions/519999/items/A2/", "/items/A2/", "/regions/510002/items/A2/",
		"/en/regions/510002/items/A1/", "/regions/510002/items/A1/",
		"/en/regions/510003/items/A1/", "/en/regions/510002/items/A1/",
	};
	struct tong__site_memory *memory = tong__site_memory_new();

	for (size_t i = 0; i < sizeof row / sizeof *row; i++)
		CHECK(same(memory, row[i]));
	tong__site_memory_free(memory);
}

int main(void)
{
	tong_error err = TONG_ERROR_INIT;

	world_site(&world);
	world_lines(&world, "base", base);
	world_lines(&world, "r510002", county);
	world_lines(&world, "r510003", other);
	reader = world_reader(&world);
	if (tong__site_open(&site, &reader, &err)) {
		printf("%s: %s\n", err.subject, err.message);
		return 1;
	}
	RUN(guides_in_a_row);
	RUN(every_page_after_every_page);
	tong__site_close(site);
	world_free(&world);
	return tong_test_done();
}
