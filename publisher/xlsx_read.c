/* Reading XLSX: which parts the workbook has, its shared strings, then sheet after sheet. */
#include <stdlib.h>
#include <string.h>

#include "publisher/xlsx_parts.h"

#define MAX_PATH 512

/* A relation: an id, and where it points, as a path in the archive. */
struct relation {
	char id[64];
	char type[32];       /* last word of its type */
	char target[MAX_PATH];
};

struct relations {
	const char *base;    /* folder of the part whose relations these are, with '/' at the end */
	struct relation *at;
	size_t n;
	const char *subject;
};

/* "../a/b" below "xl/worksheets/" is "xl/a/b"; "/xl/a" is "xl/a". False when it climbs out or is
 * too long. */
static bool resolve(const char *base, const char *target, char out[MAX_PATH])
{
	size_t n = *target == '/' ? 0 : strlen(base);

	if (n + strlen(target) + 1 > MAX_PATH)
		return false;
	memcpy(out, base, n);
	target += *target == '/';
	while (!strncmp(target, "../", 3)) {
		if (!n)
			return false;
		for (n--; n && out[n - 1] != '/';)
			n--;
		target += 3;
	}
	target += !strncmp(target, "./", 2) ? 2 : 0;
	memcpy(out + n, target, strlen(target) + 1);
	return true;
}

static int on_relation(void *user, const char *name, const char **a, tong_error *err)
{
	struct relations *r = user;
	const char *id = tong__xml_attribute(a, "Id"), *target = tong__xml_attribute(a, "Target");
	const char *type = tong__xml_attribute(a, "Type"), *mode = tong__xml_attribute(a, "TargetMode");
	struct relation *p;

	if (strcmp(name, "Relationship") || !id || !target || !type || (mode && !strcmp(mode,
	                                                                                "External")))
		return 0;
	if (r->n == TONG_SHEET_ENTRIES)
		return tong__fail(err, TONG_E_LIMIT, r->subject, "more than %d parts", TONG_SHEET_ENTRIES);
	p = realloc(r->at, (r->n + 1) * sizeof *p);
	if (!p)
		return tong__fail_nomem(err);
	r->at = p;
	p += r->n;
	type = strrchr(type, '/') ? strrchr(type, '/') + 1 : type;
	if (strlen(id) >= sizeof p->id || strlen(type) >= sizeof p->type ||
	    !resolve(r->base, target, p->target))
		return 0;
	memcpy(p->id, id, strlen(id) + 1);
	memcpy(p->type, type, strlen(type) + 1);
	r->n++;
	return 0;
}

static int read_relations(struct tong__xlsx *x, const char *part, struct relations *r,
                          tong_error *err)
{
	static const struct tong__xml_handler h = {on_relation, NULL, NULL};

	r->subject = x->zip.subject;
	return tong__xml_part(&x->zip, part, &h, r, err);
}

static const char *target_of(const struct relations *r, const char *id, const char *type)
{
	for (size_t i = 0; i < r->n; i++)
		if ((id && !strcmp(r->at[i].id, id)) || (type && !strcmp(r->at[i].type, type)))
			return r->at[i].target;
	return NULL;
}

/* ---- shared strings: <si> of <t>, or of <r><t>; what <rPh> holds is how to pronounce it ---- */

struct strings {
	struct tong__xlsx *x;
	struct tong__buf text;
	bool in_text, in_phonetic;
};

static int string_start(void *user, const char *name, const char **a, tong_error *err)
{
	struct strings *s = user;

	(void)a, (void)err;
	if (!strcmp(name, "si"))
		tong__buf_clear(&s->text);
	else if (!strcmp(name, "rPh"))
		s->in_phonetic = true;
	else if (!strcmp(name, "t"))
		s->in_text = !s->in_phonetic;
	return 0;
}

static int string_text(void *user, const char *p, size_t n, tong_error *err)
{
	struct strings *s = user;

	if (s->in_text && tong__buf_add(&s->text, p, n))
		return tong__fail(err, s->text.failed, s->x->zip.subject,
		                  "string %zu has more than %d bytes",
		                  s->x->n_strings + 1, TONG_SHEET_CELL);
	return 0;
}

static int add_string(struct strings *s, tong_error *err)
{
	struct tong__xlsx *x = s->x;
	const char **p;

	if (x->n_strings == x->cap_strings) {
		size_t cap = x->cap_strings ? x->cap_strings * 2 : 256;

		if (x->n_strings >= TONG_SHEET_CELLS)
			return tong__fail(err, TONG_E_LIMIT, x->zip.subject, "more than %d strings",
			                  TONG_SHEET_CELLS);
		p = realloc(x->strings, cap * sizeof *p);
		if (!p)
			return tong__fail_nomem(err);
		x->strings = p;
		x->cap_strings = cap;
	}
	tong__xlsx_unescape(&s->text);
	x->n_strings++;
	return tong__book_text(x->book, s->text.data ? s->text.data : "", s->text.len,
	                       &x->strings[x->n_strings - 1], err);
}

