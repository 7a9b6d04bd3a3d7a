/* Writing CSV tables as the source format has them (catalog-data/README.md). */
#include "publisher/table_write.h"

#include <string.h>

#include "core/json.h"

void tong__table_write_cell(struct tong__buf *out, const char *s, bool last)
{
	if (strpbrk(s, ",\"\r\n")) {
		tong__buf_addc(out, '"');
		for (; *s; s++) {
			if (*s == '"')
				tong__buf_addc(out, '"');
			tong__buf_addc(out, *s);
		}
		tong__buf_addc(out, '"');
	} else {
		tong__buf_adds(out, s);
	}
	tong__buf_addc(out, last ? '\n' : ',');
}

int tong__table_write(const char *const *columns, const json_t *rows, struct tong__buf *out)
{
	const json_t *row;
	size_t i;

	for (size_t c = 0; columns[c]; c++)
		tong__table_write_cell(out, columns[c], !columns[c + 1]);
	json_array_foreach(rows, i, row)
		for (size_t c = 0; columns[c]; c++) {
			const char *s = tong__json_str(row, columns[c]);

			tong__table_write_cell(out, s ? s : "", !columns[c + 1]);
		}
	return out->failed;
}
