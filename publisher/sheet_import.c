/* Import: which sheets are what, what they are compared with, and what comes of it. */
#include "publisher/sheet_import.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/text.h"
#include "publisher/sheet_rows.h"

/* What a sheet of the workbook is taken for. */
struct role {
	const struct tong__sheet *sheet;
	const struct tong__kind *kind;       /* NULL: not ours */
	char region[16];
};

static bool is_empty(const struct tong__sheet *s)
{
	size_t n;

	for (size_t r = 0; r < s->n_rows; r++)
		for (size_t c = 0; c < s->rows[r].n; c++) {
			tong__text_trim(s->rows[r].cells[c].text, &n);
			if (n)
				return false;
		}
	return true;
}

/* By its name: 事项, 办事表_511602, also with blanks around or in half or full width. */
static void by_name(struct role *r, const struct tong__import_options *o)
{
	struct tong__buf folded;
	const char *rest;

	tong__buf_init(&folded, 1024);
	if (tong__text_fold(r->sheet->name, &folded)) {
		tong__buf_free(&folded);
		return;
	}
	/* A CSV file's sheet is named after it. */
	if (tong__ends(folded.data, ".csv"))
		folded.data[folded.len - 4] = '\0';
	for (size_t k = 0; k < TONG__N_KINDS && !r->kind; k++) {
		if (!tong__starts(folded.data, tong__kinds[k].sheet))
			continue;
		rest = folded.data + strlen(tong__kinds[k].sheet);
		if (!*rest)
			r->kind = &tong__kinds[k];
		if (k == TONG__KIND_LOCAL && (*rest == '_' || *rest == '-') &&
		    strlen(rest + 1) < sizeof r->region) {
			r->kind = &tong__kinds[k];
			memcpy(r->region, rest + 1, strlen(rest + 1) + 1);
		}
	}
	if (r->kind == &tong__kinds[TONG__KIND_LOCAL] && !*r->region && o->region &&
	    strlen(o->region) < sizeof r->region)
		memcpy(r->region, o->region, strlen(o->region) + 1);
	tong__buf_free(&folded);
}

static bool is_wanted(const struct tong__import_options *o, const struct role *r)
{
	const struct tong__kind *k = r->kind;

	if (k == &tong__kinds[TONG__KIND_LOCAL] && o->region && *r->region && strcmp(o->region,
	                                                                             r->region))
		return false;
	return !o->kind || o->kind == k ||
	       (o->kind == &tong__kinds[TONG__KIND_ITEMS] &&
	        k == &tong__kinds[TONG__KIND_ITEM_MATERIALS]);
}

/* A sheet of any name is what --kind says, when nothing else in the file is. */
static void by_option(struct role *roles, size_t n, const struct tong__import_options *o)
{
	struct role *only = NULL;

	for (size_t i = 0; o->kind && i < n; i++) {
		if (roles[i].kind && is_wanted(o, &roles[i]))
			return;
		if (roles[i].sheet->hidden || is_empty(roles[i].sheet))
			continue;
		if (only)
			return;
		only = &roles[i];
	}
	if (!only)
		return;
	only->kind = o->kind;
	if (o->region && strlen(o->region) < sizeof only->region)
		memcpy(only->region, o->region, strlen(o->region) + 1);
}

static void problem(struct tong__import *im, const struct tong__sheet *s, const char *reason,
                    const char *wanted)
{
	struct tong__sheet_job j = {.im = im, .in = s};

	tong__report_problem(&j, 0, 0, "", tong__sheet_at(s, 0, 0).text, reason, wanted);
}

static bool region_is_good(struct tong__import *im, const struct role *r)
{
	if (r->kind != &tong__kinds[TONG__KIND_LOCAL])
		return true;
	if (!*r->region)
		problem(im, r->sheet, "it is not known whose local table this is",
		        "name the sheet “办事表_511602”, or say it with --region");
	else if (!tong__model_region(im->now, r->region) || strlen(r->region) > 9)
		problem(im, r->sheet, "the catalogue has no such region",
		        "the code of a province, city, county or township of regions.csv");
	else
		return true;
	return false;
}

