/* The ZIP side of XLSX: parts by name, from memory, never to disk, with every quota checked
 * before anything expands. */
#ifndef TONG_PUBLISHER_XLSX_ZIP_H
#define TONG_PUBLISHER_XLSX_ZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"

struct tong__zip_part {
	char *name;
	uint64_t size;       /* as declared; reading stops there */
};

struct tong__zip {
	const char *subject, *bytes;
	size_t n;
	struct tong__zip_part *parts;
	size_t n_parts;
};

/* Looks at the list of entries only. The bytes stay the caller's. */
int tong__zip_open(struct tong__zip *, const char *subject, const char *bytes, size_t n,
                   tong_error *);
void tong__zip_close(struct tong__zip *);
bool tong__zip_has(const struct tong__zip *, const char *name);
/* Gives the part's bytes piece by piece; fn returns 0 to go on. */
int tong__zip_read(const struct tong__zip *, const char *name,
                   int (*fn)(void *user, const char *bytes, size_t n, tong_error *), void *user,
                   tong_error *);

#endif
