/* How far a change reaches: the files in which it can make errors that were not there. */
#ifndef TONG_PUBLISHER_GATE_REACH_H
#define TONG_PUBLISHER_GATE_REACH_H

#include "publisher/check_since.h"

struct tong__reach {
	bool all;                   /* anywhere: everything is to be checked */
	bool aliases;               /* some item is known under a further code */
	struct tong__paths files;   /* sorted; without meaning when 'all' */
};

/* What these changes, which led to the tree, reach. An item that asks for what it asked before
 * reaches itself; one with other limits the tables of regions that promise something of their own;
 * a law, a region, a waiver or a file that is gone may reach anything. */
int tong__reach(struct tong__reach *out, struct tong__git *, struct tong__tree *now,
                const struct tong__git_commit *changes, tong_error *);
/* Is a code of the changed items also the code of another one? Then that one has the error. */
bool tong__reach_others(const struct tong__reach *, const struct tong__model *);
void tong__reach_free(struct tong__reach *);

#endif
