/* The program: what every command is given, and how it prints. */
#ifndef TONG_AGENT_COMMAND_H
#define TONG_AGENT_COMMAND_H

#include <signal.h>
#include <stdbool.h>

#include "core/noted.h"
#include <tong/agent.h>

#include "core/completion.h"

#define TONG_MAX_LIST 64 /* --source, --region */
#define TONG_RECHECK  (16u << 20) /* bytes an hour: a county's store within an hour or two */

struct tong__cli {
	const char *store;
	bool json, quiet, verbose, pages;
	const char *language;   /* zh, en; NULL: as the locale asks */
	const char *since_text; /* as typed: a release or a day */
	const char *root, *from, *out, *listen;
	const char *sources[TONG_MAX_LIST + 1], *regions[TONG_MAX_LIST + 1];
	size_t n_sources, n_regions;
	uint64_t limit;
	char **args;
	int n_args;
	uint64_t budget, timeout, since, every;
	const char *proxy, *ca, *cert, *key, *hours; /* the network: as in tong_options */
	uint64_t rate, month;
	bool relay;
	const char *config, *log, *sandbox; /* as typed, or as the file has it; NULL: neither */
	uint64_t recheck;
	const char *name, *upper, *reports;  /* enroll, export */
	const char *tasks, *alarm, *webhook; /* feedback, board */
	bool csv, all;
	struct tong__config *file; /* owns what the file said */
	struct tong__cli *before;  /* as typed, before the file; NULL: no file */
	char typed[64];            /* letters that the file does not touch */
	int board; /* file descriptor: the board for the alarm's program (run) */
	const char *tls_cert, *tls_key;
	bool kiosk;
	void (*tick)(void); /* called while a sync goes on; NULL: nothing */
};

typedef int tong__command_fn(struct tong__cli *, tong_error *);

/* cmd_store.c */
tong__command_fn tong__cmd_init, tong__cmd_sync, tong__cmd_status, tong__cmd_verify,
	tong__cmd_rollback;
/* cmd_relay.c */
tong__command_fn tong__cmd_relay, tong__cmd_export;
/* cmd_upward.c, cmd_nodes.c, cmd_feedback.c, cmd_board.c */
tong__command_fn tong__cmd_enroll, tong__cmd_report, tong__cmd_collect, tong__cmd_nodes,
	tong__cmd_feedback, tong__cmd_board;
/* cmd_ask.c */
tong__command_fn tong__cmd_show, tong__cmd_search, tong__cmd_check, tong__cmd_history,
	tong__cmd_whatsnew, tong__cmd_compare;
/* cmd_site.c */
tong__command_fn tong__cmd_site, tong__cmd_serve;
/* cmd_run.c */
tong__command_fn tong__cmd_run;
/* cmd_config.c: its letters, by which it is told from all others */
#define TONG_CONFIG_COMMAND "-"
tong__command_fn tong__cmd_config;

/* Opens the store for a command: messages to stderr, SIGINT ends what is under way. */
int tong__cli_open(struct tong__cli *, bool read_only, tong_agent **out, tong_error *);
/* Takes the configuration file (--config, else $TONG_CONFIG; neither: nothing) for what was not
 * typed. 'letters' are the command's. Faults are told on stderr, all of them. */
int tong__cli_configure(struct tong__cli *, const char *typed, const char *letters, tong_error *);
/* The same again into a copy of what was typed; on failure *cli stays as it is. */
int tong__cli_configure_again(struct tong__cli *cli, tong_error *);
/* A message on stderr: level as in tong_options.log. Under the journal a line has its priority;
 * with --log json it is one JSON object. */
void tong__cli_log(const struct tong__cli *, int64_t level, const char *text);
/* The same with members for programs, which only JSON shows; takes over 'members' (NULL: none). */
void tong__cli_event(const struct tong__cli *, int64_t level, const char *text, json_t *members);
/* What failed, and why. */
void tong__cli_fault(const struct tong__cli *, int64_t level, const char *what, const tong_error *);
/* How the server is wanted, and telling where it listens. */
struct tong__serve_options;
void tong__cli_serving(const struct tong__cli *, struct tong__serve_options *out);
void tong__cli_announce(const struct tong__cli *, const char *address);
/* What a sync came to, as sync and run answer it; NULL: no memory. */
json_t *tong__cli_sync_doc(const tong_sync_result *);
/* After a sync: hands up what waits, to where it came from; a fault is told and no more. */
void tong__cli_report(struct tong__cli *, tong_agent *);
/* How a node stands at the level above, in words: its state there, or "none". */
const char *tong__cli_upper_text(const char *state);
/* The region asked about: --region, else the store's own when it has exactly one. Yours to free;
 * NULL: none. */
char *tong__cli_region(const struct tong__cli *, tong_agent *);
/* Set by SIGINT and SIGTERM. */
extern volatile sig_atomic_t tong__stopped;

/* ---- cmd_options.c ---- */

enum { TONG_N_OPTIONS = 42 };

/* Reads what was typed into *cli and the letters of the options into 'used'; optind is then the
 * command's place. TONG_E_USAGE. */
int tong__options_read(struct tong__cli *, int argc, char **argv, char used[TONG_N_OPTIONS + 1],
					   tong_error *);
/* TONG_E_USAGE when an option that was used is neither common nor in the command's 'letters'. */
int tong__options_fit(const char *used, const char *command, const char *letters, tong_error *);
/* The help's lines. */
void tong__options_print(void);
/* The rows as a shell completes them (core/completion.h). */
void tong__options_complete(struct tong__shell_option out[TONG_N_OPTIONS]);
/* A decimal number without sign; 'name' is the option's. TONG_E_USAGE. */
int tong__read_number(const char *text, const char *name, uint64_t *out, tong_error *);

/* Options as keys of the configuration file. The i-th key; NULL after the last. */
const char *tong__option_key(size_t i);
/* The letter of a key; 0: there is none of that name. */
char tong__option_letter(const char *key);
bool tong__option_repeats(char letter);
/* As if it were typed; what stands alone when typed wants yes or no. TONG_E_USAGE. */
int tong__option_set(struct tong__cli *, char letter, const char *value, tong_error *);
/* What is set of all this, in order, as the file would have it; no password is told. */
typedef void tong__show_fn(void *user, const char *key, const char *value);
void tong__options_show(const struct tong__cli *, tong__show_fn *, void *user);

/* ---- cmd_print.c ---- */

/* Columns a terminal gives the text: 2 for a Chinese character. */
int tong__width(const char *);
/* The text, then blanks up to 'columns'. */
void tong__pad(const char *, int columns);
/* A label in its column, then the value; long values go on below, indented. Nothing for an empty
 * value. */
void tong__field(const char *label, const char *value);
/* A document as --json prints it: one line. */
void tong__print_json(const char *json);
/* The same of a document, which is freed. */
void tong__print_doc(json_t *);
/* "2026-01-31 08:00", local time; a dash for 0. */
const char *tong__day(int64_t when, char out[40]);
/* "1.2 MB" */
const char *tong__size(uint64_t bytes, char out[24]);
/* An item's elements with their Chinese labels, in the order of the element table; a listing's
 * cases. */
void tong__print_item(const json_t *item);
void tong__print_listing(const json_t *doc);
/* An element of a listing as two regions have it; null: as the province has it. */
void tong__print_two(const char *element, const char *a, const json_t *x, const char *b,
					 const json_t *y);

#endif
