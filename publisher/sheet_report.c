/* The report of an import: collected as JSON, printed for people. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/message.h"
#include "publisher/sheet_rows.h"

#define SHOWN 50        /* lines of each list that are printed; --json has all */
#define SHORT 60        /* characters of a value that are printed */

static void add(struct tong__import *im, const char *list, json_t *entry)
{
	json_t *to = json_object_get(im->report, list);

	if (!entry || json_array_append_new(to, entry))
		im->nomem = true;
}

void tong__report_problem(struct tong__sheet_job *j, size_t row, size_t column, const char *header,
                          const char *found, const char *reason, const char *wanted)
{
	struct tong__import *im = j->im;
	char cell[TONG_CELL_NAME];
	unsigned line = row < j->in->n_rows ? j->in->rows[row].line : 0;

	if (++im->problems > TONG_MAX_FINDINGS)
		return;
	tong__cell_name(row, column, cell);
	add(im, "problems", json_pack("{s:s, s:s, s:i, s:s, s:s, s:s, s:s}", "sheet", j->in->name,
	                              "cell", cell,
	                              "line", (int)line, "column", header, "found", found, "reason",
	                              tong__text(reason), "wanted", tong__text(wanted)));
}

void tong__report_change(struct tong__import *im, const char *list, enum tong__kind_id kind,
                         const char *key,
                         const char *name, const char *column, const char *old, const char *fresh)
{
	add(im, list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "kind", tong__kinds[kind].name, "key",
	                        key, "name", name, "column", column, "old", old, "new", fresh));
}

void tong__report_added(struct tong__import *im, enum tong__kind_id kind, const char *key,
                        const char *name)
{
	add(im, "added", json_pack("{s:s, s:s, s:s}", "kind", tong__kinds[kind].name, "key", key,
	                           "name", name));
}

/* The columns of a sheet are the same for all its rows. */
static json_t *columns_of(struct tong__sheet_job *j)
{
	json_t *all = json_object_get(j->im->places, ""), *columns = json_object_get(all, j->in->name);

	if (columns || json_object_set_new(all, j->in->name, json_object()))
		return columns;
	columns = json_object_get(all, j->in->name);
	for (size_t i = 0; i < j->columns.n; i++)
		if (j->from[i] >= 0)
			json_object_set_new(columns, j->columns.at[i].header, json_integer(j->from[i]));
	return columns;
}

void tong__report_place(struct tong__sheet_job *j, const char *key, size_t row)
{
	const char *kind = tong__kinds[j->kind].name;
	json_t *place = json_pack("{s:s, s:i, s:O}", "sheet", j->in->name, "row", (int)row, "columns",
	                          columns_of(j));
	char name[256];

	snprintf(name, sizeof name, "%s %s%s%s", kind, j->region ? j->region : "",
	         j->region ? "/" : "", key);
	if (!place || (!json_object_get(j->im->places, name) &&
	               json_object_set(j->im->places, name, place)))
		j->im->nomem = true;
	json_decref(place);
}

void tong__report_note(struct tong__import *im, const char *fmt, ...)
{
	va_list ap;
	char *s;

	va_start(ap, fmt);
	if (vasprintf(&s, tong__text(fmt), ap) < 0)
		s = NULL;
	va_end(ap);
	add(im, "notes", s ? json_string(s) : NULL);
	free(s);
}

/* ---- for people ---- */

/* One line, cut where it gets long. */
static void print_short(const char *s, FILE *out)
{
	size_t n = 0;

	for (; *s; s++) {
		if (((unsigned char)*s & 0xc0) != 0x80 && n++ == SHORT) {
			fputs("…", out);
			return;
		}
		if (*s == '\n')
			fputs("⏎", out);
		else if ((unsigned char)*s >= 0x20 && *s != 0x7f)
			putc(*s, out);
	}
}

static const char *str(const json_t *o, const char *name)
{
	const char *s = tong__json_str(o, name);

	return s ? s : "";
}

static const char *kind_words(const json_t *o)
{
	const struct tong__kind *k = tong__kind_named(str(o, "kind"));

	return k ? k->subject : "";
}

