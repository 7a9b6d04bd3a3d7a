/* Writing a catalogue file again as the format has it, and proof that nothing else changed. */
#include "publisher/format.h"

#include <stdlib.h>
#include <string.h>

#include "core/limits.h"
#include "core/text.h"
#include "publisher/model_load.h"
#include "publisher/model_reload.h"
#include "publisher/table_write.h"
#include "publisher/translation.h"
#include "publisher/yaml_write.h"

/* What one file holds: one of the two. */
struct content {
	const struct tong__doc *doc;
	const struct tong__table *table;
};

static struct content content_of(const struct tong__model *m)
{
	const struct tong__doc *const docs[] = { m->catalogue, m->materials, m->licences, m->themes };
	const struct tong__table *const tables[] = { m->region_table, m->agencies, m->intermediaries,
												 m->waivers, m->scope, m->synonyms };
	struct content c = { NULL, NULL };

	for (size_t i = 0; i < sizeof docs / sizeof *docs; i++)
		c.doc = docs[i] ? docs[i] : c.doc;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		c.table = tables[i] ? tables[i] : c.table;
	if (m->n_items)
		c.doc = m->items[0].doc;
	if (m->n_laws)
		c.doc = m->laws[0].doc;
	if (m->n_notices)
		c.doc = m->notices[0];
	if (m->n_texts)
		c.doc = m->texts[0].doc;
	if (m->n_names)
		c.table = m->names[0].table;
	if (m->n_locals) {
		c.doc = m->locals[0].halls;
		c.table = m->locals[0].items;
	}
	return c;
}

/* ---- tables ---- */

/* By what the rows of a table are sorted (S3, S8); others keep the order they have. */
static const char *const *order_of(const char *path)
{
	static const char *const regions[] = { "level", "code", NULL };
	static const char *const listings[] = { "item", "published_code", "published_name", NULL };
	static const char *const names[] = { "kind", "id", "member", NULL };
	static const char *const none[] = { NULL };

	if (!strcmp(path, "regions.csv"))
		return regions;
	if (tong__starts(path, "lang/"))
		return names;
	return tong__starts(path, "local/") ? listings : none;
}

struct rows {
	const struct tong__table *t;
	int columns[3]; /* those of 'order', found once: a county has 1,500 rows */
	size_t n;
};

/* Rows that are equal in all that counts stay as they were. */
static int by_order(const void *x, const void *y, void *user)
{
	const struct rows *r = user;
	size_t a = *(const size_t *)x, b = *(const size_t *)y;
	int c = 0;

	for (size_t i = 0; !c && i < r->n; i++)
		c = strcmp(tong__table_at(r->t, a, (size_t)r->columns[i]),
				   tong__table_at(r->t, b, (size_t)r->columns[i]));
	return c ? c : a < b ? -1 : a > b;
}

static int write_table(const char *path, const struct tong__table *t, struct tong__buf *out)
{
	const char *const *order = order_of(path);
	struct rows r = { .t = t };
	size_t *rows = calloc(t->n_rows + 1, sizeof *rows);

	if (!rows)
		return TONG_E_NOMEM;
	for (; *order; order++)
		if (tong__table_column(t, *order) >= 0)
			r.columns[r.n++] = tong__table_column(t, *order);
	for (size_t i = 0; i < t->n_rows; i++)
		rows[i] = i;
	qsort_r(rows, t->n_rows, sizeof *rows, by_order, &r);
	for (size_t c = 0; c < t->n_columns; c++)
		tong__table_write_cell(out, t->columns[c], c + 1 == t->n_columns);
	for (size_t i = 0; i < t->n_rows; i++)
		for (size_t c = 0; c < t->n_columns; c++)
			tong__table_write_cell(out, tong__table_at(t, rows[i], c),
								   c + 1 == t->n_columns);
	free(rows);
	return out->failed;
}

/* ---- documents ---- */

static int write_doc(const char *path, const struct tong__doc *d, struct tong__buf *out)
{
	const struct tong__element *order = tong__starts(path, "items/")  ? tong__item_elements
										: tong__starts(path, "lang/") ? tong__text_elements
																	  : NULL;

	if (tong__ends(path, ".md"))
		return tong__yaml_write_markdown(d->root, d->sections, d->n_sections, order, out);
	return tong__yaml_write(d->root, order, out);
}

