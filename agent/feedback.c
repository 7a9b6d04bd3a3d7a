/* What people said, one row each, with the item's name and the department in charge. */
#include "agent/feedback.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/ledger.h"
#include "core/dataset.h"
#include "core/json.h"
#include "core/message.h"
#include "core/text.h"

struct rows {
	tong_agent *agent;
	struct tong__ledger *ledger;
	json_t *rows, *known; /* known: "CODE REGION" -> {name, department, fingerprint} */
	tong_error *err;
};

/* ---- the catalogue's side ---- */

static const char *department_of(const json_t *doc)
{
	const json_t *listing = tong__json_obj(doc, "listing"),
				 *one = json_array_get(tong__json_arr(listing, "cases"), 0);
	const char *id = tong__json_str(one, "agency"), *name = NULL;

	if (id)
		name = tong__json_str(tong__json_obj(tong__json_obj(doc, "agencies"), id), "name");
	return name ? name : tong__json_str(tong__json_obj(doc, "item"), "authority");
}

static json_t *look_up(tong_agent *a, const char *item, const char *region)
{
	tong_error own = TONG_ERROR_INIT;
	json_t *doc, *facts = json_object();
	const char *department;
	char *text = NULL;

	if (tong_agent_show(a, item, region, &text, &own) && region)
		tong_agent_show(a, item, NULL, &text, &own); /* a region that is not held here */
	doc = text ? tong__json_text(text) : NULL;
	tong_agent_free(text);
	department = department_of(doc);
	if (doc)
		json_object_set(facts, "name", json_object_get(tong__json_obj(doc, "item"), "name"));
	if (department)
		json_object_set_new(facts, "department", json_string(department));
	if (doc)
		json_object_set(facts, "fingerprint", json_object_get(doc, "fingerprint"));
	json_decref(doc);
	return facts;
}

/* Borrowed; one look for all that was said of an item in a region. */
static const json_t *facts_of(struct rows *r, const char *item, const char *region)
{
	char key[200];
	json_t *facts;

	snprintf(key, sizeof key, "%.90s %.90s", item, region ? region : "");
	facts = json_object_get(r->known, key);
	if (!facts) {
		facts = look_up(r->agent, item, region);
		json_object_set_new(r->known, key, facts);
	}
	return facts;
}

/* The region that the citizen named by its code, else that of the node that took the words. */
static char *region_of(struct rows *r, const struct tong__said *s)
{
	struct tong__node node;
	tong_error own;
	json_t *list;
	char *region = NULL;

	if (s->region)
		return strdup(s->region);
	if (tong__ledger_node(r->ledger, s->node, &node, &own) == 0) {
		list = tong__json_text(node.regions);
		tong__node_free(&node);
	} else {
		list = tong__agent_list(r->agent, "regions"); /* our own */
	}
	if (json_array_size(list) == 1 && json_is_string(json_array_get(list, 0)))
		region = strdup(json_string_value(json_array_get(list, 0)));
	json_decref(list);
	return region;
}

/* ---- rows ---- */

static void copy(json_t *row, const json_t *from, const char *name)
{
	json_t *v = json_object_get(from, name);

	if (v)
		json_object_set(row, name, v);
}

static void add_facts(struct rows *r, json_t *row, const struct tong__said *s)
{
	char *region = region_of(r, s);
	const json_t *facts = facts_of(r, s->item, region);
	const char *seen = tong__json_str(s->body, "fingerprint"),
			   *now = tong__json_str(facts, "fingerprint");

	copy(row, facts, "name");
	copy(row, facts, "department");
	if (seen && now)
		json_object_set_new(row, "current", json_boolean(strcmp(seen, now) == 0));
	free(region);
}

static int add_row(void *arg, const struct tong__said *s)
{
	static const char *const said[] = { "region", "field", "text", "contact", "lang" };
	struct rows *r = arg;
	json_t *row = json_pack("{s:s, s:I, s:s, s:s}", "id", s->id, "made", (json_int_t)s->made,
							"what", s->what, "node", s->node);

	if (!row)
		return tong__fail_nomem(r->err);
	if (s->item)
		json_object_set_new(row, "item", json_string(s->item));
	if (s->region)
		json_object_set_new(row, "region", json_string(s->region));
	tong__place_add(r->agent, row, "place", s->region);
	if (s->rating)
		json_object_set_new(row, "rating", json_integer(s->rating));
	if (s->closed)
		json_object_set_new(row, "closed", json_integer(s->closed));
	if (s->note)
		json_object_set_new(row, "note", json_string(s->note));
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		copy(row, s->body, said[i]);
	if (s->item)
		add_facts(r, row, s);
	return json_array_append_new(r->rows, row) ? tong__fail_nomem(r->err) : 0;
}

