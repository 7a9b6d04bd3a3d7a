/* A release in the making: what its steps hand on, for the files that take some of them. */
#ifndef TONG_PUBLISHER_RELEASE_STEPS_H
#define TONG_PUBLISHER_RELEASE_STEPS_H

#include "publisher/release.h"
#include "publisher/release_content.h"

struct tong__making {
	struct tong__repo repo;
	struct tong__keys *keys;
	struct tong__plan plan;
	const struct tong__release_options *options;
	struct tong__days days;
	unsigned keep;
	struct tong__release_report *report;
	struct tong__buf snapshot, timestamp; /* bytes to come into force */
	struct tong__buf lack;                /* who must still sign what; empty: nobody */
};

/* All of it is borrowed until close; close is called whatever open answered. */
int tong__making_open(struct tong__making *, const char *to, struct tong__keys *,
					  const struct tong__release_options *, tong_error *);
void tong__making_close(struct tong__making *);

/* Steps 1, 5 and 7 to 10 of release.c; plan.policy, .snapshot and .versions must be there. */
int tong__put_first_root(struct tong__making *, tong_error *);
int tong__put_snapshot(struct tong__making *, tong_error *);
int tong__sign_timestamp(struct tong__making *, tong_error *);
int tong__put_timestamp(struct tong__making *, tong_error *);
int tong__put_heads(struct tong__making *, tong_error *);
int tong__clean(struct tong__making *, tong_error *);

/* ---- the folder of a staged release (stage_folder.c) ---- */

/* Makes it; one that holds a whole one is refused (S2). */
int tong__stage_begin(const char *stage, tong_error *);
int tong__stage_finish(const char *stage, tong_error *); /* now it is whole */
int tong__stage_check(const char *stage, tong_error *);  /* is it? TONG_E_NOTFOUND */
/* Every name in a folder of it that fits a pattern, sorted, as a list of strings; a folder that is
 * not there has none. */
json_t *tong__stage_names(const char *stage, const char *folder, const char *pattern);
/* Copies it into the repository. */
int tong__stage_move(struct tong__making *, const char *stage, tong_error *);
void tong__stage_remove(const char *stage);

/* The layers in force, read from the repository (release_past.c). */
int tong__repo_layers(const struct tong__repo *, struct tong__layers **out, tong_error *);

#endif
