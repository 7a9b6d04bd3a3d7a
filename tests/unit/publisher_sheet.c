/* Sheets without files: encodings, blanks, CSV, columns by header, and what a cell means. */
#include "core/json.h"
#include "core/limits.h"
#include "publisher/sheet_kind.h"
#include "publisher/sheet_value.h"
#include "tests/lib/check.h"

/* ---- text ---- */

static void decodes(const char *bytes, size_t n, const char *wanted)
{
	struct tong__buf out;
	tong_error err = TONG_ERROR_INIT;

	tong__buf_init(&out, 1000);
	CHECK_INT(tong__text_decode(bytes, n, "x", &out, &err), 0);
	CHECK_STR(out.data, wanted);
	tong__buf_free(&out);
}

static void encodings_of_offices(void)
{
	decodes("\xef\xbb\xbf" "\xe4\xb8\xad", 6, "中");
	decodes("\xe4\xb8\xad", 3, "中");
	decodes("\xd6\xd0\xce\xc4", 4, "中文");
	decodes("\xff\xfe\x2d\x4e", 4, "中");
	decodes("\xfe\xff\x4e\x2d", 4, "中");
	decodes("\x95\x32\x82\x36", 4, "𠀀");   /* four bytes: beyond GBK */
}

static void other_bytes_are_refused(void)
{
	struct tong__buf out;
	tong_error err = TONG_ERROR_INIT;

	tong__buf_init(&out, 1000);
	CHECK_INT(tong__text_decode("a\nb\xff\xff", 5, "x", &out, &err), TONG_E_ENCODING);
	CHECK(strstr(err.message, "line 2") != NULL);
	CHECK_INT(tong__text_decode("a\0b", 3, "x", &out, &err), TONG_E_ENCODING);
	tong__buf_free(&out);
	tong__buf_init(&out, 3);
	CHECK_INT(tong__text_decode("abcdef", 6, "x", &out, &err), TONG_E_LIMIT);
	tong__buf_free(&out);
}

static void gb18030_comes_back(void)
{
	struct tong__buf a, b;
	const char *text = "㐀𠮷䶮，（）·é";
	tong_error err = TONG_ERROR_INIT;

	tong__buf_init(&a, 1000);
	tong__buf_init(&b, 1000);
	CHECK_INT(tong__text_encode(text, strlen(text), TONG__SHEET_GB18030, &a, &err), 0);
	CHECK_INT(tong__text_decode(a.data, a.len, "x", &b, &err), 0);
	CHECK_STR(b.data, text);
	tong__buf_free(&a);
	tong__buf_free(&b);
}

static void blanks_are_trimmed(void)
{
	size_t n;

	tong__text_trim(" \t\xc2\xa0\xe3\x80\x80\xe2\x80\x8b\xef\xbb\xbf" "a b\r\n", &n);
	CHECK_INT(n, 3);
	tong__text_trim("\xe3\x80\x80", &n);
	CHECK_INT(n, 0);
	tong__text_trim("", &n);
	CHECK_INT(n, 0);
}

static void folds(const char *from, const char *to)
{
	struct tong__buf out;

	tong__buf_init(&out, 1000);
	CHECK_INT(tong__text_fold(from, &out), 0);
	CHECK_STR(out.data, to);
	tong__buf_free(&out);
}

static void headers_are_folded(void)
{
	folds(" 基 本\n编　码 *", "基本编码");
	folds("＊事项名称（必填）", "事项名称");
	folds("５１Ａ－１", "51A-1");
	folds("", "");
	folds("*", "*");
}

