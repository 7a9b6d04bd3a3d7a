/* Workbooks in memory: cells are put one by one, their texts kept in chunks, and every ceiling
 * holds here. */
#include "publisher/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/message.h"

#define CHUNK (64u << 10)

/* A chunk of texts; longer texts have one of their own. */
struct tong__book_text {
	struct tong__book_text *next;
	size_t used, cap;
	char bytes[];
};

struct tong__book *tong__book_new(void)
{
	return calloc(1, sizeof(struct tong__book));
}

void tong__book_free(struct tong__book *b)
{
	if (!b)
		return;
	for (size_t i = 0; i < b->n_sheets; i++) {
		for (size_t r = 0; r < b->sheets[i].n_rows; r++)
			free(b->sheets[i].rows[r].cells);
		free(b->sheets[i].rows);
	}
	free(b->sheets);
	while (b->texts) {
		struct tong__book_text *next = b->texts->next;

		free(b->texts);
		b->texts = next;
	}
	free(b);
}

int tong__book_text(struct tong__book *b, const char *s, size_t n, const char **out,
                    tong_error *err)
{
	struct tong__book_text *c = b->texts;

	*out = "";
	if (!n)
		return 0;
	if (n > TONG_SHEET_TEXT - b->text_bytes)
		return tong__fail(err, TONG_E_LIMIT, NULL,
		                  "more than %u MB of text in the spreadsheet; divide it into several "
		                  "files",
		                  TONG_SHEET_TEXT >> 20);
	if (!c || c->cap - c->used <= n) {
		size_t cap = n >= CHUNK ? n + 1 : CHUNK;

		c = malloc(sizeof *c + cap);
		if (!c)
			return tong__fail_nomem(err);
		*c = (struct tong__book_text){.next = b->texts, .cap = cap};
		b->texts = c;
	}
	memcpy(c->bytes + c->used, s, n);
	c->bytes[c->used + n] = '\0';
	*out = c->bytes + c->used;
	c->used += n + 1;
	b->text_bytes += n;
	return 0;
}

int tong__book_add(struct tong__book *b, const char *name, struct tong__sheet **out,
                   tong_error *err)
{
	struct tong__sheet *p;
	int rc;

	if (b->n_sheets == TONG_SHEET_SHEETS)
		return tong__fail(err, TONG_E_LIMIT, name, "more than %d sheets", TONG_SHEET_SHEETS);
	p = realloc(b->sheets, (b->n_sheets + 1) * sizeof *p);
	if (!p)
		return tong__fail_nomem(err);
	b->sheets = p;
	p += b->n_sheets;
	memset(p, 0, sizeof *p);
	*out = p;
	rc = tong__book_text(b, name, strlen(name), &p->name, err);
	b->n_sheets += !rc;
	return rc;
}

struct tong__sheet *tong__book_sheet(const struct tong__book *b, const char *name)
{
	for (size_t i = 0; i < b->n_sheets; i++)
		if (!strcmp(b->sheets[i].name, name))
			return &b->sheets[i];
	return NULL;
}

static int limit(tong_error *err, const struct tong__sheet *s, size_t row, size_t column,
                 const char *what, unsigned max)
{
	char name[TONG_CELL_NAME];

	tong__cell_name(row, column, name);
	return tong__fail(err, TONG_E_LIMIT, s->name, "%s: %s, the ceiling is %u", name,
	                  tong__text(what), max);
}

static int room_for_row(struct tong__sheet *s, size_t row, tong_error *err)
{
	size_t cap = s->cap ? s->cap : 64;
	struct tong__row *p;

	while (cap <= row)
		cap *= 2;
	if (cap > s->cap) {
		p = realloc(s->rows, cap * sizeof *p);
		if (!p)
			return tong__fail_nomem(err);
		s->rows = p;
		s->cap = cap;
	}
	if (row >= s->n_rows) {
		memset(s->rows + s->n_rows, 0, (row + 1 - s->n_rows) * sizeof *s->rows);
		s->n_rows = row + 1;
	}
	return 0;
}

static int room_for_cell(struct tong__row *r, size_t column, tong_error *err)
{
	size_t n = (column / 16 + 1) * 16;
	struct tong__cell *p;

	if (column < r->n)
		return 0;
	p = realloc(r->cells, n * sizeof *p);
	if (!p)
		return tong__fail_nomem(err);
	for (size_t i = r->n; i < n; i++)
		p[i] = (struct tong__cell){"", TONG__CELL_TEXT};
	r->cells = p;
	r->n = n;
	return 0;
}

