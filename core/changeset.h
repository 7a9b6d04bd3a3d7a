/* Reading changesets: what turns one version of a layer into another (FORMAT section 4). */
#ifndef TONG_CORE_CHANGESET_H
#define TONG_CORE_CHANGESET_H

#include <stdint.h>

#include "core/hash.h"
#include "core/record.h"

struct tong__cs_group {
	const char **keys;     /* NULL-terminated; NULL when from is nothing */
	size_t n_keys;
	size_t new_len, old_len, size;
	struct tong__hash sha256;   /* of the frame */
};

struct tong__cs_head {
	char layer[TONG_MAX_ROLE_NAME];
	bool whole;                 /* from is nothing */
	struct tong__hash from, to, id;
	uint64_t to_length, to_records;
	struct tong__cs_group *groups;
	size_t n_groups;
	size_t head_len;            /* 12 + H: where the first frame starts */
	json_t *json;               /* owns the keys */
};

/* 12 + H of a file whose first 12 bytes are given; 0 with an error set when they are not a
 * changeset's. */
size_t tong__cs_head_len(const unsigned char first12[12], tong_error *);

/* Reads the head from the first head_len bytes and compares its id with 'id' (C2). */
int tong__cs_head_read(const void *bytes, size_t n, const struct tong__hash *id,
                       struct tong__cs_head *out, tong_error *);
void tong__cs_head_free(struct tong__cs_head *);

/* Where lines come from and go to: a store, or a layer in memory. */
struct tong__cs_target {
	void *user;
	/* Appends the old line with LF of 'key' to 'out'; nothing when the old layer has no such key.
	 * */
	int (*old_line)(void *user, const char *key, struct tong__buf *out, tong_error *);
	int (*put)(void *user, struct tong__str key, struct tong__str line, tong_error *);
	int (*del)(void *user, const char *key, tong_error *);
};

/* State between groups of a whole layer (the prefix of C4). Start with zeroes; free with
 * tong__cs_state_free. */
struct tong__cs_state {
	struct tong__buf before;    /* content of the group before */
	char last_key[TONG_MAX_KEY + 1];
	bool started;
};
void tong__cs_state_free(struct tong__cs_state *);

/* Verifies one group's frame (hash, sizes, keys, form, P7) and hands its lines to the target.
 * Groups go in order.
 * After the last one the caller compares the layer's identity with head->to (C7). */
int tong__cs_apply_group(const struct tong__cs_head *, size_t index, const void *frame, size_t n,
                         struct tong__cs_state *, const struct tong__cs_target *, tong_error *);

/* A whole changeset in memory onto a layer in memory: head and groups checked, C7 checked.
 * 'old' may be NULL for nothing. Appends the new layer to 'out'. For the publisher, tests and
 * tools. */
int tong__cs_apply(const void *bytes, size_t n, const struct tong__hash *id,
                   const char *old, size_t old_n, struct tong__buf *out, tong_error *);

#endif
