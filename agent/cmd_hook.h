/* The program that is told of alarms. */
#ifndef TONG_AGENT_CMD_HOOK_H
#define TONG_AGENT_CMD_HOOK_H

#include <tong/error.h>

/* Memory without a name that holds the text, read from its beginning: a program that does not read
 * it holds nobody up. -1 on failure. */
int tong__hook_text(const char *text, tong_error *);
/* Starts the program with 'fd' as its standard input and waits for its end, a minute at most, or
 * until this process is told to stop: then it is killed. TONG_E_TIMEOUT, TONG_E_IO. */
int tong__hook_run(const char *program, int fd, tong_error *);
/* The whole path of a program? TONG_E_USAGE. */
int tong__hook_check(const char *program, tong_error *);

#endif
