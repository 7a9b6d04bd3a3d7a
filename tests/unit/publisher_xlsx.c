/* XLSX: what is written comes back; what other programs write is understood; what attacks is
 * refused. */
#include <archive.h>
#include <archive_entry.h>

#include "core/file.h"
#include "publisher/sheet.h"
#include "publisher/xlsx_parts.h"
#include "tests/lib/check.h"

/* ---- making files: name, content, name, content … NULL ---- */

static char made[1 << 22];
static size_t made_n;

static void make(const char *const *parts)
{
	struct archive *a = archive_write_new();
	struct archive_entry *e;

	archive_write_set_format_zip(a);
	archive_write_open_memory(a, made, sizeof made, &made_n);
	for (; *parts; parts += 2) {
		e = archive_entry_new();
		archive_entry_set_pathname(e, parts[0]);
		archive_entry_set_filetype(e, AE_IFREG);
		archive_entry_set_perm(e, 0644);
		archive_entry_set_size(e, (la_int64_t)strlen(parts[1]));
		archive_write_header(a, e);
		archive_write_data(a, parts[1], strlen(parts[1]));
		archive_entry_free(e);
	}
	archive_write_close(a);
	archive_write_free(a);
}

#define RELATION(id, type, target) \
	"<Relationship Id=\"" id "\" Type=\"http://x/" type "\" Target=\"" target "\"/>"
#define RELS \
	"<Relationships>" RELATION("r1", "officeDocument", "xl/workbook.xml") "</Relationships>"
#define BOOK \
	"<x:workbook xmlns:x=\"u\" xmlns:r=\"v\"><x:sheets>" \
	"<x:sheet name=\"甲\" sheetId=\"1\" r:id=\"a\"/></x:sheets></x:workbook>"
#define BOOK_RELS \
	"<Relationships>" RELATION("a", "worksheet", "/xl/worksheets/one.xml") \
	RELATION("b", "sharedStrings", "../xl/strings.xml") \
	RELATION("c", "styles", "styles.xml") "</Relationships>"
#define STYLES \
	"<styleSheet><numFmts><numFmt numFmtId=\"170\" formatCode=\"yyyy&quot;年&quot;m\"/>" \
	"<numFmt numFmtId=\"171\" formatCode=\"&quot;d&quot;0\"/></numFmts><cellStyleXfs>" \
	"<xf numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/>" \
	"<xf numFmtId=\"170\"/><xf numFmtId=\"171\"/></cellXfs></styleSheet>"
#define STRINGS \
	"<sst><si><t>一</t></si><si><r><t>二</t></r><r><t xml:space=\"preserve\"> 三</t></r>" \
	"<rPh><t>san</t></rPh></si><si><t>a_x000D_&#10;b_x005F_x0041_</t></si></sst>"

static int read_book(const char *sheet, const char *strings, struct tong__book **out,
                     tong_error *err)
{
	const char *parts[] = {"xl/worksheets/one.xml", sheet, "[Content_Types].xml", "<Types/>",
	                       "_rels/.rels", RELS,
	                       "xl/workbook.xml", BOOK, "xl/_rels/workbook.xml.rels", BOOK_RELS,
		"xl/styles.xml",
	                       STYLES, "xl/strings.xml", strings, NULL};

	make(parts);
	*out = tong__book_new();
	return tong__xlsx_read(*out, "x.xlsx", made, made_n, err);
}

static struct tong__cell at(const struct tong__book *b, size_t row, size_t column)
{
	return tong__sheet_at(&b->sheets[0], row, column);
}

static void cell_is(const struct tong__book *b, size_t row, size_t column,
                    enum tong__cell_kind kind, const char *text)
{
	CHECK_STR(at(b, row, column).text, text);
	CHECK_INT(at(b, row, column).kind, kind);
}

#define CELL(row, column, kind, text) \
	do { cell_is(b, row, column, kind, text); CHECK_ALIVE(); } while (0)

