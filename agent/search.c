/* Full-text search over the items held, names before other text; codes and aliases match too. Reads
 * only. */
#include <string.h>

#include "core/search_words.h"
#include "agent/life.h"
#include "agent/query.h"
#include "agent/store_sql.h"
#include "core/element.h"
#include "core/json.h"

#define DEFAULT_LIMIT 20
#define MAX_LIMIT     1000

/* ?1 expression, ?2 the same for names only, ?3 the query as typed, ?4 the region's layer or null.
 * An item is found by its own record or by a listing of the region (of any region when none is
 * given). */
static const char sql_words[] =
	"WITH hit AS MATERIALIZED (SELECT rowid AS id, name, bm25(words, 10.0, 4.0, 1.0) AS score"
	"  FROM words WHERE words MATCH ?1),"
	" named AS MATERIALIZED (SELECT rowid AS id FROM words WHERE words MATCH ?2),"
	" found AS (SELECT substr(r.key, instr(r.key, '/') + 1) AS code, hit.score AS score,"
	"   (hit.id IN (SELECT id FROM named)) + (instr(lower(hit.name), ?3) > 0)"
	"   + (lower(hit.name) = ?3) AS tier"
	"  FROM hit JOIN record r ON r.id = hit.id"
	"  WHERE r.layer = 'base' OR ?4 IS NULL OR r.layer = ?4)"
	" SELECT code, max(tier) AS tier, min(score) AS score, EXISTS(SELECT 1 FROM record l"
	"   WHERE l.layer = ?4 AND l.key = 'listing/' || code) AS listed"
	" FROM found GROUP BY code"
	" HAVING EXISTS(SELECT 1 FROM record i WHERE i.layer = 'base' AND i.key = 'item/' || code)"
	" ORDER BY tier DESC, listed DESC, score, code";

/* ?1 beginning of a code, ?2 where such codes end, ?3 the region's layer or null. The code itself
 * comes first. */
static const char sql_code[] =
	"SELECT item AS code, max(alias = ?1) AS tier, 0.0 AS score, EXISTS(SELECT 1 FROM record l"
	"   WHERE l.layer = ?3 AND l.key = 'listing/' || item) AS listed"
	" FROM alias WHERE alias >= ?1 AND alias < ?2 GROUP BY item"
	" HAVING EXISTS(SELECT 1 FROM record i WHERE i.layer = 'base' AND i.key = 'item/' || item)"
	" ORDER BY tier DESC, listed DESC, item";

struct search {
	tong_agent *agent;
	const struct tong__query *query;
	const char *layer; /* the region's, or NULL */
	size_t limit;
	json_t *hits;
	int64_t total;
};

/* Text around the first place of a term: in the item's own text, else in its other facts. */
static int add_snippet(struct search *s, const char *code, json_t *hit, tong_error *err)
{
	sqlite3_stmt *st =
		tong__sql(s->agent->store, err,
				  "SELECT text, also FROM words WHERE rowid ="
				  " (SELECT id FROM record WHERE layer = 'base' AND key = 'item/' || ?)",
				  "t", code);
	int row = st ? tong__sql_step(s->agent->store, st, err) : -1;
	struct tong__buf out;

	tong__buf_init(&out, 4096);
	for (int i = 0; row == 1 && i < 2 && out.len == 0; i++) {
		struct tong__str text = tong__sql_str(st, i);

		tong__query_snippet(s->query, text.p, text.n, &out);
	}
	tong__sql_done(s->agent->store, st);
	if (out.len)
		json_object_set_new(hit, "snippet", json_stringn(out.data, out.len));
	tong__buf_free(&out);
	return row < 0 ? err->code : 0;
}

