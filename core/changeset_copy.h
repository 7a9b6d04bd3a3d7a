/* Handing a changeset on from a repository's folder, every byte verified on the way (FORMAT C2). */
#ifndef TONG_CORE_CHANGESET_COPY_H
#define TONG_CORE_CHANGESET_COPY_H

#include "core/tuf.h"

struct tong__cs_sink {
	void *user;
	/* Called once the head is verified: the file's name in the repository and its length. */
	int (*begin)(void *user, const char *name, uint64_t size, tong_error *);
	int (*add)(void *user, const void *bytes, size_t n, tong_error *);
};

/* The file of this change below the folder 'dir'. TONG_E_HASH when it is not what was signed; then
 * no frame that is wrong was handed over. */
int tong__changeset_copy(const char *dir, const struct tong__layer_change *,
                         const struct tong__cs_sink *, tong_error *);

#endif