int tong__feedback_rows(tong_agent *a, bool all, json_t **out, tong_error *err)
{
	struct rows r = { .agent = a, .rows = json_array(), .known = json_object(), .err = err };
	int rc = r.rows && r.known ? tong__ledger_open(&r.ledger, a->dir, false, err)
							   : tong__fail_nomem(err);

	if (!rc) {
		rc = tong__ledger_said(r.ledger, all, add_row, &r, err);
		tong__ledger_close(r.ledger);
	} else if (rc == TONG_E_NOTFOUND) {
		rc = 0; /* nobody said anything yet */
	}
	json_decref(r.known);
	if (rc)
		json_decref(r.rows);
	else
		*out = r.rows;
	return rc;
}

/* ---- a table ---- */

struct csv {
	const struct tong__dataset *table;
	struct tong__buf *out;
};

static int csv_row(void *arg, const json_t *const *cells)
{
	struct csv *to = arg;

	return tong__dataset_csv(to->table, cells, to->out);
}

int tong__feedback_csv(const json_t *rows, struct tong__buf *out, tong_error *err)
{
	static const struct tong__column columns[] = { { "id", "id", TONG__CELL_TEXT },
												   { "time", "time", TONG__CELL_TEXT },
												   { "what", "what", TONG__CELL_TEXT },
												   { "rating", "rating", TONG__CELL_INT },
												   { "item", "item", TONG__CELL_TEXT },
												   { "name", "name", TONG__CELL_TEXT },
												   { "department", "department", TONG__CELL_TEXT },
												   { "region", "region", TONG__CELL_TEXT },
												   { "place", "place", TONG__CELL_TEXT },
												   { "field", "field", TONG__CELL_TEXT },
												   { "text", "text", TONG__CELL_TEXT },
												   { "contact", "contact", TONG__CELL_TEXT },
												   { "current", "current", TONG__CELL_BOOL },
												   { "note", "note", TONG__CELL_TEXT },
												   { NULL, NULL, TONG__CELL_TEXT } };
	static const struct tong__dataset table = { "feedback", "", false, false, columns };
	struct csv to = { &table, out };
	json_t *row;
	size_t i;
	int rc = tong__dataset_csv_head(&table, out);

	json_array_foreach(rows, i, row)
	{
		char time_text[40];
		time_t t = (time_t)tong__json_int(row, "made", 0);
		struct tm tm;

		if (gmtime_r(&t, &tm) && strftime(time_text, sizeof time_text, "%Y-%m-%dT%H:%M:%SZ", &tm))
			json_object_set_new(row, "time", json_string(time_text));
		if (!rc)
			rc = tong__dataset_rows(&table, row, csv_row, &to);
	}
	return rc ? tong__fail(err, rc, NULL, "the table does not fit") : 0;
}

/* ---- counts ---- */

static int most_first(const void *a, const void *b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	json_int_t n = tong__json_int(x, "open", 0) + tong__json_int(x, "closed", 0),
			   m = tong__json_int(y, "open", 0) + tong__json_int(y, "closed", 0);

	return n > m   ? -1
		   : n < m ? 1
				   : strcmp(tong__json_str(x, "department"), tong__json_str(y, "department"));
}

static void count(json_t *one, const char *name, json_int_t n)
{
	json_object_set_new(one, name, json_integer(tong__json_int(one, name, 0) + n));
}

static void count_row(json_t *sums, const json_t *row)
{
	const char *name = tong__json_str(row, "department");
	json_int_t rating = tong__json_int(row, "rating", 0);
	json_t *one = json_object_get(sums, name ? name : "");

	if (!one) {
		one = json_pack("{s:s, s:i, s:i, s:i, s:i}", "department", name ? name : "", "open", 0,
						"closed", 0, "ratings", 0, "rating_sum", 0);
		json_object_set_new(sums, name ? name : "", one);
	}
	count(one, json_object_get(row, "closed") ? "closed" : "open", 1);
	count(one, "ratings", rating > 0);
	count(one, "rating_sum", rating);
}

json_t *tong__feedback_stats(const json_t *rows)
{
	json_t *sums = json_object(), *out = json_array(), *v, **list;
	const char *name;
	size_t i, n = 0;

	json_array_foreach(rows, i, v) count_row(sums, v);
	list = calloc(json_object_size(sums) + 1, sizeof *list);
	if (list) {
		json_object_foreach(sums, name, v) list[n++] = v;
		qsort(list, n, sizeof *list, most_first);
		for (i = 0; i < n; i++)
			json_array_append(out, list[i]);
	}
	free(list);
	json_decref(sums);
	return out;
}

/* ---- words ---- */

const char *tong__feedback_what(const char *what)
{
	static const char *const texts[][2] = {
		{ "wrong", N_("wrong") },
		{ "old", N_("out of date") },
		{ "differs", N_("differs from what the counter says") },
		{ "unclear", N_("not clear") },
		{ "link", N_("a link is broken") },
		{ "other", N_("something else") },
		{ "rating", N_("a rating") },
	};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		if (strcmp(texts[i][0], what) == 0)
			return tong__text(texts[i][1]);
	return what;
}
