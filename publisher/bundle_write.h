/* A release, or what is new in it, as one file for a stick (FORMAT section 9). */
#ifndef TONG_PUBLISHER_BUNDLE_WRITE_H
#define TONG_PUBLISHER_BUNDLE_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct tong__bundle_options {
	const char *const *regions; /* layers of nodes of these (L4); none: all */
	size_t n_regions;
	int64_t now;         /* what has expired is of no use to any node, and refused */
	unsigned long since; /* for nodes that hold this release or a newer one; 0: for every node */
};

struct tong__bundle_report {
	unsigned long version;
	int64_t expires; /* the first signed file to do so, seconds since 1970 */
	size_t layers, changesets, members;
	uint64_t bytes;
};

/* From the release repository 'dir', which is verified as a client would and locked meanwhile. The
 * first root is taken from there: who writes a bundle vouches for nothing. */
int tong__bundle_write(const char *dir, const char *out, const struct tong__bundle_options *,
                       struct tong__bundle_report *, tong_error *);

#endif
