/* Bodies made shorter for the way. */
#ifndef TONG_AGENT_SERVE_PRESS_H
#define TONG_AGENT_SERVE_PRESS_H

#include "agent/serve_cache.h"
#include "core/buf.h"

struct tong__press;

struct tong__press *tong__press_new(void); /* NULL when memory is out */
void tong__press_free(struct tong__press *);

/* The same page in 'coding', with a tag of its own; held anew. The page itself when its kind gains
 * nothing (pictures), it is too short to gain, or memory is out. */
struct tong__body *tong__press(struct tong__press *, struct tong__body *, enum tong__coding);

#endif
