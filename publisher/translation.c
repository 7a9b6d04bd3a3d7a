/* What of a catalogue can be translated, and the marks that tell whether a translation still
 * belongs to its Chinese. */
#include "publisher/translation.h"

#include <string.h>

#include "core/json.h"
#include "core/limits.h"
#include "core/text.h"

#define WORDS(name, label, max) \
	{name, label, TONG__U, TONG__T_TEXT, max, false, NULL, NULL, 0, NULL}
#define MAP(name, label, of) {name, label, TONG__U, TONG__T_MAP, 0, false, NULL, of, 0, NULL}
#define END {.name = NULL}

enum { LINE = 400, LONG = 3000 }; /* English needs more letters than Chinese has characters */

static const struct tong__element reviewed[] = {
	WORDS("by", "审核人", LINE), WORDS("date", "审核日期", 10), END
};
static const struct tong__element statutory[] = {
	WORDS("from", "起算", LINE), WORDS("remote_note", "边远地区说明", LONG), END
};
static const struct tong__element fee[] = {
	WORDS("basis", "收费依据", LONG), WORDS("standard", "收费标准", LONG), END
};
static const struct tong__element result[] = {WORDS("name", "结果名称", LINE), END};
static const struct tong__element material[] = {
	{"material", "材料", TONG__U, TONG__T_CODE, 64, true, NULL, NULL, 0, NULL},
	WORDS("note", "受理标准和填报须知", LONG), END
};

const struct tong__element tong__text_elements[] = {
	{"of", "所据中文的标记", TONG__U, TONG__T_CODE, 16, true, NULL, NULL, 0, NULL},
	{"source", "译文来源", TONG__U, TONG__T_TEXT, LINE, true, NULL, NULL, 0, NULL},
	MAP("reviewed", "审核", reviewed),
	WORDS("name", "事项名称", LONG),
	WORDS("main_item", "主项名称", LONG),
	WORDS("summary", "一句话说明", LONG),
	WORDS("authority", "法定实施机关", LONG),
	MAP("limit_statutory", "法定办结时限", statutory),
	WORDS("visits_reason", "必须现场办理的原因", LONG),
	MAP("fee", "收费", fee),
	MAP("result", "审批结果", result),
	WORDS("quota", "数量限制", LONG),
	WORDS("intermediary", "中介服务", LONG),
	{"materials", "申请材料", TONG__U, TONG__T_LIST, 64, false, NULL, material, 0, NULL},
	WORDS("rights", "权利和义务", LONG),
	END
};
const struct tong__element *const tong__text_body = tong__text_elements + 3;

/* ---- items ---- */

static json_t *pick_list(const json_t *list, const struct tong__element *table)
{
	json_t *out = json_array(), *v, *one;
	size_t i;

	json_array_foreach((json_t *)list, i, v) {
		one = tong__text_pick(v, table);
		json_array_append_new(out, one ? one : json_object());
	}
	if (json_array_size(out))
		return out;
	json_decref(out);
	return NULL;
}

json_t *tong__text_pick(const json_t *v, const struct tong__element *table)
{
	json_t *out = json_object(), *member, *picked;

	for (const struct tong__element *e = table; e->name; e++) {
		member = json_object_get(v, e->name);
		picked = NULL;
		if (e->type == TONG__T_LIST && json_is_array(member))
			picked = pick_list(member, e->fields);
		else if (e->type == TONG__T_MAP && json_is_object(member))
			picked = tong__text_pick(member, e->fields);
		else if (!e->fields && json_string_length(member))
			picked = json_incref(member);
		if (picked)
			json_object_set_new(out, e->name, picked);
	}
	if (json_object_size(out))
		return out;
	json_decref(out);
	return NULL;
}

bool tong__text_mark(const struct tong__doc *item, char out[TONG_FINGERPRINT])
{
	json_t *all = json_object(), *front = tong__text_pick(item->root, tong__text_body);
	struct tong__buf line;
	bool good;

	if (front)
		json_object_set_new(all, "front", front);
	for (size_t i = 0; i < item->n_sections; i++)
		if (*item->sections[i].markdown)
			json_object_set_new(all, item->sections[i].heading,
			                    json_string(item->sections[i].markdown));
	tong__buf_init(&line, TONG_MAX_ITEM_FILE * 4);
	good = all && !tong__json_record(all, &line) && !line.failed;
	if (good)
		tong__fingerprint(line.data, line.len, out);
	tong__buf_free(&line);
	json_decref(all);
	return good;
}

