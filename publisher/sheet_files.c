/* From changed rows to files in their canonical form, each read back before it may be written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/text.h"
#include "publisher/sheet_rows.h"
#include "publisher/table_write.h"
#include "publisher/yaml_write.h"

/* ---- items ---- */

/* The sections of a row; strings stay the row's. */
static struct tong__section *sections_of(const json_t *row, size_t *n)
{
	const json_t *all = json_object_get(row, "sections");
	struct tong__section *s = calloc(json_object_size(all) + 1, sizeof *s);
	const char *heading;
	json_t *text;

	*n = 0;
	json_object_foreach((json_t *)all, heading, text)
		if (s)
			s[(*n)++] = (struct tong__section){(char *)heading, (char *)json_string_value(text), 0};
	return s;
}

/* What is read back is what was meant: the last guard before the disk. */
static bool reads_back(const struct tong__buf *text, const json_t *root,
                       const struct tong__section *sections, size_t n, bool *nomem)
{
	struct tong__findings *fs = NULL;
	struct tong__doc *d = NULL;
	bool same = false;

	*nomem = tong__findings_new(&fs) || tong__doc_markdown(&d, "x.md", text->data, text->len, fs,
	                                                       NULL);
	if (!*nomem) {
		same = !tong__findings_count(fs) && json_equal(d->root, root) && d->n_sections == n;
		for (size_t i = 0; same && i < n; i++) {
			const struct tong__section *s = tong__doc_section(d, sections[i].heading);

			same = s && !strcmp(s->markdown, sections[i].markdown);
		}
	}
	tong__doc_free(d);
	tong__findings_free(fs);
	return same;
}

static int take_text(json_t *files, const char *path, struct tong__buf *text, tong_error *err)
{
	int rc = text->failed ? tong__fail(err, text->failed, path, "the file has more than %zu "
	                                   "bytes", text->max) : 0;

	if (!rc && json_object_set_new(files, path, json_stringn(text->data ? text->data : "",
	                                                         text->len)))
		rc = tong__fail_nomem(err);
	tong__buf_free(text);
	return rc;
}

static int item_file(struct tong__import *im, const char *code, const json_t *row, json_t *files)
{
	const struct tong__item *old = tong__model_item(im->now, code);
	const json_t *root = json_object_get(row, "root");
	const char *type = tong__json_str(root, "type");
	struct tong__buf text;
	struct tong__section *sections;
	char path[128];
	size_t n;
	bool nomem = false, same;

	snprintf(path, sizeof path, "items/%s/%s.md", type ? type : "", code);
	sections = sections_of(row, &n);
	tong__buf_init(&text, TONG_MAX_ITEM_FILE);
	if (!sections)
		return tong__fail_nomem(im->err);
	tong__yaml_write_markdown(root, sections, n, tong__item_elements, &text);
	same = !text.failed && reads_back(&text, root, sections, n, &nomem);
	free(sections);
	if (nomem || (!text.failed && !same)) {
		tong__buf_free(&text);
		return nomem ? tong__fail_nomem(im->err)
		             : tong__fail(im->err, TONG_E_FORMAT, path,
		                          "written to a file, this would not be read back as it is");
	}
	if (old && type && strcmp(old->folder, type) && json_object_set_new(files, old->doc->path,
	                                                                    json_null()))
		return tong__fail_nomem(im->err);
	return take_text(files, path, &text, im->err);
}

/* ---- lists ---- */

static int by_member(const json_t *a, const json_t *b, const char *const *members)
{
	int c = 0;

	for (; !c && *members; members++) {
		const char *x = tong__json_str(a, *members), *y = tong__json_str(b, *members);

		c = strcmp(x ? x : "", y ? y : "");
	}
	return c;
}

static int by_id(const void *a, const void *b)
{
	static const char *const members[] = {"id", NULL};

	return by_member(*(json_t *const *)a, *(json_t *const *)b, members);
}

static int by_listing(const void *a, const void *b)
{
	static const char *const members[] = {"item", "published_code", "published_name", NULL};

	return by_member(*(json_t *const *)a, *(json_t *const *)b, members);
}

/* A new list with the same rows in order; rows added at the end find their place. 'before': how
 * many there were; a list that its editors keep in another order is left in it. */
static json_t *sort(json_t *list, size_t before, bool always,
                    int (*cmp)(const void *, const void *))
{
	size_t n = json_array_size(list);
	json_t **rows = calloc(n + 1, sizeof *rows), *out = json_array();
	bool sorted = true;

	for (size_t i = 0; rows && i < n; i++) {
		rows[i] = json_array_get(list, i);
		sorted &= !i || i >= before || cmp(&rows[i - 1], &rows[i]) <= 0;
	}
	if (rows && n && (sorted || always))
		qsort(rows, n, sizeof *rows, cmp);
	for (size_t i = 0; rows && out && i < n; i++)
		if (json_array_append(out, rows[i])) {
			json_decref(out);
			out = NULL;
		}
	if (!rows) {
		json_decref(out);
		out = NULL;
	}
	free(rows);
	return out;
}

