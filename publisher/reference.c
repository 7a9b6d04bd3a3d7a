/* The editor's reference: elements and rules as Markdown, from the two tables. */
#include "publisher/schema.h"

#include <string.h>

#include "publisher/finding.h"
#include "publisher/sheet_kind.h"
#include "publisher/translation.h"

const char *tong__class_zh(enum tong__element_class c)
{
	static const char *const names[] = { "统一", "只可更优", "本地" };

	return names[c];
}

static const char *type_zh(const struct tong__element *e)
{
	static const char *const names[] = { "文字", "编码或标识", "代码",    "代码的列表",
										 "整数", "是或否",     "列表",    "一组字段",
										 "列表", "正文段落",   "问答段落" };

	return names[e->type];
}

static void ceiling(struct tong__buf *out, const struct tong__element *e)
{
	static const char *const units[] = { "字", "字", "", "个", "", "", "条", "", "条", "", "" };

	if (!e->max)
		return;
	if (e->type == TONG__T_INT)
		tong__buf_addf(out, "，0 到 %u", e->max);
	else
		tong__buf_addf(out, "，至多 %u %s", e->max, units[e->type]);
}

static void values(struct tong__buf *out, const struct tong__element *e, const char *indent)
{
	if (!e->values)
		return;
	tong__buf_addf(out, "\n%s  可用的代码：", indent);
	for (const struct tong__enum_value *v = e->values; v->code; v++)
		tong__buf_addf(out, "%s`%s` %s", v == e->values ? "" : "、", v->code, v->label);
}

/* Lists rather than tables: they are read on phones, and CommonMark has no tables. */
static void element(struct tong__buf *out, const struct tong__element *e, const char *indent)
{
	bool section = e->type == TONG__T_MARKDOWN || e->type == TONG__T_QA;

	if (section)
		tong__buf_addf(out, "%s- **%s** （写成 `## %s`）：", indent, e->label, e->label);
	else
		tong__buf_addf(out, "%s- **%s** `%s` ：", indent, e->label, e->name);
	tong__buf_addf(out, "%s，%s", tong__class_zh(e->cls), type_zh(e));
	ceiling(out, e);
	tong__buf_adds(out, e->required ? "，必填" : "");
	if (e->english)
		tong__buf_addf(out, "，英文 %s", e->english);
	values(out, e, indent);
	tong__buf_addc(out, '\n');
	for (const struct tong__element *f = e->fields; f && f->name; f++)
		element(out, f, "  ");
}

static void table(struct tong__buf *out, const char *heading, const char *about,
				  const struct tong__element *elements)
{
	tong__buf_addf(out, "\n## %s\n\n%s\n\n", heading, about);
	for (const struct tong__element *e = elements; e && e->name; e++)
		element(out, e, "");
}

int tong__reference_elements(struct tong__buf *out)
{
	tong__buf_adds(out,
				   "下面是全部要素，由程序从要素表生成。每个要素属于一类：\n\n"
				   "- **统一** ：全省一份，写在事项文件里，各地不能改。\n"
				   "- **只可更优** ：事项文件里写全省的标准，各地只能比它更好（更快、更少跑）。\n"
				   "- **本地** ：由各地写在自己的表里，例如地点、电话。\n\n"
				   "不知道的要素不写，不要猜，也不要写“无”“/”。\n");
	table(out, "事项文件", "`items/类型/编码.md` ，前面是字段，后面是段落。", tong__item_elements);
	table(out, "事项的译文", "`lang/语言/items/编码.md` ，段落标题与中文相同。", tong__text_elements);
	table(out, "各地的办事表", "`local/地区/items.csv` ，一行一个业务办理项。",
		  tong__listing_elements);
	table(out, "材料目录", "`materials.yaml` ，一种材料一条。",
		  tong__kinds[TONG__KIND_MATERIALS].elements);
	table(out, "机构名录", "`agencies.csv` ，一行一个机构。",
		  tong__kinds[TONG__KIND_AGENCIES].elements);
	return out->failed;
}

int tong__reference_rules(struct tong__buf *out)
{
	static const char *const severities[] = { "提示", "警告", "错误" };

	tong__buf_adds(
		out,
		"下面是全部检查规则，由程序从规则表生成。有“错误”不能发布；“警告”请核对；“提示”供参考。\n"
		"在命令行运行 `tong-publish explain 规则` 可以看到同样的内容。\n");
	for (const struct tong__rule *r = tong__rules; r->id; r++)
		tong__buf_addf(out, "\n## `%s`\n\n**%s** ：%s。\n\n- 怎么改：%s\n- 依据：%s\n", r->id,
					   severities[r->severity], r->zh, r->hint_zh, r->clause);
	return out->failed;
}
