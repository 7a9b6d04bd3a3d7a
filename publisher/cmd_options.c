/* Options: one table, read with getopt_long, and each command names those it takes. */
#include "publisher/cmd.h"

#include <getopt.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/completion.h"
#include "core/message.h"

#define MAX_OPTIONS 48

enum kind { FLAG, TEXT, NUMBER, LIST, HELP };

struct row {
	const char *name;
	char letter; /* how commands name it; typed with one dash only where 'dash' is set */
	bool dash;
	enum kind kind;
	size_t at; /* in struct tong__args */
	const char *value, *what;
};

#define AT(member) offsetof(struct tong__args, member)

static const struct row rows[] = {
	{"repo", 'r', false, TEXT, AT(repo), "DIR",
	 N_("the Git repository; default: around the current folder")},
	{"path", 'p', false, TEXT, AT(path), "FOLDER",
	 N_("the catalogue inside it; default: catalog-data")},
	{"rev", 'c', false, TEXT, AT(rev), "REV", N_("the revision to read; default: HEAD")},
	{"worktree", 'w', false, FLAG, AT(worktree), NULL, N_("read the files as they lie on disk")},
	{"site", 's', false, TEXT, AT(site), "DIR",
	 N_("templates and style; default: $TONG_SITE, or beside the program")},
	{"out", 'o', false, TEXT, AT(out), "DIR", N_("the folder to write; bundle: the file")},
	{"region", 'g', false, LIST, AT(regions), "CODE",
	 N_("site: only pages of these; bundle: for nodes of these; more may follow")},
	{"threads", 'n', false, NUMBER, AT(threads), "N", N_("default: one per processor")},
	{"to", 't', false, TEXT, AT(to), "DIR", N_("the release repository")},
	{"to-git", 'G', false, TEXT, AT(to_git), "REPO#BRANCH",
	 N_("put the release into this branch as well, for nodes that read from a Git host")},
	{"from", 'm', false, TEXT, AT(from), "DIR", N_("the release repository to read")},
	{"keys", 'k', false, TEXT, AT(keys), "DIR", N_("the folder of keys")},
	{"format", 'f', false, TEXT, AT(format), "FORMAT",
	 N_("text, json; check: sarif; diff: md, html")},
	{"since", 'i', false, TEXT, AT(since), "REV|N",
	 N_("check: only files that changed since; bundle: for nodes that hold release N")},
	{"bare", 'b', false, TEXT, AT(bare), "REPO", N_("install into this bare repository")},
	{"lang", 'l', true, TEXT, AT(lang), "zh|en",
	 N_("the language of messages; default: as the locale asks")},
	{"kind", 'd', false, TEXT, AT(kind), "KIND",
	 N_("items, item-materials, materials, agencies or local")},
	{"encoding", 'e', false, TEXT, AT(encoding), "NAME",
	 N_("of a CSV: utf-8 (default) or gb18030")},
	{"base", 'a', false, TEXT, AT(base), "REV",
	 N_("the revision that the sheet was exported from")},
	{"dry-run", 'u', false, FLAG, AT(dry_run), NULL, N_("report only, write nothing")},
	{"partial", 'x', false, FLAG, AT(partial), NULL,
	 N_("write what was understood and leave the rest")},
	{"check", 'y', false, FLAG, AT(check), NULL, N_("write nothing; exit 1 when a file differs")},
	{"once", 'O', false, FLAG, AT(once), NULL,
	 N_("nothing is kept that would make the next run quick")},
	{"listen", 'z', false, TEXT, AT(listen), "ADDR:PORT", N_("default: 127.0.0.1:8600")},
	{"stage", 'S', false, TEXT, AT(stage), "DIR",
	 N_("the folder of a staged release; keys: default is the repository's name with .stage")},
	{"passphrase-file", 'P', false, TEXT, AT(passphrase_file), "FILE",
	 N_("its first line is the passphrase of encrypted keys")},
	{"passphrase-fd", 'D', false, TEXT, AT(passphrase_fd), "N",
	 N_("the same from an open file descriptor")},
	{"hold", 'H', false, FLAG, AT(hold), NULL,
	 N_("release: a layer whose signatures are missing keeps its content in force")},
	{"encrypt", 'E', false, FLAG, AT(encrypt), NULL, N_("put a new key under a passphrase")},
	{"yes", 'Y', false, FLAG, AT(yes), NULL, N_("sign without asking")},
	{"json", 'j', false, FLAG, AT(json), NULL, N_("answer as JSON")},
	{"quiet", 'q', true, FLAG, AT(quiet), NULL, N_("no summary and no progress")},
	{"verbose", 'v', true, FLAG, AT(verbose), NULL, N_("say more")},
	{"help", 'h', true, HELP, 0, NULL, N_("this help")},
};
#define N_ROWS (sizeof rows / sizeof *rows)

static void *member(struct tong__args *a, const struct row *r)
{
	return (char *)a + r->at;
}

