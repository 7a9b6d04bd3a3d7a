/* Where the values of a document stand: a line and column for every member, kept beside the JSON
 * values. */
#ifndef TONG_PUBLISHER_MARKS_H
#define TONG_PUBLISHER_MARKS_H

#include "publisher/doc.h"

struct tong__marks;

struct tong__marks *tong__marks_new(void);
void tong__marks_free(struct tong__marks *);
/* A container is complete: it stands at 'at', its members, in their order, at 'members'. False:
 * out of memory. */
bool tong__marks_add(struct tong__marks *, const json_t *container, struct tong__mark at,
                     const struct tong__mark *members, size_t n);
/* After the last addition, before the first look-up. */
void tong__marks_sort(struct tong__marks *);
struct tong__mark tong__marks_find(const struct tong__marks *, const json_t *container,
                                   const char *key, size_t index);

#endif
