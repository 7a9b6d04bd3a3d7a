/* Export: the sheets asked for, how they look, and the hidden sheet that says where they came
 * from. */
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/text.h"
#include "publisher/sheet_view.h"

#define MAX_CHOICES 32

/* Looks of all sheets; each kind's are made once. */
struct looks {
	unsigned widths[TONG__N_KINDS][TONG_KIND_COLUMNS];
	const char *words[TONG__N_KINDS][TONG_KIND_COLUMNS][MAX_CHOICES];
	const char *const *choices[TONG__N_KINDS][TONG_KIND_COLUMNS];
	struct tong__sheet_look of_kind[TONG__N_KINDS];
	struct tong__sheet_look of_sheet[TONG_SHEET_SHEETS];
};

static unsigned width_of(const struct tong__column *c)
{
	const struct tong__element *e = c->element ? tong__column_leaf(c) : NULL;

	if (!e)
		return 36;
	if (tong__is_section(e))
		return 60;
	switch (e->type) {
	case TONG__T_TEXT: return e->max > 200 ? 40 : 24;
	case TONG__T_LIST: return 40;
	case TONG__T_INT:
	case TONG__T_BOOL: return 10;
	case TONG__T_CODE: return 20;
	default: return 14;
	}
}

/* Labels of an enumeration, or yes and no; NULL for anything else. */
static const char *const *choices_of(const struct tong__column *c, const char *words[MAX_CHOICES])
{
	const struct tong__element *e = c->element ? tong__column_leaf(c) : NULL;
	size_t n = 0;

	if (e && e->type == TONG__T_BOOL) {
		words[n++] = "是";
		words[n++] = "否";
	} else if (e && e->type == TONG__T_ENUM) {
		for (const struct tong__enum_value *v = e->values; v->code && n + 1 < MAX_CHOICES; v++)
			words[n++] = v->label;
	}
	words[n] = NULL;
	return n ? words : NULL;
}

static void make_looks(struct looks *l)
{
	struct tong__columns columns;

	for (size_t k = 0; k < TONG__N_KINDS; k++) {
		tong__columns_of(&tong__kinds[k], &columns);
		for (size_t i = 0; i < columns.n; i++) {
			l->widths[k][i] = width_of(&columns.at[i]);
			l->choices[k][i] = choices_of(&columns.at[i], l->words[k][i]);
		}
		l->of_kind[k] = (struct tong__sheet_look){l->widths[k], l->choices[k], columns.n,
		                                          k == TONG__KIND_ITEM_MATERIALS ? 2 : 1};
	}
}

struct job {
	const struct tong__model *model;
	const struct tong__export_options *o;
	struct tong__book *book;
	struct looks *looks;
	struct tong__export_report *report;
	tong_error *err;
};

static int add(struct job *j, enum tong__kind_id kind, const char *region)
{
	struct tong__lookup l = {.model = j->model, .region = region};
	struct tong__sheet *s;
	int rc = tong__view_add(j->book, &l, &tong__kinds[kind], &s, j->err);

	if (rc)
		return rc;
	j->looks->of_sheet[j->book->n_sheets - 1] = j->looks->of_kind[kind];
	j->report->sheets++;
	j->report->rows += s->n_rows - 1;
	return 0;
}

static bool is_asked(const struct job *j, const char *region)
{
	const char *const *r = j->o->regions;

	if (!r || !*r)
		return true;
	for (; *r; r++)
		if (!strcmp(*r, region))
			return true;
	return false;
}

/* Regions that were asked for and have nothing yet get an empty table to fill in. */
static int add_locals(struct job *j)
{
	const char *const *r = j->o->regions;
	int rc = 0;

	for (size_t i = 0; !rc && i < j->model->n_locals; i++)
		if (j->model->locals[i].items && is_asked(j, j->model->locals[i].region))
			rc = add(j, TONG__KIND_LOCAL, j->model->locals[i].region);
	for (; !rc && r && *r; r++) {
		if (tong__view_listings(j->model, *r))
			continue;
		if (!tong__model_region(j->model, *r) || strlen(*r) > 9)
			return tong__fail(j->err, TONG_E_NOTFOUND, *r,
			                  "regions.csv has no such province, city, county or township");
		rc = add(j, TONG__KIND_LOCAL, *r);
	}
	return rc;
}

