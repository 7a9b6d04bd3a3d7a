/* Findings as text for editors, as JSON for programs, as SARIF for review tools. */
#include "publisher/finding.h"

#include <string.h>

#include "core/element.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/message.h"

static const char *const levels[] = {"note", "warning", "error"};   /* SARIF's, and JSON's */

static void print_place(const struct tong__finding *f, const char *prefix, FILE *out)
{
	fprintf(out, "%s%s", prefix, f->path);
	if (f->line)
		fprintf(out, ":%u", f->line);
	if (f->line && f->column)
		fprintf(out, ":%u", f->column);
}

static const char *english(const struct tong__element *table, const char *label)
{
	const char *found = NULL;

	for (; table && table->name && !found; table++)
		found = !strcmp(table->label, label) ? table->english : english(table->fields, label);
	return found;
}

const char *tong__finding_element(const struct tong__finding *f)
{
	const char *name = tong__chinese() ? NULL : english(tong__item_elements, f->element);

	if (!name && !tong__chinese())
		name = english(tong__listing_elements, f->element);
	return name ? name : f->element;
}

static void print_text(const struct tong__finding *f, const char *prefix, FILE *out)
{
	print_place(f, prefix, out);
	fprintf(out, ": %s [%s] %s%s%s",
	        f->waived ? _("waived") : tong__severity_text(f->rule->severity), f->rule->id,
	        tong__finding_element(f), *f->element ? _(": ") : "", tong__rule_text(f->rule));
	if (*f->found)
		fprintf(out, _("; found: %s"), f->found);
	if (*f->wanted)
		fprintf(out, _("; wanted: %s"), f->wanted);
	fprintf(out, "%s\n    ", _("."));
	fprintf(out, _("what to do: %s (from: %s)"), tong__rule_hint(f->rule), f->rule->clause);
	putc('\n', out);
}

static json_t *as_json(const struct tong__finding *f, const char *prefix)
{
	return json_pack("{s:s, s:s, s:s+, s:i, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}",
	                 "rule", f->rule->id, "severity", levels[f->rule->severity], "file", prefix,
	                 f->path,
	                 "line", (int)f->line, "column", (int)f->column, "element", f->element,
	                 "subject", f->subject, "found", f->found, "wanted", f->wanted,
	                 "text", tong__rule_text(f->rule), "clause", f->rule->clause,
	                 "hint", tong__rule_hint(f->rule), "waived", f->waived);
}

/* A cut in the middle of a character must not lose the finding. */
static json_t *whole(const char *rule, const char *second, const char *third)
{
	json_t *s = json_pack("s++", rule, second, third);

	return s ? s : json_string(rule);
}

static json_t *as_sarif(const struct tong__finding *f, const char *prefix)
{
	char found[1024] = "", wanted[1024] = "";
	json_t *r;

	if (*f->found)
		snprintf(found, sizeof found, _("; found: %s"), f->found);
	if (*f->wanted)
		snprintf(wanted, sizeof wanted, _("; wanted: %s"), f->wanted);
	r = json_pack("{s:s, s:s, s:{s:o}, s:[{s:{s:{s:s+}, s:{s:i, s:i}}}]}",
	              "ruleId", f->rule->id, "level", levels[f->rule->severity],
	              "message", "text", whole(tong__rule_text(f->rule), found, wanted),
	              "locations", "physicalLocation", "artifactLocation", "uri", prefix, f->path,
	              "region", "startLine", f->line ? (int)f->line : 1,
	              "startColumn", f->column ? (int)f->column : 1);
	if (r && f->waived)
		json_object_set_new(r, "suppressions", json_pack("[{s:s}]", "kind", "external"));
	return r;
}

static json_t *sarif_rules(void)
{
	json_t *list = json_array();

	for (const struct tong__rule *r = tong__rules; r->id; r++)
		json_array_append_new(list, json_pack(
			"{s:s, s:{s:s}, s:{s:s, s:s}}", "id", r->id,
			"shortDescription", "text", tong__rule_text(r),
			"help", "text", tong__rule_hint(r), "markdown", tong__rule_hint(r)));
	return list;
}

static json_t *list_of(const struct tong__findings *fs, const char *prefix,
                       json_t *(*one)(const struct tong__finding *, const char *))
{
	json_t *list = json_array();

	for (size_t i = 0; i < tong__findings_count(fs); i++)
		json_array_append_new(list, one(tong__findings_at(fs, i), prefix));
	return list;
}

static json_t *document(const struct tong__findings *fs, enum tong__findings_format format,
                        const char *prefix)
{
	if (format == TONG__FINDINGS_SARIF)
		return json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:o}}, s:s, s:o}]}",
		                 "$schema", "https://json.schemastore.org/sarif-2.1.0.json",
		                 "version", "2.1.0", "runs", "tool", "driver",
		                 "name", "tong-publish check", "rules", sarif_rules(),
		                 "language", tong__chinese() ? "zh-CN" : "en-US", "results",
		                 list_of(fs, prefix, as_sarif));
	return json_pack("{s:s, s:o, s:{s:i, s:i, s:i}}", "language",
	                 tong__chinese() ? "zh" : "en", "findings", list_of(fs, prefix, as_json),
	                 "summary", "errors", (int)tong__findings_of(fs, TONG__ERROR),
	                 "warnings", (int)tong__findings_of(fs, TONG__WARNING),
	                 "notes", (int)tong__findings_of(fs, TONG__NOTE));
}

int tong__findings_print(const struct tong__findings *fs, enum tong__findings_format format,
                         const char *prefix, FILE *out, tong_error *err)
{
	json_t *doc;
	int rc = 0;

	if (format == TONG__FINDINGS_TEXT) {
		for (size_t i = 0; i < tong__findings_count(fs); i++)
			print_text(tong__findings_at(fs, i), prefix, out);
	} else {
		doc = document(fs, format, prefix);
		if (!doc)
			return tong__fail_nomem(err);
		rc = json_dumpf(doc, out, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
		fputc('\n', out);
		json_decref(doc);
	}
	if (rc || ferror(out))
		return tong__fail(err, TONG_E_IO, "findings", "cannot write the findings");
	return TONG_OK;
}
