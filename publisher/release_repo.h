/* A release repository as it stands in its folder: verified, read and written (FORMAT section 5).
 */
#ifndef TONG_PUBLISHER_RELEASE_REPO_H
#define TONG_PUBLISHER_RELEASE_REPO_H

#include "core/repo_name.h"
#include "core/tuf.h"

struct tong__repo {
	const char *dir;
	const char *stage;         /* a folder laid over it (S1): written to, read first; NULL: none */
	struct tong__str root;     /* the pinned one, borrowed */
	int lock;                  /* the open folder: one writer at a time */
	struct tong__trust *trust; /* what is in force; the root only while that is nothing */
	bool empty;                /* nothing is in force yet */
	unsigned long timestamp, snapshot; /* versions in force, 0 for none */
	/* The newest root there is. Later than the trusted one when a run was cut between a root that
	 * withdraws keys and what the new keys sign: then nothing is in force under it yet. */
	struct tong__buf newest;
	unsigned long newest_version;
	json_t *versions;    /* role -> version, as snapshot lists them; empty object for none */
	json_t *delegations; /* of targets, NULL for none */
	uint64_t written;    /* bytes put so far */
};

/* Locks the folder, which must be there, and loads it. A repository of other keys or a damaged one
 * is refused; nothing is written. */
int tong__repo_open(struct tong__repo *, const char *dir, struct tong__str root, tong_error *);
void tong__repo_close(struct tong__repo *);

/* Walks the metadata as a client does, from the pinned root to every role. 'timestamp' is what the
 * walk shall find as timestamp.json; with p NULL it is the file. 'now' 0: what is expired is no
 * fault, for it is to be renewed. */
int tong__repo_load(struct tong__repo *, struct tong__str timestamp, int64_t now, tong_error *);

/* The "signed" part of trusted bytes or of a file, new reference. */
int tong__signed_part(struct tong__str bytes, const char *subject, json_t **out, tong_error *);

/* A file of the repository by its name, read up to a ceiling or written whole (P1). */
int tong__repo_get(const struct tong__repo *, const char *name, struct tong__buf *, tong_error *);
int tong__repo_put(struct tong__repo *, const char *name, struct tong__str bytes, tong_error *);
/* Is there a file of this length? Its bytes are not looked at: nodes do, and every release would
 * read everything. */
bool tong__repo_has(const struct tong__repo *, const char *name, uint64_t length);

unsigned long tong__repo_version(const struct tong__repo *, const char *role); /* 0: never seen */
/* The i-th layer's role, sorted; NULL past the end. */
const char *tong__repo_role(const struct tong__repo *, size_t i);
/* The entry of a role in 'delegations' (borrowed), or NULL. */
json_t *tong__repo_delegation(const struct tong__repo *, const char *role);

/* What is in force of a layer, the older ways included (T8). A list that is not there or not the
 * one signed is an error; tong__repo_older adds it to what tong__trust_layer told. */
int tong__repo_layer(const struct tong__repo *, const char *layer, struct tong__layer_target *out,
					 tong_error *);
int tong__repo_older(const struct tong__repo *, struct tong__layer_target *, tong_error *);

/* Role -> version out of the 'signed' part of a snapshot, into the object 'out'. */
void tong__repo_read_versions(const json_t *snapshot, json_t *out);

/* A layer as it once was. */
struct tong__repo_past {
	struct tong__hash sha256, whole; /* whole: id of the changeset from nothing */
	uint64_t whole_length;
};
/* From the role's metadata of one version; false when that is not to be had. */
bool tong__repo_past(const struct tong__repo *, const char *role, unsigned long version,
					 struct tong__repo_past *out);
/* The last 'max' different versions of a layer, newest first, from the metadata that is kept (T7).
 * Metadata of old versions is not verified: it is used as a hint where bytes are found, and what is
 * found there is verified against its own hash. */
size_t tong__repo_history(const struct tong__repo *, const char *role, struct tong__repo_past *out,
						  size_t max);
/* Appends the bytes of such a layer. */
int tong__repo_past_bytes(const struct tong__repo *, const char *layer,
						  const struct tong__repo_past *, struct tong__buf *, tong_error *);

#endif
