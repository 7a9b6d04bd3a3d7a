/* A changeset on its way: a file that holds what came, verified frame by frame as it comes (FORMAT
 * C2, promise P10). */
#ifndef TONG_AGENT_PART_H
#define TONG_AGENT_PART_H

#include "agent/source.h"
#include "core/changeset.h"
#include "core/tuf.h"

struct tong__part;

/* DIR/ID.part for this change of this layer; what an earlier try left there is verified and kept.
 */
int tong__part_open(struct tong__part **out, const char *dir, const struct tong__layer_target *,
					const struct tong__layer_change *, tong_error *);
bool tong__part_complete(const struct tong__part *);
uint64_t tong__part_have(const struct tong__part *); /* bytes on disk */
/* Takes the bytes that come next. TONG_E_HASH when they are not the ones signed; what was good
 * stays. */
int tong__part_add(struct tong__part *, const void *, size_t, tong_error *);
/* A sink that adds to the part. */
struct tong__sink tong__part_sink(struct tong__part *);
/* After the last byte: TONG_E_FORMAT when something is missing. */
int tong__part_done(struct tong__part *, tong_error *);

const struct tong__cs_head *tong__part_head(const struct tong__part *);
/* The frame of a group of a complete part, appended. */
int tong__part_frame(struct tong__part *, size_t index, struct tong__buf *out, tong_error *);
/* Forgets what came: it cannot be used. */
int tong__part_reset(struct tong__part *, tong_error *);
void tong__part_close(struct tong__part *);

/* Did an earlier try leave some in 'dir'? */
bool tong__parts_exist(const char *dir);
/* Removes all parts in 'dir': they are in the store now, or of no use any more. */
void tong__parts_remove(const char *dir);

#endif