static void cell_names(void)
{
	char name[TONG_CELL_NAME];
	size_t row, column;

	tong__cell_name(0, 0, name);
	CHECK_STR(name, "A1");
	tong__cell_name(11, 27, name);
	CHECK_STR(name, "AB12");
	CHECK(tong__cell_place("AB12:C", &row, &column) != NULL);
	CHECK_INT(row, 11);
	CHECK_INT(column, 27);
	CHECK(tong__cell_place("12", &row, &column) == NULL);
	CHECK(tong__cell_place("A0", &row, &column) == NULL);
	CHECK(tong__cell_place("ABCDE1", &row, &column) == NULL);
	for (size_t c = 0; c < 16384; c += 37) {
		tong__cell_name(c, c, name);
		CHECK(tong__cell_place(name, &row, &column) != NULL);
		CHECK_INT(row, c);
		CHECK_INT(column, c);
	}
}

/* ---- CSV ---- */

static int read_csv(struct tong__book **b, const char *text, tong_error *err)
{
	*b = tong__book_new();
	return tong__csv_read(*b, "x.csv", text, strlen(text), err);
}

static const char *at(const struct tong__book *b, size_t row, size_t column)
{
	return tong__sheet_at(&b->sheets[0], row, column).text;
}

static void csv_of_all_habits(void)
{
	static const char *const habits[] = {
		"a,b\r\n\"1,\"\"x\"\"\",2\r\n", "a\tb\n\"1,\"\"x\"\"\"\t2\n", "a;b\r\"1,\"\"x\"\"\";2",
		"sep=;\r\na;b\r\n\"1,\"\"x\"\"\";2\r\n",
	};
	tong_error err = TONG_ERROR_INIT;
	struct tong__book *b;

	for (size_t i = 0; i < sizeof habits / sizeof *habits; i++) {
		CHECK_INT(read_csv(&b, habits[i], &err), 0);
		CHECK_STR(at(b, 0, 1), "b");
		CHECK_STR(at(b, 1, 0), "1,\"x\"");
		CHECK_STR(at(b, 1, 1), "2");
		CHECK_INT(b->sheets[0].n_rows, 2);
		tong__book_free(b);
	}
}

static void csv_cells_with_lines_keep_their_number(void)
{
	tong_error err = TONG_ERROR_INIT;
	struct tong__book *b;

	CHECK_INT(read_csv(&b, "a,b\n\"1\r\n2\n3\",x\n=\"0123\",'=1\n'abc,\"a\"b\n", &err), 0);
	CHECK_STR(at(b, 1, 0), "1\n2\n3");
	CHECK_INT(b->sheets[0].rows[2].line, 5);
	CHECK_STR(at(b, 2, 0), "0123");
	CHECK_STR(at(b, 2, 1), "=1");
	CHECK_STR(at(b, 3, 0), "'abc");
	CHECK_STR(at(b, 3, 1), "ab");
	tong__book_free(b);
}

static void csv_faults_are_named(void)
{
	tong_error err = TONG_ERROR_INIT;
	struct tong__book *b;
	char *wide = malloc(400), *cell = malloc(TONG_SHEET_CELL + 10);

	CHECK_INT(read_csv(&b, "a\nb,\"c\n", &err), TONG_E_FORMAT);
	CHECK(strstr(err.message, "line 2") != NULL);
	tong__book_free(b);
	memset(wide, ',', 399);
	wide[399] = '\0';
	CHECK_INT(read_csv(&b, wide, &err), TONG_E_LIMIT);
	tong__book_free(b);
	memset(cell, 'x', TONG_SHEET_CELL + 9);
	cell[TONG_SHEET_CELL + 9] = '\0';
	CHECK_INT(read_csv(&b, cell, &err), TONG_E_LIMIT);
	tong__book_free(b);
	free(wide);
	free(cell);
}

