/* Search over what is held: names, codes and sounds as the site's search has them, then the full
 * text. Reads only. */
#include <stdlib.h>
#include <string.h>

#include "core/search_texts.h"
#include "agent/life.h"
#include "agent/query.h"
#include "agent/store_sql.h"
#include "core/element.h"
#include "core/json.h"

#define DEFAULT_LIMIT 20
#define MAX_LIMIT     1000

/* Rows in their order; which item each is of, the names' keeper knows. */
static const char sql_rows[] = "SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rowid";

/* ?1 beginning of a code, ?2 where such codes end. The code itself comes first. */
static const char sql_code[] =
	"SELECT item FROM alias WHERE alias >= ?1 AND alias < ?2 ORDER BY alias, item";

struct search {
	tong_agent *agent;
	const struct tong__query *query;
	const char *layer; /* the region's, or NULL */
	size_t limit;
	json_t *hits, *counts;
	int64_t total;
	char *seen; /* for each item, whether it was found already */
};

/* Text around the first place of a term: in the item's own text, else in its other facts. */
static int add_snippet(struct search *s, const char *code, json_t *hit, tong_error *err)
{
	char key[TONG_MAX_KEY + 8] = "item/";
	struct tong__buf line, out;
	struct tong__searched w;
	int rc;

	tong__buf_init(&line, TONG_MAX_RECORD);
	tong__buf_init(&out, 4096);
	tong__searched_init(&w);
	rc = tong__store_get(s->agent->store, "base", strncat(key, code, TONG_MAX_KEY), &line, err);
	if (!rc)
		tong__searched_item(&w, (struct tong__str){ line.data, line.len });
	tong__query_snippet(s->query, w.text.data ? w.text.data : "", w.text.len, &out);
	if (!out.len)
		tong__query_snippet(s->query, w.also.data ? w.also.data : "", w.also.len, &out);
	if (out.len)
		json_object_set_new(hit, "snippet", json_stringn(out.data, out.len));
	tong__searched_free(&w);
	tong__buf_free(&line);
	tong__buf_free(&out);
	if (rc != TONG_E_NOTFOUND)
		return rc;
	err->code = 0;
	return 0;
}

static int is_listed(struct search *s, const char *code, bool *listed, tong_error *err)
{
	sqlite3_stmt *st = tong__sql(s->agent->store, err,
								 "SELECT 1 FROM record WHERE layer = ? AND key = 'listing/' || ?",
								 "tt", s->layer, code);
	int row = st ? tong__sql_step(s->agent->store, st, err) : -1;

	tong__sql_done(s->agent->store, st);
	*listed = row == 1;
	return row < 0 ? err->code : 0;
}

static int fill_item(struct search *s, const char *code, json_t *hit, tong_error *err)
{
	static const char *const members[] = { "name", "type", "state", "guide" };
	char key[TONG_MAX_KEY + 8] = "brief/";
	const char *label;
	json_t *brief;
	bool listed;
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
	json_decref(brief);
	if (!rc && s->layer) {
		rc = is_listed(s, code, &listed, err);
		json_object_set_new(hit, "listed", json_boolean(listed));
	}
	return rc ? rc : add_snippet(s, code, hit, err);
}

/* One page that was found. All are counted, in 'group'; the first 'limit' become hits. */
static int add(struct search *s, const struct tong__name_hit *page, const char *group,
			   tong_error *err)
{
	json_int_t before = tong__json_int(s->counts, group, 0);
	json_t *hit;
	int rc = 0;

	if (json_object_set_new(s->counts, group, json_integer(before + 1)))
		return tong__fail_nomem(err);
	if (++s->total > (int64_t)s->limit)
		return 0;
	hit = json_pack("{s:s, s:s}", "kind", page->kind, "group", group);
	if (strcmp(page->kind, "items") == 0)
		rc = fill_item(s, page->id, hit, err);
	else if (json_object_set_new(hit, "id", json_string(page->id)) ||
			 json_object_set_new(hit, "name", json_string(page->name)))
		rc = tong__fail_nomem(err);
	if (json_array_append_new(s->hits, hit) && !rc)
		rc = tong__fail_nomem(err);
	return rc;
}

static int add_names(struct search *s, const struct tong__name_hit *found, size_t n,
					 tong_error *err)
{
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++) {
		if (found[i].item != SIZE_MAX && s->seen[found[i].item])
			continue;
		if (found[i].item != SIZE_MAX)
			s->seen[found[i].item] = 1;
		rc = add(s, &found[i], found[i].kind, err);
	}
	return rc;
}

static int add_item(struct search *s, size_t item, const char *group, tong_error *err)
{
	struct tong__name_hit page = { .kind = "items" };

	if (s->seen[item])
		return 0;
	s->seen[item] = 1;
	page.id = tong__names_code(s->agent->names, item);
	return add(s, &page, group, err);
}

