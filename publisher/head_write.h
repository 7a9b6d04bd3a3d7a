/* Writing heads: one file that brings a whole update (FORMAT section 6). */
#ifndef TONG_PUBLISHER_HEAD_WRITE_H
#define TONG_PUBLISHER_HEAD_WRITE_H

#include "publisher/release_repo.h"

/* Writes heads/all and one head per region with a layer, from what is in force and the snapshot
 * before it. Not synced: a head that a crash spoils is a missing head (H3), and the next run of
 * tong__heads_stand finds it. */
int tong__heads_write(struct tong__repo *, tong_error *);

/* Do all heads carry the timestamp in force? */
bool tong__heads_stand(const struct tong__repo *);

#endif