static void print_head(const json_t *o, FILE *out)
{
	fprintf(out, "  %s %s", kind_words(o), str(o, "key"));
	if (*str(o, "name")) {
		putc(' ', out);
		print_short(str(o, "name"), out);
	}
}

static void print_change(const json_t *o, FILE *out)
{
	print_head(o, out);
	fprintf(out, "\n    %s%s", str(o, "column"), _(": "));
	print_short(*str(o, "old") ? str(o, "old") : _("(empty)"), out);
	fputs(" → ", out);
	print_short(*str(o, "new") ? str(o, "new") : _("(empty)"), out);
	putc('\n', out);
}

static void print_row(const json_t *o, FILE *out)
{
	print_head(o, out);
	putc('\n', out);
}

static void print_problem(const json_t *o, FILE *out)
{
	fprintf(out, "  %s!%s", str(o, "sheet"), str(o, "cell"));
	if (tong__json_int(o, "line", 0))
		fprintf(out, _(" (line %lld)"), (long long)tong__json_int(o, "line", 0));
	fprintf(out, " %s%s%s", str(o, "column"), *str(o, "column") ? _(": ") : "", str(o, "reason"));
	if (*str(o, "found")) {
		fputs(_("; found: "), out);
		print_short(str(o, "found"), out);
	}
	fprintf(out, _("; wanted: %s"), str(o, "wanted"));
	putc('\n', out);
}

static void print_finding(const json_t *o, FILE *out)
{
	static const char *const words[] = {N_("error"), N_("warning"), N_("note")};
	const char *severity = str(o, "severity");

	for (size_t i = 0; i < 3; i++)
		severity = strcmp(severity, words[i]) ? severity : tong__text(words[i]);
	fprintf(out, "  %s%s%s %s %s%s%s", str(o, "sheet"), *str(o, "cell") ? "!" : "", str(o, "cell"),
	        severity, *str(o, "element") ? str(o, "element") : str(o, "subject"), _(": "),
	        str(o, "text"));
	if (*str(o, "found")) {
		fputs(_("; found: "), out);
		print_short(str(o, "found"), out);
	}
	if (*str(o, "wanted"))
		fprintf(out, _("; wanted: %s"), str(o, "wanted"));
	fprintf(out, _(" (rule %s)"), str(o, "rule"));
	putc('\n', out);
}

static void print_untouched(const json_t *o, FILE *out)
{
	const json_t *keys = tong__json_arr(o, "keys");

	fprintf(out, _("  %s, %zu rows: "), kind_words(o), json_array_size(keys));
	for (size_t i = 0; i < json_array_size(keys) && i < 5; i++)
		fprintf(out, "%s%s", i ? _(", ") : "", json_string_value(json_array_get(keys, i)));
	fprintf(out, "%s\n", json_array_size(keys) > 5 ? " …" : "");
}

static void print_note(const json_t *o, FILE *out)
{
	fprintf(out, "  %s\n", json_string_value(o));
}

static const struct section {
	const char *list, *title;
	void (*print)(const json_t *, FILE *);
} sections[] = {
	{"problems", N_("not understood"), print_problem},
	{"findings", N_("what check finds"), print_finding},
	{"changed", N_("changed"), print_change},
	{"added", N_("added"), print_row},
	{"kept", N_("newer in the catalogue and not touched in the sheet: the catalogue's is kept"),
	 print_change},
	{"untouched", N_("not in the sheet, left as it is"), print_untouched},
	{"notes", N_("notes"), print_note},
};

void tong__import_print(const json_t *report, FILE *out)
{
	for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
		const json_t *list = tong__json_arr(report, sections[i].list);
		size_t n = json_array_size(list);

		if (!n)
			continue;
		fprintf(out, "%s%s%zu\n", tong__text(sections[i].title), _(": "), n);
		for (size_t k = 0; k < n && k < SHOWN; k++)
			sections[i].print(json_array_get(list, k), out);
		if (n > SHOWN)
			fprintf(out, _("  … and %zu more, see --json\n"), n - SHOWN);
	}
	fprintf(out, _("not changed: %lld rows\n"), (long long)tong__json_int(report, "unchanged", 0));
}