static int materials_file(struct tong__import *im, json_t *files)
{
	const struct tong__doc *d = im->now->materials;
	size_t before = d ? json_array_size(tong__json_arr(d->root, "materials")) : 0;
	json_t *list = sort(im->store.materials, before, false, by_id);
	json_t *root = d ? json_copy(d->root) : json_object();
	struct tong__buf text;
	int rc = 0;

	tong__buf_init(&text, TONG_MAX_SOURCE_FILE);
	if (!root || json_object_set_new(root, "materials", list))
		rc = tong__fail_nomem(im->err);
	if (!rc) {
		tong__yaml_write(root, tong__kinds[TONG__KIND_MATERIALS].file, &text);
		rc = take_text(files, "materials.yaml", &text, im->err);
	}
	json_decref(root);
	return rc;
}

static bool any_filled(const json_t *rows, const char *column)
{
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		const char *s = tong__json_str(row, column);

		if (s && *s)
			return true;
	}
	return false;
}

static bool is_listed(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

/* Columns of a table: those it has, or must have, and of the others of the format those that now
 * hold something. */
static int write_table(struct tong__import *im, const struct tong__table *t,
                       const struct tong__element *elements,
                       const char *const *must, const json_t *rows, const char *path, json_t *files)
{
	const char *columns[TONG_KIND_COLUMNS + 1];
	struct tong__buf text;
	size_t n = 0;

	for (const struct tong__element *e = elements; e->name && n < TONG_KIND_COLUMNS; e++)
		if ((t ? tong__table_column(t, e->name) >= 0 : !must || is_listed(must, e->name)) ||
		    any_filled(rows, e->name))
			columns[n++] = e->name;
	columns[n] = NULL;
	tong__buf_init(&text, TONG_MAX_SOURCE_FILE);
	tong__table_write(columns, rows, &text);
	return take_text(files, path, &text, im->err);
}

static int agencies_file(struct tong__import *im, json_t *files)
{
	const struct tong__table *t = im->now->agencies;
	json_t *rows = sort(im->store.agencies, t ? t->n_rows : 0, false, by_id);
	int rc = rows ? write_table(im, t, tong__kinds[TONG__KIND_AGENCIES].elements, NULL, rows,
	                            "agencies.csv", files)
	              : tong__fail_nomem(im->err);

	json_decref(rows);
	return rc;
}

static int local_file(struct tong__import *im, const char *region, json_t *list, json_t *files)
{
	json_t *rows = sort(list, 0, true, by_listing);
	char path[64];
	int rc;

	snprintf(path, sizeof path, "local/%s/items.csv", region);
	rc = rows ? write_table(im, tong__view_listings(im->now, region), tong__listing_elements,
	                        tong__listing_columns, rows, path, files)
	          : tong__fail_nomem(im->err);
	json_decref(rows);
	return rc;
}

int tong__store_files(struct tong__store *s, struct tong__import *im, json_t *files)
{
	const char *key;
	json_t *v;
	int rc = 0;

	json_object_foreach(s->items, key, v) {
		rc = item_file(im, key, v, files);
		if (rc)
			return rc;
	}
	if (s->materials)
		rc = materials_file(im, files);
	if (!rc && s->agencies)
		rc = agencies_file(im, files);
	if (rc)
		return rc;
	json_object_foreach(s->locals, key, v) {
		rc = local_file(im, key, v, files);
		if (rc)
			return rc;
	}
	return 0;
}

static int write_one(const char *dir, const char *path, const json_t *text, tong_error *err)
{
	size_t n = strlen(dir) + strlen(path) + 2;
	char *full = malloc(n);
	int rc;

	if (!full)
		return tong__fail_nomem(err);
	snprintf(full, n, "%s/%s", dir, path);
	if (json_is_null(text)) {
		rc = tong__file_remove(full, err);
	} else {
		rc = tong__mkdirs_for(full, err);
		if (!rc)
			rc = tong__file_write(full, json_string_value(text), json_string_length(text), err);
	}
	free(full);
	return rc;
}

int tong__import_write(const json_t *files, const char *dir, tong_error *err)
{
	const char *path;
	json_t *text;
	int rc = 0;

	/* New places first: a crash in between leaves a file twice, which the check names, never
	 * none. */
	for (int removing = 0; removing < 2; removing++)
		json_object_foreach((json_t *)files, path, text) {
			if (json_is_null(text) != (removing == 1))
				continue;
			rc = tong__path_safe(path) ? write_one(dir, path, text, err)
			                           : tong__fail(err, TONG_E_FORMAT, path, "is no safe path");
			if (rc)
				return rc;
		}
	return rc;
}