static void every_kind_of_cell(void)
{
	static const char sheet[] =
		"<worksheet><sheetData><row r=\"2\"><c r=\"A2\" t=\"s\"><v>0</v></c>"
		"<c t=\"s\"><v>1</v></c><c r=\"D2\" t=\"s\"><v>2</v></c><c t=\"b\"><v>1</v></c>"
		"<c t=\"e\"><v>#REF!</v></c><c t=\"str\"><f>A1</f><v>算</v></c><c><f>A1</f></c>"
		"<c t=\"inlineStr\"><is><t>直</t></is></c><c s=\"1\"><v>46000</v></c>"
		"<c s=\"2\"><v>46000</v></c><c s=\"3\"><v>46000</v></c><c s=\"1\"><v>0.5</v></c>"
		"<c s=\"9\"><v>7</v></c></row><row><c><v>510104001000</v></c><c><v>5.1E11</v></c>"
		"<c><v>1.1511301008778E+17</v></c><c><v>12.50</v></c><c><v>-3</v></c><c/>"
		"<c><v>0</v></c></row></sheetData></worksheet>";
	struct tong__book *b;
	tong_error err = TONG_ERROR_INIT;

	CHECK_INT(read_book(sheet, STRINGS, &b, &err), 0);
	CHECK_STR(b->sheets[0].name, "甲");
	CELL(1, 0, TONG__CELL_TEXT, "一");
	CELL(1, 1, TONG__CELL_TEXT, "二 三");
	CELL(1, 2, TONG__CELL_TEXT, "");
	CELL(1, 3, TONG__CELL_TEXT, "a\nb_x0041_");
	CELL(1, 4, TONG__CELL_BOOL, "TRUE");
	CELL(1, 5, TONG__CELL_ERROR, "#REF!");
	CELL(1, 6, TONG__CELL_TEXT, "算");
	CELL(1, 7, TONG__CELL_ERROR, "a formula without a value");
	CELL(1, 8, TONG__CELL_TEXT, "直");
	CELL(1, 9, TONG__CELL_DATE, "2025-12-09");
	CELL(1, 10, TONG__CELL_DATE, "2025-12-09");
	CELL(1, 11, TONG__CELL_NUMBER, "46000");
	CELL(1, 12, TONG__CELL_DATE, "0.5");
	CELL(1, 13, TONG__CELL_NUMBER, "7");
	CELL(2, 0, TONG__CELL_NUMBER, "510104001000");
	CELL(2, 1, TONG__CELL_NUMBER, "510000000000");
	CELL(2, 2, TONG__CELL_NUMBER, "1.1511301008778E+17");
	CELL(2, 3, TONG__CELL_NUMBER, "12.50");
	CELL(2, 4, TONG__CELL_NUMBER, "-3");
	CELL(2, 6, TONG__CELL_NUMBER, "0");
	tong__book_free(b);
}

static void numbers_keep_their_digits(void)
{
	static const char *const pairs[][2] = {
		{"0", "0"}, {"0.0", "0"}, {"100", "100"}, {"1E2", "100"}, {"1.5E1", "15"}, {"1.5", "1.5"},
			{"20.0", "20"},
		{"0.5E1", "5"}, {"5.10104001005E11", "510104001005"}, {"999999999999999",
		                                                       "999999999999999"},
		{"1000000000000000", "1000000000000000"}, {"1E15", "1E15"}, {"1E999999", "1E999999"},
			{"abc", "abc"},
		{"1E", "1E"}, {".", "."}, {"1.2.3", "1.2.3"}, {"", ""},
	};
	char out[64];

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		tong__xlsx_number(pairs[i][0], out);
		CHECK_STR(out, pairs[i][1]);
	}
}

static void days_are_dates(void)
{
	static const struct { const char *number, *date; } days[] = {
		{"61", "1900-03-01"}, {"25569", "1970-01-01"}, {"45351", "2024-02-29"}, {"46000",
		                                                                         "2025-12-09"},
		{"2958465", "9999-12-31"},
	};
	struct tong__xlsx x = {.from_1904 = false};
	char out[16];

	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		CHECK(tong__xlsx_date(&x, days[i].number, out));
		CHECK_STR(out, days[i].date);
	}
	CHECK(!tong__xlsx_date(&x, "60", out));
	CHECK(!tong__xlsx_date(&x, "2958466", out));
	CHECK(!tong__xlsx_date(&x, "45351.5", out));
	x.from_1904 = true;
	CHECK(tong__xlsx_date(&x, "43889", out));
	CHECK_STR(out, "2024-02-29");
}

