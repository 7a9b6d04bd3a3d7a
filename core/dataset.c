/* The columns of the open data, and rows as CSV. */
#include "core/dataset.h"

#include <stdint.h>
#include <string.h>

#define TEXT(name, path) {name, path, TONG__CELL_TEXT}
#define INT(name, path) {name, path, TONG__CELL_INT}
#define BOOL(name, path) {name, path, TONG__CELL_BOOL}
#define LIST(name, path) {name, path, TONG__CELL_LIST}
#define COUNT(name, path) {name, path, TONG__CELL_COUNT}
#define END {NULL, NULL, TONG__CELL_TEXT}

static const struct tong__column items[] = {
	TEXT("code", "code"), TEXT("name", "name"), TEXT("type", "type"), TEXT("state", "state"),
	TEXT("main_item", "main_item"), TEXT("summary", "summary"), TEXT("authority", "authority"),
	LIST("levels", "levels"), LIST("served", "served"),
	INT("limit_statutory_days", "limit_statutory.days"),
	TEXT("limit_statutory_unit", "limit_statutory.unit"),
	INT("limit_promised_days", "limit_promised.days"),
	TEXT("limit_promised_unit", "limit_promised.unit"), TEXT("case_type", "case_type"),
	INT("visits", "visits"), LIST("online_depth", "online_depth"),
	TEXT("handle_area", "handle_area"), BOOL("fee_charged", "fee.charged"),
	TEXT("fee_standard", "fee.standard"), TEXT("result_name", "result.name"),
	COUNT("materials", "materials"), LIST("themes", "themes"),
	TEXT("central_dept", "central_dept"), TEXT("guide", "guide"), TEXT("effective", "effective"),
	TEXT("cancelled", "cancelled"), LIST("replaces", "replaces"),
	LIST("replaced_by", "replaced_by"), TEXT("source", "source"), END
};
static const struct tong__column regions[] = {
	TEXT("code", "k"), TEXT("name", "name"), INT("level", "level"), TEXT("type", "type"),
	TEXT("parent", "parent"), BOOL("sample", "sample"), END
};
static const struct tong__column agencies[] = {
	TEXT("id", "k"), TEXT("name", "name"), TEXT("short_name", "short_name"),
	TEXT("region", "region"), TEXT("uscc", "uscc"), TEXT("phone", "phone"),
	TEXT("address", "address"), TEXT("status", "status"), TEXT("note", "note"), END
};
static const struct tong__column laws[] = {
	TEXT("id", "k"), TEXT("title", "title"), TEXT("short", "short"), TEXT("kind", "kind"),
	TEXT("version", "version"), TEXT("effective", "effective"), TEXT("state", "state"),
	TEXT("source", "source"), LIST("items", "items"), END
};
static const struct tong__column materials[] = {
	TEXT("id", "k"), TEXT("name", "name"), TEXT("kind", "kind"), TEXT("source", "source"),
	TEXT("licence", "licence"), LIST("items", "items"), END
};
static const struct tong__column themes[] = {
	TEXT("id", "k"), TEXT("name", "name"), TEXT("audience", "audience"), LIST("words", "words"),
	END
};
static const struct tong__column licences[] = {
	TEXT("id", "k"), TEXT("name", "name"), TEXT("issuer", "issuer"), TEXT("source", "source"),
	LIST("materials", "materials"), END
};
static const struct tong__column intermediaries[] = {
	TEXT("id", "k"), TEXT("name", "name"), TEXT("uscc", "uscc"), TEXT("service", "service"),
	TEXT("region", "region"), TEXT("phone", "phone"), TEXT("address", "address"),
	TEXT("source", "source"), TEXT("note", "note"), END
};
static const struct tong__column notices[] = {
	TEXT("id", "k"), TEXT("title", "title"), TEXT("date", "date"), TEXT("number", "number"),
	TEXT("issuer", "issuer"), TEXT("source", "source"), END
};
static const struct tong__column listings[] = {
	TEXT("item", "item"), BOOL("sample", "sample"), TEXT("agency", "@agency"),
	TEXT("org_code", "@org_code"), TEXT("implementing_code", "@implementing_code"),
	TEXT("level", "@level"), TEXT("hall", "@hall"), TEXT("window", "@window"),
	TEXT("address", "@address"), TEXT("hours", "@hours"), TEXT("phone", "@phone"),
	TEXT("complaint_phone", "@complaint_phone"), TEXT("online_url", "@online_url"),
	TEXT("portal_url", "@portal_url"), INT("limit_promised_days", "@limit_promised.days"),
	TEXT("limit_promised_unit", "@limit_promised.unit"), INT("visits", "@visits"),
	TEXT("case_type", "@case_type"), LIST("online_depth", "@online_depth"),
	TEXT("handle_area", "@handle_area"), TEXT("published_code", "@published_code"),
	TEXT("published_name", "@published_name"), TEXT("source", "@source"), TEXT("note", "@note"),
	END
};
static const struct tong__column halls[] = {
	TEXT("id", "k"), TEXT("name", "name"), TEXT("address", "address"), TEXT("hours", "hours"),
	TEXT("phone", "phone"), TEXT("transport", "transport"), BOOL("sample", "sample"), END
};

