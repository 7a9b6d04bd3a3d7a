/* The web editor's configuration: a form for every element, every enumeration, and the Git hosts.
 * */
#include "publisher/cms.h"

#include "core/element.h"
#include "core/json.h"
#include "tests/lib/check.h"

static const char *const regions[] = { "511602", NULL };

static struct tong__cms local(void)
{
	return (struct tong__cms){ "catalog-data/", "local", "", "", "", "main", regions };
}

static json_t *field(const json_t *fields, const char *name)
{
	size_t i;
	json_t *f;

	json_array_foreach(fields, i, f) if (!strcmp(tong__json_str(f, "name"), name)) return f;
	return NULL;
}

static void a_form_for_every_element(void)
{
	struct tong__cms c = local();
	json_t *config = tong__cms_config(&c), *items, *f;

	CHECK(config != NULL);
	items = json_array_get(json_object_get(config, "collections"), 0);
	CHECK_STR(tong__json_str(items, "folder"), "catalog-data/items/01");
	for (const struct tong__element *e = tong__item_elements; e->name; e++) {
		f = field(json_object_get(items, "fields"), e->name);
		CHECK((f != NULL) == (e->type != TONG__T_MARKDOWN && e->type != TONG__T_QA));
		if (f)
			CHECK_STR(tong__json_str(f, "label"), e->label);
	}
	f = field(json_object_get(items, "fields"), "handle_area");
	CHECK_STR(tong__json_str(f, "widget"), "select");
	CHECK_INT(json_array_size(json_object_get(f, "options")), 6);
	CHECK(field(json_object_get(items, "fields"), "body") != NULL);
	CHECK_STR(tong__json_str(config, "locale"), "zh_Hans");
	json_decref(config);
}

static void git_hosts(void)
{
	struct tong__cms c = local();
	json_t *config, *b;

	c.backend = "gitea";
	c.project = "sheng/mulu";
	c.base_url = "https://git.example.cn";
	config = tong__cms_config(&c);
	b = json_object_get(config, "backend");
	CHECK_STR(tong__json_str(b, "name"), "gitea");
	CHECK_STR(tong__json_str(b, "repo"), "sheng/mulu");
	CHECK_STR(tong__json_str(b, "api_root"), "https://git.example.cn/api/v1");
	CHECK_STR(tong__json_str(config, "publish_mode"), "simple");
	json_decref(config);
}

static void nothing_from_elsewhere(void)
{
	CHECK(!strstr(tong__cms_page, "://"));
	CHECK(strstr(tong__cms_page, "src=\"decap-cms.js\""));
}

int main(void)
{
	RUN(a_form_for_every_element);
	RUN(git_hosts);
	RUN(nothing_from_elsewhere);
	return tong_test_done();
}
