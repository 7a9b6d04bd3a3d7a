/* What hangs on a thing: the guides that name a law, material or theme, and the regions that
 * list an item or an agency. */
#ifndef TONG_PUBLISHER_IMPACT_H
#define TONG_PUBLISHER_IMPACT_H

#include <jansson.h>

#include "publisher/tree.h"

struct tong__impact;

struct tong__impact *tong__impact_new(void);   /* NULL when memory is out */
void tong__impact_free(struct tong__impact *);

/* Asks about one thing; 'kind' is law, material, theme, agency or item, others are passed over.
 * The same thing may be asked for twice. False when memory is out. */
bool tong__impact_ask(struct tong__impact *, const char *kind, const char *id);
/* Reads what can hang on the things asked for, once for all of them: items are parsed only if
 * one of the ids stands in them. */
int tong__impact_run(struct tong__impact *, struct tong__tree *, tong_error *);
/* New reference: {items[{code, name, how[]}], regions[{code, name, rows}], levels{县（市、区）: n,
 * …}}, sorted by code; empty members are left out, and NULL stands for nothing at all. */
json_t *tong__impact_of(const struct tong__impact *, const char *kind, const char *id);

#endif
