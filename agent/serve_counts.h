/* What the server counts about itself; kept by kind of address and status. */
#ifndef TONG_AGENT_SERVE_COUNTS_H
#define TONG_AGENT_SERVE_COUNTS_H

#include <stdint.h>

enum tong__serve_kind {
	TONG_SERVE_PAGE,
	TONG_SERVE_API,
	TONG_SERVE_REPOSITORY,
	TONG_SERVE_FEEDBACK,
	TONG_SERVE_PROBE,
	TONG_SERVE_N_KINDS
};

/* What became of a report. */
enum {
	TONG_FEEDBACK_TAKEN,
	TONG_FEEDBACK_REFUSED,
	TONG_FEEDBACK_LIMITED,
	TONG_FEEDBACK_TRAPPED,
	TONG_FEEDBACK_N
};

/* What became of a packet of reports. */
enum {
	TONG_PACKETS_TAKEN,
	TONG_PACKETS_REFUSED,
	TONG_PACKETS_LIMITED,
	TONG_PACKETS_N
};

#define TONG_SERVE_N_STATUS 32 /* different ones that are told apart; more are counted as 0 */

struct tong__serve_counts {
	struct tong__serve_count {
		unsigned status;
		uint64_t n;
	} answers[TONG_SERVE_N_KINDS][TONG_SERVE_N_STATUS];
	uint64_t rendered, render_ns;
	uint64_t feedback[TONG_FEEDBACK_N];
	uint64_t packets[TONG_PACKETS_N];
};

void tong__serve_count(struct tong__serve_counts *, enum tong__serve_kind, unsigned status);

#endif
