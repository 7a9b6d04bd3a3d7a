/* The catalogue's element table. Numbers are rows of the national element list; 0 is our own. */
#include <string.h>

#include "core/enums.h"
#include "core/limits.h"

/* Ceilings that many rows share; those of the exchange tables where they have one. */
enum {
	ID = 64,	/* S2 */
	CODE = 40,	/* S2 */
	LINE = 200,	/* a name or a phone */
	TEXT = 500,
	LONG = 1000,	/* the longest string of the exchange tables */
	DAYS = 3650,	/* the longest limit in law seen is 2 years */
	SMALL = 99,	/* visits, copies */
	ROWS = 64	/* materials, grounds, aliases, themes of one item */
};

#define U TONG__U
#define M TONG__M
#define L TONG__L
#define END {.name = NULL}

/* name, label, class, type, ceiling, required, values, fields, row */

static const struct tong__element alias_fields[] = {
	{"system", "编码体系", U, TONG__T_ENUM, 0, true, tong__code_systems, NULL, 13},
	{"code", "编码", U, TONG__T_CODE, CODE, true, NULL, NULL, 13},
	END
};

static const struct tong__element basis_fields[] = {
	{"law", "法律法规", U, TONG__T_CODE, ID, true, NULL, NULL, 4},
	{"article", "条款", U, TONG__T_TEXT, LINE, false, NULL, NULL, 4},
	END
};

static const struct tong__element statutory_fields[] = {
	{"days", "时限", U, TONG__T_INT, DAYS, true, NULL, NULL, 19},
	{"unit", "时限单位", U, TONG__T_ENUM, 0, true, tong__time_units, NULL, 19},
	{"from", "起算", U, TONG__T_TEXT, LINE, false, NULL, NULL, 19},
	{"remote_days", "边远地区时限", U, TONG__T_INT, DAYS, false, NULL, NULL, 19},
	{"remote_note", "边远地区说明", U, TONG__T_TEXT, LONG, false, NULL, NULL, 19},
	END
};

static const struct tong__element promised_fields[] = {
	{"days", "时限", M, TONG__T_INT, DAYS, true, NULL, NULL, 20},
	{"unit", "时限单位", M, TONG__T_ENUM, 0, true, tong__time_units, NULL, 20},
	END
};

static const struct tong__element fee_fields[] = {
	{"charged", "是否收费", U, TONG__T_BOOL, 0, true, NULL, NULL, 24},
	{"basis", "收费依据", U, TONG__T_TEXT, LONG, false, NULL, NULL, 24},
	{"standard", "收费标准", U, TONG__T_TEXT, LONG, false, NULL, NULL, 54},
	END
};

static const struct tong__element result_fields[] = {
	{"type", "结果类型", U, TONG__T_ENUM, 0, false, tong__result_types, NULL, 37},
	{"name", "结果名称", U, TONG__T_TEXT, LINE, false, NULL, NULL, 37},
	END
};

static const struct tong__element material_fields[] = {
	{"material", "材料", U, TONG__T_CODE, ID, true, NULL, NULL, 46},
	{"need", "必要性", U, TONG__T_ENUM, 0, false, tong__material_needs, NULL, 47},
	{"form", "形式", U, TONG__T_ENUM, 0, false, tong__material_forms, NULL, 48},
	{"copies", "份数", U, TONG__T_INT, SMALL, false, NULL, NULL, 49},
	{"original", "是否原件", U, TONG__T_BOOL, 0, false, NULL, NULL, 49},
	{"basis", "要求依据", U, TONG__T_MAP, 0, false, NULL, basis_fields, 51},
	{"note", "受理标准和填报须知", U, TONG__T_TEXT, LONG, false, NULL, NULL, 52},
	{"blank_url", "空白表格", U, TONG__T_TEXT, TONG_MAX_URL, false, NULL, NULL, 53},
	{"sample_url", "示例样表", U, TONG__T_TEXT, TONG_MAX_URL, false, NULL, NULL, 53},
	END
};

