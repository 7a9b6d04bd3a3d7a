/* Statistics of the whole catalogue and of one region: what is known of how long things take, how
 * often one must go, what can be done online. Each chart is a table with a bar in every row. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/enums.h"
#include "core/page.h"
#include "core/page_stats.h"

/* ---- counting ---- */

/* Upper ends of the classes of days; the last class is open. */
static const int ends[] = {1, 5, 10, 20, 30, 60};

enum { CLASSES = sizeof ends / sizeof *ends + 1, VISITS = 4, DEPTHS = 10 };

struct stats {
	struct tong__page *p;
	size_t n;                  /* items; in a region: cases */
	size_t statutory[CLASSES], promised[CLASSES], visits[VISITS], depths[DEPTHS], fee[2];
	struct tong__tally all;
	json_t *groups;            /* key -> counts (tally.h): types, or agencies */
};

static size_t class_of(json_int_t days)
{
	size_t i = 0;

	while (i < CLASSES - 1 && days > ends[i])
		i++;
	return i;
}

static void count_limit(size_t classes[CLASSES], const json_t *limit)
{
	json_int_t days = tong__json_int(limit, "days", -1);

	if (days >= 0)
		classes[class_of(days)]++;
}

/* -1: not known. */
static int depth_of(const json_t *codes)
{
	const json_t *code;
	int most = -1;
	size_t i;

	json_array_foreach((json_t *)codes, i, code)
		if (json_is_string(code))
			most = tong__depth_further(most, json_string_value(code)[0]);
	return most;
}

static void count_group(struct stats *s, const char *key, json_int_t visits, int depth,
                        struct tong__days law, struct tong__days promise)
{
	json_t *row = json_object_get(s->groups, key);
	struct tong__tally t;

	if (!row)
		row = tong__page_object(s->p, s->groups, key);
	tong__tally_read(&t, row);
	tong__tally_add(&t, visits, depth, law, promise);
	s->p->nomem = s->p->nomem || (row && tong__tally_write(&t, row));
}

/* 'one' is the item, or a region's case of it; 'law' the limit of its standard. */
static void count(struct stats *s, const json_t *one, const json_t *law, const char *group)
{
	json_int_t visits = tong__json_int(one, "visits", -1);
	const json_t *promise = json_object_get(one, "limit_promised");
	struct tong__days a = tong__days_of(law), b = tong__days_of(promise);
	int depth = depth_of(json_object_get(one, "online_depth"));

	s->n++;
	count_limit(s->promised, promise);
	count_limit(s->statutory, law);
	if (visits >= 0)
		s->visits[visits < VISITS ? visits : VISITS - 1]++;
	if (depth > 0)
		s->depths[depth]++;
	tong__tally_add(&s->all, visits, depth, a, b);
	count_group(s, group, visits, depth, a, b);
}

/* ---- charts ---- */

/* {id, title, about, rows: [{label, url, n, w}], known, n}: w in thousandths of the longest bar. */
static json_t *chart(struct tong__page *p, const char *id)
{
	json_t *c = tong__page_row(p, json_object_get(p->view, "charts"));
	char word[64];

	tong__page_str(p, c, "id", id);
	snprintf(word, sizeof word, "stats_%s", id);
	tong__page_str(p, c, "title", tong__page_word(p, word));
	snprintf(word, sizeof word, "stats_%s_col", id);
	tong__page_str(p, c, "column", tong__page_word(p, word));
	tong__page_array(p, c, "rows");
	return c;
}

static json_t *bar(struct tong__page *p, json_t *chart, const char *label, size_t n)
{
	json_t *row = tong__page_row(p, json_object_get(chart, "rows"));

	tong__page_str(p, row, "label", label);
	tong__page_int(p, row, "n", n);
	return row;
}

/* In thousandths of the longest; what is there is seen. */
static size_t width(json_int_t n, json_int_t most)
{
	size_t w = most ? (size_t)(1000 * n / most) : 0;

	return n > 0 && w < 4 ? 4 : w;
}

