/* Where bytes come from: one interface over folders, bundles and web servers. Nothing that passes
 * here is trusted yet. */
#ifndef TONG_AGENT_SOURCE_H
#define TONG_AGENT_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/record.h"

struct tong__link;
struct tong__source;

struct tong__source_options {
	void *user;
	/* As tong_options.progress; NULL is fine. */
	int (*progress)(void *user, const char *file, uint64_t done, uint64_t total);
	uint64_t stall_seconds; /* fewer than 16 bytes a second for so long is a dead link; 0: 30 */
	uint64_t budget;        /* most bytes down in the source's life; 0: no limit */
	struct tong__link *link; /* what the operator allows on the network; NULL: all */
};

/* What a server said of a file's version, to be told back next time. Empty strings: nothing to
 * tell. */
struct tong__validator {
	char etag[136];
	char modified[40];
	bool same; /* out: the file is as it was; no byte was handed over */
};

/* Takes a file. 'begin' comes before the first byte and again when a source has to start over:
 * 'offset' is the place in the file of the byte that comes next. */
struct tong__sink {
	void *user;
	int (*begin)(void *user, uint64_t offset, tong_error *);
	int (*write)(void *user, const void *bytes, size_t n, tong_error *);
};

struct tong__get {
	const char *name; /* a path inside the repository */
	uint64_t offset;  /* what the caller already has */
	uint64_t ceiling; /* most bytes of the whole file; refused while they arrive (P4) */
	struct tong__validator *validator; /* NULL: unconditional */
	const struct tong__sink *sink;
	uint64_t until; /* bytes from here on are not wanted, if the source can leave them; 0: all */
	const char *post_type; /* NULL: a file is asked for; else these bytes are handed over */
	struct tong__str post;
};

struct tong__source_count {
	uint64_t requests, down, up; /* headers included */
};

/* 'where' is http://, https://, file://, git+URL#BRANCH, or the path of a folder or of a bundle. */
int tong__source_open(struct tong__source **out, const char *where,
					  const struct tong__source_options *, tong_error *);
/* One file. What a broken link cut off is asked for again from where it broke. TONG_E_ABSENT: the
 * source is fine, the file is not there. */
int tong__source_get(struct tong__source *, const struct tong__get *, tong_error *);
/* The same into memory; the buffer's ceiling is the file's. */
int tong__source_read(struct tong__source *, const char *name, struct tong__validator *,
					  struct tong__buf *out, tong_error *);
/* Hands bytes over, as often as a broken link wants it, and reads the answer into memory: for what
 * may arrive twice. Only over http:// and https://. */
int tong__source_post(struct tong__source *, const char *name, const char *type, struct tong__str,
					  struct tong__buf *out, tong_error *);
void tong__source_close(struct tong__source *);
struct tong__source_count tong__source_count(const struct tong__source *);

/* Does it cost the network anything? */
bool tong__source_on_network(const struct tong__source *);

/* As it may be told: without the password of a URL that holds one. Returns out. */
#define TONG_SOURCE_SHOWN 1200
const char *tong__source_shown(const char *where, char out[TONG_SOURCE_SHOWN]);

/* Is this a URL (not a path)? */
bool tong__source_is_url(const char *where);

/* ---- for the kinds of sources only ---- */

/* The link broke or the server was busy, and a second try may do better. */
struct tong__retry {
	bool wanted;
	unsigned long after; /* seconds that the server asked for; 0: none */
};

struct tong__source_kind {
	const char *prefix; /* of 'where'; NULL ends the table, "" fits all */
	int (*open)(void **state, const char *where, const struct tong__source_options *, tong_error *);
	/* One attempt. Counts into *count; sets *again, which comes as zero. */
	int (*get)(void *state, const struct tong__get *, struct tong__source_count *count,
			   struct tong__retry *again, tong_error *);
	void (*close)(void *state);
	bool network;
};

extern const struct tong__source_kind tong__source_http, tong__source_https;
extern const struct tong__source_kind tong__source_file_url, tong__source_dir, tong__source_bundle;
extern const struct tong__source_kind tong__source_git;
/* The program that fetches branches, where it is installed; false: it is not. */
bool tong__git_helper(char out[4096]);

#endif
