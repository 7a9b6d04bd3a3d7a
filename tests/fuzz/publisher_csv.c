/* Fuzzing the reader of CSV: every cell can be read, every row has its line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "publisher/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const known[] = {"a", "b", "?c", NULL};
	struct tong__findings *fs;
	struct tong__table *t;
	size_t sum = 0;

	if (tong__findings_new(&fs))
		return 0;
	if (!tong__table_read(&t, "f.csv", (const char *)data, len, known, fs, NULL)) {
		for (size_t i = 0; i < t->n_rows * t->n_columns; i++)
			sum += strlen(t->text + t->cells[i]);
		for (size_t i = 0; i < t->n_rows; i++)
			if (!t->lines[i] || !tong__table_cell(t, i, "a"))
				abort();
		if (sum > len)
			abort();
		tong__table_free(t);
	}
	tong__findings_free(fs);
	return 0;
}
