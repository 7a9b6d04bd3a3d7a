/* tong-agent: the county node's program. One table of commands. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/cmd_config_file.h"
#include "core/completion.h"
#include "core/err.h"
#include "core/json.h"
#include "core/language.h"
#include "core/message.h"
#include "core/text.h"

volatile sig_atomic_t tong__stopped;

/* ---- tables ---- */

static tong__command_fn completion;

static const struct command {
	const char *name, *args, *text;
	const char *letters; /* of its own options; COMMON fit all */
	int min, max;        /* arguments; max -1: any number */
	tong__command_fn *run;
} commands[] = { { "init", "", N_("make a store"), "RSrd", 0, 0, tong__cmd_init },
				 { "sync", "", N_("get the newest release"), "fbtxackwBmG", 0, 0, tong__cmd_sync },
				 { "status", "", N_("what is held, and its state"), "", 0, 0, tong__cmd_status },
				 { "show", "CODE", N_("one item (by any code it is known under)"), "r", 1, 1,
				   tong__cmd_show },
				 { "search", "WORDS…", N_("full-text search"), "rn", 1, -1, tong__cmd_search },
				 { "check", "CODE FINGERPRINT", N_("compare a fingerprint of the standard"), "", 2,
				   2, tong__cmd_check },
				 { "history", "CODE", N_("the changes of an item"), "", 1, 1, tong__cmd_history },
				 { "compare", "REGION REGION", N_("what differs between two regions"), "", 2, 2,
				   tong__cmd_compare },
				 { "whatsnew", "--since DATE", N_("what changed since a day"), "N", 0, 0,
				   tong__cmd_whatsnew },
				 { "verify", "", N_("compare what is held with what was signed"), "p", 0, 0,
				   tong__cmd_verify },
				 { "relay", "on|off", N_("keep the release for the levels below, or not"), "",
				   1, 1, tong__cmd_relay },
				 { "export", "FILE", N_("write one file on a stick for the levels below"), "rNP",
				   0, 1, tong__cmd_export },
				 { "enroll", "[URL]", N_("ask the level above to take this node's reports"), "euo",
				   0, 1, tong__cmd_enroll },
				 { "report", "", N_("say what this node holds, and hand up what waits"),
				   "potxackwBm", 0, 0, tong__cmd_report },
				 { "nodes", "[list|approve|reject|revoke] [NODE]",
				   N_("who of the levels below may report here"), "", 0, 2, tong__cmd_nodes },
				 { "collect", "", N_("take reports of the levels below from a stick"), "f", 0, 0,
				   tong__cmd_collect },
				 { "feedback", "[list|close|export|stats] [ID]",
				   N_("what people said of guides: to sort, close and hand to editors"), "UFD", 0,
				   -1, tong__cmd_feedback },
				 { "board", "", N_("which node holds which standard since when; alarms"), "MH", 0,
				   0, tong__cmd_board },
				 { "rollback", "", N_("go back to the release before"), "", 0, 0,
				   tong__cmd_rollback },
				 { "site", "", N_("write all pages"), "o", 0, 0, tong__cmd_site },
				 { "serve", "", N_("answer as a web site (read only)"), "lGTKWM", 0, 0,
				   tong__cmd_serve },
				 { "run", "", N_("serve, and sync on a schedule: what a node does on its own"),
				   "libtxackwBmGEATKWMH", 0, 0, tong__cmd_run },
				 { "config", "check|show [FILE]", N_("look the configuration file over"),
				   TONG_CONFIG_COMMAND, 1, 2,
				   tong__cmd_config },
				 { "completion", "bash|zsh|fish", N_("print what completes this in a shell"), "",
				   1, 1, completion } };
enum { N_COMMANDS = sizeof commands / sizeof *commands };

/* ---- help ---- */