/* Adding a table touches one row here, its columns above and its words. */
const struct tong__dataset tong__datasets[] = {
	{"items", "item/", false, false, items},
	{"regions", "region/", false, false, regions},
	{"agencies", "agency/", false, false, agencies},
	{"laws", "law/", false, false, laws},
	{"materials", "material/", false, false, materials},
	{"themes", "theme/", false, false, themes},
	{"licences", "licence/", false, false, licences},
	{"intermediaries", "intermediary/", false, false, intermediaries},
	{"notices", "notice/", false, false, notices},
	{"listings", "listing/", true, true, listings},
	{"halls", "hall/", true, false, halls},
	{NULL, NULL, false, false, NULL},
};

/* ---- rows ---- */

/* A value that is made of what the record says: the id behind a prefix, how long a list is. */
static json_t *made_of(const struct tong__dataset *d, const struct tong__column *c, const json_t *v)
{
	if (c->cell == TONG__CELL_COUNT)
		return json_integer((json_int_t)json_array_size(v));
	return json_string(json_string_value(v) + strlen(d->prefix));
}

static bool is_made(const struct tong__column *c)
{
	return c->cell == TONG__CELL_COUNT || (c->cell == TONG__CELL_TEXT && !strcmp(c->path, "k"));
}

/* The value as far as this column shows it, NULL when it is not known; borrowed. */
static const json_t *known(const struct tong__column *c, const json_t *v)
{
	switch (c->cell) {
	case TONG__CELL_TEXT:
		return json_is_string(v) ? v : NULL;
	case TONG__CELL_INT:
		return json_is_integer(v) ? v : NULL;
	case TONG__CELL_BOOL:
		return json_is_boolean(v) ? v : NULL;
	case TONG__CELL_LIST:
	case TONG__CELL_COUNT:
		return json_array_size(v) ? v : NULL;
	}
	return NULL;
}

#define LETTERS 32

/* The columns whose path begins with a letter, as bits: of two that differ in case alone both. */
struct letters {
	uint64_t columns[LETTERS];
};

static void find_letters(struct letters *l, const struct tong__dataset *d, const char *mark)
{
	size_t skip = strlen(mark);

	memset(l, 0, sizeof *l);
	for (size_t i = 0; i < TONG__CELLS && d->columns[i].name; i++) {
		const char *path = d->columns[i].path;

		if ((*path == '@') == (*mark == '@'))
			l->columns[(unsigned char)path[skip] % LETTERS] |= UINT64_C(1) << i;
	}
}

/* What the columns show of one member: "fee.charged" of its own member, too. */
static void show_member(const struct tong__dataset *d, const struct letters *l, size_t skip,
                        const char *name, const json_t *v, const json_t **cells)
{
	size_t n = strlen(name), i;

	for (uint64_t left = l->columns[(unsigned char)*name % LETTERS]; left; left &= left - 1) {
		const char *path = d->columns[i = (size_t)__builtin_ctzll(left)].path + skip;

		if (strncmp(path, name, n) != 0)
			continue;
		path += n;
		if (*path == '\0')
			cells[i] = known(&d->columns[i], v);
		else if (*path == '.')
			cells[i] = known(&d->columns[i], json_object_get(v, path + 1));
	}
}

/* "fee.charged" is of the record, "@fee.charged" of the case. A row has fewer members than there
 * are columns: each member looks for its columns. */
static void show(const struct tong__dataset *d, const char *mark, const json_t *from,
                 const json_t **cells)
{
	struct letters letters;
	const char *name;
	json_t *v;

	if (from)
		find_letters(&letters, d, mark);
	json_object_foreach((json_t *)from, name, v)
		show_member(d, &letters, strlen(mark), name, v, cells);
}

