/* The element table is whole and means what the catalogue's README says. */
#include "core/element.h"
#include "tests/lib/check.h"

static const struct tong__element *item(const char *name)
{
	return tong__element_find(tong__item_elements, name);
}

/* Every row of a table can be used as its type says; 0 or the name of the row that cannot. */
static const char *fault(const struct tong__element *table)
{
	const struct tong__element *e, *again;

	for (e = table; e->name; e++) {
		bool has_values = e->type == TONG__T_ENUM || e->type == TONG__T_ENUMS;
		bool has_fields = e->type == TONG__T_LIST || e->type == TONG__T_MAP;

		if (!e->label || !*e->label || has_values != (e->values != NULL) ||
		    has_fields != (e->fields != NULL) || e->number < 0 || e->number > 60)
			return e->name;
		for (again = table; again < e; again++)
			if (!strcmp(again->name, e->name))
				return e->name;
		if (e->fields && fault(e->fields))
			return fault(e->fields);
	}
	return NULL;
}

static void tables_are_whole(void)
{
	CHECK_STR(fault(tong__item_elements), NULL);
	CHECK_STR(fault(tong__listing_elements), NULL);
}

/* S4 */
static void S4_has_every_key_of_the_readme(void)
{
	static const char *const keys[] = {
		"code",
		"code_system",
		"name",
		"type",
		"state",
		"main_item",
		"aliases",
		"summary",
		"levels",
		"served",
		"authority",
		"basis",
		"limit_statutory",
		"limit_promised",
		"case_type",
		"visits",
		"visits_reason",
		"online_depth",
		"handle_area",
		"fee",
		"result",
		"quota",
		"materials",
		"themes",
		"central_dept",
		"source",
		"guide",
	};
	static const char *const columns[] = {
		"item",
		"published_code",
		"published_name",
		"agency",
		"org_code",
		"impl_region",
		"level",
		"hall",
		"window",
		"address",
		"hours",
		"phone",
		"complaint_phone",
		"online_url",
		"portal_url",
		"limit_promised_days",
		"limit_promised_unit",
		"visits",
		"case_type",
		"online_depth",
		"handle_area",
		"source",
		"sample",
		"note",
	};
	size_t i;

	for (i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!item(keys[i]))
			CHECK_STR(keys[i], "a key");
	for (i = 0; i < sizeof columns / sizeof *columns; i++)
		if (!tong__element_find(tong__listing_elements, columns[i]))
			CHECK_STR(columns[i], "a column");
	CHECK(item("sections") == NULL && item("") == NULL);
}

/* S5, P7: no L in an item, no U in a listing. */
static void S5_classes_are_kept_apart(void)
{
	const struct tong__element *e;

	for (e = tong__item_elements; e->name; e++)
		CHECK(e->cls != TONG__L);
	for (e = tong__listing_elements; e->name; e++)
		CHECK(e->cls != TONG__U);
	CHECK_INT(item("limit_promised")->cls, TONG__M);
	CHECK_INT(item("limit_statutory")->cls, TONG__U);
}

static void sections_have_their_headings(void)
{
	static const char *const rows[][2] = {
		{"conditions", "受理条件"}, {"process", "办理流程"}, {"review", "审查细则"},
		{"special", "特别程序"},    {"faq", "常见问题"},     {"notes", "说明"},
	};
	size_t i;

	for (i = 0; i < sizeof rows / sizeof *rows; i++)
		CHECK_STR(item(rows[i][0])->label, rows[i][1]);
	CHECK_INT(item("faq")->type, TONG__T_QA);
	CHECK_INT(item("process")->type, TONG__T_MARKDOWN);
}

/* Each element of the national list that an item or a listing can tell has a row. */
static void covers_the_national_list(void)
{
	/* 6: from Git; 11: derived; 22, 50, 59: sections, materials.yaml, agencies.csv; 60:
	 * exchange */
	static const int elsewhere[] = {6, 11, 50, 59, 60};
	const struct tong__element *tables[] = {tong__item_elements, tong__listing_elements}, *e,
				   *f;
	bool seen[61] = {false};
	size_t i, n;

	for (i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
		seen[elsewhere[i]] = true;
	for (i = 0; i < 2; i++)
		for (e = tables[i]; e->name; e++) {
			seen[e->number] = true;
			for (f = e->fields; f && f->name; f++)
				seen[f->number] = true;
		}
	for (n = 1; n <= 60; n++)
		if (!seen[n])
			CHECK_INT(n, 0);
}

static void labels_of_codes(void)
{
	CHECK_STR(tong__enum_label(tong__item_types, "01"), "行政许可");
	CHECK_STR(tong__enum_label(tong__item_types, "20"), "公共服务");
	CHECK_STR(tong__enum_label(tong__time_units, "2"), "日");
	CHECK_STR(tong__enum_label(item("online_depth")->values, "9"), "其他");
	CHECK(tong__enum_label(tong__item_types, "1") == NULL);
	CHECK(tong__enum_label(tong__item_types, "") == NULL);
	CHECK(tong__enum_label(NULL, "1") == NULL &&
	      tong__enum_label(tong__item_types, NULL) == NULL);
}

int main(void)
{
	RUN(tables_are_whole);
	RUN(S4_has_every_key_of_the_readme);
	RUN(S5_classes_are_kept_apart);
	RUN(sections_have_their_headings);
	RUN(covers_the_national_list);
	RUN(labels_of_codes);
	return tong_test_done();
}
