/* Inside the preview's store: what was read, and the groups of records made of it so far. */
#ifndef TONG_PUBLISHER_PREVIEW_STORE_H
#define TONG_PUBLISHER_PREVIEW_STORE_H

#include "publisher/preview.h"
#include "publisher/records.h"

/* Records made together: a layer of its own and its reader. */
struct tong__preview_group {
	struct tong__layers layers;
	struct tong__layer layer;
	struct tong__reader reader;
	bool made;
};

#define TONG_PREVIEW_KINDS 16

/* The records of one item or one region. */
struct tong__preview_one {
	char name[64]; /* code, or region code */
	struct tong__preview_group group;
	struct tong__preview_one *next;
};

struct tong__preview_store {
	struct tong__tree *tree;
	struct tong__model *model;
	struct tong__findings *form;
	const char *site_dir;
	bool complete;
	struct tong__preview_group groups[TONG_PREVIEW_KINDS], site;
	struct tong__preview_one *items, *regions;
};

/* ---- preview_groups.c ---- */

/* The group that holds this key, made when it was not; NULL for none, or with err set. */
struct tong__preview_group *tong__preview_group(struct tong__preview_store *, const char *layer,
												const char *key, tong_error *);
/* Every group of the base but items. */
int tong__preview_groups_all(struct tong__preview_store *, tong_error *);
int tong__preview_groups_site(struct tong__preview_store *, tong_error *);
/* Forgets what came from a file. 'effects' are words of what a change of an item means for
 * others: "+set" (it is new or gone), "+uses", "+alias". */
void tong__preview_groups_forget(struct tong__preview_store *, const char *path, const char *code,
								 const char *effects);
void tong__preview_groups_free(struct tong__preview_store *);

const struct tong__local *tong__preview_local(const struct tong__model *, const char *region);

#endif
