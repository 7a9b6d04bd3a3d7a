/* The kinds of spreadsheets: columns come from the element table, words that offices use for
 * them from here. */
#include "publisher/sheet_kind.h"

#include <stdio.h>
#include <string.h>

#include "core/enums.h"
#include "publisher/sheet.h"

#define END {.name = NULL}

static const struct tong__element materials[] = {
	{"id", "材料编号", TONG__U, TONG__T_CODE, 64, true, NULL, NULL, 46, "Id"},
	{"name", "材料名称", TONG__U, TONG__T_TEXT, 500, true, NULL, NULL, 46, "Name"},
	{"kind", "材料类型", TONG__U, TONG__T_ENUM, 0, false, tong__material_kinds, NULL, 48, "Kind"},
	{"source", "来源渠道", TONG__U, TONG__T_ENUM, 0, false, tong__material_sources, NULL, 50,
	 "Where it comes from"},
	{"licence", "可替代的电子证照", TONG__U, TONG__T_CODE, 64, false, NULL, NULL, 0,
	 "Electronic licence instead"},
	END
};

static const struct tong__element materials_file[] = {
	{"materials", "材料", TONG__U, TONG__T_LIST, 0, true, NULL, materials, 46, "Documents"},
	END
};

static const struct tong__element agencies[] = {
	{"id", "机构编号", TONG__L, TONG__T_CODE, 64, true, NULL, NULL, 59, "Id"},
	{"uscc", "统一社会信用代码", TONG__L, TONG__T_CODE, 18, false, NULL, NULL, 15,
	 "Unified social credit code"},
	{"name", "机构名称", TONG__L, TONG__T_TEXT, 200, true, NULL, NULL, 14, "Name"},
	{"short_name", "简称", TONG__L, TONG__T_TEXT, 200, false, NULL, NULL, 14, "Short name"},
	{"region", "所属地区", TONG__L, TONG__T_CODE, 12, true, NULL, NULL, 45, "Region"},
	{"phone", "电话", TONG__L, TONG__T_TEXT, 200, false, NULL, NULL, 32, "Phone"},
	{"address", "地址", TONG__L, TONG__T_TEXT, 500, false, NULL, NULL, 30, "Address"},
	{"status", "状态", TONG__L, TONG__T_TEXT, 64, false, NULL, NULL, 0, "State"},
	{"codes_seen", "公布过的编码", TONG__L, TONG__T_TEXT, 1000, false, NULL, NULL, 0, "Codes published"},
	{"note", "备注", TONG__L, TONG__T_TEXT, 1000, false, NULL, NULL, 0, "Note"},
	END
};

const struct tong__kind tong__kinds[TONG__N_KINDS] = {
	{"materials", "材料", "材料", materials, materials_file},
	{"agencies", "机构", "机构", agencies, NULL},
	{"items", "事项", "事项", tong__item_elements, NULL},
	{"item-materials", "事项材料", "事项的材料", NULL, NULL},
	{"local", "办事表", "办事项", tong__listing_elements, NULL},
};

const char *const tong__listing_columns[] = {
	"item", "published_code", "published_name", "agency", "org_code", "impl_region", "level",
		"hall",
	"window", "address", "hours", "phone", "complaint_phone", "online_url", "portal_url",
	"limit_promised_days", "limit_promised_unit", "visits", "case_type", "online_depth",
		"handle_area",
	"source", "sample", "note", NULL};

