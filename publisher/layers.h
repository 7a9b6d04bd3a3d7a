/* From the model to layers: the records that are signed and shipped (FORMAT sections 1 and 2). */
#ifndef TONG_PUBLISHER_LAYERS_H
#define TONG_PUBLISHER_LAYERS_H

#include <stdatomic.h>

#include "core/site.h"
#include "publisher/model.h"

struct tong__layer {
	char name[TONG_MAX_ROLE_NAME];
	char *bytes;                 /* the lines */
	size_t len, records;
	struct tong__hash sha256;
	bool mapped;                 /* the bytes are a file that was kept, in place */
	atomic_bool seen;            /* and hold what was kept: this very run wrote or read them */
};

struct tong__layers {
	struct tong__layer *at;      /* sorted by name */
	size_t n;
};

/* base and the region layers from the model; site from the folder of templates. The model must
 * have no unwaived errors. */
int tong__layers_build(struct tong__layers **out, const struct tong__model *, const char *site_dir,
                       tong_error *);
/* What becomes of a region's layer as soon as it is made; {NULL}: nothing. */
struct tong__layer_made {
	int (*fn)(void *user, struct tong__layer *, tong_error *);
	void *user;
};
/* The same, and the model gives up what is made to layers already: of a province, tables and layers
 * together would not fit where one of them does. Only tong__model_free is left to call then. */
int tong__layers_take(struct tong__layers **out, struct tong__model *, const char *site_dir,
                      struct tong__layer_made, tong_error *);
void tong__layers_free(struct tong__layers *);
/* Is a layer that was kept in a file still what it was? Others are. It is looked at once. */
bool tong__layer_whole(struct tong__layer *);
/* Those that are files leave the memory until they are read again. */
void tong__layers_rest(const struct tong__layers *);
void tong__layer_rest(const struct tong__layer *);
struct tong__layer *tong__layers_find(const struct tong__layers *, const char *name);

/* A reader over layers in memory, derived records included (L9), for one thread: each thread opens
 * its own over the same layers. It keeps parsed what was asked for last, some megabytes; a layer is
 * looked into, and refused when it is no layer, when it is first asked for. */
int tong__layers_reader(struct tong__reader *out, const struct tong__layers *, tong_error *);
void tong__layers_reader_free(struct tong__reader *);

#endif