static bool is_first(const struct role *roles, const struct role *r)
{
	for (const struct role *p = roles; p < r; p++)
		if (p->kind == r->kind && !strcmp(p->region, r->region))
			return false;
	return true;
}

/* ---- one sheet ---- */

static int view(struct tong__sheet_job *j, const struct tong__model *m, struct tong__sheet **out,
                struct tong__row_index *index)
{
	struct tong__lookup l = {.model = m, .region = j->region};
	int rc = tong__view_add(j->im->views, &l, &tong__kinds[j->kind], out, j->im->err);

	return rc ? rc : tong__row_index_make(index, *out, j->im->err);
}

static int compare(struct tong__sheet_job *j)
{
	struct tong__import *im = j->im;
	int rc = view(j, im->now, &j->now, &j->now_index);

	if (!rc && im->base) {
		/* Adding a sheet moves the others. */
		rc = view(j, im->base, &j->base, &j->base_index);
		j->now = &im->views->sheets[0];
	}
	if (rc)
		return rc;
	j->seen = calloc(j->now->n_rows + 1, sizeof *j->seen);
	if (!j->seen)
		return tong__fail_nomem(im->err);
	return j->kind == TONG__KIND_ITEM_MATERIALS ? tong__sheet_groups(j) : tong__sheet_rows(j);
}

static int one_sheet(struct tong__import *im, const struct role *r)
{
	struct tong__sheet_job j = {.im = im, .in = r->sheet,
	                            .kind = (enum tong__kind_id)(r->kind - tong__kinds),
	                            .region = *r->region ? r->region : NULL};
	int rc = 0;

	im->lookup.region = j.region;
	tong__columns_of(r->kind, &j.columns);
	im->views = tong__book_new();
	if (!im->views)
		return tong__fail_nomem(im->err);
	if (tong__header_find(&j))
		rc = compare(&j);
	free(j.now_index.at);
	free(j.base_index.at);
	free(j.seen);
	tong__book_free(im->views);
	im->views = NULL;
	im->lookup.region = NULL;
	return rc;
}

/* In the order of the kinds: what is added by one can be named by the next. */
static int take_sheets(struct tong__import *im, struct role *roles, size_t n, size_t *taken)
{
	for (size_t k = 0; k < TONG__N_KINDS; k++)
		for (struct role *r = roles; r < roles + n; r++) {
			int rc;

			if (r->kind != &tong__kinds[k] || !is_wanted(im->o, r) || !region_is_good(im, r))
				continue;
			++*taken;
			if (!is_first(roles, r)) {
				problem(im, r->sheet, "there was a sheet of this kind before",
				        "join them into one");
				continue;
			}
			rc = one_sheet(im, r);
			if (rc)
				return rc;
		}
	return 0;
}

static int all_sheets(struct tong__import *im, struct role *roles, size_t n)
{
	size_t taken = 0;
	int rc = take_sheets(im, roles, n, &taken);

	if (rc)
		return rc;
	if (!taken && !im->problems)
		return tong__fail(im->err, TONG_E_FORMAT, roles[0].sheet->name,
		                  "the sheet's name is none of “事项”, “事项材料”, “材料”, “机构”, “办事表_” with "
		                  "the code of a region; say with --kind what it is");
	for (struct role *r = roles; r < roles + n; r++)
		if (!r->kind && !is_empty(r->sheet) && strcmp(r->sheet->name, TONG_FORMAT_SHEET) &&
		    !im->o->kind)
			problem(im, r->sheet, "the sheet's name is not known",
			        "“事项”, “事项材料”, “材料”, “机构”, or “办事表_” with the code of a region; remove "
			        "sheets that do not belong here");
	return 0;
}

/* ---- where the workbook came from ---- */

