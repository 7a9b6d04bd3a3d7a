/* The lock of a running node, and what it says of itself in the locked file. */
#ifndef TONG_AGENT_CMD_STATE_H
#define TONG_AGENT_CMD_STATE_H

#include "core/noted.h"

#include <tong/agent.h>

/* DIR/tong.run, held until the process and all that it forked have ended. TONG_E_BUSY after two
 * seconds: another node runs on this store, and its children have had time to follow it. *fd is -1
 * where nothing can be written. */
int tong__state_take(const char *dir, int *fd, tong_error *);
/* Writes over what was said before, in the place that the file has: a full disk does not hinder. */
void tong__state_say(int fd, const json_t *doc);
/* What failed, for that document: {code, subject, message, time}. */
json_t *tong__state_fault(int code, const char *subject, const char *message);
/* What a node that runs says; NULL: none does. */
json_t *tong__state_read(const char *dir);

#endif