/* Whatever a cell holds, it is the same after writing and reading. */
static void csv_comes_back(void)
{
	static const char *const hard[] = {"a", "a,b", "\"", "a\"b", "=1+1", "'=1", "''=", "-x", "@a",
	                                   "+1", "'", "'a",
	                                   "a\nb", "0123", "a;b", "a\tb", "\"\"", "中文，", "=\"1\"", " a",
		"sep=,"};
	size_t n = sizeof hard / sizeof *hard;
	struct tong__book *b = tong__book_new(), *again;
	struct tong__sheet *s;
	struct tong__buf out, text;
	tong_error err = TONG_ERROR_INIT;

	tong__buf_init(&out, 100000);
	tong__buf_init(&text, 100000);
	CHECK_INT(tong__book_add(b, "x", &s, &err), 0);
	for (size_t i = 0; i < n; i++) {
		CHECK_INT(tong__sheet_put(b, s, 0, i, TONG__CELL_TEXT, "h", 1, &err), 0);
		CHECK_INT(tong__sheet_put(b, s, 1, i, TONG__CELL_TEXT, hard[i], strlen(hard[i]), &err), 0);
	}
	CHECK_INT(tong__csv_write(s, TONG__SHEET_UTF8, &out, &err), 0);
	CHECK_INT(tong__text_decode(out.data, out.len, "x", &text, &err), 0);
	CHECK_INT(read_csv(&again, text.data, &err), 0);
	for (size_t i = 0; i < n; i++)
		CHECK_STR(at(again, 1, i), hard[i]);
	tong__book_free(b);
	tong__book_free(again);
	tong__buf_free(&out);
	tong__buf_free(&text);
}

static void ceilings_hold(void)
{
	struct tong__book *b = tong__book_new();
	struct tong__sheet *s;
	tong_error err = TONG_ERROR_INIT;

	CHECK_INT(tong__book_add(b, "x", &s, &err), 0);
	CHECK_INT(tong__sheet_put(b, s, TONG_SHEET_ROWS, 0, TONG__CELL_TEXT, "a", 1, &err),
	          TONG_E_LIMIT);
	CHECK_INT(tong__sheet_put(b, s, 0, TONG_SHEET_COLUMNS, TONG__CELL_TEXT, "a", 1, &err),
	          TONG_E_LIMIT);
	CHECK_INT(s->n_rows, 0);
	CHECK_STR(tong__sheet_at(s, 5, 5).text, "");
	for (size_t i = 1; i < TONG_SHEET_SHEETS; i++)
		CHECK_INT(tong__book_add(b, "y", &s, &err), 0);
	CHECK_INT(tong__book_add(b, "y", &s, &err), TONG_E_LIMIT);
	tong__book_free(b);
	tong__book_free(NULL);
}

/* ---- columns ---- */

static void columns_by_every_name(void)
{
	const struct tong__kind *k = tong__kind_named("items");
	struct tong__columns c;
	int promised;

	tong__columns_of(k, &c);
	promised = tong__columns_find(k, &c, "承诺办结时限·时限");
	CHECK(promised > 0);
	CHECK_STR(c.at[promised].name, "limit_promised.days");
	CHECK_INT(tong__columns_find(k, &c, " 承诺办结时限・时限 "), promised);
	CHECK_INT(tong__columns_find(k, &c, "limit_promised.days"), promised);
	CHECK_INT(tong__columns_find(k, &c, "承诺时限"), promised);
	CHECK_INT(tong__columns_find(k, &c, "事项编码＊"), 0);
	CHECK_INT(tong__columns_find(k, &c, "没有的"), -1);
	CHECK(tong__kind_named("x") == NULL);
}

/* No two columns of a kind share a header or a name, and none fell off the end. */
static void columns_are_distinct(void)
{
	for (size_t k = 0; k < TONG__N_KINDS; k++) {
		struct tong__columns c;

		tong__columns_of(&tong__kinds[k], &c);
		CHECK(c.n > 3 && c.n < TONG_KIND_COLUMNS);
		CHECK_INT(c.at[0].role, TONG__COLUMN_KEY);
		for (size_t i = 0; i < c.n; i++)
			CHECK_INT(tong__columns_find(&tong__kinds[k], &c, c.at[i].header), i);
	}
}

/* ---- cells ---- */