static int one_row(const struct tong__dataset *d, const json_t *rec, const json_t *one,
                   tong__row_fn fn, void *arg)
{
	const json_t *cells[TONG__CELLS] = {NULL};
	json_t *own[TONG__CELLS];
	size_t n_own = 0;
	int rc = 0;

	show(d, "", rec, cells);
	show(d, "@", one, cells);
	for (size_t i = 0; rc == 0 && i < TONG__CELLS && d->columns[i].name; i++) {
		const struct tong__column *c = &d->columns[i];

		if (!cells[i] || !is_made(c))
			continue;
		cells[i] = own[n_own++] = made_of(d, c, cells[i]);
		rc = cells[i] ? 0 : TONG_E_NOMEM;
	}
	rc = rc ? rc : fn(arg, cells);
	while (n_own > 0)
		json_decref(own[--n_own]);
	return rc;
}

int tong__dataset_rows(const struct tong__dataset *d, const json_t *rec, tong__row_fn fn, void *arg)
{
	const json_t *one;
	size_t i;
	int rc = 0;

	if (!d->cases)
		return one_row(d, rec, NULL, fn, arg);
	json_array_foreach(tong__json_arr(rec, "cases"), i, one)
		rc = rc ? rc : one_row(d, rec, one, fn, arg);
	return rc;
}

/* ---- objects ---- */

void tong__dataset_order(const struct tong__dataset *d, unsigned char order[TONG__CELLS])
{
	const struct tong__column *c = d->columns;

	for (size_t i = 0; i < TONG__CELLS && c[i].name; i++) {
		size_t at = i;

		for (; at > 0 && strcmp(c[order[at - 1]].name, c[i].name) > 0; at--)
			order[at] = order[at - 1];
		order[at] = (unsigned char)i;
	}
}

int tong__dataset_json(const struct tong__dataset *d, const unsigned char order[TONG__CELLS],
                       const json_t *const *cells, struct tong__buf *out)
{
	char mark = '{';
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < TONG__CELLS && d->columns[i].name; i++) {
		if (!cells[order[i]])
			continue;
		tong__buf_addc(out, mark);
		tong__buf_addc(out, '"');
		tong__buf_adds(out, d->columns[order[i]].name);   /* a plain word */
		tong__buf_adds(out, "\":");
		rc = tong__json_record(cells[order[i]], out);
		mark = ',';
	}
	if (mark == '{')
		tong__buf_addc(out, mark);
	return rc ? rc : tong__buf_addc(out, '}');
}

/* ---- commas ---- */

static void put_text(struct tong__buf *out, const char *s)
{
	/* what a spreadsheet would run is shown to be text */
	bool formula = *s && strchr("=+-@\t\r", *s);

	if (!formula && !strpbrk(s, ",\"\r\n")) {
		tong__buf_adds(out, s);
		return;
	}
	tong__buf_adds(out, formula ? "\"'" : "\"");
	for (; *s; s++) {
		if (*s == '"')
			tong__buf_addc(out, '"');
		tong__buf_addc(out, *s);
	}
	tong__buf_addc(out, '"');
}

static int put_list(struct tong__buf *out, const json_t *list)
{
	struct tong__buf text;
	const json_t *v;
	size_t i;

	tong__buf_init(&text, out->max);
	json_array_foreach((json_t *)list, i, v)
		if (json_is_string(v))
			tong__buf_addf(&text, "%s%s", i ? " " : "", json_string_value(v));
	if (text.len)
		put_text(out, text.data);
	i = (size_t)text.failed;
	tong__buf_free(&text);
	return (int)i;
}

int tong__dataset_csv(const struct tong__dataset *d, const json_t *const *cells,
                      struct tong__buf *out)
{
	int rc = 0;

	for (size_t i = 0; i < TONG__CELLS && d->columns[i].name; i++) {
		const json_t *v = cells[i];

		if (i)
			tong__buf_addc(out, ',');
		if (json_is_string(v))
			put_text(out, json_string_value(v));
		else if (json_is_integer(v))
			tong__buf_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
		else if (json_is_boolean(v))
			tong__buf_adds(out, json_is_true(v) ? "true" : "false");
		else if (json_is_array(v) && rc == 0)
			rc = put_list(out, v);
	}
	tong__buf_adds(out, "\r\n");
	return rc ? rc : out->failed;
}

int tong__dataset_csv_head(const struct tong__dataset *d, struct tong__buf *out)
{
	/* with the mark that makes spreadsheets read it as UTF-8 */
	tong__buf_adds(out, "\xef\xbb\xbf");
	for (const struct tong__column *c = d->columns; c->name; c++)
		tong__buf_addf(out, "%s%s", c == d->columns ? "" : ",", c->name);
	return tong__buf_adds(out, "\r\n");
}
