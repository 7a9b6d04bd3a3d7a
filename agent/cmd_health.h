/* How a running node is. */
#ifndef TONG_AGENT_CMD_HEALTH_H
#define TONG_AGENT_CMD_HEALTH_H

#include "agent/command.h"

/* Adds "node", what a node that runs on this store says of itself, and its faults to "problems". */
void tong__health_add(json_t *doc, const char *store);
void tong__health_print(const json_t *doc);

#endif