static bool same_doc(const struct tong__doc *a, const struct tong__doc *b)
{
	bool same = b && json_equal(a->root, b->root) && a->n_sections == b->n_sections;

	for (size_t i = 0; same && i < a->n_sections; i++) {
		const struct tong__section *s = tong__doc_section(b, a->sections[i].heading);

		same = s && !strcmp(a->sections[i].markdown, s->markdown);
	}
	return same;
}

/* What was written must read as what was read: a promise to editors that is kept at each file. */
static int prove(const char *path, const struct tong__doc *d, const struct tong__buf *out,
				 tong_error *err)
{
	struct tong__findings *fs = NULL;
	struct tong__model *m = NULL;
	int rc = tong__findings_new(&fs) ? tong__fail_nomem(err) : 0;

	if (!rc)
		rc = tong__model_read_file(&m, path, out->data ? out->data : "", out->len, fs, err);
	if (!rc && (tong__findings_count(fs) || !same_doc(d, content_of(m).doc)))
		rc = tong__fail(err, TONG_E_FORMAT, path,
						"its content would change, so it was left as it is; please report this "
						"file");
	tong__model_free(m);
	tong__findings_free(fs);
	return rc;
}

/* Front matter, or the whole of a YAML file. */
static int refuse_comment(const char *path, const char *text, size_t n, tong_error *err)
{
	unsigned line = 1, column = 1;
	char where[160];

	if (tong__ends(path, ".md")) {
		const char *end = n > 4 ? memmem(text + 3, n - 3, "\n---", 4) : NULL;

		n = end ? (size_t)(end - text) : 0;
	}
	if (tong__ends(path, ".csv") || !tong__yaml_comment(text, n, &line, &column))
		return 0;
	snprintf(where, sizeof where, "%s:%u:%u", path, line, column);
	return tong__fail(err, TONG_E_FORMAT, where,
					  "a comment (#) stands here and would be lost; write it into a field like "
					  "note or remove it, then run fmt again");
}

/* ---- ---- */

/* Without a byte order mark, and lines ending in LF: what offices' editors add is no content. */
static int plain_text(const char *text, size_t n, struct tong__buf *out)
{
	size_t i = n >= 3 && !memcmp(text, "\xef\xbb\xbf", 3) ? 3 : 0, from = i;

	for (; i < n; i++)
		if (text[i] == '\r' && i + 1 < n && text[i + 1] == '\n') {
			tong__buf_add(out, text + from, i - from);
			from = i + 1;
		}
	tong__buf_add(out, text + from, n - from);
	return tong__buf_add(out, "", 0);
}

static bool same_bytes(const struct tong__buf *a, const struct tong__buf *b)
{
	return a->len == b->len && (!a->len || !memcmp(a->data, b->data, a->len));
}

static int write(const char *path, const struct tong__model *m, const struct tong__buf *text,
				 struct tong__buf *out, tong_error *err)
{
	struct content c = content_of(m);
	int rc = 0;

	if (c.table)
		rc = write_table(path, c.table, out);
	else if (c.doc)
		rc = write_doc(path, c.doc, out);
	else   /* a kind of file that is read elsewhere stays as it is */
		rc = tong__buf_add(out, text->data, text->len);
	if (rc)
		return rc == TONG_E_LIMIT ? tong__fail(err, rc, path,
		                                       "in its canonical form it is over its ceiling")
								  : tong__fail_nomem(err);
	return c.doc && !same_bytes(text, out) ? prove(path, c.doc, out, err) : 0;
}

int tong__format(const char *path, const char *text, size_t n, struct tong__buf *out,
				 struct tong__findings *fs, tong_error *err)
{
	size_t before = tong__findings_count(fs);
	struct tong__model *m = NULL;
	struct tong__buf plain;
	int rc;

	if (!strcmp(path, "README.md") || !strcmp(path, "SOURCES.md"))
		return tong__buf_add(out, text, n) ? tong__fail_nomem(err) : 0;
	tong__buf_init(&plain, TONG_MAX_SOURCE_FILE);
	rc = plain_text(text, n, &plain) ? tong__fail_nomem(err) : 0;
	if (!rc)
		rc = tong__model_read_file(&m, path, plain.data, plain.len, fs, err);
	if (!rc && tong__findings_count(fs) == before)
		rc = refuse_comment(path, plain.data, plain.len, err);
	if (!rc && tong__findings_count(fs) == before)
		rc = write(path, m, &plain, out, err);
	if (rc)
		out->len = 0;
	tong__model_free(m);
	tong__buf_free(&plain);
	return rc;
}
