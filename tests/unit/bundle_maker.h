/* Makes bundles, good and hostile, for tests of the agent. */
#ifndef TESTS_UNIT_BUNDLE_MAKER_H
#define TESTS_UNIT_BUNDLE_MAKER_H

#include <archive.h>
#include <archive_entry.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/check.h"

static char path[1100]; /* of the bundle made last */

struct maker {
	struct archive *a;
	struct archive_entry *e;
};

static inline void begin_as(struct maker *m, const char *name, const char *format,
							const char *filters)
{
	char list[64], *save = NULL;

	snprintf(path, sizeof path, "%s/%s", tong_test_dir(), name);
	snprintf(list, sizeof list, "%s", filters);
	m->a = archive_write_new();
	m->e = archive_entry_new();
	archive_write_set_format_by_name(m->a, format);
	for (char *f = strtok_r(list, " ", &save); f; f = strtok_r(NULL, " ", &save))
		archive_write_add_filter_by_name(m->a, f);
	archive_write_set_bytes_in_last_block(m->a, 1);
	if (archive_write_open_filename(m->a, path) != ARCHIVE_OK)
		abort();
}

static inline void begin(struct maker *m, const char *name)
{
	begin_as(m, name, "ustar", "zstd");
}

static inline void entry(struct maker *m, const char *name, int type, uint64_t size)
{
	archive_entry_clear(m->e);
	archive_entry_set_pathname(m->e, name);
	archive_entry_set_filetype(m->e, (unsigned)type);
	archive_entry_set_perm(m->e, 0644);
	archive_entry_set_size(m->e, (int64_t)size);
}

static inline void put(struct maker *m, const char *name, const char *bytes, size_t n)
{
	entry(m, name, AE_IFREG, n);
	archive_write_header(m->a, m->e);
	archive_write_data(m->a, bytes, n);
}

static inline void zeroes(struct maker *m, const char *name, uint64_t size)
{
	static const char none[65536];

	entry(m, name, AE_IFREG, size);
	archive_write_header(m->a, m->e);
	for (; size; size -= size < sizeof none ? size : sizeof none)
		archive_write_data(m->a, none, size < sizeof none ? (size_t)size : sizeof none);
}

static inline void end(struct maker *m)
{
	archive_write_free(m->a);
	archive_entry_free(m->e);
}

/* Noise, so that the ratio has nothing to say. */
static inline void noise(struct maker *m, const char *name, size_t n)
{
	char *bytes = malloc(n);
	uint32_t x = 2463534242u;

	for (size_t i = 0; i < n; i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		bytes[i] = (char)x;
	}
	put(m, name, bytes, n);
	free(bytes);
}

#endif
