/* Fuzzing the readers of YAML and Markdown files: whatever comes, findings and no harm; what was
 * read has places. */
#include <stdint.h>
#include <stdlib.h>

#include "publisher/doc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Every place of every value can be asked for. */
static void look_at(const struct tong__doc *d, const json_t *v)
{
	const char *key;
	json_t *child;
	size_t i;

	json_object_foreach((json_t *)v, key, child) {
		if (!tong__doc_mark(d, v, key, 0).line)
			abort();
		look_at(d, child);
	}
	json_array_foreach(v, i, child) {
		if (!tong__doc_mark(d, v, NULL, i).line)
			abort();
		look_at(d, child);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct tong__findings *fs;
	struct tong__doc *d;

	if (tong__findings_new(&fs))
		return 0;
	if (!tong__doc_yaml(&d, "f.yaml", (const char *)data, len, fs, NULL)) {
		look_at(d, d->root);
		tong__doc_free(d);
	}
	if (!tong__doc_markdown(&d, "f.md", (const char *)data, len, fs, NULL)) {
		look_at(d, d->root);
		tong__doc_free(d);
	}
	tong__findings_free(fs);
	return 0;
}
