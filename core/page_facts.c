/* The four facts of the first screen: how long, what it costs, how often one must go, in which
 * way. */
#include <string.h>

#include "core/page.h"

const json_t *tong__page_effective(const json_t *item, const json_t *cases, const char *name,
                                   bool *varied)
{
	const json_t *own = json_object_get(item, name), *found = NULL, *value;
	size_t i;
	json_t *one;

	*varied = false;
	json_array_foreach((json_t *)cases, i, one) {
		value = json_object_get(one, name);
		if (!value)
			value = own;
		if (i && (value != found) && !json_equal((json_t *)value, (json_t *)found)) {
			*varied = true;
			return NULL;
		}
		found = value;
	}
	return found ? found : own;
}

/* Days as the law counts them: unit 1 is working days. */
static json_t *days_of(struct tong__page *p, json_int_t n, const json_t *limit)
{
	const char *unit = tong__json_str(limit, "unit");

	return tong__page_count(p, n, unit && strcmp(unit, "1") == 0 ? "days_1" : "days_2");
}

json_t *tong__page_limit(struct tong__page *p, const json_t *limit)
{
	json_int_t days = tong__json_int(limit, "days", -1);

	return days < 0 ? NULL : days_of(p, days, limit);
}

struct fact {
	struct tong__page *p;
	json_t *row, *notes;
};

static struct fact begin(struct tong__page *p, json_t *facts, const char *id, const char *label)
{
	struct fact f = {p, tong__page_row(p, facts), NULL};

	tong__page_str(p, f.row, "id", id);
	tong__page_str(p, f.row, "label", tong__page_word(p, label));
	f.notes = tong__page_array(p, f.row, "notes");
	return f;
}

static void say(struct fact f, const char *word)
{
	tong__page_str(f.p, f.row, "value", tong__page_word(f.p, word));
}

static void note(struct fact f, const char *text)
{
	if (text && *text)
		tong__page_add(f.p, f.notes, json_string(text));
}

/* Unknown is said, never left out. */
static void unknown(struct fact f)
{
	say(f, "unknown");
	tong__page_true(f.p, f.row, "unknown");
}

/* "法定 60 日". NULL when the law's limit is not known. */
static json_t *statutory(struct tong__page *p, const json_t *limit)
{
	json_t *days = tong__page_limit(p, limit), *text = NULL;

	if (days)
		text = tong__page_say(p, "statutory", json_string_value(days));
	json_decref(days);
	return text;
}

/* Where the law allows more in remote areas, that is said too. */
static void note_remote(struct fact f, const json_t *limit)
{
	json_int_t days = tong__json_int(limit, "remote_days", -1);
	json_t *text = days < 0 ? NULL : days_of(f.p, days, limit);

	if (text)
		tong__page_add(f.p, f.notes,
		               tong__page_say(f.p, "remote_limit", json_string_value(text)));
	json_decref(text);
}

/* What is promised; else "at once"; else what the law allows at most, said to be just that. */
static void fact_time(struct tong__page *p, json_t *facts, const json_t *item, const json_t *cases)
{
	struct fact f = begin(p, facts, "time", "fact_time");
	const json_t *by_law = json_object_get(item, "limit_statutory"), *promised, *type;
	bool varied, varied_type, known;
	json_t *text, *law = statutory(p, by_law);

	promised = tong__page_effective(item, cases, "limit_promised", &varied);
	type = tong__page_effective(item, cases, "case_type", &varied_type);
	text = tong__page_limit(p, promised);
	known = text || varied;
	if (varied)
		say(f, "varied");
	else if (text)
		tong__page_set(p, f.row, "value", json_incref(text));
	else if (json_is_string(type) && strcmp(json_string_value(type), "1") == 0)
		say(f, "at_once");
	else if (law)
		tong__page_set(p, f.row, "value", json_incref(law));
	else
		unknown(f);
	if (!known)
		note(f, tong__page_word(p, law ? "no_promised" : "no_limits"));
	else if (!law)
		note(f, tong__page_word(p, "no_statutory"));
	if (law && json_object_get(f.row, "value") != law)
		note(f, json_string_value(law));
	note_remote(f, by_law);
	json_decref(text);
	json_decref(law);
}

