/* Fuzzing the reader of CSV: every cell can be read, every row has its line. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "publisher/csv_scan.h"
#include "publisher/table.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void repeats(void *arg, size_t row)
{
	const struct tong__table *t = arg;

	if (row >= t->n_rows)
		abort();
}

struct text {
	const char *p;
	size_t n;
};

/* The quick way: every cell lies within the text. */
static bool look_at(void *user, const struct tong__str *cells)
{
	const struct text *t = user;

	for (size_t i = 0; i < 2; i++)
		if (cells[i].n && (cells[i].p < t->p || cells[i].p + cells[i].n > t->p + t->n))
			abort();
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const columns[] = {"a", "b", NULL};
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
		tong__table_repeats(t, "a", repeats, t);
		tong__table_free(t);
	}
	tong__csv_scan((const char *)data, len, columns, look_at,
		       &(struct text){(const char *)data, len});
	tong__findings_free(fs);
	return 0;
}