static int set(struct tong__args *a, const struct row *r, const char *value, tong_error *err)
{
	unsigned long n;
	char *end;

	switch (r->kind) {
	case FLAG:
		*(bool *)member(a, r) = true;
		return 0;
	case TEXT:
		*(const char **)member(a, r) = value;
		return 0;
	case LIST:
		a->regions[a->n_regions++] = value;
		return 0;
	case NUMBER:
		n = strtoul(value, &end, 10);
		if (*end || end == value || *value == '-' || n < 1 || n > 64)
			return tong__fail(err, TONG_E_USAGE, r->name, "wants a number from 1 to 64, not '%s'",
			                  value);
		*(unsigned *)member(a, r) = (unsigned)n;
		return 0;
	case HELP:
		break;
	}
	return 0;
}

static void fill(struct option *out)
{
	size_t i;

	for (i = 0; i < N_ROWS; i++)
		out[i] = (struct option){rows[i].name, rows[i].value ? required_argument : no_argument,
		                         NULL, 256 + (int)i};
	out[N_ROWS] = (struct option){NULL, 0, NULL, 0};
}

/* What getopt_long returned, as a row; NULL for what is no option. */
static const struct row *row_of(int got)
{
	size_t i;

	if (got >= 256)
		return &rows[got - 256];
	for (i = 0; i < N_ROWS; i++)
		if (rows[i].dash && rows[i].letter == got)
			return &rows[i];
	return NULL;
}

/* Every option that was typed must be one the command takes. */
static int check_taken(const bool typed[], const struct tong__command *c, tong_error *err)
{
	size_t i;

	for (i = 0; i < N_ROWS; i++)
		if (typed[i] && !rows[i].dash && !strchr(c->options, rows[i].letter))
			return tong__fail(err, TONG_E_USAGE, c->name,
			                  "does not take --%s; see `tong-publish help %s`", rows[i].name,
			                  c->name);
	return 0;
}

static int read_options(struct tong__args *a, int argc, char **argv, bool typed[], bool *help,
                        tong_error *err)
{
	struct option table[MAX_OPTIONS];
	const struct row *r;
	int got, code = 0;

	fill(table);
	opterr = 0;
	while (!code && (got = getopt_long(argc, argv, ":qvhl:", table, NULL)) != -1) {
		const char *word = argv[optind - 1];

		if (got == ':')
			return tong__fail(err, TONG_E_USAGE, word, "wants a value; see `tong-publish help`");
		r = row_of(got);
		if (!r)
			return tong__fail(err, TONG_E_USAGE, word,
			                  "there is no such option; see `tong-publish help`");
		typed[r - rows] = true;
		*help = *help || r->kind == HELP;
		code = set(a, r, optarg, err);
	}
	return code;
}

int tong__args_read(struct tong__args *a, int argc, char **argv,
                    const struct tong__command **command, bool *help, tong_error *err)
{
	bool typed[N_ROWS] = {false};
	int code;

	memset(a, 0, sizeof *a);
	*command = NULL;
	*help = false;
	a->regions = calloc((size_t)argc + 1, sizeof *a->regions);
	a->words = calloc((size_t)argc + 1, sizeof *a->words);
	if (!a->regions || !a->words)
		return tong__fail_nomem(err);
	a->path = "catalog-data";
	a->rev = "HEAD";
	code = read_options(a, argc, argv, typed, help, err);
	if (code || optind >= argc)
		return code;
	*command = tong__command_named(argv[optind]);
	if (!*command)
		return tong__fail(err, TONG_E_USAGE, argv[optind],
		                  "there is no such command; see `tong-publish help`");
	while (++optind < argc)
		a->words[a->n_words++] = argv[optind];
	return *help ? 0 : check_taken(typed, *command, err);
}

void tong__args_free(struct tong__args *a)
{
	free(a->regions);
	free(a->words);
	a->regions = a->words = NULL;
}

void tong__print_options(const char *letters)
{
	size_t i;

	for (i = 0; i < N_ROWS; i++) {
		char name[64];

		if (!rows[i].dash && !strchr(letters, rows[i].letter))
			continue;
		snprintf(name, sizeof name, "--%s%s%s", rows[i].name, rows[i].value ? " " : "",
		         rows[i].value ? rows[i].value : "");
		printf("  %c%c%s %-17s %s\n", rows[i].dash ? '-' : ' ', rows[i].dash ? rows[i].letter : ' ',
		       rows[i].dash ? "," : " ", name, tong__text(rows[i].what));
	}
}

/* ---- completion ---- */

static int write_script(const char *name, tong_error *err)
{
	struct tong__shell_option options[N_ROWS];
	struct tong__shell_command commands[64];
	struct tong__shell shell = {"tong-publish", options, N_ROWS, commands, 0};
	struct tong__buf out;
	int code;

	for (size_t i = 0; i < N_ROWS; i++)
		options[i] = (struct tong__shell_option){rows[i].letter, rows[i].dash, rows[i].dash,
		                                         rows[i].name, rows[i].value,
		                                         tong__text(rows[i].what)};
	for (const struct tong__command *c = tong__commands; c->name && shell.n_commands < 64; c++)
		commands[shell.n_commands++] = (struct tong__shell_command){c->name, c->words,
		                                                            tong__text(c->what),
		                                                            c->options};
	tong__buf_init(&out, 1 << 20);
	code = tong__completion(&shell, name, &out, err);
	if (!code)
		fputs(out.data, stdout);
	tong__buf_free(&out);
	return code;
}

int tong__cmd_completion(const struct tong__args *a, tong_error *err)
{
	return write_script(a->n_words ? a->words[0] : "", err);
}
