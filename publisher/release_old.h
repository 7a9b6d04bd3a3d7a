/* Releases that are not in force: older ones, whose metadata is kept, and staged ones. */
#ifndef TONG_PUBLISHER_RELEASE_OLD_H
#define TONG_PUBLISHER_RELEASE_OLD_H

#include "publisher/layers.h"
#include "publisher/release_repo.h"

/* The layers of release 'number' (its snapshot's version), verified with the keys of the newest
 * root that accepts it (S8). TONG_E_NOTFOUND when there is no such release or its content is gone
 * (T7), TONG_E_SIGNATURE when no root of the chain accepts what is there. */
int tong__release_old(const struct tong__repo *, unsigned long number, struct tong__layers **out,
					  tong_error *);

/* What would be in force with what is staged: r->stage must be set. Signatures are not looked at,
 * for they may be missing; the bytes are those that the staged metadata names. */
int tong__release_staged(const struct tong__repo *, struct tong__layers **out, tong_error *);

/* Compares two sets of layers record by record, in the order of layers and keys. 'before' or
 * 'after' is the line, NULL for a record that is only in the other. */
struct tong__record_change {
	const char *layer;
	struct tong__str key, before, after;
};
typedef int tong__record_fn(void *arg, const struct tong__record_change *, tong_error *);
int tong__release_compare(const struct tong__layers *before, const struct tong__layers *after,
						  tong__record_fn *, void *arg, tong_error *);

#endif
