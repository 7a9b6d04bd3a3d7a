/* Memory of JSON values for a program that makes and drops them by the million. */
#ifndef TONG_PUBLISHER_JSON_POOL_H
#define TONG_PUBLISHER_JSON_POOL_H

/* From now on jansson takes its memory from pools, one a thread, and gives it back to them; the
 * process keeps it. To be called first thing, by a program only. What json_dumps returns must not
 * be given to free() then: tests/rules/calls.txt keeps it out. */
void tong__json_pool(void);

#endif
