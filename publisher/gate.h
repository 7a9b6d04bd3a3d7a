/* The gate of a repository: what a commit or a push changes must keep the rules and stay in its
 * author's scope. */
#ifndef TONG_PUBLISHER_GATE_H
#define TONG_PUBLISHER_GATE_H

#include <stdio.h>

#include "publisher/git.h"

struct tong__gate {
	struct tong__git *git;
	const char *folder;      /* of the catalogue; "" for the root */
	/* who the host says pushes; NULL: the commits' authors are asked about */
	const char *pusher;
	FILE *out;               /* what the editor is told */
};

/* A ref is to go from 'from' to 'to', either of them zero. 0: let it. TONG_E_FINDINGS or
 * TONG_E_ROLE: refused, and the editor was told why, with an empty message in the tong_error;
 * any other code: refused because of that fault. Only branches are looked at. */
int tong__gate_push(const struct tong__gate *, const char *ref, const struct tong__git_id *from,
                    const struct tong__git_id *to, tong_error *);
/* The same for what is staged, against HEAD; scope is not asked. */
int tong__gate_staged(const struct tong__gate *, tong_error *);

/* ---- gate_scope.c ---- */

/* May what changes between the two commits be changed by those who did? 'rights' is the commit
 * whose scope.csv counts. */
int tong__gate_scope(const struct tong__gate *, const struct tong__git_id *rights,
                     const struct tong__git_id *from, const struct tong__git_id *to, tong_error *);
/* May a branch be removed? */
int tong__gate_removal(const struct tong__gate *, const char *ref, const struct tong__git_id *from,
                       tong_error *);

/* ---- gate_say.c ---- */

struct tong__findings;
struct tong__scope;
void tong__gate_say_findings(const struct tong__gate *, const struct tong__findings *, bool commit);
/* 'commit' (may be NULL) is where it was found. */
void tong__gate_say_scope(const struct tong__gate *, const struct tong__scope *, const char *author,
                          const char *path, const char *commit, size_t more);
/* One sentence, translated. */
void tong__gate_say(const struct tong__gate *, const char *english);

#endif