static void merged_ranges_are_filled(void)
{
	static const char sheet[] =
		"<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>"
		"<row r=\"4\"><c r=\"C4\"><v>1</v></c></row></sheetData><mergeCells>"
		"<mergeCell ref=\"A1:A3\"/><mergeCell ref=\"C4:D5\"/>"
		"<mergeCell ref=\"C4:XFD1048576\"/><mergeCell ref=\"A9:A1\"/>"
		"<mergeCell ref=\"rubbish\"/></mergeCells></worksheet>";
	struct tong__book *b;
	tong_error err = TONG_ERROR_INIT;

	CHECK_INT(read_book(sheet, STRINGS, &b, &err), 0);
	CELL(2, 0, TONG__CELL_TEXT, "一");
	CELL(3, 0, TONG__CELL_TEXT, "");
	CELL(3, 2, TONG__CELL_NUMBER, "1");
	CELL(3, 3, TONG__CELL_COVERED, "1");
	CHECK_INT(b->sheets[0].n_rows, 4);
	tong__book_free(b);
}

static void refuses(const char *sheet, const char *strings, int code, const char *words)
{
	struct tong__book *b;
	tong_error err = TONG_ERROR_INIT;

	CHECK_INT(read_book(sheet, strings, &b, &err), code);
	if (!strstr(err.message, words))
		CHECK_STR(err.message, words);
	tong__book_free(b);
}

#define SHEET(cells) "<worksheet><sheetData><row r=\"1\">" cells "</row></sheetData></worksheet>"

static void attacks_are_refused(void)
{
	static char wide[200000], tag[3000000];

	refuses("<!DOCTYPE a [<!ENTITY b \"c\">]><worksheet/>", STRINGS, TONG_E_FORMAT, "DTD");
	refuses(SHEET("<c><v>&b;</v></c>"), STRINGS, TONG_E_FORMAT, "damaged");
	refuses(SHEET("<c t=\"s\"><v>3</v></c>"), STRINGS, TONG_E_FORMAT, "points to string 3");
	refuses(SHEET("<c r=\"IW1\"><v>3</v></c>"), STRINGS, TONG_E_LIMIT, "too many columns");
	refuses(SHEET("<c r=\"A200001\"><v>3</v></c>"), STRINGS, TONG_E_LIMIT, "too many rows");
	refuses("<worksheet><sheetData><row>", STRINGS, TONG_E_FORMAT, "damaged");
	refuses("", STRINGS, TONG_E_FORMAT, "damaged");
	memset(wide, 'x', sizeof wide - 1);
	memcpy(wide, "<sst><si><t>", 12);
	refuses(SHEET(""), wide, TONG_E_LIMIT, "bytes");
	memset(tag, 'x', sizeof tag - 1);
	memcpy(tag, "<worksheet a=\"", 14);
	refuses(tag, STRINGS, TONG_E_LIMIT, "1 MB");
}

static void parts_that_are_missing_or_doubled(void)
{
	static const char *const no_book[] = {"_rels/.rels", RELS, NULL};
	static const char *const twice[] = {"_rels/.rels", RELS, "_rels/.rels", RELS, NULL};
	static const char *const climbs[] = {"_rels/.rels", "<Relationships>"
	                                     RELATION("r", "officeDocument",
	                                              "../../etc/passwd") "</Relationships>", NULL};
	static const char *const *const files[] = {no_book, twice, climbs};
	tong_error err = TONG_ERROR_INIT;

	for (size_t i = 0; i < 3; i++) {
		struct tong__book *b = tong__book_new();

		make(files[i]);
		CHECK_INT(tong__xlsx_read(b, "x.xlsx", made, made_n, &err), TONG_E_FORMAT);
		tong__book_free(b);
	}
}

static void cut_files_are_refused(void)
{
	struct tong__book *b;
	tong_error err = TONG_ERROR_INIT;

	CHECK_INT(read_book(SHEET("<c><v>1</v></c>"), STRINGS, &b, &err), 0);
	tong__book_free(b);
	for (size_t n = 0; n < made_n; n += 7) {
		char *copy = malloc(n ? n : 1);

		memcpy(copy, made, n);
		b = tong__book_new();
		CHECK(tong__xlsx_read(b, "x.xlsx", copy, n, &err) != 0);
		tong__book_free(b);
		free(copy);
	}
}

/* ---- writing ---- */

