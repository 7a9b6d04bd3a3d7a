/* The board: which node holds which standard since when, and what is wrong. */
#ifndef TONG_AGENT_BOARD_H
#define TONG_AGENT_BOARD_H

#include "agent/life.h"

/* From when on something is wrong; seconds, percent, numbers; -1: never. */
struct tong__alarm_rules {
	int64_t silent, behind, clock, waiting, disk, pending;
};
#define TONG_ALARM_RULES                               \
	{                                                  \
		3 * 86400, 2 * 86400, 300, 7 * 86400, 5, 10000 \
	}

/* "silent=3d,behind=36h,disk=10%,clock=60s,waiting=7d,pending=1000"; what is not named stays, "off"
 * is never. TONG_E_USAGE. */
int tong__alarm_read(const char *text, struct tong__alarm_rules *, tong_error *);

/* {"release":N,"time":N,"counts":{STANDING:n},"alarms":n,"nodes":[{id,spoken,name,state,standing,
 * release,since,synced,heard,regions[],place?,agent,layers[{name,same,since}],
 * problems[{what,value}],pages_same?}]}: those in trouble first. A node is divergent with 0 layers
 * when its own check found damage, or pages that cannot be made; "pages": of so many layers its
 * pages have other bytes than here. pages_same is there when both made them of one release.
 * STANDING: current, behind, ahead, divergent, silent, never, waiting, rejected, revoked. *out is
 * yours. */
int tong__board(tong_agent *, const struct tong__alarm_rules *, json_t **out, tong_error *);

/* That document as Prometheus text; nothing for a node that has no levels below. */
void tong__board_metrics(const json_t *board, struct tong__buf *out);

#endif