static int help(void)
{
	char left[64];

	puts(_("usage: tong-agent [OPTIONS] COMMAND [ARGUMENTS]\n\ncommands:"));
	for (int i = 0; i < N_COMMANDS; i++) {
		snprintf(left, sizeof left, "  %s %s", commands[i].name, commands[i].args);
		tong__pad(left, 28);
		puts(tong__text(commands[i].text));
	}
	tong__pad("  help, version", 28);
	puts(_("this help; the version"));
	printf("\n%s\n", _("options:"));
	tong__options_print();
	putchar('\n');
	puts(_("Exit codes: 0 done, 1 the answer is no, 2 wrong use, 3 input refused, 4 not trusted,\n"
		   "5 network, 6 disk or store, 7 interrupted. The manual is tong-agent(1)."));
	return 0;
}

static int version(const struct tong__cli *cli)
{
	printf(cli->json ? "{\"version\":\"%s\"}\n" : "tong-agent %s\n", tong_version());
	return 0;
}

/* "help" and "version" stand beside the table. */
static int completion(struct tong__cli *cli, tong_error *err)
{
	struct tong__shell_option opts[TONG_N_OPTIONS];
	struct tong__shell_command cmds[N_COMMANDS + 2];
	struct tong__shell shell = { "tong-agent", opts, TONG_N_OPTIONS, cmds, N_COMMANDS + 2 };
	struct tong__buf out;
	int rc;

	tong__options_complete(opts);
	for (int i = 0; i < N_COMMANDS; i++)
		cmds[i] = (struct tong__shell_command){ commands[i].name, commands[i].args,
												tong__text(commands[i].text),
												commands[i].letters };
	cmds[N_COMMANDS] = (struct tong__shell_command){ "help", "", _("this help"), "" };
	cmds[N_COMMANDS + 1] = (struct tong__shell_command){ "version", "", _("the version"), "" };
	tong__buf_init(&out, 1 << 20);
	rc = tong__completion(&shell, cli->args[0], &out, err);
	if (!rc)
		fputs(out.data, stdout);
	tong__buf_free(&out);
	return rc;
}

static int check_use(const struct command *cmd, struct tong__cli *cli, const char *used,
					 tong_error *err)
{
	if (tong__options_fit(used, cmd->name, cmd->letters, err))
		return TONG_E_USAGE;
	if (cli->n_args < cmd->min || (cmd->max >= 0 && cli->n_args > cmd->max))
		return tong__fail(err, TONG_E_USAGE, cmd->name, "wanted: tong-agent %s %s", cmd->name,
						  cmd->args);
	if (cli->since_text && cmd->run == tong__cmd_export &&
		tong__read_number(cli->since_text, "since", &cli->since, err))
		return TONG_E_USAGE;
	if (cli->n_regions > 1 && strcmp(cmd->name, "init") != 0 && strcmp(cmd->name, "export") != 0)
		return tong__fail(err, TONG_E_USAGE, cmd->name, "takes one --region");
	return 0;
}

/* ---- what commands share ---- */

static void on_signal(int sig)
{
	(void)sig;
	tong__stopped = 1;
}

static void to_stderr(void *user, int64_t level, const char *text)
{
	const struct tong__cli *cli = user;

	if (level <= 1 || cli->verbose)
		tong__cli_log(cli, level, text);
}

/* One line on a terminal, at most ten times a second; asked in any case whether to stop. */
static int progress(void *user, const char *file, uint64_t done, uint64_t total)
{
	const struct tong__cli *cli = user;
	static struct timespec last;
	struct timespec now;

	if (cli->tick)
		cli->tick();
	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!cli->quiet && !cli->json && isatty(STDERR_FILENO) &&
		(now.tv_sec - last.tv_sec) * 10 + (now.tv_nsec - last.tv_nsec) / 100000000 >= 1) {
		last = now;
		if (total)
			fprintf(stderr, "\r%.60s %" PRIu64 "%%\033[K\r", file, done * 100 / total);
		else
			fprintf(stderr, "\r%.60s %" PRIu64 "\033[K\r", file, done);
	}
	return tong__stopped;
}