const struct tong__element tong__item_elements[] = {
	{"code", "基本编码", U, TONG__T_CODE, CODE, true, NULL, NULL, 2},
	{"code_system", "编码体系", U, TONG__T_ENUM, 0, false, tong__code_systems, NULL, 0},
	{"name", "事项名称", U, TONG__T_TEXT, LONG, true, NULL, NULL, 1},
	{"type", "事项类型", U, TONG__T_ENUM, 0, true, tong__item_types, NULL, 3},
	/* Not required: no source of the real catalogue tells it, and what is unknown is left out. */
	{"state", "事项状态", U, TONG__T_ENUM, 0, false, tong__item_states, NULL, 7},
	{"effective", "计划生效日期", U, TONG__T_TEXT, 10, false, NULL, NULL, 8},
	{"cancelled", "计划取消日期", U, TONG__T_TEXT, 10, false, NULL, NULL, 9},
	{"change", "变更方式", U, TONG__T_ENUM, 0, false, tong__item_changes, NULL, 0},
	{"replaces", "取代的编码", U, TONG__T_TEXTS, ROWS, false, NULL, NULL, 0},
	{"replaced_by", "由哪些事项取代", U, TONG__T_TEXTS, ROWS, false, NULL, NULL, 0},
	{"main_item", "主项名称", U, TONG__T_TEXT, LONG, false, NULL, NULL, 1},
	{"aliases", "其他编码", U, TONG__T_LIST, ROWS, false, NULL, alias_fields, 13},
	{"summary", "一句话说明", U, TONG__T_TEXT, TEXT, false, NULL, NULL, 0},
	{"levels", "行使层级", U, TONG__T_ENUMS, 7, false, tong__levels, NULL, 5},
	{"served", "服务对象", U, TONG__T_ENUMS, 7, false, tong__served, NULL, 25},
	{"authority", "法定实施机关", U, TONG__T_TEXT, LONG, false, NULL, NULL, 14},
	{"basis", "设定依据", U, TONG__T_LIST, ROWS, false, NULL, basis_fields, 4},
	{"limit_statutory", "法定办结时限", U, TONG__T_MAP, 0, false, NULL, statutory_fields, 19},
	{"limit_promised", "承诺办结时限", M, TONG__T_MAP, 0, false, NULL, promised_fields, 20},
	{"case_type", "办件类型", M, TONG__T_ENUM, 0, false, tong__case_types, NULL, 26},
	{"visits", "到现场次数", M, TONG__T_INT, SMALL, false, NULL, NULL, 28},
	{"visits_reason", "必须现场办理的原因", M, TONG__T_TEXT, LONG, false, NULL, NULL, 29},
	{"online_depth", "网上办理深度", M, TONG__T_ENUMS, 8, false, tong__online_depths, NULL, 42},
	{"handle_area", "通办范围", M, TONG__T_ENUM, 0, false, tong__handle_areas, NULL, 40},
	{"fee", "收费", U, TONG__T_MAP, 0, false, NULL, fee_fields, 24},
	{"result", "审批结果", U, TONG__T_MAP, 0, false, NULL, result_fields, 37},
	{"quota", "数量限制", U, TONG__T_TEXT, LONG, false, NULL, NULL, 36},
	{"intermediary", "中介服务", U, TONG__T_TEXT, LONG, false, NULL, NULL, 39},
	{"materials", "申请材料", U, TONG__T_LIST, ROWS, false, NULL, material_fields, 46},
	{"themes", "主题", U, TONG__T_TEXTS, ROWS, false, NULL, NULL, 44},
	{"rights", "权利和义务", U, TONG__T_TEXT, LONG, false, NULL, NULL, 57},
	{"central_dept", "中央业务指导部门", U, TONG__T_CODE, 2, false, NULL, NULL, 10},
	{"source", "来源", U, TONG__T_CODE, ID, false, NULL, NULL, 0},
	{"guide", "指南种类", U, TONG__T_CODE, ID, false, NULL, NULL, 0},
	{"conditions", "受理条件", U, TONG__T_MARKDOWN, 0, false, NULL, NULL, 21},
	{"process", "办理流程", U, TONG__T_MARKDOWN, 0, false, NULL, NULL, 22},
	{"review", "审查细则", U, TONG__T_MARKDOWN, 0, false, NULL, NULL, 0},
	{"special", "特别程序", U, TONG__T_MARKDOWN, 0, false, NULL, NULL, 23},
	{"faq", "常见问题", M, TONG__T_QA, 0, false, NULL, NULL, 55},
	{"notes", "说明", U, TONG__T_MARKDOWN, 0, false, NULL, NULL, 0},
	END
};

