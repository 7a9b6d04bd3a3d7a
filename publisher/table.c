/* CSV (RFC 4180): cells are cut in place in one copy of the text. */
#include "publisher/table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/message.h"
#include "publisher/encoding.h"
#include "core/suggest.h"

/* Where a reader of cells stands. Quoted cells are unfolded in place: what is written is never
 * longer than what was read. */
struct reader {
	const char *path;
	char *at, *end;
	unsigned line;
	struct tong__findings *fs;
	bool broken;               /* the rest cannot be read: a quote does not end */
};

/* The cells of one row. */
struct row {
	const char *cells[TONG_MAX_CSV_COLUMNS];
	size_t n;                  /* may be more than fit: such a row is refused */
	unsigned line;
	bool bad;
};

static void syntax(struct reader *r, struct row *row, unsigned line, const char *wanted,
                   const char *found)
{
	tong__find(r->fs, "csv-syntax", r->path, line, 1, "", r->path, wanted, "%s", tong__text(found));
	row->bad = true;
}

/* After a cell: its end is written over the separator, which is returned ('\n' also at the end of
 * the text). */
static char end_cell(struct reader *r, char *end)
{
	char c = r->at < r->end ? *r->at : '\n';

	if (c == '\r' && r->at + 1 < r->end && r->at[1] == '\n') {
		r->at++;
		c = '\n';
	}
	if (r->at < r->end)
		r->at++;
	*end = '\0';
	return c;
}

