/* tong-agent: the county node's program. One table of options, one of commands. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "agent/command.h"
#include "core/completion.h"
#include "core/err.h"
#include "core/json.h"
#include "core/language.h"
#include "core/message.h"
#include "core/text.h"

volatile sig_atomic_t tong__stopped;

/* ---- tables ---- */

#define COMMON "sLjqvhV" /* options that every command takes */

static const struct option_row {
	char letter;
	const char *name, *arg, *text;
} options[] = { { 's', "store", "DIR",
                  N_("the folder of the store (default: $TONG_STORE, else ./tong-store)") },
				{ 'R', "root", "FILE", N_("the root metadata to trust, 1.root.json (init)") },
				{ 'S', "source", "URL",
				  N_("a source: https://, http://, file:// or a folder; may be repeated (init)") },
				{ 'r', "region", "CODE",
				  N_("code of a region; may be repeated with init, one for other commands") },
				{ 'f', "from", "WHERE",
				  N_("sync from here this time: a URL, a folder or a bundle (sync)") },
				{ 'b', "budget", "BYTES", N_("receive at most so many bytes in one sync (sync)") },
				{ 't', "timeout", "SECONDS",
				  N_("give a silent source up after so long, default 30 (sync)") },
				{ 'x', "proxy", "URL",
				  N_("through http://[user:password@]host:port, or env: the environment's "
					 "(sync)") },
				{ 'a', "ca", "FILE", N_("trust these certificate authorities only, PEM (sync)") },
				{ 'c', "cert", "FILE", N_("this node's certificate, PEM (sync)") },
				{ 'k', "key", "FILE",
				  N_("its private key, PEM; by default in the certificate's file (sync)") },
				{ 'w', "hours", "FROM-TO",
				  N_("use the network then only, like 22:00-06:00 (sync)") },
				{ 'B', "rate", "BYTES", N_("receive at most so many bytes a second (sync)") },
				{ 'm', "month", "BYTES",
				  N_("receive and send at most so many bytes a month (sync)") },
				{ 'n', "limit", "N", N_("list at most so many, default 20 (search)") },
				{ 'i', "every", "SECONDS",
				  N_("sync so often, a tenth more or less; default 3600 (run)") },
				{ 'd', "relay", NULL, N_("keep the release for the levels below (init)") },
				{ 'N', "since", "N|DATE",
				  N_("export: only for nodes that hold release N or a newer one; "
					 "whatsnew: a day") },
				{ 'p', "pages", NULL, N_("make every page as well (verify)") },
				{ 'o', "out", "DIR", N_("write the pages here (site)") },
				{ 'l', "listen", "ADDR:PORT",
				  N_("address to listen on, default 127.0.0.1:8511 (serve)") },
				{ 'L', "lang", "zh|en",
				  N_("the language of messages; default: as the locale asks") },
				{ 'j', "json", NULL, N_("answer as JSON") },
				{ 'q', "quiet", NULL, N_("tell faults only") },
				{ 'v', "verbose", NULL, N_("tell on stderr what happens") },
				{ 'h', "help", NULL, N_("this help") },
				{ 'V', "version", NULL, N_("the version") } };
enum { N_OPTIONS = sizeof options / sizeof *options };

static tong__command_fn completion;

static const struct command {
	const char *name, *args, *text;
	const char *letters; /* of its own options; COMMON fit all */
	int min, max;        /* arguments; max -1: any number */
	tong__command_fn *run;
} commands[] = { { "init", "", N_("make a store"), "RSrd", 0, 0, tong__cmd_init },
				 { "sync", "", N_("get the newest release"), "fbtxackwBm", 0, 0, tong__cmd_sync },
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
				 { "export", "FILE", N_("write one file on a stick for the levels below"), "rN",
				   1, 1, tong__cmd_export },
				 { "rollback", "", N_("go back to the release before"), "", 0, 0,
				   tong__cmd_rollback },
				 { "site", "", N_("write all pages"), "o", 0, 0, tong__cmd_site },
				 { "serve", "", N_("answer as a web site (read only)"), "l", 0, 0,
				   tong__cmd_serve },
				 { "run", "", N_("serve, and sync on a schedule: what a node does on its own"),
				   "libtxackwBm", 0, 0, tong__cmd_run },
				 { "completion", "bash|zsh|fish", N_("print what completes this in a shell"), "",
				   1, 1, completion } };