/* Widths, once all rows are there; with 'name' of a second bar too ("m"), or NULL. */
static void scale(struct tong__page *p, json_t *chart, const char *name)
{
	json_t *rows = json_object_get(chart, "rows"), *row;
	json_int_t most = 1, v;
	size_t i;

	json_array_foreach(rows, i, row) {
		v = tong__json_int(row, "n", 0);
		most = v > most ? v : most;
		v = name ? tong__json_int(row, name, 0) : 0;
		most = v > most ? v : most;
	}
	json_array_foreach(rows, i, row) {
		tong__page_int(p, row, "w", width(tong__json_int(row, "n", 0), most));
		if (name) {
			tong__page_true(p, row, "two");
			tong__page_int(p, row, "w2", width(tong__json_int(row, name, 0), most));
		}
	}
}

/* Of how many it is known: what is not known is no bar, and is said. Nothing known: no bars. */
static void known(struct tong__page *p, json_t *chart, const char *word, size_t known, size_t n)
{
	char text[48];

	snprintf(text, sizeof text, "%zu / %zu", known, n);
	tong__page_set(p, chart, word, tong__page_say(p, word, text));
}

static void finish(struct tong__page *p, json_t *chart, const char *second, size_t known)
{
	json_t *rows;

	if (known == 0)
		json_array_clear(json_object_get(chart, "rows"));
	scale(p, chart, second);
	tong__page_wrap(p, chart, "rows");
	rows = json_object_get(chart, "rows");
	if (rows)
		tong__page_copy(p, rows, chart, "column", "two", NULL);
}

static size_t sum(const size_t *v, size_t n)
{
	size_t all = 0;

	while (n--)
		all += v[n];
	return all;
}

static void class_label(char out[32], size_t i)
{
	if (i == 0)
		snprintf(out, 32, "%d", ends[0]);
	else if (i < CLASSES - 1)
		snprintf(out, 32, "%d–%d", ends[i - 1] + 1, ends[i]);
	else
		snprintf(out, 32, "> %d", ends[i - 1]);
}

/* Two bars a row: by law, and promised. */
static void chart_limits(struct stats *s)
{
	struct tong__page *p = s->p;
	json_t *c = chart(p, "limits"), *row;
	char label[32];

	for (size_t i = 0; i < CLASSES; i++) {
		class_label(label, i);
		row = bar(p, c, label, s->statutory[i]);
		tong__page_int(p, row, "m", s->promised[i]);
	}
	/* of a region's cases only those with a promise of their own are compared with the law */
	known(p, c, "stats_by_law", sum(s->statutory, CLASSES),
	      p->layer[0] ? sum(s->promised, CLASSES) : s->n);
	known(p, c, "stats_promised", sum(s->promised, CLASSES), s->n);
	tong__page_true(p, c, "two");
	finish(p, c, "m", sum(s->statutory, CLASSES) + sum(s->promised, CLASSES));
	if (s->all.law <= 0)
		return;
	snprintf(label, sizeof label, "%lld %%",
	         (long long)(100 * (s->all.law - s->all.promise) / s->all.law));
	tong__page_set(p, c, "saved", tong__page_say(p, "stats_saved", label));
}

static void chart_visits(struct stats *s)
{
	static const char *const words[VISITS] = {"stats_visits_0", "stats_visits_1",
	                                          "stats_visits_2", "stats_visits_3"};
	json_t *c = chart(s->p, "visits");

	for (size_t i = 0; i < VISITS; i++)
		bar(s->p, c, tong__page_word(s->p, words[i]), s->visits[i]);
	known(s->p, c, "stats_known", sum(s->visits, VISITS), s->n);
	finish(s->p, c, NULL, sum(s->visits, VISITS));
}

static void chart_online(struct stats *s)
{
	json_t *c = chart(s->p, "online");
	char code[2] = "1";

	for (size_t i = 1; i < DEPTHS; i++) {
		code[0] = (char)('0' + i);
		if (i != 8)
			bar(s->p, c, tong__page_label(s->p, "online_depth", NULL, code), s->depths[i]);
	}
	known(s->p, c, "stats_known", sum(s->depths, DEPTHS), s->n);
	finish(s->p, c, NULL, sum(s->depths, DEPTHS));
}

static void chart_fee(struct stats *s)
{
	json_t *c = chart(s->p, "fee");

	bar(s->p, c, tong__page_word(s->p, "free"), s->fee[0]);
	bar(s->p, c, tong__page_word(s->p, "charged"), s->fee[1]);
	known(s->p, c, "stats_known", s->fee[0] + s->fee[1], s->n);
	finish(s->p, c, NULL, s->fee[0] + s->fee[1]);
}

