/* Independent jobs over all processors. */
#ifndef TONG_PUBLISHER_PARALLEL_H
#define TONG_PUBLISHER_PARALLEL_H

#include <stddef.h>

#include "core/err.h"

/* Calls fn(arg, i) for each i below n, in no order, on as many threads as there are processors (8
 * at most), and returns when all are done. No job is begun after one failed; of several failures
 * the one with the least i is reported. Threads that cannot be had are done without. */
int tong__parallel(size_t n, int (*fn)(void *arg, size_t i, tong_error *), void *arg, tong_error *);

#endif
