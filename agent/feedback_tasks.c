/* Editors' tasks: one Markdown file for each item that somebody said something about. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/feedback.h"
#include "core/element.h"
#include "core/file.h"
#include "core/json.h"
#include "core/message.h"
#include "core/text.h"

#define MAX_TASK  (4u << 20)
#define MAX_VALUE 400 /* bytes of what an element says now */

struct tasks {
	tong_agent *agent;
	const char *dir;
	json_t *items; /* file name -> [row…] */
	uint64_t *files;
	tong_error *err;
};

/* Somebody else's words stay words: no heading, list, link or HTML of theirs. */
static void put_quoted(struct tong__buf *out, const char *s)
{
	tong__buf_adds(out, "> ");
	for (; *s; s++) {
		if (*s == '\n')
			tong__buf_adds(out, "\n> ");
		else if (strchr("\\`*_{}[]<>#+-!|&~", *s))
			tong__buf_addf(out, "\\%c", *s);
		else
			tong__buf_addc(out, *s);
	}
	tong__buf_adds(out, "\n");
}

/* ---- the fields in question ---- */

static bool in_question(const struct tong__element *e, const json_t *row)
{
	const char *field = tong__json_str(row, "field"), *text = tong__json_str(row, "text"),
			   *what = tong__json_str(row, "what");

	if (field)
		return strcmp(field, e->name) == 0;
	if (text && strstr(text, e->label))
		return true;
	return what && strcmp(what, "link") == 0 && tong__ends(e->name, "_url");
}

static void put_value(struct tong__buf *out, const struct tong__element *e, const json_t *rec)
{
	const json_t *v = json_object_get(rec, e->name);
	char *text = json_is_string(v) ? strdup(json_string_value(v))
				 : v               ? json_dumps(v, JSON_COMPACT | JSON_ENCODE_ANY)
								   : NULL;

	tong__buf_addf(out, "- [ ] %s (`%s`)", e->label, e->name);
	if (text) {
		size_t n = strlen(text), cut = n > MAX_VALUE ? MAX_VALUE : n;

		while (cut < n && ((unsigned char)text[cut] & 0xc0) == 0x80)
			cut--;
		for (size_t i = 0; i < cut; i++)
			if (text[i] == '\n' || text[i] == '`')
				text[i] = ' ';
		tong__buf_addf(out, _(": now `%.*s`%s"), (int)cut, text, cut < n ? " …" : "");
	}
	tong__buf_addc(out, '\n');
	free(text);
}

static size_t put_fields(struct tong__buf *out, const struct tong__element *table,
						 const json_t *rows, const json_t *rec)
{
	const json_t *row;
	size_t n = 0, i;

	for (const struct tong__element *e = table; e->name; e++) {
		bool wanted = false;

		json_array_foreach(rows, i, row) wanted |= in_question(e, row);
		if (wanted)
			put_value(out, e, rec);
		n += wanted;
	}
	return n;
}

/* ---- one file ---- */

static void put_row(struct tong__buf *out, const json_t *row)
{
	time_t t = (time_t)tong__json_int(row, "made", 0);
	const char *text = tong__json_str(row, "text");
	json_int_t rating = tong__json_int(row, "rating", 0);
	char day[40] = "", where[200];
	struct tm tm;

	if (gmtime_r(&t, &tm))
		strftime(day, sizeof day, "%Y-%m-%d", &tm);
	tong__place_text(row, "place", "region", where);
	tong__buf_addf(out, "\n### %s\n\n%s, %s%s%s", tong__json_str(row, "id"), day,
				   tong__feedback_what(tong__json_str(row, "what")), *where ? ", " : "", where);
	if (rating)
		tong__buf_addf(out, _(", %lld of 5"), (long long)rating);
	if (json_is_false(json_object_get(row, "current")))
		tong__buf_adds(out, _(", about a standard that has changed since"));
	tong__buf_adds(out, "\n\n");
	if (text)
		put_quoted(out, text);
}

static json_t *shown(tong_agent *a, const char *item)
{
	tong_error own = TONG_ERROR_INIT;
	char *text = NULL;
	json_t *doc = NULL;

	if (item && tong_agent_show(a, item, NULL, &text, &own) == 0)
		doc = tong__json_text(text);
	tong_agent_free(text);
	return doc;
}

static int write_task(struct tasks *t, const char *name, const json_t *rows)
{
	const json_t *first = json_array_get(rows, 0), *row;
	const char *item = tong__json_str(first, "item"), *title = tong__json_str(first, "name");
	json_t *doc = shown(t->agent, item);
	struct tong__buf out;
	char path[4096];
	size_t i, n;
	int rc;

	tong__buf_init(&out, MAX_TASK);
	tong__buf_addf(&out, "# %s %s\n\n", item ? item : "", title ? title : _("no item named"));
	if (tong__json_str(doc, "fingerprint"))
		tong__buf_addf(&out, _("Standard now: %s\n\n"), tong__json_str(doc, "fingerprint"));
	tong__buf_addf(&out, "## %s\n\n", _("Fields in question"));
	n = put_fields(&out, tong__item_elements, rows, tong__json_obj(doc, "item"));
	n += put_fields(&out, tong__listing_elements, rows, NULL);
	if (n == 0)
		tong__buf_addf(&out, "- [ ] %s\n", _("none was named: read the words below"));
	tong__buf_addf(&out, "\n## %s\n", _("What was said"));
	json_array_foreach(rows, i, row) put_row(&out, row);
	json_decref(doc);
	if ((size_t)snprintf(path, sizeof path, "%s/%s.md", t->dir, name) >= sizeof path)
		rc = tong__fail(t->err, TONG_E_LIMIT, t->dir, "the path is too long");
	else if (out.failed)
		rc = tong__fail(t->err, out.failed, name, "the task does not fit");
	else
		rc = tong__file_write(path, out.data, out.len, t->err);
	tong__buf_free(&out);
	return rc;
}

static void sort_in(struct tasks *t, json_t *row)
{
	const char *item = tong__json_str(row, "item"),
			   *name = item && tong__item_code_valid(item) ? item : "other";
	json_t *rows = json_object_get(t->items, name);

	if (json_object_get(row, "closed") ||
		(!json_object_get(row, "text") && strcmp(tong__json_str(row, "what"), "rating") == 0))
		return; /* a mark without words is for the counts */
	if (!rows) {
		rows = json_array();
		json_object_set_new(t->items, name, rows);
	}
	json_array_append(rows, row);
}

int tong__feedback_tasks(tong_agent *a, const json_t *rows, const char *dir, uint64_t *files,
						 tong_error *err)
{
	struct tasks t = { a, dir, json_object(), files, err };
	const char *name;
	json_t *v;
	size_t i;
	int rc = t.items ? tong__mkdirs(dir, err) : tong__fail_nomem(err);

	json_array_foreach(rows, i, v) sort_in(&t, v);
	json_object_foreach(t.items, name, v)
	{
		if (!rc)
			rc = write_task(&t, name, v);
		*files += !rc;
	}
	json_decref(t.items);
	return rc;
}
