/* Inside the generations: the folder beside the site, and how it is put in order. */
#ifndef TONG_PUBLISHER_SITE_HOME_H
#define TONG_PUBLISHER_SITE_HOME_H

#include "publisher/site_gen.h"

/* Of the note: another number is another format, and such a site is published anew. */
#define TONG__MAX_NOTE (64u << 20)   /* names of a few thousand files and layers */
#define TONG__GEN_FORMAT 1

struct tong__gen {
	char *out, *home;            /* the folder that is shown; ours beside it */
	/* below home: being made, about to be shown, on the way out, kept; the note, the next note */
	char *work, *next, *old, *spare, *twin, *file, *coming;
	int lock;
	bool has_spare;              /* and it is what the note says */
	bool has_twin;               /* of 'work': it becomes the spare */
	bool anew;                   /* what is shown is not known file by file: nothing comes of it */
	json_t *doc;                 /* the note of what is shown; NULL: nothing of ours */
};

/* A tree of ours, links in it not followed. What is not there is no fault. */
int tong__gen_remove(const char *path, tong_error *);

#endif
