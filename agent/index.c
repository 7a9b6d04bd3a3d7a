/* Keeps briefs, aliases and full text in step with the records: each change of a record passes
 * here. */
#include "core/search_texts.h"

#include <string.h>

#include "agent/store_sql.h"
#include "core/text.h"

/* ---- aliases ---- */

/* Puts or takes away one: the same walk over a record finds both. */
typedef int alias_fn(struct tong__store *, int64_t id, const char *form, const char *item,
					 tong_error *);

static int add_alias(struct tong__store *s, int64_t id, const char *form, const char *item,
					 tong_error *err)
{
	return tong__sql_run(s, err, "INSERT INTO alias(alias, item, record) VALUES(?, ?, ?)", "tti",
						 form, item, id);
}

static int del_alias(struct tong__store *s, int64_t id, const char *form, const char *item,
					 tong_error *err)
{
	return tong__sql_run(s, err, "DELETE FROM alias WHERE alias = ? AND item = ? AND record = ?",
						 "tti", form, item, id);
}

struct aliases {
	struct tong__store *store;
	int64_t id;
	alias_fn *fn;
	tong_error *err;
};

static int one_alias(const struct aliases *a, const char *code, const char *item)
{
	char form[TONG_MAX_KEY + 1];

	tong__alias_form(code, form, sizeof form);
	return a->fn(a->store, a->id, form, item, a->err);
}

/* The alias that a record names; a value that is no code, or too long for one, is none. */
static int named_alias(const struct aliases *a, struct tong__str value, const char *item)
{
	struct tong__buf code;
	int rc = 0;

	tong__buf_init(&code, TONG_MAX_KEY);
	tong__walk_text(value, &code);
	if (code.failed == TONG_E_NOMEM)
		rc = tong__fail_nomem(a->err);
	else if (!code.failed && code.len)
		rc = one_alias(a, code.data, item);
	tong__buf_free(&code);
	return rc;
}

/* The code is in the key, the item in the line. */
static int of_alias(const struct aliases *a, const char *code, struct tong__str line)
{
	struct tong__buf item;
	int rc = 0;

	tong__buf_init(&item, TONG_MAX_KEY);
	tong__walk_text(tong__walk_member(line, "item"), &item);
	if (item.failed == TONG_E_NOMEM)
		rc = tong__fail_nomem(a->err);
	else if (!item.failed && item.len)
		rc = one_alias(a, code, item.data);
	tong__buf_free(&item);
	return rc;
}

static int of_item(const struct aliases *a, const char *code, struct tong__str line)
{
	struct tong__walk w = tong__walk(tong__walk_member(line, "aliases"));
	struct tong__str name, alias;
	int rc = one_alias(a, code, code);

	while (!rc && tong__walk_next(&w, &name, &alias))
		rc = named_alias(a, tong__walk_member(alias, "code"), code);
	return rc;
}

static int of_listing(const struct aliases *a, const char *code, struct tong__str line)
{
	struct tong__walk w = tong__walk(tong__walk_member(line, "cases"));
	struct tong__str name, c;
	int rc = 0;

	while (!rc && tong__walk_next(&w, &name, &c)) {
		rc = named_alias(a, tong__walk_member(c, "published_code"), code);
		if (!rc)
			rc = named_alias(a, tong__walk_member(c, "implementing_code"), code);
	}
	return rc;
}

/* ---- full text ---- */

/* The index keeps no copy of what it indexes: to take a row away it must be told the same again. */
static const char put_words[] = "INSERT INTO words(rowid, name, also, text) VALUES(?, ?, ?, ?)";
static const char del_words[] =
	"INSERT INTO words(words, rowid, name, also, text) VALUES('delete', ?, ?, ?, ?)";

static int run_words(struct tong__store *s, const char *sql, int64_t id,
					 const struct tong__searched *w, tong_error *err)
{
	struct tong__str name = { w->name.data, w->name.len }, also = { w->also.data, w->also.len };
	struct tong__str text = { w->text.data, w->text.len };

	if (w->name.failed == TONG_E_NOMEM || w->also.failed == TONG_E_NOMEM ||
		w->text.failed == TONG_E_NOMEM)
		return tong__fail_nomem(err);
	return tong__sql_run(s, err, sql, "isss", id, name, also, text);
}

