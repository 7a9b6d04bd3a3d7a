/* Enumerations: codes and labels as code that exchanges the national tables has them. */
#include <string.h>

#include "core/enums.h"

const struct tong__enum_value tong__item_types[] = {
	{"01", "行政许可", "Administrative licence"},
	{"02", "行政处罚", "Administrative penalty"},
	{"03", "行政强制", "Administrative coercion"},
	{"04", "行政征收", "Administrative levy"},
	{"05", "行政给付", "Administrative payment"},
	{"06", "行政检查", "Administrative inspection"},
	{"07", "行政确认", "Administrative confirmation"},
	{"08", "行政奖励", "Administrative award"},
	{"09", "行政裁决", "Administrative ruling"},
	{"10", "其他行政权力", "Other administrative power"},
	{"20", "公共服务", "Public service"},
	{NULL, NULL, NULL},
};

const struct tong__enum_value tong__time_units[] = {
	{"1", "工作日", "working days"},
	{"2", "日", "days"},
	{NULL, NULL, NULL},
};

const struct tong__enum_value tong__code_systems[] = {
	{"national-12", "国家基本编码", "National basic code"},
	{"sichuan-12", "四川 12 位编码", "Sichuan 12-character code"},
	{"sichuan-14", "四川 14 位编码", "Sichuan 14-character code"},
	{"sichuan-14-20", "四川 14 位公共服务编码", "Sichuan 14-digit public service code"},
	{"legacy-letter", "旧编码（字母开头）", "Old code (begins with a letter)"},
	{"legacy-digit-letter", "旧编码（数字加字母开头）", "Old code (begins with a digit and a letter)"},
	{NULL, NULL, NULL},
};

const struct tong__enum_value tong__item_states[] = {
	{"1", "在用", "In use"},
	{"2", "暂停", "Suspended"},
	{"3", "取消", "Cancelled"},
	{NULL, NULL, NULL},
};

/* How an item came to be; suspending and cancelling are states. */
const struct tong__enum_value tong__item_changes[] = {
	{"new", "新增", "New"},
	{"moved", "层级调整", "Moved to another level"},
	{"merged", "合并", "Merged"},
	{"split", "拆分", "Split"},
	{NULL, NULL, NULL},
};

const struct tong__enum_value tong__levels[] = {
	{"1", "国家级", "National"},
	{"2", "省级", "Province"},
	{"3", "市级", "City"},
	{"4", "县级", "County"},
	{"5", "镇（乡、街道）级", "Town or subdistrict"},
	{"6", "村（社区）级", "Village or community"},
	{"7", "分级管理", "Shared between levels"},
	{NULL, NULL, NULL},
};

const struct tong__enum_value tong__served[] = {
	{"1", "自然人", "Individuals"},
	{"2", "企业法人", "Companies"},
	{"3", "事业法人", "Public institutions"},
	{"4", "社会组织法人", "Social organisations"},
	{"5", "非法人企业", "Unincorporated businesses"},
	{"6", "行政机关", "Government bodies"},
	{"9", "其他组织", "Other organisations"},
	{NULL, NULL, NULL},
};

const struct tong__enum_value tong__case_types[] = {
	{"1", "即办件", "Done on the spot"},
	{"2", "承诺件", "Done within a promised time"},
	{NULL, NULL, NULL},
};

const struct tong__enum_value tong__online_depths[] = {
	{"1", "互联网咨询", "Ask online"},
	{"2", "互联网收件", "Send documents online"},
	{"3", "互联网预审", "Check beforehand online"},
	{"4", "互联网受理", "Apply online"},
	{"5", "互联网办理", "Handled online"},
	{"6", "互联网办理结果信息反馈", "Result told online"},
	{"7", "互联网电子证照反馈", "Electronic licence sent online"},
	{"9", "其他", "Other"},
	{NULL, NULL, NULL},
};

const struct tong__enum_value tong__handle_areas[] = {
	{"1", "全国", "Nationwide"},
	{"2", "全省", "Across the province"},
	{"3", "全市", "Across the city"},
	{"4", "全县", "Across the county"},
	{"5", "全镇（乡、街道）", "Across the town or subdistrict"},
	{"6", "跨村（社区）", "Across villages or communities"},
	{NULL, NULL, NULL},
};

const struct tong__enum_value tong__result_types[] = {
	{"10", "证照", "Licence or certificate"},
	{"20", "批文", "Written approval"},
	{"30", "其他", "Other"},
	{NULL, NULL, NULL},
};

const struct tong__enum_value tong__material_needs[] = {
	{"1", "必要", "Required"},
	{"2", "非必要", "Not always required"},
	{"3", "容缺后补", "Can be handed in later"},
	{NULL, NULL, NULL},
};

const struct tong__enum_value tong__material_forms[] = {
	{"1", "纸质", "Paper"},
	{"2", "电子化", "Electronic"},
	{"3", "纸质或电子化", "Paper or electronic"},
	{NULL, NULL, NULL},
};

/* The values of materials.yaml. */
const struct tong__enum_value tong__material_kinds[] = {
	{"1", "证件证书证明", "Certificate or proof"},
	{"2", "申请表格文书", "Form or written statement"},
	{"3", "其他", "Other"},
	{NULL, NULL, NULL},
};

const struct tong__enum_value tong__material_sources[] = {
	{"10", "申请人自备", "You provide it"},
	{"20", "政府部门核发", "Issued by a government department"},
	{"99", "其他", "Other"},
	{NULL, NULL, NULL},
};

const struct tong__enum_value tong__body_natures[] = {
	{"1", "法定机关", "Statutory body"},
	{"2", "授权组织", "Authorised organisation"},
	{"3", "受委托组织", "Entrusted organisation"},
	{NULL, NULL, NULL},
};

const struct tong__enum_value tong__power_sources[] = {
	{"1", "法定本级行使", "Own power by law"},
	{"2", "上级下放", "Passed down from above"},
	{"3", "上级授权", "Authorised from above"},
	{"4", "同级授权", "Authorised at the same level"},
	{"5", "上级委托", "Entrusted from above"},
	{"6", "同级委托", "Entrusted at the same level"},
	{NULL, NULL, NULL},
};

const struct tong__enum_value tong__handle_forms[] = {
	{"1", "窗口办理", "At a counter"},
	{"2", "网上办理", "Online"},
	{"3", "快递申请", "By courier"},
	{NULL, NULL, NULL},
};

/* Columns of a table have no true and false: what offices write there. */
const struct tong__enum_value tong__answers[] = {
	{"yes", "是", "Yes"},
	{"no", "否", "No"},
	{NULL, NULL, NULL},
};

static const struct tong__enum_value *find(const struct tong__enum_value *values,
                                           const char *code)
{
	for (; values && code && values->code; values++)
		if (!strcmp(values->code, code))
			return values;
	return NULL;
}

const char *tong__enum_label_in(const struct tong__enum_value *values, const char *code,
                                const char *lang)
{
	const struct tong__enum_value *v = find(values, code);

	if (!v)
		return NULL;
	return lang && strcmp(lang, "en") == 0 ? v->english : v->label;
}

const char *tong__enum_label(const struct tong__enum_value *values, const char *code)
{
	return tong__enum_label_in(values, code, NULL);
}
