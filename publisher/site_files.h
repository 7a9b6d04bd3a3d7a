/* The files of one site folder, by path inside it; no link on the way is followed. */
#ifndef TONG_PUBLISHER_SITE_FILES_H
#define TONG_PUBLISHER_SITE_FILES_H

#include "core/buf.h"
#include "core/err.h"
#include "core/limits.h"

#define TONG__MAX_FILE (TONG_MAX_URL + 16)

struct tong__folder;

/* An open folder; one thread's own. Closed: {.root = -1}. */
struct tong__files {
	const char *folder;          /* borrowed, for messages */
	int root;
	size_t most;                 /* folders that all may keep open together */
	struct tong__folder *kept;   /* folders below it that stay open: pages come back to them */
};

int tong__files_open(struct tong__files *, const char *folder, tong_error *);
void tong__files_close(struct tong__files *);

/* Is the file there, with exactly these bytes? 'room' is memory to read into. Any doubt is a no. */
bool tong__files_same(struct tong__files *, const char *file, const struct tong__buf *bytes,
                      struct tong__buf *room);
/* A new file of this name; one that was there is taken out of the folder first and not written to:
 * it may have another name elsewhere (a hard link). 'twin', unless NULL: a folder that nobody else
 * writes to; there the file gets a second name, as by tong__files_share. */
int tong__files_put(struct tong__files *, struct tong__files *twin, const char *file,
                    const struct tong__buf *bytes, tong_error *);
/* Removes it and the folders above it that became empty; what is not there is no fault. */
int tong__files_drop(struct tong__files *, const char *file, tong_error *);
/* The file becomes that of 'from': a hard link, or a copy where there are none. It goes when 'from'
 * has none. */
int tong__files_share(struct tong__files *, struct tong__files *from, const char *file,
                      tong_error *);

#endif
