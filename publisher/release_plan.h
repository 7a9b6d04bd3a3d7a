/* What a release has to write, decided before anything is written. */
#ifndef TONG_PUBLISHER_RELEASE_PLAN_H
#define TONG_PUBLISHER_RELEASE_PLAN_H

#include "publisher/policy.h"
#include "publisher/release.h"
#include "publisher/release_repo.h"

/* One layer of the new release and its role. */
struct tong__plan_role {
	const struct tong__layer *layer;
	unsigned long version;      /* after the release */
	bool changed;               /* other bytes, or its files are not all there */
	bool write;                 /* changed, or its metadata is to be signed anew */
	bool held;                  /* changed, but its signatures are missing: stays as it is */
	json_t *changesets, *older; /* T3, T8; older NULL: none */
};

struct tong__plan {
	struct tong__policy policy; /* who signs what after the release */
	struct tong__plan_role *roles;
	size_t n;
	json_t *versions;                        /* as snapshot shall list them */
	bool targets, root, snapshot, timestamp; /* to be written */
};

/* Days that metadata is good for, defaults put in. */
struct tong__days {
	int timestamp, snapshot, targets, root;
};
struct tong__days tong__release_days(const struct tong__release_options *);
int64_t tong__expiry(int64_t now, int days);

/* TONG_E_SIGNATURE, with who must still sign, when the keys at hand do not suffice and nothing is
 * staged (T5). */
int tong__plan_make(struct tong__plan *, const struct tong__repo *, const struct tong__keys *,
					const struct tong__layers *, const struct tong__release_options *,
					tong_error *);
void tong__plan_free(struct tong__plan *);

/* The two judges of the next root: the newest there is, and what is to come. *held keeps what the
 * first borrows. */
int tong__plan_root_judges(const struct tong__repo *, const struct tong__policy *next,
						   json_t **held, struct tong__judge out[2], tong_error *);

/* Role -> version as snapshot shall list them when this is what was written, new reference. */
json_t *tong__plan_versions(const struct tong__repo *, const struct tong__plan *);

#endif
