/* Publishing the site: only pages that depend on what changed are rendered, only files that differ
 * are written, and readers see the old site or the new one. */
#ifndef TONG_PUBLISHER_SITE_WRITE_H
#define TONG_PUBLISHER_SITE_WRITE_H

#include "publisher/layers.h"
#include "publisher/site_gen.h"

struct tong__site_report {
	size_t pages, rendered, written, removed;
	uint64_t bytes;              /* of all pages */
};

/* What is to be published. */
struct tong__publication {
	const struct tong__layers *layers;
	/* What makes pages besides records: where it differs, everything is rendered. NULL: never the
	 * same. */
	const char *builder;
	const json_t *source;        /* kept as "source" of tong__gen_past; may be NULL */
	const char *const *regions;  /* limits the pages below /regions/; NULL-ended; NULL: all */
	unsigned threads;            /* 0: one per processor */
	bool once;                   /* nothing is kept or prepared for a next publish */
	int (*progress)(void *user, size_t done, size_t total);
	void *user;
};

/* After a failure the folder shows what it showed before. */
int tong__site_write(struct tong__gen *, const struct tong__publication *,
                     struct tong__site_report *, tong_error *);

#endif
