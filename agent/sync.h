/* One update of a store, as numbered steps. Each step looks first whether it is done already.
 *
 *  1 head       ask for the region's head; 304 and nothing expired: finished
 *  2 root       the chain of roots from the one held (specification 5.3)
 *  3 timestamp  5.4
 *  4 snapshot   5.5
 *  5 roles      5.6: targets, and each layer that this node needs (L4)
 *  6 plan       for each layer that is not the one signed, the cheapest changeset that leads there
 *  7 fetch      what the plan names, resumed where it broke off (P10)
 *  8 apply      one transaction: records, signed metadata, the way back (P1)
 *
 * What the head carries is used first and trusted for nothing: when it leads to a refusal the
 * update is run again without it. A changeset that does not lead where it should is replaced by the
 * whole layer. */
#ifndef TONG_AGENT_SYNC_H
#define TONG_AGENT_SYNC_H

#include "agent/life.h"
#include "agent/link.h"
#include "agent/part.h"
#include "agent/source.h"
#include "core/head.h"
#include "core/repo_name.h"

struct tong__mend;

struct tong__sync_layer {
	struct tong__layer_target target;
	const struct tong__layer_change *change; /* the way chosen; NULL: held already */
	struct tong__part *part;
	bool whole_only; /* the shorter way failed */
	bool mendable;   /* damaged: only what is lost is to be fetched */
	bool mend_tried;
	struct tong__mend *mend;
	bool older_read; /* the list of older ways was asked for (T8) */
};

struct tong__sync {
	tong_agent *agent;
	struct tong__store *store; /* opened for writing */
	const char *where;
	char shown[TONG_SOURCE_SHOWN]; /* the same for messages */
	struct tong__source *source;
	struct tong__link *link;
	uint64_t budget;          /* bytes that may still come from here; 0: no limit */
	tong_sync_result *result; /* counts the sources before this one until it is reported */
	json_t *regions;       /* of this node; empty: all */
	unsigned long release; /* held before; 0: none */
	unsigned long left;    /* release that the operator rolled back from; 0: none */

	char place[1200]; /* source and head, as the store's name for the validator */
	char head_name[32];
	struct tong__validator validator;
	bool validator_new;
	struct tong__head *head; /* NULL: none, or found out */
	bool head_failed;        /* the head led to a refusal */
	struct tong__head *start; /* what a node that holds nothing needs beside it (H4); NULL: none */
	bool start_asked;

	struct tong__trust *trust;
	bool forget_online; /* timestamp's or snapshot's keys changed: local copies do not count */
	struct tong__sync_layer *layers;
	size_t n_layers;

	uint64_t from_source; /* files that did not come out of the head */
	bool finished;        /* no further step is needed */
	const char *way;
};

/* The steps (sync_trust.c, sync_layers.c, sync_apply.c). */
int tong__sync_head(struct tong__sync *, tong_error *);
int tong__sync_root(struct tong__sync *, tong_error *);
int tong__sync_timestamp(struct tong__sync *, tong_error *);
int tong__sync_snapshot(struct tong__sync *, tong_error *);
int tong__sync_roles(struct tong__sync *, tong_error *);
int tong__sync_plan(struct tong__sync *, tong_error *);
int tong__sync_fetch(struct tong__sync *, tong_error *);
int tong__sync_apply(struct tong__sync *, tong_error *);

/* What the sync cost so far, over all sources tried. */
void tong__sync_count(const struct tong__sync *, tong_sync_result *out);
/* Notes that a source was asked and nothing is newer there. */
int tong__sync_note(struct tong__sync *, tong_error *);

/* A file out of the head, or {NULL, 0}. */
struct tong__str tong__sync_in_head(const struct tong__sync *, const char *name);
/* One repository file, from the head if it is there, else from the source; the buffer's ceiling is
 * the file's. */
int tong__sync_file(struct tong__sync *, const char *name, struct tong__buf *out, tong_error *);
/* What was held before, from the store; false when there is none. */
bool tong__sync_local(struct tong__sync *, const char *role, struct tong__buf *out);
/* Does this node hold the layer (L4)? */
bool tong__sync_wants(const struct tong__sync *, const char *layer);
void tong__sync_drop_layers(struct tong__sync *);
void tong__sync_drop_heads(struct tong__sync *);
/* DIR/incoming */
void tong__sync_incoming(const struct tong__sync *, char *out, size_t max);

#endif
