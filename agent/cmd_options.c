/* Options: one table, read with getopt_long, and each command names those it takes. */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/command.h"
#include "agent/source.h"
#include "core/err.h"
#include "core/message.h"
#include "core/suggest.h"

#define COMMON  "sLjqvhVC" /* options that every command takes */
#define IN_FILE "sRSrdlTKWibtwBmxackGvLEAMH" /* those that the configuration file may set */

enum kind { FLAG, TEXT, NUMBER, LIST, CHOICE, ASK };

struct row {
	char letter;
	const char *name, *arg;
	enum kind kind;
	size_t at, n_at; /* in struct tong__cli; n_at: how many a list has */
	const char *text;
};

#define AT(member) offsetof(struct tong__cli, member)

static const struct row rows[] = {
	{'s', "store", "DIR", TEXT, AT(store), 0,
	 N_("the folder of the store (default: $TONG_STORE, else ./tong-store)")},
	{'R', "root", "FILE", TEXT, AT(root), 0, N_("the root metadata to trust, 1.root.json (init)")},
	{'S', "source", "URL", LIST, AT(sources), AT(n_sources),
	 N_("a source: https://, http://, file:// or a folder; may be repeated (init)")},
	{'r', "region", "CODE", LIST, AT(regions), AT(n_regions),
	 N_("code of a region; may be repeated with init, one for other commands")},
	{'f', "from", "WHERE", TEXT, AT(from), 0,
	 N_("sync from here this time: a URL, a folder or a bundle (sync); "
		"reports (collect)")},
	{'b', "budget", "BYTES", NUMBER, AT(budget), 0,
	 N_("receive at most so many bytes in one sync (sync)")},
	{'t', "timeout", "SECONDS", NUMBER, AT(timeout), 0,
	 N_("give a silent source up after so long, default 30 (sync)")},
	{'x', "proxy", "URL", TEXT, AT(proxy), 0,
	 N_("through http://[user:password@]host:port, or env: the environment's (sync)")},
	{'a', "ca", "FILE", TEXT, AT(ca), 0,
	 N_("trust these certificate authorities only, PEM (sync)")},
	{'c', "cert", "FILE", TEXT, AT(cert), 0, N_("this node's certificate, PEM (sync)")},
	{'k', "key", "FILE", TEXT, AT(key), 0,
	 N_("its private key, PEM; by default in the certificate's file (sync)")},
	{'w', "hours", "FROM-TO", TEXT, AT(hours), 0,
	 N_("use the network then only, like 22:00-06:00 (sync)")},
	{'B', "rate", "BYTES", NUMBER, AT(rate), 0,
	 N_("receive at most so many bytes a second (sync)")},
	{'m', "month", "BYTES", NUMBER, AT(month), 0,
	 N_("receive and send at most so many bytes a month (sync)")},
	{'n', "limit", "N", NUMBER, AT(limit), 0, N_("list at most so many, default 20 (search)")},
	{'i', "every", "SECONDS", NUMBER, AT(every), 0,
	 N_("sync so often, a tenth more or less; default 3600 (run)")},
	{'d', "relay", NULL, FLAG, AT(relay), 0, N_("keep the release for the levels below (init)")},
	{'N', "since", "N|DATE", TEXT, AT(since_text), 0,
	 N_("export: only for nodes that hold release N or a newer one; whatsnew: a day")},
	{'p', "pages", NULL, FLAG, AT(pages), 0, N_("make every page as well (verify, report)")},
	{'o', "out", "DIR", TEXT, AT(out), 0,
	 N_("write here: pages (site), the request (enroll), reports (report)")},
	{'l', "listen", "ADDR:PORT", TEXT, AT(listen), 0,
	 N_("address to listen on, default 127.0.0.1:8511 (serve)")},
	{'T', "tls-cert", "FILE", TEXT, AT(tls_cert), 0,
	 N_("speak TLS with this certificate, PEM, read again when it changes (serve)")},
	{'K', "tls-key", "FILE", TEXT, AT(tls_key), 0,
	 N_("its private key, PEM; by default in the certificate's file (serve)")},
	{'W', "kiosk", NULL, FLAG, AT(kiosk), 0,
	 N_("begin with the page for a machine in a hall (serve)")},
	{'e', "name", "NAME", TEXT, AT(name), 0,
	 N_("how this node is called at the level above; default: the machine's name (enroll)")},
	{'u', "upper", "ID", TEXT, AT(upper), 0,
	 N_("id of the node above: only its receipts count (enroll)")},
	{'P', "reports", "FILE", TEXT, AT(reports), 0,
	 N_("write what waits for the level above here (export)")},
	{'F', "csv", NULL, FLAG, AT(csv), 0, N_("as a table for a spreadsheet (feedback export)")},
	{'D', "tasks", "DIR", TEXT, AT(tasks), 0,
	 N_("one file of Markdown for each, for editors (feedback export)")},
	{'U', "all", NULL, FLAG, AT(all), 0, N_("closed ones too (feedback)")},
	{'M', "alarm", "RULES", TEXT, AT(alarm), 0,
	 N_("what is wrong, like silent=3d,behind=2d,disk=5%,clock=300s (board, serve, run)")},
	{'H', "webhook", "PROGRAM", TEXT, AT(webhook), 0,
	 N_("is given the alarms as JSON when there are any (board, run)")},
	{'L', "lang", "zh|en", CHOICE, AT(language), 0,
	 N_("the language of messages; default: as the locale asks")},
	{'C', "config", "FILE", TEXT, AT(config), 0,
	 N_("take from this file what is not typed (default: $TONG_CONFIG)")},
	{'G', "log", "text|json", CHOICE, AT(log), 0,
	 N_("how messages are written (run, serve, sync)")},
	{'E', "recheck", "BYTES", NUMBER, AT(recheck), 0,
	 N_("read so many bytes an hour again to find damage, default 16777216 (run)")},
	{'A', "sandbox", "auto|on|off", CHOICE, AT(sandbox), 0,
	 N_("let the kernel hold the node to what it needs; on: or do not start (run)")},
	{'j', "json", NULL, FLAG, AT(json), 0, N_("answer as JSON")},
	{'q', "quiet", NULL, FLAG, AT(quiet), 0, N_("tell faults only")},
	{'v', "verbose", NULL, FLAG, AT(verbose), 0, N_("tell on stderr what happens")},
	{'h', "help", NULL, ASK, 0, 0, N_("this help")},
	{'V', "version", NULL, ASK, 0, 0, N_("the version")},
};
enum { N_ROWS = sizeof rows / sizeof *rows };
_Static_assert((int)N_ROWS == (int)TONG_N_OPTIONS, "command.h says how many options there are");