/* Codes that regions publish lead to items too. */
static int by_code(struct search *s, tong_error *err)
{
	char from[TONG_MAX_QUERY], to[TONG_MAX_QUERY + 1];
	sqlite3_stmt *st;
	int row, rc = 0;

	tong__alias_form(s->query->text, from, sizeof from);
	strcpy(to, from);
	strcat(to, "\x7f");
	st = tong__sql(s->agent->store, err, sql_code, "tt", (const char *)from, (const char *)to);
	row = st ? 1 : -1;
	while (!rc && row == 1 && (row = tong__sql_step(s->agent->store, st, err)) == 1) {
		const char *code = (const char *)sqlite3_column_text(st, 0);
		size_t item = code ? tong__names_item(s->agent->names, code) : SIZE_MAX;

		if (item != SIZE_MAX)
			rc = add_item(s, item, "items", err);
	}
	tong__sql_done(s->agent->store, st);
	return rc ? rc : row < 0 ? err->code : 0;
}

/* The items of the rows found, in the order of codes. */
static int collect(struct search *s, sqlite3_stmt *st, tong_error *err)
{
	size_t items = tong__names_items(s->agent->names);
	char *found = calloc(items + 1, 1);
	int row = st && found ? 1 : -1, rc = found ? 0 : tong__fail_nomem(err);

	while (!rc && row == 1 && (row = tong__sql_step(s->agent->store, st, err)) == 1) {
		size_t item = tong__rows_item(s->agent->rows, sqlite3_column_int64(st, 0), s->layer);

		if (item != SIZE_MAX)
			found[item] = 1;
	}
	tong__sql_done(s->agent->store, st);
	rc = rc ? rc : row < 0 ? err->code : 0;
	for (size_t i = 0; !rc && i < items; i++)
		if (found[i])
			rc = add_item(s, i, "inside", err);
	free(found);
	return rc;
}

static int match(struct search *s, const struct tong__buf *expr, tong_error *err)
{
	if (expr->failed || !expr->data)
		return tong__fail(err, TONG_E_LIMIT, s->query->text, "too many words");
	return collect(
		s, tong__sql(s->agent->store, err, sql_rows, "t", (const char *)expr->data), err);
}

/* Names that a region published come before other text. */
static int by_text(struct search *s, tong_error *err)
{
	struct tong__buf expr, named;
	int rc;

	tong__buf_init(&expr, 16 * TONG_MAX_QUERY);
	tong__buf_init(&named, 16 * TONG_MAX_QUERY + 16);
	tong__query_all(s->query, &expr);
	if (expr.data)
		tong__buf_addf(&named, "name : (%s)", expr.data);
	rc = match(s, &named, err);
	if (!rc)
		rc = match(s, &expr, err);
	tong__buf_free(&expr);
	tong__buf_free(&named);
	return rc;
}

/* Names that hold what was typed, else texts that do, else what comes near: as on the site. */
static int in_order(struct search *s, const struct tong__name_hit *found, size_t n,
					const char **way, tong_error *err)
{
	bool sure = tong__names_sure(found, n);
	int rc = 0;

	if (sure)
		rc = add_names(s, found, n, err);
	if (!rc && s->query->is_code)
		rc = by_code(s, err);
	*way = s->query->is_code && s->total ? "code" : "words";
	if (!rc && s->query->n_terms)
		rc = by_text(s, err);
	if (!s->total)
		*way = "loose";
	if (!rc && !sure)
		rc = add_names(s, found, n, err);
	return rc;
}

static int search(struct search *s, const char *typed, const char **way, tong_error *err)
{
	struct tong__name_hit *found = NULL;
	size_t n = 0;
	int rc = tong__agent_names(s->agent, err);

	if (!rc)
		rc = tong__names_find(s->agent->names, typed, &found, &n, err);
	if (!rc) {
		s->seen = calloc(tong__names_items(s->agent->names) + 1, 1);
		rc = s->seen ? 0 : tong__fail_nomem(err);
	}
	if (!rc)
		rc = in_order(s, found, n, way, err);
	free(found);
	free(s->seen);
	return rc;
}

int tong_agent_search(tong_agent *a, const char *words, const char *region, size_t limit,
					  char **json, tong_error *err)
{
	tong_error own = TONG_ERROR_INIT;
	char layer[TONG_MAX_ROLE_NAME];
	struct tong__query q;
	struct search s = { .agent = a, .query = &q, .limit = limit ? limit : DEFAULT_LIMIT };
	const char *way = "words";
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
	s.counts = json_object();
	if (!rc)
		rc = search(&s, q.text, &way, err);
	rc = tong__agent_done(a, rc, err);
	if (rc) {
		json_decref(s.hits);
		json_decref(s.counts);
		return rc;
	}
	return tong__agent_answer(a,
							  json_pack("{s:I, s:s, s:o, s:o}", "total", (json_int_t)s.total, "way",
										way, "counts", s.counts, "hits", s.hits),
							  json, err);
}
