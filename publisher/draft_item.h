/* Inside new items: the front matter from answers. */
#ifndef TONG_PUBLISHER_DRAFT_ITEM_H
#define TONG_PUBLISHER_DRAFT_ITEM_H

#include "publisher/model.h"

/* *out: the front matter, a new reference. Codes that are or ever were in use are refused (P8). */
int tong__draft_item(json_t **out, const json_t *answers, const struct tong__model *, tong_error *);

#endif
