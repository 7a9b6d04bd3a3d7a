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

	tong__alias_form(code, form, sizeof form);
	return tong__sql_run(s, err, "INSERT INTO alias(alias, item, record) VALUES(?, ?, ?)", "tti",
						 (const char *)form, item, id);
}

/* The alias that a record names; a value that is no code, or too long for one, is none. */
static int add_named(struct tong__store *s, int64_t id, struct tong__str value, const char *item,
					 tong_error *err)
{
	struct tong__buf code;
	int rc = 0;

	tong__buf_init(&code, TONG_MAX_KEY);
	tong__walk_text(value, &code);
	if (code.failed == TONG_E_NOMEM)
		rc = tong__fail_nomem(err);
	else if (!code.failed && code.len)
		rc = add_alias(s, id, code.data, item, err);
	tong__buf_free(&code);
	return rc;
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

/* Of the item only what its brief is made from: the rest is most of the line. */
static int few_members(struct tong__str line, json_t **out, tong_error *err)
{
	static const char *const few[] = { "code", "code_system", "guide",  "main_item",
									   "name", "state",       "themes", "type" };
	struct tong__walk w = tong__walk(line);
	struct tong__str name, value;
	struct tong__buf text;
	int rc;

	tong__buf_init(&text, TONG_MAX_RECORD);
	while (tong__walk_next(&w, &name, &value))
		for (size_t i = 0; i < sizeof few / sizeof *few; i++)
			if (tong__walk_named(name, few[i]))
				tong__buf_addf(&text, "%s\"%s\":%.*s", text.len ? "," : "{", few[i], (int)value.n,
							   value.p);
	tong__buf_adds(&text, text.len ? "}" : "{}");
	if (text.failed)
		rc = tong__fail(err, text.failed, "item", "the brief cannot be written");
	else
		rc = tong__json_read(text.data, text.len, TONG_MAX_RECORD_DEPTH, "item", out, err);
	tong__buf_free(&text);
	return rc;
}

/* The brief is a record of layer "derived": no identity is signed over it, as every reader derives
 * the same (L9). */
static int put_brief(struct tong__store *s, const char *code, struct tong__str line,
					 tong_error *err)
{
	char key[TONG_MAX_KEY + 8] = "brief/";
	json_t *item = NULL, *brief = NULL;
	struct tong__buf out;
	int rc = few_members(line, &item, err);

	tong__buf_init(&out, TONG_MAX_RECORD);
	brief = rc ? NULL : tong__brief_from_item(item);
	if (!rc && !brief)
		rc = tong__fail_nomem(err);
	else if (!rc && (rc = tong__json_record(brief, &out)) != 0)
		rc = tong__fail(err, rc, code, "the brief cannot be written");
	else if (!rc)
		rc = tong__sql_run(s, err,
						   "INSERT INTO record(layer, key, body) VALUES('derived', ?, ?)"
						   " ON CONFLICT(layer, key) DO UPDATE SET body = excluded.body",
						   "ts", (const char *)strcat(key, code),
						   (struct tong__str){ out.data, out.len });
	tong__buf_free(&out);
	json_decref(brief);
	json_decref(item);
	return rc;
}

/* The code is in the key, the item in the line. */
static int put_alias(struct tong__store *s, int64_t id, const char *code, struct tong__str line,
					 tong_error *err)
{
	struct tong__buf item;
	int rc = 0;

	tong__buf_init(&item, TONG_MAX_KEY);
	tong__walk_text(tong__walk_member(line, "item"), &item);
	if (item.failed == TONG_E_NOMEM)
		rc = tong__fail_nomem(err);
	else if (!item.failed && item.len)
		rc = add_alias(s, id, code, item.data, err);
	tong__buf_free(&item);
	return rc;
}

static int put_item(struct tong__store *s, int64_t id, const char *code, struct tong__str line,
					struct tong__searched *words, tong_error *err)
{
	struct tong__walk w = tong__walk(tong__walk_member(line, "aliases"));
	struct tong__str name, alias;
	int rc = add_alias(s, id, code, code, err);

	while (!rc && tong__walk_next(&w, &name, &alias))
		rc = add_named(s, id, tong__walk_member(alias, "code"), code, err);
	if (!rc)
		rc = put_brief(s, code, line, err);
	tong__searched_item(words, line);
	return rc ? rc : add_words(s, id, words, err);
}

static int put_listing(struct tong__store *s, int64_t id, const char *code, struct tong__str line,
					   struct tong__searched *words, tong_error *err)
{
	struct tong__walk w = tong__walk(tong__walk_member(line, "cases"));
	struct tong__str name, c;
	int rc = 0;

	while (!rc && tong__walk_next(&w, &name, &c)) {
		rc = add_named(s, id, tong__walk_member(c, "published_code"), code, err);
		if (!rc)
			rc = add_named(s, id, tong__walk_member(c, "implementing_code"), code, err);
	}
	tong__searched_listing(words, line);
	return rc ? rc : add_words(s, id, words, err);
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
	struct tong__searched words;
	char code[TONG_MAX_KEY + 1];
	size_t n;
	int rc;

	if (!kind)
		return 0;
	n = strlen(kind);
	memcpy(code, key.p + n, key.n - n);
	code[key.n - n] = '\0';
	tong__searched_init(&words);
	if (kind[0] == 'i')
		rc = put_item(s, id, code, line, &words, err);
	else if (kind[0] == 'a')
		rc = put_alias(s, id, code, line, err);
	else
		rc = put_listing(s, id, code, line, &words, err);
	tong__searched_free(&words);
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