int tong__cli_open(struct tong__cli *cli, bool read_only, tong_agent **out, tong_error *err)
{
	tong_options opt = TONG_OPTIONS_INIT;
	struct sigaction act;

	memset(&act, 0, sizeof act);
	act.sa_handler = on_signal;
	sigaction(SIGINT, &act, NULL);
	sigaction(SIGTERM, &act, NULL);
	opt.user = cli;
	opt.log = to_stderr;
	opt.progress = progress;
	opt.read_only = read_only;
	opt.byte_budget = cli->budget;
	opt.timeout_seconds = cli->timeout;
	opt.proxy = cli->proxy;
	opt.ca_file = cli->ca;
	opt.cert_file = cli->cert;
	opt.key_file = cli->key;
	opt.hours = cli->hours;
	opt.rate = cli->rate;
	opt.month_budget = cli->month;
	opt.sources = cli->n_sources ? cli->sources : NULL;
	return tong_agent_open(out, cli->store, &opt, err);
}

char *tong__cli_region(const struct tong__cli *cli, tong_agent *a)
{
	tong_error own = TONG_ERROR_INIT;
	json_t *doc, *regions;
	char *text, *region = NULL;

	if (cli->n_regions)
		return strdup(cli->regions[0]);
	if (tong_agent_status(a, &text, &own))
		return NULL;
	doc = tong__json_text(text);
	regions = json_object_get(doc, "regions");
	if (json_array_size(regions) == 1)
		region = strdup(json_string_value(json_array_get(regions, 0)));
	json_decref(doc);
	tong_agent_free(text);
	return region;
}

/* ---- main ---- */

static int finish(int rc, const tong_error *err)
{
	if (fflush(stdout) != 0 && !rc) {
		perror("tong-agent: stdout");
		return 6;
	}
	if (rc && err->code) {
		fprintf(stderr, "tong-agent: %s%s%s\n", err->subject, err->subject[0] ? ": " : "",
				err->message);
	}
	return tong__exit_code(rc);
}

static int run(struct tong__cli *cli, int argc, char **argv, tong_error *err)
{
	char used[TONG_N_OPTIONS + 1] = "";
	const char *name;
	int rc = tong__options_read(cli, argc, argv, used, err);

	if (cli->language)
		tong__speak(cli->language);
	if (rc)
		return rc;
	name = optind < argc ? argv[optind] : strchr(used, 'V') ? "version" : "help";
	if (strchr(used, 'h') || (strcmp(name, "help") == 0 && optind < argc))
		return help();
	if (strchr(used, 'V') || strcmp(name, "version") == 0)
		return version(cli);
	if (optind == argc)
		return tong__fail(err, TONG_E_USAGE, NULL, "no command; tong-agent help lists all");
	cli->args = argv + optind + 1;
	cli->n_args = argc - optind - 1;
	for (int i = 0; i < N_COMMANDS; i++) {
		if (strcmp(commands[i].name, name) != 0)
			continue;
		rc = check_use(&commands[i], cli, used, err);
		if (!rc)
			rc = tong__cli_configure(cli, used, commands[i].letters, err);
		if (!rc && cli->language)
			tong__speak(cli->language); /* the file's, unless it was typed */
		return rc ? rc : commands[i].run(cli, err);
	}
	return tong__fail(err, TONG_E_USAGE, name, "no such command; tong-agent help lists all");
}

int main(int argc, char **argv)
{
	struct tong__cli cli = { .store = getenv("TONG_STORE"), .recheck = TONG_RECHECK };
	tong_error err = TONG_ERROR_INIT;
	int code;

	tong__speak(NULL);
	if (!cli.store || !*cli.store)
		cli.store = "./tong-store";
	code = finish(run(&cli, argc, argv, &err), &err);
	tong__config_free(cli.file);
	free(cli.before);
	return code;
}