static int add_hit(struct search *s, const char *code, bool listed, tong_error *err)
{
	static const char *const members[] = { "name", "type", "state", "guide" };
	char key[TONG_MAX_KEY + 8] = "brief/";
	json_t *hit = json_object(), *brief;
	const char *label;
	int rc;

	strncat(key, code, TONG_MAX_KEY);
	err->code = 0;
	brief = s->agent->reader.get(s->agent, "derived", key, err);
	rc = err->code;
	json_object_set_new(hit, "code", json_string(code));
	for (size_t i = 0; i < sizeof members / sizeof *members; i++)
		json_object_set(hit, members[i], json_object_get(brief, members[i]));
	label = tong__json_str(brief, "type")
				? tong__enum_label(tong__item_types, tong__json_str(brief, "type"))
				: NULL;
	if (label)
		json_object_set_new(hit, "type_name", json_string(label));
	if (s->layer)
		json_object_set_new(hit, "listed", json_boolean(listed));
	json_decref(brief);
	if (!rc)
		rc = add_snippet(s, code, hit, err);
	if (json_array_append_new(s->hits, hit) && !rc)
		rc = tong__fail_nomem(err);
	return rc;
}

/* Reads what a statement finds: the first 'limit' become hits, all are counted. */
static int collect(struct search *s, sqlite3_stmt *st, tong_error *err)
{
	int row = st ? 1 : -1, rc = 0;

	while (!rc && row == 1 && (row = tong__sql_step(s->agent->store, st, err)) == 1)
		if (++s->total <= (int64_t)s->limit)
			rc = add_hit(s, (const char *)sqlite3_column_text(st, 0), sqlite3_column_int(st, 3),
						 err);
	tong__sql_done(s->agent->store, st);
	return rc ? rc : row < 0 ? err->code : 0;
}

static int by_code(struct search *s, tong_error *err)
{
	char from[TONG_MAX_QUERY], to[TONG_MAX_QUERY + 1];

	tong__alias_form(s->query->text, from, sizeof from);
	strcpy(to, from);
	strcat(to, "\x7f");
	return collect(s,
				   tong__sql(s->agent->store, err, sql_code, "ttt", (const char *)from,
							 (const char *)to, s->layer),
				   err);
}

static int by_words(struct search *s, void (*write)(const struct tong__query *, struct tong__buf *),
					tong_error *err)
{
	struct tong__buf expr, named;
	int rc;

	tong__buf_init(&expr, 16 * TONG_MAX_QUERY);
	tong__buf_init(&named, 16 * TONG_MAX_QUERY + 16);
	write(s->query, &expr);
	if (expr.data)
		tong__buf_addf(&named, "name : (%s)", expr.data);
	if (expr.failed || named.failed || !named.data)
		rc = tong__fail(err, TONG_E_LIMIT, s->query->text, "too many words");
	else
		rc = collect(s,
					 tong__sql(s->agent->store, err, sql_words, "tttt", (const char *)expr.data,
							   (const char *)named.data, s->query->text, s->layer),
					 err);
	tong__buf_free(&expr);
	tong__buf_free(&named);
	return rc;
}

static int search(struct search *s, const char **way, tong_error *err)
{
	int rc = 0;

	*way = "code";
	if (s->query->is_code)
		rc = by_code(s, err);
	if (rc || s->total)
		return rc;
	*way = "words";
	rc = by_words(s, tong__query_all, err);
	if (rc || s->total)
		return rc;
	*way = "loose";
	return by_words(s, tong__query_any, err);
}

int tong_agent_search(tong_agent *a, const char *words, const char *region, size_t limit,
					  char **json, tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	char layer[TONG_MAX_ROLE_NAME];
	struct tong__query q;
	struct search s = { a, &q, NULL, limit ? limit : DEFAULT_LIMIT, NULL, 0 };
	const char *way;
	json_t *doc;
	int rc;

	err = err ? err : &own;
	*json = NULL;
	if (!tong__query_read(&q, words))
		return tong__fail(err, TONG_E_USAGE, NULL,
						  "there is no word to look for, or it is longer than %d bytes",
						  TONG_MAX_QUERY);
	rc = tong__agent_begin(a, err);
	if (rc)
		return rc;
	if (region) {
		rc = tong__lookup_region(a, region, layer, err);
		s.layer = layer;
	}
	s.limit = s.limit > MAX_LIMIT ? MAX_LIMIT : s.limit;
	s.hits = json_array();
	if (!rc)
		rc = search(&s, &way, err);
	tong__agent_end(a);
	if (rc) {
		json_decref(s.hits);
		return rc;
	}
	doc = json_pack("{s:I, s:s, s:o}", "total", (json_int_t)s.total, "way", way, "hits", s.hits);
	return tong__agent_answer(doc, json, err);
}
