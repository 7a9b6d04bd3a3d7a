/* What a trial is, and the places where most of them act. */
#ifndef TESTS_UNIT_HOSTILE_TRIAL_H
#define TESTS_UNIT_HOSTILE_TRIAL_H

#include "tests/unit/hostile_acts.h"

enum { HTTP = 1, DIR_ = 2, STICK = 4, GIT = 8, ALL = 15 };

struct trial {
	const char *name;
	struct place at[2]; /* the top-level role, the delegated one; without a path: not for this */
	act_fn *act;
	const char *value, *want;
	int over; /* the ways that it concerns; 0: all */
};

#define NOBODY { 0, NULL, 0 }
/* A member of the file itself, of the list that names it, of what says who may sign it, of the
 * keys beside that; the file. */
#define OWN(path)     { { TARGETS, path, TARGETS }, { BASE, path, BASE } }
#define EACH(path)    { { TIMESTAMP, path, TIMESTAMP }, { BASE, path, BASE } }
#define LISTED(path)                                      \
	{ { TIMESTAMP, "meta snapshot.json " path, SNAPSHOT }, \
	  { SNAPSHOT, "meta base.json " path, BASE } }
#define SIGNERS(path)                              \
	{ { ROOT, "roles targets " path, TARGETS },    \
	  { TARGETS, "delegations roles 0 " path, BASE } }
#define KEYS { { ROOT, "", TARGETS }, { TARGETS, "", BASE } }
#define FILES(how) { { TARGETS, "", how }, { BASE, "", how } }
#define FIRST(how) { { TIMESTAMP, "", how }, { BASE, "", how } }
#define LAYER_ONLY(path) { NOBODY, { BASE, path, BASE } }
#define CONTENT(how) { NOBODY, { DEEP, "", how } }

#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"

#endif