enum { N_COMMANDS = sizeof commands / sizeof *commands };

/* ---- help ---- */

static void print_option(const struct option_row *o)
{
	char left[64];

	snprintf(left, sizeof left, "  -%c, --%s%s%s", o->letter, o->name, o->arg ? " " : "",
			 o->arg ? o->arg : "");
	tong__pad(left, 28);
	puts(tong__text(o->text));
}

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
	for (int i = 0; i < N_OPTIONS; i++)
		print_option(&options[i]);
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
	struct tong__shell_option opts[N_OPTIONS];
	struct tong__shell_command cmds[N_COMMANDS + 2];
	struct tong__shell shell = { "tong-agent", opts, N_OPTIONS, cmds, N_COMMANDS + 2 };
	struct tong__buf out;
	int rc;

	for (int i = 0; i < N_OPTIONS; i++)
		opts[i] = (struct tong__shell_option){ options[i].letter, true,
											   strchr(COMMON, options[i].letter) != NULL,
											   options[i].name, options[i].arg,
											   tong__text(options[i].text) };
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

/* ---- options ---- */

static int add_to(const char **list, size_t *n, const char *value, const char *name,
				  tong_error *err)
{
	if (*n == TONG_MAX_LIST)
		return tong__fail(err, TONG_E_USAGE, name, "at most %d are allowed", TONG_MAX_LIST);
	list[(*n)++] = value;
	return 0;
}

static int read_number(const char *text, const char *name, uint64_t *out, tong_error *err)
{
	char *end;

	errno = 0;
	*out = strtoull(text, &end, 10);
	if (errno || *end || end == text || *text == '-')
		return tong__fail(err, TONG_E_USAGE, name, "not a number: %s", text);
	return 0;
}

/* The network's. TONG_E_NOTFOUND: not one of them. */
static int set_network(struct tong__cli *cli, int letter, const char *value, tong_error *err)
{
	switch (letter) {
	case 'b':
		return read_number(value, "--budget", &cli->budget, err);
	case 't':
		return read_number(value, "--timeout", &cli->timeout, err);
	case 'B':
		return read_number(value, "--rate", &cli->rate, err);
	case 'm':
		return read_number(value, "--month", &cli->month, err);
	case 'x':
		cli->proxy = value;
		return 0;
	case 'a':
		cli->ca = value;
		return 0;
	case 'c':
		cli->cert = value;
		return 0;
	case 'k':
		cli->key = value;
		return 0;
	case 'w':
		cli->hours = value;
		return 0;
	default:
		return TONG_E_NOTFOUND;
	}
}

static int set_option(struct tong__cli *cli, int letter, const char *value, tong_error *err)
{
	uint64_t number = 0;
	int rc = set_network(cli, letter, value, err);

	if (rc != TONG_E_NOTFOUND)
		return rc;
	rc = 0;
	switch (letter) {
	case 's':
		cli->store = value;
		break;
	case 'R':
		cli->root = value;
		break;
	case 'S':
		return add_to(cli->sources, &cli->n_sources, value, "--source", err);
	case 'r':
		return add_to(cli->regions, &cli->n_regions, value, "--region", err);
	case 'f':
		cli->from = value;
		break;
	case 'n':
		rc = read_number(value, "--limit", &number, err);
		cli->limit = (size_t)number;
		break;
	case 'i':
		return read_number(value, "--every", &cli->every, err);
	case 'd':
		cli->relay = true;
		break;
	case 'N':
		cli->since_text = value;
		break;
	case 'p':
		cli->pages = true;
		break;
	case 'o':
		cli->out = value;
		break;
	case 'l':
		cli->listen = value;
		break;
	case 'L':
		if (strcmp(value, "zh") && strcmp(value, "en"))
			return tong__fail(err, TONG_E_USAGE, "--lang", "wants zh or en, not '%s'", value);
		tong__speak(value);
		break;
	case 'j':
		cli->json = true;
		break;
	case 'q':
		cli->quiet = true;
		break;
	case 'v':
		cli->verbose = true;
		break;
	default:
		rc = TONG_E_USAGE;
	}
	return rc;
}