/* A model of one law, two themes and one material, as far as look-ups by walking need it. */
static struct tong__model model;
static struct tong__law law;
static struct tong__doc law_doc, themes;
static struct tong__lookup lookup = {.model = &model};

static void make_model(void)
{
	law_doc.root = json_pack("{s:s, s:s, s:[{s:s}, {s:s}]}", "title", "中华人民共和国居民身份证法", "short",
	                         "居民身份证法", "articles", "article", "第十条", "article", "第一百零一条");
	law.id = "jumin";
	law.doc = &law_doc;
	model.laws = &law;
	model.n_laws = 1;
	themes.root = json_pack("{s:[{s:s, s:s}]}", "themes", "id", "p02", "name", "户籍办理");
	model.licences = &themes;
	json_object_set_new(themes.root, "licences", json_pack("[{s:s, s:s}]", "id", "l1", "name",
	                                                       "营业执照"));
}

static const struct tong__element *element(const char *name)
{
	return tong__element_find(tong__item_elements, name);
}

static void means(const struct tong__element *e, enum tong__cell_kind kind, const char *text,
                  const char *json)
{
	struct tong__fault fault;
	struct tong__buf out;
	bool nomem;
	json_t *v = tong__parse_cell(&lookup, e, (struct tong__cell){text, kind}, &fault, &nomem);
	json_t *list = json_array();

	tong__buf_init(&out, 10000);
	CHECK(!nomem);
	if (!v && *json)
		printf("%s: %s\n", text, fault.reason);
	if (v) {
		json_array_append_new(list, v);
		CHECK_INT(tong__json_canonical(json_array_get(list, 0), &out), 0);
	}
	CHECK_STR(v ? out.data : "", json);
	CHECK(!v == !!*fault.reason);
	CHECK(v || *fault.wanted);
	json_decref(list);
	tong__buf_free(&out);
}

#define TEXT(e, text, json) do { means(e, TONG__CELL_TEXT, text, json); CHECK_ALIVE(); } while (0)

static void cells_of_codes_and_numbers(void)
{
	const struct tong__element *type = element("type"), *days = element("limit_promised")->fields;

	TEXT(type, "行政许可", "\"01\"");
	TEXT(type, " 01 ", "\"01\"");
	TEXT(type, "1", "\"01\"");
	TEXT(type, "２０", "\"20\"");
	TEXT(type, "许可", "");
	TEXT(element("levels"), "镇(乡、街道)级，2", "[\"5\",\"2\"]");
	TEXT(element("served"), "自然人；企业法人", "[\"1\",\"2\"]");
	TEXT(element("served"), "自然人\n企业法人\n", "[\"1\",\"2\"]");
	TEXT(element("served"), "1^2", "[\"1\",\"2\"]");
	TEXT(days, "１０", "10");
	TEXT(days, "10个工作日", "");
	TEXT(days, "99999", "");
	TEXT(days, "1E+1", "");
	TEXT(element("fee")->fields, "TRUE", "true");
	TEXT(element("fee")->fields, "否", "false");
	TEXT(element("fee")->fields, "也许", "");
	means(days, TONG__CELL_NUMBER, "1.5", "");
	CHECK_ALIVE();
	means(days, TONG__CELL_DATE, "2026-01-01", "");
	CHECK_ALIVE();
	means(days, TONG__CELL_ERROR, "#N/A", "");
	CHECK_ALIVE();
	means(days, TONG__CELL_COVERED, "1", "");
	CHECK_ALIVE();
	means(element("effective"), TONG__CELL_DATE, "2026-01-01", "\"2026-01-01\"");
}

static void cells_of_text(void)
{
	TEXT(element("name"), "　身份证 ", "\"身份证\"");
	TEXT(element("name"), "a\nb", "");
	TEXT(element("name"), "1.2E+11", "");
	TEXT(element("name"), "E+", "\"E+\"");
	TEXT(element("effective"), "二〇二六年一月一日起", "\"二〇二六年一月一日起\"");
	TEXT(element("effective"), "二〇二六年一月一日起一二三", "");
	TEXT(element("conditions"), "1. a\n2. b", "\"1. a\n2. b\"");
	TEXT(element("conditions"), "a\n\n## b", "");
	TEXT(element("faq"), "### a？\nb", "\"### a？\nb\"");
	TEXT(element("faq"), "a", "");
}