static void begin(struct tong__page *p, struct stats *s)
{
	*s = (struct stats){.p = p, .groups = json_object()};
	p->nomem = p->nomem || !s->groups;
	tong__page_array(p, p->view, "charts");
	tong__page_array(p, p->view, "tables");
}

static int end(struct stats *s)
{
	json_decref(s->groups);
	return s->p->nomem ? tong__fail_nomem(&s->p->err) : s->p->err.code;
}

/* ---- the whole catalogue ---- */

static int take_item(void *arg, const char *key, const json_t *item)
{
	struct stats *s = arg;
	const json_t *charged = json_object_get(json_object_get(item, "fee"), "charged");
	const char *type = tong__json_str(item, "type");

	(void)key;
	count(s, item, json_object_get(item, "limit_statutory"), type ? type : "");
	if (json_is_boolean(charged))
		s->fee[json_is_true(charged)]++;
	return s->p->nomem ? tong__fail_nomem(&s->p->err) : 0;
}

static void chart_types(struct stats *s)
{
	json_t *c = chart(s->p, "types"), *row;

	for (const struct tong__enum_value *v = tong__item_types; v->code; v++) {
		row = json_object_get(s->groups, v->code);
		if (row)
			bar(s->p, c, tong__page_label(s->p, "type", NULL, v->code),
			    (size_t)tong__json_int(row, "n", 0));
	}
	finish(s->p, c, NULL, s->n);
}

int tong__build_stats(struct tong__page *p)
{
	struct stats s;
	char n[24];
	int rc;

	begin(p, &s);
	rc = tong__page_each(p, "base", "item/", take_item, &s);
	chart_types(&s);
	chart_limits(&s);
	chart_visits(&s);
	chart_online(&s);
	chart_fee(&s);
	if (rc == 0)
		rc = tong__stats_regions(p);
	snprintf(n, sizeof n, "%zu", s.n);
	tong__page_set(p, p->view, "lead", tong__page_say(p, "stats_lead", n));
	tong__page_title(p, tong__page_word(p, "stats_title"), tong__page_word(p, "stats_description"));
	return end(&s) ? p->err.code : rc;
}

/* ---- one region ---- */

/* What the region says of itself; the item is read only where there is something to compare. */
static int take_listing(void *arg, const char *key, const json_t *rec)
{
	struct stats *s = arg;
	const json_t *one;
	json_t *item;
	size_t i;

	if (tong__json_bool(rec, "sample"))
		s->p->sample = true;
	json_array_foreach(tong__json_arr(rec, "cases"), i, one) {
		const char *agency = tong__json_str(one, "agency");

		item = json_object_get(one, "limit_promised")
		           ? tong__page_get(s->p, "item/", key + strlen("listing/"))
		           : NULL;
		count(s, one, json_object_get(item, "limit_statutory"), agency ? agency : "");
		json_decref(item);
	}
	return s->p->nomem ? tong__fail_nomem(&s->p->err) : s->p->err.code;
}

int tong__build_region_stats(struct tong__page *p)
{
	int rc = tong__page_open_region(p, p->arg[0]);
	json_t *region = rc || !p->layer[0] ? NULL : tong__page_get(p, "region/", p->arg[0]), *title;
	const char *name = tong__json_str(region, "name");
	struct stats s;
	char n[24];

	if (rc || !region)
		return rc ? rc : tong__page_notfound(p);
	begin(p, &s);
	rc = tong__page_each(p, p->layer, "listing/", take_listing, &s);
	chart_limits(&s);
	chart_visits(&s);
	chart_online(&s);
	tong__stats_agencies(p, "stats_agencies", s.groups);
	title = tong__page_say(p, "stats_region", name ? name : p->arg[0]);
	snprintf(n, sizeof n, "%zu", s.n);
	tong__page_set(p, p->view, "lead", tong__page_say(p, "stats_region_lead", n));
	tong__page_title(p, json_string_value(title), tong__page_word(p, "stats_description"));
	tong__page_crumbs_region(p, p->arg[0], true);
	json_decref(title);
	json_decref(region);
	return end(&s) ? p->err.code : rc;
}
