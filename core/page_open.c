/* Open data: the tables as CSV, JSON and records (NDJSON), each with a description of its columns
 * (CSVW), and the page that explains them. page_open_db.c has all of them in one database. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/dataset.h"
#include "core/page.h"
#include "core/text.h"

/* Items are handed out in parts, so that a node never holds the whole catalogue at once. */
#define PER_PART 250u

static const char csv_type[] = "text/csv; charset=utf-8";
static const char lines_type[] = "application/x-ndjson; charset=utf-8";
static const char meta_type[] = "application/csvm+json";

struct open {
	struct tong__page *p;
	const struct tong__dataset *set;
	struct tong__buf *out;
	size_t n, skip;
	unsigned char order[TONG__CELLS];   /* of the members of an object */
};

/* ---- rows ---- */

static int csv_row(void *arg, const json_t *const *cells)
{
	struct open *o = arg;

	return tong__dataset_csv(o->set, cells, o->out);
}

static int json_row(void *arg, const json_t *const *cells)
{
	struct open *o = arg;

	tong__buf_adds(o->out, o->n++ ? ",\n" : "");
	return tong__dataset_json(o->set, o->order, cells, o->out);
}

static int put_csv(void *arg, const char *key, const json_t *rec)
{
	struct open *o = arg;

	(void)key;
	return tong__dataset_rows(o->set, rec, csv_row, o);
}

static int put_json(void *arg, const char *key, const json_t *rec)
{
	struct open *o = arg;

	(void)key;
	return tong__dataset_rows(o->set, rec, json_row, o);
}

/* A record's line is the record form already (R1). */
static int put_line(void *arg, const char *key, struct tong__str line)
{
	struct open *o = arg;
	int rc = tong__buf_add(o->out, line.p, line.n);

	(void)key;
	return rc ? rc : tong__buf_addc(o->out, '\n');
}

/* ---- files ---- */

static const char *layer_of(const struct open *o)
{
	return o->set->local ? o->p->layer : "base";
}

static int each(struct open *o, tong__each_fn fn)
{
	return tong__page_each(o->p, layer_of(o), o->set->prefix, fn, o);
}

static int write_csv(struct open *o)
{
	o->p->type = csv_type;
	tong__dataset_csv_head(o->set, o->out);
	return each(o, put_csv);
}

static int write_json(struct open *o)
{
	int rc;

	o->p->type = "application/json";
	tong__dataset_order(o->set, o->order);
	tong__buf_adds(o->out, "[\n");
	rc = each(o, put_json);
	tong__buf_adds(o->out, "\n]\n");
	return rc;
}

static int write_lines(struct open *o)
{
	const struct tong__reader *r = o->p->reader;

	o->p->type = lines_type;
	return r->scan(r->user, layer_of(o), o->set->prefix, NULL, put_line, o, &o->p->err);
}

static int put_part(void *arg, const char *key, const json_t *brief)
{
	char item[2 * TONG_MAX_KEY];
	struct open *o = arg;
	size_t at = o->n++;
	int rc;

	(void)brief;
	if (at < o->skip || at - o->skip >= PER_PART)
		return 0;
	snprintf(item, sizeof item, "item/%.128s", key + strlen("brief/"));
	rc = o->p->reader->line(o->p->reader->user, "base", item, o->out, &o->p->err);
	return rc ? rc : tong__buf_addc(o->out, '\n');
}

static int write_part(struct open *o, size_t part)
{
	int rc;

	o->p->type = lines_type;
	o->skip = (part - 1) * PER_PART;
	rc = tong__page_each(o->p, "derived", "brief/", put_part, o);
	return rc == 0 && o->n <= o->skip && part > 1 ? tong__page_notfound(o->p) : rc;
}

/* ---- what the columns are ---- */

static const char *datatype(enum tong__cell cell)
{
	if (cell == TONG__CELL_INT || cell == TONG__CELL_COUNT)
		return "integer";
	return cell == TONG__CELL_BOOL ? "boolean" : "string";
}

