/* Writing a release repository: content first, then metadata, timestamp last (FORMAT section 5). */
#ifndef TONG_PUBLISHER_RELEASE_H
#define TONG_PUBLISHER_RELEASE_H

#include "publisher/layers.h"
#include "publisher/policy.h"

struct tong__release_options {
	int64_t now;                                     /* signing time, seconds since 1970 UTC */
	int days_timestamp, days_snapshot, days_targets; /* 0: the defaults */
	unsigned keep;                            /* changesets reach back so many versions; 0: 32 */
	const struct tong__policy_change *change; /* of who signs what; NULL: none */
	/* A folder for what is not to come into force yet, or cannot because signatures are missing
	 * (S1); NULL: none, and what cannot be signed is refused before anything is written. */
	const char *stage;
	/* A changed layer whose signatures are missing keeps its content in force instead of stopping
	 * the release (T11). */
	bool hold;
	unsigned long restore; /* with no layers: those of this older release; 0: those in force */
};

struct tong__release_report {
	unsigned long version; /* snapshot version now */
	bool changed; /* false: every layer is as it was and no signature is due: nothing was written */
	size_t layers_changed, changesets;
	uint64_t bytes_written;
	char held[256]; /* layers that kept their content for want of signatures, "r510100, r510700" */
};

/* Adds a release of these layers to the folder 'to' (made if missing). A crash at any point leaves
 * the release before in force. 'layers' NULL: those in force, or of options->restore. With
 * options->stage what is new is written there: TONG_E_SIGNATURE when signatures are missing, with
 * who must still sign; what is there is kept, and tong__stage_publish brings it into force. */
int tong__release_write(const char *to, struct tong__keys *keys, const struct tong__layers *,
						const struct tong__release_options *, struct tong__release_report *,
						tong_error *);

/* Signs a new timestamp.json with the same content and later date, and the heads with it. */
int tong__release_timestamp(const char *to, struct tong__keys *keys,
							const struct tong__release_options *, tong_error *);

#endif