int tong__sheet_put(struct tong__book *b, struct tong__sheet *s, size_t row, size_t column,
                    enum tong__cell_kind kind, const char *text, size_t n, tong_error *err)
{
	struct tong__cell *c;
	const char *kept;
	int rc;

	if (row >= TONG_SHEET_ROWS)
		return limit(err, s, row, column, "too many rows", TONG_SHEET_ROWS);
	if (column >= TONG_SHEET_COLUMNS)
		return limit(err, s, row, column, "too many columns in it", TONG_SHEET_COLUMNS);
	if (n > TONG_SHEET_CELL)
		return limit(err, s, row, column, "the text of a cell is too long (bytes)",
		             TONG_SHEET_CELL);
	if (b->n_cells == TONG_SHEET_CELLS)
		return limit(err, s, row, column, "too many cells that are not empty",
		             TONG_SHEET_CELLS);
	rc = tong__book_text(b, text, n, &kept, err);
	if (!rc)
		rc = room_for_row(s, row, err);
	if (!rc)
		rc = room_for_cell(&s->rows[row], column, err);
	if (rc)
		return rc;
	c = &s->rows[row].cells[column];
	c->text = kept;
	c->kind = kind;
	b->n_cells++;
	return 0;
}

struct tong__cell tong__sheet_at(const struct tong__sheet *s, size_t row, size_t column)
{
	if (row < s->n_rows && column < s->rows[row].n)
		return s->rows[row].cells[column];
	return (struct tong__cell){"", TONG__CELL_TEXT};
}

void tong__cell_name(size_t row, size_t column, char out[TONG_CELL_NAME])
{
	char letters[8], digits[24];
	size_t n = 0, d = 0, o = 0;

	column++;
	row++;
	for (; column && n < 4; column = (column - 1) / 26)
		letters[n++] = (char)('A' + (column - 1) % 26);
	for (; row && d < 10; row /= 10)
		digits[d++] = (char)('0' + row % 10);
	while (n)
		out[o++] = letters[--n];
	while (d)
		out[o++] = digits[--d];
	out[o] = '\0';
}

const char *tong__cell_place(const char *name, size_t *row, size_t *column)
{
	size_t c = 0, r = 0;
	const char *p = name;

	for (; *p >= 'A' && *p <= 'Z' && p < name + 4; p++)
		c = c * 26 + (size_t)(*p - 'A') + 1;
	if (p == name)
		return NULL;
	name = p;
	for (; *p >= '0' && *p <= '9' && p < name + 8; p++)
		r = r * 10 + (size_t)(*p - '0');
	if (!r || !c)
		return NULL;
	*row = r - 1;
	*column = c - 1;
	return p;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static int read_bytes(struct tong__book *b, const char *path, const char *bytes, size_t n,
                      tong_error *err)
{
	struct tong__buf utf8;
	int rc;

	if (n >= 4 && !memcmp(bytes, "PK\x03\x04", 4))
		return tong__xlsx_read(b, path, bytes, n, err);
	if (n >= 4 && !memcmp(bytes, "\xd0\xcf\x11\xe0", 4))
		return tong__fail(err, TONG_E_FORMAT, path,
		                  "is a spreadsheet in an old format (.xls, .et) or with a password; "
		                  "remove the password and save it as .xlsx");
	tong__buf_init(&utf8, TONG_SHEET_FILE * 2);
	rc = tong__text_decode(bytes, n, path, &utf8, err);
	if (!rc)
		rc = tong__csv_read(b, base_name(path), utf8.data ? utf8.data : "", utf8.len, err);
	tong__buf_free(&utf8);
	return rc;
}

int tong__book_read(struct tong__book **out, const char *path, tong_error *err)
{
	struct tong__book *b = tong__book_new();
	struct tong__buf bytes;
	int rc;

	*out = NULL;
	if (!b)
		return tong__fail_nomem(err);
	tong__buf_init(&bytes, TONG_SHEET_FILE);
	rc = tong__file_read(path, &bytes, err);
	if (rc == TONG_E_ABSENT)
		rc = tong__fail(err, TONG_E_FORMAT, path, "there is no such file");
	if (!rc && !bytes.len)
		rc = tong__fail(err, TONG_E_FORMAT, path, "is an empty file; wanted is .xlsx or .csv");
	if (!rc)
		rc = read_bytes(b, path, bytes.data, bytes.len, err);
	tong__buf_free(&bytes);
	if (rc) {
		tong__book_free(b);
		return rc;
	}
	*out = b;
	return 0;
}
