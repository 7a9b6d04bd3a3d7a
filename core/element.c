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

/* name, label, class, type, ceiling, required, values, fields, row, English label */

static const struct tong__element alias_fields[] = {
	{"system", "编码体系", U, TONG__T_ENUM, 0, true, tong__code_systems, NULL, 13, "Code system"},
	{"code", "编码", U, TONG__T_CODE, CODE, true, NULL, NULL, 13, "Code"},
	END
};

static const struct tong__element basis_fields[] = {
	{"law", "法律法规", U, TONG__T_CODE, ID, true, NULL, NULL, 4, "Law or regulation"},
	{"article", "条款", U, TONG__T_TEXT, LINE, false, NULL, NULL, 4, "Article"},
	END
};

static const struct tong__element statutory_fields[] = {
	{"days", "时限", U, TONG__T_INT, DAYS, true, NULL, NULL, 19, "Time limit"},
	{"unit", "时限单位", U, TONG__T_ENUM, 0, true, tong__time_units, NULL, 19,
	 "Unit of the time limit"},
	{"from", "起算", U, TONG__T_TEXT, LINE, false, NULL, NULL, 19, "Counted from"},
	{"remote_days", "边远地区时限", U, TONG__T_INT, DAYS, false, NULL, NULL, 19,
	 "Time limit in remote areas"},
	{"remote_note", "边远地区说明", U, TONG__T_TEXT, LONG, false, NULL, NULL, 19, "Note on remote areas"},
	END
};

static const struct tong__element promised_fields[] = {
	{"days", "时限", M, TONG__T_INT, DAYS, true, NULL, NULL, 20, "Time limit"},
	{"unit", "时限单位", M, TONG__T_ENUM, 0, true, tong__time_units, NULL, 20,
	 "Unit of the time limit"},
	END
};

static const struct tong__element fee_fields[] = {
	{"charged", "是否收费", U, TONG__T_BOOL, 0, true, NULL, NULL, 24, "Is there a fee"},
	{"basis", "收费依据", U, TONG__T_TEXT, LONG, false, NULL, NULL, 24, "Basis of the fee"},
	{"standard", "收费标准", U, TONG__T_TEXT, LONG, false, NULL, NULL, 54, "Fee"},
	END
};

static const struct tong__element result_fields[] = {
	{"type", "结果类型", U, TONG__T_ENUM, 0, false, tong__result_types, NULL, 37, "Kind of result"},
	{"name", "结果名称", U, TONG__T_TEXT, LINE, false, NULL, NULL, 37, "Name of the result"},
	END
};

static const struct tong__element material_fields[] = {
	{"material", "材料", U, TONG__T_CODE, ID, true, NULL, NULL, 46, "Document"},
	{"need", "必要性", U, TONG__T_ENUM, 0, false, tong__material_needs, NULL, 47, "Need"},
	{"form", "形式", U, TONG__T_ENUM, 0, false, tong__material_forms, NULL, 48, "Form"},
	{"copies", "份数", U, TONG__T_INT, SMALL, false, NULL, NULL, 49, "Copies"},
	{"original", "是否原件", U, TONG__T_BOOL, 0, false, NULL, NULL, 49, "Original or copy"},
	{"basis", "要求依据", U, TONG__T_MAP, 0, false, NULL, basis_fields, 51, "Basis of the demand"},
	{"note", "受理标准和填报须知", U, TONG__T_TEXT, LONG, false, NULL, NULL, 52,
	 "How to fill it in and what is accepted"},
	{"blank_url", "空白表格", U, TONG__T_TEXT, TONG_MAX_URL, false, NULL, NULL, 53, "Blank form"},
	{"sample_url", "示例样表", U, TONG__T_TEXT, TONG_MAX_URL, false, NULL, NULL, 53, "Sample form"},
	END
};

