/* A review as one page without script: to read side by side, to print, to sign. */
#include <string.h>

#include "core/json.h"
#include "core/template.h"
#include "publisher/review.h"
#include "publisher/text_diff.h"

static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	"style-src 'unsafe-inline'\">\n<title>目录变化对照</title>\n<style>\n"
	":root{color-scheme:light dark}\n"
	"body{font:16px/1.7 \"Noto Sans CJK SC\",\"Microsoft YaHei\",\"PingFang SC\",sans-serif;"
	"max-width:72rem;margin:0 auto;padding:1rem 1.2rem}\n"
	"h1{font-size:1.5rem}h2{font-size:1.15rem;margin:2.2rem 0 .4rem;padding-top:.8rem;"
	"border-top:2px solid}\n"
	"table{border-collapse:collapse;width:100%;table-layout:fixed;margin:.6rem 0}\n"
	"th,td{border:1px solid #888;padding:.35rem .6rem;vertical-align:top;text-align:left;"
	"white-space:pre-wrap;overflow-wrap:anywhere}\nthead th:first-child{width:9rem}\n"
	"tbody th{font-weight:600}\n"
	"del{background:#fbd3d3;color:#7a0b0b}ins{background:#cdf0d2;color:#0b4d19;"
	"text-decoration:underline}\n"
	".impact{font-weight:600}.sub{color:GrayText}nav ol{columns:2}\n"
	"@media print{body{font-size:11pt;max-width:none}h2{break-after:avoid}tr{break-inside:avoid}"
	"details>*{display:block}}\n</style>\n</head>\n<body>\n";

static void add_string(struct tong__buf *out, const char *s)
{
	tong__escape_text(out, s ? s : "", s ? strlen(s) : 0);
}

static void add_element(struct tong__buf *out, const char *open, const char *s, const char *close)
{
	tong__buf_adds(out, open);
	add_string(out, s);
	tong__buf_adds(out, close);
}

/* ---- the table of fields ---- */

/* One side: what both have, and what only this side has, marked. */
static void add_marked(struct tong__buf *out, const struct tong__edits *e,
                       enum tong__edit_kind own, const char *tag)
{
	tong__buf_adds(out, "<td>");
	for (size_t i = 0; i < e->n; i++) {
		const struct tong__edit *one = &e->at[i];

		if (one->kind != TONG__SAME && one->kind != own)
			continue;
		if (one->kind == own)
			tong__buf_addf(out, "<%s>", tag);
		tong__escape_text(out, one->text.p, one->text.n);
		if (one->kind == own)
			tong__buf_addf(out, "</%s>", tag);
	}
	tong__buf_adds(out, "</td>");
}

static void add_field(const json_t *f, struct tong__buf *out)
{
	const char *a = tong__json_str(f, "before"), *b = tong__json_str(f, "after");
	struct tong__str before = {a, strlen(a)}, after = {b, strlen(b)};
	struct tong__edits e;

	while (before.n && before.p[before.n - 1] == '\n')
		before.n--;
	while (after.n && after.p[after.n - 1] == '\n')
		after.n--;
	add_element(out, "<tr><th scope=\"row\">", tong__json_str(f, "label"), "</th>");
	if (!tong__text_diff(&e, before, after))
		out->failed = TONG_E_NOMEM;
	add_marked(out, &e, TONG__DELETED, "del");
	add_marked(out, &e, TONG__INSERTED, "ins");
	tong__buf_adds(out, "</tr>\n");
	tong__edits_free(&e);
}

static void add_fields(const json_t *fields, struct tong__buf *out)
{
	const json_t *f;
	size_t i;

	if (!json_array_size(fields))
		return;
	tong__buf_adds(out, "<table><thead><tr><th scope=\"col\">字段</th><th scope=\"col\">原</th>"
	                    "<th scope=\"col\">新</th></tr></thead><tbody>\n");
	json_array_foreach(fields, i, f)
		add_field(f, out);
	tong__buf_adds(out, "</tbody></table>\n");
}

/* ---- one change ---- */

static void add_what(const json_t *what, struct tong__buf *out)
{
	const json_t *v;
	size_t i;

	tong__buf_adds(out, "<ul>\n");
	json_array_foreach(what, i, v)
		add_element(out, "<li>", json_string_value(v), "</li>\n");
	tong__buf_adds(out, "</ul>\n");
}

