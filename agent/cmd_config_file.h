/* The configuration file: names and values with their lines, and what is wrong with them. */
#ifndef TONG_AGENT_CMD_CONFIG_FILE_H
#define TONG_AGENT_CMD_CONFIG_FILE_H

#include "agent/command.h"

#define TONG_MAX_CONFIG      (64u << 10) /* bytes of the file */
#define TONG_MAX_CONFIG_LINE 4000        /* the longest path is 4,095 bytes and no sane one */
#define TONG_MAX_CONFIG_KEYS 256

struct tong__config;

/* One fault: the line (0: the file as a whole), and one sentence. */
typedef void tong__config_fault(void *user, unsigned line, const char *text);

/* Reads the file: lines `name = value`, or a comment after # or ;. A value is all to the end of its
 * line, without the blanks around it. Faults of form are told one by one, and count when the file
 * is applied. TONG_E_ABSENT, TONG_E_LIMIT, TONG_E_IO with 'err' set when it cannot be read. */
int tong__config_read(struct tong__config **out, const char *path, tong__config_fault *, void *user,
					  tong_error *err);
/* Sets what the file says in *cli, except options whose letters are in 'typed': the command line
 * goes before the file. Strings live as long as the config. TONG_E_FORMAT when any key or value was
 * faulty, or a line had no form: all are told. */
int tong__config_apply(const struct tong__config *, struct tong__cli *, const char *typed,
					   tong__config_fault *, void *user);
void tong__config_free(struct tong__config *); /* NULL is fine */

#endif
