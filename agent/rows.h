/* Which item a row of the full text is of. */
#ifndef TONG_AGENT_ROWS_H
#define TONG_AGENT_ROWS_H

#include "agent/store.h"
#include "core/search_names.h"

struct tong__rows;

/* Reads the keys of all items and listings held. */
int tong__rows_new(struct tong__rows **out, struct tong__store *, const struct tong__names *,
				   tong_error *);
void tong__rows_free(struct tong__rows *);
/* The number of the item among the names; SIZE_MAX: none, or 'layer' is not NULL and the row is of
 * another region. */
size_t tong__rows_item(const struct tong__rows *, int64_t id, const char *layer);

#endif
