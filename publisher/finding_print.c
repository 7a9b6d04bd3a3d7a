/* Findings as text for editors, as JSON for programs, as SARIF for review tools. */
#include "publisher/finding.h"

#include <string.h>

#include "core/json.h"
#include "core/limits.h"

static const char *severity_zh(const struct tong__finding *f)
{
	static const char *const names[] = {"提示", "警告", "错误"};

	return f->waived ? "豁免" : names[f->rule->severity];
}

static const char *severity_en(const struct tong__finding *f)
{
	static const char *const names[] = {"note", "warning", "error"};   /* SARIF's levels */

	return names[f->rule->severity];
}

static void print_place(const struct tong__finding *f, const char *prefix, FILE *out)
{
	fprintf(out, "%s%s", prefix, f->path);
	if (f->line)
		fprintf(out, ":%u", f->line);
	if (f->line && f->column)
		fprintf(out, ":%u", f->column);
}

static void print_zh(const struct tong__finding *f, const char *prefix, FILE *out)
{
	print_place(f, prefix, out);
	fprintf(out, ": %s [%s] ", severity_zh(f), f->rule->id);
	if (*f->element)
		fprintf(out, "%s：", f->element);
	fprintf(out, "%s", f->rule->zh);
	if (*f->found)
		fprintf(out, "。找到：%s", f->found);
	if (*f->wanted)
		fprintf(out, "；应为：%s", f->wanted);
	fprintf(out, "。\n    怎么改：%s（依据：%s）\n", f->rule->hint_zh, f->rule->clause);
}

static void print_en(const struct tong__finding *f, const char *prefix, FILE *out)
{
	print_place(f, prefix, out);
	fprintf(out, ": %s [%s] ", f->waived ? "waived" : severity_en(f), f->rule->id);
	if (*f->element)
		fprintf(out, "%s: ", f->element);
	fprintf(out, "%s", f->rule->en);
	if (*f->found)
		fprintf(out, "; found: %s", f->found);
	if (*f->wanted)
		fprintf(out, "; wanted: %s", f->wanted);
	fprintf(out, "\n    what to do: %s (from: %s)\n", f->rule->hint_en, f->rule->clause);
}

static json_t *as_json(const struct tong__finding *f, const char *prefix)
{
	return json_pack("{s:s, s:s, s:s+, s:i, s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}",
	                 "rule", f->rule->id, "severity", severity_en(f), "file", prefix, f->path,
	                 "line", (int)f->line, "column", (int)f->column, "element", f->element,
	                 "subject", f->subject, "found", f->found, "wanted", f->wanted,
	                 "text", f->rule->zh, "clause", f->rule->clause, "hint", f->rule->hint_zh,
	                 "waived", f->waived);
}

static json_t *as_sarif(const struct tong__finding *f, const char *prefix)
{
	json_t *r = json_pack(
		"{s:s, s:s, s:{s:s++++}, s:[{s:{s:{s:s+}, s:{s:i, s:i}}}]}",
		"ruleId", f->rule->id, "level", severity_en(f),
		"message", "text", f->rule->zh, "。找到：", f->found, "；应为：", f->wanted,
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
			"shortDescription", "text", r->zh,
			"help", "text", r->hint_zh, "markdown", r->hint_zh));
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
		return json_pack("{s:s, s:s, s:[{s:{s:{s:s, s:o}}, s:o}]}",
		                 "$schema", "https://json.schemastore.org/sarif-2.1.0.json",
		                 "version", "2.1.0", "runs", "tool", "driver",
		                 "name", "tong-publish check", "rules", sarif_rules(),
		                 "results", list_of(fs, prefix, as_sarif));
	return json_pack("{s:o, s:{s:i, s:i, s:i}}", "findings", list_of(fs, prefix, as_json),
	                 "summary", "errors", (int)tong__findings_of(fs, TONG__ERROR),
	                 "warnings", (int)tong__findings_of(fs, TONG__WARNING),
	                 "notes", (int)tong__findings_of(fs, TONG__NOTE));
}

int tong__findings_print(const struct tong__findings *fs, enum tong__findings_format format,
                         const char *prefix, FILE *out, tong_error *err)
{
	json_t *doc;
	int rc = 0;

	if (format == TONG__FINDINGS_TEXT || format == TONG__FINDINGS_TEXT_EN) {
		for (size_t i = 0; i < tong__findings_count(fs); i++)
			(format == TONG__FINDINGS_TEXT ? print_zh : print_en)(tong__findings_at(fs, i), prefix,
			                                                      out);
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
