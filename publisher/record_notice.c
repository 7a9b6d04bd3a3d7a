/* Records notice/ID, licence/ID and intermediary/ID: what a catalogue may hold beside its items. */
#include "publisher/records.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "publisher/md.h"

/* ---- notices ---- */

/* The text of a notice, its sections put together again; NULL when memory is out. */
static char *html_of(const struct tong__doc *d)
{
	struct tong__buf text;
	char *html = NULL;

	tong__buf_init(&text, TONG_MAX_SOURCE_FILE * 2);
	for (size_t i = 0; i < d->n_sections; i++)
		tong__buf_addf(&text, "%s%s\n\n%s\n\n", *d->sections[i].heading ? "## " : "",
		               d->sections[i].heading, d->sections[i].markdown);
	if (!text.failed && !tong__buf_add(&text, "", 0))
		html = tong__md_html(text.data ? text.data : "");
	tong__buf_free(&text);
	return html;
}

static int put_notice(struct tong__build *b, const struct tong__doc *d)
{
	static const char *const copied[] = {"title", "date", "number", "issuer", "source"};
	char id[65], *html = html_of(d);
	json_t *rec;

	if (!html)
		return tong__fail_nomem(b->err);
	tong__notice_id(d, id);
	rec = tong__record_new(b, "notice/", id);
	for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
		tong__set(b, rec, copied[i], tong__known(b, json_object_get(d->root, copied[i])));
	tong__set_str(b, rec, "html", html);
	free(html);
	return tong__record_put(b, rec);
}

int tong__records_notices(struct tong__build *b)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < b->m->n_notices; i++)
		rc = put_notice(b, b->m->notices[i]);
	return rc;
}

/* ---- licences ---- */

/* Ids of the materials that this licence replaces, in the order of the file. */
static json_t *replaced_by(struct tong__build *b, const char *licence)
{
	const struct tong__doc *d = b->m->materials;
	json_t *list = json_array(), *v;
	size_t i;

	json_array_foreach(d ? tong__json_arr(d->root, "materials") : NULL, i, v) {
		const char *id = tong__json_str(v, "id"), *with = tong__json_str(v, "licence");

		if (id && with && !strcmp(with, licence))
			tong__add(b, list, json_string(id));
	}
	if (!list)
		b->nomem = true;
	return list;
}

int tong__records_licences(struct tong__build *b)
{
	const struct tong__doc *d = b->m->licences;
	json_t *v, *rec;
	size_t i;
	int rc = 0;

	json_array_foreach(d ? tong__json_arr(d->root, "licences") : NULL, i, v) {
		const char *id = tong__json_str(v, "id");

		if (!id || rc)
			continue;
		rec = tong__record_new(b, "licence/", id);
		tong__set_str(b, rec, "name", tong__json_str(v, "name"));
		tong__set_str(b, rec, "issuer", tong__json_str(v, "issuer"));
		tong__set_str(b, rec, "source", tong__json_str(v, "source"));
		tong__set(b, rec, "materials", replaced_by(b, id));
		rc = tong__record_put(b, rec);
	}
	return rc;
}

/* ---- intermediaries ---- */

int tong__records_intermediaries(struct tong__build *b)
{
	static const char *const copied[] = {"name", "uscc", "service", "region", "phone",
	                                     "address", "source", "note"};
	const struct tong__table *t = b->m->intermediaries;
	int rc = 0;

	for (size_t row = 0; !rc && t && row < t->n_rows; row++) {
		json_t *rec = tong__record_new(b, "intermediary/", tong__table_cell(t, row, "id"));

		for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
			tong__set_str(b, rec, copied[i], tong__table_cell(t, row, copied[i]));
		rc = tong__record_put(b, rec);
	}
	return rc;
}

/* ---- which of them there are ---- */

json_t *tong__record_kinds(struct tong__build *b)
{
	const struct tong__model *m = b->m;
	json_t *list = json_array();

	if (m->intermediaries && m->intermediaries->n_rows)
		tong__add(b, list, json_string("intermediaries"));
	if (m->licences && json_array_size(tong__json_arr(m->licences->root, "licences")))
		tong__add(b, list, json_string("licences"));
	if (m->n_notices)
		tong__add(b, list, json_string("notices"));
	if (!list)
		b->nomem = true;
	return list;
}