static void describe_columns(struct tong__page *p, const struct tong__dataset *d, json_t *schema)
{
	json_t *list = tong__page_array(p, schema, "columns"), *row;
	char word[64];

	for (const struct tong__column *c = d->columns; c->name; c++) {
		row = tong__page_row(p, list);
		snprintf(word, sizeof word, "col_%s", c->name);
		tong__page_str(p, row, "name", c->name);
		tong__page_str(p, row, "titles", c->name);
		tong__page_str(p, row, "dc:description", tong__page_word(p, word));
		tong__page_str(p, row, "datatype", datatype(c->cell));
		if (c->cell == TONG__CELL_LIST)
			tong__page_str(p, row, "separator", " ");
	}
	if (d->columns->name && strcmp(d->columns->name, "item") != 0)
		tong__page_str(p, schema, "primaryKey", d->columns->name);
}

static void set_licence(struct tong__page *p, json_t *meta)
{
	const char *licence = tong__json_str(tong__json_obj(p->catalogue, "site"), "licence");

	if (licence && (tong__starts(licence, "https://") || tong__starts(licence, "http://")))
		tong__page_str(p, meta, "dc:license", licence);
	else
		tong__page_str(p, meta, "dc:rights",
		               licence ? licence : tong__page_word(p, "licence_not_stated"));
}

static const char *title_of(const struct tong__page *p, const struct tong__dataset *d)
{
	return tong__page_word_of(p, "data", d->id);
}

static int write_meta(struct open *o)
{
	struct tong__page *p = o->p;
	json_t *meta = json_object();
	int rc;

	p->type = meta_type;
	tong__page_str(p, meta, "@context", "http://www.w3.org/ns/csvw");
	tong__page_set(p, meta, "url", tong__page_text(p, o->set->id, ".csv", NULL));
	tong__page_str(p, meta, "dc:title", title_of(p, o->set));
	tong__page_str(p, meta, "dc:description", tong__page_word(p, "data_rules"));
	set_licence(p, meta);
	describe_columns(p, o->set, tong__page_object(p, meta, "tableSchema"));
	rc = p->nomem ? tong__fail_nomem(&p->err) : tong__json_record(meta, o->out);
	json_decref(meta);
	return rc ? rc : tong__buf_addc(o->out, '\n');
}

static const struct form {
	const char *ending;
	int (*write)(struct open *);
} forms[] = {
	{".csv", write_csv},
	{".json", write_json},
	{".csv-metadata.json", write_meta},
	{".ndjson", write_lines},
};

static const size_t n_forms = sizeof forms / sizeof *forms;

/* Items as records have parts only. */
static bool in_parts(const struct tong__dataset *d, const struct form *f)
{
	return f->write == write_lines && strcmp(d->id, "items") == 0;
}

/* "items-3.ndjson" -> 3 */
static size_t part_of(const char *name)
{
	size_t part = 0;
	char end[9] = "";

	if (!tong__starts(name, "items-") || name[6] == '0' ||
	    sscanf(name + 6, "%6zu%8s", &part, end) != 2 || strcmp(end, ".ndjson") != 0)
		return 0;
	return part;
}

static int write_file(struct tong__page *p, struct tong__buf *out, const char *name, bool local)
{
	struct open o = {.p = p, .out = out};
	size_t part = local ? 0 : part_of(name), n;

	if (part)
		return write_part(&o, part);
	if (strcmp(name, tong__database_name(local)) == 0)
		return tong__write_database(p, out, local);
	for (o.set = tong__datasets; o.set->id; o.set++) {
		n = strlen(o.set->id);
		for (size_t i = 0; i < n_forms; i++)
			if (o.set->local == local && strncmp(name, o.set->id, n) == 0 &&
			    strcmp(name + n, forms[i].ending) == 0 && !in_parts(o.set, &forms[i]))
				return forms[i].write(&o);
	}
	return tong__page_notfound(p);
}

int tong__write_data(struct tong__page *p, struct tong__buf *out)
{
	return write_file(p, out, p->arg[0], false);
}

int tong__write_region_data(struct tong__page *p, struct tong__buf *out)
{
	int rc = tong__page_open_region(p, p->arg[0]);

	if (rc == 0 && !p->layer[0])
		rc = tong__page_notfound(p);
	return rc ? rc : write_file(p, out, p->arg[1], true);
}

/* The exact bytes whose SHA-256 the standard fingerprint is the beginning of (F1): no LF. */
int tong__write_record(struct tong__page *p, struct tong__buf *out)
{
	char key[2 * TONG_MAX_KEY];

	snprintf(key, sizeof key, "item/%.128s", p->arg[0]);
	if (!tong__key_valid(key, strlen(key)))
		return tong__page_notfound(p);
	return p->reader->line(p->reader->user, "base", key, out, &p->err);
}

