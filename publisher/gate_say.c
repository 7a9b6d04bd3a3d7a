/* What the gate says to editors, in Chinese or in English. */
#include <string.h>

#include "publisher/finding.h"
#include "publisher/gate.h"
#include "publisher/scope.h"

#define SHOWN 20   /* findings; who mends these pushes again anyway */

void tong__gate_say(const struct tong__gate *g, const char *zh, const char *en)
{
	fprintf(g->out, "%s\n", g->zh ? zh : en);
}

static void say_place(const struct tong__gate *g, const struct tong__finding *f)
{
	fprintf(g->out, "%s%s%s", g->folder, *g->folder ? "/" : "", f->path);
	if (f->line)
		fprintf(g->out, ":%u", f->line);
	if (f->line && f->column)
		fprintf(g->out, ":%u", f->column);
	fputs("\n", g->out);
}

static void say_zh(const struct tong__gate *g, const struct tong__finding *f)
{
	fprintf(g->out, "    %s%s%s", f->element, *f->element ? "：" : "", f->rule->zh);
	if (*f->found)
		fprintf(g->out, "。找到：%s", f->found);
	if (*f->wanted)
		fprintf(g->out, "；应为：%s", f->wanted);
	fprintf(g->out, "。\n    怎么改：%s。（规则 %s，依据：%s）\n", f->rule->hint_zh, f->rule->id,
	        f->rule->clause);
}

static void say_en(const struct tong__gate *g, const struct tong__finding *f)
{
	fprintf(g->out, "    %s%s%s", f->element, *f->element ? ": " : "", f->rule->en);
	if (*f->found)
		fprintf(g->out, "; found: %s", f->found);
	if (*f->wanted)
		fprintf(g->out, "; wanted: %s", f->wanted);
	fprintf(g->out, "\n    %s (rule %s, from %s)\n", f->rule->hint_en, f->rule->id,
	        f->rule->clause);
}

void tong__gate_say_findings(const struct tong__gate *g, const struct tong__findings *fs,
                             bool commit)
{
	size_t n = tong__findings_count(fs);

	if (g->zh)
		fprintf(g->out, "%s：这次修改有 %zu 处不符合规则。\n", commit ? "没有提交" : "拒绝推送", n);
	else
		fprintf(g->out, "%s: this change breaks the rules in %zu place%s.\n",
		        commit ? "not committed" : "push refused", n, n == 1 ? "" : "s");
	for (size_t i = 0; i < n && i < SHOWN; i++) {
		say_place(g, tong__findings_at(fs, i));
		(g->zh ? say_zh : say_en)(g, tong__findings_at(fs, i));
	}
	if (n > SHOWN)
		fprintf(g->out, g->zh ? "还有 %zu 处，改好以上各处后再看。\n" : "and %zu more.\n", n - SHOWN);
	if (commit)
		tong__gate_say(g, "改好后 git add，再提交。", "Mend it, git add, and commit again.");
	else
		tong__gate_say(g, "改好后提交，再推送。", "Mend it, commit, and push again.");
}

static void say_scope_zh(const struct tong__gate *g, const char *author, const char *path,
                         const char *commit, size_t more, const char *allowed)
{
	fprintf(g->out, "拒绝推送：%s 没有修改 %s 的权限", *author ? author : "（没有写邮箱的作者）", path);
	if (commit)
		fprintf(g->out, "（提交 %.12s）", commit);
	if (more)
		fprintf(g->out, "，另有 %zu 个文件也没有", more);
	fprintf(g->out, "。\n    %s%s\n    需要修改时，请交给有权限的人，或者请管理员先在 scope.csv "
	        "里加上一行。（规则 S10）\n", allowed ? "可以修改的是：" : "scope.csv 里没有这个人。", allowed ? allowed : "");
}

static void say_scope_en(const struct tong__gate *g, const char *author, const char *path,
                         const char *commit, size_t more, const char *allowed)
{
	fprintf(g->out, "push refused: %s may not edit %s",
	        *author ? author : "(an author without address)", path);
	if (commit)
		fprintf(g->out, " (commit %.12s)", commit);
	if (more)
		fprintf(g->out, ", nor %zu more files", more);
	fprintf(g->out, ".\n    %s%s\n    Hand the change to somebody who may, or have an administrator"
	        " add a row to scope.csv first. (rule S10)\n",
	        allowed ? "What may be edited: " : "scope.csv does not name them.",
	        allowed ? allowed : "");
}

void tong__gate_say_scope(const struct tong__gate *g, const struct tong__scope *s,
                          const char *author, const char *path, const char *commit, size_t more)
{
	struct tong__buf allowed;

	tong__buf_init(&allowed, 4096);
	tong__scope_paths(s, author, &allowed);
	(g->zh ? say_scope_zh : say_scope_en)(g, author, path, commit, more, allowed.data);
	tong__buf_free(&allowed);
}