const struct tong__element tong__listing_elements[] = {
	{"item", "事项", L, TONG__T_CODE, CODE, true, NULL, NULL, 2},
	{"published_code", "公布的编码", L, TONG__T_CODE, LINE, false, NULL, NULL, 13},
	{"published_name", "公布的名称", L, TONG__T_TEXT, LONG, false, NULL, NULL, 12},
	{"agency", "实施主体", L, TONG__T_CODE, ID, false, NULL, NULL, 14},
	{"org_code", "实施主体编码", L, TONG__T_CODE, ID, false, NULL, NULL, 15},
	{"body_nature", "实施主体性质", L, TONG__T_ENUM, 0, false, tong__body_natures, NULL, 16},
	{"entrusted_by", "委托部门", L, TONG__T_TEXT, LINE, false, NULL, NULL, 17},
	{"power_source", "权力来源", L, TONG__T_ENUM, 0, false, tong__power_sources, NULL, 18},
	{"impl_region", "实施地区", L, TONG__T_CODE, 12, false, NULL, NULL, 45},
	{"level", "实施层级", L, TONG__T_ENUM, 0, false, tong__levels, NULL, 5},
	{"other_agencies", "联办机构", L, TONG__T_TEXT, LINE, false, NULL, NULL, 38},
	{"hall", "政务大厅", L, TONG__T_CODE, ID, false, NULL, NULL, 41},
	{"window", "窗口", L, TONG__T_CODE, ID, false, NULL, NULL, 41},
	{"address", "办理地点", L, TONG__T_TEXT, TEXT, false, NULL, NULL, 30},
	{"hours", "办理时间", L, TONG__T_TEXT, TEXT, false, NULL, NULL, 31},
	{"transport", "交通指引", L, TONG__T_TEXT, TEXT, false, NULL, NULL, 34},
	{"phone", "咨询电话", L, TONG__T_TEXT, LINE, false, NULL, NULL, 32},
	{"complaint_phone", "监督投诉电话", L, TONG__T_TEXT, LINE, false, NULL, NULL, 33},
	{"review_body", "行政复议机关", L, TONG__T_TEXT, TEXT, false, NULL, NULL, 56},
	{"litigation_court", "行政诉讼法院", L, TONG__T_TEXT, TEXT, false, NULL, NULL, 56},
	{"handle_form", "办理形式", L, TONG__T_ENUMS, 3, false, tong__handle_forms, NULL, 27},
	{"booking", "是否支持预约", L, TONG__T_ENUM, 0, false, tong__answers, NULL, 43},
	{"pay_online", "是否支持网上支付", L, TONG__T_ENUM, 0, false, tong__answers, NULL, 43},
	{"courier", "是否支持物流快递", L, TONG__T_ENUM, 0, false, tong__answers, NULL, 43},
	{"kiosk", "是否支持自助终端", L, TONG__T_ENUM, 0, false, tong__answers, NULL, 43},
	{"online_url", "网上办理地址", L, TONG__T_TEXT, TONG_MAX_URL, false, NULL, NULL, 35},
	{"portal_url", "公布网页", L, TONG__T_TEXT, TONG_MAX_URL, false, NULL, NULL, 35},
	{"limit_promised_days", "承诺办结时限", M, TONG__T_INT, DAYS, false, NULL, NULL, 20},
	{"limit_promised_unit", "时限单位", M, TONG__T_ENUM, 0, false, tong__time_units, NULL, 20},
	{"visits", "到现场次数", M, TONG__T_INT, SMALL, false, NULL, NULL, 28},
	{"case_type", "办件类型", M, TONG__T_ENUM, 0, false, tong__case_types, NULL, 26},
	{"online_depth", "网上办理深度", M, TONG__T_ENUMS, 8, false, tong__online_depths, NULL, 58},
	{"handle_area", "通办范围", M, TONG__T_ENUM, 0, false, tong__handle_areas, NULL, 40},
	{"source", "来源", L, TONG__T_CODE, ID, false, NULL, NULL, 0},
	{"sample", "样例数据", L, TONG__T_TEXT, 3, false, NULL, NULL, 0},
	{"note", "备注", L, TONG__T_TEXT, LONG, false, NULL, NULL, 0},
	END
};

const struct tong__element *tong__element_find(const struct tong__element *table, const char *name)
{
	for (; table && name && table->name; table++)
		if (!strcmp(table->name, name))
			return table;
	return NULL;
}
