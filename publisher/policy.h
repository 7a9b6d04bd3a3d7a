/* Who signs what: the keys and roles of root and of the delegations, and changes to them. */
#ifndef TONG_PUBLISHER_POLICY_H
#define TONG_PUBLISHER_POLICY_H

#include "publisher/signatures.h"

#define TONG_POLICY_KEYS 16 /* named in one command */

struct tong__policy {
	json_t *root;        /* {keys, roles}: root, targets, snapshot, timestamp */
	json_t *delegations; /* {keys, roles[]}: one for each layer (T2) */
};

/* Copies of both, so that they can be changed. 'delegations' NULL: none yet. */
int tong__policy_read(struct tong__policy *, const json_t *root_body, const json_t *delegations,
					  tong_error *);
void tong__policy_free(struct tong__policy *);

/* Who signs a role, top-level or a layer's; .role is NULL when nobody was named. */
struct tong__judge tong__policy_judge(const struct tong__policy *, const char *role);

enum tong__policy_act {
	TONG_POLICY_NONE,
	TONG_POLICY_SET,     /* role: these keys, this threshold; no keys: the threshold only */
	TONG_POLICY_REPLACE, /* wherever old_id is named, keys[0] takes its place */
	TONG_POLICY_REMOVE,  /* old_id is named no more */
};
struct tong__policy_change {
	enum tong__policy_act act;
	const char *role;
	size_t threshold; /* 0: as it is */
	const struct tong__keys_key *keys[TONG_POLICY_KEYS];
	size_t n_keys;
	char old_id[TONG_HEX];
};
/* TONG_E_USAGE when the change would leave a role that nobody can sign, or changes nothing; the
 * policy is then to be thrown away. */
int tong__policy_apply(struct tong__policy *, const struct tong__policy_change *, tong_error *);

/* A layer that nobody was named for goes to this key. */
int tong__policy_delegate(struct tong__policy *, const char *layer, const struct tong__keys_key *,
						  tong_error *);
/* Only the delegations of these layers stay, in this order; NULL ends the list. */
int tong__policy_keep(struct tong__policy *, const char *const layers[], tong_error *);
/* The roles that name a key, "root, base, r511602…" of at most 'max' names, appended. */
void tong__policy_roles_of(const struct tong__policy *, const char *id, struct tong__buf *out);

#endif
