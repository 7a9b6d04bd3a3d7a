/* Keeps briefs, aliases and full text in step with the records: each change of a record passes
 * here. */
#include "core/search_texts.h"

#include <string.h>

#include "agent/store_sql.h"
#include "core/json.h"
#include "core/text.h"

static int add_alias(struct tong__store *s, int64_t id, const char *code, const char *item,
					 tong_error *err)
{
	char form[TONG_MAX_KEY + 1];

	if (!code || !item || strlen(code) >= sizeof form)
		return 0;
	tong__alias_form(code, form, sizeof form);
	return tong__sql_run(s, err, "INSERT INTO alias(alias, item, record) VALUES(?, ?, ?)", "tti",
						 (const char *)form, item, id);
}

static int add_words(struct tong__store *s, int64_t id, const struct tong__searched *w,
					 tong_error *err)
{
	struct tong__str name = { w->name.data, w->name.len }, also = { w->also.data, w->also.len };
	struct tong__str text = { w->text.data, w->text.len };

	if (w->name.failed == TONG_E_NOMEM || w->also.failed == TONG_E_NOMEM ||
		w->text.failed == TONG_E_NOMEM)
		return tong__fail_nomem(err);
	return tong__sql_run(s, err, "INSERT INTO words(rowid, name, also, text) VALUES(?, ?, ?, ?)",
						 "isss", id, name, also, text);
}

/* The brief is a record of layer "derived": no identity is signed over it, as every reader derives
 * the same (L9). */
static int put_brief(struct tong__store *s, const char *code, const json_t *item, tong_error *err)
{
	json_t *brief = tong__brief_from_item(item);
	char key[TONG_MAX_KEY + 8] = "brief/";
	struct tong__buf line;
	int rc;

	tong__buf_init(&line, TONG_MAX_RECORD);
	if (!brief || strlen(code) > TONG_MAX_KEY)
		rc = tong__fail_nomem(err);
	else if ((rc = tong__json_record(brief, &line)) != 0)
		rc = tong__fail(err, rc, code, "the brief cannot be written");
	else
		rc = tong__sql_run(s, err,
						   "INSERT INTO record(layer, key, body) VALUES('derived', ?, ?)"
						   " ON CONFLICT(layer, key) DO UPDATE SET body = excluded.body",
						   "ts", (const char *)strcat(key, code),
						   (struct tong__str){ line.data, line.len });
	tong__buf_free(&line);
	json_decref(brief);
	return rc;
}

static int put_item(struct tong__store *s, int64_t id, const char *code, const json_t *item,
					tong_error *err)
{
	const json_t *alias;
	struct tong__searched w;
	size_t i;
	int rc = add_alias(s, id, code, code, err);

	json_array_foreach(tong__json_arr(item, "aliases"), i, alias) if (!rc) rc =
		add_alias(s, id, tong__json_str(alias, "code"), code, err);
	if (!rc)
		rc = put_brief(s, code, item, err);
	tong__searched_init(&w);
	tong__searched_item(&w, item);
	if (!rc)
		rc = add_words(s, id, &w, err);
	tong__searched_free(&w);
	return rc;
}

static int put_listing(struct tong__store *s, int64_t id, const char *code, const json_t *listing,
					   tong_error *err)
{
	const json_t *c;
	struct tong__searched w;
	size_t i;
	int rc = 0;

	json_array_foreach(tong__json_arr(listing, "cases"), i, c)
	{
		if (!rc)
			rc = add_alias(s, id, tong__json_str(c, "published_code"), code, err);
		if (!rc)
			rc = add_alias(s, id, tong__json_str(c, "implementing_code"), code, err);
	}
	tong__searched_init(&w);
	tong__searched_listing(&w, listing);
	if (!rc)
		rc = add_words(s, id, &w, err);
	tong__searched_free(&w);
	return rc;
}

/* "item/", "listing/", "alias/" or NULL: the kinds that are derived from. */
static const char *kind_of(const char *layer, struct tong__str key)
{
	static const char *const kinds[] = { "item/", "alias/", "listing/" };
	size_t first = layer[0] == 'r' ? 2 : 0, last = layer[0] == 'r' ? 3 : 2;

	if (layer[0] != 'r' && strcmp(layer, "base") != 0)
		return NULL;
	for (size_t i = first; i < last; i++)
		if (key.n > strlen(kinds[i]) && memcmp(key.p, kinds[i], strlen(kinds[i])) == 0)
			return kinds[i];
	return NULL;
}

int tong__index_put(struct tong__store *s, int64_t id, const char *layer, struct tong__str key,
					struct tong__str line, tong_error *err)
{
	const char *kind = kind_of(layer, key);
	char code[TONG_MAX_KEY + 1];
	json_t *rec = NULL;
	size_t n;
	int rc;

	if (!kind)
		return 0;
	rc = tong__json_read(line.p, line.n, TONG_MAX_RECORD_DEPTH, layer, &rec, err);
	if (rc)
		return rc;
	n = strlen(kind);
	memcpy(code, key.p + n, key.n - n);
	code[key.n - n] = '\0';
	if (kind[0] == 'i')
		rc = put_item(s, id, code, rec, err);
	else if (kind[0] == 'a')
		rc = add_alias(s, id, code, tong__json_str(rec, "item"), err);
	else
		rc = put_listing(s, id, code, rec, err);
	json_decref(rec);
	return rc;
}

int tong__index_del(struct tong__store *s, int64_t id, const char *layer, struct tong__str key,
					tong_error *err)
{
	const char *kind = kind_of(layer, key);
	int rc;

	if (!kind)
		return 0;
	rc = tong__sql_run(s, err, "DELETE FROM alias WHERE record = ?", "i", id);
	if (!rc && kind[0] != 'a')
		rc = tong__sql_run(s, err, "DELETE FROM words WHERE rowid = ?", "i", id);
	if (!rc && kind[0] == 'i')
		rc = tong__sql_run(s, err,
						   "DELETE FROM record WHERE layer = 'derived' AND key = 'brief/' || ?",
						   "s", (struct tong__str){ key.p + 5, key.n - 5 });
	return rc;
}