static char plain_cell(struct reader *r, struct row *row)
{
	bool quote = false;

	while (r->at < r->end && *r->at != ',' && *r->at != '\n' &&
	       !(*r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n'))
		quote |= *r->at++ == '"';
	if (quote)
		syntax(r, row, r->line,
		       "a cell with double quotes in double quotes, each of those inside written twice",
		       "a double quote in a cell without quotes");
	return end_cell(r, r->at);
}

static char quoted_cell(struct reader *r, struct row *row)
{
	unsigned opened = r->line;
	char *to = r->at++;

	for (;; r->at++) {
		if (r->at == r->end) {
			syntax(r, row, opened, "double quotes in pairs", "a double quote without end");
			r->broken = true;
			return end_cell(r, to);
		}
		if (*r->at == '"' && *++r->at != '"')
			break;
		r->line += *r->at == '\n';
		*to++ = *r->at;
	}
	if (r->at < r->end && *r->at != ',' && *r->at != '\n' && *r->at != '\r') {
		syntax(r, row, r->line, "a comma or the end of the line after the closing quote",
		       "text after the closing quote");
		return plain_cell(r, row);
	}
	return end_cell(r, to);
}

/* False at the end of the text. */
static bool read_row(struct reader *r, struct row *row)
{
	char separator;

	row->n = 0;
	row->bad = false;
	row->line = r->line;
	if (r->at >= r->end || r->broken)
		return false;
	do {
		const char *cell = r->at;

		separator = *r->at == '"' ? quoted_cell(r, row) : plain_cell(r, row);
		if (strlen(cell) > TONG_MAX_CSV_FIELD)
			syntax(r, row, row->line, "a cell of at most 8192 bytes", "the cell is too long");
		if (row->n < TONG_MAX_CSV_COLUMNS)
			row->cells[row->n] = cell;
		row->n++;
	} while (separator != '\n');
	r->line++;
	return true;
}

/* "?name" in a list of known columns stands for the name too. */
static bool listed(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n && names[i]; i++)
		if (!strcmp(names[i] + (*names[i] == '?' && *name != '?'), name))
			return true;
	return false;
}

static void unknown_column(const struct tong__table *t, const char *name, const char *const *known,
                           unsigned line, struct tong__findings *fs)
{
	struct tong__suggest near = tong__suggest(name);
	char wanted[TONG__SUGGESTED];

	for (size_t i = 0; known[i]; i++) {
		const char *column = known[i] + (*known[i] == '?');
		const struct tong__element *e = tong__element_find(tong__listing_elements, column);

		tong__suggest_try(&near, column, e ? e->label : NULL);
	}
	tong__find(fs, "csv-column-unknown", t->path, line, 1, "", t->path,
	           tong__suggest_say(&near, "a column name that the format knows", wanted), "%s",
	           *name ? name : _("a column without name"));
}

static void check_header(const struct tong__table *t, const char *const *known, const struct row *h,
                         struct tong__findings *fs)
{
	for (size_t i = 0; i < t->n_columns; i++) {
		const char *name = t->columns[i];

		if (listed(t->columns, i, name))
			tong__find(fs, "csv-syntax", t->path, h->line, 1, "", t->path, "each column once",
			           "column %s stands twice", name);
		else if (!listed(known, SIZE_MAX, name))
			unknown_column(t, name, known, h->line, fs);
	}
	for (size_t i = 0; known[i]; i++)
		if (*known[i] != '?' && !listed(t->columns, t->n_columns, known[i]))
			tong__find(fs, "csv-column-missing", t->path, h->line, 1, "", t->path, known[i],
			           "the header has no column %s", known[i]);
}

static int take_header(struct tong__table *t, struct reader *r, const char *const *known,
                       tong_error *err)
{
	struct row h;

	if (!read_row(r, &h)) {
		tong__find(r->fs, "csv-syntax", t->path, 1, 1, "", t->path,
		           "column names in the first line", "an empty file");
		return 0;
	}
	if (h.n > TONG_MAX_CSV_COLUMNS)
		syntax(r, &h, h.line, "at most 256 columns", "too many columns");
	if (h.bad)
		return 0;
	t->columns = calloc(h.n, sizeof *t->columns);
	if (!t->columns)
		return tong__fail_nomem(err);
	memcpy(t->columns, h.cells, h.n * sizeof *h.cells);
	t->n_columns = h.n;
	check_header(t, known, &h, r->fs);
	return 0;
}

static bool add_row(struct tong__table *t, size_t *cap, const struct row *row)
{
	if (t->n_rows == *cap) {
		size_t more = *cap ? *cap * 2 : 64;
		uint32_t *cells = realloc(t->cells, more * t->n_columns * sizeof *cells);
		unsigned *lines;

		if (!cells)
			return false;
		t->cells = cells;
		lines = realloc(t->lines, more * sizeof *lines);
		if (!lines)
			return false;
		t->lines = lines;
		*cap = more;
	}
	for (size_t i = 0; i < row->n; i++)   /* TONG_MAX_SOURCE_FILE fits */
		t->cells[t->n_rows * t->n_columns + i] = (uint32_t)(row->cells[i] - t->text);
	t->lines[t->n_rows++] = row->line;
	return true;
}

static int take_rows(struct tong__table *t, struct reader *r, tong_error *err)
{
	struct row row;
	size_t cap = 0;

	while (t->n_columns && read_row(r, &row)) {
		if (row.bad)
			continue;
		if (row.n != t->n_columns)
			tong__find(r->fs, "csv-row-length", t->path, row.line, 1, "", t->path,
			           "as many cells as the header has", "%zu cells, the header has %zu", row.n,
			           t->n_columns);
		else if (!add_row(t, &cap, &row))
			return tong__fail_nomem(err);
	}
	return 0;
}

static struct tong__table *new_table(const char *path, const char *text, size_t n)
{
	struct tong__table *t = calloc(1, sizeof *t);

	if (!t)
		return NULL;
	t->path = strdup(path);
	t->text = malloc(n + 1);
	if (!t->path || !t->text) {
		tong__table_free(t);
		return NULL;
	}
	if (n)
		memcpy(t->text, text, n);
	t->text[n] = '\0';
	return t;
}

int tong__table_read(struct tong__table **out, const char *path, const char *text, size_t n,
                     const char *const *known, struct tong__findings *fs, tong_error *err)
{
	struct tong__table *t = new_table(path, text, n);
	struct reader r = {.path = path, .line = 1, .fs = fs};
	int rc = 0;

	*out = NULL;
	if (!t)
		return tong__fail_nomem(err);
	r.at = t->text;
	r.end = t->text + n;
	if (n > TONG_MAX_SOURCE_FILE) {
		tong__find(fs, "file-too-large", path, 0, 0, "", path, "a smaller file", "%zu bytes", n);
	} else if (tong__encoding_check(path, text, n, fs)) {
		if (n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
			r.at += 3;   /* told already; the first column's name is behind it */
		rc = take_header(t, &r, known, err);
		if (!rc)
			rc = take_rows(t, &r, err);
	}
	if (rc) {
		tong__table_free(t);
		return rc;
	}
	*out = t;
	return 0;
}

void tong__table_free(struct tong__table *t)
{
	if (!t)
		return;
	free(t->path);
	free(t->columns);
	free(t->cells);
	free(t->lines);
	free(t->text);
	free(t);
}

int tong__table_column(const struct tong__table *t, const char *name)
{
	for (size_t i = 0; i < t->n_columns; i++)   /* asked for every cell of 300,000 rows */
		if (t->columns[i][0] == name[0] && !strcmp(t->columns[i], name))
			return (int)i;
	return -1;
}

const char *tong__table_cell(const struct tong__table *t, size_t row, const char *column)
{
	int i = tong__table_column(t, column);

	return i < 0 ? "" : tong__table_at(t, row, (size_t)i);
}

struct keyed {
	const char *id;
	size_t row;
};

static int by_id(const void *x, const void *y)
{
	const struct keyed *a = x, *b = y;
	int c = strcmp(a->id, b->id);

	return c ? c : (a->row > b->row) - (a->row < b->row);
}

void tong__table_repeats(const struct tong__table *t, const char *column,
                         void (*found)(void *arg, size_t row), void *arg)
{
	struct keyed *all = calloc(t->n_rows + 1, sizeof *all);

	if (!all)
		return;
	for (size_t i = 0; i < t->n_rows; i++)
		all[i] = (struct keyed){tong__table_cell(t, i, column), i};
	qsort(all, t->n_rows, sizeof *all, by_id);
	for (size_t i = 1; i < t->n_rows; i++)
		if (!strcmp(all[i].id, all[i - 1].id))
			found(arg, all[i].row);
	free(all);
}
