/* tong-publish: from the command line to one command, and from its result to an exit code. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/language.h"
#include "core/message.h"
#include "publisher/cmd.h"
#include "publisher/json_pool.h"

#ifndef TONG_VERSION
#define TONG_VERSION "0"
#endif

static int help(const struct tong__args *, tong_error *);
static int version(const struct tong__args *, tong_error *);

#define CATALOGUE "rpcw"

const struct tong__command tong__commands[] = {
	{"check", "", CATALOGUE "fij", N_("findings: what is wrong with the catalogue"),
	 tong__cmd_check},
	{"explain", "[RULE]", "j", N_("what a rule says and what it rests on"), tong__cmd_explain},
	{"layers", "--out DIR", CATALOGUE "soj", N_("write the layers as files"), tong__cmd_layers},
	{"site", "--out DIR", CATALOGUE "sogOnj", N_("write the whole static site"), tong__cmd_site},
	{"release", "[publish|show|diff|restore …] --to DIR --keys DIR", CATALOGUE "stkjSPDHG",
	 N_("sign a release and add it to a repository"), tong__cmd_release},
	{"timestamp", "--to DIR --keys DIR", "tkPDG",
	 N_("sign a new timestamp for the release in force"),
	 tong__cmd_timestamp},
	{"bundle", "--from DIR --out FILE", "mogij", N_("write a release as one file for a stick"),
	 tong__cmd_bundle},
	{"keys", "VERB […] --keys DIR", "ktoSPDEYj",
	 N_("init, show, create, import, external, rotate, revoke, threshold, delegate, sign"),
	 tong__cmd_keys},
	{"history", "CODE", CATALOGUE "j", N_("who changed an item when"), tong__cmd_history},
	{"diff", "A [B]", "rpfj", N_("what a change means, thing by thing in plain words"),
	 tong__cmd_diff},
	{"impact", "ID", CATALOGUE "j", N_("which guides and regions hang on a thing"),
	 tong__cmd_impact},
	{"hook", "pre-commit|pre-receive|update|install [REF OLD NEW]", "rpb",
	 N_("guard a repository: what may be committed and pushed"), tong__cmd_hook},
	{"export", "FILE", CATALOGUE "degj", N_("write a spreadsheet, .xlsx or .csv"),
	 tong__cmd_export},
	{"import", "FILE", "rpdgauxj", N_("take a spreadsheet into the files on disk"),
	 tong__cmd_import},
	{"fmt", "[FILE…]", "rpy", N_("write files of the working tree in the canonical form"),
	 tong__cmd_fmt},
	{"new", "item|region|notice|law|material [NAME=VALUE…]", "rp",
	 N_("start a new file; asks for what is missing"), tong__cmd_new},
	{"schema", "", "", N_("JSON Schema of an item's front matter"), tong__cmd_schema},
	{"reference", "", "", N_("elements and rules as Markdown"), tong__cmd_reference},
	{"preview", "--listen ADDR:PORT", "rpsz",
	 N_("show the working tree in a browser, as it is saved"),
	 tong__cmd_preview},
	{"cms", "[NAME=VALUE…] --out DIR", "rpo", N_("configuration of a web editor (Decap CMS)"),
	 tong__cmd_cms},
	{"completion", "bash|zsh|fish", "", N_("print what completes this in a shell"),
	 tong__cmd_completion},
	{"help", "[COMMAND]", "", N_("what a command does and takes"), help},
	{"version", "", "j", N_("the version of this program"), version},
	{NULL, NULL, NULL, NULL, NULL},
};

const struct tong__command *tong__command_named(const char *name)
{
	const struct tong__command *c;

	for (c = tong__commands; c->name; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

static void print_command(const struct tong__command *c)
{
	printf("tong-publish %s%s%s\n    %s\n", c->name, *c->words ? " " : "", c->words,
	       tong__text(c->what));
	tong__print_options(c->options);
}

static void print_commands(void)
{
	const struct tong__command *c;

	puts(_("tong-publish publishes a Git-versioned catalogue as a site and as signed releases."));
	putchar('\n');
	for (c = tong__commands; c->name; c++)
		printf("  %-10s %-22s %s\n", c->name, c->words, tong__text(c->what));
	putchar('\n');
	puts(_("Exit codes: 0 done, 1 the answer is no, 2 wrong use, 3 input refused, 4 not trusted,\n"
	       "6 disk, 7 interrupted. `tong-publish help COMMAND` tells its options; tong-publish(1) "
	       "tells more."));
}

static int help(const struct tong__args *a, tong_error *err)
{
	const struct tong__command *c = a->n_words ? tong__command_named(a->words[0]) : NULL;

	if (!a->n_words)
		print_commands();
	else if (c)
		print_command(c);
	else
		return tong__fail(err, TONG_E_USAGE, a->words[0],
		                  "there is no such command; see `tong-publish help`");
	return 0;
}

static int version(const struct tong__args *a, tong_error *err)
{
	if (a->json)
		return tong__answer(json_pack("{s:s, s:s}", "program", "tong-publish", "version",
		                              TONG_VERSION),
		                    err);
	puts("tong-publish " TONG_VERSION);
	return 0;
}

/* SOURCE_DATE_EPOCH makes signed files the same again; otherwise this is the one look at the clock.
 */
