/* Signatures of one file: who is entitled, who has signed, who is still missing (FORMAT T5). */
#ifndef TONG_PUBLISHER_SIGNATURES_H
#define TONG_PUBLISHER_SIGNATURES_H

#include "publisher/keys.h"

/* A role's entry in root or in delegations; all borrowed. A root has two judges: the root before it
 * and itself. */
struct tong__judge {
	const json_t *role; /* {keyids, threshold} */
	const json_t *keys; /* id -> key object */
};

/* How many of the judge's keys have signed the body: distinct ones, with a signature that is good.
 */
size_t tong__judge_count(const struct tong__judge *, const json_t *body, const json_t *signatures);
size_t tong__judge_threshold(const struct tong__judge *);
bool tong__judge_lists(const struct tong__judge *, const char *id);
/* Is it content with the file's bytes? */
bool tong__judge_accepts(const struct tong__judge *, struct tong__str file);
/* How many of its keys can sign here. */
size_t tong__judge_at_hand(const struct tong__judge *, const struct tong__keys *, bool now);

/* Adds signatures of keys at hand to 'signatures', as many as the judges want and no more. Whether
 * that is enough tells tong__signed. */
int tong__sign(const json_t *body, const struct tong__judge *, size_t n, struct tong__keys *,
			   json_t *signatures, tong_error *);
bool tong__signed(const json_t *body, const struct tong__judge *, size_t n,
				  const json_t *signatures);
/* Adds one entry {keyid, sig} when a judge lists its key, it is good, and it is not there yet;
 * *added tells. */
int tong__signature_add(const json_t *body, const struct tong__judge *, size_t n, json_t *entry,
						json_t *signatures, bool *added, tong_error *);

/* "2.root.json: 1 of 2, still to sign: zhang, 3f2a9c01…": appended for the first judge that is not
 * content; 'signatures' NULL: as if every key at hand had signed. */
void tong__lack(const char *file, const json_t *body, const struct tong__judge *, size_t n,
				const json_t *signatures, const struct tong__keys *, struct tong__buf *out);

#endif
