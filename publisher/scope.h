/* Who may edit what: scope.csv at the root of the catalogue (S10). */
#ifndef TONG_PUBLISHER_SCOPE_H
#define TONG_PUBLISHER_SCOPE_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/err.h"

struct tong__scope;
struct tong__table;

extern const char *const tong__scope_columns[];   /* ends with NULL */
/* What is wrong with a row: the column with the fault, with *wanted what would be right; NULL when
 * nothing is. */
const char *tong__scope_fault(const struct tong__table *, size_t row, const char **wanted);

/* TONG_E_FORMAT names the line: an unreadable table must not open or close the gate. */
int tong__scope_read(struct tong__scope **out, const char *text, size_t n, tong_error *);
void tong__scope_free(struct tong__scope *);

/* Has this author ("ma@example.cn", or the name that the host knows) a row that covers the
 * path? NULL: no scope file, everyone may edit everything. */
bool tong__scope_allows(const struct tong__scope *, const char *author, const char *path);
/* The paths that this author may edit, "、" between them; nothing when there are none. */
void tong__scope_paths(const struct tong__scope *, const char *author, struct tong__buf *out);

#endif
