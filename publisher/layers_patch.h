/* The layers of a commit from those of an earlier one, when little but the text of some items lies
 * between them. */
#ifndef TONG_PUBLISHER_LAYERS_PATCH_H
#define TONG_PUBLISHER_LAYERS_PATCH_H

#include "publisher/layers.h"

/* What the layers of a commit were made from, for tong__layers_patch; NULL when that cannot be said
 * again (files on disk) or memory is out. */
json_t *tong__layers_source(struct tong__tree *);

/*
 * 'past' are the layers of the commit that 'source' tells of, made by this program of a catalogue
 * without errors. *out are those that tong__layers_build would make of the tree: it takes over what
 * did not change and leaves past without it. *out is NULL, and past whole, when everything must be
 * read: anything but items changed, an item came or went, or changed what the others ask of it
 * (heads.h), or there is an error, which the whole check then reports.
 */
int tong__layers_patch(struct tong__layers **out, struct tong__layers *past, const json_t *source,
                       struct tong__tree *, const char *site_dir, tong_error *);

#endif