const struct tong__element tong__item_elements[] = {
	{"code", "基本编码", U, TONG__T_CODE, CODE, true, NULL, NULL, 2, "Basic code"},
	{"code_system", "编码体系", U, TONG__T_ENUM, 0, false, tong__code_systems, NULL, 0, "Code system"},
	{"name", "事项名称", U, TONG__T_TEXT, LONG, true, NULL, NULL, 1, "Name of the service"},
	{"type", "事项类型", U, TONG__T_ENUM, 0, true, tong__item_types, NULL, 3, "Type of service"},
	/* Not required: no source of the real catalogue tells it, and what is unknown is left out. */
	{"state", "事项状态", U, TONG__T_ENUM, 0, false, tong__item_states, NULL, 7,
	 "State of the service"},
	{"effective", "计划生效日期", U, TONG__T_TEXT, 10, false, NULL, NULL, 8, "Planned start date"},
	{"cancelled", "计划取消日期", U, TONG__T_TEXT, 10, false, NULL, NULL, 9, "Planned end date"},
	{"change", "变更方式", U, TONG__T_ENUM, 0, false, tong__item_changes, NULL, 0, "How it came to be"},
	{"replaces", "取代的编码", U, TONG__T_TEXTS, ROWS, false, NULL, NULL, 0, "Codes it replaces"},
	{"replaced_by", "由哪些事项取代", U, TONG__T_TEXTS, ROWS, false, NULL, NULL, 0, "Replaced by"},
	{"main_item", "主项名称", U, TONG__T_TEXT, LONG, false, NULL, NULL, 1, "Main service"},
	{"aliases", "其他编码", U, TONG__T_LIST, ROWS, false, NULL, alias_fields, 13, "Other codes"},
	{"summary", "一句话说明", U, TONG__T_TEXT, TEXT, false, NULL, NULL, 0, "In one sentence"},
	{"levels", "行使层级", U, TONG__T_ENUMS, 7, false, tong__levels, NULL, 5, "Level of government"},
	{"served", "服务对象", U, TONG__T_ENUMS, 7, false, tong__served, NULL, 25, "Who it is for"},
	{"authority", "法定实施机关", U, TONG__T_TEXT, LONG, false, NULL, NULL, 14,
	 "Body responsible by law"},
	{"basis", "设定依据", U, TONG__T_LIST, ROWS, false, NULL, basis_fields, 4, "Legal basis"},
	{"limit_statutory", "法定办结时限", U, TONG__T_MAP, 0, false, NULL, statutory_fields, 19,
	 "Time limit by law"},
	{"limit_promised", "承诺办结时限", M, TONG__T_MAP, 0, false, NULL, promised_fields, 20,
	 "Promised time limit"},
	{"case_type", "办件类型", M, TONG__T_ENUM, 0, false, tong__case_types, NULL, 26, "Kind of case"},
	{"visits", "到现场次数", M, TONG__T_INT, SMALL, false, NULL, NULL, 28, "Visits in person"},
	{"visits_reason", "必须现场办理的原因", M, TONG__T_TEXT, LONG, false, NULL, NULL, 29,
	 "Why a visit is needed"},
	{"online_depth", "网上办理深度", M, TONG__T_ENUMS, 8, false, tong__online_depths, NULL, 42,
	 "What can be done online"},
	{"handle_area", "通办范围", M, TONG__T_ENUM, 0, false, tong__handle_areas, NULL, 40,
	 "Where it can be handled"},
	{"fee", "收费", U, TONG__T_MAP, 0, false, NULL, fee_fields, 24, "Fee"},
	{"result", "审批结果", U, TONG__T_MAP, 0, false, NULL, result_fields, 37, "Result"},
	{"quota", "数量限制", U, TONG__T_TEXT, LONG, false, NULL, NULL, 36, "Limit on numbers"},
	{"intermediary", "中介服务", U, TONG__T_TEXT, LONG, false, NULL, NULL, 39, "Intermediary service"},
	{"materials", "申请材料", U, TONG__T_LIST, ROWS, false, NULL, material_fields, 46, "Documents"},
	{"themes", "主题", U, TONG__T_TEXTS, ROWS, false, NULL, NULL, 44, "Themes"},
	{"rights", "权利和义务", U, TONG__T_TEXT, LONG, false, NULL, NULL, 57, "Rights and duties"},
	{"central_dept", "中央业务指导部门", U, TONG__T_CODE, 2, false, NULL, NULL, 10,
	 "Guiding central department"},
	{"source", "来源", U, TONG__T_CODE, ID, false, NULL, NULL, 0, "Source"},
	{"guide", "指南种类", U, TONG__T_CODE, ID, false, NULL, NULL, 0, "Kind of guide"},
	{"conditions", "受理条件", U, TONG__T_MARKDOWN, 0, false, NULL, NULL, 21, "Conditions"},
	{"process", "办理流程", U, TONG__T_MARKDOWN, 0, false, NULL, NULL, 22, "Process"},
	{"review", "审查细则", U, TONG__T_MARKDOWN, 0, false, NULL, NULL, 0, "Review rules"},
	{"special", "特别程序", U, TONG__T_MARKDOWN, 0, false, NULL, NULL, 23, "Special procedure"},
	{"faq", "常见问题", M, TONG__T_QA, 0, false, NULL, NULL, 55, "Common questions"},
	{"notes", "说明", U, TONG__T_MARKDOWN, 0, false, NULL, NULL, 0, "Notes"},
	END
};