/* ---- lists ---- */

static int count_one(void *arg, const char *key, const json_t *rec)
{
	(void)key, (void)rec;
	++*(size_t *)arg;
	return 0;
}

static int list_parts(struct tong__urls *u)
{
	size_t n = 0;
	char name[40];
	int rc = u->reader->each(u->reader->user, "derived", "brief/", count_one, &n, u->err);

	for (size_t part = 1; rc == 0 && (part == 1 || (part - 1) * PER_PART < n); part++) {
		snprintf(name, sizeof name, "items-%zu.ndjson", part);
		rc = tong__urls_emit(u, name, NULL);
	}
	return rc;
}

static int emit_database(struct tong__urls *u, bool local)
{
	const char *name = tong__database_name(local);

	return tong__urls_emit(u, local ? u->region : name, name);
}

static int list_files(struct tong__urls *u, bool local)
{
	char name[64];
	int rc = 0;

	for (const struct tong__dataset *d = tong__datasets; d->id; d++)
		for (size_t i = 0; rc == 0 && i < n_forms && d->local == local; i++) {
			snprintf(name, sizeof name, "%s%s", d->id, forms[i].ending);
			if (!in_parts(d, &forms[i]))
				rc = tong__urls_emit(u, local ? u->region : name, name);
		}
	return rc ? rc : emit_database(u, local);
}

int tong__list_data(struct tong__urls *u)
{
	int rc = list_files(u, false);

	return rc ? rc : list_parts(u);
}

int tong__list_region_data(struct tong__urls *u)
{
	return list_files(u, true);
}

/* ---- the page ---- */

static void data_row(struct tong__page *p, json_t *list, const struct tong__dataset *d)
{
	json_t *row = tong__page_row(p, list), *names = tong__page_array(p, row, "columns"), *one;
	char word[64];

	tong__page_str(p, row, "id", d->id);
	tong__page_str(p, row, "name", title_of(p, d));
	if (strcmp(d->id, "items") == 0)
		tong__page_true(p, row, "parts");
	for (const struct tong__column *c = d->columns; c->name; c++) {
		snprintf(word, sizeof word, "col_%s", c->name);
		one = tong__page_row(p, names);
		tong__page_str(p, one, "name", c->name);
		tong__page_str(p, one, "label", tong__page_word(p, word));
	}
}

static int parts_of_items(struct tong__page *p)
{
	json_t *list = tong__page_array(p, p->view, "item_parts"), *row;
	char number[24];
	size_t n = 0;
	int rc = tong__page_each(p, "derived", "brief/", count_one, &n);

	for (size_t part = 1; part == 1 || (part - 1) * PER_PART < n; part++) {
		snprintf(number, sizeof number, "%zu", part);
		row = tong__page_row(p, list);
		tong__page_str(p, row, "n", number);
		tong__page_set(p, row, "label", tong__page_say(p, "open_data_part", number));
	}
	return rc;
}

static void region_rows(struct tong__page *p)
{
	json_t *list = tong__page_array(p, p->view, "regions"), *code, *rec, *row;
	size_t i;

	json_array_foreach(tong__json_arr(p->catalogue, "layers"), i, code) {
		rec = tong__page_get(p, "region/", json_string_value(code));
		if (rec) {
			row = tong__page_row(p, list);
			tong__page_str(p, row, "code", json_string_value(code));
			tong__page_copy(p, row, rec, "name", "sample", NULL);
		}
		json_decref(rec);
	}
	tong__page_wrap(p, p->view, "regions");
}

int tong__build_open_data(struct tong__page *p)
{
	json_t *base = tong__page_array(p, p->view, "tables");
	json_t *local = tong__page_array(p, p->view, "local_tables");
	const char *licence = tong__json_str(tong__json_obj(p->catalogue, "site"), "licence");

	for (const struct tong__dataset *d = tong__datasets; d->id; d++)
		data_row(p, d->local ? local : base, d);
	region_rows(p);
	tong__page_str(p, p->view, "licence", licence);
	if (licence && (tong__starts(licence, "https://") || tong__starts(licence, "http://")))
		tong__page_str(p, p->view, "licence_url", licence);
	tong__page_title(p, tong__page_word(p, "open_data"),
	                 tong__page_word(p, "open_data_description"));
	return parts_of_items(p);
}
