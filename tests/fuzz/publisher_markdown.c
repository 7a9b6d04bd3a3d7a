/* Fuzzing Markdown to HTML: no script, no handler and no dangerous link comes out of any text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "publisher/md.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* cmark writes < only for its own tags and comments. */
static void check(const char *html)
{
	static const char *const never[] = {"<script", "<iframe", "<style", "<svg", "<object", "<form",
					    "href=\"javascript:", "href=\"vbscript:", "src=\"javascript:"};

	for (size_t i = 0; i < sizeof never / sizeof *never; i++)
		if (strstr(html, never[i]))
			abort();
	if (*html && html[strlen(html) - 1] == '\n')
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const json_t *qa;
	json_t *faq;
	size_t i;
	char *text, *html;

	if (len > 65536 || !tong__utf8_valid((const char *)data, len, NULL))
		return 0;
	text = strndup((const char *)data, len);
	if (!text)
		return 0;
	html = tong__md_html(text);
	check(html);
	free(html);
	faq = tong__md_faq(text);
	json_array_foreach(faq, i, qa) {
		if (!json_is_string(json_object_get(qa, "q")))
			abort();
		if (json_object_get(qa, "a_html"))
			check(json_string_value(json_object_get(qa, "a_html")));
	}
	json_decref(faq);
	free(text);
	return 0;
}
