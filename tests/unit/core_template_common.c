/* Pages that have a view in common: the same bytes as of each view alone with it. */
#include "core/json.h"
#include "core/template.h"
#include "tests/lib/check.h"

static tong_error err;

static json_t *json(const char *text)
{
	json_t *v = NULL;

	tong__json_read(text, strlen(text), 16, "view", &v, &err);
	return v;
}

static struct tong__templates *compile(const char *text, const char *partial)
{
	struct tong__templates *set = NULL;

	if (tong__templates_new(&set, &err) ||
	    tong__templates_add(set, "t", text, strlen(text), &err) ||
	    tong__templates_add(set, "p", partial, strlen(partial), &err) ||
	    tong__templates_link(set, &err)) {
		tong__templates_free(set);
		return NULL;
	}
	return set;
}

/* Once over what is common, once with everything in one view; the code of the first. */
static int both(const struct tong__templates *set, struct tong__common *common, const char *view,
                struct tong__buf *over, struct tong__buf *plain)
{
	json_t *own = json(view), *whole = json_copy((json_t *)tong__common_view(common));
	int rc;

	json_object_update(whole, own);
	tong__buf_clear(over);
	tong__buf_clear(plain);
	rc = tong__template_render_over(set, "t", own, common, over, &err);
	if (rc == 0)
		rc = tong__template_render(set, "t", whole, plain, &err);
	json_decref(own);
	json_decref(whole);
	return rc;
}

/* What a view has comes before what is common, also when an earlier view had no such member; inside
 * of what is common, its own members come first. */
static void says_what_each_view_says(void)
{
	static const char *const views[] = {
		"{\"name\":\"甲\"}", "{\"name\":\"乙\",\"extra\":\"+\"}", "{\"name\":\"丙\"}",
		"{\"name\":\"丁\",\"word\":\"another\"}", "{\"name\":\"戊\",\"list\":[]}",
		"{\"name\":\"己\",\"list\":[{\"x\":\"7\",\"name\":\"seven\"}]}",
		"{\"name\":\"庚\",\"on\":true}",
		"{\"name\":\"庚\",\"on\":true,\"t\":{\"a\":\"own\"}}",
		"{\"name\":\"庚\",\"on\":true,\"list\":[{\"x\":\"8\",\"t\":{\"a\":\"no\"}}]}",
		"{\"name\":\"辛\",\"o\":{\"x\":\"<&>\"}}", "{\"name\":\"甲\"}",
	};
	struct tong__templates *set = compile(
		"<p>{{word}} {{name}}</p>{{#list}}<b>{{t.a}}{{x}} {{name}}{{extra?}}</b>{{/list}}"
		"{{^list}}<i>none, {{name}}</i>{{/list}}{{#on?}}<u>{{word}}{{t.a}}</u>{{/on?}}"
		"{{>p}}{{#o}}{{>p}}{{/o}}",
		"<q>{{#on?}}{{name}}{{/on?}}{{^on?}}{{word}}{{/on?}} {{x?}}{{o.x}}</q>");
	struct tong__common *common = tong__common_new(json(
		"{\"word\":\"W\",\"t\":{\"a\":\"A\"},"
		"\"list\":[{\"x\":\"1\",\"t\":{\"a\":\"no\"}},{\"x\":\"2\",\"name\":\"own\"}],"
		"\"o\":{\"x\":\"3\"}}"));
	struct tong__buf over, plain;

	tong__buf_init(&over, 1 << 20);
	tong__buf_init(&plain, 1 << 20);
	CHECK(set && common);
	for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
		CHECK_INT(both(set, common, views[i], &over, &plain), 0);
		CHECK_STR(over.data, plain.data);
	}
	CHECK(strstr(plain.data, "<p>W 甲</p><b>A1 甲</b><b>A2 own</b>"));
	tong__buf_free(&over);
	tong__buf_free(&plain);
	tong__common_free(common);
	tong__templates_free(set);
}

/* X1, in what is common and in what is not; a view that has it all is rendered after that. */
static void misses_names_in_both(void)
{
	struct tong__templates *set = compile("{{a}}{{#o}}{{b}}{{/o}}{{c}}", "");
	struct tong__common *common = tong__common_new(json("{\"a\":\"1\",\"o\":{\"x\":1}}"));
	struct tong__buf over, plain;

	tong__buf_init(&over, 1 << 20);
	tong__buf_init(&plain, 1 << 20);
	CHECK(set && common);
	CHECK_INT(both(set, common, "{\"c\":\"3\"}", &over, &plain), TONG_E_REFERENCE);
	CHECK(strstr(err.message, "named b"));
	CHECK_INT(both(set, common, "{\"b\":\"2\"}", &over, &plain), TONG_E_REFERENCE);
	CHECK(strstr(err.message, "named c"));
	CHECK_INT(both(set, common, "{\"b\":\"2\",\"c\":\"3\"}", &over, &plain), 0);
	CHECK_STR(over.data, "123");
	tong__buf_free(&over);
	tong__buf_free(&plain);
	tong__common_free(common);
	tong__templates_free(set);
}

int main(void)
{
	RUN(says_what_each_view_says);
	RUN(misses_names_in_both);
	return tong_test_done();
}