/* What else offices write above a column. Compared after tong__text_fold, within one kind. */
static const struct synonym {
	enum tong__kind_id kind;
	const char *name;
	const char *words[8];
} synonyms[] = {
	{TONG__KIND_MATERIALS, "id", {"编号", "材料编码", "材料代码"}},
	{TONG__KIND_MATERIALS, "name", {"名称", "材料"}},
	{TONG__KIND_MATERIALS, "kind", {"类型"}},
	{TONG__KIND_MATERIALS, "source", {"材料来源", "来源"}},
	{TONG__KIND_MATERIALS, "licence", {"电子证照", "可替代电子证照"}},
	{TONG__KIND_AGENCIES, "id", {"编号", "机构编码", "部门编号"}},
	{TONG__KIND_AGENCIES, "uscc", {"社会信用代码", "信用代码", "机构代码"}},
	{TONG__KIND_AGENCIES, "name", {"名称", "单位名称", "部门名称", "部门", "单位"}},
	{TONG__KIND_AGENCIES, "short_name", {"机构简称"}},
	{TONG__KIND_AGENCIES, "region", {"地区", "行政区划", "区划代码", "行政区划代码"}},
	{TONG__KIND_AGENCIES, "phone", {"联系电话", "咨询电话", "办公电话"}},
	{TONG__KIND_AGENCIES, "address", {"办公地址", "单位地址"}},
	{TONG__KIND_ITEMS, "code", {"编码", "事项编码", "目录编码", "事项基本编码"}},
	{TONG__KIND_ITEMS, "name", {"名称", "事项", "目录名称"}},
	{TONG__KIND_ITEMS, "type", {"类型", "权力类型", "事项类别"}},
	{TONG__KIND_ITEMS, "state", {"状态"}},
	{TONG__KIND_ITEMS, "main_item", {"主项", "主项事项"}},
	{TONG__KIND_ITEMS, "basis", {"法律依据", "设立依据", "实施依据"}},
	{TONG__KIND_ITEMS, "authority", {"实施机关", "法定实施主体"}},
	{TONG__KIND_ITEMS, "served", {"服务对象类型", "面向对象"}},
	{TONG__KIND_ITEMS, "limit_statutory.days", {"法定办结时限", "法定时限", "法定期限"}},
	{TONG__KIND_ITEMS, "limit_statutory.unit", {"法定办结时限单位", "法定时限单位"}},
	{TONG__KIND_ITEMS, "limit_promised.days", {"承诺办结时限", "承诺时限", "承诺期限"}},
	{TONG__KIND_ITEMS, "limit_promised.unit", {"承诺办结时限单位", "承诺时限单位"}},
	{TONG__KIND_ITEMS, "visits", {"到办事现场次数", "跑动次数"}},
	{TONG__KIND_ITEMS, "fee.charged", {"是否收费"}},
	{TONG__KIND_ITEMS, "fee.basis", {"收费依据"}},
	{TONG__KIND_ITEMS, "fee.standard", {"收费标准"}},
	{TONG__KIND_ITEMS, "result.type", {"审批结果类型", "结果类型"}},
	{TONG__KIND_ITEMS, "result.name", {"审批结果名称", "结果名称", "审批结果"}},
	{TONG__KIND_ITEMS, "conditions", {"申请条件", "办理条件"}},
	{TONG__KIND_ITEMS, "process", {"办理程序"}},
	{TONG__KIND_ITEM_MATERIALS, "code", {"编码", "事项编码", "目录编码", "事项基本编码"}},
	{TONG__KIND_ITEM_MATERIALS, "material", {"材料编号", "材料编码"}},
	{TONG__KIND_ITEM_MATERIALS, "need", {"材料必要性", "是否必要"}},
	{TONG__KIND_ITEM_MATERIALS, "form", {"材料形式"}},
	{TONG__KIND_ITEM_MATERIALS, "copies", {"材料份数", "纸质材料份数"}},
	{TONG__KIND_ITEM_MATERIALS, "original", {"原件"}},
	{TONG__KIND_ITEM_MATERIALS, "basis", {"依据", "要求提供材料的依据"}},
	{TONG__KIND_ITEM_MATERIALS, "note", {"受理标准", "填报须知", "备注"}},
	{TONG__KIND_LOCAL, "item", {"编码", "基本编码", "事项编码", "目录编码", "事项基本编码"}},
	{TONG__KIND_LOCAL, "published_name", {"业务办理项名称", "办理项名称"}},
	{TONG__KIND_LOCAL, "published_code", {"实施编码", "业务办理项编码"}},
	{TONG__KIND_LOCAL, "agency", {"实施主体编号", "机构编号"}},
	{TONG__KIND_LOCAL, "name:agency", {"实施部门", "办理部门", "责任部门", "机构名称"}},
	{TONG__KIND_LOCAL, "hall", {"大厅", "政务服务大厅", "办事大厅"}},
	{TONG__KIND_LOCAL, "window", {"办理窗口", "窗口名称"}},
	{TONG__KIND_LOCAL, "address", {"地址", "办事地址", "办理地址"}},
	{TONG__KIND_LOCAL, "hours", {"办公时间", "工作时间"}},
	{TONG__KIND_LOCAL, "phone", {"咨询方式", "电话", "联系电话"}},
	{TONG__KIND_LOCAL, "complaint_phone", {"投诉电话", "监督电话", "监督投诉方式"}},
	{TONG__KIND_LOCAL, "online_url", {"网办地址"}},
	{TONG__KIND_LOCAL, "limit_promised_days", {"承诺时限", "承诺期限"}},
	{TONG__KIND_LOCAL, "limit_promised_unit", {"承诺时限单位"}},
	{TONG__KIND_LOCAL, "visits", {"到办事现场次数", "跑动次数"}},
};