const struct tong__element tong__listing_elements[] = {
	{"item", "事项", L, TONG__T_CODE, CODE, true, NULL, NULL, 2, "Service"},
	{"published_code", "公布的编码", L, TONG__T_CODE, LINE, false, NULL, NULL, 13, "Published code"},
	{"published_name", "公布的名称", L, TONG__T_TEXT, LONG, false, NULL, NULL, 12, "Published name"},
	{"agency", "实施主体", L, TONG__T_CODE, ID, false, NULL, NULL, 14, "Department in charge"},
	{"org_code", "实施主体编码", L, TONG__T_CODE, ID, false, NULL, NULL, 15, "Code of the department"},
	{"body_nature", "实施主体性质", L, TONG__T_ENUM, 0, false, tong__body_natures, NULL, 16,
	 "Kind of body in charge"},
	{"entrusted_by", "委托部门", L, TONG__T_TEXT, LINE, false, NULL, NULL, 17, "Entrusted by"},
	{"power_source", "权力来源", L, TONG__T_ENUM, 0, false, tong__power_sources, NULL, 18,
	 "Source of the power"},
	{"impl_region", "实施地区", L, TONG__T_CODE, 12, false, NULL, NULL, 45, "Region"},
	{"level", "实施层级", L, TONG__T_ENUM, 0, false, tong__levels, NULL, 5, "Level of the department"},
	{"other_agencies", "联办机构", L, TONG__T_TEXT, LINE, false, NULL, NULL, 38,
	 "Other bodies involved"},
	{"hall", "政务大厅", L, TONG__T_CODE, ID, false, NULL, NULL, 41, "Service hall"},
	{"window", "窗口", L, TONG__T_CODE, ID, false, NULL, NULL, 41, "Counter"},
	{"address", "办理地点", L, TONG__T_TEXT, TEXT, false, NULL, NULL, 30, "Where to go"},
	{"hours", "办理时间", L, TONG__T_TEXT, TEXT, false, NULL, NULL, 31, "Opening hours"},
	{"transport", "交通指引", L, TONG__T_TEXT, TEXT, false, NULL, NULL, 34, "How to get there"},
	{"phone", "咨询电话", L, TONG__T_TEXT, LINE, false, NULL, NULL, 32, "Phone for questions"},
	{"complaint_phone", "监督投诉电话", L, TONG__T_TEXT, LINE, false, NULL, NULL, 33,
	 "Phone for complaints"},
	{"review_body", "行政复议机关", L, TONG__T_TEXT, TEXT, false, NULL, NULL, 56,
	 "Body for administrative review"},
	{"litigation_court", "行政诉讼法院", L, TONG__T_TEXT, TEXT, false, NULL, NULL, 56,
	 "Court for administrative litigation"},
	{"handle_form", "办理形式", L, TONG__T_ENUMS, 3, false, tong__handle_forms, NULL, 27,
	 "Ways to apply"},
	{"booking", "是否支持预约", L, TONG__T_ENUM, 0, false, tong__answers, NULL, 43, "Can be booked"},
	{"pay_online", "是否支持网上支付", L, TONG__T_ENUM, 0, false, tong__answers, NULL, 43,
	 "Can be paid online"},
	{"courier", "是否支持物流快递", L, TONG__T_ENUM, 0, false, tong__answers, NULL, 43,
	 "Can be sent by courier"},
	{"kiosk", "是否支持自助终端", L, TONG__T_ENUM, 0, false, tong__answers, NULL, 43,
	 "Can be done at a self-service terminal"},
	{"online_url", "网上办理地址", L, TONG__T_TEXT, TONG_MAX_URL, false, NULL, NULL, 35,
	 "Online application"},
	{"portal_url", "公布网页", L, TONG__T_TEXT, TONG_MAX_URL, false, NULL, NULL, 35, "Published page"},
	{"limit_promised_days", "承诺办结时限", M, TONG__T_INT, DAYS, false, NULL, NULL, 20,
	 "Promised time limit"},
	{"limit_promised_unit", "时限单位", M, TONG__T_ENUM, 0, false, tong__time_units, NULL, 20,
	 "Unit of the time limit"},
	{"visits", "到现场次数", M, TONG__T_INT, SMALL, false, NULL, NULL, 28, "Visits in person"},
	{"case_type", "办件类型", M, TONG__T_ENUM, 0, false, tong__case_types, NULL, 26, "Kind of case"},
	{"online_depth", "网上办理深度", M, TONG__T_ENUMS, 8, false, tong__online_depths, NULL, 58,
	 "What can be done online"},
	{"handle_area", "通办范围", M, TONG__T_ENUM, 0, false, tong__handle_areas, NULL, 40,
	 "Where it can be handled"},
	{"source", "来源", L, TONG__T_CODE, ID, false, NULL, NULL, 0, "Source"},
	{"sample", "样例数据", L, TONG__T_TEXT, 3, false, NULL, NULL, 0, "Sample data"},
	{"note", "备注", L, TONG__T_TEXT, LONG, false, NULL, NULL, 0, "Note"},
	END
};

const struct tong__element *tong__element_find(const struct tong__element *table, const char *name)
{
	for (; table && name && table->name; table++)
		if (*table->name == *name && !strcmp(table->name, name))
			return table;
	return NULL;
}
