/* Completion for shells, made from the tables that --help is made from. */
#ifndef TONG_CORE_COMPLETION_H
#define TONG_CORE_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"

/* All strings are borrowed; 'text' is what a reader sees, translated already. What follows an
 * option or a command is told by the word its help has for it: FILE, DIR, or the choices as in
 * "on|off". */
struct tong__shell_option {
	char letter;         /* how commands name it */
	bool dash;           /* may be typed as -letter */
	bool common;         /* every command takes it */
	const char *name;    /* without the dashes */
	const char *arg;     /* NULL: takes none */
	const char *text;
};

struct tong__shell_command {
	const char *name, *words, *text;
	const char *options; /* letters of those that are not common */
};

struct tong__shell {
	const char *program;
	const struct tong__shell_option *options;
	size_t n_options;
	const struct tong__shell_command *commands;
	size_t n_commands;
};

/* Adds the script for "bash", "zsh" or "fish"; TONG_E_USAGE for another. */
int tong__completion(const struct tong__shell *, const char *shell, struct tong__buf *out,
                     tong_error *);

#endif
