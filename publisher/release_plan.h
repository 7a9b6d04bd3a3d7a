/* What a release has to write, decided before anything is written. */
#ifndef TONG_PUBLISHER_RELEASE_PLAN_H
#define TONG_PUBLISHER_RELEASE_PLAN_H

#include "publisher/keys.h"
#include "publisher/release.h"
#include "publisher/release_repo.h"

/* One layer of the new release and its role. */
struct tong__plan_role {
	const struct tong__layer *layer;
	const struct tong__signer *signer; /* NULL: not at hand, and not needed */
	unsigned long version;             /* after the release */
	bool changed;                      /* other bytes, or its files are not all there */
	bool write;                        /* changed, or its metadata is to be signed anew */
	json_t *changesets, *older;        /* T3, T8; older NULL: none */
};

struct tong__plan {
	struct tong__plan_role *roles;
	size_t n;
	json_t *delegations;                     /* as targets shall have them */
	json_t *versions;                        /* as snapshot shall list them */
	bool targets, root, snapshot, timestamp; /* to be written */
};

/* Days that metadata is good for, defaults put in. */
struct tong__days {
	int timestamp, snapshot, targets, root;
};
struct tong__days tong__release_days(const struct tong__release_options *);
int64_t tong__expiry(int64_t now, int days);

int tong__plan_make(struct tong__plan *, const struct tong__repo *, const struct tong__keys *,
                    const struct tong__layers *, const struct tong__release_options *,
                    tong_error *);
void tong__plan_free(struct tong__plan *);

/* The key of a top-level role, which root must name. */
int tong__top_signer(const struct tong__repo *, const struct tong__keys *, const char *role,
                     const struct tong__signer **out, tong_error *);

#endif
