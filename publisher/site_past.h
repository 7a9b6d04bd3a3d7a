/* The layers of the last publish: kept beside the site, and compared with those of now. */
#ifndef TONG_PUBLISHER_SITE_PAST_H
#define TONG_PUBLISHER_SITE_PAST_H

#include "publisher/layers.h"
#include "publisher/site_deps.h"
#include "publisher/site_gen.h"

/* The layers that the last publish kept, read in place. *out is NULL when they are not all
 * there. */
int tong__past_layers(struct tong__layers **out, const struct tong__gen *, tong_error *);
/* Writes the layers down where tong__past_keep would, and lets go of their memory: from now on the
 * files are the layers. Of a province they are more than everything else that publishing needs. */
int tong__past_settle(const struct tong__gen *, struct tong__layers *, tong_error *);
/* One of them, as soon as it is made. */
int tong__past_settle_one(const struct tong__gen *, struct tong__layer *, tong_error *);
/* Keeps layers for the next: 'noted' is filled with what tong__past_layers needs of the note,
 * 'names' with the files. */
int tong__past_keep(const struct tong__gen *, const struct tong__layers *, json_t *noted,
                    json_t *names, tong_error *);
/* The records in which two sets of layers differ, and those derived from them (L9). */
int tong__past_changes(struct tong__changed *, const struct tong__layers *past,
                       const struct tong__layers *now, tong_error *);

#endif
