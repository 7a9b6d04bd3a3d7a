/* What is asked for a new thing of each kind, and the file that comes of the answers. */
#include "publisher/draft.h"

#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/message.h"
#include "core/text.h"
#include "publisher/draft_item.h"
#include "publisher/sheet_kind.h"
#include "publisher/table_write.h"
#include "publisher/yaml_write.h"

static const struct tong__enum_value law_kinds[] = {
	{ "法律", "全国人大及其常委会", NULL },
	{ "行政法规", "国务院", NULL },
	{ "部门规章", "国务院部门", NULL },
	{ "地方性法规", "省、市人大及其常委会", NULL },
	{ "其他", "", NULL },
	{ NULL, NULL, NULL },
};

static const struct tong__question item_questions[] = {
	{ "code", N_("basic code (for example 512036010003)"), true, NULL },
	{ "name", N_("name of the item"), true, NULL },
	{ "type", N_("type of the item"), true, tong__item_types },
	{ "authority", N_("who carries it out by law (Enter when not known)"), false, NULL },
	{ "source", N_("source: where it was seen (an id of SOURCES.md; Enter when not known)"), false,
	  NULL },
	{ NULL, NULL, false, NULL },
};

static const struct tong__question region_questions[] = {
	{ "code", N_("code of the region (6 digits; townships 9)"), true, NULL },
	{ "name", N_("name (Enter when regions.csv has it)"), false, NULL },
	{ "type", N_("kind, like “市辖区” or “街道” (Enter when it is there)"), false, NULL },
	{ NULL, NULL, false, NULL },
};

static const struct tong__question notice_questions[] = {
	{ "id", N_("id (letters, digits, -; for example 2026-huji-tiaozheng)"), true, NULL },
	{ "title", N_("title"), true, NULL },
	{ "date", N_("date (for example 2026-01-31)"), true, NULL },
	{ "number", N_("number of the document (Enter when it has none)"), false, NULL },
	{ "issuer", N_("who issued it (Enter when not known)"), false, NULL },
	{ "source", N_("source (Enter when not known)"), false, NULL },
	{ NULL, NULL, false, NULL },
};

static const struct tong__question law_questions[] = {
	{ "id", N_("id (the title in pinyin, for example jumin-shenfenzheng-fa)"), true, NULL },
	{ "title", N_("full title"), true, NULL },
	{ "short", N_("short title (Enter when it has none)"), false, NULL },
	{ "kind", N_("kind"), true, law_kinds },
	{ "version",
	  N_("day of the version that is cited (for example 2011-10-29; Enter when not known)"), false,
	  NULL },
	{ "source", N_("source: where it was seen (Enter when not known)"), false, NULL },
	{ NULL, NULL, false, NULL },
};

static const struct tong__question material_questions[] = {
	{ "name", N_("name of the material"), true, NULL },
	{ "id", N_("id (Enter for the next number)"), false, NULL },
	{ NULL, NULL, false, NULL },
};

const struct tong__draft_kind tong__draft_kinds[] = {
	{ "item", item_questions }, { "region", region_questions },     { "notice", notice_questions },
	{ "law", law_questions },   { "material", material_questions }, { NULL, NULL },
};

const struct tong__draft_kind *tong__draft_kind_named(const char *name)
{
	for (const struct tong__draft_kind *k = tong__draft_kinds; k->name; k++)
		if (!strcmp(k->name, name))
			return k;
	return NULL;
}

void tong__draft_free(struct tong__draft *d)
{
	tong__buf_free(&d->text[0]);
	tong__buf_free(&d->text[1]);
}

/* The answer, "" when there is none. */
static const char *answer(const json_t *answers, const char *name)
{
	const char *s = tong__json_str(answers, name);

	return s ? s : "";
}

static int finish(int failed, const char *path, tong_error *err)
{
	if (failed == TONG_E_LIMIT)
		return tong__fail(err, failed, path, "the file is over its ceiling");
	return failed ? tong__fail_nomem(err) : 0;
}

static int check_id(const char *id, tong_error *err)
{
	if (tong__id_valid(id))
		return 0;
	return tong__fail(err, TONG_E_USAGE, id, "an id is 1 to 64 letters, digits, - or _ (S2)");
}

static int exists(const char *what, const char *path, tong_error *err)
{
	return tong__fail(err, TONG_E_DIFFERS, what, "it is there already: %s; edit that file", path);
}

/* ---- kinds ---- */

