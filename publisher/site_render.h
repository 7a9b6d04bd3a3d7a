/* Rendering the chosen pages with threads, each page that differs into the next generation. */
#ifndef TONG_PUBLISHER_SITE_RENDER_H
#define TONG_PUBLISHER_SITE_RENDER_H

#include "publisher/site_pages.h"
#include "publisher/site_write.h"

struct tong__render {
	const struct tong__publication *job;
	const struct tong__site *site;   /* each thread opens one that shares with it */
	struct tong__gen *gen;
	struct tong__pages *pages;   /* of now; what they depend on is learnt */
	const struct tong__pages *shown;   /* of the folder as it is; NULL: nothing is there */
	const unsigned char *chosen; /* a byte for each page; NULL: all */
	unsigned char *differs;      /* set for each page that was written */
	const char *next;            /* path of the next generation; NULL until it is needed */
	const char *twin;            /* of a folder that gets all its files too, or NULL */
	struct tong__site_report *report;
};

int tong__render_pages(struct tong__render *, tong_error *);
/* Begins the next generation unless that was done. */
int tong__render_begin(struct tong__render *, tong_error *);

#endif
