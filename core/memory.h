/* Whether memory failed during a call, where the one that failed could not say so. */
#ifndef TONG_CORE_MEMORY_H
#define TONG_CORE_MEMORY_H

#include <stdbool.h>

/* A tree that lost a member for lack of memory is a tree all the same: jansson's setters and
 * constructors are used in hundreds of places that build answers, and an answer with a hole is
 * worse than none. So each of them notes its failure (core/noted.h), as do buffers and
 * tong__fail_nomem, and who gives an answer away asks. One flag for each thread. */
void tong__memory_note(void);
void tong__memory_forget(void);
bool tong__memory_failed(void);

#endif
