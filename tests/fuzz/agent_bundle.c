/* Fuzzes bundles: as the file, and as the tar inside one, which a fuzzer cannot reach through zstd.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "agent/source.h"
#include "core/limits.h"
#include "tests/fuzz/raw_frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* An operator who stops what takes long. */
static int stop_late(void *user, const char *file, uint64_t done, uint64_t total)
{
	(void)user;
	(void)file;
	return done > 3000 && total > done;
}

static void read_bundle(const void *bytes, size_t n)
{
	static const char *const names[] = { "timestamp.json", "changesets/b", "changesets/a" };
	static const struct tong__source_options options = { .budget = 4096, .progress = stop_late };
	int fd = memfd_create("bundle", MFD_CLOEXEC);
	struct tong__source *s;
	struct tong__buf got;
	char path[40];
	tong_error err;

	if (fd < 0 || write(fd, bytes, n) != (ssize_t)n)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (tong__source_open(&s, path, &options, &err) == 0) {
		tong__buf_init(&got, TONG_MAX_TARGETS);
		for (size_t i = 0; i < sizeof names / sizeof *names; i++)
			tong__source_read(s, names[i], NULL, &got, &err);
		tong__buf_free(&got);
		tong__source_close(s);
	}
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	size_t size;
	char *made;

	read_bundle(data, n);
	made = raw_frame("", data, n, &size);
	if (made)
		read_bundle(made, size);
	free(made);
	return 0;
}
