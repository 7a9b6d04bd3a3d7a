/* The content of a release: layers and changesets, written before any metadata names them. */
#ifndef TONG_PUBLISHER_RELEASE_CONTENT_H
#define TONG_PUBLISHER_RELEASE_CONTENT_H

#include "publisher/release_plan.h"

/* Writes a changed layer, its changeset from nothing, and those from its last 'keep' versions that
 * are shorter; fills p->changesets and adds their number to *made. */
int tong__content_write(struct tong__repo *, struct tong__plan_role *, unsigned keep, size_t *made,
                        tong_error *);

/* After a release is in force: removes layers, changesets and heads that no metadata in force names
 * (T7). The whole-layer changesets of the last 'keep' versions and the layer before stay. 'r' is
 * what is in force. */
int tong__content_clean(const struct tong__repo *, unsigned keep, tong_error *);

#endif
