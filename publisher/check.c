/* Running every check over a model, then applying the waivers. */
#include "publisher/check.h"

#include <string.h>
#include <time.h>

#include "core/text.h"
#include "core/suggest.h"

/* One row a family; adding one touches one row. */
static void (*const families[])(const struct tong__model *, struct tong__findings *) = {
	tong__check_regions,
	tong__check_agencies,
	tong__check_items,
	tong__check_names,
	tong__check_aliases,
	tong__check_urls,
	tong__check_item_references,
	tong__check_halls,
	tong__check_listings,
	tong__check_overlays,
	tong__check_laws,
	tong__check_catalogues,
	tong__check_entries,
	tong__check_scope,
	tong__check_beside,
	tong__check_words,
	tong__check_markdown,
	tong__check_burdens,
	tong__check_steps,
	tong__check_consistency,
	tong__check_contacts,
	tong__check_life,
	tong__check_siblings,
	tong__check_synonyms,
	tong__check_texts,
};

const char *tong__mentions(const char *text, const char *const words[])
{
	const char *at = NULL;

	for (size_t i = 0; words[i] && !at; i++)
		at = strstr(text, words[i]);
	return at;
}

/* "2027-12-31" against seconds since 1970: the day itself still counts. */
static bool expired(const char *until, int64_t now)
{
	struct tm tm;
	time_t t = (time_t)now;
	char day[16];

	if (!now || !gmtime_r(&t, &tm) || !strftime(day, sizeof day, "%Y-%m-%d", &tm))
		return false;
	return strcmp(day, until) > 0;
}

static bool covers(const char *rule, const char *subject, const struct tong__finding *f)
{
	size_t n = strlen(subject);

	if (strcmp(rule, f->rule->id))
		return false;
	if (n && subject[n - 1] == '*')
		return !strncmp(subject, f->subject, n - 1);
	return !strcmp(subject, f->subject);
}

static size_t waive(struct tong__findings *fs, size_t n, const char *rule, const char *subject)
{
	size_t hits = 0;

	for (size_t i = 0; i < n; i++) {
		struct tong__finding *f = tong__findings_edit(fs, i);

		if (!covers(rule, subject, f))
			continue;
		f->waived = true;
		hits++;
	}
	return hits;
}

static bool date_valid(const char *s)
{
	static const char form[] = "dddd-dd-dd";

	for (size_t i = 0; i < sizeof form; i++)
		if (form[i] == 'd' ? s[i] < '0' || s[i] > '9' : s[i] != form[i])
			return false;
	return true;
}

static void find_form(const struct tong__table *t, size_t row, struct tong__findings *fs)
{
	const char *rule = tong__table_cell(t, row, "rule");
	struct tong__suggest near = tong__suggest(rule);
	char wanted[TONG__SUGGESTED];

	for (const struct tong__rule *r = tong__rules; r->id && !tong__rule_find(rule); r++)
		tong__suggest_try(&near, r->id, NULL);
	tong__find(fs, "waiver-form", t->path, t->lines[row], 1, "",
	           tong__table_cell(t, row, "subject"),
	           tong__suggest_say(&near,
	                             "a known rule, a subject, a reason, an author and a date "
	                             "YYYY-MM-DD", wanted),
	           "rule %s, until %s", rule, tong__table_cell(t, row, "until"));
}

static void apply_waiver(const struct tong__model *m, struct tong__findings *fs, size_t n,
                         size_t row)
{
	const struct tong__table *t = m->waivers;
	const char *rule = tong__table_cell(t, row, "rule");
	const char *subject = tong__table_cell(t, row, "subject");
	const char *until = tong__table_cell(t, row, "until");
	unsigned line = t->lines[row];

	if (!tong__rule_find(rule) || !*subject || !date_valid(until) ||
	    !*tong__table_cell(t, row, "reason") || !*tong__table_cell(t, row, "author"))
		find_form(t, row, fs);
	else if (expired(until, m->time))
		tong__find(fs, "waiver-expired", t->path, line, 1, "", subject, NULL, "until %s", until);
	else if (!waive(fs, n, rule, subject))
		tong__find(fs, "waiver-unused", t->path, line, 1, "", subject, NULL, "%s", rule);
}

static void apply_waivers(const struct tong__model *m, struct tong__findings *fs)
{
	size_t n = tong__findings_count(fs);   /* a waiver cannot waive what is said of waivers */

	for (size_t row = 0; m->waivers && row < m->waivers->n_rows; row++)
		apply_waiver(m, fs, n, row);
}

bool tong__check_ages(const struct tong__model *m, int64_t then)
{
	const struct tong__table *t = m->waivers;

	for (size_t row = 0; t && row < t->n_rows; row++) {
		const char *until = tong__table_cell(t, row, "until");

		if (expired(until, then) != expired(until, m->time))
			return true;
	}
	return false;
}

void tong__check(const struct tong__model *m, struct tong__findings *fs)
{
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		families[i](m, fs);
	apply_waivers(m, fs);
	tong__findings_sort(fs);
}
