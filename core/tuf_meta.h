/* One metadata file in memory: what its bytes say, before and after the rules of tuf.h have judged
 * it.
 *
 * Bytes from outside pass three doors, in this order: tong__meta_open (strict JSON, signatures in
 * shape), tong__meta_verify (a threshold of them is good), tong__meta_body (every member has its
 * type). Nothing of the body but its JSON syntax is looked at before somebody trusted has signed
 * it. */
#ifndef TONG_CORE_TUF_META_H
#define TONG_CORE_TUF_META_H

#include "core/noted.h"
#include <stdint.h>

#include "core/err.h"
#include "core/hash.h"
#include "core/key.h"
#include "core/limits.h"

enum tong__meta_type { TONG_META_ROOT, TONG_META_TIMESTAMP, TONG_META_SNAPSHOT, TONG_META_TARGETS };

/* A key of root's or delegations' "keys", sorted by id. */
struct tong__meta_key {
	const char *id;
	struct tong__key *key; /* NULL: of a type made for newer readers, counts for nothing */
};

/* Who may sign a role: one of root's, or a delegation. */
struct tong__meta_role {
	const char *name;
	json_int_t threshold;
	size_t *keys, n_keys;                     /* places in the file's keys */
	const json_t *paths, *path_hash_prefixes; /* one of them, in a delegation */
	bool terminating;
};

struct tong__meta {
	enum tong__meta_type type;
	char role[TONG_MAX_ROLE_NAME];
	char *bytes; /* as received */
	size_t n;
	json_t *json;
	const json_t *body; /* "signed" */
	unsigned long version;
	int64_t expires;             /* seconds since 1970 UTC */
	bool consistent;             /* root */
	struct tong__meta_key *keys; /* root and targets */
	size_t n_keys;
	struct tong__meta_role *roles;
	size_t n_roles;
};

/* What timestamp says of snapshot, or snapshot of a targets role. */
struct tong__meta_file {
	unsigned long version;
	uint64_t length;
	bool has_length;
	const json_t *hashes; /* NULL: not listed */
};

const char *tong__meta_type_name(enum tong__meta_type);
size_t tong__meta_ceiling(enum tong__meta_type);

int tong__meta_open(struct tong__meta **out, enum tong__meta_type, const char *role, const void *,
					size_t, tong_error *);
/* 'section' is the specification's, for messages. */
int tong__meta_verify(const struct tong__meta *, const struct tong__meta *delegator,
					  const char *section, tong_error *);
int tong__meta_body(struct tong__meta *, tong_error *);
void tong__meta_free(struct tong__meta *);
/* Leaves bytes, version and date; what they said of keys, roles and files is forgotten. */
void tong__meta_lean(struct tong__meta *);

/* The delegation (or root's entry) for 'role'; NULL when there is none. */
const struct tong__meta_role *tong__meta_role(const struct tong__meta *, const char *role);
/* "meta" entry of ROLE.json; false when there is none. */
bool tong__meta_file(const struct tong__meta *, const char *role, struct tong__meta_file *out);
/* Length and hashes as listed: every known one must be equal, and one at least must be known. */
int tong__meta_matches(const struct tong__meta_file *, const char *role, const void *, size_t,
					   const char *section, tong_error *);

/* Reading root's and targets' "keys" and "roles" (tuf_keys.c). 'object' is what holds them. */
int tong__meta_root_roles(struct tong__meta *, tong_error *);
int tong__meta_delegations(struct tong__meta *, const json_t *object, tong_error *);

/* Small checks shared by the readers; each fills 'err' with what was wanted of which member. */
int tong__meta_bad(const struct tong__meta *, tong_error *, const char *member, const char *wanted);
bool tong__meta_int_in(const json_t *, json_int_t least, json_int_t most);
bool tong__meta_hex(const char *, size_t least, size_t most);
#define TONG_META_INT_MAX ((json_int_t)1 << 53) /* what every JSON reader can hold */

#endif
