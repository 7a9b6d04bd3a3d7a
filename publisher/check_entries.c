/* What stands in the files beside the items: laws, materials, licences, themes, halls and the
 * catalogue itself: every name, type, code and ceiling, so that a slip is not passed over. */
#include "publisher/check.h"

#include "core/enums.h"
#include "core/json.h"
#include "core/limits.h"

#define TEXT(name, label, max) \
	{name, label, TONG__U, TONG__T_TEXT, max, false, NULL, NULL, 0, NULL}
#define ENUM(name, label, values) \
	{name, label, TONG__U, TONG__T_ENUM, 0, false, values, NULL, 0, NULL}
#define LIST(name, label, of) {name, label, TONG__U, TONG__T_LIST, 0, false, NULL, of, 0, NULL}
#define TEXTS(name, label) {name, label, TONG__U, TONG__T_TEXTS, 0, false, NULL, NULL, 0, NULL}
#define MAP(name, label, of) {name, label, TONG__U, TONG__T_MAP, 0, false, NULL, of, 0, NULL}
#define END {.name = NULL}

enum {
	ID = 64,      /* S2 */
	DAY = 10,     /* "2026-01-31" */
	LINE = 200,
	LONG = 1000
};

static const struct tong__enum_value law_kinds[] = {
	{"法律", "法律", "Law"},
	{"行政法规", "行政法规", "Administrative regulation"},
	{"部门规章", "部门规章", "Departmental rule"},
	{"地方性法规", "地方性法规", "Local regulation"},
	{"其他", "其他", "Other"},
	{NULL, NULL, NULL},
};
static const struct tong__enum_value audiences[] = {
	{"person", "个人", "Individuals"},
	{"corp", "法人", "Organisations"},
	{"event", "一件事", "Life events"},
	{NULL, NULL, NULL},
};

static const struct tong__element article[] = {
	TEXT("article", "条", LINE), TEXT("text", "条文", 0), END
};
static const struct tong__element law[] = {
	TEXT("title", "名称", LINE), TEXT("short", "简称", LINE), ENUM("kind", "种类", law_kinds),
	TEXT("version", "版本日期", DAY), TEXT("effective", "施行日期", DAY),
	TEXT("state", "效力状态", LINE), LIST("articles", "条文", article),
	TEXT("source", "来源", TONG_MAX_URL), END
};
static const struct tong__element material[] = {
	TEXT("id", "标识", ID), TEXT("name", "材料名称", LONG),
	ENUM("kind", "材料种类", tong__material_kinds), ENUM("source", "材料来源", tong__material_sources),
	TEXT("licence", "可替代的电子证照", ID), TEXT("note", "备注", LONG), END
};
static const struct tong__element licence[] = {
	TEXT("id", "标识", ID), TEXT("name", "证照名称", LINE), TEXT("code", "证照编码", LINE),
	TEXT("issuer", "颁发机关", LINE), TEXT("source", "来源", TONG_MAX_URL),
	TEXT("note", "备注", LONG), END
};
static const struct tong__element theme[] = {
	TEXT("id", "标识", ID), TEXT("code", "代码", LINE), ENUM("audience", "服务对象", audiences),
	TEXT("name", "主题名称", LINE), TEXT("mark", "字标", LINE), TEXTS("words", "举例"), END
};
static const struct tong__element window[] = {
	TEXT("id", "标识", ID), TEXT("name", "窗口名称", LINE), TEXT("number", "窗口号", LINE), END
};
static const struct tong__element hall[] = {
	TEXT("id", "标识", ID), TEXT("name", "大厅名称", LINE), TEXT("address", "地址", LONG),
	TEXT("hours", "办公时间", LONG), TEXT("phone", "电话", LINE), TEXT("transport", "交通", LONG),
	LIST("windows", "窗口", window), END
};
static const struct tong__element site[] = {
	TEXT("owner", "主办单位", LINE), TEXT("address", "地址", LINE), TEXT("phone", "电话", LINE),
	TEXT("site_id", "网站标识码", LINE), TEXT("icp", "备案号", LINE),
	TEXT("url", "网站地址", TONG_MAX_URL), TEXT("licence", "数据使用许可", LINE),
	TEXT("report_url", "意见接收地址", TONG_MAX_URL), END
};

/* The root of each file. */
static const struct tong__element catalogue_file[] = {
	{"format", "格式版本", TONG__U, TONG__T_INT, 0, false, NULL, NULL, 0, NULL},
	TEXT("province", "省份", ID), TEXT("title", "标题", LINE), TEXT("subtitle", "副标题", LINE),
	TEXTS("languages", "语言"), TEXT("notice", "说明", LONG), TEXT("hotline", "热线", LINE),
	MAP("site", "网站", site), END
};
static const struct tong__element materials_file[] = {LIST("materials", "材料", material), END};
static const struct tong__element licences_file[] = {LIST("licences", "电子证照", licence), END};
static const struct tong__element themes_file[] = {LIST("themes", "主题", theme), END};
static const struct tong__element halls_file[] = {
	{"sample", "样例", TONG__U, TONG__T_BOOL, 0, false, NULL, NULL, 0, NULL},
	LIST("halls", "大厅", hall), END
};

static void check_file(const struct tong__doc *d, const struct tong__element *table,
                       const char *subject, struct tong__findings *fs)
{
	if (d)
		tong__check_elements(d, d->root, table, subject, fs);
}

void tong__check_entries(const struct tong__model *m, struct tong__findings *fs)
{
	check_file(m->catalogue, catalogue_file, "catalogue", fs);
	check_file(m->materials, materials_file, "materials", fs);
	check_file(m->licences, licences_file, "licences", fs);
	check_file(m->themes, themes_file, "themes", fs);
	for (size_t i = 0; i < m->n_laws; i++)
		check_file(m->laws[i].doc, law, m->laws[i].id, fs);
	for (size_t i = 0; i < m->n_locals; i++)
		check_file(m->locals[i].halls, halls_file, m->locals[i].region, fs);
}