/* Letters for getopt from the table; a bit for each option that was used. */
static int read_options(struct tong__cli *cli, int argc, char **argv, char *used, tong_error *err)
{
	struct option longs[N_OPTIONS + 1];
	char letters[2 * N_OPTIONS + 1];
	size_t n = 0, k = 0;
	int c, rc;

	memset(longs, 0, sizeof longs);
	for (int i = 0; i < N_OPTIONS; i++) {
		longs[i].name = options[i].name;
		longs[i].has_arg = options[i].arg ? required_argument : no_argument;
		longs[i].val = options[i].letter;
		letters[n++] = options[i].letter;
		if (options[i].arg)
			letters[n++] = ':';
	}
	letters[n] = '\0';
	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		if (c == '?')
			return tong__fail(err, TONG_E_USAGE, argv[optind - 1],
							  "not an option, or its value is missing; "
							  "tong-agent help lists all");
		used[k++ % N_OPTIONS] = (char)c;
		if (c != 'h' && c != 'V' && (rc = set_option(cli, c, optarg, err)) != 0)
			return rc;
	}
	return 0;
}

static int check_use(const struct command *cmd, struct tong__cli *cli, const char *used,
					 tong_error *err)
{
	uint64_t number = 0;

	for (const char *u = used; u < used + N_OPTIONS && *u; u++)
		for (int i = 0; i < N_OPTIONS; i++)
			if (options[i].letter == *u && !strchr(COMMON, *u) && !strchr(cmd->letters, *u))
				return tong__fail(err, TONG_E_USAGE, cmd->name, "does not take --%s",
								  options[i].name);
	if (cli->n_args < cmd->min || (cmd->max >= 0 && cli->n_args > cmd->max))
		return tong__fail(err, TONG_E_USAGE, cmd->name, "wanted: tong-agent %s %s", cmd->name,
						  cmd->args);
	if (cli->since_text && cmd->run == tong__cmd_export &&
		read_number(cli->since_text, "--since", &number, err))
		return TONG_E_USAGE;
	cli->since = number;
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

/* sd-daemon(3): the journal reads <N>, and tells who wrote. */
void tong__cli_log(const struct tong__cli *cli, int64_t level, const char *text)
{
	static const int priority[] = { 3, 4, 6, 7 };

	if (level == 1 && cli->quiet && !cli->verbose)
		return;
	if (getenv("JOURNAL_STREAM"))
		fprintf(stderr, "<%d>%s\n", priority[level & 3], text);
	else
		fprintf(stderr, "tong-agent: %s\n", text);
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
	doc = json_loads(text, 0, NULL);
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
	char used[N_OPTIONS] = "";
	const char *name;
	int rc = read_options(cli, argc, argv, used, err);

	if (rc)
		return rc;
	name = optind < argc ? argv[optind] : memchr(used, 'V', sizeof used) ? "version" : "help";
	if (memchr(used, 'h', sizeof used) || (strcmp(name, "help") == 0 && optind < argc))
		return help();
	if (memchr(used, 'V', sizeof used) || strcmp(name, "version") == 0)
		return version(cli);
	if (optind == argc)
		return tong__fail(err, TONG_E_USAGE, NULL, "no command; tong-agent help lists all");
	cli->args = argv + optind + 1;
	cli->n_args = argc - optind - 1;
	for (int i = 0; i < N_COMMANDS; i++) {
		if (strcmp(commands[i].name, name) != 0)
			continue;
		rc = check_use(&commands[i], cli, used, err);
		return rc ? rc : commands[i].run(cli, err);
	}
	return tong__fail(err, TONG_E_USAGE, name, "no such command; tong-agent help lists all");
}

int main(int argc, char **argv)
{
	struct tong__cli cli = { .store = getenv("TONG_STORE") };
	tong_error err = TONG_ERROR_INIT;

	tong__speak(NULL);
	if (!cli.store || !*cli.store)
		cli.store = "./tong-store";
	return finish(run(&cli, argc, argv, &err), &err);
}
