/* Every page of the store carries a sum of its bytes, so that a flipped bit is found when it is
 * read, wherever it is (promise P2). */
#ifndef TONG_AGENT_STORE_SUM_H
#define TONG_AGENT_STORE_SUM_H

#include <stdbool.h>
#include <stdint.h>

#include <sqlite3.h>

#define TONG_PAGE     4096
#define TONG_PAGE_SUM 24 /* bytes kept at a page's end; no flip of one bit makes the header say 0 */

struct tong__sums;

/* A file system for SQLite of this one store: as the machine's own, with sums. It is known to
 * SQLite under its name between open and close of this call's pair only; a connection that it
 * opened may outlive 'hide'. NULL: no memory. */
struct tong__sums *tong__sums_new(void);
const char *tong__sums_name(const struct tong__sums *);
void tong__sums_hide(struct tong__sums *);
void tong__sums_free(struct tong__sums *); /* after the connection is closed; NULL is fine */

/* Is this page, the 'number'th from 1, as it was written? A page of zeroes was never written. */
bool tong__page_sound(const unsigned char page[TONG_PAGE], uint32_t number);
/* Does a database file with this first page carry sums? */
bool tong__page_has_sums(const unsigned char first[TONG_PAGE]);

#endif
