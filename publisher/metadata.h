/* TUF metadata of a release, built and signed (FORMAT T1-T5). */
#ifndef TONG_PUBLISHER_METADATA_H
#define TONG_PUBLISHER_METADATA_H

#include <stdint.h>

#include "core/hash.h"
#include "publisher/keys.h"

/* Each builds the 'signed' part as a new reference, NULL when memory is out. 'expires' is seconds
 * since 1970 UTC. */

/* 'roles': a key for each of the four top-level roles in the order root, targets, snapshot,
 * timestamp; threshold 1. */
json_t *tong__metadata_root(unsigned long version, int64_t expires,
                            const struct tong__keys_key *const roles[4]);
/* 'delegations' is borrowed: {keys, roles} of T2. */
json_t *tong__metadata_targets(unsigned long version, int64_t expires, json_t *delegations);
/* A layer's role (T3): one target. 'changesets' and 'older' (T8, NULL: none) are borrowed. */
json_t *tong__metadata_layer(unsigned long version, int64_t expires, const char *name,
                             const struct tong__hash *sha256, uint64_t length, uint64_t records,
                             json_t *changesets, json_t *older);
/* 'versions': role -> version, "targets" among them; borrowed. */
json_t *tong__metadata_snapshot(unsigned long version, int64_t expires, json_t *versions);
/* 'bytes' are those of snapshot 'of'. */
json_t *tong__metadata_timestamp(unsigned long version, int64_t expires, unsigned long of,
                                 const void *bytes, size_t n);

/* A layer's entry in delegations (T2), to one key. */
json_t *tong__metadata_delegation(const char *name, const char *keyid);

/* Appends the file's bytes; both are borrowed. */
int tong__metadata_file(json_t *signed_part, json_t *signatures, struct tong__buf *out,
                        tong_error *);

/* The same body as before with another version and date: renewal. 'old' is the file's bytes. */
int tong__metadata_renew(json_t **out, const void *old, size_t n, unsigned long version,
                         int64_t expires, tong_error *);

/* "2026-11-23T06:00:00Z" and back; the reading returns 0 for anything else. */
#define TONG_DATE 32
void tong__date(int64_t, char out[TONG_DATE]);
int64_t tong__date_read(const char *);

#endif