static int read_now(struct tong__args *a, tong_error *err)
{
	const char *given = getenv("SOURCE_DATE_EPOCH");
	struct timespec t;
	char *end;

	clock_gettime(CLOCK_MONOTONIC, &t);
	a->start = (double)t.tv_sec + (double)t.tv_nsec / 1e9;
	if (!given || !*given) {
		a->now = (int64_t)time(NULL);
		return 0;
	}
	errno = 0;
	a->now = strtoll(given, &end, 10);
	if (errno || *end || a->now < 0)
		return tong__fail(err, TONG_E_USAGE, "SOURCE_DATE_EPOCH",
		                  "wants seconds since 1970, not '%s'", given);
	return 0;
}

/* As many as its help names before the options. */
static size_t most_words(const struct tong__command *c)
{
	size_t n = 0;

	for (const char *p = c->words; *p && *p != '-';
	     p += strcspn(p, " ") + (p[strcspn(p, " ")] == ' '))
		n++;
	return strcmp(c->name, "site") == 0 || strstr(c->words, "…") ? SIZE_MAX : n;
}

/* Words that a command does not know would be passed over in silence. */
static int check_words(const struct tong__command *c, const struct tong__args *a, tong_error *err)
{
	size_t most = most_words(c);

	if (a->n_words <= most)
		return 0;
	return tong__fail(err, TONG_E_USAGE, a->words[most],
	                  "is one word too many for %s; see `tong-publish help %s`", c->name, c->name);
}

static int run(const struct tong__command *c, struct tong__args *a, bool wants_help,
               tong_error *err)
{
	int code;

	if (wants_help) {
		if (c)
			print_command(c);
		else
			print_commands();
		return 0;
	}
	if (!c)
		return tong__fail(err, TONG_E_USAGE, NULL, "which command? `tong-publish help` lists them");
	code = check_words(c, a, err);
	if (!code)
		code = read_now(a, err);
	return code ? code : c->run(a, err);
}

/* Findings for programs are Chinese unless --lang says otherwise: no locale changes a byte of them.
 * The preview's pages are Chinese, and so are the findings on them. */
static bool answers_in_chinese(const struct tong__command *c, const struct tong__args *a)
{
	bool text = !a->json && (!a->format || !strcmp(a->format, "text"));

	return c->run == tong__cmd_preview ||
	       (!text && (c->run == tong__cmd_check || c->run == tong__cmd_import));
}

/* --lang, else the locale, which spoke already. */
static int choose_language(const struct tong__command *c, const struct tong__args *a,
                           tong_error *err)
{
	if (a->lang && strcmp(a->lang, "zh") && strcmp(a->lang, "en"))
		return tong__fail(err, TONG_E_USAGE, "--lang", "wants zh or en, not '%s'", a->lang);
	if (a->lang)
		tong__speak(a->lang);
	else if (c && answers_in_chinese(c, a))
		tong__speak("zh");
	return 0;
}

int main(int argc, char **argv)
{
	const struct tong__command *command;
	tong_error err = TONG_ERROR_INIT;
	struct tong__args args;
	bool wants_help;
	int code;

	tong__json_pool();
	tong__catch_interrupts();
	tong__speak(NULL);
	code = tong__args_read(&args, argc, argv, &command, &wants_help, &err);
	if (!code)
		code = choose_language(command, &args, &err);
	if (!code)
		code = run(command, &args, wants_help, &err);
	if (!code && (fflush(stdout) != 0 || ferror(stdout)))
		code = tong__fail_errno(&err, errno, "standard output", "cannot write");
	if (code && *err.message)
		tong__print_error(&err);
	tong__args_free(&args);
	return tong__exit_code(code);
}
