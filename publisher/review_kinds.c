/* The table of kinds: which files there are, and the labels of what items and listings do not
 * have. */
#include "publisher/review_kinds.h"

#include <string.h>

#include "publisher/model_load.h"
#include "publisher/translation.h"

#define TEXT(name, label) {name, label, TONG__L, TONG__T_TEXT, 0, false, NULL, NULL, 0, NULL}
#define LIST(name, label, fields) \
	{name, label, TONG__L, TONG__T_LIST, 0, false, NULL, fields, 0, NULL}
#define END {.name = NULL}

static const struct tong__element article[] = {TEXT("article", "条"), TEXT("text", "条文"), END};
static const struct tong__element law[] = {
	TEXT("title", "名称"), TEXT("short", "简称"), TEXT("kind", "种类"), TEXT("version", "版本日期"),
	TEXT("effective", "施行日期"), TEXT("state", "效力状态"), TEXT("source", "来源"),
	LIST("articles", "条文", article), END
};
static const struct tong__element material[] = {
	TEXT("id", "标识"), TEXT("name", "材料名称"), TEXT("kind", "材料种类"), TEXT("source", "材料来源"),
	TEXT("licence", "可替代的电子证照"), TEXT("note", "备注"), END
};
static const struct tong__element licence[] = {
	TEXT("id", "标识"), TEXT("name", "证照名称"), TEXT("code", "证照编码"),
	TEXT("issuer", "颁发机关"), TEXT("source", "来源"), TEXT("note", "备注"), END
};
static const struct tong__element theme[] = {
	TEXT("id", "标识"), TEXT("code", "代码"), TEXT("audience", "服务对象"), TEXT("name", "主题名称"),
	TEXT("mark", "字标"), {"words", "举例", TONG__L, TONG__T_TEXTS, 0, false, NULL, NULL, 0, NULL}, END
};
static const struct tong__element agency[] = {
	TEXT("id", "标识"), TEXT("uscc", "统一社会信用代码"), TEXT("name", "机构名称"),
	TEXT("short_name", "简称"), TEXT("region", "所在地区"), TEXT("phone", "电话"),
	TEXT("address", "地址"), TEXT("status", "状态"), TEXT("codes_seen", "公布过的代码"),
	TEXT("note", "备注"), END
};
static const struct tong__element region[] = {
	TEXT("code", "代码"), TEXT("name", "地区名称"), TEXT("level", "层级"), TEXT("type", "类型"),
	TEXT("parent", "上级"), TEXT("name_new", "新名称"), END
};
static const struct tong__element intermediary[] = {
	TEXT("id", "标识"), TEXT("uscc", "统一社会信用代码"), TEXT("name", "机构名称"),
	TEXT("region", "所在地区"), TEXT("service", "服务"), TEXT("phone", "电话"),
	TEXT("address", "地址"), TEXT("source", "来源"), TEXT("note", "备注"), END
};
static const struct tong__element waiver[] = {
	TEXT("rule", "规则"), TEXT("subject", "对象"), TEXT("reason", "原因"), TEXT("author", "作者"),
	TEXT("until", "截止日期"), END
};
static const struct tong__element scope[] = {
	TEXT("path", "路径"), TEXT("author", "作者"), TEXT("note", "备注"), END
};
static const struct tong__element window[] = {
	TEXT("id", "标识"), TEXT("name", "窗口名称"), TEXT("number", "窗口号"), END
};
static const struct tong__element hall[] = {
	TEXT("id", "标识"), TEXT("name", "大厅名称"), TEXT("address", "地址"), TEXT("hours", "办公时间"),
	TEXT("phone", "电话"), TEXT("transport", "交通指引"), LIST("windows", "窗口", window), END
};
static const struct tong__element site[] = {
	TEXT("owner", "主办单位"), TEXT("address", "地址"), TEXT("phone", "电话"),
	TEXT("site_id", "政府网站标识码"), TEXT("icp", "备案号"),
	TEXT("url", "网站地址"), TEXT("licence", "数据使用许可"), TEXT("report_url", "意见接收地址"), END
};
static const struct tong__element catalogue[] = {
	TEXT("format", "格式版本"), TEXT("province", "省份"), TEXT("title", "标题"),
	TEXT("subtitle", "副标题"), TEXT("languages", "语言"), TEXT("notice", "页脚说明"),
	TEXT("hotline", "热线"),
	{"site", "网站标识", TONG__L, TONG__T_MAP, 0, false, NULL, site, 0, NULL}, END
};
static const struct tong__element name_row[] = {
	TEXT("kind", "种类"), TEXT("id", "标识"), TEXT("member", "成员"), TEXT("text", "译文"),
	TEXT("of", "所据中文"), TEXT("source", "译文来源"), TEXT("reviewed_by", "审核人"),
	TEXT("reviewed_at", "审核日期"), END
};
static const struct tong__element notice[] = {
	TEXT("title", "标题"), TEXT("date", "日期"), TEXT("number", "文号"),
	TEXT("issuer", "发布机关"), TEXT("source", "来源"), END
};

