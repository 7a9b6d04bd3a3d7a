/* What the gate says to editors. */
#include <string.h>

#include "core/message.h"
#include "publisher/finding.h"
#include "publisher/gate.h"
#include "publisher/scope.h"

#define SHOWN 20   /* findings; who mends these pushes again anyway */

void tong__gate_say(const struct tong__gate *g, const char *english)
{
	fprintf(g->out, "%s\n", tong__text(english));
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

static void say_finding(const struct tong__gate *g, const struct tong__finding *f)
{
	fprintf(g->out, "    %s%s%s", tong__finding_element(f), *f->element ? _(": ") : "",
	        tong__rule_text(f->rule));
	if (*f->found)
		fprintf(g->out, _("; found: %s"), f->found);
	if (*f->wanted)
		fprintf(g->out, _("; wanted: %s"), f->wanted);
	fprintf(g->out, "%s\n    ", _("."));
	fprintf(g->out, _("what to do: %s (rule %s, from: %s)"), tong__rule_hint(f->rule), f->rule->id,
	        f->rule->clause);
	putc('\n', g->out);
}

void tong__gate_say_findings(const struct tong__gate *g, const struct tong__findings *fs,
                             bool commit)
{
	size_t n = tong__findings_count(fs);

	fprintf(g->out, commit ? _("not committed: this change breaks the rules (places: %zu).\n")
	                       : _("push refused: this change breaks the rules (places: %zu).\n"), n);
	for (size_t i = 0; i < n && i < SHOWN; i++) {
		say_place(g, tong__findings_at(fs, i));
		say_finding(g, tong__findings_at(fs, i));
	}
	if (n > SHOWN)
		fprintf(g->out, _("and %zu more; mend those above first.\n"), n - SHOWN);
	tong__gate_say(g, commit ? N_("Mend it, git add, and commit again.")
	                         : N_("Mend it, commit, and push again."));
}

static void say_scope(const struct tong__gate *g, const char *author, const char *path,
                      const char *commit, size_t more, const char *allowed)
{
	fprintf(g->out, _("push refused: %s may not edit %s"),
	        *author ? author : _("(an author without address)"), path);
	if (commit)
		fprintf(g->out, _(" (commit %.12s)"), commit);
	if (more)
		fprintf(g->out, _(", nor %zu more files"), more);
	fprintf(g->out, "%s\n    ", _("."));
	if (allowed)
		fprintf(g->out, _("What may be edited: %s"), allowed);
	else
		fputs(_("scope.csv does not name this author."), g->out);
	fprintf(g->out, "\n    %s\n", _("Hand the change to somebody who may, or have an administrator "
	                                "add a row to scope.csv first. (rule S10)"));
}

void tong__gate_say_scope(const struct tong__gate *g, const struct tong__scope *s,
                          const char *author, const char *path, const char *commit, size_t more)
{
	struct tong__buf allowed;

	tong__buf_init(&allowed, 4096);
	tong__scope_paths(s, author, &allowed);
	say_scope(g, author, path, commit, more, allowed.data);
	tong__buf_free(&allowed);
}