static int make_item(struct tong__draft *d, const json_t *answers, const struct tong__model *m,
					 tong_error *err)
{
	json_t *root = NULL;
	int rc = tong__draft_item(&root, answers, m, err);

	if (rc)
		return rc;
	snprintf(d->path[0], sizeof d->path[0], "items/%s/%s.md", answer(root, "type"),
			 answer(root, "code"));
	rc = tong__yaml_write_markdown(root, NULL, 0, tong__item_elements, &d->text[0]);
	json_decref(root);
	d->n = 1;
	return finish(rc, d->path[0], err);
}

/* The answers in the order of the questions, those that are known. */
static json_t *root_of(const struct tong__question *q, const json_t *answers)
{
	json_t *root = json_object();

	for (; root && q->name; q++)
		if (strcmp(q->name, "id") && *answer(answers, q->name))
			json_object_set_new(root, q->name, json_string(answer(answers, q->name)));
	return root;
}

static int make_notice(struct tong__draft *d, const json_t *answers, const struct tong__model *m,
					   tong_error *err)
{
	const char *id = answer(answers, "id");
	json_t *root;
	int rc = check_id(id, err);

	snprintf(d->path[0], sizeof d->path[0], "notices/%s.md", id);
	for (size_t i = 0; !rc && i < m->n_notices; i++)
		if (!strcmp(m->notices[i]->path, d->path[0]))
			rc = exists(id, d->path[0], err);
	if (rc)
		return rc;
	root = root_of(notice_questions, answers);
	rc = tong__yaml_write_markdown(root, NULL, 0, NULL, &d->text[0]);
	json_decref(root);
	d->n = 1;
	return finish(root ? rc : TONG_E_NOMEM, d->path[0], err);
}

static int make_law(struct tong__draft *d, const json_t *answers, const struct tong__model *m,
					tong_error *err)
{
	const char *id = answer(answers, "id");
	json_t *root;
	int rc = check_id(id, err);

	snprintf(d->path[0], sizeof d->path[0], "laws/%s.yaml", id);
	if (!rc && tong__model_law(m, id))
		rc = exists(id, d->path[0], err);
	if (rc)
		return rc;
	root = root_of(law_questions, answers);
	json_object_set_new(root, "articles", json_array());
	rc = tong__yaml_write(root, NULL, &d->text[0]);
	json_decref(root);
	d->n = 1;
	return finish(root ? rc : TONG_E_NOMEM, d->path[0], err);
}

/* m0001 … the first number after the greatest. */
static void next_material(const struct tong__model *m, char out[16])
{
	const json_t *list = m->materials ? tong__json_arr(m->materials->root, "materials") : NULL, *v;
	unsigned long greatest = 0, n;
	size_t i;

	json_array_foreach(list, i, v)
	{
		const char *id = tong__json_str(v, "id");

		n = id && *id == 'm' ? strtoul(id + 1, NULL, 10) : 0;
		greatest = n > greatest && n < 1000000 ? n : greatest;
	}
	snprintf(out, 16, "m%04lu", greatest + 1);
}

static int make_material(struct tong__draft *d, const json_t *answers, const struct tong__model *m,
						 tong_error *err)
{
	const char *id = answer(answers, "id"), *name = answer(answers, "name"), *other;
	json_t *root = m->materials ? json_deep_copy(m->materials->root) : json_object(), *list, *v;
	char next[16];
	size_t i;
	int rc;

	next_material(m, next);
	id = *id ? id : next;
	rc = root ? check_id(id, err) : tong__fail_nomem(err);
	list = json_object_get(root, "materials");
	if (!rc && tong__model_material(m, id))
		rc = exists(id, "materials.yaml", err);
	json_array_foreach(list, i,
					   v) if (!rc && (other = tong__json_str(v, "name")) && !strcmp(other, name))
		rc = tong__fail(err, TONG_E_DIFFERS, name,
		                "the catalogue has a material of this name, %s; use its id",
						tong__json_str(v, "id") ? tong__json_str(v, "id") : "");
	if (!rc && !list)
		json_object_set_new(root, "materials", list = json_array());
	if (!rc && json_array_append_new(list, json_pack("{s:s, s:s}", "id", id, "name", name)))
		rc = tong__fail_nomem(err);
	snprintf(d->path[0], sizeof d->path[0], "materials.yaml");
	if (!rc)
		rc = finish(tong__yaml_write(root, NULL, &d->text[0]), d->path[0], err);
	d->n = !rc;
	json_decref(root);
	return rc;
}