/* An item's materials go with the items, except in CSV, which has one table. */
static int add_kinds(struct job *j, bool csv)
{
	static const enum tong__kind_id order[] = {TONG__KIND_ITEMS, TONG__KIND_ITEM_MATERIALS,
	                                           TONG__KIND_MATERIALS, TONG__KIND_AGENCIES,
	                                           TONG__KIND_LOCAL};
	const struct tong__kind *only = j->o->kind;
	int rc = 0;

	for (size_t i = 0; !rc && i < TONG__N_KINDS; i++) {
		enum tong__kind_id k = order[i];
		bool with = !csv && k == TONG__KIND_ITEM_MATERIALS &&
		            only == &tong__kinds[TONG__KIND_ITEMS];

		if (only && only != &tong__kinds[k] && !with)
			continue;
		rc = k == TONG__KIND_LOCAL ? add_locals(j) : add(j, k, NULL);
	}
	return rc;
}

static int add_format(struct job *j)
{
	static const unsigned widths[] = {16, 60};
	const char *rows[][2] = {{"格式版本", TONG_FORMAT_VERSION},
	                         {"提交", j->o->commit},
	                         {"说明", "由 tong-publish export 写出；请保留这张表，导入时用来发现期间别人的改动"}};
	struct tong__sheet *s;
	int rc = tong__book_add(j->book, TONG_FORMAT_SHEET, &s, j->err);

	if (rc)
		return rc;
	s->hidden = true;
	j->looks->of_sheet[j->book->n_sheets - 1] = (struct tong__sheet_look){widths, NULL, 2, 0};
	for (size_t r = 0; !rc && r < 3; r++)
		for (size_t c = 0; !rc && c < 2; c++)
			rc = tong__sheet_put(j->book, s, r, c, TONG__CELL_TEXT, rows[r][c], strlen(rows[r][c]),
			                     j->err);
	return rc;
}

static int write_csv(struct job *j, const char *path)
{
	struct tong__buf out;
	int rc;

	if (j->book->n_sheets != 1)
		return tong__fail(j->err, TONG_E_USAGE, path,
		                  "a CSV holds one sheet, and these are %zu; name one region with "
		                  "--region, or write .xlsx",
		                  j->book->n_sheets);
	tong__buf_init(&out, TONG_SHEET_FILE);
	rc = tong__csv_write(&j->book->sheets[0],
	                     j->o->gb18030 ? TONG__SHEET_GB18030 : TONG__SHEET_UTF8, &out, j->err);
	if (!rc)
		rc = tong__file_write(path, out.data, out.len, j->err);
	tong__buf_free(&out);
	return rc;
}

int tong__sheet_export(const struct tong__model *m, const struct tong__export_options *o,
                       const char *path, struct tong__export_report *report, tong_error *err)
{
	struct job j = {m, o, tong__book_new(), calloc(1, sizeof *j.looks), report, err};
	bool csv = tong__ends(path, ".csv");
	int rc = 0;

	*report = (struct tong__export_report){0, 0};
	if (!csv && !tong__ends(path, ".xlsx"))
		rc = tong__fail(err, TONG_E_USAGE, path, "the file's name ends in .xlsx or .csv");
	else if (csv && !o->kind)
		rc = tong__fail(err, TONG_E_USAGE, path, "a CSV wants --kind: which sheet it is");
	else if (!j.book || !j.looks)
		rc = tong__fail_nomem(err);
	if (!rc) {
		make_looks(j.looks);
		rc = add_kinds(&j, csv);
	}
	if (!rc && !csv)
		rc = add_format(&j);
	if (!rc)
		rc = csv ? write_csv(&j, path) : tong__xlsx_write(j.book, j.looks->of_sheet, path, err);
	tong__book_free(j.book);
	free(j.looks);
	return rc;
}