static struct tong__book *example(void)
{
	static const char *const hard[] = {"a", "=1+1", "0123", " a ", "a\nb", "_x0041_", "<&>\"'",
	                                   "𠮷野家", "1E+11", "'a", "\t", "http://x.y/", "a\xc2\xa0"};
	struct tong__book *b = tong__book_new();
	struct tong__sheet *s;

	tong__book_add(b, "表一", &s, NULL);
	for (size_t i = 0; i < sizeof hard / sizeof *hard; i++)
		tong__sheet_put(b, s, i + 1, i % 3, TONG__CELL_TEXT, hard[i], strlen(hard[i]), NULL);
	tong__sheet_put(b, s, 0, 0, TONG__CELL_TEXT, "列", 3, NULL);
	tong__book_add(b, "藏", &s, NULL);
	s->hidden = true;
	tong__sheet_put(b, s, 0, 0, TONG__CELL_TEXT, "x", 1, NULL);
	return b;
}

static const unsigned widths[] = {10, 20, 30};
static const char *const words[] = {"甲", "乙", NULL};
static const char *const *const choices[] = {words, NULL, NULL};
static const struct tong__sheet_look looks[] = {{widths, choices, 3, 1}, {widths, NULL, 1, 0}};

static void what_is_written_comes_back(void)
{
	struct tong__book *b = example(), *again;
	tong_error err = TONG_ERROR_INIT;
	char path[512];

	snprintf(path, sizeof path, "%s/a.xlsx", tong_test_dir());
	CHECK_INT(tong__xlsx_write(b, looks, path, &err), 0);
	CHECK_INT(tong__book_read(&again, path, &err), 0);
	CHECK_INT(again->n_sheets, 2);
	CHECK(again->sheets[1].hidden && !again->sheets[0].hidden);
	for (size_t r = 0; r < b->sheets[0].n_rows; r++)
		for (size_t c = 0; c < 3; c++)
			CHECK_STR(at(again, r, c).text, at(b, r, c).text);
	tong__book_free(b);
	tong__book_free(again);
}

static void the_same_bytes_each_time(void)
{
	struct tong__book *b = example();
	struct tong__buf one, two;
	tong_error err = TONG_ERROR_INIT;
	char path[512];

	tong__buf_init(&one, 1 << 20);
	tong__buf_init(&two, 1 << 20);
	snprintf(path, sizeof path, "%s/b.xlsx", tong_test_dir());
	CHECK_INT(tong__xlsx_write(b, looks, path, &err), 0);
	CHECK_INT(tong__file_read(path, &one, &err), 0);
	CHECK_INT(tong__xlsx_write(b, looks, path, &err), 0);
	CHECK_INT(tong__file_read(path, &two, &err), 0);
	CHECK_INT(one.len, two.len);
	CHECK_MEM(one.data, two.data, one.len);
	tong__book_free(b);
	tong__buf_free(&one);
	tong__buf_free(&two);
}

static void too_long_a_text_is_named(void)
{
	struct tong__book *b = tong__book_new();
	struct tong__sheet *s;
	tong_error err = TONG_ERROR_INIT;
	char path[512], *text = malloc(40000);

	memset(text, 'x', 40000);
	snprintf(path, sizeof path, "%s/c.xlsx", tong_test_dir());
	CHECK_INT(tong__book_add(b, "表", &s, &err), 0);
	CHECK_INT(tong__sheet_put(b, s, 2, 1, TONG__CELL_TEXT, text, 40000, &err), 0);
	CHECK_INT(tong__xlsx_write(b, looks, path, &err), TONG_E_LIMIT);
	CHECK(strstr(err.message, "B3") != NULL);
	tong__book_free(b);
	CHECK_INT(tong__book_read(&b, path, &err), TONG_E_FORMAT);
	free(text);
}

int main(void)
{
	RUN(every_kind_of_cell);
	RUN(numbers_keep_their_digits);
	RUN(days_are_dates);
	RUN(merged_ranges_are_filled);
	RUN(attacks_are_refused);
	RUN(parts_that_are_missing_or_doubled);
	RUN(cut_files_are_refused);
	RUN(what_is_written_comes_back);
	RUN(the_same_bytes_each_time);
	RUN(too_long_a_text_is_named);
	return tong_test_done();
}