/* ---- regions ---- */

static void write_row(struct tong__buf *out, const struct tong__table *t, size_t row)
{
	for (size_t c = 0; c < t->n_columns; c++)
		tong__table_write_cell(out, tong__table_at(t, row, c), c + 1 == t->n_columns);
}

/* Level and parent follow from the code (S3): 51, 5116, 511602, 511602101. */
static void place_of(const char *code, char level[2], char parent[13])
{
	size_t n = strlen(code);

	snprintf(parent, 13, "%s", code);
	strcpy(level, n == 9                      ? "4"
				  : !strcmp(code + 2, "0000") ? "1"
				  : !strcmp(code + 4, "00")   ? "2"
											  : "3");
	if (*level == '4')
		parent[6] = '\0';
	else
		memset(parent + (*level == '3' ? 4 : 2), '0', 6 - (*level == '3' ? 4 : 2));
}

/* regions.csv with one row more, in its place (S3). */
static int add_region(struct tong__draft *d, const json_t *answers, const struct tong__table *t,
					  tong_error *err)
{
	struct tong__buf *out = &d->text[d->n];
	const char *code = answer(answers, "code");
	char level[2], parent[13];
	bool done = false;

	place_of(code, level, parent);
	for (size_t c = 0; c < t->n_columns; c++)
		tong__table_write_cell(out, t->columns[c], c + 1 == t->n_columns);
	for (size_t i = 0; i <= t->n_rows; i++) {
		int order = i == t->n_rows ? 1 : strcmp(tong__table_cell(t, i, "level"), level);

		if (!done && (order > 0 || (!order && strcmp(tong__table_cell(t, i, "code"), code) > 0))) {
			for (size_t c = 0; c < t->n_columns; c++) {
				const char *name = t->columns[c];

				tong__table_write_cell(out,
									   !strcmp(name, "level")    ? level
									   : !strcmp(name, "parent") ? parent
																 : answer(answers, name),
									   c + 1 == t->n_columns);
			}
			done = true;
		}
		if (i < t->n_rows)
			write_row(out, t, i);
	}
	snprintf(d->path[d->n++], sizeof d->path[0], "regions.csv");
	return finish(out->failed, "regions.csv", err);
}

static int make_region(struct tong__draft *d, const json_t *answers, const struct tong__model *m,
					   tong_error *err)
{
	const char *code = answer(answers, "code");
	size_t n = strlen(code);
	int rc = 0;

	if (!tong__region_code_valid(code) || (n != 6 && n != 9))
		return tong__fail(err, TONG_E_USAGE, code,
						  "the code of a region has 6 digits (province, city, county) or 9 "
						  "(township)");
	snprintf(d->path[0], sizeof d->path[0], "local/%s/items.csv", code);
	for (size_t i = 0; i < m->n_locals; i++)
		if (!strcmp(m->locals[i].region, code) && m->locals[i].items)
			return exists(code, d->path[0], err);
	for (size_t i = 0; tong__listing_columns[i]; i++)
		tong__table_write_cell(&d->text[0], tong__listing_columns[i],
							   !tong__listing_columns[i + 1]);
	rc = finish(d->text[0].failed, d->path[0], err);
	d->n = 1;
	if (rc || tong__model_region(m, code))
		return rc;
	if (!*answer(answers, "name"))
		return tong__fail(err, TONG_E_USAGE, code,
						  "regions.csv does not have this code; give name=NAME too");
	return add_region(d, answers, m->region_table, err);
}

int tong__draft_make(struct tong__draft *d, const struct tong__draft_kind *kind,
					 const json_t *answers, const struct tong__model *m, tong_error *err)
{
	static int (*const makers[])(struct tong__draft *, const json_t *, const struct tong__model *,
								 tong_error *) = { make_item, make_region, make_notice, make_law,
												   make_material };

	memset(d, 0, sizeof *d);
	tong__buf_init(&d->text[0], TONG_MAX_SOURCE_FILE);
	tong__buf_init(&d->text[1], TONG_MAX_SOURCE_FILE);
	for (const struct tong__question *q = kind->questions; q->name; q++)
		if (q->required && !*answer(answers, q->name))
			return tong__fail(err, TONG_E_USAGE, q->name, "this is missing: %s", _(q->text));
	return makers[kind - tong__draft_kinds](d, answers, m, err);
}
