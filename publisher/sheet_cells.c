/* One cell of a sheet against the catalogue: what it says, what it means, and where it goes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/message.h"
#include "core/text.h"
#include "publisher/sheet_rows.h"

enum tong__verdict tong__cell_verdict(const char *in, const char *now, const char *base)
{
	if (tong__text_same(in, now))
		return TONG__SAME;
	if (!base || tong__text_same(now, base))
		return TONG__CHANGED;
	return tong__text_same(in, base) ? TONG__KEPT : TONG__CONFLICT;
}

bool tong__row_is_blank(const struct tong__sheet_job *j, size_t row)
{
	size_t n;

	for (size_t c = 0; c < j->in->rows[row].n; c++) {
		tong__text_trim(j->in->rows[row].cells[c].text, &n);
		if (n && j->to[c] >= 0)
			return false;
	}
	return true;
}

static struct tong__cell cell_of(const struct tong__sheet_job *j, size_t row, size_t i)
{
	return j->from[i] < 0 ? (struct tong__cell){"", TONG__CELL_TEXT}
	                      : tong__sheet_at(j->in, row, (size_t)j->from[i]);
}

static void problem(struct tong__sheet_job *j, size_t row, size_t i, const char *reason,
                    const char *wanted)
{
	size_t column = j->from[i] < 0 ? 0 : (size_t)j->from[i];

	tong__report_problem(j, row, column, j->columns.at[i].header, cell_of(j, row, i).text, reason,
	                     wanted);
}

/* The code that a name beside it leads to; malloc'd, NULL when there is none, which is reported. */
static char *id_of_name(struct tong__sheet_job *j, size_t row, size_t name_column, const char *what,
                        const char *name)
{
	size_t n;
	const char *id = tong__lookup_id(&j->im->lookup, what, name, &n);
	char *copy;

	if (!id) {
		problem(j, row, name_column, n ? N_("several have this name")
		        : N_("the catalogue has nothing of this name"),
		        n ? N_("write the code")
		        : N_("write a name or code of the catalogue; add a new one to its own sheet "
		             "first"));
		return NULL;
	}
	copy = strdup(id);
	j->im->nomem |= !copy;
	return copy;
}

char *tong__row_key_of(struct tong__sheet_job *j, size_t row)
{
	struct tong__buf text, folded;
	struct tong__cell c = cell_of(j, row, 0);
	const char *name;
	char *key = NULL;

	tong__buf_init(&text, TONG_SHEET_CELL);
	tong__buf_init(&folded, TONG_SHEET_CELL);
	if (tong__text_fold(c.text, &folded)) {
		j->im->nomem = true;
	} else if (folded.len && (c.kind == TONG__CELL_COVERED || c.kind == TONG__CELL_DATE ||
	                          c.kind == TONG__CELL_ERROR || strstr(folded.data, "E+"))) {
		problem(j, row, 0,
		        "the code was changed by the spreadsheet program, or stands in cells merged "
		        "across columns", "format the cell as text and type the code again");
	} else if (folded.len) {
		key = tong__buf_take(&folded, NULL);
	} else {
		name = j->columns.at[1].role == TONG__COLUMN_NAME ? tong__cell_text(j, row, 1, &text) : "";
		if (*name)
			key = id_of_name(j, row, 1, j->columns.at[1].name + 5, name);
		else
			problem(j, row, 0, "no code", "write the code, or remove the row");
	}
	tong__buf_free(&text);
	tong__buf_free(&folded);
	return key ? key : strdup("");
}

static bool is_called(const struct tong__lookup *l, const char *what, const char *id,
                      const char *name)
{
	const char *own = tong__lookup_name(l, what, id);

	return own && tong__text_same(own, name);
}

/* Is this the name of the code: after this import, now, or when the sheet went out? A code that
 * does not exist, or that has no name, is not held against the name: it is told in its own
 * column. */
static bool is_name_of(const struct tong__sheet_job *j, const char *what, const char *id,
                       const char *name)
{
	struct tong__lookup now = {.model = j->im->now, .region = j->region};
	struct tong__lookup then = {.model = j->im->base, .region = j->region};
	const char *own = tong__lookup_name(&j->im->lookup, what, id);

	return !own || !*own || tong__text_same(own, name) || is_called(&now, what, id, name) ||
	       (j->im->base && is_called(&then, what, id, name));
}

