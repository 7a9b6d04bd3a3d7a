/* Tables of statistics: who stands beside whom, with how often one must go, what goes online, and
 * how much less than the law allows is promised. */
#ifndef TONG_CORE_PAGE_STATS_H
#define TONG_CORE_PAGE_STATS_H

#include "core/page.h"
#include "core/tally.h"

/* A table of departments into view.tables: 'groups' are counts by id, "" for who is not named. */
void tong__stats_agencies(struct tong__page *, const char *title, const json_t *groups);
/* Tables of the province's departments and of all regions, from the records figures/REGION. */
int tong__stats_regions(struct tong__page *);

#endif
