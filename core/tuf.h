/* The Update Framework's client rules over metadata in memory (FORMAT section 5,
 * specification 1.0.x section 5).
 *
 * A tong__trust holds the trusted metadata of one repository. Each tong__trust_* function verifies
 * one file and takes it over, or refuses it and changes nothing (T6). It does no I/O: the caller
 * fetches the files that tong__trust tells it to want, and persists the bytes it accepted. A call
 * out of order (a snapshot before a timestamp …) is TONG_E_USAGE: the caller's fault, not the
 * file's. */
#ifndef TONG_CORE_TUF_H
#define TONG_CORE_TUF_H

#include <stdint.h>

#include "core/hash.h"
#include "core/record.h"

struct tong__trust;

/* 'now' is seconds since 1970 UTC, fixed for the whole update (5.1). 'root' is the pinned or last
 * trusted root: verified with its own keys; its expiry is looked at after the root chain only. */
int tong__trust_new(struct tong__trust **out, const void *root, size_t n, int64_t now,
					tong_error *);
void tong__trust_free(struct tong__trust *);

/* 5.3: the next root (version + 1 exactly, signed by old and new). */
int tong__trust_root(struct tong__trust *, const void *, size_t, tong_error *);
/* 5.3.10: call when there is no further root: checks expiry. Tells whether a key of timestamp or
 * snapshot was withdrawn since tong__trust_new (5.3.11, fast-forward recovery: the caller then
 * drops its local timestamp and snapshot); it tells so even when it refuses, since the new root is
 * persisted all the same. */
int tong__trust_root_done(struct tong__trust *, bool *online_keys_changed, tong_error *);
unsigned long tong__trust_root_version(const struct tong__trust *);
/* 5.3.12: are files named N.ROLE.json and HASH.target? If not, plainly ROLE.json and target. */
bool tong__trust_consistent(const struct tong__trust *);

/* Local copies kept from an earlier update, offered before the new ones. They are checked for
 * signatures and used for the version rules even when expired (5.4.3, 5.5.5); one that does not
 * verify is refused and must be dropped. They become current only through the functions below: a
 * timestamp that the server repeats (*same), a snapshot of the version that timestamp names,
 * offered again to tong__trust_snapshot (then it needs no fetching). */
int tong__trust_local_timestamp(struct tong__trust *, const void *, size_t, tong_error *);
int tong__trust_local_snapshot(struct tong__trust *, const void *, size_t, tong_error *);

/* 5.4. *same is set when the version equals the local one: the local one stays. */
int tong__trust_timestamp(struct tong__trust *, const void *, size_t, bool *same, tong_error *);
/* What timestamp says of snapshot: version, and the ceiling to fetch with. */
unsigned long tong__trust_snapshot_version(const struct tong__trust *);
size_t tong__trust_snapshot_ceiling(const struct tong__trust *);
/* 5.5 */
int tong__trust_snapshot(struct tong__trust *, const void *, size_t, tong_error *);

/* What snapshot says of a targets role ("targets", "base", "r511602" …): version 0 when it does not
 * list it. */
unsigned long tong__trust_role_version(const struct tong__trust *, const char *role);
size_t tong__trust_role_ceiling(const struct tong__trust *, const char *role);
/* 5.6: metadata of 'role', verified with the keys of 'delegator' (NULL for the top-level targets
 * role). A local copy is offered the same way; it must have the version that snapshot lists and be
 * unexpired. */
int tong__trust_role(struct tong__trust *, const char *role, const char *delegator, const void *,
					 size_t, tong_error *);
bool tong__trust_has_role(const struct tong__trust *, const char *role);
/* The trusted bytes of a file: "root", "timestamp", "snapshot", or a targets role. {NULL, 0} when
 * not held. */
struct tong__str tong__trust_bytes(const struct tong__trust *, const char *role);

/* Does 'delegator' delegate 'path' to 'role' (paths with * and ?, path_hash_prefixes)? */
bool tong__trust_delegates(const struct tong__trust *, const char *delegator, const char *role,
						   const char *path);
/* The i-th delegation of a loaded role, NULL past the end; *terminating may be NULL. */
const char *tong__trust_delegation(const struct tong__trust *, const char *delegator, size_t i,
								   bool *terminating);

/* A target as a trusted role lists it. 'custom' is borrowed (NULL when absent). */
struct tong__target {
	uint64_t length;
	struct tong__hash sha256;
	bool has_sha256;
	char sha512[129]; /* hex, or "" */
	const json_t *custom;
};
/* TONG_E_NOTFOUND when the role does not list it. */
int tong__trust_target(const struct tong__trust *, const char *role, const char *path,
					   struct tong__target *out, tong_error *);

/* Expiry and version of a trusted file (local copies too); expiry in seconds since 1970 UTC; 0 when
 * not held. */
int64_t tong__trust_expires(const struct tong__trust *, const char *role);
unsigned long tong__trust_version(const struct tong__trust *, const char *role);

/* Once all is verified: keeps bytes, versions and dates, and gives back the memory of what they
 * say. Keys, delegations and targets are found no more. */
void tong__trust_lean(struct tong__trust *);

/* ---- layers, as our release uses targets (T2, T3) ---- */

struct tong__layer_change {
	bool whole;
	struct tong__hash from, id;
	uint64_t length;
};
/* What a signed role says of its layer. Only tong__trust_layer makes one: the store takes bytes by
 * this type. */
struct tong__layer_target {
	char name[TONG_MAX_ROLE_NAME];
	struct tong__hash sha256;
	uint64_t length, records;
	struct tong__layer_change *changes;
	size_t n_changes;
	struct {
		struct tong__hash id;
		uint64_t length; /* 0: there is none */
	} older; /* the file that lists more changes (T8) */
};
int tong__trust_layer(const struct tong__trust *, const char *layer, struct tong__layer_target *out,
					  tong_error *);
/* T8: verifies the bytes of the file that target->older names, and adds the changes it lists. A
 * refusal changes nothing. */
int tong__layer_target_older(struct tong__layer_target *, const void *, size_t, tong_error *);
void tong__layer_target_free(struct tong__layer_target *);

#endif
