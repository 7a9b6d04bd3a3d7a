/* The site: every page of the layers to a folder, only what differs, stale files removed. */
#ifndef TONG_PUBLISHER_SITE_WRITE_H
#define TONG_PUBLISHER_SITE_WRITE_H

#include "publisher/layers.h"

struct tong__site_report {
	size_t pages, written, removed;
	uint64_t bytes;
};

/* Renders with 'threads' threads (0: one per processor). 'regions' limits the pages below /regions/
 * (NULL-ended; NULL: all). Files are rewritten only when their bytes differ; a manifest
 * (.tong-pages) lets pages of the last run that are gone be removed. */
int tong__site_write(const struct tong__layers *, const char *out, const char *const *regions,
                     unsigned threads, int (*progress)(void *user, size_t done, size_t total),
                     void *user, struct tong__site_report *, tong_error *);

#endif
