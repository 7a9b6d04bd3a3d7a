/* The release as it came, kept in DIR/relay for the levels below: the same signed files, byte for
 * byte, of the regions that this node holds (FORMAT section 5).
 *
 * Whoever reads them trusts nothing here: they pass the same rules again. All the same only
 * verified bytes are put there (P2). Files of one release are in place before its timestamp.json;
 * those of the release before stay until the next, for nodes in the middle of an update. */
#ifndef TONG_AGENT_RELAY_H
#define TONG_AGENT_RELAY_H

#include "agent/sync.h"

/* Does this store keep one? */
bool tong__relay_on(struct tong__store *);
/* DIR/relay/NAME; false when that is too long. */
bool tong__relay_path(const char *dir, const char *name, char *out, size_t max);

/* A changeset that was applied goes there instead of away. */
void tong__relay_take(const struct tong__sync *, const struct tong__sync_layer *);

/* Brings the folder to the release that the store holds. What the update did not bring is asked of
 * the source: the ways from the last few versions, heads, older roots. The changeset from nothing
 * is made of the records when that gives the signed bytes, else fetched too. */
int tong__relay_update(struct tong__sync *, tong_error *);

/* ---- relay_kept.c: DIR/relay/kept.json, what was put there ---- */

/* {"release":N,"timestamp":hash,"files":{NAME:true…},"history":{"N":{LAYER:identity…}…}}, a new
 * reference; an empty object when there is none or it cannot be read. */
json_t *tong__relay_kept(const char *dir);
/* A file of the folder, in place of what 'out' holds. */
int tong__relay_file(const char *dir, const char *name, struct tong__buf *out, tong_error *err);
/* The root under which the folder was written. The store's may be newer: that one is kept whatever
 * became of the sync that brought it. */
int tong__relay_root(const char *dir, const json_t *kept, struct tong__buf *out, tong_error *err);
int tong__relay_kept_write(const char *dir, const json_t *, tong_error *);
/* Nothing is handed on any more. */
void tong__relay_remove(const char *dir);
/* Removes the files that are in neither set (objects NAME: true). */
void tong__relay_sweep(const char *dir, const json_t *now, const json_t *before);

#endif