static void add_rows(const json_t *rows, struct tong__buf *out)
{
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		tong__buf_addf(out, "<h3>%s ", tong__review_verb(tong__json_str(row, "change")));
		add_element(out, "", tong__json_str(row, "id"), " ");
		add_element(out, "", tong__json_str(row, "name"), "</h3>\n");
		add_fields(tong__json_arr(row, "fields"), out);
	}
}

static void add_names(const char *title, const json_t *list, struct tong__buf *out)
{
	const json_t *v, *how, *one;
	size_t i, k;

	if (!json_array_size(list))
		return;
	tong__buf_addf(out, "<details><summary>%s（%zu）</summary><ul>\n", title, json_array_size(list));
	json_array_foreach(list, i, v) {
		add_element(out, "<li>", tong__json_str(v, "code"), " ");
		add_string(out, tong__json_str(v, "name"));
		how = tong__json_arr(v, "how");
		json_array_foreach(how, k, one)
			add_element(out, k ? "；" : "：", json_string_value(one), "");
		tong__buf_adds(out, "</li>\n");
	}
	tong__buf_adds(out, "</ul></details>\n");
}

static void add_impact(const json_t *impact, struct tong__buf *out)
{
	struct tong__buf words;

	if (!impact)
		return;
	tong__buf_init(&words, 65536);
	tong__impact_words(impact, &words);
	add_element(out, "<p class=\"impact\">", words.data, "</p>\n");
	tong__buf_free(&words);
	add_names("事项", tong__json_arr(impact, "items"), out);
	add_names("地区", tong__json_arr(impact, "regions"), out);
}

static void add_title(const json_t *c, struct tong__buf *out)
{
	add_string(out, tong__json_str(c, "label"));
	add_element(out, " ", tong__json_str(c, "id"), " ");
	add_string(out, tong__json_str(c, "name"));
	tong__buf_addf(out, "（%s）", tong__review_verb(tong__json_str(c, "change")));
}

static void add_change(const json_t *c, size_t number, struct tong__buf *out)
{
	tong__buf_addf(out, "<section id=\"c%zu\">\n<h2>", number);
	add_title(c, out);
	tong__buf_adds(out, "</h2>\n");
	add_element(out, "<p class=\"sub\">", tong__json_str(c, "path"), "</p>\n");
	add_what(tong__json_arr(c, "what"), out);
	add_impact(tong__json_obj(c, "impact"), out);
	add_fields(tong__json_arr(c, "fields"), out);
	add_rows(tong__json_arr(c, "rows"), out);
	tong__buf_adds(out, "</section>\n");
}

/* ---- the page ---- */

static void add_side(const char *what, const json_t *side, struct tong__buf *out)
{
	add_element(out, what, tong__json_str(side, "label"), " ");
	if (*tong__json_str(side, "commit"))
		tong__buf_addf(out, "%.12s %s", tong__json_str(side, "commit"),
		               tong__json_str(side, "date"));
	tong__buf_adds(out, "<br>\n");
}

int tong__review_html(const json_t *review, struct tong__buf *out)
{
	const json_t *changes = tong__json_arr(review, "changes"), *c;
	size_t i;

	tong__buf_adds(out, head);
	tong__buf_adds(out, "<h1>目录变化对照</h1>\n<p>");
	add_side("原：", tong__json_obj(review, "from"), out);
	add_side("新：", tong__json_obj(review, "to"), out);
	tong__review_count(review, out);
	tong__buf_adds(out, "</p>\n<nav><ol>\n");
	json_array_foreach(changes, i, c) {
		tong__buf_addf(out, "<li><a href=\"#c%zu\">", i + 1);
		add_title(c, out);
		tong__buf_adds(out, "</a></li>\n");
	}
	tong__buf_adds(out, "</ol></nav>\n");
	json_array_foreach(changes, i, c)
		add_change(c, i + 1, out);
	tong__buf_adds(out, "<p>经办：＿＿＿＿＿＿　审核：＿＿＿＿＿＿　日期：＿＿＿＿＿＿</p>\n"
	                    "</body>\n</html>\n");
	return out->failed;
}
