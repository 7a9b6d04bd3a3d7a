/* What the checks will say of a spreadsheet once it is in the catalogue, said before it is written
 * and at the cell that its editor sees. */
#include <stdio.h>
#include <string.h>

#include "core/json.h"
#include "core/text.h"
#include "publisher/model_reload.h"
#include "publisher/sheet_import.h"

/* Which kinds of sheets speak of a file, the nearest first. */
static const struct {
	const char *path, *kinds[2];
} sources[] = {
	{"items/", {"items", "item-materials"}}, {"local/", {"local", NULL}},
	{"materials.yaml", {"materials", NULL}}, {"agencies.csv", {"agencies", NULL}},
};

static const json_t *place_of(const json_t *places, const struct tong__finding *f)
{
	const json_t *found = NULL;
	char name[256];

	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++)
		for (size_t k = 0; k < 2 && sources[i].kinds[k] && !found; k++) {
			bool materials = !strcmp(f->element, "申请材料");   /* they have a sheet of their own */
			const char *kind = sources[i].kinds[materials && sources[i].kinds[1] ? 1 - k : k];

			if (!tong__starts(f->path, sources[i].path))
				break;
			snprintf(name, sizeof name, "%s %s", kind, f->subject);
			found = json_object_get(places, name);
		}
	return found;
}

/* "承诺办结时限" stands in the columns "承诺办结时限·时限" and so on; what has no column of its own,
 * in that of the key. */
static void cell_of(const json_t *place, const struct tong__finding *f, char out[TONG_CELL_NAME])
{
	const json_t *columns = tong__json_obj(place, "columns"), *v;
	json_int_t column = -1, first = 0;
	const char *header;
	size_t n = strlen(f->element);

	json_object_foreach((json_t *)columns, header, v)
		if (n && !strncmp(header, f->element, n) && (column < 0 || !header[n]) &&
		    (!header[n] || tong__starts(header + n, "·")))
			column = json_integer_value(v);
	tong__cell_name((size_t)tong__json_int(place, "row", 0), (size_t)(column < 0 ? first : column),
	                out);
}

static json_t *finding(const json_t *places, const struct tong__finding *f)
{
	static const char *const severities[] = {"note", "warning", "error"};
	const json_t *place = place_of(places, f);
	const char *sheet = tong__json_str(place, "sheet");
	char cell[TONG_CELL_NAME] = "";

	if (place)
		cell_of(place, f, cell);
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:i, s:s, s:s, s:s, s:s, s:s}", "rule", f->rule->id,
	                 "severity", severities[f->rule->severity], "sheet", sheet ? sheet : f->path,
	                 "cell", cell, "file", f->path, "line", (int)f->line, "element", f->element,
	                 "subject", f->subject, "found", f->found, "wanted", f->wanted, "text",
	                 tong__rule_text(f->rule));
}

static int put_files(struct tong__model *m, const json_t *files, struct tong__findings *fs,
                     tong_error *err)
{
	const char *path;
	json_t *text;
	int rc = 0;

	json_object_foreach((json_t *)files, path, text)
		if (!rc)
			rc = tong__model_replace(m, path, json_string_value(text), json_string_length(text), fs,
			                         err);
	return rc;
}

static int report(struct tong__import_result *r, struct tong__findings *fresh, tong_error *err)
{
	json_t *list = json_array();

	tong__findings_sort(fresh);
	r->errors = tong__findings_of(fresh, TONG__ERROR);
	for (size_t i = 0; list && i < tong__findings_count(fresh); i++)
		if (json_array_append_new(list, finding(r->places, tong__findings_at(fresh, i))))
			r->errors++;   /* what cannot be told must not be written */
	return json_object_set_new(r->report, "findings", list) ? tong__fail_nomem(err) : 0;
}

int tong__import_check(struct tong__model *m, struct tong__import_result *r, tong_error *err)
{
	struct tong__findings *before = NULL, *after = NULL, *fresh = NULL;
	int rc = tong__findings_new(&before) || tong__findings_new(&after) || tong__findings_new(&fresh)
	             ? tong__fail_nomem(err) : 0;

	if (!rc && json_object_size(r->files)) {
		tong__check(m, before);
		rc = put_files(m, r->files, after, err);
		if (!rc)
			tong__check(m, after);
		if (!rc)
			rc = tong__findings_fresh(fresh, after, before, TONG__NOTE, err);
	}
	if (!rc)
		rc = report(r, fresh, err);
	tong__findings_free(before);
	tong__findings_free(after);
	tong__findings_free(fresh);
	return rc;
}