static void *member(struct tong__cli *cli, size_t at)
{
	return (char *)cli + at;
}

int tong__read_number(const char *text, const char *name, uint64_t *out, tong_error *err)
{
	char *end;

	errno = 0;
	*out = strtoull(text, &end, 10);
	if (errno || *end || end == text || !isdigit((unsigned char)*text))
		return tong__fail(err, TONG_E_USAGE, name, "wanted a number, found %s", text);
	return 0;
}

static int add(struct tong__cli *cli, const struct row *r, const char *value, tong_error *err)
{
	const char **list = member(cli, r->at);
	size_t *n = member(cli, r->n_at);

	if (*n == TONG_MAX_LIST)
		return tong__fail(err, TONG_E_USAGE, r->name, "at most %d are allowed", TONG_MAX_LIST);
	list[(*n)++] = value;
	return 0;
}

/* One of the words between the bars of r->arg. */
static int choose(struct tong__cli *cli, const struct row *r, const char *value, tong_error *err)
{
	struct tong__suggest like = tong__suggest(value);
	char words[64], wanted[TONG__SUGGESTED], *rest = words, *word;

	snprintf(words, sizeof words, "%s", r->arg);
	while ((word = strsep(&rest, "|")) != NULL) {
		if (strcmp(word, value) == 0) {
			*(const char **)member(cli, r->at) = value;
			return 0;
		}
		tong__suggest_try(&like, word, NULL);
	}
	return tong__fail(err, TONG_E_USAGE, r->name, "found %s, wanted %s", value,
					  tong__suggest_say(&like, r->arg, wanted));
}

static int set(struct tong__cli *cli, const struct row *r, const char *value, tong_error *err)
{
	switch (r->kind) {
	case FLAG:
		*(bool *)member(cli, r->at) = true;
		return 0;
	case TEXT:
		*(const char **)member(cli, r->at) = value;
		return 0;
	case NUMBER:
		return tong__read_number(value, r->name, member(cli, r->at), err);
	case LIST:
		return add(cli, r, value, err);
	case CHOICE:
		return choose(cli, r, value, err);
	case ASK:
		break;
	}
	return 0;
}

static const struct row *row_of(int letter)
{
	for (size_t i = 0; i < N_ROWS; i++)
		if (rows[i].letter == letter)
			return &rows[i];
	return NULL;
}

static void for_getopt(struct option longs[N_ROWS + 1], char letters[2 * N_ROWS + 1])
{
	size_t n = 0;

	memset(longs, 0, (N_ROWS + 1) * sizeof *longs);
	for (size_t i = 0; i < N_ROWS; i++) {
		longs[i].name = rows[i].name;
		longs[i].has_arg = rows[i].arg ? required_argument : no_argument;
		longs[i].val = (unsigned char)(letters[n++] = rows[i].letter);
		if (rows[i].arg)
			letters[n++] = ':';
	}
	letters[n] = '\0';
}

