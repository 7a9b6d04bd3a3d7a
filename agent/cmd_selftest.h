/* What a node looks at before it begins. */
#ifndef TONG_AGENT_CMD_SELFTEST_H
#define TONG_AGENT_CMD_SELFTEST_H

#include "agent/command.h"

/* Tells what is odd, as warnings. An error, after which a node should not begin: a file of its own
 * that was named cannot be read. */
int tong__selftest(const struct tong__cli *, tong_error *);

#endif