const struct tong__kind *tong__kind_named(const char *name)
{
	for (size_t i = 0; i < TONG__N_KINDS; i++)
		if (!strcmp(tong__kinds[i].name, name))
			return &tong__kinds[i];
	return NULL;
}

bool tong__is_basis(const struct tong__element *e)
{
	return e->fields && tong__element_find(e->fields, "law");
}

bool tong__is_section(const struct tong__element *e)
{
	return e->type == TONG__T_MARKDOWN || e->type == TONG__T_QA;
}

static void add(struct tong__columns *c, enum tong__column_role role, const struct tong__element *e,
                const struct tong__element *f)
{
	struct tong__column *at = &c->at[c->n];

	if (c->n == TONG_KIND_COLUMNS)
		return;
	c->n++;
	*at = (struct tong__column){.role = role, .element = e, .field = f};
	snprintf(at->header, sizeof at->header, "%s%s%s", e->label, f ? "·" : "", f ? f->label : "");
	snprintf(at->name, sizeof at->name, "%s%s%s", e->name, f ? "." : "", f ? f->name : "");
}

static void add_name(struct tong__columns *c, const char *name, const char *header)
{
	struct tong__column *at = &c->at[c->n];

	if (c->n == TONG_KIND_COLUMNS)
		return;
	c->n++;
	*at = (struct tong__column){.role = TONG__COLUMN_NAME};
	snprintf(at->header, sizeof at->header, "%s", header);
	snprintf(at->name, sizeof at->name, "name:%s", name);
}

/* Names stand beside the codes that people do not know by heart. */
static void add_name_of(struct tong__columns *c, const struct tong__kind *k,
                        const struct tong__element *e)
{
	if (k == &tong__kinds[TONG__KIND_LOCAL] && !strcmp(e->name, "item"))
		add_name(c, "item", "事项名称");
	else if (k == &tong__kinds[TONG__KIND_LOCAL] && !strcmp(e->name, "agency"))
		add_name(c, "agency", "实施主体名称");
	else if (k == &tong__kinds[TONG__KIND_ITEM_MATERIALS] && !strcmp(e->name, "material"))
		add_name(c, "material", "材料名称");
}

static void add_element(struct tong__columns *c, const struct tong__kind *k,
                        const struct tong__element *e, enum tong__column_role role)
{
	if (e->type == TONG__T_LIST && !strcmp(e->name, "materials"))
		return;      /* a sheet of their own */
	if (e->type == TONG__T_MAP && !tong__is_basis(e)) {
		for (const struct tong__element *f = e->fields; f->name; f++)
			add(c, role, e, f);
		return;
	}
	add(c, role, e, NULL);
	add_name_of(c, k, e);
}

void tong__columns_of(const struct tong__kind *k, struct tong__columns *c)
{
	const struct tong__element *e = k->elements;
	enum tong__column_role role = TONG__COLUMN_KEY;

	c->n = 0;
	if (!e) {
		add(c, TONG__COLUMN_KEY, tong__item_elements, NULL);
		add_name(c, "code", "事项名称");
		e = tong__element_find(tong__item_elements, "materials")->fields;
		role = TONG__COLUMN_VALUE;
	}
	for (; e->name; e++, role = TONG__COLUMN_VALUE)
		add_element(c, k, e, role);
}

static int by_name(const struct tong__columns *c, const char *name)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->at[i].name, name))
			return (int)i;
	return -1;
}

static int by_synonym(const struct tong__kind *k, const struct tong__columns *c, const char *folded)
{
	for (size_t i = 0; i < sizeof synonyms / sizeof *synonyms; i++)
		for (size_t w = 0; &tong__kinds[synonyms[i].kind] == k && w < 8 &&
		     synonyms[i].words[w]; w++)
			if (!strcmp(synonyms[i].words[w], folded))
				return by_name(c, synonyms[i].name);
	return -1;
}

int tong__columns_find(const struct tong__kind *k, const struct tong__columns *c,
                       const char *header)
{
	struct tong__buf folded, label;
	int found = -1;

	tong__buf_init(&folded, 1024);
	tong__buf_init(&label, 1024);
	if (tong__text_fold(header, &folded))
		found = folded.failed == TONG_E_NOMEM ? -2 : -1;
	for (size_t i = 0; found == -1 && !folded.failed && i < c->n; i++)
		if (tong__text_fold(c->at[i].header, &label))
			found = -2;
		else if (!strcmp(label.data, folded.data))
			found = (int)i;
	if (found == -1 && !folded.failed)
		found = by_name(c, folded.data);
	if (found == -1 && !folded.failed)
		found = by_synonym(k, c, folded.data);
	tong__buf_free(&folded);
	tong__buf_free(&label);
	return found;
}
