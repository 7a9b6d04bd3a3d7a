/* Inside of struct tong__trust, for the files that implement tuf.h. */
#ifndef TONG_CORE_TUF_TRUST_H
#define TONG_CORE_TUF_TRUST_H

#include "core/tuf.h"
#include "core/tuf_meta.h"

struct tong__trust_held {
	struct tong__meta *meta;
	bool by_targets; /* verified with the keys top-level targets lists for it */
};

struct tong__trust {
	int64_t now;
	struct tong__meta *root, *timestamp, *snapshot;
	/* A timestamp or snapshot that is held but not current is a local copy: it bounds versions,
	 * no more. */
	bool root_done, timestamp_current, snapshot_current;
	bool online_keys_changed;
	size_t steps; /* roots taken over since the start */
	struct tong__trust_held *roles;
	size_t n_roles;
};

/* The trusted targets role, NULL when not held. */
const struct tong__trust_held *tong__trust_held(const struct tong__trust *, const char *role);

#endif
