/* Which files a site has, and which it had: the list of pages and the manifest .tong-pages. */
#ifndef TONG_PUBLISHER_SITE_PAGES_H
#define TONG_PUBLISHER_SITE_PAGES_H

#include "core/site.h"

struct tong__page_file {
	char *url; /* NULL in a list from a manifest */
	char *file;
};

struct tong__pages {
	struct tong__page_file *at;
	size_t n, cap;
};
void tong__pages_free(struct tong__pages *);

/* Every page of the reader in the order of its URLs; below /regions/ only those of 'regions'
 * (NULL-ended; NULL: all). */
int tong__pages_list(struct tong__pages *out, const struct tong__site *,
                     const struct tong__reader *, const char *const *regions, tong_error *);

/* The manifest of the last run; empty when there is none. */
int tong__pages_old(struct tong__pages *out, const char *folder, tong_error *);

/* Writes the manifest: the files of 'pages', and of 'before' when that is not NULL. */
int tong__pages_save(const char *folder, const struct tong__pages *,
                     const struct tong__pages *before, tong_error *);

/* Removes the files of 'before' that are not in 'pages', and folders that are empty then. */
int tong__pages_remove_stale(const char *folder, const struct tong__pages *,
                             const struct tong__pages *before, size_t *removed, tong_error *);

#endif
