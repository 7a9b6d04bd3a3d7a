/* Enumerations: codes and labels as code that exchanges the national tables has them. */
#include <string.h>

#include "core/enums.h"

const struct tong__enum_value tong__item_types[] = {
	{"01", "行政许可"}, {"02", "行政处罚"}, {"03", "行政强制"}, {"04", "行政征收"},
	{"05", "行政给付"}, {"06", "行政检查"}, {"07", "行政确认"}, {"08", "行政奖励"},
	{"09", "行政裁决"}, {"10", "其他行政权力"}, {"20", "公共服务"}, {NULL, NULL},
};

const struct tong__enum_value tong__time_units[] = {
	{"1", "工作日"}, {"2", "日"}, {NULL, NULL},
};

const struct tong__enum_value tong__code_systems[] = {
	{"national-12", "国家基本编码"},
	{"sichuan-12", "四川 12 位编码"},
	{"sichuan-14", "四川 14 位编码"},
	{"sichuan-14-20", "四川 14 位公共服务编码"},
	{"legacy-letter", "旧编码（字母开头）"},
	{"legacy-digit-letter", "旧编码（数字加字母开头）"},
	{NULL, NULL},
};

const struct tong__enum_value tong__item_states[] = {
	{"1", "在用"}, {"2", "暂停"}, {"3", "取消"}, {NULL, NULL},
};

/* How an item came to be; suspending and cancelling are states. */
const struct tong__enum_value tong__item_changes[] = {
	{"new", "新增"}, {"moved", "层级调整"}, {"merged", "合并"}, {"split", "拆分"}, {NULL, NULL},
};

const struct tong__enum_value tong__levels[] = {
	{"1", "国家级"}, {"2", "省级"}, {"3", "市级"}, {"4", "县级"},
	{"5", "镇（乡、街道）级"}, {"6", "村（社区）级"}, {"7", "分级管理"}, {NULL, NULL},
};

const struct tong__enum_value tong__served[] = {
	{"1", "自然人"}, {"2", "企业法人"}, {"3", "事业法人"}, {"4", "社会组织法人"},
	{"5", "非法人企业"}, {"6", "行政机关"}, {"9", "其他组织"}, {NULL, NULL},
};

const struct tong__enum_value tong__case_types[] = {
	{"1", "即办件"}, {"2", "承诺件"}, {NULL, NULL},
};

const struct tong__enum_value tong__online_depths[] = {
	{"1", "互联网咨询"}, {"2", "互联网收件"}, {"3", "互联网预审"}, {"4", "互联网受理"},
	{"5", "互联网办理"}, {"6", "互联网办理结果信息反馈"}, {"7", "互联网电子证照反馈"},
	{"9", "其他"}, {NULL, NULL},
};

const struct tong__enum_value tong__handle_areas[] = {
	{"1", "全国"}, {"2", "全省"}, {"3", "全市"}, {"4", "全县"},
	{"5", "全镇（乡、街道）"}, {"6", "跨村（社区）"}, {NULL, NULL},
};

const struct tong__enum_value tong__result_types[] = {
	{"10", "证照"}, {"20", "批文"}, {"30", "其他"}, {NULL, NULL},
};

const struct tong__enum_value tong__material_needs[] = {
	{"1", "必要"}, {"2", "非必要"}, {"3", "容缺后补"}, {NULL, NULL},
};

const struct tong__enum_value tong__material_forms[] = {
	{"1", "纸质"}, {"2", "电子化"}, {"3", "纸质或电子化"}, {NULL, NULL},
};

/* The values of materials.yaml. */
const struct tong__enum_value tong__material_kinds[] = {
	{"1", "证件证书证明"}, {"2", "申请表格文书"}, {"3", "其他"}, {NULL, NULL},
};

const struct tong__enum_value tong__material_sources[] = {
	{"10", "申请人自备"}, {"20", "政府部门核发"}, {"99", "其他"}, {NULL, NULL},
};

const struct tong__enum_value tong__body_natures[] = {
	{"1", "法定机关"}, {"2", "授权组织"}, {"3", "受委托组织"}, {NULL, NULL},
};

const struct tong__enum_value tong__power_sources[] = {
	{"1", "法定本级行使"}, {"2", "上级下放"}, {"3", "上级授权"}, {"4", "同级授权"},
	{"5", "上级委托"}, {"6", "同级委托"}, {NULL, NULL},
};

const struct tong__enum_value tong__handle_forms[] = {
	{"1", "窗口办理"}, {"2", "网上办理"}, {"3", "快递申请"}, {NULL, NULL},
};

/* Columns of a table have no true and false: what offices write there. */
const struct tong__enum_value tong__answers[] = {
	{"yes", "是"}, {"no", "否"}, {NULL, NULL},
};

const char *tong__enum_label(const struct tong__enum_value *values, const char *code)
{
	for (; values && code && values->code; values++)
		if (!strcmp(values->code, code))
			return values->label;
	return NULL;
}