static void fact_fee(struct tong__page *p, json_t *facts, const json_t *item)
{
	struct fact f = begin(p, facts, "fee", "fact_fee");
	const json_t *fee = json_object_get(item, "fee"), *charged = json_object_get(fee, "charged");

	if (json_is_false(charged))
		say(f, "free");
	else if (json_is_true(charged))
		say(f, "charged");
	else
		unknown(f);
	note(f, tong__json_str(fee, "standard"));
	if (json_is_true(charged) && !tong__json_str(fee, "standard"))
		note(f, tong__page_word(p, "no_standard"));
}

static void fact_visits(struct tong__page *p, json_t *facts, const json_t *item,
                        const json_t *cases)
{
	struct fact f = begin(p, facts, "visits", "fact_visits");
	bool varied;
	const json_t *visits = tong__page_effective(item, cases, "visits", &varied);

	if (varied)
		say(f, "varied");
	else if (!json_is_integer(visits))
		unknown(f);
	else if (json_integer_value(visits) == 0)
		say(f, "no_visit");
	else
		tong__page_set(p, f.row, "value",
		               tong__page_count(p, json_integer_value(visits), "visit_times"));
	note(f, tong__json_str(item, "visits_reason"));
}

/* Asking online (1) is not yet doing it online (2 and more). */
static bool online(const json_t *depth)
{
	const json_t *code;
	size_t i;

	json_array_foreach((json_t *)depth, i, code)
		if (json_is_string(code) && json_string_value(code)[0] >= '2' &&
		    json_string_value(code)[0] <= '7')
			return true;
	return false;
}

static bool has_url(const json_t *cases, const char *name)
{
	const json_t *one;
	size_t i;

	json_array_foreach((json_t *)cases, i, one)
		if (tong__json_str(one, name))
			return true;
	return false;
}

static void fact_way(struct tong__page *p, json_t *facts, const json_t *item, const json_t *cases)
{
	struct fact f = begin(p, facts, "way", "fact_way");
	bool varied, varied_area, varied_form;
	const json_t *depth = tong__page_effective(item, cases, "online_depth", &varied);
	const json_t *area = tong__page_effective(item, cases, "handle_area", &varied_area);
	json_t *labels = tong__page_labels(p, "online_depth", depth), *forms;

	forms = tong__page_labels(p, "handle_form",
	                          tong__page_effective(NULL, cases, "handle_form", &varied_form));
	if (forms)
		tong__page_set(p, f.row, "value", forms);
	else if (varied)
		say(f, "varied");
	else if (online(depth) || has_url(cases, "online_url"))
		say(f, "way_both");
	else if (labels)
		say(f, "way_window");
	else
		unknown(f);
	note(f, json_string_value(labels));
	if (json_is_string(area))
		tong__page_add(p, f.notes,
		               tong__page_say(p, "area_any", tong__page_label(p, "handle_area", NULL,
		                                                              json_string_value(area))));
	if (!labels && has_url(cases, "portal_url"))
		note(f, tong__page_word(p, "see_portal"));
	json_decref(labels);
}

bool tong__page_facts_differ(const json_t *cases)
{
	static const char *const shown[] = {"limit_promised", "case_type",   "visits",
	                                    "online_depth",   "handle_area", "handle_form",
	                                    "online_url",     "portal_url"};
	const json_t *one;
	size_t i;

	json_array_foreach((json_t *)cases, i, one)
		for (size_t k = 0; k < sizeof shown / sizeof *shown; k++)
			if (json_object_get(one, shown[k]))
				return true;
	return false;
}

void tong__page_facts(struct tong__page *p, const json_t *item, const json_t *cases)
{
	json_t *facts = tong__page_array(p, p->view, "facts");

	fact_time(p, facts, item, cases);
	fact_fee(p, facts, item);
	fact_visits(p, facts, item, cases);
	fact_way(p, facts, item, cases);
	tong__page_terms(p, item, cases);
}
