/* CSV as spreadsheet programs write and read it: three separators, any line end, leading
 * apostrophes. */
#include "publisher/sheet.h"

#include <string.h>

struct reader {
	struct tong__book *book;
	struct tong__sheet *sheet;
	const char *at, *end;
	char separator;
	unsigned line;
	size_t row, column;
	struct tong__buf cell;
	tong_error *err;
};

/* "sep=;" is a line some programs write for each other. */
static void take_hint(struct reader *r)
{
	if (r->end - r->at < 5 || memcmp(r->at, "sep=", 4) || strchr("\r\n", r->at[4]))
		return;
	r->separator = r->at[4];
	r->at += 5;
	r->at += r->at < r->end && *r->at == '\r';
	if (r->at < r->end && *r->at == '\n') {
		r->at++;
		r->line++;
	}
}

/* The separator that the first line with text has most of, outside of quotes. */
static char guess(const char *p, const char *end)
{
	static const char kinds[] = ",\t;";
	size_t n[3] = {0}, best = 0;
	bool quoted = false, text = false;

	for (; p < end && !(text && !quoted && (*p == '\n' || *p == '\r')); p++) {
		const char *k = *p ? strchr(kinds, *p) : NULL;

		quoted ^= *p == '"';
		text |= !strchr(" \r\n\t,;", *p);
		if (k && !quoted)
			n[k - kinds]++;
	}
	for (size_t i = 1; i < 3; i++)
		if (n[i] > n[best])
			best = i;
	return kinds[best];
}

/* ="0123" is how a program is told to leave a code alone; '=… is a text that begins like a
 * formula. */
static struct tong__cell unwrap(const char *s, size_t *n)
{
	if (*n > 3 && s[0] == '=' && s[1] == '"' && s[*n - 1] == '"' && !memchr(s + 2, '"', *n - 3)) {
		*n -= 3;
		return (struct tong__cell){s + 2, TONG__CELL_TEXT};
	}
	if (*n > 1 && s[0] == '\'' && strchr("=+-@'", s[1])) {
		--*n;
		return (struct tong__cell){s + 1, TONG__CELL_TEXT};
	}
	return (struct tong__cell){s, TONG__CELL_TEXT};
}

static int put(struct reader *r)
{
	const char *s = r->cell.data ? r->cell.data : "";
	size_t n = r->cell.len;
	struct tong__cell c = unwrap(s, &n);
	int rc = 0;

	if (r->cell.failed == TONG_E_NOMEM)
		return tong__fail_nomem(r->err);
	if (r->cell.failed || n)
		rc = tong__sheet_put(r->book, r->sheet, r->row, r->column, c.kind, c.text,
		                     r->cell.failed ? TONG_SHEET_CELL + 1 : n, r->err);
	else if (r->column >= TONG_SHEET_COLUMNS)
		rc = tong__fail(r->err, TONG_E_LIMIT, r->sheet->name, "line %u has more than %d columns",
		                r->line,
		                TONG_SHEET_COLUMNS);
	tong__buf_clear(&r->cell);
	r->column++;
	return rc;
}

/* One line end, whichever of the three. */
static void take_line_end(struct reader *r)
{
	if (*r->at == '\r' && r->at + 1 < r->end && r->at[1] == '\n')
		r->at++;
	r->at++;
	r->line++;
}

static int quoted(struct reader *r)
{
	unsigned opened = r->line;

	for (r->at++;;) {
		if (r->at >= r->end)
			return tong__fail(r->err, TONG_E_FORMAT, r->sheet->name,
			                  "the double quote in line %u has no end; the file may be cut "
			                  "short", opened);
		if (*r->at == '"') {
			if (r->at + 1 >= r->end || r->at[1] != '"')
				break;
			r->at++;
		}
		if (*r->at == '\r' || *r->at == '\n') {
			tong__buf_addc(&r->cell, '\n');
			take_line_end(r);
		} else {
			tong__buf_addc(&r->cell, *r->at++);
		}
	}
	r->at++;
	return 0;
}

static int one_cell(struct reader *r)
{
	int rc;

	if (r->at < r->end && *r->at == '"') {
		rc = quoted(r);
		if (rc)
			return rc;
	}
	while (r->at < r->end && *r->at != r->separator && *r->at != '\r' && *r->at != '\n')
		tong__buf_addc(&r->cell, *r->at++);
	return put(r);
}

static int one_row(struct reader *r)
{
	unsigned line = r->line;
	int rc;

	for (r->column = 0;; r->at++) {
		rc = one_cell(r);
		if (rc)
			return rc;
		if (r->at >= r->end || *r->at != r->separator)
			break;
	}
	if (r->row < r->sheet->n_rows)
		r->sheet->rows[r->row].line = line;
	r->row++;
	if (r->at < r->end)
		take_line_end(r);
	return 0;
}

int tong__csv_read(struct tong__book *b, const char *name, const char *utf8, size_t n,
                   tong_error *err)
{
	struct reader r = {.book = b, .at = utf8, .end = utf8 + n, .line = 1, .err = err};
	int rc = tong__book_add(b, name, &r.sheet, err);

	if (rc)
		return rc;
	tong__buf_init(&r.cell, TONG_SHEET_CELL);
	r.separator = guess(utf8, r.end);
	take_hint(&r);
	while (!rc && r.at < r.end)
		rc = one_row(&r);
	tong__buf_free(&r.cell);
	return rc;
}

/* What a program would calculate is kept from it by an apostrophe, which reading takes away
 * again. */
static bool is_formula(const char *s)
{
	return *s && (strchr("=+-@", *s) || (*s == '\'' && s[1] && strchr("=+-@'", s[1])));
}

static void add_cell(struct tong__buf *out, const char *s)
{
	bool quote = strpbrk(s, ",;\t\"\r\n") || *s == ' ';

	if (quote)
		tong__buf_addc(out, '"');
	if (is_formula(s))
		tong__buf_addc(out, '\'');
	for (; *s; s++) {
		if (*s == '"')
			tong__buf_addc(out, '"');
		tong__buf_addc(out, *s);
	}
	if (quote)
		tong__buf_addc(out, '"');
}

int tong__csv_write(const struct tong__sheet *s, enum tong__sheet_encoding e, struct tong__buf *out,
                    tong_error *err)
{
	struct tong__buf text;
	size_t columns = 0;
	int rc;

	tong__buf_init(&text, out->max);
	for (size_t i = 0; i < s->n_rows; i++)
		if (s->rows[i].n > columns)
			columns = s->rows[i].n;
	while (columns && !*tong__sheet_at(s, 0, columns - 1).text)
		columns--;
	for (size_t i = 0; i < s->n_rows; i++)
		for (size_t c = 0; c < columns; c++) {
			add_cell(&text, tong__sheet_at(s, i, c).text);
			tong__buf_adds(&text, c + 1 < columns ? "," : "\r\n");
		}
	rc = text.failed ? tong__fail(err, text.failed, s->name,
	                              "the spreadsheet has more than %zu MB", out->max >> 20)
	                 : tong__text_encode(text.data ? text.data : "", text.len, e, out, err);
	tong__buf_free(&text);
	return rc;
}
