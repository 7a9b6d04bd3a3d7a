/* What is wrong around a store. */
#ifndef TONG_AGENT_HEALTH_H
#define TONG_AGENT_HEALTH_H

#include "core/noted.h"
#include <stdint.h>

/* What a sync that failed heard of the source's clock: how many seconds it is ahead. */
void tong__health_skew(int64_t skew, json_t *problems);
/* Adds "disk" and "problems" ([{what, text}…], empty when all is well) to a document of status,
 * which has "release", "sound", "expired", "left" and "upward" by now. 'sync' is the last one as
 * it was noted, with its time as a number; NULL: none. */
void tong__health(const char *dir, int64_t now, const json_t *sync, json_t *doc);

#endif
