/* Bytes of a spreadsheet file, XLSX or CSV: read within the ceilings, whatever they are. */
#include <stdint.h>
#include <string.h>

#include "publisher/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct tong__book *b = tong__book_new();
	struct tong__buf text;
	tong_error err = TONG_ERROR_INIT;

	tong__buf_init(&text, 1 << 20);
	if (len >= 2 && !memcmp(data, "PK", 2))
		tong__xlsx_read(b, "x.xlsx", (const char *)data, len, &err);
	else if (!tong__text_decode((const char *)data, len, "x.csv", &text, &err))
		tong__csv_read(b, "x.csv", text.data ? text.data : "", text.len, &err);
	tong__buf_free(&text);
	tong__book_free(b);
	return 0;
}
