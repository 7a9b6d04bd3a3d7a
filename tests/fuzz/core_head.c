/* Fuzzes heads: as the file, and as the content of one, which a fuzzer cannot reach through zstd.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/head.h"
#include "tests/fuzz/raw_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void read_head(const void *bytes, size_t n)
{
	struct tong__head *h = NULL;
	tong_error err;

	if (tong__head_read(bytes, n, &h, &err))
		return;
	if (!tong__head_root(h) || !tong__head_get(h, "root").p)
		abort();
	tong__head_get(h, "timestamp.json");
	tong__head_free(h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	size_t size;
	char *made;

	read_head(data, n);
	made = raw_frame("TONGHD2\n", data, n, &size);
	if (made)
		read_head(made, size);
	free(made);
	return 0;
}
