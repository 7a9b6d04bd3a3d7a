/* One sheet of an XLSX file: cells with a value, numbers digit by digit, merged ranges filled. */
#include <stdlib.h>
#include <string.h>

#include "core/message.h"
#include "publisher/xlsx_parts.h"

struct range {
	size_t top, left, bottom, right;
};

struct reader {
	struct tong__xlsx *x;
	struct tong__sheet *sheet;
	size_t row, column;            /* of the cell at hand; without a name, the next one */
	char type[16];                 /* its t="…" */
	size_t style;
	bool in_value, in_phonetic, formula;
	struct tong__buf text;
	struct range *merges;
	size_t n_merges;
};

/* The value of four hexadecimal digits, or -1. */
static int hex4(const char *s)
{
	int v = 0;

	for (int i = 0; i < 4; i++) {
		static const char digits[] = "0123456789ABCDEFabcdef";
		const char *d = s[i] ? strchr(digits, s[i]) : NULL;

		if (!d)
			return -1;
		v = v * 16 + (int)(d - digits < 16 ? d - digits : d - digits - 6);
	}
	return v;
}

void tong__xlsx_unescape(struct tong__buf *b)
{
	char *to = b->data;

	if (!b->len)
		return;
	for (const char *p = b->data, *end = p + b->len; p < end;) {
		int v = end - p >= 7 && p[0] == '_' && p[1] == 'x' && p[6] == '_' ? hex4(p + 2) : -1;

		if (v == '_' || (v > 0 && v < 0x20)) {
			p += 7;
			if (v != '\r')
				*to++ = (char)v;
		} else if (*p == '\r') {
			if (++p == end || *p != '\n')
				*to++ = '\n';
		} else {
			*to++ = *p++;
		}
	}
	*to = '\0';
	b->len = (size_t)(to - b->data);
}

static size_t number_of(const char *s)
{
	return s ? strtoul(s, NULL, 10) : 0;
}

static void start_cell(struct reader *r, const char **a)
{
	const char *place = tong__xml_attribute(a, "r"), *type = tong__xml_attribute(a, "t");

	if (place)
		tong__cell_place(place, &r->row, &r->column);
	r->type[0] = '\0';
	if (type && strlen(type) < sizeof r->type)
		memcpy(r->type, type, strlen(type) + 1);
	r->style = number_of(tong__xml_attribute(a, "s"));
	r->formula = false;
	tong__buf_clear(&r->text);
}

static int add_merge(struct reader *r, const char *ref, tong_error *err)
{
	struct range m, *p;
	const char *second = ref ? tong__cell_place(ref, &m.top, &m.left) : NULL;

	if (!second || *second != ':' || !tong__cell_place(second + 1, &m.bottom, &m.right) ||
	    m.bottom < m.top || m.right < m.left)
		return 0;
	if (r->n_merges == TONG_SHEET_MERGES)
		return tong__fail(err, TONG_E_LIMIT, r->sheet->name, "more than %d merged cells",
		                  TONG_SHEET_MERGES);
	if (!(r->n_merges & (r->n_merges - 1))) {
		p = realloc(r->merges, (r->n_merges ? r->n_merges * 2 : 1) * sizeof *p);
		if (!p)
			return tong__fail_nomem(err);
		r->merges = p;
	}
	r->merges[r->n_merges++] = m;
	return 0;
}

static int on_start(void *user, const char *name, const char **a, tong_error *err)
{
	struct reader *r = user;
	const char *number;

	if (!strcmp(name, "row")) {
		number = tong__xml_attribute(a, "r");
		if (number && number_of(number))
			r->row = number_of(number) - 1;
		r->column = 0;
	} else if (!strcmp(name, "c")) {
		start_cell(r, a);
	} else if (!strcmp(name, "rPh")) {
		r->in_phonetic = true;
	} else if (!strcmp(name, "v") || !strcmp(name, "t")) {
		r->in_value = !r->in_phonetic;
	} else if (!strcmp(name, "f")) {
		r->formula = true;
	} else if (!strcmp(name, "mergeCell")) {
		return add_merge(r, tong__xml_attribute(a, "ref"), err);
	}
	return 0;
}

static int on_text(void *user, const char *s, size_t n, tong_error *err)
{
	struct reader *r = user;
	char name[TONG_CELL_NAME];

	if (!r->in_value || !tong__buf_add(&r->text, s, n))
		return 0;
	tong__cell_name(r->row, r->column, name);
	return tong__fail(err, r->text.failed, r->sheet->name,
	                  "%s: a cell has more than %d bytes of text", name,
	                  TONG_SHEET_CELL);
}

