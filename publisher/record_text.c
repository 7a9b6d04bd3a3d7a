/* Records text/LANG/KIND/ID: translations that belong to the Chinese as it is. One that is out of
 * date is shipped without its words, so that a page can say so. */
#include "publisher/records.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "publisher/translation.h"

static json_t *new_text(struct tong__build *b, const char *lang, const char *kind, const char *id)
{
	char prefix[160];

	snprintf(prefix, sizeof prefix, "text/%.64s/%.32s%s", lang, kind, *id ? "/" : "");
	return tong__record_new(b, prefix, id);
}

/* ---- items ---- */

/* Lists of materials are laid over one another entry by entry. */
static bool same_materials(const json_t *text, const json_t *item)
{
	return json_array_size(json_object_get(text, "materials")) ==
	       json_array_size(json_object_get(item, "materials"));
}

static json_t *words_of(struct tong__build *b, const struct tong__text *t,
                        const struct tong__item *it)
{
	json_t *picked = tong__text_pick(t->doc->root, tong__text_body);
	json_t *words = picked ? json_deep_copy(picked) : json_object();

	if (!same_materials(words, it->doc->root))
		json_object_del(words, "materials");
	tong__set(b, words, "sections", tong__record_sections(b, t->doc));
	json_decref(picked);
	return words;
}

int tong__record_text(struct tong__build *b, const struct tong__text *t)
{
	const struct tong__item *it = tong__model_item(b->m, t->code);
	json_t *rec;

	if (!it)
		return 0;
	rec = new_text(b, t->lang, "item", t->code);
	tong__set_str(b, rec, "source", tong__json_str(t->doc->root, "source"));
	tong__set(b, rec, "reviewed", tong__known(b, json_object_get(t->doc->root, "reviewed")));
	if (tong__text_fresh(t, it))
		tong__set(b, rec, "t", words_of(b, t, it));
	else
		tong__set(b, rec, "stale", json_true());
	return tong__record_put(b, rec);
}

/* ---- names: the rows of one record are joined ---- */

struct row {
	const struct tong__table *t;
	size_t at;
};

static const char *cell(const struct row *r, const char *column)
{
	return tong__table_cell(r->t, r->at, column);
}

static int by_record(const void *x, const void *y)
{
	const struct row *a = x, *b = y;
	int c = strcmp(cell(a, "kind"), cell(b, "kind"));

	if (!c)
		c = strcmp(cell(a, "id"), cell(b, "id"));
	return c ? c : (a->at > b->at) - (a->at < b->at);
}

static bool same_record(const struct row *a, const struct row *b)
{
	return !strcmp(cell(a, "kind"), cell(b, "kind")) && !strcmp(cell(a, "id"), cell(b, "id"));
}

static void add_name(struct tong__build *b, json_t *words, const struct row *r)
{
	const char *member = cell(r, "member"), *text = cell(r, "text");

	if (!tong__name_fresh(b->m, r->t, r->at))
		return;
	if (tong__name_list(cell(r, "kind"), member))
		tong__set(b, words, member, tong__split(b, text, '^'));
	else
		tong__set_str(b, words, member, text);
}

/* A record is reviewed when each of its rows is; the last review is told. */
static json_t *review_of(struct tong__build *b, const struct row *rows, size_t n)
{
	const struct row *last = rows;
	json_t *reviewed;

	for (size_t i = 0; i < n; i++) {
		if (!*cell(&rows[i], "reviewed_by") || !*cell(&rows[i], "reviewed_at"))
			return NULL;
		if (strcmp(cell(&rows[i], "reviewed_at"), cell(last, "reviewed_at")) > 0)
			last = &rows[i];
	}
	reviewed = json_object();
	tong__set_str(b, reviewed, "by", cell(last, "reviewed_by"));
	tong__set_str(b, reviewed, "date", cell(last, "reviewed_at"));
	return reviewed;
}

static int put_names(struct tong__build *b, const char *lang, const struct row *rows, size_t n)
{
	json_t *rec = new_text(b, lang, cell(rows, "kind"), cell(rows, "id")), *words = json_object();

	for (size_t i = 0; i < n; i++)
		add_name(b, words, &rows[i]);
	if (!json_object_size(words))
		tong__set(b, rec, "stale", json_true());
	tong__set(b, rec, "t", words);
	tong__set_str(b, rec, "source", cell(rows, "source"));
	tong__set(b, rec, "reviewed", review_of(b, rows, n));
	return tong__record_put(b, rec);
}

static int put_table(struct tong__build *b, const struct tong__name_table *names)
{
	const struct tong__table *t = names->table;
	struct row *rows = t ? calloc(t->n_rows + 1, sizeof *rows) : NULL;
	size_t n, i = 0;
	int rc = 0;

	if (!t)
		return 0;
	if (!rows)
		return tong__fail_nomem(b->err);
	for (size_t k = 0; k < t->n_rows; k++)
		rows[k] = (struct row){t, k};
	if (t->n_rows)
		qsort(rows, t->n_rows, sizeof *rows, by_record);
	for (; !rc && i < t->n_rows; i += n) {
		for (n = 1; i + n < t->n_rows && same_record(&rows[i], &rows[i + n]); n++)
			;
		rc = put_names(b, names->lang, &rows[i], n);
	}
	free(rows);
	return rc;
}

int tong__records_texts(struct tong__build *b)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < b->m->n_texts; i++)
		rc = tong__record_text(b, &b->m->texts[i]);
	for (size_t i = 0; !rc && i < b->m->n_names; i++)
		rc = put_table(b, &b->m->names[i]);
	return rc;
}
