/* What a region may improve and never worsen: the merge rules of class M (S8, promise P7). */
#include "publisher/check.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/message.h"
#include "core/suggest.h"

struct overlay {
	const struct tong__local *l;
	const struct tong__table *t;
	size_t n;
	const json_t *item;
	struct tong__findings *fs;
};

static const char *cell(const struct overlay *o, const char *column)
{
	return tong__table_cell(o->t, o->n, column);
}

static void find_cell(const struct overlay *o, const char *rule, const char *column,
                      const char *wanted, const char *found)
{
	tong__report_cell(o->fs, rule, o->l, o->n, column, wanted, found);
}

/* A number without sign, or -1 (and a finding) when the cell is not one; -2 when it is empty. */
static long number(const struct overlay *o, const char *column)
{
	const char *s = cell(o, column);
	char *end;
	long v;

	if (!*s)
		return -2;
	v = strtol(s, &end, 10);
	if (*s >= '0' && *s <= '9' && !*end && v <= 100000)
		return v;
	find_cell(o, "element-type", column, "a whole number from 0 to 100000", s);
	return -1;
}

/*
 * Surely longer? n working days never take less than n days, so working days may be compared with
 * days; days with working days
 * may not, and then a region is not blamed.
 */
static bool longer(long days, const char *unit, const json_t *limit)
{
	json_int_t most = tong__json_int(limit, "days", -1);
	json_int_t remote = tong__json_int(limit, "remote_days", -1);
	const char *than = tong__json_str(limit, "unit");

	if (remote > most)
		most = remote;
	if (most < 0)
		return false;
	if (than && !strcmp(than, "1") && !strcmp(unit, "2"))
		return false;
	return days > most;
}

/* "不长于法定的 20 个工作日": so that the message alone tells what to write. */
static void no_longer_than(char out[96], const char *whose, const json_t *limit)
{
	const char *unit = tong__json_str(limit, "unit");

	snprintf(out, 96, _("no longer than the %s: %lld %s"), tong__text(whose),
	         (long long)tong__json_int(limit, "days", 0),
	         unit && !strcmp(unit, "1") ? _("working days") : _("days"));
}

static void check_limit(const struct overlay *o)
{
	long days = number(o, "limit_promised_days");
	const char *unit = cell(o, "limit_promised_unit");
	const json_t *statutory, *province;
	char found[64], wanted[96];

	if (days < 0)
		return;
	if (strcmp(unit, "1") && strcmp(unit, "2")) {
		find_cell(o, "element-enum", "limit_promised_unit", "1 (working days) or 2 (days)", unit);
		return;
	}
	snprintf(found, sizeof found, "%ld %s", days, tong__enum_label(tong__time_units, unit));
	statutory = tong__json_obj(o->item, "limit_statutory");
	province = tong__json_obj(o->item, "limit_promised");
	if (longer(days, unit, statutory)) {
		no_longer_than(wanted, N_("statutory limit"), statutory);
		find_cell(o, "limit-over-statutory", "limit_promised_days", wanted, found);
	} else if (longer(days, unit, province)) {
		no_longer_than(wanted, N_("limit that the province promises"), province);
		find_cell(o, "limit-worse", "limit_promised_days", wanted, found);
	}
}

static void check_visits(const struct overlay *o)
{
	long visits = number(o, "visits");
	json_int_t most = visits < 0 ? -1 : tong__json_int(o->item, "visits", -1);

	if (most >= 0 && visits > most)
		find_cell(o, "visits-worse", "visits", "no more than the standard of the province",
		          cell(o, "visits"));
}

static bool enum_known(const struct overlay *o, const char *column, const char *code)
{
	const struct tong__element *e = tong__element_find(tong__listing_elements, column);

	struct tong__suggest near = tong__suggest(code);
	char wanted[TONG__SUGGESTED];

	if (e && e->values && tong__enum_label(e->values, code))
		return true;
	tong__suggest_values(&near, e ? e->values : NULL);
	find_cell(o, "element-enum", column, tong__suggest_say(&near, "a code of the enumeration",
	                                                       wanted), code);
	return false;
}

static void check_case_type(const struct overlay *o)
{
	const char *type = cell(o, "case_type");
	const char *base = *type ? tong__json_str(o->item, "case_type") : NULL;

	if (*type && enum_known(o, "case_type", type) && base && !strcmp(base, "1") &&
	    strcmp(type, "1"))
		find_cell(o, "case-type-worse", "case_type", "1 (done at once)", type);
}

/* 1 the whole country … 6 across villages: a smaller number is the wider scope. */
static void check_area(const struct overlay *o)
{
	const char *area = cell(o, "handle_area");
	const char *base = *area ? tong__json_str(o->item, "handle_area") : NULL;

	if (*area && enum_known(o, "handle_area", area) && base && *base && strcmp(area, base) > 0)
		find_cell(o, "area-worse", "handle_area", base, area);
}

static bool has_code(const char *joined, const char *code)
{
	size_t n = strlen(code);

	for (const char *p = joined; *p; p += strcspn(p, "^"), p += *p == '^')
		if (strcspn(p, "^") == n && !strncmp(p, code, n))
			return true;
	return false;
}

static void check_online(const struct overlay *o)
{
	const char *depth = cell(o, "online_depth");
	char code[8];
	size_t i, n;
	json_t *v;

	if (!*depth)
		return;
	for (const char *p = depth; *p; p += n, p += *p == '^') {
		n = strcspn(p, "^");
		snprintf(code, sizeof code, "%.*s", (int)n, p);
		enum_known(o, "online_depth", code);
	}
	json_array_foreach(tong__json_arr(o->item, "online_depth"), i, v)
		if (json_is_string(v) && !has_code(depth, json_string_value(v)))
			find_cell(o, "online-worse", "online_depth", json_string_value(v), depth);
}

/* The province's own promise against the law. */
static void check_province(const struct tong__item *it, struct tong__findings *fs)
{
	const json_t *promised = tong__json_obj(it->doc->root, "limit_promised");
	const json_t *statutory = tong__json_obj(it->doc->root, "limit_statutory");
	json_int_t days = tong__json_int(promised, "days", -1);
	const char *unit = tong__json_str(promised, "unit");
	struct tong__mark k;
	char wanted[96];

	if (days < 0 || !unit || !longer((long)days, unit, statutory))
		return;
	k = tong__doc_mark(it->doc, promised, "days", 0);
	no_longer_than(wanted, N_("statutory limit"), statutory);
	tong__find(fs, "limit-over-statutory", it->doc->path, k.line, k.column,
	           "承诺办结时限", it->code, wanted, "%lld", (long long)days);
}

static void check_row(struct overlay *o)
{
	check_limit(o);
	check_visits(o);
	check_case_type(o);
	check_area(o);
	check_online(o);
}

void tong__check_overlays(const struct tong__model *m, struct tong__findings *fs)
{
	for (size_t i = 0; i < m->n_items; i++)
		check_province(&m->items[i], fs);
	for (size_t i = 0; i < m->n_locals; i++) {
		const struct tong__local *l = &m->locals[i];

		for (size_t n = 0; l->items && n < l->items->n_rows; n++) {
			struct overlay o = {.l = l, .t = l->items, .n = n, .fs = fs};
			const char *code = tong__table_cell(l->items, n, "item");
			const struct tong__item *it = tong__model_item(m, code);

			if (!it)
				continue;   /* reference-item says so */
			o.item = it->doc->root;
			check_row(&o);
		}
	}
}
