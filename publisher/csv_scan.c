/* Scanning CSV: 300,000 rows in the time that making tables of them would take for 10,000. */
#include "publisher/csv_scan.h"

#include <string.h>

struct scan {
	const char *at, *end;
	int wanted[TONG_SCAN_COLUMNS];   /* column number of each; -1: not there */
	size_t n;
};

/* One cell; *last tells whether it ended its row. */
static struct tong__str next_cell(struct scan *s, bool *last)
{
	struct tong__str cell = {s->at, 0};
	bool quoted = s->at < s->end && *s->at == '"';
	const char *p = s->at + quoted;

	while (quoted && p < s->end && (*p != '"' || (p + 1 < s->end && p[1] == '"')))
		p += *p == '"' ? 2 : 1;
	if (quoted) {
		cell.p++;
		cell.n = (size_t)((p < s->end ? p : s->end) - cell.p);
	}
	while (p < s->end && *p != ',' && *p != '\n')
		p++;
	if (!quoted)
		cell.n = (size_t)(p - cell.p);
	*last = p >= s->end || *p == '\n';
	if (*last && !quoted && cell.n && cell.p[cell.n - 1] == '\r')
		cell.n--;
	s->at = p < s->end ? p + 1 : s->end;
	return cell;
}

static bool is(struct tong__str cell, const char *name)
{
	return cell.n == strlen(name) && !memcmp(cell.p, name, cell.n);
}

static void read_header(struct scan *s, const char *const *columns)
{
	bool last = s->at >= s->end;
	size_t n = 0;

	for (; n < TONG_SCAN_COLUMNS && columns[n]; n++)
		s->wanted[n] = -1;
	s->n = n;
	for (int i = 0; !last; i++) {
		struct tong__str cell = next_cell(s, &last);

		for (size_t k = 0; k < n; k++)
			if (s->wanted[k] < 0 && is(cell, columns[k]))
				s->wanted[k] = i;
	}
}

void tong__csv_scan(const char *text, size_t n, const char *const *columns,
                    bool (*fn)(void *, const struct tong__str *), void *user)
{
	struct scan s = {.at = text, .end = text + n};
	bool more = true;

	read_header(&s, columns);
	while (more && s.at < s.end) {
		struct tong__str cells[TONG_SCAN_COLUMNS] = {{"", 0}};
		bool last = false;

		for (size_t k = 1; k < TONG_SCAN_COLUMNS; k++)
			cells[k] = cells[0];
		for (int i = 0; !last; i++) {
			struct tong__str cell = next_cell(&s, &last);

			for (size_t k = 0; k < s.n; k++)
				if (s.wanted[k] == i)
					cells[k] = cell;
		}
		more = fn(user, cells);
	}
}
