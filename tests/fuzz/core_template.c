/* Fuzzes the template engine: any text compiles or is refused, no value ever opens a tag, and what
 * many pages have in common is copied as it would be rendered. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/template.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const char view[] =
	"{\"a\":\"</script><script>\\\"'>&\",\"b\":[\"<i>\",\"]]>\"],"
	"\"c\":{\"d\":-1,\"e\":[{\"a\":\"-->\"}]},"
	"\"f\":false,\"root\":\"javascript:<\",\"t\":\"x\",\"u\":\"//evil\",\"n\":null}";

/* Fixed text without '<' can only give pages without '<': every value is escaped where it
 * stands. */
static void check(const char *text, size_t n, const struct tong__buf *out)
{
	if (!memchr(text, '<', n) && out->len && memchr(out->data, '<', out->len))
		abort();
}

/* ---- a page of another language, part of whose view it has in common with others ---- */

static const char shared[] =
	"{\"b\":[\"<i>\",\"中\"],\"c\":{\"d\":-1,\"e\":[{\"a\":\"-->\"},{\"a\":\"办证 A\"}]},\"f\":false,"
	"\"h_html\":\"<p>中 <a href=\\\"/x/\\\">文</a> &amp;</p>\","
	"\"p_svg\":\"<svg>中</svg>\",\"n\":null}";
static const char *const pages[] = {
	"{\"lang\":\"en\",\"root\":\"../\",\"a\":\"one 一\",\"t\":\"x\",\"u\":\"tel:1\"}",
	"{\"lang\":\"en\",\"root\":\"../\",\"a\":\"two\",\"t\":\"\","
	"\"u\":\"https://a.example/?b=1&c\"}",
};

static json_t *view_of(const char *text)
{
	json_t *v = json_loads(text, 0, NULL);

	if (!v)
		abort();
	return v;
}

static void render_over(const struct tong__templates *set, struct tong__common *common,
						const char *page)
{
	json_t *own = view_of(page), *whole = view_of(shared);
	struct tong__buf plain, over;
	int a, b;

	json_object_update(whole, own);
	tong__buf_init(&plain, 1 << 16);
	tong__buf_init(&over, 1 << 16);
	a = tong__template_render(set, "t", whole, &plain, NULL);
	b = tong__template_render_over(set, "t", own, common, &over, NULL);
	if (!a != !b || (!a && plain.len != over.len) ||   /* of two faults another may come first */
		(!a && plain.len && memcmp(plain.data, over.data, plain.len) != 0))
		abort();
	tong__buf_free(&plain);
	tong__buf_free(&over);
	json_decref(whole);
	json_decref(own);
}

static void render_both(const struct tong__templates *set)
{
	struct tong__common *common = tong__common_new(view_of(shared));

	if (!common)
		abort();
	for (size_t i = 0; i < 2; i++)
		render_over(set, common, pages[i]);
	render_over(set, common, pages[0]);
	tong__common_free(common);
}

/* ---- a page of its own ---- */

static void render(const struct tong__templates *set, const char *text, size_t n)
{
	struct tong__buf out;
	json_t *root = NULL;

	tong__buf_init(&out, 1 << 16);
	if (tong__json_read(view, sizeof view - 1, 16, "view", &root, NULL))
		abort();
	if (tong__template_render(set, "t", root, &out, NULL) == 0)
		check(text, n, &out);
	json_decref(root);
	tong__buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct tong__templates *set;
	const char *text = (const char *)data;

	if (tong__templates_new(&set, NULL))
		return 0;
	if (tong__templates_add(set, "p", "({{t}})\n", 8, NULL) == 0 &&
	    tong__templates_add(set, "t", text, n, NULL) == 0 && tong__templates_link(set, NULL) == 0) {
		render(set, text, n);
		render_both(set);
	}
	tong__templates_free(set);
	return 0;
}