char *tong__cell_by_name(struct tong__sheet_job *j, size_t row, size_t i, bool *fault)
{
	const char *what = j->columns.at[i].name;
	struct tong__buf name, id;
	char *found = NULL;

	*fault = false;
	if (i + 1 >= j->columns.n || j->columns.at[i + 1].role != TONG__COLUMN_NAME ||
	    j->from[i + 1] < 0)
		return NULL;
	tong__buf_init(&name, TONG_SHEET_CELL);
	tong__buf_init(&id, TONG_SHEET_CELL);
	tong__cell_text(j, row, i + 1, &name);
	tong__cell_text(j, row, i, &id);
	if (name.len && !id.len) {
		found = id_of_name(j, row, i + 1, what, name.data);
		*fault = !found;
	} else if (name.len) {
		*fault = !is_name_of(j, what, id.data, name.data);
		if (*fault)
			problem(j, row, i + 1, "the name is not that of the code beside it",
			        "change the code; or empty it, to go by the name");
	}
	tong__buf_free(&name);
	tong__buf_free(&id);
	return found;
}

json_t *tong__cell_value(struct tong__sheet_job *j, size_t row, size_t i)
{
	const struct tong__element *e = tong__column_leaf(&j->columns.at[i]);
	struct tong__fault fault;
	bool nomem;
	json_t *v = tong__parse_cell(&j->im->lookup, e, cell_of(j, row, i), &fault, &nomem);

	j->im->nomem |= nomem;
	if (!v && !nomem)
		problem(j, row, i, fault.reason, fault.wanted);
	return v;
}

/* ---- rows ---- */

static bool is_table(const struct tong__sheet_job *j)
{
	return j->kind == TONG__KIND_AGENCIES || j->kind == TONG__KIND_LOCAL;
}

static json_t *part(const struct tong__sheet_job *j, const json_t *row, const char *name)
{
	return j->kind == TONG__KIND_ITEMS ? json_object_get(row, name) : (json_t *)row;
}

/* A member, or none. */
static int put(json_t *obj, const char *name, json_t *value)
{
	if (value)
		return json_object_set(obj, name, value);
	if (json_object_get(obj, name))
		json_object_del(obj, name);
	return 0;
}

static int put_text(json_t *row, const char *name, const json_t *value)
{
	char *s = value ? tong__csv_text(value) : strdup("");
	int rc = s ? json_object_set_new(row, name, json_string(s)) : -1;

	free(s);
	return rc;
}

/* A member of a mapping; the mapping comes with its first and goes with its last. */
static int put_field(json_t *root, const struct tong__column *c, json_t *value)
{
	json_t *map = json_object_get(root, c->element->name);
	int rc;

	if (!json_is_object(map)) {
		if (!value)
			return 0;
		if (json_object_set_new(root, c->element->name, json_object()))
			return -1;
		map = json_object_get(root, c->element->name);
	}
	rc = put(map, c->field->name, value);
	if (!rc && !json_object_size(map))
		rc = json_object_del(root, c->element->name);
	return rc;
}

bool tong__row_set(const struct tong__sheet_job *j, json_t *row, const struct tong__column *c,
                   json_t *value)
{
	int rc;

	if (!value && c->element->required && !c->field)
		return false;
	if (is_table(j))
		rc = put_text(row, c->element->name, value);
	else if (tong__is_section(c->element))
		rc = put(part(j, row, "sections"), c->element->label, value);
	else if (c->field)
		rc = put_field(part(j, row, "root"), c, value);
	else
		rc = put(part(j, row, "root"), c->element->name, value);
	j->im->nomem |= rc != 0;
	return true;
}

json_t *tong__row_get(const struct tong__sheet_job *j, const json_t *row,
                      const struct tong__column *c)
{
	json_t *v;

	if (tong__is_section(c->element))
		return json_incref(json_object_get(part(j, row, "sections"), c->element->label));
	v = json_object_get(part(j, row, "root"), c->element->name);
	if (v && c->field)
		v = json_object_get(v, c->field->name);
	return json_incref(v);
}