bool tong__text_fresh(const struct tong__text *t, const struct tong__item *it)
{
	const char *of = tong__json_str(t->doc->root, "of");
	char now[TONG_FINGERPRINT], typed[TONG_FINGERPRINT];

	return of && tong__fingerprint_read(of, typed) && tong__text_mark(it->doc, now) &&
	       strcmp(now, typed) == 0;
}

/* ---- names ---- */

static const struct kind {
	const char *name, *members[4];
} kinds[] = {
	{"agency", {"name", "short_name", NULL}},
	{"catalogue", {"title", "subtitle", "notice", NULL}},
	{"intermediary", {"name", "service", NULL}},
	{"law", {"title", "short", NULL}},
	{"licence", {"name", "issuer", NULL}},
	{"material", {"name", NULL}},
	{"notice", {"title", NULL}},
	{"region", {"name", NULL}},
	{"theme", {"name", "words", NULL}},
};

static bool known(const char *kind, const char *member)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		for (const char *const *m = kinds[i].members; *m; m++)
			if (!strcmp(kinds[i].name, kind) && !strcmp(*m, member))
				return true;
	return false;
}

bool tong__name_list(const char *kind, const char *member)
{
	return !strcmp(kind, "theme") && !strcmp(member, "words");
}

static void put_value(const json_t *v, struct tong__buf *out)
{
	const json_t *one;
	size_t i;

	if (json_is_string(v))
		tong__buf_adds(out, json_string_value(v));
	json_array_foreach((json_t *)v, i, one)
		if (json_is_string(one))
			tong__buf_addf(out, "%s%s", i ? "^" : "", json_string_value(one));
}

static const json_t *mapping(const struct tong__model *m, const char *kind, const char *id)
{
	const struct tong__law *law;
	char own[65];

	if (!strcmp(kind, "catalogue"))
		return *id ? NULL : m->catalogue->root;
	if (!strcmp(kind, "law")) {
		law = tong__model_law(m, id);
		return law ? law->doc->root : NULL;
	}
	if (!strcmp(kind, "material"))
		return tong__model_material(m, id);
	if (!strcmp(kind, "licence"))
		return tong__model_licence(m, id);
	if (!strcmp(kind, "theme"))
		return tong__model_theme(m, id);
	for (size_t i = 0; !strcmp(kind, "notice") && i < m->n_notices; i++) {
		tong__notice_id(m->notices[i], own);
		if (!strcmp(own, id))
			return m->notices[i]->root;
	}
	return NULL;
}

/* The cell of a table; NULL when it has no such row. */
static const char *cell(const struct tong__model *m, const char *kind, const char *id,
                        const char *member)
{
	const struct tong__table *t = m->intermediaries;
	const struct tong__region *region;
	long row;

	if (!strcmp(kind, "region")) {
		region = tong__model_region(m, id);
		return region ? region->name : NULL;
	}
	if (!strcmp(kind, "agency")) {
		row = m->agencies ? tong__model_agency(m, id) : -1;
		return row < 0 ? NULL : tong__table_cell(m->agencies, (size_t)row, member);
	}
	for (size_t i = 0; t && !strcmp(kind, "intermediary") && i < t->n_rows; i++)
		if (!strcmp(tong__table_cell(t, i, "id"), id))
			return tong__table_cell(t, i, member);
	return NULL;
}

enum tong__name_found tong__name_of(const struct tong__model *m, const char *kind, const char *id,
                                    const char *member, struct tong__buf *out)
{
	const json_t *from = mapping(m, kind, id);
	const char *text = from ? NULL : cell(m, kind, id, member);

	tong__buf_clear(out);
	if (!known(kind, member))
		return TONG__NAME_NO_KIND;
	if (!from && !text)
		return TONG__NAME_NO_ID;
	if (from)
		put_value(json_object_get(from, member), out);
	else
		tong__buf_adds(out, text);
	tong__buf_add(out, "", 1);
	return TONG__NAME_FOUND;
}

bool tong__name_fresh(const struct tong__model *m, const struct tong__table *t, size_t row)
{
	struct tong__buf now;
	bool same;

	tong__buf_init(&now, TONG_MAX_RECORD);
	same = tong__name_of(m, tong__table_cell(t, row, "kind"), tong__table_cell(t, row, "id"),
	                     tong__table_cell(t, row, "member"), &now) == TONG__NAME_FOUND &&
	       !now.failed && strcmp(now.data, tong__table_cell(t, row, "of")) == 0;
	tong__buf_free(&now);
	return same;
}