/* The value beside a word in the hidden sheet; "" when there is none. */
static const char *format_value(const struct tong__book *b, const char *name)
{
	const struct tong__sheet *s = tong__book_sheet(b, TONG_FORMAT_SHEET);

	for (size_t r = 0; s && r < s->n_rows && r < 100; r++)
		if (!strcmp(tong__sheet_at(s, r, 0).text, name))
			return tong__sheet_at(s, r, 1).text;
	return "";
}

static int find_base(struct tong__import *im, const struct tong__book *b, struct tong__model **base)
{
	const char *version = format_value(b, "格式版本"), *rev = im->o->base;
	bool same = false;
	int rc;

	if (*version && strcmp(version, TONG_FORMAT_VERSION))
		return tong__fail(im->err, TONG_E_NEWER, TONG_FORMAT_SHEET,
		                  "has version %s of the format, this program knows %s only; use a "
		                  "newer one", version, TONG_FORMAT_VERSION);
	if (!rev)
		rev = format_value(b, "提交");
	if (!*rev || !im->o->load_base)
		return 0;
	rc = im->o->load_base(im->o->user, rev, base, &same, im->err);
	if (!rc && !*base && !same)
		tong__report_note(im,
		                  "commit %s, of which the sheet was exported, is not here: what "
		                  "others changed since cannot be seen", rev);
	im->base = *base;
	return rc;
}

/* ---- */

static bool begin(struct tong__import *im, const struct tong__model *m)
{
	im->report = json_pack("{s:[], s:[], s:[], s:[], s:[], s:[]}", "problems", "changed", "added",
	                       "kept", "untouched", "notes");
	im->places = json_pack("{s:{}}", "");
	im->lookup = (struct tong__lookup){.model = m, .added = json_pack("{s:{}, s:{}, s:{}}", "item",
	                                                                  "material", "agency")};
	im->store.model = m;
	return im->report && im->places && im->lookup.added;
}

static int read_book(struct tong__import *im, const struct tong__book *b)
{
	struct role *roles = calloc(b->n_sheets + 1, sizeof *roles);
	int rc;

	if (!roles)
		return tong__fail_nomem(im->err);
	for (size_t i = 0; i < b->n_sheets; i++) {
		roles[i].sheet = &b->sheets[i];
		by_name(&roles[i], im->o);
	}
	by_option(roles, b->n_sheets, im->o);
	rc = b->n_sheets ? all_sheets(im, roles, b->n_sheets)
	                 : tong__fail(im->err, TONG_E_FORMAT, NULL, "the spreadsheet has no sheet");
	if (!rc && im->nomem)
		rc = tong__fail_nomem(im->err);
	free(roles);
	return rc;
}

int tong__sheet_import(const struct tong__model *m, const struct tong__book *b,
                       const struct tong__import_options *o, struct tong__import_result *out,
	tong_error *err)
{
	struct tong__import im = {.now = m, .o = o, .err = err};
	struct tong__model *base = NULL;
	json_t *files = json_object();
	int rc = begin(&im, m) && files ? 0 : tong__fail_nomem(err);

	if (!rc)
		rc = find_base(&im, b, &base);
	if (!rc)
		rc = read_book(&im, b);
	if (!rc && (!im.problems || o->partial))
		rc = tong__store_files(&im.store, &im, files);
	if (!rc && json_object_set_new(im.report, "unchanged", json_integer((json_int_t)im.unchanged)))
		rc = tong__fail_nomem(err);
	tong__store_free(&im.store);
	json_decref(im.lookup.added);
	tong__model_free(base);
	*out = (struct tong__import_result){.report = im.report, .files = files,
	                                    .problems = im.problems, .places = im.places};
	if (rc)
		tong__import_result_free(out);
	return rc;
}

void tong__import_result_free(struct tong__import_result *r)
{
	json_decref(r->report);
	json_decref(r->files);
	json_decref(r->places);
	*r = (struct tong__import_result){.report = NULL};
}
