/* Finding the row of headers under titles and notes, and which column is which. */
#include <stdio.h>
#include <string.h>

#include "core/message.h"
#include "publisher/sheet_rows.h"

/* rows above: a title, a note on how to fill in, two rows of grouped headers */
#define SEARCHED 20

static int column_of(const struct tong__sheet_job *j, size_t row, size_t column)
{
	struct tong__cell c = tong__sheet_at(j->in, row, column);

	if (!*c.text || c.kind == TONG__CELL_COVERED)
		return -1;
	return tong__columns_find(&tong__kinds[j->kind], &j->columns, c.text);
}

static size_t known_in(const struct tong__sheet_job *j, size_t row)
{
	size_t n = 0;

	for (size_t c = 0; row < j->in->n_rows && c < j->in->rows[row].n; c++)
		n += column_of(j, row, c) >= 0;
	return n;
}

static bool any_below(const struct tong__sheet_job *j, size_t column, size_t *row)
{
	size_t n;

	for (*row = j->header + 1; *row < j->in->n_rows; ++*row) {
		tong__text_trim(tong__sheet_at(j->in, *row, column).text, &n);
		if (n)
			return true;
	}
	return false;
}

/* A column without a known header is a problem as soon as it holds something. */
static void unknown(struct tong__sheet_job *j, size_t column)
{
	const char *header = tong__sheet_at(j->in, j->header, column).text;
	size_t row, n;

	tong__text_trim(header, &n);
	if (!any_below(j, column, &row))
		return;
	if (n)
		tong__report_problem(j, j->header, column, header, header,
		                     "a column name that is not known",
		                     "use a name of the exported sheet, or remove the column");
	else
		tong__report_problem(j, row, column, "", tong__sheet_at(j->in, row, column).text,
		                     "a column with content and without name",
		                     "name the column, or empty it");
}

static void take_columns(struct tong__sheet_job *j)
{
	char reason[128], name[TONG_CELL_NAME];

	for (size_t c = 0; c < TONG_SHEET_COLUMNS; c++)
		j->to[c] = -1;
	for (size_t i = 0; i < TONG_KIND_COLUMNS; i++)
		j->from[i] = -1;
	for (size_t c = 0; c < TONG_SHEET_COLUMNS; c++) {
		int i = column_of(j, j->header, c);

		if (i < 0) {
			unknown(j, c);
		} else if (j->from[i] >= 0) {
			tong__cell_name(j->header, (size_t)j->from[i], name);
			snprintf(reason, sizeof reason, _("the same column as %s"), name);
			tong__report_problem(j, j->header, c, j->columns.at[i].header,
			                     tong__sheet_at(j->in, j->header, c).text, reason,
			                     "one column only");
		} else {
			j->from[i] = (int)c;
			j->to[c] = i;
		}
	}
}

/* The code, or what it can be found by. */
static bool has_key(const struct tong__sheet_job *j)
{
	return j->from[0] >= 0 || (j->columns.at[1].role == TONG__COLUMN_NAME && j->from[1] >= 0);
}

bool tong__header_find(struct tong__sheet_job *j)
{
	size_t best = 0, n;
	char wanted[160];

	j->header = 0;
	for (size_t row = 0; row < SEARCHED && row < j->in->n_rows; row++) {
		n = known_in(j, row);
		if (n > best) {
			best = n;
			j->header = row;
		}
	}
	if (best)
		take_columns(j);
	if (best && has_key(j))
		return true;
	snprintf(wanted, sizeof wanted, _("a row of column names with “%s” among them"),
	         j->columns.at[0].header);
	tong__report_problem(j, 0, 0, "", tong__sheet_at(j->in, 0, 0).text, "no header was found",
	                     wanted);
	return false;
}