/* ---- briefs ---- */

/* The brief is a record of layer "derived": no identity is signed over it, as every reader derives
 * the same (L9). */
static int put_brief(struct tong__store *s, const char *code, struct tong__str line,
					 tong_error *err)
{
	char key[TONG_MAX_KEY + 8] = "brief/";
	struct tong__buf out;
	int rc;

	tong__buf_init(&out, TONG_MAX_RECORD);
	tong__brief_from_line(line, &out);
	if (out.failed)
		rc = tong__fail(err, out.failed, code, "the brief cannot be written");
	else
		rc = tong__sql_run(s, err,
						   "INSERT INTO record(layer, key, body) VALUES('derived', ?, ?)"
						   " ON CONFLICT(layer, key) DO UPDATE SET body = excluded.body",
						   "ts", (const char *)strcat(key, code),
						   (struct tong__str){ out.data, out.len });
	tong__buf_free(&out);
	return rc;
}

/* ---- a record ---- */

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

/* Aliases and full text of a record, put or taken away. */
static int run(const struct aliases *a, const char *sql, const char *kind, const char *code,
			   struct tong__str line)
{
	struct tong__searched words;
	int rc;

	if (kind[0] == 'a')
		return of_alias(a, code, line);
	tong__searched_init(&words);
	if (kind[0] == 'i')
		tong__searched_item(&words, line);
	else
		tong__searched_listing(&words, line);
	rc = run_words(a->store, sql, a->id, &words, a->err);
	tong__searched_free(&words);
	if (rc)
		return rc;
	return kind[0] == 'i' ? of_item(a, code, line) : of_listing(a, code, line);
}

static void code_of(const char *kind, struct tong__str key, char out[TONG_MAX_KEY + 1])
{
	size_t n = strlen(kind);

	memcpy(out, key.p + n, key.n - n);
	out[key.n - n] = '\0';
}

int tong__index_put(struct tong__store *s, int64_t id, const char *layer, struct tong__str key,
					struct tong__str line, tong_error *err)
{
	const struct aliases a = { s, id, add_alias, err };
	const char *kind = kind_of(layer, key);
	char code[TONG_MAX_KEY + 1];
	int rc;

	if (!kind)
		return 0;
	code_of(kind, key, code);
	rc = run(&a, put_words, kind, code, line);
	return rc || kind[0] != 'i' ? rc : put_brief(s, code, line, err);
}

int tong__index_del(struct tong__store *s, int64_t id, const char *layer, struct tong__str key,
					struct tong__str line, tong_error *err)
{
	const struct aliases a = { s, id, del_alias, err };
	const char *kind = kind_of(layer, key);
	char code[TONG_MAX_KEY + 1];
	int rc;

	if (!kind)
		return 0;
	code_of(kind, key, code);
	rc = run(&a, del_words, kind, code, line);
	return rc || kind[0] != 'i'
			   ? rc
			   : tong__sql_run(s, err,
							   "DELETE FROM record WHERE layer = 'derived' AND key = 'brief/' || ?",
							   "t", (const char *)code);
}

int tong__index_anew(struct tong__store *s, tong_error *err)
{
	int rc = tong__sql_exec(s,
							"DELETE FROM alias; DELETE FROM record WHERE layer = 'derived';"
							"INSERT INTO words(words) VALUES('delete-all')",
							err);
	sqlite3_stmt *st = rc ? NULL
						  : tong__sql(s, err,
									  "SELECT id, layer, key, body FROM record"
									  " WHERE layer <> 'derived' ORDER BY id",
									  "");
	int row = st ? 1 : -1;

	while (!rc && row == 1 && (row = tong__sql_step(s, st, err)) == 1)
		rc = tong__index_put(s, sqlite3_column_int64(st, 0),
							 (const char *)sqlite3_column_text(st, 1), tong__sql_str(st, 2),
							 tong__sql_str(st, 3), err);
	tong__sql_done(s, st);
	return rc ? rc : row < 0 ? err->code : 0;
}
