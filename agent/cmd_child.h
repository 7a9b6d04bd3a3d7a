/* The two children of a running node: one serves, one syncs; each in its own sandbox. */
#ifndef TONG_AGENT_CMD_CHILD_H
#define TONG_AGENT_CMD_CHILD_H

#include <sys/types.h>

#include "agent/command.h"
#include "agent/serve_sandbox.h"

struct tong__child {
	pid_t pid; /* 0: none */
	int fd;    /* what it says comes here */
};

/* What a child says when it is ready (the server) or done (the sync). */
struct tong__child_word {
	int rc;
	tong_error err;
	struct tong__sandboxed sandbox;
	char address[128];       /* the server's */
	tong_sync_result result; /* the sync's */
	bool rebuilt;            /* the database was made anew */
	int64_t count, bad;      /* alarms; pages made, and those that could not be */
	uint64_t which;          /* which alarms these are */
};

/* Both begin with every signal that ends a process as it was, die with their parent, and end when
 * told by SIGTERM. */
int tong__child_serve(struct tong__cli *, struct tong__child *, tong_error *);
int tong__child_sync(struct tong__cli *, struct tong__child *, tong_error *);
/* Compares all that is held with what was signed. */
int tong__child_verify(struct tong__cli *, struct tong__child *, tong_error *);
/* Waits for its word, at most so many seconds (0: looks only). 1: it came; 0: not yet; -1: it ended
 * without one, and 'word' says how. */
int tong__child_hear(struct tong__child *, struct tong__child_word *, int seconds);
/* Tells it to end, and waits for that. */
void tong__child_end(struct tong__child *);

/* ---- for what such a child does ---- */

typedef void tong__child_body(struct tong__cli *, struct tong__child_word *, int fd);
int tong__child_make(struct tong__child *, tong__child_body *, struct tong__cli *, tong_error *);
void tong__child_speak(int fd, const struct tong__child_word *);
/* From here on SIGTERM stops what is under way: tong__stopped. */
void tong__child_stoppable(void);

/* The ledger's files, for a child that may write to them alone. */
struct tong__child_ledger {
	char path[3][4096];
	const char *list[4];
};
/* Enters the sandbox of a child that reads the store and reaches no network; the store and, if it
 * is wanted, the ledger are open by now. w->rc. */
int tong__child_enter_reader(const struct tong__cli *, struct tong__child_ledger *,
							 struct tong__child_word *);

#endif