static void cells_of_references(void)
{
	const struct tong__element *basis = element("basis");

	TEXT(basis, "《居民身份证法》第十条", "[{\"article\":\"第十条\",\"law\":\"jumin\"}]");
	TEXT(basis, "《中华人民共和国居民身份证法》第10条、第101条",
	     "[{\"article\":\"第十条\",\"law\":\"jumin\"},{\"article\":\"第一百零一条\",\"law\":\"jumin\"}]");
	TEXT(basis, "jumin 第十条；《居民身份证法》",
	     "[{\"article\":\"第十条\",\"law\":\"jumin\"},{\"law\":\"jumin\"}]");
	TEXT(basis, "《居民身份证法》第十一条", "");
	TEXT(basis, "《别的法》第十条", "");
	TEXT(tong__element_find(element("materials")->fields, "basis"), "《居民身份证法》第十条",
	     "{\"article\":\"第十条\",\"law\":\"jumin\"}");
	TEXT(tong__element_find(element("materials")->fields, "basis"), "《居民身份证法》第十条；《居民身份证法》", "");
	TEXT(element("aliases"), "四川 12 位编码：511A04001005；513A0011200068",
	     "[{\"code\":\"511A04001005\",\"system\":\"sichuan-12\"},"
	     "{\"code\":\"513A0011200068\",\"system\":\"sichuan-14\"}]");
	TEXT(tong__kind_named("materials")->elements + 4, "营业执照", "\"l1\"");
	TEXT(tong__kind_named("materials")->elements + 4, "l1", "\"l1\"");
	TEXT(tong__kind_named("materials")->elements + 4, "别的照", "");
}

static void shows(const struct tong__element *e, json_t *v, const char *words)
{
	struct tong__buf out;

	tong__buf_init(&out, 1000);
	CHECK_INT(tong__show_json(&lookup, e, v, &out), 0);
	CHECK_STR(out.data ? out.data : "", words);
	tong__buf_free(&out);
	json_decref(v);
}

static void values_in_words(void)
{
	shows(element("type"), json_string("01"), "行政许可");
	shows(element("type"), json_string("77"), "77");
	shows(element("levels"), json_pack("[s, s]", "2", "5"), "省级；镇（乡、街道）级");
	shows(element("basis"), json_pack("[{s:s, s:s}]", "law", "jumin", "article", "第十条"),
	      "《居民身份证法》第十条");
	shows(element("basis"), json_pack("[{s:s}]", "law", "gone"), "《gone》");
	shows(element("aliases"), json_pack("[{s:s, s:s}]", "system", "sichuan-12", "code", "5"),
	      "四川 12 位编码：5");
	shows(element("fee")->fields, json_true(), "是");
	shows(element("visits"), json_integer(0), "0");
	shows(element("summary"), NULL, "");
}

int main(void)
{
	make_model();
	RUN(encodings_of_offices);
	RUN(other_bytes_are_refused);
	RUN(gb18030_comes_back);
	RUN(blanks_are_trimmed);
	RUN(headers_are_folded);
	RUN(cell_names);
	RUN(csv_of_all_habits);
	RUN(csv_cells_with_lines_keep_their_number);
	RUN(csv_faults_are_named);
	RUN(csv_comes_back);
	RUN(ceilings_hold);
	RUN(columns_by_every_name);
	RUN(columns_are_distinct);
	RUN(cells_of_codes_and_numbers);
	RUN(cells_of_text);
	RUN(cells_of_references);
	RUN(values_in_words);
	json_decref(law_doc.root);
	json_decref(themes.root);
	return tong_test_done();
}
