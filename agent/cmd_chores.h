/* What a running node does beside serving and syncing, each in a child of its own: it looks at the
 * nodes of the levels below and tells a program of alarms; it makes every page to see that it can.
 */
#ifndef TONG_AGENT_CMD_CHORES_H
#define TONG_AGENT_CMD_CHORES_H

#include <sys/select.h>

#include "agent/cmd_child.h"

struct tong__chores {
	struct tong__child looker, teller, auditor;
	int board;                   /* as the looker left it; -1: not yet */
	int64_t next_look, next_audit; /* on the clock that nobody sets */
	int64_t next_tell;
	int64_t alarms;
	uint64_t which, told; /* the alarms there are; those that the program was told of */
};

/* All is done soon, and then on its schedule. */
void tong__chores_begin(struct tong__chores *, int64_t now);
/* The release is another: its pages are to be made. Or somebody asked to look now. */
void tong__chores_audit(struct tong__chores *, int64_t now);
void tong__chores_look(struct tong__chores *, int64_t now);
/* Starts what is due. */
void tong__chores_do(struct tong__chores *, struct tong__cli *, int64_t now);
/* When something is due again; and what to wait for until then. */
int64_t tong__chores_next(const struct tong__chores *);
void tong__chores_await(const struct tong__chores *, fd_set *);
/* Hears those that spoke or ended, and puts what is new into 'told', the node's state. True: there
 * was something. */
bool tong__chores_hear(struct tong__chores *, struct tong__cli *, json_t *told, int64_t now);
void tong__chores_end(struct tong__chores *);

/* cmd_watch.c, cmd_audit.c: what the children do. */
tong__child_body tong__watch_look, tong__watch_tell, tong__audit;

#endif
