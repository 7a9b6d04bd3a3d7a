/* The history of items, taken from Git in one walk: who changed what when, in plain words. */
#ifndef TONG_PUBLISHER_HISTORY_H
#define TONG_PUBLISHER_HISTORY_H

#include <jansson.h>

#include "publisher/tree.h"

/* *out: object CODE -> [{"date":"2026-11-23","commit":"<12 hex>","what":["首次收录"]}…], newest first,
 * with "diff" where texts were changed (FORMAT L5 change/CODE), for every item file that ever
 * existed; *retired: object CODE -> name under which an item's file was last removed, also when the
 * code came back (promise P8). A working tree's uncommitted changes have no entry. At the edge of a
 * shallow clone no entry is invented. New references. */
int tong__history_read(struct tong__tree *, json_t **out, json_t **retired, tong_error *);

/* Only *retired: without telling what changed it is quick. */
int tong__history_retired(struct tong__tree *, json_t **retired, tong_error *);

/* The same of one item, without reading what happened to the others, and without listing the files
 * of the commit. *shallow: the clone is a shallow one, and what is older is not here. */
struct tong__git;
int tong__history_of(struct tong__git *, const char *folder, const char *code, json_t **log,
                     json_t **retired, bool *shallow, tong_error *);

/* What changed between two item files (either may be NULL), as short Chinese sentences: "承诺时限 10
 * → 5 个工作日". New reference. */
json_t *tong__history_words(const char *old_text, size_t old_n, const char *new_text, size_t new_n);

#endif
