/* libyaml's phrases and ours: editors read Chinese, and a phrase of a parser helps nobody. */
#include "publisher/yaml_words.h"

#include <stddef.h>
#include <string.h>

struct phrase { const char *en, *zh; };

static const struct phrase problems[] = {
	{"control characters are not allowed", "控制字符"},
	{"could not find expected ':'", "缺少冒号，或者缩进不对"},
	{"found unexpected end of stream", "引号没有结束"},
	{"found unexpected document indicator", "引号没有结束就遇到了 ---"},
	{"did not find expected key", "缩进不对，或者上一行的引号、冒号写错"},
	{"did not find expected '-' indicator", "缩进不对：列表中出现了不以 - 开头的行"},
	{"did not find expected ',' or ']'", "方括号里缺少逗号或右括号"},
	{"did not find expected ',' or '}'", "花括号里缺少逗号或右括号"},
	{"did not find expected node content", "这里应当有内容"},
	{"mapping values are not allowed in this context", "文字里的“: ”被当成了字段，请加引号"},
	{"block sequence entries are not allowed in this context", "这里不能开始列表（-）"},
	{"mapping keys are not allowed in this context", "这里不能开始字段"},
	{"found character that cannot start any token", "值以特殊字符或制表符开头，请加引号"},
	{"found a tab character that violates indentation", "用制表符缩进"},
	{"found a tab character where an indentation space is expected", "用制表符缩进"},
	{"found unknown escape character", "双引号里有不认识的 \\ 写法"},
	{"did not find expected hexdecimal number", "双引号里的 \\x 或 \\u 写得不完整"},
	{"found invalid Unicode character escape code", "双引号里的 \\u 不是有效的字符"},
	{"found unexpected ':'", "多余的冒号，请加引号"},
	{"did not find expected alphabetic or numeric character", "& 或 * 开头的值，请加引号"},
	{"did not find expected comment or line break", "| 或 > 之后应当换行"},
	{"found an indentation indicator equal to 0", "| 或 > 之后的缩进数不能是 0"},
	{"did not find expected <document start>", "文件开头写得不对"},
	{"found undefined tag handle", "用了标签 !"},
	{"found unknown directive name", "用了 % 指令"},
	{NULL, NULL},
};

static const struct phrase contexts[] = {
	{"while scanning a quoted scalar", "成对的引号"},
	{"while scanning a simple key", "名称: 值"},
	{"while parsing a block mapping", "缩进一致的“名称: 值”"},
	{"while parsing a block collection", "缩进一致的列表"},
	{"while parsing a flow sequence", "[甲, 乙]"},
	{"while parsing a flow mapping", "{名称: 值}"},
	{"while scanning a block scalar", "| 之后缩进的文字"},
	{NULL, NULL},
};

static const char *look_up(const struct phrase *p, const char *en, const char *otherwise)
{
	for (; en && p->en; p++)
		if (!strcmp(p->en, en))
			return p->zh;
	return otherwise;
}

const char *tong__yaml_problem_zh(const char *problem)
{
	return look_up(problems, problem, problem ? problem : "读不懂");
}

const char *tong__yaml_context_zh(const char *context)
{
	return look_up(contexts, context, "正确的 YAML");
}