static int put(struct reader *r, enum tong__cell_kind kind, const char *s, tong_error *err)
{
	return *s ? tong__sheet_put(r->x->book, r->sheet, r->row, r->column, kind, s, strlen(s), err)
		: 0;
}

static int put_number(struct reader *r, const char *s, tong_error *err)
{
	char text[64], date[16];

	tong__xlsx_number(s, text);
	if (r->style >= r->x->n_styles || !r->x->is_date[r->style])
		return put(r, TONG__CELL_NUMBER, text, err);
	/* A time of day, or a day before 1900-03-01, is no date that anybody means: it stays a
	 * strange number. */
	return put(r, TONG__CELL_DATE, tong__xlsx_date(r->x, text, date) ? date : text, err);
}

static int put_shared(struct reader *r, const char *s, tong_error *err)
{
	char name[TONG_CELL_NAME];
	size_t i = strtoul(s, NULL, 10);
	const char *text;
	int rc;

	tong__cell_name(r->row, r->column, name);
	if (i >= r->x->n_strings)
		return tong__fail(err, TONG_E_FORMAT, r->sheet->name,
		                  "%s: points to string %zu, which is not there", name, i);
	text = r->x->strings[i];
	/* The text is kept already: put a mark of one byte and point it there. */
	rc = *text ? tong__sheet_put(r->x->book, r->sheet, r->row, r->column, TONG__CELL_TEXT, "", 0,
	                             err) : 0;
	if (!rc && *text)
		r->sheet->rows[r->row].cells[r->column].text = text;
	return rc;
}

static int end_cell(struct reader *r, tong_error *err)
{
	const char *s;

	tong__xlsx_unescape(&r->text);
	s = r->text.data ? r->text.data : "";
	if (!*s)
		return r->formula ? put(r, TONG__CELL_ERROR, _("a formula without a value"), err) : 0;
	if (!strcmp(r->type, "s"))
		return put_shared(r, s, err);
	if (!strcmp(r->type, "b"))
		return put(r, TONG__CELL_BOOL, strcmp(s, "0") ? "TRUE" : "FALSE", err);
	if (!strcmp(r->type, "e"))
		return put(r, TONG__CELL_ERROR, s, err);
	if (!strcmp(r->type, "d"))
		return put(r, TONG__CELL_DATE, s, err);
	if (!strcmp(r->type, "str") || !strcmp(r->type, "inlineStr"))
		return put(r, TONG__CELL_TEXT, s, err);
	return put_number(r, s, err);
}

static int on_end(void *user, const char *name, tong_error *err)
{
	struct reader *r = user;
	int rc = 0;

	if (!strcmp(name, "c")) {
		rc = end_cell(r, err);
		r->column++;
	} else if (!strcmp(name, "row")) {
		r->row++;
	} else if (!strcmp(name, "v") || !strcmp(name, "t")) {
		r->in_value = false;
	} else if (!strcmp(name, "rPh")) {
		r->in_phonetic = false;
	}
	return rc;
}

/* Down a column a merged value is meant for each row; across columns only the first can have it. */
static int fill(struct reader *r, const struct range *m, tong_error *err)
{
	struct tong__cell first = tong__sheet_at(r->sheet, m->top, m->left);
	size_t bottom = m->bottom < r->sheet->n_rows ? m->bottom : r->sheet->n_rows - 1;
	size_t right = m->right < TONG_SHEET_COLUMNS ? m->right : TONG_SHEET_COLUMNS - 1;
	int rc = 0;

	if (!*first.text)
		return 0;
	for (size_t row = m->top; !rc && row <= bottom; row++)
		for (size_t c = m->left; !rc && c <= right; c++) {
			struct tong__cell *at;

			if (row == m->top && c == m->left)
				continue;
			rc = tong__sheet_put(r->x->book, r->sheet, row, c, first.kind, "", 0, err);
			if (rc)
				break;
			at = &r->sheet->rows[row].cells[c];
			at->text = first.text;
			if (c > m->left)
				at->kind = TONG__CELL_COVERED;
		}
	return rc;
}

int tong__xlsx_cells(struct tong__xlsx *x, const char *path, const char *name, bool hidden,
                     tong_error *err)
{
	static const struct tong__xml_handler h = {on_start, on_end, on_text};
	struct reader r = {.x = x};
	int rc = tong__book_add(x->book, name, &r.sheet, err);

	if (rc)
		return rc;
	r.sheet->hidden = hidden;
	tong__buf_init(&r.text, TONG_SHEET_CELL);
	rc = tong__xml_part(&x->zip, path, &h, &r, err);
	for (size_t i = 0; !rc && i < r.n_merges && r.sheet->n_rows; i++)
		rc = fill(&r, &r.merges[i], err);
	tong__buf_free(&r.text);
	free(r.merges);
	return rc;
}
