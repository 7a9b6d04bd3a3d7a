/* A review for a merge request: short sentences first, the table of fields folded away. */
#include <string.h>

#include "core/json.h"
#include "publisher/review.h"

#define MAX_CELL 300      /* bytes of a value in a table; the HTML page has all of it */
#define MAX_BYTES 60000   /* hosts refuse longer comments: GitHub at 65,536 characters */

/* Characters that Markdown or HTML would take for their own. */
static void add_plain(struct tong__buf *out, const char *s, size_t n)
{
	for (const char *end = s + n; s < end; s++) {
		if (*s == '\n')
			tong__buf_adds(out, "<br>");
		else if (*s == '<')
			tong__buf_adds(out, "&lt;");
		else if (*s == '&')
			tong__buf_adds(out, "&amp;");
		else if (strchr("\\`*_[]|#~@!>$", *s))
			tong__buf_addf(out, "\\%c", *s);
		else
			tong__buf_addc(out, *s);
	}
}

static void add_text(struct tong__buf *out, const char *s)
{
	add_plain(out, s, strlen(s));
}

/* A value for a cell, cut between two characters. */
static void add_cell(struct tong__buf *out, const char *s)
{
	size_t n = strlen(s), cut = n;

	while (n && s[n - 1] == '\n')
		n--;
	if (n > MAX_CELL)
		for (cut = MAX_CELL; cut && ((unsigned char)s[cut] & 0xc0) == 0x80; cut--)
			;
	add_plain(out, s, cut < n ? cut : n);
	if (cut < n)
		tong__buf_adds(out, "…");
}

static void add_fields(const json_t *fields, struct tong__buf *out)
{
	const json_t *f;
	size_t i;

	json_array_foreach(fields, i, f) {
		tong__buf_adds(out, "| ");
		add_cell(out, tong__json_str(f, "label"));
		tong__buf_adds(out, " | ");
		add_cell(out, tong__json_str(f, "before"));
		tong__buf_adds(out, " | ");
		add_cell(out, tong__json_str(f, "after"));
		tong__buf_adds(out, " |\n");
	}
}

static void add_table(const json_t *c, struct tong__buf *out)
{
	const json_t *fields = tong__json_arr(c, "fields");

	if (!json_array_size(fields))
		return;
	tong__buf_addf(out, "\n<details><summary>原文与新文（%zu 处）</summary>\n\n", json_array_size(fields));
	tong__buf_adds(out, "| 字段 | 原 | 新 |\n| --- | --- | --- |\n");
	add_fields(fields, out);
	tong__buf_adds(out, "\n</details>\n");
}

static void add_list(const json_t *what, const char *before, struct tong__buf *out)
{
	const json_t *v;
	size_t i;

	json_array_foreach(what, i, v) {
		tong__buf_adds(out, before);
		add_text(out, json_string_value(v));
		tong__buf_adds(out, "\n");
	}
}

static void add_rows(const json_t *rows, struct tong__buf *out)
{
	const json_t *row;
	size_t i;

	json_array_foreach(rows, i, row) {
		tong__buf_adds(out, "  - ");
		add_text(out, tong__json_str(row, "id"));
		tong__buf_adds(out, " ");
		add_text(out, tong__json_str(row, "name"));
		tong__buf_adds(out, "\n");
		add_list(tong__json_arr(row, "what"), "    - ", out);
	}
}

static void add_change(const json_t *c, struct tong__buf *out)
{
	const json_t *impact = tong__json_obj(c, "impact");
	struct tong__buf words;

	tong__buf_adds(out, "\n### ");
	add_text(out, tong__json_str(c, "label"));
	tong__buf_addf(out, " `%s` ", tong__json_str(c, "id"));
	add_text(out, tong__json_str(c, "name"));
	tong__buf_addf(out, "（%s）\n\n", tong__review_verb(tong__json_str(c, "change")));
	add_list(tong__json_arr(c, "what"), "- ", out);
	add_rows(tong__json_arr(c, "rows"), out);
	if (impact) {
		tong__buf_init(&words, 65536);
		tong__impact_words(impact, &words);
		tong__buf_adds(out, "- ");
		add_text(out, words.data ? words.data : "");
		tong__buf_adds(out, "\n");
		tong__buf_free(&words);
	}
	add_table(c, out);
}

/* One change; one that would make the comment too long is left out, and false says so. */
static bool try_change(const json_t *c, struct tong__buf *out)
{
	size_t before = out->len;

	add_change(c, out);
	if (out->failed || out->len <= MAX_BYTES)
		return true;
	out->len = before;
	out->data[before] = '\0';
	return false;
}

int tong__review_markdown(const json_t *review, struct tong__buf *out)
{
	const json_t *changes = tong__json_arr(review, "changes"), *c;
	size_t i, left = 0;

	tong__buf_adds(out, "## 目录变化：");
	tong__review_count(review, out);
	tong__buf_adds(out, "\n\n");
	add_text(out, tong__json_str(tong__json_obj(review, "from"), "label"));
	tong__buf_adds(out, " → ");
	add_text(out, tong__json_str(tong__json_obj(review, "to"), "label"));
	tong__buf_adds(out, "\n");
	json_array_foreach(changes, i, c)
		left += !try_change(c, out);
	if (left)
		tong__buf_addf(out, "\n另有 %zu 项变化太长，没有列在这里；完整的对照请看 `tong-publish diff --format html`。\n",
		               left);
	return out->failed;
}