int tong__options_read(struct tong__cli *cli, int argc, char **argv, char used[TONG_N_OPTIONS + 1],
					   tong_error *err)
{
	struct option longs[N_ROWS + 1];
	char letters[2 * N_ROWS + 1];
	size_t n = 0;
	int c, rc;

	for_getopt(longs, letters);
	opterr = 0;
	while ((c = getopt_long(argc, argv, letters, longs, NULL)) != -1) {
		const struct row *r = row_of(c);

		if (!r)
			return tong__fail(err, TONG_E_USAGE, argv[optind - 1],
							  "not an option, or its value is missing; "
							  "tong-agent help lists all");
		if (!strchr(used, c))
			used[n++] = r->letter;
		if ((rc = set(cli, r, optarg, err)) != 0)
			return rc;
	}
	return 0;
}

int tong__options_fit(const char *used, const char *command, const char *letters, tong_error *err)
{
	for (; *used; used++)
		if (!strchr(COMMON, *used) && !strchr(letters, *used))
			return tong__fail(err, TONG_E_USAGE, command, "does not take --%s",
							  row_of(*used)->name);
	return 0;
}

void tong__options_print(void)
{
	char left[64];

	for (const struct row *r = rows; r < rows + N_ROWS; r++) {
		snprintf(left, sizeof left, "  -%c, --%s%s%s", r->letter, r->name, r->arg ? " " : "",
				 r->arg ? r->arg : "");
		tong__pad(left, 28);
		puts(tong__text(r->text));
	}
}

void tong__options_complete(struct tong__shell_option out[TONG_N_OPTIONS])
{
	for (size_t i = 0; i < N_ROWS; i++)
		out[i] = (struct tong__shell_option){ rows[i].letter, true,
											  strchr(COMMON, rows[i].letter) != NULL,
											  rows[i].name, rows[i].arg,
											  tong__text(rows[i].text) };
}

/* ---- the configuration file's names for them ---- */

const char *tong__option_key(size_t i)
{
	const struct row *r = i < strlen(IN_FILE) ? row_of(IN_FILE[i]) : NULL;

	return r ? r->name : NULL;
}

char tong__option_letter(const char *name)
{
	for (const char *l = IN_FILE; *l; l++)
		if (strcmp(row_of(*l)->name, name) == 0)
			return *l;
	return '\0';
}

bool tong__option_repeats(char letter)
{
	return row_of(letter)->kind == LIST;
}

int tong__option_set(struct tong__cli *cli, char letter, const char *value, tong_error *err)
{
	const struct row *r = row_of(letter);

	if (r->kind != FLAG)
		return set(cli, r, value, err);
	if (strcmp(value, "yes") && strcmp(value, "no"))
		return tong__fail(err, TONG_E_USAGE, r->name, "found %s, wanted yes or no", value);
	*(bool *)member(cli, r->at) = strcmp(value, "yes") == 0;
	return 0;
}

/* A proxy's password is nobody's business. */
static void show_text(const struct row *r, const char *value, tong__show_fn *fn, void *user)
{
	const char *at = r->letter == 'x' ? strrchr(value, '@') : NULL;
	char masked[TONG_SOURCE_SHOWN];

	if (at)
		snprintf(masked, sizeof masked, "%.*s://***%s", (int)strcspn(value, ":"), value, at);
	else if (r->letter == 'S' && tong__source_is_url(value))
		at = tong__source_shown(value, masked);
	fn(user, r->name, at ? masked : value);
}

static void show_list(const struct tong__cli *cli, const struct row *r, tong__show_fn *fn,
					  void *user)
{
	const char *const *list = (const void *)((const char *)cli + r->at);
	const size_t *n = (const void *)((const char *)cli + r->n_at);

	for (size_t i = 0; i < *n; i++)
		show_text(r, list[i], fn, user);
}

void tong__options_show(const struct tong__cli *cli, tong__show_fn *fn, void *user)
{
	char number[24];

	for (const char *l = IN_FILE; *l; l++) {
		const struct row *r = row_of(*l);
		const char *at = (const char *)cli + r->at, *text = NULL;
		uint64_t n = 0;

		if (r->kind == TEXT || r->kind == CHOICE)
			text = *(const char *const *)at;
		else if (r->kind == NUMBER)
			n = *(const uint64_t *)at;
		else if (r->kind == FLAG && *(const bool *)at)
			text = "yes";
		else if (r->kind == LIST)
			show_list(cli, r, fn, user);
		snprintf(number, sizeof number, "%" PRIu64, n);
		if (text || n || r->letter == 'E')
			show_text(r, text ? text : number, fn, user);
	}
}
