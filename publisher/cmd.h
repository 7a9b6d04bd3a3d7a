/* The commands of tong-publish: what each is given, and how it answers. */
#ifndef TONG_PUBLISHER_CMD_H
#define TONG_PUBLISHER_CMD_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"

/* Options as typed; what was not typed has its default. */
struct tong__args {
	const char *repo; /* NULL: the repository around the current folder */
	const char *path, *rev, *site;
	const char *out, *to, *to_git, *from, *keys, *format, *since;
	const char *stage, *passphrase_file, *passphrase_fd; /* keys and releases */
	const char *bare, *lang;
	const char *listen;
	const char *kind, *base, *encoding; /* spreadsheets */
	const char **regions; /* NULL-ended */
	size_t n_regions;
	unsigned threads;
	bool worktree, json, quiet, verbose;
	bool check, encrypt, yes, hold;
	bool dry_run, partial, once;
	const char **words; /* arguments that are no options, NULL-ended */
	size_t n_words;
	int64_t now;  /* signing time: SOURCE_DATE_EPOCH, or the clock */
	double start; /* when the program began, for the summary */
};

/* A row of the table in main.c. A command returns a code; with an empty message nothing is printed
 * besides what it printed itself. */
struct tong__command {
	const char *name;
	const char *words;   /* what follows it, for its help */
	const char *options; /* their letters in cmd_options.c */
	const char *what;
	int (*run)(const struct tong__args *, tong_error *);
};
extern const struct tong__command tong__commands[]; /* ends with {.name = NULL} */
const struct tong__command *tong__command_named(const char *name);

int tong__cmd_check(const struct tong__args *, tong_error *);
int tong__cmd_explain(const struct tong__args *, tong_error *);
int tong__cmd_layers(const struct tong__args *, tong_error *);
int tong__cmd_site(const struct tong__args *, tong_error *);
int tong__cmd_release(const struct tong__args *, tong_error *);
int tong__cmd_timestamp(const struct tong__args *, tong_error *);
int tong__cmd_bundle(const struct tong__args *, tong_error *);
int tong__cmd_keys(const struct tong__args *, tong_error *);
int tong__cmd_history(const struct tong__args *, tong_error *);
int tong__cmd_diff(const struct tong__args *, tong_error *);
int tong__cmd_impact(const struct tong__args *, tong_error *);
int tong__cmd_hook(const struct tong__args *, tong_error *);
int tong__cmd_export(const struct tong__args *, tong_error *);
int tong__cmd_import(const struct tong__args *, tong_error *);
int tong__cmd_fmt(const struct tong__args *, tong_error *);
int tong__cmd_new(const struct tong__args *, tong_error *);
int tong__cmd_schema(const struct tong__args *, tong_error *);
int tong__cmd_reference(const struct tong__args *, tong_error *);
int tong__cmd_preview(const struct tong__args *, tong_error *);
int tong__cmd_cms(const struct tong__args *, tong_error *);
int tong__cmd_completion(const struct tong__args *, tong_error *);

/* ---- cmd_passphrase.c ---- */

struct tong__ask;
/* How passphrases are asked for: --passphrase-fd, --passphrase-file, or the terminal; for as long
 * as 'args' lives. */
struct tong__ask tong__cmd_ask(const struct tong__args *);
/* Yes from --yes or a person at the terminal; TONG_E_USAGE when there is none. */
int tong__cmd_confirm(const struct tong__args *, const char *question, tong_error *);

/* ---- cmd_options.c ---- */

/* Reads argv; *command is NULL for none, *help is set by -h. Free the arrays with tong__args_free.
 * TONG_E_USAGE names what to do. */
int tong__args_read(struct tong__args *, int argc, char **argv,
                    const struct tong__command **command, bool *help, tong_error *);
void tong__args_free(struct tong__args *);
void tong__print_options(const char *letters);

/* ---- cmd_say.c: what commands say ---- */

/* One line on stderr, unless --quiet; translated. The time since the start is added. */
void tong__summary(const struct tong__args *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* One line on stderr with --verbose, translated: what is read and where from. */
void tong__verbose(const struct tong__args *, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* "1,231" and "14.2 KB"; each call has its own place for the next eight calls. */
const char *tong__count(uint64_t);
const char *tong__bytes(uint64_t);
/* The answer for --json, on stdout; 'answer' is taken over. */
int tong__answer(json_t *answer, tong_error *);
/* A line that is replaced by the next, only on a terminal; done == total ends it. Answers other
 * than 0 when an interrupt was asked for. */
int tong__progress(void *args, size_t done, size_t total);
/* Installs the handlers: outside of what calls tong__progress an interrupt ends the program at
 * once, with exit code 7. */
void tong__catch_interrupts(void);
/* `tong-publish: subject: message` */
void tong__print_error(const tong_error *);

#endif