static int string_end(void *user, const char *name, tong_error *err)
{
	struct strings *s = user;

	if (!strcmp(name, "t"))
		s->in_text = false;
	else if (!strcmp(name, "rPh"))
		s->in_phonetic = false;
	else if (!strcmp(name, "si"))
		return add_string(s, err);
	return 0;
}

static int read_strings(struct tong__xlsx *x, const char *path, tong_error *err)
{
	static const struct tong__xml_handler h = {string_start, string_end, string_text};
	struct strings s = {.x = x};
	int rc;

	tong__buf_init(&s.text, TONG_SHEET_CELL);
	rc = tong__xml_part(&x->zip, path, &h, &s, err);
	tong__buf_free(&s.text);
	return rc;
}

/* ---- the workbook ---- */

struct listed {
	char name[128];      /* 31 characters */
	char id[64];
	bool hidden;
};

struct workbook {
	struct tong__xlsx *x;
	struct listed *sheets;
	size_t n;
};

static int on_workbook(void *user, const char *name, const char **a, tong_error *err)
{
	struct workbook *w = user;
	const char *title = tong__xml_attribute(a, "name"), *id = tong__xml_attribute(a, "id");
	const char *state = tong__xml_attribute(a, "state"), *from = tong__xml_attribute(a, "date1904");
	struct listed *p;

	if (!strcmp(name, "workbookPr"))
		w->x->from_1904 = from && (!strcmp(from, "1") || !strcmp(from, "true"));
	if (strcmp(name, "sheet") || !title || !id)
		return 0;
	if (w->n == TONG_SHEET_SHEETS || strlen(title) >= sizeof p->name || strlen(id) >= sizeof p->id)
		return tong__fail(err, TONG_E_LIMIT, w->x->zip.subject,
		                  "more than %d sheets, or the name of one is too long",
		                  TONG_SHEET_SHEETS);
	p = realloc(w->sheets, (w->n + 1) * sizeof *p);
	if (!p)
		return tong__fail_nomem(err);
	w->sheets = p;
	p += w->n++;
	memcpy(p->name, title, strlen(title) + 1);
	memcpy(p->id, id, strlen(id) + 1);
	p->hidden = state && strcmp(state, "visible");
	return 0;
}

static int read_sheets(const struct workbook *w, const struct relations *r, tong_error *err)
{
	struct tong__xlsx *x = w->x;
	const char *path = target_of(r, NULL, "sharedStrings");
	int rc = path && tong__zip_has(&x->zip, path) ? read_strings(x, path, err) : 0;

	path = target_of(r, NULL, "styles");
	if (!rc && path && tong__zip_has(&x->zip, path))
		rc = tong__xlsx_styles(x, path, err);
	for (size_t i = 0; !rc && i < w->n; i++) {
		path = target_of(r, w->sheets[i].id, NULL);
		/* A chart on a sheet of its own has no cells. */
		if (path && !strstr(path, "chartsheets/"))
			rc = tong__xlsx_cells(x, path, w->sheets[i].name, w->sheets[i].hidden, err);
	}
	return rc;
}

/* The folder of a part, and where its relations are. */
static bool beside(const char *part, char base[MAX_PATH], char relations[MAX_PATH])
{
	const char *slash = strrchr(part, '/');
	size_t n = slash ? (size_t)(slash - part) + 1 : 0;

	if (strlen(part) + 12 > MAX_PATH)
		return false;
	memcpy(base, part, n);
	base[n] = '\0';
	memcpy(relations, part, n);
	memcpy(relations + n, "_rels/", 6);
	memcpy(relations + n + 6, part + n, strlen(part + n));
	memcpy(relations + 6 + strlen(part), ".rels", 6);
	return true;
}

static int read_workbook(struct tong__xlsx *x, const char *part, tong_error *err)
{
	static const struct tong__xml_handler h = {on_workbook, NULL, NULL};
	char base[MAX_PATH], path[MAX_PATH];
	struct workbook w = {.x = x};
	struct relations r = {.base = base};
	int rc;

	if (!beside(part, base, path))
		return tong__fail(err, TONG_E_FORMAT, x->zip.subject, "the name of a part is too long");
	rc = tong__xml_part(&x->zip, part, &h, &w, err);
	if (!rc)
		rc = read_relations(x, path, &r, err);
	if (!rc)
		rc = read_sheets(&w, &r, err);
	free(r.at);
	free(w.sheets);
	return rc;
}

int tong__xlsx_read(struct tong__book *book, const char *subject, const char *bytes, size_t n,
                    tong_error *err)
{
	struct tong__xlsx x = {.book = book};
	struct relations r = {.base = ""};
	const char *part;
	int rc = tong__zip_open(&x.zip, subject, bytes, n, err);

	if (!rc)
		rc = read_relations(&x, "_rels/.rels", &r, err);
	if (!rc) {
		part = target_of(&r, NULL, "officeDocument");
		rc = part ? read_workbook(&x, part, err)
		          : tong__fail(err, TONG_E_FORMAT, subject,
		                       "is no spreadsheet: it has no workbook");
	}
	free(r.at);
	free(x.strings);
	free(x.is_date);
	tong__zip_close(&x.zip);
	return rc;
}
