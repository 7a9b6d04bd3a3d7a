/* What this node has to tell upward, and what the levels below told it: one SQLite database,
 * DIR/ledger.db (FORMAT section 14, promise P9).
 *
 * It stands beside tong.db, not in it: a sync holds that one for as long as a bad link takes, and
 * it can be made again from upstream. This one cannot: every commit is synced before it is told to
 * anybody. Several processes may write; they wait for one another. */
#ifndef TONG_AGENT_LEDGER_H
#define TONG_AGENT_LEDGER_H

#include "agent/identity.h"
#include "agent/report.h"

struct tong__ledger;

/* 'write' makes it when there is none. For reading: TONG_E_NOTFOUND when there is none yet. */
int tong__ledger_open(struct tong__ledger **out, const char *dir, bool write, tong_error *);
void tong__ledger_close(struct tong__ledger *); /* NULL is fine */

/* One writer at a time; what is not committed is gone. */
int tong__ledger_begin(struct tong__ledger *, tong_error *);
/* On disk to stay when it returns 0. */
int tong__ledger_commit(struct tong__ledger *, tong_error *);
void tong__ledger_abort(struct tong__ledger *); /* nothing under way is fine */

/* Small values. text: TONG_E_NOTFOUND when there is none; set NULL: none from now on. */
int tong__ledger_text(struct tong__ledger *, const char *name, struct tong__buf *out, tong_error *);
int tong__ledger_text_set(struct tong__ledger *, const char *name, const char *, tong_error *);
int64_t tong__ledger_number(struct tong__ledger *, const char *name, int64_t otherwise);
int tong__ledger_number_set(struct tong__ledger *, const char *name, int64_t, tong_error *);

/* ---- nodes (ledger_node.c) ---- */

enum tong__node_state {
	TONG__WAITING,
	TONG__APPROVED,
	TONG__REJECTED,
	TONG__REVOKED,
	TONG__UNKNOWN
};
const char *tong__node_state_name(enum tong__node_state);
enum tong__node_state tong__node_state_read(const char *name);

struct tong__node {
	char id[TONG_NODE_ID], via[TONG_NODE_ID]; /* 'via': who vouched; "": decided here, or not yet */
	char *name, *regions, *agent;             /* regions: JSON list */
	enum tong__node_state state;              /* as it counts: with its voucher's (U3) */
	int64_t asked, decided, heard;            /* times; 0: not yet */
};
void tong__node_free(struct tong__node *);

/* TONG_E_NOTFOUND. */
int tong__ledger_node(struct tong__ledger *, const char *id, struct tong__node *out, tong_error *);
/* Those known, in order of names. 'fn' returns 0 to go on. */
int tong__ledger_nodes(struct tong__ledger *, int (*fn)(void *arg, const struct tong__node *),
					   void *arg, tong_error *);
/* The state alone; TONG__UNKNOWN also when the ledger cannot be read. */
enum tong__node_state tong__ledger_node_state(struct tong__ledger *, const char *id);
/* A request with its number (0: a vouching), or what is new about a node that is known: its state
 * stays, and an older request than the last changes nothing (*fresh false). TONG_E_LIMIT (U2). */
int tong__ledger_node_put(struct tong__ledger *, const char *id, int64_t seq, const json_t *request,
						  int64_t now, bool *fresh, tong_error *);
/* 'via' NULL: decided here. */
int tong__ledger_node_decide(struct tong__ledger *, const char *id, enum tong__node_state,
							 const char *via, int64_t now, tong_error *);
int tong__ledger_node_heard(struct tong__ledger *, const char *id, int64_t now, tong_error *);

/* ---- reports (ledger_report.c) ---- */

enum tong__held { TONG__NEW, TONG__SAME, TONG__OTHER }; /* TONG__OTHER: that number is another's */

/* Inside a transaction: a checked report of this node or another. */
int tong__ledger_report_put(struct tong__ledger *, const struct tong__report *, const json_t *body,
							int64_t now, enum tong__held *, tong_error *);
/* The first free number of a node. */
int64_t tong__ledger_next(struct tong__ledger *, const char *node);

/* To be told upward, in the order they came: lines with LF, from row *after on (which moves), as
 * many as fit a packet. 0 lines: that was all. */
int tong__ledger_pending(struct tong__ledger *, int64_t *after, struct tong__buf *lines, size_t *n,
						 tong_error *);
/* The line without LF, appended. TONG_E_NOTFOUND when it came to its end. */
int tong__ledger_line(struct tong__ledger *, const char *node, int64_t seq, struct tong__buf *out,
					  tong_error *);
/* The report of this node that had the number 'from' was signed anew (U5). */
int tong__ledger_renumber(struct tong__ledger *, int64_t from, const struct tong__report *,
						  tong_error *);
int64_t tong__ledger_count(struct tong__ledger *, const char *up); /* "pending", "aside", "ended" */
/* When the oldest that waits came here; 0: none waits. */
int64_t tong__ledger_oldest(struct tong__ledger *);
/* Acknowledged: number and the first 16 digits of the digest fit (U9). */
int tong__ledger_done(struct tong__ledger *, const char *node, int64_t seq, const char *digest,
					  tong_error *);
/* Not to be sent again; 'why' as in U8. */
int tong__ledger_aside(struct tong__ledger *, const char *node, int64_t seq, const char *why,
					   tong_error *);
/* ---- what people said (ledger_feedback.c) ---- */

struct tong__said {
	const char *id, *node, *what, *item, *region, *note; /* NULL where nothing is known */
	int64_t rating, made, closed;                        /* closed 0: not yet */
	json_t *body;                                        /* NULL after its end (U12) */
};
/* Each one once, in the order they came; 'all': closed ones too. 'fn' returns 0 to go on. */
int tong__ledger_said(struct tong__ledger *, bool all,
					  int (*fn)(void *arg, const struct tong__said *), void *arg, tong_error *);
/* Done with: what was said is forgotten a month later. TONG_E_NOTFOUND. */
int tong__ledger_said_close(struct tong__ledger *, const char *id, const char *note, int64_t now,
							tong_error *);

/* ---- attestations ---- */

/* The last of a node as JSON; NULL: none. 'received' may be NULL. */
json_t *tong__ledger_attested(struct tong__ledger *, const char *node, int64_t *received);

/* Forgets the lines that came to their end (U12), and old attestations: nothing of them is left in
 * the files. Not within a day after the clock was seen to jump by a month or more: it may be wrong,
 * and set right soon. What came while it stood before TONG_EPOCH is counted from now. */
int tong__ledger_purge(struct tong__ledger *, int64_t now, tong_error *);

#endif