static const struct tong__element synonym[] = {
	TEXT("said", "人们说的"), TEXT("meant", "目录里的"), TEXT("note", "说明"), END
};

/* Adding a kind of file touches one row here and one in model_load.c. */
static const struct tong__review_kind kinds[] = {
	{"items/##/?.md", "item", "事项", TONG__SHAPE_ITEM, NULL, {NULL}, tong__item_elements, false},
	{"laws/*.yaml", "law", "法律法规", TONG__SHAPE_DOC, NULL, {NULL}, law, false},
	{"materials.yaml", "material", "材料", TONG__SHAPE_LIST, "materials", {"id"}, material, false},
	{"licences.yaml", "licence", "电子证照", TONG__SHAPE_LIST, "licences", {"id"}, licence, false},
	{"themes.yaml", "theme", "主题", TONG__SHAPE_LIST, "themes", {"id"}, theme, false},
	{"agencies.csv", "agency", "机构", TONG__SHAPE_TABLE, NULL, {"id"}, agency, false},
	{"local/######/items.csv", "local", "地区办理事项", TONG__SHAPE_TABLE, NULL,
	 {"item", "published_code", "published_name"}, tong__listing_elements, true},
	{"local/#########/items.csv", "local", "地区办理事项", TONG__SHAPE_TABLE, NULL,
	 {"item", "published_code", "published_name"}, tong__listing_elements, true},
	{"local/######/halls.yaml", "halls", "地区办事大厅", TONG__SHAPE_LIST, "halls", {"id"},
	 hall, true},
	{"local/#########/halls.yaml", "halls", "地区办事大厅", TONG__SHAPE_LIST, "halls", {"id"},
	 hall, true},
	{"regions.csv", "region", "地区", TONG__SHAPE_TABLE, NULL, {"code"}, region, false},
	{"intermediaries.csv", "intermediary", "中介服务机构", TONG__SHAPE_TABLE, NULL, {"id"},
	 intermediary, false},
	{"notices/*.md", "notice", "通知", TONG__SHAPE_DOC, NULL, {NULL}, notice, false},
	{"lang/*/items/?.md", "text", "译文", TONG__SHAPE_DOC, NULL, {NULL}, tong__text_elements, false},
	{"lang/*/names.csv", "name", "名称译文", TONG__SHAPE_TABLE, NULL, {"kind", "id", "member"},
	 name_row, false},
	{"catalogue.yaml", "catalogue", "目录设置", TONG__SHAPE_DOC, NULL, {NULL}, catalogue, false},
	{"waivers.csv", "waiver", "豁免", TONG__SHAPE_TABLE, NULL, {"rule", "subject"}, waiver, false},
	{"synonyms.csv", "synonym", "同义词", TONG__SHAPE_TABLE, NULL, {"said", "meant"}, synonym,
	 false},
	{"scope.csv", "scope", "编辑权限", TONG__SHAPE_TABLE, NULL, {"path", "author"}, scope, false},
};

const struct tong__review_kind *tong__review_kind_of(const char *path, char a[65], char b[65])
{
	static const struct tong__review_kind other = {.name = "file", .label = "文件"};
	const struct tong__file_kind *f = tong__file_kind_of(path, a, b);

	for (size_t i = 0; f && i < sizeof kinds / sizeof *kinds; i++)
		if (!strcmp(kinds[i].pattern, f->pattern))
			return &kinds[i];
	return &other;
}

size_t tong__review_rank(const char *name)
{
	size_t i = 0;

	while (i < sizeof kinds / sizeof *kinds && strcmp(kinds[i].name, name))
		i++;
	return i;
}
