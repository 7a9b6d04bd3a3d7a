/* Fuzzes the template engine: any text compiles or is refused, and no value ever opens a tag. */
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
	    tong__templates_add(set, "t", text, n, NULL) == 0 && tong__templates_link(set, NULL) == 0)
		render(set, text, n);
	tong__templates_free(set);
	return 0;
}
