/* CSV tables: quoting, columns by name, lines, and every way a row can be wrong. */
#include "publisher/table.h"
#include "tests/lib/check.h"

static struct tong__findings *fs;
static struct tong__table *t;

static void clean(void)
{
	tong__table_free(t);
	tong__findings_free(fs);
	t = NULL;
	fs = NULL;
}

static void read_bytes(const char *text, size_t n)
{
	static const char *const known[] = {"a", "b", "?c", NULL};

	clean();
	CHECK_INT(tong__findings_new(&fs), 0);
	CHECK_INT(tong__table_read(&t, "t.csv", text, n, known, fs, NULL), 0);
	CHECK(t);
}

static void read_csv(const char *text)
{
	read_bytes(text, strlen(text));
}

static const char *rule(void)
{
	return tong__findings_count(fs) ? tong__findings_at(fs, 0)->rule->id : "none";
}

static void reads_rows(void)
{
	read_csv("b,a\n1,2\n,\n3,四\n");
	CHECK_ALIVE();
	CHECK_STR(rule(), "none");
	CHECK_INT(t->n_rows, 3);
	CHECK_STR(tong__table_cell(t, 0, "a"), "2");
	CHECK_STR(tong__table_cell(t, 0, "b"), "1");
	CHECK_STR(tong__table_cell(t, 1, "a"), "");
	CHECK_STR(tong__table_cell(t, 2, "a"), "四");
	CHECK_STR(tong__table_cell(t, 0, "c"), "");
	CHECK_INT(tong__table_column(t, "c"), -1);
	CHECK_INT(t->lines[2], 4);
}

static void reads_quotes(void)
{
	read_csv("a,b\n\"x, \"\"y\"\"\nz\",2\n\"\",\"\"\n3,\"4\"");
	CHECK_ALIVE();
	CHECK_STR(rule(), "none");
	CHECK_INT(t->n_rows, 3);
	CHECK_STR(tong__table_cell(t, 0, "a"), "x, \"y\"\nz");
	CHECK_STR(tong__table_cell(t, 0, "b"), "2");
	CHECK_STR(tong__table_cell(t, 1, "b"), "");
	CHECK_INT(t->lines[1], 4);
	CHECK_STR(tong__table_cell(t, 2, "b"), "4");
}

static void rejects_broken_quotes(void)
{
	read_csv("a,b\n\"x,2\n3,4\n");
	CHECK_ALIVE();
	CHECK_STR(rule(), "csv-syntax");
	CHECK_INT(tong__findings_at(fs, 0)->line, 2);
	CHECK_INT(t->n_rows, 0);
	read_csv("a,b\nx\"y,2\n\"x\"y,2\n3,4\n");
	CHECK_ALIVE();
	CHECK_INT(tong__findings_count(fs), 2);
	CHECK_STR(rule(), "csv-syntax");
	CHECK_INT(t->n_rows, 1);
	CHECK_STR(tong__table_cell(t, 0, "b"), "4");
	CHECK_INT(t->lines[0], 4);
}

static void rejects_columns(void)
{
	read_csv("a,x\n1,2\n");
	CHECK_INT(tong__findings_count(fs), 2);
	CHECK_STR(rule(), "csv-column-unknown");
	CHECK_STR(tong__findings_at(fs, 1)->rule->id, "csv-column-missing");
	read_csv("a,b,a\n1,2,3\n");
	CHECK_STR(rule(), "csv-syntax");
	read_csv("");
	CHECK_STR(rule(), "csv-syntax");
	CHECK_INT(t->n_rows, 0);
	CHECK_STR(tong__table_cell(t, 0, "a"), "");
	read_csv("a,b,c\n1,2,3\n");
	CHECK_STR(rule(), "none");
}

static void rejects_row_length(void)
{
	read_csv("a,b\n1\n1,2,3\n\n4,5\n");
	CHECK_ALIVE();
	CHECK_INT(tong__findings_count(fs), 3);
	CHECK_STR(rule(), "csv-row-length");
	CHECK_INT(tong__findings_at(fs, 1)->line, 3);
	CHECK_INT(tong__findings_at(fs, 2)->line, 4);
	CHECK_INT(t->n_rows, 1);
	CHECK_INT(t->lines[0], 5);
}

static void rejects_encoding(void)
{
	read_csv("a,b\n1,\xff\n");
	CHECK_STR(rule(), "file-encoding");
	CHECK_INT(t->n_rows, 0);
	read_csv("a,b\r\n1,2\r\n");
	CHECK_STR(rule(), "file-encoding");
	CHECK_STR(tong__table_cell(t, 0, "b"), "2");
	read_bytes("a,b\n1,\0\n", 9);
	CHECK_STR(rule(), "file-encoding");
}

static void bounds_cells_and_columns(void)
{
	static char text[20000];
	size_t n = 4;

	memcpy(text, "a,b\n", 4);
	memset(text + n, 'x', 9000);
	memcpy(text + n + 9000, ",2\n", 4);
	read_csv(text);
	CHECK_STR(rule(), "csv-syntax");
	CHECK_INT(t->n_rows, 0);
	for (n = 0; n < 600; n += 2)
		memcpy(text + n, "a,", 2);
	memcpy(text + n, "b\n", 3);
	read_csv(text);
	CHECK_STR(rule(), "csv-syntax");
	CHECK_INT(t->n_columns, 0);
	memcpy(text, "a,b\n", 4);
	for (n = 4; n < 604; n += 2)
		memcpy(text + n, "1,", 2);
	memcpy(text + n, "2\n", 3);
	read_csv(text);
	CHECK_STR(rule(), "csv-row-length");
	CHECK_INT(t->n_rows, 0);
}

int main(void)
{
	RUN(reads_rows);
	RUN(reads_quotes);
	RUN(rejects_broken_quotes);
	RUN(rejects_columns);
	RUN(rejects_row_length);
	RUN(rejects_encoding);
	RUN(bounds_cells_and_columns);
	clean();
	return tong_test_done();
}
