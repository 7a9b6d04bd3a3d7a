/* A review for a terminal, and the words that all formats share. */
#include <string.h>

#include "core/json.h"
#include "publisher/review.h"

#define MAX_NAMES 5    /* more names in one sentence are not read */
#define MAX_ROWS 20    /* rows of one region that a terminal shows */

const char *tong__review_verb(const char *change)
{
	return !strcmp(change, "added") ? "新增" : !strcmp(change, "removed") ? "删除" : "修改";
}

/* "（广安区、邻水县）" when they are few. */
static void add_names(const json_t *list, const char *open, const char *close,
                      struct tong__buf *out)
{
	const json_t *v;
	size_t i;

	if (json_array_size(list) > MAX_NAMES)
		return;
	json_array_foreach(list, i, v) {
		const char *name = tong__json_str(v, "name");

		tong__buf_addf(out, "%s%s", i ? "、" : open, name ? name : tong__json_str(v, "code"));
	}
	tong__buf_adds(out, close);
}

void tong__impact_words(const json_t *impact, struct tong__buf *out)
{
	const json_t *items = tong__json_arr(impact, "items");
	const json_t *regions = tong__json_arr(impact, "regions");
	const char *level;
	size_t n = 0;
	json_t *v;

	if (items) {
		tong__buf_addf(out, "影响 %zu 个事项", json_array_size(items));
		add_names(items, "（", "）", out);
	}
	json_object_foreach(tong__json_obj(impact, "levels"), level, v)
		tong__buf_addf(out, "%s%lld 个%s", n++ ? "、" : items ? "，" : "影响 ",
		               (long long)json_integer_value(v), level);
	if (regions)
		add_names(regions, "：", "", out);
}

void tong__review_count(const json_t *review, struct tong__buf *out)
{
	const json_t *changes = tong__json_arr(review, "changes"), *c;
	const char *last = "", *label;
	size_t i, n = 0, told = 0;

	json_array_foreach(changes, i, c) {
		label = tong__json_str(c, "label");
		n = strcmp(label, last) ? 1 : n + 1;
		last = label;
		if (i + 1 < json_array_size(changes) &&
		    !strcmp(tong__json_str(json_array_get(changes, i + 1), "label"), label))
			continue;
		tong__buf_addf(out, "%s%s %zu 项", told++ ? "，" : "", label, n);
	}
	if (!told)
		tong__buf_adds(out, "没有变化");
}

static void add_what(const json_t *what, const char *before, struct tong__buf *out)
{
	const json_t *v;
	size_t i;

	json_array_foreach(what, i, v)
		tong__buf_addf(out, "%s%s\n", before, json_string_value(v));
}

static void add_rows(const json_t *rows, struct tong__buf *out)
{
	const json_t *row, *what, *one;
	size_t i, k;

	json_array_foreach(rows, i, row) {
		if (i == MAX_ROWS) {
			tong__buf_addf(out, "  · 其余 %zu 行略\n", json_array_size(rows) - i);
			return;
		}
		tong__buf_addf(out, "  · %s %s：", tong__json_str(row, "id"), tong__json_str(row, "name"));
		what = tong__json_arr(row, "what");
		json_array_foreach(what, k, one)
			tong__buf_addf(out, "%s%s", k ? "；" : "", json_string_value(one));
		tong__buf_adds(out, "\n");
	}
}

static void add_change(const json_t *c, struct tong__buf *out)
{
	const json_t *impact = tong__json_obj(c, "impact");
	const char *name = tong__json_str(c, "name");

	tong__buf_addf(out, "\n%s %s%s%s（%s）\n", tong__json_str(c, "label"), tong__json_str(c, "id"),
	               *name ? " " : "", name, tong__review_verb(tong__json_str(c, "change")));
	add_what(tong__json_arr(c, "what"), "  - ", out);
	add_rows(tong__json_arr(c, "rows"), out);
	if (impact) {
		tong__buf_adds(out, "  ");
		tong__impact_words(impact, out);
		tong__buf_adds(out, "\n");
	}
}

static void add_side(const json_t *side, struct tong__buf *out)
{
	const char *commit = tong__json_str(side, "commit"), *date = tong__json_str(side, "date");

	tong__buf_adds(out, tong__json_str(side, "label"));
	if (*commit)
		tong__buf_addf(out, "（%.12s，%s）", commit, date);
}

int tong__review_text(const json_t *review, struct tong__buf *out)
{
	const json_t *c;
	size_t i;

	add_side(tong__json_obj(review, "from"), out);
	tong__buf_adds(out, " → ");
	add_side(tong__json_obj(review, "to"), out);
	tong__buf_adds(out, "\n");
	tong__review_count(review, out);
	tong__buf_adds(out, "\n");
	json_array_foreach(tong__json_arr(review, "changes"), i, c)
		add_change(c, out);
	return out->failed;
}
