/* The door to libxlsxwriter: text cells that stay text, a header in view, words to choose from,
 * the same bytes each time. */
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#include "core/file.h"
#include "core/text.h"
#include "publisher/sheet.h"

#define CREATED 946684800        /* 2000-01-01: the moment of writing is no part of the catalogue */
#define MORE_ROWS 1000           /* rows below the last that offer the same choices */
#define MAX_CHOICES 255          /* characters of a list of choices, by the format */

struct writer {
	lxw_workbook *book;
	lxw_format *header, *cell;
	const char *subject;
	tong_error *err;
};

static int fault(struct writer *w, const struct tong__sheet *s, size_t row, size_t column,
                 lxw_error e)
{
	char name[TONG_CELL_NAME];

	tong__cell_name(row, column, name);
	if (e == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED)
		return tong__fail(w->err, TONG_E_LIMIT, s->name,
		                  "%s: the text has more than the %d characters that a cell holds; use "
		                  "CSV instead", name, TONG_SHEET_CELL_CHARACTERS);
	if (e == LXW_ERROR_MEMORY_MALLOC_FAILED)
		return tong__fail_nomem(w->err);
	return tong__fail(w->err, TONG_E_IO, s->name, "%s: %s", name, lxw_strerror(e));
}

static int put(struct writer *w, lxw_worksheet *to, const struct tong__sheet *s, size_t row,
               size_t column)
{
	const char *text = tong__sheet_at(s, row, column).text;
	lxw_error e;

	if (!*text)
		return 0;
	if (tong__utf8_count(text, strlen(text)) > TONG_SHEET_CELL_CHARACTERS)
		return fault(w, s, row, column, LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED);
	e = worksheet_write_string(to, (lxw_row_t)row, (lxw_col_t)column, text, row ? w->cell
	                           : w->header);
	return e ? fault(w, s, row, column, e) : 0;
}

static bool fits(const char *const *choices)
{
	size_t n = 0;

	for (; *choices; choices++)
		n += tong__utf8_count(*choices, strlen(*choices)) + 1;
	return n <= MAX_CHOICES;
}

/* A list to choose from. What is typed beside it is let through: import says what it does not
 * understand. */
static void offer(lxw_worksheet *to, size_t column, size_t rows, const char *const *choices)
{
	lxw_data_validation v = {
		.validate = LXW_VALIDATION_TYPE_LIST,
		.ignore_blank = LXW_VALIDATION_ON,
		.show_error = LXW_VALIDATION_OFF,
		.dropdown = LXW_VALIDATION_ON,
		.value_list = (char **)choices,
	};

	if (fits(choices))
		worksheet_data_validation_range(to, 1, (lxw_col_t)column, (lxw_row_t)(rows + MORE_ROWS),
		                                (lxw_col_t)column, &v);
}

static void dress(struct writer *w, lxw_worksheet *to, const struct tong__sheet *s,
                  const struct tong__sheet_look *look)
{
	for (size_t c = 0; c < look->n_columns; c++) {
		worksheet_set_column(to, (lxw_col_t)c, (lxw_col_t)c, look->widths[c], w->cell);
		if (look->choices && look->choices[c])
			offer(to, c, s->n_rows, look->choices[c]);
	}
	if (look->n_columns && s->n_rows) {
		worksheet_freeze_panes(to, 1, (lxw_col_t)look->frozen);
		worksheet_autofilter(to, 0, 0, (lxw_row_t)(s->n_rows - 1),
		                     (lxw_col_t)(look->n_columns - 1));
	}
	if (s->hidden)
		worksheet_hide(to);
}

static int write_sheet(struct writer *w, const struct tong__sheet *s,
                       const struct tong__sheet_look *look)
{
	lxw_worksheet *to = workbook_add_worksheet(w->book, s->name);
	int rc = 0;

	if (!to)
		return tong__fail(w->err, TONG_E_FORMAT, s->name, "cannot be the name of a sheet");
	dress(w, to, s, look);
	for (size_t row = 0; !rc && row < s->n_rows; row++)
		for (size_t c = 0; !rc && c < s->rows[row].n; c++)
			rc = put(w, to, s, row, c);
	return rc;
}

static int begin(struct writer *w, const char *path)
{
	lxw_doc_properties properties = {.created = CREATED};

	w->book = workbook_new(path);
	if (!w->book)
		return tong__fail_nomem(w->err);
	workbook_set_properties(w->book, &properties);
	w->cell = workbook_add_format(w->book);
	w->header = workbook_add_format(w->book);
	if (!w->cell || !w->header)
		return tong__fail_nomem(w->err);
	format_set_num_format(w->cell, "@");
	format_set_align(w->cell, LXW_ALIGN_VERTICAL_TOP);
	format_set_text_wrap(w->cell);
	format_set_bold(w->header);
	format_set_text_wrap(w->header);
	format_set_bg_color(w->header, 0xdde7f0);
	format_set_border(w->header, LXW_BORDER_THIN);
	return 0;
}

/* The library writes to a name of its own choice only; the file then goes its way through
 * core/file.c. */
static int put_in_place(const char *part, const char *path, tong_error *err)
{
	struct tong__buf bytes;
	int rc;

	tong__buf_init(&bytes, TONG_SHEET_FILE);
	rc = tong__file_read(part, &bytes, err);
	if (!rc)
		rc = tong__file_write(path, bytes.data, bytes.len, err);
	tong__buf_free(&bytes);
	return rc;
}

static int write_part(const struct tong__book *b, const struct tong__sheet_look *looks,
                      const char *part, tong_error *err)
{
	struct writer w = {.subject = part, .err = err};
	lxw_error e = LXW_NO_ERROR;
	int rc = begin(&w, part);

	for (size_t i = 0; !rc && i < b->n_sheets; i++)
		rc = write_sheet(&w, &b->sheets[i], &looks[i]);
	if (w.book && rc)
		lxw_workbook_free(w.book);
	else if (w.book)
		e = workbook_close(w.book);
	if (e)
		rc = tong__fail(err, TONG_E_IO, part, "cannot write the spreadsheet: %s", lxw_strerror(e));
	return rc;
}

int tong__xlsx_write(const struct tong__book *b, const struct tong__sheet_look *looks,
                     const char *path, tong_error *err)
{
	size_t n = strlen(path) + sizeof ".part";
	char *part = malloc(n);
	int rc;

	if (!part)
		return tong__fail_nomem(err);
	memcpy(part, path, n - sizeof ".part");
	memcpy(part + n - sizeof ".part", ".part", sizeof ".part");
	rc = write_part(b, looks, part, err);
	if (!rc)
		rc = put_in_place(part, path, err);
	tong__file_remove(part, NULL);
	free(part);
	return rc;
}
